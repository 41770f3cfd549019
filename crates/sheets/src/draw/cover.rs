//! The pupil's cover sheet, and the parts every sheet shares: bars, codes, head and foot.
//!
//! From far away one sees the frame, from near the name. Both sides of a sheet are alike.

use super::canvas::{Canvas, FAINT, INK, PT, QUIET, Style};
use super::fonts::Weight;
use super::text::Room;
use super::{DrawError, Owner, PrintOut, Sheet};
use crate::layout::{Area, PAGE};
use scantrail_core::ids::SheetId;
use scantrail_core::sheet::CodePlace;

/// The vertical axis of a sheet.
pub(super) const AXIS: f64 = PAGE.w / 2.0;
/// Between the corner codes' quiet zones.
const HEAD_WIDTH: f64 = 112.0;
/// Between the side bars, with air on both sides.
pub(super) const BODY_WIDTH: f64 = 158.0;

/// What stands at the head and the foot of a sheet.
pub(super) struct Words<'a> {
    /// What kind of sheet this is.
    pub(super) label: &'a str,
    /// What to do with it, line by line.
    pub(super) help: &'a [&'a str],
}

/// Bars, five codes, head, help and foot.
pub(super) fn base(
    canvas: &mut Canvas<'_, '_>,
    print_out: &PrintOut,
    sheet: &Sheet,
    words: &Words<'_>,
) -> Result<(), DrawError> {
    canvas.bars();
    for place in CodePlace::ALL {
        canvas.code_in_place(&sheet.payload(print_out.school, place));
    }
    let label = if print_out.year.is_empty() {
        words.label.to_owned()
    } else {
        format!("{}  ·  {}", words.label, print_out.year)
    };
    canvas.text_within(&print_out.school_name, (AXIS, 31.0), HEAD_WIDTH, Style::centred(Weight::Bold, 14.0, INK))?;
    canvas.text_within(&label, (AXIS, 37.5), HEAD_WIDTH, Style::centred(Weight::Regular, 10.0, QUIET))?;
    for (i, line) in words.help.iter().enumerate() {
        let y = 233.0 + 6.0 * i as f64;
        canvas.text_within(line, (AXIS, y), BODY_WIDTH, Style::centred(Weight::Regular, 12.0, QUIET))?;
    }
    let foot = format!("Scantrail  ·  sheet {}", sheet.id());
    canvas.text_within(&foot, (AXIS, 264.0), HEAD_WIDTH, Style::centred(Weight::Regular, 8.5, FAINT))?;
    canvas.text_within(
        "Please keep the bars and the squares free of marks.",
        (AXIS, 268.5),
        HEAD_WIDTH,
        Style::centred(Weight::Regular, 8.5, FAINT),
    )
}

pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    print_out: &PrintOut,
    sheet: SheetId,
    owner: &Owner,
) -> Result<(), DrawError> {
    let whole = Sheet::Cover { sheet, owner: owner.clone() };
    let help = [
        "Lay this sheet on top of the pupil’s work.",
        "Everything behind it belongs to this pupil, up to the next sheet like this.",
    ];
    base(canvas, print_out, &whole, &Words { label: "Cover sheet", help: &help })?;
    let baseline = if owner.class.is_empty() { 93.0 } else { 88.0 };
    if owner.name.is_empty() {
        hand_line(canvas, baseline)?;
    } else {
        name(canvas, &owner.name, baseline)?;
    }
    canvas.text_within(&owner.class, (AXIS, 104.0), BODY_WIDTH, Style::centred(Weight::Regular, 24.0, QUIET))?;
    short_code(canvas, &owner.pupil.short_code())
}

/// A place to write the name by hand, when no font here can.
fn hand_line(canvas: &mut Canvas<'_, '_>, y: f64) -> Result<(), DrawError> {
    const LONG: f64 = 130.0;
    canvas.area(Area::new(AXIS - LONG / 2.0, y, LONG, 0.3), QUIET);
    canvas.text("name", (AXIS, y + 5.0), Style::centred(Weight::Regular, 9.5, FAINT))
}

fn name(canvas: &mut Canvas<'_, '_>, name: &str, baseline: f64) -> Result<(), DrawError> {
    let style = Style::centred(Weight::Bold, 46.0, INK);
    let name = canvas.fit(
        name,
        style.weight,
        Room { width: BODY_WIDTH * PT, height: 36.0 * PT, largest: 46.0, wrap_below: 32.0, lines: 2 },
    )?;
    canvas.fitted_up_from(&name, (AXIS, baseline), style);
    Ok(())
}

/// The code people type, under the big code.
pub(super) fn short_code(canvas: &mut Canvas<'_, '_>, code: &str) -> Result<(), DrawError> {
    canvas.text(code, (AXIS, 201.0), Style::centred(Weight::Bold, 34.0, INK))?;
    canvas.text("to type in by hand", (AXIS, 207.0), Style::centred(Weight::Regular, 9.5, FAINT))
}
