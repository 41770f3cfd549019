//! Whole batches as a school would scan them, with the truth about every side.
//!
//! The covers and cards come from the caller, who draws them with the product's own code; everything else is painted
//! here. The same seed gives the same bytes.

mod photos;
mod second;
mod stack;

pub use photos::{BoardPhoto, whiteboard_photos};
pub use second::{PnmSide, second_batch};
pub use stack::{ScannedSide, StackSheet, demonstration, sheet_from};

use crate::geometry::MmRect;
use crate::jpeg::JpegError;
use crate::paint::{PageKind, Word};
use crate::paper::TooLong;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Angle, Quad, Turn};
use scantrail_core::vocabulary::Side;

/// Printed covers, by the pupil's place in the class list. Rasters must know their resolution.
pub trait Covers: Sync {
    /// One side of a cover, A4, as printed. [`Side::Single`] means the front.
    fn cover(&self, pupil: usize, side: Side) -> Raster;

    /// Where all codes lie on that side, for the cover whose codes are spoilt.
    fn code_areas(&self, side: Side) -> Vec<MmRect>;

    /// The name the pupil writes on worksheets; none leaves the line empty.
    fn name(&self, _pupil: usize) -> Option<String> {
        None
    }
}

/// Whose a side is, and what the program can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// Of the pupil at this place in the class list.
    Pupil(usize),
    /// Behind a cover that cannot be read: the page must be held, for it is this pupil's but nothing says so.
    Unknown {
        /// Whose it really is.
        really: usize,
    },
    /// A sheet that steers the batch.
    Nobody,
}

/// What a side shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shows {
    /// A cover with readable codes.
    Cover,
    /// A cover whose codes are all scribbled over; frame and bars are whole.
    SpoiltCover,
    /// A sheet that steers the batch.
    Control,
    /// Work, or the blank back of work.
    Work(PageKind),
}

/// What is true about one side, in pixels of its file.
#[derive(Debug, Clone, PartialEq)]
pub struct SideTruth {
    /// Whose it is.
    pub owner: Owner,
    /// What it shows.
    pub shows: Shows,
    /// The words painted on it, in reading order; none for covers, whose words the caller knows.
    pub words: Vec<Word>,
    /// The word that only this side has, in print.
    pub keyword: Option<String>,
    /// The text of a code that is not ours.
    pub foreign_code: Option<&'static str>,
    /// How far the content is turned clockwise, beyond `turn`.
    pub skew: Angle,
    /// The quarter turn of the content.
    pub turn: Turn,
    /// The sheet's outline, corners clockwise from the top left of the page.
    pub outline: Quad,
}

impl SideTruth {
    /// Whether there is nothing on this side but paper and what shows through.
    pub fn is_blank(&self) -> bool {
        self.shows == Shows::Work(PageKind::Blank)
    }
}

/// A batch could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// A side could not be encoded.
    #[error("a side could not be encoded")]
    Encode(#[source] JpegError),
    /// The foreign code does not fit.
    #[error("the foreign code could not be drawn")]
    ForeignCode(#[source] TooLong),
}

#[cfg(test)]
mod tests;
