//! Which pixels are items: more than noise, no shadow, with the edge where half of a pixel is covered.
//!
//! A shadow is what is darker but of the mat's own colour and fades out towards the mat. Something grey that ends
//! sharply is an item. It knows no shapes beyond that.

use super::ground::{Ground, HIGH, LOW, LearntFrom};
use super::region::{dilated, eroded, fill_holes, regions};

/// What surely differs must cover this many working pixels for a region to count.
const LEAST_STRONG: usize = 6;
/// Within this many pixels an edge in focus goes from mat to item…
const EDGE: usize = 2;
/// …and covers this share of the depth of a grey thing; a shadow's fringe (penumbra) is wider.
const SHARP: f32 = 0.6;
/// So much of a grey region's outline must be sharp for it to be an item.
const SHARP_SHARE: f32 = 0.6;
/// A step in brightness (logarithm) over two smoothed pixels: the fringe of a shadow of half depth that is 4 mm wide
/// stays below it, the edge of something 20 % darker does not…
const STEP: f32 = 0.1;
/// …and so many times the noise.
const STEP_NOISE: f32 = 3.0;
/// A grey region with more of its outline beside items than this is their shadow.
const BESIDE_SHARE: f32 = 0.15;
/// A mat has a thin pattern if so many things at most so wide (working pixels) cross its frame; then what is thinner
/// than twice [`PATTERN`] is worn off.
const PATTERN_TIMES: usize = 4;
const PATTERN_RUN: usize = 6;
const PATTERN: usize = 2;
/// Parts nearer than this are one thing, in millimetres…
const JOIN_MM: f64 = 3.0;
/// …unless both are large: a quarter of the other and this many square millimetres.
const JOIN_LEAST_MM2: f64 = 250.0;
/// How thick the fringe around items is in which pixels are judged anew, and how far inside the item they look for its
/// colour.
const FRINGE: usize = 2;
const INSIDE: usize = 3;
/// A grey region thinner than about twice this many pixels beside an item is the dark line at its edge.
const THIN: usize = 2;

/// The mask of all items, holes filled; `per_mm` is working pixels per millimetre.
pub(super) fn items_mask(ground: &Ground, per_mm: f64) -> Vec<bool> {
    let width = ground.width;
    let mut mask = solid(ground);
    add_grey_items(ground, &mut mask);
    fill_holes(&mut mask, width);
    if ground.learnt != LearntFrom::Model && has_thin_pattern(ground) {
        // Thin work cannot be told from a thin pattern that nobody has shown before.
        mask = dilated(&eroded(&mask, width, PATTERN), width, PATTERN);
    }
    let mut settled = settled(ground, &mask);
    fill_holes(&mut settled, width);
    joined(&settled, width, per_mm)
}

/// Whether thin things cross the frame in many places: lines of a cutting mat, joints of boards.
fn has_thin_pattern(ground: &Ground) -> bool {
    let (w, h) = (ground.width, ground.height);
    let (across, down) = ((0..w).map(|x| w + x), (0..h).map(|y| y * w + 1));
    let (back, up) = ((0..w).map(|x| (h - 2) * w + x), (0..h).map(|y| y * w + w - 2));
    let off: Vec<bool> = across.chain(down).chain(back).chain(up).map(|i| ground.score[i] >= HIGH).collect();
    off.split(|v| !v).filter(|run| (1..=PATTERN_RUN).contains(&run.len())).count() >= PATTERN_TIMES
}

/// Regions with small ones very near put together: the lit and the dark side of something grey, a torn-off corner.
fn joined(mask: &[bool], width: usize, per_mm: f64) -> Vec<bool> {
    let reach = ((JOIN_MM * per_mm / 2.0).round() as usize).max(1);
    let mut closed = eroded(&dilated(mask, width, reach), width, reach);
    closed.iter_mut().zip(mask).for_each(|(closed, set)| *closed |= set);
    fill_holes(&mut closed, width);
    let ((labels, parts), (around, wholes)) = (regions(mask, width), regions(&closed, width));
    // The two largest parts of each whole.
    let mut largest = vec![[0usize; 2]; wholes.len()];
    for part in &parts {
        let two = &mut largest[around.of[part.first] as usize - 1];
        if part.area > two[0] {
            *two = [part.area, two[0]];
        } else if part.area > two[1] {
            two[1] = part.area;
        }
    }
    let least = (JOIN_LEAST_MM2 * per_mm * per_mm) as usize;
    let together = |two: &[usize; 2]| two[1] > 0 && (two[1] < least || 4 * two[1] < two[0]);
    (0..mask.len())
        .map(|i| labels.of[i] != 0 || around.of[i] != 0 && together(&largest[around.of[i] as usize - 1]))
        .collect()
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

/// Adds what could be shadow by its colour but is not: it is one with something solid, or it ends sharply all around.
///
/// A shadow fades out: from the mat one gets into it without a step. What is left behind steps belongs to what it joins
/// without a step, and what joins nothing is a grey item, unless it lies beside an item as shadows do.
fn add_grey_items(ground: &Ground, mask: &mut [bool]) {
    let width = ground.width;
    let smooth = is_smooth(ground);
    let grey: Vec<bool> = (0..mask.len()).map(|i| !mask[i] && ground.shade[i] && ground.score[i] >= LOW).collect();
    let open: Vec<bool> =
        (0..mask.len()).map(|i| smooth[i] && !mask[i] && (grey[i] || ground.score[i] < LOW)).collect();
    // A gap of one pixel in an edge is no way through.
    let wide = eroded(&open, width, 1);
    let from_mat = |i: usize| ground.score[i] < LOW;
    let shadow = dilated(&reached(&wide, width, from_mat), width, 1 + EDGE);
    let left: Vec<bool> = (0..mask.len()).map(|i| grey[i] && !(shadow[i] && open[i])).collect();
    let solid = dilated(&eroded(mask, width, 1), width, 2);
    let joined = reached(&(0..mask.len()).map(|i| smooth[i] && (left[i] || mask[i])).collect::<Vec<_>>(), width, |i| {
        solid[i] && mask[i]
    });
    for i in 0..mask.len() {
        mask[i] |= joined[i] && left[i];
    }
    add_alone(ground, mask, &left);
}

/// Whether the brightness, a little smoothed, goes on without a step.
fn is_smooth(ground: &Ground) -> Vec<bool> {
    let (w, h) = (ground.width, ground.height);
    let light: Vec<f32> = ground.apart.iter().map(|a| a.light).collect();
    let soft = blurred(&light, w, h);
    let at = |x: usize, y: usize| soft[y * w + x];
    (0..w * h)
        .map(|i| {
            let (x, y) = (i % w, i / w);
            let across = at((x + 1).min(w - 1), y) - at(x.saturating_sub(1), y);
            let down = at(x, (y + 1).min(h - 1)) - at(x, y.saturating_sub(1));
            across.hypot(down) < STEP.max(STEP_NOISE * ground.noise[i])
        })
        .collect()
}

/// Means over three by three pixels.
fn blurred(values: &[f32], w: usize, h: usize) -> Vec<f32> {
    let mut across = vec![0.0; values.len()];
    for (row, out) in values.chunks_exact(w).zip(across.chunks_exact_mut(w)) {
        for x in 0..w {
            out[x] = (row[x.saturating_sub(1)] + row[x] + row[(x + 1).min(w - 1)]) / 3.0;
        }
    }
    (0..values.len())
        .map(|i| {
            let (x, y) = (i % w, i / w);
            (across[y.saturating_sub(1) * w + x] + across[i] + across[(y + 1).min(h - 1) * w + x]) / 3.0
        })
        .collect()
}

/// Everything in `open` that can be reached, side to side, from those of its pixels for which `start` holds.
fn reached(open: &[bool], width: usize, start: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut reached: Vec<bool> = (0..open.len()).map(|i| open[i] && start(i)).collect();
    let mut ways: Vec<usize> = (0..open.len()).filter(|&i| reached[i]).collect();
    while let Some(i) = ways.pop() {
        let x = i % width;
        let near = [
            (x > 0, i.wrapping_sub(1)),
            (x + 1 < width, i + 1),
            (i >= width, i.wrapping_sub(width)),
            (i + width < open.len(), i + width),
        ];
        for (exists, n) in near {
            if exists && open[n] && !reached[n] {
                reached[n] = true;
                ways.push(n);
            }
        }
    }
    reached
}

/// Adds grey regions that are sharp all around and thick, or lie alone.
fn add_alone(ground: &Ground, mask: &mut [bool], grey: &[bool]) {
    let (width, height) = (ground.width, ground.height);
    let (labels, found) = regions(grey, width);
    let mut depths: Vec<Vec<f32>> = vec![Vec::new(); found.len()];
    let mut strong = vec![0usize; found.len()];
    let mut thick = vec![0usize; found.len()];
    let core = eroded(grey, width, THIN);
    let items = dilated(mask, width, THIN);
    // For each region: sides towards the mat, how many of them are sharp, and sides towards items.
    let mut edges = vec![(0usize, 0usize, 0usize); found.len()];
    for (i, &label) in labels.of.iter().enumerate().filter(|(_, label)| **label != 0) {
        let k = label as usize - 1;
        depths[k].push(-ground.apart[i].light);
        strong[k] += usize::from(ground.score[i] >= HIGH);
        thick[k] += usize::from(core[i]);
    }
    let depth: Vec<f32> = depths.iter_mut().map(|d| median(d)).collect();
    for (i, &label) in labels.of.iter().enumerate().filter(|(_, label)| **label != 0) {
        let (x, y) = (i % width, i / width);
        let free = |exists: bool, n: usize| exists && labels.of[n] == 0;
        let k = label as usize - 1;
        if items[i] {
            edges[k].2 += 1;
        } else if free(x > 0, i.wrapping_sub(1))
            || free(x + 1 < width, i + 1)
            || free(y > 0, i.wrapping_sub(width))
            || free(y + 1 < height, i + width)
        {
            edges[k].0 += 1;
            edges[k].1 += usize::from(range_around(ground, mask, x, y) >= SHARP * depth[k]);
        }
    }
    let is_item: Vec<bool> = (0..found.len())
        .map(|k| {
            let (mat, sharp, beside) = edges[k];
            let alone = beside as f32 <= BESIDE_SHARE * (mat + beside) as f32;
            strong[k] >= LEAST_STRONG.max(found[k].area / 4)
                && alone
                && (beside == 0 || thick[k] > 0)
                && sharp as f32 >= SHARP_SHARE * mat as f32
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
        if grown[i]
            && !core[i]
            && let Some(covered) = coverage(ground, mask, &core, i)
        {
            settled[i] = covered >= 0.5;
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
