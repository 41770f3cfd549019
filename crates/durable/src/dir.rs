//! An open folder: names are given and taken away relative to it, and it can be made durable.
//!
//! A new folder is durable once its parent was synced. A process may die between making the two calls, and the next
//! one would find the folder and believe in it. The rule that closes this gap without any memory: **nothing is put
//! into a folder before its parent was synced**, so a folder with anything in it is durable, and an empty one may not
//! be. [`Dir::make`] therefore syncs the parent of every empty folder it meets.

use crate::error::{DiskError, Operation};
use rustix::fs::{self, AtFlags, CWD, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

/// Permissions of the folders of a trail: the daemon's group may look.
const FOLDER_MODE: Mode = Mode::from_raw_mode(0o750);

/// A folder held open.
#[derive(Debug)]
pub struct Dir {
    path: PathBuf,
    fd: OwnedFd,
}

/// What became of giving a name that must be free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// The name is given.
    Yes,
    /// Something has that name.
    Taken,
    /// The two folders are on different file systems.
    Elsewhere,
}

impl Dir {
    /// The folder, if it is there.
    pub fn open(path: &Path) -> Result<Option<Self>, DiskError> {
        match open(path) {
            Ok(fd) => Ok(Some(Self { path: path.to_owned(), fd })),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(DiskError::io(Operation::OpenFolder, path)(errno)),
        }
    }

    /// The folder, made with all its parents where they are missing, and durable.
    pub fn make(path: &Path) -> Result<Self, DiskError> {
        if let Some(dir) = Self::open(path)? {
            if dir.is_empty()? {
                sync_parent_of_stranger(path)?;
            }
            return Ok(dir);
        }
        let (parent, name) = split(path);
        let parent = Self::make(&parent)?;
        match fs::mkdirat(&parent.fd, &*name, FOLDER_MODE) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(DiskError::io(Operation::MakeFolder, path)(errno)),
        }
        parent.sync()?;
        let fd = open(path).map_err(DiskError::io(Operation::OpenFolder, path))?;
        Ok(Self { path: path.to_owned(), fd })
    }

    /// The made and durable folder that holds `path`, and the last part of `path`.
    pub fn make_parent(path: &Path) -> Result<(Self, OsString), DiskError> {
        let (parent, name) = split(path);
        Ok((Self::make(&parent)?, name))
    }

    /// The folder that holds `path`, if it is there, and the last part of `path`.
    pub fn open_parent(path: &Path) -> Result<Option<(Self, OsString)>, DiskError> {
        let (parent, name) = split(path);
        Ok(Self::open(&parent)?.map(|dir| (dir, name)))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// It, open.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// Makes the names in it durable.
    pub fn sync(&self) -> Result<(), DiskError> {
        fs::fsync(&self.fd).map_err(DiskError::io(Operation::Sync, &self.path))
    }

    /// Gives `to` in `target` to what is called `name` here; whatever has that name already is left alone.
    pub fn rename_new(&self, name: &OsStr, target: &Self, to: &OsStr) -> Result<Placed, DiskError> {
        match fs::renameat_with(&self.fd, name, &target.fd, to, RenameFlags::NOREPLACE) {
            Ok(()) => Ok(Placed::Yes),
            Err(Errno::EXIST) => Ok(Placed::Taken),
            Err(Errno::XDEV) => Ok(Placed::Elsewhere),
            // Some network file systems do not know the flag; a hard link refuses a taken name just as well.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => self.link_new(name, target, to),
            Err(errno) => Err(DiskError::io(Operation::Rename, target.path.join(to))(errno)),
        }
    }

    fn link_new(&self, name: &OsStr, target: &Self, to: &OsStr) -> Result<Placed, DiskError> {
        match fs::linkat(&self.fd, name, &target.fd, to, AtFlags::empty()) {
            Ok(()) => self.unlink(name).map(|()| Placed::Yes),
            Err(Errno::EXIST) => Ok(Placed::Taken),
            Err(Errno::XDEV) => Ok(Placed::Elsewhere),
            Err(errno) => Err(DiskError::io(Operation::Rename, target.path.join(to))(errno)),
        }
    }

    /// Gives `to` to what is called `name`, in place of whatever has that name.
    pub fn rename_over(&self, name: &OsStr, to: &OsStr) -> Result<(), DiskError> {
        fs::renameat(&self.fd, name, &self.fd, to).map_err(DiskError::io(Operation::Rename, self.path.join(to)))
    }

    /// Removes a file; one that is not there is removed already.
    pub fn unlink(&self, name: &OsStr) -> Result<(), DiskError> {
        match fs::unlinkat(&self.fd, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(DiskError::io(Operation::Remove, self.path.join(name))(errno)),
        }
    }

    /// Opens a file here for reading, if it is there; links and anything but files are refused.
    pub fn open_file(&self, name: &OsStr) -> Result<Option<File>, DiskError> {
        let path = || self.path.join(name);
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let fd = match fs::openat(&self.fd, name, flags, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP | Errno::NXIO) => return Err(DiskError::NotAFile { path: path() }),
            Err(errno) => return Err(DiskError::io(Operation::Read, path())(errno)),
        };
        let stat = fs::fstat(&fd).map_err(DiskError::io(Operation::Read, path()))?;
        if fs::FileType::from_raw_mode(stat.st_mode) != fs::FileType::RegularFile {
            return Err(DiskError::NotAFile { path: path() });
        }
        Ok(Some(fd.into()))
    }

    /// The names in this folder, sorted.
    pub fn names(&self) -> Result<Vec<OsString>, DiskError> {
        let mut names = std::fs::read_dir(&self.path)
            .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect::<Result<Vec<_>, _>>())
            .map_err(DiskError::std(Operation::OpenFolder, &self.path))?;
        names.sort_unstable();
        Ok(names)
    }

    fn is_empty(&self) -> Result<bool, DiskError> {
        let failed = || DiskError::io(Operation::OpenFolder, &self.path);
        for entry in fs::Dir::read_from(&self.fd).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn open(path: &Path) -> rustix::io::Result<OwnedFd> {
    fs::openat(CWD, path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

/// Syncs the folder above an empty one that this call did not make. Where it may not be written to, no process of
/// ours can have made anything in it.
fn sync_parent_of_stranger(path: &Path) -> Result<(), DiskError> {
    let (parent, _) = split(path);
    let opened = open(&parent);
    match opened.and_then(fs::fsync) {
        Ok(()) | Err(Errno::ACCESS | Errno::PERM | Errno::ROFS) => Ok(()),
        Err(errno) => Err(DiskError::io(Operation::Sync, parent)(errno)),
    }
}

/// Folder and name; the folder of a bare name is the current one.
fn split(path: &Path) -> (PathBuf, OsString) {
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        None => path.to_owned(),
    };
    (parent, path.file_name().unwrap_or(OsStr::new(".")).to_owned())
}
