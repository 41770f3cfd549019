//! The other end of the socket: a command asks a running daemon, or works on the data itself when there is none.

use crate::api::{Progress, Reply, Report, Request};
use crate::error::DaemonError;
use crate::session::{Answer, Session};
use crate::socket::{self, Line};
use scantrail_archive::durable::{self, Access};
use scantrail_config::Config;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// Does what is asked, through the daemon of the data folder if one answers, else directly under the same lock.
pub fn ask(config: Config, request: &Request, report: &mut dyn Report) -> Result<Reply, DaemonError> {
    Ok(fetch(config, request, report)?.0)
}

/// Asks for a document and keeps it as a new file: whole, or not at all. Nothing is overwritten.
pub fn save(config: Config, request: &Request, report: &mut dyn Report, out: &Path) -> Result<Reply, DaemonError> {
    let out = new_file(out)?;
    let (reply, content) = fetch(config, request, report)?;
    let bytes = match &reply {
        Reply::Pdf(document) => document.bytes,
        _ => return Err(DaemonError::Inside { what: "what was asked for is no document".into(), source: None }),
    };
    durable::write_new_from(&out, &mut Whole { content, left: bytes }, Access::Shared)?;
    Ok(reply)
}

/// Keeps text as a new file: whole, or not at all. Nothing is overwritten.
pub fn keep(text: &str, out: &Path) -> Result<(), DaemonError> {
    keep_bytes(text.as_bytes(), out)
}

/// Keeps bytes as a new file: whole, or not at all. Nothing is overwritten.
pub fn keep_bytes(mut bytes: &[u8], out: &Path) -> Result<(), DaemonError> {
    durable::write_new_from(&new_file(out)?, &mut bytes, Access::Shared)?;
    Ok(())
}

/// Where a new file goes: nothing may be there yet, but the folder must.
fn new_file(out: &Path) -> Result<std::path::PathBuf, DaemonError> {
    let unseen = |source| DaemonError::Outside { doing: "write", path: out.to_owned(), source };
    let path = std::path::absolute(out).map_err(unseen)?;
    if path.symlink_metadata().is_ok() {
        return Err(DaemonError::usage(format!("`{}` is there already, and is left as it is", out.display()))
            .with_hint("choose another name, or remove it first"));
    }
    match path.parent().map(Path::is_dir) {
        Some(true) => Ok(path),
        _ => Err(DaemonError::usage(format!("there is no folder to put `{}` in", out.display()))),
    }
}

pub(crate) type Content = Box<dyn Read>;

pub(crate) fn fetch(
    config: Config,
    request: &Request,
    report: &mut dyn Report,
) -> Result<(Reply, Content), DaemonError> {
    match UnixStream::connect(socket::path(&config.data)) {
        Ok(stream) => through(stream, request, report),
        Err(_) => directly(config, request, report),
    }
}

fn directly(config: Config, request: &Request, report: &mut dyn Report) -> Result<(Reply, Content), DaemonError> {
    let Answer { reply, behind } = Session::open(config)?.answer(request, report)?;
    let content: Content = match behind {
        Some(file) => Box::new(file),
        None => Box::new(io::empty()),
    };
    Ok((reply, content))
}

fn through(
    mut stream: UnixStream,
    request: &Request,
    report: &mut dyn Report,
) -> Result<(Reply, Content), DaemonError> {
    let lost = |source| DaemonError::inside("the daemon went away; what it had taken in is safe", source);
    let mut line = serde_json::to_string(request)
        .map_err(|source| DaemonError::inside("the request cannot be written down", source))?;
    line.push('\n');
    stream.write_all(line.as_bytes()).map_err(lost)?;
    let mut answer = BufReader::new(stream);
    loop {
        line.clear();
        if answer.read_line(&mut line).map_err(lost)? == 0 {
            return Err(DaemonError::Inside {
                what: "the daemon went away without an answer; what it had taken in is safe".into(),
                source: None,
            });
        }
        match serde_json::from_str::<Line>(&line) {
            Ok(Line::Progress(progress)) => report.say(progress),
            Ok(Line::Reply(reply)) => return Ok((*reply, Box::new(answer))),
            Ok(Line::Error(failure)) => return Err(failure.into_error()),
            Err(source) => return Err(DaemonError::inside("the daemon speaks another version", source)),
        }
    }
}

/// So many bytes of a document: fewer are an error, for half of a document must not become a file.
pub(crate) struct Whole {
    pub(crate) content: Content,
    pub(crate) left: u64,
}

impl Read for Whole {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.content.read(&mut buffer[..most])?;
        if count == 0 && most > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the document broke off"));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

/// Hears progress through a function.
pub struct Hear<F: FnMut(Progress)>(pub F);

impl<F: FnMut(Progress)> Report for Hear<F> {
    fn say(&mut self, progress: Progress) {
        (self.0)(progress);
    }
}
