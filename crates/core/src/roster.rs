//! Pupils as a school's list describes them, and what changes when a new list arrives.
//!
//! Names are attributes; [`PupilId`] is the key. Two pupils are never merged because their names agree.

mod compare;
mod roll_over;
mod year_group;

pub use compare::{Against, Change, Conflict, Scope, SealedIdentity, compare};
pub use roll_over::{Destination, Move, RollOverFault, Step, derive_moves, roll_over};
pub use year_group::YearGroup;

use crate::ids::PupilId;
use jiff::civil::Date;

/// What a school's list says about one pupil. All texts are trimmed and in NFC; empty means not given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PupilDetails {
    /// Family name.
    pub surname: String,
    /// Given name, as the pupil is called.
    pub forename: String,
    /// Class or registration group, e.g. `4B`.
    pub class: String,
    /// Year group as the school writes it.
    pub year_group: String,
    /// Unique pupil number.
    pub upn: String,
    /// A unique pupil number the pupil had before.
    pub former_upn: String,
    /// The school's own admission number; leading zeros count.
    pub admission_number: String,
    /// Date of birth.
    pub born: Option<Date>,
}

impl PupilDetails {
    /// `Surname, Forename`, the order of a school's list.
    pub fn listed_name(&self) -> String {
        match (self.surname.is_empty(), self.forename.is_empty()) {
            (false, false) => format!("{}, {}", self.surname, self.forename),
            (true, _) => self.forename.clone(),
            (_, true) => self.surname.clone(),
        }
    }

    /// `Forename Surname`, as a person says it.
    pub fn spoken_name(&self) -> String {
        format!("{} {}", self.forename, self.surname).trim().to_owned()
    }
}

/// A pupil on the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pupil {
    /// The key.
    pub id: PupilId,
    /// What the school's list says.
    pub details: PupilDetails,
    /// Whether the pupil has left.
    pub standing: Standing,
}

/// Whether a pupil is at the school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// At the school.
    Current,
    /// Missing from the last list: a person decides.
    LeaverCandidate,
    /// Has left.
    Left,
}

impl Standing {
    /// The word used in tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::LeaverCandidate => "leaver-candidate",
            Self::Left => "left",
        }
    }

    /// The standing a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Current, Self::LeaverCandidate, Self::Left].into_iter().find(|s| s.word() == word)
    }
}

/// One row of a list, with where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPupil {
    /// Line in the file, counted from 1, header included.
    pub line: u64,
    /// Our own id, if the list carries it.
    pub id: Option<PupilId>,
    /// The rest.
    pub details: PupilDetails,
}
