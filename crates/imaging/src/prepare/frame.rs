//! A page as it lies in the capture, and the way from there to a page that is upright, straight and flat.

use super::Warning;
use super::layout::{Ink, Layout};
use crate::geometry::affine::Affine;
use crate::geometry::projective::Projective;
use crate::geometry::transform::Transform;
use crate::geometry::{bounds, outline};
use crate::orientation::TurnSource;
use crate::survey::Survey;
use crate::warp::{Canvas, render};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Angle, Confidence, Point, Resolution, Turn};

/// Longer side of a page's own working picture, as of the capture's (A4 at 75 dpi).
const WORKING_SIDE: f64 = 877.0;

/// What told where a page ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounds {
    /// Nothing: the page is the whole capture.
    Whole,
    /// The backing of the scanner around it.
    Backing,
    /// Its edges in a photo; the perspective is taken back.
    Edges,
    /// The frame of a whiteboard; the perspective is taken back.
    Board,
    /// The mat it lies on; papers and things are cut out with a margin.
    Mat,
    /// The gutter between it and its neighbour.
    Gutter,
}

impl Bounds {
    /// The word for records and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Backing => "backing",
            Self::Edges => "edges",
            Self::Board => "board",
            Self::Mat => "mat",
            Self::Gutter => "gutter",
        }
    }
}

/// What a frame holds, and with that what may be done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A page, or a picture: its pixels tell.
    Paper,
    /// A thing: cut out, nothing else.
    Object,
    /// A whiteboard.
    Board,
    /// All that the camera saw, kept beside or instead of what was looked for in it.
    Kept,
}

/// One page in the capture.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) subject: Subject,
    /// From the capture to a flat and upright page of the scale wanted; where its corner lies does not matter.
    pub(super) flat: Transform,
    /// The outline in pixels of the capture; none if it is the whole of it.
    pub(super) outline: Option<Vec<Point>>,
    pub(super) bounds: Bounds,
    /// How sure the outline is.
    pub(super) confidence: Confidence,
    /// The turn of the paper's edges, if they were measured and are still to be taken back.
    pub(super) edge_angle: Option<Angle>,
    /// Of the flat page.
    pub(super) resolution: Option<Resolution>,
    pub(super) turn: Turn,
    pub(super) turned_by: TurnSource,
}

impl Frame {
    /// The whole capture, turned upright.
    pub(super) fn whole(input: &Raster, (turn, turned_by): (Turn, TurnSource)) -> Self {
        let mut resolution = input.resolution();
        if let (Some(r), Turn::Quarter | Turn::ThreeQuarters) = (&mut resolution, turn) {
            std::mem::swap(&mut r.x, &mut r.y);
        }
        Self {
            subject: Subject::Paper,
            flat: Affine::turning_back(turn, input.width(), input.height()).into(),
            outline: None,
            bounds: Bounds::Whole,
            confidence: Confidence::CERTAIN,
            edge_angle: None,
            resolution,
            turn,
            turned_by,
        }
    }

    /// Its outline in pixels of the capture.
    pub(super) fn region(&self, input: &Raster) -> Vec<Point> {
        self.outline.clone().unwrap_or_else(|| outline(input.width(), input.height()).0.to_vec())
    }

    /// The box around the flat page: left, top, right, bottom.
    pub(super) fn flat_bounds(&self, input: &Raster) -> [f64; 4] {
        bounds(&self.region(input).into_iter().map(|p| self.flat.map_forward(p)).collect::<Vec<_>>())
    }

    /// A small picture of the flat page for measuring, and the transform that leads to it.
    pub(super) fn working(&self, input: &Raster) -> (Raster, Transform) {
        let [left, top, right, bottom] = self.flat_bounds(input);
        let (width, height) = (right - left, bottom - top);
        let scale = (WORKING_SIDE / width.max(height)).min(1.0);
        let to_small = self.flat.clone().then(Affine::translation(-left, -top)).then(Projective::scaling(scale, scale));
        let side = |length: f64| ((length * scale).round() as u32).max(1);
        let canvas = Canvas { width: side(width), height: side(height), fill: [255; 3] };
        let small = render(input, &to_small, canvas, self.outline.as_deref().unwrap_or_default());
        (small.with_resolution(None), to_small)
    }

    /// The page once its small turn is known: pixels, the transform they came by, and what had to be enlarged.
    pub(super) fn finish(
        &self,
        input: &Raster,
        angle: Angle,
        survey: &Survey,
        to_survey: &Transform,
    ) -> (Raster, Transform, Option<Warning>) {
        let ink = Ink { survey, to_survey };
        let layout = Layout::new(self, input, angle, &ink);
        let keep = self.outline.as_deref().unwrap_or_default();
        let raster = layout.render(input, self.turn, keep, paper_colour(input, survey));
        let warning = layout.enlarged.then_some(Warning::InkAtEdge);
        (raster.with_resolution(self.resolution), layout.transform, warning)
    }
}

/// The mean colour of pixels about as bright as the paper.
fn paper_colour(input: &Raster, survey: &Survey) -> [u8; 3] {
    let page = survey.background.page;
    let channels = input.channels().count();
    let mut sum = [0u64; 3];
    let mut count = 0u64;
    for y in (0..input.height()).step_by(16) {
        for p in input.row(y).chunks_exact(channels).step_by(16) {
            let [r, g, b] = if input.channels() == Channels::Rgb { [p[0], p[1], p[2]] } else { [p[0]; 3] };
            let grey = 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
            if (grey - page).abs() <= 8.0 {
                sum = [sum[0] + u64::from(r), sum[1] + u64::from(g), sum[2] + u64::from(b)];
                count += 1;
            }
        }
    }
    if count == 0 { [255; 3] } else { sum.map(|s| (s / count) as u8) }
}
