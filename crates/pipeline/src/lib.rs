//! The stages of a page in order: look for codes on the whole capture, prepare it, read it.
//!
//! ```text
//! pixels ─→ look ─→ prepare ─→ Processed ─→ read ─→ words
//!            │                               └ not for our own sheets and blank pages
//!            └ a code gives identity and the upright turn
//! ```
//! [`see`] is everything up to the prepared page: short, and all that identity and a preview need. [`read()`] takes ten
//! times as long. [`process`] is both, one after the other.
//!
//! Codes are looked for on the untouched capture first: a crop may cut a card off.
//!
//! **Invariant:** this crate sees no adapter, no file, no clock and no thread; what it needs comes in by its ports.

mod handwritten;
mod look;
mod read;

pub use look::{Seen, look};
pub use read::{Read, Readers, read, turn_over};

use scantrail_core::evidence::Look;
use scantrail_core::ports::{Decoded, ReadError, Reading};
use scantrail_core::raster::Raster;
use scantrail_core::sheet::SheetKind;
use scantrail_core::units::{Confidence, Point, Turn};
use scantrail_core::vocabulary::{Content, Flow};
use scantrail_imaging::blank::{self, BlankEvidence, Blankness};
use scantrail_imaging::orientation::KnownTurn;
use scantrail_imaging::prepare::{Hints, Origin, Preparation, Prepared, Scene, Warning, prepare};
use scantrail_imaging::quality::Quality;
use scantrail_sheets::find::{CodeFinder, FindError};

/// Measures how long a stage takes; the caller owns the clock.
pub trait Stopwatch {
    /// Milliseconds since some fixed moment.
    fn milliseconds(&self) -> f64;
}

/// What [`see`] works with; one set for each thread.
pub struct Tools<'a> {
    /// Finds codes.
    pub finder: &'a mut CodeFinder,
    /// Measures.
    pub watch: &'a dyn Stopwatch,
}

/// The pixels of the other side of a sheet; asked only for a page that may be blank but for what shines through.
pub type OtherSide<'a> = dyn Fn() -> Option<Raster> + 'a;

/// How a capture came about, as far as that decides what is done to it.
#[derive(Clone, Copy)]
pub struct Circumstances<'a> {
    /// How the captures of its batch belong together.
    pub flow: Flow,
    /// What it was captured with.
    pub origin: Origin,
    /// How the pages with codes lay that came before it in its stack, if all lay the same way.
    pub neighbours: Option<Turn>,
    /// What a person says it shows.
    pub scene: Scene<'a>,
    /// The front of the sheet of which this is the back.
    pub other_side: Option<&'a OtherSide<'a>>,
}

/// Milliseconds by stage.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StageTimes {
    /// Looking for codes and for our sheets.
    pub codes: f64,
    /// Measuring and resampling.
    pub prepare: f64,
    /// Looking for words.
    pub text: f64,
}

/// One page of a capture after all stages.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The derivative and how it was made.
    pub prepared: Prepared,
    /// The words on the derivative; `None` where none were looked for.
    pub reading: Option<Reading>,
    /// The name of what read them; empty where none were looked for.
    pub read_by: String,
    /// Words guessed from handwriting: for finding, not for reading.
    pub guessed: Option<Reading>,
}

/// A capture after all stages.
#[derive(Debug, Clone, PartialEq)]
pub struct Processed {
    /// What was seen on the whole capture.
    pub seen: Seen,
    /// The pages found in it, in reading order; at least one.
    pub parts: Vec<Part>,
    /// Where the gutter of an open book runs, from its top to its foot, in pixels of the capture.
    pub gutter: Option<[Point; 2]>,
    /// How good the capture is.
    pub quality: Quality,
    /// What a person should know, each thing once.
    pub warnings: Vec<Warning>,
    /// What the page looks like to the understanding of its batch.
    pub look: Look,
    /// What it shows.
    pub content: Content,
    /// How long each stage took.
    pub times: StageTimes,
}

impl Processed {
    /// What the capture shows, or shows first.
    pub fn first(&self) -> &Part {
        self.parts.first().expect("every capture shows one page at least")
    }

    /// Whether words are looked for: not on our own sheets, and not where nothing is.
    pub fn holds_text(&self) -> bool {
        self.look == Look::Page
    }

    /// All words, as [`text`] has them.
    pub fn text(&self) -> (String, Option<Confidence>) {
        let readings: Vec<Reading> = self.parts.iter().filter_map(|part| part.reading.clone()).collect();
        text(&readings)
    }
}

/// The words of the pages of a capture, a line break between lines and pages, and how sure they are; no confidence where
/// nothing was read.
pub fn text(readings: &[Reading]) -> (String, Option<Confidence>) {
    let words = readings.iter().flat_map(|reading| reading.words.iter().cloned()).collect();
    let whole = Reading { words, ..Reading::default() };
    let texts: Vec<String> = readings.iter().map(Reading::text).collect();
    (texts.join("\n"), readings.first().map(|_| whole.confidence()))
}

/// Why a stage could not do its work; all of these may be tried again.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// Looking for codes failed.
    #[error("looking for codes failed")]
    Look(#[source] FindError),
    /// Reading failed.
    #[error("reading failed")]
    Read(#[source] ReadError),
}

/// Takes a capture through all stages.
pub fn process(
    input: &Decoded,
    came: Circumstances<'_>,
    tools: &mut Tools<'_>,
    readers: &mut Readers<'_>,
) -> Result<Processed, StageError> {
    let mut processed = see(input, came, tools)?;
    let begin = tools.watch.milliseconds();
    if processed.holds_text() {
        for part in &mut processed.parts {
            let mut readers = readers.for_content(processed.content);
            let Read { turn, reading, engine, guessed } =
                read(&part.prepared.raster, part.prepared.turned_by, &mut readers).map_err(StageError::Read)?;
            if turn != Turn::None {
                turn_over(&mut part.prepared, turn);
            }
            part.reading = Some(reading);
            part.read_by = engine;
            part.guessed = guessed;
        }
    }
    processed.times.text = tools.watch.milliseconds() - begin;
    Ok(processed)
}

/// Looks at a capture and prepares its pages; nothing is read yet.
pub fn see(input: &Decoded, came: Circumstances<'_>, tools: &mut Tools<'_>) -> Result<Processed, StageError> {
    let begin = tools.watch.milliseconds();
    let seen = look(&input.raster, came.flow, tools.finder).map_err(StageError::Look)?;
    let looked = tools.watch.milliseconds();
    let turn = KnownTurn { exif: input.exif_turn, code: seen.upright(), neighbours: came.neighbours };
    let hints = Hints { turn, origin: came.origin, codes: seen.places(), scene: came.scene };
    let mut preparation = prepare(&input.raster, &hints);
    if let Some(blank) = came.other_side.and_then(|other| only_the_other_side(&input.raster, &preparation, other)) {
        preparation.content = Content::Blank;
        preparation.parts[0].blank = Some(blank);
    }
    let look = appearance(&seen, &preparation);
    let warnings = preparation.all_warnings();
    let Preparation { parts, gutter, content, quality, .. } = preparation;
    let parts = parts
        .into_iter()
        .map(|prepared| Part { prepared, reading: None, read_by: String::new(), guessed: None })
        .collect();
    let content = if look == Look::Sheet && !seen.has_ours() { Content::CoverUnread } else { content };
    let prepare = tools.watch.milliseconds() - looked;
    let times = StageTimes { codes: looked - begin, prepare, text: 0.0 };
    Ok(Processed { seen, parts, gutter, quality, warnings, look, content, times })
}

/// The evidence that nothing is on a page but its other side, shining through; `None` if there is something, or if the
/// other side cannot tell.
fn only_the_other_side(page: &Raster, prepared: &Preparation, other: &OtherSide<'_>) -> Option<BlankEvidence> {
    let [only] = &prepared.parts[..] else { return None };
    if !only.blank?.may_be_other_side() {
        return None;
    }
    let evidence = blank::judge(page, Some(&other()?));
    (evidence.verdict == Blankness::Blank).then_some(evidence)
}

fn appearance(seen: &Seen, preparation: &Preparation) -> Look {
    let sheet_code = seen.ours().any(|payload| !matches!(payload.kind, SheetKind::Card | SheetKind::Sticker));
    if seen.frame.is_some() || sheet_code {
        Look::Sheet
    } else if !seen.has_ours() && preparation.content == Content::Blank {
        Look::Blank
    } else {
        Look::Page
    }
}
