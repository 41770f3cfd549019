//! How captures come into the spool: every source is released only when its bytes are durable and catalogued.

pub(crate) mod files;
pub(crate) mod scan;
pub(crate) mod watch;

use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_archive::spool::Spooled;
use scantrail_catalogue::{BatchContext, NewBatch, NewCapture, Scene, Sides};
use scantrail_core::ids::{BatchId, CaptureId, PageId};
use scantrail_core::ports::Clock as _;
use scantrail_core::units::Resolution;
use scantrail_core::vocabulary::{Flow, Side, SourceKind, Suspicion};
use std::path::Path;

/// What is known about the work before a page of it is seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    pub(crate) class: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) title: Option<String>,
    /// What it is to be read in.
    pub(crate) language: Option<String>,
}

/// How the captures of a batch come in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) source_kind: SourceKind,
    pub(crate) flow: Flow,
    pub(crate) sides: Sides,
    pub(crate) scene: Scene,
}

/// Opens a batch, dated today.
pub(crate) fn open_batch(
    engine: &Engine,
    source: &str,
    manner: Manner,
    context: &Context,
) -> Result<BatchId, DaemonError> {
    let Manner { source_kind, flow, sides, scene } = manner;
    let id = BatchId::from_random(engine.random());
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let new = NewBatch {
        id,
        source_kind,
        source: source.to_owned(),
        flow,
        sides,
        scene,
        context: BatchContext {
            class: text(&context.class),
            subject: text(&context.subject),
            title: text(&context.title),
            work_date: engine.clock.today().to_string(),
        },
    };
    engine.catalogue.open_batch(&new, engine.now())?;
    if let Some(language) = &context.language {
        engine.catalogue.say_language(id, language)?;
    }
    engine.bell.ring();
    tracing::info!(batch_id = %id, source = source_kind.word(), "batch opened");
    Ok(id)
}

/// The catalogue's row for a capture that lies in the spool.
pub(crate) fn spooled_capture(
    engine: &Engine,
    spooled: &Spooled,
    side: Side,
    resolution: Option<Resolution>,
    suspicion: Option<Suspicion>,
    settings: String,
) -> Result<NewCapture, DaemonError> {
    Ok(NewCapture {
        id: CaptureId::from_random(engine.random()),
        page: PageId::from_random(engine.random()),
        batch: spooled.key.batch,
        sequence: spooled.key.sequence,
        side,
        media: spooled.media,
        digest: spooled.digest,
        bytes: spooled.bytes,
        resolution,
        suspicion,
        turn: None,
        settings,
        location: relative(engine, &spooled.path)?,
    })
}

/// A path inside the data folder as the catalogue keeps it.
pub(crate) fn relative(engine: &Engine, path: &Path) -> Result<String, DaemonError> {
    path.strip_prefix(engine.layout().root())
        .ok()
        .and_then(Path::to_str)
        .map(str::to_owned)
        .ok_or_else(|| DaemonError::Inside { what: "a spooled file lies outside the data folder".into(), source: None })
}

/// Front, back, front, back when both sides are captured.
pub(crate) fn side_of(sides: Sides, sequence: u32) -> Side {
    match sides {
        Sides::One => Side::Single,
        Sides::Both if sequence.is_multiple_of(2) => Side::Front,
        Sides::Both => Side::Back,
    }
}
