//! Painted text, read back by the real engine.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

use ab_glyph::{Font, FontVec, PxScale, ScaleFont, point};
use scantrail_core::ports::{Completeness, ReadError, Reading, Recogniser, TextBox};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};
use scantrail_ocr::TesseractReader;
use std::time::Duration;

/// Debian package `fonts-dejavu-core`.
const FONT: &str = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
const LINES: [&str; 6] = [
    "The river carries stones from the",
    "mountains down to the sea, and there",
    "the waves grind them into sand.",
    "On Tuesday we measured the depth",
    "of the stream behind the school:",
    "it was forty centimetres deep.",
];

/// A grey page and where each word was painted.
struct Painted {
    page: Raster,
    words: Vec<(String, TextBox)>,
}

/// Paints lines of 12-point text on an A5 page.
fn paint(lines: &[&str], dpi: u16) -> Painted {
    let font = FontVec::try_from_vec(std::fs::read(FONT).unwrap()).unwrap();
    let (width, height) = (u32::from(dpi) * 583 / 100, u32::from(dpi) * 827 / 100);
    let mut samples = vec![245u8; (width * height) as usize];
    let scaled = font.as_scaled(PxScale::from(f32::from(dpi) * 16.0 / 72.0));
    let mut words = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let baseline = f32::from(dpi) * (1.0 + 0.35 * i as f32);
        let mut x = f32::from(dpi) * 0.7;
        for word in line.split(' ') {
            let mut extent: Option<[f32; 4]> = None;
            for letter in word.chars() {
                let glyph = scaled.scaled_glyph(letter);
                let id = glyph.id;
                let mut placed = glyph;
                placed.position = point(x, baseline);
                if let Some(outline) = font.outline_glyph(placed) {
                    let b = outline.px_bounds();
                    let e = extent.get_or_insert([b.min.x, b.min.y, b.max.x, b.max.y]);
                    *e = [e[0].min(b.min.x), e[1].min(b.min.y), e[2].max(b.max.x), e[3].max(b.max.y)];
                    outline.draw(|dx, dy, cover| {
                        let at = (b.min.y as u32 + dy) * width + b.min.x as u32 + dx;
                        let sample = &mut samples[at as usize];
                        *sample = sample.saturating_sub((cover * 215.0) as u8);
                    });
                }
                x += scaled.h_advance(id);
            }
            let [x0, y0, x1, y1] = extent.unwrap().map(|v| v as u32);
            words.push((word.to_owned(), TextBox { x0, y0, x1, y1 }));
            x += scaled.h_advance(scaled.glyph_id(' '));
        }
    }
    let resolution = Resolution::square(Dpi::new(dpi).unwrap());
    let page = Raster::new(width, height, Channels::Grey, samples).unwrap().with_resolution(Some(resolution));
    Painted { page, words }
}

fn assert_reads_back(painted: &Painted, reading: &Reading) {
    let wanted: Vec<&str> = painted.words.iter().map(|w| w.0.as_str()).collect();
    let found: Vec<&str> = reading.words.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(found, wanted);
    let slack = painted.page.resolution().unwrap().x.get() / 40;
    for (word, (text, truth)) in reading.words.iter().zip(&painted.words) {
        let off = [
            word.place.x0.abs_diff(truth.x0),
            word.place.y0.abs_diff(truth.y0),
            word.place.x1.abs_diff(truth.x1),
            word.place.y1.abs_diff(truth.y1),
        ];
        assert!(off.iter().all(|&d| d <= u32::from(slack)), "{text}: {:?} for {truth:?}", word.place);
        assert!(word.confidence.get() > 0.6, "{text}: {:?}", word.confidence);
    }
}

#[test]
fn painted_text_reads_back_word_for_word() {
    let mut reader = TesseractReader::new("eng").unwrap();
    for dpi in [150, 200, 300, 400] {
        let painted = paint(&LINES, dpi);
        let reading = reader.read(&painted.page).unwrap();
        assert_reads_back(&painted, &reading);
        assert_eq!(reading.completeness, Completeness::Whole);
        assert_eq!(reading.text(), LINES.join("\n"));
        let lines: Vec<u32> = reading.words.iter().map(|w| w.line).collect();
        assert!(lines.is_sorted() && lines.first() == Some(&0) && lines.last() == Some(&5), "{lines:?}");
    }
}

#[test]
fn columns_are_blocks_that_are_read_one_after_the_other() {
    let columns = [paint(&LINES, 150), paint(&[&LINES[3..], &LINES[..3]].concat(), 150)];
    let (width, height) = (columns[0].page.width(), columns[0].page.height());
    let rows = (0..height).flat_map(|y| columns.iter().flat_map(move |column| column.page.row(y)));
    let page = Raster::new(2 * width, height, Channels::Grey, rows.copied().collect()).unwrap();
    let reading =
        TesseractReader::new("eng").unwrap().read(&page.with_resolution(columns[0].page.resolution())).unwrap();
    let wanted: Vec<&str> = columns.iter().flat_map(|column| &column.words).map(|word| word.0.as_str()).collect();
    assert_eq!(reading.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), wanted);
    let blocks: Vec<u32> = reading.words.iter().map(|word| word.block).collect();
    let left = columns[0].words.len();
    assert!(blocks.is_sorted() && blocks[0] == 0 && blocks[left - 1] < blocks[left], "{blocks:?}");
    assert!(reading.words.chunk_by(|a, b| a.line == b.line).all(|line| line[0].block == line[line.len() - 1].block));
}

#[test]
fn colour_reads_like_grey_and_a_missing_resolution_is_guessed() {
    let painted = paint(&LINES, 300);
    let samples = painted.page.samples().iter().flat_map(|&v| [v, v, v / 2 + 60]).collect();
    let colour = Raster::new(painted.page.width(), painted.page.height(), Channels::Rgb, samples).unwrap();
    let reading = TesseractReader::new("eng").unwrap().read(&colour).unwrap();
    assert_reads_back(&painted, &reading);
}

#[test]
fn pages_do_not_influence_each_other() {
    let mut reader = TesseractReader::new("eng").unwrap();
    let (first, second) = (paint(&LINES[..3], 200), paint(&LINES[3..], 200));
    let alone = reader.read(&second.page).unwrap();
    reader.read(&first.page).unwrap();
    assert_eq!(reader.read(&second.page).unwrap(), alone);
}

#[test]
fn empty_and_tiny_pages_have_no_words() {
    let mut reader = TesseractReader::new("eng").unwrap();
    for (width, height) in [(1240, 1754), (30, 30), (1, 1), (2000, 3), (5, 900)] {
        for channels in [Channels::Grey, Channels::Rgb] {
            let samples = vec![244; (width * height) as usize * channels.count()];
            let page = Raster::new(width, height, channels, samples).unwrap();
            assert_eq!(reader.read(&page).unwrap(), Reading::default(), "{width}×{height}");
        }
    }
}

#[test]
fn the_time_limit_makes_a_reading_partial() {
    let painted = paint(&LINES, 300);
    let mut reader = TesseractReader::new("eng").unwrap().with_time_limit(Duration::from_millis(1));
    let reading = reader.read(&painted.page).unwrap();
    assert_eq!(reading.completeness, Completeness::Partial);
    assert!(reading.words.len() < painted.words.len());
    // The engine is as good as new afterwards.
    let mut reader = reader.with_time_limit(Duration::from_secs(500));
    assert_reads_back(&painted, &reader.read(&painted.page).unwrap());
}

#[test]
fn two_threads_read_with_an_engine_each() {
    let pages = [paint(&LINES[..3], 200), paint(&LINES[3..], 200)];
    std::thread::scope(|scope| {
        for painted in &pages {
            scope.spawn(move || {
                let mut reader = TesseractReader::new("eng").unwrap();
                for _ in 0..3 {
                    assert_reads_back(painted, &reader.read(&painted.page).unwrap());
                }
            });
        }
    });
}

#[test]
fn a_missing_model_is_said_so() {
    for language in ["xx-none", "", "e\0ng"] {
        let error = TesseractReader::new(language).unwrap_err();
        assert_eq!(error, ReadError::NoModel(language.to_owned()));
    }
}

#[test]
fn the_name_tells_engine_version_and_language() {
    let name = TesseractReader::new("eng").unwrap().name();
    let parts: Vec<&str> = name.split(' ').collect();
    assert_eq!((parts[0], parts[2]), ("tesseract", "eng"));
    assert!(parts[1].split('.').count() >= 2, "{name}");
}

/// The engine would start four threads per loop. Counted in a process of its own, without the variable that prevents it.
#[test]
fn reading_starts_no_thread_whatever_the_environment() {
    const ALONE: &str = "SCANTRAIL_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "reading_starts_no_thread_whatever_the_environment", "--test-threads=1"])
            .env_remove("OMP_THREAD_LIMIT")
            .env(ALONE, "1")
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        return;
    }
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let before = threads();
    let painted = paint(&LINES, 200);
    assert_reads_back(&painted, &TesseractReader::new("eng").unwrap().read(&painted.page).unwrap());
    assert_eq!(threads(), before);
}
