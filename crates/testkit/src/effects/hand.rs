//! What an unsteady hand does to letters and lines: both stray from where a font puts them.
//!
//! The truth about places does not follow; what is written stays as it was.

use crate::geometry::whole;
use crate::seed::Seed;
use rand::Rng;
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;

/// How letters and lines stray with strength 1: across or down, over what distance in millimetres they go another way,
/// and how far, as a standard deviation in millimetres.
const ACROSS: [(f64, f64); 2] = [(2.1, 0.19), (6.8, 0.51)];
const DOWN: [(f64, f64); 2] = [(2.5, 0.20), (11.9, 0.59)];

/// The page written by a hand as unsteady as `strength`; 0 leaves it as it is. Everything on the page is moved, so
/// rulings are put on afterwards ([`on_paper`]).
#[must_use]
pub fn unsteady(page: &Raster, strength: f64, seed: Seed) -> Raster {
    let (width, height, channels) = (page.width() as usize, page.height() as usize, page.channels().count());
    let dpi = page.resolution().map_or(Dpi::SCAN, |resolution| resolution.x);
    let pixels = f64::from(dpi.get()) / 25.4;
    let field = |(pitch, far): (f64, f64), part| {
        Field::new((width, height), pitch * pixels, far * pixels * strength, seed.child(part))
    };
    let across = [field(ACROSS[0], 0), field(ACROSS[1], 1)];
    let down = [field(DOWN[0], 2), field(DOWN[1], 3)];
    let mut samples = Vec::with_capacity(page.samples().len());
    for y in 0..height {
        for x in 0..width {
            let stray = |fields: &[Field; 2]| fields.iter().map(|field| field.at(x, y)).sum::<f64>();
            let from_x = (x as f64 + stray(&across)).clamp(0.0, (width - 1) as f64);
            let from_y = (y as f64 + stray(&down)).clamp(0.0, (height - 1) as f64);
            let (left, top) = (from_x as usize, from_y as usize);
            let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
            let at = |x: usize, y: usize, channel| f64::from(page.samples()[(y * width + x) * channels + channel]);
            for channel in 0..channels {
                let row = |y| at(left, y, channel) * (1.0 - from_x.fract()) + at(right, y, channel) * from_x.fract();
                samples.push((row(top) * (1.0 - from_y.fract()) + row(bottom) * from_y.fract()).round() as u8);
            }
        }
    }
    whole(page.width(), page.height(), page.channels(), samples).with_resolution(page.resolution())
}

/// Writing laid over paper of the same size, each pixel as dark as the darker of them.
///
/// Panics if the pictures have different sizes or channels.
#[must_use]
pub fn on_paper(writing: &Raster, paper: &Raster) -> Raster {
    assert_eq!((writing.width(), writing.channels()), (paper.width(), paper.channels()), "pages of different shapes");
    let samples = writing.samples().iter().zip(paper.samples()).map(|(&a, &b)| a.min(b)).collect();
    whole(writing.width(), writing.height(), writing.channels(), samples).with_resolution(writing.resolution())
}

/// A smooth field of chance: normal values at the knots of a grid, blended in between.
struct Field {
    knots: Vec<f64>,
    columns: usize,
    pitch: f64,
}

impl Field {
    fn new((width, height): (usize, usize), pitch: f64, deviation: f64, seed: Seed) -> Self {
        let knots = |side: usize| (side as f64 / pitch) as usize + 2;
        let mut rng = seed.rng();
        // Irwin–Hall: twelve uniform numbers have variance one.
        let mut normal = || (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let columns = knots(width);
        Self { knots: (0..columns * knots(height)).map(|_| normal() * deviation).collect(), columns, pitch }
    }

    fn at(&self, x: usize, y: usize) -> f64 {
        let (x, y) = (x as f64 / self.pitch, y as f64 / self.pitch);
        // Smoothstep: no kink at a knot.
        let ease = |share: f64| share * share * (3.0 - 2.0 * share);
        let (sx, sy) = (ease(x.fract()), ease(y.fract()));
        let row = |row: usize| {
            let start = row * self.columns + x as usize;
            self.knots[start] * (1.0 - sx) + self.knots[start + 1] * sx
        };
        row(y as usize) * (1.0 - sy) + row(y as usize + 1) * sy
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::{PageKind, PageSpec, paint};

    #[test]
    fn the_same_seed_strays_alike_and_no_strength_not_at_all() {
        let page = paint(&PageSpec::new(PageKind::Worksheet, Seed(3), Dpi::new(75).unwrap())).raster;
        assert!(unsteady(&page, 0.0, Seed(1)) == page);
        let strayed = unsteady(&page, 1.0, Seed(1));
        assert!(strayed == unsteady(&page, 1.0, Seed(1)));
        assert!(strayed != unsteady(&page, 1.0, Seed(2)) && strayed != page);
        // Strokes are moved, not made: about as much ink as before.
        let ink = |page: &Raster| page.samples().iter().map(|&s| u64::from(255 - s)).sum::<u64>() as f64;
        assert!((ink(&strayed) / ink(&page) - 1.0).abs() < 0.05);
        assert!(on_paper(&strayed, &page).samples().iter().zip(page.samples()).all(|(on, paper)| on <= paper));
    }
}
