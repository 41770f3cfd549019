//! TIFF files: what scanners and copiers write, one image or many.

use crate::density::{self, turn_of_orientation};
use crate::picture::{Depth, Picture, Samples, check_size};
use crate::{Refusal, refuse};
use scantrail_capture::decode::wire::Bounds;
use scantrail_capture::files::tiff::{Image, Purpose, images};
use scantrail_core::units::{Resolution, Turn};
use std::borrow::Cow;
use std::io::Cursor;
use tiff::decoder::ifd::Value;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

/// `Compression` 7: JPEG, whose samples arrive at full size whatever the file's subsampling.
const JPEG: u32 = 7;

fn broken(error: &TiffError) -> Refusal {
    match error {
        TiffError::UnsupportedError(what) => Refusal(format!("the TIFF is of a kind that cannot be read: {what}")),
        error => Refusal(format!("the TIFF is broken: {error}")),
    }
}

/// The images that are pages, in order. At least one.
pub(crate) fn pages_of(file: &[u8]) -> Result<Vec<Image>, Refusal> {
    let Ok(images) = images(&mut Cursor::new(file), file.len() as u64) else { return refuse("the TIFF is broken") };
    let pages: Vec<Image> = images.into_iter().filter(|image| image.purpose == Purpose::Page).collect();
    if pages.is_empty() { refuse("the TIFF holds only previews") } else { Ok(pages) }
}

/// Decodes the first image that is a page; some files put its preview before it.
pub(crate) fn decode(file: &[u8], bounds: &Bounds) -> Result<Picture, Refusal> {
    let first = pages_of(file)?[0];
    let mut file = Cow::Borrowed(file);
    if images(&mut Cursor::new(&file), file.len() as u64).is_ok_and(|images| images.first() != Some(&first)) {
        begin_with(file.to_mut(), first);
    }
    decode_first(&file, bounds)
}

/// Makes a file begin with another of its images, by pointing its header there; nothing else of it changes.
pub(crate) fn begin_with(file: &mut [u8], image: Image) {
    let (little, big_offsets) = (file[0] == b'I', file[2] == 43 || file[3] == 43);
    let (place, size) = if big_offsets { (8, 8) } else { (4, 4) };
    let mut offset = if little { image.directory.to_le_bytes() } else { image.directory.to_be_bytes() };
    if !little {
        offset.rotate_left(8 - size);
    }
    file[place..place + size].copy_from_slice(&offset[..size]);
}

/// What the first image says about itself.
pub(crate) struct About {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) resolution: Option<Resolution>,
    pub(crate) turn: Turn,
}

/// A decoder over bytes in memory.
type Opened<'f> = Decoder<Cursor<&'f [u8]>>;

fn open<'f>(file: &'f [u8], bounds: &Bounds) -> Result<(Opened<'f>, About), Refusal> {
    let mut decoder = Decoder::new(Cursor::new(file)).map_err(|error| broken(&error))?;
    let (width, height) = decoder.dimensions().map_err(|error| broken(&error))?;
    check_size(width, height, bounds)?;
    let mut limits = Limits::default();
    // Two bytes for each of four samples; the system's limit on memory stands behind it.
    limits.decoding_buffer_size = usize::try_from(bounds.pixels.saturating_mul(8)).unwrap_or(usize::MAX);
    limits.intermediate_buffer_size = limits.decoding_buffer_size;
    let mut decoder = decoder.with_limits(limits);
    let per_inch = match decoder.find_tag_unsigned::<u16>(Tag::ResolutionUnit) {
        Ok(Some(3)) => Some(2.54),
        Ok(Some(2) | None) => Some(1.0),
        _ => None,
    };
    let axis = |decoder: &mut Decoder<_>, tag| match decoder.find_tag(tag) {
        Ok(Some(Value::Rational(over, under))) => Some(f64::from(over) / f64::from(under)),
        _ => None,
    };
    let (x, y) = (axis(&mut decoder, Tag::XResolution), axis(&mut decoder, Tag::YResolution));
    let resolution = per_inch.zip(x.zip(y)).and_then(|(scale, (x, y))| density::resolution(x * scale, y * scale));
    let orientation = decoder.find_tag_unsigned::<u16>(Tag::Orientation).ok().flatten();
    let turn = orientation.map_or(Turn::None, |orientation| turn_of_orientation(u32::from(orientation)));
    Ok((decoder, About { width, height, resolution, turn }))
}

/// What the image the header points to says about itself.
pub(crate) fn about(file: &[u8], bounds: &Bounds) -> Result<About, Refusal> {
    open(file, bounds).map(|(_, about)| about)
}

/// Decodes the image the header points to.
pub(crate) fn decode_first(file: &[u8], bounds: &Bounds) -> Result<Picture, Refusal> {
    let (mut decoder, About { width, height, resolution, turn }) = open(file, bounds)?;
    let colour = decoder.colortype().map_err(|error| broken(&error))?;
    let compression = decoder.find_tag_unsigned::<u32>(Tag::Compression).ok().flatten();
    if matches!(colour, ColorType::YCbCr(_)) && compression != Some(JPEG) {
        return refuse("the TIFF stores colours in a way that cannot be read (uncompressed YCbCr)");
    }
    let mut result = DecodingResult::U8(vec![]);
    let layout = decoder.read_image_to_buffer(&mut result).map_err(|error| broken(&error))?;
    if layout.planes != 1 {
        return refuse("the TIFF stores each colour on its own, which cannot be read");
    }
    let (depth, bytes) = match result {
        DecodingResult::U8(bytes) => (Depth::Eight, bytes),
        DecodingResult::U16(values) => (Depth::Sixteen, values.iter().flat_map(|value| value.to_be_bytes()).collect()),
        _ => return refuse("the TIFF has samples of a kind that cannot be read"),
    };
    let (samples, bytes) = to_samples(colour, depth, bytes, width as usize)?;
    let picture = Picture { width, height, samples, depth, bytes, resolution, turn, moment: None };
    let expected = width as usize * height as usize * samples.count() * if depth == Depth::Eight { 1 } else { 2 };
    if picture.bytes.len() == expected { Ok(picture) } else { refuse("the TIFF has fewer pixels than it says") }
}

fn to_samples(colour: ColorType, depth: Depth, bytes: Vec<u8>, width: usize) -> Result<(Samples, Vec<u8>), Refusal> {
    Ok(match (colour, depth) {
        (ColorType::Gray(8), Depth::Eight) | (ColorType::Gray(16), Depth::Sixteen) => (Samples::Grey, bytes),
        (ColorType::Gray(bits @ (1 | 2 | 4)), Depth::Eight) => (Samples::Grey, spread(&bytes, bits, width)),
        (ColorType::GrayA(8), Depth::Eight) | (ColorType::GrayA(16), Depth::Sixteen) => (Samples::GreyAlpha, bytes),
        (ColorType::RGB(8), Depth::Eight) | (ColorType::RGB(16), Depth::Sixteen) => (Samples::Rgb, bytes),
        (ColorType::RGBA(8), Depth::Eight) | (ColorType::RGBA(16), Depth::Sixteen) => (Samples::RgbAlpha, bytes),
        (ColorType::YCbCr(8), Depth::Eight) => (Samples::Rgb, per_pixel(&bytes, from_ycbcr)),
        (ColorType::CMYK(8), Depth::Eight) => (Samples::Rgb, per_pixel(&bytes, from_cmyk)),
        (other, _) => return refuse(format!("the TIFF stores colours in a way that cannot be read ({other:?})")),
    })
}

/// Samples of 1, 2 or 4 bits to 8; every row begins on a byte.
fn spread(bytes: &[u8], bits: u8, width: usize) -> Vec<u8> {
    let per_byte = usize::from(8 / bits);
    let most = (1_u16 << bits) - 1;
    let sample = |row: &[u8], x: usize| {
        let shift = 8 - usize::from(bits) * (x % per_byte + 1);
        let value = u16::from(row[x / per_byte]) >> shift & most;
        (value * 255 / most) as u8
    };
    bytes.chunks_exact(width.div_ceil(per_byte)).flat_map(|row| (0..width).map(move |x| sample(row, x))).collect()
}

fn per_pixel<const N: usize>(bytes: &[u8], convert: fn([u8; N]) -> [u8; 3]) -> Vec<u8> {
    bytes.as_chunks::<N>().0.iter().flat_map(|pixel| convert(*pixel)).collect()
}

/// Full-range Rec. 601, as JFIF has it.
fn from_ycbcr([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb]
        .map(|value| value.round().clamp(0.0, 255.0) as u8)
}

/// Without a colour profile: ink takes light away.
fn from_cmyk([c, m, y, k]: [u8; 4]) -> [u8; 3] {
    [c, m, y].map(|ink| ((255 - u16::from(ink)) * (255 - u16::from(k)) / 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_samples_spread_over_the_whole_range() {
        assert_eq!(spread(&[0b1010_0000, 0b0100_0000], 1, 3), [255, 0, 255, 0, 255, 0]);
        assert_eq!(spread(&[0b0001_1011], 2, 4), [0, 85, 170, 255]);
        assert_eq!(spread(&[0x0F, 0x80], 4, 3), [0, 255, 136]);
    }

    #[test]
    fn plain_colours_convert() {
        assert_eq!(from_ycbcr([255, 128, 128]), [255, 255, 255]);
        assert_eq!(from_ycbcr([76, 85, 255]), [254, 0, 0]);
        assert_eq!(from_cmyk([0, 0, 0, 0]), [255, 255, 255]);
        assert_eq!(from_cmyk([0, 255, 255, 0]), [255, 0, 0]);
    }

    #[test]
    fn the_header_can_point_anywhere() {
        let image = Image { directory: 0x0102_0304, purpose: Purpose::Page };
        for (before, after) in [
            (b"II\x2A\0....".to_vec(), b"II\x2A\0\x04\x03\x02\x01".to_vec()),
            (b"MM\0\x2A....".to_vec(), b"MM\0\x2A\x01\x02\x03\x04".to_vec()),
            (b"II\x2B\0\x08\0\0\0........".to_vec(), b"II\x2B\0\x08\0\0\0\x04\x03\x02\x01\0\0\0\0".to_vec()),
            (b"MM\0\x2B\0\x08\0\0........".to_vec(), b"MM\0\x2B\0\x08\0\0\0\0\0\0\x01\x02\x03\x04".to_vec()),
        ] {
            let mut file = before;
            begin_with(&mut file, image);
            assert_eq!(file, after);
        }
    }
}
