//! What the folders tell by themselves: for building the catalogue again when it is gone.
//!
//! Digests are those that manifests and records state, not those of the bytes as they lie: what was changed by hand is
//! found by `verify` afterwards, not taken over. A file that no manifest names is measured, and its bag is told to be
//! behind. Nothing is written here.

use crate::bag::{OWN_FILES, parse_manifest};
use crate::durable::{self, is_temporary};
use crate::names::{TrailPath, pupil_of_folder};
use crate::sidecar::{PageRecord, PupilRecord};
use crate::{DiskError, Operation};
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::school_year::SchoolYear;
use scantrail_core::units::Digest;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

/// The folder of pupils' trails, and those of pages that lie in none.
const PUPILS: &str = "Pupils";
/// The record of whose trail a folder is.
const PUPIL_FILE: &str = ".pupil.json";

/// What a file is, from where it lies and what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The bytes as captured.
    Original,
    /// The copy people open.
    Copy,
    /// The record of a page.
    Sidecar,
    /// Any other file of a bag or a trail.
    Tag,
}

/// A file, as the folders tell of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldFile {
    /// From the data folder.
    pub path: TrailPath,
    /// What it is.
    pub kind: Kind,
    /// Its page; none for a tag.
    pub page: Option<PageId>,
    /// Its digest, as stated.
    pub digest: Digest,
    /// Its size; 0 if it is not there.
    pub bytes: u64,
    /// What it says, if it is a record that can be read.
    pub record: Option<Box<PageRecord>>,
}

/// A year of a trail.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldBag {
    /// Its folder, from the data folder.
    pub path: TrailPath,
    /// Which year.
    pub year: SchoolYear,
    /// Its files, in order of path, without the four that sealing writes.
    pub files: Vec<ToldFile>,
    /// Whether its manifests do not name all that lies in it, or could not be read.
    pub behind: bool,
}

/// A pupil's folder.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldTrail {
    /// Its name.
    pub folder: String,
    /// Whose, from the name.
    pub pupil: PupilId,
    /// The record of whose it is, if it is there and can be read.
    pub record: Option<PupilRecord>,
    /// The record's file.
    pub file: Option<ToldFile>,
    /// Its years.
    pub bags: Vec<ToldBag>,
    /// What could not be understood, in words without a name.
    pub notes: Vec<String>,
}

/// Names of the pupils' folders, in order.
pub fn folders(root: &Path) -> Result<Vec<String>, DiskError> {
    names(&root.join(PUPILS))
}

/// Reads a pupil's folder; `None` if its name has no id of ours.
pub fn trail(root: &Path, folder: &str) -> Result<Option<ToldTrail>, DiskError> {
    let (Some(pupil), Ok(path)) = (pupil_of_folder(folder), TrailPath::new(format!("{PUPILS}/{folder}"))) else {
        return Ok(None);
    };
    let mut told =
        ToldTrail { folder: folder.to_owned(), pupil, record: None, file: None, bags: Vec::new(), notes: Vec::new() };
    for name in names(&root.join(path.as_str()))? {
        let Ok(inside) = TrailPath::new(&*name) else { continue };
        let at = inside.below(&path);
        if name == PUPIL_FILE {
            if let Some(text) = durable::read(&root.join(at.as_str()))? {
                let written = durable::Written::of(&text);
                told.record = PupilRecord::from_json(&text).ok();
                if told.record.is_none() {
                    told.notes.push(format!("the record of pupil {pupil} cannot be read"));
                }
                told.file = Some(ToldFile {
                    path: at,
                    kind: Kind::Tag,
                    page: None,
                    digest: written.digest,
                    bytes: written.bytes,
                    record: None,
                });
            }
        } else if let Some(year) = SchoolYear::parse(&name) {
            told.bags.push(bag(root, at, year, &mut told.notes)?);
        }
    }
    Ok(Some(told))
}

fn bag(root: &Path, path: TrailPath, year: SchoolYear, notes: &mut Vec<String>) -> Result<ToldBag, DiskError> {
    let at = root.join(path.as_str());
    let mut stated: BTreeMap<String, Digest> = BTreeMap::new();
    let mut behind = false;
    for manifest in [OWN_FILES[2], OWN_FILES[3]] {
        let text = durable::read(&at.join(manifest))?;
        match text.as_deref().map(|text| parse_manifest(&String::from_utf8_lossy(text))) {
            Some(Ok(lines)) => stated.extend(lines),
            Some(Err(_)) | None => behind = true,
        }
    }
    if behind {
        notes.push(format!("a manifest of {year} is missing or cannot be read: the folder is measured as it lies"));
    }
    let mut lying = Vec::new();
    below(&at, "", &mut lying)?;
    lying.retain(|path| !OWN_FILES.contains(&path.as_str()));
    behind |= lying.iter().any(|path| !stated.contains_key(path));
    for path in lying {
        if let std::collections::btree_map::Entry::Vacant(free) = stated.entry(path)
            && let Some(written) = durable::measure(&at.join(free.key()))?
        {
            free.insert(written.digest);
        }
    }
    let mut files = Vec::with_capacity(stated.len());
    for (inside, digest) in stated.iter().filter(|(inside, _)| !OWN_FILES.contains(&inside.as_str())) {
        let Ok(inside) = TrailPath::new(&**inside) else {
            notes.push(format!("a manifest of {year} names a path outside its bag"));
            continue;
        };
        let (kind, page) = what(&inside);
        files.push(told(root, inside.below(&path), kind, page, *digest)?);
    }
    Ok(ToldBag { path, year, files, behind })
}

/// The pages below a folder that is no trail: held, or out of the way. Their digests are in their records.
pub fn outside(root: &Path, folder: &str, notes: &mut Vec<String>) -> Result<Vec<ToldFile>, DiskError> {
    let mut lying = Vec::new();
    below(&root.join(folder), "", &mut lying)?;
    let mut files = Vec::new();
    // Our own names have one spelling.
    for inside in lying.iter().filter(|inside| inside.strip_suffix(".json").is_some()) {
        let Ok(path) = TrailPath::new(format!("{folder}/{inside}")) else { continue };
        let Some(written) = durable::measure(&root.join(path.as_str()))? else { continue };
        let record = told(root, path.clone(), Kind::Sidecar, None, written.digest)?;
        let Some(page) = &record.record else {
            notes.push(format!("a record below {folder} cannot be read"));
            continue;
        };
        let original = page.original.clone();
        files.push(ToldFile {
            path: original.path.as_path().clone(),
            kind: Kind::Original,
            page: Some(page.page),
            digest: original.sha256,
            bytes: original.bytes,
            record: None,
        });
        files.push(ToldFile { page: Some(page.page), ..record });
    }
    Ok(files)
}

fn told(root: &Path, path: TrailPath, kind: Kind, page: Option<PageId>, digest: Digest) -> Result<ToldFile, DiskError> {
    let at = root.join(path.as_str());
    let text = if kind == Kind::Sidecar { durable::read(&at)? } else { None };
    let record = text.as_deref().and_then(|text| PageRecord::from_json(text).ok()).map(Box::new);
    let bytes = match text {
        Some(text) => text.len() as u64,
        None => durable::size(&at)?.unwrap_or(0),
    };
    Ok(ToldFile { path, kind, page, digest, bytes, record })
}

/// What a file of a bag is, and its page.
fn what(inside: &TrailPath) -> (Kind, Option<PageId>) {
    let name = inside.file_name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let in_folder = |folder: &str| inside.as_str().strip_prefix(folder).is_some_and(|rest| !rest.contains('/'));
    let page = |text: &str| text.parse::<PageId>().ok();
    if in_folder("audit/pages/") {
        return page(stem).map_or((Kind::Tag, None), |id| (Kind::Sidecar, Some(id)));
    }
    if in_folder("data/_originals/") {
        return page(stem).map_or((Kind::Tag, None), |id| (Kind::Original, Some(id)));
    }
    let bracketed = stem.strip_suffix(']').and_then(|stem| stem.rsplit_once('[')).and_then(|(_, id)| page(id));
    match bracketed {
        Some(id) if inside.as_str().starts_with("data/") => (Kind::Copy, Some(id)),
        _ => (Kind::Tag, None),
    }
}

/// Ordinary files below a folder, relative to it, in order; temporary ones are left out.
fn below(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<(), DiskError> {
    for name in names(&folder.join(prefix))? {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        let at = folder.join(&path);
        let kind = at.symlink_metadata().map_err(DiskError::std(Operation::Read, &at))?.file_type();
        if kind.is_dir() {
            below(folder, &path, found)?;
        } else if kind.is_file() && !is_temporary(OsStr::new(&name)) {
            found.push(path);
        }
    }
    Ok(())
}

/// Names in a folder, in order; none if it is not there, and without those that are no text.
fn names(folder: &Path) -> Result<Vec<String>, DiskError> {
    let failed = || DiskError::std(Operation::OpenFolder, folder);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed()(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.map_err(failed())?.file_name().into_string().ok());
    }
    names.sort_unstable();
    Ok(names)
}

/// The texts of the register, by the names of their parts. See the catalogue for what they are.
pub fn register_parts(folder: &Path) -> Result<Vec<String>, DiskError> {
    let mut found = Vec::new();
    below(folder, "", &mut found)?;
    Ok(found.iter().filter_map(|path| path.strip_suffix(".jsonl")).map(str::to_owned).collect())
}
