//! A decoded picture without loss, and its two ways out: 8-bit pixels on white, or a PNG of its own.

use crate::{Refusal, jpeg, png_file, refuse, tiff_file};
use scantrail_capture::decode::wire::{Answer, Bounds};
use scantrail_capture::files::{self, Wholeness};
use scantrail_core::evidence::Moment;
use scantrail_core::raster::Channels;
use scantrail_core::units::{Resolution, Turn};
use scantrail_core::vocabulary::Media;
use std::io::Cursor;

/// Samples per pixel, as they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Samples {
    Grey,
    GreyAlpha,
    Rgb,
    RgbAlpha,
}

impl Samples {
    pub(crate) fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::RgbAlpha => 4,
        }
    }
}

/// Bits of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    Eight,
    /// Two bytes, the more significant first.
    Sixteen,
}

/// A picture as its file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) samples: Samples,
    pub(crate) depth: Depth,
    /// Rows without padding; exactly as long as the other fields say.
    pub(crate) bytes: Vec<u8>,
    pub(crate) resolution: Option<Resolution>,
    pub(crate) turn: Turn,
    pub(crate) moment: Option<Moment>,
}

/// Decodes the first image of a file. Its structure is followed to the end first: decoders forgive what is cut off.
pub(crate) fn decode(file: &[u8], media: Media, bounds: &Bounds) -> Result<Picture, Refusal> {
    check_whole(file, media)?;
    match media {
        Media::Jpeg => jpeg::decode(file, bounds),
        Media::Png => png_file::decode(file, bounds),
        Media::Tiff => tiff_file::decode(file, bounds),
        Media::Pdf => refuse("a PDF is a container of pages, not a picture"),
    }
}

/// Refuses a file that is of another kind than said, or cut off.
pub(crate) fn check_whole(file: &[u8], media: Media) -> Result<(), Refusal> {
    if files::sniff(file) != Some(media) {
        return refuse(format!("the file is not a {} file", media.word()));
    }
    match files::wholeness(&mut Cursor::new(file), media) {
        Ok(Wholeness::Whole) => Ok(()),
        Ok(Wholeness::Broken(why)) => refuse(format!("the file {why}")),
        Err(error) => refuse(format!("the file cannot be followed to its end: {error}")),
    }
}

/// Refuses a picture with more pixels than allowed, before anything is allocated for it.
pub(crate) fn check_size(width: u32, height: u32, bounds: &Bounds) -> Result<(), Refusal> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return refuse("the picture has no pixels");
    }
    if pixels > bounds.pixels {
        let allowed = bounds.pixels / 1_000_000;
        return refuse(format!("the picture has {width} × {height} pixels, more than the {allowed} million allowed"));
    }
    Ok(())
}

impl Picture {
    /// 8-bit grey or colour; whatever is transparent shows white paper.
    pub(crate) fn into_answer(self) -> Answer {
        let Self { width, height, resolution, turn, moment, samples: kind, .. } = self;
        let eight = match self.depth {
            Depth::Eight => self.bytes,
            // The more significant byte: the step between 65535 levels and 256.
            Depth::Sixteen => self.bytes.iter().copied().step_by(2).collect(),
        };
        let (channels, samples) = match kind {
            Samples::Grey => (Channels::Grey, eight),
            Samples::Rgb => (Channels::Rgb, eight),
            Samples::GreyAlpha => (Channels::Grey, on_white::<2>(&eight)),
            Samples::RgbAlpha => (Channels::Rgb, on_white::<4>(&eight)),
        };
        Answer::Pixels { width, height, channels, resolution, turn, moment, samples }
    }

    /// A PNG with every sample as it is.
    pub(crate) fn to_png(&self) -> Result<Vec<u8>, Refusal> {
        png_file::encode(self)
    }
}

/// Pixels of `N` samples, the last of them opacity, laid on white.
fn on_white<const N: usize>(bytes: &[u8]) -> Vec<u8> {
    let (pixels, _) = bytes.as_chunks::<N>();
    let blend = |colour: u8, opacity: u8| {
        let (colour, opacity) = (u32::from(colour), u32::from(opacity));
        ((colour * opacity + 255 * (255 - opacity) + 127) / 255) as u8
    };
    pixels.iter().flat_map(|pixel| pixel[..N - 1].iter().map(|colour| blend(*colour, pixel[N - 1]))).collect()
}
