//! Option descriptors, copied out of libsane (SANE standard 1.06, section 4.2.9).
//!
//! A descriptor is a snapshot: [`crate::Device`] takes a new one whenever the backend says that options changed.

use crate::Fixed;
use std::fmt;

/// What kind of value an option has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// Yes or no.
    Bool,
    /// Whole numbers.
    Int,
    /// Fixed-point numbers.
    Fixed,
    /// A text.
    Text,
    /// A button: setting it presses it.
    Button,
    /// No option but the title of those that follow.
    Group,
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "yes or no",
            Self::Int => "whole numbers",
            Self::Fixed => "numbers",
            Self::Text => "a text",
            Self::Button => "a press",
            Self::Group => "nothing",
        })
    }
}

/// The physical unit of an option's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A plain number.
    None,
    /// Pixels.
    Pixel,
    /// Bits.
    Bit,
    /// Millimetres.
    Millimetre,
    /// Dots per inch.
    Dpi,
    /// Per cent.
    Percent,
    /// Microseconds.
    Microsecond,
    /// A number the standard does not define.
    Other(i32),
}

/// Which values an option accepts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Constraint {
    /// Any.
    Any,
    /// Whole numbers from `min` to `max` in steps of `step` (0: no steps).
    IntRange {
        /// Smallest.
        min: i32,
        /// Largest.
        max: i32,
        /// Step, or 0.
        step: i32,
    },
    /// Fixed-point numbers from `min` to `max` in steps of `step` (0: no steps).
    FixedRange {
        /// Smallest.
        min: Fixed,
        /// Largest.
        max: Fixed,
        /// Step, or 0.
        step: Fixed,
    },
    /// One of these whole numbers.
    Ints(Vec<i32>),
    /// One of these fixed-point numbers.
    Fixeds(Vec<Fixed>),
    /// One of these texts.
    Texts(Vec<String>),
}

/// What a device says about one of its options.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OptionDescriptor {
    pub(crate) index: i32,
    pub(crate) capabilities: i32,
    /// The name to set it by; empty for groups.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Some lines for people.
    pub description: String,
    /// What kind of value it has.
    pub kind: ValueKind,
    /// The unit of the value.
    pub unit: Unit,
    /// Bytes of a value; for a text with its final NUL.
    pub size: usize,
    /// Which values it accepts.
    pub constraint: Constraint,
}

const SOFT_SELECT: i32 = 1;
const SOFT_DETECT: i32 = 1 << 2;
const AUTOMATIC: i32 = 1 << 4;
const INACTIVE: i32 = 1 << 5;
const ADVANCED: i32 = 1 << 6;

impl OptionDescriptor {
    /// Whether it means anything with the present values of the other options.
    pub fn is_active(&self) -> bool {
        self.capabilities & INACTIVE == 0
    }

    /// Whether a program can set it now.
    pub fn is_settable(&self) -> bool {
        self.is_active() && self.capabilities & SOFT_SELECT != 0
    }

    /// Whether a program can read its value now.
    pub fn is_readable(&self) -> bool {
        self.is_active()
            && self.capabilities & SOFT_DETECT != 0
            && !matches!(self.kind, ValueKind::Button | ValueKind::Group)
    }

    /// Whether the device can choose a value by itself.
    pub fn has_automatic(&self) -> bool {
        self.capabilities & AUTOMATIC != 0
    }

    /// Whether it is meant for experienced users only.
    pub fn is_advanced(&self) -> bool {
        self.capabilities & ADVANCED != 0
    }

    /// How many 32-bit words a value has.
    pub(crate) fn words(&self) -> usize {
        (self.size / size_of::<i32>()).max(1)
    }
}
