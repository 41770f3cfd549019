//! Painted pages for tests: a scene is a function of page coordinates, so every turn and place is known exactly.

pub(crate) mod curl;
pub(crate) mod items;
pub(crate) mod shade;

use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Angle, Dpi, Resolution};

/// The resolution of painted pages: coarse enough to paint quickly.
pub(crate) const DPI: u16 = 150;
/// A4 at [`DPI`].
pub(crate) const A4: (u32, u32) = (1240, 1754);

/// A repeatable source of numbers.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Evenly in 0..1.
    pub(crate) fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Pixels per millimetre of painted pages.
pub(crate) fn mm(length: f64) -> f64 {
    length * f64::from(DPI) / 25.4
}

/// A number in 0..1 that depends on its two arguments alone.
fn hash(a: i64, b: i64) -> f64 {
    let mut v = (a as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (b as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    v ^= v >> 29;
    v = v.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    v ^= v >> 32;
    (v >> 11) as f64 / (1u64 << 53) as f64
}

/// Brightness 0..=255 at a point of the upright page, in its pixels.
pub(crate) type Scene = Box<dyn Fn(f64, f64) -> f64>;

pub(crate) const PAPER: f64 = 238.0;

pub(crate) fn empty() -> Scene {
    Box::new(|_, _| PAPER)
}

/// The darker of two scenes.
pub(crate) fn over(a: Scene, b: Scene) -> Scene {
    Box::new(move |x, y| a(x, y).min(b(x, y)))
}

/// Lines across (and down, if `squared`), every `pitch` millimetres.
pub(crate) fn ruled(pitch: f64, level: f64, squared: Squared) -> Scene {
    let pitch = mm(pitch);
    Box::new(move |x, y| {
        let on = |v: f64| (v + pitch / 2.0).rem_euclid(pitch) < mm(0.3);
        if on(y) || (squared == Squared::Yes && on(x)) { level } else { PAPER }
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Squared {
    Yes,
    No,
}

/// Something like print between `margin` and the far margins: strokes, bowls, ascenders, blanks.
pub(crate) fn text(margin: f64, level: f64) -> Scene {
    let (w, h, margin) = (f64::from(A4.0), f64::from(A4.1), mm(margin));
    let (pitch, x_height, cell) = (mm(6.0), mm(2.0), mm(1.7));
    Box::new(move |x, y| {
        if x < margin || y < margin || x > w - margin || y > h - margin {
            return PAPER;
        }
        let (line, column) = ((y / pitch).floor(), (x / cell).floor());
        let kind = hash(line as i64, column as i64);
        let (u, v) = ((x / cell).fract(), (y.rem_euclid(pitch) - mm(2.5)) / x_height);
        let body = (0.0..1.0).contains(&v);
        let stem = u < 0.22;
        let dark = match kind {
            k if k < 0.16 => false,
            k if k < 0.45 => body && (stem || (u < 0.8 && !(0.18..0.82).contains(&v))),
            k if k < 0.70 => body && (stem || (0.55..0.77).contains(&u)),
            k if k < 0.85 => (-0.6..1.0).contains(&v) && stem,
            _ => (0.0..1.5).contains(&v) && stem || body && u < 0.7 && v > 0.85,
        };
        if dark { level } else { PAPER }
    })
}

/// A straight stroke between two points given in millimetres.
pub(crate) fn stroke(from: (f64, f64), to: (f64, f64), width: f64, level: f64) -> Scene {
    let (ax, ay, bx, by) = (mm(from.0), mm(from.1), mm(to.0), mm(to.1));
    let reach = mm(width) / 2.0;
    Box::new(move |x, y| {
        let (dx, dy) = (bx - ax, by - ay);
        let t = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
        if (x - ax - t * dx).hypot(y - ay - t * dy) <= reach { level } else { PAPER }
    })
}

/// A disc; place and diameter in millimetres.
pub(crate) fn disc(centre: (f64, f64), diameter: f64, level: f64) -> Scene {
    let (cx, cy, r) = (mm(centre.0), mm(centre.1), mm(diameter) / 2.0);
    Box::new(move |x, y| if (x - cx).hypot(y - cy) <= r { level } else { PAPER })
}

/// How a scene is captured.
#[derive(Clone, Copy)]
pub(crate) struct Capture {
    /// The turn of the page, clockwise.
    pub(crate) degrees: f64,
    /// Standard deviation of the noise in grey levels.
    pub(crate) noise: f64,
    /// Share of the light that is lost from the left to the right edge.
    pub(crate) shading: f64,
    /// What surrounds the sheet; `None`: more paper.
    pub(crate) backing: Option<f64>,
    /// Millimetres of backing on each side of the (unturned) sheet.
    pub(crate) border: f64,
}

impl Default for Capture {
    fn default() -> Self {
        Self { degrees: 0.0, noise: 1.5, shading: 0.0, backing: None, border: 0.0 }
    }
}

impl Capture {
    /// Turned by `degrees`, with noise and shading.
    pub(crate) fn turned(degrees: f64) -> Self {
        Self { degrees, shading: 0.12, noise: 3.0, ..Self::default() }
    }

    /// Paints an A4 scene in grey.
    pub(crate) fn of(self, scene: &Scene) -> Raster {
        self.of_view(scene)
    }

    /// The same for a scene that is only borrowed.
    pub(crate) fn of_view(self, scene: &dyn Fn(f64, f64) -> f64) -> Raster {
        let (w, h) = (f64::from(A4.0), f64::from(A4.1));
        let border = mm(self.border);
        let (width, height) = ((w + 2.0 * border) as u32, (h + 2.0 * border) as u32);
        let (sin, cos) = Angle::from_degrees(self.degrees).radians().sin_cos();
        let (cx, cy) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
        let at = |x: f64, y: f64| {
            let (dx, dy) = (x - cx, y - cy);
            let (px, py) = (cos * dx + sin * dy + w / 2.0, cos * dy - sin * dx + h / 2.0);
            let off_sheet = px < 0.0 || py < 0.0 || px >= w || py >= h;
            match self.backing {
                Some(level) if off_sheet => level,
                _ => scene(px, py),
            }
        };
        let mut dice = Dice::new(7 + (self.degrees * 1000.0).abs() as u64);
        let mut samples = Vec::with_capacity((width * height) as usize);
        for y in 0..height {
            for x in 0..width {
                let (x, y) = (f64::from(x), f64::from(y));
                let mean = f64::midpoint(at(x + 0.25, y + 0.75), at(x + 0.75, y + 0.25));
                let light = 1.0 - self.shading * x / f64::from(width);
                let noise = (dice.roll() + dice.roll() + dice.roll() - 1.5) * 2.0 * self.noise;
                samples.push((mean * light + noise).round().clamp(0.0, 255.0) as u8);
            }
        }
        let dpi = Dpi::new(DPI).expect("not zero");
        Raster::new(width, height, Channels::Grey, samples).unwrap().with_resolution(Some(Resolution::square(dpi)))
    }
}

/// Soft blobs of many sizes, dark and light: a painting. Not paper anywhere.
pub(crate) fn painting(seed: i64) -> Scene {
    Box::new(move |x, y| {
        let mut level = 110.0;
        for blob in 0..24 {
            let (cx, cy) = (hash(seed, blob) * 1240.0, hash(seed, blob + 100) * 1754.0);
            let size = 60.0 + 300.0 * hash(seed, blob + 200);
            let strength = (hash(seed, blob + 300) - 0.5) * 180.0;
            level += strength * (-((x - cx).powi(2) + (y - cy).powi(2)) / (size * size)).exp();
        }
        level.clamp(5.0, 250.0)
    })
}
