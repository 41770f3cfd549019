//! A file without its final name: complete and durable before anything can find it.

use super::Written;
use super::dir::{Dir, Placed};
use crate::error::{DiskError, Operation};
use rustix::fs::{self, Mode, OFlags};
use rustix::io::Errno;
use scantrail_core::units::Digest;
use sha2::{Digest as _, Sha256};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{ErrorKind, Read, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

/// How the name of every temporary file begins.
pub const PREFIX: &str = ".scantrail-";

/// Large enough to keep system calls few, small enough for one per worker.
const CHUNK: usize = 256 * 1024;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A temporary file; removed when dropped without having been given a name.
#[derive(Debug)]
pub struct Temp<'a> {
    dir: &'a Dir,
    name: String,
    /// Its content.
    pub file: File,
    named: Named,
}

#[derive(Debug, PartialEq, Eq)]
enum Named {
    NotYet,
    Yes,
}

impl<'a> Temp<'a> {
    /// An empty one in a folder.
    pub fn create(dir: &'a Dir) -> Result<Self, DiskError> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        loop {
            let name = format!("{PREFIX}{}-{}.part", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            match fs::openat(dir.fd(), &*name, flags, Mode::RUSR | Mode::WUSR) {
                Ok(fd) => return Ok(Self { dir, name, file: fd.into(), named: Named::NotYet }),
                // A process with our number died here before.
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(DiskError::io(Operation::Create, dir.path().join(name))(errno)),
            }
        }
    }

    /// Copies all that `reader` gives, hashing it on the way. A failing reader is not a failing disk.
    pub fn fill(&mut self, reader: &mut dyn Read) -> Result<Written, DiskError> {
        let path = || self.dir.path().join(&self.name);
        let mut hasher = Sha256::new();
        let mut bytes = 0;
        let mut chunk = vec![0; CHUNK];
        loop {
            let n = match reader.read(&mut chunk) {
                Ok(0) => return Ok(Written { digest: Digest(hasher.finalize().into()), bytes }),
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(DiskError::std(Operation::Receive, path())(error)),
            };
            hasher.update(&chunk[..n]);
            self.file.write_all(&chunk[..n]).map_err(DiskError::std(Operation::Write, path()))?;
            bytes += n as u64;
        }
    }

    /// Sets the permissions and makes the content durable. After an error this descriptor is never synced again:
    /// the kernel may have forgotten what it could not write.
    pub fn settle(&self, mode: Mode) -> Result<(), DiskError> {
        let path = || self.dir.path().join(&self.name);
        self.protect(mode)?;
        fs::fsync(&self.file).map_err(DiskError::io(Operation::Sync, path()))
    }

    /// Sets the permissions alone: for what nobody relies on.
    pub fn protect(&self, mode: Mode) -> Result<(), DiskError> {
        let path = || self.dir.path().join(&self.name);
        fs::fchmod(&self.file, mode).map_err(DiskError::io(Operation::Protect, path()))
    }

    /// Gives the free name `to` and makes the folder durable.
    pub fn place(mut self, to: &OsStr) -> Result<Placed, DiskError> {
        let placed = self.dir.rename_new(OsStr::new(&self.name), self.dir, to)?;
        if placed == Placed::Yes {
            self.named = Named::Yes;
            self.dir.sync()?;
        }
        Ok(placed)
    }

    /// Gives the name `to`, whatever had it before, and makes the folder durable.
    pub fn place_over(self, to: &OsStr) -> Result<(), DiskError> {
        let dir = self.dir;
        self.name_over(to)?;
        dir.sync()
    }

    /// As [`Self::place_over`], and the folder is made durable by somebody else, or not at all.
    pub fn name_over(mut self, to: &OsStr) -> Result<(), DiskError> {
        self.dir.rename_over(OsStr::new(&self.name), to)?;
        self.named = Named::Yes;
        Ok(())
    }
}

impl Drop for Temp<'_> {
    fn drop(&mut self) {
        if self.named == Named::NotYet
            && let Err(error) = self.dir.unlink(OsStr::new(&self.name))
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "a temporary file stays until the next sweep");
        }
    }
}
