//! How much room is left, in bytes and in inodes: a disk can be full of either.

use crate::error::{DiskError, Operation};
use rustix::fs;
use std::fmt;
use std::path::Path;

/// What a file system has left for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Bytes an ordinary process may still write.
    pub free_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
    /// Files that may still be made; `None` where the file system has no such limit.
    pub free_files: Option<u64>,
}

/// Below these figures nothing new is taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HighWater {
    /// Bytes that must stay free.
    pub bytes: u64,
    /// Files that must still be possible.
    pub files: u64,
}

/// What there is too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortage {
    /// Bytes.
    Bytes {
        /// Left.
        free: u64,
        /// Needed.
        wanted: u64,
    },
    /// Inodes.
    Files {
        /// Left.
        free: u64,
        /// Needed.
        wanted: u64,
    },
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes { free, wanted } => write!(f, "{free} bytes are free, {wanted} are needed"),
            Self::Files { free, wanted } => write!(f, "{free} more files are possible, {wanted} are needed"),
        }
    }
}

impl Space {
    /// Asks the file system that holds `path`.
    pub fn of(path: &Path) -> Result<Self, DiskError> {
        let stat = fs::statvfs(path).map_err(DiskError::io(Operation::AskSpace, path))?;
        Ok(Self {
            free_bytes: stat.f_bavail.saturating_mul(stat.f_frsize),
            total_bytes: stat.f_blocks.saturating_mul(stat.f_frsize),
            // btrfs and others make inodes as they need them and say 0.
            free_files: (stat.f_files > 0).then_some(stat.f_favail),
        })
    }

    /// What is short of the high-water mark, if anything.
    pub fn shortage(&self, mark: HighWater) -> Option<Shortage> {
        if self.free_bytes < mark.bytes {
            return Some(Shortage::Bytes { free: self.free_bytes, wanted: mark.bytes });
        }
        match self.free_files {
            Some(free) if free < mark.files => Some(Shortage::Files { free, wanted: mark.files }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_shortage_is_seen() {
        let space = Space { free_bytes: 100, total_bytes: 1000, free_files: Some(10) };
        let short = |bytes, files| space.shortage(HighWater { bytes, files });
        assert_eq!(short(100, 10), None);
        assert_eq!(short(101, 0), Some(Shortage::Bytes { free: 100, wanted: 101 }));
        assert_eq!(short(0, 11), Some(Shortage::Files { free: 10, wanted: 11 }));
        let boundless = Space { free_files: None, ..space };
        assert_eq!(boundless.shortage(HighWater { bytes: 0, files: u64::MAX }), None);
    }

    #[test]
    fn a_real_file_system_answers() {
        let dir = tempfile::tempdir().unwrap();
        let space = Space::of(dir.path()).unwrap();
        assert!(space.free_bytes > 0 && space.free_bytes <= space.total_bytes);
        assert!(Space::of(&dir.path().join("none")).is_err());
    }
}
