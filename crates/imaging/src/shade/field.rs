//! The light on a grid of cells: measured where there is paper, continued where there is none. It must not know pixels
//! of the full size.

use super::paper::{BARE, Paper, chroma};
use super::small::Small;

/// Pixels of the small picture to a cell's side: 2 mm.
const CELL: usize = 3;
/// A cell speaks for its light if this share of it is paper, and some of that bare.
const LEAST_PAPER: f32 = 0.4;
/// A darker place smaller than this in both directions and away from the border is drawn, not shaded…
const DRAWN_CELLS: usize = 20;
/// …if it is darker than its wide surroundings by this share.
const DRAWN_DARKER: f32 = 0.05;
/// Half the side of the wide surroundings.
const WIDE: usize = 14;

/// Light per cell, in grey levels of paper.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Brightness of the paper, everywhere.
    pub(super) light: Vec<f32>,
    /// Chroma of the paper under this light.
    pub(super) colour: Vec<[f32; 2]>,
    /// Which cells were measured.
    pub(super) known: Vec<bool>,
}

impl Field {
    pub(super) fn measure(small: &Small, paper: &Paper) -> Self {
        let (columns, rows) = ((small.width / CELL).max(1), (small.height / CELL).max(1));
        let mut field = Self {
            columns,
            rows,
            light: vec![0.0; columns * rows],
            colour: vec![[0.0; 2]; columns * rows],
            known: vec![false; columns * rows],
        };
        for cell in 0..columns * rows {
            let (cx, cy) = (cell % columns, cell / columns);
            let (x0, x1) = (cx * small.width / columns, (cx + 1) * small.width / columns);
            let (y0, y1) = (cy * small.height / rows, (cy + 1) * small.height / rows);
            let (mut paper_pixels, mut sum, mut bare, mut rgb) = (0u32, 0.0, 0u32, [0.0; 3]);
            for i in (y0..y1).flat_map(|y| (x0..x1).map(move |x| y * small.width + x)).filter(|&i| paper.mask[i]) {
                // The envelope and not the bare pixels: those at the rim of a stroke are a little ink, and a light that
                // dips there would fade pencil (by 4 % of its contrast, measured).
                paper_pixels += 1;
                sum += paper.envelope[i];
                if small.luma[i] >= BARE * paper.envelope[i] {
                    bare += 1;
                    (0..3).for_each(|c| rgb[c] += small.rgb[i][c]);
                }
            }
            let enough = LEAST_PAPER * ((x1 - x0) * (y1 - y0)) as f32;
            if paper_pixels as f32 >= enough && bare > 0 {
                field.known[cell] = true;
                field.light[cell] = sum / paper_pixels as f32;
                field.colour[cell] = chroma(rgb.map(|v| v / bare as f32));
            }
        }
        field.forget_drawings();
        field
    }

    /// Share of the cells that were measured.
    pub(super) fn paper_share(&self) -> f32 {
        self.known.iter().filter(|&&k| k).count() as f32 / self.known.len() as f32
    }

    /// Share of measured neighbours whose light differs by more than `step`.
    pub(super) fn unrest(&self, step: f32) -> f32 {
        let (mut rough, mut all) = (0u32, 1u32);
        for cell in 0..self.known.len() {
            let near =
                [(cell % self.columns + 1 < self.columns, 1), (cell / self.columns + 1 < self.rows, self.columns)];
            for (exists, offset) in near {
                if exists && self.known[cell] && self.known[cell + offset] {
                    let (a, b) = (self.light[cell], self.light[cell + offset]);
                    all += 1;
                    rough += u32::from((a - b).abs() > step * a.max(b));
                }
            }
        }
        rough as f32 / all as f32
    }

    /// The light at a share (0..=1) of the measured cells, darkest first; 0 without any.
    pub(super) fn percentile(&self, share: f32) -> f32 {
        let mut values: Vec<f32> =
            self.light.iter().zip(&self.known).filter(|(_, known)| **known).map(|(&v, _)| v).collect();
        let at = (share * values.len().saturating_sub(1) as f32).round() as usize;
        if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(at, f32::total_cmp).1 }
    }

    /// Light and colour where none was measured, continued from around; then both smoothed.
    pub(super) fn complete(&mut self) {
        let size = (self.columns, self.rows);
        let planes: Vec<Vec<f32>> = (0..3)
            .map(|c| {
                let values = (0..self.light.len()).map(|i| if c == 0 { self.light[i] } else { self.colour[i][c - 1] });
                let mut plane = continued(&values.collect::<Vec<_>>(), &self.known, size);
                // Light changes slowly; its colour, which is noisier, more slowly still.
                (0..if c == 0 { 2 } else { 24 }).for_each(|_| plane = binomial(&plane, size));
                plane
            })
            .collect();
        self.light.clone_from(&planes[0]);
        self.colour = (0..planes[0].len()).map(|i| [planes[1][i], planes[2][i]]).collect();
    }

    /// Marks small darker places as unknown: pencil shading has no sharp edge, but it is small and lies inside.
    fn forget_drawings(&mut self) {
        let (w, h) = (self.columns, self.rows);
        let wide = self.wide_light();
        let darker: Vec<bool> =
            (0..w * h).map(|i| self.known[i] && self.light[i] < (1.0 - DRAWN_DARKER) * wide[i]).collect();
        let mut seen = vec![false; w * h];
        for start in 0..w * h {
            if !darker[start] || seen[start] {
                continue;
            }
            seen[start] = true;
            let (mut members, mut at) = (vec![start], 0);
            let (mut x0, mut x1, mut y0, mut y1) = (w, 0, h, 0);
            while at < members.len() {
                let i = members[at];
                let (x, y) = (i % w, i / w);
                (x0, x1, y0, y1, at) = (x0.min(x), x1.max(x), y0.min(y), y1.max(y), at + 1);
                let near =
                    [(x > 0, i.wrapping_sub(1)), (x + 1 < w, i + 1), (y > 0, i.wrapping_sub(w)), (y + 1 < h, i + w)];
                for (exists, n) in near {
                    if exists && darker[n] && !seen[n] {
                        seen[n] = true;
                        members.push(n);
                    }
                }
            }
            let inside = x0 > 0 && y0 > 0 && x1 + 1 < w && y1 + 1 < h;
            if inside && x1 - x0 < DRAWN_CELLS && y1 - y0 < DRAWN_CELLS {
                for &i in &members {
                    self.known[i] = false;
                }
            }
        }
    }

    /// The upper quartile of the known light in a wide neighbourhood, sampled.
    fn wide_light(&self) -> Vec<f32> {
        const EVERY: usize = 4;
        let (w, h) = (self.columns, self.rows);
        let (cw, ch) = (w.div_ceil(EVERY), h.div_ceil(EVERY));
        let mut coarse = Vec::with_capacity(cw * ch);
        let mut near = Vec::new();
        for i in 0..cw * ch {
            let (x, y) = (i % cw * EVERY, i / cw * EVERY);
            near.clear();
            for yy in (y.saturating_sub(WIDE)..(y + WIDE + 1).min(h)).step_by(2) {
                let row = (x.saturating_sub(WIDE)..(x + WIDE + 1).min(w)).step_by(2).map(|x| yy * w + x);
                near.extend(row.filter(|&i| self.known[i]).map(|i| self.light[i]));
            }
            let at = near.len() * 3 / 4;
            coarse.push(if near.is_empty() { 0.0 } else { *near.select_nth_unstable_by(at, f32::total_cmp).1 });
        }
        (0..w * h).map(|i| coarse[i / w / EVERY * cw + i % w / EVERY]).collect()
    }
}

/// Unknown values from the known ones around them: averages of ever coarser squares (pull and push).
fn continued(values: &[f32], known: &[bool], (w, h): (usize, usize)) -> Vec<f32> {
    if known.iter().all(|&k| k) || (w == 1 && h == 1) {
        return values.to_vec();
    }
    let (cw, ch) = (w.div_ceil(2), h.div_ceil(2));
    let mut sums = vec![(0.0f32, 0u32); cw * ch];
    for i in (0..w * h).filter(|&i| known[i]) {
        let sum = &mut sums[i / w / 2 * cw + i % w / 2];
        *sum = (sum.0 + values[i], sum.1 + 1);
    }
    let coarse: Vec<f32> = sums.iter().map(|&(sum, n)| sum / n.max(1) as f32).collect();
    let coarse = continued(&coarse, &sums.iter().map(|s| s.1 > 0).collect::<Vec<_>>(), (cw, ch));
    let mut out: Vec<f32> =
        (0..w * h).map(|i| if known[i] { values[i] } else { coarse[i / w / 2 * cw + i % w / 2] }).collect();
    for _ in 0..3 {
        let smooth = binomial(&out, (w, h));
        out.iter_mut().zip(&smooth).zip(known).filter(|(_, known)| !**known).for_each(|((o, &s), _)| *o = s);
    }
    out
}

/// Weights 1, 2, 1 on both axes; the border counts as repeated.
pub(super) fn binomial(values: &[f32], (w, h): (usize, usize)) -> Vec<f32> {
    let across: Vec<f32> = (0..w * h)
        .map(|i| {
            let (x, row) = (i % w, i - i % w);
            (values[row + x.saturating_sub(1)] + 2.0 * values[i] + values[row + (x + 1).min(w - 1)]) * 0.25
        })
        .collect();
    (0..w * h)
        .map(|i| {
            let (x, y) = (i % w, i / w);
            (across[y.saturating_sub(1) * w + x] + 2.0 * across[i] + across[(y + 1).min(h - 1) * w + x]) * 0.25
        })
        .collect()
}
