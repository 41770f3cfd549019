//! The working picture held so that the gutter would run from top to bottom. It must not know what a gutter is.

use super::valley::Line;
use crate::plane::Field;
use crate::survey::Survey;
use scantrail_core::raster::{Channels, Raster};

/// A column or row belongs to the paper if at least this share of it does: specks and tabs do not.
const PAPER_SHARE: f64 = 0.2;
/// Pixels across which a profile is summed to see which way lines run: about 8 mm, so that a slope of 6° hardly blurs.
const PROFILE_STRIP: usize = 24;

/// A lid as grey as the shadow in the fold seems to reach into it: so wide a gap in the paper is the fold.
const FOLD_MM: f64 = 30.0;

/// Which way the gutter would run in the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gutter {
    /// From top to bottom: the working picture as it is.
    Down,
    /// From left to right: rows and columns are exchanged.
    Across,
}

/// Grey, ink and paper, with rows and columns exchanged where the gutter would run across.
pub(super) struct Upright {
    pub(super) width: usize,
    pub(super) grey: Vec<u8>,
    pub(super) ink: Field,
    paper: Vec<bool>,
    pub(super) per_mm: f64,
    /// The box around the paper: first column, one after the last, first row, one after the last.
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) top: usize,
    pub(super) bottom: usize,
}

impl Upright {
    pub(super) fn new(survey: &Survey, gutter: Gutter) -> Self {
        let (plane, small) = (&survey.plane, &survey.backing.small);
        let (width, height) = match gutter {
            Gutter::Down => (plane.width, plane.height),
            Gutter::Across => (plane.height, plane.width),
        };
        let half: Vec<usize> = (0..plane.width).map(|x| (x / 2).min(small.width - 1)).collect();
        let mut paper = Vec::with_capacity(width * height);
        for y in 0..plane.height {
            let row = &survey.backing.paper[(y / 2).min(small.height - 1) * small.width..][..small.width];
            paper.extend(half.iter().map(|&x| row[x]));
        }
        let (mut paper, grey, ink) = match gutter {
            Gutter::Down => (paper, plane.samples.clone(), survey.ink.clone()),
            Gutter::Across => {
                (transposed(&paper, plane.width), transposed(&plane.samples, plane.width), survey.columns.clone())
            }
        };
        let longest = (FOLD_MM * plane.per_mm) as usize;
        paper.chunks_exact_mut(width).for_each(|row| fill_gaps(row, longest));
        let mut in_columns = vec![0u32; width];
        for row in paper.chunks_exact(width) {
            in_columns.iter_mut().zip(row).for_each(|(n, &paper)| *n += u32::from(paper));
        }
        let in_column = |x: usize| f64::from(in_columns[x]);
        let in_row = |y: usize| paper[y * width..][..width].iter().filter(|&&p| p).count() as f64;
        let (left, right) = extent(width, |x| in_column(x) >= PAPER_SHARE * height as f64);
        let (top, bottom) = extent(height, |y| in_row(y) >= PAPER_SHARE * width as f64);
        Self { width, grey, ink, paper, per_mm: plane.per_mm, left, right, top, bottom }
    }

    pub(super) fn is_paper(&self, x: usize, y: usize) -> bool {
        self.paper[y * self.width + x]
    }

    /// The paper's rows.
    pub(super) fn rows(&self) -> usize {
        self.bottom - self.top
    }

    /// The paper's columns.
    pub(super) fn columns(&self) -> usize {
        self.right - self.left
    }

    /// Ink of the paper's rows between two columns.
    pub(super) fn ink_between(&self, from: usize, to: usize) -> Field {
        let values = (self.top..self.bottom).flat_map(|y| self.ink.row(y)[from..to].iter().copied()).collect();
        Field { width: to - from, height: self.rows(), values }
    }

    /// The same without what lies within `clear` pixels of a line.
    pub(super) fn ink_off(&self, line: &Line, clear: f64, from: usize, to: usize) -> Field {
        let mut ink = self.ink_between(from, to);
        for (row, values) in ink.values.chunks_exact_mut((to - from).max(1)).enumerate() {
            let middle = line.x((self.top + row) as f64 + 0.5) - from as f64;
            let column = |x: f64| x.clamp(0.0, values.len() as f64) as usize;
            let (first, last) = (column(middle - clear), column(middle + clear));
            values[first..last].fill(0.0);
        }
        ink
    }

    /// The paper's rows between two columns as a picture of its own; `None` if there are none.
    pub(super) fn picture_between(&self, from: usize, to: usize) -> Option<Raster> {
        let rows = self.top..self.bottom;
        let samples = rows.flat_map(|y| self.grey[y * self.width..][from..to].iter().copied()).collect();
        Raster::new((to - from) as u32, self.rows() as u32, Channels::Grey, samples).ok()
    }
}

/// Makes paper of what has paper on both sides and is no longer than `longest`.
fn fill_gaps(row: &mut [bool], longest: usize) {
    let mut last = None;
    for x in 0..row.len() {
        if row[x] {
            if let Some(last) = last.filter(|&last| x - last <= longest) {
                row[last..x].fill(true);
            }
            last = Some(x);
        }
    }
}

/// Rows become columns.
fn transposed<T: Copy>(cells: &[T], width: usize) -> Vec<T> {
    /// Rows that are read together.
    const SIDE: usize = 16;
    let height = cells.len() / width;
    let mut out = cells.to_vec();
    for (group, rows) in cells.chunks(SIDE * width).enumerate() {
        for (x, column) in out.chunks_exact_mut(height).enumerate() {
            let to = column[group * SIDE..].iter_mut();
            to.zip(rows.iter().skip(x).step_by(width)).for_each(|(to, from)| *to = *from);
        }
    }
    out
}

fn extent(n: usize, counts: impl Fn(usize) -> bool) -> (usize, usize) {
    let first = (0..n).find(|&i| counts(i)).unwrap_or(0);
    let last = (first..n).rev().find(|&i| counts(i)).unwrap_or(first);
    (first, last + 1)
}

/// How much rougher the profile of rows is than that of columns: above 1, lines run from left to right.
pub(super) fn lines_across(ink: &Field) -> f32 {
    roughness(ink) / roughness(&ink.transposed()).max(1e-6)
}

fn roughness(ink: &Field) -> f32 {
    let mut profile = vec![0.0f32; ink.height];
    let mut sum = 0.0;
    for x in (0..ink.width.saturating_sub(PROFILE_STRIP - 1)).step_by(PROFILE_STRIP) {
        for (y, p) in profile.iter_mut().enumerate() {
            *p = ink.row(y)[x..x + PROFILE_STRIP].iter().sum();
        }
        // Over three rows: print is rough there, the grain of the paper is not.
        sum += profile.windows(4).map(|w| (w[3] - w[0] + w[2] - w[1]).powi(2)).sum::<f32>();
    }
    sum
}
