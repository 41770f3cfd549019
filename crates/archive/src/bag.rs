//! A pupil's year as a `BagIt` bag (RFC 8493), valid at rest.
//!
//! What a bag holds is told by the caller, from the catalogue: a manifest made from what lies on the disk would bless
//! whatever somebody changed there. The order is payload (already durable), manifest, tag manifest, so that a bag
//! that was cut off anywhere is visibly unfinished and is finished by sealing it again.

mod check;
mod manifest;

pub use check::{BagCheck, CheckedFile, check};
pub use manifest::{BadManifest, manifest, parse_manifest};

use crate::DiskError;
use crate::durable::{self, Access, Written};
use crate::names::TrailPath;
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::civil::Date;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::units::Digest;
use std::fmt::Write as _;
use std::path::Path;

/// The declaration every bag begins with (RFC 8493, 2.1.1).
const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// The payload folder.
const PAYLOAD: &str = "data/";
/// Names of the files [`seal`] writes itself, in the order in which it does.
pub const OWN_FILES: [&str; 4] = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"];

/// One file of a bag; its path is relative to the bag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BagFile {
    /// Where in the bag.
    pub path: TrailPath,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// How many.
    pub bytes: u64,
}

/// What is written into `bag-info.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagInfo {
    /// The school, as it calls itself.
    pub school: String,
    /// Whose work it is.
    pub pupil: PupilId,
    /// `Surname, Forename`; the folder is the pupil's own, so the name may stand in it.
    pub listed_name: String,
    /// Which year.
    pub year: SchoolYear,
    /// The day of the last change.
    pub sealed_on: Date,
}

/// What a bag holds, all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BagContents<'a> {
    /// Files under `data/`.
    pub payload: &'a [BagFile],
    /// Files elsewhere in the bag: sidecars and events. Not the four that [`seal`] writes.
    pub tags: &'a [BagFile],
    /// The description.
    pub info: &'a BagInfo,
}

/// Why a bag could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum BagError {
    /// A payload file outside `data/`, a tag file inside it, or one that only sealing may write.
    #[error("`{}` has no place in this part of a bag", crate::names::redacted(.path.as_str().as_ref()))]
    Misplaced {
        /// Which.
        path: TrailPath,
    },
    /// The same path twice.
    #[error("`{}` is in the bag twice", crate::names::redacted(.path.as_str().as_ref()))]
    Twice {
        /// Which.
        path: TrailPath,
    },
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// Writes the four files that make a folder a bag. Returns them, as they are on the disk now, in the order of
/// [`OWN_FILES`]. The same contents give the same bytes.
pub fn seal(bag: &Path, contents: &BagContents<'_>) -> Result<Vec<BagFile>, BagError> {
    let mut own = Vec::with_capacity(OWN_FILES.len());
    for (file, text) in texts(contents)? {
        durable::refresh(&bag.join(file.path.as_str()), text.as_bytes(), Access::Shared)?;
        own.push(file);
    }
    Ok(own)
}

/// The four files that make a folder a bag, in the order of [`OWN_FILES`], each with its text.
pub fn texts(contents: &BagContents<'_>) -> Result<Vec<(BagFile, String)>, BagError> {
    let payload = sorted(contents.payload, |path| path.starts_with(PAYLOAD))?;
    let tags = sorted(contents.tags, |path| !path.starts_with(PAYLOAD) && !OWN_FILES.contains(&path))?;
    let texts = [DECLARATION.to_owned(), info_text(contents.info, &payload), manifest(&payload)];
    let mut own: Vec<_> = OWN_FILES.iter().zip(texts).map(|(name, text)| own_file(name, text)).collect();
    let covered = sorted(tags.into_iter().chain(own.iter().map(|(file, _)| file)), |_| true)?;
    let covered = manifest(&covered);
    own.push(own_file(OWN_FILES[3], covered));
    Ok(own)
}

fn own_file(name: &str, text: String) -> (BagFile, String) {
    let Written { digest, bytes } = Written::of(text.as_bytes());
    let path = TrailPath::new(name).expect("the names are constants");
    (BagFile { path, digest, bytes }, text)
}

/// Whether a path inside a bag is of its payload.
pub fn is_payload(path: &TrailPath) -> bool {
    path.as_str().starts_with(PAYLOAD)
}

/// By path, each once, each where it may be.
fn sorted<'a>(
    files: impl IntoIterator<Item = &'a BagFile>,
    fits: impl Fn(&str) -> bool,
) -> Result<Vec<&'a BagFile>, BagError> {
    let mut files: Vec<&BagFile> = files.into_iter().collect();
    files.sort_unstable();
    if let Some(file) = files.iter().find(|file| !fits(file.path.as_str())) {
        return Err(BagError::Misplaced { path: file.path.clone() });
    }
    if let Some(pair) = files.windows(2).find(|pair| pair[0].path == pair[1].path) {
        return Err(BagError::Twice { path: pair[0].path.clone() });
    }
    Ok(files)
}

/// RFC 8493, 2.2.2.
fn info_text(info: &BagInfo, payload: &[&BagFile]) -> String {
    let bytes: u64 = payload.iter().map(|file| file.bytes).sum();
    let fields = [
        ("Source-Organization", info.school.clone()),
        ("External-Description", format!("Work of {}, school year {}", info.listed_name, info.year)),
        ("External-Identifier", format!("{}/{}", info.pupil, info.year)),
        ("Bag-Group-Identifier", info.pupil.to_string()),
        ("Bagging-Date", info.sealed_on.to_string()),
        ("Payload-Oxum", format!("{bytes}.{}", payload.len())),
        ("Bag-Software-Agent", "Scantrail".to_owned()),
    ];
    fields.iter().fold(String::new(), |mut text, (label, value)| {
        let value = one_line(value);
        if !value.is_empty() {
            writeln!(text, "{label}: {value}").expect("a string takes everything");
        }
        text
    })
}

/// A line break in a value would begin another field.
fn one_line(value: &str) -> String {
    value
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
