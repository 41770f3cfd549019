//! Cards and stickers: many small ones on a page of A4.
//!
//! Cards are cut along the marks; their backs lie mirrored on the next page, so that front and back meet when the
//! printer turns at the long edge. Stickers go on label sheets, one side only.

use super::canvas::{Align, Canvas, FAINT, INK, PT, QUIET, Style};
use super::fonts::Weight;
use super::symbol::Level;
use super::text::Room;
use super::{CardCode, DrawError, Face, Outlines, Owner, PrintOut, Sheet, SmallFormat};
use crate::labels::LabelSheet;
use crate::layout::{Area, DESK_CARD_CODE, MAT_CARD_CODE, PAGE};
use scantrail_core::sheet::CodePlace;

/// How cards divide a page: two columns, five rows, edge to edge.
const CARDS: LabelSheet = LabelSheet {
    name: "cards",
    grid: "2x5",
    packet: "",
    columns: 2,
    rows: 5,
    first: Area::new(20.0, 13.5, 85.0, 54.0),
    pitch: (85.0, 54.0),
};

/// Whether several of these share a page.
pub(super) fn is_small(sheet: &Sheet) -> bool {
    matches!(sheet, Sheet::Card { .. } | Sheet::Sticker { .. })
}

/// What stands on one page, from which cell on.
pub(super) struct Page<'a> {
    sheets: &'a [Sheet],
    grid: LabelSheet,
    from: usize,
}

impl Page<'_> {
    /// Whether there is something to print behind it: labels have no back.
    pub(super) fn has_back(&self) -> bool {
        matches!(self.sheets.first(), Some(Sheet::Card { .. }))
    }
}

/// Parts neighbours of one kind into pages; labels that are used up are left free.
pub(super) fn pages<'a>(group: &'a [Sheet], small: &SmallFormat) -> Result<Vec<Page<'a>>, DrawError> {
    let (grid, used) = match group {
        [Sheet::Sticker { .. }, ..] => (*small.labels, small.used),
        _ => (CARDS, 0),
    };
    let labels = grid.per_page();
    if used >= labels {
        return Err(DrawError::NoLabelLeft { used, labels });
    }
    let (first, others) = group.split_at(group.len().min(labels - used));
    let others = others.chunks(labels).map(|sheets| Page { sheets, grid, from: 0 });
    Ok(std::iter::once(Page { sheets: first, grid, from: used }).chain(others).collect())
}

/// Draws one page of small sheets.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    print_out: &PrintOut,
    small: &SmallFormat,
    face: Face,
    page: &Page<'_>,
) -> Result<(), DrawError> {
    let grid = &page.grid;
    if page.has_back() {
        crop_marks(canvas, grid);
    } else if small.outlines == Outlines::Thin {
        for cell in 0..grid.per_page() {
            outline(canvas, grid.cell(cell % grid.columns, cell / grid.columns));
        }
    }
    for (sheet, cell) in page.sheets.iter().zip(page.from..) {
        let (column, row) = (cell % grid.columns, cell / grid.columns);
        let column = if face == Face::Back { grid.columns - 1 - column } else { column };
        let cell = grid.cell(column, row);
        match sheet {
            Sheet::Card { owner, .. } => card(canvas, print_out, small.card, (sheet, owner), cell)?,
            Sheet::Sticker { owner, .. } => sticker(canvas, print_out, grid, (sheet, owner), cell)?,
            _ => unreachable!("only cards and stickers share a page"),
        }
    }
    Ok(())
}

/// A thin frame just inside a label.
fn outline(canvas: &mut Canvas<'_, '_>, cell: Area) {
    const THIN: f64 = 0.15;
    let (right, bottom) = (cell.x + cell.w - THIN, cell.y + cell.h - THIN);
    for side in [
        Area { h: THIN, ..cell },
        Area { y: bottom, h: THIN, ..cell },
        Area { w: THIN, ..cell },
        Area { x: right, w: THIN, ..cell },
    ] {
        canvas.area(side, FAINT);
    }
}

/// Short lines in the margin where to cut.
fn crop_marks(canvas: &mut Canvas<'_, '_>, grid: &LabelSheet) {
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

/// Where things stand on a card, in millimetres from its upper left corner, and how large, in points.
struct CardPlan {
    code: (f64, f64),
    side: f64,
    level: Level,
    /// Where the words begin, and how wide they may be.
    words: (f64, f64),
    name: f64,
    class: f64,
    short_code: f64,
}

/// 25 modules of 1.6 mm: the quiet zone of four is 6.4 mm, within the 7 mm that the card leaves.
const ON_A_MAT: CardPlan = CardPlan {
    code: (7.0, 7.0),
    side: MAT_CARD_CODE,
    level: Level::H,
    words: (54.0, 28.0),
    name: 17.0,
    class: 12.0,
    short_code: 13.0,
};
/// 21 modules of 1.2 mm: near the camera, the largest modules count more than the last bit of redundancy.
const ON_A_DESK: CardPlan = CardPlan {
    code: (7.0, 14.5),
    side: DESK_CARD_CODE,
    level: Level::Q,
    words: (39.0, 42.0),
    name: 24.0,
    class: 16.0,
    short_code: 18.0,
};

fn card(
    canvas: &mut Canvas<'_, '_>,
    print_out: &PrintOut,
    code: CardCode,
    (sheet, owner): (&Sheet, &Owner),
    cell: Area,
) -> Result<(), DrawError> {
    let plan = match code {
        CardCode::Mat => &ON_A_MAT,
        CardCode::Desk => &ON_A_DESK,
    };
    let square = Area::new(cell.x + plan.code.0, cell.y + plan.code.1, plan.side, plan.side);
    canvas.code(&sheet.payload(print_out.school, CodePlace::Middle), plan.level, square);
    let (x, width) = (cell.x + plan.words.0, plan.words.1);
    let room =
        Room { width: width * PT, height: 18.5 * PT, largest: plan.name, wrap_below: plan.name * 0.76, lines: 4 };
    name(canvas, owner, (x, cell.y + 21.0), room)?;
    canvas.text_within(&owner.class, (x, cell.y + 28.5), width, start(Weight::Regular, plan.class, QUIET))?;
    let short_code = start(Weight::Bold, plan.short_code, INK);
    canvas.text_within(&owner.pupil.short_code(), (x, cell.y + 40.0), width, short_code)?;
    canvas.text_within(&print_out.school_name, (x, cell.y + 46.8), width, start(Weight::Regular, 7.0, FAINT))
}

/// Everything on a sticker grows and shrinks with the height of the label; this height has the sizes below.
const STICKER_HEIGHT: f64 = 38.1;

fn sticker(
    canvas: &mut Canvas<'_, '_>,
    print_out: &PrintOut,
    labels: &LabelSheet,
    (sheet, owner): (&Sheet, &Owner),
    cell: Area,
) -> Result<(), DrawError> {
    /// Labels that touch the edge of the paper lose this much to printers.
    const CLIPPED: f64 = 4.5;
    /// Labels wider than this have room for larger names.
    const WIDE: f64 = 80.0;
    let side = labels.code_side();
    let inset = (cell.h - side) / 2.0;
    canvas.code(
        &sheet.payload(print_out.school, CodePlace::Middle),
        Level::Q,
        Area::new(cell.x + inset, cell.y + inset, side, side),
    );
    let quiet = 4.0 * side / 21.0;
    let from = inset + side + quiet + 0.5;
    let end = if cell.x + cell.w > PAGE.w - CLIPPED { CLIPPED } else { 2.5 };
    let (x, width, scale) = (cell.x + from, cell.w - from - end, cell.h / STICKER_HEIGHT);
    let largest = if cell.w > WIDE { 18.0 } else { 13.0 * scale };
    let baseline = 0.43 * cell.h;
    let height = (baseline - 2.0) * PT;
    let room = Room { width: width * PT, height, largest, wrap_below: 0.77 * largest, lines: 3 };
    name(canvas, owner, (x, cell.y + baseline), room)?;
    let class = start(Weight::Regular, 10.0 * scale, QUIET);
    canvas.text_within(&owner.class, (x, cell.y + 0.59 * cell.h), width, class)?;
    let short_code = start(Weight::Bold, 11.0 * scale, INK);
    canvas.text_within(&owner.pupil.short_code(), (x, cell.y + 0.81 * cell.h), width, short_code)
}

/// The name with its last baseline at a place, or a line to write it on.
fn name(canvas: &mut Canvas<'_, '_>, owner: &Owner, (x, y): (f64, f64), room: Room) -> Result<(), DrawError> {
    if owner.name.is_empty() {
        canvas.area(Area::new(x, y, room.width / PT, 0.2), FAINT);
        return Ok(());
    }
    let fitted = canvas.fit(&owner.name, Weight::Bold, room)?;
    canvas.fitted_up_from(&fitted, (x, y), start(Weight::Bold, room.largest, INK));
    Ok(())
}

fn start(weight: Weight, size: f64, grey: u8) -> Style {
    Style { weight, size, grey, align: Align::Start }
}
