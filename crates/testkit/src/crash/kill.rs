//! One command, killed at one of its system calls: from the outside, and at the same place every time.

use super::tools::Trouble;
use crate::demo::Scantrail;
use std::ffi::OsString;
use std::fmt;
use std::process::{Command, Output, Stdio};

/// Where a command is killed: as it makes a call of one kind for the `number`th time in one thread, counted from 1. A
/// command that makes fewer of them is not killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill {
    /// The call, as `strace` names it.
    pub call: &'static str,
    /// Which of them.
    pub number: usize,
}

impl Kill {
    /// Runs a command to its end or to its death; gives how it ended and what it said.
    pub fn run<S: AsRef<std::ffi::OsStr>>(self, scantrail: &Scantrail, words: &[S]) -> Result<Output, Trouble> {
        let inner = scantrail.command(words);
        let call = self.call;
        let mut command = Command::new("strace");
        // `-D`: what is started here is the program itself, so that its end is seen.
        command.args(["-D", "-f", "-qq", "-o", "/dev/null", "-e"]).arg(format!("trace={call}")).arg("-e");
        command.arg(format!("inject={call}:signal=KILL:when={}", self.number));
        command.arg(inner.get_program()).args(inner.get_args().map(OsString::from).collect::<Vec<_>>());
        command.env_remove("SCANTRAIL_LOG").env("NO_COLOR", "1").env("OMP_THREAD_LIMIT", "1").stdin(Stdio::null());
        command.output().map_err(|error| Trouble::Missing {
            what: format!("`strace` cannot be started: {error}"),
            hint: "run `cargo xtask setup`",
        })
    }
}

impl fmt::Display for Kill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "killed at {} number {}", self.call, self.number)
    }
}
