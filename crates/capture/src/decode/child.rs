//! The child process: started, fed, watched and always waited for.

use super::wire::Confinement;
use rustix::process::{Pid, Signal, kill_process_group};
use scantrail_core::ports::DecodeError;
use std::io::{BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What the pipe to us holds at once: as much as Linux gives an ordinary process.
const PIPE_BYTES: usize = 1 << 20;

/// A worker that has greeted. Dropping it kills the child, if it still runs, and waits for it.
pub(super) struct Talk {
    /// What the worker says.
    pub(super) answers: BufReader<ChildStdout>,
    /// How well it is locked down.
    pub(super) confinement: Confinement,
    guard: Guard,
}

/// How a worker came to its end.
pub(super) enum Ending {
    /// We killed it because its time was up.
    TookTooLong(Duration),
    /// It ended, or was ended for another reason.
    Other,
}

impl Talk {
    /// Starts the worker, feeds it and waits for its greeting.
    pub(super) fn start(program: &Path, request: Vec<u8>, time: Duration) -> Result<Self, DecodeError> {
        let unavailable = |what: &str, error: std::io::Error| {
            DecodeError::Unavailable(format!("{}: {what}: {error}", program.display()))
        };
        let mut command = Command::new(program);
        // Nothing of ours is its business: no environment, no folder, no terminal; its own group, to be killed as one.
        command
            .env_clear()
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| unavailable("cannot be started", error))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let mut guard = Guard::watch(child, time);
        let (Some(input), Some(output)) = (input, output) else {
            return Err(DecodeError::Unavailable("the pipes to the decoder are missing".into()));
        };
        // A page is 26 MB: in portions of 64 kB both sides would wake 400 times for it. Smaller ones work as well.
        let _size = rustix::pipe::fcntl_setpipe_size(&output, PIPE_BYTES);
        guard.feed(input, request);
        let mut answers = BufReader::new(output);
        match Confinement::read(&mut answers) {
            Ok(confinement) => Ok(Self { answers, confinement, guard }),
            Err(error) => {
                guard.end();
                Err(unavailable("did not greet", error))
            }
        }
    }

    /// Kills the child if it still runs, waits for it, and says how it ended.
    pub(super) fn end(&mut self) -> Ending {
        self.guard.end()
    }
}

/// Owns the child and the two threads beside it: one feeds, one counts the time.
struct Guard {
    child: Arc<Mutex<Child>>,
    time: Duration,
    /// Dropped to tell the watch that the talk is over.
    over: Option<SyncSender<()>>,
    watch: Option<JoinHandle<Watched>>,
    feeder: Option<JoinHandle<()>>,
    waited_for: bool,
}

enum Watched {
    InTime,
    Killed,
}

impl Guard {
    fn watch(child: Child, time: Duration) -> Self {
        let child = Arc::new(Mutex::new(child));
        let (over, until_over) = sync_channel(0);
        let watched = Arc::clone(&child);
        let watch = std::thread::spawn(move || wait_or_kill(&until_over, &watched, time));
        Self { child, time, over: Some(over), watch: Some(watch), feeder: None, waited_for: false }
    }

    /// Writes on a thread of its own: a worker that answers before it has read everything must not block us both.
    fn feed(&mut self, mut input: ChildStdin, request: Vec<u8>) {
        self.feeder = Some(std::thread::spawn(move || {
            // A worker that ends early closes the pipe; what became of it is told by its answers.
            let _closed_early = input.write_all(&request);
        }));
    }

    fn end(&mut self) -> Ending {
        drop(self.over.take());
        let watched = self.watch.take().and_then(|watch| watch.join().ok());
        if !std::mem::replace(&mut self.waited_for, true) {
            let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
            kill(&mut child);
            // Killed or ended by itself: this returns at once, and leaves no zombie.
            let _status = child.wait();
        }
        if let Some(feeder) = self.feeder.take() {
            let _finished = feeder.join();
        }
        match watched {
            Some(Watched::Killed) => Ending::TookTooLong(self.time),
            Some(Watched::InTime) | None => Ending::Other,
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.end();
    }
}

fn wait_or_kill(until_over: &Receiver<()>, child: &Mutex<Child>, time: Duration) -> Watched {
    match until_over.recv_timeout(time) {
        Err(RecvTimeoutError::Timeout) => {
            kill(&mut child.lock().unwrap_or_else(PoisonError::into_inner));
            Watched::Killed
        }
        Ok(()) | Err(RecvTimeoutError::Disconnected) => Watched::InTime,
    }
}

/// Kills the child and whatever it may have started. It must not have been waited for: until then its number, which is
/// its group's too, cannot belong to anybody else.
fn kill(child: &mut Child) {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    // An error means that there is nobody left to kill.
    let _group_gone = group.map(|group| kill_process_group(group, Signal::KILL));
    let _child_gone = child.kill();
}
