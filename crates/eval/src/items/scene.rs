//! One seeded table top: a mat, things on it, the shot of the empty mat and that of the loaded one, and the exact truth.

use super::dice::Dice;
use super::mats::{Colour, Mat, Shot};
use super::things::{Body, CARD, Look, Thing};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Point, Quad};
use std::rc::Rc;

/// Columns and rows of a shot: a document camera over a mat of A3 width.
pub(crate) const SIZE: (u32, u32) = (1640, 1232);
/// Millimetres that a shot is wide.
pub(crate) const WIDE: f32 = 420.0;
/// Pixels per millimetre.
pub(crate) const PER_MM: f32 = SIZE.0 as f32 / WIDE;
/// Things lie this far apart and from the frame, in millimetres, unless they are meant to touch.
const GAP: f32 = 7.0;

/// What lies there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Load {
    Sheets,
    Pencil,
    Dark,
    Clay,
    Thin,
    Near,
    Touching,
    Overlapping,
    Mixed,
}

impl Load {
    pub(crate) const ALL: [Self; 9] = [
        Self::Sheets,
        Self::Pencil,
        Self::Dark,
        Self::Clay,
        Self::Thin,
        Self::Near,
        Self::Touching,
        Self::Overlapping,
        Self::Mixed,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Sheets => "sheets",
            Self::Pencil => "white, faint pencil",
            Self::Dark => "dark objects",
            Self::Clay => "clay with shadows",
            Self::Thin => "pencils and wires",
            Self::Near => "paper near the mat's colour",
            Self::Touching => "touching pair",
            Self::Overlapping => "overlapping pair",
            Self::Mixed => "mixed, with a card",
        }
    }
}

/// A painted scene with its truth.
pub(crate) struct Scene {
    pub(crate) empty: Raster,
    pub(crate) loaded: Raster,
    /// For each pixel 0, or 1 + the place of the thing that covers it.
    pub(crate) owner: Vec<u8>,
    pub(crate) things: Vec<Thing>,
}

impl Scene {
    /// Always the same for the same arguments.
    pub(crate) fn new(mat: Mat, load: Load, seed: u64, pictures: &[Rc<Raster>]) -> Self {
        let mut dice = Dice::new(seed * 1000 + 100 * mat as u64 + load as u64);
        let things = things(mat, load, &mut dice, pictures);
        let first = Shot::first(&mut dice);
        let later = first.later(&mut dice);
        let angle = dice.between(0.0, std::f32::consts::TAU);
        let towards = [angle.cos(), angle.sin()];
        let (empty, _) = paint(mat, &[], &first, towards, &mut dice);
        let (loaded, owner) = paint(mat, &things, &later, towards, &mut dice);
        Self { empty, loaded, owner, things }
    }

    /// Codes on the mat, in pixels.
    pub(crate) fn codes(&self) -> Vec<Quad> {
        let up = |p: Point| Point { x: p.x * f64::from(PER_MM), y: p.y * f64::from(PER_MM) };
        self.things.iter().filter_map(Thing::code).map(|q| Quad(q.0.map(up))).collect()
    }
}

fn things(mat: Mat, load: Load, dice: &mut Dice, pictures: &[Rc<Raster>]) -> Vec<Thing> {
    let mut all: Vec<Thing> = Vec::new();
    let count = 1 + dice.below(5);
    match load {
        Load::Sheets => (0..count).for_each(|_| place(&mut all, dice, |d| sheet(d, pictures))),
        Load::Pencil => (0..=count / 2).for_each(|_| place(&mut all, dice, |d| plain(d, Look::Pencil))),
        Load::Dark => (0..count).for_each(|_| place(&mut all, dice, dark)),
        Load::Clay => (0..count).for_each(|_| place(&mut all, dice, clay)),
        Load::Thin => (0..=count / 2).for_each(|_| place(&mut all, dice, thin)),
        Load::Near => (0..=count / 2).for_each(|_| {
            let shift = [0, 1, 2].map(|_| 1.0 + dice.between(0.06, 0.18) * if dice.roll() < 0.5 { -1.0 } else { 1.0 });
            let base = mat.base();
            let colour = std::array::from_fn(|c| (base[c] * shift[c]).clamp(0.0, 245.0));
            place(&mut all, dice, |d| plain(d, Look::Plain(colour)));
        }),
        Load::Touching | Load::Overlapping => {
            pair(&mut all, dice, load, pictures);
            (0..count / 2).for_each(|_| place(&mut all, dice, clay));
        }
        Load::Mixed => {
            place(&mut all, dice, |d| Thing { body: card(d), ..plain(d, Look::Pencil) });
            for _ in 0..2 + count {
                match dice.below(5) {
                    0 => place(&mut all, dice, dark),
                    1 => place(&mut all, dice, thin),
                    2 => place(&mut all, dice, clay),
                    _ => place(&mut all, dice, |d| sheet(d, pictures)),
                }
            }
        }
    }
    all
}

/// Puts a thing where it is clear of the others, if there is room.
fn place(all: &mut Vec<Thing>, dice: &mut Dice, make: impl Fn(&mut Dice) -> Thing) {
    let high = WIDE * SIZE.1 as f32 / SIZE.0 as f32;
    for _ in 0..60 {
        let mut thing = make(dice);
        thing.centre = [dice.between(0.0, WIDE), dice.between(0.0, high)];
        if is_clear(&thing, all, high) {
            all.push(thing);
            return;
        }
    }
}

/// Whether it keeps its distance from the frame and from the others, shadows not counted.
fn is_clear(thing: &Thing, all: &[Thing], high: f32) -> bool {
    let reach = thing.reach();
    let steps = (2.0 * reach / 3.0).ceil() as i32;
    for i in 0..=steps {
        for j in 0..=steps {
            let x = thing.centre[0] - reach + 3.0 * i as f32;
            let y = thing.centre[1] - reach + 3.0 * j as f32;
            let near = [(0.0, 0.0), (1.5, 0.0), (0.0, 1.5), (1.5, 1.5)];
            if !near.iter().any(|(dx, dy)| thing.covers(x + dx, y + dy)) {
                continue;
            }
            if x < GAP || y < GAP || x > WIDE - GAP - 1.5 || y > high - GAP - 1.5 {
                return false;
            }
            let ring = (0..16).map(|k| (k as f32 * std::f32::consts::FRAC_PI_8).sin_cos());
            for (sin, cos) in ring {
                if all.iter().any(|t| t.covers(x + (GAP + 2.0) * cos, y + (GAP + 2.0) * sin) || t.covers(x, y)) {
                    return false;
                }
            }
        }
    }
    true
}

fn tilt(dice: &mut Dice) -> f32 {
    // Most people put sheets down nearly straight.
    let most: f32 = if dice.roll() < 0.7 { 8.0 } else { 45.0 };
    dice.between(-most, most).to_radians()
}

fn sheet(dice: &mut Dice, pictures: &[Rc<Raster>]) -> Thing {
    let look = if pictures.is_empty() || dice.roll() < 0.2 {
        Look::Plain([235.0, 228.0, 160.0])
    } else {
        Look::Picture(Rc::clone(&pictures[dice.below(pictures.len())]))
    };
    plain(dice, look)
}

fn plain(dice: &mut Dice, look: Look) -> Thing {
    let sizes = [[210.0, 148.0], [148.0, 105.0], [105.0, 148.0], [105.0, 74.0], [90.0, 130.0]];
    let size = sizes[dice.below(sizes.len())];
    Thing { centre: [0.0; 2], turn: tilt(dice), body: Body::Sheet { size, look }, height: dice.between(0.2, 1.2) }
}

fn card(dice: &mut Dice) -> Body {
    Body::Sheet { size: CARD, look: Look::Card((dice.roll() * 1e6) as u64) }
}

fn dark(dice: &mut Dice) -> Thing {
    let level = dice.between(14.0, 40.0);
    let size = [dice.between(30.0, 90.0), dice.between(30.0, 70.0)];
    let body = Body::Box { size, corner: dice.between(4.0, 15.0), colour: [level, level, level * 1.1] };
    Thing { centre: [0.0; 2], turn: dice.between(0.0, 3.1), body, height: dice.between(5.0, 20.0) }
}

fn clay(dice: &mut Dice) -> Thing {
    let colours =
        [[176.0, 98.0, 66.0], [140.0, 134.0, 126.0], [70.0, 110.0, 180.0], [200.0, 170.0, 60.0], [110.0, 60.0, 50.0]];
    let mut wave = |size: f32| [dice.between(0.0, size), dice.between(0.0, 6.3)];
    let waves = [wave(0.25), wave(0.15), wave(0.08)];
    let body = Body::Lump { radius: dice.between(14.0, 40.0), waves, colour: colours[dice.below(colours.len())] };
    Thing { centre: [0.0; 2], turn: 0.0, body, height: dice.between(8.0, 35.0) }
}

fn thin(dice: &mut Dice) -> Thing {
    let colours = [[220.0, 60.0, 50.0], [240.0, 200.0, 40.0], [30.0, 30.0, 34.0]];
    let (body, height) = if dice.roll() < 0.5 {
        (Body::Rod { size: [dice.between(90.0, 180.0), 7.0], colour: colours[dice.below(3)] }, 7.0)
    } else {
        let (length, width) = (dice.between(80.0, 200.0), dice.between(1.2, 2.5));
        (Body::Wire { length, width, wave: dice.between(2.0, 15.0) }, 2.0)
    };
    Thing { centre: [0.0; 2], turn: dice.between(0.0, 3.1), body, height }
}

/// Two sheets side by side without a gap, or one over the other's corner.
fn pair(all: &mut Vec<Thing>, dice: &mut Dice, load: Load, pictures: &[Rc<Raster>]) {
    let high = WIDE * SIZE.1 as f32 / SIZE.0 as f32;
    for _ in 0..200 {
        let (mut a, mut b) = (sheet(dice, pictures), sheet(dice, pictures));
        let (Body::Sheet { size: sa, .. }, Body::Sheet { size: sb, .. }) = (&a.body, &b.body) else { return };
        a.turn = dice.between(-8.0, 8.0f32).to_radians();
        let (sin, cos) = a.turn.sin_cos();
        let (u, v) = if load == Load::Touching {
            b.turn = a.turn;
            let slide = dice.between(0.2, 0.6) * sa[1].min(sb[1]) * if dice.roll() < 0.5 { -1.0 } else { 1.0 };
            (f32::midpoint(sa[0], sb[0]), slide)
        } else {
            b.turn = a.turn + dice.between(-15.0, 15.0f32).to_radians();
            let over = dice.between(0.1, 0.3);
            (
                f32::midpoint(sa[0], sb[0]) - over * sa[0].min(sb[0]),
                f32::midpoint(sa[1], sb[1]) - over * sa[1].min(sb[1]),
            )
        };
        a.centre = [dice.between(60.0, 300.0), dice.between(60.0, 250.0)];
        b.centre = [a.centre[0] + cos * u - sin * v, a.centre[1] + sin * u + cos * v];
        if is_clear(&a, &[], high) && is_clear(&b, &[], high) {
            all.extend([a, b]);
            return;
        }
    }
}

/// Paints a shot, and says which thing covers each pixel.
fn paint(mat: Mat, things: &[Thing], shot: &Shot, towards: [f32; 2], dice: &mut Dice) -> (Raster, Vec<u8>) {
    const SUB: [f32; 2] = [0.25, 0.75];
    let (w, h) = (SIZE.0 as usize, SIZE.1 as usize);
    let shadows = super::shadow::Shadows::cast(things, towards, dice);
    let mut samples = Vec::with_capacity(3 * w * h);
    let mut owner = Vec::with_capacity(w * h);
    for y in 0..h {
        for x in 0..w {
            let mut sum = [0.0f32; 3];
            let mut votes = [0u8; 32];
            for (sx, sy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let (mx, my) = ((x as f32 + SUB[sx]) / PER_MM, (y as f32 + SUB[sy]) / PER_MM);
                let top = things.iter().rposition(|t| t.covers(mx, my));
                let colour = top.map_or_else(|| mat.at(mx, my), |k| things[k].colour(mx, my, towards));
                let shade = shadows.light(mx, my, top);
                (0..3).for_each(|c| sum[c] += colour[c] * shade / 4.0);
                votes[top.map_or(0, |k| k + 1)] += 1;
            }
            let gain = shot.gain(2.0 * x as f32 / w as f32 - 1.0, 2.0 * y as f32 / h as f32 - 1.0);
            let pixel: Colour = std::array::from_fn(|c| sum[c] * gain[c] + shot.noise * dice.normal());
            samples.extend(pixel.map(|v| v.round().clamp(0.0, 255.0) as u8));
            let best = (0..votes.len()).rev().max_by_key(|&k| votes[k]).unwrap_or(0);
            owner.push(best as u8);
        }
    }
    // A lens and the sensor's colour filter spread each point a little.
    let samples = soft(&samples, w, h);
    (Raster::new(SIZE.0, SIZE.1, Channels::Rgb, samples).expect("three samples for each pixel"), owner)
}

/// A blur by 1-2-1 both ways.
fn soft(samples: &[u8], w: usize, h: usize) -> Vec<u8> {
    let at = |x: usize, y: usize, c: usize| u32::from(samples[3 * (y * w + x) + c]);
    let mut out = Vec::with_capacity(samples.len());
    for y in 0..h {
        let (up, down) = (y.saturating_sub(1), (y + 1).min(h - 1));
        for x in 0..w {
            let (left, right) = (x.saturating_sub(1), (x + 1).min(w - 1));
            for c in 0..3 {
                let row = |y: usize| at(left, y, c) + 2 * at(x, y, c) + at(right, y, c);
                out.push(((row(up) + 2 * row(y) + row(down) + 8) / 16) as u8);
            }
        }
    }
    out
}
