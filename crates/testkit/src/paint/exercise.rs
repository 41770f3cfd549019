//! Exercise books: feint lines with a margin, and squares for sums.

use super::texts::{DATES, SQUARED_OBJECTIVES, WRITING};
use super::{Easel, Style};
use crate::geometry::A4_MM;
use crate::seed::pick;
use rand::Rng;

pub(super) const FEINT: [u8; 3] = [168, 190, 214];
const MARGIN: [u8; 3] = [222, 130, 140];
pub(super) const MARGIN_X: f64 = 26.0;
/// Feint of primary exercise books.
pub(super) const LINE_PITCH: f64 = 10.0;
pub(super) const FIRST_LINE: f64 = 27.0;
/// Squares of primary maths books.
const SQUARE: f64 = 10.0;

/// Lines of that breadth in millimetres, and the line of the margin.
pub(super) fn rulings(easel: &mut Easel<'_>, breadth: f64, colour: [u8; 3]) {
    let (width, height) = A4_MM;
    let mut y = FIRST_LINE;
    while y < height - 12.0 {
        easel.canvas.line((0.0, y), (width, y), breadth, colour, 0.9);
        y += LINE_PITCH;
    }
    easel.canvas.line((MARGIN_X, 0.0), (MARGIN_X, height), 0.25, MARGIN, 0.9);
}

pub(super) fn paint_ruled(easel: &mut Easel<'_>) {
    rulings(easel, 0.22, FEINT);
    let (objective, text) = *pick(&WRITING, &mut easel.rng);
    date(easel, (MARGIN_X + 4.0, FIRST_LINE - 1.2));
    easel.slip(objective, (MARGIN_X + 10.0, FIRST_LINE + 4.5));
    let hand = easel.hand;
    let start = (MARGIN_X + 4.0, FIRST_LINE + 4.0 * LINE_PITCH - 1.2);
    let width = A4_MM.0 - MARGIN_X - 12.0;
    let end = easel.write_lines(text, start, (width, LINE_PITCH, 10), &hand);
    let end = false_start(easel, (start.0, end));
    if easel.rng.random_bool(0.5) {
        let (_, more) = *pick(&WRITING, &mut easel.rng);
        easel.write_lines(more, (start.0, end), (width, LINE_PITCH, 9), &hand);
    }
}

/// The date at the top, underlined more or less straight.
fn date(easel: &mut Easel<'_>, at: (f64, f64)) {
    let date = *pick(&DATES, &mut easel.rng);
    let hand = easel.hand;
    let end = easel.write(date, at, &hand);
    let slope = easel.rng.random_range(-0.4..0.4);
    easel.canvas.line((at.0, at.1 + 1.8), (end, at.1 + 1.8 + slope), 0.35, hand.colour, hand.strength);
}

/// A word crossed out, as on every real page. Nobody can read it, so it is not in the truth. Returns the next baseline.
fn false_start(easel: &mut Easel<'_>, at: (f64, f64)) -> f64 {
    let hand = easel.hand;
    let (_, end) = easel.canvas.write("becuase", at, &hand, &mut easel.rng);
    for stroke in 0..6 {
        let y = at.1 - 0.1 - f64::from(stroke) * 0.65;
        let lean = easel.rng.random_range(-0.5..0.5);
        easel.canvas.line((at.0 - 1.0, y), (end, y + lean), 0.4, hand.colour, hand.strength);
    }
    at.1 + LINE_PITCH
}

pub(super) fn paint_squared(easel: &mut Easel<'_>) {
    let (width, height) = A4_MM;
    let mut x = SQUARE / 2.0;
    while x < width {
        easel.canvas.line((x, 0.0), (x, height), 0.2, FEINT, 0.9);
        x += SQUARE;
    }
    let mut y = SQUARE / 2.0;
    while y < height {
        easel.canvas.line((0.0, y), (width, y), 0.2, FEINT, 0.9);
        y += SQUARE;
    }
    date(easel, (square(2), square(2) - 1.5));
    let objective = *pick(&SQUARED_OBJECTIVES, &mut easel.rng);
    easel.slip(objective, (square(3), square(3) - 2.5));
    for block in 0..9 {
        let (column, row) = (2 + block % 3 * 6, 8 + block / 3 * 7);
        column_sum(easel, column, row, block + 1);
    }
}

/// Where square number `n` starts, in millimetres.
fn square(n: u32) -> f64 {
    SQUARE / 2.0 + f64::from(n) * SQUARE
}

/// An addition in columns, one digit to a square, the answer ruled off.
fn column_sum(easel: &mut Easel<'_>, column: u32, row: u32, number: u32) {
    let (a, b) = (easel.rng.random_range(112..780u32), easel.rng.random_range(105..219u32));
    let hand = Style { size: easel.hand.size * 1.05, ..easel.hand };
    easel.write(&format!("{number})"), (square(column) - 7.0, square(row) - 2.0), &hand);
    for (line, text) in [(0, format!(" {a}")), (1, format!("+{b}")), (2, format!(" {}", a + b))] {
        for (place, digit) in (0u32..).zip(text.chars()).filter(|(_, c)| *c != ' ') {
            let stray = easel.rng.random_range(-0.7..0.7);
            let at = (square(column + place) + 3.0 + stray, square(row + line) - 2.2 + stray / 2.0);
            easel.write(&digit.to_string(), at, &hand);
        }
    }
    let y = square(row + 1) + 1.2;
    easel.canvas.line((square(column), y), (square(column + 4), y + 0.3), 0.4, hand.colour, hand.strength);
}
