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
        }
    }
}
