//! Running judges, and pages to show them.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GrayImage, RgbImage};
use scantrail_archive::durable::{self, Access};
use scantrail_core::ports::{TextBox, Word};
use scantrail_core::units::{Confidence, Dpi, Resolution};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python of the virtual environment with `bagit` and `pikepdf[pdfa]`.
pub(crate) fn python() -> PathBuf {
    let judges = std::env::var_os("SCANTRAIL_JUDGES").expect(
        "SCANTRAIL_JUDGES must name a virtual environment with bagit and pikepdf[pdfa]; `cargo xtask test` makes it",
    );
    Path::new(&judges).join("bin/python3")
}

/// Runs a judge; its verdict and all it said.
pub(crate) fn run(program: impl AsRef<OsStr>, arguments: &[&OsStr], folder: &Path) -> (bool, String) {
    let program = program.as_ref();
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("the judge {} cannot be run: {error}", program.display()));
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

pub(crate) fn args<const N: usize>(arguments: [&str; N]) -> [&OsStr; N] {
    arguments.map(OsStr::new)
}

pub(crate) fn grey_jpeg() -> Vec<u8> {
    let page = GrayImage::from_fn(827, 1169, |x, y| image::Luma([if (x / 8 + y / 8) % 2 == 0 { 255 } else { 200 }]));
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 80).encode(&page, 827, 1169, ExtendedColorType::L8).unwrap();
    bytes
}

/// A white page of this size.
pub(crate) fn jpeg_of(width: u32, height: u32) -> Vec<u8> {
    let page = GrayImage::from_pixel(width, height, image::Luma([255]));
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 80).encode(&page, width, height, ExtendedColorType::L8).unwrap();
    bytes
}

pub(crate) fn colour_jpeg() -> Vec<u8> {
    let page = RgbImage::from_fn(400, 300, |x, y| image::Rgb([x as u8, y as u8, 128]));
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode(&page, 400, 300, ExtendedColorType::Rgb8).unwrap();
    bytes
}

pub(crate) fn at(dpi: u16) -> Resolution {
    Resolution::square(Dpi::new(dpi).unwrap())
}

/// Words laid out in lines of boxes as tall as 12-point print at 100 dpi, ragged as an engine gives them.
pub(crate) fn words(lines: &[&str]) -> Vec<Word> {
    let mut words = Vec::new();
    for (line, text) in (0u32..).zip(lines) {
        let mut x = 60;
        for (ragged, text) in (0u32..).zip(text.split(' ')) {
            let width = 9 * text.chars().count() as u32;
            let y = 80 + 30 * line + ragged % 3;
            let place = TextBox { x0: x, y0: y, x1: x + width, y1: y + 16 + ragged % 2 * 4 };
            words.push(Word { text: text.into(), place, confidence: Confidence::new(0.9), line, block: 0 });
            x += width + 7;
        }
    }
    words
}

/// Writes the PDF and asks everybody; gives back its text in reading order. `jpegs` are the pictures of its pages.
pub(crate) fn judged(folder: &Path, jpegs: &[&[u8]], pdf: &[u8]) -> String {
    durable::replace(&folder.join("page.pdf"), pdf, Access::Shared).unwrap();
    let check = "import sys; from pikepdf import pdfa; report = pdfa.validate_written('page.pdf', '2b'); \
                 print(report.summary()); sys.exit(0 if report.passed else 1)";
    for (valid, said) in
        [run(python(), &args(["-c", check]), folder), run("qpdf", &args(["--check", "page.pdf"]), folder)]
    {
        assert!(valid, "{said}");
    }
    let (ran, said) = run("pdfimages", &args(["-all", "page.pdf", "image"]), folder);
    assert!(ran, "{said}");
    for (number, jpeg) in jpegs.iter().enumerate() {
        let found = std::fs::read(folder.join(format!("image-{number:03}.jpg"))).unwrap();
        assert!(found == *jpeg, "picture {number} is passed through");
    }
    assert!(std::fs::metadata(folder.join(format!("image-{:03}.jpg", jpegs.len()))).is_err(), "no picture more");
    let (ran, text) = run("pdftotext", &args(["-layout", "page.pdf", "-"]), folder);
    assert!(ran, "{text}");
    text
}

pub(crate) fn in_words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}
