//! Where originals wait until they are filed.
//!
//! A file's name is the key of its capture (`k3f9x2ab-00017.png`), given before the catalogue knows the capture: a
//! process that dies between the two leaves an orphan that [`Spool::scan`] finds and [`Spool::adopt`] takes up.
//! Identity is the capture, never the content: equal bytes under two keys are two files.

mod claim;

pub use claim::{ClaimError, Stamp};

use crate::durable::{self, Access, Dir, Written, is_temporary, measure_open};
use crate::folder::Layout;
use crate::{DiskError, Operation};
use rustix::fs;
use scantrail_core::ids::BatchId;
use scantrail_core::units::Digest;
use scantrail_core::vocabulary::Media;
use std::ffi::OsStr;
use std::fmt;
use std::io::Read;
use std::path::PathBuf;
use std::str::FromStr;

/// Which capture: a batch and the place in it. Written `k3f9x2ab-00017`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaptureKey {
    /// The batch.
    pub batch: BatchId,
    /// Place in the batch, from 1 in the order of capture.
    pub sequence: u32,
}

impl fmt::Display for CaptureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{:05}", self.batch, self.sequence))
    }
}

/// A text is no capture key as it would be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a capture key (like k3f9x2ab-00017)")]
pub struct BadKey {
    /// What was given.
    pub text: String,
}

impl FromStr for CaptureKey {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let parse = || {
            let (batch, sequence) = text.split_once('-')?;
            let key = Self { batch: batch.parse().ok()?, sequence: sequence.parse().ok()? };
            // One spelling for one key: otherwise two files could claim to be the same capture.
            (key.to_string() == text).then_some(key)
        };
        parse().ok_or_else(|| BadKey { text: text.to_owned() })
    }
}

/// An original in the spool, durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spooled {
    /// Which capture.
    pub key: CaptureKey,
    /// What its bytes are.
    pub media: Media,
    /// Where it lies.
    pub path: PathBuf,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// How many.
    pub bytes: u64,
}

/// A file in the spool whose name is a capture key. It may be an orphan, and then not durable yet:
/// [`Spool::adopt`] it before believing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpooledName {
    /// Which capture.
    pub key: CaptureKey,
    /// What its bytes are.
    pub media: Media,
    /// Where it lies.
    pub path: PathBuf,
}

/// What lies in the spool, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpoolScan {
    /// Captures.
    pub captures: Vec<SpooledName>,
    /// Temporary files; [`Spool::sweep`] removes them.
    pub leftovers: Vec<PathBuf>,
    /// What nobody of us put there. Left alone.
    pub strangers: Vec<PathBuf>,
}

/// The spool of one data folder.
#[derive(Debug, Clone)]
pub struct Spool {
    folder: PathBuf,
}

impl Spool {
    /// The spool of a data folder.
    pub fn new(layout: &Layout) -> Self {
        Self { folder: layout.spool() }
    }

    /// Where a capture lies, or would.
    pub fn path(&self, key: CaptureKey, media: Media) -> PathBuf {
        self.folder.join(format!("{key}.{}", media.word()))
    }

    /// Receives the bytes of a capture. The same bytes again are a success; other bytes under the same key, whatever
    /// their media, a [`DiskError::Conflict`].
    pub fn receive(&self, key: CaptureKey, media: Media, reader: &mut dyn Read) -> Result<Spooled, DiskError> {
        let path = self.path(key, media);
        let (dir, name) = Dir::make_parent(&path)?;
        let mut temp = durable::Temp::create(&dir)?;
        let written = temp.fill(reader)?;
        temp.settle(Access::Original.mode())?;
        self.check_free(key, media, written.digest)?;
        durable::place_new(temp, &path, &name, &written)?;
        Ok(spooled(key, media, path, written))
    }

    /// Makes an orphan durable and measures it. Safe to repeat, and for captures that are no orphans.
    pub fn adopt(&self, orphan: &SpooledName) -> Result<Spooled, DiskError> {
        let path = &orphan.path;
        let lost = || DiskError::Lost { from: path.clone(), to: path.clone() };
        let (dir, name) = Dir::open_parent(path)?.ok_or_else(lost)?;
        let mut file = dir.open_file(&name)?.ok_or_else(lost)?;
        let written = measure_open(&mut file, path)?;
        fs::fchmod(&file, Access::Original.mode()).map_err(DiskError::io(Operation::Protect, path))?;
        fs::fsync(&file).map_err(DiskError::io(Operation::Sync, path))?;
        dir.sync()?;
        Ok(spooled(orphan.key, orphan.media, path.clone(), written))
    }

    /// What lies in the spool.
    pub fn scan(&self) -> Result<SpoolScan, DiskError> {
        let mut scan = SpoolScan::default();
        let Some(dir) = Dir::open(&self.folder)? else { return Ok(scan) };
        for name in dir.names()? {
            let path = self.folder.join(&name);
            match spooled_name(&name) {
                _ if is_temporary(&name) => scan.leftovers.push(path),
                Some((key, media)) => scan.captures.push(SpooledName { key, media, path }),
                None => scan.strangers.push(path),
            }
        }
        Ok(scan)
    }

    /// Removes the temporary files of a dead process; says how many. Only under the data folder's lock, before
    /// anything is received.
    pub fn sweep(&self) -> Result<usize, DiskError> {
        durable::sweep(&self.folder)
    }

    /// Refuses a key that another media holds already.
    fn check_free(&self, key: CaptureKey, media: Media, expected: Digest) -> Result<(), DiskError> {
        for &other in Media::ALL.iter().filter(|&&other| other != media) {
            let path = self.path(key, other);
            if let Some(found) = durable::measure(&path)? {
                return Err(DiskError::Conflict { path, expected, found: found.digest });
            }
        }
        Ok(())
    }
}

fn spooled(key: CaptureKey, media: Media, path: PathBuf, written: Written) -> Spooled {
    Spooled { key, media, path, digest: written.digest, bytes: written.bytes }
}

fn spooled_name(name: &OsStr) -> Option<(CaptureKey, Media)> {
    let (key, extension) = name.to_str()?.rsplit_once('.')?;
    Some((key.parse().ok()?, Media::from_word(extension)?))
}

#[cfg(test)]
mod tests;
