//! What is asked of a scanner, and what comes back.

use super::{ScanError, SinkError};
use crate::protocol::{self, BetweenPages, Capabilities, Colour, Source};
use scantrail_core::units::{Dpi, Length, Resolution};
use scantrail_core::vocabulary::{Media, Side, Suspicion};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Width and height of the paper, as it lies in the scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageSize {
    /// Across the sensor.
    pub width: Length,
    /// Along the paper path.
    pub height: Length,
}

impl PageSize {
    /// 210 × 297 mm, upright.
    pub const A4: Self = Self { width: Length::from_mm(210), height: Length::from_mm(297) };
    /// 297 × 420 mm, upright.
    pub const A3: Self = Self { width: Length::from_mm(297), height: Length::from_mm(420) };
}

/// One batch wished for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanRequest {
    /// The device by its present SANE name ([`DeviceInfo::name`]).
    pub device: String,
    /// Where the paper lies.
    pub source: Source,
    /// Which colours. A device without greys gives colour.
    pub colour: Colour,
    /// Dots per inch; a device that cannot do it takes the next it has, and the capture says which.
    pub dpi: Dpi,
    /// The paper; a smaller device scans what it can.
    pub page: PageSize,
    /// Further options by name, set last, in this order. File names in them must be absolute.
    pub options: Vec<(String, String)>,
    /// A stack for the `pnm` backend: one file a page. Empty for real scanners.
    pub stack: Vec<PathBuf>,
    /// What to do between two pages.
    pub between_pages: BetweenPages,
}

impl ScanRequest {
    /// A4 in colour at 300 dpi from the feeder, or the glass if there is none.
    pub fn new(device: impl Into<String>) -> Self {
        Self {
            device: device.into(),
            source: Source::Auto,
            colour: Colour::Colour,
            dpi: Dpi::SCAN,
            page: PageSize::A4,
            options: Vec::new(),
            stack: Vec::new(),
            between_pages: BetweenPages::Start,
        }
    }
}

/// How long to be patient, and how much to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Without any progress for so long, a worker is taken to hang. Lamps warm up and network scanners wake within it.
    pub no_progress: Duration,
    /// How long a worker may take to let go of the device after a cancel; network scanners need about 10 s.
    pub cancel: Duration,
    /// How long between SIGTERM and SIGKILL.
    pub terminate: Duration,
    /// The pauses before each further try while a device is busy; as many tries as there are pauses.
    pub busy_pauses: Vec<Duration>,
    /// More captures than any feeder holds: a device that starts over, or a glass that calls itself a feeder.
    pub captures: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            no_progress: Duration::from_secs(100),
            cancel: Duration::from_secs(15),
            terminate: Duration::from_secs(2),
            busy_pauses: [1, 2, 4, 8].map(Duration::from_secs).to_vec(),
            captures: 2000,
        }
    }
}

/// A device found.
#[derive(Debug)]
pub struct DeviceInfo {
    /// Stays the same when the device is plugged in again, as far as the device says who it is.
    pub identity: String,
    /// The name to open it by until it is plugged in again.
    pub name: String,
    /// Its names through other backends.
    pub other_names: Vec<String>,
    /// Who made it.
    pub vendor: String,
    /// Which model.
    pub model: String,
    /// What the backend says it is.
    pub kind: String,
    /// What it can do, or why it could not be asked.
    pub capabilities: Result<Capabilities, ScanError>,
}

/// One page as the scanner delivered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScannedCapture {
    /// Its place in this batch, from 0.
    pub sequence: u32,
    /// Which side of its sheet.
    pub side: Side,
    /// What the bytes are.
    pub media: Media,
    /// The page, without any loss.
    pub bytes: Vec<u8>,
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// What the device says it scanned with; `None` if it does not say.
    pub resolution: Option<Resolution>,
    /// Every option of the device as it was, not as it was wished.
    pub options: Arc<BTreeMap<String, String>>,
    /// Why it may not be whole.
    pub suspicion: Option<Suspicion>,
}

/// Where captures go.
pub trait CaptureSink {
    /// Makes a capture durable. The scanner is asked for the next page only after this returned.
    fn capture(&mut self, capture: ScannedCapture) -> Result<(), SinkError>;

    /// Hears how it goes; for people to see, several times a second.
    fn progress(&mut self, progress: Progress) {
        let _ = progress;
    }
}

/// How it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The device is open and set.
    Ready,
    /// A page is being pulled in.
    Started {
        /// Which, from 0.
        sequence: u32,
    },
    /// Bytes of that page have come.
    Reading {
        /// How many so far.
        bytes: u64,
    },
}

/// Why a batch ended well.
pub use protocol::EndReason;

/// A batch that ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanEnd {
    /// How many captures the sink took.
    pub captures: u32,
    /// Why it ended. An empty feeder is what the device says; it is not always true.
    pub reason: EndReason,
}

/// Stops a batch from another thread. Clones are the same token.
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token that has not been used.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for the end. Pages already whole are still delivered; the one in the scanner is discarded.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the end was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
