//! The whole product: a running daemon, `scantrail ingest` until every page is filed to its pupil.

use super::run::Run;
use super::school::School;
use super::spent::Spent;
use crate::clock::timed;
use crate::process::{self, Watch};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;

/// Names as the kernel keeps them, cut at 15 letters.
const READER: &str = "scantrail-read-";

/// Seconds of the daemon, of the children it has waited for, and of what reads print and handwriting.
#[derive(Debug, Clone, Copy, Default)]
struct Meter {
    own: f64,
    waited: f64,
    print: f64,
    hand: f64,
}

impl Meter {
    fn of(daemon: u32) -> Result<Self> {
        let mut meter = Self::default();
        for process in process::tree(daemon)? {
            let all = process.own_s + process.waited_s;
            if process.pid == daemon {
                (meter.own, meter.waited) = (process.own_s, process.waited_s);
            } else if !process.name.starts_with(READER) {
                // It will be among those that were waited for.
                meter.waited += all;
            } else if process.words().iter().any(|word| word == "handwriting") {
                meter.hand += all;
            } else {
                meter.print += all;
            }
        }
        Ok(meter)
    }

    fn since(self, before: Self) -> Self {
        Self {
            own: self.own - before.own,
            waited: self.waited - before.waited,
            print: self.print - before.print,
            hand: self.hand - before.hand,
        }
    }

    fn all(self) -> f64 {
        self.own + self.waited + self.print + self.hand
    }
}

/// Takes a folder in: a cover, and `pages` pages behind it, all of which must be filed.
pub(super) fn run(school: &School, folder: &Path, pages: usize) -> Result<Run> {
    let daemon = school.daemon.pid();
    let told = school.log()?.len();
    let before = Meter::of(daemon)?;
    let commands = process::waited_for_s()?;
    let watch = Watch::start(&[daemon]);
    let mut command = school.scantrail.command(["--json", "ingest", &folder.to_string_lossy(), "--subject", "Maths"]);
    let (said, wall_ms) = timed(|| -> Result<_> {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("cannot run scantrail")?;
        watch.also(child.id());
        child.wait_with_output().context("cannot wait for scantrail")
    });
    let said = said?;
    let peak = watch.peak()?;
    let spent = Meter::of(daemon)?.since(before);
    let command_s = process::waited_for_s()? - commands;
    ensure!(said.status.success(), "scantrail ingest: {}", String::from_utf8_lossy(&said.stderr));
    let answer: Value = serde_json::from_slice(&said.stdout).context("an answer that is no JSON")?;
    let counts = &answer[0]["counts"];
    ensure!(counts["filed"].as_u64() == Some(pages as u64), "not all of {pages} pages were filed: {}", answer[0]);
    let log = school.log()?;
    let told = Spent::of(&log[told..]);
    // What ended and was waited for are decoders; a reader that had to be started anew would be among them.
    let mut parts = vec![("decode", spent.waited + told.us("decode") / 1e6)];
    let seen = told.us("see") / 1e6;
    parts.push(("codes", seen * told.share_of_codes()));
    parts.push(("prepare", seen * (1.0 - told.share_of_codes())));
    parts.push(("encode", (told.us("encode") + told.us("preview")) / 1e6));
    parts.push(("read print", spent.print + told.us("reduce") / 1e6));
    parts.push(("read handwriting", spent.hand));
    parts.push(("PDF", told.us("pdf") / 1e6));
    parts.push(("file", (told.us("file") - told.us("pdf") + told.us("seal")) / 1e6));
    parts.push(("take in", told.us("take in") / 1e6 + command_s));
    let cpu_s = spent.all() + command_s;
    parts.push(("the rest", cpu_s - parts.iter().map(|(_, seconds)| seconds).sum::<f64>()));
    parts.retain(|(_, seconds)| seconds.abs() > f64::EPSILON);
    Ok(Run { pages, wall_s: wall_ms / 1e3, cpu_s, peak, parts })
}
