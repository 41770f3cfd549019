//! Whose is it: one pure function from what was seen on a batch to runs, holds and alarms.
//!
//! Identity starts at a cover and ends at the next cover, separator, end sheet or end of the batch. A sheet that looks
//! like a cover but cannot be read, or that names two pupils, *closes* the run before it and opens an unknown one.
//! A run files itself only when its start was read, its end is a read boundary or the normal end of the batch, nothing
//! in it is suspect and no alarm rings; everything else waits for a person with its reason.
//!
//! What people say about a batch ([`Word`]) is evidence too: the result is a function of what was seen and of every
//! word that stands. Taking a word back is leaving it out, so whatever was decided can be undone, at any time later and
//! in any order, and nothing is left of it.
//!
//! Every page of the batch is in exactly one run of the result. No identity crosses a boundary.

mod alarms;
mod gaps;
mod owners;
mod pictures;
mod reasons;
mod sheets;
mod stack;
#[cfg(test)]
mod tests;
mod words;

pub use alarms::Alarm;
pub use owners::Owners;
pub use reasons::HoldReason;
pub use words::Word;

use crate::evidence::{BatchEnd, BatchFacts, Strangeness};
use crate::ids::{PageId, PupilId, SheetId};
use crate::sheet::SheetKind;
use crate::vocabulary::{Flow, Role};
use std::collections::BTreeMap;

/// What began a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Opening {
    /// The batch itself: no sheet came before these pages.
    BatchStart,
    /// A cover that names a pupil.
    Cover {
        /// The sheet.
        sheet: SheetId,
        /// Whom it names.
        pupil: PupilId,
    },
    /// A card or sticker in a picture.
    Card {
        /// The sheet.
        sheet: SheetId,
        /// Whom it names.
        pupil: PupilId,
    },
    /// A start, end, separator, discard, unnamed or self-test sheet.
    Control {
        /// Which.
        kind: SheetKind,
        /// The sheet.
        sheet: SheetId,
    },
    /// A sheet that looks like ours and whose codes cannot be read.
    UnreadSheet,
    /// A capture that could not be opened.
    Unseen,
    /// A sheet whose codes contradict each other.
    Contradiction,
    /// A sound code that does not count here.
    Stranger(Strangeness),
    /// A card or sticker of another pupil in a stack, where only covers begin a run.
    CardInStack {
        /// Whom it names.
        pupil: PupilId,
    },
    /// A picture with several pupils' cards.
    SeveralCards,
    /// A picture without a card, behind one with cards.
    Inherited,
    /// A picture without a card.
    NoCard,
    /// A person said that something else begins here.
    Person,
}

impl Opening {
    /// The pupil this opening proves.
    pub fn pupil(self) -> Option<PupilId> {
        match self {
            Self::Cover { pupil, .. } | Self::Card { pupil, .. } => Some(pupil),
            _ => None,
        }
    }
}

/// What ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Closing {
    /// A boundary that was read.
    ReadBoundary,
    /// A sheet that looks like a cover and cannot be read.
    UnreadSheet,
    /// Something else that may have been a boundary.
    Doubtful,
    /// The batch ended.
    BatchEnd(BatchEnd),
    /// Pictures stand alone.
    Alone,
}

/// What becomes of a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is these pupils'; its pages are filed in the trail of each.
    File(Owners),
    /// Its pages wait for a person.
    Hold(HoldReason),
    /// It is nobody's work: a discard sheet lies before it, or a person said so.
    Discard,
    /// It holds only sheets of ours, or nothing.
    Nothing,
}

/// What decided about a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// What was seen.
    Evidence,
    /// A person's word about this very page.
    Person,
}

/// A page in its run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunPage {
    /// The page.
    pub page: PageId,
    /// What it is for.
    pub role: Role,
    /// What becomes of it; its run's verdict, unless it waits for itself or a person spoke about it.
    pub verdict: Verdict,
    /// What decided that.
    pub by: By,
}

/// Consecutive pages of one batch between two boundaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What began it.
    pub opening: Opening,
    /// What ended it.
    pub closing: Closing,
    /// The start sheet it lies behind: the source of class, subject, date and title.
    pub context: Option<SheetId>,
    /// Its pages in order, the opening sheet's included.
    pub pages: Vec<RunPage>,
    /// What becomes of it by evidence alone.
    pub verdict: Verdict,
    /// Whose it may be, though nothing is proved: what a person may want to choose.
    pub candidates: Vec<PupilId>,
}

impl Run {
    /// Its pages of work, in order.
    pub fn work(&self) -> impl Iterator<Item = PageId> + '_ {
        self.pages.iter().filter(|page| page.role == Role::Work).map(|page| page.page)
    }

    fn new(opening: Opening) -> Self {
        Self {
            opening,
            closing: Closing::ReadBoundary,
            context: None,
            pages: Vec::new(),
            verdict: Verdict::Nothing,
            candidates: opening.pupil().into_iter().collect(),
        }
    }

    fn push(&mut self, page: PageId, role: Role) {
        self.pages.push(RunPage { page, role, verdict: Verdict::Nothing, by: By::Evidence });
    }
}

/// A batch, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpretation {
    /// The runs in order of capture; together they hold every page of the batch once.
    pub runs: Vec<Run>,
    /// What a person should know about the batch.
    pub alarms: Vec<Alarm>,
}

/// Understands a batch: what was seen on it, and what people said about it, oldest first.
pub fn interpret(facts: &BatchFacts, said: &[Word]) -> Interpretation {
    let facts = &words::naming(facts, said);
    let runs = match facts.flow {
        Flow::Stack => stack::runs(facts, said),
        Flow::Pictures => pictures::runs(facts),
    };
    let mut result = alarms::ring(facts, runs, said);
    spread(facts, &mut result.runs);
    words::about_pages(said, &mut result.runs);
    result
}

/// From runs to pages: each has its run's verdict, but for sheets of ours that are put aside and pages that wait for
/// themselves.
fn spread(facts: &BatchFacts, runs: &mut [Run]) {
    let waits: BTreeMap<PageId, HoldReason> =
        facts.pages.iter().filter_map(|page| Some((page.page, page.waits?))).collect();
    for run in runs {
        for page in &mut run.pages {
            page.verdict = match (waits.get(&page.page), page.role) {
                (Some(reason), _) => Verdict::Hold(*reason),
                (None, Role::Control) => Verdict::Nothing,
                (None, Role::Cover) if run.verdict == Verdict::Discard => Verdict::Nothing,
                (None, _) => run.verdict.clone(),
            };
        }
    }
}
