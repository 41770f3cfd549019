//! Files on a disk that is not the data folder's: a stick, a second disk, a drive of the network.
//!
//! It may be FAT: names have no permissions, no links, and upper and lower case are one. Modes are given where
//! they can be and relied on nowhere; nothing here makes a link. Flushing each file of thousands takes minutes on a stick, so files are written first and flushed together
//! ([`flush`]); what is written but not flushed is believed by nobody until it was read again ([`reread`]).

#![expect(clippy::disallowed_methods, reason = "the one place that writes to disks that are not ours")]

use crate::{DiskError, Operation};
use crate::{PREFIX, Written, is_temporary, measure_open};
use rustix::fs::{self, Advice, CWD, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use scantrail_core::units::Digest;
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Read, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Large enough to keep system calls few.
const CHUNK: usize = 1 << 20;

/// Children's names stand in the names of folders: no stranger looks into one, where the disk knows strangers.
const FOLDER_MODE: u32 = 0o750;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A name that nothing of ours keeps, in a folder.
fn temporary(folder: &Path) -> PathBuf {
    folder.join(format!("{PREFIX}{}-{}.part", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))
}

fn parent(path: &Path) -> PathBuf {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// Makes a folder and its parents; one that is there already is a success.
pub fn make_folder(path: &Path) -> Result<(), DiskError> {
    let made = DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path);
    made.map_err(DiskError::std(Operation::MakeFolder, path))
}

/// Writes a file whole, in place of whatever is there; its folder is made. Not flushed: see [`flush`].
pub fn write(path: &Path, reader: &mut dyn Read) -> Result<Written, DiskError> {
    let folder = parent(path);
    make_folder(&folder)?;
    let temporary = temporary(&folder);
    let written = fill(&temporary, reader).and_then(|written| {
        fs::renameat(CWD, &temporary, CWD, path).map_err(DiskError::io(Operation::Rename, path))?;
        Ok(written)
    });
    if written.is_err() {
        // The first trouble is the one to tell; a leftover goes with the next sweep.
        drop(std::fs::remove_file(&temporary));
    }
    written
}

/// As [`write()`], and flushed: the file and the folder it lies in.
pub fn write_through(path: &Path, bytes: &[u8]) -> Result<Written, DiskError> {
    let written = write(path, &mut &*bytes)?;
    let file = open(path)?.ok_or_else(|| DiskError::io(Operation::Sync, path)(Errno::NOENT))?;
    fs::fsync(&file).map_err(DiskError::io(Operation::Sync, path))?;
    sync_folder(&parent(path))?;
    Ok(written)
}

fn fill(path: &Path, reader: &mut dyn Read) -> Result<Written, DiskError> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let mode = Mode::from_raw_mode(0o640);
    let mut file = File::from(fs::openat(CWD, path, flags, mode).map_err(DiskError::io(Operation::Create, path))?);
    let (mut hasher, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK]);
    loop {
        let n = match reader.read(&mut chunk) {
            Ok(0) => return Ok(Written { digest: Digest(hasher.finalize().into()), bytes }),
            Ok(n) => n,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(DiskError::std(Operation::Receive, path)(error)),
        };
        hasher.update(&chunk[..n]);
        file.write_all(&chunk[..n]).map_err(DiskError::std(Operation::Write, path))?;
        bytes += n as u64;
    }
}

/// Flushes everything that was written to the disk of a folder.
pub fn flush(folder: &Path) -> Result<(), DiskError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let fd = fs::openat(CWD, folder, flags, Mode::empty()).map_err(DiskError::io(Operation::OpenFolder, folder))?;
    fs::syncfs(&fd).map_err(DiskError::io(Operation::Sync, folder))
}

fn sync_folder(folder: &Path) -> Result<(), DiskError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let fd = fs::openat(CWD, folder, flags, Mode::empty()).map_err(DiskError::io(Operation::OpenFolder, folder))?;
    match fs::fsync(&fd) {
        // Some network drives know no flushing of folders.
        Ok(()) | Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
        Err(errno) => Err(DiskError::io(Operation::Sync, folder)(errno)),
    }
}

/// Opens an ordinary file, if it is there.
pub fn open(path: &Path) -> Result<Option<File>, DiskError> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = match fs::openat(CWD, path, flags, Mode::empty()) {
        Ok(fd) => File::from(fd),
        Err(Errno::NOENT) => return Ok(None),
        Err(Errno::LOOP | Errno::NXIO) => return Err(DiskError::NotAFile { path: path.to_owned() }),
        Err(errno) => return Err(DiskError::io(Operation::Read, path)(errno)),
    };
    if !file.metadata().map_err(DiskError::std(Operation::Read, path))?.is_file() {
        return Err(DiskError::NotAFile { path: path.to_owned() });
    }
    Ok(Some(file))
}

/// What a file holds, read from the disk and not from what the system remembers of writing it; `None` if it is not there.
/// Where the system keeps its memory all the same (a disk in memory, a network drive), what it remembers is read.
pub fn reread(path: &Path) -> Result<Option<Written>, DiskError> {
    let Some(mut file) = open(path)? else { return Ok(None) };
    // Advice: a system that does not take it reads what it has.
    fs::fadvise(&file, 0, None, Advice::DontNeed).unwrap_or_default();
    measure_open(&mut file, path).map(Some)
}

/// Reads a small file whole; `None` if it is not there.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, DiskError> {
    let Some(mut file) = open(path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(DiskError::std(Operation::Read, path))?;
    Ok(Some(bytes))
}

/// The names in a folder, sorted; none if it is not there.
pub fn names(folder: &Path) -> Result<Vec<OsString>, DiskError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(DiskError::std(Operation::OpenFolder, folder)(error)),
    };
    let names = entries.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<Vec<_>>>();
    let mut names = names.map_err(DiskError::std(Operation::OpenFolder, folder))?;
    names.sort_unstable();
    Ok(names)
}

/// Removes a file; one that is gone already is a success.
pub fn remove(path: &Path) -> Result<(), DiskError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(DiskError::std(Operation::Remove, path)(error)),
    }
}

/// Removes what an attempt that died left in a folder.
pub fn sweep(folder: &Path) -> Result<(), DiskError> {
    for name in names(folder)?.iter().filter(|name| is_temporary(name)) {
        remove(&folder.join(name))?;
    }
    Ok(())
}

/// A folder that is made beside its place and gets its name when it is whole; removed with all that is in it when it is
/// dropped before.
#[derive(Debug)]
pub struct Staging {
    at: PathBuf,
    finished: bool,
}

impl Staging {
    /// Makes an empty folder without its name yet, in `folder`, which is made if it is missing.
    pub fn begin(folder: &Path) -> Result<Self, DiskError> {
        make_folder(folder)?;
        let at = temporary(folder);
        DirBuilder::new().mode(FOLDER_MODE).create(&at).map_err(DiskError::std(Operation::MakeFolder, &at))?;
        Ok(Self { at, finished: false })
    }

    /// Where it lies for now.
    pub fn path(&self) -> &Path {
        &self.at
    }

    /// Flushes all of it and gives `part` of it (empty for the whole) the free name `to`, on the same disk.
    pub fn finish(mut self, part: &Path, to: &Path) -> Result<(), DiskError> {
        flush(&self.at)?;
        let from = if part.as_os_str().is_empty() { self.at.clone() } else { self.at.join(part) };
        match fs::renameat_with(CWD, &from, CWD, to, RenameFlags::NOREPLACE) {
            Ok(()) => {}
            // Not every disk knows how to refuse a taken name by itself.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if to.symlink_metadata().is_err() => {
                fs::renameat(CWD, &from, CWD, to).map_err(DiskError::io(Operation::Rename, to))?;
            }
            Err(errno) => return Err(DiskError::io(Operation::Rename, to)(errno)),
        }
        sync_folder(&parent(to))?;
        self.finished = part.as_os_str().is_empty();
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.finished
            && let Err(error) = std::fs::remove_dir_all(&self.at)
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "a folder that was not finished stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_or_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.txt");
        write(&path, &mut &b"first"[..]).unwrap();
        let failing = &mut Failing(3);
        assert_eq!(write(&path, failing).unwrap_err().fault(), crate::Fault::Source);
        assert_eq!(read(&path).unwrap().unwrap(), b"first");
        assert_eq!(names(&folder.path().join("a")).unwrap(), ["b.txt"], "nothing is left of the attempt");
        write_through(&path, b"second").unwrap();
        assert_eq!(reread(&path).unwrap(), Some(Written::of(b"second")));
    }

    struct Failing(usize);

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.0 == 0 {
                return Err(std::io::Error::other("gone"));
            }
            self.0 -= 1;
            buffer[0] = b'x';
            Ok(1)
        }
    }

    #[test]
    fn a_folder_gets_its_name_only_when_it_is_whole_and_takes_nobodys() {
        let folder = tempfile::tempdir().unwrap();
        let (whole, taken) = (folder.path().join("whole"), folder.path().join("taken"));
        let staging = Staging::begin(folder.path()).unwrap();
        write(&staging.path().join("in/x"), &mut &b"x"[..]).unwrap();
        staging.finish(Path::new("in"), &whole).unwrap();
        assert_eq!(names(folder.path()).unwrap(), ["whole"]);
        write(&taken.join("mine"), &mut &b"m"[..]).unwrap();
        let staging = Staging::begin(folder.path()).unwrap();
        assert!(staging.finish(Path::new(""), &taken).is_err());
        assert_eq!(names(folder.path()).unwrap(), ["taken", "whole"]);
        assert_eq!(names(&taken).unwrap(), ["mine"]);
    }
}
