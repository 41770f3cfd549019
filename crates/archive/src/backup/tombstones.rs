//! What was deleted, so that no restore brings it back: one JSON object a line, in `.trail/tombstones.jsonl` and, as new as
//! the last backup, beside the snapshots.
//!
//! The list only grows, and is written whole each time, under another name first: a line that was torn by a power cut
//! would make all of it unsound, and at some 150 bytes a page even ten thousand deletions are a moment's work.

use scantrail_core::gone::Gone;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Something that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Its number in the list it stands in, rising; other lists number otherwise.
    pub seq: u64,
    /// What.
    pub gone: Gone,
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
    page: Option<String>,
    pupil: Option<String>,
}

impl Tombstone {
    /// Reads the list. One line that is not understood makes all of it unsound: nobody may guess what was deleted.
    pub fn read(text: &str) -> Result<Vec<Self>, BadTombstone> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines
            .map(|(at, line)| {
                let bad = BadTombstone { line: at + 1 };
                let Line { seq, page, pupil } = serde_json::from_str(line).map_err(|_| bad.clone())?;
                let gone = match (page, pupil) {
                    (Some(page), None) => Gone::Page(page.parse().map_err(|_| bad)?),
                    (None, Some(pupil)) => Gone::Pupil(pupil.parse().map_err(|_| bad)?),
                    _ => return Err(bad),
                };
                Ok(Self { seq, gone, line: line.to_owned() })
            })
            .collect()
    }

    /// The list as text.
    pub fn write(list: &[Self]) -> String {
        list.iter().fold(String::new(), |text, tombstone| text + &tombstone.line + "\n")
    }

    /// A list with what another has and it has not, behind it. What was deleted once stays in it.
    pub fn merged(mut list: Vec<Self>, other: &[Self]) -> Vec<Self> {
        let mut there: BTreeSet<Gone> = list.iter().map(|tombstone| tombstone.gone).collect();
        list.extend(other.iter().filter(|tombstone| there.insert(tombstone.gone)).cloned());
        list
    }
}
