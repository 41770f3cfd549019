//! A mini whiteboard on a wall, with marker writing and a pupil's card stuck beside it.
//!
//! The scene is painted flat and evenly lit; [`crate::effects::photo`] makes a tablet photo of it.

use super::texts::BOARDS;
use super::{Style, Word};
use crate::canvas::{Canvas, Colour, Mm};
use crate::fonts::Face;
use crate::geometry::MmRect;
use crate::seed::{Seed, pick};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Dpi, Quad};

/// The wall in view, in millimetres.
const WALL: Mm = (900.0, 675.0);
/// The writing surface with its frame.
const BOARD: MmRect = MmRect { x: 60.0, y: 70.0, width: 600.0, height: 450.0 };
const FRAME: f64 = 14.0;
/// Where the card hangs: ID-1 format, as laminated cards are.
const CARD: MmRect = MmRect { x: 715.0, y: 250.0, width: 85.0, height: 54.0 };

const MARKERS: [Colour; 4] = [[24, 24, 30], [26, 60, 160], [190, 30, 40], [20, 120, 60]];

/// A flat picture of the wall, and what is on it.
#[derive(Debug, Clone, PartialEq)]
pub struct WhiteboardScene {
    /// RGB, 900 by 675 mm.
    pub raster: Raster,
    /// Words on the board, in reading order.
    pub words: Vec<Word>,
    /// The outer edge of the board's frame.
    pub board: Quad,
    /// The card, if one hangs there.
    pub card: Option<Quad>,
}

/// Paints the scene; `card` fills 85 by 54 mm, whatever its resolution. The keyword is written in capital-free marker.
pub fn whiteboard(seed: Seed, keyword: Option<&str>, card: Option<&Raster>) -> WhiteboardScene {
    let mut rng = seed.rng();
    let mut canvas = Canvas::new(WALL, scene_dpi(), [196, 188, 170]);
    plaster(&mut canvas, &mut rng);
    let inner = MmRect {
        x: BOARD.x + FRAME,
        y: BOARD.y + FRAME,
        width: BOARD.width - 2.0 * FRAME,
        height: BOARD.height - 2.0 * FRAME,
    };
    // The shadow the board throws on the wall.
    canvas.fill(MmRect { x: BOARD.x + 6.0, y: BOARD.y + 8.0, ..BOARD }, [158, 150, 134]);
    canvas.fill(BOARD, [132, 136, 142]);
    canvas.frame(BOARD, 1.5, [92, 96, 102]);
    canvas.fill(inner, [240, 243, 243]);
    canvas.frame(inner, 1.5, [98, 102, 108]);
    smears(&mut canvas, inner, &mut rng);
    let words = write_board(&mut canvas, inner, keyword, &mut rng);
    let tray = MmRect { x: BOARD.x + 150.0, y: BOARD.y + BOARD.height, width: 300.0, height: 14.0 };
    canvas.fill(tray, [112, 116, 122]);
    for (place, colour) in (0..).zip(MARKERS) {
        let x = tray.x + 30.0 + f64::from(place) * 60.0;
        canvas.line((x, tray.y + 1.0), (x + 38.0, tray.y + 1.0), 9.0, colour, 1.0);
    }
    if let Some(card) = card {
        canvas.fill(MmRect { x: CARD.x + 1.5, y: CARD.y + 2.0, ..CARD }, [160, 152, 136]);
        canvas.paste(card, CARD);
    }
    WhiteboardScene {
        words,
        board: BOARD.quad(canvas.dpi()),
        card: card.map(|_| CARD.quad(canvas.dpi())),
        raster: canvas.into_raster(),
    }
}

/// 2.8 pixels to a millimetre: a 25 mm code keeps three pixels to a module.
fn scene_dpi() -> Dpi {
    Dpi::new(72).expect("72 is not zero")
}

/// A wall that is not one flat colour.
fn plaster(canvas: &mut Canvas, rng: &mut ChaCha8Rng) {
    for _ in 0..500 {
        let at = (rng.random_range(0.0..WALL.0), rng.random_range(0.0..WALL.1));
        let tone = rng.random_range(170..206u8);
        canvas.ellipse(
            at,
            (rng.random_range(6.0..30.0), rng.random_range(4.0..16.0)),
            [tone, tone - 8, tone - 24],
            0.08,
        );
    }
}

/// What yesterday's lesson left behind.
fn smears(canvas: &mut Canvas, inner: MmRect, rng: &mut ChaCha8Rng) {
    for _ in 0..14 {
        let x = inner.x + rng.random_range(20.0..inner.width - 160.0);
        let y = inner.y + rng.random_range(20.0..inner.height - 20.0);
        let end = (x + rng.random_range(40.0..140.0), y + rng.random_range(-14.0..14.0));
        canvas.line((x, y), end, rng.random_range(8.0..22.0), [222, 226, 230], 0.35);
    }
}

fn write_board(canvas: &mut Canvas, inner: MmRect, keyword: Option<&str>, rng: &mut ChaCha8Rng) -> Vec<Word> {
    let (title, lines) = *pick(&BOARDS, rng);
    let marker =
        |size, colour| Style { face: Face::Round, size, colour, strength: 0.95, wobble: 0.018, grain: 0.08, passes: 4 };
    let colours: Vec<Colour> = MARKERS.choose_multiple(rng, 2).copied().collect();
    let left = inner.x + 34.0;
    let (mut words, end) = canvas.write(title, (left, inner.y + 66.0), &marker(62.0, colours[0]), rng);
    canvas.line((left, inner.y + 78.0), (end - 12.0, inner.y + 80.0), 3.0, colours[0], 0.9);
    let mut y = inner.y + 140.0;
    for line in lines.into_iter().chain(keyword) {
        words.extend(canvas.write(line, (left + 10.0, y), &marker(46.0, colours[1]), rng).0);
        y += 62.0;
    }
    let sun = (inner.x + inner.width - 62.0, inner.y + 62.0);
    for ray in 0..9 {
        let (sin, cos) = (f64::from(ray) * 0.698).sin_cos();
        let from = (sun.0 + cos * 26.0, sun.1 + sin * 26.0);
        canvas.line(from, (sun.0 + cos * 42.0, sun.1 + sin * 42.0), 3.0, colours[0], 0.9);
    }
    canvas.ellipse(sun, (20.0, 20.0), colours[0], 0.9);
    canvas.ellipse(sun, (17.0, 17.0), [240, 243, 243], 1.0);
    words
}
