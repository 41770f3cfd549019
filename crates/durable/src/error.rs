//! What can go wrong on a disk, with the path and the operation in every case.
//!
//! A trail's path holds a pupil's name, so the text of an error shows [`crate::redacted::redacted`] paths and is safe in
//! a log line; the whole path is in the field, for the person at the screen.

use crate::redacted::redacted;
use rustix::io::Errno;
use scantrail_core::units::Digest;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A file effect did not happen, or nobody can say that it did. Repeating it is always safe.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The system refused.
    #[error("cannot {operation} `{}`", shown(*operation, path))]
    Io {
        /// What was tried.
        operation: Operation,
        /// On what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The target is there with other bytes; it was left alone.
    #[error("`{}` is already there with other bytes (sha256 {found}, wanted {expected})", redacted(path))]
    Conflict {
        /// The target.
        path: PathBuf,
        /// What was to be put there.
        expected: Digest,
        /// What is there.
        found: Digest,
    },
    /// The source does not hold the bytes it is known to hold; nothing was moved.
    #[error("`{}` does not hold the bytes it was received with (sha256 {found}, recorded {expected})", redacted(path))]
    Altered {
        /// The source.
        path: PathBuf,
        /// What is recorded.
        expected: Digest,
        /// What is there.
        found: Digest,
    },
    /// Neither the source nor the target of a move exists.
    #[error("`{}` is gone and `{}` is not there either", redacted(from), redacted(to))]
    Lost {
        /// Where it was.
        from: PathBuf,
        /// Where it was to go.
        to: PathBuf,
    },
    /// A link, a folder or a device where a file was expected.
    #[error("`{}` is not an ordinary file", redacted(path))]
    NotAFile {
        /// What it is called.
        path: PathBuf,
    },
}

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Open or read a file.
    Read,
    /// Read what a source delivers.
    Receive,
    /// Make a new file.
    Create,
    /// Write bytes, or give a file its size.
    Write,
    /// Change permissions.
    Protect,
    /// Make a file or folder durable.
    Sync,
    /// Give a file or folder its name.
    Rename,
    /// Remove a file or folder.
    Remove,
    /// Make a folder.
    MakeFolder,
    /// Open or list a folder.
    OpenFolder,
    /// Lock the data folder.
    Lock,
    /// Ask how much room is left.
    AskSpace,
    /// Take in a file that a person dropped; its name may be a child's, so only its folder is shown.
    TakeIn,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Read => "read",
            Self::Receive => "receive the bytes for",
            Self::Create => "create",
            Self::Write => "write",
            Self::Protect => "set the permissions of",
            Self::Sync => "make durable",
            Self::Rename => "give its name to",
            Self::Remove => "remove",
            Self::MakeFolder => "make the folder",
            Self::OpenFolder => "open the folder",
            Self::Lock => "lock",
            Self::AskSpace => "ask for the free space of",
            Self::TakeIn => "take in a file from",
        })
    }
}

/// The kinds of trouble that are handled differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// No room, no inodes or no quota: take nothing more in until a person has made room.
    Full,
    /// The file system is read-only: stop and say so.
    ReadOnly,
    /// Not permitted: a person must set the permissions right.
    Denied,
    /// The disk failed: stop, data is at risk.
    Broken,
    /// Bytes are not what they are known to be: a person must look.
    Fixity,
    /// Something is not where it should be.
    Gone,
    /// The source, not the disk, failed.
    Source,
    /// Anything else; trying again may help.
    Other,
}

impl DiskError {
    /// The system refused, as `rustix` tells it.
    pub fn io(operation: Operation, path: impl Into<PathBuf>) -> impl FnOnce(Errno) -> Self {
        let path = path.into();
        move |errno| Self::Io { operation, path, source: errno.into() }
    }

    /// The system refused, as the standard library tells it.
    pub fn std(operation: Operation, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { operation, path, source }
    }

    /// Which kind of trouble it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Io { operation: Operation::Receive, .. } => Fault::Source,
            Self::Io { source, .. } => fault_of(source),
            Self::Conflict { .. } | Self::Altered { .. } => Fault::Fixity,
            Self::Lost { .. } => Fault::Gone,
            Self::NotAFile { .. } => Fault::Other,
        }
    }

    /// Whether there is no room left (bytes, inodes or quota).
    pub fn is_full(&self) -> bool {
        self.fault() == Fault::Full
    }

    /// Whether the file system cannot be written to.
    pub fn is_read_only(&self) -> bool {
        self.fault() == Fault::ReadOnly
    }

    /// Whether it is the disk that fails, not one file on it: whatever else is tried fails as well, and what is tried again
    /// later may succeed.
    pub fn is_of_the_whole_disk(&self) -> bool {
        match self {
            // One file may lie on bad blocks.
            Self::Io { operation: Operation::Read, .. } if self.fault() == Fault::Broken => false,
            _ => matches!(self.fault(), Fault::Full | Fault::ReadOnly | Fault::Broken),
        }
    }

    /// The path it is about, whole: for a person's screen, never for a log line.
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. }
            | Self::Conflict { path, .. }
            | Self::Altered { path, .. }
            | Self::NotAFile { path } => path,
            Self::Lost { from, .. } => from,
        }
    }
}

fn fault_of(error: &io::Error) -> Fault {
    match Errno::from_io_error(error) {
        Some(Errno::NOSPC | Errno::DQUOT) => Fault::Full,
        Some(Errno::ROFS) => Fault::ReadOnly,
        Some(Errno::ACCESS | Errno::PERM) => Fault::Denied,
        Some(Errno::IO) => Fault::Broken,
        Some(Errno::NOENT) => Fault::Gone,
        _ => Fault::Other,
    }
}

/// The path as it may be shown for an operation.
fn shown(operation: Operation, path: &Path) -> String {
    match (operation, path.parent()) {
        (Operation::TakeIn, Some(folder)) => redacted(folder),
        _ => redacted(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(operation: Operation, path: &str, errno: Errno) -> DiskError {
        DiskError::io(operation, path)(errno)
    }

    #[test]
    fn faults_are_told_apart() {
        let fault = |errno| refused(Operation::Write, "/data/x", errno).fault();
        assert_eq!(fault(Errno::NOSPC), Fault::Full);
        assert_eq!(fault(Errno::DQUOT), Fault::Full);
        assert_eq!(fault(Errno::ROFS), Fault::ReadOnly);
        assert_eq!(fault(Errno::ACCESS), Fault::Denied);
        assert_eq!(fault(Errno::IO), Fault::Broken);
        assert_eq!(refused(Operation::Receive, "/data/x", Errno::IO).fault(), Fault::Source);
    }

    #[test]
    fn no_text_shows_a_name() {
        let filed = refused(Operation::Sync, "/data/Pupils/Okafor, Amara (7F3A19)/.pupil.json", Errno::IO);
        assert_eq!(filed.to_string(), "cannot make durable `/data/Pupils/… (7F3A19)/.pupil.json`");
        assert_eq!(filed.path(), Path::new("/data/Pupils/Okafor, Amara (7F3A19)/.pupil.json"));
        let dropped = refused(Operation::TakeIn, "/srv/drop/amara okafor.jpg", Errno::ACCESS);
        assert_eq!(dropped.to_string(), "cannot take in a file from `/srv/drop`");
    }
}
