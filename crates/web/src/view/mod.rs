//! What the pages show, as plain data: the answers of a [`Desk`](crate::Desk).
//!
//! Dates and times are those of the school's clock. Words are British English, ready to be shown as they are;
//! nothing here is escaped yet.

mod batches;
mod pages;
mod review;
mod sheets;

pub use batches::{
    Account, Backup, BatchLine, BatchList, BatchView, BatchWord, Cutting, Disk, Event, Expected, Now, Offer,
    RecentProblem, Run, StageLine, State, Tone,
};
pub use pages::{
    Document, DocumentOf, Download, DownloadKind, PagePreview, PageShare, PageStanding, PageView, PieceView,
    PupilFilter, PupilLine, PupilList, PupilName, SearchHit, SearchQuery, SearchResults, SnippetPart, Step, Trail,
};
pub use review::{Decision, DecisionId, DecisionStanding, HoldLine, HoldView, Neighbour, Queue, Suggestion};
pub use sheets::{
    CardPlace, ClassSize, ControlSheet, LabelLayout, PrintedSheets, PrintedSides, SheetChoice, SheetOrder, SheetsFor,
    SheetsView,
};

/// What every page shows at its top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The school's name.
    pub school: String,
    /// How many pages wait for a person.
    pub held: u64,
}
