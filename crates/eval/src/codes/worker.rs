//! A reader in a process of its own, because some readers panic and some take minutes over one photo.
//!
//! The process is this very program (`scantrail-eval reader NAME`), which answers one line for each line that it is
//! asked. It is kept from picture to picture; one that does not answer within the cap is killed, and a new one takes
//! its place. A panic is caught in it and counted.

use super::reader::{Code, Name};
use crate::clock::timed;
use crate::picture;
use anyhow::{Context as _, Result, bail};
use scantrail_core::raster::Raster;
use scantrail_core::units::Turn;
use serde::{Deserialize, Serialize};
use std::io::{BufRead as _, BufReader, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

#[derive(Debug, Serialize, Deserialize)]
struct Request {
    path: PathBuf,
    /// Clockwise, degrees.
    turn: u16,
}

/// What came of one picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Answer {
    /// It was read to the end.
    Codes { codes: Vec<Code>, milliseconds: f64 },
    /// The reader panicked.
    Panicked,
    /// The reader's process did not answer within the cap and was killed.
    TooSlow,
    /// The reader's process ended in the middle of its work.
    Died,
    /// The picture could not be given to the reader, or it refused.
    Refused(String),
}

/// The other end of a reader's process.
pub(super) struct Worker {
    name: Name,
    cap: Duration,
    running: Option<Running>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    answers: Receiver<Answer>,
}

impl Worker {
    /// A worker that is started when it is first asked. `cap` is the longest it may take over one picture.
    pub(super) fn new(name: Name, cap: Duration) -> Self {
        Self { name, cap, running: None }
    }

    /// Reads one picture.
    pub(super) fn read(&mut self, path: &Path, turn: Turn) -> Result<Answer> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => Running::start(self.name)?,
        };
        let request = Request { path: path.to_path_buf(), turn: turn.degrees() };
        let line = serde_json::to_string(&request).context("a path is not text")?;
        writeln!(running.input, "{line}").context("a reader does not listen")?;
        match running.answers.recv_timeout(self.cap) {
            Ok(answer) => {
                self.running = Some(running);
                Ok(answer)
            }
            Err(RecvTimeoutError::Timeout) => running.end().map(|()| Answer::TooSlow),
            Err(RecvTimeoutError::Disconnected) => running.end().map(|()| Answer::Died),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            // Its input ends with us, so it would go by itself: nothing is lost if this fails.
            drop(running.end());
        }
    }
}

impl Running {
    fn start(name: Name) -> Result<Self> {
        let program = std::env::current_exe().context("cannot find this program itself")?;
        let mut command = Command::new(program);
        command.args(["reader", name.word()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start a reader")?;
        let input = child.stdin.take().context("a reader has no input")?;
        let output = child.stdout.take().context("a reader has no output")?;
        let (sender, answers) = mpsc::channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            let answers = lines.map_while(|line| serde_json::from_str(&line).ok());
            // Whoever asked may have gone away: then nobody needs the answer.
            answers.map(|answer| sender.send(answer)).take_while(Result::is_ok).for_each(drop);
        });
        Ok(Self { child, input, answers })
    }

    fn end(mut self) -> Result<()> {
        self.child.kill().and_then(|()| self.child.wait()).context("a reader cannot be ended").map(drop)
    }
}

/// Answers until its input ends.
pub(super) fn serve(name: Name) -> Result<()> {
    // The panic itself is the answer; its text would stand between the lines of a table.
    std::panic::set_hook(Box::new(|_| {}));
    let mut reader = name.make()?;
    let mut upright: Option<(PathBuf, Raster)> = None;
    for line in std::io::stdin().lines() {
        let request: Request = serde_json::from_str(&line?).context("a request is not understood")?;
        let Some(turn) = Turn::from_degrees(request.turn.into()) else { bail!("{}° is no turn", request.turn) };
        let picture = match upright.take().filter(|(path, _)| *path == request.path) {
            Some((_, picture)) => Ok(picture),
            None => picture::grey(&request.path),
        };
        let answer = match picture {
            Err(error) => Answer::Refused(format!("{error:#}")),
            Ok(picture) => {
                let turned = picture::turned(&picture, turn);
                upright = Some((request.path, picture));
                let (outcome, milliseconds) = timed(|| catch_unwind(AssertUnwindSafe(|| reader.read(&turned))));
                match outcome {
                    Ok(Ok(codes)) => {
                        Answer::Codes { codes, milliseconds: reader.own_milliseconds().unwrap_or(milliseconds) }
                    }
                    Ok(Err(error)) => Answer::Refused(format!("{error:#}")),
                    Err(_) => {
                        reader = name.make()?;
                        Answer::Panicked
                    }
                }
            }
        };
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{}", serde_json::to_string(&answer)?)?;
        stdout.flush()?;
    }
    Ok(())
}
