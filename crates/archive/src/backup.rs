//! Backups: a plain folder on another disk, of which every moment can be had back.
//!
//! ```text
//! DEST/
//!   scantrail-backup.json                  whose backup this is
//!   objects/3f/3f9a…                       the content of a file, named by its SHA-256: each once, however often it occurs
//!   snapshots/20261122T021500Z.json        what there was at one moment: a list of lists of files
//!   snapshots/20261122T021500Z.json.sha256 its own digest, as `sha256sum -c` reads it
//!   tombstones.jsonl                       what was deleted since, so that it does not come back
//! ```
//! Names are lower case and short, and nothing is a link: a stick with FAT will do. Content first, then everything is
//! flushed and read again, the snapshot last: one that is there is whole, and one that was cut off is no snapshot. What it
//! copied is found by the next. The lists of folders that did not change are objects too, so that a school of millions of
//! pages writes small snapshots.
//!
//! A snapshot never changes, but for one thing: what was deleted since is taken out of it ([`without`], [`Store::exchange`]).
//! At whatever moment that is cut off, each snapshot is the old one or the new one, and whole.
//!
//! What belongs into a backup is told by the caller; this must not know a catalogue.

mod purge;
mod restore;
mod retention;
mod snapshot;
mod store;
mod tombstones;

pub use purge::without;
pub use restore::{Damaged, Restored, restore};
pub use retention::{Retention, kept};
pub use snapshot::{Entry, FolderList, Snapshot};
pub use store::{Put, Seen, Store};
pub use tombstones::{BadTombstone, Tombstone};

use crate::DiskError;
use std::path::PathBuf;

/// Why a backup could not be made, read or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder holds something else.
    #[error("`{}` is not empty and holds no backup of ours", .path.display())]
    NotABackup {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds the backup of another school.
    #[error("`{}` is the backup of another data folder ({school})", .path.display())]
    OfAnother {
        /// The folder.
        path: PathBuf,
        /// Whose.
        school: String,
    },
    /// A newer program wrote it.
    #[error("the backup has format {found}; this program knows up to {known}")]
    Newer {
        /// Its format.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// There is no such snapshot.
    #[error("there is no snapshot `{name}` in this backup")]
    NoSnapshot {
        /// Its name; empty if there is none at all.
        name: String,
    },
    /// A file of the backup is not what it was.
    #[error("{what} of the backup is damaged: {why}")]
    Broken {
        /// Which.
        what: String,
        /// How.
        why: &'static str,
    },
    /// The folder to restore into has something in it.
    #[error("`{}` is not empty", .path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

#[cfg(test)]
mod tests;
