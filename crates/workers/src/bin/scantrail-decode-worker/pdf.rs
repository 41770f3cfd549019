//! PDF files: every page comes out, or the whole file is refused with the reason.

use crate::density;
use crate::pages::check_count;
use crate::pdf_page::{Kind, look_at};
use crate::picture::{Depth, Picture, Samples, check_size};
use crate::{Refusal, Say, refuse};
use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_syntax::object::Dict;
use hayro_syntax::page::Page;
use hayro_syntax::{LoadPdfError, Pdf};
use scantrail_capture::decode::wire::{Answer, Bounds, Page as PageAnswer, PageContent};
use scantrail_core::units::Turn;
use scantrail_core::vocabulary::Media;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Resolution of pages that are drawn, when no picture on them says better.
const USUAL_DPI: f64 = 300.0;
/// A picture's own resolution is taken over within these: pixels then map one to one.
const PICTURE_DPI: RangeInclusive<f64> = 200.0..=600.0;
/// Below this, handwriting is lost; a page so large that it would need less is refused.
const LEAST_DPI: f64 = 100.0;
/// The renderer counts pixels of one side in 16 bits.
const LONGEST_SIDE: f64 = 65_000.0;

/// Says every page of a PDF.
pub(crate) fn take_apart(file: Vec<u8>, bounds: &Bounds, say: &mut Say<'_>) -> Result<(), Refusal> {
    let pdf = Pdf::new(file).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Refusal("the PDF is protected by a password; save it without one".into()),
        LoadPdfError::Invalid => Refusal("the PDF is broken".into()),
    })?;
    let pages = pdf.pages();
    check_all_found(&pdf, pages.len())?;
    check_count(pages.len(), bounds)?;
    let cache = RenderCache::new();
    for (number, page) in (1..).zip(pages.iter()) {
        let original = take_out(page, &cache, bounds);
        say(Answer::Page(original.map_err(|Refusal(why)| Refusal(format!("page {number}: {why}")))?))?;
    }
    Ok(())
}

/// The reader passes over pages it cannot make out; the count in the file tells.
fn check_all_found(pdf: &Pdf, found: usize) -> Result<(), Refusal> {
    let root = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let said = root.and_then(|root| root.get::<Dict<'_>>("Pages")).and_then(|pages| pages.get::<i32>("Count"));
    match said {
        _ if found == 0 => refuse("the PDF has no pages"),
        Some(said) if i64::from(said) > found as i64 => {
            refuse(format!("the PDF says it has {said} pages, but only {found} can be read"))
        }
        _ => Ok(()),
    }
}

fn take_out<'a>(page: &'a Page<'a>, cache: &RenderCache<'a>, bounds: &Bounds) -> Result<PageAnswer, Refusal> {
    match look_at(page)? {
        Kind::OneJpeg(found) => {
            check_size(found.width, found.height, bounds)?;
            let resolution = density::resolution(found.dpi.0, found.dpi.1);
            let content = PageContent::Bytes(Media::Jpeg, found.bytes);
            Ok(PageAnswer { content, resolution, width: found.width, height: found.height, turn: found.turn })
        }
        Kind::Drawing { picture_dpi } => {
            let picture = draw(page, cache, picture_dpi, bounds)?;
            let content = PageContent::Bytes(Media::Png, picture.to_png()?);
            let Picture { width, height, resolution, .. } = picture;
            Ok(PageAnswer { content, resolution, width, height, turn: Turn::None })
        }
    }
}

/// Points of a page's sides as shown, `UserUnit` included (ISO 32000-1, 14.11.1).
fn points(page: &Page<'_>) -> (f64, f64) {
    let unit = crate::pdf_page::user_unit(page);
    let (width, height) = page.render_dimensions();
    (f64::from(width) * unit, f64::from(height) * unit)
}

fn draw<'a>(
    page: &'a Page<'a>,
    cache: &RenderCache<'a>,
    picture_dpi: Option<f64>,
    bounds: &Bounds,
) -> Result<Picture, Refusal> {
    let (wide, high) = points(page);
    let wanted = picture_dpi.map_or(USUAL_DPI, |dpi| dpi.clamp(*PICTURE_DPI.start(), *PICTURE_DPI.end()));
    // The largest resolution at which the page still fits.
    let by_area = (bounds.pixels as f64 / (wide * high)).sqrt() * 72.0;
    let by_side = LONGEST_SIDE / wide.max(high) * 72.0;
    let dpi = wanted.min(by_area * 0.999).min(by_side);
    if !dpi.is_finite() || dpi < LEAST_DPI {
        return refuse(format!("it is too large to be drawn ({wide:.0} × {high:.0} points)"));
    }
    let pixels = |points: f64| (points / 72.0 * dpi).round().max(1.0);
    let (width, height) = (pixels(wide), pixels(high));
    check_size(width as u32, height as u32, bounds)?;
    let (page_width, page_height) = page.render_dimensions();
    // The renderer cuts fractions off: a hair more than whole pixels keeps the last one.
    let scale = |pixels: f64, side: f32| ((pixels + 0.01) / f64::from(side)) as f32;
    let target =
        PixmapSettings { x_scale: scale(width, page_width), y_scale: scale(height, page_height), bg_color: WHITE };
    let complaint = Complaints::default();
    let pixmap = render(page, cache, &complaint.settings(), &RenderSettings::default(), &target);
    complaint.check()?;
    let rgb: Vec<u8> = pixmap.data_as_u8_slice().chunks_exact(4).flat_map(|rgba| [rgba[0], rgba[1], rgba[2]]).collect();
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    drop(pixmap);
    let colourless = rgb.chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
    let (samples, bytes) =
        if colourless { (Samples::Grey, rgb.into_iter().step_by(3).collect()) } else { (Samples::Rgb, rgb) };
    let resolution = density::resolution(dpi, dpi);
    Ok(Picture { width, height, samples, depth: Depth::Eight, bytes, resolution, turn: Turn::None, moment: None })
}

/// What the renderer passed over: a page with a hole in it must not pass for a page.
#[derive(Default)]
struct Complaints {
    picture: Arc<AtomicBool>,
    font: Arc<AtomicBool>,
}

impl Complaints {
    fn settings(&self) -> InterpreterSettings {
        let (picture, font) = (Arc::clone(&self.picture), Arc::clone(&self.font));
        let warning_sink = Arc::new(move |warning| match warning {
            InterpreterWarning::ImageDecodeFailure => picture.store(true, Ordering::Relaxed),
            InterpreterWarning::UnsupportedFont => font.store(true, Ordering::Relaxed),
            _ => {}
        });
        InterpreterSettings { warning_sink, ..InterpreterSettings::default() }
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.picture.load(Ordering::Relaxed) {
            return refuse("a picture on it cannot be decoded");
        }
        if self.font.load(Ordering::Relaxed) {
            return refuse("a font on it cannot be drawn");
        }
        Ok(())
    }
}
