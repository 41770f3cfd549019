//! Is there anything on the paper? A blank page is only ever *marked*; faint pencil is content.
//!
//! Plain ink share cannot tell a ruled blank page from a written one. So the ruling and punched holes are taken out
//! first, and what is left is compared with the grain of that very sheet.

use crate::background::darkness;
use crate::components::{Component, components};
use crate::plane::Field;
use crate::ruling::{LEAST_LINES, Ruling};
use crate::survey::Survey;

/// The outermost strip does not count: shadows of the paper's edge.
const MARGIN_MM: f64 = 2.5;
/// Ink must be this many times the sheet's grain above its median.
const OVER_GRAIN: f32 = 6.0;
/// …and at least this share of the paper's brightness: about two grey levels, the step of an 8-bit scan.
const LEAST_DARKNESS: f32 = 0.009;
/// Shorter marks are dust.
const DUST_MM: f64 = 1.7;
/// Rows cleared either side of a ruled line.
const RULING_REACH: usize = 2;
/// Punched holes: diameter, distance of the centre from the edge, and roundness.
const HOLE_MM: std::ops::RangeInclusive<f64> = 4.0..=9.0;
const HOLE_FROM_EDGE_MM: f64 = 22.0;
const HOLE_FILL: f64 = 0.65;
/// Negative darkness is kept up to this: grain goes both ways.
const BRIGHTER: f32 = 0.2;

/// Whether a page carries anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blankness {
    /// Nothing that could be told from paper, ruling and punched holes.
    Blank,
    /// At least one mark.
    Marked,
}

/// What was looked at to decide.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlankEvidence {
    /// The answer.
    pub verdict: Blankness,
    /// Marks longer than dust, ruling and holes left out.
    pub marks: usize,
    /// Ruled lines found, in both directions.
    pub ruled_lines: usize,
    /// Grain of the sheet: standard deviation as a share of the paper's brightness.
    pub grain: f32,
}

/// Looks for marks on a page whose lines fall by `slope` to the right (0 if unknown).
pub(crate) fn look(survey: &Survey, slope: f64) -> BlankEvidence {
    let (width, per_mm) = (survey.plane.width, survey.plane.per_mm);
    let dark = smoothed(&darkness(&survey.plane, &survey.background, -BRIGHTER, 2.0));
    let (median, grain) = median_and_grain(&dark.values);
    let threshold = median + (OVER_GRAIN * grain).max(LEAST_DARKNESS);

    let rulings = find_ruling(&dark, slope, threshold);
    let mut mask: Vec<bool> = dark.values.iter().map(|&v| v > threshold).collect();
    clear_margin(&mut mask, width, (MARGIN_MM * per_mm).ceil() as usize);
    let mut ruled_lines = 0;
    for ruling in &rulings {
        ruled_lines += ruling.lines.count();
        ruling.erase(&mut mask, width);
    }
    let dust = (DUST_MM * per_mm).max(3.0);
    let mut marks: Vec<Component> =
        components(&mut mask, width).into_iter().filter(|c| c.long_side() as f64 >= dust).collect();
    remove_holes(&mut marks, &survey.plane, per_mm);
    let verdict = if marks.is_empty() { Blankness::Blank } else { Blankness::Marked };
    BlankEvidence { verdict, marks: marks.len(), ruled_lines, grain }
}

struct Directed {
    lines: Ruling,
    down: bool,
}

impl Directed {
    fn erase(&self, mask: &mut Vec<bool>, width: usize) {
        if !self.down {
            self.lines.erase(mask, width, RULING_REACH);
            return;
        }
        let height = mask.len() / width;
        let mut turned = transposed(mask, width, height);
        self.lines.erase(&mut turned, height, RULING_REACH);
        *mask = transposed(&turned, height, width);
    }
}

/// Ruling in both directions. Lines of one direction alone must be several; with them, a single line across them (the
/// margin) is ruling too.
fn find_ruling(dark: &Field, slope: f64, threshold: f32) -> Vec<Directed> {
    let across = Directed { lines: Ruling::find(dark, slope, threshold), down: false };
    let down = Directed { lines: Ruling::find(&dark.transposed(), -slope, threshold), down: true };
    let many = across.lines.count().max(down.lines.count()) >= LEAST_LINES;
    if many { vec![across, down] } else { Vec::new() }
}

fn transposed(mask: &[bool], width: usize, height: usize) -> Vec<bool> {
    let mut out = Vec::with_capacity(mask.len());
    for x in 0..width {
        out.extend((0..height).map(|y| mask[y * width + x]));
    }
    out
}

/// Mean over three by three; edges repeat.
fn smoothed(field: &Field) -> Field {
    let (w, h) = (field.width, field.height);
    let across: Vec<f32> = (0..h)
        .flat_map(|y| {
            let row = field.row(y);
            (0..w).map(move |x| (row[x.saturating_sub(1)] + row[x] + row[(x + 1).min(w - 1)]) / 3.0)
        })
        .collect();
    let at = |x: usize, y: usize| across[y * w + x];
    let values = (0..h)
        .flat_map(|y| (0..w).map(move |x| (x, y)))
        .map(|(x, y)| (at(x, y.saturating_sub(1)) + at(x, y) + at(x, (y + 1).min(h - 1))) / 3.0)
        .collect();
    Field { width: w, height: h, values }
}

/// Median, and the standard deviation that the median absolute deviation stands for in normal noise.
fn median_and_grain(values: &[f32]) -> (f32, f32) {
    let mut sample: Vec<f32> = values.iter().copied().step_by(7).collect();
    let middle = sample.len() / 2;
    let median = *sample.select_nth_unstable_by(middle, f32::total_cmp).1;
    for v in &mut sample {
        *v = (*v - median).abs();
    }
    let deviation = *sample.select_nth_unstable_by(middle, f32::total_cmp).1;
    (median, 1.4826 * deviation)
}

fn clear_margin(mask: &mut [bool], width: usize, margin: usize) {
    let height = mask.len() / width;
    for (y, row) in mask.chunks_exact_mut(width).enumerate() {
        if y < margin || y + margin >= height {
            row.fill(false);
        } else {
            let margin = margin.min(width);
            row[..margin].fill(false);
            row[width - margin..].fill(false);
        }
    }
}

/// Removes round, solid marks near an edge that have a fellow at the same distance from it.
fn remove_holes(marks: &mut Vec<Component>, plane: &crate::plane::Plane, per_mm: f64) {
    let centre = |c: &Component| ((c.left + c.right) as f64 / 2.0 / per_mm, (c.top + c.bottom) as f64 / 2.0 / per_mm);
    let (page_w, page_h) = (plane.width as f64 / per_mm, plane.height as f64 / per_mm);
    let round = |c: &Component| {
        let (w, h) = (c.width() as f64 / per_mm, c.height() as f64 / per_mm);
        let fill = c.area as f64 / (c.width() * c.height()) as f64;
        HOLE_MM.contains(&w) && HOLE_MM.contains(&h) && (w / h - 1.0).abs() < 0.3 && fill >= HOLE_FILL
    };
    // Distance from each edge, and the place along it.
    let edges = |c: &Component| {
        let (x, y) = centre(c);
        [(x, y), (page_w - x, y), (y, x), (page_h - y, x)]
    };
    let candidates: Vec<Component> = marks.iter().copied().filter(round).collect();
    let has_fellow = |c: &Component| {
        candidates.iter().any(|other| {
            edges(c).into_iter().zip(edges(other)).any(|((from, along), (other_from, other_along))| {
                from < HOLE_FROM_EDGE_MM && (from - other_from).abs() < 3.0 && (along - other_along).abs() > 15.0
            })
        })
    };
    marks.retain(|c| !(round(c) && has_fellow(c)));
}

#[cfg(test)]
#[path = "blank_tests.rs"]
mod tests;
