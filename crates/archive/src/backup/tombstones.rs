//! What was deleted, so that no restore brings it back: one JSON object a line, in `.trail/tombstones.jsonl` and, as new as
//! the last backup, beside the snapshots.

use scantrail_core::ids::PageId;
use serde::Deserialize;

/// A page that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Its number, rising.
    pub seq: u64,
    /// The page.
    pub page: PageId,
    /// The whole line, as it was written.
    pub line: String,
}

/// A line is no tombstone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the list of deletions cannot be understood")]
pub struct BadTombstone {
    /// Which, from 1.
    pub line: usize,
}

#[derive(Deserialize)]
struct Line {
    seq: u64,
    page: String,
}

impl Tombstone {
    /// Reads the list. One line that is not understood makes all of it unsound: nobody may guess what was deleted.
    pub fn read(text: &str) -> Result<Vec<Self>, BadTombstone> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines
            .map(|(at, line)| {
                let bad = BadTombstone { line: at + 1 };
                let Line { seq, page } = serde_json::from_str(line).map_err(|_| bad.clone())?;
                Ok(Self { seq, page: page.parse().map_err(|_| bad)?, line: line.to_owned() })
            })
            .collect()
    }

    /// The list as text.
    pub fn write(list: &[Self]) -> String {
        list.iter().fold(String::new(), |text, tombstone| text + &tombstone.line + "\n")
    }
}
