//! Cheaper effects, for what can be made again: a power cut may undo them, and nobody may rely on them.
//!
//! A flush costs a school's disk 5 to 30 ms, and what is kept of a page on its way is written, read once and removed
//! again. No original, no copy in a trail and no record goes this way.

use super::dir::Dir;
use super::{Access, Flushed, Written, put_over};
use crate::error::DiskError;
use std::path::Path;

/// Writes a file in place of whatever is there, without waiting for the disk. After a power cut it may be missing, as it
/// was before, or hold anything: whoever reads it must know its digest from elsewhere.
pub fn keep_for_now(path: &Path, bytes: &[u8], access: Access) -> Result<Written, DiskError> {
    put_over(path, bytes, access, Flushed::Nothing)
}

/// Writes a file in place of whatever is there. After a power cut it is whole, or as it was before: the folder is not
/// waited for. Of many such files in a folder, [`settle_folder`] makes all the names durable at once.
pub fn put_whole(path: &Path, bytes: &[u8], access: Access) -> Result<Written, DiskError> {
    put_over(path, bytes, access, Flushed::Content)
}

/// Makes the names in a folder durable.
pub fn settle_folder(path: &Path) -> Result<(), DiskError> {
    Dir::make(path)?.sync()
}

/// Removes a file that may come back after a power cut; one that is gone already is a success.
pub fn drop_for_now(path: &Path) -> Result<(), DiskError> {
    let Some((dir, name)) = Dir::open_parent(path)? else { return Ok(()) };
    dir.unlink(&name)
}
