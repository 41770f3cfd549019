//! Files to decode, made on the spot.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, RgbImage};
use scantrail_capture::decode::{Limits, SandboxedDecoder};
use std::io::{Cursor, Write as _};
use std::path::PathBuf;
use std::time::Duration;

/// Small limits, so that a test can exceed them; time enough for a busy machine.
pub(crate) const LIMITS: Limits =
    Limits { bytes: 8 << 20, pixels: 12_000_000, pages: 5, unpacked: 64 << 20, time: Duration::from_mins(1) };

pub(crate) fn worker() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_scantrail-decode-worker"))
}

pub(crate) fn decoder() -> SandboxedDecoder {
    SandboxedDecoder::new(worker(), LIMITS)
}

/// A picture in which every corner differs: soft enough for JPEG, wider than high.
pub(crate) fn colour_picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| image::Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, 90]))
}

pub(crate) fn grey_picture(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| image::Luma([((x + 2 * y) * 255 / (width + 2 * height)) as u8]))
}

pub(crate) fn jpeg(picture: &RgbImage, dpi: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_pixel_density(image::codecs::jpeg::PixelDensity::dpi(dpi));
    encoder.encode_image(picture).unwrap();
    bytes
}

/// The same JPEG with an EXIF block that notes an orientation.
pub(crate) fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let mut segment = b"\xFF\xE1".to_vec();
    segment.extend(((tiff.len() + 8) as u16).to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(tiff);
    [&jpeg[..2], &segment, &jpeg[2..]].concat()
}

pub(crate) fn png(width: u32, height: u32, colour: png::ColorType, depth: png::BitDepth, bytes: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let unit = png::Unit::Meter;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: 11_811, yppu: 23_622, unit }));
    if colour == png::ColorType::Indexed {
        encoder.set_palette(vec![255, 0, 0, 0, 0, 255]);
    }
    encoder.write_header().unwrap().write_image_data(bytes).unwrap();
    file
}

/// A PNG whose header claims other sides than it has.
pub(crate) fn png_claiming(side: u32) -> Vec<u8> {
    let mut file = png(8, 8, png::ColorType::Grayscale, png::BitDepth::Eight, &[0; 64]);
    file[16..20].copy_from_slice(&side.to_be_bytes());
    file[20..24].copy_from_slice(&side.to_be_bytes());
    let sum = crc(&file[12..29]);
    file[29..33].copy_from_slice(&sum.to_be_bytes());
    file
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

/// A TIFF with one image per picture, LZW, 300 dpi.
pub(crate) fn tiff(pictures: &[RgbImage]) -> Vec<u8> {
    use tiff::encoder::{Compression, Rational, TiffEncoder, colortype::RGB8};
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file).unwrap().with_compression(Compression::Lzw);
    for picture in pictures {
        let mut image = encoder.new_image::<RGB8>(picture.width(), picture.height()).unwrap();
        let unit = tiff::tags::ResolutionUnit::Inch;
        image.resolution(unit, Rational { n: 300, d: 1 });
        image.write_data(picture.as_raw()).unwrap();
    }
    file.into_inner()
}

/// A TIFF of one image with chosen entries and uncompressed data in one strip; `(tag, value)`, SHORTs.
pub(crate) fn plain_tiff(entries: &[(u16, u16)], data: &[u8]) -> Vec<u8> {
    let mut entries: Vec<(u16, u32)> = entries.iter().map(|(tag, value)| (*tag, u32::from(*value))).collect();
    entries.extend([(273, 8), (279, data.len() as u32)]);
    entries.sort_unstable();
    let mut file = b"II\x2A\0".to_vec();
    file.extend((8 + data.len() as u32).to_le_bytes());
    file.extend(data);
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, value) in entries {
        file.extend(tag.to_le_bytes());
        file.extend(4_u16.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file
}

/// A PDF in the making: objects are numbered from 1 in order; 1 is the catalogue, 2 the page tree.
pub(crate) struct PdfFile {
    objects: Vec<Vec<u8>>,
    pages: Vec<usize>,
    /// What stands in the trailer besides the root.
    pub(crate) trailer: String,
    /// What the page tree says about how many pages there are, if not the truth.
    pub(crate) count: Option<usize>,
}

impl PdfFile {
    pub(crate) fn new() -> Self {
        Self { objects: vec![vec![], vec![]], pages: vec![], trailer: String::new(), count: None }
    }

    pub(crate) fn object(&mut self, bytes: impl Into<Vec<u8>>) -> usize {
        self.objects.push(bytes.into());
        self.objects.len()
    }

    pub(crate) fn stream(&mut self, dict: &str, data: &[u8]) -> usize {
        let mut bytes = format!("<< {dict} /Length {} >>\nstream\n", data.len()).into_bytes();
        bytes.extend(data);
        bytes.extend(b"\nendstream");
        self.object(bytes)
    }

    pub(crate) fn jpeg(&mut self, file: &[u8], width: u32, height: u32, more: &str) -> usize {
        let dict = format!(
            "/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8 \
             /ColorSpace /DeviceRGB /Filter /DCTDecode {more}"
        );
        self.stream(&dict, file)
    }

    /// A page of A4 with a picture as `/Im0` and Helvetica as `/F0`.
    pub(crate) fn page(&mut self, content: &str, picture: Option<usize>, more: &str) {
        let content = self.stream("", content.as_bytes());
        let picture = picture.map(|n| format!("/XObject << /Im0 {n} 0 R >>")).unwrap_or_default();
        let font = "/Font << /F0 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";
        let page = self.object(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R \
             /Resources << {picture} {font} >> {more} >>"
        ));
        self.pages.push(page);
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        let kids: Vec<String> = self.pages.iter().map(|page| format!("{page} 0 R")).collect();
        let count = self.count.unwrap_or(kids.len());
        self.objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
        self.objects[1] = format!("<< /Type /Pages /Kids [{}] /Count {count} >>", kids.join(" ")).into_bytes();
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut table = Vec::new();
        for (number, object) in (1..).zip(&self.objects) {
            table.push(file.len());
            writeln!(file, "{number} 0 obj").unwrap();
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let start = file.len();
        writeln!(file, "xref\n0 {}\n0000000000 65535 f ", table.len() + 1).unwrap();
        for offset in &table {
            writeln!(file, "{offset:010} 00000 n ").unwrap();
        }
        let (size, more) = (table.len() + 1, &self.trailer);
        writeln!(file, "trailer\n<< /Size {size} /Root 1 0 R {more} >>\nstartxref\n{start}\n%%EOF").unwrap();
        file
    }
}
