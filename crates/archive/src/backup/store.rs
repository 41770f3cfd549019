//! The folder of a backup: objects and snapshots, put in and taken out.

use super::snapshot::{Entry, FORMAT, FolderList, Snapshot};
use super::{BackupError, Tombstone};
use crate::durable::Written;
use crate::outside;
use scantrail_core::units::Digest;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

const MARK: &str = "scantrail-backup.json";
const OBJECTS: &str = "objects";
const SNAPSHOTS: &str = "snapshots";
const TOMBSTONES: &str = "tombstones.jsonl";
/// For whoever finds the disk and has nothing else.
const README: &str = "README.txt";
const ABOUT: &str = "A backup made by Scantrail.\n\n\
    scantrail restore THIS_FOLDER --into NEW_FOLDER   brings everything back\n\
    scantrail backups THIS_FOLDER                     says of which days there is one\n\n\
    Without the program: snapshots/*.json name lists of files; lists and contents lie in objects/, each file named by its\n\
    SHA-256. A list has one JSON object a line: path, sha256, bytes.\n";

/// A backup's folder.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
}

/// Whose backup it is.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    format: u32,
    school: String,
    key: String,
    /// Of this folder and no other; none in those from before there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is there now.
    There,
    /// What was to be put there had other bytes, and was not kept.
    OtherBytes,
}

/// A snapshot that was found.
#[derive(Debug)]
pub struct Seen {
    /// Its name.
    pub name: String,
    /// What it says, or why it cannot be believed.
    pub snapshot: Result<Snapshot, BackupError>,
}

fn broken(what: impl Into<String>, why: &'static str) -> BackupError {
    BackupError::Broken { what: what.into(), why }
}

impl Store {
    /// Opens the backup in a folder.
    pub fn open(root: &Path) -> Result<Self, BackupError> {
        let store = Self { root: root.to_owned() };
        store.mark()?.ok_or_else(|| BackupError::NotABackup { path: root.to_owned() })?;
        Ok(store)
    }

    /// Opens the backup of a school in a folder, or begins it in an empty or missing one. `id` is the folder's own if it
    /// has none yet: two disks may be mounted at one place in turn.
    pub fn begin(root: &Path, school: &str, key: &str, id: &str) -> Result<Self, BackupError> {
        let store = Self { root: root.to_owned() };
        match store.mark()? {
            Some(mark) if mark.key == key && mark.id.is_some() => return Ok(store),
            Some(mark) if mark.key == key => {
                store.write_mark(&Mark { id: Some(id.to_owned()), ..mark })?;
                return Ok(store);
            }
            Some(mark) => return Err(BackupError::OfAnother { path: root.to_owned(), school: mark.school }),
            None => {}
        }
        let foreign =
            outside::names(root)?.into_iter().filter(|name| !matches!(name.to_str(), Some("lost+found" | README)));
        // A beginning that was cut off has an object or two.
        if foreign.into_iter().any(|name| name != OBJECTS && name != SNAPSHOTS) {
            return Err(BackupError::NotABackup { path: root.to_owned() });
        }
        outside::make_folder(&root.join(OBJECTS))?;
        outside::make_folder(&root.join(SNAPSHOTS))?;
        outside::write_through(&root.join(README), ABOUT.as_bytes())?;
        let id = Some(id.to_owned());
        store.write_mark(&Mark { format: FORMAT, school: school.to_owned(), key: key.to_owned(), id })?;
        Ok(store)
    }

    fn write_mark(&self, mark: &Mark) -> Result<(), BackupError> {
        let text = serde_json::to_vec_pretty(mark).expect("a mark has text keys");
        outside::write_through(&self.root.join(MARK), &text)?;
        Ok(())
    }

    /// The folder's own id; none if it was last backed up to before there were any.
    pub fn id(&self) -> Result<Option<String>, BackupError> {
        Ok(self.mark()?.and_then(|mark| mark.id))
    }

    fn mark(&self) -> Result<Option<Mark>, BackupError> {
        let Some(text) = outside::read(&self.root.join(MARK))? else { return Ok(None) };
        let mark: Mark = serde_json::from_slice(&text).map_err(|_| broken(MARK, "it cannot be read"))?;
        if mark.format > FORMAT {
            return Err(BackupError::Newer { found: mark.format, known: FORMAT });
        }
        Ok(Some(mark))
    }

    /// Where it lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The school whose key this is, if it is that school's.
    pub fn is_of(&self, key: &str) -> Result<bool, BackupError> {
        Ok(self.mark()?.is_some_and(|mark| mark.key == key))
    }

    fn object(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.root.join(OBJECTS).join(&name[..2]).join(name)
    }

    /// Every object that lies there, with its size. What is left of an attempt that died is removed.
    pub fn objects(&self) -> Result<BTreeMap<Digest, u64>, BackupError> {
        let mut found = BTreeMap::new();
        let objects = self.root.join(OBJECTS);
        for group in outside::names(&objects)? {
            let folder = objects.join(group);
            outside::sweep(&folder)?;
            for name in outside::names(&folder)? {
                let Some(digest) = name.to_str().and_then(Digest::from_hex) else { continue };
                let path = folder.join(&name);
                let bytes =
                    path.symlink_metadata().map_err(crate::DiskError::std(crate::Operation::Read, &path))?.len();
                found.insert(digest, bytes);
            }
        }
        Ok(found)
    }

    /// Puts the content of a file in, if it is what it should be. Not flushed.
    pub fn put(&self, digest: Digest, from: &mut dyn Read) -> Result<Put, BackupError> {
        let path = self.object(digest);
        if outside::write(&path, from)?.digest == digest {
            return Ok(Put::There);
        }
        outside::remove(&path)?;
        Ok(Put::OtherBytes)
    }

    /// Whether an object is what its name says, read from the disk.
    pub fn is_sound(&self, digest: Digest) -> Result<bool, BackupError> {
        Ok(outside::reread(&self.object(digest))?.is_some_and(|found| found.digest == digest))
    }

    /// Opens an object.
    pub fn content(&self, digest: Digest) -> Result<File, BackupError> {
        outside::open(&self.object(digest))?.ok_or_else(|| broken(format!("object {digest}"), "it is missing"))
    }

    /// Flushes everything that was put in.
    pub fn flush(&self) -> Result<(), BackupError> {
        Ok(outside::flush(&self.root)?)
    }

    /// The text that lists a folder's files: the object that a snapshot names. The same files give the same bytes.
    pub fn list_text(entries: &[Entry]) -> Vec<u8> {
        let mut text = Vec::new();
        for entry in entries {
            serde_json::to_writer(&mut text, entry).expect("an entry has text keys, and memory takes everything");
            text.push(b'\n');
        }
        text
    }

    /// The files of a folder of a snapshot.
    pub fn list(&self, folder: &FolderList) -> Result<Vec<Entry>, BackupError> {
        let mut text = Vec::new();
        let what = || format!("the list of a folder ({})", folder.list);
        self.content(folder.list)?
            .read_to_end(&mut text)
            .map_err(crate::DiskError::std(crate::Operation::Read, self.object(folder.list)))?;
        if Written::of(&text).digest != folder.list {
            return Err(broken(what(), "its bytes have changed"));
        }
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).map_err(|_| broken(what(), "it cannot be read"))).collect()
    }

    /// Writes a snapshot down, through to the disk: with this it exists.
    pub fn finish(&self, name: &str, snapshot: &Snapshot) -> Result<(), BackupError> {
        self.exchange(name, snapshot)
    }

    /// Puts a snapshot in the place of the one of that name, if there is one. Cut off at any moment it is the old one or
    /// the new one: meanwhile the sum beside it tells both digests.
    pub fn exchange(&self, name: &str, snapshot: &Snapshot) -> Result<(), BackupError> {
        let mut text = serde_json::to_vec_pretty(snapshot).expect("a snapshot has text keys");
        text.push(b'\n');
        let file = format!("{name}.json");
        let folder = self.root.join(SNAPSHOTS);
        let (at, sum_at) = (folder.join(&file), folder.join(format!("{file}.sha256")));
        let line = |text: &[u8]| format!("{}  {file}\n", Written::of(text).digest);
        let new = line(&text);
        let old = outside::read(&at)?.map(|old| line(&old)).filter(|old| *old != new);
        // The sum first: a snapshot without one would not be believed.
        outside::write_through(&sum_at, format!("{new}{}", old.as_deref().unwrap_or_default()).as_bytes())?;
        let written = outside::write_through(&at, &text)?;
        if outside::reread(&at)? != Some(written) {
            return Err(broken(format!("snapshot {name}"), "it is not what was written"));
        }
        if old.is_some() {
            outside::write_through(&sum_at, new.as_bytes())?;
        }
        Ok(())
    }

    /// Every snapshot, oldest first, each with what is wrong with it.
    pub fn snapshots(&self) -> Result<Vec<Seen>, BackupError> {
        let names = outside::names(&self.root.join(SNAPSHOTS))?;
        let names = names.iter().filter_map(|name| name.to_str()?.strip_suffix(".json"));
        Ok(names.map(|name| Seen { name: name.to_owned(), snapshot: self.snapshot(name) }).collect())
    }

    /// One snapshot.
    pub fn snapshot(&self, name: &str) -> Result<Snapshot, BackupError> {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let none = || BackupError::NoSnapshot { name: name.to_owned() };
        let file = format!("{name}.json");
        let at = self.root.join(SNAPSHOTS);
        let text = outside::read(&at.join(&file))?.filter(|_| plain).ok_or_else(none)?;
        let what = || format!("snapshot {name}");
        let sum = outside::read(&at.join(format!("{file}.sha256")))?.unwrap_or_default();
        let sum = String::from_utf8_lossy(&sum);
        let mut sums = sum.lines().filter_map(|line| line.split_whitespace().next().and_then(Digest::from_hex));
        if !sums.any(|sum| sum == Written::of(&text).digest) {
            return Err(broken(what(), "its bytes are not those of its digest"));
        }
        let snapshot: Snapshot = serde_json::from_slice(&text).map_err(|_| broken(what(), "it cannot be read"))?;
        if snapshot.format > FORMAT {
            return Err(BackupError::Newer { found: snapshot.format, known: FORMAT });
        }
        Ok(snapshot)
    }

    /// Every object that a snapshot names, its lists too, each with its size where it is told.
    pub fn named_by(&self, snapshot: &Snapshot, into: &mut BTreeSet<Digest>) -> Result<(), BackupError> {
        for folder in &snapshot.folders {
            // A list that was walked before names nothing new.
            if into.insert(folder.list) {
                into.extend(self.list(folder)?.into_iter().map(|entry| entry.sha256));
            }
        }
        Ok(())
    }

    /// Removes snapshots, and then the objects that no snapshot names any more; says how many objects. If one of those
    /// that stay cannot be read, no object goes: nobody knows what it names.
    pub fn remove(&self, names: &[String]) -> Result<u64, BackupError> {
        let at = self.root.join(SNAPSHOTS);
        for name in names {
            outside::remove(&at.join(format!("{name}.json")))?;
            outside::remove(&at.join(format!("{name}.json.sha256")))?;
        }
        // What an attempt that died left may hold what a snapshot said before.
        outside::sweep(&at)?;
        outside::sweep(&self.root)?;
        self.flush()?;
        let mut named = BTreeSet::new();
        for seen in self.snapshots()? {
            self.named_by(&seen.snapshot?, &mut named)?;
        }
        let mut removed = 0;
        for digest in self.objects()?.into_keys().filter(|digest| !named.contains(digest)) {
            outside::remove(&self.object(digest))?;
            removed += 1;
        }
        if removed > 0 {
            self.flush()?;
        }
        Ok(removed)
    }

    /// The newest list of deletions that came here.
    pub fn tombstones(&self) -> Result<Vec<Tombstone>, BackupError> {
        let text = outside::read(&self.root.join(TOMBSTONES))?.unwrap_or_default();
        Tombstone::read(&String::from_utf8_lossy(&text)).map_err(|_| broken(TOMBSTONES, "a line cannot be understood"))
    }

    /// Keeps what the list of deletions tells besides what is known here; gives all of it.
    pub fn keep_tombstones(&self, list: &[Tombstone]) -> Result<Vec<Tombstone>, BackupError> {
        let before = self.tombstones()?;
        let count = before.len();
        let all = Tombstone::merged(before, list);
        if all.len() > count {
            outside::write_through(&self.root.join(TOMBSTONES), Tombstone::write(&all).as_bytes())?;
        }
        Ok(all)
    }
}
