//! hOCR 1.2: <https://kba.github.io/hocr-spec/1.2/>.
//!
//! Guesses have the class `ocrx_guess` instead of `ocrx_word`, in lines and blocks of classes of our own: a program that
//! collects words or lines finds none of them.

use super::layout::{self, Block, escaped};
use super::{Transcript, TranscriptPage};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Classes of what was read, or was guessed.
struct Kind {
    letter: char,
    block: &'static str,
    line: &'static str,
    word: &'static str,
}

const READ: Kind = Kind { letter: 'b', block: "ocr_carea", line: "ocr_line", word: "ocrx_word" };
const GUESSED: Kind = Kind { letter: 'g', block: "ocrx_guessed_block", line: "ocrx_guessed_line", word: "ocrx_guess" };

pub(super) fn write(transcript: &Transcript<'_>) -> String {
    let pages = transcript.pages;
    let engines: BTreeSet<&str> =
        pages.iter().flat_map(|page| [page.reading, page.guessed]).flatten().map(|it| it.engine.as_str()).collect();
    let languages: BTreeSet<&str> = engines.iter().flat_map(|engine| layout::engine(engine).2).collect();
    let mut html = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n",
    );
    let file = escaped(transcript.file);
    writeln!(html, "<title>{file}</title>").expect("a string takes everything");
    let words = |all: &BTreeSet<&str>, between| escaped(&all.iter().copied().collect::<Vec<_>>().join(between));
    let system = if engines.is_empty() { "none".to_owned() } else { words(&engines, "; ") };
    for (name, content) in [
        ("ocr-system", system),
        (
            "ocr-capabilities",
            "ocr_page ocr_carea ocr_line ocrx_word ocrx_guessed_block ocrx_guessed_line ocrx_guess".to_owned(),
        ),
        ("ocr-number-of-pages", pages.len().to_string()),
        ("ocr-langs", if languages.is_empty() { "unknown".to_owned() } else { words(&languages, " ") }),
        ("ocr-scripts", "unknown".to_owned()),
    ] {
        writeln!(html, "<meta name=\"{name}\" content=\"{content}\"/>").expect("a string takes everything");
    }
    html.push_str("</head>\n<body>\n");
    for (number, page) in pages.iter().enumerate() {
        html.push_str(&one(number, page, transcript.file));
    }
    html.push_str("</body>\n</html>\n");
    html
}

fn one(number: usize, page: &TranscriptPage<'_>, file: &str) -> String {
    let (width, height) = page.pixels;
    let id = format!("page_{}", number + 1);
    // A name in quotes ends at the next one.
    let file = escaped(&file.replace(['"', '\\'], "_"));
    let mut html = format!(
        "<div class=\"ocr_page\" id=\"{id}\" title=\"image &quot;{file}&quot;; bbox 0 0 {width} {height}; \
         ppageno {number}\">\n"
    );
    for (kind, blocks) in [(&READ, page.text()), (&GUESSED, page.guesses())] {
        for (at, found) in (1..).zip(&blocks) {
            html.push_str(&block(&format!("{id}_{}{at}", kind.letter), found, kind));
        }
    }
    html.push_str("</div>\n");
    html
}

fn block(id: &str, block: &Block<'_>, kind: &Kind) -> String {
    let mut html = format!("<div class=\"{}\" id=\"{id}\" title=\"{}\">\n", kind.block, place(block.place));
    for (at, line) in (1..).zip(&block.lines) {
        let id = format!("{id}_l{at}");
        write!(html, "<span class=\"{}\" id=\"{id}\" title=\"{}\">", kind.line, place(line.place))
            .expect("a string takes everything");
        for (at, word) in (1..).zip(line.words) {
            let between = if at > 1 { "\n" } else { "" };
            let (place, sure, text) = (place(word.b), (word.c * 100.0).round(), escaped(&word.t));
            let title = format!("{place}; x_wconf {sure}");
            write!(html, "{between}<span class=\"{}\" id=\"{id}_w{at}\" title=\"{title}\">{text}</span>", kind.word)
                .expect("a string takes everything");
        }
        html.push_str("</span>\n");
    }
    html.push_str("</div>\n");
    html
}

fn place([x0, y0, x1, y1]: [u32; 4]) -> String {
    format!("bbox {x0} {y0} {x1} {y1}")
}
