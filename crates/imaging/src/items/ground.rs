//! What every place would look like without items, and how far what is seen is from that.
//!
//! With a model of the empty mat the expectation is that picture under today's light; without one it is the few
//! colours that the border shows all around. It knows no items.

use super::colour::{Apart, ColourPlane, LIFT, Rgb, log_of};
use super::light::{Degree, Light};
use super::mat::MatModel;
use super::palette::Palette;

/// Width of the ring along the frame that is mostly mat, as a share of the shorter side: 6 mm on a mat of A3. Papers are
/// often laid closer to the frame than 15 mm, and would count as mat.
const RING: f32 = 0.02;
/// A place further than this from the expectation, in standard deviations, may be something…
pub(super) const LOW: f32 = 4.0;
/// …and beyond this it is.
pub(super) const HIGH: f32 = 7.0;
/// A model is trusted if at least this share of the ring looks as expected.
const LEAST_TRUST: f32 = 0.5;
/// How far a knocked camera may have moved since the mat was learnt, in working pixels: 6 mm on a mat of A3.
const MOST_SHIFT: i32 = 12;
/// A shift must lower the difference to this share to be believed: a plain mat looks the same at every shift.
const SHIFT_GAIN: f32 = 0.85;
/// Widths (logarithms) of the robust fits of the light, from coarse to fine.
const FITS: [(Degree, f32); 5] = [
    (Degree::Constant, 0.4),
    (Degree::Plane, 0.25),
    (Degree::Quadratic, 0.15),
    (Degree::Quadratic, 0.08),
    (Degree::Quadratic, 0.05),
];

/// What the expectation was learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearntFrom {
    /// The model of the empty mat.
    Model,
    /// The border of the picture itself: no model was given.
    Border,
    /// The border: a model was given, but this is another mat, or the camera has moved.
    BorderInsteadOfModel,
}

/// Every place compared with the expectation.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) width: usize,
    pub(super) height: usize,
    /// How far from the expectation, in standard deviations.
    pub(super) score: Vec<f32>,
    /// In which direction.
    pub(super) apart: Vec<Apart>,
    /// Seen less expected, in 8-bit values.
    pub(super) residual: Vec<Rgb>,
    /// Whether it is no further in colour than a shadow would be, and not brighter.
    pub(super) shade: Vec<bool>,
    /// Standard deviation of the brightness (logarithm) of what is expected.
    pub(super) noise: Vec<f32>,
    pub(super) learnt: LearntFrom,
}

/// One place compared.
pub(super) struct Judged {
    pub(super) apart: Apart,
    pub(super) noise: Rgb,
    pub(super) expected: Rgb,
    pub(super) score: f32,
    /// Whether it is what is expected there, or next to it, under less light.
    pub(super) shade: bool,
}

/// Distance in standard deviations.
pub(super) fn score(apart: Apart, noise: Rgb) -> f32 {
    let [l, r, b] = [apart.light / noise[0], apart.red / noise[1], apart.blue / noise[2]];
    (l * l + r * r + b * b).sqrt()
}

impl Ground {
    /// Compares; `None` if the border shows no common background.
    pub(super) fn measure(plane: &ColourPlane, mat: Option<&MatModel>) -> Option<Self> {
        let fits = |m: &&MatModel| m.plane.width == plane.width && m.plane.height == plane.height;
        if let Some(model) = mat.filter(fits).and_then(|model| Lit::new(plane, model)) {
            return Some(Self::judge(plane, LearntFrom::Model, |x, y, seen| model.judge(x, y, seen)));
        }
        let palette = Palette::learn(plane, &ring(plane))?;
        let learnt = if mat.is_some() { LearntFrom::BorderInsteadOfModel } else { LearntFrom::Border };
        let mut light = Coarse::default();
        light.fill(&palette.light, plane);
        Some(Self::judge(plane, learnt, |x, y, seen| palette.judge(seen, light.at(x, y))))
    }

    fn judge(plane: &ColourPlane, learnt: LearntFrom, judge: impl Fn(usize, usize, Rgb) -> Judged) -> Self {
        let (width, height) = (plane.width, plane.height);
        let n = width * height;
        let mut ground = Self {
            width,
            height,
            score: Vec::with_capacity(n),
            apart: Vec::with_capacity(n),
            residual: Vec::with_capacity(n),
            shade: Vec::with_capacity(n),
            noise: Vec::with_capacity(n),
            learnt,
        };
        for (y, row) in plane.pixels.chunks_exact(width).enumerate() {
            for (x, &pixel) in row.iter().enumerate() {
                let judged = judge(x, y, log_of(pixel));
                ground.score.push(judged.score);
                ground.apart.push(judged.apart);
                ground.shade.push(judged.shade);
                ground.noise.push(judged.noise[0]);
                ground.residual.push(std::array::from_fn(|c| f32::from(pixel[c]) + LIFT - judged.expected[c].exp()));
            }
        }
        ground
    }
}

/// The darkest shadow keeps this much of the light: daylight and the walls fill the rest.
const DARKEST_SHADE: f32 = 0.3;
/// A shadow's own tint, as a share of the light it takes: it is lit by the walls and the sky instead of the lamp.
const SHADE_TINT: f32 = 0.12;
/// What rounding and compression add to each channel, in 8-bit values.
const ROUNDING: f32 = 2.0;

/// Whether a place is what is expected there under less light: all channels lose the same share.
pub(super) fn is_shade(seen: Rgb, expected: Rgb, noise: Rgb) -> bool {
    let value = |v: f32| (v.exp() - LIFT).max(1.0);
    let (seen, expected) = (seen.map(value), expected.map(value));
    let both: f32 = (0..3).map(|c| seen[c] * expected[c]).sum();
    let kept = both / expected.map(|v| v * v).iter().sum::<f32>();
    (DARKEST_SHADE..1.0).contains(&kept)
        && (0..3).all(|c| {
            let noise = 3.0 * (noise[0] + noise[1].max(noise[2])) * (kept * expected[c] + LIFT);
            (seen[c] - kept * expected[c]).abs() <= ROUNDING + noise + SHADE_TINT * (1.0 - kept) * expected[c]
        })
}

/// The working pixels along the frame, thinned out.
pub(super) fn ring(plane: &ColourPlane) -> Vec<usize> {
    let (w, h) = (plane.width, plane.height);
    let wide = ((w.min(h) as f32 * RING) as usize).max(2);
    let inside = |x: usize, y: usize| x < wide || y < wide || x + wide >= w || y + wide >= h;
    (0..h)
        .flat_map(|y| (0..w).map(move |x| (x, y)))
        .filter(|&(x, y)| (x + 2 * y) % 5 == 0 && inside(x, y))
        .map(|(x, y)| y * w + x)
        .collect()
}

/// A light surface computed once for blocks of four by four.
#[derive(Debug, Default)]
struct Coarse {
    columns: usize,
    values: Vec<Rgb>,
}

impl Coarse {
    const BLOCK: usize = 4;

    fn fill(&mut self, light: &Light, plane: &ColourPlane) {
        let (columns, rows) = (plane.width.div_ceil(Self::BLOCK), plane.height.div_ceil(Self::BLOCK));
        self.columns = columns;
        let at = |i: usize| light.at(i % columns * Self::BLOCK + 2, i / columns * Self::BLOCK + 2);
        self.values = (0..rows * columns).map(at).collect();
    }

    fn at(&self, x: usize, y: usize) -> Rgb {
        self.values[y / Self::BLOCK * self.columns + x / Self::BLOCK]
    }
}

/// The model of the empty mat under today's light and at today's place.
struct Lit<'a> {
    model: &'a MatModel,
    shift: (i32, i32),
    light: Coarse,
}

impl<'a> Lit<'a> {
    /// `None` if the ring does not look like the model under any light.
    fn new(plane: &ColourPlane, model: &'a MatModel) -> Option<Self> {
        let ring = ring(plane);
        let mut lit = Self { model, shift: (0, 0), light: Coarse::default() };
        let mut light = Light::even(plane.width, plane.height, lit.median(plane, &ring));
        lit.shift = lit.best_shift(plane, &light);
        light = Light::even(plane.width, plane.height, lit.median(plane, &ring));
        let everywhere: Vec<usize> = (0..plane.pixels.len()).step_by(7).collect();
        for (round, (degree, wide)) in FITS.into_iter().enumerate() {
            let places = if round < 2 { &ring } else { &everywhere };
            let points: Vec<_> = places.iter().map(|&i| lit.weighed(plane, &light, i, wide)).collect();
            light = light.fitted(&points, degree);
        }
        lit.light.fill(&light, plane);
        let expected = |&&i: &&usize| {
            let (x, y) = (i % plane.width, i / plane.width);
            lit.judge(x, y, log_of(plane.pixels[i])).score < HIGH
        };
        (ring.iter().filter(expected).count() as f32 >= LEAST_TRUST * ring.len() as f32).then_some(lit)
    }

    /// The model's colour at a place of the picture.
    fn pixel(&self, x: i32, y: i32) -> [u8; 3] {
        let plane = &self.model.plane;
        let x = (x + self.shift.0).clamp(0, plane.width as i32 - 1) as usize;
        let y = (y + self.shift.1).clamp(0, plane.height as i32 - 1) as usize;
        plane.pixels[y * plane.width + x]
    }

    fn difference(&self, plane: &ColourPlane, i: usize) -> Rgb {
        let model = log_of(self.pixel((i % plane.width) as i32, (i / plane.width) as i32));
        let seen = log_of(plane.pixels[i]);
        std::array::from_fn(|c| seen[c] - model[c])
    }

    fn median(&self, plane: &ColourPlane, places: &[usize]) -> Rgb {
        std::array::from_fn(|c| {
            let mut values: Vec<f32> = places.iter().map(|&i| self.difference(plane, i)[c]).collect();
            let middle = values.len() / 2;
            *values.select_nth_unstable_by(middle, f32::total_cmp).1
        })
    }

    /// A difference with Tukey's weight for its distance from the surface so far.
    fn weighed(&self, plane: &ColourPlane, light: &Light, i: usize, wide: f32) -> (usize, usize, Rgb, f32) {
        let (x, y) = (i % plane.width, i / plane.width);
        let (difference, level) = (self.difference(plane, i), light.at(x, y));
        let away = (0..3).map(|c| (difference[c] - level[c]).abs()).fold(0.0, f32::max) / wide;
        let weight = if away < 1.0 { (1.0 - away * away).powi(2) } else { 0.0 };
        (x, y, difference, weight)
    }

    /// Where the model fits best, if that is clearly not where it was learnt.
    fn best_shift(&mut self, plane: &ColourPlane, light: &Light) -> (i32, i32) {
        const CLIP: f32 = 0.15;
        let places: Vec<usize> = (0..plane.pixels.len()).step_by(41).collect();
        let level = light.at(0, 0);
        let mut cost = |shift| {
            self.shift = shift;
            let one = |&i: &usize| {
                let d = self.difference(plane, i);
                (0..3).map(|c| (d[c] - level[c]).abs()).fold(0.0, f32::max).min(CLIP)
            };
            places.iter().map(one).sum::<f32>()
        };
        let here = cost((0, 0));
        let mut best = (here, (0, 0));
        for (step, reach) in [(3, MOST_SHIFT), (1, 2)] {
            let (cx, cy) = best.1;
            for dy in (-reach..=reach).step_by(step) {
                for dx in (-reach..=reach).step_by(step) {
                    let shift = (cx + dx, cy + dy);
                    let c = cost(shift);
                    if c < best.0 {
                        best = (c, shift);
                    }
                }
            }
        }
        self.shift = (0, 0);
        if best.0 < SHIFT_GAIN * here { best.1 } else { (0, 0) }
    }

    /// The nearest of the model's colours at this place and next to it: a pixel of drift is no item.
    fn judge(&self, x: usize, y: usize, seen: Rgb) -> Judged {
        let light = self.light.at(x, y);
        let (mx, my) = (x as i32 + self.shift.0, y as i32 + self.shift.1);
        let noise = self.model.noise_at(
            mx.clamp(0, self.model.plane.width as i32 - 1) as usize,
            my.clamp(0, self.model.plane.height as i32 - 1) as usize,
        );
        // The model has noise of its own beside that of the picture.
        let noise = noise.map(|v| v * std::f32::consts::SQRT_2);
        let at = |dx: i32, dy: i32| {
            let model = log_of(self.pixel(x as i32 + dx, y as i32 + dy));
            let expected = std::array::from_fn(|c| model[c] + light[c]);
            let apart = Apart::between(seen, expected);
            Judged { apart, noise, expected, score: score(apart, noise), shade: false }
        };
        let mut best = at(0, 0);
        if best.score >= LOW {
            best.shade = is_shade(seen, best.expected, noise);
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)] {
                let other = at(dx, dy);
                let shade = best.shade || is_shade(seen, other.expected, noise);
                if other.score < best.score {
                    best = other;
                }
                best.shade = shade;
            }
        }
        best
    }
}
