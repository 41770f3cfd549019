//! Where a derivative's pixels come from: one transform, and a canvas that no ink falls off.

use super::frame::Frame;
use crate::geometry::affine::Affine;
use crate::geometry::transform::Transform;
use crate::geometry::{bounds, outline};
use crate::survey::Survey;
use crate::warp::{Canvas, render, turn_back};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Angle, Point, Turn};

/// Ink outside the canvas of fewer working pixels than this is dust.
const LOST_INK: usize = 3;
/// Ink darker than this share of the paper must not fall off the canvas.
const INK_KEPT: f32 = 0.08;

/// The ink of a page, in its working picture.
pub(super) struct Ink<'a> {
    pub(super) survey: &'a Survey,
    /// From the capture to the picture that was surveyed.
    pub(super) to_survey: &'a Transform,
}

/// The way of one page.
pub(super) struct Layout {
    /// From the capture to the derivative.
    pub(super) transform: Transform,
    pub(super) width: u32,
    pub(super) height: u32,
    /// The canvas is larger than the page was, to keep ink.
    pub(super) enlarged: bool,
    /// Nothing but a quarter turn: no pixel changes its value.
    exact: bool,
}

impl Layout {
    /// Turns a flat page back by the small `angle` found in it.
    pub(super) fn new(frame: &Frame, input: &Raster, angle: Angle, ink: &Ink<'_>) -> Self {
        let flat = frame.flat_bounds(input);
        let centre = Point { x: f64::midpoint(flat[0], flat[2]), y: f64::midpoint(flat[1], flat[3]) };
        let straight = frame.flat.clone().then(Affine::rotation(Angle::from_degrees(-angle.degrees()), centre));
        let turned =
            |region: Vec<Point>| bounds(&region.into_iter().map(|p| straight.map_forward(p)).collect::<Vec<_>>());
        if frame.outline.is_some() {
            return Self::within(&straight, turned(frame.region(input)));
        }
        if angle.degrees() == 0.0 {
            return Self { exact: frame.flat.as_plane().is_some(), ..Self::within(&frame.flat, flat) };
        }
        // Same size as before, unless that cuts ink off.
        let same_size = Self::within(&straight, flat);
        if ink.lost(&same_size) <= LOST_INK {
            return same_size;
        }
        let all = turned(outline(input.width(), input.height()).0.to_vec());
        Self { enlarged: true, ..Self::within(&straight, all) }
    }

    /// The canvas that just holds a box, which is given in coordinates of `straight`.
    fn within(straight: &Transform, [left, top, right, bottom]: [f64; 4]) -> Self {
        // Whole pixels outwards; a hair of slack keeps exact sizes exact.
        let (left, top) = ((left + 1e-6).floor(), (top + 1e-6).floor());
        let side = |from: f64, to: f64| ((to - from - 1e-6).ceil()).max(1.0) as u32;
        Self {
            transform: straight.clone().then(Affine::translation(-left, -top)),
            width: side(left, right),
            height: side(top, bottom),
            enlarged: false,
            exact: false,
        }
    }

    /// The derivative; what lies outside `keep` (in pixels of the capture; empty keeps all) is filled.
    pub(super) fn render(&self, input: &Raster, turn: Turn, keep: &[Point], fill: [u8; 3]) -> Raster {
        if self.exact {
            return turn_back(input, turn);
        }
        let canvas = Canvas { width: self.width, height: self.height, fill };
        render(input, &self.transform, canvas, keep)
    }
}

impl Ink<'_> {
    /// Working pixels with ink that would fall off the canvas.
    fn lost(&self, layout: &Layout) -> usize {
        let plane = &self.survey.plane;
        let (w, h) = (f64::from(layout.width), f64::from(layout.height));
        let (factor, width) = (plane.factor as f64, self.survey.ink.width);
        let off = |i: usize| {
            let p = Point { x: ((i % width) as f64 + 0.5) * factor, y: ((i / width) as f64 + 0.5) * factor };
            let p = layout.transform.map_forward(self.to_survey.map_back(p));
            p.x < 0.0 || p.y < 0.0 || p.x > w || p.y > h
        };
        self.survey.ink.values.iter().enumerate().filter(|&(i, &v)| v > INK_KEPT && off(i)).count()
    }
}
