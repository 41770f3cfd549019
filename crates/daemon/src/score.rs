//! Scoring captures of a self-test sheet, filing nothing: what `scantrail sheets score` says.

use crate::error::DaemonError;
use crate::inspect::{Opened, open};
use scantrail_capture::decode::{Limits, SandboxedDecoder};
use scantrail_core::ports::Decoder as _;
use scantrail_imaging::warp::turn_back;
use scantrail_sheets::find::CodeFinder;
use scantrail_sheets::self_test::{Item, Score, Side, Verdict, score, sides};
use serde::Serialize;
use std::path::Path;

/// One picture's score; one line of `--json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    /// The file, and the page in it if it has several.
    pub file: String,
    /// The self-test sheet.
    pub sheet: String,
    /// `front` or `back`.
    pub side: &'static str,
    /// How the sheet is turned in the picture, in degrees clockwise.
    pub turn: u16,
    /// Whether nothing has to change.
    pub ok: bool,
    /// Each measurement.
    pub items: Vec<ScoredItem>,
}

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoredItem {
    /// What.
    pub name: &'static str,
    /// The number that was compared.
    pub measured: f64,
    /// The value in words.
    pub value: String,
    /// The limit in words.
    pub limit: String,
    /// `ok`, `note` or `change`.
    pub verdict: &'static str,
    /// What to know or to change; empty if it is fine.
    pub words: String,
}

/// Looks at captures of a self-test sheet one after another with warm tools.
pub struct Scorer {
    decoder: SandboxedDecoder,
    finder: CodeFinder,
    seen: Vec<Score>,
}

impl Scorer {
    /// The tools.
    pub fn new() -> Result<Self, DaemonError> {
        let decoder = SandboxedDecoder::beside_this_program(Limits::default())?;
        Ok(Self { decoder, finder: CodeFinder::new(), seen: Vec::new() })
    }

    /// Scores every page of a file. Where a page completes a sheet of two sides, its score tells of their order too.
    pub fn score(&mut self, path: &Path) -> Result<Vec<Scored>, DaemonError> {
        let mut scored = Vec::new();
        for Opened { label, bytes, media } in open(&self.decoder, path)? {
            let decoded = self.decoder.decode(&bytes, media)?;
            let resolution = decoded.raster.resolution();
            let picture = turn_back(&decoded.raster, decoded.exif_turn).with_resolution(resolution);
            let found = score(&mut self.finder, &picture).map_err(|error| DaemonError::Inside {
                what: format!("`{label}` cannot be scored"),
                source: Some(Box::new(error)),
            })?;
            self.seen.push(found.clone());
            scored.push(describe(label, &found, self.order().as_ref()));
        }
        Ok(scored)
    }

    /// What the sides seen so far say, once: when the second of them arrives.
    fn order(&self) -> Option<Item> {
        let before = &self.seen[..self.seen.len() - 1];
        if sides(before).is_some() { None } else { sides(&self.seen) }
    }
}

fn describe(file: String, score: &Score, order: Option<&Item>) -> Scored {
    let items: Vec<ScoredItem> = score.items.iter().chain(order).map(item).collect();
    Scored {
        file,
        sheet: score.sheet.to_string(),
        side: match score.side {
            Side::Front => "front",
            Side::Back => "back",
        },
        turn: score.turn.degrees(),
        ok: items.iter().all(|item| item.verdict != "change"),
        items,
    }
}

fn item(item: &Item) -> ScoredItem {
    let (verdict, words) = match &item.verdict {
        Verdict::Fine => ("ok", String::new()),
        Verdict::Note(words) => ("note", words.clone()),
        Verdict::Change(words) => ("change", words.clone()),
    };
    ScoredItem {
        name: item.name,
        measured: item.measured,
        value: item.value.clone(),
        limit: item.limit.clone(),
        verdict,
        words,
    }
}
