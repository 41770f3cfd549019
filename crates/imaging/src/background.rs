//! The paper under the ink: its local brightness, and what is darker than it.

use crate::plane::{Field, Plane};
use crate::wide::wide;

/// Side of a background tile in working pixels: about 5 mm, wider than any stroke, narrower than most shadows.
const TILE: usize = 16;
/// The share of a tile's pixels that are at least as bright as its paper.
const BRIGHT_SHARE: u32 = 10;
/// Below this share of the page's brightness a place is not paper (a scanner's backing, a dark picture).
const NOT_PAPER: f32 = 0.55;
/// The same for the single tile itself, before its neighbours brighten it.
const NOT_PAPER_TILE: f32 = 0.45;

/// Local brightness of the paper on a coarse grid.
#[derive(Debug)]
pub(crate) struct Background {
    tiles: Vec<f32>,
    smooth: Vec<f32>,
    columns: usize,
    rows: usize,
    /// Brightness of the paper as a whole: the 60th percentile over the tiles.
    pub(crate) page: f32,
}

impl Background {
    pub(crate) fn measure(plane: &Plane) -> Self {
        let (columns, rows) = (plane.width.div_ceil(TILE), plane.height.div_ceil(TILE));
        let tiles: Vec<f32> =
            (0..rows * columns).map(|i| bright_level(plane, i % columns * TILE, i / columns * TILE)).collect();
        let mut sorted = tiles.clone();
        sorted.sort_by(f32::total_cmp);
        let page = sorted[sorted.len() * 6 / 10];
        let highest = neighbourhood(&tiles, columns, rows, |near| near.iter().copied().fold(0.0, f32::max));
        let smooth = neighbourhood(&highest, columns, rows, |near| near.iter().sum::<f32>() / near.len() as f32);
        Self { tiles, smooth, columns, rows, page }
    }

    /// Among the tiles for which `counts` holds (given their centre), the share that is at least as bright as
    /// `of_page` times the page; 1 if none counts.
    pub(crate) fn paper_share(&self, of_page: f32, counts: impl Fn(usize, usize) -> bool) -> f32 {
        let centre = |i: usize| (i % self.columns * TILE + TILE / 2, i / self.columns * TILE + TILE / 2);
        let (mut bright, mut all) = (0, 0);
        for (i, &tile) in self.tiles.iter().enumerate() {
            let (x, y) = centre(i);
            if counts(x, y) {
                all += 1;
                bright += u32::from(tile >= of_page * self.page);
            }
        }
        if all == 0 { 1.0 } else { bright as f32 / all as f32 }
    }

    /// The share of neighbouring tiles, both with a centre that `counts`, whose brightness differs by more than `step`
    /// times the page's.
    pub(crate) fn unrest(&self, step: f32, counts: impl Fn(usize, usize) -> bool) -> f32 {
        let inside = |x: usize, y: usize| counts(x * TILE + TILE / 2, y * TILE + TILE / 2);
        let at = |x: usize, y: usize| self.tiles[y * self.columns + x];
        let (mut steps, mut all) = (0, 0);
        for y in 0..self.rows {
            for x in 0..self.columns {
                for (nx, ny) in [(x + 1, y), (x, y + 1)] {
                    if nx < self.columns && ny < self.rows && inside(x, y) && inside(nx, ny) {
                        all += 1;
                        steps += u32::from((at(x, y) - at(nx, ny)).abs() > step * self.page);
                    }
                }
            }
        }
        if all == 0 { 0.0 } else { steps as f32 / all as f32 }
    }

    /// The smooth background along row `y`, and 0 where there is no paper.
    #[expect(clippy::inline_always, reason = "compiled together with its caller for the processor at hand")]
    #[inline(always)]
    pub(crate) fn along_row(&self, y: usize, out: &mut [f32]) {
        let (y0, y1, wy) = between(y, self.rows);
        let at = |x: usize| {
            let (upper, lower) = (self.smooth[y0 * self.columns + x], self.smooth[y1 * self.columns + x]);
            upper + (lower - upper) * wy
        };
        // Before the first centre of a tile, from one centre to the next, after the last.
        let (first, width) = ((TILE / 2).min(out.len()), out.len());
        out[..first].fill(at(0));
        for x in 0..self.columns {
            let from = (x * TILE + TILE / 2).min(width);
            let to = (from + TILE).min(width);
            let level = at(x);
            let step = (at((x + 1).min(self.columns - 1)) - level) / TILE as f32;
            for (out, along) in out[from..to].iter_mut().zip(0u16..) {
                *out = level + step * (f32::from(along) + 0.5);
            }
        }
        let tiles = &self.tiles[y / TILE * self.columns..][..self.columns];
        for (out, &tile) in out.chunks_mut(TILE).zip(tiles) {
            let least = if tile >= NOT_PAPER_TILE * self.page { NOT_PAPER * self.page } else { f32::INFINITY };
            for level in out {
                *level = if *level >= least { *level } else { 0.0 };
            }
        }
    }
}

/// How much darker than its paper each pixel is, as a share of the paper's brightness, less `floor`, at most `clip`.
pub(crate) fn darkness(plane: &Plane, background: &Background, floor: f32, clip: f32) -> Field {
    let values = wide(
        #[inline(always)]
        || {
            let mut values = Vec::with_capacity(plane.samples.len());
            let mut levels = vec![0.0; plane.width];
            for (y, row) in plane.samples.chunks_exact(plane.width).enumerate() {
                background.along_row(y, &mut levels);
                values.extend(row.iter().zip(&levels).map(|(&v, &level)| {
                    // Several pixels are done at once; `clamp` would stand in the way with its check of the limits.
                    let dark = (level - f32::from(v)) / if level < 1.0 { 1.0 } else { level } - floor;
                    let dark = if dark < 0.0 { 0.0 } else { dark };
                    let dark = if dark > clip { clip } else { dark };
                    if level > 0.0 { dark } else { 0.0 }
                }));
            }
            values
        },
    );
    Field { width: plane.width, height: plane.height, values }
}

/// The two tiles whose centres lie around `v`, and the weight of the second.
fn between(v: usize, tiles: usize) -> (usize, usize, f32) {
    let at = place(v);
    let first = (at as usize).min(tiles - 1);
    (first, (first + 1).min(tiles - 1), at - first as f32)
}

/// Where `v` lies among the tiles' centres; before the first counts as on it.
fn place(v: usize) -> f32 {
    ((v as f32 + 0.5) / TILE as f32 - 0.5).max(0.0)
}

fn bright_level(plane: &Plane, x0: usize, y0: usize) -> f32 {
    let (x1, y1) = ((x0 + TILE).min(plane.width), (y0 + TILE).min(plane.height));
    // Neighbours are mostly alike: counted in one place, each would wait for the one before it.
    let mut histograms = [[0u16; 256]; 4];
    for y in y0..y1 {
        for four in plane.samples[y * plane.width + x0..y * plane.width + x1].chunks(4) {
            for (histogram, &v) in histograms.iter_mut().zip(four) {
                histogram[usize::from(v)] += 1;
            }
        }
    }
    let wanted = ((x1 - x0) * (y1 - y0)) as u32 / BRIGHT_SHARE;
    let mut seen = 0;
    let level = (0..256).rev().find(|&v| {
        seen += histograms.iter().map(|histogram| u32::from(histogram[v])).sum::<u32>();
        seen > wanted
    });
    level.unwrap_or(0) as f32
}

fn neighbourhood(tiles: &[f32], columns: usize, rows: usize, of: impl Fn(&[f32]) -> f32) -> Vec<f32> {
    let mut near = Vec::with_capacity(9);
    let mut out = Vec::with_capacity(tiles.len());
    for y in 0..rows {
        for x in 0..columns {
            near.clear();
            for yy in y.saturating_sub(1)..(y + 2).min(rows) {
                near.extend_from_slice(&tiles[yy * columns + x.saturating_sub(1)..yy * columns + (x + 2).min(columns)]);
            }
            out.push(of(&near));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(width: usize, height: usize, at: impl Fn(usize, usize) -> u8) -> Plane {
        let samples = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect();
        Plane { width, height, samples, factor: 1, per_mm: 3.0 }
    }

    #[test]
    fn a_shadow_is_not_ink_but_a_stroke_in_it_is() {
        let shaded = plane(200, 100, |x, y| {
            let paper = 230 - x / 3;
            if (98..101).contains(&x) && (40..60).contains(&y) { paper as u8 / 2 } else { paper as u8 }
        });
        let background = Background::measure(&shaded);
        let dark = darkness(&shaded, &background, 0.03, 1.0);
        assert!(dark.row(50)[99] > 0.4);
        assert!(dark.row(20).iter().all(|&v| v < 0.06), "the shadow alone stays below the floor");
    }

    #[test]
    fn a_dark_backing_is_not_paper() {
        let feeder = plane(200, 200, |_, y| if y > 150 { 12 } else { 235 });
        let background = Background::measure(&feeder);
        let dark = darkness(&feeder, &background, 0.03, 1.0);
        assert!(dark.row(190).iter().all(|&v| v == 0.0));
        assert!((background.page - 235.0).abs() < 1.0);
    }
}
