//! What was seen on the captures of a batch: the input of [`crate::interpret`].
//!
//! Codes are already looked up here: a [`Mark`] says what the school's own register knows about a code that passed
//! its check. Codes that are not ours never become marks.

use crate::ids::{PageId, PupilId, SheetId};
use crate::sheet::SheetKind;
use crate::vocabulary::{Flow, Side, Suspicion};

/// A code of ours, looked up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Mark {
    /// A cover, card or sticker that names a pupil.
    Names {
        /// Cover, card or sticker.
        kind: SheetKind,
        /// The sheet.
        sheet: SheetId,
        /// Whose it is.
        pupil: PupilId,
    },
    /// A sheet that steers the batch: start, end, separator, unnamed, discard, self-test.
    Control {
        /// Which.
        kind: SheetKind,
        /// The sheet.
        sheet: SheetId,
    },
    /// A sound code that does not count here.
    Stranger {
        /// What the code claims to be.
        kind: SheetKind,
        /// The sheet.
        sheet: SheetId,
        /// Why it does not count.
        why: Strangeness,
    },
}

/// Why a sound code does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strangeness {
    /// Printed by another school.
    OtherSchool,
    /// This school's key, but the register does not know the sheet.
    NotRegistered,
    /// The sheet was revoked.
    Revoked,
    /// The pupil has left.
    PupilLeft,
}

/// What a page looks like without any code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// An ordinary page.
    Page,
    /// The frame and bars that only our sheets have.
    Sheet,
    /// Nothing that could be told from paper.
    Blank,
    /// Its bytes could not be opened: it may have been anything, a cover too.
    Unseen,
}

impl Look {
    /// The word used in files, tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Sheet => "sheet",
            Self::Blank => "blank",
            Self::Unseen => "unseen",
        }
    }

    /// The look a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Page, Self::Sheet, Self::Blank, Self::Unseen].into_iter().find(|look| look.word() == word)
    }
}

/// What is known about one page of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFacts {
    /// The page.
    pub page: PageId,
    /// Which side of its sheet.
    pub side: Side,
    /// Our codes on it, each once.
    pub marks: Vec<Mark>,
    /// What it looks like.
    pub look: Look,
    /// Why it may not be whole.
    pub suspicion: Option<Suspicion>,
}

/// When a run needs a person's word although nothing speaks against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Confirm {
    /// Every run.
    Always,
    /// Runs that an alarm concerns.
    #[default]
    Alarms,
    /// No run; what lacks proof is held all the same.
    Never,
}

/// How the batch came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BatchEnd {
    /// The feeder ran empty, or every file was taken.
    Normal,
    /// A person ended it after a jam, a crash or a stop: the last run may be short.
    CutShort,
}

/// A whole batch, in the order of capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchFacts {
    /// How the captures belong together.
    pub flow: Flow,
    /// How it ended.
    pub end: BatchEnd,
    /// The pages in order.
    pub pages: Vec<PageFacts>,
    /// The pupils of the class the batch is for; empty if it is for no class in particular.
    pub expected: Vec<PupilId>,
    /// When a run needs a person's word although nothing speaks against it.
    pub confirm: Confirm,
    /// The longest run, in sides, that files itself.
    pub longest_run: usize,
}
