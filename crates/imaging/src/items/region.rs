//! Connected regions of a mask and their outlines. It knows no colours.

use scantrail_core::units::Point;

/// A mask with a number for every region: 0 is none, region `k` has `k + 1`.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) of: Vec<u32>,
}

/// One region: its pixels touch at sides or corners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    /// Left, top, right, bottom; the last two inclusive.
    pub(crate) bounds: [usize; 4],
    pub(crate) area: usize,
    /// Its first pixel in reading order.
    pub(crate) first: usize,
}

/// All regions of a mask, in reading order of their first pixel.
pub(crate) fn regions(mask: &[bool], width: usize) -> (Labels, Vec<Region>) {
    let height = mask.len() / width.max(1);
    let mut labels = vec![0u32; mask.len()];
    let mut found: Vec<Region> = Vec::new();
    let mut open = Vec::new();
    for start in 0..mask.len() {
        if !mask[start] || labels[start] != 0 {
            continue;
        }
        let name = found.len() as u32 + 1;
        let (x, y) = (start % width, start / width);
        let mut region = Region { bounds: [x, y, x, y], area: 0, first: start };
        labels[start] = name;
        open.push((x, y));
        while let Some((x, y)) = open.pop() {
            region.area += 1;
            let [l, t, r, b] = region.bounds;
            region.bounds = [l.min(x), t.min(y), r.max(x), b.max(y)];
            for ny in y.saturating_sub(1)..(y + 2).min(height) {
                for nx in x.saturating_sub(1)..(x + 2).min(width) {
                    let n = ny * width + nx;
                    if mask[n] && labels[n] == 0 {
                        labels[n] = name;
                        open.push((nx, ny));
                    }
                }
            }
        }
        found.push(region);
    }
    (Labels { width, height, of: labels }, found)
}

impl Labels {
    fn is(&self, x: i32, y: i32, name: u32) -> bool {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        inside && self.of[y as usize * self.width + x as usize] == name
    }

    /// The outer outline of region `k`, clockwise along the sides of its pixels: the middles of all sides.
    ///
    /// Middles lie on both sides of a slanting edge in turn, so lines through them are not biased outwards as lines
    /// through corners are.
    pub(crate) fn outline(&self, k: usize, region: &Region) -> Vec<Point> {
        const STEPS: [(i32, i32); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];
        let name = k as u32 + 1;
        let (x0, y0) = ((region.first % self.width) as i32, (region.first / self.width) as i32);
        let (mut x, mut y, mut heading) = (x0, y0, 0usize);
        let mut middles = Vec::new();
        loop {
            let (dx, dy) = STEPS[heading];
            middles.push(Point { x: f64::from(x) + f64::from(dx) / 2.0, y: f64::from(y) + f64::from(dy) / 2.0 });
            (x, y) = (x + dx, y + dy);
            // The two pixels ahead of this corner: on the outer and on the inner side.
            let (outer, inner) = match heading {
                0 => ((x, y - 1), (x, y)),
                1 => ((x, y), (x - 1, y)),
                2 => ((x - 1, y), (x - 1, y - 1)),
                _ => ((x - 1, y - 1), (x, y - 1)),
            };
            heading = if self.is(outer.0, outer.1, name) {
                (heading + 3) % 4
            } else if self.is(inner.0, inner.1, name) {
                heading
            } else {
                (heading + 1) % 4
            };
            if (x, y, heading) == (x0, y0, 0) {
                return middles;
            }
        }
    }
}

/// Fills what no path over unset pixels (side to side) joins to the frame.
pub(crate) fn fill_holes(mask: &mut [bool], width: usize) {
    let height = mask.len() / width.max(1);
    let mut outside = vec![false; mask.len()];
    let mut open = Vec::new();
    let frame = (0..width)
        .flat_map(|x| [x, (height - 1) * width + x])
        .chain((0..height).flat_map(|y| [y * width, y * width + width - 1]));
    for i in frame {
        if !mask[i] && !std::mem::replace(&mut outside[i], true) {
            open.push(i);
        }
    }
    while let Some(i) = open.pop() {
        let (x, y) = (i % width, i / width);
        let near = [
            (x > 0, i.wrapping_sub(1)),
            (x + 1 < width, i + 1),
            (y > 0, i.wrapping_sub(width)),
            (y + 1 < height, i + width),
        ];
        for (exists, n) in near {
            if exists && !mask[n] && !std::mem::replace(&mut outside[n], true) {
                open.push(n);
            }
        }
    }
    for (set, outside) in mask.iter_mut().zip(&outside) {
        *set |= !outside;
    }
}

/// Whether each pixel has an unset one (or the frame, if `frame_counts`) within `reach` in each direction: what is left
/// is the mask, worn off by `reach` on every side.
pub(crate) fn eroded(mask: &[bool], width: usize, reach: usize) -> Vec<bool> {
    let inverse: Vec<bool> = mask.iter().map(|v| !v).collect();
    dilated(&inverse, width, reach).into_iter().map(|v| !v).collect()
}

/// The mask grown by `reach` pixels in a square.
pub(crate) fn dilated(mask: &[bool], width: usize, reach: usize) -> Vec<bool> {
    let height = mask.len() / width.max(1);
    let mut across = vec![false; mask.len()];
    for y in 0..height {
        let row = &mask[y * width..][..width];
        let out = &mut across[y * width..][..width];
        let mut until = 0;
        for x in 0..width + reach {
            if x < width && row[x] {
                until = x + 2 * reach + 1;
            }
            if x >= reach {
                out[x - reach] = x < until;
            }
        }
    }
    let mut grown = vec![false; mask.len()];
    let mut until = vec![0usize; width];
    for y in 0..height + reach {
        for x in 0..width {
            if y < height && across[y * width + x] {
                until[x] = y + 2 * reach + 1;
            }
            if y >= reach {
                grown[(y - reach) * width + x] = y < until[x];
            }
        }
    }
    grown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(rows: &[&str]) -> (Vec<bool>, usize) {
        (rows.iter().flat_map(|r| r.chars().map(|c| c == '#')).collect(), rows[0].len())
    }

    #[test]
    fn an_outline_goes_round_the_sides_and_over_corners() {
        let (mask, width) = mask(&[".....", ".##..", ".##..", "...#."]);
        let (labels, found) = regions(&mask, width);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].area, found[0].bounds), (5, [1, 1, 3, 3]));
        let outline = labels.outline(0, &found[0]);
        assert_eq!(outline.len(), 12, "eight sides of the block, four of the pixel at its corner");
    }

    #[test]
    fn holes_are_filled_and_bays_are_not() {
        let (mut mask, width) = mask(&["#####", "#...#", "#####", "#....", "#####"]);
        fill_holes(&mut mask, width);
        assert!(mask[6] && mask[8] && !mask[16]);
    }

    #[test]
    fn growing_and_wearing_off_are_square() {
        let (one, width) = mask(&[".....", ".....", "..#..", ".....", "....."]);
        let grown = dilated(&one, width, 1);
        assert_eq!(grown.iter().filter(|&&v| v).count(), 9);
        assert!(grown[6] && grown[18] && !grown[5] && !grown[19]);
        assert_eq!(eroded(&grown, width, 1), one);
    }
}
