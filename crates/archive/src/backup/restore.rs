//! A snapshot brought back: every file compared with its digest on the way, under its name only when all are there.

use super::{BackupError, Entry, Snapshot, Store, Tombstone};
use crate::names::{TrailPath, page_of_file};
use crate::outside::{self, Staging};
use crate::{DiskError, Operation};
use rustix::fs::{self, Mode};
use scantrail_core::gone::Gone;
use scantrail_core::ids::PageId;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What becomes of a restore when files of the backup are damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damaged {
    /// Nothing is restored.
    Refuse,
    /// What is sound is restored.
    LeaveOut,
}

/// What was brought back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restored {
    /// Files.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Files of pages that were deleted since: they did not come back.
    pub deleted: u64,
    /// Files that are damaged in the backup, by their paths.
    pub damaged: Vec<String>,
}

/// Brings a snapshot back into the folder `to`, which is missing or empty; with `None` only looks whether that could be
/// done, at every byte. Files of pages in `deleted` do not come back. `more` are files that are written besides.
pub fn restore(
    store: &Store,
    snapshot: &Snapshot,
    to: Option<&Path>,
    deleted: &[Tombstone],
    more: &[(TrailPath, Vec<u8>)],
    damaged: Damaged,
    progress: &mut dyn FnMut(u64),
) -> Result<Restored, BackupError> {
    let gone: BTreeSet<PageId> = deleted
        .iter()
        .filter_map(|tombstone| if let Gone::Page(page) = tombstone.gone { Some(page) } else { None })
        .collect();
    let staging = to.map(begin).transpose()?;
    let mut restored = Restored::default();
    for folder in &snapshot.folders {
        for entry in store.list(folder)? {
            let path = TrailPath::new(entry.path.as_str())
                .map_err(|_| BackupError::Broken { what: "a list".into(), why: "it names a path that may not be" })?;
            if page_of_file(path.file_name()).is_some_and(|page| gone.contains(&page)) {
                restored.deleted += 1;
                continue;
            }
            let sound = match &staging {
                None => store.is_sound(entry.sha256)?,
                Some(staging) => {
                    let at = staging.path().join(path.as_str());
                    let content = store.content(entry.sha256);
                    match content {
                        Ok(content) => take(content, &at, &entry)?,
                        Err(BackupError::Broken { .. }) => false,
                        Err(error) => return Err(error),
                    }
                }
            };
            if sound {
                restored.files += 1;
                restored.bytes += entry.bytes;
                progress(restored.files);
            } else if damaged == Damaged::Refuse && to.is_some() {
                let what = format!("`{}`", crate::names::redacted(Path::new(&entry.path)));
                return Err(BackupError::Broken { what, why: "its bytes have changed or are missing" });
            } else {
                restored.damaged.push(entry.path);
            }
        }
    }
    if let (Some(staging), Some(to)) = (staging, to) {
        for (path, bytes) in more {
            outside::write(&staging.path().join(path.as_str()), &mut bytes.as_slice())?;
        }
        finish(staging, to)?;
    }
    Ok(restored)
}

/// Writes a file as it was; `false` if the backup has other bytes.
fn take(mut content: std::fs::File, at: &Path, entry: &Entry) -> Result<bool, BackupError> {
    if outside::write(at, &mut content)?.digest != entry.sha256 {
        outside::remove(at)?;
        return Ok(false);
    }
    let mode = Mode::from_raw_mode(entry.mode & 0o777);
    fs::chmod(at, mode).map_err(DiskError::io(Operation::Protect, at))?;
    Ok(true)
}

/// Refuses a folder with anything in it; makes another beside it.
fn begin(to: &Path) -> Result<Staging, BackupError> {
    if !outside::names(to)?.is_empty() {
        return Err(BackupError::NotEmpty { path: to.to_owned() });
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(Staging::begin(parent)?)
}

#[expect(clippy::disallowed_methods, reason = "removes nothing but an empty folder")]
fn finish(staging: Staging, to: &Path) -> Result<(), BackupError> {
    match std::fs::remove_dir(to) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(DiskError::std(Operation::Remove, PathBuf::from(to))(error).into()),
    }
    Ok(staging.finish(Path::new(""), to)?)
}
