//! The port of the site: every question a page asks and every decision a person can take on one.
//!
//! Answers are plain data in [`crate::view`]. What they mean was decided before they came here.

use crate::view::{
    BatchList, BatchView, BatchWord, Decision, DecisionId, Document, DocumentOf, Download, HoldView, Now, PageView,
    PrintedSheets, PupilFilter, PupilList, Queue, SearchQuery, SearchResults, SheetOrder, SheetsView, Site, Trail,
};
use scantrail_core::ids::{BatchId, PageId, PupilId};
use std::fmt;
use std::str::FromStr;

/// What stands behind the pages.
///
/// Every method may block; the site calls them where blocking is allowed, several at once.
pub trait Desk: Send + Sync + 'static {
    /// What every page shows at its top.
    fn site(&self) -> Result<Site, DeskError>;

    /// What is happening.
    fn now(&self) -> Result<Now, DeskError>;

    /// Batches, newest first; those that began before `older_than` if it is given. The desk limits how many.
    fn batches(&self, older_than: Option<BatchId>) -> Result<BatchList, DeskError>;

    /// One batch, its runs in the order of capture.
    fn batch(&self, id: BatchId) -> Result<BatchView, DeskError>;

    /// Pupils that fit the filter, in the order of their listed names.
    fn pupils(&self, filter: &PupilFilter) -> Result<PupilList, DeskError>;

    /// A pupil's pieces, in any order; the site shows them by date.
    fn trail(&self, id: PupilId) -> Result<Trail, DeskError>;

    /// One page and how it came here.
    fn page(&self, id: PageId) -> Result<PageView, DeskError>;

    /// A JPEG of the page, re-encoded, never the bytes as captured; its longer side is about `size` pixels.
    fn preview(&self, id: PageId, size: PreviewSize) -> Result<Vec<u8>, DeskError>;

    /// The searchable copy of a filed page.
    fn searchable(&self, id: PageId) -> Result<Download, DeskError>;

    /// Filed pages of one pupil as one PDF; refused, not shortened, if one of them is not what was filed.
    fn document(&self, of: DocumentOf) -> Result<Document, DeskError>;

    /// The queue of holds in the order of review, and the decisions taken last.
    fn review(&self) -> Result<Queue, DeskError>;

    /// One hold; [`DeskError::NotFound`] if the page is not held.
    fn hold(&self, id: PageId) -> Result<HoldView, DeskError>;

    /// A person says whose page this is; of several pupils, a group's. A held page is filed; a filed page moves, for
    /// which the desk wants a reason. The decision can be undone.
    fn assign(&self, page: PageId, pupils: &[PupilId], reason: Option<&str>) -> Result<DecisionId, DeskError>;

    /// A person says something about a whole batch. The decision can be undone.
    fn decide(&self, batch: BatchId, word: BatchWord) -> Result<DecisionId, DeskError>;

    /// A person says a page is not work. It can be brought back.
    fn discard(&self, page: PageId, reason: &str) -> Result<DecisionId, DeskError>;

    /// Takes a decision back; returns the page it was about.
    fn undo(&self, decision: DecisionId) -> Result<PageId, DeskError>;

    /// One decision.
    fn decision(&self, id: DecisionId) -> Result<Decision, DeskError>;

    /// Pages whose words fit, best first. The desk limits how many and says how many there are.
    fn search(&self, query: &SearchQuery) -> Result<SearchResults, DeskError>;

    /// What can be printed, and for whom.
    fn sheets(&self) -> Result<SheetsView, DeskError>;

    /// Sheets as PDF; from now on they are known when they are scanned.
    fn print_sheets(&self, order: &SheetOrder) -> Result<PrintedSheets, DeskError>;
}

/// Why the desk has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    /// There is no such thing, or no longer.
    #[error("not found")]
    NotFound,
    /// A rule speaks against it. The words are shown to the person who asked: what, and what to do instead.
    #[error("refused: {0}")]
    Refused(String),
    /// It could not be found out. The words are shown and logged: no name, no text of a page.
    #[error("{0}")]
    Trouble(String),
}

/// How large a preview is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PreviewSize {
    /// In strips and lists.
    Small,
    /// In a trail.
    Medium,
    /// To read and to decide by.
    Large,
}

impl PreviewSize {
    /// Every size, smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// Pixels along the longer side; smaller pages are not enlarged.
    pub fn longer_side(self) -> u32 {
        match self {
            Self::Small => 320,
            Self::Medium => 800,
            Self::Large => 2000,
        }
    }
}

impl fmt::Display for PreviewSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        })
    }
}

/// A text is not the name of a preview size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a preview is small, medium or large")]
pub struct BadSize;

impl FromStr for PreviewSize {
    type Err = BadSize;

    fn from_str(text: &str) -> Result<Self, BadSize> {
        Self::ALL.into_iter().find(|size| size.to_string() == text).ok_or(BadSize)
    }
}
