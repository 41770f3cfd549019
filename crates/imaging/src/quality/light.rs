//! Light that hides what was on the page: glare, and parts clipped to black or white.

use crate::background::Background;
use crate::components::{Component, components};
use crate::plane::Plane;

/// At least this bright is blown out.
const BLOWN: u8 = 251;
/// At least this dark has lost its shadows.
const CRUSHED: u8 = 4;
/// On paper brighter than this nothing more can be told from white.
const BRIGHT_PAPER: f32 = 236.0;
/// A reflection is at least so wide and high; smaller ones hide no word.
const LEAST_MM: f64 = 5.0;
/// So far outside its core a reflection has not faded yet; the edge of a white label has.
const HALO_PX: usize = 3;
/// There it still is this share of the way from paper to white, on at least this share of its sides.
const HALO: f32 = 0.25;
const HALO_SIDES: f32 = 0.6;

/// What light did to a page, in shares of its area.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Light {
    pub(super) glare: f32,
    pub(super) crushed: f32,
    pub(super) blown: f32,
}

pub(super) fn measure(plane: &Plane, background: &Background) -> Light {
    let area = plane.samples.len().max(1) as f32;
    let share = |counts: &dyn Fn(u8) -> bool| plane.samples.iter().filter(|&&v| counts(v)).count() as f32 / area;
    let glare = if background.page > BRIGHT_PAPER { 0.0 } else { glare(plane, background.page) as f32 / area };
    Light { glare, crushed: share(&|v| v <= CRUSHED), blown: share(&|v| v >= BLOWN) }
}

/// Pixels in blown-out blobs that fade softly into the paper.
fn glare(plane: &Plane, paper: f32) -> usize {
    let mut mask: Vec<bool> = plane.samples.iter().map(|&v| v >= BLOWN).collect();
    let least = LEAST_MM * plane.per_mm;
    let large = |blob: &Component| blob.width() as f64 >= least && blob.height() as f64 >= least;
    let blobs = components(&mut mask, plane.width);
    blobs.iter().filter(|blob| large(blob) && fades(plane, blob, paper)).map(|blob| blob.area).sum()
}

/// Whether the brightness goes down slowly where rays from the blob's middle leave it.
fn fades(plane: &Plane, blob: &Component, paper: f32) -> bool {
    let (cx, cy) = ((blob.left + blob.right) as f64 / 2.0, (blob.top + blob.bottom) as f64 / 2.0);
    let (mut soft, mut sides) = (0, 0);
    for ray in 0..16 {
        let (dy, dx) = (f64::from(ray) * std::f64::consts::TAU / 16.0).sin_cos();
        let at = |step: usize| {
            let (x, y) = (cx + dx * step as f64, cy + dy * step as f64);
            let inside = x >= 0.0 && y >= 0.0 && x < plane.width as f64 && y < plane.height as f64;
            inside.then(|| plane.samples[y as usize * plane.width + x as usize])
        };
        let end = (0..=blob.long_side()).rev().find(|&step| at(step).is_some_and(|v| v >= BLOWN));
        if let Some(outside) = end.and_then(|end| at(end + HALO_PX)) {
            sides += 1;
            soft += usize::from(f32::from(outside) >= paper + HALO * (f32::from(BLOWN) - paper));
        }
    }
    sides >= 4 && soft as f32 >= HALO_SIDES * sides as f32
}
