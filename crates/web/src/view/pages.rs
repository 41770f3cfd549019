//! Pupils, their pieces and pages, and what is found among them.

use super::batches::State;
use scantrail_core::ids::{BatchId, PageId, PieceId, PupilId};
use scantrail_core::jiff::civil::{Date, DateTime};
use scantrail_core::roster::Pupil;
use scantrail_core::school_year::SchoolYear;
use std::io::Read;

/// A pupil by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PupilName {
    /// The key.
    pub id: PupilId,
    /// `Amara Okafor`.
    pub spoken: String,
    /// `Okafor, Amara`.
    pub listed: String,
    /// `4B`; empty if not known.
    pub class: String,
    /// `4 March`: day and month of birth, to tell namesakes apart.
    pub birthday: Option<String>,
}

impl From<&Pupil> for PupilName {
    fn from(pupil: &Pupil) -> Self {
        Self {
            id: pupil.id,
            spoken: pupil.details.spoken_name(),
            listed: pupil.details.listed_name(),
            class: pupil.details.class.clone(),
            birthday: pupil.details.born.map(|date| date.strftime("%-d %B").to_string()),
        }
    }
}

/// A page as a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePreview {
    /// Which.
    pub page: PageId,
    /// What stands under it: `page 3`, `cover`.
    pub caption: String,
    /// Marks on it: `inherited`, `possible duplicate`.
    pub notes: Vec<String>,
}

/// Which pupils are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PupilFilter {
    /// Of this class.
    pub class: Option<String>,
    /// Whose name has a part that begins with this.
    pub name: Option<String>,
}

/// Pupils in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PupilList {
    /// Every class of the school, in order.
    pub classes: Vec<String>,
    /// Those that fit.
    pub pupils: Vec<PupilLine>,
}

/// A pupil in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PupilLine {
    /// Who.
    pub pupil: PupilName,
    /// Pieces in the trail.
    pub pieces: u64,
    /// Pages in the trail.
    pub pages: u64,
    /// A page of the latest piece.
    pub latest: Option<PageId>,
    /// The date of the latest piece.
    pub latest_date: Option<Date>,
}

/// Everything in a pupil's trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// Whose.
    pub pupil: PupilName,
    /// In any order.
    pub pieces: Vec<PieceView>,
    /// Of pages that lay here and were somebody else's: how many went, and when, a sentence each. Never whose.
    pub moved_away: Vec<String>,
}

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceView {
    /// Which.
    pub id: PieceId,
    /// What it is: `Fractions`; may be empty.
    pub title: String,
    /// `Maths`; may be empty.
    pub subject: String,
    /// When it was made, or else when it came in.
    pub date: Date,
    /// Pages with something on them, in order.
    pub pages: Vec<PagePreview>,
    /// Pages that look blank, in order; they are folded away, never dropped.
    pub blank: Vec<PagePreview>,
    /// Others whose piece this is as well.
    pub shared_with: Vec<PupilName>,
}

/// Where a page stands, as far as it decides what can be done on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageStanding {
    /// On its way, or at an end where nothing can be done here.
    Fixed,
    /// Waits for a person.
    Held,
    /// In a trail: can be moved.
    Filed,
}

/// One page and how it came here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageView {
    /// The page, with a caption such as `Page 2 of 3`.
    pub preview: PagePreview,
    /// Where it is, in words.
    pub state: State,
    /// What can be done.
    pub standing: PageStanding,
    /// Whose it is; several for a group's piece.
    pub pupils: Vec<PupilName>,
    /// The piece it belongs to.
    pub piece: Option<PageShare>,
    /// The batch it came in, with its title.
    pub batch: Option<(BatchId, String)>,
    /// How it came here, oldest first.
    pub steps: Vec<Step>,
    /// Label and value: resolution, size, digest of the original.
    pub facts: Vec<(String, String)>,
    /// What was read on it; empty if nothing.
    pub text: String,
    /// Whether there is a searchable copy to take.
    pub searchable: Option<DownloadKind>,
}

/// A page's place in its piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageShare {
    /// Title of the piece; may be empty.
    pub title: String,
    /// Subject of the piece; may be empty.
    pub subject: String,
    /// Date of the piece.
    pub date: Date,
    /// The page before it.
    pub previous: Option<PageId>,
    /// The page after it.
    pub next: Option<PageId>,
}

/// One step on a page's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: DateTime,
    /// What happened.
    pub words: String,
    /// On what evidence, or for what reason.
    pub evidence: Option<String>,
}

/// A file to take home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// What it is.
    pub kind: DownloadKind,
    /// The whole file.
    pub bytes: Vec<u8>,
}

/// What a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DownloadKind {
    /// A page with its words behind the picture.
    Pdf,
    /// A picture.
    Jpeg,
}

/// Which pages are wanted as one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentOf {
    /// A piece.
    Piece(PieceId),
    /// A pupil's school year.
    Year(PupilId, SchoolYear),
    /// All that a pupil has.
    Trail(PupilId),
}

/// A document that was made, to be read once. It is too large to be held in memory.
pub struct Document {
    /// How many bytes it has.
    pub bytes: u64,
    /// All of them.
    pub content: Box<dyn Read + Send>,
}

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchQuery {
    /// Words as typed.
    pub words: String,
    /// Only of this class.
    pub class: Option<String>,
    /// Only of this subject.
    pub subject: Option<String>,
    /// Not before this date.
    pub from: Option<Date>,
    /// Not after this date.
    pub to: Option<Date>,
}

/// What was found, and what can be chosen from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchResults {
    /// Every class of the school, in order.
    pub classes: Vec<String>,
    /// Every subject, in order.
    pub subjects: Vec<String>,
    /// How many pages fit altogether.
    pub total: u64,
    /// And there are more than were counted.
    pub more: bool,
    /// The best of them, best first; none if the words are blank.
    pub hits: Vec<SearchHit>,
}

/// A page that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// The page.
    pub preview: PagePreview,
    /// Whose it is.
    pub pupil: Option<PupilName>,
    /// What it is: `Maths · Fractions`.
    pub title: String,
    /// When.
    pub date: Date,
    /// The words around the finding, in order.
    pub snippet: Vec<SnippetPart>,
    /// What has to be said about how it was found; nothing if the words stand there as they were typed.
    pub how: Option<&'static str>,
}

/// A stretch of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnippetPart {
    /// Words around it.
    Around(String),
    /// A word that was searched for.
    Found(String),
}
