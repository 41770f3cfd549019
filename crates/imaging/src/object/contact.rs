//! Several views of one object on one sheet. It must not know how the views were made.

use crate::encode::resized;
use scantrail_core::raster::{Channels, Raster};

/// The sheet's own grey: neither paper nor backing, as in a museum.
const GROUND: u8 = 128;
/// Room between views and around them, as a share of a cell.
const GAP: u32 = 32;
/// Height of a number, as a share of a cell.
const NUMBER: u32 = 16;
/// The digits 0 to 9, three columns by five rows, the top row first, the left column the highest bit.
const DIGITS: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 7, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 2, 2, 2],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

/// All views in the order given, from left to right and row by row, each in a square cell of `cell` pixels (at least
/// 32) with its number, as large as its cell allows but never enlarged; shapes and colours are kept. `None` without
/// views.
#[must_use]
pub fn contact_sheet(views: &[&Raster], cell: u32) -> Option<Raster> {
    if views.is_empty() {
        return None;
    }
    let cell = cell.max(32);
    let columns = (views.len() as f64).sqrt().ceil() as u32;
    let rows = (views.len() as u32).div_ceil(columns);
    let gap = (cell / GAP).max(1);
    let mut sheet = Canvas::new(columns * (cell + gap) + gap, rows * (cell + gap) + gap);
    for (k, view) in views.iter().enumerate() {
        let (column, row) = (k as u32 % columns, k as u32 / columns);
        let (left, top) = (gap + column * (cell + gap), gap + row * (cell + gap));
        let long = view.width().max(view.height());
        let side = |n: u32| {
            let scaled = (u64::from(n) * u64::from(cell) + u64::from(long) / 2) / u64::from(long);
            (scaled as u32).clamp(1, cell)
        };
        if long > cell {
            let small = resized(view, side(view.width()), side(view.height()));
            sheet.put(&small, left + (cell - small.width()) / 2, top + (cell - small.height()) / 2);
        } else {
            sheet.put(view, left + (cell - view.width()) / 2, top + (cell - view.height()) / 2);
        }
        sheet.number(k + 1, left, top, (cell / NUMBER / 5).max(1));
    }
    let Canvas { width, height, samples } = sheet;
    Some(Raster::new(width, height, Channels::Rgb, samples).expect("the buffer was made from this size"))
}

struct Canvas {
    width: u32,
    height: u32,
    samples: Vec<u8>,
}

impl Canvas {
    fn new(width: u32, height: u32) -> Self {
        Self { width, height, samples: vec![GROUND; 3 * width as usize * height as usize] }
    }

    fn put(&mut self, view: &Raster, left: u32, top: u32) {
        for y in 0..view.height() {
            let start = 3 * ((top + y) as usize * self.width as usize + left as usize);
            let to = &mut self.samples[start..start + 3 * view.width() as usize];
            match view.channels() {
                Channels::Rgb => to.copy_from_slice(view.row(y)),
                Channels::Grey => to.chunks_exact_mut(3).zip(view.row(y)).for_each(|(to, &v)| to.fill(v)),
            }
        }
    }

    /// White digits on black, in the corner of a cell; a dot is `dot` pixels wide.
    fn number(&mut self, number: usize, left: u32, top: u32, dot: u32) {
        let digits: Vec<usize> = number.to_string().bytes().map(|b| usize::from(b - b'0')).collect();
        let (across, down) = (4 * digits.len() as u32 + 1, 7);
        for y in 0..down * dot {
            for x in 0..across * dot {
                let (column, row) = (x / dot, y / dot);
                let set = (1..6).contains(&row) && column % 4 > 0 && {
                    let bits = DIGITS[digits[(column / 4) as usize]][row as usize - 1];
                    bits >> (3 - column % 4) & 1 == 1
                };
                let at = 3 * ((top + y) as usize * self.width as usize + (left + x) as usize);
                if let Some(pixel) = self.samples.get_mut(at..at + 3) {
                    pixel.fill(if set { 255 } else { 0 });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(width: u32, height: u32, colour: [u8; 3]) -> Raster {
        let samples = colour.repeat((width * height) as usize);
        Raster::new(width, height, Channels::Rgb, samples).unwrap()
    }

    fn pixel(sheet: &Raster, x: u32, y: u32) -> [u8; 3] {
        sheet.row(y)[3 * x as usize..][..3].try_into().unwrap()
    }

    #[test]
    fn views_stand_in_order_with_their_colours_and_shapes() {
        let colours = [[200, 30, 40], [30, 190, 60], [20, 60, 220]];
        let views = [view(400, 200, colours[0]), view(50, 60, colours[1]), view(100, 300, colours[2])];
        let sheet = contact_sheet(&[&views[0], &views[1], &views[2]], 128).unwrap();
        assert_eq!((sheet.width(), sheet.height()), (2 * 132 + 4, 2 * 132 + 4));
        let middles = [(68, 68), (200, 68), (68, 200)];
        for ((x, y), colour) in middles.into_iter().zip(colours) {
            assert_eq!(pixel(&sheet, x, y), colour);
        }
        assert_eq!(pixel(&sheet, 68, 30), [GROUND; 3], "twice as wide as high, so nothing above");
        assert_eq!(pixel(&sheet, 200 + 28, 68), [GROUND; 3], "a small view is not enlarged");
        assert_eq!(pixel(&sheet, 200, 200), [GROUND; 3], "the fourth cell is empty");
        assert_eq!(pixel(&sheet, 4, 4), [0; 3], "the number's ground");
        assert!((4..12).any(|x| (4..12).any(|y| pixel(&sheet, x, y) == [255; 3])), "the number itself");
    }

    #[test]
    fn any_number_and_shape_of_views() {
        assert_eq!(contact_sheet(&[], 100), None);
        let thin = view(3000, 1, [9; 3]);
        let grey = Raster::new(1, 1, Channels::Grey, vec![7]).unwrap();
        for n in 1..12 {
            let views: Vec<&Raster> = (0..n).map(|k| if k % 2 == 0 { &thin } else { &grey }).collect();
            assert!(contact_sheet(&views, 1).is_some());
        }
    }
}
