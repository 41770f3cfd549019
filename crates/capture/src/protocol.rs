//! What the daemon and a scanner worker say to each other.
//!
//! They share one socket of their own (C libraries print to stdout). A worker opens with [`FromWorker::Hello`], takes
//! one order, answers it and ends:
//!
//! ```text
//! worker                                parent
//!   hello {protocol, sane}        ──▶
//!                                 ◀──   list | describe {device} | scan {…}
//!   devices {…} | described {…}   ──▶                                        and that is all, or
//!   effective {options}           ──▶
//!   capture_started {sequence}    ──▶
//!   heartbeat {bytes}             ──▶   any number of them
//!   captured {…} + PNG            ──▶   made durable
//!                                 ◀──   acknowledged {sequence}              only then the next page is started
//!   end {reason} | failed {fault} ──▶
//!                                 ◀──   cancel                               at any time
//! ```
//!
//! Everything here is a pure function of bytes and never panics: the other side may be broken in any way. The shapes
//! are the protocol's own; the vocabulary of the core is not serialised. This module must not know processes or SANE.

mod frame;

pub use frame::{Frame, FrameError, MAX_BODY, MAX_HEADER, PREFIX, Splitter};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The protocol spoken by this build; both sides must speak the same.
pub const VERSION: u32 = 1;

/// The exit code of a worker whose own watchdog saw no progress.
pub const EXIT_HUNG: i32 = 75;

/// What the parent says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToWorker {
    /// Find every device.
    List,
    /// Open one device and say what it can do.
    Describe {
        /// The device as SANE names it.
        device: String,
    },
    /// Scan one batch.
    Scan(ScanOrder),
    /// The capture of this number is durable.
    Acknowledged {
        /// Which, from 0.
        sequence: u32,
    },
    /// Stop, discard what is not complete, end.
    Cancel,
}

/// Which part of the scanner to take paper from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The feeder if there is one, else the glass.
    Auto,
    /// The glass: exactly one capture.
    Flatbed,
    /// The feeder, fronts only.
    Feeder,
    /// The feeder, both sides.
    FeederDuplex,
}

/// Which colours to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Full colour.
    Colour,
    /// Shades of grey.
    Grey,
}

/// What to do between two pages of one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BetweenPages {
    /// Just start the next page: a cancel makes some feeders eject the stack.
    #[default]
    Start,
    /// Cancel first: some backends start a new page only then.
    Cancel,
}

/// Everything a worker needs for one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanOrder {
    /// The device as SANE names it.
    pub device: String,
    /// Where the paper lies.
    pub source: Source,
    /// Which colours.
    pub colour: Colour,
    /// Dots per inch wished for.
    pub dpi: u16,
    /// Width of the paper in hundredths of a millimetre.
    pub page_width: i32,
    /// Height of the paper in hundredths of a millimetre.
    pub page_height: i32,
    /// Further options by name, set last and in this order.
    pub options: Vec<(String, String)>,
    /// Files to give to the option `filename`, one a page: a stack for the `pnm` backend. Empty for real scanners.
    pub stack: Vec<String>,
    /// What to do between two pages.
    pub between_pages: BetweenPages,
    /// How long to wait before each further try while the device is busy, in milliseconds.
    pub busy_pauses: Vec<u64>,
    /// After how many milliseconds inside one call of libsane the worker gives itself up.
    pub patience: u64,
}

/// What a worker says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromWorker {
    /// The first message.
    Hello {
        /// The protocol it speaks: [`VERSION`].
        protocol: u32,
        /// The version of libsane.
        sane: String,
    },
    /// Answer to [`ToWorker::List`].
    Devices {
        /// Every device once, in a stable order.
        devices: Vec<FoundDevice>,
    },
    /// Answer to [`ToWorker::Describe`].
    Described {
        /// What the device can do.
        capabilities: Capabilities,
    },
    /// The options as they are after everything was set.
    Effective {
        /// Every readable option and its value.
        options: BTreeMap<String, String>,
    },
    /// A page was started.
    CaptureStarted {
        /// Which, from 0.
        sequence: u32,
    },
    /// There is progress.
    Heartbeat {
        /// Bytes read of the page that is being read.
        bytes: u64,
    },
    /// A whole page; the body is the PNG.
    Captured(Captured),
    /// The batch is over and nothing went wrong.
    End {
        /// Why it is over.
        reason: EndReason,
    },
    /// The order could not be carried out to its end.
    Failed {
        /// What went wrong.
        fault: WorkerFault,
    },
}

/// A page as it is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// Which, from 0.
    pub sequence: u32,
    /// `single`, `front` or `back`.
    pub side: String,
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Dots per inch the device says it used, along both axes; `None` if it does not say.
    pub dpi: Option<(u16, u16)>,
    /// Why the page may not be whole, as a word of the vocabulary.
    pub suspicion: Option<String>,
}

/// Why a batch is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The feeder says that it is empty.
    FeederEmpty,
    /// The one page of the glass.
    FlatbedDone,
    /// The parent cancelled.
    Cancelled,
}

/// A device found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundDevice {
    /// Stays the same when the device is plugged in again, as far as it says who it is.
    pub identity: String,
    /// The name to open it by today.
    pub name: String,
    /// Further names of the same device through other backends.
    pub other_names: Vec<String>,
    /// Who made it.
    pub vendor: String,
    /// Which model.
    pub model: String,
    /// What the backend says it is.
    pub kind: String,
}

/// What a device can do.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Capabilities {
    /// Sources by the backend's names.
    pub sources: Vec<String>,
    /// Whether one of them is a glass, or there is no choice of source.
    pub flatbed: bool,
    /// Whether one of them is a feeder.
    pub feeder: bool,
    /// Whether it can scan both sides.
    pub duplex: bool,
    /// Modes by the backend's names.
    pub modes: Vec<String>,
    /// Dots per inch offered one by one; empty if there is a range.
    pub resolutions: Vec<u16>,
    /// Smallest and largest dots per inch.
    pub resolution_range: Option<(u16, u16)>,
    /// Largest area in hundredths of a millimetre.
    pub largest: Option<(i32, i32)>,
}

/// What went wrong, as far as the worker can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WorkerFault {
    /// Paper is jammed.
    Jammed,
    /// A cover is open.
    CoverOpen,
    /// Still busy after every try.
    Busy,
    /// The feeder was empty from the start.
    NoDocuments,
    /// The device is not there, or not switched on.
    Gone {
        /// What libsane said.
        message: String,
    },
    /// This user may not use it.
    AccessDenied,
    /// Someone pressed stop at the device.
    StoppedAtDevice,
    /// The device cannot do what was ordered.
    InvalidOption {
        /// Which option.
        option: String,
        /// What was wished.
        value: String,
        /// What it offers.
        allowed: Vec<String>,
    },
    /// Anything else: the line, the device, the backend.
    Io {
        /// What happened.
        message: String,
    },
}

/// A frame is well-formed but says nothing that this protocol knows.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// The header is not a message.
    #[error("a message that cannot be understood")]
    Header(#[source] serde_json::Error),
    /// Only a captured page has a body.
    #[error("a message with {0} bytes that do not belong to it")]
    Body(usize),
}

impl ToWorker {
    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        frame::encode(self, &[])
    }

    /// Reads a frame.
    pub fn parse(frame: &Frame) -> Result<Self, MessageError> {
        match frame.body.len() {
            0 => serde_json::from_slice(&frame.header).map_err(MessageError::Header),
            length => Err(MessageError::Body(length)),
        }
    }
}

impl FromWorker {
    /// As bytes, without a body.
    pub fn to_bytes(&self) -> Vec<u8> {
        frame::encode(self, &[])
    }

    /// Reads a frame. The body stays where it is.
    pub fn parse(frame: &Frame) -> Result<Self, MessageError> {
        let message = serde_json::from_slice(&frame.header).map_err(MessageError::Header)?;
        match (&message, frame.body.len()) {
            (Self::Captured(_), _) | (_, 0) => Ok(message),
            (_, length) => Err(MessageError::Body(length)),
        }
    }
}

impl Captured {
    /// As bytes, with the page behind it.
    pub fn to_bytes(&self, page: &[u8]) -> Vec<u8> {
        frame::encode(&FromWorker::Captured(self.clone()), page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> Frame {
        let mut splitter = Splitter::default();
        splitter.push(bytes);
        splitter.next_frame().unwrap().unwrap()
    }

    #[test]
    fn messages_round_trip() {
        let order = ToWorker::Scan(ScanOrder {
            device: "pnm:0".into(),
            source: Source::FeederDuplex,
            colour: Colour::Grey,
            dpi: 300,
            page_width: 21_000,
            page_height: 29_700,
            options: vec![("contrast".into(), "10".into())],
            stack: vec!["a.ppm".into()],
            between_pages: BetweenPages::Cancel,
            busy_pauses: vec![1, 2],
            patience: 1000,
        });
        assert_eq!(ToWorker::parse(&whole(&order.to_bytes())).unwrap(), order);
        let page = Captured {
            sequence: 3,
            side: "back".into(),
            width: 10,
            height: 20,
            dpi: Some((300, 150)),
            suspicion: None,
        };
        let frame = whole(&page.to_bytes(b"PNG"));
        assert_eq!(FromWorker::parse(&frame).unwrap(), FromWorker::Captured(page));
        assert_eq!(frame.body, b"PNG");
        let failed = FromWorker::Failed { fault: WorkerFault::Gone { message: "switched off".into() } };
        assert_eq!(FromWorker::parse(&whole(&failed.to_bytes())).unwrap(), failed);
    }

    #[test]
    fn strange_messages_are_refused() {
        let frame = |header: &str, body: &[u8]| Frame { header: header.into(), body: body.into() };
        assert!(matches!(ToWorker::parse(&frame("", b"")), Err(MessageError::Header(_))));
        assert!(matches!(ToWorker::parse(&frame(r#"{"type":"dance"}"#, b"")), Err(MessageError::Header(_))));
        assert!(matches!(ToWorker::parse(&frame(r#"{"type":"cancel"}"#, b"x")), Err(MessageError::Body(1))));
        assert!(matches!(FromWorker::parse(&frame(&"[".repeat(100_000), b"")), Err(MessageError::Header(_))));
        let beat = frame(r#"{"type":"heartbeat","bytes":1}"#, b"xy");
        assert!(matches!(FromWorker::parse(&beat), Err(MessageError::Body(2))));
    }
}
