//! What the parts of a page's way cost, for whoever listens: processor time of the thread, told as a debug event.
//!
//! It must not know what the parts are. Nobody is measured unless `SCANTRAIL_LOG` asks for `scantrail_daemon::spent`.

use rustix::time::{ClockId, clock_gettime};

/// Does a part of the work. Listeners hear its name and its microseconds of this thread; what it has done in other
/// processes is not in them.
pub(crate) fn on<T>(stage: &'static str, work: impl FnOnce() -> T) -> T {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return work();
    }
    let before = microseconds();
    let result = work();
    tracing::debug!(stage, cpu_us = microseconds() - before, "spent");
    result
}

fn microseconds() -> i64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
}
