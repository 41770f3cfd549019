//! Painted things that lie on a mat: sheets, dark objects, clay, thin things, a card. They must not know the mat.

use super::dice::Dice;
use super::mats::Colour;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Point, Quad};
use std::rc::Rc;

/// A thing in a place.
#[derive(Clone)]
pub(crate) struct Thing {
    /// Its middle, in millimetres.
    pub(crate) centre: [f32; 2],
    /// Its turn, clockwise, in radians.
    pub(crate) turn: f32,
    pub(crate) body: Body,
    /// How high it stands, in millimetres: it decides its shadow.
    pub(crate) height: f32,
}

/// What it is, in its own millimetres around its middle.
#[derive(Clone)]
pub(crate) enum Body {
    /// A sheet of this width and height.
    Sheet { size: [f32; 2], look: Look },
    /// A shape by its radius over the angle: the mean, and three waves of it with their phases.
    Lump { radius: f32, waves: [[f32; 2]; 3], colour: Colour },
    /// A rounded box.
    Box { size: [f32; 2], corner: f32, colour: Colour },
    /// A rod of this length and width.
    Rod { size: [f32; 2], colour: Colour },
    /// A wavy wire: length, width, wave.
    Wire { length: f32, width: f32, wave: f32 },
}

/// What a sheet shows.
#[derive(Clone)]
pub(crate) enum Look {
    Picture(Rc<Raster>),
    Plain(Colour),
    /// Faint pencil lines on white.
    Pencil,
    /// A code of 40 mm at the left, words at the right.
    Card(u64),
}

/// The modules of a painted code, its side and its place on a card of 85 × 54 mm.
const MODULES: f32 = 25.0;
const CODE: f32 = 40.0;
const CODE_AT: f32 = 7.0;
pub(crate) const CARD: [f32; 2] = [85.0, 54.0];

impl Thing {
    fn to_own(&self, x: f32, y: f32) -> [f32; 2] {
        let (sin, cos) = self.turn.sin_cos();
        let (dx, dy) = (x - self.centre[0], y - self.centre[1]);
        [cos * dx + sin * dy, cos * dy - sin * dx]
    }

    /// No part is further from the middle than this.
    pub(crate) fn reach(&self) -> f32 {
        match &self.body {
            Body::Sheet { size, .. } | Body::Box { size, .. } | Body::Rod { size, .. } => {
                size[0].hypot(size[1]) / 2.0 + 0.5
            }
            Body::Lump { radius, .. } => radius * 1.7,
            Body::Wire { length, width, wave } => length / 2.0 + width + wave,
        }
    }

    /// Whether it covers a place.
    pub(crate) fn covers(&self, x: f32, y: f32) -> bool {
        let (dx, dy) = (x - self.centre[0], y - self.centre[1]);
        let reach = self.reach();
        if dx * dx + dy * dy > reach * reach {
            return false;
        }
        let [u, v] = self.to_own(x, y);
        match &self.body {
            Body::Sheet { size, .. } => u.abs() <= size[0] / 2.0 && v.abs() <= size[1] / 2.0,
            Body::Lump { .. } => self.lump_depth(u, v) < 1.0,
            Body::Box { size, corner, .. } => {
                let (a, b) = (u.abs() - size[0] / 2.0 + corner, v.abs() - size[1] / 2.0 + corner);
                a.max(0.0).hypot(b.max(0.0)) <= *corner
            }
            Body::Rod { size, .. } => u.abs() <= size[0] / 2.0 && v.abs() <= size[1] / 2.0,
            Body::Wire { length, width, wave } => {
                let t = u / length * 9.0;
                // The distance across a slope is less than the height above it.
                let slope = wave * t.cos() * 9.0 / length;
                u.abs() <= length / 2.0 && (v - wave * t.sin()).abs() <= width / 2.0 * (1.0 + slope * slope).sqrt()
            }
        }
    }

    /// 0 in the middle of a lump, 1 at its edge.
    fn lump_depth(&self, u: f32, v: f32) -> f32 {
        let Body::Lump { radius, waves, .. } = &self.body else { return 0.0 };
        let angle = v.atan2(u);
        let waves = waves.iter().zip([2.0, 3.0, 5.0]);
        let edge = radius * (1.0 + waves.map(|([size, phase], k)| size * (k * angle + phase).cos()).sum::<f32>());
        u.hypot(v) / edge
    }

    /// Its colour at a place that it covers, under a light from `towards` (a direction of length 1).
    pub(crate) fn colour(&self, x: f32, y: f32, towards: [f32; 2]) -> Colour {
        let [u, v] = self.to_own(x, y);
        match &self.body {
            Body::Sheet { size, look } => look.at(u + size[0] / 2.0, v + size[1] / 2.0, *size),
            Body::Lump { colour, .. } => {
                let depth = self.lump_depth(u, v).min(1.0);
                let away = u.hypot(v).max(1e-3);
                let (sin, cos) = self.turn.sin_cos();
                let (nx, ny) = ((cos * u - sin * v) / away, (sin * u + cos * v) / away);
                let facing = nx * towards[0] + ny * towards[1];
                let steep = depth.powi(3);
                colour.map(|c| c * (0.95 + 0.4 * facing * steep - 0.15 * steep))
            }
            Body::Box { colour, .. } => colour.map(|c| c * (1.0 + 0.001 * u)),
            Body::Rod { size, colour } => {
                let round = 1.0 - 0.5 * (2.0 * v / size[1]).powi(2);
                let tip = if u > size[0] / 2.0 - 18.0 { [210.0, 170.0, 120.0] } else { *colour };
                tip.map(|c| c * round)
            }
            Body::Wire { .. } => [70.0, 64.0, 60.0],
        }
    }

    /// Where the code of a card lies, in millimetres.
    pub(crate) fn code(&self) -> Option<Quad> {
        let Body::Sheet { size, look: Look::Card(_) } = &self.body else { return None };
        let (l, t) = (CODE_AT - size[0] / 2.0, CODE_AT - size[1] / 2.0);
        let (sin, cos) = self.turn.sin_cos();
        let corners = [(l, t), (l + CODE, t), (l + CODE, t + CODE), (l, t + CODE)];
        Some(Quad(corners.map(|(u, v)| Point {
            x: f64::from(self.centre[0] + cos * u - sin * v),
            y: f64::from(self.centre[1] + sin * u + cos * v),
        })))
    }

    /// Whether it is so thin that its area says little.
    pub(crate) fn is_thin(&self) -> bool {
        matches!(self.body, Body::Rod { .. } | Body::Wire { .. })
    }

    pub(crate) fn is_card(&self) -> bool {
        matches!(self.body, Body::Sheet { look: Look::Card(_), .. })
    }
}

const PAPER: Colour = [240.0, 240.0, 236.0];

impl Look {
    fn at(&self, u: f32, v: f32, size: [f32; 2]) -> Colour {
        match self {
            Self::Plain(colour) => *colour,
            Self::Picture(picture) => {
                let x = (u / size[0] * picture.width() as f32).clamp(0.0, picture.width() as f32 - 1.0);
                let y = (v / size[1] * picture.height() as f32).clamp(0.0, picture.height() as f32 - 1.0);
                let row = picture.row(y as u32);
                match picture.channels() {
                    Channels::Grey => [f32::from(row[x as usize]); 3],
                    Channels::Rgb => std::array::from_fn(|c| f32::from(row[3 * x as usize + c])),
                }
            }
            Self::Pencil => {
                let line = (v - 20.0).rem_euclid(9.0);
                let wave = 2.0 + 1.5 * (u * 1.3 + (v / 9.0).floor() * 2.0).sin();
                let on = (line - wave).abs() < 0.35 && v > 20.0 && u > 15.0 && u < size[0] - 15.0;
                if on { PAPER.map(|c| c * 0.82) } else { PAPER }
            }
            Self::Card(seed) => {
                let (m, n) = ((u - CODE_AT) / CODE * MODULES, (v - CODE_AT) / CODE * MODULES);
                let inside = (0.0..MODULES).contains(&m) && (0.0..MODULES).contains(&n);
                let dark = inside && Dice::hash(*seed as i64 + m as i64, n as i64) < 0.5;
                let word = u > 52.0
                    && u < 78.0
                    && (v - 12.0).rem_euclid(10.0) < 4.0
                    && Dice::hash((u * 1.5) as i64, (v / 10.0) as i64) < 0.6;
                if dark || word { [30.0; 3] } else { PAPER }
            }
        }
    }
}
