//! Safe bindings to [SANE](http://www.sane-project.org/html/), the scanner library of Unix (`libsane`).
//!
//! The shape of the C interface is kept: initialise, list devices, open one, set its options, start, read a frame,
//! cancel. What the C interface leaves to the caller is done here: buffers have the size the option asks for,
//! `SANE_Bool` is 32 bits wide, fixed-point numbers are clamped before they are converted, descriptors are read again
//! whenever a backend asks for it, and a value that was set is read back, because backends round and clamp silently.
//!
//! ```no_run
//! use sane_rs::{Read, Sane, Status, Value};
//!
//! # fn main() -> Result<(), sane_rs::Error> {
//! let sane = Sane::init()?;
//! for device in sane.devices()? {
//!     println!("{} ({} {})", device.name, device.vendor, device.model);
//! }
//! let mut scanner = sane.open("test:0")?;
//! scanner.set("mode", &Value::Text("Gray".into()))?;
//! scanner.start()?;
//! let parameters = scanner.parameters()?;
//! let mut page = Vec::new();
//! let mut buffer = [0; 32 * 1024];
//! while let Read::Bytes(count) = scanner.read(&mut buffer)? {
//!     page.extend_from_slice(&buffer[..count]);
//! }
//! scanner.cancel();
//! assert_eq!(Some(page.len()), parameters.total_bytes());
//! # Ok(())
//! # }
//! ```
//!
//! Scanner backends crash and hang. A program that must not do so opens devices in a child process.
//!
//! This crate knows nothing of what a program wants to do with a page, and decodes no pixels.

mod error;
mod ffi;
mod frame;
mod option;
mod session;
mod status;
mod threads;
mod value;

pub use error::{Error, Operation};
pub use frame::{FrameFormat, Parameters};
pub use option::{Constraint, OptionDescriptor, Unit, ValueKind};
pub use session::{Canceller, Device, DeviceInfo, Effect, Read, Sane, Version};
pub use status::Status;
pub use value::{Fixed, Value};
