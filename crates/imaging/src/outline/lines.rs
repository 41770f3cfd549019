//! Straight edges across a small picture, found by voting (P. Hough, US patent 3069654; with gradient directions after
//! D. Ballard, doi:10.1016/0031-3203(81)90009-1) and fitted by least squares. It knows no pages.

use super::edges::{Edgel, White};
use scantrail_core::units::Point;

/// Directions told apart while voting.
const DIRECTIONS: usize = 360;
/// Offsets told apart while voting, in working pixels.
const OFFSET_STEP: f64 = 1.5;
/// An edge point votes for directions within this many degrees of its own.
const VOTE_REACH: i32 = 3;
/// Lines kept for each of the four sides of a page.
pub(super) const PER_SIDE: usize = 14;
/// A line is supported by edge points within this many working pixels…
const NEAR_PX: f64 = 1.8;
/// …whose direction is within 18° of its own.
const SAME_WAY: f64 = 0.95;
/// A line needs weighted edge points for this share of the picture's shorter side.
const LEAST_LENGTH: f64 = 0.12;

/// A directed line: `normal · p = offset`, the whiter side where it is larger.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) normal: Point,
    pub(super) offset: f64,
    /// Running sums of support per pixel along the line.
    sums: Vec<f32>,
    /// The place along the line of the first sum.
    start: f64,
    /// The picture's own frame.
    pub(super) frame: bool,
}

impl Line {
    fn new(normal: Point, offset: f64) -> Self {
        Self { normal, offset, sums: Vec::new(), start: 0.0, frame: false }
    }

    /// The edge of the picture, seen as a side.
    pub(super) fn frame(normal: Point, offset: f64) -> Self {
        Self { frame: true, ..Self::new(normal, offset) }
    }

    pub(super) fn along(&self, p: Point) -> f64 {
        p.y * self.normal.x - p.x * self.normal.y
    }

    /// Signed distance, positive on the whiter side.
    pub(super) fn inside_by(&self, p: Point) -> f64 {
        self.normal.x * p.x + self.normal.y * p.y - self.offset
    }

    pub(super) fn meets(&self, other: &Self) -> Option<Point> {
        let det = self.normal.x * other.normal.y - self.normal.y * other.normal.x;
        (det.abs() > 0.3).then(|| Point {
            x: (self.offset * other.normal.y - other.offset * self.normal.y) / det,
            y: (self.normal.x * other.offset - other.normal.x * self.offset) / det,
        })
    }

    /// Summed support between two places along the line.
    pub(super) fn support(&self, from: f64, to: f64) -> f64 {
        let place = |t: f64| ((t - self.start).max(0.0) as usize).min(self.sums.len().saturating_sub(1));
        let (a, b) = (place(from.min(to)), place(from.max(to)));
        if self.sums.is_empty() { 0.0 } else { f64::from(self.sums[b] - self.sums[a]) }
    }
}

/// The strongest lines for each side: top, right, bottom, left.
pub(super) fn strongest(white: &White, edgels: &[Edgel]) -> [Vec<Line>; 4] {
    let reach = (white.width as f64).hypot(white.height as f64);
    let columns = (2.0 * reach / OFFSET_STEP) as usize + 3;
    let normals: Vec<Point> = (0..DIRECTIONS)
        .map(|d| (d as f64 * std::f64::consts::TAU / DIRECTIONS as f64).sin_cos())
        .map(|(y, x)| Point { x, y })
        .collect();
    let mut votes = vec![0.0f32; DIRECTIONS * columns];
    for e in edgels {
        vote(&mut votes, &normals, columns, reach, e, e.weight);
    }
    let least = LEAST_LENGTH * white.width.min(white.height) as f64;
    let mut used = vec![false; edgels.len()];
    // Top pages have their inside below: the normal points down.
    let sides = [90.0, 180.0, 270.0, 0.0f64];
    let mut lines: [Vec<Line>; 4] = Default::default();
    for (side, middle) in sides.iter().enumerate() {
        used.fill(false);
        let mut own = votes.clone();
        for _ in 0..PER_SIDE + 6 {
            let Some((d, c)) = peak(&own, columns, *middle) else { break };
            let mut line = Line::new(normals[d], (c as f64 + 0.5) * OFFSET_STEP - reach);
            for near in [4.0, NEAR_PX, NEAR_PX] {
                fit(&mut line, edgels, near);
            }
            let mut weight = 0.0;
            for (i, e) in edgels.iter().enumerate() {
                let same = e.towards.x * line.normal.x + e.towards.y * line.normal.y > SAME_WAY;
                if same && !used[i] && line.inside_by(e.at).abs() < NEAR_PX {
                    used[i] = true;
                    weight += f64::from(e.weight);
                    vote(&mut own, &normals, columns, reach, e, -e.weight);
                }
            }
            // The peak itself may have been left over by the fit.
            for c in c.saturating_sub(1)..(c + 2).min(columns) {
                own[d * columns + c] = 0.0;
            }
            if weight >= least && lines[side].len() < PER_SIDE {
                sum_support(&mut line, edgels, reach);
                lines[side].push(line);
            }
        }
    }
    lines
}

fn vote(votes: &mut [f32], normals: &[Point], columns: usize, reach: f64, e: &Edgel, weight: f32) {
    let own = (e.towards.y.atan2(e.towards.x).to_degrees().round() as i32).rem_euclid(DIRECTIONS as i32);
    for d in own - VOTE_REACH..=own + VOTE_REACH {
        let d = d.rem_euclid(DIRECTIONS as i32) as usize;
        let offset = normals[d].x * e.at.x + normals[d].y * e.at.y;
        votes[d * columns + ((offset + reach) / OFFSET_STEP) as usize] += weight;
    }
}

/// The cell with most votes among directions within 50° of `middle`.
fn peak(votes: &[f32], columns: usize, middle: f64) -> Option<(usize, usize)> {
    let mut best = (1.0f32, None);
    for turn in -50..=50 {
        let d = (middle as i32 + turn).rem_euclid(DIRECTIONS as i32) as usize;
        for (c, pair) in votes[d * columns..(d + 1) * columns].windows(2).enumerate() {
            let sum = pair[0] + pair[1];
            if sum > best.0 {
                best = (sum, Some((d, if pair[0] >= pair[1] { c } else { c + 1 })));
            }
        }
    }
    best.1
}

/// Moves a line onto the edge points within `near` of it (total least squares).
fn fit(line: &mut Line, edgels: &[Edgel], near: f64) {
    let (mut n, mut mx, mut my, mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for e in edgels {
        let same = e.towards.x * line.normal.x + e.towards.y * line.normal.y > SAME_WAY;
        if same && line.inside_by(e.at).abs() < near {
            let w = f64::from(e.weight);
            (n, mx, my) = (n + w, mx + w * e.at.x, my + w * e.at.y);
            (xx, xy, yy) = (xx + w * e.at.x * e.at.x, xy + w * e.at.x * e.at.y, yy + w * e.at.y * e.at.y);
        }
    }
    if n < 5.0 {
        return;
    }
    (mx, my) = (mx / n, my / n);
    let (xx, xy, yy) = (xx / n - mx * mx, xy / n - mx * my, yy / n - my * my);
    let along = 0.5 * (2.0 * xy).atan2(xx - yy);
    let mut normal = Point { x: -along.sin(), y: along.cos() };
    if normal.x * line.normal.x + normal.y * line.normal.y < 0.0 {
        normal = Point { x: -normal.x, y: -normal.y };
    }
    line.normal = normal;
    line.offset = normal.x * mx + normal.y * my;
}

fn sum_support(line: &mut Line, edgels: &[Edgel], reach: f64) {
    line.start = -reach;
    let mut sums = vec![0.0f32; (2.0 * reach) as usize + 2];
    for e in edgels {
        let same = e.towards.x * line.normal.x + e.towards.y * line.normal.y > SAME_WAY;
        if same && line.inside_by(e.at).abs() < NEAR_PX {
            let place = ((line.along(e.at) - line.start).max(0.0) as usize).min(sums.len() - 1);
            // On a slanting edge neighbouring pixels fall into the same place now and then: both count.
            sums[place] += e.weight * (line.normal.x.abs().max(line.normal.y.abs())) as f32;
        }
    }
    let mut total = 0.0;
    for s in &mut sums {
        total += s.min(1.5);
        *s = total;
    }
    line.sums = sums;
}
