//! Drawing sheets as PDF: exact millimetres, nothing but vectors, fonts embedded as far as they are used.
//!
//! The same sheets, words and fonts give the same bytes: no clock, no chance. This module must not know who a pupil is
//! beyond the words to be printed, nor where the PDF goes.

mod canvas;
mod control;
mod cover;
mod fonts;
mod small;
mod symbol;
mod text;

use crate::payload::{Payload, SchoolKey};
use canvas::Canvas;
pub use fonts::{FontBook, FontError};
use krilla::Document;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use scantrail_core::ids::{PupilId, SheetId};
use scantrail_core::jiff::civil::Date;
use scantrail_core::sheet::{CodePlace, SheetKind};

/// Whose work a sheet stands for, in the words to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The pupil; printed as the short code that people type.
    pub pupil: PupilId,
    /// The name as a person says it, in any script.
    pub name: String,
    /// The class; empty if there is none.
    pub class: String,
}

/// What a batch is about; empty words are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lesson {
    /// The class, as the school writes it.
    pub class: String,
    /// The subject.
    pub subject: String,
    /// The title of the piece.
    pub title: String,
    /// The day the work was done.
    pub date: Option<Date>,
}

/// One sheet, card or sticker to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sheet {
    /// Names the pupil of the pages behind it.
    Cover {
        /// What its codes carry.
        sheet: SheetId,
        /// Whose.
        owner: Owner,
    },
    /// 85 × 54 mm, laid beside work.
    Card {
        /// What its code carries.
        sheet: SheetId,
        /// Whose.
        owner: Owner,
    },
    /// 63.5 × 38.1 mm, for the cover of an exercise book.
    Sticker {
        /// What its code carries.
        sheet: SheetId,
        /// Whose.
        owner: Owner,
    },
    /// Begins a batch.
    Start {
        /// What its codes carry.
        sheet: SheetId,
        /// What the batch is about.
        lesson: Lesson,
    },
    /// Ends a batch.
    End {
        /// What its codes carry.
        sheet: SheetId,
    },
    /// Ends a run.
    Separator {
        /// What its codes carry.
        sheet: SheetId,
    },
    /// A cover given to a pupil later.
    Unnamed {
        /// What its codes carry.
        sheet: SheetId,
    },
    /// The pages behind it are thrown away.
    Discard {
        /// What its codes carry.
        sheet: SheetId,
    },
}

impl Sheet {
    /// What the sheet does.
    pub fn kind(&self) -> SheetKind {
        match self {
            Self::Cover { .. } => SheetKind::Cover,
            Self::Card { .. } => SheetKind::Card,
            Self::Sticker { .. } => SheetKind::Sticker,
            Self::Start { .. } => SheetKind::Start,
            Self::End { .. } => SheetKind::End,
            Self::Separator { .. } => SheetKind::Separator,
            Self::Unnamed { .. } => SheetKind::Unnamed,
            Self::Discard { .. } => SheetKind::Discard,
        }
    }

    /// What its codes carry.
    pub fn id(&self) -> SheetId {
        match self {
            Self::Cover { sheet, .. }
            | Self::Card { sheet, .. }
            | Self::Sticker { sheet, .. }
            | Self::Start { sheet, .. }
            | Self::End { sheet }
            | Self::Separator { sheet }
            | Self::Unnamed { sheet }
            | Self::Discard { sheet } => *sheet,
        }
    }

    /// What the code at `place` says.
    pub fn payload(&self, school: SchoolKey, place: CodePlace) -> Payload {
        Payload { school, kind: self.kind(), sheet: self.id(), place }
    }
}

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

/// Draws the sheets in order on A4. Neighbouring cards share pages, ten to each; neighbouring stickers share pages,
/// twenty-one to each.
pub fn draw_pdf(sheets: &[Sheet], print_out: &PrintOut, fonts: &FontBook) -> Result<Vec<u8>, DrawError> {
    if sheets.is_empty() {
        return Err(DrawError::NoSheets);
    }
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new().title(print_out.title.clone()).creator("Scantrail".to_owned()).language("en".to_owned()),
    );
    for group in sheets.chunk_by(|a, b| small::Format::of(a).is_some() && a.kind() == b.kind()) {
        draw_group(&mut document, group, print_out, fonts)?;
    }
    document.finish().map_err(|error| DrawError::Pdf { reason: error.to_string() })
}

fn draw_group(
    document: &mut Document,
    group: &[Sheet],
    print_out: &PrintOut,
    fonts: &FontBook,
) -> Result<(), DrawError> {
    let Some(format) = small::Format::of(&group[0]) else {
        for _ in 0..if print_out.sides == Sides::Both { 2 } else { 1 } {
            on_a_page(document, fonts, |canvas| match &group[0] {
                Sheet::Cover { sheet, owner } => cover::draw(canvas, print_out, *sheet, owner),
                other => control::draw(canvas, print_out, other),
            })?;
        }
        return Ok(());
    };
    for page in group.chunks(format.per_page()) {
        on_a_page(document, fonts, |canvas| small::draw(canvas, print_out, format, small::Face::Front, page))?;
        if print_out.sides == Sides::Both && format.has_back() {
            on_a_page(document, fonts, |canvas| small::draw(canvas, print_out, format, small::Face::Back, page))?;
        }
    }
    Ok(())
}

fn on_a_page(
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
