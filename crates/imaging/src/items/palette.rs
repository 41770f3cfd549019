//! The background learnt from the picture's own border: a few colours under a smooth light. It knows no items.

use super::colour::{Apart, ColourPlane, Rgb, log_of};
use super::ground::{Judged, LOW, is_shade, score};
use super::light::{Degree, Light};

/// A cloth or a cutting mat shows this many colours at most.
const MOST_COLOURS: usize = 6;
/// A colour of the mat covers at least this share of the ring…
const LEAST_SHARE: f32 = 0.04;
/// …and shows in this many of the sectors of the ring: what lies at the frame shows in fewer.
const LEAST_SECTORS: u32 = 4;
const SECTORS: usize = 16;
/// Side of a cell of the histogram of colours (logarithms).
const CELL: f32 = 0.06;
/// Radius within which pixels belong to a colour while it is being learnt.
const RADIUS: f32 = 0.14;
/// The mat's colours together cover at least this share of the ring.
const LEAST_COVER: f32 = 0.8;
/// The least standard deviation of a colour: grain and light that the surface does not follow (1.5 %).
const LEAST_NOISE: f32 = 0.015;
/// Robust fits of the light over the ring, and then over all that looks like mat.
const FITS: [(Degree, f32); 4] =
    [(Degree::Plane, 0.3), (Degree::Quadratic, 0.2), (Degree::Quadratic, 0.12), (Degree::Quadratic, 0.08)];

/// Colours of the mat, and the light over them.
pub(super) struct Palette {
    colours: Vec<Colour>,
    pub(super) light: Light,
}

struct Colour {
    mean: Rgb,
    noise: Rgb,
}

impl Palette {
    /// `None` if the ring has no common colours.
    pub(super) fn learn(plane: &ColourPlane, ring: &[usize]) -> Option<Self> {
        let mut light = Light::even(plane.width, plane.height, [0.0; 3]);
        let mut colours = colours(plane, ring, &light)?;
        let everywhere: Vec<usize> = (0..plane.pixels.len()).step_by(7).collect();
        for (round, (degree, wide)) in FITS.into_iter().enumerate() {
            let places = if round == 0 { ring } else { &everywhere };
            light = refit(plane, places, &colours, &light, (degree, wide));
            colours = self::colours(plane, ring, &light)?;
        }
        Some(Self { colours, light })
    }

    /// The nearest colour.
    pub(super) fn judge(&self, seen: Rgb, light: Rgb) -> Judged {
        let mut judged = nearest(&self.colours, seen, light);
        judged.shade = judged.score >= LOW
            && self.colours.iter().any(|colour| {
                let expected = std::array::from_fn(|c| colour.mean[c] + light[c]);
                is_shade(seen, expected, colour.noise)
            });
        judged
    }
}

fn nearest(colours: &[Colour], seen: Rgb, light: Rgb) -> Judged {
    let one = |colour: &Colour| {
        let expected = std::array::from_fn(|c| colour.mean[c] + light[c]);
        let apart = Apart::between(seen, expected);
        Judged { apart, noise: colour.noise, expected, score: score(apart, colour.noise), shade: false }
    };
    let mut best = one(&colours[0]);
    for colour in &colours[1..] {
        let other = one(colour);
        if other.score < best.score {
            best = other;
        }
    }
    best
}

fn refit(
    plane: &ColourPlane,
    places: &[usize],
    colours: &[Colour],
    light: &Light,
    (degree, wide): (Degree, f32),
) -> Light {
    let point = |&i: &usize| {
        let (x, y) = (i % plane.width, i / plane.width);
        let (seen, level) = (log_of(plane.pixels[i]), light.at(x, y));
        let judged = nearest(colours, seen, level);
        let away = (0..3).map(|c| (seen[c] - judged.expected[c]).abs()).fold(0.0, f32::max) / wide;
        let weight = if away < 1.0 { (1.0 - away * away).powi(2) } else { 0.0 };
        let value = std::array::from_fn(|c| seen[c] - judged.expected[c] + level[c]);
        (x, y, value, weight)
    };
    light.fitted(&places.iter().map(point).collect::<Vec<_>>(), degree)
}

/// The colours of the ring under a light: again and again the densest cell and what is near it.
fn colours(plane: &ColourPlane, ring: &[usize], light: &Light) -> Option<Vec<Colour>> {
    let mut left: Vec<(usize, Rgb)> = ring
        .iter()
        .map(|&i| {
            let (x, y) = (i % plane.width, i / plane.width);
            let (seen, level) = (log_of(plane.pixels[i]), light.at(x, y));
            (sector(plane, x, y), std::array::from_fn(|c| seen[c] - level[c]))
        })
        .collect();
    let all = left.len() as f32;
    let mut found = Vec::new();
    let mut covered = 0;
    for _ in 0..2 * MOST_COLOURS {
        if found.len() == MOST_COLOURS || (left.len() as f32) < LEAST_SHARE * all {
            break;
        }
        let centre = densest(&left);
        let near = |v: &Rgb| (0..3).all(|c| (v[c] - centre[c]).abs() < RADIUS);
        let members: Vec<&(usize, Rgb)> = left.iter().filter(|(_, v)| near(v)).collect();
        let colour = Colour::of(&members);
        let sectors = members.iter().fold(0u32, |set, (sector, _)| set | 1 << sector).count_ones();
        let before = left.len();
        let belongs = |v: &Rgb| near(v) || score(Apart::between(*v, colour.mean), colour.noise) < 3.0;
        let enough = members.len() as f32 >= LEAST_SHARE * all && sectors >= LEAST_SECTORS;
        left.retain(|(_, v)| !belongs(v));
        if enough {
            covered += before - left.len();
            found.push(colour);
        }
    }
    (covered as f32 >= LEAST_COVER * all && !found.is_empty()).then_some(found)
}

/// Which of the sectors around the centre a place lies in.
fn sector(plane: &ColourPlane, x: usize, y: usize) -> usize {
    let (dx, dy) = (x as f32 / plane.width as f32 - 0.5, y as f32 / plane.height as f32 - 0.5);
    let share = dy.atan2(dx) / std::f32::consts::TAU + 0.5;
    ((share * SECTORS as f32) as usize).min(SECTORS - 1)
}

/// The mean of the fullest cell.
fn densest(values: &[(usize, Rgb)]) -> Rgb {
    let cell = |v: &Rgb| v.map(|v| (v / CELL).floor() as i32);
    let mut cells = std::collections::BTreeMap::<[i32; 3], (u32, Rgb)>::new();
    for (_, v) in values {
        let entry = cells.entry(cell(v)).or_default();
        entry.0 += 1;
        (0..3).for_each(|c| entry.1[c] += v[c]);
    }
    let fullest = cells.values().max_by_key(|(count, _)| *count).copied().unwrap_or((1, [0.0; 3]));
    fullest.1.map(|v| v / fullest.0 as f32)
}

impl Colour {
    fn of(members: &[&(usize, Rgb)]) -> Self {
        let n = members.len().max(1) as f32;
        let mut mean = [0.0; 3];
        for (_, v) in members {
            (0..3).for_each(|c| mean[c] += v[c] / n);
        }
        let mut squares = [0.0f32; 3];
        for (_, v) in members {
            let apart = Apart::between(*v, mean);
            for (sum, v) in squares.iter_mut().zip([apart.light, apart.red, apart.blue]) {
                *sum += v * v / n;
            }
        }
        Self { mean, noise: squares.map(|v| v.sqrt().max(LEAST_NOISE)) }
    }
}
