//! The warm tools of one thread: what looks at pages, and what reads them.

use crate::error::DaemonError;
use scantrail_core::ports::{Decoded, ReadError, Reading, Recogniser};
use scantrail_core::raster::Raster;
use scantrail_ocr::{Cancel, ReadingWorker};
use scantrail_pipeline::{Circumstances, Processed, Stopwatch, Tools, process, see};
use scantrail_sheets::find::CodeFinder;
use std::time::Instant;

/// What looks at captures.
pub(crate) struct Looker {
    finder: CodeFinder,
    started: Instant,
}

impl Looker {
    #[expect(clippy::disallowed_methods, reason = "a stopwatch for `inspect`, not a time that is kept")]
    pub(crate) fn new() -> Self {
        Self { finder: CodeFinder::new(), started: Instant::now() }
    }

    /// Takes decoded pixels up to the prepared page.
    pub(crate) fn see(&mut self, input: &Decoded, came: Circumstances<'_>) -> Result<Processed, DaemonError> {
        let watch = Watch(self.started);
        see(input, came, &mut Tools { finder: &mut self.finder, watch: &watch }).map_err(failed)
    }

    /// Takes decoded pixels through all stages.
    pub(crate) fn process(
        &mut self,
        input: &Decoded,
        came: Circumstances<'_>,
        reader: &mut dyn Recogniser,
    ) -> Result<Processed, DaemonError> {
        let watch = Watch(self.started);
        process(input, came, &mut Tools { finder: &mut self.finder, watch: &watch }, reader).map_err(failed)
    }
}

fn failed(source: scantrail_pipeline::StageError) -> DaemonError {
    DaemonError::inside("a page could not be processed", source)
}

/// What reads pages in a language, in a process that can be ended.
pub(crate) fn reader(language: &str, cancel: &Cancel) -> Result<Box<dyn Recogniser>, DaemonError> {
    Ok(match language {
        scantrail_config::NO_READING => Box::new(NoReading),
        language => Box::new(ReadingWorker::beside_this_program(language, cancel.clone())?),
    })
}

/// Reads nothing: the school wants no text to be looked for.
struct NoReading;

impl Recogniser for NoReading {
    fn read(&mut self, _: &Raster) -> Result<Reading, ReadError> {
        Ok(Reading::default())
    }

    fn name(&self) -> String {
        "none".to_owned()
    }
}

struct Watch(Instant);

impl Stopwatch for Watch {
    fn milliseconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1e3
    }
}
