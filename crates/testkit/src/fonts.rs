//! The hands and the print of the fictional school, from `fixtures/fonts`.

use ab_glyph::{Font, FontRef};
use std::sync::LazyLock;

/// A face that pages are set or written in. All of them cover Latin-1 and nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Face {
    /// Print of worksheets.
    Print,
    /// Headings of worksheets.
    PrintBold,
    /// Neat upright handwriting.
    Neat,
    /// Joined, slanted handwriting.
    Joined,
    /// Round young handwriting; also marker on a whiteboard.
    Round,
}

/// The three hands that pupils write in.
pub(crate) const HANDS: [Face; 3] = [Face::Neat, Face::Joined, Face::Round];

type Loaded = LazyLock<FontRef<'static>>;

macro_rules! face {
    ($file:literal) => {
        LazyLock::new(|| {
            FontRef::try_from_slice(include_bytes!(concat!("../../../fixtures/fonts/", $file)))
                .expect("the embedded font is a TrueType file")
        })
    };
}

static PRINT: Loaded = face!("Andika.ttf");
static PRINT_BOLD: Loaded = face!("Andika-Bold.ttf");
static NEAT: Loaded = face!("PatrickHand.ttf");
static JOINED: Loaded = face!("Caveat.ttf");
static ROUND: Loaded = face!("IndieFlower.ttf");

impl Face {
    pub(crate) fn font(self) -> &'static FontRef<'static> {
        match self {
            Self::Print => &PRINT,
            Self::PrintBold => &PRINT_BOLD,
            Self::Neat => &NEAT,
            Self::Joined => &JOINED,
            Self::Round => &ROUND,
        }
    }

    /// Whether the face has every letter of a text.
    pub(crate) fn can_write(self, text: &str) -> bool {
        text.chars().all(|c| self.font().glyph_id(c).0 != 0)
    }

    /// Em size in millimetres at which small letters come out as tall as 4 mm print or writing should.
    pub(crate) fn em_for(self, size_mm: f64) -> f64 {
        // Caveat's small letters take a far smaller share of the em than those of the others.
        size_mm * if self == Self::Joined { 1.25 } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_has_the_letters_of_our_texts() {
        for face in [Face::Print, Face::PrintBold, Face::Neat, Face::Joined, Face::Round] {
            for c in ('!'..='~').chain("é£×÷’–".chars()) {
                assert!(face.can_write(&c.to_string()), "{face:?} lacks {c}");
            }
            assert!(!face.can_write("王"));
        }
    }
}
