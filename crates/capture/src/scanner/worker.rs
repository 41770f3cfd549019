//! One worker process: started in a group of its own, listened to with a time limit, always waited for.
//!
//! The socket is the worker's standard input, which no C library writes to; what it prints goes elsewhere. This
//! module must not know what the messages mean.
#![expect(clippy::disallowed_methods, reason = "a watchdog needs the real clock")]

use super::error::ProtocolFault;
use crate::protocol::{FromWorker, Splitter};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long one wait for bytes lasts: the granularity of cancelling and of the watchdog.
const TICK: Duration = Duration::from_millis(50);

/// How much of what the worker printed is kept.
const LAST_WORDS: usize = 2000;

/// How often it is read from after the end; something the worker left behind may print for ever.
const LAST_READS: usize = 64;

/// What a wait brought.
#[derive(Debug)]
pub(super) enum Heard {
    /// A message and its body.
    Message(Box<FromWorker>, Vec<u8>),
    /// Nothing yet, after one tick at most.
    Nothing,
    /// The worker will say no more.
    Closed,
}

/// A running worker. Dropping it ends it by force.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    ended: Option<ExitStatus>,
    socket: UnixStream,
    printed: Option<ChildStderr>,
    last_words: Vec<u8>,
    splitter: Splitter,
    buffer: Vec<u8>,
    closed: bool,
    heard_at: Instant,
    stopped_at: Option<Instant>,
}

impl Worker {
    /// Starts one. `config` becomes the only folder in which SANE looks for its configuration.
    pub(super) fn start(program: &Path, config: Option<&Path>) -> io::Result<Self> {
        let (socket, theirs) = UnixStream::pair()?;
        socket.set_write_timeout(Some(Duration::from_secs(5)))?;
        let mut command = Command::new(program);
        command
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // SANE looks for configuration in the working directory first; there must be none.
            .current_dir("/")
            .process_group(0);
        if let Some(config) = config {
            command.env("SANE_CONFIG_DIR", config);
        }
        let mut child = command.spawn()?;
        // `command` still holds their end of the socket, which would hide the worker's death.
        drop(command);
        let printed = child.stderr.take();
        Ok(Self {
            child,
            ended: None,
            socket,
            printed,
            last_words: Vec::new(),
            splitter: Splitter::default(),
            buffer: vec![0; 256 * 1024],
            closed: false,
            heard_at: Instant::now(),
            stopped_at: None,
        })
    }

    /// Says something. A worker that no longer listens shows in [`Self::listen`].
    pub(super) fn say(&mut self, bytes: &[u8]) {
        if let Err(error) = self.socket.write_all(bytes) {
            tracing::debug!(%error, "scanner worker does not listen");
        }
    }

    /// How long nothing has come.
    pub(super) fn silence(&self) -> Duration {
        self.heard_at.elapsed()
    }

    /// Starts counting silence anew: the time since was ours, not the worker's.
    pub(super) fn forgive_silence(&mut self) {
        self.heard_at = Instant::now();
    }

    /// Says the word that asks it to stop, and counts from now.
    pub(super) fn stop(&mut self, word: &[u8]) {
        self.say(word);
        self.stopped_at = Some(Instant::now());
    }

    /// How long ago it was asked to stop.
    pub(super) fn stopping_for(&self) -> Option<Duration> {
        self.stopped_at.map(|at| at.elapsed())
    }

    /// The end of what the worker printed.
    pub(super) fn last_words(&self) -> String {
        String::from_utf8_lossy(&self.last_words).into_owned()
    }

    /// Waits for one message, one tick at most.
    pub(super) fn listen(&mut self) -> Result<Heard, ProtocolFault> {
        if let Some(frame) = self.splitter.next_frame()? {
            let message = FromWorker::parse(&frame)?;
            return Ok(Heard::Message(Box::new(message), frame.body));
        }
        if self.closed {
            return Ok(Heard::Closed);
        }
        let (said, printed) = self.wait_for_bytes();
        if printed {
            self.keep_last_words();
        }
        if said {
            self.take_bytes();
        } else if self.has_ended() {
            // A child of the worker may hold the socket open: take what the worker said last, and wait for no more.
            self.closed = self.socket.set_nonblocking(true).is_err();
            self.take_bytes();
        }
        Ok(Heard::Nothing)
    }

    fn wait_for_bytes(&self) -> (bool, bool) {
        let mut watched = vec![PollFd::new(&self.socket, PollFlags::IN)];
        if let Some(printed) = &self.printed {
            watched.push(PollFd::new(printed, PollFlags::IN));
        }
        let tick = Timespec { tv_sec: 0, tv_nsec: i64::from(TICK.subsec_nanos()) };
        // Interrupted by a signal: as good as nothing heard.
        if poll(&mut watched, Some(&tick)).is_err() {
            return (false, false);
        }
        let ready = |fd: Option<&PollFd<'_>>| fd.is_some_and(|fd| !fd.revents().is_empty());
        (ready(watched.first()), ready(watched.get(1)))
    }

    fn take_bytes(&mut self) {
        match self.socket.read(&mut self.buffer) {
            Ok(count) if count > 0 => {
                self.splitter.push(&self.buffer[..count]);
                self.heard_at = Instant::now();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => self.closed = true,
        }
    }

    fn keep_last_words(&mut self) {
        let mut buffer = [0; 4096];
        match self.printed.as_mut().map(|printed| printed.read(&mut buffer)) {
            Some(Ok(count)) if count > 0 => {
                self.last_words.extend_from_slice(&buffer[..count]);
                let surplus = self.last_words.len().saturating_sub(LAST_WORDS);
                self.last_words.drain(..surplus);
            }
            _ => self.printed = None,
        }
    }

    fn group(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Whether the worker is gone; it stays a zombie, so that its number still names its group.
    fn has_ended(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        self.ended.is_some() || !matches!(waitid(WaitId::Pid(self.group()), look), Ok(None))
    }

    /// Waits for its end for so long; whether it came.
    fn wait_for_end(&mut self, patience: Duration) -> bool {
        let since = Instant::now();
        while !self.has_ended() {
            if since.elapsed() >= patience {
                return false;
            }
            // Reading on, or a worker that prints much would block in its last words.
            let (said, printed) = self.wait_for_bytes();
            if printed {
                self.keep_last_words();
            }
            if said {
                match self.socket.read(&mut self.buffer) {
                    Ok(count) if count > 0 => {}
                    // Closed but not yet gone: the end is near, and poll would no longer wait.
                    _ => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        }
        true
    }

    /// Gives the worker so long to end by itself, then makes it. Whether it ended by itself, and how.
    pub(super) fn end(&mut self, patience: Duration, terminate: Duration) -> (bool, ExitStatus) {
        let by_itself = self.wait_for_end(patience);
        if !by_itself {
            self.signal(Signal::TERM);
            self.wait_for_end(terminate);
        }
        (by_itself, self.reap())
    }

    /// Kills what is left of the group, the worker included, and collects the worker.
    fn reap(&mut self) -> ExitStatus {
        if let Some(status) = self.ended {
            return status;
        }
        self.signal(Signal::KILL);
        for _ in 0..LAST_READS {
            if self.printed.is_none() || !self.wait_for_bytes().1 {
                break;
            }
            self.keep_last_words();
        }
        let status = self.child.wait().expect("a child of ours that nobody else waits for");
        self.ended = Some(status);
        status
    }

    fn signal(&self, signal: Signal) {
        if let Err(error) = kill_process_group(self.group(), signal) {
            tracing::debug!(%error, "scanner worker group is gone");
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.reap();
    }
}
