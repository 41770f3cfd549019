//! Start, end, separator, unnamed and discard sheets: one sign, one large word, what it does.

use super::canvas::{Canvas, INK, QUIET, Style};
use super::cover::{AXIS, BODY_WIDTH, Words, base, short_code};
use super::fonts::Weight;
use super::{DrawError, Lesson, PrintOut, Sheet};
use crate::layout::Area;
use scantrail_core::jiff::civil::Date;

/// Centre and radius of the sign above the word.
const SIGN: (f64, f64) = (AXIS, 67.0);
const RADIUS: f64 = 13.0;
const RING: f64 = 1.6;

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, print_out: &PrintOut, sheet: &Sheet) -> Result<(), DrawError> {
    let (word, label, help): (_, _, &[&str]) = match sheet {
        Sheet::Start { .. } => (
            "Start",
            "Start sheet",
            &[
                "Lay this sheet on top of the whole stack.",
                "Behind it come the cover sheets, each with a pupil’s work.",
            ],
        ),
        Sheet::End { .. } => {
            ("End", "End sheet", &["Lay this sheet under the whole stack.", "It shows that nothing is missing."])
        }
        Sheet::Separator { .. } => (
            "Separator",
            "Separator sheet",
            &[
                "Lay this sheet behind a pupil’s last page.",
                "What follows belongs to nobody until the next cover sheet.",
            ],
        ),
        Sheet::Unnamed { .. } => (
            "Name later",
            "Unnamed cover sheet",
            &["Lay this sheet on top of the work of one pupil.", "On the screen, say later whose it is, by this code."],
        ),
        Sheet::Discard { .. } => (
            "Discard",
            "Discard sheet",
            &[
                "Lay this sheet on top of pages to be thrown away.",
                "They stay out of every trail, up to the next sheet like this.",
            ],
        ),
        Sheet::Cover { .. } | Sheet::Card { .. } | Sheet::Sticker { .. } | Sheet::SelfTest { .. } => {
            unreachable!("sheets that name a pupil or measure are drawn elsewhere")
        }
    };
    base(canvas, print_out, sheet, &Words { label, help })?;
    sign(canvas, sheet)?;
    canvas.text(word, (AXIS, 103.0), Style::centred(Weight::Bold, 46.0, INK))?;
    match sheet {
        Sheet::Start { lesson, .. } => start(canvas, lesson),
        Sheet::Unnamed { sheet } => short_code(canvas, &sheet.to_string()),
        _ => Ok(()),
    }
}

/// What the batch is about, under the big code.
fn start(canvas: &mut Canvas<'_, '_>, lesson: &Lesson) -> Result<(), DrawError> {
    let join = |words: &[&str]| words.iter().copied().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("  ·  ");
    let what = join(&[&lesson.class, &lesson.subject]);
    canvas.text_within(&what, (AXIS, 196.0), BODY_WIDTH, Style::centred(Weight::Bold, 24.0, INK))?;
    canvas.text_within(&lesson.title, (AXIS, 207.0), BODY_WIDTH, Style::centred(Weight::Regular, 20.0, INK))?;
    let date = lesson.date.map(long_date).unwrap_or_default();
    canvas.text(&date, (AXIS, 217.0), Style::centred(Weight::Regular, 14.0, QUIET))
}

/// `21 November 2026`.
fn long_date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// A sign in a ring; each can be told apart from across a room, and in grey.
fn sign(canvas: &mut Canvas<'_, '_>, sheet: &Sheet) -> Result<(), DrawError> {
    let (x, y) = SIGN;
    canvas.ring(SIGN, RADIUS, RING, INK);
    match sheet {
        Sheet::Start { .. } => canvas.polygon(&[(x - 3.6, y - 6.4), (x - 3.6, y + 6.4), (x + 7.4, y)], INK),
        Sheet::End { .. } => canvas.area(Area::new(x - 5.0, y - 5.0, 10.0, 10.0), INK),
        Sheet::Separator { .. } => {
            canvas.polygon(&[(x - 4.0, y - 3.0), (x + 4.0, y - 3.0), (x, y - 8.4)], INK);
            canvas.polygon(&[(x - 4.0, y + 3.0), (x + 4.0, y + 3.0), (x, y + 8.4)], INK);
            canvas.area(Area::new(x - 8.0, y - 0.9, 16.0, 1.8), INK);
        }
        Sheet::Discard { .. } => {
            for side in [-1.0, 1.0] {
                let at = |along: f64, across: f64| (x + side * (along - across), y + along + across);
                canvas.polygon(&[at(-5.4, -1.1), at(5.4, -1.1), at(5.4, 1.1), at(-5.4, 1.1)], INK);
            }
        }
        _ => canvas.text("?", (x, y + 5.6), Style::centred(Weight::Bold, 44.0, INK))?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_out() {
        assert_eq!(long_date(scantrail_core::jiff::civil::date(2026, 11, 1)), "1 November 2026");
    }
}
