//! Pages that hold nothing but handwriting, for measuring who can read it: the hand, the rulings and how much is
//! written are chosen, not left to the seed.

use super::exercise::{FEINT, FIRST_LINE, LINE_PITCH, MARGIN_X, rulings};
use super::texts::WRITING;
use super::{Easel, PageKind, PageSpec, Painted, handwriting};
use crate::fonts::Face;
use crate::geometry::A4_MM;
use crate::seed::pick;
use rand::Rng;

const DARK: [u8; 3] = [100, 110, 150];

/// What the paper has besides the writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rulings {
    /// Feint lines and a margin, as in an exercise book.
    Feint,
    /// Dark lines and a margin, as on cheap paper.
    Dark,
    /// Nothing.
    None,
}

/// Paints a page in one hand; `lines` is how many lines are written at most, 0 leaves the page empty.
///
/// Of `spec` the kind, the name and the keyword do not count.
pub fn handwritten(spec: &PageSpec, face: Face, paper: Rulings, lines: usize) -> Painted {
    let spec = PageSpec { kind: PageKind::Ruled, name: None, keyword: None, ..spec.clone() };
    let mut easel = Easel::new(&spec);
    match paper {
        Rulings::Feint => rulings(&mut easel, 0.22, FEINT),
        Rulings::Dark => rulings(&mut easel, 0.35, DARK),
        Rulings::None => {}
    }
    let size = easel.rng.random_range(6.2..7.2);
    let hand = handwriting(face, spec.pen, size);
    let first = easel.rng.random_range(0..WRITING.len());
    let second = (first + 1 + *pick(&[0, 1, 2, 3], &mut easel.rng)) % WRITING.len();
    let (x, mut y) = (MARGIN_X + 4.0, FIRST_LINE + LINE_PITCH - 1.2);
    let width = A4_MM.0 - MARGIN_X - 12.0;
    // A paragraph each, with a line left free between them, as pupils are taught.
    let mut left = lines;
    for text in [first, second].map(|n| WRITING[n].1) {
        let end = easel.write_lines(text, (x, y), (width, LINE_PITCH, left.min(12)), &hand);
        left -= (((end - y) / LINE_PITCH).round() as usize).min(left);
        y = end + LINE_PITCH;
    }
    easel.finish()
}
