//! Why a page waits for a person, in plain words.

use super::{Closing, Opening};
use crate::evidence::{BatchEnd, Strangeness};
use crate::sheet::SheetKind;
use crate::vocabulary::Suspicion;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $sentence:literal;)+) => {
        /// Why a page waits for a person.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum HoldReason { $($(#[$doc])* $variant),+ }

        impl HoldReason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in files, tables and `--json`.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The sentence shown to a person.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }

            /// The reason a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

reasons! {
    /// Pages at the beginning, or behind a start, end or separator sheet.
    NoCover = "no-cover", "No cover sheet came before this page.";
    /// The sheet before cannot be read.
    CoverUnread = "cover-unread", "The cover sheet before this page could not be read.";
    /// The sheet behind cannot be read.
    NextCoverUnread = "next-cover-unread",
        "The cover sheet after these pages could not be read, so the last of them may be another pupil's.";
    /// A capture before could not be opened.
    Unseen = "unseen", "A capture before this page could not be opened; it may have been a cover sheet.";
    /// What lies behind may have been a boundary.
    NextDoubtful = "next-doubtful",
        "What follows these pages may have been another pupil's cover sheet, so the last of them may be another pupil's.";
    /// Two pupils on one sheet.
    Contradiction = "contradiction",
        "The sheet here names more than one thing, or carries work on the wrong side; a side may be lost.";
    /// Another school's sheet.
    OtherSchool = "other-school", "The cover sheet before this page belongs to another school.";
    /// A sheet the register does not know.
    NotRegistered = "not-registered", "The cover sheet before this page is not in this school's register.";
    /// A revoked sheet.
    Revoked = "revoked", "The cover sheet before this page has been revoked.";
    /// The pupil has left.
    PupilLeft = "pupil-left", "The cover sheet before this page names a pupil who has left.";
    /// The pupil's record was erased.
    PupilErased = "pupil-erased", "The cover sheet before this page names a pupil whose record was erased.";
    /// An unnamed cover.
    Unnamed = "unnamed", "An unnamed cover sheet lies before this page; say whose it is.";
    /// A card in a stack.
    CardInStack = "card-in-stack", "A card or sticker lies on this page, where a cover sheet was expected before it.";
    /// The batch broke off here.
    CutShort = "cut-short", "The batch broke off here, so pages of this run may be missing.";
    /// A flat tail.
    FlatTail = "flat-tail", "The lower part of a page in this run is one flat colour; capture it again if it is not whole.";
    /// A short read.
    ShortRead = "short-read", "The scanner delivered a page of this run only in part; capture it again.";
    /// Far longer than the others.
    TooLong = "too-long", "This run is much longer than the others, so a cover sheet may be missing inside it.";
    /// The same cover again.
    SameCoverTwice = "same-cover-twice", "The same cover sheet appears more than once in this batch.";
    /// Not of the class.
    OtherClass = "other-class", "The cover sheet names a pupil who is not in the class this batch is for.";
    /// Covers behind the work.
    Shifted = "shifted",
        "The first pages have no cover and the last cover has no pages: the covers may lie behind the work instead of before it.";
    /// A side is missing.
    OddSides = "odd-sides", "The batch was scanned on both sides but has an odd number of sides, so one may be lost.";
    /// Covers without pages, again and again.
    ManyEmpty = "many-empty", "Several cover sheets in this batch have no pages behind them.";
    /// A picture without a card.
    NoCard = "no-card", "No card lies in this picture.";
    /// A picture without a card, behind one with a card.
    Inherited = "inherited", "No card lies in this picture; the one before it names a pupil. Confirm if it is the same.";
    /// A card that lay there before.
    CardLeft = "card-left",
        "Several pupils' cards lie in this picture, and one of them lay in the picture before: perhaps it was left lying.";
    /// A card for many pictures.
    CardLies = "card-lies", "The same card lies in very many pictures in a row; perhaps it was left lying.";
    /// A person split a run here.
    SplitOff = "split-off", "A person said that another pupil's work begins here; say whose.";
    /// Somebody of the list did not come where their cover should have been.
    MissingNext = "missing-next",
        "The next cover on the class list did not come, so pages of this run may be that pupil's; tick the pupil as absent if nothing was handed in.";
    /// Somebody of the list did not come, and the covers do not follow the list.
    MissingSomewhere = "missing-somewhere",
        "A pupil of the class is missing and the covers do not follow the class list, so any run may hide their cover; tick the pupil as absent if nothing was handed in.";
    /// The paper changes inside a run while somebody is missing.
    StyleChange = "style-change",
        "The paper changes inside this run, so a cover may have been hidden there.";
    /// Several cards.
    SeveralCards = "several-cards", "Several pupils' cards lie in this picture.";
    /// The school wants every run confirmed.
    Always = "always", "This school confirms every run before it is filed.";
    /// A stage failed again and again.
    Trouble = "trouble", "This page could not be prepared or read, although it was tried several times.";
    /// A person took it back.
    TakenBack = "taken-back", "A person took this page back.";
}

impl HoldReason {
    /// Whether the start of the run was read and only something odd about the batch speaks against it: then the whole
    /// strip can be confirmed at once. What lacks proof is confirmed one by one.
    pub fn is_an_alarm(self) -> bool {
        matches!(
            self,
            Self::TooLong
                | Self::SameCoverTwice
                | Self::OtherClass
                | Self::OddSides
                | Self::ManyEmpty
                | Self::MissingNext
                | Self::MissingSomewhere
                | Self::StyleChange
                | Self::Always
        )
    }

    /// Why a run with this opening is held, if its opening proves nobody.
    pub(super) fn of_opening(opening: Opening) -> Option<Self> {
        Some(match opening {
            Opening::Cover { .. } | Opening::Card { .. } => return None,
            Opening::BatchStart => Self::NoCover,
            Opening::Control { kind: SheetKind::Unnamed, .. } => Self::Unnamed,
            Opening::Control { .. } => Self::NoCover,
            Opening::UnreadSheet => Self::CoverUnread,
            Opening::Unseen => Self::Unseen,
            Opening::Contradiction => Self::Contradiction,
            Opening::Stranger(why) => match why {
                Strangeness::OtherSchool => Self::OtherSchool,
                Strangeness::NotRegistered => Self::NotRegistered,
                Strangeness::Revoked => Self::Revoked,
                Strangeness::PupilLeft => Self::PupilLeft,
                Strangeness::PupilErased => Self::PupilErased,
            },
            Opening::CardInStack { .. } => Self::CardInStack,
            Opening::SeveralCards => Self::SeveralCards,
            Opening::Inherited => Self::Inherited,
            Opening::NoCard => Self::NoCard,
            Opening::Person => Self::SplitOff,
        })
    }

    /// Why a run with this closing is held, if its end is no proof.
    pub(super) fn of_closing(closing: Closing) -> Option<Self> {
        match closing {
            Closing::ReadBoundary | Closing::Alone | Closing::BatchEnd(BatchEnd::Normal) => None,
            Closing::UnreadSheet => Some(Self::NextCoverUnread),
            Closing::Doubtful => Some(Self::NextDoubtful),
            Closing::BatchEnd(BatchEnd::CutShort) => Some(Self::CutShort),
        }
    }

    /// Why a run with such a page in it is held.
    pub(super) fn of_suspicion(suspicion: Suspicion) -> Self {
        match suspicion {
            Suspicion::FlatTail => Self::FlatTail,
            Suspicion::ShortRead => Self::ShortRead,
        }
    }
}
