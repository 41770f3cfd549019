//! The process of a reading worker: started, talked with until a moment comes, ended for certain.

use super::Engine;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often it is looked whether the work was cancelled.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// What the worker may have of our environment: where models and its libraries are.
const ENVIRONMENT: [&str; 3] = ["TESSDATA_PREFIX", "LD_LIBRARY_PATH", "LANG"];

/// How long to wait, and what ends the waiting.
#[derive(Clone, Copy)]
pub(super) struct Until<'a> {
    pub(super) deadline: Instant,
    pub(super) cancelled: &'a AtomicBool,
}

/// Why a worker did not answer.
#[derive(Debug)]
pub(super) enum Ended {
    /// The deadline came first.
    TimeUp,
    /// Nobody wants the answer any more.
    Cancelled,
    /// It died, or talks nonsense.
    Gone(io::Error),
}

/// A running worker. Dropping it kills it, with all it started, and waits for it.
#[derive(Debug)]
pub(super) struct Child {
    process: std::process::Child,
    input: ChildStdin,
    output: ChildStdout,
    /// What came behind the last line.
    rest: Vec<u8>,
}

impl Child {
    /// Starts a worker with an engine.
    pub(super) fn start(program: &Path, engine: &Engine) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(engine.arguments()).env_clear().current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // The engine would start four threads for each page; pages are read side by side instead.
        command.env("OMP_THREAD_LIMIT", "1").env("RTEN_NUM_THREADS", "1");
        command.envs(ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        let mut process = command.spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("the pipes of a worker are missing"));
        };
        let child = Self { process, input, output, rest: Vec::new() };
        rustix::io::ioctl_fionbio(&child.input, true)?;
        rustix::io::ioctl_fionbio(&child.output, true)?;
        Ok(child)
    }

    /// Hands everything over.
    pub(super) fn send(&mut self, mut bytes: &[u8], until: Until<'_>) -> Result<(), Ended> {
        while !bytes.is_empty() {
            match self.input.write(bytes) {
                Ok(0) => return Err(Ended::Gone(io::ErrorKind::WriteZero.into())),
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait(&self.input, PollFlags::OUT, until)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Ended::Gone(error)),
            }
        }
        Ok(())
    }

    /// The next line it says.
    pub(super) fn line(&mut self, until: Until<'_>) -> Result<Vec<u8>, Ended> {
        let mut chunk = [0; 1 << 14];
        loop {
            if let Some(end) = self.rest.iter().position(|&byte| byte == b'\n') {
                let rest = self.rest.split_off(end + 1);
                return Ok(std::mem::replace(&mut self.rest, rest));
            }
            match self.output.read(&mut chunk) {
                Ok(0) => return Err(Ended::Gone(io::ErrorKind::UnexpectedEof.into())),
                Ok(read) => self.rest.extend_from_slice(&chunk[..read]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait(&self.output, PollFlags::IN, until)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Ended::Gone(error)),
            }
        }
    }

    /// Its process number, for tests.
    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Until it is waited for, its number, which is its group's too, cannot belong to anybody else.
        let group = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        // An error means that there is nobody left to kill.
        let _group_gone = group.map(|group| kill_process_group(group, Signal::KILL));
        let _child_gone = self.process.kill();
        let _status = self.process.wait();
    }
}

/// Waits until the pipe is ready, or ends the waiting.
#[expect(clippy::disallowed_methods, reason = "tells a time limit; no time is kept")]
fn wait(pipe: &impl AsFd, ready: PollFlags, until: Until<'_>) -> Result<(), Ended> {
    loop {
        if until.cancelled.load(Ordering::Acquire) {
            return Err(Ended::Cancelled);
        }
        let left = until.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Ended::TimeUp);
        }
        let patience =
            Timespec::try_from(left.min(LOOK_EVERY)).map_err(|error| Ended::Gone(io::Error::other(error)))?;
        match poll(&mut [PollFd::new(pipe, ready)], Some(&patience)) {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => return Ok(()),
            Err(error) => return Err(Ended::Gone(error.into())),
        }
    }
}
