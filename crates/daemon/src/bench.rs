//! The warm tools of one thread: what looks at pages, and what reads them.

use crate::error::DaemonError;
use crate::languages;
use crate::other_script::OtherScript;
use scantrail_config::{NO_READING, Reading};
use scantrail_core::ports::{Decoded, OtherScripts, ReadError, Reading as Recognised, Recogniser};
use scantrail_core::raster::Raster;
use scantrail_ocr::handwriting::model_files;
use scantrail_ocr::{Cancel, Engine, Limits, ReadingWorker};
use scantrail_pipeline::{Circumstances, Processed, Readers, Stopwatch, Tools, process, see};
use scantrail_sheets::find::CodeFinder;
use std::path::PathBuf;
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
    program: Option<PathBuf>,
    cancel: Cancel,
    print: Print,
    other: Option<OtherScript>,
    hand: Option<Hand>,
    installed: Vec<String>,
    /// The school's language, for pages in a language that nothing is installed for.
    language: String,
}

/// What reads print.
enum Print {
    Nothing(NoReading),
    Worker { asked: String, worker: Box<ReadingWorker> },
}

impl Bench {
    /// Readers as the configuration asks for them; handwriting is read if its models are there.
    pub(crate) fn new(wanted: &Reading, cancel: &Cancel) -> Result<Self, DaemonError> {
        let mut bench = Self {
            program: None,
            cancel: cancel.clone(),
            print: Print::Nothing(NoReading),
            other: None,
            hand: None,
            installed: Vec::new(),
            language: wanted.language.clone(),
        };
        let mut all = wanted.languages.iter().map(|one| &one.model).chain([&wanted.language]);
        if all.all(|model| model == NO_READING) {
            return Ok(bench);
        }
        let (program, limits) = (ReadingWorker::program()?, Limits::default());
        bench.installed = ReadingWorker::installed(&program)?;
        let there = model_files().iter().all(|file| wanted.models.join(file.name).try_exists().unwrap_or(false));
        let hand = there.then(|| {
            let engine = Engine::Handwriting { models: wanted.models.clone() };
            Hand { worker: ReadingWorker::cold(program.clone(), engine, limits, cancel.clone()), broken: false }
        });
        (bench.hand, bench.program) = (hand, Some(program));
        bench.turn_to(&wanted.language)?;
        Ok(bench)
    }

    /// Reads in this language from now on; pages of a batch come together, so this is seldom a change. What is not
    /// installed of it is left out, and where nothing is, the school's language stands in.
    pub(crate) fn turn_to(&mut self, language: &str) -> Result<(), DaemonError> {
        if matches!(&self.print, Print::Worker { asked, .. } if asked == language) {
            return Ok(());
        }
        let Some(program) = self.program_for(language)? else {
            (self.print, self.other) = (Print::Nothing(NoReading), None);
            return Ok(());
        };
        let missing = languages::missing(language, &self.installed);
        if !missing.is_empty() {
            tracing::warn!(missing = missing.join("+"), "pages are read without a language that is not installed");
        }
        let there = languages::readable(language, &self.installed);
        // Its own name when nothing is there: the engine's error names it.
        let there = there.or_else(|| languages::readable(&self.language, &self.installed));
        let there = there.unwrap_or_else(|| language.to_owned());
        let engine = Engine::Print { language: there.clone() };
        let worker = ReadingWorker::new(program.clone(), engine, Limits::default(), self.cancel.clone())?;
        self.print = Print::Worker { asked: language.to_owned(), worker: Box::new(worker) };
        self.other = OtherScript::new(program, there, &self.installed, &self.cancel);
        Ok(())
    }

    /// What reads this language, if it is one. Where the configuration has nothing read, a person may still ask for it.
    fn program_for(&mut self, language: &str) -> Result<Option<PathBuf>, DaemonError> {
        if language == NO_READING {
            return Ok(None);
        }
        if self.program.is_none() {
            let program = ReadingWorker::program()?;
            self.installed = ReadingWorker::installed(&program)?;
            self.program = Some(program);
        }
        Ok(self.program.clone())
    }

    /// For the stage that reads.
    pub(crate) fn readers(&mut self) -> Readers<'_> {
        // Where no print is read, no handwriting is looked for either.
        let reads = matches!(self.print, Print::Worker { .. });
        let hand = self.hand.as_mut().filter(|hand| reads && !hand.broken).map(|hand| hand as &mut dyn Recogniser);
        let print: &mut dyn Recogniser = match &mut self.print {
            Print::Nothing(nothing) => nothing,
            Print::Worker { worker, .. } => &mut **worker,
        };
        let other = self.other.as_mut().map(|other| other as &mut dyn OtherScripts);
        Readers { print, other, hand }
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
