//! Reading in a process of its own, which can be ended: a page on which the engine loses itself, or crashes, costs that
//! page its text and nothing else.
//!
//! The engine's own deadline does not act while it analyses the layout of a page, and pathological pages keep it there
//! for minutes. A [`ReadingWorker`] therefore has two limits: the engine is told the first, and the process is killed
//! at the second. The worker (`scantrail-read-worker`) is kept warm from page to page and started anew when it is gone.
//!
//! Pixels are reduced before they cross; words come back in pixels of the page that was given.

mod child;
mod serve;
mod wire;

use crate::reduce::Reduced;
use child::{Child, Ended, Until};
use scantrail_core::ports::{Completeness, ReadError, Reading, Recogniser};
use scantrail_core::raster::Raster;
pub use serve::serve;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use wire::{Answer, Greeting, Question, to_line};

/// The name of the worker program.
pub const WORKER: &str = "scantrail-read-worker";
/// A worker that has not greeted by then cannot run: a model takes a tenth of a second to load.
const GREETS_WITHIN: Duration = Duration::from_secs(20);

/// How long a page may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The engine stops by itself, as far as it can; what it has read by then counts.
    pub soft: Duration,
    /// The worker is killed; nothing of the page was read.
    pub hard: Duration,
}

impl Default for Limits {
    /// A dense page takes 3 s on a slow machine.
    fn default() -> Self {
        Self { soft: crate::TIME_LIMIT, hard: 2 * crate::TIME_LIMIT }
    }
}

/// Which engine a worker has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// Tesseract, for print.
    Print {
        /// Its name of the model: `eng`; several joined by `+`.
        language: String,
    },
    /// Tesseract, for the script of a page.
    Script,
    /// None: the worker lists the models of Tesseract and ends.
    Installed,
    /// The reader of handwriting.
    Handwriting {
        /// The folder with its models.
        models: PathBuf,
    },
}

impl Engine {
    const PRINT: &'static str = "print";
    const SCRIPT: &'static str = "script";
    const INSTALLED: &'static str = "installed";
    const HANDWRITING: &'static str = "handwriting";

    /// As the arguments of a worker.
    fn arguments(&self) -> Vec<OsString> {
        match self {
            Self::Print { language } => vec![Self::PRINT.into(), language.into()],
            Self::Script => vec![Self::SCRIPT.into()],
            Self::Installed => vec![Self::INSTALLED.into()],
            Self::Handwriting { models } => vec![Self::HANDWRITING.into(), models.into()],
        }
    }

    /// From the arguments of a worker.
    pub fn from_arguments(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let kind = arguments.next()?;
        match kind.to_str()? {
            Self::PRINT => Some(Self::Print { language: arguments.next()?.into_string().ok()? }),
            Self::SCRIPT => Some(Self::Script),
            Self::INSTALLED => Some(Self::Installed),
            Self::HANDWRITING => Some(Self::Handwriting { models: arguments.next()?.into() }),
            _ => None,
        }
    }
}

/// Tells a reader in another thread to stop at once; what it was reading counts as not read.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// From now on nothing is read any more.
    pub fn cancel(&self) {
        self.0.store(true, std::sync::atomic::Ordering::Release);
    }
}

/// A warm engine in a process of its own. It belongs to one thread at a time.
#[derive(Debug)]
pub struct ReadingWorker {
    program: PathBuf,
    engine: Engine,
    limits: Limits,
    cancel: Cancel,
    name: String,
    child: Option<Child>,
}

impl ReadingWorker {
    /// Starts the worker at that path and waits until it has loaded its model.
    pub fn new(program: PathBuf, engine: Engine, limits: Limits, cancel: Cancel) -> Result<Self, ReadError> {
        let mut worker = Self::cold(program, engine, limits, cancel);
        worker.child = Some(worker.start()?);
        Ok(worker)
    }

    /// A worker that is started with the first page it gets: for what most pages do not need. Until then it has no name.
    pub fn cold(program: PathBuf, engine: Engine, limits: Limits, cancel: Cancel) -> Self {
        Self { program, engine, limits, cancel, name: String::new(), child: None }
    }

    /// Where the worker lies beside this program.
    pub fn program() -> Result<PathBuf, ReadError> {
        let unavailable = |error: std::io::Error| ReadError::Engine(error.to_string());
        let this = std::env::current_exe().map_err(unavailable)?;
        // Test programs lie one folder deeper than the programs they test.
        for program in this.ancestors().skip(1).take(2).map(|folder| folder.join(WORKER)) {
            if program.try_exists().map_err(unavailable)? {
                return Ok(program);
            }
        }
        let place = this.parent().unwrap_or(Path::new("/")).display();
        Err(ReadError::Engine(format!("there is no {WORKER} in {place}")))
    }

    /// With other limits from the next page on.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The number of its process, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    fn start(&mut self) -> Result<Child, ReadError> {
        let cannot = |why: &dyn std::fmt::Display| ReadError::Engine(format!("{WORKER} cannot run: {why}"));
        let mut child = Child::start(&self.program, &self.engine).map_err(|error| cannot(&error))?;
        let line = child.line(self.until(GREETS_WITHIN)).map_err(|ended| match ended {
            Ended::TimeUp => cannot(&"it did not greet in time"),
            Ended::Cancelled => ReadError::Cancelled,
            Ended::Gone(error) => cannot(&error),
        })?;
        match serde_json::from_slice(&line) {
            Ok(Greeting::Ready(name)) => self.name = name,
            Ok(Greeting::Installed(_)) => return Err(cannot(&"it lists models and does not read")),
            Ok(Greeting::Fault(fault)) => return Err(fault.into()),
            Err(error) => return Err(cannot(&error)),
        }
        Ok(child)
    }

    #[expect(clippy::disallowed_methods, reason = "sets a time limit; no time is kept")]
    fn until(&self, patience: Duration) -> Until<'_> {
        Until { deadline: Instant::now() + patience, cancelled: &self.cancel.0 }
    }

    /// The models of Tesseract that are installed on this machine, as it names them, in order: `eng`, `osd`,
    /// `script/Arabic`.
    pub fn installed(program: &Path) -> Result<Vec<String>, ReadError> {
        let mut worker = Self::cold(program.to_owned(), Engine::Installed, Limits::default(), Cancel::default());
        let cannot = |why: String| ReadError::Engine(format!("{WORKER} cannot list its models: {why}"));
        let mut child = Child::start(&worker.program, &worker.engine).map_err(|error| cannot(error.to_string()))?;
        let line = child.line(worker.until(GREETS_WITHIN)).map_err(|ended| cannot(format!("{ended:?}")))?;
        worker.child = Some(child);
        match serde_json::from_slice(&line) {
            Ok(Greeting::Installed(mut names)) => {
                names.sort_unstable();
                Ok(names)
            }
            Ok(Greeting::Ready(_) | Greeting::Fault(_)) => Err(cannot("it said something else".to_owned())),
            Err(error) => Err(cannot(error.to_string())),
        }
    }

    /// The script of a page, as Unicode names it, and how sure that is, 0 to 1; `None` where there are too few letters
    /// to tell. For a worker of [`Engine::Script`].
    pub fn script(&mut self, page: &Raster) -> Result<Option<(String, f32)>, ReadError> {
        let reduced = Reduced::of(page);
        match self.answer(&reduced)? {
            Some(Answer::Script(script)) => Ok(script),
            Some(Answer::Fault(fault)) => Err(fault.into()),
            Some(Answer::Read { .. }) => Err(ReadError::Engine("it was asked for a script and told words".to_owned())),
            None => Ok(None),
        }
    }

    /// Asks a running worker. It is put away for good unless it answers.
    fn ask(&mut self, mut child: Child, page: &Raster, dpi: u16) -> Result<Answer, Ended> {
        let until = self.until(self.limits.hard);
        let question = to_line(&Question::new(page, dpi, self.limits.soft)).map_err(Ended::Gone)?;
        child.send(&question, until)?;
        child.send(page.samples(), until)?;
        let line = child.line(until)?;
        let answer: Answer = serde_json::from_slice(&line).map_err(|error| Ended::Gone(error.into()))?;
        self.child = Some(child);
        Ok(answer)
    }

    /// What the worker says of a page; `None` if the page is to blame that it says nothing.
    fn answer(&mut self, reduced: &Reduced) -> Result<Option<Answer>, ReadError> {
        // A worker may have died between two pages, for which this one is not to blame: it gets another.
        for attempt in 1..=2 {
            let child = match self.child.take() {
                Some(child) => child,
                None => self.start()?,
            };
            match self.ask(child, reduced.page(), reduced.dpi) {
                Ok(answer) => return Ok(Some(answer)),
                Err(Ended::Cancelled) => return Err(ReadError::Cancelled),
                Err(Ended::TimeUp) => {
                    tracing::warn!(limit_ms = self.limits.hard.as_millis() as u64, "a page took too long to read");
                    break;
                }
                Err(Ended::Gone(error)) => tracing::warn!(attempt, error = %error, "the reading worker is gone"),
            }
        }
        Ok(None)
    }
}

impl Recogniser for ReadingWorker {
    fn read(&mut self, page: &Raster) -> Result<Reading, ReadError> {
        if crate::holds_no_word(page) {
            return Ok(Reading::default());
        }
        let reduced = Reduced::of(page);
        match self.answer(&reduced)? {
            Some(answer) => Result::from(answer).map(|reading| reduced.back(reading)),
            // Its text is lost, and the next page gets a new worker.
            None => Ok(Reading { words: Vec::new(), completeness: Completeness::Partial }),
        }
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
