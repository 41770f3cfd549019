//! Moving pixels: exact quarter turns, and one bilinear resampling for everything else.
//!
//! The kernel walks each output row in stretches over which the whole-pixel offset to the source stays the same (for
//! a turn of 1° about 57 pixels), so that the inner loop runs over plain slices, without index checks.

pub mod reference;

pub use reference::render;

use crate::geometry::affine::Affine;
use crate::geometry::outline;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Point, Quad, Turn};

/// Fractional bits of a source coordinate while walking along a row.
const FRACTION: u32 = 32;
const ONE: f64 = (1u64 << FRACTION) as f64;

/// Size and background of a resampled picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Canvas {
    /// Columns, at least 1.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
    /// What stands where the input has no pixel: red, green, blue (grey pictures use green).
    pub fill: [u8; 3],
}

/// Turns a picture back by the quarter turn found in it; no pixel value changes.
#[must_use]
pub fn turn_back(input: &Raster, turn: Turn) -> Raster {
    match input.channels() {
        Channels::Grey => turned::<1>(input, turn),
        Channels::Rgb => turned::<3>(input, turn),
    }
}

/// Resamples `input` through `map` (input to output) onto `canvas`, bilinearly; what lies outside the input is filled.
///
/// The resolution is carried over: `map` is meant to rotate and move, not to scale.
#[must_use]
pub fn warp(input: &Raster, map: &Affine, canvas: Canvas) -> Raster {
    warp_within(input, map, canvas, &outline(input.width(), input.height()))
}

/// Like [`warp`], but everything outside `keep` (a convex outline in the input) is filled as well.
#[must_use]
pub fn warp_within(input: &Raster, map: &Affine, canvas: Canvas, keep: &Quad) -> Raster {
    let keep = map.map_quad(keep);
    match input.channels() {
        Channels::Grey => resample::<1>(input, map, canvas, &keep, [canvas.fill[1]]),
        Channels::Rgb => resample::<3>(input, map, canvas, &keep, canvas.fill),
    }
}

fn finish(width: u32, height: u32, samples: Vec<u8>, like: &Raster) -> Raster {
    Raster::new(width, height, like.channels(), samples)
        .expect("the buffer was made from this size")
        .with_resolution(like.resolution())
}

fn turned<const C: usize>(input: &Raster, turn: Turn) -> Raster {
    let (w, h) = (input.width() as usize, input.height() as usize);
    let (pixels, rest) = input.samples().as_chunks::<C>();
    debug_assert!(rest.is_empty());
    let out: Vec<[u8; C]> = match turn {
        Turn::None => return input.clone(),
        Turn::Half => pixels.iter().rev().copied().collect(),
        Turn::Quarter => transposed(pixels, w, h, |x, y| (w - 1 - x) * h + y),
        Turn::ThreeQuarters => transposed(pixels, w, h, |x, y| x * h + (h - 1 - y)),
    };
    let (width, height) = if turn == Turn::Half { (w, h) } else { (h, w) };
    let turned = finish(width as u32, height as u32, out.into_flattened(), input);
    let resolution = input.resolution().map(|mut r| {
        if turn != Turn::Half {
            std::mem::swap(&mut r.x, &mut r.y);
        }
        r
    });
    turned.with_resolution(resolution)
}

/// Moves pixels block by block, so that both sides of the transposition stay in the cache.
fn transposed<const C: usize>(
    pixels: &[[u8; C]],
    w: usize,
    h: usize,
    to: impl Fn(usize, usize) -> usize,
) -> Vec<[u8; C]> {
    const BLOCK: usize = 32;
    let mut out = vec![[0; C]; pixels.len()];
    for y0 in (0..h).step_by(BLOCK) {
        for x0 in (0..w).step_by(BLOCK) {
            for y in y0..(y0 + BLOCK).min(h) {
                for x in x0..(x0 + BLOCK).min(w) {
                    out[to(x, y)] = pixels[y * w + x];
                }
            }
        }
    }
    out
}

fn resample<const C: usize>(input: &Raster, map: &Affine, canvas: Canvas, keep: &Quad, fill: [u8; C]) -> Raster {
    let source = Source::<C>::new(input);
    let [[a, b, c], [d, e, f]] = map.inverse().coefficients();
    let (width, height) = (canvas.width as usize, canvas.height as usize);
    let mut out = vec![fill; width * height];
    for (y, row) in out.chunks_exact_mut(width).enumerate() {
        let (from, to) = span(keep, y as f64 + 0.5, width);
        if from >= to {
            continue;
        }
        // Centres: output pixel (x, y) stands for the point (x + ½, y + ½); source sample 0 stands at ½.
        let (cx, cy) = (from as f64 + 0.5, y as f64 + 0.5);
        let start = Point { x: a * cx + b * cy + c - 0.5, y: d * cx + e * cy + f - 0.5 };
        source.walk(&mut row[from..to], start, (a, d), fill);
    }
    finish(canvas.width, canvas.height, out.into_flattened(), input)
}

/// The output pixels of the row through `y` whose centres lie in the convex `keep`: first, and one after the last.
fn span(keep: &Quad, y: f64, width: usize) -> (usize, usize) {
    let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
    for (p, q) in keep.0.iter().zip(keep.0.iter().cycle().skip(1)) {
        if (p.y <= y) != (q.y <= y) {
            let x = p.x + (y - p.y) / (q.y - p.y) * (q.x - p.x);
            (lo, hi) = (lo.min(x), hi.max(x));
        }
    }
    if lo > hi {
        return (0, 0);
    }
    // A little slack keeps the outermost pixels of an unturned picture despite rounding.
    let first = (lo - 0.5 - 1e-6).ceil().clamp(0.0, width as f64);
    let last = (hi - 0.5 + 1e-6).floor().clamp(-1.0, width as f64 - 1.0);
    (first as usize, (last + 1.0) as usize)
}

struct Source<'a, const C: usize> {
    pixels: &'a [[u8; C]],
    width: usize,
    height: usize,
}

impl<'a, const C: usize> Source<'a, C> {
    fn new(input: &'a Raster) -> Self {
        let (pixels, _) = input.samples().as_chunks::<C>();
        Self { pixels, width: input.width() as usize, height: input.height() as usize }
    }

    /// Fills `row` from `start`, going on by `step` in the source per output pixel.
    fn walk(&self, row: &mut [[u8; C]], start: Point, step: (f64, f64), fill: [u8; C]) {
        let fixed = |v: f64| (v * ONE).round() as i64;
        let (mut x, mut y) = (fixed(start.x), fixed(start.y));
        let (dx, dy) = (fixed(step.0), fixed(step.1));
        let mut i = 0;
        while i < row.len() {
            let (ix, iy) = (x >> FRACTION, y >> FRACTION);
            let inside = ix >= 0 && iy >= 0 && ix + 1 < self.width as i64 && iy + 1 < self.height as i64;
            if !inside {
                row[i] = self.at_edge(x, y).unwrap_or(fill);
                (x, y, i) = (x + dx, y + dy, i + 1);
                continue;
            }
            let n = steps_within(x, dx - (1 << FRACTION))
                .min(steps_within(y, dy))
                .min(row.len() - i)
                .min(self.width - 1 - ix as usize);
            self.stretch(&mut row[i..i + n], ix as usize, iy as usize, (x, dx), (y, dy));
            (x, y, i) = (x + dx * n as i64, y + dy * n as i64, i + n);
        }
    }

    /// One stretch: output pixel `k` lies between source columns `ix + k` and `ix + k + 1`, rows `iy` and `iy + 1`.
    fn stretch(&self, out: &mut [[u8; C]], ix: usize, iy: usize, (mut x, dx): (i64, i64), (mut y, dy): (i64, i64)) {
        let n = out.len();
        let above = &self.pixels[iy * self.width + ix..][..=n];
        let below = &self.pixels[(iy + 1) * self.width + ix..][..=n];
        let drift = dx - (1 << FRACTION);
        for ((out, above), below) in out.iter_mut().zip(above.windows(2)).zip(below.windows(2)) {
            *out = blend(above[0], above[1], below[0], below[1], weight(x), weight(y));
            (x, y) = (x + drift, y + dy);
        }
    }

    /// A pixel within half a pixel of the edge repeats the edge; further out there is none.
    fn at_edge(&self, x: i64, y: i64) -> Option<[u8; C]> {
        let half = 1i64 << (FRACTION - 1);
        let (w, h) = ((self.width as i64) << FRACTION, (self.height as i64) << FRACTION);
        if x < -half || y < -half || x > w - half || y > h - half {
            return None;
        }
        let clamp = |v: i64, n: usize| (v >> FRACTION).clamp(0, n as i64 - 1) as usize;
        let (x0, x1) = (clamp(x, self.width), clamp(x + (1 << FRACTION), self.width));
        let (y0, y1) = (clamp(y, self.height), clamp(y + (1 << FRACTION), self.height));
        let at = |x: usize, y: usize| self.pixels[y * self.width + x];
        Some(blend(at(x0, y0), at(x1, y0), at(x0, y1), at(x1, y1), weight(x), weight(y)))
    }
}

/// How many steps of `drift` the coordinate `v` can take, counting the first place, before its whole part changes.
fn steps_within(v: i64, drift: i64) -> usize {
    let fraction = v & ((1 << FRACTION) - 1);
    match drift {
        0 => usize::MAX,
        1.. => (((1 << FRACTION) - 1 - fraction) / drift) as usize + 1,
        _ => (fraction / -drift) as usize + 1,
    }
}

/// The fraction of a coordinate in 1/128.
fn weight(v: i64) -> i16 {
    ((v >> (FRACTION - 7)) & 127) as i16
}

fn blend<const C: usize>(p: [u8; C], q: [u8; C], r: [u8; C], s: [u8; C], wx: i16, wy: i16) -> [u8; C] {
    let mut out = [0; C];
    for c in 0..C {
        let (p, q, r, s) = (i16::from(p[c]), i16::from(q[c]), i16::from(r[c]), i16::from(s[c]));
        let top = (p << 7) + (q - p) * wx;
        let bottom = (r << 7) + (s - r) * wx;
        let value = (i32::from(top) << 7) + (i32::from(bottom) - i32::from(top)) * i32::from(wy);
        out[c] = ((value + (1 << 13)) >> 14) as u8;
    }
    out
}

#[cfg(test)]
#[path = "warp_tests.rs"]
mod tests;
