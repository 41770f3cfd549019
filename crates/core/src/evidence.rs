//! What was seen on the captures of a batch: the input of [`crate::interpret`].
//!
//! Codes are already looked up here: a [`Mark`] says what the school's own register knows about a code that passed
//! its check. Codes that are not ours never become marks.

use crate::ids::{PageId, PupilId, SheetId};
use crate::interpret::HoldReason;
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
    /// The pupil's record was erased.
    PupilErased,
}

impl Strangeness {
    /// Every way not to count.
    pub const ALL: [Self; 5] =
        [Self::OtherSchool, Self::NotRegistered, Self::Revoked, Self::PupilLeft, Self::PupilErased];

    /// The word used in files, tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::OtherSchool => "other-school",
            Self::NotRegistered => "not-registered",
            Self::Revoked => "revoked",
            Self::PupilLeft => "pupil-left",
            Self::PupilErased => "pupil-erased",
        }
    }

    /// The way a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.word() == word)
    }
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
    /// Why it waits for a person whatever becomes of its run.
    pub waits: Option<HoldReason>,
    /// When a picture was taken and by what, if it says so.
    pub moment: Option<Moment>,
    /// What paper it is, if that was seen.
    pub style: Option<Style>,
}

/// What paper a page is: books and loose sheets differ, pages of one book do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Style {
    /// The shorter side, in millimetres.
    pub short_mm: u16,
    /// The longer side, in millimetres.
    pub long_mm: u16,
    /// Whether it is ruled or squared.
    pub lined: Lined,
}

/// Whether paper is ruled or squared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lined {
    /// It is.
    Yes,
    /// It is not, or nothing of it was seen.
    No,
}

/// Sizes of the same paper as a scanner crops it differ by less than this, in millimetres.
const SAME_PAPER_MM: u16 = 12;

impl Style {
    /// Whether two pages are plainly of different paper.
    pub fn differs(self, other: Self) -> bool {
        self.short_mm.abs_diff(other.short_mm) > SAME_PAPER_MM
            || self.long_mm.abs_diff(other.long_mm) > SAME_PAPER_MM
            || self.lined != other.lined
    }
}

/// When and by what a picture was taken, as its file says. Clocks may be wrong, so only moments of one device are
/// compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Seconds on the device's own clock.
    pub seconds: i64,
    /// Tells one device from another; says nothing about which it is.
    pub device: u64,
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

/// How it is known for which class a part of a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClassKnown {
    /// A start sheet, the profile or the person at the scanner said so.
    Said,
    /// Most of the covers are of that class.
    Inferred,
}

/// The pupils a part of a batch is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The start sheet that begins the part; `None` is the part that no start sheet speaks for.
    pub start: Option<SheetId>,
    /// The pupils of the class, in the order in which their covers are printed.
    pub pupils: Vec<PupilId>,
    /// How the class is known.
    pub known: ClassKnown,
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
    /// The classes its parts are for; a part that is for no class in particular has no entry.
    pub expected: Vec<Expected>,
    /// When a run needs a person's word although nothing speaks against it.
    pub confirm: Confirm,
    /// The longest run, in sides, that files itself.
    pub longest_run: usize,
}
