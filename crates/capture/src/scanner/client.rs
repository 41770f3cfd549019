//! The client: one worker per listing, per question and per batch.

use super::error::ProtocolFault;
use super::request::{CancelToken, CaptureSink, DeviceInfo, Limits, Progress, ScanEnd, ScanRequest, ScannedCapture};
use super::worker::{Heard, Worker};
use super::{ScanError, ScanFault, SinkError};
use crate::protocol::{
    self, Capabilities, Captured, EXIT_HUNG, EndReason, FoundDevice, FromWorker, ScanOrder, ToWorker,
};
use scantrail_core::units::{Dpi, Resolution};
use scantrail_core::vocabulary::{Media, Side, Suspicion};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The program that drives libsane.
const PROGRAM: &str = "scantrail-sane-worker";

/// How much longer than its parent a worker is patient with itself: only an orphan gets so far.
const OWN_PATIENCE: Duration = Duration::from_secs(20);

/// Drives scanners through worker processes. Blocking: give each scan a thread.
#[derive(Debug, Clone)]
pub struct ScannerClient {
    program: PathBuf,
    config_dir: Option<PathBuf>,
    limits: Limits,
}

impl ScannerClient {
    /// With this worker program.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), config_dir: None, limits: Limits::default() }
    }

    /// With the worker that is installed beside the running program.
    pub fn beside_this_program() -> io::Result<Self> {
        Ok(Self::new(std::env::current_exe()?.with_file_name(PROGRAM)))
    }

    /// Lets SANE look for its configuration in this folder only.
    #[must_use]
    pub fn with_config_dir(self, folder: impl Into<PathBuf>) -> Self {
        Self { config_dir: Some(folder.into()), ..self }
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Every device once, with what it can do. Each is opened by a worker of its own, one after the other: a device
    /// that hangs costs its own capabilities and nothing else.
    pub fn list(&self) -> Result<Vec<DeviceInfo>, ScanError> {
        let failed = |fault| ScanError { device: None, captures: 0, fault };
        let found = self.ask(&ToWorker::List).map_err(failed)?;
        let FromWorker::Devices { devices } = found else {
            return Err(failed(out_of_turn("no list of devices")));
        };
        Ok(devices.into_iter().map(|device| self.describe(device)).collect())
    }

    fn describe(&self, found: FoundDevice) -> DeviceInfo {
        let order = ToWorker::Describe { device: found.name.clone() };
        let capabilities = match self.ask(&order) {
            Ok(FromWorker::Described { capabilities }) => Ok(capabilities),
            Ok(_) => Err(out_of_turn("no capabilities")),
            Err(fault) => Err(fault),
        };
        let failed = |fault| ScanError { device: Some(found.name.clone()), captures: 0, fault };
        let capabilities: Result<Capabilities, ScanError> = capabilities.map_err(failed);
        let FoundDevice { identity, name, other_names, vendor, model, kind } = found;
        DeviceInfo { identity, name, other_names, vendor, model, kind, capabilities }
    }

    /// One question, one answer.
    fn ask(&self, question: &ToWorker) -> Result<FromWorker, ScanFault> {
        let mut worker = self.start()?;
        worker.say(&question.to_bytes());
        let answer = loop {
            match worker.listen().map_err(ScanFault::Protocol)? {
                Heard::Message(message, _) => break *message,
                Heard::Closed => return Err(self.death(&mut worker)),
                Heard::Nothing if worker.silence() > self.limits.no_progress => return Err(self.hung()),
                Heard::Nothing => {}
            }
        };
        self.dismiss(&mut worker);
        match answer {
            FromWorker::Failed { fault } => Err(fault.into()),
            answer => Ok(answer),
        }
    }

    /// Scans one batch into `sink`. Returns when the device is free again.
    ///
    /// On failure the captures that the sink took stay taken, and the error says how many they are.
    pub fn scan(
        &self,
        request: &ScanRequest,
        sink: &mut dyn CaptureSink,
        cancel: &CancelToken,
    ) -> Result<ScanEnd, ScanError> {
        let mut captures = 0;
        let scanned = self.start().and_then(|worker| {
            let options = Arc::default();
            Batch { client: self, worker, sink, cancel, captures: &mut captures, stopping: None, options }.run(request)
        });
        match scanned {
            Ok(reason) => Ok(ScanEnd { captures, reason }),
            Err(fault) => Err(ScanError { device: Some(request.device.clone()), captures, fault }),
        }
    }

    /// Starts a worker and hears its greeting.
    fn start(&self) -> Result<Worker, ScanFault> {
        let unusable = |source| ScanFault::WorkerUnusable { program: self.program.clone(), source };
        let mut worker = Worker::start(&self.program, self.config_dir.as_deref()).map_err(unusable)?;
        loop {
            match worker.listen().map_err(ScanFault::Protocol)? {
                Heard::Message(message, _) => {
                    return match *message {
                        FromWorker::Hello { protocol: protocol::VERSION, sane } => {
                            tracing::debug!(libsane = sane, "scanner worker started");
                            Ok(worker)
                        }
                        FromWorker::Hello { protocol: theirs, .. } => {
                            Err(ScanFault::Protocol(ProtocolFault::Version { theirs }))
                        }
                        FromWorker::Failed { fault } => Err(fault.into()),
                        _ => Err(out_of_turn("no greeting")),
                    };
                }
                Heard::Closed => return Err(self.death(&mut worker)),
                Heard::Nothing if worker.silence() > self.limits.no_progress => return Err(self.hung()),
                Heard::Nothing => {}
            }
        }
    }

    /// A worker that has said its last word is given time to close the device.
    fn dismiss(&self, worker: &mut Worker) {
        let (by_itself, status) = worker.end(self.limits.cancel, self.limits.terminate);
        if !by_itself || !status.success() {
            tracing::warn!(%status, by_itself, "scanner worker did not close its device properly");
        }
    }

    fn death(&self, worker: &mut Worker) -> ScanFault {
        let (_, status) = worker.end(self.limits.terminate, self.limits.terminate);
        if status.code() == Some(EXIT_HUNG) {
            return self.hung();
        }
        ScanFault::WorkerDied { status, last_words: worker.last_words() }
    }

    fn hung(&self) -> ScanFault {
        ScanFault::Hung { silence: self.limits.no_progress }
    }

    fn order(&self, request: &ScanRequest) -> Result<ScanOrder, ScanFault> {
        let stack = request.stack.iter().map(|path| absolute(path)).collect::<Result<_, _>>()?;
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Ok(ScanOrder {
            device: request.device.clone(),
            source: request.source,
            colour: request.colour,
            dpi: request.dpi.get(),
            page_width: hundredths(request.page.width),
            page_height: hundredths(request.page.height),
            options: request.options.clone(),
            stack,
            between_pages: request.between_pages,
            busy_pauses: self.limits.busy_pauses.iter().copied().map(milliseconds).collect(),
            patience: milliseconds(self.limits.no_progress + self.limits.cancel + OWN_PATIENCE),
        })
    }
}

/// Why a running batch is being stopped.
enum Stop {
    Asked,
    Hung,
    Endless,
    Sink(SinkError),
}

/// One batch with its worker.
struct Batch<'a> {
    client: &'a ScannerClient,
    worker: Worker,
    sink: &'a mut dyn CaptureSink,
    cancel: &'a CancelToken,
    captures: &'a mut u32,
    stopping: Option<Stop>,
    options: Arc<BTreeMap<String, String>>,
}

impl Batch<'_> {
    fn run(mut self, request: &ScanRequest) -> Result<EndReason, ScanFault> {
        let order = self.client.order(request)?;
        self.worker.say(&ToWorker::Scan(order).to_bytes());
        loop {
            match self.worker.listen().map_err(ScanFault::Protocol)? {
                Heard::Message(message, body) => {
                    if let Some(end) = self.take(*message, body)? {
                        self.client.dismiss(&mut self.worker);
                        return self.conclude(end);
                    }
                }
                Heard::Closed => return self.mourn(),
                Heard::Nothing => {}
            }
            self.obey_cancel();
            if self.worker.stopping_for().is_some_and(|time| time > self.client.limits.cancel) {
                self.worker.end(Duration::ZERO, self.client.limits.terminate);
                return Err(self.stopped_by_force());
            }
            if self.stopping.is_none() && self.worker.silence() > self.client.limits.no_progress {
                tracing::warn!(device = request.device, "scanner shows no progress, cancelling");
                self.stop(Stop::Hung);
            }
        }
    }

    fn obey_cancel(&mut self) {
        if self.stopping.is_none() && self.cancel.is_cancelled() {
            self.stop(Stop::Asked);
        }
    }

    fn stop(&mut self, why: Stop) {
        self.worker.stop(&ToWorker::Cancel.to_bytes());
        self.stopping = Some(why);
    }

    /// Takes one message; the end, if it was the last.
    fn take(&mut self, message: FromWorker, body: Vec<u8>) -> Result<Option<Result<EndReason, ScanFault>>, ScanFault> {
        match message {
            FromWorker::Effective { options } => {
                self.options = Arc::new(options);
                self.sink.progress(Progress::Ready);
            }
            FromWorker::CaptureStarted { sequence } => self.sink.progress(Progress::Started { sequence }),
            FromWorker::Heartbeat { bytes } => self.sink.progress(Progress::Reading { bytes }),
            FromWorker::Captured(captured) => self.deliver(captured, body)?,
            FromWorker::End { reason } => return Ok(Some(Ok(reason))),
            FromWorker::Failed { fault } => return Ok(Some(Err(fault.into()))),
            FromWorker::Hello { .. } | FromWorker::Devices { .. } | FromWorker::Described { .. } => {
                return Err(out_of_turn("an answer nobody asked for"));
            }
        }
        Ok(None)
    }

    fn deliver(&mut self, captured: Captured, bytes: Vec<u8>) -> Result<(), ScanFault> {
        if matches!(self.stopping, Some(Stop::Sink(_))) {
            return Ok(());
        }
        if captured.sequence != *self.captures {
            return Err(out_of_turn("a page out of order"));
        }
        let sequence = captured.sequence;
        let capture = translate(captured, bytes, Arc::clone(&self.options))?;
        let kept = self.sink.capture(capture);
        self.worker.forgive_silence();
        match kept {
            Ok(()) => {
                *self.captures += 1;
                // First: or the worker would pull in another sheet only to discard it.
                self.obey_cancel();
                if self.stopping.is_none() && *self.captures >= self.client.limits.captures {
                    self.stop(Stop::Endless);
                }
                self.worker.say(&ToWorker::Acknowledged { sequence }.to_bytes());
            }
            Err(error) => self.stop(Stop::Sink(error)),
        }
        Ok(())
    }

    /// The worker ended in order: what that means depends on whether we stopped it.
    fn conclude(self, end: Result<EndReason, ScanFault>) -> Result<EndReason, ScanFault> {
        match (self.stopping, end) {
            (Some(Stop::Sink(error)), _) => Err(ScanFault::SinkFailed(error)),
            (Some(Stop::Hung), _) => Err(self.client.hung()),
            (Some(Stop::Endless), _) => Err(ScanFault::Endless),
            (None, Ok(EndReason::Cancelled)) => Err(out_of_turn("cancelled without being asked")),
            (Some(Stop::Asked) | None, end) => end,
        }
    }

    /// The worker died.
    fn mourn(mut self) -> Result<EndReason, ScanFault> {
        match self.stopping.take() {
            Some(Stop::Sink(error)) => Err(ScanFault::SinkFailed(error)),
            Some(Stop::Hung) => Err(self.client.hung()),
            Some(Stop::Endless) => Err(ScanFault::Endless),
            Some(Stop::Asked) | None => Err(self.client.death(&mut self.worker)),
        }
    }

    fn stopped_by_force(self) -> ScanFault {
        match self.stopping {
            Some(Stop::Sink(error)) => ScanFault::SinkFailed(error),
            Some(Stop::Endless) => ScanFault::Endless,
            Some(Stop::Asked) => ScanFault::Hung { silence: self.client.limits.cancel },
            Some(Stop::Hung) | None => self.client.hung(),
        }
    }
}

/// From the words of the protocol to those of the core.
fn translate(
    captured: Captured,
    bytes: Vec<u8>,
    options: Arc<BTreeMap<String, String>>,
) -> Result<ScannedCapture, ScanFault> {
    let Captured { sequence, side, width, height, dpi, suspicion } = captured;
    let side = Side::from_word(&side).ok_or_else(|| out_of_turn("an unknown side"))?;
    let suspicion = suspicion
        .map(|word| Suspicion::from_word(&word).ok_or_else(|| out_of_turn("an unknown suspicion")))
        .transpose()?;
    let resolution = dpi.and_then(|(x, y)| Some(Resolution { x: Dpi::new(x)?, y: Dpi::new(y)? }));
    Ok(ScannedCapture { sequence, side, media: Media::Png, bytes, width, height, resolution, options, suspicion })
}

fn absolute(path: &std::path::Path) -> Result<String, ScanFault> {
    let bad = |why: &str| ScanFault::InvalidOption {
        option: "filename".into(),
        value: format!("{} ({why})", path.display()),
        allowed: Vec::new(),
    };
    let path = std::path::absolute(path).map_err(|error| bad(&error.to_string()))?;
    path.into_os_string().into_string().map_err(|_| bad("not UTF-8"))
}

fn hundredths(length: scantrail_core::units::Length) -> i32 {
    (length.millimetres() * 100.0).round() as i32
}

fn out_of_turn(what: &'static str) -> ScanFault {
    ScanFault::Protocol(ProtocolFault::OutOfTurn(what))
}
