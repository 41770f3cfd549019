//! Words to invisible text in their places.

use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Name, Str};
use scantrail_core::ports::{TextBox, Word};
use std::collections::BTreeMap;

/// Width of every glyph, in thousandths of the font size; as in the font file.
pub(super) const ADVANCE: f32 = 500.0;
/// Top of the font above its baseline, in thousandths of the font size.
pub(super) const ASCENT: f32 = 800.0;
/// Bottom of the font; with [`ASCENT`] a word marked in a viewer covers exactly its box.
pub(super) const DESCENT: f32 = -200.0;
/// More letters than a word of any language has: what is longer is not a word, and PDF limits strings.
const LONGEST_WORD: usize = 1000;

/// The letters of a document: each gets a code of its own in the order of appearance, from 1. Codes of our own, because
/// the 16 bits of a code cannot hold every character by its number.
#[derive(Debug, Default)]
pub(super) struct Letters {
    codes: BTreeMap<char, u16>,
    order: Vec<char>,
}

impl Letters {
    pub(super) fn in_order(&self) -> impl Iterator<Item = char> + '_ {
        self.order.iter().copied()
    }

    /// Two bytes per letter. A document with more than 65 534 different characters shows the rest as U+FFFD.
    fn encode(&mut self, text: impl Iterator<Item = char>) -> Vec<u8> {
        text.flat_map(|c| self.code(c).to_be_bytes()).collect()
    }

    fn code(&mut self, letter: char) -> u16 {
        let last = usize::from(u16::MAX) - 1;
        let letter = if self.order.len() < last || self.codes.contains_key(&letter) { letter } else { '\u{fffd}' };
        let Self { codes, order } = self;
        *codes.entry(letter).or_insert_with(|| {
            order.push(letter);
            order.len() as u16
        })
    }
}

/// How pixels become points.
pub(super) struct TextLayer {
    /// Points per pixel, across and down.
    pub(super) scale: (f32, f32),
    /// Height of the page in points.
    pub(super) height: f32,
    /// Width and height of the picture in pixels.
    pub(super) frame: (u16, u16),
}

/// A word that can be shown, and whether a blank follows.
struct Shown<'a> {
    text: &'a str,
    place: TextBox,
    line: u32,
}

impl TextLayer {
    /// Shows all words, nothing at all if there are none; says whether there were any.
    pub(super) fn show(&self, content: &mut Content, words: &[Word], letters: &mut Letters) -> bool {
        let shown: Vec<Shown<'_>> = words.iter().filter_map(|word| self.shown(word)).collect();
        if shown.is_empty() {
            return false;
        }
        content.begin_text().set_text_rendering_mode(TextRenderingMode::Invisible);
        for line in shown.chunk_by(|a, b| a.line == b.line) {
            let band = Band::of(line);
            for (at, word) in line.iter().enumerate() {
                let blank = if at + 1 < line.len() { " " } else { "" };
                self.show_word(content, word, band.for_word(word.place), blank, letters);
            }
        }
        content.end_text();
        true
    }

    /// The word with its box inside the picture; `None` if there is nothing to see or it lies outside.
    fn shown<'a>(&self, word: &'a Word) -> Option<Shown<'a>> {
        let (width, height) = (u32::from(self.frame.0), u32::from(self.frame.1));
        let TextBox { x0, y0, x1, y1 } = word.place;
        let place = TextBox { x0, y0, x1: x1.min(width), y1: y1.min(height) };
        let inside = place.x0 < place.x1 && place.y0 < place.y1;
        let seen = visible(&word.text).any(|c| !c.is_whitespace());
        (inside && seen).then_some(Shown { text: &word.text, place, line: word.line })
    }

    fn show_word(
        &self,
        content: &mut Content,
        word: &Shown<'_>,
        (top, bottom): (u32, u32),
        blank: &str,
        letters: &mut Letters,
    ) {
        let count = visible(word.text).count();
        let codes = letters.encode(visible(word.text).chain(blank.chars()));
        let size = (bottom - top) as f32 * self.scale.1;
        let width = (word.place.x1 - word.place.x0) as f32 * self.scale.0;
        let natural = count as f32 * size * ADVANCE / 1000.0;
        let baseline = self.height - bottom as f32 * self.scale.1 - size * DESCENT / 1000.0;
        content.set_font(Name(b"F"), size);
        content.set_horizontal_scaling(100.0 * width / natural);
        content.set_text_matrix([1.0, 0.0, 0.0, 1.0, word.place.x0 as f32 * self.scale.0, baseline]);
        content.show(Str(&codes));
    }
}

/// What may be mapped to: PDF/A forbids some, and the rest of these cannot be seen.
fn visible(text: &str) -> impl Iterator<Item = char> + '_ {
    let hidden = |c: &char| c.is_control() || matches!(c, '\u{feff}') || u32::from(*c) & 0xfffe == 0xfffe;
    text.chars().filter(move |c| !hidden(c)).take(LONGEST_WORD)
}

/// Top and bottom that the words of a line share: "no" and "yg" then stand on one baseline, which is how viewers tell
/// what belongs to a line.
struct Band {
    top: u32,
    bottom: u32,
}

impl Band {
    fn of(line: &[Shown<'_>]) -> Self {
        let median = |mut values: Vec<u32>| {
            values.sort_unstable();
            values[values.len() / 2]
        };
        Self {
            top: median(line.iter().map(|word| word.place.y0).collect()),
            bottom: median(line.iter().map(|word| word.place.y1).collect()),
        }
    }

    /// The band, if the word is really in it; its own top and bottom if not.
    fn for_word(&self, place: TextBox) -> (u32, u32) {
        let middle = u32::midpoint(place.y0, place.y1);
        let (height, own) = (self.bottom.saturating_sub(self.top), place.y1 - place.y0);
        let alike = own <= 2 * height && height <= 2 * own;
        if alike && (self.top..self.bottom).contains(&middle) { (self.top, self.bottom) } else { (place.y0, place.y1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(y0: u32, y1: u32) -> TextBox {
        TextBox { x0: 0, y0, x1: 10, y1 }
    }

    #[test]
    fn words_of_a_line_share_a_baseline_unless_they_do_not_belong() {
        let boxes = [place(100, 130), place(102, 138), place(98, 130)];
        let line: Vec<Shown<'_>> = boxes.iter().map(|&place| Shown { text: "x", place, line: 0 }).collect();
        let band = Band::of(&line);
        assert_eq!(band.for_word(boxes[1]), (100, 130));
        assert_eq!(band.for_word(place(400, 430)), (400, 430), "an engine that knows no lines");
        assert_eq!(band.for_word(place(20, 200)), (20, 200), "a big letter");
    }

    #[test]
    fn every_character_has_one_code_of_two_bytes() {
        let mut letters = Letters::default();
        assert_eq!(letters.encode("a😀a".chars()), [0, 1, 0, 2, 0, 1]);
        assert_eq!(letters.in_order().collect::<String>(), "a😀");
        let many: Vec<char> = ('\u{0}'..=char::MAX).take(70_000).collect();
        let codes = letters.encode(many.into_iter());
        assert!(codes.chunks(2).all(|code| code != [0, 0]));
        assert!(letters.in_order().count() < 65_536);
    }
}
