//! Paper that four lines do not hold: torn, folded, dog-eared, with a note hanging over its edge.
//!
//! The outline follows the edge of what the backing's flood did not reach; the rectangle around it holds everything,
//! so that nothing is cut off whatever the outline says.

use crate::components::components;
use crate::plane::Plane;
use scantrail_core::units::Point;

/// Notches narrower than this are ink that runs off the sheet, not tears.
const NOTCH_MM: f64 = 8.0;
/// The outline may leave the edge by so many pixels of half the working size (0.8 mm): where an edge runs through the
/// middle of pixels, noise decides on which side each of them falls.
const OFF_PX: f64 = 1.2;

/// Right, down, left, up: tracing keeps the mask to the right of its way.
const WAYS: [(i64, i64); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

/// The pieces of what is not backing.
#[derive(Debug)]
pub(super) struct Pieces {
    /// The largest: the sheet, its narrow notches filled.
    pub(super) sheet: Vec<bool>,
    /// Corners of boxes around other pieces above the size of dust.
    pub(super) others: Vec<Point>,
}

/// Tells the sheet from what lies beside it; pieces of up to `dust` pixels are nothing.
pub(super) fn pieces(plane: &Plane, paper: &[bool], dust: f64) -> Option<Pieces> {
    let mut rest = paper.to_vec();
    let found = components(&mut rest, plane.width);
    let largest = *found.iter().max_by_key(|c| c.area)?;
    let others = found.iter().filter(|c| **c != largest && c.area as f64 > dust);
    let corners = others.flat_map(|c| {
        let (left, top) = (c.left as f64, c.top as f64);
        let (right, bottom) = (c.right as f64 + 1.0, c.bottom as f64 + 1.0);
        [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point { x, y })
    });
    let reach = (NOTCH_MM / 2.0 * plane.per_mm).ceil() as usize;
    let sheet = closed(&connected(plane, paper, largest.area)?, plane.width, reach);
    Some(Pieces { sheet, others: corners.collect() })
}

/// The pixels of the piece that has `area` pixels.
fn connected(plane: &Plane, paper: &[bool], area: usize) -> Option<Vec<bool>> {
    let (w, h) = (plane.width, plane.height);
    let mut seen = vec![false; paper.len()];
    for start in 0..paper.len() {
        if !paper[start] || seen[start] {
            continue;
        }
        let mut piece = vec![start];
        seen[start] = true;
        let mut next = 0;
        while let Some(&i) = piece.get(next) {
            next += 1;
            let (x, y) = (i % w, i / w);
            for ny in y.saturating_sub(1)..(y + 2).min(h) {
                for nx in x.saturating_sub(1)..(x + 2).min(w) {
                    let n = ny * w + nx;
                    if paper[n] && !seen[n] {
                        seen[n] = true;
                        piece.push(n);
                    }
                }
            }
        }
        if piece.len() == area {
            let mut mask = vec![false; paper.len()];
            for i in piece {
                mask[i] = true;
            }
            return Some(mask);
        }
    }
    None
}

/// Grown and shrunk again by a square of `2 · reach + 1`: notches and holes narrower than that are gone.
fn closed(mask: &[bool], width: usize, reach: usize) -> Vec<bool> {
    let height = mask.len() / width;
    // With a margin, so that shrinking does not begin at the frame.
    let (wide, tall) = (width + 2 * reach, height + 2 * reach);
    let mut large = vec![false; wide * tall];
    for y in 0..height {
        large[(y + reach) * wide + reach..][..width].copy_from_slice(&mask[y * width..][..width]);
    }
    let grown = any_within(&any_within(&large, wide, reach, Along::Row), wide, reach, Along::Column);
    let outside: Vec<bool> = grown.iter().map(|&v| !v).collect();
    let shrunk = any_within(&any_within(&outside, wide, reach, Along::Row), wide, reach, Along::Column);
    (0..mask.len()).map(|i| !shrunk[(i / width + reach) * wide + i % width + reach]).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Along {
    Row,
    Column,
}

/// Whether any pixel within `reach` is set, along rows or columns.
fn any_within(mask: &[bool], width: usize, reach: usize, along: Along) -> Vec<bool> {
    let height = mask.len() / width;
    let (lines, length, step, stride) =
        if along == Along::Row { (height, width, 1, width) } else { (width, height, width, 1) };
    let mut out = vec![false; mask.len()];
    for line in 0..lines {
        let at = |i: usize| line * stride + i * step;
        let mut last: Option<usize> = None;
        for i in 0..length + reach {
            if i < length && mask[at(i)] {
                last = Some(i);
            }
            if i >= reach && last.is_some_and(|last| last + 2 * reach >= i) {
                out[at(i - reach)] = true;
            }
        }
    }
    out
}

/// The outline of a mask's piece that holds its first pixel: clockwise, along pixel edges, straightened.
pub(super) fn outline(mask: &[bool], width: usize) -> Vec<Point> {
    simplified(&traced(mask, width))
}

/// Corners of pixels along the outer edge, clockwise, starting at the top left of the first pixel.
fn traced(mask: &[bool], width: usize) -> Vec<Point> {
    let height = (mask.len() / width) as i64;
    let set = |x: i64, y: i64| {
        (0..width as i64).contains(&x) && (0..height).contains(&y) && mask[y as usize * width + x as usize]
    };
    let Some(first) = mask.iter().position(|&m| m) else {
        return Vec::new();
    };
    let start = ((first % width) as i64, (first / width) as i64);
    let (mut at, mut way) = (start, 0usize);
    let mut points = Vec::new();
    loop {
        points.push(Point { x: at.0 as f64, y: at.1 as f64 });
        at = (at.0 + WAYS[way].0, at.1 + WAYS[way].1);
        // The pixels ahead on the left and on the right of the corner reached.
        let (left, right) = match way {
            0 => ((at.0, at.1 - 1), (at.0, at.1)),
            1 => ((at.0, at.1), (at.0 - 1, at.1)),
            2 => ((at.0 - 1, at.1), (at.0 - 1, at.1 - 1)),
            _ => ((at.0 - 1, at.1 - 1), (at.0, at.1 - 1)),
        };
        // Pieces that touch at a corner belong together, as they do in `components`.
        way = if set(left.0, left.1) {
            (way + 3) % 4
        } else if set(right.0, right.1) {
            way
        } else {
            (way + 1) % 4
        };
        if at == start && way == 0 {
            return points;
        }
    }
}

/// Fewer points, none further than [`OFF_PX`] from the line between its neighbours (Douglas and Peucker, 1973,
/// doi:10.3138/FM57-6770-U75U-7727).
fn simplified(points: &[Point]) -> Vec<Point> {
    if points.len() < 4 {
        return points.to_vec();
    }
    // Between the two ends of the longest way across, so that neither depends on where the tracing began.
    let far = |from: Point| {
        let distance = |p: &Point| (p.x - from.x).hypot(p.y - from.y);
        (0..points.len()).max_by(|&a, &b| distance(&points[a]).total_cmp(&distance(&points[b]))).unwrap_or(0)
    };
    let one = far(points[0]);
    let other = far(points[one]);
    let ring = |from: usize, to: usize| -> Vec<Point> {
        let steps = (to + points.len() - from) % points.len();
        (0..=steps).map(|k| points[(from + k) % points.len()]).collect()
    };
    let mut kept = half(&ring(one, other));
    kept.pop();
    kept.extend(half(&ring(other, one)));
    kept.pop();
    kept
}

fn half(points: &[Point]) -> Vec<Point> {
    let mut keep = vec![false; points.len()];
    let last = points.len() - 1;
    (keep[0], keep[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let (a, b) = (points[from], points[to]);
        let length = (b.x - a.x).hypot(b.y - a.y).max(1e-9);
        let off = |p: Point| ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)).abs() / length;
        let furthest = (from + 1..to).max_by(|&i, &j| off(points[i]).total_cmp(&off(points[j])));
        if let Some(middle) = furthest.filter(|&i| off(points[i]) > OFF_PX) {
            keep[middle] = true;
            open.extend([(from, middle), (middle, to)]);
        }
    }
    points.iter().zip(keep).filter(|(_, keep)| *keep).map(|(p, _)| *p).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(rows: &[&str]) -> Vec<bool> {
        rows.iter().flat_map(|row| row.chars().map(|c| c == '#')).collect()
    }

    #[test]
    fn a_rectangle_has_four_corners() {
        let outline = outline(&mask(&["......", ".####.", ".####.", ".####.", "......"]), 6);
        let mut corners: Vec<(i64, i64)> = outline.iter().map(|p| (p.x as i64, p.y as i64)).collect();
        corners.sort_unstable();
        assert_eq!(corners, [(1, 1), (1, 4), (5, 1), (5, 4)]);
    }

    #[test]
    fn an_outline_runs_around_pieces_that_touch_at_a_corner() {
        let points = traced(&mask(&["##..", "##..", "..##", "..##"]), 4);
        assert_eq!(points.len(), 16, "{points:?}");
    }

    #[test]
    fn narrow_notches_are_filled_and_wide_ones_are_not() {
        let at = |x: usize, y: usize| {
            let narrow = (20..24).contains(&y) && x > 30;
            let wide = (40..60).contains(&y) && x > 30;
            (5..55).contains(&x) && (5..75).contains(&y) && !narrow && !wide
        };
        let sheet: Vec<bool> = (0..60 * 80).map(|i| at(i % 60, i / 60)).collect();
        let closed = closed(&sheet, 60, 4);
        assert!(closed[22 * 60 + 50], "a stroke of ink is no notch");
        assert!(!closed[50 * 60 + 50], "a tear is one");
        assert!(sheet.iter().zip(&closed).all(|(before, after)| *after || !before), "nothing is taken away");
    }
}
