//! A pack on its way: a bag as one stream, in the clear or behind a passphrase.
//!
//! The stream is a tar with one folder at its top, its entries without owner, group or time: the same bag gives the same
//! bytes. What comes in is somebody else's: entries are ordinary files at paths that cannot leave the folder, or the
//! whole is refused. It must not know what a bag says; [`crate::bag::check()`] does.

mod locked;

pub use locked::{Locked, lock_into, new_passphrase, unlocked};

use crate::DiskError;
use crate::names::TrailPath;
use crate::outside;
use std::io::{self, Read, Write};
use std::path::Path;
use unicode_normalization::UnicodeNormalization as _;

/// The most files a pack may have: a pupil who fills a thousand pages a year has some four thousand.
const MOST_FILES: usize = 500_000;

/// Why a pack could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The stream broke off, or is no pack.
    #[error("the pack cannot be read")]
    Unreadable(#[source] io::Error),
    /// It could not be written.
    #[error("the pack cannot be written")]
    Unwritable(#[source] io::Error),
    /// It holds something that has no place in a pack.
    #[error("the pack {0}")]
    Foreign(&'static str),
    /// The passphrase is not the one it was locked with.
    #[error("the passphrase does not open it")]
    WrongPassphrase,
    /// It is not locked with a passphrase.
    #[error("it is not locked with a passphrase, or by no program of ours")]
    NotLocked,
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// Writes a bag into a stream, file after file.
pub struct PackWriter<W: Write> {
    tar: tar::Builder<W>,
    top: String,
}

impl<W: Write> PackWriter<W> {
    /// Begins a pack whose one folder is called `top`, a safe name.
    pub fn begin(to: W, top: &str) -> Self {
        let mut tar = tar::Builder::new(to);
        tar.mode(tar::HeaderMode::Deterministic);
        Self { tar, top: top.to_owned() }
    }

    /// Adds a file of so many bytes.
    pub fn add(&mut self, path: &TrailPath, bytes: u64, from: &mut dyn Read) -> Result<(), PackError> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_entry_type(tar::EntryType::Regular);
        let path = format!("{}/{}", self.top, path.as_str());
        self.tar.append_data(&mut header, path, from.take(bytes)).map_err(PackError::Unwritable)
    }

    /// Ends the pack.
    pub fn finish(self) -> Result<W, PackError> {
        self.tar.into_inner().map_err(PackError::Unwritable)
    }
}

/// Writes what is in a pack below `folder`, which is empty; gives the name of its one folder. Nothing is flushed.
pub fn unpack(from: impl Read, folder: &Path) -> Result<String, PackError> {
    let mut archive = tar::Archive::new(from);
    let (mut top, mut files) = (None, 0);
    for entry in archive.entries().map_err(PackError::Unreadable)? {
        let mut entry = entry.map_err(PackError::Unreadable)?;
        match entry.header().entry_type() {
            tar::EntryType::Directory => continue,
            tar::EntryType::Regular => {}
            _ => return Err(PackError::Foreign("holds something that is neither a file nor a folder")),
        }
        files += 1;
        if files > MOST_FILES {
            return Err(PackError::Foreign("holds too many files"));
        }
        let path = entry.path_bytes().into_owned();
        let path = String::from_utf8(path).map_err(|_| PackError::Foreign("holds a name that is not UTF-8"))?;
        let path: String = path.strip_prefix("./").unwrap_or(&path).nfc().collect();
        let path = TrailPath::new(path).map_err(|_| PackError::Foreign("holds a path that may not be"))?;
        let Some((first, rest)) = path.as_str().split_once('/') else {
            return Err(PackError::Foreign("holds a file outside of its one folder"));
        };
        if rest.is_empty() || top.get_or_insert_with(|| first.to_owned()) != first {
            return Err(PackError::Foreign("holds more than one folder"));
        }
        let at = folder.join(path.as_str());
        if at.symlink_metadata().is_ok() {
            return Err(PackError::Foreign("holds the same path twice"));
        }
        let wanted = entry.header().size().map_err(PackError::Unreadable)?;
        if outside::write(&at, &mut entry)?.bytes != wanted {
            return Err(PackError::Unreadable(io::ErrorKind::UnexpectedEof.into()));
        }
    }
    top.ok_or(PackError::Foreign("holds nothing"))
}

#[cfg(test)]
mod tests;
