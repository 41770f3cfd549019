//! Bringing a backup back. No data folder and no configuration is needed: there may be none left.

use crate::api::{Progress, Report, RestoreReply, SnapshotReply, TriedReply};
use crate::error::DaemonError;
use scantrail_archive::backup::{Damaged, Snapshot, Store, Tombstone, restore as bring_back};
use scantrail_archive::bag::OWN_FILES;
use scantrail_archive::durable::Written;
use scantrail_archive::folder::Layout;
use scantrail_archive::names::TrailPath;
use scantrail_archive::outside;
use scantrail_archive::verify::{self, Depth, Expected, Problem};
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

/// The snapshots of a backup, oldest first. With a data folder it is told what was deleted there and is still in them.
pub fn backups(from: &Path, data: Option<&Path>) -> Result<Vec<SnapshotReply>, DaemonError> {
    let store = Store::open(from)?;
    let here = match data.map(|data| outside::read(&data.join(super::TOMBSTONES))).transpose()?.flatten() {
        Some(text) => Tombstone::read(&String::from_utf8_lossy(&text))
            .map_err(|source| DaemonError::inside("the list of deletions is damaged", source))?,
        None => Vec::new(),
    };
    let gone = Tombstone::merged(store.tombstones()?, &here);
    Ok(store
        .snapshots()?
        .into_iter()
        .map(|one| {
            match one.snapshot.map_err(DaemonError::from).and_then(|snapshot| {
                let deleted_since = super::purge::unheard(&store, &snapshot, &gone)?.len() as u64;
                Ok((snapshot, deleted_since))
            }) {
                Ok((snapshot, deleted_since)) => SnapshotReply {
                    deleted_since,
                    name: one.name,
                    at: Some(snapshot.at.clone()),
                    files: snapshot.files(),
                    bytes: snapshot.bytes(),
                    trouble: (!snapshot.damaged.is_empty())
                        .then(|| format!("{} files were damaged before and are not in it", snapshot.damaged.len())),
                },
                Err(error) => SnapshotReply {
                    name: one.name,
                    at: None,
                    files: 0,
                    bytes: 0,
                    deleted_since: 0,
                    trouble: Some(error.to_string()),
                },
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
        newest.iter().filter(|one| !known.iter().any(|old| old.gone == one.gone)).cloned().collect();
    let mut more = Vec::new();
    if !newest.is_empty() {
        more.push((path(super::TOMBSTONES), Tombstone::write(&newest).into_bytes()));
    }
    if !since.is_empty() {
        more.push((path(crate::restored::MARK), Tombstone::write(&since).into_bytes()));
    }
    if let Some(into) = &order.into
        && let Some(text) = configuration(&store, &snapshot, into)?
    {
        more.push((path(super::collect::CONFIGURATION), text.into_bytes()));
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

/// The configuration with the folder in it that is restored into, if it names another.
fn configuration(store: &Store, snapshot: &Snapshot, into: &Path) -> Result<Option<String>, DaemonError> {
    let Some(text) = small_file(store, snapshot, super::collect::CONFIGURATION)? else { return Ok(None) };
    let into = crate::lead::real(into)?;
    Ok(scantrail_config::moved(&text, &into))
}

/// The text of a file of a snapshot that lies beside the folders of pupils. One that is damaged counts as missing here:
/// what becomes of it is the business of the restore.
fn small_file(store: &Store, snapshot: &Snapshot, path: &str) -> Result<Option<String>, DaemonError> {
    for folder in snapshot.folders.iter().filter(|folder| folder.folder == super::collect::PRIVATE) {
        let entries = store.list(folder)?;
        let Some(entry) = entries.iter().find(|entry| entry.path == path) else { continue };
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut store.content(entry.sha256)?, &mut bytes)
            .map_err(|source| DaemonError::Outside { doing: "read", path: store.root().to_owned(), source })?;
        let sound = Written::of(&bytes).digest == entry.sha256;
        return Ok(String::from_utf8(bytes).ok().filter(|_| sound));
    }
    Ok(None)
}

/// The deletions that the snapshot itself knew of.
pub(super) fn known(store: &Store, snapshot: &Snapshot) -> Result<Vec<Tombstone>, DaemonError> {
    let text = small_file(store, snapshot, super::TOMBSTONES)?.unwrap_or_default();
    Tombstone::read(&text)
        .map_err(|source| DaemonError::inside("the list of deletions in the snapshot is damaged", source))
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
        // Bags that are to be sealed by the first start have none of what makes a bag yet: a page was taken out of them.
        let unsealed: Vec<PathBuf> = catalogue.dirty_bags()?.into_iter().map(|bag| PathBuf::from(bag.path)).collect();
        let to_come = |problem: &&Problem| {
            let path = problem.path();
            let own = path.file_name().is_some_and(|name| OWN_FILES.iter().any(|own| name == *own));
            own && path.parent().is_some_and(|bag| unsealed.iter().any(|one| one == bag))
        };
        problems.extend(found.problems.iter().filter(|problem| !to_come(problem)).map(ToString::to_string));
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
