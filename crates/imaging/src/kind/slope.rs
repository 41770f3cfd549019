//! The slope of a page's lines, roughly: enough to look along them. Deskew measures it finely.

use crate::plane::Field;
use crate::wide::wide;

/// Turns looked at on either side, and the steps, in degrees.
const REACH_DEG: f64 = 15.0;
const COARSE_DEG: f64 = 0.5;
const FINE_DEG: f64 = 0.1;
/// So many points of ink are enough.
const POINTS: usize = 20_000;
/// Parts of the page whose points take turns.
const PARTS: usize = 8;
/// Points looked at together.
const BLOCK: usize = 64;
/// Fainter ink, as a share of the paper's brightness, says nothing.
const LEAST_INK: f32 = 0.02;

/// How far the page's lines, along or across, are turned clockwise, in degrees; 0 without ink. `columns` is `ink`
/// transposed.
pub(super) fn roughly([ink, columns]: [&Field; 2]) -> f64 {
    let across = best(ink);
    // A page on its side; a transposed picture is mirrored as well.
    let down = best(columns);
    if down.1 > across.1 { -down.0 } else { across.0 }
}

/// The turn under which ink falls into the fewest rows, and how far it does so.
fn best(ink: &Field) -> (f64, f64) {
    let inked = ink.values.iter().filter(|&&v| v >= LEAST_INK).count();
    if inked == 0 {
        return (0.0, 0.0);
    }
    let points = Points::of(ink, inked / POINTS + 1);
    let mut rows = vec![0.0; ink.height + ink.width + 2];
    let mut score = |degrees: f64| {
        let slope = degrees.to_radians().tan();
        points.along(slope, slope.max(0.0) * ink.width as f64, &mut rows);
        // Differences of neighbouring rows (W. Postl, 1986): a smooth shadow scores nothing.
        rows.windows(2).map(|w: &[f64]| (w[1] - w[0]).powi(2)).sum::<f64>()
    };
    let mut search = |centre: f64, reach: f64, step: f64| {
        let steps = (reach / step).round() as i32;
        let turns = (-steps..=steps).map(|k| centre + f64::from(k) * step);
        turns.map(|turn| (turn, score(turn))).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default()
    };
    let coarse = search(0.0, REACH_DEG, COARSE_DEG);
    search(coarse.0, COARSE_DEG, FINE_DEG)
}

/// Places of ink and how dark it is there.
struct Points {
    x: Vec<f64>,
    y: Vec<f64>,
    dark: Vec<f64>,
}

impl Points {
    /// Every so many of the inked pixels one.
    fn of(ink: &Field, every: usize) -> Self {
        let inked = ink.values.iter().enumerate().filter(|&(_, &v)| v >= LEAST_INK);
        let all: Vec<(usize, f32)> = inked.step_by(every).map(|(i, &v)| (i, v)).collect();
        let mut points = Self { x: Vec::new(), y: Vec::new(), dark: Vec::new() };
        // By turns from the parts of the page: neighbours fall into the same row, where each would wait for the one
        // before it. (The order does not matter: in 64 bits these sums are exact.)
        let part = all.len().div_ceil(PARTS);
        for i in 0..part {
            for &(i, v) in all.iter().skip(i).step_by(part) {
                points.x.push((i % ink.width) as f64);
                points.y.push((i / ink.width) as f64);
                points.dark.push(f64::from(v));
            }
        }
        points
    }

    /// Sums the ink along lines that fall by `slope`; `offset` keeps rows positive. As |slope| stays below 0.3, they end
    /// before `rows` does.
    fn along(&self, slope: f64, offset: f64, rows: &mut [f64]) {
        rows.fill(0.0);
        let mut at = [0u32; BLOCK];
        let blocks = self.x.chunks(BLOCK).zip(self.y.chunks(BLOCK)).zip(self.dark.chunks(BLOCK));
        for ((x, y), dark) in blocks {
            // All rows of a block first: that is done for several points at once.
            wide(
                #[inline(always)]
                || at.iter_mut().zip(x.iter().zip(y)).for_each(|(at, (x, y))| *at = whole(y - slope * x + offset)),
            );
            for (&at, dark) in at.iter().zip(dark) {
                if let Some(row) = rows.get_mut(at as usize) {
                    *row += dark;
                }
            }
        }
    }
}

/// The whole part of a number from 0 on and below 2³². Beside 2⁵² a number of 64 bits has no room for fractions, and its
/// lowest bits count: that is done for several at once, unlike a conversion that minds all numbers.
fn whole(v: f64) -> u32 {
    const BESIDE: f64 = (1u64 << 52) as f64;
    (v.floor() + BESIDE).to_bits() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    #[test]
    fn whole_parts_are_those_of_a_conversion() {
        for v in [0.0, 0.25, 0.999_999, 1.0, 876.5, 1_499.999_9, 4e9] {
            assert_eq!(whole(v), v as u32);
        }
    }

    #[test]
    fn points_fall_into_rows_as_one_by_one() {
        let mut dice = Dice::new(23);
        let (width, height) = (83, 61);
        let values: Vec<f32> = (0..width * height).map(|_| (dice.roll() * 0.15) as f32).collect();
        let ink = Field { width, height, values };
        for (every, slope) in [(1, 0.0), (3, 0.26), (2, -0.1)] {
            let offset = f64::max(slope, 0.0) * width as f64;
            let (mut fast, mut slow) = (vec![0.0; width + height + 2], vec![0.0; width + height + 2]);
            Points::of(&ink, every).along(slope, offset, &mut fast);
            let inked = ink.values.iter().enumerate().filter(|&(_, &v)| v >= LEAST_INK).step_by(every);
            for (i, &v) in inked {
                slow[((i / width) as f64 - slope * (i % width) as f64 + offset) as usize] += f64::from(v);
            }
            assert_eq!(fast, slow, "{slope}");
        }
    }
}
