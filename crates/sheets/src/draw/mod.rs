//! Drawing sheets as PDF: exact millimetres, nothing but vectors, fonts embedded as far as they are used.
//!
//! The same sheets, words and fonts give the same bytes: no clock, no chance. This module must not know who a pupil is
//! beyond the words to be printed, nor where the PDF goes.

mod canvas;
mod control;
mod cover;
mod fonts;
mod notice;
mod self_test;
mod sheet;
mod small;
mod symbol;
mod text;
mod writable;

use crate::labels::LabelSheet;
use crate::payload::SchoolKey;
use canvas::Canvas;
pub use fonts::{FontBook, FontError};
use krilla::Document;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
pub use notice::{Notice, draw_notice};
use scantrail_core::ids::PupilId;
pub use sheet::{Lesson, Owner, Sheet};

/// Whether the backs are printed too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sides {
    /// Fronts only; stickers are never printed on both sides.
    Front,
    /// Every front is followed by its back, for a printer that turns at the long edge.
    Both,
}

/// What all sheets of one print-out share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintOut {
    /// The title of the PDF.
    pub title: String,
    /// The school's key, in every code.
    pub school: SchoolKey,
    /// The school's name.
    pub school_name: String,
    /// The school year, e.g. `2026/27`; empty to leave it out.
    pub year: String,
    /// Which sides.
    pub sides: Sides,
}

/// Where a card will lie when it is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CardCode {
    /// On a mat under an overhead camera: a code of 40 mm.
    #[default]
    Mat,
    /// On a desk, near the camera: a code of 25 mm and a larger name.
    Desk,
}

/// Whether the edges of labels are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Outlines {
    /// For label sheets.
    #[default]
    None,
    /// For a trial on plain paper, held against a label sheet.
    Thin,
}

/// How cards and stickers are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SmallFormat {
    /// Where cards will lie.
    pub card: CardCode,
    /// The label sheets in the printer.
    pub labels: &'static LabelSheet,
    /// How many labels of the first sheet are used up.
    pub used: usize,
    /// Whether the labels' edges are drawn.
    pub outlines: Outlines,
}

/// What came of drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Its pages: sides of paper.
    pub pages: usize,
    /// Names that could not be written: those sheets have a line to write the name on by hand.
    pub unwritten: Vec<Unwritten>,
}

/// A pupil whose name or class no font on this machine can write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritten {
    /// Whose.
    pub pupil: PupilId,
    /// The script that is missing, as Unicode names it.
    pub script: &'static str,
    /// The Debian package that brings a font for it.
    pub package: &'static str,
}

/// Sheets could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// No font on this machine can write a name.
    #[error("no font here can write the character U+{code:04X} ({script}); install the Debian package {package}")]
    MissingGlyph {
        /// The character's code point.
        code: u32,
        /// Its script, as Unicode names it.
        script: &'static str,
        /// The package that brings a font for the script.
        package: &'static str,
    },
    /// A font that was found cannot be read.
    #[error("a font cannot be read")]
    Font {
        /// Which, and why.
        #[source]
        source: FontError,
    },
    /// No label is left on the first sheet.
    #[error("a sheet of these labels has {labels}, and {used} are said to be used; give a smaller number")]
    NoLabelLeft {
        /// How many are said to be used.
        used: usize,
        /// How many a sheet has.
        labels: usize,
    },
    /// There is nothing to draw.
    #[error("there are no sheets to draw")]
    NoSheets,
    /// The PDF writer gave up.
    #[error("cannot write the sheets as PDF: {reason}")]
    Pdf {
        /// What the writer said.
        reason: String,
    },
}

/// Draws the sheets in order on A4, and refuses when any text on them cannot be written: see [`draw`].
pub fn draw_pdf(sheets: &[Sheet], print_out: &PrintOut, fonts: &FontBook) -> Result<Vec<u8>, DrawError> {
    Press::new(print_out, &SmallFormat::default(), fonts).run(sheets).map(|(pdf, _)| pdf)
}

/// Draws the sheets in order on A4. Neighbouring cards share pages, ten to each, and so do neighbouring stickers, as
/// many as the labels have. A pupil's name that no font can write becomes a line to write it on by hand, and is told.
pub fn draw(sheets: &[Sheet], print_out: &PrintOut, small: &SmallFormat, fonts: &FontBook) -> Result<Drawn, DrawError> {
    let (sheets, unwritten) = writable::writable(fonts, sheets)?;
    let (pdf, pages) = Press::new(print_out, small, fonts).run(&sheets)?;
    Ok(Drawn { pdf, pages, unwritten })
}

/// A document in the making.
struct Press<'a> {
    document: Document,
    pages: usize,
    print_out: &'a PrintOut,
    small: &'a SmallFormat,
    fonts: &'a FontBook,
}

impl<'a> Press<'a> {
    fn new(print_out: &'a PrintOut, small: &'a SmallFormat, fonts: &'a FontBook) -> Self {
        Self { document: empty(&print_out.title), pages: 0, print_out, small, fonts }
    }

    fn run(mut self, sheets: &[Sheet]) -> Result<(Vec<u8>, usize), DrawError> {
        if sheets.is_empty() {
            return Err(DrawError::NoSheets);
        }
        for group in sheets.chunk_by(|a, b| small::is_small(a) && a.kind() == b.kind()) {
            if small::is_small(&group[0]) { self.small(group)? } else { self.large(&group[0])? }
        }
        Ok((finished(self.document)?, self.pages))
    }

    /// A sheet that fills a page, and its back.
    fn large(&mut self, sheet: &Sheet) -> Result<(), DrawError> {
        let print_out = self.print_out;
        let faces: &[Face] = if print_out.sides == Sides::Both { &[Face::Front, Face::Back] } else { &[Face::Front] };
        for face in faces {
            self.page(|canvas| match sheet {
                Sheet::Cover { sheet, owner } => cover::draw(canvas, print_out, *sheet, owner),
                Sheet::SelfTest { .. } => self_test::draw(canvas, print_out, sheet, *face),
                other => control::draw(canvas, print_out, other),
            })?;
        }
        Ok(())
    }

    /// Cards or stickers, many to a page.
    fn small(&mut self, group: &[Sheet]) -> Result<(), DrawError> {
        let (print_out, small) = (self.print_out, self.small);
        for page in small::pages(group, small)? {
            self.page(|canvas| small::draw(canvas, print_out, small, Face::Front, &page))?;
            if print_out.sides == Sides::Both && page.has_back() {
                self.page(|canvas| small::draw(canvas, print_out, small, Face::Back, &page))?;
            }
        }
        Ok(())
    }

    fn page(&mut self, draw: impl FnOnce(&mut Canvas<'_, '_>) -> Result<(), DrawError>) -> Result<(), DrawError> {
        self.pages += 1;
        side(&mut self.document, self.fonts, draw)
    }
}

/// A document with nothing in it yet.
fn empty(title: &str) -> Document {
    let mut document = Document::new();
    let metadata = Metadata::new().title(title.to_owned()).creator("Scantrail".to_owned()).language("en".to_owned());
    document.set_metadata(metadata);
    document
}

/// One more page of A4.
fn side(
    document: &mut Document,
    fonts: &FontBook,
    draw: impl FnOnce(&mut Canvas<'_, '_>) -> Result<(), DrawError>,
) -> Result<(), DrawError> {
    let (width, height) = canvas::page_size();
    let settings = PageSettings::from_wh(width, height).expect("A4 is a size");
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let drawn = draw(&mut Canvas::new(&mut surface, fonts));
    surface.finish();
    page.finish();
    drawn
}

/// The finished file.
fn finished(document: Document) -> Result<Vec<u8>, DrawError> {
    document.finish().map_err(|error| DrawError::Pdf { reason: error.to_string() })
}

/// Which page of a pair.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Face {
    Front,
    Back,
}
