//! The warm tools of one thread: what looks at pages, and what reads them.

use crate::error::DaemonError;
use scantrail_config::Reading;
use scantrail_core::ports::{Decoded, ReadError, Reading as Recognised, Recogniser};
use scantrail_core::raster::Raster;
use scantrail_ocr::handwriting::model_files;
use scantrail_ocr::{Cancel, Engine, Limits, ReadingWorker};
use scantrail_pipeline::{Circumstances, Processed, Readers, Stopwatch, Tools, process, see};
use scantrail_sheets::find::CodeFinder;
use std::time::Instant;

/// The name of what read nothing.
const NO_READER: &str = "none";

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
        readers: &mut Readers<'_>,
    ) -> Result<Processed, DaemonError> {
        let watch = Watch(self.started);
        process(input, came, &mut Tools { finder: &mut self.finder, watch: &watch }, readers).map_err(failed)
    }
}

fn failed(source: scantrail_pipeline::StageError) -> DaemonError {
    DaemonError::inside("a page could not be processed", source)
}

/// What reads pages, in processes that can be ended.
pub(crate) struct Bench {
    print: Box<dyn Recogniser>,
    hand: Option<Hand>,
}

impl Bench {
    /// Readers as the configuration asks for them; handwriting is read if its models are there.
    pub(crate) fn new(wanted: &Reading, cancel: &Cancel) -> Result<Self, DaemonError> {
        if wanted.language == scantrail_config::NO_READING {
            return Ok(Self { print: Box::new(NoReading), hand: None });
        }
        let (program, limits) = (ReadingWorker::program()?, Limits::default());
        let there = model_files().iter().all(|file| wanted.models.join(file.name).try_exists().unwrap_or(false));
        let hand = there.then(|| {
            let engine = Engine::Handwriting { models: wanted.models.clone() };
            Hand { worker: ReadingWorker::cold(program.clone(), engine, limits, cancel.clone()), broken: false }
        });
        let engine = Engine::Print { language: wanted.language.clone() };
        let print = ReadingWorker::new(program, engine, limits, cancel.clone())?;
        Ok(Self { print: Box::new(print), hand })
    }

    /// For the stage that reads.
    pub(crate) fn readers(&mut self) -> Readers<'_> {
        let hand = self.hand.as_mut().filter(|hand| !hand.broken).map(|hand| hand as &mut dyn Recogniser);
        Readers { print: &mut *self.print, hand }
    }

    /// Engine, version and language of what reads print.
    pub(crate) fn name(&self) -> String {
        self.print.name()
    }

    /// The name of what guesses at handwriting; `none` until it has been started.
    pub(crate) fn hand_name(&self) -> String {
        let name = self.hand.as_ref().map(|hand| hand.worker.name());
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| NO_READER.to_owned())
    }
}

/// The reader of handwriting. Pages are read without it when it cannot run: nobody's page waits for a guess.
struct Hand {
    worker: ReadingWorker,
    broken: bool,
}

impl Recogniser for Hand {
    fn read(&mut self, page: &Raster) -> Result<Recognised, ReadError> {
        match self.worker.read(page) {
            Err(ReadError::Engine(why)) => {
                tracing::warn!(error = why, "handwriting is not read any more until the next start");
                self.broken = true;
                Ok(Recognised::default())
            }
            other => other,
        }
    }

    fn name(&self) -> String {
        self.worker.name()
    }
}

/// Reads nothing: the school wants no text to be looked for.
struct NoReading;

impl Recogniser for NoReading {
    fn read(&mut self, _: &Raster) -> Result<Recognised, ReadError> {
        Ok(Recognised::default())
    }

    fn name(&self) -> String {
        NO_READER.to_owned()
    }
}

struct Watch(Instant);

impl Stopwatch for Watch {
    fn milliseconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1e3
    }
}
