//! JPEG bytes as scanners and tablets make them: with resolution, with an EXIF turn, whole or cut short.

use scantrail_core::raster::{BadRaster, Channels, Raster};
use scantrail_core::units::{Dpi, Resolution, Turn};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// Bytes could not become pixels or pixels bytes.
#[derive(Debug, thiserror::Error)]
pub enum JpegError {
    /// The codec refused.
    #[error("the jpeg codec refused")]
    Codec(#[source] turbojpeg::Error),
    /// The codec returned pixels of another shape than it announced.
    #[error("the jpeg codec returned a ragged picture")]
    Ragged(#[source] BadRaster),
}

/// Encodes at `quality` 1 to 100. The resolution of the raster goes into the JFIF header.
pub fn encode(raster: &Raster, quality: u8) -> Result<Vec<u8>, JpegError> {
    let (format, subsampling) = match raster.channels() {
        Channels::Grey => (PixelFormat::GRAY, Subsamp::Gray),
        Channels::Rgb => (PixelFormat::RGB, Subsamp::Sub2x2),
    };
    let mut compressor = Compressor::new().map_err(JpegError::Codec)?;
    compressor.set_quality(i32::from(quality.clamp(1, 100))).map_err(JpegError::Codec)?;
    compressor.set_subsamp(subsampling).map_err(JpegError::Codec)?;
    let width = raster.width() as usize;
    let pitch = width * format.size();
    let image = Image { pixels: raster.samples(), width, pitch, height: raster.height() as usize, format };
    let mut jpeg = compressor.compress_to_vec(image).map_err(JpegError::Codec)?;
    if let Some(resolution) = raster.resolution() {
        write_density(&mut jpeg, resolution);
    }
    Ok(jpeg)
}

/// Decodes to grey or RGB as the file has it, without applying any EXIF turn.
pub fn decode(jpeg: &[u8]) -> Result<Raster, JpegError> {
    let header = turbojpeg::read_header(jpeg).map_err(JpegError::Codec)?;
    let (format, channels) = match header.subsamp {
        Subsamp::Gray => (PixelFormat::GRAY, Channels::Grey),
        _ => (PixelFormat::RGB, Channels::Rgb),
    };
    let image = turbojpeg::decompress(jpeg, format).map_err(JpegError::Codec)?;
    let raster = Raster::new(image.width as u32, image.height as u32, channels, image.pixels)
        .map_err(JpegError::Ragged)?
        .with_resolution(density(jpeg));
    Ok(raster)
}

/// The first half of a file, as a broken transfer leaves it.
pub fn cut_in_half(jpeg: &[u8]) -> Vec<u8> {
    jpeg[..jpeg.len() / 2].to_vec()
}

/// Adds an EXIF block that says how the stored pixels are turned: a viewer turns them back by `found`.
/// `jpeg` must start with its SOI marker, as everything from [`encode`] does.
pub fn with_exif_turn(jpeg: &[u8], found: Turn) -> Vec<u8> {
    // EXIF 2.32 table 6: 1 upright, 6 stored turned 90° anticlockwise, 3 half, 8 stored turned 90° clockwise.
    let orientation: u8 = match found {
        Turn::None => 1,
        Turn::Quarter => 8,
        Turn::Half => 3,
        Turn::ThreeQuarters => 6,
    };
    let tiff: [u8; 26] = [
        b'M',
        b'M',
        0,
        42,
        0,
        0,
        0,
        8, // big-endian TIFF, first directory at 8
        0,
        1, // one entry
        0x01,
        0x12,
        0,
        3,
        0,
        0,
        0,
        1,
        0,
        orientation,
        0,
        0, // Orientation, SHORT, one value
        0,
        0,
        0,
        0, // no further directory
    ];
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend(((2 + 6 + tiff.len()) as u16).to_be_bytes());
    bytes.extend(b"Exif\0\0");
    bytes.extend(tiff);
    bytes.extend(&jpeg[2..]);
    bytes
}

/// Bytes of the JFIF segment after SOI: marker, length, "JFIF\0", version, then unit and densities.
const JFIF_UNIT: usize = 13;

fn has_jfif(jpeg: &[u8]) -> bool {
    jpeg.len() > JFIF_UNIT + 5 && jpeg[..4] == [0xFF, 0xD8, 0xFF, 0xE0] && &jpeg[6..11] == b"JFIF\0"
}

fn write_density(jpeg: &mut [u8], resolution: Resolution) {
    if has_jfif(jpeg) {
        jpeg[JFIF_UNIT] = 1; // dots per inch
        jpeg[JFIF_UNIT + 1..JFIF_UNIT + 3].copy_from_slice(&resolution.x.get().to_be_bytes());
        jpeg[JFIF_UNIT + 3..JFIF_UNIT + 5].copy_from_slice(&resolution.y.get().to_be_bytes());
    }
}

fn density(jpeg: &[u8]) -> Option<Resolution> {
    if !has_jfif(jpeg) || jpeg[JFIF_UNIT] != 1 {
        return None;
    }
    let dpi = |at: usize| Dpi::new(u16::from_be_bytes([jpeg[at], jpeg[at + 1]]));
    Some(Resolution { x: dpi(JFIF_UNIT + 1)?, y: dpi(JFIF_UNIT + 3)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Raster {
        let samples = (0..64 * 48).flat_map(|i: u32| [(i % 64 * 4) as u8, (i / 64 * 5) as u8, 128]).collect();
        let dpi = Dpi::new(200).unwrap();
        Raster::new(64, 48, Channels::Rgb, samples).unwrap().with_resolution(Some(Resolution::square(dpi)))
    }

    #[test]
    fn size_colour_and_resolution_survive() {
        let back = decode(&encode(&sample(), 90).unwrap()).unwrap();
        assert_eq!((back.width(), back.height(), back.channels()), (64, 48, Channels::Rgb));
        assert_eq!(back.resolution(), sample().resolution());
        let grey = decode(&encode(&sample().to_grey(), 90).unwrap()).unwrap();
        assert_eq!(grey.channels(), Channels::Grey);
    }

    #[test]
    fn an_exif_turn_leaves_the_pixels_and_is_read_by_another_library() {
        use image::ImageDecoder as _;
        let plain = encode(&sample(), 90).unwrap();
        let turned = with_exif_turn(&plain, Turn::ThreeQuarters);
        assert_eq!(decode(&turned).unwrap().samples(), decode(&plain).unwrap().samples());
        let mut decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(&turned)).unwrap();
        assert_eq!(decoder.orientation().unwrap(), image::metadata::Orientation::Rotate90);
    }

    #[test]
    fn half_a_file_is_not_a_whole_one() {
        let half = cut_in_half(&encode(&sample(), 90).unwrap());
        assert!(decode(&half).is_err());
    }
}
