//! Backs of sheets: paper, a few specks, and what shows through from the front.

use super::{Easel, PageKind, PageTruth, Painted};
use crate::canvas::Canvas;
use crate::geometry::halved;
use crate::seed::Seed;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::Dpi;

/// Share of the darkness of the front that comes through copier paper.
const SHOW_THROUGH: f64 = 0.045;

pub(super) fn paint_specks(easel: &mut Easel<'_>) {
    specks(&mut easel.canvas, &mut easel.rng);
}

/// Fibres and dust: tiny, pale and few, nothing that anyone would call content.
fn specks(canvas: &mut Canvas, rng: &mut ChaCha8Rng) {
    for _ in 0..rng.random_range(4..14) {
        let at = (rng.random_range(5.0..205.0), rng.random_range(5.0..292.0));
        let radius = rng.random_range(0.08..0.16);
        canvas.ellipse(at, (radius, radius), [150, 148, 144], 0.5);
    }
}

/// The blank back of a sheet whose front is `front`: mirrored, blurred and very faint, it shows through.
pub fn back_of(front: &Raster, seed: Seed) -> Painted {
    let quarter = halved(&halved(&front.to_grey()));
    let (width, height) = (front.width(), front.height());
    let last = (quarter.width() - 1, quarter.height() - 1);
    let mut samples = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        let fy = (f64::from(y) / 4.0).min(f64::from(last.1));
        let (upper, lower) = (quarter.row(fy as u32), quarter.row((fy as u32 + 1).min(last.1)));
        let down = fy.fract();
        // One row of the quarter-size picture, blended once, serves the whole row.
        let blended: Vec<f64> =
            upper.iter().zip(lower).map(|(&a, &b)| f64::from(a) * (1.0 - down) + f64::from(b) * down).collect();
        for x in 0..width {
            let fx = (f64::from(width - 1 - x) / 4.0).min(f64::from(last.0));
            let (left, right) = (blended[fx as usize], blended[(fx as usize + 1).min(last.0 as usize)]);
            let light = left + (right - left) * fx.fract();
            let shade = ((250.0 - light).max(0.0) * SHOW_THROUGH + 0.5) as u8;
            samples.extend([249 - shade, 249 - shade, 247 - shade]);
        }
    }
    let raster = Raster::new(width, height, Channels::Rgb, samples)
        .expect("three samples for every pixel")
        .with_resolution(front.resolution());
    let mut canvas = Canvas::from_raster(raster, Dpi::SCAN);
    specks(&mut canvas, &mut seed.rng());
    Painted {
        raster: canvas.into_raster(),
        truth: PageTruth { kind: PageKind::Blank, words: Vec::new(), keyword: None },
    }
}
