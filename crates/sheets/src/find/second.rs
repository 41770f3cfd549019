//! The second stage: a patient, young reader, kept where it can do no harm.
//!
//! It has no time limit of its own and may panic on a picture nobody foresaw. So each look runs on a thread: a panic
//! ends that thread, and a look that takes too long is left behind. While one is left behind there is no other: at
//! most one thread per finder is ever lost.

use super::{FoundCode, Grey, found};
use scantrail_core::units::{Point, Quad};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tapirscan::{Barcode, Format, Image, Mode, Scanner, ScannerOptions};

/// Above this many pixels the half-size picture is looked at: time grows with pixels, and 8 pixels to a millimetre
/// show every code of ours.
const LARGEST: u64 = 6_000_000;

/// Keeps count of looks that were left behind.
#[derive(Default)]
pub(super) struct SecondStage {
    left_behind: Option<JoinHandle<()>>,
}

/// Why a look brought nothing.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("a look left behind is still going on")]
    Busy,
    #[error("no thread could be started: {0}")]
    NoThread(std::io::Error),
    #[error("it took too long")]
    TimedOut,
    #[error("it panicked")]
    Panicked,
}

impl SecondStage {
    /// The codes it reads within `limit`; none if it fails.
    pub(super) fn find(&mut self, grey: &Grey<'_>, half: Option<&Grey<'_>>, limit: Duration) -> Vec<FoundCode> {
        let pixels = u64::from(grey.width) * u64::from(grey.height);
        let (view, scale) = match half {
            Some(half) if pixels > LARGEST => (half, 2.0),
            _ => (grey, 1.0),
        };
        let (samples, width, height) = (view.samples.to_vec(), view.width as usize, view.height as usize);
        match self.run(limit, move || scan(&samples, width, height, scale)) {
            Ok(codes) => codes,
            Err(trouble) => {
                let limit_ms = limit.as_millis() as u64;
                tracing::warn!(error = %trouble, limit_ms, width, height, "the second code reader was given up");
                Vec::new()
            }
        }
    }

    fn run<T: Send + 'static>(
        &mut self,
        limit: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        if self.left_behind.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return Err(Trouble::Busy);
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let thread = thread::Builder::new()
            .name("second-reader".to_owned())
            // Nobody listens any more once the limit has passed: the result then goes nowhere, on purpose.
            .spawn(move || drop(sender.send(work())))
            .map_err(Trouble::NoThread)?;
        match receiver.recv_timeout(limit) {
            Ok(result) => Ok(result),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                self.left_behind = Some(thread);
                Err(Trouble::TimedOut)
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(Trouble::Panicked),
        }
    }
}

fn scan(samples: &[u8], width: usize, height: usize, scale: f64) -> Vec<FoundCode> {
    let options = ScannerOptions {
        mode: Mode::Medium,
        formats: Format::QrCode.into(),
        parallel: false,
        ..ScannerOptions::default()
    };
    match Scanner::new(options).scan(Image::gray(samples, width, height)) {
        Ok(result) => result.barcodes.iter().map(|code| translate(code, scale)).collect(),
        Err(error) => {
            tracing::warn!(%error, width, height, "the second code reader refused a picture");
            Vec::new()
        }
    }
}

fn translate(code: &Barcode, scale: f64) -> FoundCode {
    let bytes = code.payload_bytes.as_deref().unwrap_or(code.text.as_bytes());
    let corners = code.polygon.map(|p| Point { x: p[0] * scale, y: p[1] * scale });
    found(bytes, Quad(corners), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_costs_only_its_own_findings() {
        let mut stage = SecondStage::default();
        let lost: Result<(), _> = stage.run(Duration::from_mins(1), || panic!("as on a picture nobody foresaw"));
        assert!(matches!(lost, Err(Trouble::Panicked)));
        assert!(matches!(stage.run(Duration::from_mins(1), || 7), Ok(7)));
    }

    #[test]
    fn a_look_left_behind_keeps_others_from_starting() {
        let mut stage = SecondStage::default();
        let (release, gate) = mpsc::channel::<()>();
        let lost = stage.run(Duration::from_millis(1), move || gate.recv().is_ok());
        assert!(matches!(lost, Err(Trouble::TimedOut)));
        assert!(matches!(stage.run(Duration::from_mins(1), || 7), Err(Trouble::Busy)));
        release.send(()).unwrap();
        stage.left_behind.take().unwrap().join().unwrap();
        assert!(matches!(stage.run(Duration::from_mins(1), || 7), Ok(7)));
    }
}
