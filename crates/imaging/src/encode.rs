//! Pixels to JPEG bytes, and small versions of a picture; both in memory.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};

/// Between pages side by side: the gap is this part of their height, and this grey.
const GAP_SHARE: u32 = 64;
const GAP_GREY: u8 = 128;

/// How finely a JPEG keeps colour. Grey pictures have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chroma {
    /// 4:2:0, one colour value for four pixels: pages.
    Halved,
    /// 4:4:4, a colour value for every pixel: artwork.
    Full,
}

/// Why pixels did not become a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// JPEG qualities run from 1 to 100.
    #[error("jpeg quality {0} is outside 1 to 100")]
    Quality(u8),
    /// JPEG cannot hold pictures longer than 65 535 pixels on a side.
    #[error("a picture of {width}×{height} pixels is too large for jpeg")]
    TooLarge {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The encoder refused.
    #[error("the jpeg encoder failed: {0}")]
    Encoder(String),
}

/// A JFIF file with the resolution of the raster in its header (none known: square pixels, no unit).
pub fn encode_jpeg(picture: &Raster, quality: u8, chroma: Chroma) -> Result<Vec<u8>, EncodeError> {
    if !(1..=100).contains(&quality) {
        return Err(EncodeError::Quality(quality));
    }
    let (width, height) = (picture.width(), picture.height());
    if width.max(height) > 65_535 {
        return Err(EncodeError::TooLarge { width, height });
    }
    let (format, subsampling) = match (picture.channels(), chroma) {
        (Channels::Grey, _) => (turbojpeg::PixelFormat::GRAY, turbojpeg::Subsamp::Gray),
        (Channels::Rgb, Chroma::Halved) => (turbojpeg::PixelFormat::RGB, turbojpeg::Subsamp::Sub2x2),
        (Channels::Rgb, Chroma::Full) => (turbojpeg::PixelFormat::RGB, turbojpeg::Subsamp::None),
    };
    let image = turbojpeg::Image {
        pixels: picture.samples(),
        width: width as usize,
        pitch: width as usize * picture.channels().count(),
        height: height as usize,
        format,
    };
    let encoder_error = |error: turbojpeg::Error| EncodeError::Encoder(error.to_string());
    let mut jpeg = turbojpeg::compress(image, i32::from(quality), subsampling).map_err(encoder_error)?.to_vec();
    if let Some(resolution) = picture.resolution() {
        write_density(&mut jpeg, resolution)?;
    }
    Ok(jpeg)
}

/// Writes dots per inch into the JFIF header the encoder made (JFIF 1.02, APP0: unit 1 = dots per inch).
fn write_density(jpeg: &mut [u8], resolution: Resolution) -> Result<(), EncodeError> {
    const START: &[u8] = b"\xFF\xD8\xFF\xE0\x00\x10JFIF\0";
    let header = jpeg.get_mut(..START.len() + 7).filter(|header| header.starts_with(START));
    let header = header.ok_or_else(|| EncodeError::Encoder("the file has no jfif header".to_owned()))?;
    let density = &mut header[START.len() + 2..];
    density[0] = 1;
    density[1..3].copy_from_slice(&resolution.x.get().to_be_bytes());
    density[3..5].copy_from_slice(&resolution.y.get().to_be_bytes());
    Ok(())
}

/// A copy whose longer side is at most `max_side` pixels (at least 1); smaller pictures stay as they are.
#[must_use]
pub fn preview(picture: &Raster, max_side: u32) -> Raster {
    let long = picture.width().max(picture.height());
    let max_side = max_side.max(1);
    if long <= max_side {
        return picture.clone();
    }
    let side = |n: u32| ((u64::from(n) * u64::from(max_side) + u64::from(long) / 2) / u64::from(long)).max(1) as u32;
    resized(picture, side(picture.width()), side(picture.height()))
}

/// Several pages in one picture for looking at, from left to right with a narrow gap between; one page stays as it is.
///
/// # Panics
/// Without any page.
#[must_use]
pub fn side_by_side(pages: &[impl std::borrow::Borrow<Raster>]) -> Raster {
    let [first, rest @ ..] = pages else { panic!("there is nothing to look at") };
    let first = first.borrow();
    if rest.is_empty() {
        return first.clone();
    }
    let height = pages.iter().map(|page| page.borrow().height()).max().unwrap_or(1);
    let gap = (height / GAP_SHARE).max(1);
    let width = pages.iter().map(|page| page.borrow().width()).sum::<u32>() + gap * rest.len() as u32;
    let mut samples = vec![GAP_GREY; width as usize * height as usize * 3];
    let mut left = 0;
    for page in pages {
        let page = page.borrow();
        for y in 0..page.height() {
            let at = (y as usize * width as usize + left) * 3;
            let to = &mut samples[at..at + page.width() as usize * 3];
            match page.channels() {
                Channels::Rgb => to.copy_from_slice(page.row(y)),
                Channels::Grey => to.chunks_exact_mut(3).zip(page.row(y)).for_each(|(to, &v)| to.fill(v)),
            }
        }
        left += (page.width() + gap) as usize;
    }
    Raster::new(width, height, Channels::Rgb, samples)
        .expect("the buffer was made from this size")
        .with_resolution(first.resolution())
}

/// Area-averaging resize to exactly `width × height`; the resolution follows.
pub(crate) fn resized(picture: &Raster, width: u32, height: u32) -> Raster {
    let kind = match picture.channels() {
        Channels::Grey => PixelType::U8,
        Channels::Rgb => PixelType::U8x3,
    };
    let source = ImageRef::new(picture.width(), picture.height(), picture.samples(), kind)
        .expect("a raster holds exactly its pixels");
    let mut target = Image::new(width, height, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Hamming));
    Resizer::new().resize(&source, &mut target, &options).expect("both pictures have the same pixel type");
    let scaled = |dpi: Dpi, now: u32, before: u32| {
        Dpi::new((f64::from(dpi.get()) * f64::from(now) / f64::from(before)).round().clamp(1.0, 65_535.0) as u16)
    };
    let resolution = picture.resolution().and_then(|r| {
        Some(Resolution { x: scaled(r.x, width, picture.width())?, y: scaled(r.y, height, picture.height())? })
    });
    Raster::new(width, height, picture.channels(), target.into_vec())
        .expect("the resizer fills exactly its target")
        .with_resolution(resolution)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(channels: Channels) -> Raster {
        let samples = (0..60 * 80 * channels.count()).map(|i| (i / channels.count() % 60 * 4) as u8).collect();
        Raster::new(60, 80, channels, samples).unwrap().with_resolution(Some(Resolution::square(Dpi::SCAN)))
    }

    #[test]
    fn a_jpeg_reads_back_nearly_the_same() {
        for (channels, chroma) in
            [(Channels::Grey, Chroma::Halved), (Channels::Rgb, Chroma::Halved), (Channels::Rgb, Chroma::Full)]
        {
            let picture = gradient(channels);
            let bytes = encode_jpeg(&picture, 92, chroma).unwrap();
            let image = image::load_from_memory(&bytes).unwrap();
            assert_eq!((image.width(), image.height()), (60, 80));
            assert_eq!(image.color().has_color(), channels == Channels::Rgb);
            for (a, b) in image.as_bytes().iter().zip(picture.samples()) {
                assert!(a.abs_diff(*b) <= 6, "{channels:?} {chroma:?}: {a} for {b}");
            }
        }
    }

    #[test]
    fn chroma_is_kept_as_asked() {
        // Red and blue pixels side by side: halving the colour mixes them.
        let samples = (0..32 * 32).flat_map(|i| if i % 2 == 0 { [220, 0, 0] } else { [0, 0, 220] }).collect();
        let picture = Raster::new(32, 32, Channels::Rgb, samples).unwrap();
        let error = |chroma| {
            let bytes = encode_jpeg(&picture, 95, chroma).unwrap();
            let image = image::load_from_memory(&bytes).unwrap().to_rgb8();
            image.as_raw().iter().zip(picture.samples()).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>()
        };
        assert!(error(Chroma::Full) * 4 < error(Chroma::Halved));
    }

    #[test]
    fn the_resolution_stands_in_the_header() {
        let bytes = encode_jpeg(&gradient(Channels::Grey), 80, Chroma::Halved).unwrap();
        assert_eq!(bytes[13..18], [1, 1, 44, 1, 44]);
        let unknown = gradient(Channels::Grey).with_resolution(None);
        assert_eq!(encode_jpeg(&unknown, 80, Chroma::Halved).unwrap()[13], 0);
    }

    #[test]
    fn bad_requests_are_refused() {
        let picture = gradient(Channels::Grey);
        for quality in [0, 101] {
            assert_eq!(encode_jpeg(&picture, quality, Chroma::Full), Err(EncodeError::Quality(quality)));
        }
        let long = Raster::new(70_000, 1, Channels::Grey, vec![0; 70_000]).unwrap();
        assert_eq!(encode_jpeg(&long, 80, Chroma::Full), Err(EncodeError::TooLarge { width: 70_000, height: 1 }));
    }

    #[test]
    fn pages_side_by_side_are_all_there() {
        let (grey, colour) = (gradient(Channels::Grey), gradient(Channels::Rgb));
        assert_eq!(side_by_side(&[&grey]), grey);
        let both = side_by_side(&[grey.clone(), colour.clone()]);
        assert_eq!((both.width(), both.height(), both.channels()), (121, 80, Channels::Rgb));
        assert_eq!(both.row(9)[3 * 30], grey.row(9)[30]);
        assert_eq!(both.row(9)[3 * 60], GAP_GREY);
        assert_eq!(both.row(9)[3 * (61 + 30)..][..3], colour.row(9)[3 * 30..][..3]);
    }

    #[test]
    fn previews_shrink_and_never_grow() {
        let picture = gradient(Channels::Rgb);
        let small = preview(&picture, 40);
        assert_eq!((small.width(), small.height(), small.channels()), (30, 40, Channels::Rgb));
        assert_eq!(small.resolution(), Some(Resolution::square(Dpi::new(150).unwrap())));
        assert!(small.row(20)[45].abs_diff(picture.row(40)[90]) <= 6, "the same place has the same colour");
        assert_eq!(preview(&picture, 500), picture);
        let thread = Raster::new(1000, 1, Channels::Grey, vec![9; 1000]).unwrap();
        assert_eq!((preview(&thread, 10).width(), preview(&thread, 10).height()), (10, 1));
    }
}
