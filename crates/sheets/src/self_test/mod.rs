//! The self-test sheet: one capture of it tells whether printer and scanner are good enough, and what to change.
//!
//! [`score`] finds the sheet by its codes, places it to a small part of a pixel by its discs, and measures what stands
//! at known places. Each measurement is an [`Item`] with its value, its limit and a verdict in plain words. The limits
//! are those below which covers, pencil or colours begin to suffer, not those of a good scanner. This module must not
//! know which device made the picture, nor where words go.

mod edge;
mod fit;
mod marks;
pub(crate) mod plan;
mod size;
mod streaks;
mod tone;
mod view;

use crate::find::{CodeFinder, Effort, FindError};
use scantrail_core::ids::SheetId;
use scantrail_core::raster::Raster;
use scantrail_core::sheet::{CodePlace, SheetKind};
use scantrail_core::units::Turn;
use std::time::Duration;

/// One thing that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What: a short name that stays the same, such as `skew`.
    pub name: &'static str,
    /// The number that was compared with the limit.
    pub measured: f64,
    /// The value in words, with its unit.
    pub value: String,
    /// The limit in words.
    pub limit: String,
    /// What follows from it.
    pub verdict: Verdict,
}

/// What a measurement means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Good enough.
    Fine,
    /// Worth knowing; nothing has to change.
    Note(String),
    /// What to change, in plain words.
    Change(String),
}

impl Item {
    fn new(name: &'static str, measured: f64, value: String, limit: impl Into<String>) -> Self {
        Self { name, measured, value, limit: limit.into(), verdict: Verdict::Fine }
    }

    /// The same measurement, and what to change unless it is `fine`.
    fn judged(self, fine: Judged, change: impl Into<String>) -> Self {
        let verdict = if fine == Judged::Within { Verdict::Fine } else { Verdict::Change(change.into()) };
        Self { verdict, ..self }
    }

    fn noted(self, note: impl Into<String>) -> Self {
        Self { verdict: Verdict::Note(note.into()), ..self }
    }

    /// Whether nothing has to change.
    pub fn is_fine(&self) -> bool {
        !matches!(self.verdict, Verdict::Change(_))
    }
}

/// Whether a value keeps its limit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Judged {
    Within,
    Beyond,
}

impl Judged {
    fn by(within: bool) -> Self {
        if within { Self::Within } else { Self::Beyond }
    }
}

/// Which side of the sheet a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The one with the patches.
    Front,
    /// The one with a large code in the middle.
    Back,
}

/// All that was measured on one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Which self-test sheet.
    pub sheet: SheetId,
    /// Which side of it.
    pub side: Side,
    /// How it lies in the picture.
    pub turn: Turn,
    /// The measurements, most basic first.
    pub items: Vec<Item>,
}

impl Score {
    /// Whether nothing has to change.
    pub fn is_fine(&self) -> bool {
        self.items.iter().all(Item::is_fine)
    }
}

/// A picture could not be scored.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// Codes could not be looked for.
    #[error("the picture could not be searched for codes")]
    Search(#[source] FindError),
    /// There is no self-test sheet in the picture.
    #[error(
        "no self-test sheet was found in this picture; print one with `scantrail sheets self-test`, \
             scan it flat, whole and at 200 dpi or more"
    )]
    NotSeen,
    /// The sheet in the picture is another one.
    #[error("this is a {} sheet, not a self-test sheet", kind.word())]
    OtherSheet {
        /// What it is.
        kind: SheetKind,
    },
    /// It is a self-test sheet, but it cannot be placed.
    #[error(
        "only {read} of the four corner codes could be read; scan the whole sheet at 200 dpi or more, sharp, \
             and clean the glass"
    )]
    TooFewCodes {
        /// How many corner codes were read.
        read: usize,
    },
}

/// The longest the patient reader may take for one picture: there are eleven codes, and nobody waits in a queue.
const PATIENCE: Duration = Duration::from_secs(3);

/// Scores one picture of a self-test sheet.
pub fn score(finder: &mut CodeFinder, picture: &Raster) -> Result<Score, ScoreError> {
    let codes = finder.find(picture, Effort::Thorough, PATIENCE).map_err(ScoreError::Search)?;
    let view = view::View::of(picture, &codes)?;
    let side = if view.has_large_middle_code() { Side::Back } else { Side::Front };
    let mut items = size::items(&view, picture);
    if side == Side::Front {
        items.extend(tone::items(&view));
        items.push(edge::item(&view));
        items.extend(marks::items(&view));
        items.push(streaks::item(&view));
    }
    Ok(Score { sheet: view.sheet, side, turn: view.attitude().turn, items })
}

/// What the order of several scores says about two-sided scanning; empty unless both sides of one sheet are there.
pub fn sides(scores: &[Score]) -> Option<Item> {
    let front = scores.iter().position(|score| score.side == Side::Front)?;
    let sheet = scores[front].sheet;
    let back = scores.iter().position(|score| score.side == Side::Back && score.sheet == sheet)?;
    let turned = scores[back].turn != scores[front].turn;
    let value = match (back > front, turned) {
        (true, false) => "front, then back, both the same way up",
        (true, true) => "front, then back turned round",
        (false, false) => "back before front",
        (false, true) => "back before front, and turned round",
    };
    let item = Item::new("sides", f64::from(u8::from(front < back)), value.to_owned(), "front, then back");
    let change = match (back > front, turned) {
        (true, _) => {
            "The back is turned against the front. Print with “flip on long edge”, and set the scanner to \
                      “book”, not “calendar”."
        }
        (false, _) => "The back came first. Lay the stack the other side up into the feeder.",
    };
    Some(item.judged(Judged::by(back > front && !turned), change))
}

/// The places of the corner codes.
fn corner_places() -> impl Iterator<Item = CodePlace> {
    CodePlace::ALL.into_iter().filter(|&place| place != CodePlace::Middle)
}
