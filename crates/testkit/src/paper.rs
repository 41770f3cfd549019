//! Sheets on paper: a page of a PDF as a printer would lay it down, and what can happen to its codes.

use crate::canvas::Canvas;
use crate::geometry::{MmRect, whole};
use crate::seed::Seed;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use qrcodegen::{QrCode, QrCodeEcc};
use rand::Rng;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};

/// A page of a PDF could not be laid down.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The bytes are not a PDF.
    #[error("these bytes are not a pdf")]
    NotPdf,
    /// There is no such page.
    #[error("the pdf has {pages} pages, page {page} was asked for")]
    NoSuchPage {
        /// The page asked for, counted from 0.
        page: usize,
        /// How many there are.
        pages: usize,
    },
}

/// Renders page `page` (from 0) of a PDF on white paper: RGB, with its resolution.
pub fn printed(pdf: &[u8], page: usize, dpi: Dpi) -> Result<Raster, PrintError> {
    let pdf = Pdf::new(pdf.to_vec()).map_err(|_| PrintError::NotPdf)?;
    let pages = pdf.pages();
    let found = pages.get(page).ok_or(PrintError::NoSuchPage { page, pages: pages.len() })?;
    let scale = f32::from(dpi.get()) / 72.0;
    let pixmap = render(
        found,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE },
    );
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let samples = pixmap.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    let raster = whole(width, height, Channels::Rgb, samples);
    Ok(raster.with_resolution(Some(Resolution::square(dpi))))
}

/// Makes codes unreadable: each area is scribbled over with a felt pen and blotted, and nothing outside it is touched.
/// Areas are in millimetres of the sheet; the raster must know its resolution, or it counts as 300 dpi.
#[must_use]
pub fn spoil_codes(raster: Raster, areas: &[MmRect], seed: Seed) -> Raster {
    const FELT: [u8; 3] = [22, 24, 52];
    let mut canvas = Canvas::from_raster(raster, Dpi::SCAN);
    for (area, part) in areas.iter().zip(0..) {
        let mut rng = seed.child(part).rng();
        let pen = area.width.min(area.height) * 0.11;
        let inset = pen / 2.0 + 0.1;
        let (left, right) = (area.x + inset, area.x + area.width - inset);
        let (top, bottom) = (area.y + inset, area.y + area.height - inset);
        // A zigzag whose strokes lie closer together than the pen is wide leaves no finder pattern standing.
        let mut from = (left, top);
        let mut y = top;
        for end in [right, left].into_iter().cycle() {
            if y >= bottom {
                break;
            }
            y += pen * rng.random_range(0.5..0.9);
            let to = (end, y.min(bottom));
            canvas.line(from, to, pen, FELT, 0.97);
            from = to;
        }
        for _ in 0..9 {
            let radius = area.width * rng.random_range(0.08..0.16);
            let x = rng.random_range(area.x + radius..area.x + area.width - radius);
            let y = rng.random_range(area.y + radius..area.y + area.height - radius);
            canvas.ellipse((x, y), (radius, radius), FELT, 1.0);
        }
    }
    canvas.into_raster()
}

/// Text cannot be put into a QR code.
#[derive(Debug, thiserror::Error)]
#[error("{length} characters do not fit a qr code")]
pub struct TooLong {
    /// Characters given.
    pub length: usize,
}

/// Prints somebody else's QR code on a page, `size` millimetres across with its quiet zone, top left corner at `at`.
pub fn paste_foreign_code(raster: Raster, text: &str, at: (f64, f64), size: f64) -> Result<Raster, TooLong> {
    const QUIET: i32 = 4;
    // Each module becomes a block of pixels, so that pasting smooths edges and not whole modules.
    const BLOCK: usize = 8;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| TooLong { length: text.chars().count() })?;
    let modules = code.size() + 2 * QUIET;
    let samples = (0..modules * modules)
        .map(|i| if code.get_module(i % modules - QUIET, i / modules - QUIET) { 20 } else { 252 })
        .flat_map(|grey| [grey; 3]);
    let rows: Vec<u8> = samples.collect();
    let mut blocks = Vec::with_capacity(rows.len() * BLOCK * BLOCK);
    for row in rows.chunks_exact(modules as usize * 3) {
        let wide: Vec<u8> = row.chunks_exact(3).flat_map(|pixel| pixel.repeat(BLOCK)).collect();
        blocks.extend(wide.repeat(BLOCK));
    }
    let side = modules as u32 * BLOCK as u32;
    let picture = whole(side, side, Channels::Rgb, blocks);
    let mut canvas = Canvas::from_raster(raster, Dpi::SCAN);
    canvas.paste(&picture, MmRect { x: at.0, y: at.1, width: size, height: size });
    Ok(canvas.into_raster())
}

#[cfg(test)]
mod tests;
