//! Scanners, as the rest of the program sees them: a blocking client that keeps one child process per open device.
//!
//! libsane and its backends crash and hang, so this process never loads them. [`ScannerClient`] starts a worker for
//! each listing and each batch, talks [`crate::protocol`] with it, watches its progress, and always waits for its end:
//! cancel, then SIGTERM, then SIGKILL to its whole process group. A capture is acknowledged, and the next page asked
//! for, only after the [`CaptureSink`] has made it durable.
//!
//! This module must not know what a page shows, nor where it is kept.

mod client;
mod error;
mod request;
mod worker;

pub use crate::protocol::{BetweenPages, Capabilities, Colour, Source};
pub use client::ScannerClient;
pub use error::{ScanError, ScanFault, SinkError};
pub use request::{
    CancelToken, CaptureSink, DeviceInfo, EndReason, Limits, PageSize, Progress, ScanEnd, ScanRequest, ScannedCapture,
};
