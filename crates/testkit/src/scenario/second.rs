//! A short second batch: a few sheets of class 2A, read on one side in grey by a scanner that makes PNM files.

use super::stack::{Feeding, work};
use super::{Covers, Owner, SideTruth};
use crate::paint::{PageKind, paint};
use crate::parallel;
use crate::seed::Seed;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::Dpi;
use scantrail_core::vocabulary::Side;

/// One side as a binary PGM (grey) or PPM (colour) file.
#[derive(Debug, Clone, PartialEq)]
pub struct PnmSide {
    /// The file.
    pub pnm: Vec<u8>,
    /// The truth about it.
    pub truth: SideTruth,
}

/// Keywords of the demonstration start at 0; these must be others.
const FIRST_KEYWORD: u32 = 10_000;

/// Covers of the first two pupils, each with two pages of work behind it: six grey files.
pub fn second_batch(seed: Seed, dpi: Dpi, covers: &dyn Covers) -> Vec<PnmSide> {
    let places: Vec<u32> = (0..6).collect();
    parallel::map(&places, |&place| {
        let pupil = (place / 3) as usize;
        let feeding = Feeding::by_chance(seed.child(u64::from(place)));
        let (raster, truth) = if place % 3 == 0 {
            feeding.cover(&covers.cover(pupil, Side::Front), pupil)
        } else {
            let seed = seed.child(50 + u64::from(place));
            let mut spec = work(seed, dpi, &mut seed.rng(), (covers.name(pupil), FIRST_KEYWORD + place));
            if spec.kind == PageKind::Painting {
                spec.kind = PageKind::Worksheet;
            }
            feeding.picture(paint(&spec), Owner::Pupil(pupil))
        };
        PnmSide { pnm: pnm(&raster.to_grey()), truth }
    })
}

/// The raster as a binary portable map, 8 bits.
pub(crate) fn pnm(raster: &Raster) -> Vec<u8> {
    let magic = if raster.channels() == Channels::Grey { "P5" } else { "P6" };
    let mut file = format!("{magic}\n{} {}\n255\n", raster.width(), raster.height()).into_bytes();
    file.extend(raster.samples());
    file
}
