//! How long and wide a flat rectangle is that a camera saw as four corners. It knows no pixels.
//!
//! Z. Zhang and L.-W. He, *Whiteboard scanning and image enhancement*, doi:10.1016/j.dsp.2006.05.006, section 3.3: a
//! pin-hole camera with square pixels and the principal point in the middle of the picture.

use super::{Anchor, PageSize, ScaleDecline, Sheet, TrueScale};
use crate::finding::{Finding, Sure};
use crate::geometry::outline as rectangle;
use crate::geometry::projective::{Projective, is_convex};
use scantrail_core::units::{Confidence, Point, Quad};

/// Proportions within this share of a paper format's are taken for it.
const SNAP: f64 = 0.025;
/// Two codes, or the two directions of one, may differ by this share.
const AGREE: f64 = 0.03;
/// What a code's corners may be off, in pixels.
const CORNER_PX: f64 = 0.5;
/// A scale less certain than this share is not told.
const WORST_SCALE: f64 = 0.03;

/// Width through height of the rectangle; `None` if the corners say nothing about it.
pub(super) fn proportions(quad: &Quad, width: u32, height: u32) -> Option<f64> {
    let (u0, v0) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let unit = f64::from(width.max(height));
    let m = quad.0.map(|p| [(p.x - u0) / unit, (p.y - v0) / unit, 1.0]);
    // In the paper's order: top left, top right, bottom left, bottom right.
    let (m1, m2, m3, m4) = (m[0], m[1], m[3], m[2]);
    let k2 = dot(cross(m1, m4), m3) / dot(cross(m2, m4), m3);
    let k3 = dot(cross(m1, m4), m2) / dot(cross(m3, m4), m2);
    let n2: [f64; 3] = std::array::from_fn(|i| k2 * m2[i] - m1[i]);
    let n3: [f64; 3] = std::array::from_fn(|i| k3 * m3[i] - m1[i]);
    let flat = n2[2].abs() < 0.02 || n3[2].abs() < 0.02;
    let focal_squared = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2]);
    // Seen nearly straight on in one direction, the corners do not tell the focal length; a phone's main camera has
    // one of about 0.75 of the longer side (26 mm beside a 43 mm diagonal).
    let believable = !flat && (0.16..=9.0).contains(&focal_squared);
    let f2 = if believable { focal_squared } else { 0.5625 };
    let length = |n: [f64; 3]| ((n[0] * n[0] + n[1] * n[1]) / f2 + n[2] * n[2]).sqrt();
    let ratio = length(n2) / length(n3);
    (ratio.is_finite() && ratio > 0.05 && ratio < 20.0).then_some(ratio)
}

/// The paper format with these proportions, if one is close and no other.
pub(super) fn snapped(ratio: f64) -> PageSize {
    let close = |format: f64| (ratio / format - 1.0).abs() < SNAP;
    let a_series = std::f64::consts::SQRT_2;
    let letter = 11.0 / 8.5;
    let turned = |format: f64| if ratio > 1.0 { format } else { 1.0 / format };
    if close(a_series) || close(1.0 / a_series) {
        return PageSize::ASeries(turned(a_series));
    }
    if close(letter) || close(1.0 / letter) {
        return PageSize::Letter(turned(letter));
    }
    PageSize::Proportions(ratio)
}

/// See [`super::true_scale`].
pub(super) fn scale(quad: &Quad, anchors: &[Anchor]) -> Finding<TrueScale, ScaleDecline> {
    let unit = rectangle(1, 1);
    let flat = Projective::between(quad, &unit).map_err(|_| ScaleDecline::NotFlat)?;
    let (mut widths, mut heights, mut worst) = (Vec::new(), Vec::new(), 0.0f64);
    for anchor in anchors.iter().filter(|a| a.side_mm > 0.0 && is_convex(&a.quad)) {
        // The code may be turned on the page: with width w and height h all four sides of it are `side_mm` long,
        // (w·dx)² + (h·dy)² = side². Least squares over the sides for w² and h².
        let q = flat.map_quad(&anchor.quad);
        let deltas: [(f64, f64); 4] = std::array::from_fn(|k| {
            let (a, b): (Point, Point) = (q.0[k], q.0[(k + 1) % 4]);
            ((b.x - a.x).powi(2), (b.y - a.y).powi(2))
        });
        let (aa, ab, bb, a1, b1) = deltas
            .iter()
            .fold((0.0, 0.0, 0.0, 0.0, 0.0), |s, (a, b)| (s.0 + a * a, s.1 + a * b, s.2 + b * b, s.3 + a, s.4 + b));
        let det = aa * bb - ab * ab;
        // A code turned by 45° tells only one of the two.
        if det < 0.05 * aa * bb {
            continue;
        }
        let side = anchor.side_mm * anchor.side_mm;
        let (w2, h2) = (side * (a1 * bb - b1 * ab) / det, side * (b1 * aa - a1 * ab) / det);
        if w2 <= 0.0 || h2 <= 0.0 {
            continue;
        }
        widths.push(w2.sqrt());
        heights.push(h2.sqrt());
        let shortest = (0..4)
            .map(|k| (anchor.quad.0[k], anchor.quad.0[(k + 1) % 4]))
            .map(|(a, b)| (b.x - a.x).hypot(b.y - a.y))
            .fold(f64::INFINITY, f64::min);
        // Two opposite sides, each between two corners, are averaged: √2·√2/2 of one corner's error.
        worst = worst.max(CORNER_PX / shortest.max(1e-9));
    }
    if widths.is_empty() {
        return Err(ScaleDecline::NoAnchor);
    }
    let (width_mm, spread_w) = middle(&widths);
    let (height_mm, spread_h) = middle(&heights);
    if spread_w.max(spread_h) > AGREE {
        return Err(ScaleDecline::AnchorsDisagree);
    }
    let uncertainty = worst.max(spread_w).max(spread_h);
    if uncertainty > WORST_SCALE {
        return Err(ScaleDecline::TooSmall);
    }
    let confidence = Confidence::new((1.0 - uncertainty / WORST_SCALE) as f32);
    Ok(Sure { value: TrueScale { width_mm, height_mm, uncertainty, sheet: sheet(width_mm, height_mm) }, confidence })
}

/// The paper format of this true size, within 1.5 %.
fn sheet(width: f64, height: f64) -> Option<Sheet> {
    let (short, long) = (width.min(height), width.max(height));
    let close = |a: f64, b: f64| (a / b - 1.0).abs() < 0.015;
    [(Sheet::A3, 297.0, 420.0), (Sheet::A4, 210.0, 297.0), (Sheet::A5, 148.0, 210.0), (Sheet::Letter, 215.9, 279.4)]
        .into_iter()
        .find(|(_, s, l)| close(short, *s) && close(long, *l))
        .map(|(sheet, ..)| sheet)
}

/// Mean, and the largest difference from it as a share.
fn middle(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, values.iter().map(|v| (v / mean - 1.0).abs()).fold(0.0, f64::max))
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(&b).map(|(x, y)| x * y).sum()
}
