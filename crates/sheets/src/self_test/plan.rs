//! Where everything stands on the self-test sheet: the one truth for drawing it and for scoring a capture of it.
//!
//! Millimetres from the upper left corner of upright A4. The four corner codes stand where every sheet of ours has
//! them. Between them: eight discs, whose centres are found to a small part of a pixel; a ladder of ever smaller
//! codes; patches of grey and of colour; a square turned by five degrees, whose edges cross the pixels at every phase;
//! strokes as faint as a pencil's; stairs of bars towards each edge of the paper; and bands without anything on them,
//! in which dust on the glass shows as a line.

use crate::layout::Area;

/// Centres of the discs, as far apart as the codes allow.
pub(crate) const DISCS: [(f64, f64); 8] = [
    (48.0, 20.0),
    (162.0, 20.0),
    (190.0, 48.0),
    (190.0, 249.0),
    (162.0, 277.0),
    (48.0, 277.0),
    (20.0, 249.0),
    (20.0, 48.0),
];
pub(crate) const DISC_RADIUS: f64 = 2.5;

/// One code of the ladder: its module, and the square it fills.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rung {
    pub(crate) module: f64,
    pub(crate) area: Area,
}

/// Modules of the ladder, largest first.
const MODULES: [f64; 7] = [1.0, 0.8, 0.6, 0.5, 0.4, 0.35, 0.3];
/// The lower edge of all rungs.
const LADDER_FOOT: f64 = 90.0;

/// The ladder of codes, each 21 modules across, four modules of quiet zone to each side.
pub(crate) fn ladder() -> [Rung; 7] {
    let mut x = 30.0;
    MODULES.map(|module| {
        let side = 21.0 * module;
        x += 5.0 * module;
        let area = Area::new(x, LADDER_FOOT - side, side, side);
        x += side + 5.0 * module;
        Rung { module, area }
    })
}

/// A patch of one grey: 0 black … 255 the bare paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Patch {
    pub(crate) grey: u8,
    pub(crate) area: Area,
}

const GREYS: [u8; 9] = [0, 32, 64, 96, 128, 160, 192, 224, 255];

/// The grey patches, from black to the bare paper.
pub(crate) fn greys() -> [Patch; 9] {
    let mut x = 28.0;
    GREYS.map(|grey| {
        let area = Area::new(x, 109.0, 16.0, 14.0);
        x += 17.0;
        Patch { grey, area }
    })
}

/// A patch of one colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Colour {
    pub(crate) name: &'static str,
    pub(crate) rgb: [u8; 3],
    pub(crate) area: Area,
}

/// The colour patches: what lasts on most printers.
pub(crate) fn colours() -> [Colour; 6] {
    let mut x = 28.0;
    [
        ("red", [214, 40, 40]),
        ("yellow", [250, 210, 40]),
        ("green", [40, 150, 70]),
        ("cyan", [40, 170, 210]),
        ("blue", [40, 70, 180]),
        ("magenta", [200, 50, 150]),
    ]
    .map(|(name, rgb)| {
        let area = Area::new(x, 131.0, 16.0, 12.0);
        x += 17.0;
        Colour { name, rgb, area }
    })
}

/// Groups of black lines as wide as the gaps between them, for the eye: line pairs to a millimetre.
pub(crate) const LINE_PAIRS: [(f64, Area); 4] = [
    (1.0, Area::new(132.0, 131.0, 10.0, 12.0)),
    (2.0, Area::new(145.0, 131.0, 10.0, 12.0)),
    (3.0, Area::new(158.0, 131.0, 10.0, 12.0)),
    (4.0, Area::new(171.0, 131.0, 10.0, 12.0)),
];

/// The square with slanted edges: its centre, its side, and its turn in degrees clockwise. Five degrees are what ISO
/// 12233 uses.
pub(crate) const SQUARE: (f64, f64) = (45.0, 178.0);
pub(crate) const SQUARE_SIDE: f64 = 28.0;
pub(crate) const SQUARE_TURN: f64 = 5.0;

/// A stroke like a pencil's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) grey: u8,
    pub(crate) area: Area,
}

/// From a soft pencil to a hard one pressed lightly, on white paper, where the camera or scanner sees grey of this
/// level.
const STROKE_GREYS: [u8; 5] = [150, 180, 205, 220, 235];

/// The faint strokes, darkest first.
pub(crate) fn strokes() -> [Stroke; 5] {
    let mut y = 164.0;
    STROKE_GREYS.map(|grey| {
        let area = Area::new(80.0, y, 100.0, 0.4);
        y += 7.0;
        Stroke { grey, area }
    })
}

/// An edge of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Top,
    Right,
    Bottom,
    Left,
}

impl Edge {
    pub(crate) const ALL: [Self; 4] = [Self::Top, Self::Right, Self::Bottom, Self::Left];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Top => "top",
            Self::Right => "right",
            Self::Bottom => "bottom",
            Self::Left => "left",
        }
    }
}

/// How far the steps of a stair are from the edge of the paper, in whole millimetres.
pub(crate) const STEPS: std::ops::RangeInclusive<u8> = 2..=12;
/// Thickness of a step, away from the edge.
pub(crate) const STEP_THICK: f64 = 0.6;
const STEP_LONG: f64 = 4.5;

/// The step of a stair that lies `distance` millimetres from an edge.
pub(crate) fn step(edge: Edge, distance: u8) -> Area {
    let away = f64::from(distance);
    let along = f64::from(distance - STEPS.start()) * 6.0;
    match edge {
        Edge::Top => Area::new(73.0 + along, away, STEP_LONG, STEP_THICK),
        Edge::Bottom => Area::new(73.0 + along, 297.0 - away - STEP_THICK, STEP_LONG, STEP_THICK),
        Edge::Left => Area::new(away, 116.0 + along, STEP_THICK, STEP_LONG),
        Edge::Right => Area::new(210.0 - away - STEP_THICK, 116.0 + along, STEP_THICK, STEP_LONG),
    }
}

/// Bands across the sheet without anything on them, as centre and height.
pub(crate) const BANDS: [(f64, f64); 5] = [(55.0, 6.0), (103.5, 5.0), (153.0, 8.0), (204.0, 6.0), (240.0, 6.0)];
/// From where to where the bands are bare.
pub(crate) const BAND_ACROSS: (f64, f64) = (14.0, 184.0);

/// Rulers with a mark every millimetre: across from here, and down from here.
pub(crate) const RULER_ACROSS: (f64, f64) = (30.0, 246.5);
pub(crate) const RULER_DOWN: (f64, f64) = (186.0, 62.0);
/// Their lengths in whole millimetres.
pub(crate) const RULER_LENGTHS: (u16, u16) = (150, 170);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{PAGE, code_area};
    use scantrail_core::sheet::CodePlace;

    /// Everything that is drawn dark, with the room it needs around it.
    fn drawn() -> Vec<Area> {
        let grown = |a: Area, by: f64| Area::new(a.x - by, a.y - by, a.w + 2.0 * by, a.h + 2.0 * by);
        let mut all: Vec<Area> = CodePlace::ALL[1..].iter().map(|&place| grown(code_area(place), 2.4)).collect();
        let r = DISC_RADIUS;
        all.extend(DISCS.map(|(x, y)| grown(Area::new(x - r, y - r, 2.0 * r, 2.0 * r), 1.0)));
        all.extend(ladder().map(|rung| grown(rung.area, 4.0 * rung.module)));
        all.extend(greys().map(|patch| patch.area));
        all.extend(colours().map(|patch| patch.area));
        all.extend(LINE_PAIRS.map(|(_, area)| area));
        let half = SQUARE_SIDE * 0.55;
        all.push(Area::new(SQUARE.0 - half, SQUARE.1 - half, 2.0 * half, 2.0 * half));
        all.extend(strokes().map(|stroke| grown(stroke.area, 1.5)));
        all.extend(Edge::ALL.iter().flat_map(|&edge| STEPS.map(move |distance| step(edge, distance))));
        all.push(Area::new(RULER_ACROSS.0, RULER_ACROSS.1, f64::from(RULER_LENGTHS.0), 5.0));
        all.push(Area::new(RULER_DOWN.0, RULER_DOWN.1, 5.0, f64::from(RULER_LENGTHS.1)));
        all
    }

    fn overlap(a: &Area, b: &Area) -> bool {
        a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
    }

    #[test]
    fn nothing_overlaps_and_all_is_on_the_paper() {
        let all = drawn();
        for (i, a) in all.iter().enumerate() {
            assert!(a.x >= 0.0 && a.y >= 0.0 && a.x + a.w <= PAGE.w && a.y + a.h <= PAGE.h, "{a:?}");
            for b in &all[i + 1..] {
                assert!(!overlap(a, b), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn bands_are_bare() {
        for (centre, height) in BANDS {
            let band = Area::new(BAND_ACROSS.0, centre - height / 2.0, BAND_ACROSS.1 - BAND_ACROSS.0, height);
            for other in drawn() {
                assert!(!overlap(&band, &other), "{band:?} {other:?}");
            }
        }
    }
}
