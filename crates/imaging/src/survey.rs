//! What is measured once per page and used by every decision: the working picture, its paper, its ink.

use crate::background::{Background, darkness};
use crate::plane::{Field, Plane};
use scantrail_core::raster::Raster;

/// Darkness below this share of the paper's brightness is paper grain.
const GRAIN: f32 = 0.03;
/// Ink darker than this counts no more: one black bar must not outvote a page of pencil.
const INK_CLIP: f32 = 0.15;
/// A solid place stays dark over a square of this side (about 1.7 mm): strokes do not, pictures do.
const SOLID_SIDE: usize = 5;
/// Above this share of solid ink a page shows a picture. Prints with figures reach 0.02, paintings start at 0.19.
const PICTURE_SOLID: f32 = 0.08;
/// Paper darker than this (of 255) is no paper: a photograph, a dark painting.
const DARK_PAGE: f32 = 90.0;

/// The working picture of one page.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) plane: Plane,
    pub(crate) background: Background,
    /// Darkness over the grain, clipped: the input of the line finder.
    pub(crate) ink: Field,
    /// Share of pixels whose ink reaches the clip.
    pub(crate) strong: f32,
    solid: f32,
}

impl Survey {
    pub(crate) fn new(input: &Raster) -> Self {
        let plane = Plane::shrink(input, Plane::working_factor(input));
        let background = Background::measure(&plane);
        let ink = darkness(&plane, &background, GRAIN, INK_CLIP);
        let reached: Vec<bool> = ink.values.iter().map(|&v| v >= INK_CLIP).collect();
        let area = reached.len() as f32;
        let strong = reached.iter().filter(|&&v| v).count() as f32 / area;
        let solid = solid_pixels(&reached, plane.width) as f32 / area;
        Self { plane, background, ink, strong, solid }
    }

    /// Whether large dark or coloured areas make this a picture rather than writing.
    pub(crate) fn is_picture(&self) -> bool {
        self.solid >= PICTURE_SOLID || self.background.page < DARK_PAGE
    }
}

/// How many pixels are the bottom right corner of a full square of [`SOLID_SIDE`].
fn solid_pixels(mask: &[bool], width: usize) -> usize {
    // Largest full square ending at each pixel, capped by growth of one per step.
    let mut above = vec![0usize; width];
    let mut solid = 0;
    for row in mask.chunks_exact(width) {
        let mut diagonal = 0;
        let mut left = 0;
        for (x, &set) in row.iter().enumerate() {
            let side = if set { 1 + above[x].min(left).min(diagonal) } else { 0 };
            diagonal = std::mem::replace(&mut above[x], side);
            left = side;
            solid += usize::from(side >= SOLID_SIDE);
        }
    }
    solid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_solid_and_strokes_are_not() {
        let mut mask = vec![false; 400];
        for y in 2..10 {
            mask[y * 20 + 1..y * 20 + 9].fill(true);
        }
        for y in 0..20 {
            mask[y * 20 + 15..y * 20 + 19].fill(true);
        }
        assert_eq!(solid_pixels(&mask, 20), 16, "an 8×8 block holds 4×4 squares of 5; a stroke 4 wide holds none");
    }
}
