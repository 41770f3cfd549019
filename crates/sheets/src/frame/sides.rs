//! The frame of a sheet that is seen aslant: its sides are found first, then what they say together.
//!
//! Seen from the side, a sheet's bars change their lengths and its corners their angles, but a side stays a line of
//! three bars, *long – short – medium*. Two such lines fix the whole sheet, whatever the perspective; the other bars
//! must then be where it says.

use super::fit::{Match, Placement, judge};
use super::ink::{Ink, Shape};
use crate::layout::{BARS, BARS_PER_SIDE, PAGE};

/// Most lines to put together; an ordinary page has none.
const MOST_LINES: usize = 10;
/// How many times as long as its short neighbour the medium bar may look: 2.5 times seen from above.
const MEDIUM_TO_SHORT: std::ops::RangeInclusive<f64> = 1.3..=4.5;
/// How many times as long as the medium bar the long one may look: twice seen from above.
const LONG_TO_MEDIUM: std::ops::RangeInclusive<f64> = 1.0..=3.8;
/// A gap in lengths of the short bar: a half across, a quarter down.
const GAP_TO_SHORT: std::ops::RangeInclusive<f64> = 0.1..=0.95;
/// How far shapes of a line may stray from it, in their thickness, and the sine of the angle between.
const STRAY: f64 = 1.0;
const LEAN: f64 = 0.12;
/// The same for the short bar, whose direction is not known well.
const LEAN_OF_SHORT: f64 = 0.35;
/// How far a bar may lie from where two sides say it is, as a share of the longer side of the page.
const REACH: f64 = 0.02;
/// How much larger one end of the sheet may look than the other.
const DEEPEST: f64 = 3.0;
/// The farther side of the sheet as a share of the picture's longer side.
const SMALLEST: f64 = 0.25;

type Spot = (f64, f64);

/// The six ends of three bars, from the far end of the long one.
type Line = [Spot; 2 * BARS_PER_SIDE];

/// The placement with the most bars seen, among those that two sides give.
pub(super) fn best(ink: &Ink, shapes: &[Shape]) -> Option<Match> {
    let lines = lines(shapes);
    let sides = BARS.len() / BARS_PER_SIDE;
    let mut best: Option<Match> = None;
    for (i, first) in lines.iter().enumerate() {
        for second in &lines[i + 1..] {
            for a in 0..sides {
                for b in (0..sides).filter(|&b| b != a) {
                    let found = together(&[(a, *first), (b, *second)], shapes, ink);
                    if let Some(found) = found.filter(|found| best.is_none_or(|best| found.seen > best.seen)) {
                        best = Some(found);
                    }
                }
            }
        }
    }
    best
}

/// What two lines taken for two sides come to.
fn together(sides: &[(usize, Line); 2], shapes: &[Shape], ink: &Ink) -> Option<Match> {
    let pairs: Vec<(Spot, Spot)> = sides.iter().flat_map(|(side, line)| spots(*side).into_iter().zip(*line)).collect();
    let longest = ink.width.max(ink.height) as f64;
    let rough = Placement::projective(&pairs).filter(|placement| is_plausible(placement, longest))?;
    let all: Vec<(Spot, Spot)> = near(&rough, shapes);
    let fine = Placement::projective(&all).filter(|placement| is_plausible(placement, longest));
    [Some(rough), fine].into_iter().flatten().map(|placement| judge(&placement, ink)).max_by_key(|found| found.seen)
}

/// All lines of three bars.
fn lines(shapes: &[Shape]) -> Vec<Line> {
    let mut lines = Vec::new();
    for short in shapes {
        for long in shapes.iter().filter(|long| is_beside(short, long)) {
            let medium = |medium: &&Shape| {
                let (to, from) = (towards(short, medium), towards(long, short));
                MEDIUM_TO_SHORT.contains(&(medium.length / short.length))
                    && LONG_TO_MEDIUM.contains(&(long.length / medium.length))
                    && is_beside(short, medium)
                    && to.0 * from.0 + to.1 * from.1 > 0.0
                    && is_straight(long, short, medium)
            };
            lines.extend(shapes.iter().filter(medium).map(|medium| ends(long, short, medium)));
        }
    }
    lines.truncate(MOST_LINES);
    lines
}

/// The direction from one shape to another.
fn towards(from: &Shape, to: &Shape) -> Spot {
    let (x, y) = (to.centre.0 - from.centre.0, to.centre.1 - from.centre.1);
    let length = x.hypot(y).max(f64::MIN_POSITIVE);
    (x / length, y / length)
}

/// Whether a longer shape continues the short one with a gap as between bars.
fn is_beside(short: &Shape, other: &Shape) -> bool {
    let apart = (other.centre.0 - short.centre.0).hypot(other.centre.1 - short.centre.1);
    let gap = apart - short.length.midpoint(other.length);
    other.length > short.length
        && GAP_TO_SHORT.contains(&(gap / short.length))
        && lean(other, towards(short, other)) < LEAN
        && lean(short, towards(short, other)) < LEAN_OF_SHORT
}

/// The sine of the angle between a shape and a direction.
fn lean(shape: &Shape, (x, y): Spot) -> f64 {
    (shape.angle.cos() * y - shape.angle.sin() * x).abs()
}

/// Whether the short shape lies on the line from the long one to the medium one, as thick as they are.
fn is_straight(long: &Shape, short: &Shape, medium: &Shape) -> bool {
    let (x, y) = towards(long, medium);
    let stray = (short.centre.0 - long.centre.0) * y - (short.centre.1 - long.centre.1) * x;
    stray.abs() <= STRAY * short.thickness.max(1.5)
        && lean(long, (x, y)) < LEAN
        && lean(medium, (x, y)) < LEAN
        && (0.5..=2.0).contains(&(long.thickness / medium.thickness))
        && (0.5..=2.0).contains(&(short.thickness / medium.thickness))
}

fn ends(long: &Shape, short: &Shape, medium: &Shape) -> Line {
    let (x, y) = towards(long, medium);
    let end = |shape: &Shape, sign: f64| {
        let half = sign * shape.length / 2.0;
        (shape.centre.0 + half * x, shape.centre.1 + half * y)
    };
    [end(long, -1.0), end(long, 1.0), end(short, -1.0), end(short, 1.0), end(medium, -1.0), end(medium, 1.0)]
}

/// The ends of a side's bars on the sheet, in the order of a [`Line`].
fn spots(side: usize) -> Vec<Spot> {
    BARS[side * BARS_PER_SIDE..][..BARS_PER_SIDE].iter().flat_map(bar_ends).collect()
}

fn bar_ends(bar: &crate::layout::Area) -> [Spot; 2] {
    let (x, y) = bar.centre();
    if bar.w > bar.h { [(bar.x, y), (bar.x + bar.w, y)] } else { [(x, bar.y), (x, bar.y + bar.h)] }
}

/// For each bar the shape whose ends are where the placement says.
fn near(placement: &Placement, shapes: &[Shape]) -> Vec<(Spot, Spot)> {
    let corner = |x: f64, y: f64| placement.apply((x, y));
    let (top, bottom) = (corner(PAGE.w / 2.0, 0.0), corner(PAGE.w / 2.0, PAGE.h));
    let reach = REACH * (top.0 - bottom.0).hypot(top.1 - bottom.1);
    let mut pairs = Vec::new();
    for bar in &BARS {
        let on_sheet = bar_ends(bar);
        let [a, b] = on_sheet.map(|end| placement.apply(end));
        let length = (b.0 - a.0).hypot(b.1 - a.1).max(f64::MIN_POSITIVE);
        let (x, y) = ((b.0 - a.0) / length, (b.1 - a.1) / length);
        let off = |shape: &Shape| {
            let end = |sign: f64, spot: Spot| {
                let half = sign * shape.length / 2.0;
                (shape.centre.0 + half * x - spot.0).hypot(shape.centre.1 + half * y - spot.1)
            };
            end(-1.0, a).max(end(1.0, b))
        };
        let nearest = shapes.iter().min_by(|p, q| off(p).total_cmp(&off(q)));
        if let Some(shape) = nearest.filter(|shape| off(shape) <= reach && lean(shape, (x, y)) < LEAN_OF_SHORT) {
            let half = shape.length / 2.0;
            let at = |sign: f64| (shape.centre.0 + sign * half * x, shape.centre.1 + sign * half * y);
            pairs.extend(on_sheet.into_iter().zip([at(-1.0), at(1.0)]));
        }
    }
    pairs
}

/// Whether the sheet is seen from its front, not too deep, and large enough.
fn is_plausible(placement: &Placement, longest: f64) -> bool {
    let corners = PAGE.corners();
    let depths = corners.map(|(x, y)| placement.n[0] * x + placement.n[1] * y + 1.0);
    let nearest = depths.iter().copied().fold(f64::INFINITY, f64::min);
    let farthest = depths.iter().copied().fold(0.0, f64::max);
    if nearest <= 0.0 || farthest / nearest > DEEPEST {
        return false;
    }
    let seen = corners.map(|corner| placement.apply(corner));
    let turn = |i: usize| {
        let (a, b, c) = (seen[i], seen[(i + 1) % 4], seen[(i + 2) % 4]);
        (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0)
    };
    let side = |i: usize| (seen[i].0 - seen[(i + 1) % 4].0).hypot(seen[i].1 - seen[(i + 1) % 4].1);
    let largest = (0..4).map(side).fold(0.0, f64::max);
    let least = (0..4).map(side).fold(f64::INFINITY, f64::min);
    (0..4).all(|i| turn(i) > 0.0) && largest >= SMALLEST * longest && largest / least < 2.0 * DEEPEST
}

impl Placement {
    /// Least squares over pairs of a point on the sheet and a point in the picture, by the linear equations of a
    /// projective map with the last number fixed (Hartley, Zisserman 2004, section 4.1.2); `None` if they leave it open.
    pub(super) fn projective(pairs: &[(Spot, Spot)]) -> Option<Self> {
        // Sheet and picture are both brought to about −1…1, where the squares of all terms weigh alike.
        let half = PAGE.h / 2.0;
        let count = pairs.len() as f64;
        let mean = |of: fn(&(Spot, Spot)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
        let (px, py) = (mean(|p| p.1.0), mean(|p| p.1.1));
        let away = |p: &(Spot, Spot)| (p.1.0 - px).hypot(p.1.1 - py);
        let spread = pairs.iter().map(away).fold(f64::MIN_POSITIVE, f64::max);
        let mut sums = [[0.0; 9]; 8];
        for ((mx, my), (x, y)) in pairs {
            let (mx, my) = ((mx - PAGE.w / 2.0) / half, (my - half) / half);
            let (x, y) = ((x - px) / spread, (y - py) / spread);
            for row in
                [[mx, my, 1.0, 0.0, 0.0, 0.0, -x * mx, -x * my, x], [0.0, 0.0, 0.0, mx, my, 1.0, -y * mx, -y * my, y]]
            {
                for (i, sum) in sums.iter_mut().enumerate() {
                    (0..9).for_each(|j| sum[j] += row[i] * row[j]);
                }
            }
        }
        let [a, b, c, d, e, f, g, h] = solved(sums)?;
        // Back to pixels and millimetres: n is scaled so that its constant is one again.
        let (cx, cy) = (PAGE.w / 2.0 / half, 1.0);
        let one = 1.0 - g * cx - h * cy;
        let row = |[u, v, w]: [f64; 3], middle: f64| {
            let (u, v, w) = (u * spread + g * middle, v * spread + h * middle, w * spread + middle);
            [u / half / one, v / half / one, (w - u * cx - v * cy) / one]
        };
        let found = Self { x: row([a, b, c], px), y: row([d, e, f], py), n: [g / half / one, h / half / one] };
        (one > 0.0).then_some(found)
    }
}

/// Gauss's elimination with the largest pivot of each column; `None` if there is not one solution.
fn solved(mut m: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let pivot = (column..8).max_by(|&a, &b| m[a][column].abs().total_cmp(&m[b][column].abs()))?;
        if m[pivot][column].abs() < 1e-9 {
            return None;
        }
        m.swap(column, pivot);
        let above = m[column];
        for (i, row) in m.iter_mut().enumerate() {
            if i != column {
                let factor = row[column] / above[column];
                (column..9).for_each(|j| row[j] -= factor * above[j]);
            }
        }
    }
    Some(std::array::from_fn(|i| m[i][8] / m[i][i]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projective_map_is_found_again_from_two_sides() {
        let truth = Placement { x: [1.2, 0.3, 40.0], y: [-0.2, 1.1, 60.0], n: [4e-4, 9e-4] };
        for (a, b) in [(0, 1), (0, 2), (3, 2), (1, 3)] {
            let pairs: Vec<_> = spots(a).into_iter().chain(spots(b)).map(|spot| (spot, truth.apply(spot))).collect();
            let found = Placement::projective(&pairs).unwrap();
            for spot in PAGE.corners() {
                let (right, got) = (truth.apply(spot), found.apply(spot));
                assert!((right.0 - got.0).hypot(right.1 - got.1) < 0.01, "{a} {b}: {right:?} {got:?}");
            }
        }
        let one_line: Vec<_> = spots(0).into_iter().map(|spot| (spot, truth.apply(spot))).collect();
        assert!(Placement::projective(&one_line).is_none());
    }
}
