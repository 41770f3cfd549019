//! What was read on the pages of one copy, for other programs: plain text, ALTO 4.4, hOCR 1.2.
//!
//! Words guessed from handwriting come last, in blocks of their own and marked, so that no program takes them for the
//! text of the page. Places are pixels of the picture, x right, y down. The same transcript gives the same bytes.
//!
//! It must not know whose page it is.

mod alto;
mod hocr;
mod layout;

use crate::sidecar::Reading;
use layout::Block;

/// How a transcript is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Lines, an empty one between blocks.
    Text,
    /// Analysed Layout and Text Object, version 4.4 (Library of Congress).
    Alto,
    /// HTML with places in titles, version 1.2 (kba/hocr-spec).
    Hocr,
}

/// What was read on a copy.
#[derive(Debug, Clone, Copy)]
pub struct Transcript<'a> {
    /// The file with the picture, without its folders: those hold a name.
    pub file: &'a str,
    /// In the order of the copy.
    pub pages: &'a [TranscriptPage<'a>],
}

/// What was read on one page.
#[derive(Debug, Clone, Copy)]
pub struct TranscriptPage<'a> {
    /// Width and height of its picture in pixels.
    pub pixels: (u32, u32),
    /// None if reading was not tried.
    pub reading: Option<&'a Reading>,
    /// Guessed from handwriting.
    pub guessed: Option<&'a Reading>,
}

impl Transcript<'_> {
    /// The transcript in a format; ends with a line break unless it is empty.
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Text => self.plain(),
            Format::Alto => alto::write(self),
            Format::Hocr => hocr::write(self),
        }
    }

    fn plain(&self) -> String {
        let pages: Vec<String> = self.pages.iter().map(TranscriptPage::plain).collect();
        // A form feed ends a page, as printers and pdftotext have it.
        let mut text = pages.join("\u{c}");
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

impl TranscriptPage<'_> {
    fn plain(&self) -> String {
        let mut text = lines(&self.text());
        let guessed = lines(&self.guesses());
        if !guessed.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str("[guessed from handwriting: for finding, not for reading]\n");
            text.push_str(&guessed);
        }
        text
    }

    fn text(&self) -> Vec<Block<'_>> {
        layout::blocks(self.reading)
    }

    fn guesses(&self) -> Vec<Block<'_>> {
        layout::blocks(self.guessed)
    }
}

fn lines(blocks: &[Block<'_>]) -> String {
    let block = |block: &Block<'_>| {
        let lines = block.lines.iter().map(|line| {
            let words: Vec<&str> = line.words.iter().map(|word| word.t.as_str()).collect();
            words.join(" ") + "\n"
        });
        lines.collect::<String>()
    };
    blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
