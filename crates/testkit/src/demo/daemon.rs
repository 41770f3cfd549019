//! A running `scantrail serve`.

use super::command::{Failed, Scantrail};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

/// A running daemon; killed when dropped.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    url: String,
}

impl Daemon {
    /// Starts it and waits until its page is served.
    pub fn start(scantrail: &Scantrail) -> Result<Self, Failed> {
        Self::serving(scantrail.start(["serve"])?)
    }

    /// The same from a command that somebody has changed, and that ends in `serve`.
    pub fn from_command(mut command: std::process::Command) -> Result<Self, Failed> {
        let started = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        Self::serving(started.map_err(|source| Failed::Start { program: command.get_program().into(), source })?)
    }

    /// The same, with its log in a file: `filter` says how much it tells, as `SCANTRAIL_LOG` does.
    pub fn start_logging(scantrail: &Scantrail, filter: &str, log: std::fs::File) -> Result<Self, Failed> {
        let mut command = scantrail.command(["serve"]);
        command.env("SCANTRAIL_LOG", filter).env("NO_COLOR", "1").stdout(Stdio::piped()).stderr(log);
        let started = command.spawn();
        Self::serving(started.map_err(|source| Failed::Start { program: "scantrail serve".into(), source })?)
    }

    fn serving(mut child: Child) -> Result<Self, Failed> {
        let mut url = String::new();
        if let Some(stdout) = child.stdout.take() {
            // An unreadable line is an empty one: told below.
            drop(BufReader::new(stdout).read_line(&mut url));
        }
        let url = url.trim().to_owned();
        let mut daemon = Self { child, url };
        if daemon.url.is_empty() {
            let code = daemon.child.wait().ok().and_then(|status| status.code());
            let stderr = "it ended before its page was served".to_owned();
            return Err(Failed::Exit { command: "scantrail serve".to_owned(), code, stderr });
        }
        Ok(daemon)
    }

    /// Where its page is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Pulls the plug: SIGKILL.
    pub fn kill(&mut self) {
        // It may have ended by itself; either way it is gone now.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Asks it to stop and waits for a good end.
    pub fn stop(&mut self) -> Result<(), Failed> {
        let pid = self.child.id().to_string();
        let asked = std::process::Command::new("kill").args(["-TERM", &pid]).status();
        asked.map_err(|source| Failed::Start { program: "kill".into(), source })?;
        let status = self.child.wait().map_err(|source| Failed::Start { program: "scantrail".into(), source })?;
        if status.success() {
            return Ok(());
        }
        let (command, stderr) = ("scantrail serve".to_owned(), "it did not stop well".to_owned());
        Err(Failed::Exit { command, code: status.code(), stderr })
    }

    /// Waits until it ends.
    pub fn wait(&mut self) {
        drop(self.child.wait());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}
