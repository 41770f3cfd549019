//! One straight edge of the paper, fitted robustly to where the backing ends.

use super::CropDecline;
use crate::plane::Plane;
use scantrail_core::units::Point;

/// Points within this many working pixels of the line support it.
const NEAR_PX: f64 = 1.2;
/// The share of the points that must support the line; the rest are corners, tabs and tears.
const LEAST_SUPPORT: f64 = 0.6;
/// If the paper reaches the frame in this share of the rows, the frame is the edge.
const AT_FRAME: f64 = 0.5;
/// Rows (or columns) in which so many pixels in a line are paper show the paper, not a speck.
const PAPER_RUN: usize = 4;
/// What reaches over the line by more than the grain of the edge, in so many rows or columns in a row, is no speck:
/// a corner of a note, say, smaller than what makes the outline a polygon.
const GRAIN_PX: f64 = 0.5;
const OVERHANG_RUN: usize = 3;

/// The four sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

/// A line `across = offset + slope · along`; for left and right edges, across is x and along is y.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    side: Side,
    offset: f64,
    slope: f64,
    support: f64,
    frame: bool,
    /// How far something reaches over the line, in working pixels.
    overhang: f64,
}

/// Top, right, bottom, left, each as far as a straight line fits.
pub(super) fn each(plane: &Plane, paper: &[bool], mid_level: f64) -> [Result<Edge, CropDecline>; 4] {
    [Side::Top, Side::Right, Side::Bottom, Side::Left].map(|side| fit(plane, paper, mid_level, side))
}

impl Edge {
    /// The picture's own frame: the paper goes on beyond it, or ends there.
    pub(super) fn is_frame(&self) -> bool {
        self.frame
    }

    /// The share of points on the line.
    pub(super) fn support(&self) -> f64 {
        self.support
    }

    /// The turn of the paper this edge speaks of, clockwise positive.
    pub(super) fn degrees(&self) -> f64 {
        let turn = self.slope.atan().to_degrees();
        if matches!(self.side, Side::Top | Side::Bottom) { turn } else { -turn }
    }

    /// Where a level edge meets an upright one.
    pub(super) fn meets(&self, upright: &Self) -> Point {
        // y = a + b·x and x = c + d·y; |b·d| is far below 1 for edges within 45° of their axes.
        let y = (self.offset + self.slope * upright.offset) / (1.0 - self.slope * upright.slope);
        Point { x: upright.offset + upright.slope * y, y }
    }

    /// The line moved outwards until it holds what reaches over it.
    pub(super) fn holding_all(self) -> Self {
        let outwards = if matches!(self.side, Side::Right | Side::Bottom) { self.overhang } else { -self.overhang };
        Self { offset: self.offset + outwards, ..self }
    }

    /// How far a point lies outside, in working pixels along the axis; negative inside.
    pub(super) fn outside_by(&self, p: Point) -> f64 {
        let at = |along: f64| self.offset + self.slope * along;
        match self.side {
            Side::Top => at(p.x) - p.y,
            Side::Bottom => p.y - at(p.x),
            Side::Left => at(p.y) - p.x,
            Side::Right => p.x - at(p.y),
        }
    }
}

fn fit(plane: &Plane, paper: &[bool], mid_level: f64, side: Side) -> Result<Edge, CropDecline> {
    let upright = matches!(side, Side::Left | Side::Right);
    let (lines, depth) = if upright { (plane.height, plane.width) } else { (plane.width, plane.height) };
    let mut points = Vec::new();
    let mut at_frame = 0;
    for along in 0..lines {
        match first_paper(plane, paper, side, along, depth) {
            Some(0) => at_frame += 1,
            Some(inward) => points.push((along as f64 + 0.5, refined(plane, mid_level, side, along, inward, depth))),
            None => {}
        }
    }
    let seen = points.len() + at_frame;
    if seen == 0 {
        return Err(CropDecline::RaggedEdge);
    }
    let far = matches!(side, Side::Right | Side::Bottom);
    if at_frame as f64 >= AT_FRAME * seen as f64 {
        let offset = if far { depth as f64 } else { 0.0 };
        return Ok(Edge { side, offset, slope: 0.0, support: 1.0, frame: true, overhang: 0.0 });
    }
    let (offset, slope, support) = robust_line(&points).ok_or(CropDecline::RaggedEdge)?;
    if support * points.len() as f64 / (seen as f64) < LEAST_SUPPORT {
        return Err(CropDecline::RaggedEdge);
    }
    let overhang = overhang(&points, offset, slope);
    let (offset, slope) = if far { (depth as f64 - offset, -slope) } else { (offset, slope) };
    Ok(Edge { side, offset, slope, support, frame: false, overhang })
}

/// Index of the pixel `inward` steps from the side in row or column `along`.
fn index(plane: &Plane, side: Side, along: usize, inward: usize, depth: usize) -> usize {
    match side {
        Side::Left => along * plane.width + inward,
        Side::Right => along * plane.width + depth - 1 - inward,
        Side::Top => inward * plane.width + along,
        Side::Bottom => (depth - 1 - inward) * plane.width + along,
    }
}

/// Steps from the side to the first run of paper.
fn first_paper(plane: &Plane, paper: &[bool], side: Side, along: usize, depth: usize) -> Option<usize> {
    let mut run = 0;
    for inward in 0..depth {
        run = if paper[index(plane, side, along, inward, depth)] { run + 1 } else { 0 };
        if run == PAPER_RUN {
            return Some(inward + 1 - PAPER_RUN);
        }
    }
    None
}

/// The place where the brightness passes the middle between backing and paper, to a part of a pixel.
fn refined(plane: &Plane, mid_level: f64, side: Side, along: usize, inward: usize, depth: usize) -> f64 {
    let value = |i: usize| f64::from(plane.samples[index(plane, side, along, i, depth)]);
    for i in inward.saturating_sub(2)..(inward + 2).min(depth - 1) {
        let (a, b) = (value(i), value(i + 1));
        if (a - mid_level) * (b - mid_level) <= 0.0 && (a - b).abs() > 1.0 {
            return i as f64 + 0.5 + (mid_level - a) / (b - a);
        }
    }
    inward as f64
}

/// Offset, slope and share of supporting points: medians first, then least squares over the points near the line.
fn robust_line(points: &[(f64, f64)]) -> Option<(f64, f64, f64)> {
    let n = points.len();
    if n < 20 {
        return None;
    }
    // Slopes over many different pairs far apart; a median survives nearly half of them being wrong.
    let mut slopes = Vec::new();
    for gap in [n / 2, n / 3, n / 4] {
        slopes.extend(points.iter().zip(&points[gap..]).map(|(p, q)| (q.1 - p.1) / (q.0 - p.0)));
    }
    let mut slope = median(&mut slopes);
    let mut offset = median(&mut points.iter().map(|p| p.1 - slope * p.0).collect::<Vec<_>>());
    let mut support = 0.0;
    for reach in [3.0 * NEAR_PX, NEAR_PX, NEAR_PX] {
        let near: Vec<_> = points.iter().filter(|p| (p.1 - offset - slope * p.0).abs() <= reach).collect();
        support = near.len() as f64 / n as f64;
        if near.len() < 10 {
            return None;
        }
        let count = near.len() as f64;
        let (mx, my) = near.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / count, y + p.1 / count));
        let (sxx, sxy) =
            near.iter().fold((0.0, 0.0), |(xx, xy), p| (xx + (p.0 - mx) * (p.0 - mx), xy + (p.0 - mx) * (p.1 - my)));
        slope = sxy / sxx.max(1e-9);
        offset = my - slope * mx;
    }
    Some((offset, slope, support))
}

/// How far the points reach over the line towards the side, several neighbours together; 0 within the edge's grain.
fn overhang(points: &[(f64, f64)], offset: f64, slope: f64) -> f64 {
    let over: Vec<f64> = points.iter().map(|(along, across)| offset + slope * along - across).collect();
    let together = |run: &[f64]| run.iter().copied().fold(f64::MAX, f64::min);
    let most = over.windows(OVERHANG_RUN).map(together).fold(0.0, f64::max);
    if most > GRAIN_PX { most } else { 0.0 }
}

fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_of_outliers_do_not_move_the_line() {
        let points: Vec<(f64, f64)> = (0..300)
            .map(|i| {
                let x = f64::from(i);
                (x, if i < 100 { 60.0 - 0.6 * x } else { 5.0 + 0.03 * x + f64::from(i % 3) * 0.1 })
            })
            .collect();
        let (offset, slope, support) = robust_line(&points).unwrap();
        assert!((slope - 0.03).abs() < 0.002 && (offset - 5.1).abs() < 0.3, "{offset} {slope}");
        assert!(support > 0.6);
    }

    #[test]
    fn what_reaches_over_the_line_is_told_from_grain_and_specks() {
        let edge = |over: &dyn Fn(usize) -> f64| -> Vec<(f64, f64)> {
            (0..100).map(|i| (i as f64 + 0.5, 10.0 + 0.2 * (i % 2) as f64 - over(i))).collect()
        };
        assert!(overhang(&edge(&|_| 0.0), 10.1, 0.0) == 0.0);
        assert!(overhang(&edge(&|i| if i == 40 { 6.0 } else { 0.0 }), 10.1, 0.0) == 0.0, "a speck");
        let note = overhang(&edge(&|i| if (40..46).contains(&i) { 0.8 } else { 0.0 }), 10.1, 0.0);
        assert!((note - 0.7).abs() < 1e-9, "{note}");
    }
}
