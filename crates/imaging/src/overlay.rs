//! What was found, drawn over what was captured: for people who would rather look than read.
//!
//! It draws lines, outlines and short labels; what they mean is the caller's business.

use crate::encode::preview;
use font8x8::UnicodeFonts as _;
use image::{Rgb, RgbImage};
use imageproc::drawing::{draw_filled_rect_mut, draw_polygon_mut};
use imageproc::rect::Rect;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::Point;

/// Longer side of the drawing in pixels: fits a screen, and words can still be read.
const LONG_SIDE: u32 = 1600;
/// Screen pixels of one dot of a letter: letters are 16 pixels high.
const DOT: u32 = 2;
/// Dots of a letter's cell.
const CELL: u32 = 8;
/// How much of the picture shines through a label's ground.
const GROUND: Rgb<u8> = Rgb([20, 20, 20]);

/// Red, green, blue.
pub type Colour = [u8; 3];

/// A drawing over a picture. Coordinates are those of the picture, in pixels.
pub struct Overlay {
    image: RgbImage,
    scale: f64,
}

impl Overlay {
    /// Begins with a copy of `picture` at screen size.
    pub fn over(picture: &Raster) -> Self {
        let small = preview(picture, LONG_SIDE);
        let (width, height) = (small.width(), small.height());
        let scale = f64::from(width) / f64::from(picture.width());
        let samples = match small.channels() {
            Channels::Rgb => small.into_samples(),
            Channels::Grey => small.samples().iter().flat_map(|&v| [v; 3]).collect(),
        };
        let image = RgbImage::from_raw(width, height, samples).expect("a raster holds exactly its pixels");
        Self { image, scale }
    }

    /// A closed outline, `width` screen pixels wide. Fewer than two different points draw nothing.
    pub fn outline(&mut self, points: &[Point], colour: Colour, width: f64) {
        for (from, to) in points.iter().zip(points.iter().cycle().skip(1)) {
            self.line(*from, *to, colour, width);
        }
    }

    /// A straight line, `width` screen pixels wide.
    pub fn line(&mut self, from: Point, to: Point, colour: Colour, width: f64) {
        let (from, to) = (self.on_screen(from), self.on_screen(to));
        let length = (to.x - from.x).hypot(to.y - from.y);
        if !(1e-6..1e6).contains(&length) {
            return;
        }
        let (ux, uy) = ((to.x - from.x) / length * width / 2.0, (to.y - from.y) / length * width / 2.0);
        let corners = [
            (from.x - ux + uy, from.y - uy - ux),
            (to.x + ux + uy, to.y + uy - ux),
            (to.x + ux - uy, to.y + uy + ux),
            (from.x - ux - uy, from.y - uy + ux),
        ];
        let mut polygon: Vec<imageproc::point::Point<i32>> = Vec::with_capacity(4);
        for (x, y) in corners {
            let point = imageproc::point::Point::new(x.round() as i32, y.round() as i32);
            // The drawing library refuses a polygon whose last point is its first.
            if !polygon.contains(&point) {
                polygon.push(point);
            }
        }
        if polygon.len() >= 3 {
            draw_polygon_mut(&mut self.image, &polygon, Rgb(colour));
        }
    }

    /// Words beside a point, on a dark ground, moved inside the picture if they would not fit. Letters that the small
    /// font lacks become `?`.
    pub fn label(&mut self, at: Point, text: &str, colour: Colour) {
        let at = self.on_screen(at);
        let size = |dots: u32| dots * DOT;
        let (width, height) = (size(CELL) * text.chars().count() as u32 + size(4), size(CELL + 4));
        let fit = |v: f64, side: u32, all: u32| v.clamp(0.0, f64::from(all.saturating_sub(side))) as i32;
        let (left, top) = (fit(at.x, width, self.image.width()), fit(at.y, height, self.image.height()));
        draw_filled_rect_mut(&mut self.image, Rect::at(left, top).of_size(width, height), GROUND);
        for (column, letter) in text.chars().enumerate() {
            let x = left + (size(2) + size(CELL) * column as u32) as i32;
            self.letter(letter, x, top + size(2) as i32, colour);
        }
    }

    /// Lines of words one below the other, from the top left corner. A line wider than the picture goes on below.
    pub fn legend(&mut self, lines: &[(String, Colour)]) {
        let step = f64::from((CELL + 4) * DOT) / self.scale;
        let columns = (self.image.width() / (CELL * DOT)).saturating_sub(1).max(1) as usize;
        let rows =
            lines.iter().flat_map(|(line, colour)| wrapped(line, columns).into_iter().map(move |row| (row, colour)));
        for (number, (row, colour)) in rows.enumerate() {
            self.label(Point { x: 0.0, y: step * number as f64 }, &row, *colour);
        }
    }

    /// The drawing.
    pub fn finish(self) -> Raster {
        let (width, height) = self.image.dimensions();
        Raster::new(width, height, Channels::Rgb, self.image.into_raw()).expect("an image holds exactly its pixels")
    }

    fn letter(&mut self, letter: char, left: i32, top: i32, colour: Colour) {
        let rows = font8x8::BASIC_FONTS
            .get(letter)
            .or_else(|| font8x8::LATIN_FONTS.get(letter))
            .or_else(|| font8x8::BASIC_FONTS.get('?'))
            .unwrap_or_default();
        for (y, row) in (0..).zip(rows) {
            for x in (0..CELL).filter(|x| row >> x & 1 == 1) {
                let dot = Rect::at(left + (x * DOT) as i32, top + (y * DOT) as i32).of_size(DOT, DOT);
                draw_filled_rect_mut(&mut self.image, dot, Rgb(colour));
            }
        }
    }

    fn on_screen(&self, p: Point) -> Point {
        Point { x: p.x * self.scale, y: p.y * self.scale }
    }
}

/// A line broken between words into rows of at most so many letters; a longer word has a row of its own.
fn wrapped(line: &str, columns: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match rows.last_mut() {
            Some(row) if row.chars().count() + 1 + word.chars().count() <= columns => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RED: Colour = [255, 0, 0];

    fn white(width: u32, height: u32) -> Raster {
        Raster::new(width, height, Channels::Grey, vec![255; (width * height) as usize]).unwrap()
    }

    fn reds(drawing: &Raster) -> usize {
        drawing.samples().chunks_exact(3).filter(|p| **p == RED).count()
    }

    #[test]
    fn an_outline_is_drawn_where_it_lies() {
        let mut overlay = Overlay::over(&white(3200, 1600));
        let square = [(400.0, 400.0), (1200.0, 400.0), (1200.0, 1200.0), (400.0, 1200.0)];
        overlay.outline(&square.map(|(x, y)| Point { x, y }), RED, 3.0);
        let drawing = overlay.finish();
        assert_eq!((drawing.width(), drawing.height()), (1600, 800));
        let at = |x: u32, y: u32| &drawing.row(y)[x as usize * 3..][..3];
        assert_eq!((at(200, 400), at(600, 300), at(400, 200)), (&RED[..], &RED[..], &RED[..]));
        assert_eq!(at(400, 400), [255; 3], "nothing inside");
    }

    #[test]
    fn labels_stay_inside_and_can_be_told_apart() {
        let draw = |text: &str, x: f64| {
            let mut overlay = Overlay::over(&white(400, 300));
            overlay.label(Point { x, y: 290.0 }, text, RED);
            overlay.finish()
        };
        assert!(reds(&draw("-1.83°", 380.0)) > 60);
        assert_ne!(draw("text", 10.0), draw("lined", 10.0));
        assert_ne!(draw("é", 10.0), draw("漢", 10.0), "what the font lacks is a question mark");
        assert_eq!(draw("漢", 10.0), draw("?", 10.0));
    }

    #[test]
    fn a_legend_goes_on_below_where_the_picture_ends() {
        assert_eq!(wrapped("one of the papers is cut off", 12), ["one of the", "papers is", "cut off"]);
        assert_eq!(wrapped("straightforward", 4), ["straightforward"]);
        let mut overlay = Overlay::over(&white(400, 300));
        overlay.legend(&[("one of the papers reaches the edge of the picture".to_owned(), RED)]);
        let drawing = overlay.finish();
        let red_in = |rows: std::ops::Range<u32>| rows.flat_map(|y| drawing.row(y).chunks_exact(3)).any(|p| *p == RED);
        assert!(red_in(0..24) && red_in(24..48) && !red_in(96..300));
    }

    proptest! {
        #[test]
        fn any_line_on_any_picture_is_survived(w in 1u32..40, h in 1u32..40, from in prop::array::uniform2(-1e9..1e9f64), to in prop::array::uniform2(-1e2..1e2f64)) {
            let mut overlay = Overlay::over(&white(w, h));
            let (from, to) = (Point { x: from[0], y: from[1] }, Point { x: to[0], y: to[1] });
            overlay.line(from, to, RED, 2.0);
            overlay.line(to, to, RED, 2.0);
            overlay.line(to, Point { x: f64::NAN, y: 0.0 }, RED, 2.0);
            overlay.label(from, "x", RED);
            prop_assert_eq!(overlay.finish().width(), w);
        }
    }
}
