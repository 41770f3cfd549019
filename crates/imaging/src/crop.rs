//! Where the paper ends on a scanner's backing. No crop may lose ink: when in doubt, none.
//!
//! The backing's brightness is learnt from the border of the picture, flooded from there, and four straight lines are
//! fitted to where the flood stops. White paper on a white backing shows no edge, so nothing is cropped.

mod edge;

use crate::components::components;
use crate::geometry::outline;
use crate::plane::Plane;
use crate::survey::Survey;
use edge::Edge;
use scantrail_core::units::{Angle, Confidence, Point, Quad};

/// The paper covers at least this share of the picture.
const LEAST_PAPER: f64 = 0.15;
/// Opposite edges may differ by this much from parallel, neighbouring ones from square.
const SQUARE_DEG: f64 = 1.2;
/// Pieces outside the outline up to this size are dust on the glass.
const DUST_MM2: f64 = 2.0;

/// Why nothing is cropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CropDecline {
    /// The capture is a photo or shows a picture.
    Picture,
    /// No backing around the paper, or none that differs from it.
    NoBacking,
    /// An edge is torn, folded or hidden: no straight line fits.
    RaggedEdge,
    /// The four edges do not make a sheet of paper.
    NotSquare,
    /// Something would be cut off.
    InkOutside,
}

/// The outline of the paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crop {
    /// Corners in pixels of the input, clockwise from its top left; the whole picture if declined.
    pub quad: Quad,
    /// Why nothing is cropped, if so.
    pub declined: Option<CropDecline>,
    /// The turn of the paper's edges, clockwise positive; `None` without edges.
    pub edge_angle: Option<Angle>,
    /// How well straight lines fitted.
    pub confidence: Confidence,
}

impl Crop {
    pub(crate) fn declined(reason: CropDecline, width: u32, height: u32) -> Self {
        Self { quad: outline(width, height), declined: Some(reason), edge_angle: None, confidence: Confidence::NONE }
    }
}

/// Finds the paper in an input of `width × height` pixels.
pub(crate) fn find(survey: &Survey, width: u32, height: u32) -> Crop {
    let decline = |reason| Crop::declined(reason, width, height);
    if survey.is_picture() {
        return decline(CropDecline::Picture);
    }
    let small = &survey.backing.small;
    let Some(backing) = survey.backing.level else {
        return decline(CropDecline::NoBacking);
    };
    let middle = f64::midpoint(f64::from(backing), f64::from(survey.background.page));
    match fit(small, &survey.backing.paper, middle) {
        Err(reason) => decline(reason),
        Ok((quad, edge_angle, confidence)) => {
            // The last incomplete working pixel belongs to the picture: edges at the frame go out to it.
            let to_input = |p: Point| Point {
                x: stretch(p.x, small.width, small.factor, width),
                y: stretch(p.y, small.height, small.factor, height),
            };
            Crop { quad: Quad(quad.0.map(to_input)), declined: None, edge_angle, confidence }
        }
    }
}

fn stretch(v: f64, working: usize, factor: usize, input: u32) -> f64 {
    if v >= working as f64 - 1e-6 { f64::from(input) } else { v.max(0.0) * factor as f64 }
}

type Fitted = (Quad, Option<Angle>, Confidence);

fn fit(plane: &Plane, paper: &[bool], mid_level: f64) -> Result<Fitted, CropDecline> {
    let edges = edge::all(plane, paper, mid_level)?;
    if edges.iter().all(Edge::is_frame) {
        return Err(CropDecline::NoBacking);
    }
    let [top, right, bottom, left] = &edges;
    let corner = |level: &Edge, upright: &Edge| level.meets(upright);
    let quad = Quad([corner(top, left), corner(top, right), corner(bottom, right), corner(bottom, left)]);
    let turns: Vec<f64> = edges.iter().filter(|e| !e.is_frame()).map(Edge::degrees).collect();
    let (least, most) = turns.iter().fold((f64::MAX, f64::MIN), |(l, m), &t| (l.min(t), m.max(t)));
    if most - least > SQUARE_DEG || area(&quad) < LEAST_PAPER * (plane.width * plane.height) as f64 {
        return Err(CropDecline::NotSquare);
    }
    if loses_something(plane, paper, &edges) {
        return Err(CropDecline::InkOutside);
    }
    let mean = turns.iter().sum::<f64>() / turns.len() as f64;
    let worst = edges.iter().map(Edge::support).fold(1.0, f64::min);
    Ok((quad, Some(Angle::from_degrees(mean)), Confidence::new(worst as f32)))
}

fn area(quad: &Quad) -> f64 {
    let twice: f64 = quad.0.iter().zip(quad.0.iter().cycle().skip(1)).map(|(p, q)| p.x * q.y - q.x * p.y).sum();
    twice.abs() / 2.0
}

/// Whether any piece larger than dust lies outside the four lines.
fn loses_something(plane: &Plane, paper: &[bool], edges: &[Edge; 4]) -> bool {
    let mut outside: Vec<bool> = paper.to_vec();
    for (i, cell) in outside.iter_mut().enumerate() {
        let centre = Point { x: (i % plane.width) as f64 + 0.5, y: (i / plane.width) as f64 + 0.5 };
        // A pixel cut by the line itself is not outside.
        *cell = *cell && edges.iter().any(|e| e.outside_by(centre) > 1.0);
    }
    let dust = DUST_MM2 * plane.per_mm * plane.per_mm;
    components(&mut outside, plane.width).iter().any(|c| c.area as f64 > dust)
}

#[cfg(test)]
#[path = "crop_tests.rs"]
mod tests;
