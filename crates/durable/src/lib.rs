//! The file effects everything else is made of.
//!
//! Each is safe to repeat: a caller that died before it could note a success does the same again and gets the same
//! answer. Each has reached the disk when it returns: temporary file in the same folder, fsync, rename that refuses a
//! taken name, fsync of the folder and of every folder made for it. After an error nothing is half there, at most a
//! temporary file (`.scantrail-…`) that [`sweep`] removes; an attempt after a failed fsync writes a new file. Cheaper ones,
//! for what can be made again, are in `light` and say so.

mod dir;
mod error;
mod light;
pub mod outside;
pub mod redacted;
pub mod space;
mod temp;
mod transfer;

pub use dir::{Dir, Placed};
pub use error::{DiskError, Fault, Operation};
pub use light::{drop_for_now, keep_for_now, put_whole, settle_folder};
pub use temp::{PREFIX, Temp};
pub use transfer::{copy_file, move_file, rename_folder};

use rustix::fs::{self, AtFlags, Mode};
use rustix::io::Errno;
use scantrail_core::units::Digest;
use sha2::{Digest as _, Sha256};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Who may do what with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// An original: nobody writes it again (0440).
    Original,
    /// A derived file or a manifest in a trail: the daemon rewrites it, its group may read it (0640).
    Shared,
    /// For the daemon alone (0600).
    Private,
}

impl Access {
    /// The permissions it stands for.
    pub fn mode(self) -> Mode {
        Mode::from_raw_mode(match self {
            Self::Original => 0o440,
            Self::Shared => 0o640,
            Self::Private => 0o600,
        })
    }
}

/// The bytes that are on the disk now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Written {
    /// SHA-256 of them.
    pub digest: Digest,
    /// How many.
    pub bytes: u64,
}

impl Written {
    /// What writing `bytes` would give.
    pub fn of(bytes: &[u8]) -> Self {
        Self { digest: Digest(Sha256::digest(bytes).into()), bytes: bytes.len() as u64 }
    }
}

/// Writes a file that must not exist yet; folders are made as needed. The same bytes already there are a success,
/// other bytes a [`DiskError::Conflict`].
pub fn write_new(path: &Path, bytes: &[u8], access: Access) -> Result<Written, DiskError> {
    let wanted = Written::of(bytes);
    // A repeated write must succeed on a full disk too, so it looks first.
    if already_there(path, &wanted)? {
        return Ok(wanted);
    }
    write_new_from(path, &mut &*bytes, access)
}

/// As [`write_new`], from a reader; its failure is an [`Operation::Receive`] error and leaves nothing behind.
pub fn write_new_from(path: &Path, reader: &mut dyn io::Read, access: Access) -> Result<Written, DiskError> {
    let (dir, name) = Dir::make_parent(path)?;
    let mut temp = Temp::create(&dir)?;
    let written = temp.fill(reader)?;
    temp.settle(access.mode())?;
    place_new(temp, path, &name, &written)?;
    Ok(written)
}

/// Gives the settled file its name, or finds the same bytes there already.
pub fn place_new(temp: Temp<'_>, path: &Path, name: &OsStr, written: &Written) -> Result<(), DiskError> {
    match temp.place(name)? {
        Placed::Yes => Ok(()),
        Placed::Taken if already_there(path, written)? => Ok(()),
        // Either it vanished between the two calls or the file system is not one: neither is ours to solve here.
        Placed::Taken | Placed::Elsewhere => Err(DiskError::io(Operation::Rename, path)(Errno::AGAIN)),
    }
}

/// Writes a file in place of whatever is there: for manifests and other files that can be computed again.
pub fn replace(path: &Path, bytes: &[u8], access: Access) -> Result<Written, DiskError> {
    put_over(path, bytes, access, Flushed::All)
}

/// How much of a file that is put over another has reached the disk when it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flushed {
    /// Perhaps nothing.
    Nothing,
    /// What is in it.
    Content,
    /// Its name too.
    All,
}

fn put_over(path: &Path, bytes: &[u8], access: Access, flushed: Flushed) -> Result<Written, DiskError> {
    let (dir, name) = Dir::make_parent(path)?;
    let mut temp = Temp::create(&dir)?;
    let written = temp.fill(&mut &*bytes)?;
    match flushed {
        Flushed::Nothing => temp.protect(access.mode())?,
        Flushed::Content | Flushed::All => temp.settle(access.mode())?,
    }
    match flushed {
        Flushed::Nothing | Flushed::Content => temp.name_over(&name)?,
        Flushed::All => temp.place_over(&name)?,
    }
    Ok(written)
}

/// As [`replace`], but a file that holds these bytes already is only made durable.
pub fn refresh(path: &Path, bytes: &[u8], access: Access) -> Result<Written, DiskError> {
    let wanted = Written::of(bytes);
    match already_there(path, &wanted) {
        Ok(true) => Ok(wanted),
        Ok(false) | Err(DiskError::Conflict { .. }) => replace(path, bytes, access),
        Err(error) => Err(error),
    }
}

/// A file without a name in `folder`, to be written, read again and forgotten: whatever becomes of this process, its
/// room is free when the file is closed.
pub fn scratch(folder: &Path) -> Result<File, DiskError> {
    let dir = Dir::make(folder)?;
    let temp = Temp::create(&dir)?;
    // The name goes when `temp` does, the file stays with whoever holds it open.
    temp.file.try_clone().map_err(DiskError::std(Operation::Create, folder))
}

/// Removes a file for good; one that is gone already is a success.
pub fn remove(path: &Path) -> Result<(), DiskError> {
    let Some((dir, name)) = Dir::open_parent(path)? else { return Ok(()) };
    dir.unlink(&name)?;
    dir.sync()
}

/// Makes a folder, its parents too, durably; one that is there already is a success.
pub fn make_folder(path: &Path) -> Result<(), DiskError> {
    Dir::make(path).map(drop)
}

/// Removes `folder` and its parents as long as they are empty, never `stop` itself or anything above it.
pub fn remove_empty_folders(folder: &Path, stop: &Path) -> Result<(), DiskError> {
    let mut folder = folder;
    while folder != stop && folder.starts_with(stop) {
        if let Some((parent, name)) = Dir::open_parent(folder)? {
            match fs::unlinkat(parent.fd(), &*name, AtFlags::REMOVEDIR) {
                Ok(()) | Err(Errno::NOENT) => parent.sync()?,
                Err(Errno::NOTEMPTY | Errno::EXIST) => return Ok(()),
                Err(errno) => return Err(DiskError::io(Operation::Remove, folder)(errno)),
            }
        }
        let Some(parent) = folder.parent() else { return Ok(()) };
        folder = parent;
    }
    Ok(())
}

/// What a file holds; `None` if it is not there.
pub fn measure(path: &Path) -> Result<Option<Written>, DiskError> {
    let Some((dir, name)) = Dir::open_parent(path)? else { return Ok(None) };
    let Some(mut file) = dir.open_file(&name)? else { return Ok(None) };
    measure_open(&mut file, path).map(Some)
}

/// How many bytes a file has; `None` if it is not there.
pub fn size(path: &Path) -> Result<Option<u64>, DiskError> {
    let Some((dir, name)) = Dir::open_parent(path)? else { return Ok(None) };
    let Some(file) = dir.open_file(&name)? else { return Ok(None) };
    Ok(Some(file.metadata().map_err(DiskError::std(Operation::Read, path))?.len()))
}

/// Reads a small file whole; `None` if it is not there.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, DiskError> {
    let Some((dir, name)) = Dir::open_parent(path)? else { return Ok(None) };
    let Some(mut file) = dir.open_file(&name)? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(DiskError::std(Operation::Read, path))?;
    Ok(Some(bytes))
}

/// Removes the files of a folder whose names begin so; none there is a success.
pub fn remove_named(folder: &Path, prefix: &str) -> Result<(), DiskError> {
    let Some(dir) = Dir::open(folder)? else { return Ok(()) };
    let named = |name: &&std::ffi::OsString| name.to_str().is_some_and(|name| name.starts_with(prefix));
    for name in dir.names()?.iter().filter(named) {
        remove(&folder.join(name))?;
    }
    Ok(())
}

/// Removes temporary files of a dead process from one folder; says how many. Only for the holder of the data folder's
/// lock: a living process needs its own.
pub fn sweep(folder: &Path) -> Result<usize, DiskError> {
    let Some(dir) = Dir::open(folder)? else { return Ok(0) };
    let leftovers: Vec<_> = dir.names()?.into_iter().filter(|name| is_temporary(name)).collect();
    let mut swept = 0;
    for name in &leftovers {
        let path = folder.join(name);
        let kind = path.symlink_metadata().map_err(DiskError::std(Operation::OpenFolder, &path))?;
        // A folder is no temporary file of ours here: somebody may be putting a pack together in it.
        if !kind.is_dir() {
            dir.unlink(name)?;
            swept += 1;
        }
    }
    if !leftovers.is_empty() {
        dir.sync()?;
    }
    Ok(swept)
}

/// [`sweep`] for a folder and everything under it.
pub fn sweep_all(folder: &Path) -> Result<usize, DiskError> {
    let mut swept = sweep(folder)?;
    let Some(dir) = Dir::open(folder)? else { return Ok(swept) };
    for name in dir.names()? {
        let path = folder.join(name);
        let kind = path.symlink_metadata().map_err(DiskError::std(Operation::OpenFolder, &path))?;
        if kind.is_dir() {
            swept += sweep_all(&path)?;
        }
    }
    Ok(swept)
}

/// Whether a name is one of our temporary files'.
pub fn is_temporary(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(PREFIX.as_bytes())
}

/// Whether `path` holds these bytes, durably; another content is a conflict, no file at all is `false`.
fn already_there(path: &Path, wanted: &Written) -> Result<bool, DiskError> {
    let Some((dir, name)) = Dir::open_parent(path)? else { return Ok(false) };
    let Some(mut file) = dir.open_file(&name)? else { return Ok(false) };
    let found = measure_open(&mut file, path)?;
    if found != *wanted {
        return Err(DiskError::Conflict { path: path.to_owned(), expected: wanted.digest, found: found.digest });
    }
    // Whoever put it there may have died before it was durable.
    fs::fsync(&file).map_err(DiskError::io(Operation::Sync, path))?;
    dir.sync()?;
    Ok(true)
}

/// What an open file holds, from its beginning.
pub fn measure_open(file: &mut File, path: &Path) -> Result<Written, DiskError> {
    let mut hasher = Sha256::new();
    let bytes = io::copy(file, &mut hasher).map_err(DiskError::std(Operation::Read, path))?;
    Ok(Written { digest: Digest(hasher.finalize().into()), bytes })
}

#[cfg(test)]
mod tests;
