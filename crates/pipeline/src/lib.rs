//! The stages of a page in order: look for codes on the whole capture, prepare it, read it.
//!
//! ```text
//! pixels ─→ look ─→ prepare ─→ read ─→ Processed
//!            │                  └ not for our own sheets and blank pages
//!            └ a code gives identity and the upright turn
//! ```
//! Codes are looked for on the untouched capture first: a crop may cut a card off.
//!
//! **Invariant:** this crate sees no adapter, no file, no clock and no thread; what it needs comes in by its ports.

mod look;
mod read;

pub use look::{Seen, look};

use scantrail_core::evidence::Look;
use scantrail_core::ports::{Decoded, ReadError, Reading, Recogniser};
use scantrail_core::sheet::SheetKind;
use scantrail_core::vocabulary::{Content, Flow};
use scantrail_imaging::blank::Blankness;
use scantrail_imaging::prepare::{Hints, Origin, Prepared, prepare};
use scantrail_sheets::find::{CodeFinder, FindError};

/// Measures how long a stage takes; the caller owns the clock.
pub trait Stopwatch {
    /// Milliseconds since some fixed moment.
    fn milliseconds(&self) -> f64;
}

/// What the stages work with; one set for each thread.
pub struct Tools<'a> {
    /// Finds codes.
    pub finder: &'a mut CodeFinder,
    /// Reads words.
    pub reader: &'a mut dyn Recogniser,
    /// Measures.
    pub watch: &'a dyn Stopwatch,
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

/// A page after all stages.
#[derive(Debug, Clone, PartialEq)]
pub struct Processed {
    /// What was seen on the whole capture.
    pub seen: Seen,
    /// The derivative and how it was made.
    pub prepared: Prepared,
    /// The words on the derivative; `None` where none were looked for.
    pub reading: Option<Reading>,
    /// What the page looks like to the understanding of its batch.
    pub look: Look,
    /// What it shows.
    pub content: Content,
    /// How long each stage took.
    pub times: StageTimes,
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

/// Takes a page through all stages.
pub fn process(input: &Decoded, flow: Flow, tools: &mut Tools<'_>) -> Result<Processed, StageError> {
    let begin = tools.watch.milliseconds();
    let seen = look(&input.raster, flow, tools.finder).map_err(StageError::Look)?;
    let looked = tools.watch.milliseconds();
    let origin = match flow {
        Flow::Stack => Origin::Feeder,
        Flow::Pictures => Origin::Picture,
    };
    let hints = Hints { exif_turn: input.exif_turn, code_turn: seen.upright(), origin };
    let mut prepared = prepare(&input.raster, &hints);
    let done = tools.watch.milliseconds();
    let look = appearance(&seen, &prepared);
    let reading = match look {
        Look::Page => Some(read::read(&mut prepared, &seen, tools.reader).map_err(StageError::Read)?),
        Look::Sheet | Look::Blank | Look::Unseen => None,
    };
    let content = match (look, flow) {
        (Look::Sheet, _) if !seen.has_ours() => Content::CoverUnread,
        (Look::Page, Flow::Pictures) => Content::Picture,
        _ => prepared.content,
    };
    let times = StageTimes { codes: looked - begin, prepare: done - looked, text: tools.watch.milliseconds() - done };
    Ok(Processed { seen, prepared, reading, look, content, times })
}

fn appearance(seen: &Seen, prepared: &Prepared) -> Look {
    let sheet_code = seen.ours().any(|payload| !matches!(payload.kind, SheetKind::Card | SheetKind::Sticker));
    if seen.frame.is_some() || sheet_code {
        Look::Sheet
    } else if !seen.has_ours() && prepared.blank.as_ref().is_some_and(|b| b.verdict == Blankness::Blank) {
        Look::Blank
    } else {
        Look::Page
    }
}
