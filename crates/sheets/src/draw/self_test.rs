//! The self-test sheet, drawn from [`crate::self_test::plan`].
//!
//! The front carries all that is measured. The back carries the corner codes, the discs and one large code: enough to
//! tell in which order and which way up the sides came.

use super::canvas::{Align, Canvas, FAINT, INK, QUIET, Style};
use super::cover::AXIS;
use super::fonts::Weight;
use super::symbol::Level;
use super::{DrawError, Face, PrintOut, Sheet};
use crate::layout::{Area, code_area};
use crate::self_test::plan::{
    DISC_RADIUS, DISCS, Edge, LINE_PAIRS, RULER_ACROSS, RULER_DOWN, RULER_LENGTHS, SQUARE, SQUARE_SIDE, SQUARE_TURN,
    STEPS, colours, greys, ladder, step, strokes,
};
use scantrail_core::sheet::CodePlace;

const SMALL: Style = Style::centred(Weight::Regular, 7.0, QUIET);

pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    print_out: &PrintOut,
    sheet: &Sheet,
    face: Face,
) -> Result<(), DrawError> {
    for place in CodePlace::ALL.into_iter().filter(|&place| place != CodePlace::Middle) {
        canvas.code(&sheet.payload(print_out.school, place), Level::Q, code_area(place));
    }
    for centre in DISCS {
        canvas.ring(centre, DISC_RADIUS, DISC_RADIUS, INK);
    }
    head(canvas, print_out, sheet, face)?;
    match face {
        Face::Front => front(canvas, print_out, sheet),
        Face::Back => back(canvas, print_out, sheet),
    }
}

fn head(canvas: &mut Canvas<'_, '_>, print_out: &PrintOut, sheet: &Sheet, face: Face) -> Result<(), DrawError> {
    const WIDTH: f64 = 100.0;
    let label = match face {
        Face::Front => "Self-test sheet",
        Face::Back => "Self-test sheet, back",
    };
    let bold = Style::centred(Weight::Bold, 13.0, INK);
    canvas.text_within(&print_out.school_name, (AXIS, 24.0), WIDTH, bold)?;
    canvas.text_within(label, (AXIS, 31.0), WIDTH, Style::centred(Weight::Regular, 11.0, INK))?;
    let help = "Print at 100 %, scan like a pupil’s work, then:";
    canvas.text_within(help, (AXIS, 37.0), WIDTH, Style::centred(Weight::Regular, 9.0, QUIET))?;
    canvas.text_within(
        "scantrail sheets score IMAGE",
        (AXIS, 42.0),
        WIDTH,
        Style::centred(Weight::Regular, 9.0, QUIET),
    )?;
    let foot = format!("Scantrail  ·  sheet {}", sheet.id());
    canvas.text_within(&foot, (AXIS, 268.0), WIDTH, Style::centred(Weight::Regular, 8.5, FAINT))
}

/// One large code: what tells the back from the front.
fn back(canvas: &mut Canvas<'_, '_>, print_out: &PrintOut, sheet: &Sheet) -> Result<(), DrawError> {
    canvas.code_in_place(&sheet.payload(print_out.school, CodePlace::Middle));
    let words = "This side shows in which order, and which way up, both sides of a sheet arrive.";
    canvas.text_within(words, (AXIS, 195.0), 150.0, Style::centred(Weight::Regular, 12.0, QUIET))
}

fn front(canvas: &mut Canvas<'_, '_>, print_out: &PrintOut, sheet: &Sheet) -> Result<(), DrawError> {
    let payload = sheet.payload(print_out.school, CodePlace::Middle);
    for rung in ladder() {
        canvas.code(&payload, Level::Q, rung.area);
        let label = format!("{:.2}", rung.module);
        canvas.text(&label, (rung.area.centre().0, rung.area.y + rung.area.h + 7.0), SMALL)?;
    }
    for patch in greys() {
        canvas.area(patch.area, patch.grey);
        canvas.text(&patch.grey.to_string(), (patch.area.centre().0, patch.area.y + patch.area.h + 3.6), SMALL)?;
    }
    for colour in colours() {
        canvas.coloured(colour.area, colour.rgb);
        canvas.text(colour.name, (colour.area.centre().0, colour.area.y + colour.area.h + 3.6), SMALL)?;
    }
    for (pairs, area) in LINE_PAIRS {
        line_pairs(canvas, pairs, area)?;
    }
    canvas.polygon(&square(), INK);
    let stroke_label = Style { align: Align::Start, ..SMALL };
    for (stroke, number) in strokes().iter().zip(1..) {
        canvas.area(stroke.area, stroke.grey);
        canvas.text(&format!("stroke {number}"), (66.0, stroke.area.y + 1.0), stroke_label)?;
    }
    for edge in Edge::ALL {
        stair(canvas, edge)?;
    }
    words(canvas)?;
    rulers(canvas)
}

/// The corners of the slanted square.
fn square() -> [(f64, f64); 4] {
    let (sin, cos) = SQUARE_TURN.to_radians().sin_cos();
    let half = SQUARE_SIDE / 2.0;
    [(-half, -half), (half, -half), (half, half), (-half, half)]
        .map(|(x, y)| (SQUARE.0 + x * cos - y * sin, SQUARE.1 + x * sin + y * cos))
}

fn line_pairs(canvas: &mut Canvas<'_, '_>, pairs: f64, area: Area) -> Result<(), DrawError> {
    let wide = 0.5 / pairs;
    let count = (area.w * pairs) as usize;
    for line in 0..count {
        canvas.area(Area { x: area.x + 2.0 * wide * line as f64, w: wide, ..area }, INK);
    }
    canvas.text(&format!("{pairs} lp/mm"), (area.centre().0, area.y + area.h + 3.6), SMALL)
}

fn stair(canvas: &mut Canvas<'_, '_>, edge: Edge) -> Result<(), DrawError> {
    for distance in STEPS {
        canvas.area(step(edge, distance), INK);
    }
    let (first, last) = (step(edge, *STEPS.start()), step(edge, *STEPS.end()));
    for (at, distance) in [(first, STEPS.start()), (last, STEPS.end())] {
        let (x, y) = at.centre();
        let (x, y) = match edge {
            Edge::Top => (x, y + 4.0),
            Edge::Bottom => (x, y - 2.0),
            Edge::Left => (x + 3.4, y + 0.9),
            Edge::Right => (x - 3.4, y + 0.9),
        };
        canvas.text(&distance.to_string(), (x, y), Style { size: 6.0, ..SMALL })?;
    }
    Ok(())
}

/// Words of several sizes, to look at.
fn words(canvas: &mut Canvas<'_, '_>) -> Result<(), DrawError> {
    let lines = [
        (12.0, "12 pt  The quick brown fox jumps over the lazy dog 0123456789"),
        (9.0, "9 pt  The quick brown fox jumps over the lazy dog 0123456789"),
        (6.0, "6 pt  The quick brown fox jumps over the lazy dog 0123456789"),
    ];
    let mut y = 215.0;
    for (size, text) in lines {
        let style = Style { weight: Weight::Regular, size, grey: INK, align: Align::Start };
        canvas.text_within(text, (30.0, y), 150.0, style)?;
        y += 7.0;
    }
    Ok(())
}

/// A mark every millimetre, longer every ten, with the length in centimetres.
fn rulers(canvas: &mut Canvas<'_, '_>) -> Result<(), DrawError> {
    const THIN: f64 = 0.15;
    let long = |mm: u16| match mm {
        mm if mm.is_multiple_of(10) => 4.0,
        mm if mm.is_multiple_of(5) => 2.8,
        _ => 1.8,
    };
    let number = Style { size: 6.0, ..SMALL };
    for mm in 0..=RULER_LENGTHS.0 {
        let x = RULER_ACROSS.0 + f64::from(mm);
        canvas.area(Area::new(x - THIN / 2.0, RULER_ACROSS.1, THIN, long(mm)), INK);
        if mm.is_multiple_of(10) {
            canvas.text(&(mm / 10).to_string(), (x, RULER_ACROSS.1 + 7.0), number)?;
        }
    }
    for mm in 0..=RULER_LENGTHS.1 {
        let y = RULER_DOWN.1 + f64::from(mm);
        canvas.area(Area::new(RULER_DOWN.0, y - THIN / 2.0, long(mm), THIN), INK);
        if mm.is_multiple_of(10) {
            canvas.text(&(mm / 10).to_string(), (RULER_DOWN.0 + 6.0, y + 0.8), number)?;
        }
    }
    Ok(())
}
