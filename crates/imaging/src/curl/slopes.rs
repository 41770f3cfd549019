//! How steeply lines run, place by place: in blocks a few lines high, the shear under which the rows of ink stand out.
//!
//! It must not know why lines bend.

use crate::plane::Field;

/// A block holds some letters of a few lines, and the bend within it is small.
const BLOCK_MM: (f64, f64) = (18.0, 26.0);
/// Blocks follow each other at half their size.
const STEPS: usize = 2;
/// Steepest slope looked for (17°): books do not bend more where they can still be read.
const STEEPEST: f64 = 0.3;
/// Coarse and fine steps of slope: over a block's width the coarse one is a third of the height of small letters.
const COARSE: f64 = 0.02;
const FINE: f64 = 0.005;
/// Mean ink below this is no writing.
const LEAST_INK: f32 = 0.002;
/// A block tells its slope if rows stand out by this factor over the usual shear. Print measured 1.5 to 6.
const LEAST_PEAK: f32 = 1.25;
/// No block counts more than this many times as much as one that only just counts.
const MOST_WEIGHT: f32 = 3.0;

/// One block's lines: they fall by `slope` to the right.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(clippy::struct_field_names, reason = "a slope at a place is a slope")]
pub(super) struct Slope {
    /// The middle, in working pixels.
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) slope: f64,
    pub(super) weight: f64,
}

/// The slopes of all blocks that tell one.
pub(super) fn measure(ink: &Field, per_mm: f64) -> Vec<Slope> {
    let (width, height) = ((BLOCK_MM.0 * per_mm) as usize, (BLOCK_MM.1 * per_mm) as usize);
    if width < 2 * STEPS || height < 2 * STEPS || ink.width < width || ink.height < height {
        return Vec::new();
    }
    let mut slopes = Vec::new();
    let mut block = Block { ink, left: 0, top: 0, width, height, profile: Vec::new() };
    for top in (0..=ink.height - height).step_by(height / STEPS) {
        for left in (0..=ink.width - width).step_by(width / STEPS) {
            (block.left, block.top) = (left, top);
            slopes.extend(block.slope());
        }
    }
    slopes
}

struct Block<'a> {
    ink: &'a Field,
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    profile: Vec<f32>,
}

impl Block<'_> {
    fn slope(&mut self) -> Option<Slope> {
        let rows = self.top..self.top + self.height;
        let sum: f32 = rows.map(|y| self.ink.row(y)[self.left..self.left + self.width].iter().sum::<f32>()).sum();
        if sum < LEAST_INK * (self.width * self.height) as f32 {
            return None;
        }
        let n = (STEEPEST / COARSE).round() as i32;
        let scores: Vec<f32> = (-n..=n).map(|i| self.score(f64::from(i) * COARSE)).collect();
        let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]))?;
        let mut sorted = scores.clone();
        let usual = *sorted.select_nth_unstable_by(scores.len() / 2, f32::total_cmp).1;
        // A peak at the end of the range is none.
        if best == 0 || best + 1 == scores.len() || scores[best] < LEAST_PEAK * usual {
            return None;
        }
        let coarse = (best as f64 - f64::from(n)) * COARSE;
        let around = (COARSE / FINE) as i32;
        let near: Vec<f32> = (-around..=around).map(|i| self.score(coarse + f64::from(i) * FINE)).collect();
        let top = (1..near.len() - 1).max_by(|&a, &b| near[a].total_cmp(&near[b]))?;
        let (a, b, c) = (near[top - 1], near[top], near[top + 1]);
        let bend = a - 2.0 * b + c;
        let off = if bend < 0.0 { f64::from((a - c) / (2.0 * bend)).clamp(-1.0, 1.0) } else { 0.0 };
        let slope = coarse + (top as f64 - f64::from(around) + off) * FINE;
        let weight = ((scores[best] / usual.max(1e-9) - 1.0) / (LEAST_PEAK - 1.0)).min(MOST_WEIGHT);
        Some(Slope {
            x: self.left as f64 + self.width as f64 / 2.0,
            y: self.top as f64 + self.height as f64 / 2.0,
            slope,
            weight: f64::from(weight),
        })
    }

    /// How much rows differ from the next under a shear (W. Postl, US patent 4 723 297). Columns are added through a
    /// quadratic B-spline: linear interpolation would pull the peak towards no slope.
    fn score(&mut self, slope: f64) -> f32 {
        let (margin, middle) = ((STEEPEST * self.width as f64 / 2.0) as usize + 2, self.width as f64 / 2.0);
        self.profile.clear();
        self.profile.resize(self.height, 0.0);
        for u in 0..self.width {
            let shift = slope * (u as f64 + 0.5 - middle);
            let whole = shift.round();
            let f = (shift - whole) as f32;
            let weights = [0.5 * (0.5 - f).powi(2), 0.75 - f * f, 0.5 * (0.5 + f).powi(2)];
            let x = self.left + u;
            // Rows that stay within the picture for every shear count alone, so that no edge is a line.
            for (v, sum) in self.profile.iter_mut().enumerate() {
                let y = (self.top + v) as isize + whole as isize - 1;
                if y < 0 || y as usize + 2 >= self.ink.height {
                    continue;
                }
                let at = y as usize * self.ink.width + x;
                let w = self.ink.width;
                *sum += self.ink.values[at] * weights[0]
                    + self.ink.values[at + w] * weights[1]
                    + self.ink.values[at + 2 * w] * weights[2];
            }
        }
        let safe = margin.min(self.height / 4);
        self.profile[safe..self.height - safe].windows(2).map(|w| (w[1] - w[0]).powi(2)).sum()
    }
}
