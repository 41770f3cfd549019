//! The queue of holds and the decisions of persons.

use super::pages::{PagePreview, PupilName};
use scantrail_core::ids::{BatchId, PageId};
use scantrail_core::jiff::civil::DateTime;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// A decision of a person, as the desk numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecisionId(pub u64);

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for DecisionId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

/// A decision of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which.
    pub id: DecisionId,
    /// When.
    pub at: DateTime,
    /// What: `Filed with Amara Okafor`.
    pub words: String,
    /// The first page it is about, if it is about pages.
    pub page: Option<PageId>,
    /// The batch it is about; none for a word about a sheet.
    pub batch: Option<BatchId>,
    /// Whether it stands.
    pub standing: DecisionStanding,
}

/// Whether a decision stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecisionStanding {
    /// It stands and can be taken back.
    Stands,
    /// It was taken back, or a later decision took its place.
    Past,
}

/// The queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// How many pages wait.
    pub total: u64,
    /// The first of them, in the order of review.
    pub holds: Vec<HoldLine>,
    /// Decisions taken last, newest first.
    pub decisions: Vec<Decision>,
}

/// A hold in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldLine {
    /// The page.
    pub preview: PagePreview,
    /// Why it waits, as a sentence.
    pub reason: String,
    /// The batch it came in.
    pub batch: String,
    /// Since when it waits.
    pub since: DateTime,
}

/// One hold, with everything that helps to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldView {
    /// The page.
    pub preview: PagePreview,
    /// Why it waits, as a sentence.
    pub reason: String,
    /// What was seen, for those who want to know more.
    pub evidence: Vec<String>,
    /// The batch it came in, with its title.
    pub batch: (BatchId, String),
    /// Captures before it, in the order of capture, the nearest last.
    pub before: Vec<Neighbour>,
    /// Captures after it, in the order of capture, the nearest first.
    pub after: Vec<Neighbour>,
    /// The few pupils it is likely to be; all of the class, if the class is known.
    pub suggestions: Vec<Suggestion>,
    /// The class the choice is limited to; `None` if no class is known and `pupils` is the whole school.
    pub class: Option<String>,
    /// Everyone to choose from, in the order of their listed names.
    pub pupils: Vec<PupilName>,
    /// Its place in the queue, counted from 1.
    pub place: u64,
    /// How long the queue is.
    pub total: u64,
    /// The hold before it in the queue.
    pub previous: Option<PageId>,
    /// The hold after it in the queue.
    pub next: Option<PageId>,
}

/// A capture beside a held one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Its page.
    pub preview: PagePreview,
    /// Whose it is, if that is known.
    pub pupil: Option<PupilName>,
}

/// A pupil it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Who.
    pub pupil: PupilName,
    /// Why: `the three pages before are theirs`.
    pub why: String,
}
