//! Two pages in every format: what is told, where, and that guesses are never taken for text.

use super::*;
use crate::sidecar::ReadWord;

fn word(text: &str, x: u32, (block, line): (u32, u32)) -> ReadWord {
    let y = 100 * line;
    ReadWord { t: text.to_owned(), b: [x, y, x + 50, y + 20], c: 0.875, l: line, k: block }
}

fn read() -> Reading {
    let words = vec![word("The", 10, (0, 0)), word("<b>&\"river\"", 70, (0, 0)), word("runs", 10, (0, 1))];
    let words = [words, vec![word("Maths\u{1}", 300, (1, 2))]].concat();
    Reading { engine: "tesseract 5.3.0 eng".into(), partial: false, words }
}

fn guessed() -> Reading {
    Reading { engine: "PP-OCRv6 small".into(), partial: false, words: vec![word("wind", 10, (0, 5))] }
}

/// Calls `test` with a transcript of a page with words and guesses and one that was not read.
fn with_transcript<T>(test: impl FnOnce(&Transcript<'_>) -> T) -> T {
    let (read, guessed) = (read(), guessed());
    let pages = [
        TranscriptPage { pixels: (400, 600), reading: Some(&read), guessed: Some(&guessed) },
        TranscriptPage { pixels: (410, 620), reading: None, guessed: None },
    ];
    test(&Transcript { file: "p01 [k3f9x2ab].pdf", pages: &pages })
}

#[test]
fn plain_text_has_its_blocks_apart_and_guesses_under_a_heading() {
    let text = with_transcript(|it| it.write(Format::Text));
    let wanted = "The <b>&\"river\"\nruns\n\nMaths\u{1}\n\n[guessed from handwriting: for finding, not for reading]\n\
                  wind\n\u{c}\n";
    assert_eq!(text, wanted);
    let nothing = TranscriptPage { pixels: (1, 1), reading: None, guessed: None };
    assert_eq!(Transcript { file: "", pages: &[nothing] }.write(Format::Text), "");
}

#[test]
fn alto_is_as_it_was() {
    insta::assert_snapshot!(with_transcript(|it| it.write(Format::Alto)));
}

#[test]
fn hocr_is_as_it_was() {
    insta::assert_snapshot!(with_transcript(|it| it.write(Format::Hocr)));
}

#[test]
fn a_language_is_told_where_there_is_one_that_can_be() {
    for (engine, language) in [
        ("tesseract 5.3.0 eng", Some("eng")),
        ("tesseract 5.3.0 eng+deu", None),
        ("tesseract 5.3.0 chi_sim", None),
        ("PP-OCRv6 small", None),
        ("", None),
    ] {
        let reading = Reading { engine: engine.into(), partial: false, words: Vec::new() };
        assert_eq!(layout::language(Some(&reading)), language, "{engine}");
    }
}

#[test]
fn a_reading_that_was_cut_short_says_so() {
    let reading = Reading { partial: true, ..read() };
    let pages = [TranscriptPage { pixels: (400, 600), reading: Some(&reading), guessed: None }];
    assert!(Transcript { file: "f", pages: &pages }.write(Format::Alto).contains("QUALITY_DETAIL="));
}
