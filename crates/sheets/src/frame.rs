//! Recognising a sheet of ours although none of its codes can be read: the second, independent proof that a pupil's
//! pages end where the next sheet lies.
//!
//! Looks for the constellation of twelve solid bars ([`crate::layout::BARS`]) in a small copy of the picture, at any
//! of four turns and a few degrees askew, at any scale at which the sheet fills a good part of the picture; and seen
//! aslant, when two of its sides are whole. Nothing is asked of the codes, the colour or the words. Missing a sheet may file a child's work under another's name; a false
//! hit costs a person one look. This module must not know how a code is read.

mod fit;
mod ink;
mod sides;

use crate::geometry::Attitude;
use crate::layout::{BARS, FRAME};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Confidence, Quad};

/// A sheet of ours, seen by its bars alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SheetFrame {
    /// The corners of the frame, 15 mm inside the edges of the paper, in pixels of the input, clockwise from the
    /// sheet's own top left. They may lie outside the picture.
    pub quad: Quad,
    /// The share of the twelve bars that were seen, each dark, solid and with light paper around it.
    pub confidence: Confidence,
}

impl SheetFrame {
    /// How the sheet lies in the picture.
    pub fn attitude(&self) -> Attitude {
        Attitude::of(&self.quad)
    }
}

/// Bars that must be seen, across as well as down. On some 900 pictures of other people's pages, paintings and desks
/// there were never more than three, nor more than two on sides that meet.
const BARS_NEEDED: usize = 4;

/// Bars that must be seen where the sheet is seen aslant: such a placement can bend to more than a straight one.
const BARS_NEEDED_ASLANT: usize = 8;

/// Finds the frame of one of our sheets.
pub fn find_frame(picture: &Raster) -> Option<SheetFrame> {
    best_match(picture).map(|found| SheetFrame {
        quad: found.placement.quad(FRAME),
        confidence: Confidence::new(found.seen as f32 / BARS.len() as f32),
    })
}

/// The best placement of the constellation that is good enough, in pixels of the input.
fn best_match(picture: &Raster) -> Option<fit::Match> {
    let small = ink::Ink::of(picture);
    let shapes = fit::bar_like(&small);
    let straight = fit::best(&small, &shapes).filter(|found| found.seen >= BARS_NEEDED && found.sides_meet);
    let found = straight.or_else(|| {
        sides::best(&small, &shapes).filter(|found| found.seen >= BARS_NEEDED_ASLANT && found.sides_meet)
    })?;
    Some(fit::Match { placement: found.placement.scaled(small.scale()), ..found })
}
