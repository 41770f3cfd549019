//! A folder that other programs save into: every file in it is offered once, when it is all there.
//!
//! Events of the system only wake the thread earlier; what happens then is always the same full look at the folder
//! ([`Tracker::look`]), so that a file which arrived before the start, between two events or on a file system without
//! events takes the same way as any other. A file is known by device, inode, size and time of change, never by its
//! name: copiers begin again at `SCN_0001.pdf`.
//!
//! This module must not move, change or delete a file; whoever is told of it claims it. It knows one folder, not the
//! folders in it.

mod settle;
mod tracker;

pub use settle::{FileKey, Writers, writers};
pub use tracker::{Answer, Found, Patience, Tracker};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How a folder is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The folder.
    pub folder: PathBuf,
    /// How long things may take.
    pub patience: Patience,
    /// How often to look without any event.
    pub rescan: Duration,
}

/// Why a folder is not watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The thread could not be started.
    #[error("cannot start the watch on {}", folder.display())]
    Thread {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Something is to be looked at: a change in the folder, or that the watch is to end.
struct Wake;

/// A thread that watches one folder. Dropping it ends the thread and waits for it.
#[derive(Debug)]
pub struct FolderWatcher {
    wake: SyncSender<Wake>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl FolderWatcher {
    /// Begins to watch; `tell` is called on the watching thread, in the natural order of names within one look.
    ///
    /// A folder that is not there (yet) is no error: it is looked for again and again.
    pub fn start(options: Options, tell: impl FnMut(Found) -> Answer + Send + 'static) -> Result<Self, WatchError> {
        // One wake that was not yet seen stands for any number of changes.
        let (wake, woken) = sync_channel(1);
        let stopping = Arc::new(AtomicBool::new(false));
        let (events, stop) = (wake.clone(), Arc::clone(&stopping));
        let folder = options.folder.clone();
        let thread = std::thread::Builder::new()
            .name("folder".into())
            .spawn(move || watch(&options, &events, &woken, &stop, tell))
            .map_err(|source| WatchError::Thread { folder, source })?;
        Ok(Self { wake, stopping, thread: Some(thread) })
    }

    /// Ends the watch and waits until nothing more is told; what `tell` is doing at the moment is waited for.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stopping.store(true, Ordering::Release);
        wake(&self.wake);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the folder watch ended by a panic");
        }
    }
}

impl Drop for FolderWatcher {
    fn drop(&mut self) {
        if self.thread.is_some() {
            self.end();
        }
    }
}

/// Full means that a look is coming anyway; disconnected, that the thread has ended.
fn wake(thread: &SyncSender<Wake>) {
    match thread.try_send(Wake) {
        Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
    }
}

#[expect(clippy::disallowed_methods, reason = "a monotonic stopwatch; the tracker itself takes time as a value")]
fn watch(
    options: &Options,
    events: &SyncSender<Wake>,
    woken: &Receiver<Wake>,
    stopping: &AtomicBool,
    mut tell: impl FnMut(Found) -> Answer,
) {
    let begun = Instant::now();
    let mut tracker = Tracker::new(options.folder.clone(), options.patience);
    let mut source = None;
    while !stopping.load(Ordering::Acquire) {
        // Before the look, so that nothing falls between the two; again after an outage of the folder.
        if source.is_none() {
            source = listen(&options.folder, events);
        }
        tracker.look(begun.elapsed(), &mut tell);
        if !tracker.reached() {
            source = None;
        }
        let due = tracker.due().map_or(options.rescan, |due| due.saturating_sub(begun.elapsed()));
        // A moment at least, lest a file that stays busy keeps this thread so.
        let pause = due.min(options.rescan).max(Duration::from_millis(50).min(options.rescan));
        match woken.recv_timeout(pause) {
            Ok(Wake) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Events of the folder; `None` where there are none to be had, and the periodic look must do.
fn listen(folder: &Path, events: &SyncSender<Wake>) -> Option<RecommendedWatcher> {
    match settle::is_remote(folder) {
        Ok(false) => {}
        // Events of a remote file system tell only what this machine does to it.
        Ok(true) | Err(_) => return None,
    }
    let events = events.clone();
    let on_event = move |event: notify::Result<notify::Event>| {
        // Our own reading opens and closes files: that is no news.
        let news = event.is_ok_and(
            |event| !matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write)),
        );
        if news {
            wake(&events);
        }
    };
    let listened = notify::recommended_watcher(on_event).and_then(|mut watcher| {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    match listened {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::warn!(%error, "no events from a watched folder; looking from time to time instead");
            None
        }
    }
}
