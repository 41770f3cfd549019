//! How well a picture's rows line up at a given slope: Postl's criterion on sums over narrow strips.
//!
//! W. Postl, "Detection of linear oblique structures and skew scan in digitized documents", ICPR 1986: at the right
//! angle the profile across the lines is at its roughest. Strips are shifted by whole and part rows; the part goes
//! through a quadratic B-spline, which smooths the same whatever the fraction. (Linear interpolation smooths least at
//! whole rows and so pulls the best angle towards 0°.)

use crate::plane::Field;
use crate::wide::wide;

/// The share of rows at either end that do not count: the edges of the scan.
const EDGE_SHARE: f32 = 0.02;

/// Row sums over vertical strips, each strip already sheared by a base slope.
pub(crate) struct Strips {
    sums: Vec<f32>,
    count: usize,
    height: usize,
    width_each: usize,
}

/// Weights of the row before, the row itself and the row after for a shift of `fraction` (−½..=½) rows.
fn spline(fraction: f32) -> [f32; 3] {
    let (before, after) = (0.5 - fraction, 0.5 + fraction);
    [before * before * 0.5, 0.75 - fraction * fraction, after * after * 0.5]
}

/// Adds `source`, moved down by `shift` rows, to `target`.
#[expect(clippy::inline_always, reason = "compiled together with its caller for the processor at hand")]
#[inline(always)]
fn add_shifted(target: &mut [f32], source: &[f32], shift: f32) {
    let whole = shift.round();
    let [before, at, after] = spline(shift - whole);
    let whole = whole as isize;
    let height = target.len() as isize;
    let (from, to) = ((whole + 1).max(0), (height + whole - 1).min(height));
    if from >= to {
        return;
    }
    let n = (to - from) as usize;
    let start = (from - whole) as usize;
    let (p, q, r) = (&source[start - 1..][..n], &source[start..][..n], &source[start + 1..][..n]);
    for (((t, p), q), r) in target[from as usize..to as usize].iter_mut().zip(p).zip(q).zip(r) {
        *t += p * after + q * at + r * before;
    }
}

impl Strips {
    /// Sums strips of `width_each` columns, the columns of each sheared by `slope` about the strip's middle so that
    /// lines falling by `slope` to the right come out level. `columns` is `ink` transposed.
    pub(crate) fn new(ink: &Field, columns: &Field, width_each: usize, slope: f64) -> Self {
        let (count, height) = (ink.width / width_each, ink.height);
        let mut sums = vec![0.0; count * height];
        if slope == 0.0 {
            for y in 0..height {
                for (i, cells) in ink.row(y).chunks_exact(width_each).enumerate() {
                    sums[i * height + y] = cells.iter().sum();
                }
            }
        } else {
            wide(
                #[inline(always)]
                || {
                    for (i, strip) in sums.chunks_exact_mut(height.max(1)).enumerate() {
                        for j in 0..width_each {
                            let off = j as f64 - (width_each as f64 - 1.0) / 2.0;
                            add_shifted(strip, columns.row(i * width_each + j), (-off * slope) as f32);
                        }
                    }
                },
            );
        }
        Self { sums, count, height, width_each }
    }

    /// Rows.
    pub(crate) fn height(&self) -> usize {
        self.height
    }

    /// How many strips.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Columns in each strip.
    pub(crate) fn width_each(&self) -> usize {
        self.width_each
    }

    /// Sums over the width of strip `i`, row by row.
    pub(crate) fn strip(&self, i: usize) -> &[f32] {
        &self.sums[i * self.height..][..self.height]
    }

    /// Columns from the middle of the picture to the middle of strip `i`.
    pub(crate) fn centre(&self, i: usize) -> f64 {
        (i * self.width_each) as f64 + (self.width_each as f64 - 1.0) / 2.0 - self.middle()
    }

    fn middle(&self) -> f64 {
        (self.count * self.width_each) as f64 / 2.0
    }

    /// How rough the profile is when lines falling by `slope` to the right are made level; only rows in `rows` and
    /// strips in `strips` (shares 0..=1 of all) count.
    pub(crate) fn roughness(&self, slope: f64, part: Part, profile: &mut Vec<f32>) -> f32 {
        profile.clear();
        profile.resize(self.height, 0.0);
        let (first, last) = part.of_columns(self.count);
        wide(
            #[inline(always)]
            || {
                for i in first..last {
                    add_shifted(profile, self.strip(i), (-self.centre(i) * slope) as f32);
                }
            },
        );
        let edge = (self.height as f32 * EDGE_SHARE) as usize;
        let (top, bottom) = part.of_rows(self.height);
        let rows = top.max(edge)..bottom.min(self.height.saturating_sub(edge)).max(top.max(edge));
        let rough: f32 = profile[rows]
            .windows(4)
            .map(|w| {
                let difference = (w[3] - w[0]) + 3.0 * (w[2] - w[1]);
                difference * difference
            })
            .sum();
        rough / 256.0
    }
}

/// Which part of the picture to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    FirstRows,
    LastRows,
    FirstColumns,
    LastColumns,
    /// One of four: its rows and its columns, each one of the half parts.
    Quarter(Half, Half),
}

/// One half of the rows, or of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    First,
    Last,
}

impl Half {
    fn of(self, n: usize) -> (usize, usize) {
        match self {
            Self::First => (0, n / 2),
            Self::Last => (n / 2, n),
        }
    }
}

impl Part {
    /// The four quarters.
    pub(crate) const QUARTERS: [Self; 4] = [
        Self::Quarter(Half::First, Half::First),
        Self::Quarter(Half::First, Half::Last),
        Self::Quarter(Half::Last, Half::First),
        Self::Quarter(Half::Last, Half::Last),
    ];

    fn of_rows(self, n: usize) -> (usize, usize) {
        match self {
            Self::FirstRows => Half::First.of(n),
            Self::LastRows => Half::Last.of(n),
            Self::Quarter(rows, _) => rows.of(n),
            Self::Whole | Self::FirstColumns | Self::LastColumns => (0, n),
        }
    }

    fn of_columns(self, n: usize) -> (usize, usize) {
        match self {
            Self::FirstColumns => Half::First.of(n),
            Self::LastColumns => Half::Last.of(n),
            Self::Quarter(_, columns) => columns.of(n),
            Self::Whole | Self::FirstRows | Self::LastRows => (0, n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spline_keeps_the_sum_and_the_centre() {
        for i in -5i8..=5 {
            let f = f32::from(i) / 10.0;
            let [before, at, after] = spline(f);
            assert!((before + at + after - 1.0).abs() < 1e-6);
            // `after` is the weight that moves a row forward.
            assert!((after - before - f).abs() < 1e-6);
        }
    }

    #[test]
    fn level_lines_are_roughest_level() {
        let values = (0..120 * 100).map(|i| if i / 120 % 10 == 0 { 1.0 } else { 0.0 }).collect();
        let ink = Field { width: 120, height: 100, values };
        let strips = Strips::new(&ink, &ink.transposed(), 4, 0.0);
        let mut profile = Vec::new();
        let mut at = |slope| strips.roughness(slope, Part::Whole, &mut profile);
        assert!(at(0.0) > 2.0 * at(0.02));
        assert!((at(0.01) - at(-0.01)).abs() < 0.05 * at(0.0));
    }
}
