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

    /// The same for samples that lie in pairs: left and right, above and below.
    fn pairs(self, rows: [&[[u8; 2]; BLOCK]; 2], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK];
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
    fn pairs(self, [a, b]: [&[[u8; 2]; BLOCK]; 2], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK] {
        std::array::from_fn(|k| mix([a[k][0], a[k][1], b[k][0], b[k][1]], x.at(columns[k]), y.at(columns[k])))
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
