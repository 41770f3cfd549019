//! A page at the resolution the engine reads best for its cost.
//!
//! Grey at 200 dpi takes 0.78 of the time of 300 dpi and reads as well (F1 .982 against .980 on 16 printed pages), but for
//! small print: its letters are measured, and it stays as fine as it has to be.

use crate::letters;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use scantrail_core::ports::{Reading, TextBox};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};

/// What pages are reduced to.
const TARGET_DPI: f64 = 200.0;
/// Small letters lower than this many pixels are read worse: at 4.9 pixels 26 % of the words are lost, at 5.7 pixels 3.5 %,
/// at 6.3 pixels 0.2 %, on clean scans. Letters of 1 mm, those of a print in 6 points, have 8 pixels at 200 dpi.
const SMALL_PRINT: f64 = 8.0;
/// Pages of small print are reduced to letters of this height, if they are that fine.
const WANTED_LETTERS: f64 = 10.0;
/// Reducing by less than this share is not worth its time.
const WORTH_IT: f64 = 0.9;
/// What a page is taken for if nobody knows.
const ASSUMED_DPI: f64 = 300.0;
/// The engine takes no longer sides (16-bit coordinates).
const LONGEST_SIDE: f64 = 32_000.0;

/// A grey page at the resolution the engine reads best, and how it relates to the page it was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Reduced {
    /// Grey pixels.
    page: Raster,
    /// Dots per inch along a line of text.
    pub(crate) dpi: u16,
    /// Input pixels per pixel of `page`, across and down.
    scale: (f64, f64),
    input: (u32, u32),
}

impl Reduced {
    /// Makes it; 300 dpi are assumed of a page that says nothing.
    pub fn of(input: &Raster) -> Self {
        let (dpi_x, dpi_y) =
            input.resolution().map_or((ASSUMED_DPI, ASSUMED_DPI), |r| (f64::from(r.x.get()), f64::from(r.y.get())));
        let side = |pixels: u32, dpi: f64, target: f64| {
            let share = target / dpi;
            let wanted = if share < WORTH_IT { f64::from(pixels) * share } else { f64::from(pixels) };
            wanted.round().clamp(1.0, LONGEST_SIDE) as u32
        };
        let at = |target: f64| (side(input.width(), dpi_x, target), side(input.height(), dpi_y, target));
        let grey = input.to_grey();
        let (mut width, mut height) = at(TARGET_DPI);
        let mut page = resized(&grey, width, height);
        if page.height() < grey.height()
            && let Some(letters) = letters::small_letters(&page).filter(|&letters| letters < SMALL_PRINT)
        {
            (width, height) = at(TARGET_DPI * WANTED_LETTERS / letters);
            page = resized(&grey, width, height);
        }
        let scale = (f64::from(input.width()) / f64::from(width), f64::from(input.height()) / f64::from(height));
        let dpi = (dpi_y / scale.1).round().clamp(70.0, 2400.0) as u16;
        let known = Dpi::new(dpi).map(Resolution::square);
        let page = page.with_resolution(known);
        Self { page, dpi, scale, input: (input.width(), input.height()) }
    }

    /// A box of the reduced page in pixels of the input, rounded outwards, never empty.
    pub(crate) fn in_input(&self, place: TextBox) -> TextBox {
        let low = |v: u32, scale: f64, side: u32| ((f64::from(v) * scale).floor() as u32).min(side - 1);
        let high = |v: u32, scale: f64, side: u32| ((f64::from(v) * scale).ceil() as u32).min(side);
        let (x0, y0) = (low(place.x0, self.scale.0, self.input.0), low(place.y0, self.scale.1, self.input.1));
        TextBox {
            x0,
            y0,
            x1: high(place.x1, self.scale.0, self.input.0).max(x0 + 1),
            y1: high(place.y1, self.scale.1, self.input.1).max(y0 + 1),
        }
    }

    /// The grey page.
    pub fn page(&self) -> &Raster {
        &self.page
    }

    /// What was read on the reduced page, placed on the input.
    pub fn back(&self, mut reading: Reading) -> Reading {
        for word in &mut reading.words {
            word.place = self.in_input(word.place);
        }
        reading
    }
}

fn resized(page: &Raster, width: u32, height: u32) -> Raster {
    if (page.width(), page.height()) == (width, height) {
        return page.clone();
    }
    let source = ImageRef::new(page.width(), page.height(), page.samples(), PixelType::U8)
        .expect("a raster holds exactly its pixels");
    let mut target = Image::new(width, height, PixelType::U8);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    Resizer::new().resize(&source, &mut target, &options).expect("both pictures have the same pixel type");
    Raster::new(width, height, Channels::Grey, target.into_vec()).expect("the resizer fills exactly its target")
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantrail_testkit::paint::{PageKind, PageSpec, paint, printed};
    use scantrail_testkit::seed::Seed;

    fn page(width: u32, height: u32, dpi: Option<(u16, u16)>) -> Raster {
        let resolution = dpi.map(|(x, y)| Resolution { x: Dpi::new(x).unwrap(), y: Dpi::new(y).unwrap() });
        Raster::new(width, height, Channels::Grey, vec![9; (width * height) as usize])
            .unwrap()
            .with_resolution(resolution)
    }

    #[test]
    fn fine_pages_are_reduced_and_others_are_not() {
        for (dpi, width, height, at) in [
            (Some((300, 300)), 200, 100, 200),
            (Some((600, 300)), 100, 100, 200),
            (None, 200, 100, 200),
            (Some((210, 210)), 300, 150, 210),
            (Some((75, 75)), 300, 150, 75),
        ] {
            let reduced = Reduced::of(&page(300, 150, dpi));
            assert_eq!((reduced.page.width(), reduced.page.height(), reduced.dpi), (width, height, at), "{dpi:?}");
        }
    }

    #[test]
    fn small_print_stays_as_fine_as_it_has_to_be() {
        let dpi = |value| Dpi::new(value).unwrap();
        for (letters_mm, given, wanted) in [(0.7, 300, 300), (0.7, 600, 355), (1.3, 300, 200), (2.0, 300, 200)] {
            let page = printed(Seed(3), dpi(given), letters_mm).raster;
            let reduced = Reduced::of(&page);
            assert!(reduced.dpi.abs_diff(wanted) <= 15, "{letters_mm} mm at {given} dpi: {}", reduced.dpi);
        }
        // Handwriting and its ruling are no small print, whatever specks there are.
        let page = paint(&PageSpec::new(PageKind::Squared, Seed(3), dpi(300))).raster;
        assert_eq!(Reduced::of(&page).dpi, 200);
    }

    #[test]
    fn boxes_come_back_outwards_and_inside() {
        let reduced = Reduced::of(&page(301, 151, Some((300, 300))));
        let whole = TextBox { x0: 0, y0: 0, x1: reduced.page.width(), y1: reduced.page.height() };
        assert_eq!(reduced.in_input(whole), TextBox { x0: 0, y0: 0, x1: 301, y1: 151 });
        let thin = reduced.in_input(TextBox { x0: 201, y0: 5, x1: 201, y1: 5 });
        assert!(thin.x0 < thin.x1 && thin.x1 <= 301 && thin.y0 < thin.y1);
    }
}
