//! One open device: options in and out, frames, cancelling.

use super::{check, describe};
use crate::ffi;
use crate::{Error, Fixed, FrameFormat, Operation, OptionDescriptor, Parameters, Status, Value, ValueKind};
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

/// An open device. It stays on its thread; dropping it closes it.
#[derive(Debug)]
pub struct Device<'sane> {
    name: String,
    handle: ffi::Handle,
    shared: Arc<Mutex<Option<OpenHandle>>>,
    options: Vec<OptionDescriptor>,
    session: PhantomData<&'sane super::Sane>,
}

/// The handle as a [`Canceller`] holds it: present exactly as long as the device is open.
#[derive(Debug)]
struct OpenHandle(ffi::Handle);

// SAFETY: the handle is used through this type for `sane_cancel` alone, which "can be called at any time" and "is safe
// to call asynchronously (e.g. from within a signal handler)" (SANE standard 1.06, section 4.3.10), and only under
// the lock that closing takes as well.
unsafe impl Send for OpenHandle {}

/// Cancels what a device is doing, from any thread. It may outlive the device and then does nothing.
#[derive(Debug, Clone)]
pub struct Canceller(Arc<Mutex<Option<OpenHandle>>>);

impl Canceller {
    /// Asks the device to stop. The call that is going on returns soon, if the backend obeys.
    ///
    /// Prefer [`Device::cancel`] between two calls: backends are tested that way.
    pub fn cancel(&self) {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(OpenHandle(handle)) = open.as_ref() {
            // SAFETY: the device is open, and cannot be closed while we hold the lock.
            unsafe { ffi::sane_cancel(*handle) };
        }
    }
}

/// What setting an option did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The value the option has now; `None` if it cannot be read.
    pub value: Option<Value>,
    /// The backend says that it took another value than the one given.
    pub inexact: bool,
    /// The backend says that [`Device::parameters`] changed.
    pub parameters_changed: bool,
}

/// What [`Device::read`] brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// So many bytes. A short read, even of nothing, is normal.
    Bytes(usize),
    /// The end of the frame. This alone does not prove that the frame is whole.
    End,
}

impl Device<'_> {
    /// # Safety
    /// `handle` was opened just now and is owned by this device alone; the device's lifetime is that of the session.
    pub(super) unsafe fn new(name: &str, handle: ffi::Handle) -> Result<Self, Error> {
        let shared = Arc::new(Mutex::new(Some(OpenHandle(handle))));
        let mut device = Self { name: name.to_owned(), handle, shared, options: Vec::new(), session: PhantomData };
        device.describe()?;
        Ok(device)
    }

    /// The name it was opened by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every option as it is now, groups too, in the backend's order.
    pub fn options(&self) -> &[OptionDescriptor] {
        &self.options
    }

    /// The option of that name, if there is one.
    pub fn option(&self, name: &str) -> Option<&OptionDescriptor> {
        self.options.iter().find(|option| option.name == name && option.kind != ValueKind::Group)
    }

    /// The present value of an option.
    pub fn get(&self, name: &str) -> Result<Value, Error> {
        let option = self.known(name)?;
        if !option.is_readable() {
            return Err(self.unavailable(name));
        }
        let mut words = vec![0i32; option.words()];
        // One byte more than asked for: a backend that fills its buffer to the brim still leaves a final NUL.
        let mut bytes = vec![0u8; option.size + 1];
        let buffer = if option.kind == ValueKind::Text { bytes.as_mut_ptr().cast() } else { words.as_mut_ptr().cast() };
        self.control(option, ffi::ACTION_GET, buffer, Operation::GetOption)?;
        Ok(match option.kind {
            ValueKind::Bool => Value::Bool(words[0] != 0),
            ValueKind::Int if words.len() == 1 => Value::Int(words[0]),
            ValueKind::Int => Value::Ints(words),
            ValueKind::Fixed if words.len() == 1 => Value::Fixed(Fixed::from_raw(words[0])),
            ValueKind::Fixed => Value::Fixeds(words.into_iter().map(Fixed::from_raw).collect()),
            ValueKind::Text | ValueKind::Button | ValueKind::Group => {
                let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
                Value::Text(String::from_utf8_lossy(&bytes[..end]).into_owned())
            }
        })
    }

    /// Sets an option and says what came of it. Descriptors are read again if the backend asks for it.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<Effect, Error> {
        let option = self.known(name)?;
        if !option.is_settable() {
            return Err(self.unavailable(name));
        }
        let wrong = || Error::WrongValue {
            device: self.name.clone(),
            option: name.to_owned(),
            wanted: option.kind,
            size: option.size,
        };
        let mut words = match (option.kind, value) {
            (ValueKind::Bool, Value::Bool(value)) => vec![i32::from(*value)],
            (ValueKind::Int, Value::Int(value)) => vec![*value],
            (ValueKind::Int, Value::Ints(values)) => values.clone(),
            (ValueKind::Fixed, Value::Fixed(value)) => vec![value.raw()],
            (ValueKind::Fixed, Value::Fixeds(values)) => values.iter().map(|value| value.raw()).collect(),
            (ValueKind::Button, Value::Press) => vec![0; option.words()],
            (ValueKind::Text, Value::Text(text)) => {
                let text = super::c_text(text)?;
                if text.as_bytes_with_nul().len() > option.size {
                    return Err(wrong());
                }
                let mut bytes = vec![0u8; option.size];
                bytes[..text.as_bytes().len()].copy_from_slice(text.as_bytes());
                let info = self.control(option, ffi::ACTION_SET, bytes.as_mut_ptr().cast(), Operation::SetOption)?;
                return self.settle(name, info);
            }
            _ => return Err(wrong()),
        };
        if words.len() != option.words() {
            return Err(wrong());
        }
        let info = self.control(option, ffi::ACTION_SET, words.as_mut_ptr().cast(), Operation::SetOption)?;
        self.settle(name, info)
    }

    /// Lets the device choose the value.
    pub fn set_automatic(&mut self, name: &str) -> Result<Effect, Error> {
        let option = self.known(name)?;
        if !option.is_settable() || !option.has_automatic() {
            return Err(self.unavailable(name));
        }
        let info = self.control(option, ffi::ACTION_SET_AUTO, ptr::null_mut(), Operation::SetOption)?;
        self.settle(name, info)
    }

    /// Starts the next frame. A feeder answers [`Status::NoDocuments`] when it is empty.
    pub fn start(&mut self) -> Result<(), Error> {
        // SAFETY: the device is open.
        let status = unsafe { ffi::sane_start(self.handle) };
        check(status, Operation::Start, Some(&self.name), None)
    }

    /// The shape of the frame: certain after [`Self::start`], a guess before.
    pub fn parameters(&self) -> Result<Parameters, Error> {
        let mut raw = ffi::RawParameters::default();
        // SAFETY: the device is open; `raw` outlives the call.
        let status = unsafe { ffi::sane_get_parameters(self.handle, &raw mut raw) };
        check(status, Operation::Parameters, Some(&self.name), None)?;
        Ok(Parameters {
            format: FrameFormat::from_raw(raw.format),
            last_frame: raw.last_frame != 0,
            bytes_per_line: raw.bytes_per_line,
            pixels_per_line: raw.pixels_per_line,
            lines: raw.lines,
            depth: raw.depth,
        })
    }

    /// Reads some bytes of the frame, waiting for them without limit.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<Read, Error> {
        let max = c_int::try_from(buffer.len()).unwrap_or(c_int::MAX);
        let mut length: c_int = 0;
        // SAFETY: the device is open; `buffer` has room for `max` bytes; `length` outlives the call.
        let status = unsafe { ffi::sane_read(self.handle, buffer.as_mut_ptr(), max, &raw mut length) };
        match check(status, Operation::Read, Some(&self.name), None) {
            Err(error) if error.status() == Some(Status::EndOfFile) => Ok(Read::End),
            Err(error) => Err(error),
            Ok(()) if (0..=max).contains(&length) => Ok(Read::Bytes(length as usize)),
            Ok(()) => {
                Err(Error::Backend { device: self.name.clone(), what: "a read of more bytes than the buffer holds" })
            }
        }
    }

    /// Ends what is going on: a frame half read, or a batch. Also due after the last page.
    pub fn cancel(&mut self) {
        // SAFETY: the device is open.
        unsafe { ffi::sane_cancel(self.handle) };
    }

    /// A way to cancel from another thread while a call is going on.
    pub fn canceller(&self) -> Canceller {
        Canceller(Arc::clone(&self.shared))
    }

    fn known(&self, name: &str) -> Result<&OptionDescriptor, Error> {
        self.option(name).ok_or_else(|| Error::NoSuchOption { device: self.name.clone(), option: name.to_owned() })
    }

    fn unavailable(&self, name: &str) -> Error {
        Error::OptionUnavailable { device: self.name.clone(), option: name.to_owned() }
    }

    /// `buffer` has the size the option asks for, or is null where none is needed.
    fn control(
        &self,
        option: &OptionDescriptor,
        action: c_int,
        buffer: *mut c_void,
        operation: Operation,
    ) -> Result<c_int, Error> {
        let mut info: c_int = 0;
        // SAFETY: the device is open; `index` is that of a descriptor of this device; the callers, all in this file,
        // give a buffer of `option.size` bytes or more, aligned for words unless it is a text.
        let status = unsafe { ffi::sane_control_option(self.handle, option.index, action, buffer, &raw mut info) };
        check(status, operation, Some(&self.name), Some(&option.name))?;
        Ok(info)
    }

    /// What has to follow each setting.
    fn settle(&mut self, name: &str, info: c_int) -> Result<Effect, Error> {
        if info & ffi::INFO_RELOAD_OPTIONS != 0 {
            self.describe()?;
        }
        let readable = self.option(name).is_some_and(OptionDescriptor::is_readable);
        Ok(Effect {
            value: readable.then(|| self.get(name)).transpose()?,
            inexact: info & ffi::INFO_INEXACT != 0,
            parameters_changed: info & ffi::INFO_RELOAD_PARAMETERS != 0,
        })
    }

    /// Copies all descriptors. Option 0 is the number of options, itself included.
    fn describe(&mut self) -> Result<(), Error> {
        // The `net` backend refuses to read any option after a reload until a descriptor was asked for.
        // SAFETY: the device is open; the answer is not used.
        let _ = unsafe { ffi::sane_get_option_descriptor(self.handle, 0) };
        let mut count: c_int = 0;
        let mut info: c_int = 0;
        // SAFETY: the device is open; option 0 is one word, which is what `count` is.
        let status = unsafe {
            ffi::sane_control_option(self.handle, 0, ffi::ACTION_GET, (&raw mut count).cast(), &raw mut info)
        };
        check(status, Operation::DescribeOptions, Some(&self.name), None)?;
        self.options.clear();
        for index in 1..count {
            // SAFETY: the device is open; the answer is null or a descriptor that is valid until the next call.
            if let Some(raw) = unsafe { ffi::sane_get_option_descriptor(self.handle, index).as_ref() } {
                // SAFETY: `raw` was given just now.
                self.options.push(unsafe { describe::copy(index, raw) });
            }
        }
        Ok(())
    }
}

impl Drop for Device<'_> {
    fn drop(&mut self) {
        let mut open = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if open.take().is_some() {
            // SAFETY: the device was open until now, and cancellers find nothing from here on.
            unsafe { ffi::sane_close(self.handle) };
        }
    }
}
