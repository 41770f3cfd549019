//! Other people's readers in Rust, each used at its best. Compiled only with the feature `peers`.

use super::reader::{Code, Reader, modules};
use anyhow::{Context as _, Result};
use image::GrayImage;
use rxing::common::HybridBinarizer;
use rxing::multi::MultipleBarcodeReader as _;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, FilteredImageReader, Luma8LuminanceSource, MultiFormatReader};
use rxing::{RXingResult, Reader as _};
use scantrail_core::raster::Raster;

/// Below this many pixels a side no smaller copy is tried.
const SMALLEST: u32 = 200;

/// `rxing`: the port of the C++ reader, which reads several codes; where it finds none, its filtered reader, which
/// tries several sizes and closes gaps.
pub(super) struct Rxing;

impl Reader for Rxing {
    fn read(&mut self, picture: &Raster) -> Result<Vec<Code>> {
        let bitmap = || {
            let source = Luma8LuminanceSource::new(picture.samples().to_vec(), picture.width(), picture.height())
                .context("rxing did not take the picture")?;
            anyhow::Ok(BinaryBitmap::new(HybridBinarizer::new(source)))
        };
        let hints = DecodeHints {
            TryHarder: Some(true),
            PossibleFormats: Some([BarcodeFormat::QR_CODE].into_iter().collect()),
            ..DecodeHints::default()
        };
        let several = rxing::qrcode::cpp_port::QrReader.decode_multiple_with_hints(&mut bitmap()?, &hints);
        // Its error is how it says that there was nothing to read.
        let found = several.unwrap_or_default();
        if !found.is_empty() {
            return Ok(found.iter().map(|found| code(found, corners(found))).collect());
        }
        let one = FilteredImageReader::new(MultiFormatReader::default()).decode_with_hints(&mut bitmap()?, &hints);
        // Its points are those of one of the smaller copies, and it does not say of which.
        Ok(one.iter().map(|found| code(found, None)).collect())
    }
}

fn code(found: &RXingResult, corners: Option<[[f64; 2]; 4]>) -> Code {
    Code { text: found.getText().to_owned(), corners, modules: None }
}

/// The port gives its corners line by line, not round the symbol.
fn corners(found: &RXingResult) -> Option<[[f64; 2]; 4]> {
    let points: Vec<[f64; 2]> = found.getPoints().iter().map(|p| [f64::from(p.x), f64::from(p.y)]).collect();
    <[_; 4]>::try_from(points).ok().map(|[a, b, c, d]| [a, b, d, c])
}

/// `rqrr`: in full size; where it reads nothing, in half and in quarter size.
pub(super) struct Rqrr;

impl Reader for Rqrr {
    fn read(&mut self, picture: &Raster) -> Result<Vec<Code>> {
        let image = GrayImage::from_raw(picture.width(), picture.height(), picture.samples().to_vec())
            .context("the picture is not grey")?;
        for factor in [1, 2, 4] {
            let (width, height) = (image.width() / factor, image.height() / factor);
            if factor > 1 && width.min(height) < SMALLEST {
                break;
            }
            let codes = if factor == 1 {
                rqrr(&image, 1.0)
            } else {
                rqrr(&image::imageops::thumbnail(&image, width, height), f64::from(factor))
            };
            if !codes.is_empty() {
                return Ok(codes);
            }
        }
        Ok(Vec::new())
    }
}

fn rqrr(image: &GrayImage, scale: f64) -> Vec<Code> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let samples = image.as_raw();
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| samples[y * width + x]);
    let read = |grid: rqrr::Grid<_>| {
        let mut bytes = Vec::new();
        let meta = grid.decode_to(&mut bytes).ok()?;
        Some(Code {
            text: String::from_utf8_lossy(&bytes).into_owned(),
            corners: Some(grid.bounds.map(|p| [f64::from(p.x) * scale, f64::from(p.y) * scale])),
            modules: u32::try_from(meta.version.0).ok().map(modules),
        })
    };
    prepared.detect_grids().into_iter().filter_map(read).collect()
}
