//! What is written near the gutter: how wide the lane free of ink is, and what runs across it.
//!
//! The band is seen along the gutter, each column against its own paper, so that the shadow is no ink. Ruling runs
//! into the fold on both pages and is erased first.

use super::Crossing;
use super::upright::Upright;
use super::valley::Line;
use crate::components::components;
use crate::ruling::{LEAST_LINES, Ruling};

/// How far either side is looked.
const BAND_MM: f64 = 12.0;
/// Ink is darker than its paper by this share.
const INK: f32 = 0.14;
/// Length of gutter over which the paper's brightness is taken: what covers less than three quarters of it is ink.
const LEVEL_MM: f64 = 40.0;
/// What reaches so far onto both pages runs across.
const ACROSS_MM: f64 = 2.5;
/// A column of the lane may hold ink in this share of its rows: a page number, a stray stroke.
const STRAY: f32 = 0.015;
/// Ruling is darker than paper by this much.
const RULE_INK: f32 = 0.03;
/// Rows either side of a rule that are erased with it.
const RULE_REACH: usize = 2;

/// What lies about a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Band {
    /// Millimetres free of ink, both sides together, at most twice [`BAND_MM`].
    pub(super) lane_mm: f64,
    pub(super) crossing: Crossing,
}

/// `slopes`: how the lines of the left and of the right page fall to the right.
pub(super) fn look(sheet: &Upright, line: &Line, slopes: [f64; 2]) -> Band {
    let reach = ((BAND_MM * sheet.per_mm) as usize).max(2);
    let width = 2 * reach + 1;
    let mut mask = ink_along(sheet, line, reach);
    erase_ruling(sheet, line, slopes, &mut mask, reach);
    let across = (ACROSS_MM * sheet.per_mm).ceil() as usize;
    let mut crossed = vec![false; sheet.rows()];
    let mut places = 0;
    for piece in components(&mut mask.clone(), width) {
        if piece.left + across <= reach && piece.right >= reach + across {
            places += 1;
            crossed[piece.top..=piece.bottom].fill(true);
        }
    }
    let share = crossed.iter().filter(|&&c| c).count() as f32 / sheet.rows().max(1) as f32;
    let inked = |u: usize| {
        let rows = (0..sheet.rows()).filter(|&y| !crossed[y] && mask[y * width + u]).count();
        rows as f32 > STRAY * sheet.rows() as f32
    };
    let left = (0..=reach).take_while(|&d| !inked(reach - d)).count();
    let right = (0..=reach).take_while(|&d| !inked(reach + d)).count();
    let lane_mm = (left + right) as f64 / sheet.per_mm;
    Band { lane_mm, crossing: Crossing { places, share } }
}

/// Ink in the band, one row for each row of the paper, the gutter in the middle column.
fn ink_along(sheet: &Upright, line: &Line, reach: usize) -> Vec<bool> {
    let width = 2 * reach + 1;
    let value = |row: usize, u: usize| {
        let y = sheet.top + row;
        let x = line.x(y as f64 + 0.5) + u as f64 - reach as f64;
        let inside = x >= 0.0 && (x as usize) < sheet.width;
        if inside && sheet.is_paper(x as usize, y) { sheet.grey[y * sheet.width + x as usize] } else { 0 }
    };
    let mut mask = vec![false; sheet.rows() * width];
    let step = ((LEVEL_MM / 4.0 * sheet.per_mm) as usize).max(1);
    let mut window = Vec::with_capacity(4 * step);
    for u in 0..width {
        for from in (0..sheet.rows()).step_by(step) {
            window.clear();
            let first = from.saturating_sub(step * 3 / 2);
            window.extend((first..(from + step * 5 / 2).min(sheet.rows())).map(|row| value(row, u)));
            let n = (window.len() - 1) * 3 / 4;
            let level = f32::from(*window.select_nth_unstable(n).1);
            for row in from..(from + step).min(sheet.rows()) {
                let v = f32::from(value(row, u));
                mask[row * width + u] = v > 0.0 && v < (1.0 - INK) * level;
            }
        }
    }
    mask
}

fn erase_ruling(sheet: &Upright, line: &Line, slopes: [f64; 2], mask: &mut [bool], reach: usize) {
    let gutter = (line.at.max(0.0) as usize).clamp(sheet.left, sheet.right);
    // Each page with a little of the other one: rules end in the fold, not before it.
    let pages =
        [(sheet.left, (gutter + reach).min(sheet.right)), (gutter.saturating_sub(reach).max(sheet.left), sheet.right)];
    for ((from, to), slope) in pages.into_iter().zip(slopes) {
        let ruling = Ruling::find(&sheet.ink_between(from, to), slope, RULE_INK);
        if ruling.count() < LEAST_LINES {
            continue;
        }
        let side = to - from;
        let mut keep = vec![true; side * sheet.rows()];
        ruling.erase(&mut keep, side, RULE_REACH);
        for (i, ink) in mask.iter_mut().enumerate() {
            let (row, u) = (i / (2 * reach + 1), i % (2 * reach + 1));
            let x = line.x((sheet.top + row) as f64 + 0.5) + u as f64 - reach as f64 - from as f64;
            let inside = x >= 0.0 && (x as usize) < side;
            *ink &= !inside || keep[row * side + x as usize];
        }
    }
}
