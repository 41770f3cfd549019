//! Every way a call can fail, with the device and the option it was about.

use crate::{Status, ValueKind};
use std::fmt;

/// What was asked of libsane when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `sane_init`
    Initialise,
    /// `sane_get_devices`
    ListDevices,
    /// `sane_open`
    Open,
    /// `sane_get_option_descriptor`, or reading how many there are.
    DescribeOptions,
    /// `sane_control_option`, reading.
    GetOption,
    /// `sane_control_option`, writing.
    SetOption,
    /// `sane_start`
    Start,
    /// `sane_get_parameters`
    Parameters,
    /// `sane_read`
    Read,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Initialise => "initialising SANE",
            Self::ListDevices => "listing devices",
            Self::Open => "opening",
            Self::DescribeOptions => "reading the options",
            Self::GetOption => "reading an option",
            Self::SetOption => "setting an option",
            Self::Start => "starting",
            Self::Parameters => "reading the frame parameters",
            Self::Read => "reading image data",
        })
    }
}

/// A call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// libsane answered with a status other than "good".
    #[error("{operation}{} failed: {status}", on(device.as_deref(), option.as_deref()))]
    Sane {
        /// What was asked.
        operation: Operation,
        /// Which device, if it was about one.
        device: Option<String>,
        /// Which option, if it was about one.
        option: Option<String>,
        /// What was answered.
        status: Status,
    },
    /// There is already a [`crate::Sane`] in this process; libsane has global state.
    #[error("SANE is already in use in this process")]
    AlreadyInitialised,
    /// The device has no such option.
    #[error("device {device} has no option `{option}`")]
    NoSuchOption {
        /// The device.
        device: String,
        /// The option.
        option: String,
    },
    /// The option exists but cannot be used this way now: inactive, read-only or write-only.
    #[error("option `{option}` of device {device} is not available now")]
    OptionUnavailable {
        /// The device.
        device: String,
        /// The option.
        option: String,
    },
    /// The value is of another kind than the option, or does not fit its buffer.
    #[error("option `{option}` of device {device} takes {wanted} in {size} bytes")]
    WrongValue {
        /// The device.
        device: String,
        /// The option.
        option: String,
        /// What the option takes.
        wanted: ValueKind,
        /// How many bytes a value has.
        size: usize,
    },
    /// A text contains a NUL character, which C cannot carry.
    #[error("`{text}` contains a NUL character")]
    Nul {
        /// The text, escaped.
        text: String,
    },
    /// A backend broke the rules of the standard.
    #[error("the backend of device {device} broke the SANE standard: {what}")]
    Backend {
        /// The device.
        device: String,
        /// What it did.
        what: &'static str,
    },
}

impl Error {
    /// What libsane answered, if it was asked at all.
    pub fn status(&self) -> Option<Status> {
        match self {
            Self::Sane { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Which device it was about.
    pub fn device(&self) -> Option<&str> {
        match self {
            Self::Sane { device, .. } => device.as_deref(),
            Self::NoSuchOption { device, .. }
            | Self::OptionUnavailable { device, .. }
            | Self::WrongValue { device, .. }
            | Self::Backend { device, .. } => Some(device),
            Self::AlreadyInitialised | Self::Nul { .. } => None,
        }
    }
}

fn on(device: Option<&str>, option: Option<&str>) -> String {
    let option = option.map(|option| format!(" `{option}`")).unwrap_or_default();
    let device = device.map(|device| format!(" on {device}")).unwrap_or_default();
    option + &device
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_option_and_device() {
        let error = Error::Sane {
            operation: Operation::SetOption,
            device: Some("test:0".into()),
            option: Some("mode".into()),
            status: Status::Invalid,
        };
        assert_eq!(error.to_string(), "setting an option `mode` on test:0 failed: invalid argument");
    }
}
