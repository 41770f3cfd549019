//! Pictures for the sample school: lined paper with writing, paintings, a model on a mat, covers.
//!
//! Nothing is read from disk; the same seed paints the same page.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motif {
    Writing,
    Painting,
    Model,
    Blank,
    Cover,
    Control,
}

/// Width and height in parts of a thousand of the longer side.
fn shape(motif: Motif) -> (f32, f32) {
    match motif {
        Motif::Painting | Motif::Model => (1.0, 0.75),
        _ => (0.707, 1.0),
    }
}

/// A JPEG whose longer side has that many pixels.
pub(crate) fn jpeg(motif: Motif, seed: u64, longer_side: u32) -> Vec<u8> {
    let (w, h) = shape(motif);
    let side = longer_side as f32;
    let mut canvas = Canvas { image: RgbImage::new((w * side) as u32, (h * side) as u32), unit: side / 1000.0 };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    match motif {
        Motif::Writing => canvas.writing(&mut rng),
        Motif::Painting => canvas.painting(&mut rng),
        Motif::Model => canvas.model(&mut rng),
        Motif::Blank => canvas.fill([250, 249, 245]),
        Motif::Cover | Motif::Control => canvas.sheet(motif, &mut rng),
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 85).encode_image(&canvas.image).unwrap();
    bytes
}

struct Canvas {
    image: RgbImage,
    unit: f32,
}

impl Canvas {
    fn fill(&mut self, colour: [u8; 3]) {
        self.image.pixels_mut().for_each(|p| *p = Rgb(colour));
    }

    /// A filled rectangle; the unit is a thousandth of the longer side.
    fn block(&mut self, x: f32, y: f32, w: f32, h: f32, colour: [u8; 3]) {
        let at = |v: f32| (v * self.unit).max(0.0) as u32;
        for py in at(y)..at(y + h).max(at(y) + 1).min(self.image.height()) {
            for px in at(x)..at(x + w).max(at(x) + 1).min(self.image.width()) {
                self.image.put_pixel(px, py, Rgb(colour));
            }
        }
    }

    /// A filled disc.
    fn disc(&mut self, x: f32, y: f32, radius: f32, colour: [u8; 3]) {
        let (cx, cy, r) = (x * self.unit, y * self.unit, (radius * self.unit).max(0.6));
        for py in (cy - r).max(0.0) as u32..=((cy + r) as u32).min(self.image.height() - 1) {
            for px in (cx - r).max(0.0) as u32..=((cx + r) as u32).min(self.image.width() - 1) {
                if (px as f32 - cx).hypot(py as f32 - cy) <= r {
                    self.image.put_pixel(px, py, Rgb(colour));
                }
            }
        }
    }

    fn writing(&mut self, rng: &mut ChaCha8Rng) {
        self.fill([252, 251, 246]);
        for line in 0..25 {
            self.block(0.0, 110.0 + 34.0 * line as f32, 707.0, 1.3, [190, 208, 228]);
        }
        self.block(90.0, 0.0, 1.6, 1000.0, [226, 150, 150]);
        let ink = [[38, 44, 92], [40, 40, 44], [92, 92, 96]][rng.random_range(0..3)];
        for line in 0..rng.random_range(11..22) {
            let base = 104.0 + 34.0 * line as f32;
            let end = rng.random_range(380.0..590.0f32);
            let mut x = 104.0;
            while x < end {
                let word = rng.random_range(22.0..90.0f32);
                self.word(rng, x, base, word, ink);
                x += word + 14.0;
            }
        }
    }

    /// A scribble as wide as a word.
    fn word(&mut self, rng: &mut ChaCha8Rng, from: f32, base: f32, width: f32, ink: [u8; 3]) {
        let phase: f32 = rng.random_range(0.0..6.0);
        let mut x = 0.0;
        while x < width {
            let tall = if (x / 9.0 + phase).sin() > 0.75 { 15.0 } else { 5.5 };
            let y = base - 6.0 - tall * (x * 0.55 + phase).sin().max(-0.4);
            self.disc(from + x + 1.8 * (x * 0.27).cos(), y, 1.0, ink);
            x += 0.12;
        }
    }

    fn painting(&mut self, rng: &mut ChaCha8Rng) {
        let (top, low): ([f32; 3], [f32; 3]) = ([rng.random_range(60.0..150.0), 150.0, 215.0], [250.0, 214.0, 170.0]);
        for y in 0..self.image.height() {
            let t = y as f32 / self.image.height() as f32;
            let colour = std::array::from_fn(|i| (top[i] * (1.0 - t) + low[i] * t) as u8);
            self.block(0.0, y as f32 / self.unit, 1000.0, 1.0, colour);
        }
        self.disc(rng.random_range(150.0..850.0), rng.random_range(90.0..220.0), 66.0, [250, 196, 60]);
        for (row, green) in [[96, 140, 96], [70, 118, 72], [48, 92, 58]].into_iter().enumerate() {
            let phase: f32 = rng.random_range(0.0..6.0);
            for x in 0..500 {
                let x = x as f32 * 2.0;
                let y = 400.0 + 95.0 * row as f32 + 40.0 * (x / 150.0 + phase).sin();
                self.block(x, y, 2.5, 400.0, green);
            }
        }
        for _ in 0..40 {
            let petal = [[214, 76, 84], [240, 222, 120], [236, 236, 240]][rng.random_range(0..3)];
            self.disc(rng.random_range(20.0..980.0), rng.random_range(600.0..735.0), 9.0, petal);
        }
    }

    fn model(&mut self, rng: &mut ChaCha8Rng) {
        self.fill([74, 80, 84]);
        let left: f32 = rng.random_range(300.0..380.0);
        for i in 0..200 {
            let i = i as f32;
            self.block(left - i * 0.2, 260.0 + i * 1.6, 330.0 + i * 0.2, 2.0, [196, 150, 98]);
            self.block(left + i, 250.0 - i * 0.75, 330.0 - i * 2.0 + 66.0, 2.0, [172, 66, 58]);
        }
        self.block(left + 110.0, 420.0, 90.0, 160.0, [92, 62, 40]);
        self.block(left + 230.0, 340.0, 64.0, 64.0, [190, 222, 240]);
        self.block(790.0, 560.0, 150.0, 100.0, [252, 252, 252]);
        self.code(rng, 805.0, 570.0, 80.0);
    }

    fn sheet(&mut self, motif: Motif, rng: &mut ChaCha8Rng) {
        self.fill([253, 253, 252]);
        let bar = if motif == Motif::Cover { [30, 34, 40] } else { [120, 124, 130] };
        for y in [30.0, 955.0] {
            self.block(40.0, y, 627.0, 14.0, bar);
        }
        self.code(rng, 203.0, 300.0, 300.0);
        self.block(120.0, 130.0, 467.0, 34.0, bar);
        self.block(200.0, 196.0, 307.0, 18.0, [140, 144, 150]);
        for corner in [(60.0, 70.0), (587.0, 70.0), (60.0, 870.0), (587.0, 870.0)] {
            self.code(rng, corner.0, corner.1, 60.0);
        }
    }

    /// Something that looks like a code and is none.
    fn code(&mut self, rng: &mut ChaCha8Rng, x: f32, y: f32, side: f32) {
        let module = side / 21.0;
        for row in 0..21 {
            for column in 0..21 {
                if rng.random_bool(0.48) {
                    self.block(x + module * column as f32, y + module * row as f32, module, module, [20, 20, 24]);
                }
            }
        }
        for (cx, cy) in [(0.0, 0.0), (14.0, 0.0), (0.0, 14.0)] {
            self.block(x + cx * module, y + cy * module, 7.0 * module, 7.0 * module, [20, 20, 24]);
            self.block(x + (cx + 1.0) * module, y + (cy + 1.0) * module, 5.0 * module, 5.0 * module, [255, 255, 255]);
            self.block(x + (cx + 2.0) * module, y + (cy + 2.0) * module, 3.0 * module, 3.0 * module, [20, 20, 24]);
        }
    }
}
