//! Two readers behind the [`Recogniser`] port: words, boxes and confidences of an upright page. Tesseract reads print,
//! [`handwriting`] what it cannot.
//!
//! One [`TesseractReader`] holds one warm engine and belongs to one thread at a time; several threads take one each. A
//! [`ReadingWorker`] is the same in a process that can be killed: what the daemon uses. Pages finer than 200 dpi are reduced first and the boxes are mapped back, so callers see
//! pixels of what they gave. This crate opens no image file and never sends text to a log.

mod engine;
pub mod handwriting;
mod letters;
mod patch;
mod reduce;
pub mod scripts;
mod worker;

use engine::Outcome;
pub use reduce::Reduced;
use scantrail_core::ports::{Completeness, ReadError, Reading, Recogniser, Word};
use scantrail_core::raster::Raster;
use scantrail_core::units::Confidence;
use std::time::Duration;
pub use worker::{Cancel, Engine, Limits, ReadingWorker, WORKER, serve};

/// A page is read for at most this long unless [`TesseractReader::with_time_limit`] says otherwise. A dense page takes
/// about 3 s on a slow machine.
pub const TIME_LIMIT: Duration = Duration::from_secs(45);
/// Pictures smaller than this on a side hold no word, and the engine complains about them.
const LEAST_SIDE: u32 = 12;

/// A warm Tesseract engine for one language.
#[derive(Debug)]
pub struct TesseractReader {
    engine: engine::Engine,
    language: String,
    time_limit: Duration,
}

impl TesseractReader {
    /// Loads the engine and the model of `language` (`eng`; several joined by `+`) from where the system keeps it.
    pub fn new(language: &str) -> Result<Self, ReadError> {
        Ok(Self { engine: engine::Engine::new(language)?, language: language.to_owned(), time_limit: TIME_LIMIT })
    }

    /// Reads each page for at most `limit`; what was read by then is returned as partial.
    ///
    /// The limit acts within a few hundredths of a second while words are recognised, but not while the layout is
    /// analysed: a pathological page can take longer, so a hard limit needs a process that can be ended.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }
}

impl TesseractReader {
    /// Engine, version and language.
    pub(crate) fn engine_name(&self) -> String {
        format!("tesseract {} {}", engine::version(), self.language)
    }

    /// Reads a page with the pixels it has.
    pub(crate) fn read_as_it_is(&mut self, page: &Raster, dpi: u16, limit: Duration) -> Result<Reading, ReadError> {
        let (outcome, found) = self.engine.read(page, dpi, limit)?;
        let mut words: Vec<Word> = Vec::with_capacity(found.len());
        let mut before = None;
        for raw in found {
            let text = raw.text.trim();
            if text.is_empty() {
                continue;
            }
            let (line, block) = match (words.last(), before) {
                (Some(last), Some((line, block))) => {
                    (last.line + u32::from(line != raw.line), last.block + u32::from(block != raw.block))
                }
                _ => (0, 0),
            };
            before = Some((raw.line, raw.block));
            let confidence = Confidence::new(raw.percent / 100.0);
            words.push(Word { text: text.to_owned(), place: raw.place, confidence, line, block });
        }
        let completeness = match outcome {
            Outcome::Finished => Completeness::Whole,
            Outcome::OutOfTime => Completeness::Partial,
        };
        Ok(Reading { words, completeness })
    }
}

impl Recogniser for TesseractReader {
    fn read(&mut self, page: &Raster) -> Result<Reading, ReadError> {
        if holds_no_word(page) {
            return Ok(Reading::default());
        }
        let reduced = Reduced::of(page);
        let reading = self.read_as_it_is(reduced.page(), reduced.dpi, self.time_limit)?;
        Ok(reduced.back(reading))
    }

    fn name(&self) -> String {
        self.engine_name()
    }
}

/// Whether a picture is too small for any word.
fn holds_no_word(page: &Raster) -> bool {
    page.width() < LEAST_SIDE || page.height() < LEAST_SIDE
}
