//! How a listing or a batch can fail, always with the number of captures that are safe.

use crate::protocol::{FrameError, MessageError, WorkerFault};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// A sink could not make a capture durable.
#[derive(Debug, thiserror::Error)]
#[error("the capture could not be kept")]
pub struct SinkError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl SinkError {
    /// Wraps whatever the sink met.
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// A listing or a batch failed. What the sink took before is safe.
#[derive(Debug, thiserror::Error)]
#[error("{}{}", about(device.as_deref()), after(*captures))]
pub struct ScanError {
    /// The device by its SANE name; `None` when all were listed.
    pub device: Option<String>,
    /// How many captures the sink took.
    pub captures: u32,
    /// What went wrong.
    #[source]
    pub fault: ScanFault,
}

fn about(device: Option<&str>) -> String {
    device.map_or_else(|| "scanners could not be listed".into(), |device| format!("scanner {device} failed"))
}

fn after(captures: u32) -> String {
    match captures {
        0 => String::new(),
        1 => " after 1 page".into(),
        more => format!(" after {more} pages"),
    }
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanFault {
    /// Clear the paper path, then continue the batch.
    #[error("paper is jammed")]
    Jammed,
    /// Close it, then continue the batch.
    #[error("a cover is open")]
    CoverOpen,
    /// Someone else uses it, or it has not recovered; try again later.
    #[error("the device is busy")]
    Busy,
    /// The feeder was empty from the start.
    #[error("there is no paper in the feeder")]
    NoDocuments,
    /// Unplugged, switched off, asleep, or never there.
    #[error("the device cannot be reached: {message}")]
    DeviceGone {
        /// What libsane said.
        message: String,
    },
    /// This user may not use the device.
    #[error("access to the device is denied")]
    AccessDenied,
    /// Someone pressed stop at the device.
    #[error("the scan was stopped at the device")]
    StoppedAtDevice,
    /// The device cannot do what was asked.
    #[error("option `{option}` cannot be `{value}`{}", offers(allowed))]
    InvalidOption {
        /// Which option.
        option: String,
        /// What was asked.
        value: String,
        /// What the device offers.
        allowed: Vec<String>,
    },
    /// The line, the device or its backend failed; the page in the scanner is lost to us.
    #[error("{message}")]
    Io {
        /// What happened.
        message: String,
    },
    /// Nothing moved for too long; the worker was ended by force. Sheets may have passed unseen.
    #[error("no progress for {} s, the worker was stopped", silence.as_secs())]
    Hung {
        /// The patience that ran out.
        silence: Duration,
    },
    /// The device gave more pages than any feeder holds; it was stopped.
    #[error("the device gives pages without end")]
    Endless,
    /// The worker crashed. Sheets may have passed unseen.
    #[error("the scanner worker died ({status}){}", quoted(last_words))]
    WorkerDied {
        /// How it ended.
        status: ExitStatus,
        /// The end of what it and its C libraries printed.
        last_words: String,
    },
    /// The sink refused a capture; the scanner was stopped.
    #[error("a page could not be kept")]
    SinkFailed(#[source] SinkError),
    /// The worker could not be started or talked to.
    #[error("the scanner worker {} cannot be used", program.display())]
    WorkerUnusable {
        /// The program.
        program: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The worker speaks another protocol, or nonsense.
    #[error("the scanner worker does not speak our protocol")]
    Protocol(#[source] ProtocolFault),
}

/// What was wrong with what the worker said.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolFault {
    /// It speaks another version.
    #[error("it speaks version {theirs}, not {ours}", ours = crate::protocol::VERSION)]
    Version {
        /// Its version.
        theirs: u32,
    },
    /// The bytes are no frames.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The frame is no message.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The message has no place here.
    #[error("it said something out of turn: {0}")]
    OutOfTurn(&'static str),
}

impl From<WorkerFault> for ScanFault {
    fn from(fault: WorkerFault) -> Self {
        match fault {
            WorkerFault::Jammed => Self::Jammed,
            WorkerFault::CoverOpen => Self::CoverOpen,
            WorkerFault::Busy => Self::Busy,
            WorkerFault::NoDocuments => Self::NoDocuments,
            WorkerFault::Gone { message } => Self::DeviceGone { message },
            WorkerFault::AccessDenied => Self::AccessDenied,
            WorkerFault::StoppedAtDevice => Self::StoppedAtDevice,
            WorkerFault::InvalidOption { option, value, allowed } => Self::InvalidOption { option, value, allowed },
            WorkerFault::Io { message } => Self::Io { message },
        }
    }
}

fn offers(allowed: &[String]) -> impl fmt::Display {
    if allowed.is_empty() { String::new() } else { format!(" (it offers {})", allowed.join(", ")) }
}

fn quoted(last_words: &str) -> String {
    let last_words = last_words.trim();
    if last_words.is_empty() { String::new() } else { format!(": {last_words}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_how_much_is_safe() {
        let error = ScanError { device: Some("pnm:0".into()), captures: 17, fault: ScanFault::Jammed };
        assert_eq!(error.to_string(), "scanner pnm:0 failed after 17 pages");
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "paper is jammed");
        let refused = ScanFault::InvalidOption {
            option: "source".into(),
            value: "feeder".into(),
            allowed: vec!["Flatbed".into(), "Card".into()],
        };
        assert_eq!(refused.to_string(), "option `source` cannot be `feeder` (it offers Flatbed, Card)");
    }
}
