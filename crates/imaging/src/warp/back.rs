//! Where the pixels of an output row come from: even steps through the input, piece by piece.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined into the function compiled for the processor at hand is compiled for any processor"
)]

use super::Canvas;
use super::walk::{Line, SEGMENT};
use crate::geometry::projective::Projective;
use crate::geometry::transform::Transform;
use scantrail_core::units::{Point, Turn};
use std::ops::Range;

/// How far the middle of a piece may lie from the straight line, in source pixels: half a grey level at the hardest edge.
const STRAIGHT: f64 = 1.0 / 512.0;
/// Coordinates beyond this (far outside any picture) are not computed with.
const FAR: f64 = 1e7;

/// From the page to (a shrunk or turned copy of) the input.
#[derive(Debug)]
pub(crate) struct Back<'a> {
    map: Map<'a>,
    /// From the input to the copy.
    copy: Projective,
}

#[derive(Debug)]
enum Map<'a> {
    /// The inverse, already with the way to the copy.
    Plane(Projective),
    Curved(&'a Transform),
}

/// A piece of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    /// The first pixel.
    pub(crate) from: usize,
    /// How many, at most [`SEGMENT`].
    pub(crate) count: usize,
    /// Their sources; `None` behind the camera.
    pub(crate) line: Option<Line>,
}

impl<'a> Back<'a> {
    pub(crate) fn new(transform: &'a Transform) -> Self {
        let map = transform.as_plane().map_or(Map::Curved(transform), |plane| Map::Plane(plane.inverse()));
        Self { map, copy: Projective::IDENTITY }
    }

    /// The input is replaced by a copy, to which `step` leads.
    pub(crate) fn after(&mut self, step: impl Into<Projective>) {
        let step = step.into();
        match &mut self.map {
            Map::Plane(plane) => *plane = plane.then(&step),
            Map::Curved(_) => self.copy = self.copy.then(&step),
        }
    }

    #[inline]
    pub(crate) fn at(&self, x: f64, y: f64) -> Option<Point> {
        let seen = match self.map {
            Map::Plane(inverse) => inverse.map_seen(Point { x, y }),
            Map::Curved(transform) => transform.source_of(Point { x, y }).map(|p| self.copy.map_forward(p)),
        };
        seen.filter(|p| p.x.abs() < FAR && p.y.abs() < FAR)
    }

    /// Source pixels per page pixel to the right and downwards at a place: `[[∂x/∂X, ∂x/∂Y], [∂y/∂X, ∂y/∂Y]]`.
    pub(crate) fn slopes(&self, x: f64, y: f64) -> Option<[[f64; 2]; 2]> {
        let (left, right) = (self.at(x - 0.5, y)?, self.at(x + 0.5, y)?);
        let (top, bottom) = (self.at(x, y - 0.5)?, self.at(x, y + 0.5)?);
        Some([[right.x - left.x, bottom.x - top.x], [right.y - left.y, bottom.y - top.y]])
    }

    /// The quarter turn of the input that is nearest to what the page takes back.
    pub(crate) fn nearest_turn(&self, canvas: Canvas) -> Turn {
        match self.slopes(f64::from(canvas.width) / 2.0, f64::from(canvas.height) / 2.0) {
            None => Turn::None,
            Some([[x, _], [y, _]]) if x.abs() >= y.abs() => {
                if x >= 0.0 {
                    Turn::None
                } else {
                    Turn::Half
                }
            }
            Some([_, [y, _]]) => {
                if y > 0.0 {
                    Turn::Quarter
                } else {
                    Turn::ThreeQuarters
                }
            }
        }
    }

    /// Cuts pixels of row `y` into pieces, from left to right.
    #[inline(always)]
    pub(crate) fn pieces(&self, y: u32, span: Range<usize>, mut each: impl FnMut(Piece)) {
        // Centres: output pixel (x, y) stands for the point (x + ½, y + ½).
        let y = f64::from(y) + 0.5;
        if let Map::Plane(inverse) = self.map
            && inverse.is_affine()
        {
            let [[a, b, c], [d, e, f], _] = inverse.coefficients();
            let mut from = span.start;
            while from < span.end {
                let x = from as f64 + 0.5;
                let line = Line::new((a * x + b * y + c, d * x + e * y + f), (a, d));
                let far = (a * x + b * y + c).abs().max((d * x + e * y + f).abs()) > FAR;
                let count = SEGMENT.min(span.end - from);
                each(Piece { from, count, line: (!far).then_some(line) });
                from += count;
            }
            return;
        }
        let mut from = span.start;
        let mut start = self.at(from as f64 + 0.5, y);
        let mut most = SEGMENT;
        while from < span.end {
            let mut count = most.min(span.end - from);
            let (line, end) = loop {
                let end = self.at((from + count) as f64 + 0.5, y);
                if count == 1 {
                    break (start.map(|p| Line::new((p.x, p.y), (0.0, 0.0))), end);
                }
                let middle = self.at((from + count / 2) as f64 + 0.5, y);
                match Course::through(start, middle, end, count) {
                    Course::Even(line) => break (Some(line), end),
                    Course::Unseen => break (None, end),
                    Course::Bent => count /= 2,
                }
            };
            each(Piece { from, count, line });
            // What was even for so long will hardly be for more than twice as long.
            most = SEGMENT.min(2 * count);
            (from, start) = (from + count, end);
        }
    }
}

/// How a piece of a row runs through the input.
enum Course {
    Even(Line),
    Bent,
    /// Behind the camera all along.
    Unseen,
}

impl Course {
    /// Through three points, the second `count / 2` and the third `count` steps from the first.
    #[inline(always)]
    fn through(start: Option<Point>, middle: Option<Point>, end: Option<Point>, count: usize) -> Self {
        match (start, middle, end) {
            (Some(a), Some(m), Some(b)) => {
                let step = ((b.x - a.x) / count as f64, (b.y - a.y) / count as f64);
                let half = (count / 2) as f64;
                let off = (a.x + step.0 * half - m.x).abs().max((a.y + step.1 * half - m.y).abs());
                if off <= STRAIGHT { Self::Even(Line::new((a.x, a.y), step)) } else { Self::Bent }
            }
            (None, None, None) => Self::Unseen,
            _ => Self::Bent,
        }
    }
}
