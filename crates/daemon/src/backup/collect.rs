//! What belongs into a backup: every file that the catalogue knows, what lies in the private folder and cannot be made
//! again, and the catalogue itself, copied at the same moment.

use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_archive::backup::Entry;
use scantrail_archive::bag::OWN_FILES;
use scantrail_archive::durable;
use scantrail_archive::names::TrailPath;
use scantrail_archive::outside;
use scantrail_catalogue::FileRole;
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The folder that is for the daemon alone.
pub(super) const PRIVATE: &str = ".trail";
/// What lies in it and cannot be made again; the rest is derived, or belongs to a running process.
const KEPT: [&str; 9] =
    ["spool", "quarantine", "control", "deliveries", "mats", "ledger", "register", "packs", "tombstones.jsonl"];
/// Beside the folders.
pub(super) const CONFIGURATION: &str = "scantrail.toml";
/// The copy of the catalogue, while a backup is made.
const COPY: &str = "work/catalogue-for-backup.db";

/// A file and where it is read from.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) entry: Entry,
    pub(super) source: PathBuf,
}

/// Everything, at one moment.
pub(super) struct Listing {
    /// In order of path, each once.
    pub(super) files: Vec<Wanted>,
}

/// Removes the copy of the catalogue, if there is one.
pub(super) fn forget_copy(engine: &Engine) -> Result<(), DaemonError> {
    Ok(durable::remove(&engine.layout().private().join(COPY))?)
}

/// Lists everything. Filing is at rest while this runs; `before` are the private files of the last snapshot.
pub(super) fn collect(engine: &Engine, before: &BTreeMap<String, Entry>) -> Result<Listing, DaemonError> {
    let root = engine.layout().root();
    let mut files: BTreeMap<String, Wanted> = BTreeMap::new();
    let mut add = |entry: Entry, source: PathBuf| drop(files.insert(entry.path.clone(), Wanted { entry, source }));
    let copy = engine.layout().private().join(COPY);
    durable::remove(&copy)?;
    // First: whatever comes in from here on is in the spool too, where the next start finds it.
    engine.catalogue.copy_to(&copy)?;
    let found = outside::reread(&copy)?;
    let found =
        found.ok_or_else(|| DaemonError::Inside { what: "the copied catalogue is gone".into(), source: None })?;
    let path = super::CATALOGUE.to_owned();
    add(Entry { path, sha256: found.digest, bytes: found.bytes, mode: 0o600, modified: None }, copy);
    // Also what is about to leave or to be written anew: decisions go on, and until filing does it lies there as it was.
    for row in engine.catalogue.all_files()? {
        let Some(sha256) = row.digest else { continue };
        let mode = match row.role {
            FileRole::Original => 0o440,
            _ if row.path.starts_with(PRIVATE) => 0o600,
            _ => 0o640,
        };
        let source = root.join(&row.path);
        add(Entry { path: row.path, sha256, bytes: row.bytes, mode, modified: None }, source);
    }
    for (bag, ..) in engine.catalogue.all_bags()? {
        for name in OWN_FILES {
            let path = format!("{bag}/{name}");
            let source = root.join(&path);
            // One that is missing is no part of any moment; `verify` tells.
            if let Some(found) = durable::measure(&source)? {
                add(Entry { path, sha256: found.digest, bytes: found.bytes, mode: 0o640, modified: None }, source);
            }
        }
    }
    let mut private = Vec::new();
    for name in KEPT {
        walk(root, &format!("{PRIVATE}/{name}"), &mut private)?;
    }
    walk(root, CONFIGURATION, &mut private)?;
    // The key that signs checkpoints stays: whoever finds the disk must not be able to sign in the school's name.
    for path in private.into_iter().filter(|path| path != super::LEDGER_KEY) {
        let source = root.join(&path);
        if let Some(entry) = measured(&path, &source, before)? {
            add(entry, source);
        }
    }
    Ok(Listing { files: files.into_values().collect() })
}

/// The files at and below a path, relative to `root`; links and sockets are none.
fn walk(root: &Path, path: &str, found: &mut Vec<String>) -> Result<(), DaemonError> {
    let at = root.join(path);
    let Ok(metadata) = at.symlink_metadata() else { return Ok(()) };
    if metadata.is_dir() {
        for name in outside::names(&at)? {
            walk(root, &format!("{path}/{}", name.to_string_lossy()), found)?;
        }
    } else if metadata.is_file() && TrailPath::new(path).is_ok() {
        found.push(path.to_owned());
    }
    Ok(())
}

/// A file whose digest nobody keeps: read, unless size and time are those of the last snapshot. `None` if it has just
/// gone on its way: captures do.
fn measured(path: &str, source: &Path, before: &BTreeMap<String, Entry>) -> Result<Option<Entry>, DaemonError> {
    let Ok(metadata) = source.symlink_metadata() else { return Ok(None) };
    let modified = Some(metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec()));
    let mode = metadata.mode() & 0o777;
    if let Some(known) = before.get(path)
        && known.bytes == metadata.len()
        && known.modified == modified
    {
        return Ok(Some(Entry { mode, ..known.clone() }));
    }
    let Some(found) = durable::measure(source)? else { return Ok(None) };
    Ok(Some(Entry { path: path.to_owned(), sha256: found.digest, bytes: found.bytes, mode, modified }))
}

/// The folder in whose list a file stands: a pupil's year, or the top folder.
pub(super) fn folder_of(path: &str) -> String {
    /// Pupils, whose, which year.
    const BAG: usize = 3;
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["Pupils", ..] if parts.len() > BAG => parts[..BAG].join("/"),
        [top, _, ..] => (*top).to_owned(),
        _ => PRIVATE.to_owned(),
    }
}
