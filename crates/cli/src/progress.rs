//! How it goes, on stderr: one line that changes on a terminal, nothing but the end elsewhere.

use scantrail_daemon::api::{Progress, QueueReply, Report};
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
            Progress::Waiting { accounted_for, captured, queue } => {
                self.live(format!("{accounted_for} of {captured} pages accounted for{}", on_their_way(&queue)));
            }
            Progress::Rebuilt { folders, of } => self.live(format!("{folders} of {of} folders read")),
            Progress::Indexing { left } => self.live(format!("the words of {left} pages are still to be indexed")),
            Progress::CheckedEvents { events, of } => self.live(format!("{events} of {of} events checked")),
            Progress::Purging { snapshots, of } => {
                self.live(format!("what was deleted goes out of snapshot {snapshots} of {of}"));
            }
            Progress::BackedUp { files, of } => self.live(format!("{files} of {of} files looked at")),
            Progress::Checked { files, of } => self.live(format!("{files} of {of} files checked")),
        }
    }
}

/// What waits for what, and how long it will take: `; 3 to look at, 41 to read, 6 to file; 62 a minute, 50 s left`.
pub(crate) fn on_their_way(queue: &QueueReply) -> String {
    let stages =
        [(queue.look, "to look at"), (queue.read, "to read"), (queue.file, "to file"), (queue.again, "to read again")];
    let waiting: Vec<String> =
        stages.iter().filter(|(pages, _)| *pages > 0).map(|(pages, what)| format!("{pages} {what}")).collect();
    let mut text = String::new();
    if !waiting.is_empty() {
        text = format!("; {}", waiting.join(", "));
    }
    if let (Some(pace), Some(seconds)) = (queue.per_minute, queue.seconds_left) {
        let left = if seconds < 90 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) };
        text = format!("{text}; {pace} a minute, {left} left");
    }
    text
}

impl Drop for Teller {
    fn drop(&mut self) {
        if self.open_line.is_some() {
            drop(writeln!(std::io::stderr().lock()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_told_and_what_does_not_is_not() {
        assert_eq!(on_their_way(&QueueReply::default()), "");
        let queue = QueueReply { look: 3, read: 41, understand: 9, file: 0, ..QueueReply::default() };
        assert_eq!(on_their_way(&queue), "; 3 to look at, 41 to read");
        let timed = QueueReply { per_minute: Some(62), seconds_left: Some(43), ..queue };
        assert_eq!(on_their_way(&timed), "; 3 to look at, 41 to read; 62 a minute, 43 s left");
        let long = QueueReply { seconds_left: Some(3_601), ..timed };
        assert!(on_their_way(&long).ends_with("62 a minute, 61 min left"));
    }
}
