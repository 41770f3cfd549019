//! The line to the parent. A thread of its own hears acknowledgements and cancels while libsane blocks.
//!
//! A parent that is gone counts as a cancel: the scanner is let go and the worker ends.

use sane_rs::Status;
use scantrail_capture::protocol::{Captured, FromWorker, Splitter, ToWorker};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// At most so often the parent hears that bytes come.
const HEARTBEAT: Duration = Duration::from_millis(200);

/// The parent's end of the conversation.
pub(crate) struct Link {
    socket: UnixStream,
    heard: Arc<Heard>,
    last_beat: Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Heard {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    order: Option<ToWorker>,
    acknowledged: Option<u32>,
    cancelled_at: Option<Instant>,
}

/// A view of [`Link`] for the watchdog's thread.
#[derive(Clone)]
pub(crate) struct CancelSight(Arc<Heard>);

impl CancelSight {
    /// How long ago the parent cancelled or went away.
    pub(crate) fn cancelled_for(&self) -> Option<Duration> {
        self.0.lock().cancelled_at.map(|at| at.elapsed())
    }
}

impl Heard {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[expect(clippy::disallowed_methods, reason = "a watchdog needs the real clock")]
    fn cancel(&self) {
        self.lock().cancelled_at.get_or_insert_with(Instant::now);
        self.changed.notify_all();
    }
}

impl Link {
    /// Moves the socket away from descriptor 0, so that no backend reads from it, and starts to listen.
    pub(crate) fn take_standard_input() -> io::Result<Self> {
        let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        socket.peer_addr()?;
        rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
        let heard = Arc::new(Heard::default());
        let (hearing, ears) = (Arc::clone(&heard), socket.try_clone()?);
        std::thread::Builder::new().name("link".into()).spawn(move || {
            listen(ears, &hearing);
            hearing.cancel();
        })?;
        Ok(Self { socket, heard, last_beat: Mutex::new(None) })
    }

    /// For the watchdog.
    pub(crate) fn cancel_sight(&self) -> CancelSight {
        CancelSight(Arc::clone(&self.heard))
    }

    /// Whether the parent cancelled or went away.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.heard.lock().cancelled_at.is_some()
    }

    /// Says something.
    pub(crate) fn say(&self, message: &FromWorker) {
        self.send(&message.to_bytes());
    }

    /// Hands over a page.
    pub(crate) fn hand_over(&self, captured: &Captured, page: &[u8]) {
        self.send(&captured.to_bytes(page));
    }

    fn send(&self, bytes: &[u8]) {
        if (&self.socket).write_all(bytes).is_err() {
            // Nobody is there to hear it.
            self.heard.cancel();
        }
    }

    /// Says that there is progress, now and then.
    #[expect(clippy::disallowed_methods, reason = "the rhythm of the heartbeat is real time")]
    pub(crate) fn beat(&self, bytes: u64) {
        let mut last = self.last_beat.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| last.elapsed() >= HEARTBEAT) {
            *last = Some(Instant::now());
            self.say(&FromWorker::Heartbeat { bytes });
        }
    }

    /// Waits for the order; `None` if the parent went away or cancelled first.
    pub(crate) fn wait_for_order(&self) -> Option<ToWorker> {
        self.wait_until(|state| state.order.is_some() || state.cancelled_at.is_some()).order.take()
    }

    /// Waits until the parent has made a capture durable, or cancels.
    pub(crate) fn wait_for_acknowledgement(&self, sequence: u32) {
        drop(self.wait_until(|state| state.acknowledged >= Some(sequence) || state.cancelled_at.is_some()));
    }

    fn wait_until(&self, done: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        self.heard.changed.wait_while(self.heard.lock(), |state| !done(state)).unwrap_or_else(PoisonError::into_inner)
    }

    /// Tries until the device is no longer busy, with these pauses between, or the parent cancels.
    pub(crate) fn while_busy<T>(
        &self,
        pauses: &[u64],
        mut attempt: impl FnMut() -> Result<T, sane_rs::Error>,
    ) -> Result<T, sane_rs::Error> {
        for pause in pauses {
            match attempt() {
                Err(error) if error.status() == Some(Status::DeviceBusy) && !self.is_cancelled() => {
                    self.say(&FromWorker::Heartbeat { bytes: 0 });
                    self.pause(Duration::from_millis(*pause));
                }
                other => return other,
            }
        }
        attempt()
    }

    /// Waits, unless cancelled.
    fn pause(&self, time: Duration) {
        let state = self.heard.lock();
        drop(self.heard.changed.wait_timeout_while(state, time, |state| state.cancelled_at.is_none()));
    }
}

/// Hears until the parent is gone or talks nonsense.
fn listen(mut ears: UnixStream, heard: &Heard) {
    let mut splitter = Splitter::default();
    let mut buffer = [0; 4096];
    loop {
        match ears.read(&mut buffer) {
            Ok(count) if count > 0 => splitter.push(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => return,
        }
        loop {
            match splitter.next_frame().map(|frame| frame.map(|frame| ToWorker::parse(&frame))) {
                Ok(None) => break,
                Ok(Some(Ok(ToWorker::Acknowledged { sequence }))) => heard.lock().acknowledged = Some(sequence),
                Ok(Some(Ok(ToWorker::Cancel))) => heard.cancel(),
                Ok(Some(Ok(order))) => heard.lock().order = Some(order),
                Ok(Some(Err(_))) | Err(_) => return,
            }
            heard.changed.notify_all();
        }
    }
}
