//! How long the archive's steps take on the disk of a folder: `cargo run -p scantrail-archive --example measure-archive DIR`.
//!
//! Prints the median of each step in milliseconds, and what a long document takes. Never asserts: a machine may be busy.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures and prints")]

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use scantrail_archive::bag::{BagContents, BagFile, BagInfo, seal};
use scantrail_archive::durable::{self, Access, Written};
use scantrail_archive::names::TrailPath;
use scantrail_archive::pdf::{Document, PageImage, PageSize, PdfPage, searchable};
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::civil::date;
use scantrail_core::ports::{TextBox, Word};
use scantrail_core::school_year::SchoolYear;
use scantrail_core::units::{Confidence, Dpi, Resolution};
use std::path::{Path, PathBuf};
use std::time::Instant;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let parent = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = tempfile::tempdir_in(parent)?;
    let page = vec![0x5a; 300_000];
    time("durable write of 300 kB", 50, |n| {
        durable::write_new(&dir.path().join(format!("w/{n}")), &page, Access::Original)?;
        Ok(())
    })?;
    let digest = Written::of(&page).digest;
    time("move of 300 kB into another folder", 50, |n| {
        let (from, to) = (dir.path().join(format!("w/{n}")), dir.path().join(format!("m/{n}")));
        Ok(durable::move_file(&from, &to, digest)?)
    })?;
    measure_pdf()?;
    measure_document(dir.path())?;
    measure_bag(dir.path())
}

fn measure_pdf() -> Outcome {
    let (width, height) = (1654, 2339);
    let grey: Vec<u8> = (0..width * height).map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 27) as u8 + 200).collect();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 75).encode(&grey, width, height, ExtendedColorType::L8)?;
    let word = |n: u32| {
        let (x0, y0) = (100 + n % 10 * 140, 100 + n / 10 * 40);
        let place = TextBox { x0, y0, x1: x0 + 110, y1: y0 + 30 };
        Word { text: format!("word{n}"), place, confidence: Confidence::CERTAIN, line: n / 10, block: 0 }
    };
    let words: Vec<Word> = (0..400).map(word).collect();
    let image =
        PageImage { jpeg: &jpeg, size: PageSize::At(Resolution::square(Dpi::new(200).ok_or("200 is not zero")?)) };
    let size = searchable(&[PdfPage { image, words: &words }], "Fractions")?.len();
    println!("a page of 400 words adds {} bytes to a JPEG of {}", size - jpeg.len(), jpeg.len());
    time("searchable page of 400 words", 50, |_| {
        searchable(&[PdfPage { image, words: &words }], "Fractions")?;
        Ok(())
    })
}

/// A pupil's year: 800 pages of 1.5 MB with 200 words each.
fn measure_document(dir: &Path) -> Outcome {
    const PAGES: u32 = 800;
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 75).encode(&[200; 64], 8, 8, ExtendedColorType::L8)?;
    // What stands behind the end of a picture is carried along unread.
    jpeg.resize(1_500_000, 0x5a);
    let word = |n: u32| {
        let place = TextBox { x0: n % 8, y0: n % 7, x1: n % 8 + 1, y1: n % 7 + 1 };
        Word { text: format!("word{n}"), place, confidence: Confidence::CERTAIN, line: n / 10, block: 0 }
    };
    let words: Vec<Word> = (0..200).map(word).collect();
    let start = Instant::now();
    let mut document = Document::begin(std::io::BufWriter::new(durable::scratch(dir)?), "a year")?;
    for page in 0..PAGES {
        if page % 4 == 0 {
            document.piece(&format!("piece {page}"));
        }
        document
            .page(&PdfPage { image: PageImage { jpeg: &jpeg, size: PageSize::Points(595.0, 842.0) }, words: &words })?;
    }
    let bytes = document.finish()?.into_inner()?.metadata()?.len();
    let taken = start.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!("document of {PAGES} pages, {} MB: {taken:.2} s; {peak}", bytes / 1_000_000);
    Ok(())
}

fn measure_bag(dir: &Path) -> Outcome {
    let file = |n: u32| {
        let path = TrailPath::new(format!("data/Maths/2026-11-21 Fractions/p{n:04} [k3f9x2ab].pdf"))?;
        let Written { digest, bytes } = Written::of(&n.to_be_bytes());
        Ok(BagFile { path, digest, bytes })
    };
    let payload = (0..2000).map(file).collect::<Result<Vec<_>, Box<dyn std::error::Error>>>()?;
    let year = SchoolYear::parse("2026-27").ok_or("no year")?;
    time("seal of a bag of 2000 files, one of them new", 20, |n| {
        let info = BagInfo {
            school: "Holly Lane Primary".into(),
            pupil: PupilId::from_random(7),
            listed_name: "Okafor, Amara".into(),
            year,
            sealed_on: date(2026, 11, 21),
        };
        seal(&dir.join("bag"), &BagContents { payload: &payload[n..], tags: &[], info: &info })?;
        Ok(())
    })
}

/// Runs a step `times` times and prints the median.
fn time(step: &str, times: usize, mut run: impl FnMut(usize) -> Outcome) -> Outcome {
    let mut taken = Vec::with_capacity(times);
    for n in 0..times {
        let start = Instant::now();
        run(n)?;
        taken.push(start.elapsed().as_secs_f64() * 1e3);
    }
    taken.sort_by(f64::total_cmp);
    println!("{step}: {:.2} ms (fastest {:.2}, slowest {:.2})", taken[times / 2], taken[0], taken[times - 1]);
    Ok(())
}
