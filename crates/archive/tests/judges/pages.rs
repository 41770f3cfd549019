//! The copy of one capture.

use crate::support::{args, at, colour_jpeg, grey_jpeg, in_words, jpeg_of, judged, run, words};
use scantrail_archive::pdf::{PageImage, PageSize, PdfPage, embedded_jpegs, embedded_pages, searchable};
use scantrail_core::ports::{TextBox, Word};
use scantrail_core::units::{Confidence, Dpi, Resolution};

fn one(image: PageImage<'_>, words: &[Word], title: &str) -> Vec<u8> {
    searchable(&[PdfPage { image, words }], title).unwrap()
}

#[test]
fn a_page_is_a_sound_pdf_whose_words_are_found_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let lines = ["The quick brown fox", "jumps over ½ of “the” lazy dog", "Ça coûte 5 € – naïve Zoë", "𝔸𝔹 😀 𝒳²"];
    let jpeg = grey_jpeg();
    let page = PageImage { jpeg: &jpeg, size: PageSize::At(at(100)) };
    let pdf = one(page, &words(&lines), "Maths <&> Fractions");
    let text = judged(dir.path(), &[&jpeg], &pdf);
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
    let page = PageImage { jpeg: &jpeg, size: PageSize::At(at(100)) };
    judged(dir.path(), &[&jpeg], &one(page, &words, ""));
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
        PdfPage { image: PageImage { jpeg: &left, size: PageSize::At(at(100)) }, words: &on_left },
        PdfPage { image: PageImage { jpeg: &right, size: PageSize::At(at(150)) }, words: &on_right },
    ];
    let pdf = searchable(&pages, "").unwrap();
    assert_eq!(embedded_jpegs(&pdf), [&left[..], &right[..]]);
    let text = judged(dir.path(), &[&left, &right], &pdf);
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
        block: 0,
    };
    let outside = Word { text: "far".into(), place: TextBox { x0: 5000, y0: 0, x1: 5005, y1: 5 }, ..blank.clone() };
    let odd = Resolution { x: Dpi::new(200).unwrap(), y: Dpi::new(100).unwrap() };
    let jpeg = colour_jpeg();
    for resolution in [at(300), at(1), at(u16::MAX), odd] {
        for words in [&[][..], &[blank.clone(), outside.clone()]] {
            let pdf = one(PageImage { jpeg: &jpeg, size: PageSize::At(resolution) }, words, "");
            assert_eq!(in_words(&judged(dir.path(), &[&jpeg], &pdf)), [""; 0]);
        }
    }
}

#[test]
fn words_of_every_script_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let jpeg = grey_jpeg();
    for line in
        ["شجرة كبيرة في الحديقة", "עץ גדול בגן", "大樹 在 花園 裡", "나무 한 그루", "🌳 👩‍🏫 🇬🇧", "Cây to trong vườn"]
    {
        let pdf = one(PageImage { jpeg: &jpeg, size: PageSize::At(at(100)) }, &words(&[line]), "");
        let text = judged(dir.path(), &[&jpeg], &pdf);
        // Marks of direction are the judge's own words.
        let plain: String = text.chars().filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{200e}')).collect();
        let (mut found, mut wanted) = (in_words(&plain), in_words(line));
        let read: Vec<String> = if line.starts_with(['ش', 'ע']) {
            // A viewer that lays words out from right to left has read them from the left.
            found.iter().map(|word| word.chars().rev().collect()).collect()
        } else {
            found.iter().map(|word| (*word).to_owned()).collect()
        };
        let mut read: Vec<&str> = read.iter().map(String::as_str).collect();
        for list in [&mut found, &mut wanted, &mut read] {
            list.sort_unstable();
        }
        assert!(found == wanted || read == wanted, "{found:?} for {wanted:?}");
    }
}

#[test]
fn a_page_of_a_pixel_and_one_of_the_largest_kind_are_pages() {
    let dir = tempfile::tempdir().unwrap();
    let tiny = jpeg_of(1, 1);
    let long = jpeg_of(3, 20_000);
    for (jpeg, dpi) in [(&tiny, 300), (&tiny, 72), (&long, 300), (&long, 72)] {
        let page = PageImage { jpeg, size: PageSize::At(at(dpi)) };
        judged(dir.path(), &[jpeg], &one(page, &[], ""));
    }
}

#[test]
fn a_page_taken_out_and_put_in_again_is_the_same_page() {
    let (jpeg, words) = (colour_jpeg(), words(&["alpha beta"]));
    let odd = Resolution { x: Dpi::new(203).unwrap(), y: Dpi::new(97).unwrap() };
    let pdf = one(PageImage { jpeg: &jpeg, size: PageSize::At(odd) }, &words, "");
    let taken = embedded_pages(&pdf);
    let size = PageSize::Points(taken[0].points.0, taken[0].points.1);
    assert_eq!(one(PageImage { jpeg: taken[0].jpeg, size }, &words, ""), pdf);
    assert!(embedded_pages(&jpeg).is_empty() && embedded_pages(b"%PDF-1.7 /DCTDecode").is_empty());
}

#[test]
fn the_same_page_is_the_same_file_and_another_is_not() {
    let jpeg = grey_jpeg();
    let page = PageImage { jpeg: &jpeg, size: PageSize::At(at(100)) };
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
            block: 0,
        })
        .collect();
    list[0].place = TextBox { x0: 390, y0: 290, x1: u32::MAX, y1: u32::MAX };
    list[1].place = TextBox { x0: 300, y0: 200, x1: 100, y1: 250 };
    list[2].text = "(\\)".repeat(40_000);
    let pdf = one(PageImage { jpeg: &jpeg, size: PageSize::At(at(150)) }, &list, "]]>\u{1}");
    judged(dir.path(), &[&jpeg], &pdf);
}
