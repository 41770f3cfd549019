//! Where codes and bars stand on a sheet, in millimetres from the upper left corner of upright A4.
//!
//! The one truth for drawing and for recognising: [`crate::draw`] puts these shapes on paper, [`crate::frame`] looks
//! for their constellation. Twelve solid bars run between the corner codes, three to a side, each side *long – short –
//! medium* from left to right or from top to bottom. No turn or mirror image of the constellation is like itself, so
//! it gives the turn of a sheet as well. Nothing here is nearer to the edge of the paper than 15 mm: printers that
//! leave a margin, prints at 95 % and feeders that cut an edge all leave it whole.

use scantrail_core::sheet::CodePlace;

/// A rectangle in millimetres, x to the right, y down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Area {
    /// From left, upper edge, width and height in millimetres.
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// The point in the middle.
    pub fn centre(&self) -> (f64, f64) {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    /// Four corners clockwise from the upper left.
    pub fn corners(&self) -> [(f64, f64); 4] {
        let (right, bottom) = (self.x + self.w, self.y + self.h);
        [(self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom)]
    }
}

/// A4, upright.
pub const PAGE: Area = Area::new(0.0, 0.0, 210.0, 297.0);
/// From the edge of the paper to the corner codes and bars.
pub const EDGE: f64 = 15.0;
/// Side of a corner code.
pub const CORNER_CODE: f64 = 25.0;
/// Side of the code in the middle.
pub const MIDDLE_CODE: f64 = 50.0;
/// Side of the code of a card for a mat, which has 25 modules.
pub const MAT_CARD_CODE: f64 = 40.0;
/// Side of the code of a card for a desk, which has 21 modules.
pub const DESK_CARD_CODE: f64 = 25.0;
/// The rectangle that touches the outer sides of all bars and corner codes.
pub const FRAME: Area = Area::new(EDGE, EDGE, PAGE.w - 2.0 * EDGE, PAGE.h - 2.0 * EDGE);
/// Thickness of a bar.
pub const BAR: f64 = 4.0;

/// From the corner of the frame to the nearest bar: a code, its quiet zone of four modules (4.8 mm) and some air.
const BAR_START: f64 = EDGE + CORNER_CODE + 8.0;
/// Between two bars of a side.
const GAP: f64 = 6.0;
/// Lengths of the bars across; with two gaps they fill 114 mm.
const ACROSS: [f64; 3] = [60.0, 12.0, 30.0];
/// Lengths of the bars down the sides, in nearly the same proportion; with two gaps they fill 201 mm.
const DOWN: [f64; 3] = [111.0, 22.0, 56.0];

/// The twelve bars: three each of the top, the bottom, the left and the right side.
pub const BARS: [Area; 12] = bars();

/// Bars to a side; `BARS[n]` belongs to side `n / BARS_PER_SIDE`.
pub const BARS_PER_SIDE: usize = 3;

const fn bars() -> [Area; 12] {
    let mut all = [PAGE; 12];
    let (mut x, mut y) = (BAR_START, BAR_START);
    let mut i = 0;
    while i < BARS_PER_SIDE {
        all[i] = Area::new(x, EDGE, ACROSS[i], BAR);
        all[3 + i] = Area::new(x, PAGE.h - EDGE - BAR, ACROSS[i], BAR);
        all[6 + i] = Area::new(EDGE, y, BAR, DOWN[i]);
        all[9 + i] = Area::new(PAGE.w - EDGE - BAR, y, BAR, DOWN[i]);
        x += ACROSS[i] + GAP;
        y += DOWN[i] + GAP;
        i += 1;
    }
    all
}

/// The square a code's modules fill, without its quiet zone.
pub fn code_area(place: CodePlace) -> Area {
    let (left, top) = (EDGE, EDGE);
    let (right, bottom) = (PAGE.w - EDGE - CORNER_CODE, PAGE.h - EDGE - CORNER_CODE);
    let corner = |x, y| Area::new(x, y, CORNER_CODE, CORNER_CODE);
    match place {
        CodePlace::Middle => {
            let (x, y) = PAGE.centre();
            Area::new(x - MIDDLE_CODE / 2.0, y - MIDDLE_CODE / 2.0, MIDDLE_CODE, MIDDLE_CODE)
        }
        CodePlace::TopLeft => corner(left, top),
        CodePlace::TopRight => corner(right, top),
        CodePlace::BottomRight => corner(right, bottom),
        CodePlace::BottomLeft => corner(left, bottom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(bar: &Area) -> [i64; 4] {
        [bar.x, bar.y, bar.w, bar.h].map(|v| (v * 10.0).round() as i64)
    }

    /// The constellation after a change of every bar, sorted.
    fn changed(change: impl Fn(&Area) -> Area) -> Vec<[i64; 4]> {
        let mut keys: Vec<_> = BARS.iter().map(|bar| key(&change(bar))).collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn the_constellation_is_like_none_of_its_turns_and_mirror_images() {
        let upright = changed(|bar| *bar);
        let half = changed(|b| Area::new(PAGE.w - b.x - b.w, PAGE.h - b.y - b.h, b.w, b.h));
        let mirrored = changed(|b| Area::new(PAGE.w - b.x - b.w, b.y, b.w, b.h));
        let flipped = changed(|b| Area::new(b.x, PAGE.h - b.y - b.h, b.w, b.h));
        assert_ne!(upright, half);
        assert_ne!(upright, mirrored);
        assert_ne!(upright, flipped);
    }

    #[test]
    fn bars_leave_every_code_its_quiet_zone() {
        for place in CodePlace::ALL {
            let code = code_area(place);
            let modules = if place == CodePlace::Middle { 25.0 } else { 21.0 };
            let quiet = 4.0 * code.w / modules;
            for bar in BARS {
                let apart = (bar.x - (code.x + code.w))
                    .max(code.x - (bar.x + bar.w))
                    .max(bar.y - (code.y + code.h))
                    .max(code.y - (bar.y + bar.h));
                assert!(apart >= quiet, "{place:?} {bar:?}");
            }
        }
    }

    #[test]
    fn sides_end_where_the_other_corner_begins() {
        assert!((BARS[2].x + BARS[2].w - (PAGE.w - BAR_START)).abs() < 1e-9);
        assert!((BARS[8].y + BARS[8].h - (PAGE.h - BAR_START)).abs() < 1e-9);
    }
}
