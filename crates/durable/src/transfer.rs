//! Moving and copying what is already durable.

use super::dir::{Dir, Placed};
use super::{Access, Temp, Written, already_there, measure_open};
use crate::error::{DiskError, Operation};
use rustix::fs::{self, Mode};
use rustix::io::Errno;
use scantrail_core::units::Digest;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::Path;

/// Moves a file to a free name. `digest` is what it is known to hold: other bytes at the source are
/// [`DiskError::Altered`], other bytes at the target a [`DiskError::Conflict`], and neither file is touched then.
///
/// Source gone and target right is a success; both there and right means that a move across file systems was cut off,
/// and the source is removed. Permissions are kept.
pub fn move_file(from: &Path, to: &Path, digest: Digest) -> Result<(), DiskError> {
    let lost = || DiskError::Lost { from: from.to_owned(), to: to.to_owned() };
    let source = match Dir::open_parent(from)? {
        Some((dir, name)) => dir.open_file(&name)?.map(|file| (dir, name, file)),
        None => None,
    };
    let Some((source_dir, source_name, mut file)) = source else {
        return finish_move(from, to, digest);
    };
    let written = check_source(&mut file, from, digest)?;
    let (target_dir, target_name) = Dir::make_parent(to)?;
    match source_dir.rename_new(&source_name, &target_dir, &target_name) {
        Ok(Placed::Yes) => {
            target_dir.sync()?;
            return source_dir.sync();
        }
        Ok(Placed::Taken) => {
            if !already_there(to, &written)? {
                return Err(lost());
            }
        }
        Ok(Placed::Elsewhere) => copy_across(&mut file, from, (&target_dir, &target_name), to, &written)?,
        Err(error) => return Err(error),
    }
    source_dir.unlink(&source_name)?;
    source_dir.sync()
}

/// The source is gone: either the move was done before, or the file is lost.
fn finish_move(from: &Path, to: &Path, digest: Digest) -> Result<(), DiskError> {
    let lost = || DiskError::Lost { from: from.to_owned(), to: to.to_owned() };
    let found = super::measure(to)?.ok_or_else(lost)?;
    if !already_there(to, &Written { digest, bytes: found.bytes })? {
        return Err(lost());
    }
    match Dir::open_parent(from)? {
        Some((dir, _)) => dir.sync(),
        None => Ok(()),
    }
}

/// Copies a file to a free name, sharing its blocks where the file system can; never a hard link. The same bytes
/// already there are a success. `digest` is what the source is known to hold.
pub fn copy_file(from: &Path, to: &Path, digest: Digest, access: Access) -> Result<(), DiskError> {
    let source = Dir::open_parent(from)?.map(|(dir, name)| dir.open_file(&name)).transpose()?.flatten();
    let mut file = source.ok_or_else(|| DiskError::Lost { from: from.to_owned(), to: to.to_owned() })?;
    let written = check_source(&mut file, from, digest)?;
    if already_there(to, &written)? {
        return Ok(());
    }
    let (dir, name) = Dir::make_parent(to)?;
    let mut temp = Temp::create(&dir)?;
    match fs::ioctl_ficlone(&temp.file, &file) {
        Ok(()) => {}
        // Not every file system can share blocks.
        Err(Errno::NOTSUP | Errno::XDEV | Errno::INVAL | Errno::NOTTY | Errno::NOSYS) => {
            fill_checked(&mut temp, &mut file, from, &written)?;
        }
        Err(errno) => return Err(DiskError::io(Operation::Write, to)(errno)),
    }
    temp.settle(access.mode())?;
    super::place_new(temp, to, &name, &written)
}

/// Gives a folder another name in one step; the old name gone and the new one there is a success. Both there is an
/// error: two folders are never mixed.
pub fn rename_folder(from: &Path, to: &Path) -> Result<(), DiskError> {
    let lost = || DiskError::Lost { from: from.to_owned(), to: to.to_owned() };
    let (target, target_name) = Dir::make_parent(to)?;
    let Some((source, source_name)) = Dir::open_parent(from)? else {
        return if Dir::open(to)?.is_some() { target.sync() } else { Err(lost()) };
    };
    let exists = Dir::open(from)?.is_some();
    match (exists, Dir::open(to)?.is_some()) {
        (false, true) => {}
        (false, false) => return Err(lost()),
        (true, _) => match source.rename_new(&source_name, &target, &target_name)? {
            Placed::Yes => {}
            Placed::Taken => return Err(DiskError::io(Operation::Rename, to)(Errno::EXIST)),
            Placed::Elsewhere => return Err(DiskError::io(Operation::Rename, to)(Errno::XDEV)),
        },
    }
    target.sync()?;
    source.sync()
}

fn check_source(file: &mut File, from: &Path, expected: Digest) -> Result<Written, DiskError> {
    let written = measure_open(file, from)?;
    if written.digest != expected {
        return Err(DiskError::Altered { path: from.to_owned(), expected, found: written.digest });
    }
    Ok(written)
}

fn copy_across(
    file: &mut File,
    from: &Path,
    (dir, name): (&Dir, &OsStr),
    to: &Path,
    written: &Written,
) -> Result<(), DiskError> {
    let stat = fs::fstat(&*file).map_err(DiskError::io(Operation::Read, from))?;
    let mut temp = Temp::create(dir)?;
    fill_checked(&mut temp, file, from, written)?;
    temp.settle(Mode::from_raw_mode(stat.st_mode))?;
    super::place_new(temp, to, name, written)
}

/// Copies the file from its beginning and insists on the bytes that were measured before.
fn fill_checked(temp: &mut Temp<'_>, file: &mut File, from: &Path, written: &Written) -> Result<(), DiskError> {
    file.seek(SeekFrom::Start(0)).map_err(DiskError::std(Operation::Read, from))?;
    let copied = temp.fill(file)?;
    if copied != *written {
        let (expected, found) = (written.digest, copied.digest);
        return Err(DiskError::Altered { path: from.to_owned(), expected, found });
    }
    Ok(())
}
