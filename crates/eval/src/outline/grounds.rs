//! Painted desks without a page. They know no page and no camera.

use image::{Rgb, RgbImage};
use rand::Rng;

/// Kinds of painted desks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// Boards with grain.
    Wood,
    /// Woven, sometimes checked or striped.
    Cloth,
    /// Slate, black plastic.
    Dark,
    /// A light grey or beige table: little contrast to paper.
    Light,
    /// Books, pens, cups and other sheets on a table.
    Clutter,
}

impl Ground {
    pub(super) const ALL: [Self; 5] = [Self::Wood, Self::Cloth, Self::Dark, Self::Light, Self::Clutter];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Wood => "wood",
            Self::Cloth => "cloth",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Clutter => "clutter",
        }
    }

    pub(super) fn paint(self, (w, h): (u32, u32), rng: &mut impl Rng) -> RgbImage {
        let long = f64::from(w.max(h));
        match self {
            Self::Wood => wood((w, h), rng),
            Self::Cloth => cloth((w, h), rng),
            Self::Dark => plain((w, h), rng.random_range(12.0..70.0), 0.1, rng),
            Self::Light => plain((w, h), rng.random_range(130.0..205.0), 0.05, rng),
            Self::Clutter => {
                let mut picture = if rng.random_bool(0.5) {
                    wood((w, h), rng)
                } else {
                    plain((w, h), rng.random_range(40.0..190.0), 0.1, rng)
                };
                for _ in 0..rng.random_range(6..16) {
                    thing(&mut picture, long, rng);
                }
                picture
            }
        }
    }
}

fn colour(base: [f64; 3], factor: f64) -> Rgb<u8> {
    Rgb(base.map(|v| (v * factor).clamp(0.0, 255.0) as u8))
}

fn plain((w, h): (u32, u32), level: f64, hue: f64, rng: &mut impl Rng) -> RgbImage {
    let base = [0; 3].map(|_| level * rng.random_range(1.0 - hue..1.0 + hue));
    let (fx, fy, phase) = (rng.random_range(0.001..0.01), rng.random_range(0.001..0.01), rng.random_range(0.0..6.0));
    RgbImage::from_fn(w, h, |x, y| {
        let wave = (f64::from(x) * fx + phase).sin() * (f64::from(y) * fy).cos();
        colour(base, 1.0 + 0.03 * wave)
    })
}

fn wood((w, h): (u32, u32), rng: &mut impl Rng) -> RgbImage {
    let bases: [[f64; 3]; 4] = [[176.0, 128.0, 80.0], [120.0, 78.0, 46.0], [206.0, 176.0, 132.0], [84.0, 56.0, 40.0]];
    let base = bases[rng.random_range(0..bases.len())];
    let long = f64::from(w.max(h));
    let angle: f64 = rng.random_range(0.0..std::f64::consts::PI);
    let (sin, cos) = angle.sin_cos();
    let plank = long * rng.random_range(0.12..0.5);
    let (fine, wave, depth) =
        (rng.random_range(0.2..0.6), rng.random_range(0.002..0.008), rng.random_range(0.04..0.14));
    let shades: Vec<f64> = (0..64).map(|_| rng.random_range(0.86..1.1)).collect();
    RgbImage::from_fn(w, h, |x, y| {
        let (x, y) = (f64::from(x), f64::from(y));
        let (along, across) = (x * cos + y * sin + 3.0 * long, y * cos - x * sin + 3.0 * long);
        let number = (across / plank) as usize;
        let gap = across % plank < long * 0.002;
        let bent = across + 9.0 * (along * wave + number as f64 * 2.0).sin();
        let grain = (bent * fine).sin() * 0.6 + (bent * fine * 0.23 + along * 0.003).sin();
        let shade = shades[number % shades.len()] * (1.0 + depth * grain) * if gap { 0.5 } else { 1.0 };
        colour(base, shade)
    })
}

fn cloth((w, h): (u32, u32), rng: &mut impl Rng) -> RgbImage {
    let one = [0; 3].map(|_| rng.random_range(20.0..200.0));
    let other = [0; 3].map(|_| rng.random_range(20.0..225.0));
    let stripe = f64::from(w.max(h)) * rng.random_range(0.02..0.12);
    let (sin, cos) = rng.random_range(-0.6..0.6f64).sin_cos();
    let pattern = rng.random_range(0..3);
    RgbImage::from_fn(w, h, |x, y| {
        let (x, y) = (f64::from(x), f64::from(y));
        let (u, v) = (x * cos + y * sin + 1e4, y * cos - x * sin + 1e4);
        let odd = |t: f64| (t / stripe) as i64 % 2 == 1;
        let share = match pattern {
            0 => 0.0,
            1 => f64::from(u8::from(odd(u))),
            _ => f64::midpoint(f64::from(u8::from(odd(u))), f64::from(u8::from(odd(v)))),
        };
        let weave = 1.0 + 0.08 * (u * 1.1).sin() * (v * 1.1).sin();
        colour([0, 1, 2].map(|c| one[c] + share * (other[c] - one[c])), weave)
    })
}

/// A book, a pen, a cup, another sheet.
fn thing(picture: &mut RgbImage, long: f64, rng: &mut impl Rng) {
    let (w, h) = picture.dimensions();
    let (cx, cy) = (rng.random_range(0.0..f64::from(w)), rng.random_range(0.0..f64::from(h)));
    let (sin, cos) = rng.random_range(0.0..std::f64::consts::PI).sin_cos();
    let kind = rng.random_range(0..10);
    let pale = rng.random_range(185.0..250.0);
    let colours = [0; 3].map(|_| rng.random_range(10.0..240.0));
    let (half, thick, round, fill) = match kind {
        0..=2 => (rng.random_range(0.06..0.2) * long, rng.random_range(0.004..0.009) * long, false, colours),
        3 | 4 => {
            let radius = rng.random_range(0.02..0.07) * long;
            (radius, radius, true, colours)
        }
        5..=7 => (rng.random_range(0.06..0.18) * long, rng.random_range(0.05..0.14) * long, false, colours),
        _ => (rng.random_range(0.06..0.18) * long, rng.random_range(0.05..0.14) * long, false, [pale; 3]),
    };
    let reach = half.hypot(thick) + 1.0;
    let clip = |v: f64, most: u32| v.clamp(0.0, f64::from(most)) as u32;
    for y in clip(cy - reach, h)..clip(cy + reach, h) {
        for x in clip(cx - reach, w)..clip(cx + reach, w) {
            let (dx, dy) = (f64::from(x) + 0.5 - cx, f64::from(y) + 0.5 - cy);
            let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
            let within = if round { u.hypot(v) < half } else { u.abs() < half && v.abs() < thick };
            if within {
                picture.put_pixel(x, y, colour(fill, if v < 0.0 { 1.0 } else { 0.96 }));
            }
        }
    }
}
