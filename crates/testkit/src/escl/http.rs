//! As much HTTP/1.1 as a scanner speaks, over TCP or a local socket.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;

/// A connection of either kind.
pub(super) enum Connection {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Connection {
    pub(super) fn try_clone(&self) -> io::Result<Self> {
        match self {
            Self::Tcp(stream) => stream.try_clone().map(Self::Tcp),
            Self::Unix(stream) => stream.try_clone().map(Self::Unix),
        }
    }

    /// Ends the connection for both sides and for every clone; a connection already gone is as good.
    pub(super) fn close(&self) {
        let _already_gone = match self {
            Self::Tcp(stream) => stream.shutdown(Shutdown::Both),
            Self::Unix(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            Self::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.flush(),
            Self::Unix(stream) => stream.flush(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Vec<u8>,
    /// The client wants no further answer on this connection.
    pub(super) last: bool,
}

/// Larger than any job request; protects the test run, not a product.
const LONGEST_BODY: usize = 1 << 20;

/// Reads one request; `None` when the client has closed the connection between requests.
pub(super) fn read_request(from: &mut BufReader<Connection>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Err(bad("no request line")) };
    let (method, path) = (method.to_owned(), path.trim_end_matches('/').to_owned());
    let (mut length, mut chunked, mut last) = (0, false, false);
    loop {
        let mut header = String::new();
        if from.read_line(&mut header)? == 0 {
            return Err(bad("headers break off"));
        }
        let header = header.trim_end().to_ascii_lowercase();
        match header.split_once(':').map(|(name, value)| (name, value.trim())) {
            None if header.is_empty() => break,
            None => return Err(bad("a header without a colon")),
            Some(("content-length", value)) => length = value.parse().map_err(|_| bad("length is no number"))?,
            Some(("transfer-encoding", "chunked")) => chunked = true,
            Some(("connection", "close")) => last = true,
            Some(_) => {}
        }
    }
    let body = if chunked { read_chunks(from)? } else { read_exactly(from, length)? };
    Ok(Some(Request { method, path, body, last }))
}

fn read_exactly(from: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    if length > LONGEST_BODY {
        return Err(bad("the body is too long"));
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(body)
}

fn read_chunks(from: &mut BufReader<Connection>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim(), 16).map_err(|_| bad("chunk length is no number"))?;
        body.extend(read_exactly(from, length)?);
        let mut end = String::new();
        from.read_line(&mut end)?;
        if length == 0 {
            return Ok(body);
        }
    }
}

fn bad(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Writes a whole answer, or with `sent` less than the body's length an answer that breaks its promise.
pub(super) fn answer(
    to: &mut impl Write,
    status: u16,
    headers: &[(&str, &str)],
    body: &[u8],
    sent: usize,
) -> io::Result<()> {
    let reason = match status {
        200 => "OK",
        201 => "Created",
        404 => "Not Found",
        409 => "Conflict",
        410 => "Gone",
        503 => "Service Unavailable",
        _ => "Bad Request",
    };
    let mut head = format!("HTTP/1.1 {status} {reason}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    to.write_all(head.as_bytes())?;
    to.write_all(&body[..sent])?;
    to.flush()
}
