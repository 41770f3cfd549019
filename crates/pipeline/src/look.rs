//! What is seen on the whole, untouched capture: codes, and our sheets without their codes.

use scantrail_core::raster::Raster;
use scantrail_core::units::{Length, Turn};
use scantrail_core::vocabulary::Flow;
use scantrail_imaging::items::KnownCode;
use scantrail_sheets::find::{CodeFinder, Effort, FindError, FoundCode};
use scantrail_sheets::frame::{SheetFrame, find_frame};
use scantrail_sheets::payload::Payload;
use std::time::Duration;

/// No picture may keep the second stage busy for longer; what was found by then counts.
const TIME_LIMIT: Duration = Duration::from_secs(4);

/// Codes of one page that disagree by more than this many degrees from a quarter turn say nothing about upright:
/// a card may lie beside work at any angle.
const SQUARE_WITHIN_DEG: f64 = 20.0;

/// What was seen on a capture.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Every code, foreign ones included.
    pub codes: Vec<FoundCode>,
    /// The frame that only our sheets have.
    pub frame: Option<SheetFrame>,
}

impl Seen {
    /// The payloads that are ours.
    pub fn ours(&self) -> impl Iterator<Item = &Payload> {
        self.codes.iter().filter_map(|code| code.payload.as_ref().ok())
    }

    /// Whether a code of ours was read.
    pub fn has_ours(&self) -> bool {
        self.ours().next().is_some()
    }

    /// Where our codes lie, and how large they were printed.
    pub(crate) fn places(&self) -> Vec<KnownCode> {
        let side = |code: &FoundCode| {
            let mm = code.printed_side()?;
            Some(Length::from_hundredths((mm * 100.0).round() as i32))
        };
        let ours = self.codes.iter().filter(|code| code.payload.is_ok());
        ours.map(|code| KnownCode { corners: code.corners, side: side(code) }).collect()
    }

    /// The turn that our codes, or else the frame, say the capture has; `None` when they disagree or lie askew.
    pub fn upright(&self) -> Option<Turn> {
        let square =
            |code: &&FoundCode| code.payload.is_ok() && code.attitude().rest.degrees().abs() <= SQUARE_WITHIN_DEG;
        let mut turns = self.codes.iter().filter(square).map(|code| code.attitude().turn);
        match turns.next() {
            Some(first) => turns.all(|turn| turn == first).then_some(first),
            None => self.frame.as_ref().map(|frame| frame.attitude().turn),
        }
    }
}

/// Looks at a capture. In a picture every card counts, so the search is thorough at once: a second card that was missed
/// would file a group's work under one child. In a stack it is thorough only where the page looks like one of our sheets.
pub fn look(raster: &Raster, flow: Flow, finder: &mut CodeFinder) -> Result<Seen, FindError> {
    let effort = match flow {
        Flow::Pictures => Effort::Thorough,
        Flow::Stack => Effort::Quick,
    };
    let codes = finder.find(raster, effort, TIME_LIMIT)?;
    let seen = Seen { codes, frame: find_frame(raster) };
    if effort == Effort::Thorough || seen.has_ours() || seen.frame.is_none() {
        return Ok(seen);
    }
    let codes = finder.find(raster, Effort::Thorough, TIME_LIMIT)?;
    Ok(Seen { codes, ..seen })
}
