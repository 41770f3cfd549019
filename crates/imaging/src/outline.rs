//! Where a page or a board ends in a photo, and how the camera saw it: four corners, or an honest "not found".
//!
//! Straight edges of a small picture, two plus two by how well they are seen, refined at full size. What is found is
//! whiter than what lies around it: a sheet darker than its desk, white on white, or a picture that shows nothing but
//! the page is declined and stays as it is. This module knows no codes: their corners are given as [`Anchor`]s.

mod edges;
mod lines;
mod quads;
mod refine;
mod size;

use crate::finding::{Finding, Sure};
use crate::geometry::outline as rectangle;
use crate::geometry::projective::Projective;
use crate::geometry::transform::Transform;
use edges::White;
use lines::Line;
use quads::Candidate;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Confidence, Point, Quad};

/// Every seen side of an accepted page shows at least this share of its length as an edge…
const LEAST_SIDE: f64 = 0.55;
/// …and the sides together this share on average.
const LEAST_MEAN: f64 = 0.72;
/// A quad that differs (Jaccard below 0.9, by area and corners) must score worse by this much.
const LEAST_LEAD: f64 = 0.035;
/// Corners farther apart than this share of the picture's diagonal belong to different quads.
const DIFFERENT: f64 = 0.04;
/// Inside a page this share of places is at least [`PAPER_LIKE`] as white as its paper.
const LEAST_PAPER: f64 = 0.6;
/// As white as paper, in light and shade.
const PAPER_LIKE: f32 = 0.6;
/// Along a side that is the picture's own frame, paper reaches the frame in at least this share of places: else the
/// page's true side lies further in and was missed.
const LEAST_AT_FRAME: f64 = 0.8;
/// A ring just outside the page that is as white as the paper in more than this share of places: paper goes on.
const MOST_OUTSIDE: f64 = 0.35;
/// Where rings around the page are looked at, as shares of its width and height: just outside, and farther out, where
/// the pattern of a checked or striped cloth comes again.
const RINGS: [f64; 4] = [0.025, 0.05, 0.075, 0.1];
/// So many corners between two seen sides may lie outside the picture: of edges that all leave it, nobody can tell
/// whether they would end at the corners, or go on as the lines of a checked cloth do.
const MOST_BEYOND: usize = 1;
/// A page covering more than this share of the picture has nothing around it to be cut away.
const FILLS: f64 = 0.985;

/// What is known beside the picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// Square codes of known printed size that lie flat on the page.
    pub anchors: Vec<Anchor>,
}

/// A square code seen in the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// Its corners in input pixels, clockwise, good to about half a pixel.
    pub quad: Quad,
    /// Its printed side in millimetres.
    pub side_mm: f64,
}

/// A paper format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sheet {
    /// 297 × 420 mm.
    A3,
    /// 210 × 297 mm.
    A4,
    /// 148 × 210 mm.
    A5,
    /// 215.9 × 279.4 mm.
    Letter,
}

/// How large a page is; proportions are width through height as it stands in the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PageSize {
    /// Proportions as the corners tell them, of no format.
    Proportions(f64),
    /// Close to the A series, and set to exactly that.
    ASeries(f64),
    /// Close to US letter, and set to exactly that.
    Letter(f64),
    /// Measured with a code of known size.
    True(TrueScale),
}

impl PageSize {
    /// Width through height.
    pub fn proportions(&self) -> f64 {
        match self {
            Self::Proportions(p) | Self::ASeries(p) | Self::Letter(p) => *p,
            Self::True(scale) => scale.width_mm / scale.height_mm,
        }
    }
}

/// The true size of what the outline encloses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrueScale {
    /// Along the outline's top side.
    pub width_mm: f64,
    /// Along its left side.
    pub height_mm: f64,
    /// By what share both may be wrong.
    pub uncertainty: f64,
    /// The paper format this is, if any is within 1.5 %.
    pub sheet: Option<Sheet>,
}

impl TrueScale {
    /// Millimetres per pixel, across and down, on a flattened page of this many pixels.
    pub fn per_pixel(&self, width: u32, height: u32) -> (f64, f64) {
        (self.width_mm / f64::from(width.max(1)), self.height_mm / f64::from(height.max(1)))
    }
}

/// Why no true scale is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScaleDecline {
    /// No code, or none whose corners say both width and height.
    NoAnchor,
    /// Two codes contradict each other: they do not lie on the same plane.
    AnchorsDisagree,
    /// The code is so small in the picture that half a pixel matters too much.
    TooSmall,
    /// The outline is no convex quadrilateral.
    NotFlat,
}

/// Why there is no outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutlineDecline {
    /// The picture is smaller than edges can be measured in.
    TooSmall,
    /// No four straight edges that make a page.
    NoEdges,
    /// An edge is hidden, torn or too weak over too much of its length.
    WeakEdges,
    /// Two different outlines fit about equally well.
    Ambiguous,
    /// What the edges enclose is not paper.
    NotPaper,
    /// Paper goes on beyond the edges: cutting there might lose writing.
    PaperOutside,
    /// The picture shows the page alone, edge to edge.
    FillsPicture,
}

/// A page in a photo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// Corners in input pixels, clockwise from the top left of the page as it stands in the picture; up to an eighth
    /// of the picture's longer side outside it.
    pub quad: Quad,
    /// How large it is.
    pub size: PageSize,
    /// Top, right, bottom, left: whether the side was seen. Where not, the page goes on beyond the picture.
    pub seen: [bool; 4],
}

/// Finds the page in a photo.
pub fn find(input: &Raster, known: &Known) -> Finding<Outline, OutlineDecline> {
    let white = White::of(input);
    if white.width < 32 || white.height < 32 {
        return Err(OutlineDecline::TooSmall);
    }
    let edgels = white.edgels();
    let mut lines = lines::strongest(&white, &edgels);
    let (w, h) = (white.width as f64, white.height as f64);
    let frames = [(0.0, 1.0, 0.0), (-1.0, 0.0, -w), (0.0, -1.0, -h), (1.0, 0.0, 0.0)];
    for (side, (x, y, offset)) in lines.iter_mut().zip(frames) {
        side.push(Line::frame(Point { x, y }, offset));
    }
    let candidates = quads::candidates(&white, &lines);
    let best = candidates.first().ok_or(OutlineDecline::NoEdges)?;
    let seen: [bool; 4] = std::array::from_fn(|k| !lines[k][best.lines[k]].frame);
    let confidence = judge(&white, &candidates, seen)?;
    let factor = white.factor as f64;
    let coarse = Quad(best.quad.0.map(|p| Point { x: p.x * factor, y: p.y * factor }));
    let quad = refine::refined(input, &coarse, seen.map(|s| !s), white.factor);
    let size = match size::scale(&quad, &known.anchors) {
        // A page that goes on outside has no size.
        Ok(scale) if seen == [true; 4] => PageSize::True(scale.value),
        // Nor do corners say anything about its proportions.
        _ if seen != [true; 4] => PageSize::Proportions(plain_proportions(&quad)),
        _ => size::proportions(&quad, input.width(), input.height())
            .map_or(PageSize::Proportions(plain_proportions(&quad)), size::snapped),
    };
    Ok(Sure { value: Outline { quad, size, seen }, confidence })
}

/// The true size of what an outline encloses, from codes of known size on the same plane.
///
/// The outline's edges keep the perspective; a code tells the scale alone, since its own corners say little about
/// places ten times as far away as it is wide.
pub fn true_scale(outline: &Outline, anchors: &[Anchor]) -> Finding<TrueScale, ScaleDecline> {
    size::scale(&outline.quad, anchors)
}

impl Outline {
    /// The map to the flat page, and its width and height in pixels: as many as the longer of two opposite sides has
    /// in the picture, in the page's proportions, so that nothing is enlarged beyond what the camera saw.
    ///
    /// `None` when a side was not seen: the picture's frame is no side of the page and tells nothing of how the camera
    /// saw it. `None` too for corners that are no convex quadrilateral, which [`find`] never gives.
    pub fn flatten(&self) -> Option<(Transform, u32, u32)> {
        if self.seen != [true; 4] {
            return None;
        }
        let side = |k: usize| {
            let (a, b) = (self.quad.0[k], self.quad.0[(k + 1) % 4]);
            (b.x - a.x).hypot(b.y - a.y)
        };
        let (width, height) = (side(0).max(side(2)), side(1).max(side(3)));
        let ratio = self.size.proportions();
        // The side that the camera foreshortened is stretched to the proportions, never the other one shrunk.
        let (width, height) = if width / height > ratio { (width, width / ratio) } else { (height * ratio, height) };
        let most = 2.0 * side(0).max(side(1)).max(side(2)).max(side(3));
        let shrink = (most / width.max(height)).min(1.0);
        let (width, height) = ((width * shrink).round().max(1.0), (height * shrink).round().max(1.0));
        let (width, height) = (width as u32, height as u32);
        let plane = Projective::between(&self.quad, &rectangle(width, height)).ok()?;
        Some((plane.into(), width, height))
    }
}

fn judge(white: &White, candidates: &[Candidate], seen: [bool; 4]) -> Result<Confidence, OutlineDecline> {
    let best = candidates.first().ok_or(OutlineDecline::NoEdges)?;
    let sides = || best.sides.iter().zip(seen).filter(|(_, seen)| *seen).map(|(side, _)| *side);
    let least = sides().fold(1.0, f64::min);
    let mean = sides().sum::<f64>() / sides().count().max(1) as f64;
    if least < LEAST_SIDE || mean < LEAST_MEAN {
        return Err(OutlineDecline::WeakEdges);
    }
    if quads::area(&best.quad) > FILLS * (white.width * white.height) as f64 {
        return Err(OutlineDecline::FillsPicture);
    }
    // A corner belongs to the side after it and to the one before.
    let corners = best.quad.0.iter().enumerate().filter(|(k, _)| seen[*k] && seen[(k + 3) % 4]);
    if corners.filter(|(_, p)| beyond(white, **p)).count() > MOST_BEYOND {
        return Err(OutlineDecline::WeakEdges);
    }
    let Paper { inside, outside, along } = paper(white, &best.quad);
    if inside < LEAST_PAPER {
        return Err(OutlineDecline::NotPaper);
    }
    if along.iter().zip(seen).any(|(share, seen)| !seen && *share < LEAST_AT_FRAME) {
        return Err(OutlineDecline::WeakEdges);
    }
    if outside > MOST_OUTSIDE {
        return Err(OutlineDecline::PaperOutside);
    }
    let apart = DIFFERENT * (white.width as f64).hypot(white.height as f64);
    let differs = |c: &&Candidate| c.quad.0.iter().zip(&best.quad.0).any(|(p, q)| (p.x - q.x).hypot(p.y - q.y) > apart);
    let lead = candidates.iter().find(differs).map_or(1.0, |second| best.score - second.score);
    if lead < LEAST_LEAD {
        return Err(OutlineDecline::Ambiguous);
    }
    Ok(Confidence::new((0.5 * mean + 0.3 * least + 0.2 * (lead / 0.1).min(1.0)) as f32))
}

/// Whether a point lies clearly outside the picture.
fn beyond(white: &White, p: Point) -> bool {
    p.x < -1.0 || p.y < -1.0 || p.x > white.width as f64 + 1.0 || p.y > white.height as f64 + 1.0
}

/// A place of a page 1 wide and 1 high from the way along a side and the way in from it.
type Place = fn(f64, f64) -> (f64, f64);
/// For the top, right, bottom and left side.
const INWARD: [Place; 4] = [|t, d| (t, d), |t, d| (1.0 - d, t), |t, d| (t, 1.0 - d), |t, d| (d, t)];

/// Shares of places that are as white as the paper of a possible page.
struct Paper {
    /// Inside it.
    inside: f64,
    /// In that ring around it which has most.
    outside: f64,
    /// Just inside its top, right, bottom and left side.
    along: [f64; 4],
}

impl Paper {
    const NONE: Self = Self { inside: 0.0, outside: 1.0, along: [0.0; 4] };
}

fn paper(white: &White, quad: &Quad) -> Paper {
    const GRID: u32 = 24;
    let Ok(onto) = Projective::between(&rectangle(1, 1), quad) else { return Paper::NONE };
    let at = |u: f64, v: f64| {
        let p = onto.map_forward(Point { x: u, y: v });
        let inside = p.x >= 0.0 && p.y >= 0.0 && p.x < white.width as f64 && p.y < white.height as f64;
        inside.then(|| white.near(p.x, p.y))
    };
    let step = |i: u32| (f64::from(i) + 0.5) / f64::from(GRID);
    let mut within: Vec<f32> = (0..GRID * GRID).filter_map(|i| at(step(i % GRID), step(i / GRID))).collect();
    if within.is_empty() {
        return Paper::NONE;
    }
    let place = within.len() * 7 / 10;
    let level = *within.select_nth_unstable_by(place, f32::total_cmp).1;
    let inside = within.iter().filter(|&&v| v >= PAPER_LIKE * level).count() as f64 / within.len() as f64;
    // Compared with the paper next to it, so that a shadow over both does not matter.
    let mut rings = RINGS.map(|_| (0, 0));
    let mut edges = [(0, 0); 4];
    for i in 0..2 * GRID {
        let t = (f64::from(i) + 0.5) / f64::from(2 * GRID);
        for (edge, place) in edges.iter_mut().zip(INWARD) {
            let within = place(t, 0.02);
            let Some(near) = at(within.0, within.1) else { continue };
            *edge = (edge.0 + u32::from(near > PAPER_LIKE * level), edge.1 + 1);
            for (ring, distance) in rings.iter_mut().zip(RINGS) {
                let beyond = place(t, -distance);
                if let Some(far) = at(beyond.0, beyond.1) {
                    *ring = (ring.0 + u32::from(far > 0.94 * near && far > PAPER_LIKE * level), ring.1 + 1);
                }
            }
        }
    }
    let share = |(part, all): (u32, u32)| f64::from(part) / f64::from(all.max(1));
    // Of a ring of which the picture shows less than a quarter, nothing can be said.
    let shown = rings.into_iter().filter(|ring| ring.1 >= 2 * GRID);
    let outside = shown.map(share).reduce(f64::max).unwrap_or(if rings[0].1 == 0 { 1.0 } else { share(rings[0]) });
    Paper { inside, outside, along: edges.map(share) }
}

fn plain_proportions(quad: &Quad) -> f64 {
    let side = |k: usize| (quad.0[(k + 1) % 4].x - quad.0[k].x).hypot(quad.0[(k + 1) % 4].y - quad.0[k].y);
    (side(0) + side(2)) / (side(1) + side(3)).max(1e-9)
}

#[cfg(test)]
#[path = "outline_tests.rs"]
mod tests;
