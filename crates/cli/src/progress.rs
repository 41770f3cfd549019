//! How it goes, on stderr: one line that changes on a terminal, nothing but the end elsewhere.

use scantrail_daemon::api::{Progress, Report};
use std::io::{IsTerminal as _, Write as _};

/// Tells progress to a person.
pub(crate) struct Teller {
    wanted: Wanted,
    open_line: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Live,
    Plain,
    Nothing,
}

impl Teller {
    pub(crate) fn new(args: &crate::args::Args) -> Self {
        let wanted = match (args.quiet, std::io::stderr().is_terminal()) {
            (true, _) => Wanted::Nothing,
            (false, true) => Wanted::Live,
            (false, false) => Wanted::Plain,
        };
        Self { wanted, open_line: None }
    }

    /// A line that the next one replaces.
    fn live(&mut self, text: String) {
        if self.wanted == Wanted::Live {
            let mut err = std::io::stderr().lock();
            // A terminal that has gone away loses nothing but this line.
            drop(write!(err, "\r\x1b[K{text}").and_then(|()| err.flush()));
            self.open_line = Some(text);
        }
    }

    /// A line that stays.
    fn stay(&mut self, text: &str) {
        if self.wanted != Wanted::Nothing {
            let clear = if self.open_line.take().is_some() { "\r\x1b[K" } else { "" };
            drop(writeln!(std::io::stderr().lock(), "{clear}{text}"));
        }
    }
}

impl Report for Teller {
    fn say(&mut self, progress: Progress) {
        match progress {
            Progress::BatchOpened { batch } => self.stay(&format!("batch {batch}")),
            Progress::Scanning { side } => self.live(format!("scanning side {side} …")),
            Progress::Captured { side } => self.live(format!("{side} sides safe")),
            Progress::Taken { name, captures: 1 } => self.live(format!("{name}: taken in")),
            Progress::Taken { name, captures } => self.live(format!("{name}: {captures} pages taken in")),
            Progress::Quarantined { name, why } => self.stay(&format!("{name}: set aside: {why}")),
            Progress::Waiting { accounted_for, captured } => {
                self.live(format!("{accounted_for} of {captured} pages accounted for"));
            }
            Progress::Checked { files, of } => self.live(format!("{files} of {of} files checked")),
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        if self.open_line.is_some() {
            drop(writeln!(std::io::stderr().lock()));
        }
    }
}
