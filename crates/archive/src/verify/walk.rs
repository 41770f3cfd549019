//! Everything that lies below a folder, in order of name; links are not followed.

use crate::durable::is_temporary;
use crate::names::TrailPath;
use crate::{DiskError, Operation};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// One thing on the disk, relative to the data folder.
pub(super) enum Found {
    /// An ordinary file.
    File(PathBuf),
    /// A temporary file of ours.
    Leftover(PathBuf),
    /// A folder that cannot be opened, a link, a device; and why.
    Unreadable(PathBuf, String),
}

/// A walk through some folders.
pub(super) struct Walk<'a> {
    root: &'a Path,
    pub(super) found: Vec<Found>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(root: &'a Path) -> Self {
        Self { root, found: Vec::new() }
    }

    /// Collects what lies at and below `scope`; nothing there is nothing found.
    pub(super) fn enter(&mut self, scope: &TrailPath) -> Result<(), DiskError> {
        // Without this, an unmounted disk would be reported as a million missing files.
        fs::symlink_metadata(self.root).map_err(DiskError::std(Operation::OpenFolder, self.root))?;
        self.look(PathBuf::from(scope.as_str()));
        Ok(())
    }

    fn look(&mut self, path: PathBuf) {
        let kind = match fs::symlink_metadata(self.root.join(&path)) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.found.push(Found::Unreadable(path, error.to_string())),
        };
        if kind.is_dir() {
            match names(&self.root.join(&path)) {
                Ok(names) => names.iter().for_each(|name| self.look(path.join(name))),
                Err(error) => self.found.push(Found::Unreadable(path, error.to_string())),
            }
        } else if path.file_name().is_some_and(is_temporary) {
            self.found.push(Found::Leftover(path));
        } else if kind.is_file() {
            self.found.push(Found::File(path));
        } else {
            self.found.push(Found::Unreadable(path, NOT_A_FILE.to_owned()));
        }
    }
}

const NOT_A_FILE: &str = "it is not an ordinary file";

fn names(folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let mut names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

/// What a disk error says without the path.
pub(super) fn reason(error: &DiskError) -> String {
    match error {
        DiskError::Io { source, .. } => source.to_string(),
        DiskError::NotAFile { .. } => NOT_A_FILE.to_owned(),
        other => other.to_string(),
    }
}
