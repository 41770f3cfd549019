//! Looking: search, trails, verification, the state of everything.

use super::backup::BackupStatus;
use super::batches::{BatchReply, CountsReply, PageReply};
use super::ledger::LedgerStatus;
use super::roster::PupilReply;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A page that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitReply {
    /// The page.
    pub page: String,
    /// Whose, unless it is held.
    pub pupil: Option<PupilReply>,
    /// `filed` or `held`.
    pub state: String,
    /// The searchable copy, or the original of a held page.
    pub file: Option<String>,
    /// Whether a word was found only in spite of a slip of the reader or of whoever typed it.
    pub near: bool,
    /// Whether it was found in what is a guess at handwriting: for finding, not for reading.
    pub guessed: bool,
    /// Words around the hit.
    pub snippet: String,
    /// The same word by word.
    pub snippet_words: Vec<SnippetWord>,
    /// On which page of the copy, from 1.
    pub copy_page: u32,
    /// Where on it, in pixels of its picture: left, top, right, bottom.
    pub places: Vec<[u32; 4]>,
}

/// A word around a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnippetWord {
    /// The word as it was read.
    pub text: String,
    /// Whether it was looked for.
    pub found: bool,
}

/// A pupil's pieces in order of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailReply {
    /// Whose.
    pub pupil: PupilReply,
    /// The trail's folder, relative to the data folder.
    pub folder: String,
    /// The pieces.
    pub pieces: Vec<PieceReply>,
    /// Of pages that lay in it and were somebody else's: how many went, and when, a sentence each. Never whose.
    #[serde(default)]
    pub moved_away: Vec<String>,
}

/// A piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PieceReply {
    /// Its id.
    pub id: String,
    /// ISO.
    pub date: String,
    /// The school year.
    pub year: String,
    /// May be empty.
    pub subject: String,
    /// May be empty.
    pub title: String,
    /// Its pages in order.
    pub pages: Vec<PageReply>,
}

/// How much to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Depth {
    /// Presence and size.
    Quick,
    /// Every byte.
    Full,
}

/// What `verify` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyReply {
    /// Files compared.
    pub files: u64,
    /// Bags compared.
    pub bags: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Events of the log compared.
    pub events: u64,
    /// Checkpoints the log was held against.
    pub checkpoints: u64,
    /// What checkpoints from outside say of the log that is so, a sentence each.
    pub confirmed: Vec<String>,
    /// Every problem in words; empty is clean.
    pub problems: Vec<String>,
}

/// Pages on their way, by what they wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueueReply {
    /// To be looked at.
    pub look: u64,
    /// To be read.
    pub read: u64,
    /// For the rest of their batch.
    pub understand: u64,
    /// For their files to be put into their places.
    pub file: u64,
    /// To be read again, when nothing else is to be done.
    #[serde(default)]
    pub again: u64,
    /// Pages read in a minute, of late.
    pub per_minute: Option<u64>,
    /// Until all are read, if it goes on like that.
    pub seconds_left: Option<u64>,
}

/// What a school would want to know at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusReply {
    /// The school.
    pub school: String,
    /// The data folder.
    pub data: PathBuf,
    /// Whether a daemon answers.
    pub daemon: bool,
    /// Pupils at the school.
    pub pupils: u64,
    /// Batches ever opened.
    pub batches: u64,
    /// Where all pages are.
    pub pages: CountsReply,
    /// What is on its way.
    pub queue: QueueReply,
    /// Batches that are not understood yet.
    pub open_batches: Vec<BatchReply>,
    /// Free bytes on the disk.
    pub free_bytes: u64,
    /// How long ago the last good backup and the last tried restore were.
    #[serde(default)]
    pub backup: BackupStatus,
    /// Where the web page is, if a daemon answers.
    pub web: Option<String>,
    /// The log of events.
    pub ledger: LedgerStatus,
    /// What keeps work from going on, if anything does.
    pub trouble: Option<TroubleReply>,
}

/// What keeps work from going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TroubleReply {
    /// What, in words.
    pub what: String,
    /// What to do.
    pub hint: String,
}
