//! Ruled and squared paper: long, thin, unbroken lines along a known slope.

use crate::plane::Field;
use crate::wide::wide;

/// A ruled line spans at least this share of the picture's width.
const SPAN: f32 = 0.5;
/// Between its ends at least this share of a ruled line is darker than paper; print leaves gaps between words.
const UNBROKEN: f32 = 0.85;
/// This many rows away from a ruled line its darkness has gone (about 1.4 mm).
const THIN_ROWS: usize = 4;
/// So many lines may be cut by the frame at either end.
const BEYOND: isize = 4;
/// Fewer lines than this may be a pupil's own.
pub(crate) const LEAST_LINES: usize = 4;

/// Ruled lines of one direction.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Ruling {
    /// Rows (in the levelled picture) of the lines.
    rows: Vec<isize>,
    slope: f64,
    middle: f64,
}

impl Ruling {
    /// Finds lines that fall by `slope` to the right in `dark`; `threshold` separates them from paper.
    pub(crate) fn find(dark: &Field, slope: f64, threshold: f32) -> Self {
        let mut ruling = Self { rows: Vec::new(), slope, middle: dark.width as f64 / 2.0 };
        let coverage = ruling.coverage(dark, threshold);
        let is_line = |y: usize| {
            let here = coverage[y].fill;
            let far = |y: Option<usize>| y.and_then(|y| coverage.get(y)).map_or(0.0, |c| c.count);
            let thin = far(y.checked_sub(THIN_ROWS)).max(far(Some(y + THIN_ROWS))) < 0.6 * coverage[y].count;
            here >= UNBROKEN && coverage[y].count >= SPAN * UNBROKEN * dark.width as f32 && thin
        };
        let mut y = 0;
        while y < coverage.len() {
            if is_line(y) {
                let run = (y..coverage.len()).take_while(|&y| is_line(y)).count();
                ruling.rows.push((y + run / 2) as isize);
                y += run + 1;
            }
            y += 1;
        }
        ruling
    }

    /// How many lines there are.
    pub(crate) fn count(&self) -> usize {
        self.rows.len()
    }

    /// Clears, in `mask`, whatever lies within `reach` rows of a line.
    pub(crate) fn erase(&self, mask: &mut [bool], width: usize, reach: usize) {
        let height = mask.len() / width;
        let beyond = self.beyond();
        for x in 0..width {
            let shift = self.shift(x);
            for row in self.rows.iter().copied().chain(beyond.iter().copied()) {
                let centre = row + shift;
                let from = (centre - reach as isize).clamp(0, height as isize) as usize;
                let to = (centre + reach as isize + 1).clamp(0, height as isize) as usize;
                for y in from..to {
                    mask[y * width + x] = false;
                }
            }
        }
    }

    /// Rows where evenly spaced ruling goes on before its first and after its last line: lines that the frame cuts are
    /// too short to be found.
    fn beyond(&self) -> Vec<isize> {
        let mut gaps: Vec<isize> = self.rows.windows(2).map(|w| w[1] - w[0]).collect();
        gaps.sort_unstable();
        let (Some(&first), Some(&last), Some(&pitch)) = (self.rows.first(), self.rows.last(), gaps.get(gaps.len() / 2))
        else {
            return Vec::new();
        };
        let even = gaps.iter().filter(|&&g| (g - pitch).abs() <= 1).count() * 10 >= gaps.len() * 7;
        let steps = if even { BEYOND } else { 0 };
        (1..=steps).flat_map(|k| [first - k * pitch, last + k * pitch]).collect()
    }

    /// Rows by which column `x` lies lower than the middle.
    fn shift(&self, x: usize) -> isize {
        ((x as f64 - self.middle) * self.slope).round() as isize
    }

    fn coverage(&self, dark: &Field, threshold: f32) -> Vec<Coverage> {
        let mut rows = vec![Coverage::default(); dark.height];
        let (width, height) = (dark.width, dark.height as isize);
        let doubled = doubled(dark, threshold);
        // Columns that are shifted alike, side by side.
        let mut from = 0;
        while from < width {
            let shift = self.shift(from);
            let end = (from + 1..width).find(|&x| self.shift(x) != shift).unwrap_or(width);
            // Row −1 of the picture, which still reaches into its first one, is row 0 here.
            let first = (-1 - shift).clamp(0, height);
            let last = (height - shift).clamp(0, height);
            for y in first..last {
                let line = (y + shift + 1) as usize * width;
                rows[y as usize].add(from, &doubled[line + from..line + end]);
            }
            from = end;
        }
        rows.iter_mut().for_each(Coverage::finish);
        rows
    }
}

/// Where a row or the one below it is darker than `threshold` (1; else 0), from the row above the first on: a line of
/// one pixel's width lies across two rows as often as not.
fn doubled(dark: &Field, threshold: f32) -> Vec<u8> {
    let width = dark.width;
    let mut doubled = vec![0; width * (dark.height + 1)];
    wide(
        #[inline(always)]
        || {
            for (y, row) in dark.values.chunks_exact(width.max(1)).enumerate() {
                let (above, here) = doubled[y * width..][..2 * width].split_at_mut(width);
                for ((above, here), &v) in above.iter_mut().zip(here).zip(row) {
                    let dark = u8::from(v > threshold);
                    *above |= dark;
                    *here = dark;
                }
            }
        },
    );
    doubled
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Coverage {
    count: f32,
    first: usize,
    last: usize,
    fill: f32,
}

impl Coverage {
    /// Takes in columns from `left` on, in the order of columns.
    fn add(&mut self, left: usize, columns: &[u8]) {
        let count = columns.iter().map(|&v| u32::from(v)).sum::<u32>();
        if count == 0 {
            return;
        }
        if self.count == 0.0 {
            self.first = left + columns.iter().position(|&v| v > 0).unwrap_or(0);
        }
        self.last = left + columns.iter().rposition(|&v| v > 0).unwrap_or(0);
        self.count += count as f32;
    }

    fn finish(&mut self) {
        self.fill = self.count / (self.last - self.first + 1) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    fn field(at: impl Fn(usize, usize) -> f32) -> Field {
        let values = (0..300).flat_map(|y| (0..200).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect();
        Field { width: 200, height: 300, values }
    }

    /// What [`Ruling::coverage`] must count, pixel by pixel.
    fn counted(ruling: &Ruling, dark: &Field, threshold: f32) -> Vec<Coverage> {
        let mut rows = vec![Coverage::default(); dark.height];
        for x in 0..dark.width {
            let shift = ruling.shift(x);
            for (y, row) in rows.iter_mut().enumerate() {
                let at = |y: isize| {
                    (0..dark.height as isize).contains(&y) && dark.values[y as usize * dark.width + x] > threshold
                };
                // A line of one pixel's width lies across two rows as often as not.
                let y = y as isize + shift;
                if at(y) || at(y + 1) {
                    row.add(x, &[1]);
                }
            }
        }
        rows.iter_mut().for_each(Coverage::finish);
        rows
    }

    #[test]
    fn rows_and_pixels_count_the_same() {
        let mut dice = Dice::new(11);
        for (width, height) in [(1, 1), (1, 20), (40, 1), (90, 61), (64, 33)] {
            let values = (0..width * height).map(|_| dice.roll() as f32).collect();
            let dark = Field { width, height, values };
            for slope in [0.0, 0.003, -0.05, 0.3, -2.0] {
                let ruling = Ruling { rows: Vec::new(), slope, middle: width as f64 / 2.0 };
                for threshold in [0.5, 0.97] {
                    let (fast, slow) = (ruling.coverage(&dark, threshold), counted(&ruling, &dark, threshold));
                    assert_eq!(fast, slow, "{width}×{height}, {slope}");
                }
            }
        }
    }

    #[test]
    fn slanted_ruling_is_found_and_erased() {
        let slope = 0.05;
        let on_line = |x: usize, y: usize| (y as f64 - (x as f64 - 100.0) * slope).rem_euclid(24.0) < 1.0;
        let dark = field(|x, y| if on_line(x, y) { 0.2 } else { 0.0 });
        let ruling = Ruling::find(&dark, slope, 0.1);
        assert!((10..=13).contains(&ruling.count()), "{}", ruling.count());
        let mut mask: Vec<bool> = dark.values.iter().map(|&v| v > 0.1).collect();
        let before = mask.iter().filter(|&&m| m).count();
        ruling.erase(&mut mask, 200, 2);
        let left = mask.iter().filter(|&&m| m).count();
        assert!(left * 50 < before, "{left} of {before} left");
    }

    #[test]
    fn words_are_not_ruling() {
        // Bars of 5 rows, broken every 12 columns by 3: print at working size.
        let dark = field(|x, y| if y % 14 < 5 && x % 12 < 9 { 0.5 } else { 0.0 });
        assert_eq!(Ruling::find(&dark, 0.0, 0.1).count(), 0);
    }
}
