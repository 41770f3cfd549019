//! Where the paper ends on a scanner's backing. No crop may lose ink: when in doubt, none.
//!
//! The backing's brightness is learnt from the border of the picture, flooded from there, and four straight lines are
//! fitted to where the flood stops. White paper on a white backing shows no edge, so nothing is cropped.

mod edge;

use crate::affine::outline;
use crate::components::components;
use crate::plane::Plane;
use crate::survey::Survey;
use edge::Edge;
use scantrail_core::units::{Angle, Confidence, Point, Quad};

/// The backing must differ from the paper by this many grey levels.
const APART: i32 = 30;
/// Half the width of the backing's own spread of brightness, and the step from one pixel to the next inside it.
const SPREAD: i32 = 28;
const STEP: i32 = 8;
/// The share of the border that must show the backing.
const BORDER_SHARE: f32 = 0.03;
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
    let small = survey.plane.halved();
    let Some(backing) = backing_level(&small, survey.background.page as i32) else {
        return decline(CropDecline::NoBacking);
    };
    let paper = flood(&small, backing);
    let middle = f64::midpoint(f64::from(backing), f64::from(survey.background.page));
    match fit(&small, &paper, middle) {
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

/// The most frequent brightness along the border that is not the paper's.
fn backing_level(plane: &Plane, paper: i32) -> Option<i32> {
    let (w, h) = (plane.width, plane.height);
    if w < 40 || h < 40 {
        return None;
    }
    let at = |x: usize, y: usize| i32::from(plane.samples[y * w + x]);
    let border = (0..w).flat_map(|x| [at(x, 0), at(x, h - 1)]).chain((0..h).flat_map(|y| [at(0, y), at(w - 1, y)]));
    let mut histogram = [0u32; 256];
    let mut total = 0;
    for v in border {
        total += 1;
        if (v - paper).abs() > APART {
            histogram[v as usize] += 1;
        }
    }
    let within = |v: i32| -> u32 { ((v - 6).max(0)..=(v + 6).min(255)).map(|i| histogram[i as usize]).sum() };
    let level = (0..256).max_by_key(|&v| within(v))?;
    (within(level) as f32 >= BORDER_SHARE * total as f32).then_some(level)
}

/// Everything that cannot be reached from the border over the backing.
fn flood(plane: &Plane, backing: i32) -> Vec<bool> {
    let (w, h) = (plane.width, plane.height);
    let value = |i: usize| i32::from(plane.samples[i]);
    let alike = |i: usize| (value(i) - backing).abs() <= SPREAD;
    let mut paper = vec![true; w * h];
    let mut open: Vec<usize> =
        (0..w).flat_map(|x| [x, (h - 1) * w + x]).chain((0..h).flat_map(|y| [y * w, y * w + w - 1])).collect();
    open.retain(|&i| alike(i) && std::mem::take(&mut paper[i]));
    while let Some(i) = open.pop() {
        let (x, y) = (i % w, i / w);
        let near = [(x > 0, i.wrapping_sub(1)), (x + 1 < w, i + 1), (y > 0, i.wrapping_sub(w)), (y + 1 < h, i + w)];
        for (exists, n) in near {
            if exists && paper[n] && alike(n) && (value(n) - value(i)).abs() <= STEP {
                paper[n] = false;
                open.push(n);
            }
        }
    }
    paper
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
