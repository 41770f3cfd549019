//! The shadow in the fold: where the paper itself is darker than on both sides, all the way from edge to edge.
//!
//! The paper's brightness is a high percentile over strips of rows and a few columns, so that neither print nor a
//! drawn rule counts; what lies lower than the paper to the left and to the right is depth. It must not know what else
//! speaks for two pages.

use super::upright::Upright;

/// Strips of rows over the paper's height: each about 9 mm of an A5 book, more than a line of writing.
const STRIPS: usize = 24;
/// The percentile that is paper and not ink, over the rows of a strip: at 70, print close to the fold pulled the line by
/// up to 4 mm.
const PAPER_PERCENT: usize = 88;
/// A drawn rule is narrower than half of this; a shadow is wider.
const RULE_MM: f64 = 3.0;
/// The shadow of a fold has faded this far away.
const REACH_MM: f64 = 30.0;
/// No depth counts more than this: one dark drawing must not outvote a faint shadow over the whole height.
const DEPTH_CLIP: f32 = 0.12;
/// Shadow, and not the grain of the paper, from this depth up.
pub(super) const LEAST_DEPTH: f32 = 0.025;
/// The gutter lies in this middle share of the paper.
const MIDDLE: f64 = 0.5;
/// Steepest slant: 6.8°.
const SLANT_STEPS: i32 = 24;
const SLANT_STEP: f64 = 0.005;
/// A deep shadow is deeper than [`DEPTH_CLIP`] so far from its bottom: the rough line may lie anywhere there.
const DEEP_MM: f64 = 12.0;
/// How far from the bottom the darkest place of each strip is looked for.
const REFINE_MM: f64 = 3.0;
/// What is no brighter than this many times the darkest place is equally dark.
const BOTTOM: f32 = 1.01;

/// A line `x = at + slant · (y − middle)` in an upright working picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) at: f64,
    pub(super) slant: f64,
    pub(super) middle: f64,
}

impl Line {
    pub(super) fn x(&self, y: f64) -> f64 {
        self.at + self.slant * (y - self.middle)
    }

    /// All lines worth trying on a sheet.
    pub(super) fn candidates(sheet: &Upright) -> impl Iterator<Item = Self> {
        let columns = sheet.columns() as f64;
        let from = sheet.left as f64 + columns * (1.0 - MIDDLE) / 2.0;
        let middle = (sheet.top + sheet.bottom) as f64 / 2.0;
        (0..(columns * MIDDLE) as usize).flat_map(move |i| {
            (-SLANT_STEPS..=SLANT_STEPS).map(move |s| Self {
                at: from + i as f64,
                slant: f64::from(s) * SLANT_STEP,
                middle,
            })
        })
    }
}

/// A shadow along a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Valley {
    pub(super) line: Line,
    /// Median over the strips: how much darker than the paper beside it, as a share.
    pub(super) depth: f32,
    /// Share of the strips in which it can be seen.
    pub(super) reach: f32,
    /// Across, at half its depth.
    pub(super) width_mm: f64,
}

struct Strip {
    y: f64,
    /// Paper's brightness per column; 0 where there is no paper.
    level: Vec<f32>,
    depth: Vec<f32>,
}

/// The deepest straight shadow near the middle of the sheet, if the sheet is large enough to have one.
pub(super) fn find(sheet: &Upright) -> Option<Valley> {
    let strips = strips(sheet);
    let rough = best(sheet, |line| strips.iter().map(|s| at(&s.depth, line.x(s.y)).min(DEPTH_CLIP)).sum::<f32>())?;
    let line = refined(&strips, deepest(&strips, rough, sheet.per_mm), REFINE_MM * sheet.per_mm);
    let near = (RULE_MM * sheet.per_mm) as isize;
    let mut depths: Vec<f32> = strips
        .iter()
        .map(|s| (-near..=near).map(|u| at(&s.depth, line.x(s.y) + u as f64)).fold(0.0, f32::max))
        .collect();
    let reach = depths.iter().filter(|&&d| d >= LEAST_DEPTH).count() as f32 / depths.len() as f32;
    let middle = depths.len() / 2;
    let depth = *depths.select_nth_unstable_by(middle, f32::total_cmp).1;
    Some(Valley { line, depth, reach, width_mm: width(&strips, line, sheet) / sheet.per_mm })
}

/// Moves a rough line to the bottom of a shadow that is deeper than [`DEPTH_CLIP`]. No strip counts for more than the
/// typical one: where print reaches into the fold, a strip is darker.
fn deepest(strips: &[Strip], rough: Line, per_mm: f64) -> Line {
    let reach = (DEEP_MM * per_mm) as i32;
    let near = |s: &Strip| (-reach..=reach).map(|u| at(&s.depth, rough.x(s.y) + f64::from(u))).fold(0.0, f32::max);
    let mut most: Vec<f32> = strips.iter().map(near).collect();
    let middle = most.len() / 2;
    let typical = *most.select_nth_unstable_by(middle, f32::total_cmp).1;
    if typical <= DEPTH_CLIP {
        return rough;
    }
    let score = |line: &Line| strips.iter().map(|s| at(&s.depth, line.x(s.y)).min(typical)).sum::<f32>();
    let mut best = (score(&rough), rough);
    for u in -reach..=reach {
        for s in -SLANT_STEPS..=SLANT_STEPS {
            let line = Line { at: rough.at + f64::from(u), slant: f64::from(s) * SLANT_STEP, ..rough };
            let score = score(&line);
            if score > best.0 {
                best = (score, line);
            }
        }
    }
    best.1
}

/// The candidate with the highest score above nothing.
pub(super) fn best(sheet: &Upright, mut score: impl FnMut(&Line) -> f32) -> Option<Line> {
    let mut best = (0.0, None);
    for line in Line::candidates(sheet) {
        let score = score(&line);
        if score > best.0 {
            best = (score, Some(line));
        }
    }
    best.1
}

fn at(values: &[f32], x: f64) -> f32 {
    if x >= 0.0 { values.get(x as usize).copied().unwrap_or(0.0) } else { 0.0 }
}

fn strips(sheet: &Upright) -> Vec<Strip> {
    let rows = (sheet.rows() / STRIPS).max(1);
    let reach = ((REACH_MM * sheet.per_mm) as usize).min(sheet.columns() / 5).max(1);
    let near = ((RULE_MM / 2.0 * sheet.per_mm) as usize).max(1);
    (sheet.top..sheet.bottom.saturating_sub(rows - 1))
        .step_by(rows)
        .map(|top| {
            let mut values = Vec::with_capacity(rows);
            let level: Vec<f32> = (0..sheet.width).map(|x| paper_level(sheet, x, top, rows, &mut values)).collect();
            let smooth = without_rules(&level, near);
            let depth = depth_below_both_sides(&smooth, reach);
            Strip { y: top as f64 + rows as f64 / 2.0, level, depth }
        })
        .collect()
}

fn paper_level(sheet: &Upright, x: usize, top: usize, rows: usize, values: &mut Vec<u8>) -> f32 {
    values.clear();
    values.extend((top..top + rows).filter(|&y| sheet.is_paper(x, y)).map(|y| sheet.grey[y * sheet.width + x]));
    if values.len() * 3 < rows || values.is_empty() {
        return 0.0;
    }
    let n = (values.len() - 1) * PAPER_PERCENT / 100;
    f32::from(*values.select_nth_unstable(n).1)
}

/// The upper quartile over `near` columns either side.
fn without_rules(level: &[f32], near: usize) -> Vec<f32> {
    let mut window = Vec::new();
    (0..level.len())
        .map(|x| {
            window.clear();
            window.extend_from_slice(&level[x.saturating_sub(near)..(x + near + 1).min(level.len())]);
            let n = (window.len() - 1) * 3 / 4;
            *window.select_nth_unstable_by(n, f32::total_cmp).1
        })
        .collect()
}

fn depth_below_both_sides(level: &[f32], reach: usize) -> Vec<f32> {
    let highest = |values: &[f32]| values.iter().copied().fold(0.0, f32::max);
    (0..level.len())
        .map(|x| {
            let left = highest(&level[x.saturating_sub(reach)..=x]);
            let right = highest(&level[x..(x + reach + 1).min(level.len())]);
            let beside = left.min(right);
            if level[x] > 0.0 { 1.0 - level[x] / beside } else { 0.0 }
        })
        .collect()
}

/// Moves a rough line onto the darkest places near it: least squares, twice, the second time without what lies off.
fn refined(strips: &[Strip], rough: Line, reach: f64) -> Line {
    let darkest = |s: &Strip| -> Option<(f64, f64)> {
        let centre = rough.x(s.y);
        let (from, to) =
            ((centre - reach).max(2.0) as usize, ((centre + reach).max(0.0) as usize).min(s.level.len() - 3));
        let smooth = |x: usize| s.level[x - 2..=x + 2].iter().sum::<f32>();
        let levels: Vec<(usize, f32)> =
            (from..to).filter(|&x| s.level[x - 2..=x + 2].iter().all(|&v| v > 0.0)).map(|x| (x, smooth(x))).collect();
        // The bottom of a wide shadow is flat: its middle.
        let least = levels.iter().map(|l| l.1).min_by(f32::total_cmp)?;
        let bottom = || levels.iter().filter(|l| l.1 <= BOTTOM * least).map(|l| l.0 as f64);
        let x = bottom().sum::<f64>() / bottom().count() as f64;
        (at(&s.depth, x) >= LEAST_DEPTH).then_some((s.y - rough.middle, x + 0.5))
    };
    let mut points: Vec<(f64, f64)> =
        if strips.iter().any(|s| s.level.len() < 8) { Vec::new() } else { strips.iter().filter_map(darkest).collect() };
    let mut line = rough;
    for _ in 0..2 {
        if points.len() < STRIPS / 3 {
            return line;
        }
        let n = points.len() as f64;
        let (my, mx) = points.iter().fold((0.0, 0.0), |(y, x), p| (y + p.0 / n, x + p.1 / n));
        let (syy, syx) =
            points.iter().fold((0.0, 0.0), |(a, b), p| (a + (p.0 - my).powi(2), b + (p.0 - my) * (p.1 - mx)));
        let slant = syx / syy.max(1e-9);
        line = Line { at: mx - slant * my, slant, middle: rough.middle };
        points.retain(|p| (p.1 - line.at - line.slant * p.0).abs() < reach / 3.0);
    }
    line
}

/// Working pixels across the mean valley at half its depth.
fn width(strips: &[Strip], line: Line, sheet: &Upright) -> f64 {
    let reach = (REACH_MM * sheet.per_mm) as isize;
    let mean = |u: isize| strips.iter().map(|s| at(&s.depth, line.x(s.y) + u as f64)).sum::<f32>();
    let profile: Vec<f32> = (-reach..=reach).map(mean).collect();
    let half = profile.iter().copied().fold(0.0, f32::max) / 2.0;
    profile.iter().filter(|&&d| d > half).count() as f64
}
