//! The engine alone, as the fastest that a program around it could be: files in, text out, one warm handle to a thread.
//!
//! It runs in a process of its own, so that its memory and time are its own.

use super::run::Run;
use crate::clock::{cpu, timed};
use crate::ocr;
use crate::process::{self, Watch};
use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use tesseract::Tesseract;

/// The process of [`run`]: reads the files with so many handles, once all are loaded and a line came in.
#[derive(Debug, clap::Args)]
pub(crate) struct BareArguments {
    /// Handles, each in a thread.
    #[arg(long)]
    threads: usize,
    files: Vec<PathBuf>,
}

/// What it answers.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Answer {
    decode_s: f64,
    read_s: f64,
    /// Pages on which something was read.
    with_text: usize,
}

impl Answer {
    fn and(self, other: &Self) -> Self {
        Self {
            decode_s: self.decode_s + other.decode_s,
            read_s: self.read_s + other.read_s,
            with_text: self.with_text + other.with_text,
        }
    }
}

/// Reads files in a process of its own.
pub(super) fn run(files: &[PathBuf], threads: usize) -> Result<Run> {
    let this = std::env::current_exe().context("cannot find this program")?;
    let mut command = Command::new(this);
    command.args(["bare", "--threads", &threads.to_string()]).args(files);
    // Its own threads only slow it down.
    command.env("OMP_THREAD_LIMIT", "1").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start the engine")?;
    let mut questions = child.stdin.take().context("the engine has no input")?;
    let mut answers = BufReader::new(child.stdout.take().context("the engine has no output")?);
    let mut line = || {
        let mut line = String::new();
        answers.read_line(&mut line).context("the engine does not answer")?;
        ensure!(!line.is_empty(), "the engine ended; its own words stand above");
        Ok(line)
    };
    line()?;
    let before = process::cpu_s(child.id())?;
    let watch = Watch::start(&[child.id()]);
    let (answer, wall_ms) = timed(|| -> Result<String> {
        writeln!(questions).context("the engine does not listen")?;
        line()
    });
    let peak = watch.peak()?;
    let cpu_s = process::cpu_s(child.id())? - before;
    drop(questions);
    child.wait().context("cannot wait for the engine")?;
    let answer: Answer = serde_json::from_str(&answer?).context("an answer that is no JSON")?;
    ensure!(answer.with_text > 0, "the engine read nothing at all");
    let parts = vec![("decode", answer.decode_s), ("read print", cpu_s - answer.decode_s)];
    Ok(Run { pages: files.len(), wall_s: wall_ms / 1e3, cpu_s, peak, parts })
}

/// The process: loads, reads one page with every handle so that it is warm, says so, waits, reads, answers.
pub(crate) fn serve(arguments: &BareArguments) -> Result<()> {
    let first = arguments.files.first().context("there is nothing to read")?;
    let mut handles = Vec::new();
    for _ in 0..arguments.threads {
        handles.push(read(ocr::warm()?, first, &mut Answer::default())?);
    }
    let mut out = std::io::stdout().lock();
    let mut say = |line: &str| writeln!(out, "{line}").and_then(|()| out.flush()).context("nobody listens");
    say("warm")?;
    let mut go = String::new();
    std::io::stdin().read_line(&mut go).context("nobody asks")?;
    let next = AtomicUsize::new(0);
    let work = |mut handle: Tesseract| -> Result<Answer> {
        let mut sum = Answer::default();
        while let Some(file) = arguments.files.get(next.fetch_add(1, Ordering::Relaxed)) {
            handle = read(handle, file, &mut sum)?;
        }
        Ok(sum)
    };
    let answer = std::thread::scope(|scope| {
        let readers: Vec<_> = handles.into_iter().map(|handle| scope.spawn(|| work(handle))).collect();
        let each = readers.into_iter().map(|reader| reader.join().expect("the engine does not panic"));
        each.collect::<Result<Vec<_>>>().map(|sums| sums.iter().fold(Answer::default(), Answer::and))
    })?;
    say(&serde_json::to_string(&answer)?)?;
    // Stays until it was looked at: what has ended has no time any more.
    let mut end = String::new();
    std::io::stdin().read_line(&mut end).context("nobody asks")?;
    Ok(())
}

fn read(handle: Tesseract, file: &Path, sum: &mut Answer) -> Result<Tesseract> {
    let name = file.to_str().context("a name that is no text")?;
    // By its own library, as every program around it does.
    let (handle, decode_ms) = cpu(|| handle.set_image(name));
    let handle = handle.with_context(|| format!("cannot read the picture {name}"))?;
    let (read, read_ms) = cpu(|| -> Result<(Tesseract, String)> {
        let mut handle = handle.recognize()?;
        let text = handle.get_text()?;
        Ok((handle, text))
    });
    let (handle, text) = read?;
    sum.decode_s += decode_ms / 1e3;
    sum.read_s += read_ms / 1e3;
    sum.with_text += usize::from(!text.trim().is_empty());
    Ok(handle)
}
