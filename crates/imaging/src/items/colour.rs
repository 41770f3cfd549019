//! The working picture in colour, and the logarithms in which light is a sum. It knows no mat and no item.

use scantrail_core::raster::{Channels, Raster};
use std::sync::LazyLock;

/// The longer side of the colour working picture: on a mat of A3 width about two pixels to the millimetre, so that a
/// pencil is 14 pixels wide and a wire of 1 mm two.
const LONG_SIDE: u32 = 877;
/// Added to a value before its logarithm is taken: sensors and lenses lift black by about as much, and without it the
/// noise of black would be endless.
pub(super) const LIFT: f32 = 16.0;

/// Red, green, blue.
pub(super) type Rgb = [f32; 3];

/// A colour picture shrunk by a whole factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColourPlane {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Red, green, blue of each pixel; a grey picture has three equal ones.
    pub(super) pixels: Vec<[u8; 3]>,
    /// Input pixels per working pixel, on both axes.
    pub(super) factor: usize,
}

impl ColourPlane {
    /// Means over squares of the factor that brings `input` closest to the working size; incomplete squares at the
    /// right and bottom are left out.
    pub(super) fn shrink(input: &Raster) -> Self {
        let factor = ((input.width().max(input.height()) + LONG_SIDE / 2) / LONG_SIDE).max(1);
        let factor = factor.min(input.width()).min(input.height()).min(16) as usize;
        let (width, height) = (input.width() as usize / factor, input.height() as usize / factor);
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![[0u32; 3]; width];
        let area = (factor * factor) as u32;
        for rows in 0..height {
            sums.fill([0; 3]);
            for y in rows * factor..(rows + 1) * factor {
                add_row(&mut sums, input.row(y as u32), input.channels(), factor);
            }
            pixels.extend(sums.iter().map(|sum| sum.map(|v| ((v + area / 2) / area) as u8)));
        }
        Self { width, height, pixels, factor }
    }
}

fn add_row(sums: &mut [[u32; 3]], row: &[u8], channels: Channels, factor: usize) {
    match channels {
        Channels::Grey => {
            for (sum, cell) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                let grey: u32 = cell.iter().map(|&v| u32::from(v)).sum();
                *sum = sum.map(|s| s + grey);
            }
        }
        Channels::Rgb => {
            let (pixels, _) = row.as_chunks::<3>();
            for (sum, cell) in sums.iter_mut().zip(pixels.chunks_exact(factor)) {
                for p in cell {
                    for c in 0..3 {
                        sum[c] += u32::from(p[c]);
                    }
                }
            }
        }
    }
}

/// The lifted logarithm of every 8-bit value.
static LOGARITHMS: LazyLock<[f32; 256]> = LazyLock::new(|| std::array::from_fn(|v| (v as f32 + LIFT).ln()));

/// The lifted logarithm of each channel.
pub(super) fn log_of(pixel: [u8; 3]) -> Rgb {
    let table = &*LOGARITHMS;
    pixel.map(|v| table[usize::from(v)])
}

/// How two colours differ: in brightness (positive: the first is brighter), and in two directions of colour that a
/// change of the light's strength leaves alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Apart {
    pub(super) light: f32,
    pub(super) red: f32,
    pub(super) blue: f32,
}

impl Apart {
    /// `seen` less `expected`, both logarithms.
    pub(super) fn between(seen: Rgb, expected: Rgb) -> Self {
        let [r, g, b] = std::array::from_fn(|c| seen[c] - expected[c]);
        // Green counts twice, as in the Bayer pattern most of the numbers come from.
        Self { light: (r + 2.0 * g + b) / 4.0, red: r - g, blue: b - g }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_averages_each_channel() {
        let samples = (0..1800 * 2).flat_map(|i| [(i % 2) as u8 * 10, 100, 7]).collect();
        let plane = ColourPlane::shrink(&Raster::new(1800, 2, Channels::Rgb, samples).unwrap());
        assert_eq!((plane.width, plane.height, plane.factor), (900, 1, 2));
        assert!(plane.pixels.iter().all(|&p| p == [5, 100, 7]));
    }

    #[test]
    fn grey_has_no_colour() {
        let plane = ColourPlane::shrink(&Raster::new(2, 1, Channels::Grey, vec![9, 200]).unwrap());
        assert_eq!(plane.pixels, [[9; 3], [200; 3]]);
    }

    #[test]
    fn half_the_light_is_no_other_colour() {
        let apart = Apart::between(log_of([104, 52, 24]), log_of([224, 120, 64]));
        assert!((apart.light + std::f32::consts::LN_2).abs() < 0.02);
        assert!(apart.red.abs() < 0.02 && apart.blue.abs() < 0.02);
    }
}
