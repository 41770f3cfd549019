//! Curved pages: a flat scene seen through a bend that is known exactly, and not of the shape that is fitted.

use super::{A4, Capture, Scene, mm};
use scantrail_core::raster::Raster;

/// How an A4 page bends, in millimetres.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bend {
    /// How much lower the left edge is seen than the rest, on the top and on the bottom line…
    pub(crate) top: f64,
    pub(crate) bottom: f64,
    /// …fading over this.
    pub(crate) reach: f64,
    /// How much lower the middle is seen than the sides.
    pub(crate) arch: f64,
}

impl Bend {
    /// Where a point of the flat page is seen.
    pub(crate) fn seen(&self, x: f64, y: f64) -> f64 {
        let (top, bottom) = self.edges(x);
        y + top + (bottom - top) * y / 297.0
    }

    fn edges(&self, x: f64) -> (f64, f64) {
        let spine = (-x / self.reach).exp();
        let arch = self.arch * (1.0 - ((x - 105.0) / 105.0).powi(2));
        (self.top * spine + arch, self.bottom * spine + arch)
    }

    /// The point of the flat page seen at a place.
    fn flat(&self, x: f64, y: f64) -> f64 {
        let (top, bottom) = self.edges(x);
        (y - top) / (1.0 + (bottom - top) / 297.0)
    }
}

/// A capture of a bent scene, with noise and shading.
pub(crate) fn captured(scene: &Scene, bend: &Bend) -> Raster {
    let columns: Vec<(f64, f64)> = (0..A4.0 * 4)
        .map(|i| {
            let x = f64::from(i) / 4.0 / mm(1.0);
            let zero = bend.flat(x, 0.0);
            (zero, (bend.flat(x, 297.0) - zero) / 297.0)
        })
        .collect();
    let at = |x: f64| columns[((x * 4.0) as usize).min(columns.len() - 1)];
    let seen = |x: f64, y: f64| {
        let (zero, step) = at(x);
        scene(x, mm(zero) + step * y)
    };
    Capture::turned(0.0).of_view(&seen)
}
