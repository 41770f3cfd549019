//! Small working pictures for measuring: grey shrunk by a whole factor, and fields of numbers.
//!
//! Everything is measured at about [`LONG_SIDE`] pixels (an A4 page at 75 dpi), whatever the resolution of the input.

mod grey;

use crate::wide::wide;
use grey::BLOCK;
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
        let samples = shrunk_by_best(input, factor, width, height);
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
        // A picture of one row or column counts it twice.
        let row = |y: usize| &self.samples[y.min(self.height - 1) * self.width..][..self.width];
        let mut samples = Vec::with_capacity(width * height);
        for y in 0..height {
            let (upper, lower) = (row(2 * y), row(2 * y + 1));
            let mean = |[a, b]: [u8; 2], [c, d]: [u8; 2]| {
                ((u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) / 4) as u8
            };
            if self.width == 1 {
                samples.push(mean([upper[0]; 2], [lower[0]; 2]));
            } else {
                let (upper, lower) = (upper.as_chunks().0, lower.as_chunks().0);
                samples.extend(upper.iter().zip(lower).map(|(&upper, &lower)| mean(upper, lower)));
            }
        }
        Self { width, height, samples, factor: self.factor * 2, per_mm: self.per_mm / 2.0 }
    }
}

/// Mean grey over whole squares, by the widest instructions there are.
fn shrunk_by_best(input: &Raster, factor: usize, width: usize, height: usize) -> Vec<u8> {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = fearless_simd::Level::new().as_avx2() {
        use fearless_simd::Simd;
        return avx2.vectorize(
            #[inline(always)]
            || {
                shrunk(
                    input,
                    factor,
                    (width, height),
                    #[inline(always)]
                    |pixels| grey::avx2::block(avx2, pixels),
                )
            },
        );
    }
    shrunk(input, factor, (width, height), grey::block)
}

/// Every sample is read once, in the order in which it lies in memory.
#[expect(clippy::inline_always, reason = "compiled together with its caller for the processor at hand")]
#[inline(always)]
fn shrunk(input: &Raster, factor: usize, (width, height): (usize, usize), greys: impl Greys) -> Vec<u8> {
    let area = (factor * factor) as u32;
    let mut samples = Vec::with_capacity(width * height);
    let mut sums = vec![0u16; width * factor];
    for rows in 0..height {
        sums.fill(0);
        for y in rows * factor..(rows + 1) * factor {
            let row = input.row(y as u32);
            match input.channels() {
                Channels::Grey => sums.iter_mut().zip(row).for_each(|(sum, &v)| *sum += u16::from(v)),
                Channels::Rgb => add_greys(&mut sums, row, greys),
            }
        }
        if factor == 4 {
            // By far the most frequent: a scan at 300 dpi.
            let cells = sums.as_chunks::<4>().0.iter();
            samples.extend(cells.map(|&[a, b, c, d]| ((a + b + c + d + 8) >> 4) as u8));
        } else {
            let sum = |cell: &[u16]| cell.iter().map(|&v| u32::from(v)).sum::<u32>();
            samples.extend(sums.chunks_exact(factor).map(|cell| ((sum(cell) + area / 2) / area) as u8));
        }
    }
    samples
}

#[expect(clippy::inline_always, reason = "compiled together with its caller for the processor at hand")]
#[inline(always)]
fn add_greys(sums: &mut [u16], row: &[u8], greys: impl Greys) {
    let (blocks, rest) = sums.as_chunks_mut::<BLOCK>();
    let done = blocks.len() * BLOCK * 3;
    for (sums, pixels) in blocks.iter_mut().zip(row.as_chunks::<{ BLOCK * 3 }>().0) {
        let greys = greys(pixels);
        sums.iter_mut().zip(greys).for_each(|(sum, grey)| *sum += grey);
    }
    for (sum, pixel) in rest.iter_mut().zip(row[done..].as_chunks::<3>().0) {
        *sum += grey::of(*pixel);
    }
}

/// A way to make a block of pixels grey.
trait Greys: Fn(&[u8; BLOCK * 3]) -> [u16; BLOCK] + Copy {}
impl<F: Fn(&[u8; BLOCK * 3]) -> [u16; BLOCK] + Copy> Greys for F {}

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
        let (width, height) = (self.width, self.height);
        let mut values = vec![0.0; self.values.len()];
        // Some rows at a time: what is read and what is written both stay within a few lines of the cache.
        for y in (0..height / SIDE * SIDE).step_by(SIDE) {
            let rows = &self.values[y * width..][..SIDE * width];
            for (x, column) in values.chunks_exact_mut(height).enumerate() {
                for (k, v) in column[y..y + SIDE].iter_mut().enumerate() {
                    *v = rows[k * width + x];
                }
            }
        }
        for y in height / SIDE * SIDE..height {
            for (column, &v) in values.chunks_exact_mut(height.max(1)).zip(self.row(y)) {
                column[y] = v;
            }
        }
        Self { width: height, height: width, values }
    }

    /// Mean over three by three; edges repeat.
    pub(crate) fn smoothed(&self) -> Self {
        let values = wide(
            #[inline(always)]
            || smoothed(self),
        );
        Self { width: self.width, height: self.height, values }
    }

    /// Mean over squares of two by two.
    pub(crate) fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            let (upper, lower) = (self.row(2 * y).as_chunks::<2>().0, self.row(2 * y + 1).as_chunks::<2>().0);
            values.extend(upper.iter().zip(lower).map(|([a, b], [c, d])| (a + b + c + d) * 0.25));
        }
        Self { width, height, values }
    }
}

/// Rows that are transposed together.
const SIDE: usize = 16;

#[expect(clippy::inline_always, reason = "compiled together with its caller for the processor at hand")]
#[inline(always)]
fn smoothed(field: &Field) -> Vec<f32> {
    let (w, h) = (field.width, field.height);
    let mut across = Vec::with_capacity(w * h);
    for row in field.values.chunks_exact(w.max(1)) {
        across.push((row[0] + row[0] + row[1.min(w - 1)]) / 3.0);
        across.extend(row.windows(3).map(|near| (near[0] + near[1] + near[2]) / 3.0));
        if let [.., before, last] = row {
            across.push((before + last + last) / 3.0);
        }
    }
    let row = |y: usize| &across[y * w..][..w];
    let mut values = Vec::with_capacity(w * h);
    for y in 0..h {
        let (above, here, below) = (row(y.saturating_sub(1)), row(y), row((y + 1).min(h - 1)));
        values.extend(above.iter().zip(here).zip(below).map(|((a, b), c)| (a + b + c) / 3.0));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

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

    /// What [`Field::smoothed`] must give, pixel by pixel.
    fn smoothed_slowly(field: &Field) -> Field {
        let (w, h) = (field.width, field.height);
        let across: Vec<f32> = (0..h)
            .flat_map(|y| {
                let row = field.row(y);
                (0..w).map(move |x| (row[x.saturating_sub(1)] + row[x] + row[(x + 1).min(w - 1)]) / 3.0)
            })
            .collect();
        let at = |x: usize, y: usize| across[y * w + x];
        let values = (0..h)
            .flat_map(|y| (0..w).map(move |x| (x, y)))
            .map(|(x, y)| (at(x, y.saturating_sub(1)) + at(x, y) + at(x, (y + 1).min(h - 1))) / 3.0)
            .collect();
        Field { width: w, height: h, values }
    }

    /// What [`Plane::shrink`] must give, square by square.
    fn shrunk_slowly(input: &Raster, factor: usize) -> Vec<u8> {
        let (width, height) = (input.width() as usize / factor, input.height() as usize / factor);
        let channels = input.channels().count();
        let at = |x: usize, y: usize| {
            let p = &input.row(y as u32)[x * channels..][..channels];
            if channels == 1 { u32::from(p[0]) } else { u32::from(grey::of([p[0], p[1], p[2]])) }
        };
        let mean = |i: usize| {
            let (x0, y0) = (i % width * factor, i / width * factor);
            let sum: u32 = (0..factor * factor).map(|k| at(x0 + k % factor, y0 + k / factor)).sum();
            let area = (factor * factor) as u32;
            ((sum + area / 2) / area) as u8
        };
        (0..width * height).map(mean).collect()
    }

    #[test]
    fn fast_and_slow_agree() {
        let mut dice = Dice::new(3);
        for (w, h) in [(1, 1), (1, 9), (2, 2), (7, 1), (33, 50), (160, 37), (203, 101)] {
            for channels in [Channels::Grey, Channels::Rgb] {
                let samples = (0..w * h * channels.count()).map(|_| (dice.roll() * 256.0) as u8).collect();
                let input = Raster::new(w as u32, h as u32, channels, samples).unwrap();
                for factor in [1, 2, 3, 4, 5, 8, 16].into_iter().filter(|&f| f <= w.min(h)) {
                    let plane = Plane::shrink(&input, factor);
                    assert_eq!(plane.samples, shrunk_slowly(&input, factor), "{w}×{h} by {factor}");
                }
            }
            let field = Field { width: w, height: h, values: (0..w * h).map(|_| dice.roll() as f32).collect() };
            assert_eq!(field.smoothed().values, smoothed_slowly(&field).values, "{w}×{h}");
            let transposed = field.transposed();
            let moved: Vec<f32> = (0..w * h).map(|i| transposed.values[i % w * h + i / w]).collect();
            assert_eq!(moved, field.values, "{w}×{h}");
        }
    }
}
