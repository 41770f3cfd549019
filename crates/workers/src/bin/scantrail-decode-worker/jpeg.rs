//! JPEG files.

use crate::density::{self, exif_of_jpeg};
use crate::picture::{Depth, Picture, Samples, check_size};
use crate::{Refusal, refuse};
use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder, Limits};
use scantrail_capture::decode::wire::Bounds;
use scantrail_capture::files::jpeg::{Header, header};
use scantrail_core::evidence::Moment;
use scantrail_core::units::{Resolution, Turn};
use std::io::Cursor;

/// What a JPEG says about itself, without decoding it.
pub(crate) struct About {
    pub(crate) header: Header,
    pub(crate) resolution: Option<Resolution>,
    pub(crate) turn: Turn,
    pub(crate) moment: Option<Moment>,
}

/// Reads what stands before the picture; EXIF counts before JFIF, cameras fill the latter with placeholders.
pub(crate) fn about(file: &[u8], bounds: &Bounds) -> Result<About, Refusal> {
    let Some(header) = header(file) else { return refuse("the JPEG has no readable header") };
    check_size(header.width, header.height, bounds)?;
    let noted = exif_of_jpeg(file);
    let jfif = header.density.and_then(|(x, y)| density::resolution(f64::from(x), f64::from(y)));
    Ok(About { header, resolution: noted.resolution.or(jfif), turn: noted.turn, moment: noted.moment })
}

pub(crate) fn decode(file: &[u8], bounds: &Bounds) -> Result<Picture, Refusal> {
    let About { resolution, turn, moment, .. } = about(file, bounds)?;
    let broken = |error: image::ImageError| Refusal(format!("the JPEG is broken: {error}"));
    let mut decoder = JpegDecoder::new(Cursor::new(file)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height, bounds)?;
    decoder.set_limits(Limits::no_limits()).map_err(broken)?;
    let (samples, bytes) = match DynamicImage::from_decoder(decoder).map_err(broken)? {
        DynamicImage::ImageLuma8(grey) => (Samples::Grey, grey.into_raw()),
        other => (Samples::Rgb, other.into_rgb8().into_raw()),
    };
    Ok(Picture { width, height, samples, depth: Depth::Eight, bytes, resolution, turn, moment })
}
