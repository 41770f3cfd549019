//! Counting: who was expected, and what came.

use super::roster::PupilReply;
use serde::{Deserialize, Serialize};

/// What is to be counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "count", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields carry the names of the command's arguments")]
pub enum ReconcileRequest {
    Batch { batch: String },
    Class { class: String, from: String, to: String, subject: String },
    HalfTerm { class: String, half_term: String, year: Option<String>, subject: String },
}

/// Who was expected, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconcileReply {
    /// What was counted, in words.
    pub title: String,
    /// Pupils expected: the sum of the next four.
    pub expected: u64,
    /// With work in their trail.
    pub received: u64,
    /// With nothing but work that waits for a person.
    pub held: u64,
    /// With nothing.
    pub missing: u64,
    /// With nothing, and ticked as absent.
    pub absent: u64,
    /// Held pages that are proposed to none of them.
    pub held_for_nobody: u64,
    /// Each pupil, in the order of the class list.
    pub pupils: Vec<AttendanceReply>,
}

/// What came for one pupil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttendanceReply {
    /// Who.
    pub pupil: PupilReply,
    /// `received`, `held`, `missing`, `absent`.
    pub state: String,
    /// Pieces in the trail.
    pub pieces: u64,
    /// Pages in the trail.
    pub pages: u64,
    /// Pages that wait for a person, perhaps theirs.
    pub held: u64,
}
