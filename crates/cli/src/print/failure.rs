//! Errors for people: what, the chain of causes, what to type next; and the exit code for machines.

use scantrail_daemon::{DaemonError, Exit};
use std::fmt::Write as _;
use std::process::ExitCode;

/// A configuration with faults, all of them in the text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Faulty(pub(crate) String);

/// Prints an error to stderr and says the exit code that goes with it.
pub(crate) fn failure(error: &anyhow::Error) -> ExitCode {
    let mut lines = format!("error: {error}\n");
    let mut told = error.to_string();
    for cause in error.chain().skip(1) {
        let text = cause.to_string();
        // A transparent error repeats its source's words.
        if text != told {
            writeln!(lines, "caused by: {text}").expect("a string takes everything");
        }
        told = text;
    }
    let daemon = error.chain().find_map(|cause| cause.downcast_ref::<DaemonError>());
    if let Some(hint) = daemon.and_then(DaemonError::hint) {
        writeln!(lines, "hint: {hint}").expect("a string takes everything");
    }
    let mut stderr = std::io::stderr().lock();
    // Nobody can be told that stderr is gone.
    drop(std::io::Write::write_all(&mut stderr, lines.as_bytes()));
    let exit = match daemon {
        Some(error) => error.exit(),
        None if error.downcast_ref::<Faulty>().is_some() => Exit::Configuration,
        None => Exit::Failed,
    };
    ExitCode::from(exit as u8)
}
