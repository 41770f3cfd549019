//! Reversible plane geometry: where a pixel of the input went, and where a pixel of the output came from.
//!
//! Points are continuous: the first pixel covers 0..1 and has its centre at 0.5. This module knows no pixel values.

pub mod affine;
pub mod curl;
pub mod projective;
pub mod transform;

use scantrail_core::units::{Point, Quad};

/// The outline of a picture of `width × height` pixels.
pub fn outline(width: u32, height: u32) -> Quad {
    let (w, h) = (f64::from(width), f64::from(height));
    Quad([(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map(|(x, y)| Point { x, y }))
}

/// Left, top, right and bottom of the box around some points.
pub(crate) fn bounds(points: &[Point]) -> [f64; 4] {
    let mut b = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for p in points {
        b = [b[0].min(p.x), b[1].min(p.y), b[2].max(p.x), b[3].max(p.y)];
    }
    b
}

/// The common part of a polygon and a convex one, both clockwise (I. Sutherland and G. Hodgman, 1974,
/// doi:10.1145/360767.360802); empty if there is none.
pub(crate) fn intersection(polygon: &[Point], convex: &[Point]) -> Vec<Point> {
    let mut rest = polygon.to_vec();
    for (a, b) in convex.iter().zip(convex.iter().cycle().skip(1)) {
        // Positive on the inner side of an edge that runs clockwise (y down).
        let inside = |p: &Point| (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
        rest = clipped(&rest, inside);
    }
    rest
}

/// The part of a polygon on which `inside` is not negative.
pub(crate) fn clipped(polygon: &[Point], inside: impl Fn(&Point) -> f64) -> Vec<Point> {
    let mut out = Vec::new();
    for (p, q) in polygon.iter().zip(polygon.iter().cycle().skip(1)) {
        let (u, v) = (inside(p), inside(q));
        if u >= 0.0 {
            out.push(*p);
        }
        if (u >= 0.0) != (v >= 0.0) {
            let t = u / (u - v);
            out.push(Point { x: p.x + t * (q.x - p.x), y: p.y + t * (q.y - p.y) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_outlines_share() {
        let square = outline(10, 10).0;
        let beside = [(6.0, -5.0), (20.0, -5.0), (20.0, 7.0), (6.0, 7.0)].map(|(x, y)| Point { x, y });
        let shared = bounds(&intersection(&square, &beside));
        assert!(
            shared.iter().zip([6.0, 0.0, 10.0, 7.0]).all(|(a, b): (&f64, f64)| (a - b).abs() < 1e-12),
            "{shared:?}"
        );
        let apart = beside.map(|p| Point { x: p.x + 10.0, ..p });
        assert!(intersection(&square, &apart).is_empty());
        assert_eq!(intersection(&square, &square).len(), 4);
    }
}
