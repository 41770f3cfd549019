//! A loaded page as a job wants it: at its resolution and in its colours.

use super::xml::{ColourMode, JobSettings};
use crate::geometry::resized;
use crate::jpeg::{JpegError, decode, encode};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};

/// What office scanners use when nobody changes it.
const QUALITY: u8 = 88;

/// The page for a job, cut to `keep` of its width and height. Bytes that already fit are passed on untouched.
pub(super) fn rendered(page: &[u8], settings: JobSettings, keep: (f64, f64)) -> Result<Vec<u8>, JpegError> {
    if settings.colour == ColourMode::AsLoaded && keep == (1.0, 1.0) {
        return Ok(page.to_vec());
    }
    let loaded = decode(page)?;
    let scale = loaded.resolution().map_or(1.0, |r| f64::from(settings.dpi) / f64::from(r.x.get()));
    let channels = match settings.colour {
        ColourMode::Grey => Channels::Grey,
        ColourMode::Colour => Channels::Rgb,
        ColourMode::AsLoaded => loaded.channels(),
    };
    if keep == (1.0, 1.0) && (scale - 1.0).abs() < 1e-9 && channels == loaded.channels() {
        return Ok(page.to_vec());
    }
    let recoloured = match (loaded.channels(), channels) {
        (Channels::Rgb, Channels::Grey) => loaded.to_grey(),
        (Channels::Grey, Channels::Rgb) => {
            let samples = loaded.samples().iter().flat_map(|&grey| [grey; 3]).collect();
            Raster::new(loaded.width(), loaded.height(), Channels::Rgb, samples).map_err(JpegError::Ragged)?
        }
        _ => loaded,
    };
    let cut = cropped(&recoloured, keep)?;
    let scaled = |pixels: u32| ((f64::from(pixels) * scale).round() as u32).max(1);
    let sized = resized(&cut, scaled(cut.width()), scaled(cut.height()));
    encode(&sized.with_resolution(Dpi::new(settings.dpi).map(Resolution::square)), QUALITY)
}

/// The top left part.
fn cropped(picture: &Raster, (across, down): (f64, f64)) -> Result<Raster, JpegError> {
    let width = ((f64::from(picture.width()) * across) as u32).max(1);
    let height = ((f64::from(picture.height()) * down) as u32).max(1);
    let row = width as usize * picture.channels().count();
    let samples = (0..height).flat_map(|y| &picture.row(y)[..row]).copied().collect();
    Raster::new(width, height, picture.channels(), samples).map_err(JpegError::Ragged)
}
