//! One output row: cut into short segments along which the source moves evenly, each fetched the cheapest way.
//!
//! Where the step from pixel to pixel is nearly one source pixel to the right (a page that is turned a little), source
//! samples are used where they lie, in *stretches* with the same whole-pixel offset. Elsewhere (perspective, large
//! turns) they are *gathered* first. At the picture's edge every pixel is looked at by itself.

use super::blend::{BLOCK, Lanes, Ramp, mix};

/// Pixels in a segment, at most: so many steps, each rounded to 1/65 536 pixel, stay within 1/2048 of a pixel.
pub(crate) const SEGMENT: usize = 64;
/// Samples written beyond a segment, at most.
pub(crate) const OVERRUN: usize = 3 * BLOCK;
/// Fractional bits of a coordinate.
const FRACTION: u32 = 16;
const ONE: i64 = 1 << FRACTION;
const HALF: i64 = ONE / 2;
/// Segments at the edge of the picture are cut into pieces of this many pixels.
const EDGE_PIECE: usize = 8;
/// Stretches pay from this many pixels up, as measured, in grey and in colour.
const LEAST_STRETCH: [i64; 2] = [6, 4];

/// The pixels of the input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a, const C: usize, L> {
    pub(crate) samples: &'a [u8],
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) lanes: L,
}

/// Source coordinates along a segment, in 1/65 536 pixel from the centre of the first source pixel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    x: i64,
    y: i64,
    dx: i64,
    dy: i64,
}

impl Line {
    /// From the point of the first pixel's centre, in pixels, and the step to the next.
    #[inline(always)]
    pub(crate) fn new((x, y): (f64, f64), (dx, dy): (f64, f64)) -> Self {
        let fixed = |v: f64| (v * ONE as f64 + 0.5).floor() as i64;
        Self { x: fixed(x - 0.5), y: fixed(y - 0.5), dx: fixed(dx), dy: fixed(dy) }
    }

    #[inline(always)]
    fn skip(self, n: usize) -> Self {
        Self { x: self.x + self.dx * n as i64, y: self.y + self.dy * n as i64, ..self }
    }

    /// How far the whole-pixel offset drifts from pixel to pixel.
    #[inline(always)]
    fn drift(self) -> i64 {
        (self.dx - ONE).abs() + self.dy.abs()
    }
}

/// Where a segment lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Inside,
    Outside,
    AtEdge,
}

impl<const C: usize, L: Lanes> Source<'_, C, L> {
    /// Writes `n` pixels (at most [`SEGMENT`]) to the start of `out`; up to [`OVERRUN`] samples beyond them are scratch.
    #[inline(always)]
    pub(crate) fn segment(&self, out: &mut [u8], n: usize, line: Line, fill: [u8; C]) {
        match self.place(line, n) {
            Place::Inside => self.inside(out, n, line),
            Place::Outside => out[..n * C].as_chunks_mut::<C>().0.fill(fill),
            Place::AtEdge => self.around_edge(out, n, line, fill),
        }
    }

    fn around_edge(&self, out: &mut [u8], n: usize, line: Line, fill: [u8; C]) {
        let mut done = 0;
        while done < n {
            let part = EDGE_PIECE.min(n - done);
            let (line, out) = (line.skip(done), &mut out[done * C..]);
            match self.place(line, part) {
                Place::Inside => self.gathered(out, part, line),
                Place::Outside => out[..part * C].as_chunks_mut::<C>().0.fill(fill),
                Place::AtEdge => {
                    for (k, pixel) in out[..part * C].as_chunks_mut::<C>().0.iter_mut().enumerate() {
                        *pixel = self.at_edge(line.skip(k)).unwrap_or(fill);
                    }
                }
            }
            done += part;
        }
    }

    #[inline(always)]
    fn place(&self, line: Line, n: usize) -> Place {
        let end = line.skip(n - 1);
        let (left, right) = (line.x.min(end.x), line.x.max(end.x));
        let (top, bottom) = (line.y.min(end.y), line.y.max(end.y));
        let (w, h) = ((self.width as i64) << FRACTION, (self.height as i64) << FRACTION);
        if left >= 0 && top >= 0 && right < w - ONE && bottom < h - ONE {
            Place::Inside
        } else if right < -HALF || bottom < -HALF || left > w - HALF || top > h - HALF {
            Place::Outside
        } else {
            Place::AtEdge
        }
    }

    #[inline(always)]
    fn inside(&self, out: &mut [u8], n: usize, line: Line) {
        if line.drift() * LEAST_STRETCH[usize::from(C == 3)] > ONE {
            return self.gathered(out, n, line);
        }
        let mut done = 0;
        while done < n {
            let at = line.skip(done);
            let steps = steps_within(at.x, at.dx - ONE).min(steps_within(at.y, at.dy)).min(n - done);
            self.stretch(&mut out[done * C..], steps, at);
            done += steps;
        }
    }

    /// `n` pixels whose sources lie side by side.
    #[inline(always)]
    fn stretch(&self, out: &mut [u8], n: usize, line: Line) {
        let samples = (n * C).next_multiple_of(BLOCK);
        let above = self.offset(line);
        let below = above + self.width * C;
        let reach = samples + C;
        let (Some(above), Some(below)) =
            (self.samples.get(above..above + reach), self.samples.get(below..below + reach))
        else {
            // The last pixels of the picture: no room for a whole block.
            return self.gathered(out, n, line);
        };
        let (x, y) = (Ramp::of(line.x, line.dx), Ramp::of(line.y, line.dy));
        let corners =
            blocks(&above[..samples]).zip(blocks(&above[C..])).zip(blocks(&below[..samples]).zip(blocks(&below[C..])));
        let out = out[..samples].as_chunks_mut::<BLOCK>().0.iter_mut();
        let columns = COLUMNS[usize::from(C == 3)].as_chunks::<BLOCK>().0.iter();
        for ((out, ((p, q), (r, s))), columns) in out.zip(corners).zip(columns) {
            *out = self.lanes.squares([p, q, r, s], columns, x, y);
        }
    }

    /// `n` pixels from anywhere.
    #[inline(always)]
    fn gathered(&self, out: &mut [u8], n: usize, line: Line) {
        let mut done = 0;
        while done < n {
            let part = BLOCK.min(n - done);
            self.gathered_block(&mut out[done * C..], part, line.skip(done));
            done += part;
        }
    }

    #[inline(always)]
    fn gathered_block(&self, out: &mut [u8], n: usize, line: Line) {
        let offsets = self.offsets(n, line);
        let (x, y) = (Ramp::of(line.x, line.dx), Ramp::of(line.y, line.dy));
        let columns = COLUMNS[usize::from(C == 3)].as_chunks::<BLOCK>().0;
        let stride = self.width * C;
        let reach = self.samples.len() - stride;
        let (above, below) = (&self.samples[..reach], &self.samples[stride..][..reach]);
        let out = out.as_chunks_mut::<BLOCK>().0;
        if C == 1 {
            let (mut a, mut b) = ([[0; 2]; BLOCK], [[0; 2]; BLOCK]);
            for k in 0..BLOCK {
                let at = offsets[k] as usize;
                (a[k], b[k]) = (pair(&above[at..at + 2]), pair(&below[at..at + 2]));
            }
            out[0] = self.lanes.pairs([&a, &b], &columns[0], x, y);
            return;
        }
        let mut corners = [[0u8; 4 * BLOCK]; 4];
        for k in 0..BLOCK {
            let at = offsets[k] as usize;
            if let (Some(a), Some(b)) = (above.get(at..at + 7), below.get(at..at + 7)) {
                // Four bytes at a time: the one too many is overwritten by the next pixel.
                corners[0][3 * k..3 * k + 4].copy_from_slice(&a[..4]);
                corners[1][3 * k..3 * k + 4].copy_from_slice(&a[3..]);
                corners[2][3 * k..3 * k + 4].copy_from_slice(&b[..4]);
                corners[3][3 * k..3 * k + 4].copy_from_slice(&b[3..]);
            } else {
                corners[0][3 * k..3 * k + 3].copy_from_slice(&above[at..at + 3]);
                corners[1][3 * k..3 * k + 3].copy_from_slice(&above[at + 3..at + 6]);
                corners[2][3 * k..3 * k + 3].copy_from_slice(&below[at..at + 3]);
                corners[3][3 * k..3 * k + 3].copy_from_slice(&below[at + 3..at + 6]);
            }
        }
        let [p, q, r, s] = corners.each_ref().map(|c| c.as_chunks::<BLOCK>().0);
        for i in 0..3 {
            out[i] = self.lanes.squares([&p[i], &q[i], &r[i], &s[i]], &columns[i], x, y);
        }
    }

    /// Where the squares of the next pixels begin; the last one is repeated beyond `n`.
    #[inline(always)]
    fn offsets(&self, n: usize, line: Line) -> [u32; BLOCK] {
        // Inside a picture whose sides fit 16 bits, coordinates fit 32 bits, and so do all sums modulo 2³².
        let (x, y, dx, dy) = (line.x as u32, line.y as u32, line.dx as u32, line.dy as u32);
        let (stride, last) = ((self.width * C) as u32, n as u32 - 1);
        std::array::from_fn(|k| {
            let k = (k as u32).min(last);
            let (x, y) = (x.wrapping_add(k.wrapping_mul(dx)), y.wrapping_add(k.wrapping_mul(dy)));
            (y >> FRACTION).wrapping_mul(stride).wrapping_add((x >> FRACTION) * C as u32)
        })
    }

    #[inline(always)]
    fn offset(&self, at: Line) -> usize {
        ((at.y >> FRACTION) as usize * self.width + (at.x >> FRACTION) as usize) * C
    }

    /// A pixel within half a pixel of the edge repeats the edge; further out there is none.
    fn at_edge(&self, at: Line) -> Option<[u8; C]> {
        let (w, h) = ((self.width as i64) << FRACTION, (self.height as i64) << FRACTION);
        if at.x < -HALF || at.y < -HALF || at.x > w - HALF || at.y > h - HALF {
            return None;
        }
        let clamp = |v: i64, n: usize| (v >> FRACTION).clamp(0, n as i64 - 1) as usize;
        let (x0, x1) = (clamp(at.x, self.width), clamp(at.x + ONE, self.width));
        let (y0, y1) = (clamp(at.y, self.height), clamp(at.y + ONE, self.height));
        Some(std::array::from_fn(|c| {
            let sample = |x: usize, y: usize| self.samples[(y * self.width + x) * C + c];
            mix([sample(x0, y0), sample(x1, y0), sample(x0, y1), sample(x1, y1)], at.x as u16, at.y as u16)
        }))
    }
}

fn blocks(row: &[u8]) -> std::slice::Iter<'_, [u8; BLOCK]> {
    row.as_chunks::<BLOCK>().0.iter()
}

fn pair(two: &[u8]) -> [u8; 2] {
    [two[0], two[1]]
}

/// Which pixel each sample of a segment belongs to, in grey and in colour.
static COLUMNS: [[u16; 3 * SEGMENT + BLOCK]; 2] = [columns(1), columns(3)];

const fn columns(channels: usize) -> [u16; 3 * SEGMENT + BLOCK] {
    let mut columns = [0; 3 * SEGMENT + BLOCK];
    let mut i = 0;
    while i < columns.len() {
        columns[i] = (i / channels) as u16;
        i += 1;
    }
    columns
}

/// How many steps of `drift` the coordinate `v` can take, counting the first place, before its whole part changes.
#[inline(always)]
fn steps_within(v: i64, drift: i64) -> usize {
    let fraction = (v & (ONE - 1)) as u32;
    match drift as i32 {
        0 => usize::MAX,
        drift @ 1.. => (((ONE - 1) as u32 - fraction) / drift as u32) as usize + 1,
        drift => (fraction / drift.unsigned_abs()) as usize + 1,
    }
}
