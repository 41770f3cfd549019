//! Units: every number that means something physical has a type.
//!
//! Axes everywhere: x to the right, y down; angles clockwise positive; lengths in hundredths of a millimetre.

use std::fmt;
use std::num::NonZeroU16;

/// Dots per inch along one axis; never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dpi(NonZeroU16);

impl Dpi {
    /// The usual resolution of a school scan.
    pub const SCAN: Self = Self(NonZeroU16::new(300).expect("300 is not zero"));

    /// `None` for zero.
    pub fn new(value: u16) -> Option<Self> {
        NonZeroU16::new(value).map(Self)
    }

    /// Dots per inch as a plain number.
    pub fn get(self) -> u16 {
        self.0.get()
    }

    /// Pixels that `length` covers at this resolution, unrounded.
    pub fn pixels(self, length: Length) -> f64 {
        f64::from(self.get()) * length.millimetres() / 25.4
    }
}

/// Resolution along both axes; scanners may differ between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Resolution {
    /// Along the sensor.
    pub x: Dpi,
    /// Along the paper path.
    pub y: Dpi,
}

impl Resolution {
    /// The same on both axes.
    pub fn square(dpi: Dpi) -> Self {
        Self { x: dpi, y: dpi }
    }
}

/// A length in hundredths of a millimetre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Length(i32);

impl Length {
    /// From whole hundredths of a millimetre.
    pub const fn from_hundredths(hundredths: i32) -> Self {
        Self(hundredths)
    }

    /// From whole millimetres.
    pub const fn from_mm(mm: i32) -> Self {
        Self(mm * 100)
    }

    /// In millimetres.
    pub fn millimetres(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// In PostScript points (1/72 inch), the unit of PDF.
    pub fn points(self) -> f64 {
        self.millimetres() * 72.0 / 25.4
    }
}

/// An angle, clockwise positive (y points down).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Angle(f64);

impl Angle {
    /// From degrees, clockwise positive.
    pub const fn from_degrees(degrees: f64) -> Self {
        Self(degrees)
    }

    /// In degrees, clockwise positive.
    pub fn degrees(self) -> f64 {
        self.0
    }

    /// In radians, clockwise positive.
    pub fn radians(self) -> f64 {
        self.0.to_radians()
    }
}

/// A quarter turn *found in* an image, clockwise positive; the derivative is turned back by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Turn {
    /// Upright.
    #[default]
    None,
    /// The content is turned 90° clockwise.
    Quarter,
    /// Upside down.
    Half,
    /// The content is turned 270° clockwise.
    ThreeQuarters,
}

impl Turn {
    /// All four, in order.
    pub const ALL: [Self; 4] = [Self::None, Self::Quarter, Self::Half, Self::ThreeQuarters];

    /// 0, 90, 180 or 270.
    pub fn degrees(self) -> u16 {
        self as u16 * 90
    }

    /// The turn with that many degrees, if it is a quarter turn (any multiple of 90, negative too).
    pub fn from_degrees(degrees: i32) -> Option<Self> {
        (degrees % 90 == 0).then(|| Self::ALL[degrees.rem_euclid(360) as usize / 90])
    }

    /// This turn followed by another.
    #[must_use]
    pub fn then(self, other: Self) -> Self {
        Self::ALL[(self as usize + other as usize) % 4]
    }

    /// The turn that undoes this one.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self::ALL[(4 - self as usize) % 4]
    }
}

/// A point in pixels; fractions are meant (pixel centres lie at halves).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// Four corners, clockwise from the top-left *of the thing itself*.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Quad(pub [Point; 4]);

/// How sure a measurement is: 0 (a guess) to 1 (certain). Out-of-range and NaN values are clamped to it.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Confidence(f32);

impl Confidence {
    /// Certain.
    pub const CERTAIN: Self = Self(1.0);
    /// Nothing known.
    pub const NONE: Self = Self(0.0);

    /// Clamps to 0..=1; NaN becomes 0.
    pub fn new(value: f32) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// As a number in 0..=1.
    pub fn get(self) -> f32 {
        self.0
    }
}

/// SHA-256 of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 {
            return None;
        }
        let nibble = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(bytes.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(Self(digest))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_form_a_group() {
        for a in Turn::ALL {
            assert_eq!(a.then(a.inverse()), Turn::None);
            assert_eq!(Turn::from_degrees(i32::from(a.degrees())), Some(a));
            for b in Turn::ALL {
                assert_eq!(a.then(b).degrees(), (a.degrees() + b.degrees()) % 360);
            }
        }
        assert_eq!(Turn::from_degrees(-90), Some(Turn::ThreeQuarters));
        assert_eq!(Turn::from_degrees(45), None);
    }

    #[test]
    fn lengths_convert() {
        assert!((Dpi::SCAN.pixels(Length::from_mm(210)) - 2480.3).abs() < 0.1);
        assert!((Length::from_mm(297).points() - 841.89).abs() < 0.01);
    }

    #[test]
    fn digests_read_what_they_write() {
        let digest = Digest(std::array::from_fn(|i| i as u8 * 7));
        assert_eq!(Digest::from_hex(&digest.to_string()), Some(digest));
        assert_eq!(Digest::from_hex("xyz"), None);
        assert_eq!(Digest::from_hex(&"é".repeat(32)), None);
    }

    #[test]
    fn confidence_stays_in_range() {
        assert_eq!(Confidence::new(f32::NAN), Confidence::NONE);
        assert_eq!(Confidence::new(7.0), Confidence::CERTAIN);
    }
}
