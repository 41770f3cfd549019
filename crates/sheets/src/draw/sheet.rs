//! What can be printed: the sheets, and the words on them.

use crate::payload::{Payload, SchoolKey};
use scantrail_core::ids::{PupilId, SheetId};
use scantrail_core::jiff::civil::Date;
use scantrail_core::sheet::{CodePlace, SheetKind};

/// Whose work a sheet stands for, in the words to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The pupil; printed as the short code that people type.
    pub pupil: PupilId,
    /// The name as a person says it, in any script.
    pub name: String,
    /// The class; empty if there is none.
    pub class: String,
}

/// What a batch is about; empty words are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lesson {
    /// The class, as the school writes it.
    pub class: String,
    /// The subject.
    pub subject: String,
    /// The title of the piece.
    pub title: String,
    /// The day the work was done.
    pub date: Option<Date>,
}

/// One sheet, card or sticker to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sheet {
    /// Names the pupil of the pages behind it.
    Cover {
        /// What its codes carry.
        sheet: SheetId,
        /// Whose.
        owner: Owner,
    },
    /// 85 × 54 mm, laid beside work.
    Card {
        /// What its code carries.
        sheet: SheetId,
        /// Whose.
        owner: Owner,
    },
    /// A label for the cover of an exercise book, see [`crate::labels`].
    Sticker {
        /// What its code carries.
        sheet: SheetId,
        /// Whose.
        owner: Owner,
    },
    /// Begins a batch.
    Start {
        /// What its codes carry.
        sheet: SheetId,
        /// What the batch is about.
        lesson: Lesson,
    },
    /// Ends a batch.
    End {
        /// What its codes carry.
        sheet: SheetId,
    },
    /// Ends a run.
    Separator {
        /// What its codes carry.
        sheet: SheetId,
    },
    /// A cover given to a pupil later.
    Unnamed {
        /// What its codes carry.
        sheet: SheetId,
    },
    /// The pages behind it are thrown away.
    Discard {
        /// What its codes carry.
        sheet: SheetId,
    },
    /// Measures the printer and the scanner, see [`crate::self_test`].
    SelfTest {
        /// What its codes carry.
        sheet: SheetId,
    },
}

impl Sheet {
    /// What the sheet does.
    pub fn kind(&self) -> SheetKind {
        match self {
            Self::Cover { .. } => SheetKind::Cover,
            Self::Card { .. } => SheetKind::Card,
            Self::Sticker { .. } => SheetKind::Sticker,
            Self::Start { .. } => SheetKind::Start,
            Self::End { .. } => SheetKind::End,
            Self::Separator { .. } => SheetKind::Separator,
            Self::Unnamed { .. } => SheetKind::Unnamed,
            Self::Discard { .. } => SheetKind::Discard,
            Self::SelfTest { .. } => SheetKind::SelfTest,
        }
    }

    /// What its codes carry.
    pub fn id(&self) -> SheetId {
        match self {
            Self::Cover { sheet, .. }
            | Self::Card { sheet, .. }
            | Self::Sticker { sheet, .. }
            | Self::Start { sheet, .. }
            | Self::End { sheet }
            | Self::Separator { sheet }
            | Self::Unnamed { sheet }
            | Self::Discard { sheet }
            | Self::SelfTest { sheet } => *sheet,
        }
    }

    /// Whose work it stands for, if it names a pupil.
    pub fn owner(&self) -> Option<&Owner> {
        match self {
            Self::Cover { owner, .. } | Self::Card { owner, .. } | Self::Sticker { owner, .. } => Some(owner),
            _ => None,
        }
    }

    /// What the code at `place` says.
    pub fn payload(&self, school: SchoolKey, place: CodePlace) -> Payload {
        Payload { school, kind: self.kind(), sheet: self.id(), place }
    }
}
