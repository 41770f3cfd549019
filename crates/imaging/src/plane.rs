//! Small working pictures for measuring: grey shrunk by a whole factor, and fields of numbers.
//!
//! Everything is measured at about [`LONG_SIDE`] pixels (an A4 page at 75 dpi), whatever the resolution of the input.

use scantrail_core::raster::{Channels, Raster};

/// The longer side of a working picture: A4 at 300 dpi shrunk by 4.
const LONG_SIDE: u32 = 877;
/// The longer side of the paper a page is assumed to show if no resolution is known: A4.
const ASSUMED_PAPER_MM: f64 = 297.0;

/// A grey picture for measuring.
#[derive(Debug, Clone)]
pub(crate) struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) samples: Vec<u8>,
    /// Input pixels per working pixel, on both axes.
    pub(crate) factor: usize,
    /// Working pixels per millimetre.
    pub(crate) per_mm: f64,
}

impl Plane {
    /// The whole-number shrink that brings `input` closest to the working size.
    pub(crate) fn working_factor(input: &Raster) -> usize {
        ((input.width().max(input.height()) + LONG_SIDE / 2) / LONG_SIDE).max(1) as usize
    }

    /// Mean grey over squares of `factor` pixels; incomplete squares at the right and bottom are left out.
    pub(crate) fn shrink(input: &Raster, factor: usize) -> Self {
        // A strip thinner than one square still gives one pixel.
        let factor = factor.min(input.width() as usize).min(input.height() as usize).min(16);
        let (width, height) = (input.width() as usize / factor, input.height() as usize / factor);
        let mut samples = Vec::with_capacity(width * height);
        let mut sums = vec![0u16; width * factor];
        for rows in 0..height {
            sums.fill(0);
            for y in rows * factor..(rows + 1) * factor {
                add_grey_row(&mut sums, input.row(y as u32), input.channels());
            }
            let area = (factor * factor) as u32;
            samples.extend(
                sums.chunks_exact(factor)
                    .map(|cell| ((cell.iter().map(|&v| u32::from(v)).sum::<u32>() + area / 2) / area) as u8),
            );
        }
        let long = f64::from(input.width().max(input.height()));
        let input_per_mm = match input.resolution() {
            Some(r) if (50..=1200).contains(&r.x.get()) => f64::from(r.x.get()) / 25.4,
            _ => long / ASSUMED_PAPER_MM,
        };
        Self { width, height, samples, factor, per_mm: input_per_mm / factor as f64 }
    }

    /// The picture at half the size.
    pub(crate) fn halved(&self) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let at =
            |x: usize, y: usize| u16::from(self.samples[y.min(self.height - 1) * self.width + x.min(self.width - 1)]);
        let mut samples = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let sum = at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1);
                samples.push(((sum + 2) / 4) as u8);
            }
        }
        Self { width, height, samples, factor: self.factor * 2, per_mm: self.per_mm / 2.0 }
    }
}

fn add_grey_row(sums: &mut [u16], row: &[u8], channels: Channels) {
    match channels {
        Channels::Grey => sums.iter_mut().zip(row).for_each(|(sum, &v)| *sum += u16::from(v)),
        Channels::Rgb => {
            for (sum, p) in sums.iter_mut().zip(row.chunks_exact(3)) {
                // Rec. 601 in 1/256; the sum of three products stays below 2¹⁶.
                *sum += (u16::from(p[0]) * 77 + u16::from(p[1]) * 150 + u16::from(p[2]) * 29) >> 8;
            }
        }
    }
}

/// A number for every working pixel.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<f32>,
}

impl Field {
    pub(crate) fn row(&self, y: usize) -> &[f32] {
        &self.values[y * self.width..][..self.width]
    }

    /// Rows become columns.
    pub(crate) fn transposed(&self) -> Self {
        const BLOCK: usize = 16;
        let mut values = vec![0.0; self.values.len()];
        for y0 in (0..self.height).step_by(BLOCK) {
            for x in 0..self.width {
                for y in y0..(y0 + BLOCK).min(self.height) {
                    values[x * self.height + y] = self.values[y * self.width + x];
                }
            }
        }
        Self { width: self.height, height: self.width, values }
    }

    /// Mean over squares of two by two.
    pub(crate) fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            let (upper, lower) = (self.row(2 * y), self.row(2 * y + 1));
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            values.extend(pairs.map(|(a, b)| (a[0] + a[1] + b[0] + b[1]) * 0.25));
        }
        Self { width, height, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_averages() {
        let input = Raster::new(4, 2, Channels::Grey, vec![0, 10, 100, 100, 20, 30, 100, 104]).unwrap();
        assert_eq!(Plane::shrink(&input, 2).samples, [15, 101]);
    }

    #[test]
    fn any_size_gives_a_plane() {
        for (w, h) in [(1, 1), (1, 5000), (5000, 1), (3, 7000)] {
            let input = Raster::new(w, h, Channels::Rgb, vec![7; (w * h * 3) as usize]).unwrap();
            let plane = Plane::shrink(&input, Plane::working_factor(&input));
            assert_eq!(plane.samples.len(), plane.width * plane.height);
            assert!(plane.width >= 1 && plane.height >= 1);
            let half = plane.halved();
            assert_eq!(half.samples.len(), half.width * half.height);
        }
    }

    #[test]
    fn transposing_twice_is_nothing() {
        let field = Field { width: 19, height: 33, values: (0..19 * 33).map(|v| v as f32).collect() };
        assert_eq!(field.transposed().transposed().values, field.values);
    }
}
