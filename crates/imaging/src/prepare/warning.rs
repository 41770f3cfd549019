//! What a person should know about a page, each in one sentence.

use crate::quality::Advice;

/// What a person should know about a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Warning {
    /// It should be captured again, and why.
    Again(Advice),
    /// The lines of the page are not parallel; it was turned by their common part, or not at all.
    Uneven,
    /// Ink reaches the edge of the picture; the page was enlarged to keep it.
    InkAtEdge,
    /// Something runs across the gutter of an open book; the whole spread was kept as well.
    AcrossGutter,
    /// Nothing could be told from the mat; the picture was kept whole.
    MatUnclear,
    /// The papers found on a mat are not as many as the operator expects; the whole picture was kept as well.
    OtherCount,
    /// Something on the mat lies in no page; the whole picture was kept as well.
    BesidePages,
    /// Work reaches over the edge of the picture.
    CutOff,
    /// Papers touch or overlap.
    Touching,
}

impl Warning {
    /// The warning in plain words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Again(advice) => advice.text(),
            Self::Uneven => "the lines of the page are not parallel",
            Self::InkAtEdge => "ink reaches the edge of the picture",
            Self::AcrossGutter => {
                "something runs across the middle of the open book: both pages and the whole are kept"
            }
            Self::MatUnclear => "the work cannot be told from what it lies on: the picture is kept whole",
            Self::OtherCount => {
                "another number of papers was found than expected: the whole picture is kept behind them, please look"
            }
            Self::BesidePages => "something beside the papers lies in no page: the whole picture is kept behind them",
            Self::CutOff => "the work reaches over the edge of the picture",
            Self::Touching => "papers touch or overlap: please look whether each is whole",
        }
    }
}
