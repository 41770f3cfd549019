//! The innermost step: four neighbouring samples and two fractions make one sample, [`BLOCK`] samples at a time.
//!
//! [`Plain`] says what is computed and is compiled for whatever the processor is sure to have; [`avx2`] does the same
//! whole-number arithmetic with wider instructions, so both agree to the bit. This file knows no geometry.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;

/// Samples per step.
pub(crate) const BLOCK: usize = 16;

/// A fraction of a pixel in 1/65 536 that grows by the same step from pixel to pixel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ramp {
    pub(crate) start: u16,
    pub(crate) step: u16,
}

impl Ramp {
    /// The fractions of a coordinate in 1/65 536; what is whole about either number does not matter.
    pub(crate) fn of(start: i64, step: i64) -> Self {
        Self { start: start as u16, step: step as u16 }
    }

    fn at(self, column: u16) -> u16 {
        self.start.wrapping_add(column.wrapping_mul(self.step))
    }
}

/// A way to do one step.
pub(crate) trait Lanes: Copy {
    /// Blends samples above left, above right, below left and below right; `columns` says which pixel each belongs to.
    fn squares(self, corners: [&[u8; BLOCK]; 4], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK];

    /// The same for four pixels of three samples and one that does not count; the first twelve of the result count.
    fn quads(self, corners: [&[u8; BLOCK]; 4], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK];

    /// The same for samples that lie in pairs, above and below: left in the lower byte, right in the upper.
    fn pairs(self, rows: [&[u16; BLOCK]; 2], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK];

    /// Where pixels lie in memory: `whole(y)·row + whole(x)·pixel` for coordinates in 1/65 536 that grow by the same
    /// steps. From step `last` on, the last is repeated.
    fn offsets(self, x: (u32, u32), y: (u32, u32), row: u32, pixel: u32, last: u32) -> [u32; BLOCK];
}

/// One sample after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain;

impl Lanes for Plain {
    #[inline]
    fn squares(self, [p, q, r, s]: [&[u8; BLOCK]; 4], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK] {
        std::array::from_fn(|k| mix([p[k], q[k], r[k], s[k]], x.at(columns[k]), y.at(columns[k])))
    }

    #[inline]
    fn quads(self, corners: [&[u8; BLOCK]; 4], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK] {
        let wide = self.squares(corners, columns, x, y);
        std::array::from_fn(|k| if k < 12 { wide[k / 3 * 4 + k % 3] } else { 0 })
    }

    #[inline]
    fn pairs(self, [a, b]: [&[u16; BLOCK]; 2], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK] {
        let corners = |k: usize| {
            let ([p, q], [r, s]) = (a[k].to_le_bytes(), b[k].to_le_bytes());
            [p, q, r, s]
        };
        std::array::from_fn(|k| mix(corners(k), x.at(columns[k]), y.at(columns[k])))
    }

    #[inline]
    fn offsets(self, x: (u32, u32), y: (u32, u32), row: u32, pixel: u32, last: u32) -> [u32; BLOCK] {
        std::array::from_fn(|k| {
            let k = (k as u32).min(last);
            let whole = |(start, step): (u32, u32)| start.wrapping_add(k.wrapping_mul(step)) >> 16;
            whole(y).wrapping_mul(row).wrapping_add(whole(x).wrapping_mul(pixel))
        })
    }
}

/// One sample between above left, above right, below left and below right.
///
/// Columns first, in 1/64 of a grey level with fractions of 15 bits: everything fits signed 16-bit lanes, and the result
/// is within 0.54 of a level of the exact one.
#[inline]
pub(crate) fn mix([p, q, r, s]: [u8; 4], wx: u16, wy: u16) -> u8 {
    let [p, q, r, s] = [p, q, r, s].map(i16::from);
    let (wx, wy) = ((wx >> 1) as i16, (wy >> 1) as i16);
    let left = (p << 6) + high((r - p) << 7, wy);
    let right = (q << 6) + high((s - q) << 7, wy);
    let value = left + high((right - left) << 1, wx);
    // Half a level, and half a unit for each of the two roundings downwards.
    ((value + ROUND) >> 6) as u8
}

const ROUND: i16 = 33;

/// The upper half of a product of two signed 16-bit numbers.
fn high(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b)) >> 16) as i16
}
