//! A fictional school with one pupil, a printed cover, and a running daemon. It must not know what is measured.

use super::pages;
use crate::disk::write_file;
use anyhow::{Context as _, Result, ensure};
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::{Daemon, Scantrail};
use scantrail_testkit::paper::printed;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};

/// What the daemon is to tell: what its stages cost, and what a school should see.
const FILTER: &str = "warn,scantrail_daemon::spent=debug,scantrail_daemon::derive=debug";
const LIST: &str = "Surname,Forename,Class\nAsh,Ada,1A\n";

/// How the daemon reads.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// Threads that read.
    pub(super) threads: usize,
    /// The models that read handwriting; without them only print is read.
    pub(super) models: Option<PathBuf>,
}

/// The school. Its daemon ends when it is dropped.
pub(super) struct School {
    pub(super) scantrail: Scantrail,
    pub(super) daemon: Daemon,
    pub(super) cover: Raster,
    /// Where the data lies.
    pub(super) data: PathBuf,
    log: PathBuf,
}

impl School {
    /// Makes it in a folder and starts its daemon.
    pub(super) fn open(program: &Path, folder: &Path, setting: &Setting) -> Result<Self> {
        let data = folder.join("school");
        let config = data.join("scantrail.toml");
        let scantrail = Scantrail::new(program, &config);
        scantrail.good(&["init", &data.to_string_lossy(), "--school", "Treetops Primary School"])?;
        let none = folder.join("no-models");
        let models = setting.models.as_ref().unwrap_or(&none);
        write_file(&config, configuration(&data, models, setting.threads).as_bytes())?;
        let list = folder.join("pupils.csv");
        write_file(&list, LIST.as_bytes())?;
        scantrail.good(&["pupils", "import", &list.to_string_lossy()])?;
        let covers = folder.join("covers.pdf");
        scantrail.good(&["sheets", "cover", "--class", "1A", "--out", &covers.to_string_lossy()])?;
        let pdf = std::fs::read(&covers).context("the print-out cannot be read")?;
        let cover = printed(&pdf, 0, Dpi::new(pages::DPI).context("a resolution of nothing")?)?;
        let log = folder.join("daemon.log");
        #[expect(clippy::disallowed_methods, reason = "the log of a measurement, not school data")]
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let daemon = Daemon::start_logging(&scantrail, FILTER, file)?;
        Ok(Self { scantrail, daemon, cover, data, log })
    }

    /// Takes a folder in and waits until it is accounted for; its batch.
    pub(super) fn ingest(&self, folder: &Path) -> Result<Value> {
        let path = folder.to_string_lossy();
        let mut answer = self.scantrail.json(&["ingest", &path, "--subject", "Maths"])?;
        ensure!(answer.as_array().is_some_and(|batches| batches.len() == 1), "not one batch: {answer}");
        Ok(answer[0].take())
    }

    /// What the daemon has told so far.
    pub(super) fn log(&self) -> Result<String> {
        std::fs::read_to_string(&self.log).with_context(|| format!("cannot read {}", self.log.display()))
    }
}

fn configuration(data: &Path, models: &Path, threads: usize) -> String {
    format!(
        "data = \"{}\"\n[school]\nname = \"Treetops Primary School\"\n[web]\nlisten = \"127.0.0.1:0\"\n\
         [reading]\nthreads = {threads}\nmodels = \"{}\"\n",
        data.display(),
        models.display()
    )
}
