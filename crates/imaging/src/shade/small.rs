//! The colour working picture for light: shrunk by a whole factor, and its brightness without ink. It must not know
//! what is paper.

use scantrail_core::raster::{Channels, Raster};

/// The longer side of the picture light is measured on: A4 at 300 dpi shrunk by 8, 0.68 mm a pixel.
const LONG_SIDE: u32 = 438;
/// Strokes up to twice this are ink and not light: a broad felt pen draws 3 mm.
const STROKE_MM: f64 = 2.0;
/// The longer side of the paper if no resolution is known: A4.
const ASSUMED_PAPER_MM: f64 = 297.0;

/// A small picture in colour; a grey input has three equal channels.
#[derive(Debug)]
pub(super) struct Small {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rgb: Vec<[f32; 3]>,
    pub(super) luma: Vec<f32>,
    /// Pixels of this picture per millimetre.
    pub(super) per_mm: f64,
}

impl Small {
    pub(super) fn of(input: &Raster) -> Self {
        let (w, h) = (input.width() as usize, input.height() as usize);
        let factor = ((w.max(h) + LONG_SIDE as usize / 2) / LONG_SIDE as usize).clamp(1, w.min(h)).min(128);
        let (width, height) = (w / factor, h / factor);
        let channels = input.channels().count();
        let mut sums = vec![0u16; width * factor * channels];
        let mut rgb = Vec::with_capacity(width * height);
        let area = 1.0 / (factor * factor) as f32;
        for rows in 0..height {
            sums.fill(0);
            for y in rows * factor..(rows + 1) * factor {
                // At most 128 rows of 255: below 2¹⁶.
                sums.iter_mut().zip(input.row(y as u32)).for_each(|(sum, &v)| *sum += u16::from(v));
            }
            rgb.extend(sums.chunks_exact(factor * channels).map(|cell| match input.channels() {
                Channels::Grey => [cell.iter().map(|&v| u32::from(v)).sum::<u32>() as f32 * area; 3],
                Channels::Rgb => {
                    let mut sum = [0u32; 3];
                    for p in cell.chunks_exact(3) {
                        (0..3).for_each(|c| sum[c] += u32::from(p[c]));
                    }
                    sum.map(|v| v as f32 * area)
                }
            }));
        }
        let luma = rgb.iter().map(|p| 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]).collect();
        let input_per_mm = match input.resolution() {
            Some(r) if (50..=1200).contains(&r.x.get()) => f64::from(r.x.get()) / 25.4,
            _ => w.max(h) as f64 / ASSUMED_PAPER_MM,
        };
        Self { width, height, rgb, luma, per_mm: input_per_mm / factor as f64 }
    }

    /// The brightness under the ink: a closing, which fills whatever is narrower than a stroke and keeps ramps.
    pub(super) fn envelope(&self) -> Vec<f32> {
        let reach = ((STROKE_MM * self.per_mm).round() as usize).clamp(2, 8);
        let brightest = extreme(&self.luma, (self.width, self.height), reach, f32::max);
        extreme(&brightest, (self.width, self.height), reach, f32::min)
    }
}

/// The extreme value within `reach` pixels on both axes; the border counts as repeated.
fn extreme(values: &[f32], (w, h): (usize, usize), reach: usize, of: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    let mut across = values.to_vec();
    for (out, row) in across.chunks_exact_mut(w).zip(values.chunks_exact(w)) {
        for k in 1..=reach.min(w - 1) {
            out[k..].iter_mut().zip(row).for_each(|(o, &v)| *o = of(*o, v));
            out.iter_mut().zip(&row[k..]).for_each(|(o, &v)| *o = of(*o, v));
        }
    }
    let mut down = across.clone();
    for k in 1..=reach.min(h - 1) {
        down[k * w..].iter_mut().zip(&across).for_each(|(o, &v)| *o = of(*o, v));
        down.iter_mut().zip(&across[k * w..]).for_each(|(o, &v)| *o = of(*o, v));
    }
    down
}
