//! Which pixels are items: more than noise, no shadow, with the edge where half of a pixel is covered.
//!
//! A shadow is what is darker but of the mat's own colour and fades out towards the mat. Something grey that ends
//! sharply is an item. It knows no shapes beyond that.

use super::ground::{Ground, HIGH, LOW};
use super::region::{dilated, eroded, fill_holes, regions};

/// What surely differs must cover this many working pixels for a region to count.
const LEAST_STRONG: usize = 6;
/// Within this many pixels an edge in focus goes from mat to item…
const EDGE: usize = 2;
/// …and covers this share of the depth of a grey thing; a shadow's fringe (penumbra) is wider.
const SHARP: f32 = 0.6;
/// So much of a grey region's outline must be sharp for it to be an item.
const SHARP_SHARE: f32 = 0.6;
/// How thick the fringe around items is in which pixels are judged anew, and how far inside the item they look for its
/// colour.
const FRINGE: usize = 2;
const INSIDE: usize = 3;
/// A grey region thinner than about twice this many pixels beside an item is the dark line at its edge.
const THIN: usize = 2;

/// The mask of all items, holes filled.
pub(super) fn items_mask(ground: &Ground) -> Vec<bool> {
    let width = ground.width;
    let mut mask = solid(ground);
    add_grey_items(ground, &mut mask);
    fill_holes(&mut mask, width);
    let mut settled = settled(ground, &mask);
    fill_holes(&mut settled, width);
    settled
}

/// What is brighter, of another colour, or darker than any shadow.
fn solid(ground: &Ground) -> Vec<bool> {
    let is_weak: Vec<bool> = ground.score.iter().zip(&ground.shade).map(|(&s, &shade)| s >= LOW && !shade).collect();
    let (labels, found) = regions(&is_weak, ground.width);
    let mut strong = vec![0usize; found.len() + 1];
    for (&label, &score) in labels.of.iter().zip(&ground.score) {
        strong[label as usize] += usize::from(score >= HIGH);
    }
    labels.of.iter().map(|&label| label != 0 && strong[label as usize] >= LEAST_STRONG).collect()
}

/// Adds regions that could be shadows by their colour but end sharply all around.
fn add_grey_items(ground: &Ground, mask: &mut [bool]) {
    let (width, height) = (ground.width, ground.height);
    let grey: Vec<bool> =
        (0..mask.len()).map(|i| !mask[i] && ground.shade[i] && ground.score[i] >= LOW).collect();
    let (labels, found) = regions(&grey, width);
    let mut depths: Vec<Vec<f32>> = vec![Vec::new(); found.len()];
    let mut strong = vec![0usize; found.len()];
    let mut beside = vec![false; found.len()];
    for (i, &label) in labels.of.iter().enumerate().filter(|(_, label)| **label != 0) {
        let k = label as usize - 1;
        depths[k].push(-ground.apart[i].light);
        strong[k] += usize::from(ground.score[i] >= HIGH);
        let (x, y) = (i % width, i / width);
        beside[k] |= (x > 0 && mask[i - 1])
            || (x + 1 < width && mask[i + 1])
            || (y > 0 && mask[i - width])
            || (y + 1 < height && mask[i + width]);
    }
    let depth: Vec<f32> = depths.iter_mut().map(|d| median(d)).collect();
    let core = eroded(&grey, width, THIN);
    let mut thick = vec![false; found.len()];
    labels.of.iter().zip(&core).filter(|(label, core)| **label != 0 && **core).for_each(|(l, _)| thick[*l as usize - 1] = true);
    let mut edges = vec![(0usize, 0usize); found.len()];
    for (i, &label) in labels.of.iter().enumerate().filter(|(_, label)| **label != 0) {
        let (x, y) = (i % width, i / width);
        let mat = |exists: bool, n: usize| exists && labels.of[n] == 0 && !mask[n];
        let at_mat = mat(x > 0, i.wrapping_sub(1))
            || mat(x + 1 < width, i + 1)
            || mat(y > 0, i.wrapping_sub(width))
            || mat(y + 1 < height, i + width);
        if at_mat {
            let k = label as usize - 1;
            edges[k].0 += 1;
            edges[k].1 += usize::from(range_around(ground, mask, x, y) >= SHARP * depth[k]);
        }
    }
    let is_item: Vec<bool> = (0..found.len())
        .map(|k| {
            let (all, sharp) = edges[k];
            let thin_beside = beside[k] && !thick[k];
            strong[k] >= LEAST_STRONG.max(found[k].area / 4) && !thin_beside && sharp as f32 >= SHARP_SHARE * all as f32
        })
        .collect();
    for (set, &label) in mask.iter_mut().zip(&labels.of) {
        *set |= label != 0 && is_item[label as usize - 1];
    }
}

/// How much the brightness varies around a place, items aside.
fn range_around(ground: &Ground, mask: &[bool], x: usize, y: usize) -> f32 {
    let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
    for ny in y.saturating_sub(EDGE)..(y + EDGE + 1).min(ground.height) {
        for nx in x.saturating_sub(EDGE)..(x + EDGE + 1).min(ground.width) {
            let i = ny * ground.width + nx;
            if !mask[i] {
                let v = ground.apart[i].light;
                (low, high) = (low.min(v), high.max(v));
            }
        }
    }
    (high - low).max(0.0)
}

fn median(values: &mut [f32]) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// The mask with its edge where the item covers half of a pixel, by the colour just inside.
fn settled(ground: &Ground, mask: &[bool]) -> Vec<bool> {
    let width = ground.width;
    let (grown, core) = (dilated(mask, width, FRINGE), eroded(mask, width, FRINGE));
    let mut settled = mask.to_vec();
    for i in 0..mask.len() {
        if grown[i] && !core[i] {
            if let Some(covered) = coverage(ground, mask, &core, i) {
                settled[i] = covered >= 0.5;
            }
        }
    }
    settled
}

/// How much of a pixel at the edge is item rather than mat: its difference from the mat as a share of the item's.
/// `None` where the item's own colour near the edge is not one.
fn coverage(ground: &Ground, mask: &[bool], core: &[bool], i: usize) -> Option<f32> {
    let (x, y) = (i % ground.width, i / ground.width);
    let (mut sum, mut squares, mut count) = ([0.0f32; 3], 0.0f32, 0.0f32);
    let mut most: Option<([f32; 3], f32)> = None;
    for ny in y.saturating_sub(INSIDE)..(y + INSIDE + 1).min(ground.height) {
        for nx in x.saturating_sub(INSIDE)..(x + INSIDE + 1).min(ground.width) {
            let n = ny * ground.width + nx;
            if !mask[n] {
                continue;
            }
            let r = ground.residual[n];
            let square = dot(r, r);
            if core[n] {
                (0..3).for_each(|c| sum[c] += r[c]);
                (squares, count) = (squares + square, count + 1.0);
            } else if most.is_none_or(|(_, s)| square > s) {
                most = Some((r, square));
            }
        }
    }
    let inner = if count > 0.0 {
        let mean = sum.map(|v| v / count);
        if dot(mean, mean) < 0.5 * squares / count {
            return None;
        }
        mean
    } else {
        most?.0
    };
    let square = dot(inner, inner);
    (square > 1.0).then(|| dot(ground.residual[i], inner) / square)
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
