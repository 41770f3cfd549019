//! A pack of another school taken in.

use super::DryRun;
use super::documents::LeftOut;
use super::roster::PupilReply;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What is to be taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPackRequest {
    /// The pack's folder: a bag.
    pub path: PathBuf,
    /// For whom.
    pub whose: PackFor,
    /// Whether to change anything.
    pub dry_run: DryRun,
}

/// For whom a pack is taken in. Nobody is ever found by a name in the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PackFor {
    /// A pupil of the roster: id, short code or a name that fits one.
    Pupil(String),
    /// A pupil who is new here, called as the pack says.
    NewPupil,
    /// Nobody said: enough to look at a pack, not to take it in.
    Nobody,
}

/// What came, or would come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPackReply {
    /// The school it is from, as the pack says.
    pub school: Option<String>,
    /// Whose work it is, as the pack says.
    pub name: Option<String>,
    /// For whom it was taken in.
    pub pupil: Option<PupilReply>,
    /// Its pieces in order of date.
    pub pieces: Vec<ImportedPiece>,
    /// Files that are not taken in, by their paths, with the reason.
    pub left_out: Vec<LeftOut>,
    /// The batches they became.
    pub batches: Vec<String>,
}

/// A piece of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedPiece {
    /// ISO.
    pub date: String,
    /// May be empty.
    pub subject: String,
    /// May be empty.
    pub title: String,
    /// Files that come, or came.
    pub files: u64,
    /// Files that were here already.
    pub known: u64,
}
