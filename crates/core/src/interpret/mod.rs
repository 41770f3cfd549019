//! Whose is it: one pure function from what was seen on a batch to runs, holds and alarms.
//!
//! Identity starts at a cover and ends at the next cover, separator, end sheet or end of the batch. A sheet that looks
//! like a cover but cannot be read, or that names two pupils, *closes* the run before it and opens an unknown one.
//! A run files itself only when its start was read, its end is a read boundary or the normal end of the batch, nothing
//! in it is suspect and no alarm rings; everything else waits for a person with its reason.
//!
//! Every page of the batch is in exactly one run of the result. No identity crosses a boundary.

mod alarms;
mod pictures;
mod reasons;
mod sheets;
mod stack;
#[cfg(test)]
mod tests;

pub use alarms::Alarm;
pub use reasons::HoldReason;

use crate::evidence::{BatchEnd, BatchFacts, Strangeness};
use crate::ids::{PageId, PupilId, SheetId};
use crate::sheet::SheetKind;
use crate::vocabulary::{Flow, Role};

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
    /// A picture without a card.
    NoCard {
        /// The pupil of the picture before, if there is one.
        before: Option<PupilId>,
    },
}

impl Opening {
    /// The pupil this opening proves.
    pub fn pupil(self) -> Option<PupilId> {
        match self {
            Self::Cover { pupil, .. } | Self::Card { pupil, .. } => Some(pupil),
            _ => None,
        }
    }

    /// The pupil a person may want to choose, though nothing is proved.
    pub fn suggestion(self) -> Option<PupilId> {
        match self {
            Self::CardInStack { pupil } => Some(pupil),
            Self::NoCard { before } => before,
            other => other.pupil(),
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is this pupil's; its pages are filed.
    File(PupilId),
    /// Its pages wait for a person.
    Hold(HoldReason),
    /// A discard sheet lies before it.
    Discard,
    /// It holds only sheets of ours, or nothing.
    Nothing,
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
    pub pages: Vec<(PageId, Role)>,
    /// What becomes of it.
    pub verdict: Verdict,
}

impl Run {
    /// Its pages of work, in order.
    pub fn work(&self) -> impl Iterator<Item = PageId> + '_ {
        self.pages.iter().filter(|(_, role)| *role == Role::Work).map(|(page, _)| *page)
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

/// Understands a batch.
pub fn interpret(facts: &BatchFacts) -> Interpretation {
    let runs = match facts.flow {
        Flow::Stack => stack::runs(facts),
        Flow::Pictures => pictures::runs(facts),
    };
    alarms::ring(facts, runs)
}
