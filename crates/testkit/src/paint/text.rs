//! Pages of print in any script: set with a font of the machine, for our own have Latin letters only.

use super::{A4_MM, Raster};
use ab_glyph::{Font as _, FontRef, PxScale, ScaleFont as _, point};
use scantrail_core::raster::Channels;
use scantrail_core::units::{Dpi, Resolution};

/// Margins in millimetres.
const MARGIN: f64 = 20.0;
/// Distance of lines, in sizes of the letters.
const LEADING: f32 = 1.5;
const INK: f32 = 225.0;
const PAPER: f32 = 250.0;

/// An A4 page with a text in it, broken into lines at blanks, left to right, in letters of `size_mm` from the foot of one
/// line's lowest to the top of its highest. What does not fit is left out. `None` if the font is none or lacks a letter.
pub fn page_of_text(font: &[u8], text: &str, size_mm: f64, dpi: Dpi) -> Option<Raster> {
    let font = FontRef::try_from_slice(font).ok()?;
    if text.chars().any(|c| !c.is_whitespace() && font.glyph_id(c).0 == 0) {
        return None;
    }
    let per_mm = f64::from(dpi.get()) / 25.4;
    let side = |mm: f64| (mm * per_mm).round() as u32;
    let (width, height) = (side(A4_MM.0), side(A4_MM.1));
    let scaled = font.as_scaled(PxScale::from((size_mm * per_mm) as f32));
    let margin = side(MARGIN) as f32;
    let mut samples = vec![PAPER as u8; (width * height) as usize];
    let (mut x, mut y) = (margin, margin + scaled.ascent());
    for word in text.split_whitespace() {
        let long: f32 = word.chars().map(|c| scaled.h_advance(font.glyph_id(c))).sum();
        if x + long > width as f32 - margin && x > margin {
            (x, y) = (margin, y + scaled.height() * LEADING / 1.2);
        }
        if y > height as f32 - margin {
            break;
        }
        for c in word.chars() {
            let glyph = font.glyph_id(c).with_scale_and_position(scaled.scale(), point(x, y));
            x += scaled.h_advance(glyph.id);
            let Some(outline) = font.outline_glyph(glyph) else { continue };
            let corner = outline.px_bounds().min;
            outline.draw(|gx, gy, cover| {
                let (px, py) = (i64::from(gx) + corner.x as i64, i64::from(gy) + corner.y as i64);
                if (0..i64::from(width)).contains(&px) && (0..i64::from(height)).contains(&py) {
                    let at = (py * i64::from(width) + px) as usize;
                    samples[at] = (f32::from(samples[at]) - cover.clamp(0.0, 1.0) * INK).max(0.0) as u8;
                }
            });
        }
        x += scaled.h_advance(font.glyph_id(' '));
    }
    let page = Raster::new(width, height, Channels::Grey, samples).ok()?;
    Some(page.with_resolution(Some(Resolution::square(dpi))))
}
