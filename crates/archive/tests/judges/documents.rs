//! Several pieces in one file: its ways in, its numbers, its pictures and its words.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]

use crate::support::{at, colour_jpeg, grey_jpeg, in_words, jpeg_of, judged, python, run, words};
use scantrail_archive::pdf::{Document, PageImage, PageSize, PdfPage, embedded_jpegs};
use scantrail_core::ports::Word;
use std::ffi::OsStr;
use std::path::Path;

/// Bookmarks as nested lists of title and page, and the labels of all pages, one JSON value a line.
const WAYS: &str = "\
import json, pikepdf
pdf = pikepdf.open('page.pdf')
pages = [page.objgen for page in pdf.pages]
def told(items):
    return [[item.title, pages.index(item.destination[0].objgen), told(item.children)] for item in items]
with pdf.open_outline() as outline:
    print(json.dumps(told(outline.root), ensure_ascii=False))
print(json.dumps([page.label for page in pdf.pages]))
print(json.dumps([str(pdf.Root.get('/PageMode')), str(pdf.docinfo.get('/Title'))]))
";

struct Page {
    jpeg: Vec<u8>,
    words: Vec<Word>,
    size: PageSize,
}

fn page(jpeg: Vec<u8>, lines: &[&str]) -> Page {
    Page { jpeg, words: words(lines), size: PageSize::At(at(100)) }
}

/// A document of these pieces, each with a title.
fn document(title: &str, pieces: &[(&str, &[Page])]) -> Vec<u8> {
    let mut document = Document::begin(Vec::new(), title).unwrap();
    for (title, pages) in pieces {
        document.piece(title);
        for Page { jpeg, words, size } in *pages {
            document.page(&PdfPage { image: PageImage { jpeg, size: *size }, words }).unwrap();
        }
    }
    document.finish().unwrap()
}

fn ways(folder: &Path) -> Vec<String> {
    let (ran, told) = run(python(), &[OsStr::new("-c"), OsStr::new(WAYS)], folder);
    assert!(ran, "{told}");
    told.lines().map(str::to_owned).collect()
}

#[test]
fn pieces_have_bookmarks_and_pages_their_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let sums = [page(grey_jpeg(), &["one two"]), page(grey_jpeg(), &["three"])];
    let painting = [Page { jpeg: colour_jpeg(), words: Vec::new(), size: PageSize::Points(288.0, 216.5) }];
    let book = [page(grey_jpeg(), &["four"]), page(colour_jpeg(), &["five"]), page(jpeg_of(9, 9), &[])];
    let pieces: [(&str, &[Page]); 4] = [
        ("2026-09-04 · Maths · Sums", &sums),
        ("2026-09-05 · nothing of it is left", &[]),
        ("2026-10-01 · Art · Ein Baum 🌳 (\\)", &painting),
        ("2026-11-21 · History", &book),
    ];
    let pdf = document("3 pieces of work", &pieces);
    let pictures: Vec<&[u8]> = pieces.iter().flat_map(|(_, pages)| *pages).map(|page| page.jpeg.as_slice()).collect();
    assert_eq!(embedded_jpegs(&pdf), pictures);
    let text = judged(dir.path(), &pictures, &pdf);
    assert_eq!(in_words(&text), ["one", "two", "three", "four", "five"]);
    assert_eq!(
        ways(dir.path()),
        [
            r#"[["2026-09-04 · Maths · Sums", 0, [["page 1.1", 0, []], ["page 1.2", 1, []]]], ["2026-10-01 · Art · Ein Baum 🌳 (\\)", 2, []], ["2026-11-21 · History", 3, [["page 3.1", 3, []], ["page 3.2", 4, []], ["page 3.3", 5, []]]]]"#,
            r#"["1.1", "1.2", "2.1", "3.1", "3.2", "3.3"]"#,
            r#"["/UseOutlines", "3 pieces of work"]"#,
        ]
    );
}

#[test]
fn pages_of_a_single_piece_are_simply_counted() {
    let dir = tempfile::tempdir().unwrap();
    let pages = [page(grey_jpeg(), &["one"]), page(grey_jpeg(), &[])];
    let pdf = document("Sums", &[("2026-09-04 · Sums", &pages)]);
    judged(dir.path(), &[&pages[0].jpeg, &pages[1].jpeg], &pdf);
    let told = ways(dir.path());
    assert_eq!(told[0], r#"[["2026-09-04 · Sums", 0, [["page 1", 0, []], ["page 2", 1, []]]]]"#);
    assert_eq!(told[1..], [r#"["1", "2"]"#, r#"["None", "Sums"]"#]);
}

#[test]
fn a_thousand_pages_are_a_sound_file() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = [page(jpeg_of(60, 80), &["x"])];
    let pieces: Vec<(&str, &[Page])> = vec![("again", &sheet); 1000];
    let pdf = document("many", &pieces);
    std::fs::File::create_new(dir.path().join("many.pdf"))
        .and_then(|mut file| std::io::Write::write_all(&mut file, &pdf))
        .unwrap();
    let (sound, said) = run("qpdf", &[OsStr::new("--check"), OsStr::new("many.pdf")], dir.path());
    assert!(sound, "{said}");
    let (_, info) = run("pdfinfo", &[OsStr::new("many.pdf")], dir.path());
    assert!(info.lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 1000")), "{info}");
}
