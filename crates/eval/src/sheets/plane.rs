//! Grey pictures in floating point, and what optics and paper do to them. It must not know what is in them.

use rand::Rng as _;
use scantrail_core::raster::{Channels, Raster};
use scantrail_testkit::seed::Seed;

/// A grey picture, 0 black to 255 white; values beyond are cut off at the end.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<f32>,
}

impl Plane {
    pub(super) fn of(raster: &Raster) -> Self {
        let values = raster.samples().iter().map(|&v| f32::from(v)).collect();
        Self { width: raster.width() as usize, height: raster.height() as usize, values }
    }

    pub(super) fn raster(&self) -> Raster {
        let samples = self.values.iter().map(|v| (v + 0.5).clamp(0.0, 255.0) as u8).collect();
        Raster::new(self.width as u32, self.height as u32, Channels::Grey, samples)
            .expect("a plane has a value for each pixel and is not empty")
    }

    /// Means of 2 × 2 pixels.
    pub(super) fn half(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let at = |x: usize, y: usize| self.values[y * self.width + x];
        let mean = |x: usize, y: usize| {
            (at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1)) / 4.0
        };
        let values = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| mean(x, y)).collect();
        Self { width, height, values }
    }

    /// Bilinear, pixel centres at halves; `None` outside.
    pub(super) fn at(&self, x: f64, y: f64) -> Option<f32> {
        let (x, y) = (x - 0.5, y - 0.5);
        let (right, bottom) = (self.width as f64 - 1.0, self.height as f64 - 1.0);
        if x < -0.5 || y < -0.5 || x > right + 0.5 || y > bottom + 0.5 {
            return None;
        }
        let (x, y) = (x.clamp(0.0, right), y.clamp(0.0, bottom));
        let (left, top) = (x as usize, y as usize);
        let (next, below) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (fx, fy) = ((x - left as f64) as f32, (y - top as f64) as f32);
        let get = |x: usize, y: usize| self.values[y * self.width + x];
        let upper = get(left, top) * (1.0 - fx) + get(next, top) * fx;
        let lower = get(left, below) * (1.0 - fx) + get(next, below) * fx;
        Some(upper * (1.0 - fy) + lower * fy)
    }

    /// Changes each value, given where it is as shares of width and height.
    pub(super) fn change(&mut self, change: impl Fn(f32, f64, f64) -> f32) {
        let (width, height) = (self.width as f64, self.height as f64);
        for (row, y) in self.values.chunks_exact_mut(self.width).zip(0..) {
            for (value, x) in row.iter_mut().zip(0..) {
                *value = change(*value, (f64::from(x) + 0.5) / width, (f64::from(y) + 0.5) / height);
            }
        }
    }

    /// Gaussian blur; nothing below a tenth of a pixel.
    pub(super) fn blur(&mut self, sigma: f64) {
        if sigma < 0.1 {
            return;
        }
        let reach = (3.0 * sigma).ceil() as isize;
        let weight = |i: isize| (-(i as f64).powi(2) / (2.0 * sigma * sigma)).exp() as f32;
        let weights: Vec<f32> = (-reach..=reach).map(weight).collect();
        let sum: f32 = weights.iter().sum();
        let mut line = Vec::new();
        for y in 0..self.height {
            let row = &mut self.values[y * self.width..(y + 1) * self.width];
            line.clear();
            line.extend_from_slice(row);
            convolve(&line, &weights, sum, |x, v| row[x] = v);
        }
        for x in 0..self.width {
            line.clear();
            line.extend((0..self.height).map(|y| self.values[y * self.width + x]));
            let (values, width) = (&mut self.values, self.width);
            convolve(&line, &weights, sum, |y, v| values[y * width + x] = v);
        }
    }

    /// Adds nearly normal noise of a standard deviation in grey levels.
    pub(super) fn noise(&mut self, deviation: f32, seed: Seed) {
        let mut rng = seed.rng();
        for value in &mut self.values {
            // Irwin–Hall of four: variance a third.
            let sum: f32 = (0..4).map(|_| rng.random::<f32>()).sum();
            *value += (sum - 2.0) * 3f32.sqrt() * deviation;
        }
    }
}

fn convolve(line: &[f32], weights: &[f32], sum: f32, mut put: impl FnMut(usize, f32)) {
    let reach = (weights.len() / 2) as isize;
    let last = line.len() as isize - 1;
    for at in 0..line.len() {
        let value = |(i, weight): (isize, &f32)| line[(at as isize + i - reach).clamp(0, last) as usize] * weight;
        put(at, (0..).zip(weights).map(value).sum::<f32>() / sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step() -> Plane {
        Plane { width: 40, height: 8, values: (0..320).map(|i| if i % 40 < 20 { 0.0 } else { 200.0 }).collect() }
    }

    #[test]
    fn blur_keeps_the_light_and_softens_the_edge() {
        let mut plane = step();
        plane.blur(2.0);
        let sum = |plane: &Plane| plane.values.iter().sum::<f32>();
        assert!((sum(&plane) / sum(&step()) - 1.0).abs() < 1e-3);
        assert!(plane.values[19] > 40.0 && plane.values[20] < 160.0);
        assert!(plane.values[5] < 0.1);
    }

    #[test]
    fn noise_has_the_deviation_that_was_asked_for() {
        let mut plane = Plane { width: 100, height: 100, values: vec![100.0; 10_000] };
        plane.noise(12.0, Seed(5));
        let variance = plane.values.iter().map(|v| (v - 100.0).powi(2)).sum::<f32>() / 10_000.0;
        assert!((variance.sqrt() - 12.0).abs() < 0.5, "{variance}");
    }

    #[test]
    fn halving_and_reading_between_pixels_agree() {
        let half = step().half();
        assert_eq!((half.width, half.height), (20, 4));
        assert_eq!(half.at(10.0, 2.0), Some(100.0));
        assert_eq!((half.at(-1.0, 0.0), half.at(0.0, 4.6)), (None, None));
    }
}
