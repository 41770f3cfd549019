//! Where things lie: rectangles on paper in millimetres, and the plane transform that carries a page into a picture.
//!
//! Pixel centres lie at halves: the top left pixel covers 0..1 by 0..1.

use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Point, Quad};

/// A4 in millimetres, upright: width and height.
pub const A4_MM: (f64, f64) = (210.0, 297.0);

/// A rectangle on paper, in millimetres from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MmRect {
    /// From the left edge of the paper.
    pub x: f64,
    /// From the top edge of the paper.
    pub y: f64,
    /// To the right.
    pub width: f64,
    /// Down.
    pub height: f64,
}

impl MmRect {
    /// The same rectangle as four corners in pixels, clockwise from the top left.
    pub fn quad(self, dpi: Dpi) -> Quad {
        let scale = f64::from(dpi.get()) / 25.4;
        let (left, top) = (self.x * scale, self.y * scale);
        rectangle(left, top, self.width * scale, self.height * scale)
    }
}

/// Four corners of an upright rectangle, clockwise from the top left.
pub(crate) fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Quad {
    let (right, bottom) = (x + width, y + height);
    Quad([Point { x, y }, Point { x: right, y }, Point { x: right, y: bottom }, Point { x, y: bottom }])
}

/// A projective map of the plane, row by row, applied to column vectors (x, y, 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement([f64; 9]);

impl Placement {
    /// Leaves every point where it is.
    pub const IDENTITY: Self = Self([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);

    /// A move by (x, y).
    pub fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, x, 0.0, 1.0, y, 0.0, 0.0, 1.0])
    }

    /// A stretch away from the origin.
    pub fn scale(x: f64, y: f64) -> Self {
        Self([x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, 1.0])
    }

    /// A turn about the origin, clockwise positive (y points down).
    pub fn turn(radians: f64) -> Self {
        let (sin, cos) = radians.sin_cos();
        Self([cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0])
    }

    /// Carries the unit square to a convex quad (Heckbert 1989, "Fundamentals of Texture Mapping", section 2.2.3).
    pub fn from_unit_square(to: &Quad) -> Self {
        let [p0, p1, p2, p3] = to.0;
        let (dx1, dx2) = (p1.x - p2.x, p3.x - p2.x);
        let (dy1, dy2) = (p1.y - p2.y, p3.y - p2.y);
        let (sx, sy) = (p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y);
        let determinant = dx1 * dy2 - dx2 * dy1;
        let g = (sx * dy2 - dx2 * sy) / determinant;
        let h = (dx1 * sy - sx * dy1) / determinant;
        Self([
            p1.x - p0.x + g * p1.x,
            p3.x - p0.x + h * p3.x,
            p0.x,
            p1.y - p0.y + g * p1.y,
            p3.y - p0.y + h * p3.y,
            p0.y,
            g,
            h,
            1.0,
        ])
    }

    /// This map followed by another.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let mut product = [0.0; 9];
        for (i, cell) in product.iter_mut().enumerate() {
            let (row, column) = (i / 3, i % 3);
            *cell = (0..3).map(|k| next.0[row * 3 + k] * self.0[k * 3 + column]).sum();
        }
        Self(product)
    }

    /// The map back (up to scale, which a projective map does not have); the map must not be degenerate.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        Self([
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ])
    }

    /// Where a point goes.
    pub fn map(&self, p: Point) -> Point {
        let m = &self.0;
        let w = m[6] * p.x + m[7] * p.y + m[8];
        Point { x: (m[0] * p.x + m[1] * p.y + m[2]) / w, y: (m[3] * p.x + m[4] * p.y + m[5]) / w }
    }

    /// Where four corners go.
    pub fn map_quad(&self, quad: &Quad) -> Quad {
        Quad(quad.0.map(|corner| self.map(corner)))
    }
}

/// Draws `source` as `placement` carries it into a picture of `size`, with `around` where the source does not reach.
/// Bilinear; the source should not shrink below half its size.
pub(crate) fn place(source: &Raster, placement: &Placement, size: (u32, u32), around: [u8; 3]) -> Raster {
    match source.channels() {
        Channels::Grey => {
            let [r, g, b] = around.map(u32::from);
            place_channels::<1>(source, placement, size, [((r * 77 + g * 150 + b * 29) >> 8) as u8])
        }
        Channels::Rgb => place_channels::<3>(source, placement, size, around),
    }
}

fn place_channels<const N: usize>(
    source: &Raster,
    placement: &Placement,
    (width, height): (u32, u32),
    around: [u8; N],
) -> Raster {
    let back = placement.inverse().0;
    let (sw, sh) = (i64::from(source.width()), i64::from(source.height()));
    let stride = source.width() as usize * N;
    let pixels = source.samples();
    let at = |x: i64, y: i64| -> [u8; N] {
        if x < 0 || y < 0 || x >= sw || y >= sh {
            return around;
        }
        let start = y as usize * stride + x as usize * N;
        std::array::from_fn(|c| pixels[start + c])
    };
    let mut samples = vec![0; width as usize * height as usize * N];
    for (y, row) in samples.chunks_exact_mut(width as usize * N).enumerate() {
        let mut walk = Walk::along_row(&back, y as f64 + 0.5);
        for pixel in row.chunks_exact_mut(N) {
            let (sx, sy) = walk.step();
            let (x0, y0) = (sx >> 8, sy >> 8);
            let (wx, wy) = ((sx & 255) as u32, (sy & 255) as u32);
            let corners = if x0 >= 0 && y0 >= 0 && x0 + 1 < sw && y0 + 1 < sh {
                let start = y0 as usize * stride + x0 as usize * N;
                let (upper, lower) = (&pixels[start..start + 2 * N], &pixels[start + stride..start + stride + 2 * N]);
                std::array::from_fn(|c| [upper[c], upper[N + c], lower[c], lower[N + c]])
            } else {
                let (a, b, c, d) = (at(x0, y0), at(x0 + 1, y0), at(x0, y0 + 1), at(x0 + 1, y0 + 1));
                std::array::from_fn::<[u8; 4], N, _>(|i| [a[i], b[i], c[i], d[i]])
            };
            for (sample, [a, b, c, d]) in pixel.iter_mut().zip(corners.map(|four| four.map(u32::from))) {
                let top = a * (256 - wx) + b * wx;
                let bottom = c * (256 - wx) + d * wx;
                *sample = ((top * (256 - wy) + bottom * wy + (1 << 15)) >> 16) as u8;
            }
        }
    }
    whole(width, height, source.channels(), samples)
}

/// Where the pixels of one row come from, in 1/256 pixel of the source, counted from the middle of its first pixel.
enum Walk {
    /// Straight and even: 40 bits before and 24 behind the point.
    Affine {
        at: (i64, i64),
        step: (i64, i64),
    },
    Projective {
        at: [f64; 3],
        step: [f64; 3],
    },
}

impl Walk {
    fn along_row(back: &[f64; 9], y: f64) -> Self {
        let at: [f64; 3] = std::array::from_fn(|i| back[i * 3] * 0.5 + back[i * 3 + 1] * y + back[i * 3 + 2]);
        let step = [back[0], back[3], back[6]];
        if back[6] != 0.0 || back[7] != 0.0 {
            return Self::Projective { at, step };
        }
        let fixed = |value: f64| (value * f64::from(1 << 24)).round() as i64;
        let half = fixed(0.5);
        Self::Affine {
            at: (fixed(at[0] / at[2]) - half, fixed(at[1] / at[2]) - half),
            step: (fixed(step[0] / at[2]), fixed(step[1] / at[2])),
        }
    }

    fn step(&mut self) -> (i64, i64) {
        match self {
            Self::Affine { at, step } => {
                let now = (at.0 >> 16, at.1 >> 16);
                *at = (at.0 + step.0, at.1 + step.1);
                now
            }
            Self::Projective { at, step } => {
                let scale = 256.0 / at[2];
                // Truncation is only rounding down for positive numbers; far outside is outside either way.
                let floor = |value: f64| (value * scale - 128.0 + 1e9) as i64 - 1_000_000_000;
                let now = (floor(at[0]), floor(at[1]));
                for (value, step) in at.iter_mut().zip(step) {
                    *value += *step;
                }
                now
            }
        }
    }
}

/// A raster of samples that were made for exactly this size.
pub(crate) fn whole(width: u32, height: u32, channels: Channels, samples: Vec<u8>) -> Raster {
    Raster::new(width, height, channels, samples).expect("the samples were made for this size")
}

/// The same picture with another number of pixels; the resolution is not kept, since it would be wrong.
pub(crate) fn resized(picture: &Raster, width: u32, height: u32) -> Raster {
    let smaller = shrink_towards(picture, (width, height));
    let picture = smaller.as_ref().unwrap_or(picture);
    let scale = |to: u32, from: u32| f64::from(to) / f64::from(from);
    let placement = Placement::scale(scale(width, picture.width()), scale(height, picture.height()));
    place(picture, &placement, (width, height), [255; 3])
}

/// Halves a picture while it is at least twice as large as wanted, so that bilinear placing does not skip pixels.
pub(crate) fn shrink_towards(picture: &Raster, (width, height): (u32, u32)) -> Option<Raster> {
    let mut smaller: Option<Raster> = None;
    loop {
        let now = smaller.as_ref().unwrap_or(picture);
        if now.width() < width * 2 || now.height() < height * 2 {
            return smaller;
        }
        smaller = Some(halved(now));
    }
}

/// The mean of each 2×2 block; an odd last row or column is left out.
pub(crate) fn halved(picture: &Raster) -> Raster {
    let n = picture.channels().count();
    let (width, height) = ((picture.width() / 2).max(1), (picture.height() / 2).max(1));
    let mut samples = Vec::with_capacity(width as usize * height as usize * n);
    for y in 0..height {
        let (upper, lower) = (picture.row(y * 2), picture.row((y * 2 + 1).min(picture.height() - 1)));
        for x in 0..width as usize {
            let (a, b) = (x * 2 * n, (x * 2 + 1).min(picture.width() as usize - 1) * n);
            samples.extend((0..n).map(|c| {
                let sum: u16 = [upper[a + c], upper[b + c], lower[a + c], lower[b + c]].map(u16::from).iter().sum();
                (sum / 4) as u8
            }));
        }
    }
    whole(width, height, picture.channels(), samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Point, b: Point) -> bool {
        (a.x - b.x).abs() < 1e-6 && (a.y - b.y).abs() < 1e-6
    }

    #[test]
    fn a_placement_carries_corners_and_back() {
        let quad = Quad([(10.0, 12.0), (90.0, 5.0), (95.0, 80.0), (3.0, 70.0)].map(|(x, y)| Point { x, y }));
        let placement = Placement::from_unit_square(&quad);
        let unit = rectangle(0.0, 0.0, 1.0, 1.0);
        for (from, to) in unit.0.into_iter().zip(quad.0) {
            assert!(close(placement.map(from), to));
            assert!(close(placement.inverse().map(to), from));
        }
        let chained = Placement::scale(0.5, 0.5).then(&Placement::shift(3.0, 4.0));
        assert!(close(chained.map(Point { x: 2.0, y: 2.0 }), Point { x: 4.0, y: 5.0 }), "scale first, then shift");
    }

    #[test]
    fn a_clockwise_turn_sends_right_to_down() {
        let p = Placement::turn(std::f64::consts::FRAC_PI_2).map(Point { x: 1.0, y: 0.0 });
        assert!(close(p, Point { x: 0.0, y: 1.0 }));
    }

    #[test]
    fn placing_by_whole_pixels_copies_them() {
        let source = Raster::new(3, 2, Channels::Grey, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let moved = place(&source, &Placement::shift(1.0, 1.0), (4, 3), [9, 9, 9]);
        assert_eq!(moved.samples(), [9, 9, 9, 9, 9, 1, 2, 3, 9, 4, 5, 6]);
    }
}
