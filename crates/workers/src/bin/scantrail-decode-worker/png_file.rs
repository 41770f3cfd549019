//! PNG files, in and out.

use crate::density;
use crate::picture::{Depth, Picture, Samples, check_size};
use crate::{Refusal, refuse};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, PixelDimensions, Transformations, Unit};
use scantrail_capture::decode::wire::Bounds;
use scantrail_core::units::{Resolution, Turn};
use std::io::Cursor;

/// What a PNG says about itself.
pub(crate) struct About {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) resolution: Option<Resolution>,
}

fn broken(error: &dyn std::fmt::Display) -> Refusal {
    Refusal(format!("the PNG is broken: {error}"))
}

/// A decoder over bytes in memory.
type Opened<'f> = png::Reader<Cursor<&'f [u8]>>;

/// Opens a PNG and checks its size before anything is allocated for it.
fn open<'f>(file: &'f [u8], bounds: &Bounds) -> Result<(Opened<'f>, About), Refusal> {
    let mut decoder = Decoder::new(Cursor::new(file));
    // Palettes and small depths become 8-bit samples, a transparent colour becomes opacity; 16 bits stay.
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    let header = decoder.read_header_info().map_err(|error| broken(&error))?;
    check_size(header.width, header.height, bounds)?;
    let reader = decoder.read_info().map_err(|error| broken(&error))?;
    let info = reader.info();
    let resolution = info.pixel_dims.filter(|dims| dims.unit == Unit::Meter);
    let resolution = resolution.and_then(|dims| density::per_metre(dims.xppu, dims.yppu));
    let about = About { width: info.width, height: info.height, resolution };
    Ok((reader, about))
}

pub(crate) fn about(file: &[u8], bounds: &Bounds) -> Result<About, Refusal> {
    open(file, bounds).map(|(_, about)| about)
}

pub(crate) fn decode(file: &[u8], bounds: &Bounds) -> Result<Picture, Refusal> {
    let (mut reader, About { width, height, resolution }) = open(file, bounds)?;
    let Some(length) = reader.output_buffer_size() else { return refuse("the PNG is too large") };
    let mut bytes = vec![0; length];
    let frame = reader.next_frame(&mut bytes).map_err(|error| broken(&error))?;
    bytes.truncate(frame.buffer_size());
    let samples = match frame.color_type {
        ColorType::Grayscale => Samples::Grey,
        ColorType::GrayscaleAlpha => Samples::GreyAlpha,
        ColorType::Rgb => Samples::Rgb,
        ColorType::Rgba => Samples::RgbAlpha,
        ColorType::Indexed => return refuse("the PNG has a palette that cannot be read"),
    };
    let depth = if frame.bit_depth == BitDepth::Sixteen { Depth::Sixteen } else { Depth::Eight };
    Ok(Picture { width, height, samples, depth, bytes, resolution, turn: Turn::None, moment: None })
}

/// Writes a picture with every sample as it is, and its resolution.
pub(crate) fn encode(picture: &Picture) -> Result<Vec<u8>, Refusal> {
    let failed = |error: png::EncodingError| Refusal(format!("the page could not be written as PNG: {error}"));
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, picture.width, picture.height);
    encoder.set_color(match picture.samples {
        Samples::Grey => ColorType::Grayscale,
        Samples::GreyAlpha => ColorType::GrayscaleAlpha,
        Samples::Rgb => ColorType::Rgb,
        Samples::RgbAlpha => ColorType::Rgba,
    });
    encoder.set_depth(match picture.depth {
        Depth::Eight => BitDepth::Eight,
        Depth::Sixteen => BitDepth::Sixteen,
    });
    // Originals are kept for years: a little time once is cheaper than the space.
    encoder.set_compression(Compression::Balanced);
    encoder.set_pixel_dims(picture.resolution.map(|resolution| {
        let per_metre = |dpi: u16| (f64::from(dpi) / 0.0254).round() as u32;
        let (xppu, yppu) = (per_metre(resolution.x.get()), per_metre(resolution.y.get()));
        PixelDimensions { xppu, yppu, unit: Unit::Meter }
    }));
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&picture.bytes).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(file)
}
