//! The other end of the socket: a command asks a running daemon, or works on the data itself when there is none.

use crate::api::{Progress, Reply, Report, Request};
use crate::error::DaemonError;
use crate::session::Session;
use crate::socket::{self, Line};
use scantrail_config::Config;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;

/// Does what is asked, through the daemon of the data folder if one answers, else directly under the same lock.
pub fn ask(config: Config, request: &Request, report: &mut dyn Report) -> Result<Reply, DaemonError> {
    match UnixStream::connect(socket::path(&config.data)) {
        Ok(stream) => through(stream, request, report),
        Err(_) => Session::open(config)?.answer(request, report),
    }
}

fn through(mut stream: UnixStream, request: &Request, report: &mut dyn Report) -> Result<Reply, DaemonError> {
    let lost = |source| DaemonError::inside("the daemon went away; what it had taken in is safe", source);
    let mut line = serde_json::to_string(request)
        .map_err(|source| DaemonError::inside("the request cannot be written down", source))?;
    line.push('\n');
    stream.write_all(line.as_bytes()).map_err(lost)?;
    for line in BufReader::new(stream).lines() {
        let line = line.map_err(lost)?;
        match serde_json::from_str::<Line>(&line) {
            Ok(Line::Progress(progress)) => report.say(progress),
            Ok(Line::Reply(reply)) => return Ok(*reply),
            Ok(Line::Error(failure)) => return Err(failure.into_error()),
            Err(source) => return Err(DaemonError::inside("the daemon speaks another version", source)),
        }
    }
    Err(DaemonError::Inside {
        what: "the daemon went away without an answer; what it had taken in is safe".into(),
        source: None,
    })
}

/// Hears progress through a function.
pub struct Hear<F: FnMut(Progress)>(pub F);

impl<F: FnMut(Progress)> Report for Hear<F> {
    fn say(&mut self, progress: Progress) {
        (self.0)(progress);
    }
}
