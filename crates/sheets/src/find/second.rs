//! The second stage: a patient, young reader, kept where it can do no harm, and looks at changed copies.
//!
//! It has no time limit of its own and may panic on a picture nobody foresaw. So all its looks at a picture run on a
//! thread, one after the other: a panic ends that thread, and a look that takes too long is left behind; what was
//! found before counts. While one is left behind there is no other: at most one thread per finder is ever lost.

use super::copies::Copied;
use super::{FoundCode, Grey, Look, first_reader, found, look};
use scantrail_core::units::{Point, Quad};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tapirscan::{Barcode, Format, Image, Mode, Scanner, ScannerOptions};

/// Above this many pixels the half-size picture is looked at: time grows with pixels, and 8 pixels to a millimetre
/// show every code of ours.
const LARGEST: u64 = 6_000_000;

/// Copies are made from the half-size picture when that has so many pixels.
const ENOUGH: u64 = 700_000;

/// One way of looking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The patient reader on the picture as it is: glare, covering.
    Plain,
    /// The first reader on a copy twice as wide: codes that turn away to the side.
    Wide,
    /// The first reader on a copy twice as tall: codes that turn away upwards.
    Tall,
    /// The patient reader on an evened copy: shine and shadow within a code, curved surfaces.
    Evened,
    /// The patient reader on a copy turned by an eighth: it is better at codes that stand straight.
    Turned,
}

/// The look that is worth it on any picture.
pub(super) const PLAIN: &[Kind] = &[Kind::Plain];
/// All looks, the cheapest and most rewarding first.
pub(super) const EVERY: &[Kind] = &[Kind::Plain, Kind::Wide, Kind::Tall, Kind::Evened, Kind::Turned];

/// Pixels of a stretched copy at most.
const STRETCHED: f64 = 1_500_000.0;
/// Pixels of an evened or turned copy at most.
const CHANGED: f64 = 1_000_000.0;

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
    /// What was seen before and what these looks add within `limit`. They end when nothing is wanting.
    pub(super) fn find(
        &mut self,
        seen: Look,
        full: Grey<'_>,
        half: Option<Grey<'static>>,
        looks: &'static [Kind],
        limit: Duration,
    ) -> Look {
        let (width, height) = (full.width, full.height);
        let pictures = Pictures { full: full.into_owned(), half };
        // Taken out when time is up, which is also how the thread learns of it.
        let shared = Arc::new(Mutex::new(Some(seen)));
        let theirs = Arc::clone(&shared);
        let outcome = self.run(limit, move || {
            for kind in looks {
                if !lock(&theirs).as_ref().is_some_and(Look::is_wanting) {
                    break;
                }
                let codes = pictures.look(*kind);
                if let Some(seen) = lock(&theirs).as_mut() {
                    seen.add(Look { codes, unread: Vec::new() });
                }
            }
        });
        if let Err(trouble) = outcome {
            let limit_ms = limit.as_millis() as u64;
            tracing::warn!(error = %trouble, limit_ms, width, height, "the second code reader was given up");
        }
        lock(&shared).take().unwrap_or_default()
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

/// What was seen is added whole or not at all, so a thread that panicked leaves nothing half done.
fn lock(shared: &Mutex<Option<Look>>) -> std::sync::MutexGuard<'_, Option<Look>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A picture in its sizes.
struct Pictures {
    full: Grey<'static>,
    half: Option<Grey<'static>>,
}

impl Pictures {
    fn look(&self, kind: Kind) -> Vec<FoundCode> {
        match kind {
            Kind::Plain => {
                let (view, scale) = self.smaller_if(self.full.pixels() > LARGEST);
                scan(view, |p| Point { x: p.x * scale, y: p.y * scale })
            }
            Kind::Wide => self.stretched(2.0),
            Kind::Tall => self.stretched(0.5),
            Kind::Evened => self.changed(Copied::evened),
            Kind::Turned => self.changed(Copied::turned),
        }
    }

    fn smaller_if(&self, is_large: bool) -> (&Grey<'static>, f64) {
        self.half.as_ref().filter(|_| is_large).map_or((&self.full, 1.0), |half| (half, 2.0))
    }

    fn source(&self) -> (&Grey<'static>, f64) {
        self.smaller_if(self.half.as_ref().is_some_and(|half| half.pixels() >= ENOUGH))
    }

    fn stretched(&self, stretch: f64) -> Vec<FoundCode> {
        let (source, scale) = self.source();
        let copy = Copied::stretched(source, stretch, STRETCHED);
        match look(&first_reader(), &copy.grey, 1.0) {
            Ok(seen) => seen.codes.into_iter().map(|code| back(code, &copy, scale)).collect(),
            Err(error) => {
                tracing::warn!(%error, "a stretched copy could not be looked at");
                Vec::new()
            }
        }
    }

    fn changed(&self, change: fn(&Grey<'_>, f64) -> Copied) -> Vec<FoundCode> {
        let (source, scale) = self.source();
        let copy = change(source, CHANGED);
        scan(&copy.grey, |p| p).into_iter().map(|code| back(code, &copy, scale)).collect()
    }
}

/// A code in pixels of the picture.
fn back(code: FoundCode, copy: &Copied, scale: f64) -> FoundCode {
    let corners = Quad(copy.back(&code.corners).0.map(|p| Point { x: p.x * scale, y: p.y * scale }));
    FoundCode { corners, ..code }
}

fn scan(view: &Grey<'_>, place: impl Fn(Point) -> Point) -> Vec<FoundCode> {
    let options = ScannerOptions {
        mode: Mode::Medium,
        formats: Format::QrCode.into(),
        parallel: false,
        ..ScannerOptions::default()
    };
    let (width, height) = (view.width as usize, view.height as usize);
    match Scanner::new(options).scan(Image::gray(&view.samples, width, height)) {
        Ok(result) => result.barcodes.iter().map(|code| translate(code, &place)).collect(),
        Err(error) => {
            tracing::warn!(%error, width, height, "the second code reader refused a picture");
            Vec::new()
        }
    }
}

fn translate(code: &Barcode, place: impl Fn(Point) -> Point) -> FoundCode {
    let bytes = code.payload_bytes.as_deref().unwrap_or(code.text.as_bytes());
    let corners = code.polygon.map(|p| place(Point { x: p[0], y: p[1] }));
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
