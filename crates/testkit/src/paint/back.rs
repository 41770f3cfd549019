//! Backs of sheets: paper, a few specks, and what shows through from the front.

use super::{Easel, Leaf, PageKind, PageSpec, PageTruth, Painted, punch};
use crate::canvas::Canvas;
use crate::geometry::{halved, whole};
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

/// The blank back of a sheet whose front was painted from `spec` as `front`: the same paper and holes, and the front,
/// mirrored, blurred and very faint, shows through.
pub fn back_of(spec: &PageSpec, front: &Raster, seed: Seed) -> Painted {
    let [red, green, blue] = spec.paper.colour();
    let paper = (f64::from(red) * 77.0 + f64::from(green) * 150.0 + f64::from(blue) * 29.0) / 256.0;
    let shades: [[u8; 3]; 256] = std::array::from_fn(|light| {
        let shade = ((paper - light as f64).max(0.0) * SHOW_THROUGH + 0.5) as u8;
        [red, green, blue].map(|c| c - shade)
    });
    let quarter = halved(&halved(&front.to_grey()));
    let (width, height) = (front.width(), front.height());
    let (last_x, last_y) = (quarter.width() - 1, quarter.height() - 1);
    let mut samples = vec![0; width as usize * height as usize * 3];
    for (y, row) in (0..height).zip(samples.chunks_exact_mut(width as usize * 3)) {
        let (above, down) = ((y / 4).min(last_y), u16::from((y % 4) as u8));
        let (upper, lower) = (quarter.row(above), quarter.row((above + 1).min(last_y)));
        // One row of the quarter-size picture, blended once, serves the whole row.
        let blended: Vec<u16> =
            upper.iter().zip(lower).map(|(&a, &b)| u16::from(a) * (4 - down) + u16::from(b) * down).collect();
        for (x, pixel) in (0..width).rev().zip(row.chunks_exact_mut(3)) {
            let (left, right) = ((x / 4).min(last_x) as usize, (x / 4 + 1).min(last_x) as usize);
            let across = (x % 4) as u16;
            let light = blended[left] * (4 - across) + blended[right] * across;
            pixel.copy_from_slice(&shades[usize::from(light / 16)]);
        }
    }
    let raster = whole(width, height, Channels::Rgb, samples).with_resolution(front.resolution());
    let mut canvas = Canvas::from_raster(raster, Dpi::SCAN);
    specks(&mut canvas, &mut seed.rng());
    punch(&mut canvas, spec.holes, Leaf::Back);
    Painted {
        raster: canvas.into_raster(),
        truth: PageTruth { kind: PageKind::Blank, words: Vec::new(), keyword: None },
    }
}
