//! Where the paper ends on a scanner's backing. No crop may lose ink: when in doubt, none.
//!
//! The backing's brightness is learnt from the border of the picture (or known from the device), flooded from there, and
//! four straight lines are fitted to where the flood stops. Where they do not fit, the outline is a polygon and the crop
//! the rectangle around it and around whatever else lies on the backing. White paper on a white backing shows no edge,
//! so nothing is cropped.

mod edge;
mod polygon;

pub use crate::backing::BackingModel;

use crate::components::components;
use crate::geometry::affine::Affine;
use crate::geometry::{bounds, outline};
use crate::plane::Plane;
use crate::survey::Survey;
use edge::Edge;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Angle, Confidence, Point, Quad};

/// The paper covers at least this share of the picture.
const LEAST_PAPER: f64 = 0.15;
/// Opposite edges may differ by this much from parallel, neighbouring ones from square.
const SQUARE_DEG: f64 = 1.2;
/// Pieces outside the outline up to this size are dust on the glass.
const DUST_MM2: f64 = 2.0;
/// A sheet that fills less than this of the rectangle around it is no sheet: scraps, or a flood gone wrong.
const LEAST_FILL: f64 = 0.5;
/// A rectangle with more corners than this is no torn edge but a flood gone wrong.
const MOST_CORNERS: usize = 80;
/// A sheet's corner that is missing over at least this area is folded or torn off.
const DOG_EAR_MM2: f64 = 40.0;
/// What is believed of an outline that is not straight.
const POLYGON_CONFIDENCE: f32 = 0.6;

/// Why nothing is cropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CropDecline {
    /// The capture is a photo or shows a picture.
    Picture,
    /// No backing around the paper, or none that differs from it.
    NoBacking,
    /// No outline that a sheet of paper could have.
    RaggedEdge,
    /// The four edges do not make a sheet of paper.
    NotSquare,
    /// Something would be cut off.
    InkOutside,
}

/// The outline of the paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Crop {
    /// Corners in pixels of the input, clockwise from its top left; the whole picture if declined. Everything that is
    /// not backing lies inside; where an edge is ragged, the rectangle may reach beyond the picture.
    pub quad: Quad,
    /// The paper itself, clockwise in pixels of the input, inside `quad`: more than four corners if the sheet is torn,
    /// folded or dog-eared. As `quad` if it is straight, if other things lie beside it, or if declined.
    pub outline: Vec<Point>,
    /// Why nothing is cropped, if so.
    pub declined: Option<CropDecline>,
    /// The turn of the paper's edges, clockwise positive; `None` without straight edges.
    pub edge_angle: Option<Angle>,
    /// How well straight lines fitted.
    pub confidence: Confidence,
    /// What was learnt of the backing: to be given to the next search for the same device.
    pub backing: Option<BackingModel>,
}

impl Crop {
    pub(crate) fn declined(reason: CropDecline, width: u32, height: u32) -> Self {
        let quad = outline(width, height);
        Self {
            quad,
            outline: quad.0.to_vec(),
            declined: Some(reason),
            edge_angle: None,
            confidence: Confidence::NONE,
            backing: None,
        }
    }
}

/// Finds the paper in a picture from a feeder or a flatbed; `known` is what was learnt of the device before.
pub fn paper(page: &Raster, known: Option<BackingModel>) -> Crop {
    find(&Survey::on(page, known), page.width(), page.height())
}

/// Finds the paper in an input of `width × height` pixels.
pub(crate) fn find(survey: &Survey, width: u32, height: u32) -> Crop {
    let decline = |reason| Crop { backing: survey.backing.model, ..Crop::declined(reason, width, height) };
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
        Ok(fitted) => {
            // The last incomplete working pixel belongs to the picture: edges at the frame go out to it.
            let to_input = |p: Point| Point {
                x: stretch(p.x, small.width, small.factor, width),
                y: stretch(p.y, small.height, small.factor, height),
            };
            Crop {
                quad: Quad(fitted.quad.0.map(to_input)),
                outline: fitted.outline.into_iter().map(to_input).collect(),
                declined: None,
                edge_angle: fitted.edge_angle,
                confidence: fitted.confidence,
                backing: survey.backing.model,
            }
        }
    }
}

fn stretch(v: f64, working: usize, factor: usize, input: u32) -> f64 {
    if (v - working as f64).abs() < 1e-6 { f64::from(input) } else { v * factor as f64 }
}

/// In pixels of the small picture.
struct Fitted {
    quad: Quad,
    outline: Vec<Point>,
    edge_angle: Option<Angle>,
    confidence: Confidence,
}

fn fit(plane: &Plane, paper: &[bool], mid_level: f64) -> Result<Fitted, CropDecline> {
    let sides = edge::each(plane, paper, mid_level);
    if sides.iter().all(|side| side.is_ok_and(|edge| edge.is_frame())) {
        return Err(CropDecline::NoBacking);
    }
    match straight(plane, paper, &sides) {
        Ok(fitted) => Ok(fitted),
        Err(reason) => ragged(plane, paper, &sides).ok_or(reason),
    }
}

/// Four straight edges that make a sheet and hold everything.
fn straight(plane: &Plane, paper: &[bool], sides: &[Result<Edge, CropDecline>; 4]) -> Result<Fitted, CropDecline> {
    let edges = [sides[0]?, sides[1]?, sides[2]?, sides[3]?];
    let [top, right, bottom, left] = edges.map(Edge::holding_all);
    let corner = |level: Edge, upright: Edge| level.meets(&upright);
    let quad = Quad([corner(top, left), corner(top, right), corner(bottom, right), corner(bottom, left)]);
    let (mean, apart) = turn(edges.iter()).ok_or(CropDecline::NoBacking)?;
    if apart > SQUARE_DEG || area(&quad.0) < LEAST_PAPER * (plane.width * plane.height) as f64 {
        return Err(CropDecline::NotSquare);
    }
    if loses_something(plane, paper, &edges) {
        return Err(CropDecline::InkOutside);
    }
    let worst = edges.iter().map(Edge::support).fold(1.0, f64::min);
    Ok(Fitted {
        quad,
        outline: dog_eared(plane, paper, &edges).unwrap_or_else(|| quad.0.to_vec()),
        edge_angle: Some(Angle::from_degrees(mean)),
        confidence: Confidence::new(worst as f32),
    })
}

/// Mean turn of those edges that are not the frame, and how far they are from square.
fn turn<'a>(edges: impl Iterator<Item = &'a Edge>) -> Option<(f64, f64)> {
    let turns: Vec<f64> = edges.filter(|e| !e.is_frame()).map(Edge::degrees).collect();
    let (least, most) = turns.iter().fold((f64::MAX, f64::MIN), |(l, m), &t| (l.min(t), m.max(t)));
    (!turns.is_empty()).then(|| (turns.iter().sum::<f64>() / turns.len() as f64, most - least))
}

/// The outline of a straight sheet of which corners are missing.
fn dog_eared(plane: &Plane, paper: &[bool], edges: &[Edge; 4]) -> Option<Vec<Point>> {
    let sheet = polygon::pieces(plane, paper, f64::MAX)?.sheet;
    let inside = |i: usize| {
        let centre = Point { x: (i % plane.width) as f64 + 0.5, y: (i / plane.width) as f64 + 0.5 };
        edges.iter().map(|e| e.outside_by(centre)).fold(f64::MIN, f64::max)
    };
    let mut missing: Vec<bool> = (0..sheet.len()).map(|i| !sheet[i] && inside(i) < -1.0).collect();
    let least = DOG_EAR_MM2 * plane.per_mm * plane.per_mm;
    components(&mut missing, plane.width)
        .iter()
        .any(|c| c.area as f64 > least)
        .then(|| polygon::outline(&sheet, plane.width))
}

/// The polygon around a torn or folded sheet, and the rectangle around it and around all else that is not backing.
fn ragged(plane: &Plane, paper: &[bool], sides: &[Result<Edge, CropDecline>; 4]) -> Option<Fitted> {
    let pieces = polygon::pieces(plane, paper, DUST_MM2 * plane.per_mm * plane.per_mm)?;
    let outline = polygon::outline(&pieces.sheet, plane.width);
    let straight: Vec<Edge> = sides.iter().filter_map(|side| side.ok()).collect();
    let angle = turn(straight.iter()).filter(|(_, apart)| *apart <= SQUARE_DEG).map(|(mean, _)| mean);
    let back = Affine::rotation(Angle::from_degrees(-angle.unwrap_or(0.0)), Point::default());
    let all: Vec<Point> = outline.iter().chain(&pieces.others).map(|&p| back.map_forward(p)).collect();
    let [left, top, right, bottom] = bounds(&all);
    let around = [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point { x, y });
    let quad = Quad(around.map(|p| back.map_back(p)));
    let (sheet, whole) = (area(&outline), (plane.width * plane.height) as f64);
    let believable =
        outline.len() <= MOST_CORNERS && sheet >= LEAST_PAPER * whole && sheet >= LEAST_FILL * area(&quad.0);
    believable.then(|| Fitted {
        quad,
        outline: if pieces.others.is_empty() { outline } else { quad.0.to_vec() },
        edge_angle: angle.map(Angle::from_degrees),
        confidence: Confidence::new(POLYGON_CONFIDENCE),
    })
}

fn area(polygon: &[Point]) -> f64 {
    let twice: f64 = polygon.iter().zip(polygon.iter().cycle().skip(1)).map(|(p, q)| p.x * q.y - q.x * p.y).sum();
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
