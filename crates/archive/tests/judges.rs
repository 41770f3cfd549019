//! What this crate writes, judged by programs that are not ours: `bagit.py`, `sha256sum`, the PDF/A validator of
//! pikepdf, `qpdf`, `pdftotext` and `pdfimages`. A judge that is missing fails the test.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GrayImage, RgbImage};
use scantrail_archive::bag::{BagContents, BagFile, BagInfo, seal};
use scantrail_archive::durable::{self, Access};
use scantrail_archive::names::{PagePlace, TrailPath};
use scantrail_archive::pdf::{PageImage, PdfPage, embedded_jpegs, searchable};
use scantrail_core::jiff::civil::date;
use scantrail_core::ports::{TextBox, Word};
use scantrail_core::school_year::SchoolYear;
use scantrail_core::units::{Confidence, Dpi, Resolution};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python of the virtual environment with `bagit` and `pikepdf[pdfa]`.
fn python() -> PathBuf {
    let judges = std::env::var_os("SCANTRAIL_JUDGES").expect(
        "SCANTRAIL_JUDGES must name a virtual environment with bagit and pikepdf[pdfa]; `cargo xtask test` makes it",
    );
    Path::new(&judges).join("bin/python3")
}

/// Runs a judge; its verdict and all it said.
fn run(program: impl AsRef<OsStr>, arguments: &[&OsStr], folder: &Path) -> (bool, String) {
    let program = program.as_ref();
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("the judge {} cannot be run: {error}", program.display()));
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn args<const N: usize>(arguments: [&str; N]) -> [&OsStr; N] {
    arguments.map(OsStr::new)
}

fn bag_verdicts(bag: &Path) -> [(bool, String); 3] {
    [
        run(python(), &args(["-m", "bagit", "--validate", "."]), bag),
        run("sha256sum", &args(["--strict", "-c", "manifest-sha256.txt"]), bag),
        run("sha256sum", &args(["--strict", "-c", "tagmanifest-sha256.txt"]), bag),
    ]
}

fn pages() -> Vec<PagePlace> {
    let titles = ["Fractions", "50% of “½”?", "x*y/z: <why>", "Bäume 🌳 und Blätter", "", "CON"];
    (1..)
        .zip(titles)
        .map(|(position, title)| PagePlace {
            pupil: "7F3A19".parse().unwrap(),
            folder: "Ó Briain, Saoirse (7F3A19)".into(),
            year: SchoolYear::parse("2026-27").unwrap(),
            subject: "Maths & more".into(),
            date: date(2026, 11, 21),
            title: title.into(),
            position,
            page: format!("k3f9x2a{position}").parse().unwrap(),
        })
        .collect()
}

fn write(root: &Path, bag: &TrailPath, path: &TrailPath, bytes: &[u8]) -> BagFile {
    let written = durable::write_new(&root.join(path.as_str()), bytes, Access::Shared).unwrap();
    BagFile { path: path.within(bag).unwrap(), digest: written.digest, bytes: written.bytes }
}

/// A bag of six pages with awkward titles.
fn sealed_bag(root: &Path) -> (PathBuf, Vec<BagFile>, Vec<BagFile>) {
    let (mut payload, mut tags) = (Vec::new(), Vec::new());
    let places = pages();
    let bag = places[0].bag();
    for place in &places {
        payload.push(write(root, &bag, &place.copy("pdf"), place.title.as_bytes()));
        payload.push(write(root, &bag, place.original("jpg").as_path(), b"original"));
        tags.push(write(root, &bag, &place.sidecar(), b"{}"));
    }
    let folder = root.join(bag.as_str());
    seal_again(&folder, &payload, &tags);
    (folder, payload, tags)
}

fn seal_again(folder: &Path, payload: &[BagFile], tags: &[BagFile]) {
    let info = BagInfo {
        school: "Holly Lane Primary".into(),
        pupil: "7F3A19".parse().unwrap(),
        listed_name: "Ó Briain, Saoirse".into(),
        year: SchoolYear::parse("2026-27").unwrap(),
        sealed_on: date(2026, 11, 21),
    };
    seal(folder, &BagContents { payload, tags, info: &info }).unwrap();
}

#[test]
fn a_bag_at_rest_is_valid_and_any_change_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let (bag, mut payload, tags) = sealed_bag(dir.path());
    for (valid, said) in bag_verdicts(&bag) {
        assert!(valid, "{said}");
    }
    // The judges can say no.
    let late = TrailPath::new("data/late.pdf").unwrap();
    let written = durable::write_new(&bag.join(late.as_str()), b"late", Access::Shared).unwrap();
    assert!(!bag_verdicts(&bag)[0].0, "a page the manifest does not know");
    payload.push(BagFile { path: late, digest: written.digest, bytes: written.bytes });
    seal_again(&bag, &payload, &tags);
    for (valid, said) in bag_verdicts(&bag) {
        assert!(valid, "{said}");
    }
    durable::replace(&bag.join("data/late.pdf"), b"fake", Access::Shared).unwrap();
    let verdicts = bag_verdicts(&bag);
    assert!(!verdicts[0].0 && !verdicts[1].0, "a page that was changed");
}

fn grey_jpeg() -> Vec<u8> {
    let page = GrayImage::from_fn(827, 1169, |x, y| image::Luma([if (x / 8 + y / 8) % 2 == 0 { 255 } else { 200 }]));
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 80).encode(&page, 827, 1169, ExtendedColorType::L8).unwrap();
    bytes
}

fn colour_jpeg() -> Vec<u8> {
    let page = RgbImage::from_fn(400, 300, |x, y| image::Rgb([x as u8, y as u8, 128]));
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode(&page, 400, 300, ExtendedColorType::Rgb8).unwrap();
    bytes
}

fn at(dpi: u16) -> Resolution {
    Resolution::square(Dpi::new(dpi).unwrap())
}

/// Words laid out in lines of boxes as tall as 12-point print at 100 dpi, ragged as an engine gives them.
fn words(lines: &[&str]) -> Vec<Word> {
    let mut words = Vec::new();
    for (line, text) in (0u32..).zip(lines) {
        let mut x = 60;
        for (ragged, text) in (0u32..).zip(text.split(' ')) {
            let width = 9 * text.chars().count() as u32;
            let y = 80 + 30 * line + ragged % 3;
            let place = TextBox { x0: x, y0: y, x1: x + width, y1: y + 16 + ragged % 2 * 4 };
            words.push(Word { text: text.into(), place, confidence: Confidence::new(0.9), line });
            x += width + 7;
        }
    }
    words
}

/// Writes the PDF and asks everybody; gives back its text.
fn judged(folder: &Path, jpeg: &[u8], pdf: &[u8]) -> String {
    durable::replace(&folder.join("page.pdf"), pdf, Access::Shared).unwrap();
    let check = "import sys; from pikepdf import pdfa; report = pdfa.validate_written('page.pdf', '2b'); \
                 print(report.summary()); sys.exit(0 if report.passed else 1)";
    for (valid, said) in
        [run(python(), &args(["-c", check]), folder), run("qpdf", &args(["--check", "page.pdf"]), folder)]
    {
        assert!(valid, "{said}");
    }
    let (ran, said) = run("pdfimages", &args(["-j", "page.pdf", "image"]), folder);
    assert!(ran, "{said}");
    assert!(std::fs::read(folder.join("image-000.jpg")).unwrap() == jpeg, "the picture is passed through");
    let (ran, text) = run("pdftotext", &args(["-layout", "page.pdf", "-"]), folder);
    assert!(ran, "{text}");
    text
}

fn one(image: PageImage<'_>, words: &[Word], title: &str) -> Vec<u8> {
    searchable(&[PdfPage { image, words }], title).unwrap()
}

fn in_words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn a_page_is_a_sound_pdf_whose_words_are_found_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let lines = ["The quick brown fox", "jumps over ½ of “the” lazy dog", "Ça coûte 5 € – naïve Zoë", "𝔸𝔹 😀 𝒳²"];
    let jpeg = grey_jpeg();
    let page = PageImage { jpeg: &jpeg, resolution: at(100) };
    let pdf = one(page, &words(&lines), "Maths <&> Fractions");
    let text = judged(dir.path(), &jpeg, &pdf);
    assert_eq!(in_words(&text), in_words(&lines.join(" ")));
    let found: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found.len(), lines.len(), "words of a line stay on one line: {text}");
    let (_, info) = run("pdfinfo", &args(["page.pdf"]), dir.path());
    assert!(info.contains("595.44 x 841.68 pts (A4)"), "{info}");
    assert!(info.contains("Maths <&> Fractions"), "{info}");
}

#[test]
fn words_lie_where_they_were_read() {
    let dir = tempfile::tempdir().unwrap();
    let (jpeg, words) = (grey_jpeg(), words(&["alpha"]));
    let page = PageImage { jpeg: &jpeg, resolution: at(100) };
    judged(dir.path(), &jpeg, &one(page, &words, ""));
    let (_, boxes) = run("pdftotext", &args(["-bbox", "page.pdf", "-"]), dir.path());
    // 60 pixels at 100 dpi are 43.2 points; "alpha" is 45 pixels wide.
    let line = boxes.lines().find(|line| line.contains("alpha")).unwrap();
    let number = |name: &str| {
        let value = line.split_once(&format!("{name}=\"")).unwrap().1.split_once('"').unwrap().0;
        value.parse::<f64>().unwrap()
    };
    for (name, wanted) in [("xMin", 43.2), ("xMax", 75.6), ("yMin", 57.6), ("yMax", 69.12)] {
        assert!((number(name) - wanted).abs() < 1.5, "{name} of {line}");
    }
}

#[test]
fn an_open_book_is_two_pages_of_one_file() {
    let dir = tempfile::tempdir().unwrap();
    let (left, right) = (grey_jpeg(), colour_jpeg());
    let (on_left, on_right) = (words(&["alpha beta"]), words(&["gamma δέλτα"]));
    let pages = [
        PdfPage { image: PageImage { jpeg: &left, resolution: at(100) }, words: &on_left },
        PdfPage { image: PageImage { jpeg: &right, resolution: at(150) }, words: &on_right },
    ];
    let pdf = searchable(&pages, "").unwrap();
    assert_eq!(embedded_jpegs(&pdf), [&left[..], &right[..]]);
    let text = judged(dir.path(), &left, &pdf);
    assert_eq!(in_words(&text), ["alpha", "beta", "gamma", "δέλτα"]);
    let (_, info) = run("pdfinfo", &args(["page.pdf"]), dir.path());
    assert!(info.lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 2")), "{info}");
}

#[test]
fn pages_without_words_and_in_colour_are_sound_too() {
    let dir = tempfile::tempdir().unwrap();
    let blank = Word {
        text: " \u{0}\u{feff}".into(),
        place: TextBox { x0: 0, y0: 0, x1: 5, y1: 5 },
        confidence: Confidence::NONE,
        line: 0,
    };
    let outside = Word { text: "far".into(), place: TextBox { x0: 5000, y0: 0, x1: 5005, y1: 5 }, ..blank.clone() };
    let odd = Resolution { x: Dpi::new(200).unwrap(), y: Dpi::new(100).unwrap() };
    let jpeg = colour_jpeg();
    for resolution in [at(300), at(1), at(u16::MAX), odd] {
        for words in [&[][..], &[blank.clone(), outside.clone()]] {
            let pdf = one(PageImage { jpeg: &jpeg, resolution }, words, "");
            assert_eq!(in_words(&judged(dir.path(), &jpeg, &pdf)), [""; 0]);
        }
    }
}

#[test]
fn the_same_page_is_the_same_file_and_another_is_not() {
    let jpeg = grey_jpeg();
    let page = PageImage { jpeg: &jpeg, resolution: at(100) };
    let make = |text: &str| one(page, &words(&[text]), "t");
    assert_eq!(make("one two"), make("one two"));
    assert_ne!(make("one two"), make("eno two"));
}

#[test]
fn hostile_words_do_not_break_the_page() {
    let dir = tempfile::tempdir().unwrap();
    let jpeg = colour_jpeg();
    let every: String = ('\u{1}'..='\u{2fff}').chain('\u{fff0}'..='\u{1_0010}').collect();
    let mut list: Vec<Word> = every
        .chars()
        .collect::<Vec<_>>()
        .chunks(300)
        .map(|chars| Word {
            text: chars.iter().collect(),
            place: TextBox { x0: 10, y0: 10, x1: 390, y1: 30 },
            confidence: Confidence::CERTAIN,
            line: 0,
        })
        .collect();
    list[0].place = TextBox { x0: 390, y0: 290, x1: u32::MAX, y1: u32::MAX };
    list[1].place = TextBox { x0: 300, y0: 200, x1: 100, y1: 250 };
    list[2].text = "(\\)".repeat(40_000);
    let pdf = one(PageImage { jpeg: &jpeg, resolution: at(150) }, &list, "]]>\u{1}");
    judged(dir.path(), &jpeg, &pdf);
}
