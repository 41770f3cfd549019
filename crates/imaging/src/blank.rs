//! Is there anything on the paper? A blank page is only ever *marked*; faint pencil is content.
//!
//! Plain ink share cannot tell a ruled blank page from a written one. So the ruling and punched holes are taken out
//! first, and what is left is compared with the grain of that very sheet.

mod ghost;

use crate::background::{Background, darkness};
use crate::backing::Backing;
use crate::components::{Component, components};
use crate::plane::{Field, Plane};
use crate::ruling::{LEAST_LINES, Ruling};
use crate::survey::Survey;
use scantrail_core::raster::Raster;

/// The outermost strip does not count: shadows of the paper's edge.
const MARGIN_MM: f64 = 2.5;
/// Ink must be this many times the sheet's grain above its paper.
const OVER_GRAIN: f32 = 6.0;
/// Pixels of ruling must be this many times the grain above the paper.
const RULING_OVER_GRAIN: f32 = 3.0;
/// Both at least this share of the paper's brightness: about two grey levels, the step of an 8-bit scan.
const LEAST_DARKNESS: f32 = 0.009;
/// Grain is the difference of pixels so far apart that smoothing does not tie them.
const APART: usize = 3;
/// Nothing is called blank on a sheet more restless than this: it may be covered all over.
const RESTLESS: f32 = 0.03;
/// Shorter marks are dust.
const DUST_MM: f64 = 1.4;
/// Smaller groups are no letters.
const LETTER_MM: f64 = 0.7;
/// Longer ones are content each by itself; those between are specks, of which a sheet may have a few.
const SPECK_MM: f64 = 3.5;
const SPECKS: usize = 7;
/// Specks so close together are one stroke that ruling cut in pieces.
const NEAR_MM: f64 = 3.0;
/// Rows cleared either side of a ruled line.
const RULING_REACH: usize = 2;
/// Punched holes: diameter, distance of the centre from the edge, and roundness.
const HOLE_MM: std::ops::RangeInclusive<f64> = 4.0..=9.0;
const HOLE_FROM_EDGE_MM: f64 = 22.0;
const HOLE_FILL: f64 = 0.65;
/// A hole shows the backing; whatever that is, it is much darker than paper. (White backing: the ring stays a mark.)
const HOLE_DARKNESS: f32 = 0.3;
/// Pixels without ink are passed so many at a time.
const PASSED: usize = 32;
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
    /// Marks longer than a speck, and all above dust if they are many; ruling and holes left out.
    pub marks: usize,
    /// Ruled lines found, in both directions.
    pub ruled_lines: usize,
    /// Grain of the sheet: standard deviation as a share of the paper's brightness.
    pub grain: f32,
    /// How dark its darkest ink is, as a share of the paper's brightness; a few pixels, as many as dust has, left out.
    pub depth: f32,
}

/// Ink no darker than this may be the other side's that shows through.
const FAINT: f32 = 0.12;
/// So many of the darkest working pixels do not count: a speck of dust of 1.1 mm.
const FEW: usize = 10;

impl BlankEvidence {
    /// Whether all there is on the page may be its other side showing through: then [`judge`] with that side at hand
    /// can tell.
    pub fn may_be_other_side(&self) -> bool {
        self.verdict == Blankness::Marked && self.depth <= FAINT
    }
}

/// Looks for marks on a page whose lines fall by `slope` to the right (0 if unknown).
pub(crate) fn look(survey: &Survey, slope: f64) -> BlankEvidence {
    Ink::find(&survey.raised, slope).evidence(survey.plane.per_mm)
}

/// The same with the other side of the sheet at hand: what is on this side only as its faint mirror image is no mark.
///
/// `reverse` is the other side as a duplex scanner delivers it, upright or upside down, within [`ghost`]'s reach of the
/// same place.
pub(crate) fn look_at_front(survey: &Survey, slope: f64, reverse: &Survey) -> BlankEvidence {
    let mut ink = Ink::find(&survey.raised, slope);
    let front = raw_darkness(survey).smoothed();
    if let Some(ghost) = ghost::find(&front, &raw_darkness(reverse).smoothed()) {
        for ((mask, &dark), &ghost) in ink.mask.iter_mut().zip(&ink.raised.dark.values).zip(&ghost.values) {
            *mask &= dark > ink.raised.threshold + ghost;
        }
    }
    ink.evidence(survey.plane.per_mm)
}

/// Whether a page carries anything, its other side at hand (`None`: as [`crate::prepare`] judges it by itself).
///
/// A page is only ever *marked* by this, never dropped.
pub fn judge(page: &Raster, reverse: Option<&Raster>) -> BlankEvidence {
    let survey = Survey::new(page);
    let slope = survey.writing.slope;
    let alone = look(&survey, slope);
    match reverse {
        Some(reverse) if alone.may_be_other_side() => look_at_front(&survey, slope, &Survey::new(reverse)),
        Some(_) | None => alone,
    }
}

/// What is darker than paper, ruling still in: it does not depend on which way the lines run.
#[derive(Debug)]
pub(crate) struct Raised {
    dark: Field,
    /// `dark` transposed.
    columns: Field,
    threshold: f32,
    ruling_threshold: f32,
    grain: f32,
    /// Inside the paper's margin, holes taken out.
    mask: Vec<bool>,
}

impl Raised {
    pub(crate) fn find(plane: &Plane, background: &Background, backing: &Backing) -> Self {
        let (width, per_mm) = (plane.width, plane.per_mm);
        let dark = darkness(plane, background, -BRIGHTER, 2.0).smoothed();
        let (paper, grain) = bare_paper(&dark);
        let threshold = paper + (OVER_GRAIN * grain).max(LEAST_DARKNESS);
        let mut mask: Vec<bool> = dark.values.iter().map(|&v| v > threshold).collect();
        if let Some(inside) = backing.inside_mask(width, plane.height) {
            mask.iter_mut().zip(inside).for_each(|(m, inside)| *m &= inside);
        }
        clear_margin(&mut mask, width, (MARGIN_MM * per_mm).ceil() as usize);
        // Holes before ruling, which would cut them in pieces.
        erase_holes(&dark, &mut mask, plane);
        // Ruling may be fainter than a mark must be: it is long, and found by its length.
        let ruling_threshold = paper + (RULING_OVER_GRAIN * grain).max(LEAST_DARKNESS);
        Self { columns: dark.transposed(), dark, threshold, ruling_threshold, grain, mask }
    }
}

/// What is darker than paper, ruling and holes taken out.
#[derive(Debug)]
pub(crate) struct Ink<'a> {
    raised: &'a Raised,
    mask: Vec<bool>,
    pub(crate) ruled_lines: usize,
}

impl<'a> Ink<'a> {
    /// Looks along lines that fall by `slope` to the right.
    pub(crate) fn find(raised: &'a Raised, slope: f64) -> Self {
        let mut mask = raised.mask.clone();
        let mut ruled_lines = 0;
        for ruling in &find_ruling(raised, slope) {
            ruled_lines += ruling.lines.count();
            ruling.erase(&mut mask, raised.dark.width);
        }
        Self { raised, mask, ruled_lines }
    }

    /// Groups of ink from the size of dust up.
    fn groups(&self, per_mm: f64) -> Vec<Component> {
        let dust = (DUST_MM * per_mm).max(3.0);
        let found = components(&mut self.mask.clone(), self.raised.dark.width);
        found.into_iter().filter(|c| c.long_side() as f64 >= dust).collect()
    }

    /// How dark the ink is, the darkest twentieth left out; 0 without ink.
    fn depth(&self) -> f32 {
        let inked = self.raised.dark.values.iter().zip(&self.mask).filter(|&(_, &inked)| inked);
        let mut inked: Vec<f32> = inked.map(|(&dark, _)| dark).collect();
        if inked.len() <= FEW {
            return 0.0;
        }
        let at = inked.len() - 1 - FEW;
        // The field is raised by what may be brighter than paper.
        *inked.select_nth_unstable_by(at, f32::total_cmp).1 - BRIGHTER
    }

    /// The darkness that is typical for this page's ink in the unsmoothed picture `sharp`; 0 without ink.
    pub(crate) fn typical(&self, sharp: &Field) -> f32 {
        self.darkest_but(sharp, self.sharp_threshold(), 10).unwrap_or(0.0)
    }

    /// How dark the ink is at most in `field`, one in `part` pixels left out; only what is darker than `threshold` counts.
    fn darkest_but(&self, field: &Field, threshold: f32, part: usize) -> Option<f32> {
        let mut inked = Vec::new();
        for (mask, values) in self.mask.chunks(PASSED).zip(field.values.chunks(PASSED)) {
            // Most of a page is paper.
            if mask.contains(&true) {
                let here = values.iter().zip(mask).filter(|&(&v, &m)| m && v > threshold);
                inked.extend(here.map(|(&v, _)| v));
            }
        }
        let at = inked.len() * (part - 1) / part;
        (!inked.is_empty()).then(|| *inked.select_nth_unstable_by(at, f32::total_cmp).1)
    }

    /// Groups of ink as letters are seen by: in the unsmoothed picture, cut at `share` of its [`Self::typical`] darkness,
    /// so that neighbouring lines do not flow together.
    pub(crate) fn letters(&self, plane: &Plane, sharp: &Field, typical: f32, share: f32) -> Vec<Component> {
        let limit = self.sharp_threshold().max(share * typical);
        let mut mask: Vec<bool> = sharp.values.iter().zip(&self.mask).map(|(&v, &m)| m && v > limit).collect();
        let least = (LETTER_MM * plane.per_mm).max(2.0);
        components(&mut mask, plane.width).into_iter().filter(|c| c.long_side() as f64 >= least).collect()
    }

    /// The smoothed field is raised by what may be brighter than paper; the sharp one is not.
    fn sharp_threshold(&self) -> f32 {
        self.raised.threshold - BRIGHTER
    }

    /// Whether anything is there, and how many marks.
    pub(crate) fn verdict(&self, per_mm: f64) -> (Blankness, usize) {
        let mut found = self.groups(per_mm);
        if found.len() <= SPECKS {
            join_near(&mut found, (NEAR_MM * per_mm) as usize);
            found.retain(|c| c.long_side() as f64 > SPECK_MM * per_mm);
        }
        let blank = found.is_empty() && self.raised.grain <= RESTLESS;
        (if blank { Blankness::Blank } else { Blankness::Marked }, found.len())
    }

    pub(crate) fn evidence(&self, per_mm: f64) -> BlankEvidence {
        let (verdict, marks) = self.verdict(per_mm);
        let (ruled_lines, grain) = (self.ruled_lines, self.raised.grain);
        BlankEvidence { verdict, marks, ruled_lines, grain, depth: self.depth() }
    }
}

fn raw_darkness(survey: &Survey) -> Field {
    darkness(&survey.plane, &survey.background, 0.0, 1.0)
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
fn find_ruling(raised: &Raised, slope: f64) -> Vec<Directed> {
    let threshold = raised.ruling_threshold;
    let across = Directed { lines: Ruling::find(&raised.dark, slope, threshold), down: false };
    let down = Directed { lines: Ruling::find(&raised.columns, -slope, threshold), down: true };
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

/// Level and standard deviation of bare paper.
///
/// Neighbours a few pixels apart on paper differ by grain alone, whatever the page carries elsewhere; the quieter part of
/// all pairs is taken for paper. On a page covered all over that comes out large, and nothing is called blank.
fn bare_paper(field: &Field) -> (f32, f32) {
    let pairs = (0..field.height).step_by(3).flat_map(|y| {
        let row = field.row(y);
        row.iter().zip(row.iter().skip(APART)).step_by(2).map(|(a, b)| ((a - b).abs(), *a))
    });
    let mut pairs: Vec<(f32, f32)> = pairs.collect();
    if pairs.is_empty() {
        return (0.0, 0.0);
    }
    let quiet = pairs.len() * 3 / 10;
    let limit = pairs.select_nth_unstable_by(quiet, |a, b| a.0.total_cmp(&b.0)).1.0;
    let levels = &mut pairs[..=quiet];
    let middle = levels.len() / 2;
    let level = levels.select_nth_unstable_by(middle, |a, b| a.1.total_cmp(&b.1)).1.1;
    // In normal noise 30 % of all differences of two lie within 0.385·√2 standard deviations.
    (level, limit / (0.385 * std::f32::consts::SQRT_2))
}

/// Joins groups whose boxes are at most `gap` pixels apart.
fn join_near(groups: &mut Vec<Component>, gap: usize) {
    let near = |a: &Component, b: &Component| {
        let apart = |a0: usize, a1: usize, b0: usize, b1: usize| a0.saturating_sub(b1).max(b0.saturating_sub(a1));
        apart(a.left, a.right, b.left, b.right) <= gap && apart(a.top, a.bottom, b.top, b.bottom) <= gap
    };
    let mut i = 0;
    while i < groups.len() {
        match (i + 1..groups.len()).find(|&j| near(&groups[i], &groups[j])) {
            Some(j) => {
                let other = groups.swap_remove(j);
                groups[i].include(&other);
                // A grown group may have come near to one that was passed over.
                i = 0;
            }
            None => i += 1,
        }
    }
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

/// Clears round, solid, dark marks near an edge that have a fellow at the same distance from it.
fn erase_holes(dark: &Field, mask: &mut [bool], plane: &Plane) {
    let per_mm = plane.per_mm;
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
    let mut deep: Vec<bool> = dark.values.iter().map(|&v| v > HOLE_DARKNESS).collect();
    let holes: Vec<Component> = components(&mut deep, plane.width).into_iter().filter(round).collect();
    let has_fellow = |c: &Component| {
        holes.iter().any(|other| {
            edges(c).into_iter().zip(edges(other)).any(|((from, along), (other_from, other_along))| {
                from < HOLE_FROM_EDGE_MM && (from - other_from).abs() < 3.0 && (along - other_along).abs() > 15.0
            })
        })
    };
    for hole in holes.iter().filter(|c| has_fellow(c)) {
        // The soft rim too.
        for y in hole.top.saturating_sub(3)..(hole.bottom + 4).min(plane.height) {
            mask[y * plane.width + hole.left.saturating_sub(3)..y * plane.width + (hole.right + 4).min(plane.width)]
                .fill(false);
        }
    }
}

#[cfg(test)]
#[path = "blank_tests.rs"]
mod tests;
