//! Which models the library finds on this machine.

use super::{MAKING, sys};
use std::ffi::{CStr, c_char};
use std::ptr::{self, NonNull};
use std::sync::PoisonError;

/// The names of all models that are installed, in no order. Empty if there is none, or no library to ask.
pub(crate) fn installed() -> Vec<String> {
    let _one_at_a_time = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: takes nothing and returns a new handle or null.
    let Some(handle) = NonNull::new(unsafe { sys::TessBaseAPICreate() }) else { return Vec::new() };
    // SAFETY: the handle is live and the strings are constant. Whether it can load that model does not matter: it knows the
    // folder with the models afterwards.
    unsafe {
        sys::TessBaseAPISetVariable(handle.as_ptr(), c"debug_file".as_ptr(), c"/dev/null".as_ptr());
        sys::TessBaseAPIInit3(handle.as_ptr(), ptr::null(), c"osd".as_ptr());
    }
    // SAFETY: the handle is live; the answer is null or a list that ends with null.
    let list = unsafe { sys::TessBaseAPIGetAvailableLanguagesAsVector(handle.as_ptr()) };
    let names = NonNull::new(list).map(names).unwrap_or_default();
    // SAFETY: the handle came from TessBaseAPICreate and nobody else has it.
    unsafe { sys::TessBaseAPIDelete(handle.as_ptr()) };
    names
}

/// Copies a list of the library and frees it.
fn names(list: NonNull<*mut c_char>) -> Vec<String> {
    let mut names = Vec::new();
    for at in 0.. {
        // SAFETY: the list ends with null, and no place behind that is looked at.
        let name = unsafe { *list.as_ptr().add(at) };
        if name.is_null() {
            break;
        }
        // SAFETY: the list holds strings that end with zero.
        names.push(unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned());
    }
    // SAFETY: the list is the library's and ours to free, once.
    unsafe { sys::TessDeleteTextArray(list.as_ptr()) };
    names
}
