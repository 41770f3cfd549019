//! Painted pages under known light. It must not know how the light is taken out.

use image::RgbImage;
use rand::Rng as _;
use scantrail_testkit::seed::Seed;

/// Pixels per millimetre: A4 at 150 dpi.
pub(super) const PER_MM: f64 = 150.0 / 25.4;
/// Lines of writing every this many millimetres.
pub(super) const PITCH_MM: f64 = 9.0;
/// Half the height of a line's stroke.
pub(super) const HALF_STROKE_MM: f64 = 0.45;
/// What the lines are written with, in turn: shares of the paper's colour. Two pencils, then red, blue, green pens.
pub(super) const INKS: [[f64; 3]; 5] =
    [[0.92; 3], [0.85; 3], [0.85, 0.25, 0.28], [0.22, 0.30, 0.75], [0.20, 0.60, 0.35]];
/// How many of them are pencils.
pub(super) const PENCILS: usize = 2;
/// Where the photo is glued on: left, top, right, bottom in millimetres.
const PHOTO_MM: [f64; 4] = [70.0, 95.0, 150.0, 155.0];
/// What a page's paper is called, its colour, and whether a photo is glued on it.
pub(super) const PAPERS: [(&str, [f64; 3], Glued); 4] = [
    ("white", [236.0, 236.0, 234.0], Glued::Nothing),
    ("yellow", [250.0, 230.0, 140.0], Glued::Nothing),
    ("blue", [172.0, 214.0, 236.0], Glued::Nothing),
    ("photo", [236.0, 236.0, 234.0], Glued::Photo),
];
/// What the light is called, and its share at a point given as shares of width and height.
pub(super) type Lamp = fn(f64, f64) -> f64;
pub(super) const LAMPS: [(&str, Lamp); 7] = [
    ("even", |_, _| 1.0),
    ("falling off", |x, y| 1.0 - 0.35 * (0.6 * x + 0.4 * y)),
    ("lamp spot", |x, y| 0.62 + 0.38 * (-((x - 0.3).powi(2) + (y - 0.35).powi(2)) / 0.18).exp()),
    ("soft shadow", |x, y| 1.0 - 0.35 / (1.0 + (-8.0 * (210.0 * (x - 0.6) + 60.0 * y) / 60.0).exp())),
    ("hard shadow", |x, y| if x + 0.3 * y > 0.85 { 0.68 } else { 1.0 }),
    ("gutter", |x, _| 1.0 - 0.4 * (-x / 0.07).exp()),
    ("fold", |_, y| 1.0 - 0.18 * (-((y - 0.48) / 0.03).powi(2)).exp()),
];

/// What is on a page besides writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Glued {
    /// Nothing.
    Nothing,
    /// A colour photo.
    Photo,
}

/// A painted page in even light, 0..=255 in each channel.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) colours: Vec<[f32; 3]>,
    pub(super) glued: Glued,
}

impl Page {
    pub(super) fn painted(paper: [f64; 3], glued: Glued) -> Self {
        let (width, height) = (1240u32, 1754u32);
        let at = |i: u32| {
            let (x, y) = (f64::from(i % width) / PER_MM, f64::from(i / width) / PER_MM);
            colour(paper, glued, x, y).map(|v| v as f32)
        };
        Self { width, height, colours: (0..width * height).map(at).collect(), glued }
    }

    /// The page as a camera sees it: light, noise (deviation in grey levels), JPEG at quality 88.
    pub(super) fn captured(&self, lamp: Lamp, noise: f32, seed: Seed) -> anyhow::Result<RgbImage> {
        let mut rng = seed.rng();
        let mut picture = RgbImage::new(self.width, self.height);
        for (i, pixel) in (0..).zip(picture.pixels_mut()) {
            let x = (f64::from(i % self.width) + 0.5) / f64::from(self.width);
            let y = (f64::from(i / self.width) + 0.5) / f64::from(self.height);
            let light = lamp(x, y) as f32;
            pixel.0 = self.colours[i as usize].map(|v| {
                let sum: f32 = (0..3).map(|_| rng.random::<f32>()).sum();
                (v * light + (sum - 1.5) * 2.0 * noise).round().clamp(0.0, 255.0) as u8
            });
        }
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 88).encode_image(&picture)?;
        Ok(image::load_from_memory(&jpeg)?.to_rgb8())
    }
}

/// Whether a point, in millimetres, lies on the photo or next to it.
pub(super) fn on_photo(x: f64, y: f64, margin: f64) -> bool {
    let [left, top, right, bottom] = PHOTO_MM;
    (left - margin..right + margin).contains(&x) && (top - margin..bottom + margin).contains(&y)
}

fn colour(paper: [f64; 3], glued: Glued, x: f64, y: f64) -> [f64; 3] {
    if glued == Glued::Photo && on_photo(x, y, 0.0) {
        let wave = 40.0 * (x / 7.0).sin() * (y / 11.0).cos();
        return [70.0 + wave + y / 4.0, 110.0 + wave, 160.0 - wave - x / 4.0].map(|v| v.clamp(0.0, 250.0));
    }
    let line = (y / PITCH_MM).round();
    if line > 0.0 && (y - line * PITCH_MM).abs() < HALF_STROKE_MM && (x / 14.0).fract() < 0.7 {
        let ink = INKS[line as usize % INKS.len()];
        return std::array::from_fn(|c| paper[c] * ink[c]);
    }
    // Pale ruling between the lines.
    if (y - (line + 0.33) * PITCH_MM).abs() < 0.12 { [paper[0] * 0.88, paper[1] * 0.92, paper[2]] } else { paper }
}
