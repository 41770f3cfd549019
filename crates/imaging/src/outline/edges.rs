//! Where a small picture steps from less white to whiter. It knows no lines and no pages.
//!
//! White paper is the place where even the weakest of red, green and blue is strong, so it stands out from wood, cloth
//! and skin of the same brightness: everything here is measured on that weakest channel.

use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::Point;

/// The longer side of the picture edges are looked for in: one pixel is about 0.4 mm on an A4 sheet.
const LONG_SIDE: u32 = 700;
/// Gradients below this (grey levels per pixel) are noise.
const LEAST_GRADIENT: f32 = 2.0;
/// How far from an edge its two sides are compared, in working pixels: farther than a stroke of writing is wide, so
/// that strokes, which have paper on both sides, weigh little.
const REACH: f32 = 5.0;
/// A step of this many grey levels weighs fully.
const FULL_STEP: f32 = 20.0;

/// The weakest channel of a picture, shrunk by a whole factor and smoothed a little.
#[derive(Debug)]
pub(super) struct White {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) factor: usize,
    values: Vec<f32>,
}

/// One point on an edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edgel {
    pub(super) at: Point,
    /// Direction towards the whiter side, of length 1.
    pub(super) towards: Point,
    /// 0..=1: how much of a step it is.
    pub(super) weight: f32,
}

impl White {
    pub(super) fn of(input: &Raster) -> Self {
        let long = input.width().max(input.height());
        let factor = ((long + LONG_SIDE / 2) / LONG_SIDE).max(1).min(input.width()).min(input.height()) as usize;
        let (width, height) = (input.width() as usize / factor, input.height() as usize / factor);
        let mut values = Vec::with_capacity(width * height);
        let mut sums = vec![[0u32; 3]; width];
        for y in 0..height {
            sums.fill([0; 3]);
            for row in y * factor..(y + 1) * factor {
                add_row(&mut sums, input.row(row as u32), input.channels(), factor);
            }
            let area = (factor * factor) as f32;
            values.extend(sums.iter().map(|s| s[0].min(s[1]).min(s[2]) as f32 / area));
        }
        Self { width, height, factor, values: smoothed(&smoothed(&values, width, height), width, height) }
    }

    pub(super) fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    /// The value at a point, to the nearest pixel; the border repeats.
    pub(super) fn near(&self, x: f64, y: f64) -> f32 {
        let (x, y) = ((x as usize).min(self.width - 1), (y as usize).min(self.height - 1));
        self.at(x, y)
    }

    /// All edge points, thinned to one pixel across the edge.
    pub(super) fn edgels(&self) -> Vec<Edgel> {
        let mut found = Vec::new();
        if self.width < 32 || self.height < 32 {
            return found;
        }
        let gradient =
            |x: usize, y: usize| (self.at(x + 1, y) - self.at(x - 1, y), self.at(x, y + 1) - self.at(x, y - 1));
        let mut strength = vec![0.0f32; self.values.len()];
        for y in 1..self.height - 1 {
            for x in 1..self.width - 1 {
                let (gx, gy) = gradient(x, y);
                strength[y * self.width + x] = gx.hypot(gy) * 0.5;
            }
        }
        for y in 2..self.height - 2 {
            for x in 2..self.width - 2 {
                let here = strength[y * self.width + x];
                if here < LEAST_GRADIENT {
                    continue;
                }
                let (gx, gy) = gradient(x, y);
                let along_x = gx.abs() > gy.abs();
                let (before, after) = if along_x {
                    (strength[y * self.width + x - 1], strength[y * self.width + x + 1])
                } else {
                    (strength[(y - 1) * self.width + x], strength[(y + 1) * self.width + x])
                };
                if here <= before || here < after {
                    continue;
                }
                let shift = f64::from(0.5 * (after - before) / (2.0 * here - before - after).max(1e-3));
                let (sx, sy) = if along_x { (shift, 0.0) } else { (0.0, shift) };
                let at = Point { x: x as f64 + 0.5 + sx, y: y as f64 + 0.5 + sy };
                let length = gx.hypot(gy);
                let towards = Point { x: f64::from(gx / length), y: f64::from(gy / length) };
                let weight = self.step(at, towards);
                if weight > 0.05 {
                    found.push(Edgel { at, towards, weight });
                }
            }
        }
        found
    }

    /// How much whiter it is [`REACH`] ahead than behind, and flat ahead, 0..=1.
    fn step(&self, at: Point, towards: Point) -> f32 {
        let sample = |d: f32| {
            let d = f64::from(d);
            self.near((at.x + towards.x * d).max(0.0), (at.y + towards.y * d).max(0.0))
        };
        let (behind, near, far) = (sample(-REACH), sample(REACH * 0.6), sample(REACH * 1.6));
        let step = near.min(far) - behind;
        let flat = if (near - far).abs() <= 0.35 * step { 1.0 } else { 0.4 };
        (step / FULL_STEP).clamp(0.0, 1.0) * flat
    }
}

fn add_row(sums: &mut [[u32; 3]], row: &[u8], channels: Channels, factor: usize) {
    match channels {
        Channels::Grey => {
            for (sum, cell) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                let v = cell.iter().map(|&v| u32::from(v)).sum::<u32>();
                *sum = sum.map(|s| s + v);
            }
        }
        Channels::Rgb => {
            for (sum, cell) in sums.iter_mut().zip(row.chunks_exact(3 * factor)) {
                for p in cell.chunks_exact(3) {
                    sum[0] += u32::from(p[0]);
                    sum[1] += u32::from(p[1]);
                    sum[2] += u32::from(p[2]);
                }
            }
        }
    }
}

/// A 1-2-1 filter along both axes.
fn smoothed(values: &[f32], width: usize, height: usize) -> Vec<f32> {
    let mut across = values.to_vec();
    for (out, row) in across.chunks_exact_mut(width).zip(values.chunks_exact(width)) {
        for x in 1..width.saturating_sub(1) {
            out[x] = 0.25 * (row[x - 1] + row[x + 1]) + 0.5 * row[x];
        }
    }
    let mut out = across.clone();
    for y in 1..height.saturating_sub(1) {
        for x in 0..width {
            let at = |y: usize| across[y * width + x];
            out[y * width + x] = 0.25 * (at(y - 1) + at(y + 1)) + 0.5 * at(y);
        }
    }
    out
}
