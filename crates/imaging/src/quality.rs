//! Is the capture good enough: sharpness of its edges, and whether its lower part is missing.

use scantrail_core::raster::Raster;
use scantrail_core::vocabulary::Suspicion;

/// The page is looked at in this many tiles along each side.
const TILES: u32 = 8;
/// Every so many rows one is looked at.
const ROW_STEP: usize = 5;
/// An edge spans at least this many grey levels.
const EDGE_CONTRAST: i32 = 50;
/// A tile with fewer edges says nothing.
const EDGES_PER_TILE: usize = 6;
/// Edges of up to this many pixels are perfectly sharp.
const SHARP_PX: f32 = 2.0;
/// Edges of this many pixels are hopelessly soft.
const SOFT_PX: f32 = 9.0;
/// A tail shorter than this share of the height is a margin.
const TAIL_SHARE: f64 = 0.04;
/// If more of the picture above is as white as the tail, its white is simply white.
const CLEAN_WHITE: f64 = 0.3;

/// How sharp the ink is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sharpness {
    /// 1 sharp … 0 unreadably soft.
    pub score: f32,
    /// Width of a typical edge in pixels of the input.
    pub edge_px: f32,
    /// Share of the tiles with ink whose edges are soft (score below a half).
    pub soft_share: f32,
}

/// Measures edge widths in 8×8 tiles; `None` if too few tiles have ink.
pub fn sharpness(page: &Raster) -> Option<Sharpness> {
    let (w, h) = (page.width() / TILES, page.height() / TILES);
    let mut widths = Vec::new();
    for tile in 0..TILES * TILES {
        let (x0, y0) = (tile % TILES * w, tile / TILES * h);
        let mut edges = Vec::new();
        for y in (y0..y0 + h).step_by(ROW_STEP) {
            let row = grey_row(page, y, x0, w);
            edge_widths(&row, &mut edges);
        }
        if edges.len() >= EDGES_PER_TILE {
            // The sharper quarter: slanted strokes look wider than they are.
            let at = edges.len() / 4;
            widths.push(*edges.select_nth_unstable_by(at, f32::total_cmp).1);
        }
    }
    if widths.len() < 2 {
        return None;
    }
    let soft = widths.iter().filter(|&&w| score(w) < 0.5).count() as f32 / widths.len() as f32;
    let middle = widths.len() / 2;
    let edge_px = *widths.select_nth_unstable_by(middle, f32::total_cmp).1;
    Some(Sharpness { score: score(edge_px), edge_px, soft_share: soft })
}

fn score(edge_px: f32) -> f32 {
    (1.0 - (edge_px - SHARP_PX) / (SOFT_PX - SHARP_PX)).clamp(0.0, 1.0)
}

fn grey_row(page: &Raster, y: u32, x0: u32, width: u32) -> Vec<i32> {
    let channels = page.channels().count();
    let row = &page.row(y)[x0 as usize * channels..(x0 + width) as usize * channels];
    // Green is near enough to brightness, and the sharpest channel of most sensors.
    row.chunks_exact(channels).map(|p| i32::from(p[channels / 2])).collect()
}

/// Widths of the monotonous edges of a row: contrast over the steepest step.
fn edge_widths(row: &[i32], out: &mut Vec<f32>) {
    let mut start = 0;
    while start + 1 < row.len() {
        let sign = (row[start + 1] - row[start]).signum();
        let mut end = start + 1;
        let mut steepest = (row[end] - row[start]).abs();
        while sign != 0 && end + 1 < row.len() && (row[end + 1] - row[end]).signum() == sign {
            steepest = steepest.max((row[end + 1] - row[end]).abs());
            end += 1;
        }
        let contrast = (row[end] - row[start]).abs();
        // What the tile's border cuts is only part of an edge.
        if contrast >= EDGE_CONTRAST && start > 0 && end + 1 < row.len() {
            out.push(contrast as f32 / steepest as f32);
        }
        start = end;
    }
}

/// Whether the lower part of a capture is one flat colour, as a broken-off transfer leaves it.
///
/// A white tail counts only if the rest of the page is not that clean a white itself.
pub fn flat_tail(page: &Raster) -> Option<Suspicion> {
    let channels = page.channels().count();
    let last = page.row(page.height() - 1);
    let colour = &last[..channels];
    let is_flat = |y: u32| page.row(y).chunks_exact(channels).all(|p| p == colour);
    let tail = (0..page.height()).rev().take_while(|&y| is_flat(y)).count() as u32;
    let long = f64::from(tail) >= TAIL_SHARE * f64::from(page.height());
    if !long || tail == page.height() {
        return None;
    }
    let above = page.height() - tail;
    let same = (0..above)
        .step_by(7)
        .flat_map(|y| page.row(y).chunks_exact(channels).step_by(5))
        .fold((0u32, 0u32), |(same, all), p| (same + u32::from(p == colour), all + 1));
    (f64::from(same.0) < CLEAN_WHITE * f64::from(same.1)).then_some(Suspicion::FlatTail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantrail_core::raster::Channels;

    /// Vertical bars whose edges ramp over `ramp` pixels.
    fn bars(ramp: usize) -> Raster {
        let profile = |x: usize| {
            let x = x % 40;
            let rise = |from: usize| ((x.max(from) - from).min(ramp) * 200 / ramp) as u8;
            20 + rise(4) - rise(22)
        };
        let samples = (0..400 * 400).map(|i| profile(i % 400)).collect();
        Raster::new(400, 400, Channels::Grey, samples).unwrap()
    }

    #[test]
    fn wider_edges_score_lower() {
        let scores: Vec<f32> = [1, 4, 8, 12].map(|ramp| sharpness(&bars(ramp)).unwrap().score).into();
        assert!(scores[0] > 0.99 && scores[3] < 0.05, "{scores:?}");
        assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
        assert!((sharpness(&bars(8)).unwrap().edge_px - 8.0).abs() < 0.5);
        assert!(sharpness(&bars(8)).unwrap().soft_share > 0.9);
    }

    #[test]
    fn empty_paper_has_no_sharpness() {
        let paper = Raster::new(300, 300, Channels::Grey, vec![240; 90_000]).unwrap();
        assert_eq!(sharpness(&paper), None);
        assert_eq!(sharpness(&Raster::new(3, 3, Channels::Rgb, vec![240; 27]).unwrap()), None);
    }

    fn with_tail(noise: impl Fn(usize) -> u8, tail: u8, rows: usize) -> Raster {
        let samples = (0..200 * 100).map(|i| if i / 100 >= 200 - rows { tail } else { noise(i) }).collect();
        Raster::new(100, 200, Channels::Grey, samples).unwrap()
    }

    #[test]
    fn flat_tails_are_suspect_unless_the_page_is_as_clean() {
        let grain = |i: usize| 235 + (i * 7919 % 13) as u8;
        assert_eq!(flat_tail(&with_tail(grain, 128, 60)), Some(Suspicion::FlatTail));
        assert_eq!(flat_tail(&with_tail(grain, 255, 60)), Some(Suspicion::FlatTail));
        assert_eq!(flat_tail(&with_tail(grain, 128, 4)), None, "a few rows are a margin");
        let bilevel = |i: usize| if i.is_multiple_of(9) { 0 } else { 255 };
        assert_eq!(flat_tail(&with_tail(bilevel, 255, 60)), None, "clean white page with white below");
        assert_eq!(flat_tail(&with_tail(grain, 128, 200)), None, "one flat colour all over is no transfer");
    }
}
