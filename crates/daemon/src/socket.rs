//! The daemon's socket: one request a connection, one JSON object a line, progress first and the answer last; behind
//! the answer to a request for a document, the bytes of the document as they are.
//!
//! It lies in the private folder, so only the account that owns the data can reach it.

use crate::api::{Progress, Reply, Report, Request};
use crate::engine::Engine;
use crate::error::{DaemonError, Exit};
use crate::session;
use serde::{Deserialize, Serialize};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// No request is longer: a list of pupils is the longest.
const LONGEST_REQUEST: u64 = 64 << 20;
/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// One line of an answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Line {
    /// How it goes.
    Progress(Progress),
    /// It is done.
    Reply(Box<Reply>),
    /// It failed.
    Error(Failure),
}

/// A failure as it crosses the socket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) what: String,
    pub(crate) causes: Vec<String>,
    pub(crate) hint: Option<String>,
    pub(crate) exit: u8,
}

impl Failure {
    pub(crate) fn of(error: &DaemonError) -> Self {
        let mut causes = Vec::new();
        let mut cause = std::error::Error::source(error);
        while let Some(next) = cause {
            causes.push(next.to_string());
            cause = next.source();
        }
        Self { what: error.to_string(), causes, hint: error.hint(), exit: error.exit() as u8 }
    }

    pub(crate) fn into_error(self) -> DaemonError {
        let exit = match self.exit {
            2 => Exit::Usage,
            3 => Exit::Configuration,
            4 => Exit::NotFound,
            5 => Exit::Held,
            6 => Exit::Device,
            7 => Exit::Storage,
            8 => Exit::InUse,
            _ => Exit::Failed,
        };
        let mut what = self.what;
        for cause in self.causes {
            what.push_str(": ");
            what.push_str(&cause);
        }
        DaemonError::Refused { what, hint: self.hint, exit }
    }
}

/// Where the socket of a data folder lies.
pub(crate) fn path(data: &Path) -> PathBuf {
    data.join(".trail").join("socket")
}

/// Opens the socket, in place of one that a dead daemon left.
pub(crate) fn open(engine: &Engine) -> Result<UnixListener, DaemonError> {
    let path = path(engine.layout().root());
    // The lock on the folder is ours, so whatever lies there belongs to nobody.
    scantrail_archive::durable::remove(&path)?;
    UnixListener::bind(&path).map_err(|source| DaemonError::Outside { doing: "write", path, source })
}

/// Answers until the engine stops. Each connection has a thread of its own: a scan may take minutes.
pub(crate) fn run(engine: &Arc<Engine>, listener: &UnixListener) {
    for stream in listener.incoming() {
        if engine.is_stopping() {
            return;
        }
        match stream {
            Ok(stream) => {
                let engine = Arc::clone(engine);
                let started = std::thread::Builder::new().name("request".into()).spawn(move || one(&engine, stream));
                if let Err(error) = started {
                    tracing::error!(error = %error, "a request could not be taken");
                }
            }
            Err(error) => tracing::warn!(error = %error, "a connection failed"),
        }
    }
}

/// Wakes a listener that waits, so that it sees that the engine stops.
pub(crate) fn wake(data: &Path) {
    drop(UnixStream::connect(path(data)));
}

fn one(engine: &Engine, stream: UnixStream) {
    let answered = (|| -> std::io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut line = String::new();
        BufReader::new(stream.try_clone()?.take(LONGEST_REQUEST)).read_line(&mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        let mut report = LineReport { stream, broken: None };
        let mut behind = None;
        let last = match serde_json::from_str::<Request>(&line) {
            Err(error) => Line::Error(Failure {
                what: "the request cannot be understood".into(),
                causes: vec![error.to_string()],
                hint: Some("use the `scantrail` command of the same version as the daemon".into()),
                exit: Exit::Usage as u8,
            }),
            Ok(request) => match session::answer(engine, &request, &mut report) {
                Ok(answer) => {
                    behind = answer.behind;
                    Line::Reply(Box::new(answer.reply))
                }
                Err(error) => Line::Error(Failure::of(&error)),
            },
        };
        report.send(&last)?;
        if let Some(mut document) = behind {
            std::io::copy(&mut document, &mut report.stream)?;
        }
        Ok(())
    })();
    if let Err(error) = answered {
        tracing::debug!(error = %error, "the asker went away");
    }
}

/// Progress to whoever asked; an asker who went away does not stop the work.
struct LineReport {
    stream: UnixStream,
    broken: Option<std::io::Error>,
}

impl LineReport {
    fn send(&mut self, line: &Line) -> std::io::Result<()> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        self.stream.write_all(text.as_bytes())
    }
}

impl Report for LineReport {
    fn say(&mut self, progress: Progress) {
        if self.broken.is_none() {
            self.broken = self.send(&Line::Progress(progress)).err();
        }
    }
}
