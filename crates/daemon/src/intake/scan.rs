//! One batch from a scanner: each capture durable before the next sheet is drawn in.

use super::{Context, Manner, open_batch, side_of, spooled_capture};
use crate::api::{Progress, Report, Silent};
use crate::engine::{Engine, lock};
use crate::error::{DaemonError, Exit};
use crate::workers::chain;
use scantrail_archive::spool::CaptureKey;
use scantrail_capture::scanner::{
    CancelToken, CaptureSink, Colour, EndReason, Progress as Pulling, ScanError, ScanFault, ScanRequest,
    ScannedCapture, SinkError, Source,
};
use scantrail_catalogue::{BatchState, Scene, Sides};
use scantrail_config::{Device, Profile};
use scantrail_core::evidence::BatchEnd;
use scantrail_core::ids::BatchId;
use scantrail_core::units::Dpi;
use scantrail_core::vocabulary::{Flow, Side, SourceKind};
use std::path::PathBuf;

/// What a person asks of a scanner.
#[derive(Debug, Clone, Default)]
pub(crate) struct ScanOrder {
    pub(crate) device: String,
    pub(crate) profile: Option<String>,
    pub(crate) context: Context,
    pub(crate) resume: Option<BatchId>,
    pub(crate) options: Vec<(String, String)>,
    pub(crate) stack: Vec<PathBuf>,
    pub(crate) dpi: Option<u16>,
}

/// Scans one batch; returns when the source has run empty and every capture is durable.
pub(crate) fn scan(engine: &Engine, order: &ScanOrder, report: &mut dyn Report) -> Result<BatchId, DaemonError> {
    engine.room_for_more()?;
    let profile = profile(engine, order)?;
    let _busy = Busy::take(engine, &order.device)?;
    // A stack of image files is what it is: one side each.
    let sides = match profile.sides {
        scantrail_config::Sides::Both if order.stack.is_empty() => Sides::Both,
        _ => Sides::One,
    };
    let batch = if let Some(batch) = order.resume {
        take_up_again(engine, batch)?
    } else {
        let kind = match profile.device {
            Device::Feeder => SourceKind::Feeder,
            Device::Flatbed => SourceKind::Flatbed,
        };
        let context = Context {
            class: order.context.class.clone().or_else(|| profile.class.clone()),
            subject: order.context.subject.clone().or_else(|| profile.subject.clone()),
            title: order.context.title.clone(),
            language: order.context.language.clone(),
        };
        let manner = Manner { source_kind: kind, flow: Flow::Stack, sides, scene: Scene::UNSAID };
        open_batch(engine, &order.device, manner, &context)?
    };
    let sides = engine.catalogue.batch(batch)?.opened.sides;
    let first = engine.catalogue.captures_in(batch)?;
    report.say(Progress::BatchOpened { batch: batch.to_string() });
    let skip = if sides == Sides::Both { first % 2 } else { 0 };
    let mut sink = SpoolSink { engine, batch, sides, first, skip, report };
    let request = request(order, profile)?;
    let client = Engine::scanners(&engine.config)?;
    match client.scan(&request, &mut sink, &CancelToken::new()) {
        Ok(end) if end.reason != EndReason::Cancelled => {
            engine.catalogue.end_batch(batch, BatchEnd::Normal, engine.now())?;
            engine.bell.ring();
            Ok(batch)
        }
        Ok(_) => Err(broke_off(engine, batch, "the scan was cancelled", None)),
        Err(error) => Err(broke_off(engine, batch, &chain(&error), Some(error))),
    }
}

fn profile<'a>(engine: &'a Engine, order: &ScanOrder) -> Result<&'a Profile, DaemonError> {
    match &order.profile {
        None => Ok(&engine.config.profiles[0]),
        Some(name) => engine.config.profile(name).ok_or_else(|| {
            let known: Vec<&str> = engine.config.profiles.iter().map(|p| p.name.as_str()).collect();
            DaemonError::usage(format!("there is no profile `{name}`"))
                .with_hint(format!("the configuration has: {}", known.join(", ")))
        }),
    }
}

fn request(order: &ScanOrder, profile: &Profile) -> Result<ScanRequest, DaemonError> {
    let mut request = ScanRequest::new(&order.device);
    request.source = match (profile.device, profile.sides) {
        (Device::Flatbed, _) => Source::Flatbed,
        (Device::Feeder, scantrail_config::Sides::One) => Source::Feeder,
        (Device::Feeder, scantrail_config::Sides::Both) => Source::FeederDuplex,
    };
    if !order.stack.is_empty() {
        request.source = Source::Auto;
    }
    request.colour = match profile.colour {
        scantrail_config::Colour::Colour => Colour::Colour,
        scantrail_config::Colour::Grey => Colour::Grey,
    };
    request.dpi = match order.dpi {
        None => profile.dpi,
        Some(dpi) => Dpi::new(dpi).ok_or_else(|| DaemonError::usage("a resolution of 0 dpi makes no sense"))?,
    };
    request.options.clone_from(&order.options);
    request.stack.clone_from(&order.stack);
    Ok(request)
}

fn take_up_again(engine: &Engine, batch: BatchId) -> Result<BatchId, DaemonError> {
    let found = engine.catalogue.batch(batch)?;
    if found.state != BatchState::Interrupted {
        let what = format!("batch {batch} is {}, only an interrupted one can be continued", found.state.word());
        return Err(DaemonError::usage(what));
    }
    engine.catalogue.continue_batch(batch, engine.now())?;
    Ok(batch)
}

/// Notes that a batch broke off and says what the operator can do.
fn broke_off(engine: &Engine, batch: BatchId, why: &str, error: Option<ScanError>) -> DaemonError {
    let received = engine.catalogue.captures_in(batch).unwrap_or_default();
    let nothing_came = received == 0 && error.as_ref().is_some_and(|e| matches!(e.fault, ScanFault::NoDocuments));
    let noted = if nothing_came {
        engine.catalogue.end_batch(batch, BatchEnd::Normal, engine.now())
    } else {
        engine.catalogue.interrupt_batch(batch, why, engine.now())
    };
    if let Err(problem) = noted {
        return problem.into();
    }
    engine.bell.ring();
    tracing::warn!(batch_id = %batch, captures = received, error = why, "batch broke off");
    if nothing_came {
        if let Err(problem) = crate::waiting::accounted_for(engine, batch, &mut Silent) {
            return problem;
        }
        return match error {
            Some(error) => error.into(),
            None => DaemonError::usage("nothing was scanned"),
        };
    }
    let sides = engine.catalogue.batch(batch).map_or(Sides::One, |batch| batch.opened.sides);
    let whole_sheets = if sides == Sides::Both { received / 2 } else { received };
    DaemonError::Refused {
        what: format!("batch {batch} broke off after {received} sides, which are safe: {why}"),
        hint: Some(format!(
            "put the sheets after sheet {whole_sheets} back into the feeder and type: scantrail scan --device ID --continue {batch}; \
             or end it as it is: scantrail batch end {batch}"
        )),
        exit: Exit::Device,
    }
}

/// Takes captures into the spool.
struct SpoolSink<'a> {
    engine: &'a Engine,
    batch: BatchId,
    sides: Sides,
    first: u32,
    skip: u32,
    report: &'a mut dyn Report,
}

impl CaptureSink for SpoolSink<'_> {
    fn capture(&mut self, capture: ScannedCapture) -> Result<(), SinkError> {
        self.take(&capture).map_err(SinkError::new)
    }

    fn progress(&mut self, progress: Pulling) {
        if let Pulling::Started { sequence } = progress {
            self.report.say(Progress::Scanning { side: self.first + sequence + 1 });
        }
    }
}

impl SpoolSink<'_> {
    fn take(&mut self, capture: &ScannedCapture) -> Result<(), DaemonError> {
        let engine = self.engine;
        engine.room_for_more()?;
        // The front of a sheet whose back was not captured is in the batch already: the sheet goes through once more
        // for its back alone.
        if self.skip > capture.sequence {
            tracing::info!(batch_id = %self.batch, "the front of the first sheet is in the batch already");
            return Ok(());
        }
        let sequence = self.first + capture.sequence - self.skip;
        let key = CaptureKey { batch: self.batch, sequence };
        let spooled = engine.spool.receive(key, capture.media, &mut capture.bytes.as_slice())?;
        let settings = serde_json::to_string(&*capture.options)
            .map_err(|source| DaemonError::inside("the scanner's settings cannot be written down", source))?;
        let side = self.side(capture, sequence)?;
        let row = spooled_capture(engine, &spooled, side, capture.resolution, capture.suspicion, settings)?;
        engine.catalogue.record_capture(&row, engine.now())?;
        engine.bell.ring();
        self.report.say(Progress::Captured { side: sequence + 1 });
        Ok(())
    }
}

impl SpoolSink<'_> {
    /// Which side it is, as the scanner says; a batch that was opened for both sides must not get single ones, or
    /// fronts and backs of different sheets would be taken for one.
    fn side(&self, capture: &ScannedCapture, sequence: u32) -> Result<Side, DaemonError> {
        let expected = side_of(self.sides, sequence);
        if (capture.side == Side::Single) == (expected == Side::Single) {
            return Ok(expected);
        }
        Err(DaemonError::Inside {
            what: format!(
                "the scanner gave a {} side where a {} side was expected",
                capture.side.word(),
                expected.word()
            ),
            source: None,
        })
    }
}

/// One batch at a time on a device.
struct Busy<'a> {
    engine: &'a Engine,
    device: String,
}

impl<'a> Busy<'a> {
    fn take(engine: &'a Engine, device: &str) -> Result<Self, DaemonError> {
        if !lock(&engine.busy_devices).insert(device.to_owned()) {
            return Err(DaemonError::Refused {
                what: "another batch is running on that scanner".into(),
                hint: Some("wait for it to end".into()),
                exit: Exit::Device,
            });
        }
        Ok(Self { engine, device: device.to_owned() })
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        lock(&self.engine.busy_devices).remove(&self.device);
    }
}
