//! Option values, and the fixed-point number many of them are (SANE standard 1.06, section 4.2.2).

use std::fmt;

/// A signed number with 16 bits before and 16 bits behind the point: `SANE_Fixed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fixed(i32);

impl Fixed {
    const SCALE: f64 = 65_536.0;

    /// The raw word.
    pub const fn from_raw(raw: i32) -> Self {
        Self(raw)
    }

    /// The nearest representable number; out of range is clamped, NaN becomes zero.
    ///
    /// ```
    /// use sane_rs::Fixed;
    /// assert_eq!(Fixed::from_f64(25.4).to_string(), "25.4000");
    /// // A plain conversion would wrap this round to a small or negative number.
    /// assert!(Fixed::from_f64(99_999.0).to_f64() > 32_767.0);
    /// assert_eq!(Fixed::from_f64(f64::NAN), Fixed::default());
    /// ```
    pub fn from_f64(value: f64) -> Self {
        // A float-to-integer `as` saturates and sends NaN to zero: exactly what is wanted.
        Self((value * Self::SCALE).round() as i32)
    }

    /// As a float, exactly.
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / Self::SCALE
    }

    /// The raw word.
    pub const fn raw(self) -> i32 {
        self.0
    }
}

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.4}", self.to_f64())
    }
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// One whole number.
    Int(i32),
    /// Several whole numbers, e.g. a gamma table.
    Ints(Vec<i32>),
    /// One fixed-point number.
    Fixed(Fixed),
    /// Several fixed-point numbers.
    Fixeds(Vec<Fixed>),
    /// A text.
    Text(String),
    /// Pressing a button: there is no value.
    Press,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
            items.iter().enumerate().try_for_each(|(index, item)| {
                let comma = if index == 0 { "" } else { "," };
                write!(f, "{comma}{item}")
            })
        }
        match self {
            Self::Bool(value) => f.write_str(if *value { "yes" } else { "no" }),
            Self::Int(value) => write!(f, "{value}"),
            Self::Ints(values) => list(f, values),
            Self::Fixed(value) => write!(f, "{value}"),
            Self::Fixeds(values) => list(f, values),
            Self::Text(value) => f.write_str(value),
            Self::Press => f.write_str("(press)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_numbers_clamp_instead_of_wrapping() {
        assert_eq!(Fixed::from_f64(1.0).raw(), 65_536);
        assert_eq!(Fixed::from_f64(-1.5).to_f64().to_bits(), (-1.5f64).to_bits());
        assert_eq!(Fixed::from_f64(99_999.0).raw(), i32::MAX);
        assert_eq!(Fixed::from_f64(f64::NEG_INFINITY).raw(), i32::MIN);
    }

    #[test]
    fn lists_are_written_with_commas() {
        assert_eq!(Value::Ints(vec![1, -2, 3]).to_string(), "1,-2,3");
    }
}
