//! How tall the small letters of a page are: what decides how fine it has to be for its reader.

use crate::patch::take_patch;
use scantrail_core::raster::Raster;

/// A pixel is ink if it is darker than this share of its tile's paper.
const INK: f64 = 0.7;
/// The paper of a tile is this bright part of its pixels.
const PAPER: f64 = 0.75;
/// The side of a tile in pixels: the light on it is even.
const TILE: usize = 100;
/// Of every so many bands as tall as a tile one is looked at: print is alike all over a page.
const EVERY: usize = 3;
/// Lowest and tallest patch that may be a letter, in pixels.
const LETTER: std::ops::RangeInclusive<usize> = 4..=40;
/// Letters that touch make a patch as wide as a word.
const WIDEST: usize = 12;
/// Fewer letters say nothing about a page; a page of small print has thousands.
const ENOUGH: usize = 150;
/// Letters without strokes up or down are at least this share of all in running text; specks of all sizes are not.
const SHARE: f64 = 0.35;

/// The height in pixels of the letters without strokes up or down, of which running text has most (its x-height); `None`
/// where there are too few of them to tell. `page` is grey.
pub(crate) fn small_letters(page: &Raster) -> Option<f64> {
    let mut heights = [0usize; *LETTER.end() + 2];
    for top in (0..page.height() as usize).step_by(TILE * EVERY) {
        let bottom = (top + TILE).min(page.height() as usize);
        count(ink(page, top, bottom), page.width() as usize, &mut heights);
    }
    let all: usize = heights.iter().sum();
    let near = |height: usize| &heights[height - 1..=height + 1];
    let most = LETTER.max_by_key(|&height| near(height).iter().sum::<usize>())?;
    let alike: usize = near(most).iter().sum();
    if all < ENOUGH || (alike as f64) < all as f64 * SHARE {
        return None;
    }
    let sum: usize = (most - 1..=most + 1).map(|height| height * heights[height]).sum();
    Some(sum as f64 / alike as f64)
}

/// Where there is ink in the rows from `top` to `bottom`.
fn ink(page: &Raster, top: usize, bottom: usize) -> Vec<bool> {
    let width = page.width() as usize;
    let mut mask = vec![false; width * (bottom - top)];
    for left in (0..width).step_by(TILE) {
        let right = (left + TILE).min(width);
        let row = |y: usize| &page.row(y as u32)[left..right];
        let mut counts = [0usize; 256];
        (top..bottom).flat_map(row).for_each(|&value| counts[usize::from(value)] += 1);
        let limit = (f64::from(level(&counts, PAPER)) * INK) as u8;
        for y in top..bottom {
            for (x, &value) in (left..right).zip(row(y)) {
                mask[(y - top) * width + x] = value < limit;
            }
        }
    }
    mask
}

/// The value below which a share of all counted values lies.
fn level(counts: &[usize; 256], share: f64) -> u8 {
    let wanted = (counts.iter().sum::<usize>() as f64 * share) as usize;
    let mut below = 0;
    (0..=255u8)
        .find(|&value| {
            below += counts[usize::from(value)];
            below > wanted
        })
        .unwrap_or(255)
}

/// Counts the heights of the patches that may be letters; one that a band cuts off is none.
fn count(mut open: Vec<bool>, width: usize, heights: &mut [usize]) {
    let rows = open.len() / width;
    let mut patch = Vec::new();
    for start in 0..open.len() {
        if !open[start] {
            continue;
        }
        take_patch(&mut open, (width, rows), start, &mut patch);
        let range = |values: &mut dyn Iterator<Item = usize>| {
            values.fold((usize::MAX, 0), |(low, high), value| (low.min(value), high.max(value)))
        };
        let (top, bottom) = range(&mut patch.iter().map(|at| at / width));
        let (left, right) = range(&mut patch.iter().map(|at| at % width));
        let (height, across) = (bottom - top + 1, right - left + 1);
        if LETTER.contains(&height) && across <= WIDEST * height && top > 0 && bottom + 1 < rows {
            heights[height] += 1;
        }
    }
}
