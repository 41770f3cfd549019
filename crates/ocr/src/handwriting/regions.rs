//! Strips of writing in the map that the first network draws: how likely each of its pixels belongs to writing.
//!
//! The network draws each line thinner than it is, so that lines stay apart (differentiable binarisation,
//! arXiv:1911.08947); each connected patch is therefore grown again.

use super::region::{Course, Region};
use crate::patch::take_patch;

/// From here on a pixel belongs to writing.
const WRITING: f32 = 0.3;
/// A patch whose pixels are less likely than this on average is no line.
const LINE: f32 = 0.5;
/// Patches thinner than this many pixels of the map are specks.
const LEAST_HEIGHT: f32 = 3.0;
/// How far a patch is grown: this share of its area over its circumference. The network was taught to shrink lines by
/// 1.5 of it. F1 is .893 with 1.2 and .905 with 1.4; with 1.8 neighbouring lines come in.
const GROWTH: f32 = 1.4;
/// How far the course of a line is smoothed to either side, as a multiple of its thickness: about a letter.
const REACH: f32 = 1.5;
/// The ends of a line, shorter than a letter, are smoothed over at least so many pixels of the map to either side.
const REACH_AT_ENDS: usize = 4;

/// Every strip in a map of rows of `width` values; in pixels of the map, in no order.
pub(super) fn regions(map: &[f32], width: usize) -> Vec<Region> {
    let height = map.len() / width;
    let mut open: Vec<bool> = map.iter().map(|&value| value > WRITING).collect();
    let mut found = Vec::new();
    let mut patch = Vec::new();
    for start in 0..map.len() {
        if open[start] {
            take_patch(&mut open, (width, height), start, &mut patch);
            found.extend(strip(&patch, map, width));
        }
    }
    found
}

fn strip(patch: &[usize], map: &[f32], width: usize) -> Option<Region> {
    let likely = patch.iter().map(|&at| map[at]).sum::<f32>() / patch.len() as f32;
    if likely < LINE {
        return None;
    }
    let points = || patch.iter().map(|&at| (at % width, at / width));
    let (left, right) = points().fold((usize::MAX, 0), |(low, high), (x, _)| (low.min(x), high.max(x + 1)));
    // Mean height and thickness of each column; a connected patch has pixels in every column.
    let mut columns = vec![(0.0, 0.0); right - left];
    for (x, y) in points() {
        let column = &mut columns[x - left];
        *column = (column.0 + y as f32 + 0.5, column.1 + 1.0);
    }
    let thickness = patch.len() as f32 / columns.len() as f32;
    let course = course(&columns, left, thickness);
    let drop = |x: usize| course.at(x as f32 + 0.5);
    let (top, bottom) = points().fold((f32::MAX, f32::MIN), |(low, high), (x, y)| {
        let y = y as f32 - drop(x);
        (low.min(y), high.max(y + 1.0))
    });
    let thin = Region { left: left as f32, right: right as f32, top, bottom, course };
    if thin.height().min(thin.width()) < LEAST_HEIGHT {
        return None;
    }
    let growth = GROWTH * patch.len() as f32 / (2.0 * (thin.width() + thickness));
    Some(thin.grown(growth, growth))
}

/// The middle of the patch along the line, smoothed so that single letters do not move it.
fn course(columns: &[(f32, f32)], left: usize, thickness: f32) -> Course {
    let reach = (REACH * thickness).ceil() as usize;
    let from = left as f32 + 0.5;
    // Sums up to each column, so that a mean over many costs no more than over one.
    let mut sums = vec![(0.0f64, 0.0f64)];
    for &(heights, count) in columns {
        let &(h, n) = sums.last().expect("the first sum is there");
        sums.push((h + f64::from(heights), n + f64::from(count)));
    }
    let drops = (0..columns.len()).map(|x| {
        // As far on either side, so that a line that falls is not bent up at its ends.
        let reach = reach.min(x).min(columns.len() - 1 - x).max(REACH_AT_ENDS);
        let (first, last) = (x.saturating_sub(reach), (x + reach + 1).min(columns.len()));
        ((sums[last].0 - sums[first].0) / (sums[last].1 - sums[first].1)) as f32
    });
    let drops: Vec<f32> = drops.collect();
    let usual = drops.iter().sum::<f32>() / drops.len() as f32;
    Course { from, pitch: 1.0, drops: drops.into_iter().map(|drop| drop - usual).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 120;

    fn map(value: impl Fn(usize, usize) -> f32) -> Vec<f32> {
        (0..WIDTH * 60).map(|at| value(at % WIDTH, at / WIDTH)).collect()
    }

    #[test]
    fn each_patch_becomes_a_strip_that_is_grown() {
        let two = map(|x, y| if (10..90).contains(&x) && matches!(y, 10..14 | 40..44) { 0.9 } else { 0.1 });
        let found = regions(&two, WIDTH);
        assert_eq!(found.len(), 2);
        let growth = 1.4 * 80.0 * 4.0 / (2.0 * 84.0);
        let near = |a: f32, b: f32| (a - b).abs() < 0.01;
        for (strip, top) in found.iter().zip([10.0, 40.0]) {
            assert!(near(strip.left, 10.0 - growth) && near(strip.right, 90.0 + growth), "{strip:?}");
            assert!(near(strip.top, top - growth) && near(strip.bottom, top + 4.0 + growth), "{strip:?}");
        }
    }

    #[test]
    fn a_line_that_bends_is_followed_and_no_higher_for_it() {
        // Down by ten pixels to the middle and up again.
        let middle = |x: usize| 30 - x.abs_diff(60) / 5;
        let bent = map(|x, y| if (10..110).contains(&x) && y.abs_diff(middle(x)) < 3 { 0.8 } else { 0.0 });
        let found = regions(&bent, WIDTH);
        assert_eq!(found.len(), 1);
        let growth = 10.0 - found[0].left;
        assert!(found[0].height() - 2.0 * growth < 8.0, "{found:?}");
        for x in [12, 35, 60, 85, 107] {
            let y = found[0].middle() + found[0].course.at(x as f32 + 0.5);
            assert!((y - middle(x) as f32 - 0.5).abs() < 1.5, "{y} at {x}");
        }
    }

    #[test]
    fn specks_and_doubtful_patches_are_no_lines() {
        assert_eq!(regions(&map(|x, y| f32::from(x == 50 && y < 40)), WIDTH), []);
        assert_eq!(regions(&map(|x, y| if x < 80 && (20..30).contains(&y) { 0.4 } else { 0.0 }), WIDTH), []);
        assert_eq!(regions(&map(|_, _| 0.0), WIDTH), []);
    }
}
