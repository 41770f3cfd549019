//! Files: claimed into the spool, taken apart in a sandbox, recorded in one step.
//!
//! A JPEG or PNG is a capture as it is. A PDF or TIFF is a container: its pages become captures with bytes of their
//! own, and the container itself is kept in `.trail/deliveries`, because it may hold the work of several pupils.
//! A container is a batch of its own, so that no identity runs from one file into the next.

use super::{Context, Manner, open_batch, relative, side_of, spooled_capture};
use crate::api::{Progress, Report};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::spent;
use scantrail_archive::durable::{self, Access};
use scantrail_archive::spool::{CaptureKey, Spooled};
use scantrail_capture::files::{Wholeness, is_ignored, media_of, natural_order, wholeness};
use scantrail_catalogue::{Delivery, DeliveryState, NewCapture, Scene, Sides};
use scantrail_core::evidence::BatchEnd;
use scantrail_core::ids::BatchId;
use scantrail_core::ports::DecodeError;
use scantrail_core::units::Digest;
use scantrail_core::vocabulary::{Flow, Media, SourceKind};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// The sequence under which a container lies in the spool; a file with so many pages is refused long before.
pub(crate) const CONTAINER: u32 = 99_999;

/// How many bytes tell what a file is.
const HEAD: u64 = 4_096;

/// Takes files and folders in; the files stay where they are. Returns the batches they became.
pub(crate) fn ingest(
    engine: &Engine,
    paths: &[PathBuf],
    flow: Flow,
    scene: Scene,
    context: &Context,
    report: &mut dyn Report,
) -> Result<Vec<BatchId>, DaemonError> {
    engine.room_for_more()?;
    let files = list(paths)?;
    if files.is_empty() {
        return Err(DaemonError::not_found("there is no file to take in"));
    }
    let (containers, pictures): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(|path| is_container(path));
    let mut batches = Vec::new();
    let manner = Manner { source_kind: SourceKind::Files, flow, sides: Sides::One, scene };
    let groups = containers.into_iter().map(|path| vec![path]).chain((!pictures.is_empty()).then_some(pictures));
    for group in groups {
        let source = group[0].parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
        let batch = open_batch(engine, &source, manner, context)?;
        report.say(Progress::BatchOpened { batch: batch.to_string() });
        let taken = group.iter().try_for_each(|path| spent::on("take in", || take_copy(engine, batch, path, report)));
        let taken = taken.and_then(|()| Ok(engine.catalogue.end_batch(batch, BatchEnd::Normal, engine.now())?));
        taken.map_err(|error| broke_off(engine, batch, error))?;
        engine.bell.ring();
        batches.push(batch);
    }
    Ok(batches)
}

/// Notes that a batch broke off. What is in is safe; a person, or the next start, goes on with it.
fn broke_off(engine: &Engine, batch: BatchId, error: DaemonError) -> DaemonError {
    let why = crate::workers::chain(&error);
    if let Err(worse) = engine.catalogue.interrupt_batch(batch, &why, engine.now()) {
        // The next start finds it running, and notes it then.
        tracing::warn!(batch_id = %batch, error = %worse, "a batch that broke off could not be noted");
    }
    engine.bell.ring();
    error
}

/// Goes on with an interrupted batch: the files that are in it already are passed over.
pub(crate) fn resume(
    engine: &Engine,
    batch: BatchId,
    paths: &[PathBuf],
    report: &mut dyn Report,
) -> Result<BatchId, DaemonError> {
    engine.room_for_more()?;
    engine.catalogue.continue_batch(batch, engine.now())?;
    crate::recover::redo_batch(engine, &engine.catalogue.batch(batch)?)?;
    let settled = |state| matches!(state, DeliveryState::Taken | DeliveryState::Quarantined);
    let deliveries = engine.catalogue.deliveries(batch)?;
    let known: Vec<&str> = deliveries.iter().filter(|d| settled(d.state)).map(|d| d.source.as_str()).collect();
    for path in list(paths)? {
        if !known.contains(&path.to_string_lossy().as_ref()) {
            take_copy(engine, batch, &path, report)?;
        }
    }
    engine.catalogue.end_batch(batch, BatchEnd::Normal, engine.now())?;
    engine.bell.ring();
    Ok(batch)
}

/// All files under the paths, folders in natural order, what no person put there left out.
fn list(paths: &[PathBuf]) -> Result<Vec<PathBuf>, DaemonError> {
    let mut files = Vec::new();
    for path in paths {
        let outside = |source| DaemonError::Outside { doing: "read", path: path.clone(), source };
        if !path.metadata().map_err(outside)?.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in path.read_dir().map_err(outside)? {
            let entry = entry.map_err(outside)?;
            if !is_ignored(&entry.file_name().to_string_lossy()) {
                inside.push(entry.path());
            }
        }
        inside.sort_by(|a, b| natural_order(&a.to_string_lossy(), &b.to_string_lossy()));
        files.extend(list(&inside)?);
    }
    Ok(files)
}

fn is_container(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    matches!(extension.as_deref(), Some("pdf" | "tif" | "tiff"))
}

/// What a file is and whether it is whole; the reason in words if it is not to be taken.
pub(crate) fn inspect(path: &Path) -> Result<Result<Media, String>, DaemonError> {
    let outside = |source| DaemonError::Outside { doing: "read", path: path.to_owned(), source };
    let mut file = File::open(path).map_err(outside)?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head).map_err(outside)?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let media = match media_of(&name, &head) {
        Ok(media) => media,
        Err(foreign) => return Ok(Err(foreign.to_string())),
    };
    file.seek(SeekFrom::Start(0)).map_err(outside)?;
    Ok(match wholeness(&mut file, media).map_err(outside)? {
        Wholeness::Whole => Ok(media),
        Wholeness::Broken(fault) => Err(fault.to_string()),
    })
}

/// Copies one named file in; the file stays.
fn take_copy(engine: &Engine, batch: BatchId, path: &Path, report: &mut dyn Report) -> Result<(), DaemonError> {
    let name = file_name(path);
    let outside = |source| DaemonError::Outside { doing: "read", path: path.to_owned(), source };
    let sequence = engine.catalogue.captures_in(batch)?;
    match inspect(path)? {
        Ok(media) => {
            let key = CaptureKey { batch, sequence: spool_sequence(media, sequence) };
            let delivery = expect(engine, batch, path, key, media)?;
            let spooled = engine.spool.receive(key, media, &mut File::open(path).map_err(outside)?)?;
            finish(engine, &delivery, &spooled, report)
        }
        Err(why) => {
            let target = quarantine_path(engine, batch, &name)?;
            let delivery = expect_at(engine, batch, path, &target)?;
            let mut file = File::open(path).map_err(outside)?;
            durable::write_new_from(&target, &mut file, Access::Private)?;
            set_aside(engine, &delivery, &target, &why)?;
            report.say(Progress::Quarantined { name, why });
            Ok(())
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Containers lie in the spool beside their captures.
pub(crate) fn spool_sequence(media: Media, sequence: u32) -> u32 {
    match media {
        Media::Pdf | Media::Tiff => CONTAINER,
        Media::Jpeg | Media::Png => sequence,
    }
}

/// Writes a delivery down before its file is touched.
pub(crate) fn expect(
    engine: &Engine,
    batch: BatchId,
    source: &Path,
    key: CaptureKey,
    media: Media,
) -> Result<Delivery, DaemonError> {
    let spooled = engine.spool.path(key, media);
    expect_at(engine, batch, source, &spooled)
}

fn expect_at(engine: &Engine, batch: BatchId, source: &Path, target: &Path) -> Result<Delivery, DaemonError> {
    let row = (file_name(source), source.to_string_lossy().into_owned(), relative(engine, target)?);
    let mut rows = engine.catalogue.expect_deliveries(batch, &[row])?;
    rows.pop().ok_or_else(|| DaemonError::Inside { what: "a delivery was not written down".into(), source: None })
}

/// A file is durable in the spool: takes it apart and records its captures.
pub(crate) fn finish(
    engine: &Engine,
    delivery: &Delivery,
    spooled: &Spooled,
    report: &mut dyn Report,
) -> Result<(), DaemonError> {
    engine.catalogue.delivery_claimed(delivery.id)?;
    let bytes = durable::read(&spooled.path)?
        .ok_or_else(|| DaemonError::Inside { what: "a spooled file has vanished".into(), source: None })?;
    let parts = match engine.decoder.take_apart(&bytes, spooled.media) {
        Ok(parts) => parts,
        Err(DecodeError::Unreadable(why)) => {
            let target = quarantine_path(engine, delivery.batch, &delivery.name)?;
            durable::move_file(&spooled.path, &target, spooled.digest)?;
            set_aside(engine, delivery, &target, &why)?;
            report.say(Progress::Quarantined { name: delivery.name.clone(), why });
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let sides = engine.catalogue.batch(delivery.batch)?.opened.sides;
    let container = spooled.key.sequence == CONTAINER;
    let first = if container { engine.catalogue.captures_in(delivery.batch)? } else { spooled.key.sequence };
    let mut captures: Vec<NewCapture> = Vec::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        let sequence = first + at as u32;
        let durable = if container {
            let key = CaptureKey { batch: delivery.batch, sequence };
            engine.spool.receive(key, part.media, &mut part.bytes.as_slice())?
        } else {
            spooled.clone()
        };
        let side = side_of(sides, sequence);
        let row = spooled_capture(engine, &durable, side, part.resolution, None, "{}".to_owned())?;
        captures.push(NewCapture { turn: Some(part.turn), ..row });
    }
    engine.catalogue.delivery_taken(delivery.id, &captures, engine.now())?;
    if container {
        keep_container(engine, delivery, spooled)?;
    }
    engine.bell.ring();
    report.say(Progress::Taken { name: delivery.name.clone(), captures: captures.len() as u32 });
    Ok(())
}

/// A container is kept as it came, out of every trail.
pub(crate) fn keep_container(engine: &Engine, delivery: &Delivery, spooled: &Spooled) -> Result<(), DaemonError> {
    let folder = engine.layout().private().join("deliveries").join(delivery.batch.to_string());
    durable::make_folder(&folder)?;
    let target = folder.join(format!("{}.{}", delivery.id, spooled.media.word()));
    Ok(durable::move_file(&spooled.path, &target, spooled.digest)?)
}

fn quarantine_path(engine: &Engine, batch: BatchId, name: &str) -> Result<PathBuf, DaemonError> {
    let folder = engine.layout().quarantine().join(batch.to_string());
    durable::make_folder(&folder)?;
    let safe = scantrail_archive::names::safe_name(name, 100, "file");
    let number = engine.catalogue.deliveries(batch)?.len() + 1;
    Ok(folder.join(format!("{number:03} {safe}")))
}

/// Notes a file as set aside, with the reason beside it.
fn set_aside(engine: &Engine, delivery: &Delivery, target: &Path, why: &str) -> Result<(), DaemonError> {
    let mut beside = target.as_os_str().to_owned();
    beside.push(".reason.txt");
    let text = format!("Set aside on {}: {why}\n", engine.now());
    durable::replace(Path::new(&beside), text.as_bytes(), Access::Private)?;
    engine.catalogue.delivery_quarantined(delivery, why, engine.now())?;
    tracing::warn!(batch_id = %delivery.batch, delivery = delivery.id, reason = why, "file set aside");
    Ok(())
}

/// A dropped file that will never be whole is moved out of the watched folder, with its reason beside it.
pub(crate) fn quarantine_dropped(engine: &Engine, batch: BatchId, path: &Path, why: &str) -> Result<(), DaemonError> {
    let target = quarantine_path(engine, batch, &file_name(path))?;
    let delivery = expect_at(engine, batch, path, &target)?;
    let Some(written) = durable::measure(path)? else {
        engine.catalogue.delivery_gone(delivery.id, "it had gone before it could be set aside")?;
        return Ok(());
    };
    let digest: Digest = written.digest;
    durable::move_file(path, &target, digest)?;
    set_aside(engine, &delivery, &target, why)
}
