//! Comparing what was read with what is true. It must not know which reader read it.

use super::reader::Code;
use super::truth::Truth;
use scantrail_core::units::{Point, Quad};
use std::collections::BTreeMap;

/// Modules to a side of the symbols that say a text, from whichever reader knows.
pub(super) type Modules = BTreeMap<String, u32>;

/// What one reading of one picture was worth.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Score {
    /// True codes that were read.
    pub(super) right: usize,
    /// Readings of codes that are not there, or that say something else.
    pub(super) wrong: usize,
    /// Mean distance of the corners from the truth, in modules, for each code that was read where that is known.
    pub(super) corner_errors: Vec<f64>,
}

/// Compares a reading with the truth.
pub(super) fn score(codes: &[Code], truth: &Truth, modules: &Modules) -> Score {
    match truth {
        Truth::Nothing => Score { wrong: codes.len(), ..Score::default() },
        Truth::Text(text) => {
            let right = |code: &&Code| same(&code.text, text);
            let wrong = codes.iter().filter(|code| !right(code)).count();
            Score { right: usize::from(codes.iter().any(|code| right(&code))), wrong, ..Score::default() }
        }
        Truth::Places(quads) => places(codes, quads, modules),
    }
}

/// Whether two texts are the same but for line ends and space around them.
fn same(a: &str, b: &str) -> bool {
    a.replace('\r', "").trim() == b.replace('\r', "").trim()
}

fn places(codes: &[Code], quads: &[Quad], modules: &Modules) -> Score {
    let mut score = Score::default();
    let mut read = vec![false; quads.len()];
    let mut placeless = 0;
    for code in codes {
        let Some(quad) = code.quad() else {
            placeless += 1;
            continue;
        };
        let Some(place) = quads.iter().position(|truth| contains(truth, centre(&quad))) else {
            score.wrong += 1;
            continue;
        };
        if !std::mem::replace(&mut read[place], true) {
            let side = modules.get(&code.text).map(|&side| f64::from(side));
            score.corner_errors.extend(side.map(|side| corner_error(&quad, &quads[place]) * side));
        }
    }
    // A reader that does not say where gets the benefit of the doubt.
    let rest = quads.len() - read.iter().filter(|&&read| read).count();
    score.right = quads.len() - rest + placeless.min(rest);
    score.wrong += placeless.saturating_sub(rest);
    score
}

fn centre(quad: &Quad) -> Point {
    let sum = quad.0.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x, y + p.y));
    Point { x: sum.0 / 4.0, y: sum.1 / 4.0 }
}

fn contains(quad: &Quad, point: Point) -> bool {
    let side = |i: usize| {
        let (a, b) = (quad.0[i], quad.0[(i + 1) % 4]);
        (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
    };
    let sides: [f64; 4] = std::array::from_fn(side);
    sides.iter().all(|&s| s >= 0.0) || sides.iter().all(|&s| s <= 0.0)
}

/// The mean distance of corners as a share of the symbol's side, in whichever order and direction it is least: the
/// truth does not say where a symbol begins.
pub(crate) fn corner_error(found: &Quad, truth: &Quad) -> f64 {
    let orders = (0..4).flat_map(|start| [(start, 1), (start, 3)]);
    let distance = |(start, step): (usize, usize)| {
        let pair = |i: usize| {
            let (a, b) = (found.0[i], truth.0[(start + step * i) % 4]);
            (a.x - b.x).hypot(a.y - b.y)
        };
        (0..4).map(pair).sum::<f64>() / 4.0
    };
    orders.map(distance).fold(f64::INFINITY, f64::min) / area(truth).sqrt()
}

fn area(quad: &Quad) -> f64 {
    let cross = |i: usize| quad.0[i].x * quad.0[(i + 1) % 4].y - quad.0[(i + 1) % 4].x * quad.0[i].y;
    ((0..4).map(cross).sum::<f64>() / 2.0).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64) -> [[f64; 2]; 4] {
        [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    }

    fn quad(corners: [[f64; 2]; 4]) -> Quad {
        Quad(corners.map(|[x, y]| Point { x, y }))
    }

    fn code(text: &str, corners: Option<[[f64; 2]; 4]>) -> Code {
        Code { text: text.to_owned(), corners, modules: None }
    }

    #[test]
    fn a_text_counts_once_and_another_is_wrong() {
        let truth = Truth::Text("one\ntwo".to_owned());
        let codes = [code("one\r\ntwo ", None), code("one\ntwo", None), code("three", None)];
        let score = score(&codes, &truth, &Modules::new());
        assert_eq!((score.right, score.wrong), (1, 1));
    }

    #[test]
    fn nothing_may_be_read_where_there_is_nothing() {
        assert_eq!(score(&[code("x", None)], &Truth::Nothing, &Modules::new()).wrong, 1);
    }

    #[test]
    fn symbols_count_by_their_places() {
        let truth = Truth::Places(vec![quad(square(0.0, 0.0, 100.0)), quad(square(200.0, 0.0, 100.0))]);
        let modules = Modules::from([("a".to_owned(), 25)]);
        let near = Some(square(4.0, 0.0, 100.0));
        let codes = [code("a", near), code("a", near), code("b", Some(square(500.0, 500.0, 50.0)))];
        let scored = score(&codes, &truth, &modules);
        assert_eq!((scored.right, scored.wrong), (1, 1));
        assert_eq!(scored.corner_errors.len(), 1);
        assert!((scored.corner_errors[0] - 1.0).abs() < 1e-9);
        let silent = score(&[code("a", None), code("b", None), code("c", None)], &truth, &modules);
        assert_eq!((silent.right, silent.wrong), (2, 1));
    }

    #[test]
    fn corners_are_compared_in_any_order_and_direction() {
        let [a, b, c, d] = square(0.0, 0.0, 10.0);
        for order in [[b, c, d, a], [a, d, c, b], [c, b, a, d]] {
            assert!(corner_error(&quad(order), &quad([a, b, c, d])) < 1e-9);
        }
    }
}
