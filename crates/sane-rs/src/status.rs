//! What a SANE call answered (SANE standard 1.06, section 4.2.7).

use std::fmt;

/// Why a call did not answer "good".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// The operation is not supported.
    Unsupported,
    /// The operation was cancelled, by this program or at the device.
    Cancelled,
    /// The device is busy; it may answer later.
    DeviceBusy,
    /// Something given was invalid. On opening: there is no such device.
    Invalid,
    /// The end of the frame.
    EndOfFile,
    /// The document feeder is jammed.
    Jammed,
    /// The document feeder is out of documents.
    NoDocuments,
    /// The cover is open.
    CoverOpen,
    /// The device or the line to it failed.
    IoError,
    /// Out of memory.
    NoMemory,
    /// This user may not use the device.
    AccessDenied,
    /// A number the standard does not define.
    Other(i32),
}

impl Status {
    /// `None` for "good".
    pub(crate) fn from_raw(raw: i32) -> Option<Self> {
        Some(match raw {
            0 => return None,
            1 => Self::Unsupported,
            2 => Self::Cancelled,
            3 => Self::DeviceBusy,
            4 => Self::Invalid,
            5 => Self::EndOfFile,
            6 => Self::Jammed,
            7 => Self::NoDocuments,
            8 => Self::CoverOpen,
            9 => Self::IoError,
            10 => Self::NoMemory,
            11 => Self::AccessDenied,
            other => Self::Other(other),
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsupported => "operation not supported",
            Self::Cancelled => "operation was cancelled",
            Self::DeviceBusy => "device busy",
            Self::Invalid => "invalid argument",
            Self::EndOfFile => "end of file",
            Self::Jammed => "document feeder jammed",
            Self::NoDocuments => "document feeder out of documents",
            Self::CoverOpen => "cover is open",
            Self::IoError => "error during device input or output",
            Self::NoMemory => "out of memory",
            Self::AccessDenied => "access denied",
            Self::Other(number) => return write!(f, "unknown status {number}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_is_no_failure_and_unknown_numbers_survive() {
        assert_eq!(Status::from_raw(0), None);
        assert_eq!(Status::from_raw(6), Some(Status::Jammed));
        assert_eq!(Status::from_raw(-7), Some(Status::Other(-7)));
    }
}
