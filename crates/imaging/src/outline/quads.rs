//! Which four lines make the page: two plus two, judged by how much of each side is seen as an edge and by whether the
//! edges stop at the corners. It knows small-picture coordinates only.

use super::edges::White;
use super::lines::Line;
use crate::geometry::projective::is_convex;
use scantrail_core::units::{Point, Quad};

/// The smallest share of the picture a page may cover.
const LEAST_AREA: f64 = 0.08;
/// Corners may lie outside the picture by this share of its longer side.
const BEYOND: f64 = 0.12;
/// Sides with less support than this share are no sides.
const LEAST_SIDE: f64 = 0.3;
/// What a side that is the picture's own frame is worth, beside 1 for a side seen in full.
const FRAME_WORTH: f64 = 0.62;
/// Beyond the corners, edges are followed for this share of the longer side…
const FOLLOW: f64 = 0.05;
/// …and each that goes on costs up to this much.
const GOES_ON: f64 = 0.12;
/// How much a larger quad is worth over a smaller one with the same edges.
const LARGER: f64 = 0.10;

/// A possible page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) quad: Quad,
    /// Indices into the lines of top, right, bottom and left.
    pub(super) lines: [usize; 4],
    pub(super) sides: [f64; 4],
    pub(super) score: f64,
}

/// All plausible pages, best first.
pub(super) fn candidates(white: &White, lines: &[Vec<Line>; 4]) -> Vec<Candidate> {
    let (w, h) = (white.width as f64, white.height as f64);
    let mut found = Vec::new();
    for (t, top) in lines[0].iter().enumerate() {
        for (l, left) in lines[3].iter().enumerate() {
            let frames = usize::from(top.frame) + usize::from(left.frame);
            let Some(tl) = top.meets(left).filter(|p| frames < 2 && within(*p, w, h)) else { continue };
            for (r, right) in lines[1].iter().enumerate() {
                let frames = frames + usize::from(right.frame);
                let Some(tr) = top.meets(right).filter(|p| frames < 2 && within(*p, w, h)) else { continue };
                let top_side = side(white, top, tl, tr);
                if top_side < LEAST_SIDE {
                    continue;
                }
                for (b, bottom) in lines[2].iter().enumerate() {
                    if frames + usize::from(bottom.frame) > 1 {
                        continue;
                    }
                    let corners = right.meets(bottom).zip(bottom.meets(left));
                    let Some((br, bl)) = corners.filter(|(p, q)| within(*p, w, h) && within(*q, w, h)) else {
                        continue;
                    };
                    let quad = Quad([tl, tr, br, bl]);
                    if !is_convex(&quad) {
                        continue;
                    }
                    let four = [top, right, bottom, left];
                    if let Some((score, sides)) = judged(white, four, &quad, top_side) {
                        found.push(Candidate { quad, lines: [t, r, b, l], sides, score });
                    }
                }
            }
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}

fn within(p: Point, w: f64, h: f64) -> bool {
    let beyond = BEYOND * w.max(h);
    (-beyond..=w + beyond).contains(&p.x) && (-beyond..=h + beyond).contains(&p.y)
}

fn judged(white: &White, lines: [&Line; 4], quad: &Quad, top: f64) -> Option<(f64, [f64; 4])> {
    let (w, h) = (white.width as f64, white.height as f64);
    let share = area(quad) / (w * h);
    if share < LEAST_AREA {
        return None;
    }
    let mut sides = [top, 0.0, 0.0, 0.0];
    for k in 1..4 {
        sides[k] = side(white, lines[k], quad.0[k], quad.0[(k + 1) % 4]);
        if sides[k] < LEAST_SIDE {
            return None;
        }
    }
    let follow = FOLLOW * w.max(h);
    let mut on = 0.0;
    for (k, line) in lines.iter().enumerate() {
        let (a, b) = (quad.0[k], quad.0[(k + 1) % 4]);
        let (from, to) = (line.along(a), line.along(b));
        let step = (to - from).signum();
        // A few pixels at the corner itself are blurred together.
        for (p, d) in [(from, -step), (to, step)] {
            on += line.support(p + 4.0 * d, p + (4.0 + follow) * d) / follow;
        }
    }
    let mean = sides.iter().sum::<f64>() / 4.0;
    let least = sides.iter().copied().fold(1.0, f64::min);
    let score = 0.65 * mean + 0.35 * least - GOES_ON * on + LARGER * share.min(1.0).ln();
    Some((score, sides))
}

/// The share of the visible part of a side that is seen as an edge.
fn side(white: &White, line: &Line, from: Point, to: Point) -> f64 {
    let length = (to.x - from.x).hypot(to.y - from.y);
    let Some((a, b)) = clipped(from, to, white.width as f64, white.height as f64) else { return 0.0 };
    let seen = (b.x - a.x).hypot(b.y - a.y);
    if seen < 0.5 * length || seen < 8.0 {
        return 0.0;
    }
    if line.frame {
        return FRAME_WORTH;
    }
    (line.support(line.along(a), line.along(b)) / seen).min(1.0)
}

/// The part of a segment inside the picture (Liang and Barsky, doi:10.1145/357332.357333).
fn clipped(a: Point, b: Point, w: f64, h: f64) -> Option<(Point, Point)> {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let (mut first, mut last) = (0.0f64, 1.0f64);
    for (p, q) in [(-dx, a.x), (dx, w - a.x), (-dy, a.y), (dy, h - a.y)] {
        if p.abs() < 1e-12 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            first = first.max(q / p);
        } else {
            last = last.min(q / p);
        }
    }
    let at = |t: f64| Point { x: a.x + t * dx, y: a.y + t * dy };
    (first < last).then(|| (at(first), at(last)))
}

pub(super) fn area(quad: &Quad) -> f64 {
    let twice: f64 = quad.0.iter().zip(quad.0.iter().cycle().skip(1)).map(|(p, q)| p.x * q.y - q.x * p.y).sum();
    twice.abs() / 2.0
}
