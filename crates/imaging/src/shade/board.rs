//! The tone of a whiteboard: haze goes to white, pens keep their colour and become clear. It must not know where the
//! board is; the strength says so, cell by cell.

use scantrail_core::raster::Channels;

/// Darker than the board by less than this (share of white) is haze left by the eraser and by noise.
const HAZE: f64 = 0.035;
/// What remains of haze.
const HAZE_KEPT: f64 = 0.25;
/// From this darkness on a pen is at least…
const PEN: f64 = 0.12;
/// …this many times as dark as it was, until it is dark by itself.
const PEN_GAIN: f64 = 1.6;
/// Where the curve meets the straight line again.
const DARK: f64 = 0.75;

/// How strongly the tone is carried out, per cell, 0..=255: 0 beside the board and in pictures that hang on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Board {
    pub(super) strength: Vec<u8>,
    pub(super) white: u8,
}

/// What every value of a channel becomes on a board brought to `white`.
fn curve(white: u8) -> [u8; 256] {
    std::array::from_fn(|v| {
        let dark = (1.0 - v as f64 / f64::from(white)).max(0.0);
        let points = [(0.0, 0.0), (HAZE, HAZE * HAZE_KEPT), (PEN, PEN * PEN_GAIN), (DARK, DARK * 1.12), (1.0, 1.0)];
        let segment = points.windows(2).find(|p| dark <= p[1].0).unwrap_or(&points[3..]);
        let (from, to) = (segment[0], segment[1]);
        let dark_after = from.1 + (dark - from.0) / (to.0 - from.0) * (to.1 - from.1);
        if v > usize::from(white) { v as u8 } else { (f64::from(white) * (1.0 - dark_after)).round() as u8 }
    })
}

/// The curve carried out with each strength that occurs on a board.
struct Tables([Option<Box<[u8; 256]>>; 256]);

impl Tables {
    fn new(board: &Board) -> Self {
        let curve = curve(board.white);
        let table = |strength: u8| {
            std::array::from_fn(|v| {
                let change = i32::from(curve[v]) - v as i32;
                (v as i32 + (change * i32::from(strength) + 127).div_euclid(255)) as u8
            })
        };
        let mut tables = Self([const { None }; 256]);
        for &strength in &board.strength {
            // No strength, no change.
            let missing = strength > 0 && tables.0[usize::from(strength)].is_none();
            if missing {
                tables.0[usize::from(strength)] = Some(Box::new(table(strength)));
            }
        }
        tables
    }
}

pub(super) fn run(board: &Board, (columns, rows): (usize, usize), samples: &mut [u8], stride: usize, of: Channels) {
    let tables = Tables::new(board);
    let channels = of.count();
    let (width, height) = (stride / channels, samples.len() / stride);
    // The first pixel of each cell: what `x · columns / width` changes at.
    let ends: Vec<usize> = (1..=columns).map(|cell| (cell * width).div_ceil(columns) * channels).collect();
    for (y, row) in samples.chunks_exact_mut(stride).enumerate() {
        let strength = &board.strength[y * rows / height * columns..][..columns];
        let mut from = 0;
        for (&strength, &end) in strength.iter().zip(&ends) {
            if let Some(table) = &tables.0[usize::from(strength)] {
                row[from..end].iter_mut().for_each(|v| *v = table[usize::from(*v)]);
            }
            from = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    /// What [`run`] must give, pixel by pixel.
    fn run_slowly(board: &Board, (columns, rows): (usize, usize), samples: &mut [u8], stride: usize, of: Channels) {
        let curve = curve(board.white);
        let channels = of.count();
        let (width, height) = (stride / channels, samples.len() / stride);
        for (y, row) in samples.chunks_exact_mut(stride).enumerate() {
            let strength = &board.strength[y * rows / height * columns..][..columns];
            for (x, pixel) in row.chunks_exact_mut(channels).enumerate() {
                let strength = i32::from(strength[x * columns / width]);
                for v in pixel {
                    let change = i32::from(curve[usize::from(*v)]) - i32::from(*v);
                    *v = (i32::from(*v) + (change * strength + 127).div_euclid(255)) as u8;
                }
            }
        }
    }

    #[test]
    fn tables_and_pixels_agree() {
        let mut dice = Dice::new(17);
        for (columns, rows, width, height, of) in [
            (1, 1, 5, 3, Channels::Grey),
            (7, 5, 61, 40, Channels::Rgb),
            (30, 20, 31, 20, Channels::Grey),
            (9, 4, 4, 3, Channels::Rgb),
        ] {
            let mut any = |n: usize| (0..n).map(|_| (dice.roll() * 256.0) as u8).collect::<Vec<u8>>();
            let board = Board { strength: any(columns * rows), white: 250 };
            let stride = width * of.count();
            let mut fast = any(stride * height);
            let mut slow = fast.clone();
            run(&board, (columns, rows), &mut fast, stride, of);
            run_slowly(&board, (columns, rows), &mut slow, stride, of);
            assert_eq!(fast, slow, "{columns}×{rows} over {width}×{height}");
        }
    }

    #[test]
    fn haze_fades_and_faint_pen_grows() {
        let curve = curve(250);
        assert!(curve[244] >= 248, "haze of 2.4 %: {}", curve[244]);
        assert!(curve[220] < 205, "faint pen of 12 %: {}", curve[220]);
        assert!(curve.windows(2).all(|p| p[0] <= p[1]), "never reversed");
        assert_eq!((curve[0], curve[250], curve[255]), (0, 250, 255));
    }
}
