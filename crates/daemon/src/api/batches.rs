//! Batches: asked for and answered.

use super::roster::PupilReply;
use serde::{Deserialize, Serialize};

/// One thing asked about batches.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "batch-do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the command of the same name; its arguments are explained there")]
pub enum BatchRequest {
    List { limit: u32 },
    Show { batch: String },
    End { batch: String },
    Confirm { batch: String, run: Option<u32>, reason: String },
    Shift { batch: String, reason: String },
    Split { before: String, to: Option<String>, reason: String },
    Join { batch: String, run: u32, reason: String },
    Absent { batch: String, pupils: Vec<String>, reason: String },
}

/// What comes back about batches.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "batches", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the request of the same name")]
pub enum BatchAnswer {
    List(Vec<BatchReply>),
    One(Box<BatchReply>),
    Decided(Box<DecidedReply>),
}

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchReply {
    /// Its id.
    pub id: String,
    /// `feeder`, `flatbed`, `folder`, `files`.
    pub source_kind: String,
    /// The device or folder.
    pub source: String,
    /// `receiving`, `interrupted`, `ended`, `understood`.
    pub state: String,
    /// Why it was interrupted.
    pub trouble: Option<String>,
    /// RFC 3339.
    pub opened_at: String,
    /// RFC 3339.
    pub ended_at: Option<String>,
    /// What is known about the work.
    pub class: String,
    /// What is known about the work.
    pub subject: String,
    /// What is known about the work.
    pub title: String,
    /// Where its pages are.
    pub counts: CountsReply,
    /// Its runs; only when one batch was asked for.
    pub runs: Vec<RunReply>,
    /// Whether `runs` are what it looks like so far, for it is still coming in or being read: they may change.
    #[serde(default)]
    pub so_far: bool,
    /// What a person should know, in words.
    pub alarms: Vec<String>,
    /// The files it came as.
    pub files: Vec<FileReply>,
}

/// Where pages are; `captured` is the sum of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the words of the interface")]
pub struct CountsReply {
    pub captured: u64,
    pub waiting: u64,
    pub filing: u64,
    pub filed: u64,
    pub covers: u64,
    pub control: u64,
    pub held: u64,
    pub discarded: u64,
    pub quarantined: u64,
    pub deleted: u64,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunReply {
    /// From 1, as `--run` takes it.
    pub number: u32,
    /// What began it, in words.
    pub opening: String,
    /// What ended it, in words.
    pub closing: String,
    /// Whose its cover or card says it is.
    pub pupil: Option<PupilReply>,
    /// Whose its filed pages are.
    pub owners: Vec<PupilReply>,
    /// Whose it may be.
    pub candidates: Vec<PupilReply>,
    /// `file`, `hold`, `discard`, `nothing`.
    pub verdict: String,
    /// Why it is held: the word.
    pub reason: Option<String>,
    /// Why it is held: the sentence.
    pub sentence: Option<String>,
    /// Its pages in order.
    pub pages: Vec<PageReply>,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageReply {
    /// Its id.
    pub id: String,
    /// Its place in the batch, from 1.
    pub side: u32,
    /// `received` … `filed`, `held`.
    pub state: String,
    /// `work`, `cover`, `control`.
    pub role: Option<String>,
    /// `page`, `sheet`, `blank`, `unseen`.
    pub look: Option<String>,
    /// What it shows.
    pub content: Option<String>,
    /// The turn found in it, degrees clockwise.
    pub orientation: u16,
    /// The skew found in it, degrees clockwise.
    pub skew: Option<Degrees>,
    /// Whose it is; of a group's page, the first of them.
    pub pupil: Option<String>,
    /// Everybody whose it is.
    pub pupils: Vec<String>,
    /// Where its files are, relative to the data folder.
    pub files: Vec<String>,
    /// Warnings for the operator.
    pub warnings: Vec<String>,
    /// Other pages with the same bytes.
    pub possible_duplicates: Vec<String>,
}

/// Degrees in hundredths, so that equal pages compare equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "f64", into = "f64")]
pub struct Degrees(i32);

impl From<f64> for Degrees {
    fn from(degrees: f64) -> Self {
        Self((degrees * 100.0).round() as i32)
    }
}

impl From<Degrees> for f64 {
    fn from(value: Degrees) -> Self {
        f64::from(value.0) / 100.0
    }
}

/// A file that was given to us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReply {
    /// Its name as delivered.
    pub name: String,
    /// `pending`, `claimed`, `taken`, `quarantined`, `gone`.
    pub state: String,
    /// How many captures came out of it.
    pub captures: u32,
    /// Why it was set aside.
    pub why: Option<String>,
}

/// A decision about a batch, and the batch as it is with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedReply {
    /// Its number, to undo it by.
    pub decision: i64,
    /// How many pages went elsewhere.
    pub pages: u32,
    /// The batch now.
    pub batch: BatchReply,
}
