//! What can be asked of an open data folder, and what it answers: the same whether the command works on the data
//! itself or asks a running daemon through its socket.
//!
//! These shapes are the `--json` output of the command, so they are a contract.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One thing asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the command of the same name; its arguments are explained there")]
pub enum Request {
    Scan {
        device: String,
        profile: Option<String>,
        class: Option<String>,
        subject: Option<String>,
        title: Option<String>,
        resume: Option<String>,
        options: Vec<(String, String)>,
        stack: Vec<PathBuf>,
        dpi: Option<u16>,
    },
    Ingest {
        paths: Vec<PathBuf>,
        resume: Option<String>,
        flow: String,
        class: Option<String>,
        subject: Option<String>,
        title: Option<String>,
    },
    PupilsImport {
        list: Vec<u8>,
        dry_run: DryRun,
    },
    Pupils {
        class: Option<String>,
    },
    Pupil {
        pupil: String,
    },
    Sheets {
        what: SheetsWanted,
    },
    Batches {
        limit: u32,
    },
    Batch {
        batch: String,
    },
    BatchEnd {
        batch: String,
    },
    ReviewList,
    ReviewShow {
        page: String,
    },
    ReviewAssign {
        page: String,
        pupil: String,
        reach: ReachWord,
        reason: String,
    },
    ReviewDiscard {
        page: String,
        reach: ReachWord,
        reason: String,
    },
    ReviewUndo {
        decision: Option<i64>,
    },
    Search {
        words: String,
        pupil: Option<String>,
        class: String,
        subject: String,
        from: Option<String>,
        to: Option<String>,
    },
    Trail {
        pupil: String,
    },
    Verify {
        depth: Depth,
    },
    Status,
}

/// Whether to change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DryRun {
    /// Say what would change.
    Yes,
    /// Change it.
    No,
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

/// How far a decision reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReachWord {
    /// One page.
    Page,
    /// Every held page of its run.
    Run,
}

/// Which sheets are to be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields carry the names of the command's arguments")]
pub enum SheetsWanted {
    /// Pupil covers.
    Cover { class: Option<String>, pupil: Option<String> },
    /// Cards.
    Card { class: Option<String>, pupil: Option<String> },
    /// Unnamed covers.
    Unnamed { count: u32 },
    /// A start sheet.
    Start { class: String, subject: String, title: String, date: Option<String> },
    /// End, separator and discard sheets, one of each.
    Control,
}

/// What is heard on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "progress", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields say what the variant names")]
pub enum Progress {
    BatchOpened { batch: String },
    Scanning { side: u32 },
    Captured { side: u32 },
    Taken { name: String, captures: u32 },
    Quarantined { name: String, why: String },
    Waiting { accounted_for: u64, captured: u64 },
    Checked { files: u64, of: u64 },
}

/// Hears progress.
pub trait Report {
    /// One step.
    fn say(&mut self, progress: Progress);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Report for Silent {
    fn say(&mut self, _: Progress) {}
}

/// What comes back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "answer", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the request of the same name")]
pub enum Reply {
    Batches(Vec<BatchReply>),
    Batch(Box<BatchReply>),
    Import(ImportReply),
    Pupils(Vec<PupilReply>),
    Pupil(PupilReply),
    Sheets(SheetsReply),
    Holds(Vec<HoldReply>),
    Hold(Box<HoldReply>),
    Decision(DecisionReply),
    Hits(Vec<HitReply>),
    Trail(TrailReply),
    Verify(VerifyReply),
    Status(StatusReply),
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
    /// Its runs, once understood; only when one batch was asked for.
    pub runs: Vec<RunReply>,
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
    /// From 0.
    pub number: u32,
    /// What began it, in words.
    pub opening: String,
    /// What ended it, in words.
    pub closing: String,
    /// Whose it is.
    pub pupil: Option<PupilReply>,
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
    /// Whose it is.
    pub pupil: Option<String>,
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

/// A pupil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PupilReply {
    /// The id.
    pub id: String,
    /// The code on the pupil's sheets.
    pub code: String,
    /// `Surname, Forename`.
    pub name: String,
    /// The class.
    pub class: String,
    /// `current`, `leaver-candidate`, `left`.
    pub standing: String,
    /// Day and month of birth, to tell namesakes apart.
    pub born: Option<String>,
}

/// What a list changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReply {
    /// Whether it was only looked at.
    pub dry_run: bool,
    /// New pupils.
    pub added: u32,
    /// Pupils whose details change.
    pub changed: u32,
    /// Pupils who stay as they are.
    pub unchanged: u32,
    /// Pupils who are not on the list: leaver candidates.
    pub missing: u32,
    /// Rows that cannot be taken as they are.
    pub conflicts: u32,
    /// Every change, in words.
    pub lines: Vec<String>,
    /// What was odd about the file.
    pub warnings: Vec<String>,
}

/// Printed sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetsReply {
    /// How many sheets.
    pub sheets: u32,
    /// The PDF.
    pub pdf: Vec<u8>,
}

/// A page that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldReply {
    /// The page.
    pub page: PageReply,
    /// Its batch.
    pub batch: String,
    /// Its run in the batch.
    pub run: Option<u32>,
    /// Why: the word.
    pub reason: String,
    /// Why: the sentence.
    pub sentence: String,
    /// Whose it may be.
    pub suggestion: Option<PupilReply>,
    /// The page before it in the batch and whose that is.
    pub before: Option<PageReply>,
    /// The page after it.
    pub after: Option<PageReply>,
}

/// A decision that was taken or undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionReply {
    /// Its number, to undo it by.
    pub decision: i64,
    /// The pages it is about, as they are now.
    pub pages: Vec<PageReply>,
}

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
    /// Words around the hit.
    pub snippet: String,
    /// Where on the page, in pixels of the copy: left, top, right, bottom.
    pub places: Vec<[u32; 4]>,
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

/// What `verify` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyReply {
    /// Files compared.
    pub files: u64,
    /// Bags compared.
    pub bags: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Every problem in words; empty is clean.
    pub problems: Vec<String>,
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
    /// Batches that are not understood yet.
    pub open_batches: Vec<BatchReply>,
    /// Free bytes on the disk.
    pub free_bytes: u64,
    /// Where the web page is, if a daemon answers.
    pub web: Option<String>,
}
