//! What should be on the disk against what is, both ways.
//!
//! The caller says what should be there, from the catalogue; this looks. What it finds wrong are values, in order of
//! path; `Err` only means that it could not look. A big school is checked a trail at a time: everything expected in
//! the scope of one call is held in memory.

mod bags;
mod walk;

use crate::DiskError;
use crate::durable;
use crate::names::{TrailPath, redacted};
use scantrail_core::units::Digest;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use walk::{Found, Walk};

/// A file that should be there. Its path is relative to the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Where.
    pub path: TrailPath,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// How many.
    pub bytes: u64,
}

/// How closely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Depth {
    /// Names and sizes.
    Quick,
    /// Every byte.
    Full,
}

/// Something that is not as it should be. Paths are relative to the data folder, and whole; the text is redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It should be there.
    Missing {
        /// Which file.
        path: PathBuf,
    },
    /// It holds other bytes, as many as it should.
    Changed {
        /// Which file.
        path: PathBuf,
        /// What it should hold.
        expected: Digest,
        /// What it holds.
        found: Digest,
    },
    /// It is longer or shorter.
    WrongSize {
        /// Which file.
        path: PathBuf,
        /// Bytes it should have.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
    /// Nobody knows it.
    Unexpected {
        /// Which file.
        path: PathBuf,
    },
    /// It cannot be read, or is a link or a device.
    Unreadable {
        /// Which file or folder.
        path: PathBuf,
        /// Why, as the system says it.
        why: String,
    },
    /// A bag's manifest does not say what it should.
    ManifestDiffers {
        /// The manifest.
        path: PathBuf,
        /// How.
        how: ManifestFault,
    },
}

/// How a manifest differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManifestFault {
    /// It is not there.
    Missing,
    /// A line is no digest and path.
    BrokenLine(usize),
    /// It lacks files that should be in it.
    Lacks(Vec<String>),
    /// It names files that should not be in it.
    Surplus(Vec<String>),
    /// It has another digest for files.
    OtherDigest(Vec<String>),
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Files that were looked at and are right.
    pub sound: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// What is wrong, in order of path.
    pub problems: Vec<Problem>,
    /// Temporary files of a dead process, relative to the data folder: no fault, but not needed.
    pub leftovers: Vec<PathBuf>,
}

impl Problem {
    /// Which file, relative to the data folder: for a person's screen, never for a log line.
    pub fn path(&self) -> &Path {
        match self {
            Self::Missing { path }
            | Self::Changed { path, .. }
            | Self::WrongSize { path, .. }
            | Self::Unexpected { path }
            | Self::Unreadable { path, .. }
            | Self::ManifestDiffers { path, .. } => path,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = redacted(self.path());
        match self {
            Self::Missing { .. } => write!(f, "`{path}` is missing"),
            Self::Changed { expected, found, .. } => {
                write!(f, "`{path}` was changed (sha256 {found}, recorded {expected})")
            }
            Self::WrongSize { expected, found, .. } => {
                write!(f, "`{path}` has {found} bytes, {expected} are recorded")
            }
            Self::Unexpected { .. } => write!(f, "`{path}` is not known"),
            Self::Unreadable { why, .. } => write!(f, "`{path}` cannot be read: {why}"),
            Self::ManifestDiffers { how, .. } => write!(f, "`{path}` {how}"),
        }
    }
}

impl fmt::Display for ManifestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::BrokenLine(line) => write!(f, "cannot be understood at line {line}"),
            Self::Lacks(paths) => write!(f, "lacks {} files", paths.len()),
            Self::Surplus(paths) => write!(f, "names {} files it should not", paths.len()),
            Self::OtherDigest(paths) => write!(f, "has another digest for {} files", paths.len()),
        }
    }
}

/// Compares everything below `scope` (folders or files, relative to `root`) with `expected`. Expected files outside
/// the scope are looked for too. The four files that make a bag need not be expected: they follow from the rest and
/// are compared with it.
pub fn verify(
    root: &Path,
    scope: &[TrailPath],
    expected: impl IntoIterator<Item = Expected>,
    depth: Depth,
) -> Result<Report, DiskError> {
    let expected: BTreeMap<String, Expected> =
        expected.into_iter().map(|file| (file.path.as_str().to_owned(), file)).collect();
    let mut report = Report::default();
    for file in expected.values() {
        check(root, file, depth, &mut report);
    }
    let mut walk = Walk::new(root);
    for folder in scope {
        walk.enter(folder)?;
    }
    for found in walk.found {
        match found {
            Found::File(path) if known(&path, &expected) => {}
            Found::File(path) => report.problems.push(Problem::Unexpected { path }),
            Found::Leftover(path) => report.leftovers.push(path),
            Found::Unreadable(path, why) => report.problems.push(Problem::Unreadable { path, why }),
        }
    }
    bags::check(root, &expected, &mut report);
    report.problems.sort_by(|a, b| a.path().cmp(b.path()));
    // A file the walk and the list both stumbled over is one problem.
    report.problems.dedup_by(|a, b| {
        a.path() == b.path() && matches!((a, b), (Problem::Unreadable { .. }, Problem::Unreadable { .. }))
    });
    report.leftovers.sort();
    Ok(report)
}

/// Whether a file on the disk is expected, or one of the four that make a bag of expected files.
fn known(path: &Path, expected: &BTreeMap<String, Expected>) -> bool {
    path.to_str().is_some_and(|path| expected.contains_key(path) || bags::is_own_file(path, expected))
}

fn check(root: &Path, file: &Expected, depth: Depth, report: &mut Report) {
    let path = PathBuf::from(file.path.as_str());
    let problem = match look(&root.join(&path), depth) {
        Ok(None) => Problem::Missing { path },
        Ok(Some((bytes, _))) if bytes != file.bytes => Problem::WrongSize { path, expected: file.bytes, found: bytes },
        Ok(Some((_, Some(found)))) if found != file.digest => Problem::Changed { path, expected: file.digest, found },
        Ok(Some(_)) => {
            report.sound += 1;
            report.bytes += file.bytes;
            return;
        }
        Err(why) => Problem::Unreadable { path, why },
    };
    report.problems.push(problem);
}

/// Size, and digest if asked for.
fn look(path: &Path, depth: Depth) -> Result<Option<(u64, Option<Digest>)>, String> {
    let measured = match depth {
        Depth::Full => durable::measure(path).map(|found| found.map(|file| (file.bytes, Some(file.digest)))),
        Depth::Quick => durable::size(path).map(|found| found.map(|bytes| (bytes, None))),
    };
    measured.map_err(|error| walk::reason(&error))
}

#[cfg(test)]
mod tests;
