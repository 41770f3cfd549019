//! Printed matter in two columns: what a page of a textbook or a test paper looks like.

use super::texts::WRITING;
use super::{Easel, PageKind, PageSpec, Painted, Style};
use crate::fonts::Face;
use crate::seed::Seed;
use rand::seq::SliceRandom as _;
use scantrail_core::units::Dpi;

/// The height of small letters in the face, as a share of its size.
const SMALL_LETTERS: f64 = 0.351;
/// Of the heading, in millimetres.
const HEADING: f64 = 2.7;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 275.0;
/// Left edges and width of the columns.
const COLUMNS: [f64; 2] = [20.0, 110.0];
const WIDTH: f64 = 80.0;
/// Distance of lines, in sizes of the letters.
const LEADING: f64 = 1.3;

/// Paints a page of print: a heading, and two columns of text whose small letters are this high in millimetres: 1 mm in
/// print of 6 points, 1.6 mm in print of 10. Nothing on it is written by hand; the order of the words is down the left
/// column, then down the right one.
pub fn printed(seed: Seed, dpi: Dpi, letters_mm: f64) -> Painted {
    let spec = PageSpec::new(PageKind::Worksheet, seed, dpi);
    let mut easel = Easel::new(&spec);
    easel.write("Reading for Thursday", (COLUMNS[0], 30.0), &Style::print(Face::PrintBold, HEADING / SMALL_LETTERS));
    let size = letters_mm / SMALL_LETTERS;
    let print = Style::print(Face::Print, size);
    let mut texts = WRITING.map(|(_, text)| text);
    texts.shuffle(&mut easel.rng);
    let mut texts = texts.iter().cycle();
    for left in COLUMNS {
        let mut y = TOP;
        // A paragraph is at most some forty lines of these columns; it ends where the column does.
        while let Some(lines) = lines_left(y, size)
            && let Some(text) = texts.next()
        {
            y = easel.write_lines(text, (left, y), (WIDTH, size * LEADING, lines), &print) + size * LEADING * 1.5;
        }
    }
    easel.finish()
}

/// How many lines still fit into a column; `None` if it is full.
fn lines_left(y: f64, size: f64) -> Option<usize> {
    let lines = ((BOTTOM - y) / (size * LEADING)).floor();
    (lines >= 1.0).then_some(lines as usize)
}
