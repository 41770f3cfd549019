//! The lock holds from the inside, and the daemon's side survives whatever a worker does.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[expect(dead_code, reason = "shared with other tests, which use the rest")]
mod decode_support;

use decode_support::{LIMITS, colour_picture, decoder, jpeg, worker};
use scantrail_capture::decode::wire::Confinement;
use scantrail_capture::decode::{Limits, SandboxedDecoder};
use scantrail_core::ports::{DecodeError, Decoder};
use scantrail_core::vocabulary::Media;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};
use std::time::Duration;

fn self_test(name: &str) -> Output {
    // As the client starts it: a wish for backtraces would make an ending program open files.
    Command::new(worker()).args(["--self-test", name]).env_clear().output().unwrap()
}

#[test]
fn a_locked_worker_that_only_computes_lives() {
    assert_eq!(self_test("nothing").status.code(), Some(0));
}

#[test]
fn a_locked_worker_dies_at_the_first_forbidden_call() {
    for name in ["open", "connect", "exec", "thread"] {
        let ended = self_test(name);
        assert_eq!(ended.status.signal(), Some(libc::SIGSYS), "{name}: {ended:?}");
    }
}

#[test]
fn landlock_alone_denies_files_and_network_too() {
    let confinement = decoder().check().unwrap();
    for name in ["landlock-open", "landlock-connect"] {
        let said = String::from_utf8(self_test(name).stdout).unwrap();
        // Port 9 of this machine refuses; a denial comes before anybody is asked.
        let denied = said.contains("Permission denied");
        assert_eq!(denied, confinement != Confinement::NoLandlock, "{name}: {said}");
    }
}

#[test]
fn a_locked_worker_cannot_take_all_memory() {
    assert_eq!(self_test("memory").status.signal(), Some(libc::SIGABRT));
}

/// A program in place of the worker: `script` runs after the greeting.
fn impostor(script: &str, limits: Limits) -> (tempfile::TempDir, SandboxedDecoder) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("impostor");
    #[expect(clippy::disallowed_methods, reason = "a program for one test need not survive a power cut")]
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    let decoder = SandboxedDecoder::new(path, limits);
    (folder, decoder)
}

fn failure(script: &str) -> DecodeError {
    let limits = Limits { time: Duration::from_secs(1), ..LIMITS };
    let (_folder, decoder) = impostor(script, limits);
    // More than a pipe holds, so that feeding would block if nobody reads.
    let error = decoder.decode(&vec![0; 1 << 20], Media::Jpeg).unwrap_err();
    assert!(decoder.take_apart(&[0; 10], Media::Jpeg).is_err());
    error
}

const GREETING: &str = r"printf 'SDA2\000'";

#[test]
fn a_worker_that_dies_is_the_files_fault_once_it_has_greeted() {
    let crashed = DecodeError::Unreadable("the decoder crashed on it".into());
    assert_eq!(failure(&format!("{GREETING}; kill -SEGV $$")), crashed);
    assert_eq!(failure(&format!("{GREETING}; exit 1")), crashed);
    assert_eq!(failure(&format!(r"{GREETING}; printf '\001\001'; exit 0")), crashed, "half an answer");
}

#[test]
fn a_worker_that_does_not_greet_is_not_the_files_fault() {
    assert!(matches!(failure("exit 0"), DecodeError::Unavailable(_)));
    assert!(matches!(failure("kill -SEGV $$"), DecodeError::Unavailable(_)));
    assert!(matches!(failure("echo hello"), DecodeError::Unavailable(_)));
    assert!(matches!(failure("exec /bin/sleep 1000"), DecodeError::Unavailable(_)));
    let missing = SandboxedDecoder::new("/nowhere/scantrail-decode-worker".into(), LIMITS);
    assert!(matches!(missing.check(), Err(DecodeError::Unavailable(_))));
}

#[test]
fn a_worker_that_never_ends_is_killed() {
    let busy = DecodeError::Unreadable("the decoder was still busy with it after 1 s".into());
    assert_eq!(failure(&format!("{GREETING}; exec /bin/sleep 1000")), busy);
}

#[test]
fn a_worker_is_not_believed() {
    // Pixels of 4 billion columns with three bytes of them; a page where pixels were asked for; endless talk.
    let huge =
        r"printf '\001\003\377\377\377\377\001\000\000\000\000\000\000\000\000\003\000\000\000\000\000\000\000abc'";
    let page = r"printf '\002\000\001\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000'";
    for script in [huge, page, "/usr/bin/yes", r"printf '\011'"] {
        let error = failure(&format!("{GREETING}; {script}"));
        assert!(matches!(error, DecodeError::Unreadable(_)), "{script}: {error}");
    }
}

#[test]
fn many_files_at_once_leave_no_process_behind() {
    let file = jpeg(&colour_picture(64, 48), 300);
    let decoder = decoder();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..3 {
                    assert!(decoder.decode(&file, Media::Jpeg).is_ok());
                    assert!(decoder.decode(&file[..100], Media::Jpeg).is_err());
                }
            });
        }
    });
    let this = std::process::id();
    let children = std::fs::read_to_string(format!("/proc/{this}/task/{this}/children")).unwrap();
    assert_eq!(children.trim(), "");
}
