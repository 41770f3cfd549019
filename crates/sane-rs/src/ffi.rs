//! The C interface of libsane, by hand: eleven functions, four structs (`sane/sane.h`, SANE 1.0 ABI).
//!
//! This module must not interpret anything; [`crate::session`] does.
#![expect(unsafe_code, reason = "declares the C interface")]

use std::ffi::{c_char, c_int, c_void};

pub(crate) type Handle = *mut c_void;

#[repr(C)]
pub(crate) struct RawDevice {
    pub(crate) name: *const c_char,
    pub(crate) vendor: *const c_char,
    pub(crate) model: *const c_char,
    pub(crate) kind: *const c_char,
}

#[repr(C)]
pub(crate) struct RawOption {
    pub(crate) name: *const c_char,
    pub(crate) title: *const c_char,
    pub(crate) description: *const c_char,
    pub(crate) kind: c_int,
    pub(crate) unit: c_int,
    pub(crate) size: c_int,
    pub(crate) capabilities: c_int,
    pub(crate) constraint_kind: c_int,
    /// A union of pointers; `constraint_kind` tells which.
    pub(crate) constraint: *const c_void,
}

#[repr(C)]
pub(crate) struct RawRange {
    pub(crate) min: c_int,
    pub(crate) max: c_int,
    pub(crate) step: c_int,
}

#[repr(C)]
#[derive(Default)]
pub(crate) struct RawParameters {
    pub(crate) format: c_int,
    pub(crate) last_frame: c_int,
    pub(crate) bytes_per_line: c_int,
    pub(crate) pixels_per_line: c_int,
    pub(crate) lines: c_int,
    pub(crate) depth: c_int,
}

pub(crate) const CONSTRAINT_RANGE: c_int = 1;
pub(crate) const CONSTRAINT_WORDS: c_int = 2;
pub(crate) const CONSTRAINT_TEXTS: c_int = 3;

pub(crate) const ACTION_GET: c_int = 0;
pub(crate) const ACTION_SET: c_int = 1;
pub(crate) const ACTION_SET_AUTO: c_int = 2;

pub(crate) const INFO_INEXACT: c_int = 1;
pub(crate) const INFO_RELOAD_OPTIONS: c_int = 1 << 1;
pub(crate) const INFO_RELOAD_PARAMETERS: c_int = 1 << 2;

// SAFETY: the signatures are those of `sane/sane.h` of the SANE standard, 1.1; `tests` compares the layouts.
unsafe extern "C" {
    pub(crate) fn sane_init(version: *mut c_int, authorise: *const c_void) -> c_int;
    pub(crate) fn sane_exit();
    pub(crate) fn sane_get_devices(list: *mut *const *const RawDevice, local_only: c_int) -> c_int;
    pub(crate) fn sane_open(name: *const c_char, handle: *mut Handle) -> c_int;
    pub(crate) fn sane_close(handle: Handle);
    pub(crate) fn sane_get_option_descriptor(handle: Handle, index: c_int) -> *const RawOption;
    pub(crate) fn sane_control_option(
        handle: Handle,
        index: c_int,
        action: c_int,
        value: *mut c_void,
        info: *mut c_int,
    ) -> c_int;
    pub(crate) fn sane_get_parameters(handle: Handle, parameters: *mut RawParameters) -> c_int;
    pub(crate) fn sane_start(handle: Handle) -> c_int;
    pub(crate) fn sane_read(handle: Handle, data: *mut u8, max: c_int, length: *mut c_int) -> c_int;
    pub(crate) fn sane_cancel(handle: Handle);
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use super::*;
    use std::mem::offset_of;

    /// The numbers are those of `offsetof` and `sizeof` in C on a 64-bit system.
    #[test]
    fn structs_are_laid_out_as_in_c() {
        assert_eq!(size_of::<RawDevice>(), 32);
        assert_eq!(offset_of!(RawDevice, kind), 24);
        assert_eq!(size_of::<RawOption>(), 56);
        assert_eq!(offset_of!(RawOption, kind), 24);
        assert_eq!(offset_of!(RawOption, size), 32);
        assert_eq!(offset_of!(RawOption, constraint_kind), 40);
        assert_eq!(offset_of!(RawOption, constraint), 48);
        assert_eq!(size_of::<RawRange>(), 12);
        assert_eq!(size_of::<RawParameters>(), 24);
        assert_eq!(offset_of!(RawParameters, depth), 20);
    }
}
