//! A bag that comes from anybody, looked at whole: every file is there, every byte is what its manifests say, and nothing
//! else lies in its payload (RFC 8493, 3).
//!
//! What is wrong are sentences for a person; an error means that nobody could look. Paths in a stranger's manifest are
//! checked before anything is opened: none can lead out of the folder.

use super::{OWN_FILES, PAYLOAD, parse_manifest};
use crate::DiskError;
use crate::names::TrailPath;
use crate::outside;
use scantrail_core::units::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use unicode_normalization::UnicodeNormalization as _;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BagCheck {
    /// The payload, by path; sound, if there are no problems.
    pub payload: Vec<CheckedFile>,
    /// Files beside the payload that its tag manifest vouches for.
    pub tags: Vec<CheckedFile>,
    /// The lines of `bag-info.txt`, as label and value.
    pub info: Vec<(String, String)>,
    /// What is wrong; empty is valid.
    pub problems: Vec<String>,
}

/// A file of the bag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedFile {
    /// Where in the bag, as it is called on the disk.
    pub path: String,
    /// SHA-256 of it.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
}

impl BagCheck {
    /// The value of a label in `bag-info.txt`.
    pub fn said(&self, label: &str) -> Option<&str> {
        self.info.iter().find(|(name, _)| name.eq_ignore_ascii_case(label)).map(|(_, value)| value.as_str())
    }
}

/// Looks at every byte of the bag at `folder`. Only SHA-256 is known: what rests on older digests alone is not valid here.
pub fn check(folder: &Path) -> Result<BagCheck, DiskError> {
    let mut found = BagCheck::default();
    let text = |name: &str| {
        let bytes = outside::read(&folder.join(name))?;
        Ok::<_, DiskError>(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    };
    match text(OWN_FILES[0])? {
        Some(said) if said.trim_start_matches('\u{feff}').starts_with("BagIt-Version:") => {}
        Some(_) => found.problems.push("`bagit.txt` does not say that it is a bag".into()),
        None => {
            found.problems.push("it is no bag: there is no `bagit.txt` in it".into());
            return Ok(found);
        }
    }
    found.info = text(OWN_FILES[1])?.map(|text| labels(&text)).unwrap_or_default();
    let Some(manifest) = text(OWN_FILES[2])? else {
        found.problems.push("it has no `manifest-sha256.txt`".into());
        return Ok(found);
    };
    let mut problems = Vec::new();
    found.payload = all(folder, &manifest, OWN_FILES[2], &|path| path.starts_with(PAYLOAD), &mut problems)?;
    if let Some(tags) = text(OWN_FILES[3])? {
        found.tags = all(folder, &tags, OWN_FILES[3], &|path| !path.starts_with(PAYLOAD), &mut problems)?;
    }
    let told: BTreeSet<String> = found.payload.iter().map(|file| file.path.nfc().collect()).collect();
    let mut there = Vec::new();
    walk(folder, PAYLOAD.trim_end_matches('/'), &mut there, &mut problems)?;
    for path in there {
        if !told.contains(&path.nfc().collect::<String>()) {
            problems.push(format!("`{path}` is in no manifest"));
        }
    }
    let (bytes, files) = (found.payload.iter().map(|file| file.bytes).sum::<u64>(), found.payload.len());
    if let Some(oxum) = found.said("Payload-Oxum").filter(|_| problems.is_empty())
        && oxum != format!("{bytes}.{files}")
    {
        problems.push(format!("`bag-info.txt` tells of {oxum} (bytes.files); there are {bytes}.{files}"));
    }
    found.problems.extend(problems);
    Ok(found)
}

/// The files of one manifest, each compared.
fn all(
    folder: &Path,
    manifest: &str,
    name: &str,
    fits: &dyn Fn(&str) -> bool,
    problems: &mut Vec<String>,
) -> Result<Vec<CheckedFile>, DiskError> {
    let lines = match parse_manifest(manifest) {
        Ok(lines) => lines,
        Err(bad) => {
            problems.push(format!("`{name}`: {bad}"));
            return Ok(Vec::new());
        }
    };
    let mut files: BTreeMap<String, CheckedFile> = BTreeMap::new();
    for (path, digest) in lines {
        let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
        // The check of the path is of its normal form: what is opened is what is written there.
        if TrailPath::new(path.nfc().collect::<String>()).is_err() || !fits(&path) {
            problems.push(format!("`{name}` names a file where none may be"));
            continue;
        }
        match outside::reread(&folder.join(&path))? {
            None => problems.push(format!("`{path}` is missing")),
            Some(found) if found.digest != digest => problems.push(format!("`{path}` was changed")),
            Some(found) => {
                let file = CheckedFile { path: path.clone(), digest, bytes: found.bytes };
                if files.insert(path.clone(), file).is_some() {
                    problems.push(format!("`{name}` names `{path}` twice"));
                }
            }
        }
    }
    Ok(files.into_values().collect())
}

fn walk(folder: &Path, below: &str, there: &mut Vec<String>, problems: &mut Vec<String>) -> Result<(), DiskError> {
    for name in outside::names(&folder.join(below))? {
        let path = format!("{below}/{}", name.to_string_lossy());
        match folder.join(below).join(&name).symlink_metadata().map(|it| it.file_type()) {
            Ok(kind) if kind.is_dir() => walk(folder, &path, there, problems)?,
            Ok(kind) if kind.is_file() => there.push(path),
            _ => problems.push(format!("`{path}` is not an ordinary file")),
        }
    }
    Ok(())
}

/// Labels and values; a line that begins with a blank goes on with the value before it (RFC 8493, 2.2.2).
fn labels(text: &str) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.starts_with([' ', '\t']), labels.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (false, _, Some((label, value))) => labels.push((label.trim().to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    labels
}
