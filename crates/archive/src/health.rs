//! Whether the disk under an open data folder can be worked on: still there, writable, with room.
//!
//! A look costs four system calls and touches nothing but the time of the lock. It must not be taken for a promise: a disk
//! may fail a moment later, and then the write that fails tells.

use crate::folder::DataFolder;
use crate::space::{HighWater, Shortage};
use crate::{DiskError, Operation};
use rustix::fs::{self, StatVfsMountFlags, Timespec, Timestamps};
use rustix::io::Errno;
use std::fmt;
use std::path::Path;

/// What is wrong with the disk, in words for whoever must put it right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwell {
    /// What lies at the path of the data folder is not the folder that was opened: its disk was taken away, and what was
    /// written there now would be hidden when it comes back.
    Gone,
    /// It can only be read.
    ReadOnly,
    /// It is nearly full.
    Short(Shortage),
}

impl fmt::Display for Unwell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("the disk of the data folder is gone"),
            Self::ReadOnly => f.write_str("the disk of the data folder can only be read"),
            Self::Short(shortage) => write!(f, "the disk of the data folder is nearly full: {shortage}"),
        }
    }
}

impl Unwell {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Gone => "connect and mount it, then start `scantrail serve` again; nothing acknowledged is lost",
            Self::ReadOnly => {
                "a system that found a fault on a disk stops writing to it: look at `dmesg`, check the disk, mount it anew \
                 and start `scantrail serve` again; nothing acknowledged is lost"
            }
            Self::Short(_) => "free some space; what was taken in is safe, and everything goes on by itself",
        }
    }
}

impl DataFolder {
    /// Whether the path of the folder still leads to the folder that is locked.
    pub fn is_here(&self) -> bool {
        let held = fs::fstat(self.lock());
        let there = fs::stat(self.layout().lock());
        matches!((held, there), (Ok(held), Ok(there)) if (held.st_dev, held.st_ino) == (there.st_dev, there.st_ino))
    }

    /// What is wrong with the disk, if anything; an error when it cannot even be asked.
    pub fn unwell(&self, mark: HighWater) -> Result<Option<Unwell>, DiskError> {
        if !self.is_here() {
            return Ok(Some(Unwell::Gone));
        }
        if is_read_only(self.layout().root())? {
            return Ok(Some(Unwell::ReadOnly));
        }
        // A file system that gave up writing by itself is not always said to be read-only; the first change is refused.
        let now = Timespec { tv_sec: 0, tv_nsec: fs::UTIME_NOW };
        match fs::futimens(self.lock(), &Timestamps { last_access: now, last_modification: now }) {
            Ok(()) => {}
            Err(Errno::ROFS) => return Ok(Some(Unwell::ReadOnly)),
            Err(errno) => return Err(DiskError::io(Operation::Write, self.layout().lock())(errno)),
        }
        Ok(self.space()?.shortage(mark).map(Unwell::Short))
    }
}

/// Whether the file system that holds `path` can only be read.
pub fn is_read_only(path: &Path) -> Result<bool, DiskError> {
    let stat = fs::statvfs(path).map_err(DiskError::io(Operation::AskSpace, path))?;
    Ok(stat.f_flag.contains(StatVfsMountFlags::RDONLY))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
mod tests {
    use super::*;

    const NOTHING: HighWater = HighWater { bytes: 0, files: 0 };

    #[test]
    fn a_folder_that_was_put_in_the_place_of_another_is_not_it() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("school");
        let data = DataFolder::create(&root).unwrap();
        assert_eq!(data.unwell(NOTHING).unwrap(), None);
        crate::durable::rename_folder(&root, &dir.path().join("away")).unwrap();
        assert_eq!(data.unwell(NOTHING).unwrap(), Some(Unwell::Gone), "nothing there at all");
        drop(DataFolder::create(&root).unwrap());
        assert_eq!(data.unwell(NOTHING).unwrap(), Some(Unwell::Gone), "another data folder");
        std::fs::remove_dir_all(&root).unwrap();
        crate::durable::rename_folder(&dir.path().join("away"), &root).unwrap();
        assert_eq!(data.unwell(NOTHING).unwrap(), None, "back again");
    }

    #[test]
    fn too_little_room_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataFolder::create(dir.path()).unwrap();
        let found = data.unwell(HighWater { bytes: u64::MAX, files: 0 }).unwrap();
        assert!(matches!(found, Some(Unwell::Short(Shortage::Bytes { .. }))), "{found:?}");
    }
}
