//! What came in: the present, batches, runs and their sums.

use super::pages::{PagePreview, PupilName};
use scantrail_core::ids::{BatchId, PageId, PupilId};
use scantrail_core::jiff::civil::DateTime;

/// What is happening.
#[derive(Debug, Clone, PartialEq)]
pub struct Now {
    /// Batches that are not finished, newest first.
    pub open: Vec<BatchLine>,
    /// Pages that wait for a stage, in the order of the journey; empty stages may be left out.
    pub waiting: Vec<StageLine>,
    /// What happened, newest first.
    pub events: Vec<Event>,
    /// Pages that came in last, newest first.
    pub newest: Vec<PagePreview>,
    /// Room on the data disk.
    pub disk: Disk,
    /// Of backups.
    pub backup: Backup,
    /// The last thing that went wrong and is not settled.
    pub problem: Option<RecentProblem>,
}

/// How long ago the last good backup and the last tried restore were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Of the backup: `yesterday`, `never`; an alarm where that is too long ago.
    pub last: State,
    /// Of the tried restore.
    pub tried: State,
    /// Why the last attempt was not good.
    pub trouble: Option<String>,
}

/// Pages that wait for one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageLine {
    /// What they wait for: `to be read`.
    pub words: String,
    /// How many.
    pub pages: u64,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: DateTime,
    /// What, as a sentence without a full stop.
    pub words: String,
    /// The page it is about.
    pub page: Option<PageId>,
    /// The batch it is about.
    pub batch: Option<BatchId>,
}

/// Room on the data disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// What can still be written.
    pub free: u64,
    /// The whole disk.
    pub total: u64,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentProblem {
    /// When.
    pub at: DateTime,
    /// What.
    pub words: String,
    /// What to do now.
    pub hint: Option<String>,
}

/// A state in words, and how it is to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// `filed`, `waiting for a person`, `paper jam after sheet 17`.
    pub words: String,
    /// How it is to be shown.
    pub tone: Tone,
}

/// How something is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Done, nothing to do.
    Settled,
    /// On its way by itself.
    Busy,
    /// A person is asked.
    Asking,
    /// Something went wrong.
    Alarm,
}

/// What became of the captures of a batch; every capture is counted in exactly one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// Captures that came in.
    pub captured: u64,
    /// Still on their way.
    pub under_way: u64,
    /// In a trail.
    pub filed: u64,
    /// Waiting for a person.
    pub held: u64,
    /// Cover sheets and their backs.
    pub cover: u64,
    /// Start, end, separator and self-test sheets.
    pub control: u64,
    /// Not a sound image.
    pub quarantined: u64,
    /// Thrown away by a person's or a sheet's word.
    pub discarded: u64,
}

impl Account {
    /// The captures that are somewhere; equal to `captured` if nothing was lost or doubled.
    pub fn accounted(&self) -> u64 {
        self.under_way + self.filed + self.held + self.cover + self.control + self.quarantined + self.discarded
    }
}

/// A batch in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchLine {
    /// Which.
    pub id: BatchId,
    /// What it is: `4B · Maths · Fractions`.
    pub title: String,
    /// Where it came from: `Feeder of the Canon in the office`.
    pub source: String,
    /// When it began.
    pub began: DateTime,
    /// Where it is.
    pub state: State,
    /// Pages read so far.
    pub read: u64,
    /// What became of its captures.
    pub account: Account,
    /// A few of its pages.
    pub pictures: Vec<PagePreview>,
}

/// Some batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchList {
    /// Newest first.
    pub batches: Vec<BatchLine>,
    /// Ask with this to see older ones; `None` if there are none.
    pub older: Option<BatchId>,
}

/// One batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchView {
    /// What the list says of it.
    pub line: BatchLine,
    /// How many pupils were expected and who is missing, if the batch is for a class.
    pub expected: Option<Expected>,
    /// What is odd about the batch as a whole.
    pub alarms: Vec<String>,
    /// What can be said about the whole batch now.
    pub offers: Vec<Offer>,
    /// In the order of capture.
    pub runs: Vec<Run>,
}

/// The pupils of a class against those in the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// In the class.
    pub pupils: u64,
    /// In the class and not in the batch.
    pub missing: Vec<PupilName>,
    /// Ticked as absent.
    pub absent: Vec<PupilName>,
}

/// Something a person can say about a batch, with the words on its button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is said.
    pub say: BatchWord,
    /// What the button says.
    pub label: String,
    /// What it does, in a sentence.
    pub why: String,
}

/// What a person can say about a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchWord {
    /// Every run that waits for nothing but a look is right.
    ConfirmAll,
    /// This run, counted from 0, is its candidates'.
    Confirm(u32),
    /// The covers lie behind the work.
    Shift,
    /// Another run begins at this page.
    Split(PageId),
    /// This run, counted from 0, belongs to the run before it.
    Join(u32),
    /// Nothing was handed in for this pupil.
    Absent(PupilId),
}

/// Consecutive pages between two boundaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// How it began: `cover sheet`, `a cover that cannot be read`, `no cover sheet`.
    pub opening: String,
    /// Whose it is.
    pub pupil: Option<PupilName>,
    /// The sheet that opened it.
    pub cover: Option<PagePreview>,
    /// Its pages in order, the cover not among them.
    pub pages: Vec<PagePreview>,
    /// What became of it, or why it is held.
    pub outcome: State,
    /// A held page of it, to decide by.
    pub held: Option<PageId>,
    /// What is odd about it.
    pub alarms: Vec<String>,
    /// What can be said about it now.
    pub offers: Vec<Offer>,
    /// Whether another run may be said to begin at one of its pages.
    pub cutting: Cutting,
}

/// Whether a run can be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cutting {
    /// At any page but its first.
    Possible,
    /// It is a picture, or all of it is sheets of ours.
    Never,
}
