//! A painting: washes and brush strokes right up to the edge, and not one letter.

use super::Easel;
use crate::canvas::Colour;
use crate::geometry::A4_MM;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

const BRUSH: f64 = 9.0;

pub(super) fn paint(easel: &mut Easel<'_>) {
    let (width, height) = A4_MM;
    let horizon = easel.rng.random_range(130.0..190.0);
    let sky: Colour = if easel.rng.random_bool(0.7) { [120, 178, 222] } else { [240, 168, 120] };
    let grass: Colour = if easel.rng.random_bool(0.7) { [96, 160, 72] } else { [196, 176, 96] };
    wash(easel, (10.0, horizon), sky);
    wash(easel, (horizon, height - 9.0), grass);
    let sun = (easel.rng.random_range(40.0..170.0), easel.rng.random_range(35.0..60.0));
    daub(easel, sun, 17.0, [248, 206, 60]);
    for ray in 0..11 {
        let angle = f64::from(ray) * 0.571;
        let (sin, cos) = angle.sin_cos();
        let from = (sun.0 + cos * 20.0, sun.1 + sin * 20.0);
        easel.canvas.line(from, (sun.0 + cos * 30.0, sun.1 + sin * 30.0), 2.6, [248, 190, 50], 0.85);
    }
    house(easel, (easel.spec.seed.0 % 60) as f64 + 25.0, horizon + 12.0);
    for _ in 0..easel.rng.random_range(2..5) {
        let foot = (easel.rng.random_range(20.0..width - 20.0), horizon + easel.rng.random_range(20.0..70.0));
        tree(easel, foot);
    }
    for _ in 0..easel.rng.random_range(8..18) {
        let at = (easel.rng.random_range(16.0..width - 16.0), easel.rng.random_range(horizon + 55.0..height - 20.0));
        let petals = shade(&mut easel.rng, [225, 70, 110], 30);
        for petal in 0..5 {
            let (sin, cos) = (f64::from(petal) * 1.257).sin_cos();
            easel.canvas.ellipse((at.0 + cos * 2.6, at.1 + sin * 2.6), (2.0, 2.0), petals, 0.9);
        }
        easel.canvas.ellipse(at, (1.5, 1.5), [250, 220, 90], 1.0);
    }
}

/// Sideways strokes of a wide brush between two heights; the paper shows at the ends.
fn wash(easel: &mut Easel<'_>, (top, bottom): (f64, f64), colour: Colour) {
    let (width, _) = A4_MM;
    let mut y = top + BRUSH / 2.0;
    while y < bottom - BRUSH / 2.0 {
        let (mut x, end) = (easel.rng.random_range(5.0..11.0), width - easel.rng.random_range(5.0..11.0));
        let tint = shade(&mut easel.rng, colour, 16);
        while x < end {
            let next = (x + easel.rng.random_range(25.0..70.0)).min(end);
            let stroke = shade(&mut easel.rng, tint, 7);
            let rise = easel.rng.random_range(-1.5..1.5);
            easel.canvas.line((x, y), (next, y + rise), BRUSH, stroke, 0.82);
            x = next + 0.01;
        }
        y += BRUSH * easel.rng.random_range(0.55..0.75);
    }
}

/// A round patch of short strokes.
fn daub(easel: &mut Easel<'_>, centre: (f64, f64), radius: f64, colour: Colour) {
    easel.canvas.ellipse(centre, (radius * 0.9, radius * 0.9), colour, 0.8);
    for _ in 0..(radius * 2.5) as u32 {
        let (angle, reach) =
            (easel.rng.random_range(0.0..std::f64::consts::TAU), easel.rng.random_range(0.0..0.85) * radius);
        let at = (centre.0 + angle.cos() * reach, centre.1 + angle.sin() * reach);
        let end = (at.0 + easel.rng.random_range(-3.0..3.0), at.1 + easel.rng.random_range(-3.0..3.0));
        let stroke = shade(&mut easel.rng, colour, 18);
        easel.canvas.line(at, end, 3.4, stroke, 0.7);
    }
}

fn house(easel: &mut Easel<'_>, x: f64, ground: f64) {
    let (wide, tall) = (52.0, 42.0);
    let wall = shade(&mut easel.rng, [206, 120, 88], 25);
    let mut y = ground - tall;
    while y < ground {
        let brick = shade(&mut easel.rng, wall, 10);
        easel.canvas.line((x, y), (x + wide, y), 5.0, brick, 0.95);
        y += 4.0;
    }
    let roof = shade(&mut easel.rng, [120, 60, 60], 20);
    for course in 0..9 {
        let share = f64::from(course) / 8.0;
        let half = (wide / 2.0 + 6.0) * share;
        let y = ground - tall - 30.0 + share * 30.0;
        easel.canvas.line((x + wide / 2.0 - half, y), (x + wide / 2.0 + half, y), 4.5, roof, 0.95);
    }
    for window in [x + 12.0, x + wide - 12.0] {
        easel.canvas.line((window, ground - 34.0), (window, ground - 26.0), 9.0, [250, 238, 150], 0.95);
    }
    easel.canvas.line((x + wide / 2.0, ground - 15.0), (x + wide / 2.0, ground), 10.0, [90, 60, 44], 0.95);
}

fn tree(easel: &mut Easel<'_>, foot: (f64, f64)) {
    let height = easel.rng.random_range(30.0..50.0);
    easel.canvas.line(foot, (foot.0 + 1.5, foot.1 - height), 6.0, [110, 78, 50], 0.95);
    for (dx, dy) in [(-9.0, 0.0), (9.0, -1.0), (0.0, -9.0)] {
        daub(easel, (foot.0 + dx, foot.1 - height + dy), 13.0, [58, 124, 58]);
    }
}

/// A colour near another, as paint mixed by hand comes out.
fn shade(rng: &mut ChaCha8Rng, colour: Colour, by: i16) -> Colour {
    let light = rng.random_range(-by..=by);
    colour.map(|c| (i16::from(c) + light + rng.random_range(-by / 3..=by / 3)).clamp(0, 255) as u8)
}
