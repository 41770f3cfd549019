//! What is measured once per page and used by every decision: the working picture, its paper, its ink.

use crate::background::{Background, darkness};
use crate::backing::{Backing, BackingModel};
use crate::blank::Raised;
use crate::kind::{self, Writing};
use crate::plane::{Field, Plane};
use crate::wide::wide;
use scantrail_core::raster::Raster;

/// Darkness below this share of the paper's brightness is paper grain.
const GRAIN: f32 = 0.03;
/// Ink darker than this counts no more: one black bar must not outvote a page of pencil.
const INK_CLIP: f32 = 0.15;
/// A solid place stays dark over a square of this side (about 1.7 mm): strokes do not, pictures do.
const SOLID_SIDE: usize = 5;
/// A place shows paper if its brightest part is at least this share of the page's brightness.
const PAPER_LIKE: f32 = 0.8;
/// Neighbouring places on paper are equally bright, to this share.
const UNREST_STEP: f32 = 0.05;

/// The working picture of one page.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) plane: Plane,
    pub(crate) background: Background,
    /// Darkness over the grain, clipped: the input of the line finder.
    pub(crate) ink: Field,
    /// The same, transposed.
    pub(crate) columns: Field,
    /// Share of the paper on which ink reaches the clip.
    pub(crate) strong: f32,
    pub(crate) backing: Backing,
    /// Everything that stands out from the paper, ruling and all.
    pub(crate) raised: Raised,
    /// Rows and ruling, by which writing is told from drawing.
    pub(crate) writing: Writing,
    /// Share of the paper that is dark without a break.
    pub(crate) solid: f32,
    /// Share of the page's places that show paper.
    pub(crate) paper_share: f32,
    /// Share of neighbouring places that are not equally bright.
    pub(crate) unrest: f32,
}

impl Survey {
    pub(crate) fn new(input: &Raster) -> Self {
        Self::on(input, None)
    }

    /// The same for a device whose backing is known.
    pub(crate) fn on(input: &Raster, known: Option<BackingModel>) -> Self {
        let plane = Plane::shrink(input, Plane::working_factor(input));
        let background = Background::measure(&plane);
        let backing = Backing::find(&plane, background.page as i32, known);
        let mut ink = darkness(&plane, &background, GRAIN, INK_CLIP);
        let mut area = ink.values.len() as f32;
        if let Some(inside) = backing.inside_mask(ink.width, ink.height) {
            for (v, inside) in ink.values.iter_mut().zip(&inside) {
                *v = if *inside { *v } else { 0.0 };
            }
            area = inside.iter().filter(|&&i| i).count().max(1) as f32;
        }
        let reached: Vec<bool> = ink.values.iter().map(|&v| v >= INK_CLIP).collect();
        let strong = reached.iter().filter(|&&v| v).count() as f32 / area;
        let solid = solid_pixels(&reached, plane.width) as f32 / area;
        let paper_share = background.paper_share(PAPER_LIKE, |x, y| backing.well_inside(x, y));
        let unrest = background.unrest(UNREST_STEP, |x, y| backing.well_inside(x, y));
        let columns = ink.transposed();
        let raised = Raised::find(&plane, &background, &backing);
        let writing = Writing::find(&plane, &background, &backing, &raised, [&ink, &columns]);
        Self { plane, background, ink, columns, strong, backing, raised, writing, solid, paper_share, unrest }
    }

    /// Whether large dark or coloured areas make this a picture rather than writing. [`crate::kind::classify`] sees
    /// drawings in thin lines as well.
    pub(crate) fn is_picture(&self) -> bool {
        kind::is_covered(self)
    }
}

/// How many pixels are the bottom right corner of a full square of [`SOLID_SIDE`].
fn solid_pixels(mask: &[bool], width: usize) -> usize {
    // How many set pixels each column ends with, up to the side of a square.
    let mut run = vec![0u8; width];
    wide(
        #[inline(always)]
        || {
            let mut solid = 0;
            for row in mask.chunks_exact(width.max(1)) {
                let mut full = 0u8;
                for (run, &set) in run.iter_mut().zip(row) {
                    *run = if set { (*run + 1).min(SOLID_SIDE as u8) } else { 0 };
                    full = full.max(*run);
                }
                if full == SOLID_SIDE as u8 {
                    let squares = run.windows(SOLID_SIDE).map(|side| side.iter().all(|&n| n == SOLID_SIDE as u8));
                    solid += squares.filter(|&full| full).count();
                }
            }
            solid
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Capture, Dice, Scene, mm, text};

    #[test]
    fn a_poster_of_plain_shapes_is_a_picture() {
        let inside = |v: f64| (v / mm(28.0)).fract() * 28.0 < 13.0;
        let shapes: Scene = Box::new(move |x, y| if inside(x) && inside(y) { 170.0 } else { 238.0 });
        let survey = Survey::new(&Capture::default().of(&shapes));
        assert!(survey.is_picture(), "solid {} of the paper", survey.solid);
        let page = Survey::new(&Capture::default().of(&text(20.0, 30.0)));
        assert!(!page.is_picture(), "solid {} of the paper", page.solid);
    }

    /// What [`solid_pixels`] must count, by growing squares from pixel to pixel.
    fn grown(mask: &[bool], width: usize) -> usize {
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

    #[test]
    fn solid_pixels_are_those_of_growing_squares() {
        let mut dice = Dice::new(5);
        for (width, share) in [(1, 0.9), (4, 0.99), (5, 0.95), (61, 0.9), (200, 0.97)] {
            let mask: Vec<bool> = (0..width * 90).map(|_| dice.roll() < share).collect();
            assert_eq!(solid_pixels(&mask, width), grown(&mask, width), "{width} {share}");
        }
    }

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
