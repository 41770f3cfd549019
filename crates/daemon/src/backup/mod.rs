//! Backups of the data folder, made while it works.
//!
//! What belongs together is listed at one moment with filing at rest: the catalogue is copied, and every file is named with
//! its digest. Copying takes longer, so filing goes on meanwhile; a file that is not what was listed when it is copied makes
//! the list be written anew at the end, with filing at rest until the little that is missing is copied too. What is listed
//! is what is there, always. A file that was damaged before is told by name and keeps nothing else from being backed up.

mod collect;
mod copying;
mod daily;
mod heard;
mod purge;
mod restore;
mod status;

use crate::api::{BackupAsked, BackupReply, Report, TriedReply};
use crate::engine::{Engine, lock};
use crate::error::{DaemonError, Exit};
use crate::{lead, verify};
use copying::Copying;
pub(crate) use daily::daily;
pub(crate) use heard::by_deletion;
pub use restore::{RestoreOrder, backups, restore, tried};
use scantrail_archive::backup::{BackupError, Retention, Snapshot, Store, Tombstone, kept};
use scantrail_archive::outside;
use scantrail_catalogue::{BackupKind, BackupOutcome, BackupRun};
use scantrail_core::jiff::{SignedDuration, Timestamp};
pub(crate) use status::status;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where deletions are written down.
pub(crate) const TOMBSTONES: &str = ".trail/tombstones.jsonl";
/// Where the catalogue lies.
const CATALOGUE: &str = ".trail/catalogue.db";
/// The secret key that signs checkpoints. It is in no backup: a restored folder makes a new one, and the log says so.
const LEDGER_KEY: &str = ".trail/ledger/key";

/// Does what is asked about backups.
pub(crate) fn answer(
    engine: &Engine,
    asked: &BackupAsked,
    report: &mut dyn Report,
) -> Result<BackupReply, DaemonError> {
    match asked {
        BackupAsked::Make { to, keep } => make(engine, &place(engine, to.as_deref())?, *keep, report),
        BackupAsked::Tombstones { to } => {
            let place = place(engine, to.as_deref())?;
            let _one_at_a_time = lock(&engine.backing_up);
            Store::open(&place)?;
            let store = begun(engine, &place)?;
            let mut reply = BackupReply { place, ..BackupReply::default() };
            heard::carry_out(engine, &store, &mut reply, report)?;
            Ok(reply)
        }
        BackupAsked::Gone { folder } => heard::gone(engine, folder),
        BackupAsked::Tested { tried } => note_tried(engine, tried),
    }
}

fn place(engine: &Engine, named: Option<&Path>) -> Result<PathBuf, DaemonError> {
    let configured = engine.config.backup.to.as_deref();
    let place = named.or(configured).ok_or_else(|| {
        DaemonError::usage("no folder is named to back up to")
            .with_hint("scantrail backup DEST, or set `to` in [backup] of the configuration")
    })?;
    // Where it leads, not how it is written.
    let place = lead::real(place)?;
    if place.starts_with(lead::real(engine.layout().root())?) {
        return Err(DaemonError::usage("a backup inside of the data folder would be lost with it"));
    }
    Ok(place)
}

/// Makes a backup and notes how it went.
pub(crate) fn make(
    engine: &Engine,
    to: &Path,
    keep: Option<u32>,
    report: &mut dyn Report,
) -> Result<BackupReply, DaemonError> {
    let _one_at_a_time = lock(&engine.backing_up);
    let made = attempt(engine, to, keep, report);
    forget_copies(engine)?;
    let (outcome, why) = match &made {
        Ok(reply) if reply.damaged.is_empty() => (BackupOutcome::Good, String::new()),
        Ok(reply) => {
            (BackupOutcome::Incomplete, format!("{} files are damaged here and not in it", reply.damaged.len()))
        }
        Err(error) => (BackupOutcome::Failed, crate::workers::chain(error)),
    };
    let reply = made.as_ref().ok();
    let run = BackupRun {
        at: engine.now().to_string(),
        place: to.display().to_string(),
        snapshot: reply.map(|reply| reply.snapshot.clone()).unwrap_or_default(),
        files: reply.map_or(0, |reply| reply.files),
        bytes: reply.map_or(0, |reply| reply.bytes),
        outcome,
        why,
    };
    tracing::info!(outcome = outcome.word(), files = run.files, bytes = run.bytes, "backed up");
    engine.catalogue.note_backup(BackupKind::Backup, &run)?;
    made
}

fn attempt(engine: &Engine, to: &Path, keep: Option<u32>, report: &mut dyn Report) -> Result<BackupReply, DaemonError> {
    let school = engine.catalogue.school()?;
    let store = begun(engine, to)?;
    let mut copying = Copying::new(&store, report)?;
    let filing_rests = verify::paused(engine)?;
    let mut listing = collect::collect(engine, &copying.before)?;
    let mut at = engine.now();
    drop(filing_rests);
    let mut bad = copying.copy(&listing)?;
    // What changed under way: once more, with nothing being filed until it is copied.
    let mut rests = None;
    if !bad.is_empty() {
        rests = Some(verify::paused(engine)?);
        listing = collect::collect(engine, &copying.before)?;
        at = engine.now();
        bad = copying.copy(&listing)?;
    }
    let damaged: BTreeSet<String> = bad.into_iter().map(|wanted| wanted.entry.path).collect();
    let folders = copying.lists(&listing, &damaged)?;
    drop(rests);
    copying.read_again()?;
    let (copied_files, copied_bytes) = (copying.copied.len() as u64, copying.copied.values().sum());
    let snapshot = Snapshot {
        format: 1,
        at: at.to_string(),
        school: school.name,
        folders,
        damaged: damaged.iter().cloned().collect(),
    };
    let name = free_name(&store, at)?;
    store.finish(&name, &snapshot)?;
    let mut warnings = Vec::new();
    if same_disk(engine, to)? {
        warnings.push("the backup lies on the same disk as the data: a broken disk would take both".to_owned());
    }
    let removed = match thin_out(engine, &store, keep) {
        Ok(removed) => removed,
        Err(error) => {
            // The new snapshot stands; only tidying failed.
            warnings.push(format!("older snapshots were not thinned out: {}", crate::workers::chain(&error)));
            Vec::new()
        }
    };
    let mut reply = BackupReply {
        place: to.to_owned(),
        snapshot: name,
        files: snapshot.files(),
        bytes: snapshot.bytes(),
        copied_files,
        copied_bytes,
        removed,
        purged: Vec::new(),
        damaged: snapshot.damaged,
        warnings,
    };
    heard::carry_out(engine, &store, &mut reply, report)?;
    Ok(reply)
}

/// The backup in a folder; begun there if there is none.
fn begun(engine: &Engine, to: &Path) -> Result<Store, DaemonError> {
    let school = engine.catalogue.school()?;
    let id = format!("{:016x}", engine.random());
    Ok(Store::begin(to, &school.name, &school.key, &id)?)
}

/// Removes the copies of the catalogue that a backup works on: what is deleted later would stay in one that was left.
pub(crate) fn forget_copies(engine: &Engine) -> Result<(), DaemonError> {
    collect::forget_copy(engine)?;
    purge::forget_copy(engine)
}

/// A name that no snapshot has: its second, or the next that is free.
fn free_name(store: &Store, at: Timestamp) -> Result<String, DaemonError> {
    let taken: BTreeSet<String> = store.snapshots()?.into_iter().map(|seen| seen.name).collect();
    let mut names =
        (0_i64..).map(|later| (at + SignedDuration::from_secs(later)).strftime("%Y%m%dT%H%M%SZ").to_string());
    names
        .find(|name| !taken.contains(name))
        .ok_or_else(|| DaemonError::Inside { what: "no name is free".into(), source: None })
}

/// Removes what retention does not keep, and content nobody names.
fn thin_out(engine: &Engine, store: &Store, keep: Option<u32>) -> Result<Vec<String>, DaemonError> {
    let seen = store.snapshots()?;
    let mut whole = Vec::with_capacity(seen.len());
    for one in seen {
        let snapshot = one.snapshot?;
        let at: Timestamp = snapshot.at.parse().map_err(|source: scantrail_core::jiff::Error| {
            DaemonError::inside("a snapshot holds a time that cannot be read", source)
        })?;
        whole.push((one.name, at));
    }
    let settings = &engine.config.backup;
    let retention = match keep {
        Some(newest) => Retention { newest, weeks: 0, months: 0 },
        None => Retention { newest: settings.keep, weeks: settings.keep_weeks, months: settings.keep_months },
    };
    let times: Vec<Timestamp> = whole.iter().map(|(_, at)| *at).collect();
    let stay = kept(&times, retention);
    let names = whole.into_iter().enumerate().filter(|(at, _)| !stay.contains(at)).map(|(_, (name, _))| name);
    let names: Vec<String> = names.collect();
    if !names.is_empty() {
        store.remove(&names)?;
    }
    Ok(names)
}

/// Whether both would break together.
fn same_disk(engine: &Engine, to: &Path) -> Result<bool, DaemonError> {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| {
        let outside = |source| DaemonError::Outside { doing: "look at", path: path.to_owned(), source };
        Ok::<_, DaemonError>(path.metadata().map_err(outside)?.dev())
    };
    Ok(device(engine.layout().root())? == device(to)?)
}

/// What was deleted here.
pub(crate) fn tombstones(engine: &Engine) -> Result<Vec<Tombstone>, DaemonError> {
    let text = outside::read(&engine.layout().root().join(TOMBSTONES))?.unwrap_or_default();
    Tombstone::read(&String::from_utf8_lossy(&text))
        .map_err(|source| DaemonError::inside("the list of deletions is damaged", source))
}

fn note_tried(engine: &Engine, tried: &TriedReply) -> Result<BackupReply, DaemonError> {
    let outcome = if tried.problems.is_empty() { BackupOutcome::Good } else { BackupOutcome::Failed };
    let run = BackupRun {
        at: engine.now().to_string(),
        place: tried.place.display().to_string(),
        snapshot: tried.snapshot.clone(),
        files: tried.files,
        bytes: tried.bytes,
        outcome,
        why: tried.problems.first().cloned().unwrap_or_default(),
    };
    engine.catalogue.note_backup(BackupKind::RestoreTest, &run)?;
    Ok(BackupReply { place: tried.place.clone(), snapshot: tried.snapshot.clone(), ..BackupReply::default() })
}

impl From<BackupError> for DaemonError {
    fn from(error: BackupError) -> Self {
        let exit = match &error {
            BackupError::Disk(_) | BackupError::Broken { .. } => Exit::Storage,
            BackupError::NoSnapshot { .. } => Exit::NotFound,
            BackupError::NotABackup { .. } | BackupError::NotEmpty { .. } | BackupError::OfAnother { .. } => {
                Exit::Usage
            }
            BackupError::Newer { .. } => Exit::Failed,
        };
        match error {
            BackupError::Disk(disk) => Self::Disk(disk),
            other => Self::Refused { what: other.to_string(), hint: None, exit },
        }
    }
}
