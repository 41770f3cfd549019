//! Ends this process when libsane neither works nor obeys. Backends wait for paper, lamps and networks without limit.
//!
//! The parent has a watchdog too and uses it first; this one is for a worker whose parent is gone or stuck.
#![expect(clippy::disallowed_methods, reason = "a watchdog needs the real clock")]

use crate::link::{CancelSight, Link};
use sane_rs::Canceller;
use scantrail_capture::protocol::EXIT_HUNG;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often it looks.
const ROUND: Duration = Duration::from_millis(200);

/// A cancel is left to the main thread for so long; a call that blocks longer is cancelled from here.
const COOPERATION: Duration = Duration::from_secs(1);

/// So long after a cancel the worker must be gone: longer than the parent's own patience, or the parent is gone.
const LAST_ROUND: Duration = Duration::from_secs(30);

/// How long a call may take before an order has said so.
const FIRST_PATIENCE: Duration = Duration::from_secs(200);

/// Watches the calls to libsane.
pub(crate) struct Watchdog(Arc<Mutex<Watched>>);

struct Watched {
    in_call_since: Option<Instant>,
    patience: Duration,
    canceller: Option<Canceller>,
}

impl Watchdog {
    /// Starts its thread.
    pub(crate) fn start(link: &Link) -> Self {
        let watched = Watched { in_call_since: None, patience: FIRST_PATIENCE, canceller: None };
        let watched = Arc::new(Mutex::new(watched));
        let (eyes, sight) = (Arc::clone(&watched), link.cancel_sight());
        std::thread::spawn(move || watch(&eyes, &sight));
        Self(watched)
    }

    /// Runs a call that may never return.
    pub(crate) fn during<T>(&self, call: impl FnOnce() -> T) -> T {
        lock(&self.0).in_call_since = Some(Instant::now());
        let result = call();
        lock(&self.0).in_call_since = None;
        result
    }

    /// Sets how long a call may take.
    pub(crate) fn be_patient_for(&self, patience: Duration) {
        lock(&self.0).patience = patience;
    }

    /// Says how to interrupt a call.
    pub(crate) fn guard(&self, canceller: Canceller) {
        lock(&self.0).canceller = Some(canceller);
    }
}

fn lock(watched: &Mutex<Watched>) -> MutexGuard<'_, Watched> {
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}

fn watch(watched: &Mutex<Watched>, sight: &CancelSight) {
    loop {
        std::thread::sleep(ROUND);
        let cancelled_for = sight.cancelled_for();
        let (in_call_for, patience) = {
            let watched = lock(watched);
            (watched.in_call_since.map(|since| since.elapsed()), watched.patience)
        };
        if in_call_for > Some(patience) || cancelled_for > Some(LAST_ROUND) {
            give_up();
        }
        if cancelled_for.min(in_call_for) > Some(COOPERATION) {
            // Once only, and outside the lock: this call may block as well.
            let canceller = lock(watched).canceller.take();
            if let Some(canceller) = canceller {
                std::thread::spawn(move || canceller.cancel());
            }
        }
    }
}

/// Ends the process although another thread is stuck inside a C library.
fn give_up() -> ! {
    // The library's own clean-up may be stuck on the same lock; then this is the end.
    std::thread::spawn(|| {
        std::thread::sleep(Duration::from_secs(2));
        std::process::abort();
    });
    std::process::exit(EXIT_HUNG)
}
