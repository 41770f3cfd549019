//! A sheet to paint on: coordinates in millimetres, colours blended onto RGB pixels.
//!
//! Knows no school and no page; [`crate::paint`] composes pages from its strokes.

mod text;

use crate::geometry::{MmRect, Placement, place, rectangle, shrink_towards, whole};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};

pub(crate) use text::Style;

pub(crate) type Colour = [u8; 3];

/// A point in millimetres from the top left of the sheet.
pub(crate) type Mm = (f64, f64);

pub(crate) struct Canvas {
    width: u32,
    height: u32,
    dpi: Dpi,
    samples: Vec<u8>,
}

impl Canvas {
    /// A sheet of one colour.
    pub(crate) fn new((width_mm, height_mm): Mm, dpi: Dpi, colour: Colour) -> Self {
        let pixels = |mm: f64| (mm * f64::from(dpi.get()) / 25.4).round().max(1.0) as u32;
        let (width, height) = (pixels(width_mm), pixels(height_mm));
        let samples = colour.repeat(width as usize * height as usize);
        Self { width, height, dpi, samples }
    }

    /// Goes on painting on a picture; grey pictures become colour. Pixels of unknown resolution count as `dpi`.
    pub(crate) fn from_raster(raster: Raster, dpi: Dpi) -> Self {
        let dpi = raster.resolution().map_or(dpi, |resolution| resolution.x);
        let (width, height) = (raster.width(), raster.height());
        let samples = match raster.channels() {
            Channels::Rgb => raster.into_samples(),
            Channels::Grey => raster.samples().iter().flat_map(|&grey| [grey; 3]).collect(),
        };
        Self { width, height, dpi, samples }
    }

    pub(crate) fn into_raster(self) -> Raster {
        whole(self.width, self.height, Channels::Rgb, self.samples).with_resolution(Some(Resolution::square(self.dpi)))
    }

    pub(crate) fn dpi(&self) -> Dpi {
        self.dpi
    }

    pub(crate) fn scale(&self) -> f64 {
        f64::from(self.dpi.get()) / 25.4
    }

    /// Mixes `colour` into one pixel; outside the sheet nothing happens.
    pub(crate) fn blend(&mut self, x: i64, y: i64, colour: Colour, cover: f32) {
        if x < 0 || y < 0 || x >= i64::from(self.width) || y >= i64::from(self.height) || cover <= 0.0 {
            return;
        }
        let start = (y as usize * self.width as usize + x as usize) * 3;
        let cover = cover.min(1.0);
        for (sample, ink) in self.samples[start..start + 3].iter_mut().zip(colour) {
            let mixed = f32::from(*sample) + (f32::from(ink) - f32::from(*sample)) * cover;
            *sample = (mixed + 0.5) as u8;
        }
    }

    /// Fills an upright rectangle, edges to the nearest pixel.
    pub(crate) fn fill(&mut self, rect: MmRect, colour: Colour) {
        let s = self.scale();
        let (x0, x1) = ((rect.x * s).round() as i64, ((rect.x + rect.width) * s).round() as i64);
        let (y0, y1) = ((rect.y * s).round() as i64, ((rect.y + rect.height) * s).round() as i64);
        for y in y0.max(0)..y1.min(i64::from(self.height)) {
            for x in x0.max(0)..x1.min(i64::from(self.width)) {
                self.blend(x, y, colour, 1.0);
            }
        }
    }

    /// The outline of a rectangle.
    pub(crate) fn frame(&mut self, rect: MmRect, width: f64, colour: Colour) {
        let (right, bottom) = (rect.x + rect.width, rect.y + rect.height);
        let corners = [(rect.x, rect.y), (right, rect.y), (right, bottom), (rect.x, bottom), (rect.x, rect.y)];
        for pair in corners.windows(2) {
            self.line(pair[0], pair[1], width, colour, 1.0);
        }
    }

    /// A straight stroke with round ends, `strength` 0 to 1.
    pub(crate) fn line(&mut self, from: Mm, to: Mm, width: f64, colour: Colour, strength: f32) {
        let s = self.scale();
        let (x0, y0, x1, y1) = (from.0 * s, from.1 * s, to.0 * s, to.1 * s);
        let radius = (width * s / 2.0).max(0.35);
        let (dx, dy) = (x1 - x0, y1 - y0);
        let squared = (dx * dx + dy * dy).max(1e-9);
        self.each_pixel((x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)), radius, |px, py| {
            let along = (((px - x0) * dx + (py - y0) * dy) / squared).clamp(0.0, 1.0);
            let (off_x, off_y) = (px - x0 - along * dx, py - y0 - along * dy);
            let distance = (off_x * off_x + off_y * off_y).sqrt();
            (colour, (radius + 0.5 - distance).clamp(0.0, 1.0) as f32 * strength)
        });
    }

    /// A filled ellipse, `strength` 0 to 1.
    pub(crate) fn ellipse(&mut self, centre: Mm, (rx, ry): Mm, colour: Colour, strength: f32) {
        let s = self.scale();
        let (cx, cy, rx, ry) = (centre.0 * s, centre.1 * s, (rx * s).max(0.5), (ry * s).max(0.5));
        self.each_pixel((cx - rx, cy - ry, cx + rx, cy + ry), 1.0, |px, py| {
            let (across, down) = ((px - cx) / rx, (py - cy) / ry);
            let radial = (across * across + down * down).sqrt();
            (colour, ((1.0 - radial) * rx.min(ry) + 0.5).clamp(0.0, 1.0) as f32 * strength)
        });
    }

    /// Lays a picture onto the sheet so that it fills `rect`.
    pub(crate) fn paste(&mut self, picture: &Raster, rect: MmRect) {
        let target = rect.quad(self.dpi);
        let (left, top) = (target.0[0].x.floor(), target.0[0].y.floor());
        let size = ((target.0[2].x - left).ceil() as u32, (target.0[2].y - top).ceil() as u32);
        let halved = shrink_towards(picture, size);
        let picture = halved.as_ref().unwrap_or(picture);
        let onto = Placement::scale(1.0 / f64::from(picture.width()), 1.0 / f64::from(picture.height())).then(
            &Placement::from_unit_square(&rectangle(
                target.0[0].x - left,
                target.0[0].y - top,
                target.0[2].x - target.0[0].x,
                target.0[2].y - target.0[0].y,
            )),
        );
        let placed = place(picture, &onto, size, [255; 3]);
        let per_pixel = placed.channels().count();
        for y in 0..placed.height() {
            for (x, pixel) in placed.row(y).chunks_exact(per_pixel).enumerate() {
                let colour = if per_pixel == 3 { [pixel[0], pixel[1], pixel[2]] } else { [pixel[0]; 3] };
                self.blend(left as i64 + x as i64, top as i64 + i64::from(y), colour, 1.0);
            }
        }
    }

    /// Asks `shade` for colour and strength at every pixel centre of a box widened by `margin` pixels.
    fn each_pixel(&mut self, bounds: (f64, f64, f64, f64), margin: f64, shade: impl Fn(f64, f64) -> (Colour, f32)) {
        let (left, top, right, bottom) = bounds;
        let reach = margin + 1.0;
        for y in (top - reach).floor().max(0.0) as i64..=((bottom + reach).ceil() as i64).min(i64::from(self.height)) {
            for x in (left - reach).floor().max(0.0) as i64..=((right + reach).ceil() as i64).min(i64::from(self.width))
            {
                let (colour, strength) = shade(x as f64 + 0.5, y as f64 + 0.5);
                self.blend(x, y, colour, strength);
            }
        }
    }
}
