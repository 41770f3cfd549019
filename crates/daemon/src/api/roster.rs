//! The roster: asked for and answered.

use super::DryRun;
use serde::{Deserialize, Serialize};

/// One thing asked about the roster.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "roster-do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the command of the same name; its arguments are explained there")]
pub enum RosterRequest {
    Import { list: Vec<u8>, dry_run: DryRun },
    List { class: Option<String> },
    Show { pupil: String },
}

/// What comes back about the roster.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "roster", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the request of the same name")]
pub enum RosterAnswer {
    Import(ImportReply),
    List(Vec<PupilReply>),
    One(PupilReply),
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
