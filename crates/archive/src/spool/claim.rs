//! Taking in a file that lies in a folder of someone else's: dropped by a person, a tablet or a copier.
//!
//! On the same file system the file itself is renamed into the spool; no second copy, no moment without one. That is
//! only safe if nobody else can still write to it, so a file that another account owns, or that has a second name, is
//! copied, as it is across file systems. Size and time are compared before and after: a file that still grows is put
//! back.

use super::{CaptureKey, Spool, Spooled, spooled};
use crate::durable::{self, Access, Dir, Placed, Temp, Written, measure_open};
use crate::{DiskError, Operation};
use rustix::fs;
use rustix::io::Errno;
use scantrail_core::vocabulary::Media;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// Size and time of a file when it was found to be at rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Size in bytes.
    pub bytes: u64,
    /// Last change of the content: seconds since 1970 and nanoseconds.
    pub modified: (i64, u32),
}

/// Why a dropped file was not taken in. It is where it was, and the spool has nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// It is no longer what was looked at: look again later.
    #[error("a file in `{}` changed while it was taken in", crate::names::redacted(.path.parent().unwrap_or(.path)))]
    Changing {
        /// The dropped file.
        path: PathBuf,
    },
    /// It is gone, and the spool does not have it.
    #[error("a file in `{}` is gone", crate::names::redacted(.path.parent().unwrap_or(.path)))]
    Gone {
        /// The dropped file.
        path: PathBuf,
    },
    /// A link, a folder or a device.
    #[error("something in `{}` is not an ordinary file", crate::names::redacted(.path.parent().unwrap_or(.path)))]
    NotAFile {
        /// What was dropped.
        path: PathBuf,
    },
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl ClaimError {
    /// A dropped file's name is a person's choice and may be a child's: no error about it shows more than its folder.
    fn without_name(self, dropped: &Path) -> Self {
        match self {
            Self::Disk(DiskError::Io { path, source, .. }) if path == dropped => {
                Self::Disk(DiskError::Io { operation: Operation::TakeIn, path, source })
            }
            Self::Disk(DiskError::NotAFile { path }) if path == dropped => Self::NotAFile { path },
            other => other,
        }
    }
}

impl Stamp {
    /// Size and time of a file now; `None` if there is no such file.
    pub fn of(path: &Path) -> Result<Option<Self>, DiskError> {
        match fs::lstat(path) {
            Ok(stat) => Ok(Some(Self::read(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(DiskError::io(Operation::TakeIn, path)(errno)),
        }
    }

    fn read(stat: &fs::Stat) -> Self {
        Self { bytes: stat.st_size as u64, modified: (stat.st_mtime, stat.st_mtime_nsec as u32) }
    }

    fn of_open(file: &File, path: &Path) -> Result<(Self, fs::Stat), DiskError> {
        let stat = fs::fstat(file).map_err(DiskError::io(Operation::TakeIn, path))?;
        Ok((Self::read(&stat), stat))
    }
}

impl Spool {
    /// Takes the dropped file at `path` into the spool as capture `key`; `stamp` is how it was found. Afterwards the
    /// file is gone from `path`. Doing it again after it was done gives the same answer.
    pub fn claim(&self, path: &Path, stamp: Stamp, key: CaptureKey, media: Media) -> Result<Spooled, ClaimError> {
        self.take_in(path, stamp, key, media).map_err(|error| error.without_name(path))
    }

    fn take_in(&self, path: &Path, stamp: Stamp, key: CaptureKey, media: Media) -> Result<Spooled, ClaimError> {
        let target = self.path(key, media);
        let Some((source, name, mut file)) = open_dropped(path)? else {
            return self.claimed_before(path, key, media, target);
        };
        let (now, stat) = Stamp::of_open(&file, path)?;
        if now != stamp {
            return Err(ClaimError::Changing { path: path.to_owned() });
        }
        let (spool, target_name) = Dir::make_parent(&target)?;
        let ours = stat.st_uid == rustix::process::geteuid().as_raw() && stat.st_nlink == 1;
        let other_media = Media::ALL.iter().any(|&m| m != media && self.path(key, m).symlink_metadata().is_ok());
        let placed = match (ours, other_media) {
            (_, true) => Placed::Taken,
            (true, false) => source.rename_new(&name, &spool, &target_name)?,
            (false, false) => Placed::Elsewhere,
        };
        if placed == Placed::Yes {
            let settled = settle_renamed(&mut file, &target, stamp, &spool);
            if matches!(settled, Ok(None) | Err(_)) {
                put_back(&spool, &target_name, &source, &name)?;
            }
            let written = settled?.ok_or_else(|| ClaimError::Changing { path: path.to_owned() })?;
            source.sync()?;
            return Ok(spooled(key, media, target, written));
        }
        let written = measure_open(&mut file, path)?;
        self.check_free(key, media, written.digest)?;
        copy_in(&mut file, path, &spool, &target, &target_name, written)?;
        if Stamp::of(path)? != Some(stamp) {
            // Our copy may be of something that never was a whole file. Nobody knows it yet.
            durable::remove(&target)?;
            return Err(ClaimError::Changing { path: path.to_owned() });
        }
        source.unlink(&name)?;
        source.sync()?;
        Ok(spooled(key, media, target, written))
    }

    fn claimed_before(
        &self,
        path: &Path,
        key: CaptureKey,
        media: Media,
        target: PathBuf,
    ) -> Result<Spooled, ClaimError> {
        if durable::measure(&target)?.is_none() {
            return Err(ClaimError::Gone { path: path.to_owned() });
        }
        Ok(self.adopt(&super::SpooledName { key, media, path: target })?)
    }
}

fn open_dropped(path: &Path) -> Result<Option<(Dir, OsString, File)>, DiskError> {
    let Some((dir, name)) = Dir::open_parent(path)? else { return Ok(None) };
    Ok(dir.open_file(&name)?.map(|file| (dir, name, file)))
}

/// Makes a renamed file an original; `None` if it changed meanwhile.
fn settle_renamed(file: &mut File, target: &Path, stamp: Stamp, spool: &Dir) -> Result<Option<Written>, DiskError> {
    let written = measure_open(file, target)?;
    fs::fchmod(&*file, Access::Original.mode()).map_err(DiskError::io(Operation::Protect, target))?;
    fs::fsync(&*file).map_err(DiskError::io(Operation::Sync, target))?;
    spool.sync()?;
    let (after, _) = Stamp::of_open(file, target)?;
    Ok((after == stamp && written.bytes == stamp.bytes).then_some(written))
}

/// Gives a file back its place among the dropped ones. If that place was taken meanwhile it stays in the spool,
/// where a scan finds it: never lost.
fn put_back(spool: &Dir, name: &OsStr, source: &Dir, original: &OsStr) -> Result<(), DiskError> {
    spool.rename_new(name, source, original)?;
    source.sync()?;
    spool.sync()
}

fn copy_in(
    file: &mut File,
    path: &Path,
    spool: &Dir,
    target: &Path,
    name: &OsStr,
    expected: Written,
) -> Result<(), ClaimError> {
    file.seek(SeekFrom::Start(0)).map_err(DiskError::std(Operation::TakeIn, path))?;
    let mut temp = Temp::create(spool)?;
    if temp.fill(file)? != expected {
        return Err(ClaimError::Changing { path: path.to_owned() });
    }
    temp.settle(Access::Original.mode())?;
    Ok(durable::place_new(temp, target, name, &expected)?)
}
