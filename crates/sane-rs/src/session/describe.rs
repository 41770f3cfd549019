//! Copies option descriptors out of libsane's memory, which a backend may rewrite at any setting of an option.

use super::text;
use crate::ffi;
use crate::{Constraint, Fixed, OptionDescriptor, Unit, ValueKind};
use std::ffi::{c_char, c_int, c_void};

/// Copies one descriptor.
///
/// # Safety
/// `raw` came from `sane_get_option_descriptor` and no call was made for its device since.
pub(super) unsafe fn copy(index: c_int, raw: &ffi::RawOption) -> OptionDescriptor {
    let kind = match raw.kind {
        0 => ValueKind::Bool,
        1 => ValueKind::Int,
        2 => ValueKind::Fixed,
        3 => ValueKind::Text,
        4 => ValueKind::Button,
        _ => ValueKind::Group,
    };
    // SAFETY: the members are C strings, or null, with the lifetime of the descriptor; the constraint is of the kind
    // that the descriptor states.
    unsafe {
        OptionDescriptor {
            index,
            capabilities: raw.capabilities,
            name: text(raw.name),
            title: text(raw.title),
            description: text(raw.description),
            kind,
            unit: unit(raw.unit),
            size: usize::try_from(raw.size).unwrap_or(0),
            constraint: constraint(raw.constraint_kind, raw.constraint, kind),
        }
    }
}

fn unit(raw: c_int) -> Unit {
    match raw {
        0 => Unit::None,
        1 => Unit::Pixel,
        2 => Unit::Bit,
        3 => Unit::Millimetre,
        4 => Unit::Dpi,
        5 => Unit::Percent,
        6 => Unit::Microsecond,
        other => Unit::Other(other),
    }
}

/// # Safety
/// `raw` is null or points to a constraint of the given kind.
unsafe fn constraint(which: c_int, raw: *const c_void, kind: ValueKind) -> Constraint {
    let fixed = kind == ValueKind::Fixed;
    if raw.is_null() {
        return Constraint::Any;
    }
    match which {
        ffi::CONSTRAINT_RANGE => {
            // SAFETY: the caller's promise: this is a range.
            let ffi::RawRange { min, max, step } = *unsafe { &*raw.cast::<ffi::RawRange>() };
            if fixed {
                Constraint::FixedRange {
                    min: Fixed::from_raw(min),
                    max: Fixed::from_raw(max),
                    step: Fixed::from_raw(step),
                }
            } else {
                Constraint::IntRange { min, max, step }
            }
        }
        ffi::CONSTRAINT_WORDS => {
            // SAFETY: the caller's promise: this is a list of words, whose first is their count.
            let words = unsafe { words(raw.cast()) };
            if fixed {
                Constraint::Fixeds(words.into_iter().map(Fixed::from_raw).collect())
            } else {
                Constraint::Ints(words)
            }
        }
        // SAFETY: the caller's promise: this is a list of texts that ends with null.
        ffi::CONSTRAINT_TEXTS => Constraint::Texts(unsafe { texts(raw.cast()) }),
        _ => Constraint::Any,
    }
}

/// # Safety
/// `list` points to a count and as many words behind it.
unsafe fn words(list: *const c_int) -> Vec<i32> {
    // SAFETY: the caller's promise.
    let count = usize::try_from(unsafe { *list }).unwrap_or(0);
    // SAFETY: the caller's promise.
    (1..=count).map(|index| unsafe { *list.add(index) }).collect()
}

/// # Safety
/// `list` points to C strings and a null pointer behind the last.
unsafe fn texts(list: *const *const c_char) -> Vec<String> {
    let mut found = Vec::new();
    loop {
        // SAFETY: the caller's promise; we stop at the null pointer.
        let item = unsafe { *list.add(found.len()) };
        if item.is_null() {
            return found;
        }
        // SAFETY: the caller's promise.
        found.push(unsafe { text(item) });
    }
}
