//! Fitting the constellation of bars to shapes of ink.
//!
//! Every solid, bar-like shape is tried as every bar it could be, which gives a whole placement of the sheet at once.
//! Placements that other shapes agree with are refined, and then judged on the ink itself: a bar counts when it is
//! dark from end to end, with light paper beside it and beyond both ends. That judgement does not care whether a shape
//! was whole, so a scribble across some bars does no harm.

use super::ink::{Ink, Shape};
use crate::layout::{Area, BAR, BARS, BARS_PER_SIDE, PAGE};
use scantrail_core::units::{Point, Quad};

/// Where a sheet lies: x = (a·mx + b·my + c) / n and y = (d·mx + e·my + f) / n, with n = g·mx + h·my + 1, for a point
/// (mx, my) in millimetres on the sheet. Seen straight from above g and h are nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placement {
    pub(super) x: [f64; 3],
    pub(super) y: [f64; 3],
    pub(super) n: [f64; 2],
}

/// A placement and what speaks for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub(super) placement: Placement,
    /// Bars that count.
    pub(super) seen: usize,
    /// Whether they lie across as well as down.
    pub(super) sides_meet: bool,
}

/// A shape is a bar if it fills its rectangle to within this.
const SOLID: std::ops::RangeInclusive<f64> = 0.78..=1.25;
/// Most shapes to look among, the longest first.
const MOST_SHAPES: usize = 160;
/// Most shapes to begin with; the bars of a sheet are among the longest shapes on it.
const MOST_SEEDS: usize = 60;
/// Most placements to judge on the ink.
const MOST_JUDGED: usize = 24;
/// How much longer or shorter, thicker or thinner than the bar a shape may be.
const SLACK: f64 = 1.5;
/// The sheet's height as a share of the picture's longer side.
const SIZE: std::ops::RangeInclusive<f64> = 0.3..=1.6;

impl Placement {
    /// Turned by `angle` (clockwise) and magnified by `scale`, with the millimetre point `from` at the pixel `to`.
    fn similarity(angle: f64, scale: f64, from: (f64, f64), to: (f64, f64)) -> Self {
        let (sin, cos) = (scale * angle.sin(), scale * angle.cos());
        Self {
            x: [cos, -sin, to.0 - cos * from.0 + sin * from.1],
            y: [sin, cos, to.1 - sin * from.0 - cos * from.1],
            n: [0.0; 2],
        }
    }

    pub(super) fn apply(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let n = self.n[0] * x + self.n[1] * y + 1.0;
        ((self.x[0] * x + self.x[1] * y + self.x[2]) / n, (self.y[0] * x + self.y[1] * y + self.y[2]) / n)
    }

    /// Pixels to a millimetre, over all directions, seen straight from above.
    fn scale(&self) -> f64 {
        (self.x[0] * self.y[1] - self.x[1] * self.y[0]).abs().sqrt()
    }

    /// The same placement in a picture that is larger by these factors.
    pub(super) fn scaled(&self, (across, down): (f64, f64)) -> Self {
        Self { x: self.x.map(|v| v * across), y: self.y.map(|v| v * down), ..*self }
    }

    /// The corners of an area of the sheet.
    pub(super) fn quad(&self, area: Area) -> Quad {
        Quad(area.corners().map(|corner| {
            let (x, y) = self.apply(corner);
            Point { x, y }
        }))
    }

    /// Least squares over pairs of a bar's centre and the shape's; `None` if they lie on one line.
    fn least_squares(pairs: &[(usize, Shape)]) -> Option<Self> {
        let n = pairs.len() as f64;
        let mean = |of: fn(&(usize, Shape)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
        let (mx, my) = (mean(|p| BARS[p.0].centre().0), mean(|p| BARS[p.0].centre().1));
        let (px, py) = (mean(|p| p.1.centre.0), mean(|p| p.1.centre.1));
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        let (mut ux, mut uy, mut vx, mut vy) = (0.0, 0.0, 0.0, 0.0);
        for (bar, shape) in pairs {
            let (x, y) = (BARS[*bar].centre().0 - mx, BARS[*bar].centre().1 - my);
            let (u, v) = (shape.centre.0 - px, shape.centre.1 - py);
            (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y);
            (ux, uy, vx, vy) = (ux + u * x, uy + u * y, vx + v * x, vy + v * y);
        }
        let determinant = xx * yy - xy * xy;
        if determinant < 1e-3 * (xx + yy).powi(2) {
            return None;
        }
        let solve = |sx: f64, sy: f64, mean: f64| {
            let (a, b) = ((sx * yy - sy * xy) / determinant, (sy * xx - sx * xy) / determinant);
            [a, b, mean - a * mx - b * my]
        };
        Some(Self { x: solve(ux, uy, px), y: solve(vx, vy, py), n: [0.0; 2] })
    }

    /// Whether it is still nearly a similarity: paper does not stretch by more than a few per cent.
    fn is_plausible(&self) -> bool {
        let (across, down) = (self.x[0].hypot(self.y[0]), self.x[1].hypot(self.y[1]));
        let lean = (self.x[0] * self.x[1] + self.y[0] * self.y[1]) / (across * down);
        (0.9..=1.11).contains(&(across / down)) && lean.abs() < 0.06
    }
}

/// The placement with the most bars seen.
pub(super) fn best(ink: &Ink, shapes: &[Shape]) -> Option<Match> {
    let longest = ink.width.max(ink.height) as f64;
    let mut placements: Vec<(usize, Placement)> = Vec::new();
    for shape in shapes.iter().take(MOST_SEEDS) {
        for (bar, area) in BARS.iter().enumerate() {
            let length = area.w.max(area.h);
            let ratio = (shape.length / shape.thickness) / (length / BAR);
            let scale = shape.length / length;
            if !(1.0 / SLACK..=SLACK).contains(&ratio) || !SIZE.contains(&(scale * PAGE.h / longest)) {
                continue;
            }
            let axis = if area.w > area.h { 0.0 } else { std::f64::consts::FRAC_PI_2 };
            for half in [0.0, std::f64::consts::PI] {
                let first = Placement::similarity(shape.angle - axis + half, scale, area.centre(), shape.centre);
                placements.push(refine(first, (bar, *shape), shapes));
            }
        }
    }
    placements.sort_by_key(|(agreeing, _)| std::cmp::Reverse(*agreeing));
    placements.iter().take(MOST_JUDGED).map(|(_, placement)| judge(placement, ink)).max_by_key(|found| found.seen)
}

/// The shapes that may be bars, the longest first.
pub(super) fn bar_like(ink: &Ink) -> Vec<Shape> {
    let mut shapes = ink.shapes();
    shapes.retain(|s| {
        s.length >= 6.0 && s.thickness >= 1.5 && s.length / s.thickness >= 2.0 && SOLID.contains(&s.solidity)
    });
    shapes.sort_by(|a, b| b.length.total_cmp(&a.length));
    shapes.truncate(MOST_SHAPES);
    shapes
}

/// Lets the shapes that agree with a placement improve it; returns how many agree in the end.
fn refine(first: Placement, seed: (usize, Shape), shapes: &[Shape]) -> (usize, Placement) {
    // A short bar says little about the scale: the first look for others is generous.
    let mut placement = first;
    let mut agreeing = 1;
    for reach in [9.0, 5.0, 3.0] {
        let pairs = agree(&placement, shapes, reach);
        agreeing = pairs.len();
        if agreeing < 2 {
            break;
        }
        let fitted = Placement::least_squares(&pairs).filter(Placement::is_plausible);
        match fitted {
            Some(better) if pairs.len() >= 4 => placement = better,
            _ => placement = align(&pairs, seed).unwrap_or(placement),
        }
    }
    (agreeing, placement)
}

/// The similarity that takes the seed to its bar, turned and scaled by the farthest shape that agrees.
fn align(pairs: &[(usize, Shape)], seed: (usize, Shape)) -> Option<Placement> {
    let from = BARS[seed.0].centre();
    let away = |bar: usize| (BARS[bar].centre().0 - from.0, BARS[bar].centre().1 - from.1);
    let distance = |bar: usize| away(bar).0.hypot(away(bar).1);
    let (bar, shape) = pairs.iter().max_by(|a, b| distance(a.0).total_cmp(&distance(b.0)))?;
    if distance(*bar) < 1.0 {
        return None;
    }
    let (mx, my) = away(*bar);
    let (px, py) = (shape.centre.0 - seed.1.centre.0, shape.centre.1 - seed.1.centre.1);
    let angle = py.atan2(px) - my.atan2(mx);
    Some(Placement::similarity(angle, px.hypot(py) / distance(*bar), from, seed.1.centre))
}

/// For each bar the nearest shape within `reach` millimetres that has its length, thickness and direction.
fn agree(placement: &Placement, shapes: &[Shape], reach: f64) -> Vec<(usize, Shape)> {
    let scale = placement.scale();
    let mut pairs = Vec::new();
    for (bar, area) in BARS.iter().enumerate() {
        let (cx, cy) = placement.apply(area.centre());
        let along = if area.w > area.h { (placement.x[0], placement.y[0]) } else { (placement.x[1], placement.y[1]) };
        let angle = along.1.atan2(along.0);
        let length = area.w.max(area.h) * scale;
        let fits = |shape: &&Shape| {
            // The sine forgets half turns, which an axis does not know.
            (shape.angle - angle).sin().abs() < 0.14
                && (0.8..=1.25).contains(&(shape.length / length))
                && (1.0 / SLACK..=SLACK).contains(&(shape.thickness / (BAR * scale)))
        };
        let distance = |shape: &Shape| (shape.centre.0 - cx).hypot(shape.centre.1 - cy);
        let nearest = shapes.iter().filter(fits).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        if let Some(shape) = nearest.filter(|shape| distance(shape) <= reach * scale) {
            pairs.push((bar, *shape));
        }
    }
    pairs
}

/// Counts the bars that a placement explains.
pub(super) fn judge(placement: &Placement, ink: &Ink) -> Match {
    let counts: Vec<bool> = BARS.iter().map(|bar| is_seen(placement, ink, bar)).collect();
    let any = |bars: &[bool]| bars.iter().any(|&counted| counted);
    let (across, down) = counts.split_at(2 * BARS_PER_SIDE);
    Match {
        placement: *placement,
        seen: counts.iter().filter(|&&counted| counted).count(),
        sides_meet: any(across) && any(down),
    }
}

/// Whether a bar is dark along its middle, and light 2.5 mm beside it and in the middle of the gaps beyond its ends.
fn is_seen(placement: &Placement, ink: &Ink, bar: &Area) -> bool {
    const STEPS: usize = 24;
    const BESIDE: f64 = BAR / 2.0 + 2.5;
    const BEYOND: f64 = 3.0;
    let (cx, cy) = bar.centre();
    let half = bar.w.max(bar.h) / 2.0;
    let at = |along: f64, across: f64| {
        let point = if bar.w > bar.h { (cx + along, cy + across) } else { (cx + across, cy + along) };
        let (x, y) = placement.apply(point);
        ink.at(x, y)
    };
    let line = |across: f64| -> Vec<bool> {
        let step = |i: usize| (2.0 * (i as f64 + 0.5) / STEPS as f64 - 1.0) * half;
        (0..STEPS).filter_map(|i| at(step(i), across)).collect()
    };
    let dark = |samples: &[bool]| samples.iter().filter(|&&inked| inked).count() as f64 / STEPS as f64;
    let ends = [at(-half - BEYOND, 0.0), at(half + BEYOND, 0.0)];
    dark(&line(0.0)) >= 0.85
        && dark(&line(-BESIDE)) <= 0.25
        && dark(&line(BESIDE)) <= 0.25
        && ends.iter().all(|end| *end != Some(true))
}
