//! Printed worksheets: a title, a name line, then either a passage with questions or sums and problems.

use super::texts::{COMPREHENSION, Comprehension, DATES, PROBLEMS, SUM_TITLES};
use super::{Easel, Style};
use crate::fonts::Face;
use crate::seed::pick;
use rand::Rng;

const LEFT: f64 = 20.0;
const WIDTH: f64 = 170.0;
const RULE: [u8; 3] = [60, 60, 62];
/// Teachers mark in green.
const MARKING: [u8; 3] = [40, 140, 60];

pub(super) fn paint(easel: &mut Easel<'_>) {
    if easel.rng.random_bool(0.5) {
        let sheet = pick(&COMPREHENSION, &mut easel.rng);
        heading(easel, sheet.title);
        comprehension(easel, sheet);
    } else {
        let title = *pick(&SUM_TITLES, &mut easel.rng);
        heading(easel, title);
        sums(easel);
    }
    easel.write("Hillside Primary School", (LEFT, 285.0), &Style::print(Face::Print, 3.6));
}

fn heading(easel: &mut Easel<'_>, title: &str) {
    easel.write(title, (LEFT, 26.0), &Style::print(Face::PrintBold, 8.5));
    let print = Style::print(Face::Print, 5.0);
    let hand = easel.hand;
    easel.write("Name:", (LEFT, 40.0), &print);
    easel.canvas.line((36.0, 40.8), (112.0, 40.8), 0.3, RULE, 1.0);
    let name = easel.spec.name.as_ref().filter(|name| hand.face.can_write(name));
    if let Some(name) = name {
        easel.write(name, (40.0, 39.8), &hand);
    }
    easel.write("Date:", (118.0, 40.0), &print);
    easel.canvas.line((131.0, 40.8), (190.0, 40.8), 0.3, RULE, 1.0);
    let date = *pick(&DATES, &mut easel.rng);
    let short = date.split_once(' ').map_or(date, |(_, rest)| rest);
    easel.write(short, (133.0, 39.8), &hand);
    if let Some(keyword) = &easel.spec.keyword {
        let text = format!("Word of the week: {keyword}");
        easel.write(&text, (LEFT, 51.0), &Style::print(Face::PrintBold, 5.0));
    }
}

fn comprehension(easel: &mut Easel<'_>, sheet: &Comprehension) {
    let print = Style::print(Face::Print, 5.0);
    let mut y = easel.write_lines(sheet.passage, (LEFT, 64.0), (WIDTH, 8.0, 12), &print) + 8.0;
    let hand = easel.hand;
    for (number, (question, answer)) in (1..).zip(sheet.questions) {
        easel.write(&format!("{number}. {question}"), (LEFT, y), &print);
        easel.canvas.line((LEFT + 6.0, y + 13.0), (LEFT + WIDTH, y + 13.0), 0.3, RULE, 1.0);
        easel.canvas.line((LEFT + 6.0, y + 23.0), (LEFT + WIDTH, y + 23.0), 0.3, RULE, 1.0);
        let indent = LEFT + 8.0 + easel.rng.random_range(0.0..6.0);
        let end = easel.write(answer, (indent, y + 12.0), &hand);
        if easel.rng.random_bool(0.7) {
            tick(easel, (end + 4.0, y + 10.0));
        }
        y += 34.0;
    }
}

fn sums(easel: &mut Easel<'_>) {
    let print = Style::print(Face::Print, 6.2);
    let hand = easel.hand;
    for row in 0..6 {
        for column in 0..2 {
            let (x, y) = (LEFT + f64::from(column) * 88.0, 68.0 + f64::from(row) * 17.0);
            let (question, answer) = sum(easel);
            let label = char::from(b'a' + row * 2 + column);
            let end = easel.write(&format!("{label}) {question} ="), (x, y), &print);
            easel.canvas.line((end, y + 1.2), (end + 20.0, y + 1.2), 0.3, RULE, 1.0);
            let written = easel.write(&answer.to_string(), (end + 4.0, y), &hand);
            if easel.rng.random_bool(0.6) {
                tick(easel, (written + 12.0, y - 1.0));
            }
        }
    }
    let first = easel.rng.random_range(0..PROBLEMS.len());
    let small = Style::print(Face::Print, 5.0);
    for (place, problem) in [first, (first + 1) % PROBLEMS.len()].into_iter().enumerate() {
        let (question, answer) = PROBLEMS[problem];
        let y = 182.0 + place as f64 * 44.0;
        let below = easel.write_lines(question, (LEFT, y), (WIDTH, 8.0, 2), &small);
        for line in 0..2 {
            let rule = below + 6.0 + f64::from(line) * 11.0;
            easel.canvas.line((LEFT + 6.0, rule), (LEFT + WIDTH, rule), 0.3, RULE, 1.0);
        }
        easel.write(answer, (LEFT + 10.0, below + 5.0), &hand);
    }
}

fn sum(easel: &mut Easel<'_>) -> (String, u32) {
    let rng = &mut easel.rng;
    let (a, b) = (rng.random_range(21..90u32), rng.random_range(11..20u32));
    match rng.random_range(0..3) {
        0 => (format!("{a} + {b}"), a + b),
        1 => (format!("{a} - {b}"), a - b),
        _ => (format!("{} × {}", b - 8, a % 9 + 2), (b - 8) * (a % 9 + 2)),
    }
}

/// The teacher agrees.
fn tick(easel: &mut Easel<'_>, (x, y): (f64, f64)) {
    let size = easel.rng.random_range(3.0..5.0);
    easel.canvas.line((x, y), (x + size * 0.4, y + size * 0.5), 0.6, MARKING, 0.9);
    easel.canvas.line((x + size * 0.4, y + size * 0.5), (x + size * 1.4, y - size * 0.9), 0.6, MARKING, 0.9);
}
