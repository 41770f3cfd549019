//! The site of a running daemon as a browser asks for it, one page at a time.

use super::command::Failed;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// What lies at a path of the site at `url` (`http://HOST:PORT/`); anything but 200 is an error.
pub fn get(url: &str, path: &str) -> Result<Vec<u8>, Failed> {
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    let broken = |source| Failed::Start { program: format!("{url}{path}").into(), source };
    let mut stream = TcpStream::connect(host).map_err(broken)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").map_err(broken)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(broken)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(answer.len());
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    if !head.starts_with("HTTP/1.1 200 ") {
        return Err(Failed::Answer { command: format!("GET {path}"), answer: head });
    }
    Ok(answer.split_off(end + 4))
}
