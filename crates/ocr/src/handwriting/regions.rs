//! Strips of writing in the map that the first network draws: how likely each of its pixels belongs to writing.
//!
//! The network draws each line thinner than it is, so that lines stay apart (differentiable binarisation,
//! arXiv:1911.08947); each connected patch is therefore grown again.

use super::region::Region;

/// From here on a pixel belongs to writing.
const WRITING: f32 = 0.3;
/// A patch whose pixels are less likely than this on average is no line.
const LINE: f32 = 0.5;
/// Patches thinner than this many pixels of the map are specks.
const LEAST_HEIGHT: f32 = 3.0;
/// How far a patch is grown: this share of its area over its circumference, as the network was taught to shrink it.
const GROWTH: f32 = 1.6;
/// A patch this many times as wide as high tells how the line leans; a shorter one does not.
const LONG: f32 = 4.0;
/// A line leans by no more than 5°: pages come straight, and hands drift less.
const STEEPEST: f32 = 0.0875;

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

/// Moves the connected patch that holds `start` from `open` into `patch`; corners connect.
fn take_patch(open: &mut [bool], (width, height): (usize, usize), start: usize, patch: &mut Vec<usize>) {
    patch.clear();
    patch.push(start);
    open[start] = false;
    let mut next = 0;
    while let Some(&at) = patch.get(next) {
        next += 1;
        let (x, y) = (at % width, at / width);
        for ny in y.saturating_sub(1)..(y + 2).min(height) {
            for nx in x.saturating_sub(1)..(x + 2).min(width) {
                let neighbour = ny * width + nx;
                if open[neighbour] {
                    open[neighbour] = false;
                    patch.push(neighbour);
                }
            }
        }
    }
}

fn strip(patch: &[usize], map: &[f32], width: usize) -> Option<Region> {
    let likely = patch.iter().map(|&at| map[at]).sum::<f32>() / patch.len() as f32;
    if likely < LINE {
        return None;
    }
    let points = || patch.iter().map(|&at| ((at % width) as f32 + 0.5, (at / width) as f32 + 0.5));
    let around = |values: &mut dyn Iterator<Item = f32>| {
        values.fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v - 0.5), high.max(v + 0.5)))
    };
    let (left, right) = around(&mut points().map(|p| p.0));
    let (top, bottom) = around(&mut points().map(|p| p.1));
    let slope = if right - left > LONG * (bottom - top) { lean(points(), patch.len()) } else { 0.0 };
    let middle = f32::midpoint(left, right);
    let (top, bottom) = around(&mut points().map(|(x, y)| y - (x - middle) * slope));
    let thin = Region { left, right, top, bottom, slope };
    if thin.height().min(thin.width()) < LEAST_HEIGHT {
        return None;
    }
    let growth = GROWTH * thin.width() * thin.height() / (2.0 * (thin.width() + thin.height()));
    Some(thin.grown(growth, growth))
}

/// The slope of the straight line through the points (least squares).
fn lean(points: impl Iterator<Item = (f32, f32)> + Clone, count: usize) -> f32 {
    let n = count as f32;
    let (sx, sy) = points.clone().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x, sy + y));
    let (mx, my) = (sx / n, sy / n);
    let (xy, xx) = points.fold((0.0, 0.0), |(xy, xx), (x, y)| (xy + (x - mx) * (y - my), xx + (x - mx).powi(2)));
    if xx == 0.0 { 0.0 } else { (xy / xx).clamp(-STEEPEST, STEEPEST) }
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
        let growth = 1.6 * 80.0 * 4.0 / (2.0 * 84.0);
        let wanted = Region { left: 10.0, right: 90.0, top: 10.0, bottom: 14.0, slope: 0.0 }.grown(growth, growth);
        let near = |a: f32, b: f32| (a - b).abs() < 0.01;
        assert!(near(found[0].left, wanted.left) && near(found[0].bottom, wanted.bottom), "{found:?}");
    }

    #[test]
    fn a_line_that_drifts_is_followed() {
        let drifting = map(|x, y| if (10..110).contains(&x) && (20 + x / 25..25 + x / 25).contains(&y) { 0.8 } else { 0.0 });
        let found = regions(&drifting, WIDTH);
        assert_eq!(found.len(), 1);
        assert!((found[0].slope - 0.04).abs() < 0.005, "{found:?}");
        let growth = 10.0 - found[0].left;
        assert!(found[0].height() - 2.0 * growth < 7.0, "{found:?}");
    }

    #[test]
    fn specks_and_doubtful_patches_are_no_lines() {
        assert_eq!(regions(&map(|x, y| f32::from(x == 50 && y < 40)), WIDTH), []);
        assert_eq!(regions(&map(|x, y| if x < 80 && (20..30).contains(&y) { 0.4 } else { 0.0 }), WIDTH), []);
        assert_eq!(regions(&map(|_, _| 0.0), WIDTH), []);
    }
}
