//! A grid of gains carried out on pixels, in fixed point. It must not know how the grid was measured.
//!
//! Per sample `v` with gain `g` and roof `h`: the lesser of `v·g` and `255 − (255 − v)·h`, rounded. The roof starts at
//! the paper's level, so that what is whiter than the paper (a cloud in a photo glued on) is pressed together below
//! 255 and not cut off. Gain 1 gives back every value bit for bit. All steps are 16-bit products of whole rows, which
//! compilers turn into vector instructions: their results are those of the plain formula by construction.

use super::{Light, ONE};
use crate::wide::wide;
use scantrail_core::raster::{Channels, Raster};

/// Gains between two rows of the grid, one for each sample of a row of pixels.
struct Band {
    gain: Vec<u16>,
    gain_step: Vec<i16>,
    roof: Vec<u16>,
    roof_step: Vec<i16>,
}

/// Where a pixel lies between the centres of cells: the first one, and the weight of the next in 1/32768.
fn place(at: usize, pixels: usize, cells: usize) -> (usize, i32) {
    let v = ((at as f64 + 0.5) / pixels as f64 * cells as f64 - 0.5).clamp(0.0, (cells - 1) as f64);
    (v as usize, (v.fract() * 32767.0) as i32)
}

pub(super) fn run(light: &Light, page: Raster) -> Raster {
    let (width, height, channels) = (page.width(), page.height(), page.channels());
    let resolution = page.resolution();
    let mut samples = page.into_samples();
    let across: Vec<(usize, i32)> = (0..width as usize).map(|x| place(x, width as usize, light.columns)).collect();
    let stride = width as usize * channels.count();
    let mut band: Option<(usize, Band)> = None;
    for (y, row) in samples.chunks_exact_mut(stride).enumerate() {
        let (first, weight) = place(y, height as usize, light.rows);
        if band.as_ref().is_none_or(|b| b.0 != first) {
            band = Some((first, Band::new(light, first, &across, channels)));
        }
        if let Some((_, band)) = &band {
            wide(
                #[inline(always)]
                || band.row(row, weight as i16),
            );
        }
    }
    if let Some(board) = &light.board {
        super::board::run(board, (light.columns, light.rows), &mut samples, stride, channels);
    }
    Raster::new(width, height, channels, samples).expect("the size did not change").with_resolution(resolution)
}

impl Band {
    fn new(light: &Light, first: usize, across: &[(usize, i32)], channels: Channels) -> Self {
        let second = (first + 1).min(light.rows - 1);
        let grey = [1];
        let each: &[usize] = match channels {
            Channels::Grey => &grey,
            Channels::Rgb => &[0, 1, 2],
        };
        let samples = across.len() * each.len();
        let mut band = Self {
            gain: Vec::with_capacity(samples),
            gain_step: Vec::with_capacity(samples),
            roof: Vec::with_capacity(samples),
            roof_step: Vec::with_capacity(samples),
        };
        for &(x, weight) in across {
            let next = (x + 1).min(light.columns - 1);
            for &c in each {
                let between = |of: &[[u16; 3]], y: usize| {
                    let at = |x: usize| i32::from(of[y * light.columns + x][c]);
                    at(x) + (((at(next) - at(x)) * weight) >> 15)
                };
                let (upper, lower) = (between(&light.gains, first), between(&light.gains, second));
                band.gain.push(upper as u16);
                // Twice the difference: a product with a weight in 1/32768 then needs a shift by 16.
                band.gain_step.push((2 * (lower - upper)) as i16);
                let (upper, lower) = (between(&light.roofs, first), between(&light.roofs, second));
                band.roof.push(upper as u16);
                band.roof_step.push((2 * (lower - upper)) as i16);
            }
        }
        band
    }

    #[expect(clippy::inline_always, reason = "compiled together with its caller for the processor at hand")]
    #[inline(always)]
    fn row(&self, row: &mut [u8], weight: i16) {
        let n = row.len();
        let (gain, roof) = (&self.gain[..n], &self.roof[..n]);
        let (gain_step, roof_step) = (&self.gain_step[..n], &self.roof_step[..n]);
        for i in 0..n {
            let g = gain[i].wrapping_add(high_signed(gain_step[i], weight) as u16);
            let h = roof[i].wrapping_add(high_signed(roof_step[i], weight) as u16);
            let v = u16::from(row[i]);
            // In sixteenths of a grey level, below 2¹⁵: nothing wraps, but a check would keep the loop from vectors.
            let lifted = high(v << 8, g) as i16;
            let below_roof = 4080i16.wrapping_sub(high((255 ^ v) << 8, h) as i16);
            row[i] = (lifted.min(below_roof).wrapping_add(8) >> 4).min(255) as u8;
        }
    }
}

/// The upper half of a product.
fn high(a: u16, b: u16) -> u16 {
    ((u32::from(a) * u32::from(b)) >> 16) as u16
}

fn high_signed(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b)) >> 16) as i16
}

/// The roof's slope for a gain, so that both meet where the paper's own level is reached.
pub(super) fn roof(gain: u16, level: f32) -> u16 {
    let g = f32::from(gain) / f32::from(ONE);
    if g <= 1.0 {
        return ONE;
    }
    let slope = (255.0 - level) / (255.0 - level / g);
    (slope * f32::from(ONE)).round().clamp(0.0, f32::from(ONE)) as u16
}
