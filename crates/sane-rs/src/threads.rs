//! Threads that backends start, ended without harm to the heap.
//!
//! `sanei_thread` of SANE (seen in 1.2.1) asks for `PTHREAD_CANCEL_ASYNCHRONOUS`, and backends end their readers by
//! cancelling them. One that is hit between taking and giving back the lock of the heap waits for that lock when it ends,
//! for ever, and `sane_read` or `sane_cancel` waits for it: with `libsane-test` under load one page in twelve thousand. A thread that ends where POSIX lets it by default, while it writes or waits, holds no such lock.
//!
//! The symbol below takes the place of libc's for the backends, if the program exports it: the linker is told so with
//! `--export-dynamic-symbol=pthread_setcanceltype`. Without that nothing changes.
#![expect(unsafe_code, reason = "gives backends another function than libc's")]

use std::ffi::c_int;

/// `PTHREAD_CANCEL_DEFERRED` of `pthread.h`, the same on every Linux.
const DEFERRED: c_int = 0;
/// The only other kind.
const ASYNCHRONOUS: c_int = 1;
/// `EINVAL` of `errno.h`.
const INVALID: c_int = 22;

/// Leaves every thread as it began: to be ended where it waits. Nobody in this program can be cancelled elsewhere, so
/// the kind it had before is always that.
// SAFETY: of the same name and signature as the function of POSIX that it stands for; nobody else here defines it.
#[unsafe(no_mangle)]
extern "C" fn pthread_setcanceltype(kind: c_int, before: *mut c_int) -> c_int {
    if !matches!(kind, DEFERRED | ASYNCHRONOUS) {
        return INVALID;
    }
    if !before.is_null() {
        // SAFETY: whoever calls it gives null or a place for the answer, as POSIX asks.
        unsafe { before.write(DEFERRED) };
    }
    0
}

/// Takes the function into the program.
pub(crate) fn end_where_they_wait() {
    pthread_setcanceltype(DEFERRED, std::ptr::null_mut());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_stays_as_it_began() {
        let mut before = ASYNCHRONOUS;
        assert_eq!((pthread_setcanceltype(ASYNCHRONOUS, &raw mut before), before), (0, DEFERRED));
        before = ASYNCHRONOUS;
        assert_eq!((pthread_setcanceltype(DEFERRED, &raw mut before), before), (0, DEFERRED));
        assert_eq!(pthread_setcanceltype(7, std::ptr::null_mut()), INVALID);
    }
}
