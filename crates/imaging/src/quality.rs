//! Is the capture good enough: sharpness of its edges, light, fingers, size of the writing, and whether its lower part
//! is missing. What is wrong becomes one sentence for the person who can still capture again.

mod advice;
mod edges;
mod finger;
mod light;

pub use advice::Advice;

use crate::survey::Survey;
use edges::Edges;
use scantrail_core::raster::Raster;
use scantrail_core::vocabulary::Suspicion;

/// The page is looked at in this many tiles along each side.
const TILES: u32 = 8;
/// Every so many rows one is looked at.
const ROW_STEP: usize = 5;
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

/// Everything that is measured of a capture's quality.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// How sharp the ink is; `None` if there is too little.
    pub sharpness: Option<Sharpness>,
    /// Share of the page under reflections, 0..=1.
    pub glare: f32,
    /// Share of the page without any light left, 0..=1.
    pub crushed: f32,
    /// Share of the page that is as white as can be, 0..=1; usual on white paper.
    pub blown: f32,
    /// Height of the writing in pixels of the capture; `None` without rows of writing.
    pub text_px: Option<f32>,
    /// Fingers that reach into the picture.
    pub fingers: usize,
    /// The capture may not be whole.
    pub suspicion: Option<Suspicion>,
}

impl Quality {
    /// What to say to the operator, if anything: the worst only.
    pub fn advice(&self) -> Option<Advice> {
        advice::on(self)
    }
}

/// Measures a capture.
pub fn measure(page: &Raster) -> Quality {
    of(page, &Survey::new(page))
}

/// [`measure`] for a page that was surveyed already.
pub(crate) fn of(page: &Raster, survey: &Survey) -> Quality {
    let sharpness = sharpness(page);
    let light = light::measure(page, &survey.plane, sharpness.map(|s| s.edge_px));
    let per_mm = survey.plane.per_mm * survey.plane.factor as f64;
    Quality {
        sharpness,
        glare: light.glare,
        crushed: light.crushed,
        blown: light.blown,
        text_px: survey.writing.height_mm().map(|height| height * per_mm as f32),
        fingers: finger::count(page, &survey.plane),
        suspicion: flat_tail(page),
    }
}

/// Measures edge widths in 8×8 tiles; `None` if too few tiles have ink.
pub fn sharpness(page: &Raster) -> Option<Sharpness> {
    let (w, h) = (page.width() / TILES, page.height() / TILES);
    let mut widths = Vec::new();
    let (mut edges, mut row) = (Vec::new(), Edges::default());
    for tile in 0..TILES * TILES {
        let (x0, y0) = (tile % TILES * w, tile / TILES * h);
        edges.clear();
        for y in (y0..y0 + h).step_by(ROW_STEP) {
            row.widths(page, y, x0..x0 + w, &mut edges);
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
#[path = "quality_tests.rs"]
mod tests;
