//! Reversible plane geometry: where a pixel of the input went, and where a pixel of the output came from.
//!
//! Points are continuous: the first pixel covers 0..1 and has its centre at 0.5. This module knows no pixel values.

pub mod affine;
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
