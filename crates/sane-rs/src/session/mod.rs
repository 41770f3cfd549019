//! Sessions with libsane: the library as a whole, then one device.
//!
//! This is where pointers end: everything handed out is owned or borrows a live session.
#![expect(unsafe_code, reason = "calls the C interface; each block says why it is sound")]

mod describe;
mod device;

pub use device::{Canceller, Device, Effect, Read};

use crate::{Error, Operation, Status};
use crate::{ffi, threads};
use std::ffi::{CStr, CString, c_char, c_int};
use std::fmt;
use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a [`Sane`] exists: libsane keeps global state and may be initialised once at a time only.
static IN_USE: AtomicBool = AtomicBool::new(false);

/// libsane, initialised. There is at most one per process; dropping it ends libsane.
///
/// It stays on the thread that made it, because backends are not written for more than one. A device list is cached
/// by some backends for as long as this lives.
#[derive(Debug)]
pub struct Sane {
    version: Version,
    not_send: PhantomData<*const ()>,
}

/// The version of the SANE interface and of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The interface: 1.
    pub major: u8,
    /// The interface: 0.
    pub minor: u8,
    /// The library's own build number.
    pub build: u16,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.build)
    }
}

/// A device that can be opened.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceInfo {
    /// The name to open it by. It may change whenever the device is plugged in.
    pub name: String,
    /// Who made it.
    pub vendor: String,
    /// Which model it is.
    pub model: String,
    /// What the backend says it is, e.g. `flatbed scanner`. Network backends put an address here.
    pub kind: String,
}

impl Sane {
    /// Initialises libsane.
    pub fn init() -> Result<Self, Error> {
        if IN_USE.swap(true, Ordering::Acquire) {
            return Err(Error::AlreadyInitialised);
        }
        threads::end_where_they_wait();
        let mut code: c_int = 0;
        // SAFETY: `code` outlives the call; a null callback means that no password can be asked for.
        let status = unsafe { ffi::sane_init(&raw mut code, ptr::null()) };
        // Only now does dropping mean something, and it must happen on failure as well: it frees the flag.
        let version = Version { major: (code >> 24) as u8, minor: (code >> 16) as u8, build: code as u16 };
        let sane = Self { version, not_send: PhantomData };
        check(status, Operation::Initialise, None, None)?;
        Ok(sane)
    }

    /// Which library this is.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Every device that libsane finds, on the network too. Takes seconds if many backends are configured.
    ///
    /// Not while a device is open: some backends corrupt memory then.
    pub fn devices(&self) -> Result<Vec<DeviceInfo>, Error> {
        list(self, 0)
    }

    /// The devices attached to this machine.
    pub fn local_devices(&self) -> Result<Vec<DeviceInfo>, Error> {
        list(self, 1)
    }

    /// Opens a device by its name.
    pub fn open(&self, name: &str) -> Result<Device<'_>, Error> {
        let c_name = c_text(name)?;
        let mut handle: ffi::Handle = ptr::null_mut();
        // SAFETY: libsane is initialised; both pointers outlive the call.
        let status = unsafe { ffi::sane_open(c_name.as_ptr(), &raw mut handle) };
        check(status, Operation::Open, Some(name), None)?;
        // SAFETY: `handle` was just opened, is given to this device alone, and cannot outlive `self`.
        unsafe { Device::new(name, handle) }
    }
}

impl Drop for Sane {
    fn drop(&mut self) {
        // SAFETY: it was initialised by `init`, and no device is open: each borrows `self`. After a failed
        // initialisation the call is allowed and does nothing.
        unsafe { ffi::sane_exit() };
        IN_USE.store(false, Ordering::Release);
    }
}

/// The borrowed session proves that libsane is initialised.
fn list(_session: &Sane, local_only: c_int) -> Result<Vec<DeviceInfo>, Error> {
    let mut list: *const *const ffi::RawDevice = ptr::null();
    // SAFETY: libsane is initialised; `list` outlives the call.
    let status = unsafe { ffi::sane_get_devices(&raw mut list, local_only) };
    check(status, Operation::ListDevices, None, None)?;
    let mut devices = Vec::new();
    if list.is_null() {
        return Ok(devices);
    }
    loop {
        // SAFETY: the list ends with a null pointer, before which we stop; it stays valid until the next call to
        // `sane_get_devices` or `sane_exit`, and neither can happen in here.
        let Some(raw) = (unsafe { (*list.add(devices.len())).as_ref() }) else { return Ok(devices) };
        // SAFETY: the members are C strings with the same lifetime as the list.
        let info = unsafe {
            DeviceInfo { name: text(raw.name), vendor: text(raw.vendor), model: text(raw.model), kind: text(raw.kind) }
        };
        devices.push(info);
    }
}

/// Turns a status into an error.
fn check(raw: c_int, operation: Operation, device: Option<&str>, option: Option<&str>) -> Result<(), Error> {
    match Status::from_raw(raw) {
        None => Ok(()),
        Some(status) => {
            Err(Error::Sane { operation, device: device.map(str::to_owned), option: option.map(str::to_owned), status })
        }
    }
}

fn c_text(text: &str) -> Result<CString, Error> {
    CString::new(text).map_err(|_| Error::Nul { text: text.escape_default().to_string() })
}

/// Copies a C string; null gives an empty text, and bytes that are not UTF-8 are replaced.
///
/// # Safety
/// `raw` is null or points to a C string that is valid during the call.
unsafe fn text(raw: *const c_char) -> String {
    if raw.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(raw) }.to_string_lossy().into_owned()
}
