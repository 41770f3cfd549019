//! Reads the words on one page after the other, so that a page on which the engine loses itself or crashes takes only
//! this process with it. Its arguments name the engine; what is said over its pipes is `scantrail_ocr`'s business.
//!
//! This program must not know a pupil, keep a page or outlive its parent.

use rustix::process::{Resource, Rlimit, Signal, nice, set_parent_process_death_signal, setrlimit};
use scantrail_ocr::Engine;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// What an engine with its model, a page and the layout of a page may take. Measured: 176 MB.
const MOST_MEMORY: u64 = 2 << 30;

/// How far it steps back: it gets a third of a core that it shares with somebody who does not.
const BEHIND: i32 = 5;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _nobody_listens = writeln!(io::stderr(), "scantrail-read-worker: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // Whoever looks at what just came in goes first: a person waits for that, for the words nobody.
    // Where that is forbidden it reads as well as ever, only the other waits longer.
    let _forbidden = nice(BEHIND);
    // No core dump: it would put a child's work on the disk.
    for (resource, most) in [(Resource::As, MOST_MEMORY), (Resource::Core, 0)] {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    let engine = Engine::from_arguments(std::env::args_os().skip(1));
    let engine = engine
        .ok_or_else(|| io::Error::other("none of `print LANGUAGE`, `script`, `installed`, `handwriting FOLDER`"))?;
    scantrail_ocr::serve(&engine, &mut io::stdin().lock(), &mut io::stdout().lock())
}
