//! A reader in a process of its own, so that its time and its memory are its own. It is asked for one file after the other.

use super::readers::{self, Took, library, ours};
use crate::clock::timed;
use crate::process::{self, Watch};
use anyhow::{Context as _, Result, ensure};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};
use scantrail_ocr::TesseractReader;
use scantrail_sheets::find::CodeFinder;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What scans are made at: their files do not say.
const DPI: u16 = 300;

/// The process of an [`Apart`].
#[derive(Debug, clap::Args)]
pub(crate) struct ReaderArguments {
    kind: Kind,
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Kind {
    /// Our whole way: look, prepare, read.
    Ours,
    /// The library, warm, on the pixels as they are.
    Library,
}

/// A running reader.
pub(super) struct Apart {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Apart {
    pub(super) fn start(kind: Kind) -> Result<Self> {
        let this = std::env::current_exe().context("cannot find this program")?;
        let word = match kind {
            Kind::Ours => "ours",
            Kind::Library => "library",
        };
        let mut command = Command::new(this);
        command.args(["text-reader", word]).env("OMP_THREAD_LIMIT", "1").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start a reader")?;
        let questions = child.stdin.take().context("the reader has no input")?;
        let answers = BufReader::new(child.stdout.take().context("the reader has no output")?);
        Ok(Self { child, questions, answers })
    }

    /// Reads a picture out of its file; `scanned` if its resolution is known, as a scanner's is.
    pub(super) fn read(&mut self, file: &Path, scanned: bool) -> Result<Took> {
        let pid = self.child.id();
        let question = serde_json::to_string(&(file, scanned))?;
        let before = process::cpu_s(pid)?;
        let watch = Watch::start(&[pid]);
        let (answer, wall_ms) = timed(|| -> Result<String> {
            writeln!(self.questions, "{question}").context("the reader does not listen")?;
            let mut line = String::new();
            self.answers.read_line(&mut line).context("the reader does not answer")?;
            ensure!(!line.is_empty(), "the reader ended; its own words stand above");
            Ok(serde_json::from_str(&line)?)
        });
        let peak_mb = watch.peak()?.pss_mb;
        Ok(Took { text: answer?, cpu_s: process::cpu_s(pid)? - before, wall_s: wall_ms / 1e3, peak_mb })
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The process: reads what it is asked for until nobody asks any more.
pub(crate) fn serve(arguments: &ReaderArguments) -> Result<()> {
    match arguments.kind {
        Kind::Ours => {
            let (mut finder, mut reader) = (CodeFinder::new(), TesseractReader::new("eng")?);
            answer(|picture| ours(picture, &mut finder, &mut reader))
        }
        Kind::Library => {
            let mut handle = Some(readers::warm()?);
            answer(|picture| {
                let (text, warm) = library(handle.take().context("the library failed before")?, &picture)?;
                handle = Some(warm);
                Ok(text)
            })
        }
    }
}

fn answer(mut read: impl FnMut(Raster) -> Result<String>) -> Result<()> {
    for line in std::io::stdin().lines() {
        let (file, scanned): (std::path::PathBuf, bool) = serde_json::from_str(&line.context("nobody asks")?)?;
        let text = read(decode(&file, scanned)?)?;
        writeln!(std::io::stdout(), "{}", serde_json::to_string(&text)?).context("nobody listens")?;
    }
    Ok(())
}

fn decode(file: &Path, scanned: bool) -> Result<Raster> {
    let unread = || format!("cannot read the picture {}", file.display());
    let picture = image::open(file).with_context(unread)?;
    let (width, height) = (picture.width(), picture.height());
    let raster = if picture.color().has_color() {
        Raster::new(width, height, Channels::Rgb, picture.into_rgb8().into_raw())
    } else {
        Raster::new(width, height, Channels::Grey, picture.into_luma8().into_raw())
    };
    let known = Dpi::new(DPI).map(Resolution::square).filter(|_| scanned);
    Ok(raster.with_context(unread)?.with_resolution(known))
}
