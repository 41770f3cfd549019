//! Groups of ink and the rows they form. It must not know what a page with many or few rows is called.
//!
//! Writing is the only thing on paper that stands in rows: small groups of similar height side by side, and the rows
//! parallel to each other. A drawing's lines are long, or go anywhere. Nearest neighbours in a row are the idea of the
//! document spectrum (L. O'Gorman, 1993, doi:10.1109/34.244677).

use crate::components::Component;

/// A group of writing is no higher than this: a headline of 60 points has capitals of 15 mm.
const HIGHEST_MM: f64 = 16.0;
/// …and no lower than this: an x-height of 1 mm, thinned by shrinking.
const LOWEST_MM: f64 = 0.7;
/// A word joined by handwriting or by a small picture is no longer than this.
const LONGEST_MM: f64 = 80.0;
/// Neighbours in a row lie at most so many heights apart: the space between words.
const APART_HEIGHTS: f64 = 2.0;
/// …and their middles differ by at most this share of the higher one.
const LEVEL: f64 = 0.45;
/// …and one is at most so many times as high as the other: a capital with tail beside a full vowel.
const HIGHER: f64 = 3.0;
/// A row has at least so many groups, or, of fewer, is at least so many heights long (joined handwriting).
const ROW_GROUPS: usize = 4;
const ROW_HEIGHTS: f64 = 5.0;
/// Middles of a row's groups stray from its line by at most this share of their height, in the mean.
const STRAY: f64 = 0.3;

/// What was found of rows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Rows {
    /// Rows of writing.
    pub(super) count: usize,
    /// Share of all ink that stands in rows.
    pub(super) share: f32,
    /// Groups in rows.
    pub(super) groups: usize,
    /// Middle height of the groups in rows, in millimetres; 0 without any.
    pub(super) height_mm: f32,
}

/// A group seen along the direction of the page's lines.
#[derive(Debug, Clone, Copy)]
struct Member {
    left: f64,
    right: f64,
    middle: f64,
    height: f64,
    area: usize,
}

/// Rows among `groups`, beside `other` pixels of ink that are no groups, along lines that fall by `slope` to the
/// right; lengths in pixels of `per_mm` to a millimetre.
pub(super) fn rows(groups: &[Component], other: usize, slope: f64, per_mm: f64) -> Rows {
    let total = other + groups.iter().map(|g| g.area).sum::<usize>();
    let mut members: Vec<Member> = groups.iter().filter_map(|g| member(g, slope, per_mm)).collect();
    members.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut row_of: Vec<usize> = (0..members.len()).collect();
    for i in 0..members.len() {
        if let Some(next) = neighbour(&members, i) {
            let (a, b) = (root(&mut row_of, i), root(&mut row_of, next));
            row_of[a.max(b)] = a.min(b);
        }
    }
    let mut gathered: Vec<Vec<Member>> = vec![Vec::new(); members.len()];
    for i in 0..members.len() {
        gathered[root(&mut row_of, i)].push(members[i]);
    }
    gathered.retain(|row| is_row(row));
    let inside: usize = gathered.iter().flatten().map(|m| m.area).sum();
    let mut heights: Vec<f64> = gathered.iter().flatten().map(|m| m.height / per_mm).collect();
    heights.sort_by(f64::total_cmp);
    Rows {
        count: gathered.len(),
        share: if total == 0 { 0.0 } else { inside as f32 / total as f32 },
        groups: heights.len(),
        height_mm: heights.get(heights.len() / 2).copied().unwrap_or(0.0) as f32,
    }
}

/// A group small enough to be a letter or a word.
fn member(group: &Component, slope: f64, per_mm: f64) -> Option<Member> {
    let (x, y) = ((group.left + group.right) as f64 / 2.0, (group.top + group.bottom) as f64 / 2.0);
    // A slanted word's box is higher than the word.
    let height = (group.height() as f64 - group.width() as f64 * slope.abs()).max(group.height() as f64 / 4.0);
    let fits = (LOWEST_MM..=HIGHEST_MM).contains(&(height / per_mm)) && group.width() as f64 <= LONGEST_MM * per_mm;
    fits.then_some(Member {
        left: group.left as f64,
        right: group.right as f64,
        middle: y - slope * x,
        height,
        area: group.area,
    })
}

/// The nearest group to the right in the same row.
fn neighbour(members: &[Member], from: usize) -> Option<usize> {
    let a = members[from];
    let reach = a.right + APART_HEIGHTS * HIGHER * a.height;
    let mut candidates = (from + 1..members.len()).take_while(|&i| members[i].left <= reach);
    let fits = |i: &usize| {
        let b = members[*i];
        let (low, high) = (a.height.min(b.height), a.height.max(b.height));
        b.left - a.right <= APART_HEIGHTS * high && (a.middle - b.middle).abs() <= LEVEL * high && high <= HIGHER * low
    };
    // They come in the order of their left edges.
    candidates.find(fits)
}

fn root(row_of: &mut [usize], mut i: usize) -> usize {
    while row_of[i] != i {
        row_of[i] = row_of[row_of[i]];
        i = row_of[i];
    }
    i
}

fn is_row(row: &[Member]) -> bool {
    if row.len() < 2 {
        return false;
    }
    let count = row.len() as f64;
    let height = row.iter().map(|m| m.height).sum::<f64>() / count;
    let left = row.iter().map(|m| m.left).fold(f64::INFINITY, f64::min);
    let right = row.iter().map(|m| m.right).fold(f64::NEG_INFINITY, f64::max);
    let middle = row.iter().map(|m| m.middle).sum::<f64>() / count;
    let stray = row.iter().map(|m| (m.middle - middle).abs()).sum::<f64>() / count;
    let long = right - left >= ROW_HEIGHTS * height;
    (row.len() >= ROW_GROUPS || long) && right - left >= 2.0 * height && stray <= STRAY * height
}
