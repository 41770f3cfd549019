//! A spread composed from two pages under a scanner or camera: each side with its own skew, a shadow in the fold, paper
//! edges, backing, light and noise, sometimes ink across the fold. The gutter is known exactly.

use super::pages::{Page, sample};
use crate::picture::{turned, turned_quad};
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Point, Quad, Resolution, Turn};
use scantrail_testkit::seed::Seed;

/// Pixels per millimetre of a capture: 150 dpi.
pub(super) const PER_MM: f64 = 150.0 / 25.4;
/// Books: width and height of one page.
const BOOKS_MM: [(f64, f64); 3] = [(148.0, 210.0), (165.0, 210.0), (105.0, 148.0)];
/// Shares of spreads without a shadow, with a backing around them, with ink across the fold, lying turned by a quarter.
const SHADOWLESS: f64 = 0.15;
const BACKED: f64 = 0.5;
const CROSSED: f64 = 0.2;
const TURNED: f64 = 0.2;
/// A shadow of less than this share of the light is faint.
const DEEP: f64 = 0.12;

/// A stroke across the fold.
#[derive(Debug, Clone, Copy)]
struct Stroke {
    /// Millimetres below the middle of the book, and by how much it falls to the right.
    v: f64,
    slope: f64,
    thick: f64,
    reach: [f64; 2],
    level: f64,
}

/// How a book lies and what light falls on it; lengths in millimetres.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    page: (f64, f64),
    /// Of the whole book, in degrees, clockwise.
    slant: f64,
    /// Of the print on each side.
    turns: [f64; 2],
    depth: f64,
    wide: f64,
    /// Around the book, and how bright it is; the frame cuts the book where there is none.
    backing: Option<(f64, f64)>,
    strokes: Vec<Stroke>,
    light: (f64, f64),
    noise: f64,
    turn: Turn,
}

/// What is true about a capture, in its pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truth {
    /// The two ends of the fold.
    pub(super) gutter: [Point; 2],
    /// Whether ink runs across it.
    pub(super) crossed: bool,
}

impl Spread {
    /// A spread of two of the pages, and the capture of it.
    pub(super) fn throw(pages: &[Page], seed: Seed) -> (Self, Raster) {
        let mut rng = seed.rng();
        let shadowless = rng.random_bool(SHADOWLESS);
        let apart = if shadowless { rng.random_range(1.5..4.0) } else { rng.random_range(0.0..1.5) };
        let first: f64 = rng.random_range(-1.5..1.5);
        let sign = if first > 0.0 { -1.0 } else { 1.0 };
        let backing = rng
            .random_bool(BACKED)
            .then(|| (rng.random_range(6.0..25.0), *[12.0, 40.0, 90.0].choose(&mut rng).unwrap_or(&12.0)));
        let strokes = if rng.random_bool(CROSSED) { rng.random_range(1..4) } else { 0 };
        let page = *BOOKS_MM.choose(&mut rng).unwrap_or(&BOOKS_MM[0]);
        let spread = Self {
            page,
            slant: if backing.is_some() { rng.random_range(-2.5..2.5) } else { rng.random_range(-0.8..0.8) },
            turns: [first, first + sign * apart],
            depth: if shadowless { 0.0 } else { rng.random_range(0.05..0.45) },
            wide: rng.random_range(2.0..9.0),
            backing,
            strokes: (0..strokes)
                .map(|_| Stroke {
                    v: rng.random_range(-0.4..0.4) * page.1,
                    slope: rng.random_range(-0.5..0.5),
                    thick: rng.random_range(0.8..6.0),
                    reach: [rng.random_range(9.0..30.0), rng.random_range(9.0..30.0)],
                    level: rng.random_range(40.0..120.0),
                })
                .collect(),
            light: (rng.random_range(-0.12..0.12), rng.random_range(-0.12..0.12)),
            noise: rng.random_range(0.5..4.0),
            turn: if rng.random_bool(TURNED) { Turn::Quarter } else { Turn::None },
        };
        // A side without anything on it says nothing if there is no shadow either.
        let usable: Vec<&Page> = pages
            .iter()
            .filter(|p| !shadowless || p.painted != Some(scantrail_testkit::paint::PageKind::Blank))
            .collect();
        let sides = [0, 1].map(|_| *usable.choose(&mut rng).expect("there are pages"));
        let capture = spread.capture(sides, seed.child(1));
        (spread, capture)
    }

    /// What it is counted under.
    pub(super) fn kind(&self) -> &'static str {
        match self.depth {
            0.0 => "no shadow, pages askew",
            depth if depth < DEEP => "faint shadow",
            _ => "shadow",
        }
    }

    pub(super) fn truth(&self) -> Truth {
        let half = self.page.1 / 2.0;
        let (w, h) = self.size();
        let (sin, cos) = self.slant.to_radians().sin_cos();
        let end = |v: f64| Point { x: f64::from(w) / 2.0 - sin * v * PER_MM, y: f64::from(h) / 2.0 + cos * v * PER_MM };
        let [a, b, ..] = turned_quad(&Quad([end(-half), end(half), end(half), end(-half)]), (w, h), self.turn).0;
        Truth { gutter: [a, b], crossed: !self.strokes.is_empty() }
    }

    /// Of the capture before it is turned by a quarter, in pixels.
    fn size(&self) -> (u32, u32) {
        let around = self.backing.map_or(-1.0, |(around, _)| around);
        let pixels = |length: f64| ((length + 2.0 * around) * PER_MM) as u32;
        (pixels(2.0 * self.page.0), pixels(self.page.1))
    }

    fn capture(&self, sides: [&Page; 2], seed: Seed) -> Raster {
        let (width, height) = self.size();
        let (sin, cos) = self.slant.to_radians().sin_cos();
        let mut rng = seed.rng();
        let mut samples = Vec::with_capacity((width * height) as usize);
        for y in 0..height {
            for x in 0..width {
                let (dx, dy) =
                    (f64::from(x) + 0.5 - f64::from(width) / 2.0, f64::from(y) + 0.5 - f64::from(height) / 2.0);
                let (u, v) = ((cos * dx + sin * dy) / PER_MM, (cos * dy - sin * dx) / PER_MM);
                let level = self.level(sides, u, v);
                let light = 1.0 + self.light.0 * dx / f64::from(width) + self.light.1 * dy / f64::from(height);
                let noise = (0..4).map(|_| rng.random::<f64>()).sum::<f64>() * 3f64.sqrt() - 12f64.sqrt();
                samples.push((level * light + self.noise * noise).round().clamp(0.0, 255.0) as u8);
            }
        }
        let raster = Raster::new(width, height, Channels::Grey, samples).expect("the samples were made from this size");
        let dpi = Dpi::new(150).expect("it is not zero");
        turned(&raster, self.turn).with_resolution(Some(Resolution::square(dpi)))
    }

    /// Brightness at a point of the book, from the middle of its fold.
    fn level(&self, sides: [&Page; 2], u: f64, v: f64) -> f64 {
        let (w, h) = self.page;
        if let Some((_, backing)) = self.backing
            && (u.abs() > w || v.abs() > h / 2.0)
        {
            return backing;
        }
        let shadow = 1.0 - self.depth * (-u.abs() / self.wide).exp();
        let stroke = self.strokes.iter().find(|s| {
            let off = (v - s.v - s.slope * u).abs() / s.slope.hypot(1.0);
            off < s.thick / 2.0 && u > -s.reach[0] && u < s.reach[1]
        });
        if let Some(stroke) = stroke {
            return stroke.level * shadow;
        }
        let side = usize::from(u >= 0.0);
        let (sin, cos) = self.turns[side].to_radians().sin_cos();
        let off = u - if side == 0 { -w / 2.0 } else { w / 2.0 };
        let (pu, pv) = (cos * off + sin * v, cos * v - sin * off);
        sample(&sides[side].picture, pu / w + 0.5, pv / h + 0.5) * shadow
    }
}

#[cfg(test)]
mod tests {
    use super::super::pages::painted;
    use super::*;
    use scantrail_testkit::paint::PageKind;

    #[test]
    fn the_fold_is_the_darkest_place_where_the_truth_says() {
        let pages = [PageKind::Blank, PageKind::Ruled].map(|kind| painted(kind, Seed(3)));
        let shadowed = (0..40u64)
            .map(|i| Spread::throw(&pages, Seed(i)))
            .filter(|(s, _)| s.depth > 0.2 && s.backing.is_none() && s.turn == Turn::None && s.strokes.is_empty());
        for (spread, capture) in shadowed.take(4) {
            let [a, b] = spread.truth().gutter;
            let middle = Point { x: f64::midpoint(a.x, b.x), y: f64::midpoint(a.y, b.y) };
            let level = |x: f64| {
                let rows = middle.y as u32 - 40..middle.y as u32 + 40;
                rows.map(|y| f64::from(capture.row(y)[x as usize])).sum::<f64>() / 80.0
            };
            assert!(level(middle.x) < level(middle.x - 60.0).min(level(middle.x + 60.0)) - 10.0, "{spread:?}");
        }
    }
}
