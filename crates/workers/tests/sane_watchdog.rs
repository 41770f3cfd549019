//! Workers that die, hang or lose their parent: nothing is left running, nothing is started too early.
#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod sane_support;

use rustix::fs::OFlags;
use sane_support::{Collect, Setup, WORKER, request, trickle};
use scantrail_capture::protocol::{self, EXIT_HUNG, FromWorker, Splitter, ToWorker};
use scantrail_capture::scanner::{
    BetweenPages, CancelToken, Colour, EndReason, Limits, ScanFault, ScanRequest, ScannerClient, Source,
};
use std::fs::{OpenOptions, Permissions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// A worker of our own, without the client.
fn worker(setup: &Setup, request: ScanRequest, patience: u64) -> (Child, UnixStream) {
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let child = Command::new(WORKER)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .env("SANE_CONFIG_DIR", setup.folder())
        .spawn()
        .unwrap();
    let order = protocol::ScanOrder {
        device: request.device,
        source: Source::Feeder,
        colour: Colour::Grey,
        dpi: request.dpi.get(),
        page_width: 21_000,
        page_height: 29_700,
        options: request.options,
        stack: Vec::new(),
        between_pages: BetweenPages::Start,
        busy_pauses: Vec::new(),
        patience,
    };
    ours.write_all(&ToWorker::Scan(order).to_bytes()).unwrap();
    (child, ours)
}

/// Reads until that message; how many pages were started before it. `None` if the worker is gone.
fn read_until(socket: &mut UnixStream, wanted: impl Fn(&FromWorker) -> bool) -> Option<usize> {
    let mut splitter = Splitter::default();
    let mut buffer = [0; 1000];
    let mut started = 0;
    loop {
        let count = socket.read(&mut buffer).unwrap();
        if count == 0 {
            return None;
        }
        splitter.push(&buffer[..count]);
        while let Some(frame) = splitter.next_frame().unwrap() {
            let message = FromWorker::parse(&frame).unwrap();
            started += usize::from(matches!(message, FromWorker::CaptureStarted { .. }));
            if wanted(&message) {
                return Some(started);
            }
        }
    }
}

#[test]
fn no_page_is_started_before_the_last_one_is_safe() {
    let setup = Setup::new("test");
    let (mut child, mut socket) = worker(&setup, request(Source::Feeder), 600_000);
    assert_eq!(read_until(&mut socket, |message| matches!(message, FromWorker::Captured(_))), Some(1));
    // In place of an acknowledgement.
    socket.write_all(&ToWorker::Cancel.to_bytes()).unwrap();
    let cancelled = |message: &FromWorker| matches!(message, FromWorker::End { reason: EndReason::Cancelled });
    assert_eq!(read_until(&mut socket, cancelled), Some(0));
    ended_by_itself(child.wait().unwrap());
}

/// A program in place of the worker.
fn script(setup: &Setup, lines: &str) -> PathBuf {
    let path = setup.file("worker.sh", format!("#!/bin/sh\n{lines}\n"));
    std::fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    path
}

#[test]
fn a_worker_that_obeys_nothing_is_killed_with_all_it_started() {
    let setup = Setup::new("test");
    let hello = r#"{"type":"hello","protocol":1,"sane":"0"}"#;
    let greet = format!("printf 'SCTR\\{:03o}\\0\\0\\0\\0\\0\\0\\0%s' '{hello}' >&0", hello.len());
    // Whoever lives holds the pipe open.
    let pipe = setup.path("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
    let mut alive = OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open(&pipe).unwrap();
    let hold = format!("exec 9>'{}'\necho held >&9", pipe.display());
    let deaf = format!("{hold}\n{greet}\ntrap '' TERM\nsleep 1000 &\nwhile :; do sleep 1000; done");
    let limits = Limits {
        no_progress: Duration::from_millis(300),
        cancel: Duration::from_millis(200),
        terminate: Duration::from_millis(200),
        ..Limits::default()
    };
    let client = ScannerClient::new(script(&setup, &deaf)).with_config_dir(setup.folder()).with_limits(limits);
    let error = client.scan(&request(Source::Feeder), &mut Collect::default(), &CancelToken::new()).unwrap_err();
    assert!(matches!(error.fault, ScanFault::Hung { .. }), "{:?}", error.fault);
    rustix::io::ioctl_fionbio(&alive, false).unwrap();
    let mut said = String::new();
    // Ends when the last of them is gone.
    alive.read_to_string(&mut said).unwrap();
    assert_eq!(said, "held\n");
}

#[test]
fn a_worker_that_crashes_leaves_its_last_words() {
    let setup = Setup::new("test");
    let program = script(&setup, "echo 'free(): invalid pointer' >&2; kill -ABRT $$");
    let client = ScannerClient::new(program).with_config_dir(setup.folder());
    let error = client.scan(&request(Source::Feeder), &mut Collect::default(), &CancelToken::new()).unwrap_err();
    let ScanFault::WorkerDied { status, last_words } = error.fault else { panic!("{:?}", error.fault) };
    assert_eq!((status.signal(), last_words.trim()), (Some(6), "free(): invalid pointer"));
}

#[test]
fn a_worker_of_another_version_is_refused() {
    let setup = Setup::new("test");
    let hello = r#"{"type":"hello","protocol":99,"sane":"0"}"#;
    let greet = format!("printf 'SCTR\\{:03o}\\0\\0\\0\\0\\0\\0\\0%s' '{hello}' >&0", hello.len());
    let fault = ScannerClient::new(script(&setup, &greet)).list().unwrap_err().fault;
    assert!(matches!(fault, ScanFault::Protocol(_)), "{fault:?}");
}

#[test]
fn an_orphan_lets_go_of_the_scanner_and_ends() {
    let setup = Setup::new("test");
    let (mut child, mut socket) = worker(&setup, trickle(), 600_000);
    let at_work = |message: &FromWorker| matches!(message, FromWorker::Heartbeat { .. });
    assert!(read_until(&mut socket, at_work).is_some());
    drop(socket);
    ended_by_itself(child.wait().unwrap());
}

/// The backend's own cancel hangs now and then: it kills its reader thread while that holds a lock of the allocator.
/// Then the watchdog of the worker ends it.
fn ended_by_itself(status: ExitStatus) {
    assert!(status.success() || status.code() == Some(EXIT_HUNG), "{status}");
}

#[test]
fn a_worker_that_hangs_gives_itself_up() {
    let setup = Setup::new("test");
    // Each read takes 200 ms or more; a patience of 1 ms stands for a read that never ends.
    let (mut child, _socket) = worker(&setup, trickle(), 1);
    assert_eq!(child.wait().unwrap().code(), Some(EXIT_HUNG));
}
