//! Sides moved to where the full-size picture shows them, to a part of a pixel. It knows no pages.

use scantrail_core::raster::Raster;
use scantrail_core::units::{Point, Quad};

/// Places along a side at which the edge is measured.
const PLACES: usize = 160;
/// The share of a side left out at each corner: fingers, folds and the blur of the neighbouring side.
const CORNER: f64 = 0.03;
/// The edge is looked for within this many working pixels.
const REACH: f64 = 3.0;
/// Edges weaker than this (grey levels) are not measured.
const LEAST_STEP: f64 = 8.0;
/// A side is moved only if this many of its places agree.
const LEAST_AGREEING: usize = PLACES / 5;

/// A side as a point on it and its direction.
type Side = (Point, Point);

/// The quad with every side that is no frame fitted again; `factor` input pixels make a working pixel.
pub(super) fn refined(input: &Raster, quad: &Quad, frames: [bool; 4], factor: usize) -> Quad {
    let sides: [Side; 4] = std::array::from_fn(|k| {
        let (a, b) = (quad.0[k], quad.0[(k + 1) % 4]);
        let length = (b.x - a.x).hypot(b.y - a.y).max(1e-9);
        let direction = Point { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
        let coarse = (a, direction);
        if frames[k] { coarse } else { fitted(input, a, direction, length, factor as f64).unwrap_or(coarse) }
    });
    Quad(std::array::from_fn(|k| meeting(sides[(k + 3) % 4], sides[k]).unwrap_or(quad.0[k])))
}

fn fitted(input: &Raster, a: Point, direction: Point, length: f64, factor: f64) -> Option<Side> {
    // The inside lies to the right of a side that runs clockwise (y down).
    let inward = Point { x: -direction.y, y: direction.x };
    let step = (factor / 3.0).clamp(0.5, 4.0);
    let half = (REACH * factor / step).ceil() as i32;
    let mut places: Vec<(f64, f64)> = Vec::new();
    let mut profile = Vec::new();
    for i in 0..PLACES {
        let t = length * (CORNER + (1.0 - 2.0 * CORNER) * (i as f64 + 0.5) / PLACES as f64);
        profile.clear();
        for k in -half..=half {
            let d = f64::from(k) * step;
            let at = Point { x: a.x + direction.x * t + inward.x * d, y: a.y + direction.y * t + inward.y * d };
            profile.extend(white(input, at));
        }
        if profile.len() != (2 * half + 1) as usize {
            continue;
        }
        if let Some(place) = steepest(&profile) {
            places.push((t, (place - f64::from(half)) * step));
        }
    }
    let (offset, slope) = robust(&places, step.max(factor * 0.5))?;
    let at = |t: f64| {
        let d = offset + slope * t;
        Point { x: a.x + direction.x * t + inward.x * d, y: a.y + direction.y * t + inward.y * d }
    };
    let (p, q) = (at(0.0), at(length));
    let new = (q.x - p.x).hypot(q.y - p.y);
    Some((p, Point { x: (q.x - p.x) / new, y: (q.y - p.y) / new }))
}

/// The weakest channel at a point, bilinear; `None` outside.
fn white(input: &Raster, at: Point) -> Option<f64> {
    let (x, y) = (at.x - 0.5, at.y - 0.5);
    if x < 0.0 || y < 0.0 || x + 1.0 >= f64::from(input.width()) || y + 1.0 >= f64::from(input.height()) {
        return None;
    }
    let channels = input.channels().count();
    let value = |x: usize, y: u32| {
        let pixel = &input.row(y)[x * channels..(x + 1) * channels];
        f64::from(pixel.iter().copied().min().unwrap_or(0))
    };
    let (x0, y0, wx, wy) = (x as usize, y as u32, x.fract(), y.fract());
    let upper = value(x0, y0) * (1.0 - wx) + value(x0 + 1, y0) * wx;
    let lower = value(x0, y0 + 1) * (1.0 - wx) + value(x0 + 1, y0 + 1) * wx;
    Some(upper * (1.0 - wy) + lower * wy)
}

/// Where a profile rises most, in samples: a parabola through the steepest differences.
fn steepest(profile: &[f64]) -> Option<f64> {
    let rise = |k: usize| profile[k + 1] - profile[k - 1];
    let (k, most) = (1..profile.len() - 1).map(|k| (k, rise(k))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    if most < LEAST_STEP || k < 2 || k + 2 >= profile.len() {
        return None;
    }
    let (before, after) = (rise(k - 1), rise(k + 1));
    let bend = 2.0 * most - before - after;
    Some(k as f64 + if bend > 1e-9 { (0.5 * (after - before) / bend).clamp(-0.5, 0.5) } else { 0.0 })
}

/// Offset and slope of a line through most of the places: medians of slopes far apart, then least squares within
/// `near`.
fn robust(places: &[(f64, f64)], near: f64) -> Option<(f64, f64)> {
    if places.len() < LEAST_AGREEING {
        return None;
    }
    let half = places.len() / 2;
    let mut slopes: Vec<f64> =
        places.iter().zip(&places[half..]).map(|(p, q)| (q.1 - p.1) / (q.0 - p.0).max(1e-9)).collect();
    let mut slope = median(&mut slopes);
    let mut offset = median(&mut places.iter().map(|p| p.1 - slope * p.0).collect::<Vec<_>>());
    for reach in [3.0 * near, near, near * 0.7] {
        let close: Vec<_> = places.iter().filter(|p| (p.1 - offset - slope * p.0).abs() <= reach).collect();
        if close.len() < LEAST_AGREEING {
            return None;
        }
        let n = close.len() as f64;
        let (mx, my) = close.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
        let (xx, xy) =
            close.iter().fold((0.0, 0.0), |(xx, xy), p| (xx + (p.0 - mx) * (p.0 - mx), xy + (p.0 - mx) * (p.1 - my)));
        slope = xy / xx.max(1e-9);
        offset = my - slope * mx;
    }
    Some((offset, slope))
}

fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

fn meeting((p, d): Side, (q, e): Side) -> Option<Point> {
    let det = d.x * e.y - d.y * e.x;
    let t = ((q.x - p.x) * e.y - (q.y - p.y) * e.x) / det;
    (det.abs() > 0.2).then_some(Point { x: p.x + t * d.x, y: p.y + t * d.y })
}
