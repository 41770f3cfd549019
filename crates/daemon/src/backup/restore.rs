//! Bringing a backup back. No data folder and no configuration is needed: there may be none left.

use crate::api::{Progress, Report, RestoreReply, SnapshotReply, TriedReply};
use crate::error::DaemonError;
use scantrail_archive::backup::{Damaged, Snapshot, Store, Tombstone, restore as bring_back};
use scantrail_archive::folder::Layout;
use scantrail_archive::names::TrailPath;
use scantrail_archive::outside;
use scantrail_archive::verify::{self, Depth, Expected};
use scantrail_catalogue::Catalogue;
use std::path::{Path, PathBuf};

/// How often it is told how far it is, in files.
const TELL_EVERY: u64 = 50;

/// What is to be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreOrder {
    /// The backup's folder.
    pub from: PathBuf,
    /// Which snapshot; the newest if none is named.
    pub snapshot: Option<String>,
    /// The folder to restore into, missing or empty; none to look at every byte and restore nothing.
    pub into: Option<PathBuf>,
    /// What to do about files that are damaged in the backup.
    pub damaged: Damaged,
}

/// The snapshots of a backup, oldest first.
pub fn backups(from: &Path) -> Result<Vec<SnapshotReply>, DaemonError> {
    let seen = Store::open(from)?.snapshots()?.into_iter();
    Ok(seen
        .map(|one| match one.snapshot {
            Ok(snapshot) => SnapshotReply {
                name: one.name,
                at: Some(snapshot.at.clone()),
                files: snapshot.files(),
                bytes: snapshot.bytes(),
                trouble: (!snapshot.damaged.is_empty())
                    .then(|| format!("{} files were damaged before and are not in it", snapshot.damaged.len())),
            },
            Err(error) => {
                SnapshotReply { name: one.name, at: None, files: 0, bytes: 0, trouble: Some(error.to_string()) }
            }
        })
        .collect())
}

/// Restores a snapshot, or looks whether that could be done.
pub fn restore(order: &RestoreOrder, report: &mut dyn Report) -> Result<RestoreReply, DaemonError> {
    let store = Store::open(&order.from)?;
    let (name, snapshot) = chosen(&store, order.snapshot.as_deref())?;
    // Deletions after the snapshot: their files do not come back, and the restored catalogue must hear of them.
    let newest = store.tombstones()?;
    let known = known(&store, &snapshot)?;
    let since: Vec<Tombstone> =
        newest.iter().filter(|one| !known.iter().any(|old| old.seq == one.seq)).cloned().collect();
    let mut more = Vec::new();
    if !newest.is_empty() {
        more.push((path(super::TOMBSTONES), Tombstone::write(&newest).into_bytes()));
    }
    if !since.is_empty() {
        more.push((path(crate::restored::MARK), Tombstone::write(&since).into_bytes()));
    }
    let of = snapshot.files();
    let mut progress = |files: u64| {
        if files.is_multiple_of(TELL_EVERY) || files == of {
            report.say(Progress::Checked { files, of });
        }
    };
    let into = order.into.as_deref();
    let restored = bring_back(&store, &snapshot, into, &since, &more, order.damaged, &mut progress)?;
    Ok(RestoreReply {
        snapshot: name,
        at: snapshot.at,
        into: order.into.clone(),
        files: restored.files,
        bytes: restored.bytes,
        deleted: restored.deleted,
        tombstones: since.len() as u64,
        damaged: restored.damaged,
    })
}

fn path(text: &str) -> TrailPath {
    TrailPath::new(text).expect("a constant path is sound")
}

/// The snapshot that is named, or the newest that can be read.
fn chosen(store: &Store, name: Option<&str>) -> Result<(String, Snapshot), DaemonError> {
    if let Some(name) = name {
        return Ok((name.to_owned(), store.snapshot(name)?));
    }
    let sound = store.snapshots()?.into_iter().rev().find_map(|seen| Some((seen.name, seen.snapshot.ok()?)));
    sound.ok_or_else(|| {
        DaemonError::not_found("there is no snapshot in this backup that can be read")
            .with_hint("see what is wrong with: scantrail backups DEST")
    })
}

/// The deletions that the snapshot itself knew of.
fn known(store: &Store, snapshot: &Snapshot) -> Result<Vec<Tombstone>, DaemonError> {
    for folder in &snapshot.folders {
        let entries = store.list(folder)?;
        let Some(entry) = entries.iter().find(|entry| entry.path == super::TOMBSTONES) else { continue };
        let mut text = String::new();
        std::io::Read::read_to_string(&mut store.content(entry.sha256)?, &mut text)
            .map_err(|source| DaemonError::Outside { doing: "read", path: store.root().to_owned(), source })?;
        return Tombstone::read(&text)
            .map_err(|source| DaemonError::inside("the list of deletions in the snapshot is damaged", source));
    }
    Ok(Vec::new())
}

/// Restores a snapshot into a folder of its own below `beside`, compares everything in it with its catalogue, and removes
/// it again.
pub fn tried(
    from: &Path,
    snapshot: Option<&str>,
    beside: &Path,
    report: &mut dyn Report,
) -> Result<TriedReply, DaemonError> {
    let staging = outside::Staging::begin(beside)?;
    let into = staging.path().join("restored");
    let snapshot = snapshot.map(str::to_owned);
    let order = RestoreOrder { from: from.to_owned(), snapshot, into: Some(into.clone()), damaged: Damaged::LeaveOut };
    let restored = restore(&order, report)?;
    let mut problems: Vec<String> =
        restored.damaged.iter().map(|path| format!("damaged in the backup: {path}")).collect();
    let catalogue = Catalogue::open(&Layout::new(&into).catalogue())?;
    problems.extend(catalogue.check()?.into_iter().map(|line| format!("the catalogue: {line}")));
    if restored.deleted == 0 {
        let expected = catalogue.all_files()?.into_iter().filter_map(|row| {
            Some(Expected { path: TrailPath::new(&row.path).ok()?, digest: row.digest?, bytes: row.bytes })
        });
        let scope = ["Pupils", "Unidentified", ".trail/control"].map(path);
        let found = verify::verify(&into, &scope, expected, Depth::Full)?;
        problems.extend(found.problems.iter().map(ToString::to_string));
    }
    drop(catalogue);
    Ok(TriedReply {
        place: from.to_owned(),
        snapshot: restored.snapshot,
        files: restored.files,
        bytes: restored.bytes,
        problems,
        noted: false,
    })
}
