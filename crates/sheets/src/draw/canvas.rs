//! Millimetres to points, and the few strokes everything is drawn with.
//!
//! Positions are millimetres from the upper left corner; text sizes are points. This file must not know what a sheet
//! says.

use super::DrawError;
use super::fonts::{FontBook, Weight};
use super::symbol::{Level, Symbol};
use super::text::{self, Fitted, Line, Room};
use crate::layout::{Area, BARS, CORNER_CODE, PAGE, code_area};
use crate::payload::Payload;
use krilla::color::{luma, rgb};
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use scantrail_core::sheet::CodePlace;

/// Points to a millimetre.
pub(super) const PT: f64 = 72.0 / 25.4;

/// Everything a machine reads, and every name.
pub(super) const INK: u8 = 0;
/// Words that help.
pub(super) const QUIET: u8 = 85;
/// Lines and small print.
pub(super) const FAINT: u8 = 140;

/// The page in points, as the PDF writer wants it.
pub(super) fn page_size() -> (f32, f32) {
    ((PAGE.w * PT) as f32, (PAGE.h * PT) as f32)
}

/// Where a text stands relative to the x it is given.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Start,
    Centre,
}

/// How a text is written.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) weight: Weight,
    /// In points.
    pub(super) size: f64,
    /// 0 black … 255 white.
    pub(super) grey: u8,
    pub(super) align: Align,
}

impl Style {
    pub(super) const fn centred(weight: Weight, size: f64, grey: u8) -> Self {
        Self { weight, size, grey, align: Align::Centre }
    }
}

/// One page being drawn.
pub(super) struct Canvas<'s, 'd> {
    surface: &'s mut Surface<'d>,
    fonts: &'s FontBook,
}

impl<'s, 'd> Canvas<'s, 'd> {
    pub(super) fn new(surface: &'s mut Surface<'d>, fonts: &'s FontBook) -> Self {
        Self { surface, fonts }
    }

    /// A filled rectangle.
    pub(super) fn area(&mut self, area: Area, grey: u8) {
        let mut path = PathBuilder::new();
        push(&mut path, area);
        self.fill(path.finish(), grey);
    }

    /// A filled rectangle of a colour.
    pub(super) fn coloured(&mut self, area: Area, [red, green, blue]: [u8; 3]) {
        let mut path = PathBuilder::new();
        push(&mut path, area);
        if let Some(path) = path.finish() {
            let paint = rgb::Color::new(red, green, blue).into();
            self.surface.set_fill(Some(Fill { paint, ..fill(INK) }));
            self.surface.draw_path(&path);
        }
    }

    /// A filled polygon.
    pub(super) fn polygon(&mut self, points: &[(f64, f64)], grey: u8) {
        let mut path = PathBuilder::new();
        for (i, &(x, y)) in points.iter().enumerate() {
            let (x, y) = (pt(x), pt(y));
            if i == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        path.close();
        self.fill(path.finish(), grey);
    }

    /// A ring; as thick as its radius it is a disc.
    pub(super) fn ring(&mut self, (x, y): (f64, f64), radius: f64, thickness: f64, grey: u8) {
        let mut path = PathBuilder::new();
        circle(&mut path, (x, y), radius);
        if thickness < radius {
            circle(&mut path, (x, y), radius - thickness);
        }
        self.fill(path.finish(), grey);
    }

    /// The twelve bars that make a sheet of ours known without any code.
    pub(super) fn bars(&mut self) {
        let mut path = PathBuilder::new();
        for bar in BARS {
            push(&mut path, bar);
        }
        self.fill(path.finish(), INK);
    }

    /// A code at its place on the sheet; the big one in the middle bears more damage.
    pub(super) fn code_in_place(&mut self, payload: &Payload) {
        let area = code_area(payload.place);
        let level = if payload.place == CodePlace::Middle || area.w > CORNER_CODE { Level::H } else { Level::Q };
        self.code(payload, level, area);
    }

    /// A code that fills `area`; the quiet zone is the caller's.
    pub(super) fn code(&mut self, payload: &Payload, level: Level, area: Area) {
        self.symbol(&Symbol::new(payload, level), area);
    }

    /// A symbol that fills `area`; the quiet zone is the caller's.
    pub(super) fn symbol(&mut self, symbol: &Symbol, area: Area) {
        let module = area.w / f64::from(symbol.size());
        // One path for the whole symbol: neighbouring shapes of their own would leave hairlines between them.
        let mut path = PathBuilder::new();
        for (row, column, length) in symbol.dark_runs() {
            let (x, y) = (area.x + f64::from(column) * module, area.y + f64::from(row) * module);
            push(&mut path, Area::new(x, y, f64::from(length) * module, module));
        }
        self.fill(path.finish(), INK);
    }

    /// One line with its baseline at `y`.
    pub(super) fn text(&mut self, words: &str, (x, y): (f64, f64), style: Style) -> Result<(), DrawError> {
        let line = text::shape(self.fonts, words, style.weight)?;
        self.line(&line, (x, y), style);
        Ok(())
    }

    /// One line, made smaller until it is no wider than `width` mm.
    pub(super) fn text_within(
        &mut self,
        words: &str,
        (x, y): (f64, f64),
        width: f64,
        style: Style,
    ) -> Result<(), DrawError> {
        let line = text::shape(self.fonts, words, style.weight)?;
        let size = if line.width > 0.0 { style.size.min(width * PT / line.width) } else { style.size };
        self.line(&line, (x, y), Style { size, ..style });
        Ok(())
    }

    /// Lays a text out in `room`, see [`text::fit`].
    pub(super) fn fit(&self, words: &str, weight: Weight, room: Room) -> Result<Fitted, DrawError> {
        text::fit(self.fonts, words, weight, room)
    }

    /// Draws a fitted text; the last baseline is at `y`.
    pub(super) fn fitted_up_from(&mut self, fitted: &Fitted, (x, y): (f64, f64), style: Style) {
        let step = text::LINE_STEP * fitted.size / PT;
        for (i, line) in fitted.lines.iter().rev().enumerate() {
            self.line(line, (x, y - i as f64 * step), Style { size: fitted.size, ..style });
        }
    }

    fn line(&mut self, line: &Line, (x, y): (f64, f64), style: Style) {
        let width = line.width * style.size / PT;
        let mut left = match style.align {
            Align::Start => x,
            Align::Centre => x - width / 2.0,
        };
        self.surface.set_fill(Some(fill(style.grey)));
        for run in &line.runs {
            let start = Point::from_xy(pt(left), pt(y));
            self.surface.draw_glyphs(start, &run.glyphs, run.font.clone(), &run.text, style.size as f32, false);
            left += run.width * style.size / PT;
        }
    }

    fn fill(&mut self, path: Option<Path>, grey: u8) {
        // `None` means that there is nothing to fill.
        if let Some(path) = path {
            self.surface.set_fill(Some(fill(grey)));
            self.surface.draw_path(&path);
        }
    }
}

fn fill(grey: u8) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), opacity: NormalizedF32::ONE, rule: FillRule::EvenOdd }
}

fn pt(mm: f64) -> f32 {
    (mm * PT) as f32
}

fn push(path: &mut PathBuilder, area: Area) {
    let rect = Rect::from_xywh(pt(area.x), pt(area.y), pt(area.w), pt(area.h));
    path.push_rect(rect.expect("areas on a sheet have a size"));
}

/// A circle of four cubics; 0.5523 of the radius is the classic distance of the handles.
fn circle(path: &mut PathBuilder, (x, y): (f64, f64), radius: f64) {
    let handle = radius * 0.5523;
    path.move_to(pt(x + radius), pt(y));
    for (cos, sin) in [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
        let at = |along: f64, across: f64| (pt(x + cos * along - sin * across), pt(y + sin * along + cos * across));
        let (a, b, end) = (at(radius, handle), at(handle, radius), at(0.0, radius));
        path.cubic_to(a.0, a.1, b.0, b.1, end.0, end.1);
    }
    path.close();
}
