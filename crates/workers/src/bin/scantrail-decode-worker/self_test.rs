//! `--self-test NAME`: shuts every door and tries one of them. A test of the lock, from the inside; hidden from help.

use crate::lockdown;
use scantrail_capture::decode::wire::Bounds;
use std::hint::black_box;
use std::io::{self, Write};
use std::process::ExitCode;

/// Bounds of an ordinary page.
const BOUNDS: Bounds = Bounds { bytes: 1 << 20, pixels: 1_000_000, pages: 10, seconds: 5 };

/// The name of the test on the command line, if there is one.
pub(crate) fn asked_for() -> Option<String> {
    let mut arguments = std::env::args().skip(1);
    (arguments.next().as_deref() == Some("--self-test")).then(|| arguments.next().unwrap_or_default())
}

/// Fails with 1 if the door was open. A door that is shut ends the process by a signal; with `landlock-` in front the
/// filter is left out and the kernel's answer is printed.
pub(crate) fn run(name: &str) -> ExitCode {
    let (name, shut) = match name.strip_prefix("landlock-") {
        Some(name) => (name, lockdown::restrict_files_and_network()),
        None => (name, lockdown::shut(&BOUNDS)),
    };
    let tried: Result<(), io::Error> = match (shut, name) {
        (Err(why), _) => Err(io::Error::other(why)),
        (Ok(_), "nothing") => return ExitCode::SUCCESS,
        (Ok(_), "open") => std::fs::File::open("/etc/passwd").map(drop),
        (Ok(_), "connect") => std::net::TcpStream::connect("127.0.0.1:9").map(drop),
        (Ok(_), "exec") => std::process::Command::new("/bin/true").status().map(drop),
        (Ok(_), "thread") => std::thread::Builder::new().spawn(|| {}).map(drop),
        (Ok(_), "memory") => {
            // Touched, so that it is really there.
            let mut block = vec![0_u8; 4 << 30];
            block.iter_mut().step_by(4096).for_each(|byte| *byte = 1);
            black_box(&block);
            Ok(())
        }
        (Ok(_), "endless") => loop {
            black_box(0);
        },
        (Ok(_), _) => Err(io::Error::other("no such test")),
    };
    match tried {
        Ok(()) => ExitCode::FAILURE,
        Err(error) => {
            let said = writeln!(io::stdout(), "{error}");
            if said.is_ok() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}
