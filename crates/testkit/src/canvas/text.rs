//! Print and handwriting on a canvas; every word drawn is reported with where it stands.

use super::{Canvas, Colour, Mm};
use crate::fonts::Face;
use crate::geometry::rectangle;
use crate::paint::Word;
use ab_glyph::{Font, Glyph, PxScale, ScaleFont, point};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// How text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) face: Face,
    /// Em size in millimetres.
    pub(crate) size: f64,
    pub(crate) colour: Colour,
    /// 0 to 1: how firmly the pen was pressed.
    pub(crate) strength: f32,
    /// 0 for print; handwriting: how far letters stray, as a share of the em.
    pub(crate) wobble: f64,
    /// 0 for ink; pencil: how much of the paper's grain shows through, 0 to 1.
    pub(crate) grain: f32,
    /// How often each letter is drawn, slightly shifted: the breadth of a marker.
    pub(crate) passes: u32,
}

impl Style {
    pub(crate) fn print(face: Face, size: f64) -> Self {
        Self { face, size, colour: [28, 28, 30], strength: 1.0, wobble: 0.0, grain: 0.0, passes: 1 }
    }
}

/// A word set in glyphs: advance in pixels, and each glyph with its offset.
struct SetWord {
    glyphs: Vec<Glyph>,
    advance: f64,
}

impl Canvas {
    /// Writes one line with its baseline at `at`; returns the words and where the pen stopped, in millimetres.
    pub(crate) fn write(&mut self, text: &str, at: Mm, style: &Style, rng: &mut ChaCha8Rng) -> (Vec<Word>, f64) {
        let mut words = Vec::new();
        let mut x = at.0;
        let drift = if style.wobble > 0.0 { rng.random_range(-0.012..0.012) } else { 0.0 };
        for text in text.split(' ').filter(|word| !word.is_empty()) {
            let baseline = at.1 + (x - at.0) * drift;
            let (word, advance) = self.write_word(text, (x, baseline), style, rng);
            words.push(word);
            x += advance + self.space(style) * (1.0 + style.wobble * rng.random_range(0.0..6.0));
        }
        (words, x)
    }

    /// Writes as many lines as `text` needs within `width`, `pitch` millimetres apart, at most `most` of them.
    /// Returns the words and the baseline after the last line; what does not fit is not written.
    pub(crate) fn write_lines(
        &mut self,
        text: &str,
        at: Mm,
        (width, pitch, most): (f64, f64, usize),
        style: &Style,
        rng: &mut ChaCha8Rng,
    ) -> (Vec<Word>, f64) {
        let mut lines: Vec<String> = vec![String::new()];
        for word in text.split_whitespace() {
            let line = lines.last_mut().expect("there is always a line");
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width_of(&longer, style) <= width {
                *line = longer;
            } else {
                lines.push(word.to_owned());
            }
        }
        let mut words = Vec::new();
        let mut baseline = at.1;
        for line in lines.iter().take(most) {
            words.extend(self.write(line, (at.0, baseline), style, rng).0);
            baseline += pitch;
        }
        (words, baseline)
    }

    /// Width of a line in millimetres, as it would be written without stray.
    pub(crate) fn width_of(&self, text: &str, style: &Style) -> f64 {
        let words: Vec<&str> = text.split(' ').collect();
        let drawn: f64 = words.iter().map(|word| self.set(word, style, None).advance / self.scale()).sum();
        drawn + self.space(style) * (1.0 + style.wobble * 3.0) * (words.len() - 1) as f64
    }

    fn space(&self, style: &Style) -> f64 {
        self.set(" ", style, None).advance / self.scale() * 1.1
    }

    fn set(&self, word: &str, style: &Style, mut rng: Option<&mut ChaCha8Rng>) -> SetWord {
        let em = style.face.em_for(style.size) * self.scale();
        let font = style.face.font();
        let scaled = font.as_scaled(PxScale::from(em as f32));
        let mut set = SetWord { glyphs: Vec::new(), advance: 0.0 };
        let mut previous = None;
        for c in word.chars() {
            let id = font.glyph_id(c);
            if let Some(previous) = previous {
                set.advance += f64::from(scaled.kern(previous, id));
            }
            previous = Some(id);
            let mut stray = |share: f64| {
                rng.as_deref_mut().map_or(0.0, |rng| rng.random_range(-1.0..=1.0) * share * style.wobble * em)
            };
            let (dy, size) = (stray(1.0), em + stray(2.0));
            let glyph = id.with_scale_and_position(size as f32, point(set.advance as f32, dy as f32));
            set.glyphs.push(glyph);
            set.advance += f64::from(scaled.h_advance(id)) + stray(0.6);
        }
        set
    }

    fn write_word(&mut self, text: &str, at: Mm, style: &Style, rng: &mut ChaCha8Rng) -> (Word, f64) {
        let s = self.scale();
        let set = self.set(text, style, Some(rng));
        let (x0, y0) = (at.0 * s, at.1 * s);
        let font = style.face.font();
        let mut bounds: Option<(f64, f64, f64, f64)> = None;
        let grain_seed: u32 = rng.random();
        for glyph in set.glyphs {
            for pass in 0..style.passes {
                let shift = f64::from(pass) * 0.35 * s - f64::from(style.passes - 1) * 0.175 * s;
                let mut moved = glyph.clone();
                moved.position.x += (x0 + shift) as f32;
                moved.position.y += (y0 + shift * 0.6) as f32;
                let Some(outline) = font.outline_glyph(moved) else { continue };
                let b = outline.px_bounds();
                let new = (f64::from(b.min.x), f64::from(b.min.y), f64::from(b.max.x), f64::from(b.max.y));
                bounds = Some(bounds.map_or(new, |o| (o.0.min(new.0), o.1.min(new.1), o.2.max(new.2), o.3.max(new.3))));
                outline.draw(|gx, gy, cover| {
                    let (x, y) = (i64::from(gx) + b.min.x as i64, i64::from(gy) + b.min.y as i64);
                    let grain = 1.0 - style.grain * hash_share(x, y, grain_seed);
                    self.blend(x, y, style.colour, cover * style.strength * grain);
                });
            }
        }
        let (left, top, right, bottom) = bounds.unwrap_or((x0, y0, x0, y0));
        let word = Word { text: text.to_owned(), quad: rectangle(left, top, right - left, bottom - top) };
        (word, set.advance / s)
    }
}

/// A share 0 to 1 that depends on nothing but the place: the grain of the paper.
fn hash_share(x: i64, y: i64, seed: u32) -> f32 {
    let mut h = (x as u32).wrapping_mul(0x85EB_CA6B) ^ (y as u32).wrapping_mul(0xC2B2_AE35) ^ seed;
    h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
    h ^= h >> 12;
    (h & 0xFFFF) as f32 / 65535.0
}
