//! Cards and stickers: many small ones on a page of A4.
//!
//! Cards are cut along the marks; their backs lie mirrored on the next page, so that front and back meet when the
//! printer turns at the long edge. Stickers fit the usual sheets of 21 labels, 63.5 × 38.1 mm.

use super::canvas::{Align, Canvas, FAINT, INK, PT, QUIET, Style};
use super::fonts::Weight;
use super::symbol::Level;
use super::text::Room;
use super::{DrawError, Owner, PrintOut, Sheet};
use crate::layout::{Area, PAGE};
use scantrail_core::sheet::CodePlace;

/// Which page of a pair.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Front,
    Back,
}

/// A size of small sheet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Card,
    Sticker,
}

/// How a page is divided, in millimetres.
struct Grid {
    columns: usize,
    rows: usize,
    /// The first cell.
    first: Area,
    /// From cell to cell.
    pitch: (f64, f64),
}

impl Format {
    /// The format of a sheet, unless it fills a page.
    pub(super) fn of(sheet: &Sheet) -> Option<Self> {
        match sheet {
            Sheet::Card { .. } => Some(Self::Card),
            Sheet::Sticker { .. } => Some(Self::Sticker),
            _ => None,
        }
    }

    fn grid(self) -> Grid {
        match self {
            Self::Card => Grid { columns: 2, rows: 5, first: Area::new(20.0, 13.5, 85.0, 54.0), pitch: (85.0, 54.0) },
            Self::Sticker => {
                Grid { columns: 3, rows: 7, first: Area::new(7.21, 15.15, 63.5, 38.1), pitch: (66.04, 38.1) }
            }
        }
    }

    /// How many share a page.
    pub(super) fn per_page(self) -> usize {
        let grid = self.grid();
        grid.columns * grid.rows
    }

    /// Whether it can be printed on both sides.
    pub(super) fn has_back(self) -> bool {
        self == Self::Card
    }
}

/// Draws at most [`Format::per_page`] small sheets.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    print_out: &PrintOut,
    format: Format,
    face: Face,
    sheets: &[Sheet],
) -> Result<(), DrawError> {
    let grid = format.grid();
    if format == Format::Card {
        crop_marks(canvas, &grid);
    }
    for (i, sheet) in sheets.iter().enumerate() {
        let (column, row) = (i % grid.columns, i / grid.columns);
        let column = if face == Face::Back { grid.columns - 1 - column } else { column };
        let cell = Area {
            x: grid.first.x + grid.pitch.0 * column as f64,
            y: grid.first.y + grid.pitch.1 * row as f64,
            ..grid.first
        };
        match sheet {
            Sheet::Card { owner, .. } => card(canvas, print_out, sheet, owner, cell)?,
            Sheet::Sticker { owner, .. } => sticker(canvas, print_out, sheet, owner, cell)?,
            _ => unreachable!("only cards and stickers have a format"),
        }
    }
    Ok(())
}

/// Short lines in the margin where to cut.
fn crop_marks(canvas: &mut Canvas<'_, '_>, grid: &Grid) {
    const LONG: f64 = 5.0;
    const AWAY: f64 = 2.0;
    const THIN: f64 = 0.2;
    let (left, top) = (grid.first.x, grid.first.y);
    let (right, bottom) = (PAGE.w - left, PAGE.h - top);
    for column in 0..=grid.columns {
        let x = left + grid.pitch.0 * column as f64 - THIN / 2.0;
        canvas.area(Area::new(x, top - AWAY - LONG, THIN, LONG), FAINT);
        canvas.area(Area::new(x, bottom + AWAY, THIN, LONG), FAINT);
    }
    for row in 0..=grid.rows {
        let y = top + grid.pitch.1 * row as f64 - THIN / 2.0;
        canvas.area(Area::new(left - AWAY - LONG, y, LONG, THIN), FAINT);
        canvas.area(Area::new(right + AWAY, y, LONG, THIN), FAINT);
    }
}

fn card(
    canvas: &mut Canvas<'_, '_>,
    print_out: &PrintOut,
    sheet: &Sheet,
    owner: &Owner,
    cell: Area,
) -> Result<(), DrawError> {
    const CODE: f64 = 40.0;
    // 25 modules of 1.6 mm: the quiet zone of four is 6.4 mm, within the 7 mm that the card leaves.
    let code = Area::new(cell.x + 7.0, cell.y + 7.0, CODE, CODE);
    canvas.code(&sheet.payload(print_out.school, CodePlace::Middle), Level::H, code);
    let (x, width) = (cell.x + 54.0, 28.0);
    let start = |weight, size, grey| Style { weight, size, grey, align: Align::Start };
    let name =
        canvas.fit(&owner.name, Weight::Bold, Room { width: width * PT, largest: 17.0, wrap_below: 13.0, lines: 4 })?;
    canvas.fitted_up_from(&name, (x, cell.y + 21.0), start(Weight::Bold, 17.0, INK));
    canvas.text_within(&owner.class, (x, cell.y + 28.5), width, start(Weight::Regular, 12.0, QUIET))?;
    canvas.text_within(&owner.pupil.short_code(), (x, cell.y + 40.0), width, start(Weight::Bold, 13.0, INK))?;
    canvas.text_within(&print_out.school_name, (x, cell.y + 46.8), width, start(Weight::Regular, 7.0, FAINT))
}

fn sticker(
    canvas: &mut Canvas<'_, '_>,
    print_out: &PrintOut,
    sheet: &Sheet,
    owner: &Owner,
    cell: Area,
) -> Result<(), DrawError> {
    const CODE: f64 = 25.0;
    let code = Area::new(cell.x + 6.55, cell.y + 6.55, CODE, CODE);
    canvas.code(&sheet.payload(print_out.school, CodePlace::Middle), Level::Q, code);
    let (x, width) = (cell.x + 36.8, 24.2);
    let start = |weight, size, grey| Style { weight, size, grey, align: Align::Start };
    let name =
        canvas.fit(&owner.name, Weight::Bold, Room { width: width * PT, largest: 13.0, wrap_below: 10.0, lines: 3 })?;
    canvas.fitted_up_from(&name, (x, cell.y + 16.5), start(Weight::Bold, 13.0, INK));
    canvas.text_within(&owner.class, (x, cell.y + 22.5), width, start(Weight::Regular, 10.0, QUIET))?;
    canvas.text_within(&owner.pupil.short_code(), (x, cell.y + 31.0), width, start(Weight::Bold, 11.0, INK))
}
