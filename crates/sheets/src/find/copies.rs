//! Copies of a picture that show a reader what it does not see in the picture itself: evened out where light and
//! shine change from place to place, stretched where a code is seen from the side, turned where it stands on a corner.
//!
//! Each copy knows the way back. This module must not know who reads it.

use super::Grey;
use scantrail_core::units::{Point, Quad};
use std::borrow::Cow;

/// A copy of a picture.
pub(super) struct Copied {
    pub(super) grey: Grey<'static>,
    back: Affine,
}

/// x = a·u + b·v + c and y = d·u + e·v + f, from a copy's pixels to the picture's; pixel centres lie at halves.
#[derive(Debug, Clone, Copy)]
struct Affine {
    x: [f64; 3],
    y: [f64; 3],
}

impl Affine {
    fn map(&self, u: f64, v: f64) -> (f64, f64) {
        (self.x[0] * u + self.x[1] * v + self.x[2], self.y[0] * u + self.y[1] * v + self.y[2])
    }
}

/// Half the side of the square over which light is measured: a few modules of a code that is worth reading.
const REACH: usize = 16;
/// Grey levels between paper and ink in an evened copy, to either side of the middle.
const SPREAD: f32 = 70.0;
/// Added to the measured contrast, so that bare paper stays calm.
const CALM: f32 = 4.0;

impl Copied {
    /// The corners in pixels of the picture.
    pub(super) fn back(&self, corners: &Quad) -> Quad {
        Quad(corners.0.map(|p| {
            let (x, y) = self.back.map(p.x, p.y);
            Point { x, y }
        }))
    }

    /// Wider or taller than the picture by `stretch` (above 1 is wider), and no larger than `largest` pixels.
    pub(super) fn stretched(grey: &Grey<'_>, stretch: f64, largest: f64) -> Self {
        let (width, height) = (f64::from(grey.width), f64::from(grey.height));
        let (across, down) = if stretch >= 1.0 { (stretch, 1.0) } else { (1.0, 1.0 / stretch) };
        let shrink = (largest / (width * height * across * down)).sqrt().min(1.0);
        let size = (((width * across * shrink) as u32).max(1), ((height * down * shrink) as u32).max(1));
        let back = Affine { x: [width / f64::from(size.0), 0.0, 0.0], y: [0.0, height / f64::from(size.1), 0.0] };
        Self { grey: resampled(grey, size, &back), back }
    }

    /// Turned by an eighth, and no larger than `largest` pixels.
    pub(super) fn turned(grey: &Grey<'_>, largest: f64) -> Self {
        let (width, height) = (f64::from(grey.width), f64::from(grey.height));
        let eighth = std::f64::consts::FRAC_1_SQRT_2;
        let whole = (width + height) * eighth;
        let side = whole.min(largest.sqrt()).max(1.0) as u32;
        let grow = whole / f64::from(side) * eighth;
        let middle = f64::from(side) / 2.0;
        let back = Affine { x: [grow, -grow, width / 2.0], y: [grow, grow, height / 2.0 - 2.0 * grow * middle] };
        Self { grey: resampled(grey, (side, side), &back), back }
    }

    /// With the same light and the same contrast everywhere: grey levels are counted from the mean of their
    /// neighbourhood, in units of its mean deviation.
    pub(super) fn evened(grey: &Grey<'_>, largest: f64) -> Self {
        let mut copy = Self::stretched(grey, 1.0, largest);
        let size = (copy.grey.width as usize, copy.grey.height as usize);
        let samples = copy.grey.samples.into_owned();
        let means = means(&samples, size);
        let away: Vec<u8> = samples.iter().zip(&means).map(|(&v, mean)| (f32::from(v) - mean).abs() as u8).collect();
        let evened = samples.iter().zip(means.iter().zip(self::means(&away, size)));
        let level = |(&v, (mean, deviation)): (&u8, (&f32, f32))| {
            (128.0 + SPREAD * (f32::from(v) - mean) / (deviation + CALM)).clamp(0.0, 255.0) as u8
        };
        copy.grey.samples = Cow::Owned(evened.map(level).collect());
        copy
    }
}

/// Bilinear; what lies outside the picture is as its nearest edge.
fn resampled(grey: &Grey<'_>, (width, height): (u32, u32), back: &Affine) -> Grey<'static> {
    let (w, h) = (grey.width as usize, grey.height as usize);
    let (right, bottom) = ((w - 1) as f64, (h - 1) as f64);
    let mut samples = Vec::with_capacity(width as usize * height as usize);
    for v in 0..height {
        for u in 0..width {
            let (x, y) = back.map(f64::from(u) + 0.5, f64::from(v) + 0.5);
            let (x, y) = ((x - 0.5).clamp(0.0, right), (y - 0.5).clamp(0.0, bottom));
            let (left, top) = (x as usize, y as usize);
            let (fx, fy) = ((x - left as f64) as f32, (y - top as f64) as f32);
            let at = |x: usize, y: usize| f32::from(grey.samples[y.min(h - 1) * w + x.min(w - 1)]);
            let upper = at(left, top) * (1.0 - fx) + at(left + 1, top) * fx;
            let lower = at(left, top + 1) * (1.0 - fx) + at(left + 1, top + 1) * fx;
            samples.push((upper * (1.0 - fy) + lower * fy + 0.5) as u8);
        }
    }
    Grey { width, height, samples: Cow::Owned(samples) }
}

/// Means over squares of `2 · REACH + 1` pixels a side, cut off at the edges, by a table of sums (Crow 1984,
/// DOI 10.1145/800031.808600).
fn means(samples: &[u8], (width, height): (usize, usize)) -> Vec<f32> {
    let stride = width + 1;
    let mut sums = vec![0u32; stride * (height + 1)];
    for (y, row) in samples.chunks_exact(width).enumerate() {
        let mut sum = 0;
        for (x, &sample) in row.iter().enumerate() {
            sum += u32::from(sample);
            sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + sum;
        }
    }
    let mut means = Vec::with_capacity(samples.len());
    for y in 0..height {
        let (top, bottom) = (y.saturating_sub(REACH) * stride, (y + REACH + 1).min(height) * stride);
        let rows = (bottom - top) / stride;
        for x in 0..width {
            let (left, right) = (x.saturating_sub(REACH), (x + REACH + 1).min(width));
            let sum = (sums[bottom + right] - sums[top + right]) - (sums[bottom + left] - sums[top + left]);
            means.push(sum as f32 / (rows * (right - left)) as f32);
        }
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dark spot at a place of a light picture.
    fn spot(width: u32, height: u32, (x, y): (u32, u32)) -> Grey<'static> {
        let dark = |i: u32| (i % width).abs_diff(x) < 4 && (i / width).abs_diff(y) < 4;
        let samples = (0..width * height).map(|i| if dark(i) { 0 } else { 200 }).collect();
        Grey { width, height, samples: Cow::Owned(samples) }
    }

    fn darkest(grey: &Grey<'_>) -> Point {
        let dark = grey.samples.iter().enumerate().filter(|(_, v)| **v < 60).map(|(i, _)| i as u32);
        let (n, x, y) = dark.fold((0.0, 0.0, 0.0), |(n, x, y), i| {
            (n + 1.0, x + f64::from(i % grey.width) + 0.5, y + f64::from(i / grey.width) + 0.5)
        });
        Point { x: x / n, y: y / n }
    }

    #[test]
    fn every_copy_knows_the_way_back() {
        let picture = spot(120, 80, (90, 20));
        let copies = [
            Copied::stretched(&picture, 2.0, 1e6),
            Copied::stretched(&picture, 0.5, 9600.0),
            Copied::turned(&picture, 1e6),
            Copied::turned(&picture, 5000.0),
            Copied::evened(&picture, 5000.0),
        ];
        for (copy, what) in copies.iter().zip(0..) {
            let back = copy.back(&Quad([darkest(&copy.grey); 4])).0[0];
            assert!((back.x - 90.5).hypot(back.y - 20.5) < 0.5, "{what}: {back:?}");
        }
    }

    #[test]
    fn no_copy_is_larger_than_allowed() {
        let picture = spot(120, 80, (90, 20));
        for largest in [1.0, 100.0, 5000.0] {
            let copies = [Copied::stretched(&picture, 2.0, largest), Copied::turned(&picture, largest)];
            for copy in copies {
                assert!(f64::from(copy.grey.width * copy.grey.height) <= largest.max(1.0), "{largest}");
            }
        }
    }

    #[test]
    fn evening_out_shows_ink_under_any_light() {
        // Stripes of ink at a third of the paper's light, which falls from bright to nearly nothing.
        let light = |x: u32| 255.0 - 0.9 * f64::from(x);
        let stripe = |x: u32| (x / 4).is_multiple_of(2);
        let samples = (0..256 * 64).map(|i| i % 256).map(|x| (light(x) * if stripe(x) { 0.33 } else { 1.0 }) as u8);
        let picture = Grey { width: 256, height: 64, samples: Cow::Owned(samples.collect()) };
        let copy = Copied::evened(&picture, 1e6);
        let right = (20..236u32).filter(|&x| (copy.grey.samples[32 * 256 + x as usize] < 128) == stripe(x)).count();
        assert!(right > 205, "{right}");
    }
}
