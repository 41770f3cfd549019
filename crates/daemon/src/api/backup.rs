//! Backups: made, listed, restored, and how long ago that was.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One thing asked about backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "backup-do", rename_all = "kebab-case")]
pub enum BackupAsked {
    /// Make one.
    Make {
        /// The folder, absolute; that of the configuration if none is named.
        to: Option<PathBuf>,
        /// Keep so many of the newest, instead of what the configuration says.
        keep: Option<u32>,
    },
    /// Make none, and take what was deleted since out of those that are there.
    Tombstones {
        /// The folder; that of the configuration if none is named.
        to: Option<PathBuf>,
    },
    /// A backup's folder is gone for good: nobody waits for it any more.
    Gone {
        /// Its id, or where it lay the last time.
        folder: String,
    },
    /// A restore was tried: note how it went.
    Tested {
        /// How.
        tried: TriedReply,
    },
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BackupReply {
    /// Its folder.
    pub place: PathBuf,
    /// Its name; empty if only the list of deletions was brought.
    pub snapshot: String,
    /// Files in it.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Files that had to be copied and were read again.
    pub copied_files: u64,
    /// Bytes of them.
    pub copied_bytes: u64,
    /// Older snapshots that were removed.
    pub removed: Vec<String>,
    /// Snapshots out of which something was taken that was deleted since.
    pub purged: Vec<String>,
    /// Files that are damaged or missing here, and could not be backed up.
    pub damaged: Vec<String>,
    /// What a person should know, in words.
    pub warnings: Vec<String>,
}

/// A snapshot of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotReply {
    /// Its name.
    pub name: String,
    /// When, RFC 3339; none if it cannot be read.
    pub at: Option<String>,
    /// Files in it.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Pages and pupils' records that were deleted since and are still in it: the next backup takes them out.
    pub deleted_since: u64,
    /// What is wrong with it.
    pub trouble: Option<String>,
}

/// A folder that was backed up to, and whether it has heard of a deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeardReply {
    /// Its own id, as in `scantrail-backup.json` in it.
    pub id: String,
    /// Where it lay the last time.
    pub place: String,
    /// When that was, RFC 3339.
    pub last_there: String,
    /// When the deletion was carried out in it, RFC 3339; none if it was not there since.
    pub heard_at: Option<String>,
    /// When somebody said that it is gone for good, RFC 3339.
    pub gone_at: Option<String>,
}

/// A folder that has not heard of every deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnheardReply {
    /// Its own id.
    pub id: String,
    /// Where it lay the last time.
    pub place: String,
    /// When that was, RFC 3339.
    pub last_there: String,
    /// The deletions, by number.
    pub deletions: Vec<i64>,
}

/// A restore.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RestoreReply {
    /// The snapshot.
    pub snapshot: String,
    /// When it was made, RFC 3339.
    pub at: String,
    /// Where it was restored to; none if it was only looked at.
    pub into: Option<PathBuf>,
    /// Files brought back, or found sound.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Files of pages deleted since, which did not come back.
    pub deleted: u64,
    /// Pages deleted since: each is deleted again before the folder is served.
    pub tombstones: u64,
    /// Files that are damaged in the backup.
    pub damaged: Vec<String>,
}

/// A restore that was tried and thrown away.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TriedReply {
    /// The backup's folder.
    pub place: PathBuf,
    /// The snapshot.
    pub snapshot: String,
    /// Files that came back.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// What was wrong; empty is good.
    pub problems: Vec<String>,
    /// Whether it was noted in the data folder.
    pub noted: bool,
}

/// How long ago the last good backup and the last tried restore were.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BackupStatus {
    /// Where the configuration wants backups.
    pub to: Option<PathBuf>,
    /// When the last good one ended, RFC 3339.
    pub last_good: Option<String>,
    /// The same in words.
    pub last_good_words: String,
    /// Whether that is too long ago.
    pub late: bool,
    /// When a restore was last tried with success, RFC 3339.
    pub last_test: Option<String>,
    /// The same in words.
    pub last_test_words: String,
    /// Whether that is too long ago.
    pub test_late: bool,
    /// Folders in which something still lies that was deleted since.
    pub unheard: Vec<UnheardReply>,
    /// Why the last attempt was not good, if it was not.
    pub trouble: Option<String>,
}
