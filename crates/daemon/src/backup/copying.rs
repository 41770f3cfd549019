//! Content on its way into a backup: only what is not there, each read again from the disk before anybody believes it.

use super::collect::{self, Listing, Wanted};
use crate::api::{Progress, Report};
use crate::error::{DaemonError, Exit};
use scantrail_archive::backup::{BackupError, Entry, FolderList, Put, Store};
use scantrail_archive::durable::Written;
use scantrail_archive::{Fault, outside};
use scantrail_core::units::Digest;
use std::collections::{BTreeMap, BTreeSet};

/// How often it is told how far it is, in files.
const TELL_EVERY: u64 = 50;

/// Content on its way to the backup.
pub(super) struct Copying<'a> {
    store: &'a Store,
    report: &'a mut dyn Report,
    /// Content that is believed to be there: named by a snapshot, or written or read now.
    there: BTreeSet<Digest>,
    /// Content that lies there and that no snapshot names: what an attempt that was cut off left.
    left: BTreeMap<Digest, u64>,
    /// What was written now.
    pub(super) copied: BTreeMap<Digest, u64>,
    /// The files of the last snapshot, for what is known by its time and size only.
    pub(super) before: BTreeMap<String, Entry>,
}

impl<'a> Copying<'a> {
    pub(super) fn new(store: &'a Store, report: &'a mut dyn Report) -> Result<Self, DaemonError> {
        let mut left = store.objects()?;
        let (mut named, mut before) = (BTreeSet::new(), BTreeMap::new());
        let mut snapshots = store.snapshots()?;
        for seen in &snapshots {
            // One that cannot be read vouches for nothing; `backups` tells.
            if let Ok(snapshot) = &seen.snapshot
                && let Err(error) = store.named_by(snapshot, &mut named)
            {
                tracing::warn!(error = %error, "a snapshot of the backup is damaged");
            }
        }
        if let Some(last) = snapshots.pop().and_then(|seen| seen.snapshot.ok()) {
            for folder in last.folders.iter().filter(|folder| folder.folder == collect::PRIVATE) {
                before.extend(store.list(folder)?.into_iter().map(|entry| (entry.path.clone(), entry)));
            }
        }
        let there = named.into_iter().filter(|digest| left.remove(digest).is_some()).collect();
        Ok(Self { store, report, there, left, copied: BTreeMap::new(), before })
    }

    /// Copies what is not there; gives the files that are not what was listed.
    pub(super) fn copy(&mut self, listing: &Listing) -> Result<Vec<Wanted>, DaemonError> {
        let mut bad = Vec::new();
        let of = listing.files.len() as u64;
        for (number, wanted) in (1..).zip(&listing.files) {
            if number % TELL_EVERY == 0 || number == of {
                self.report.say(Progress::BackedUp { files: number, of });
            }
            if !self.has(wanted.entry.sha256)? && !self.take(wanted)? {
                bad.push(wanted.clone());
            }
        }
        Ok(bad)
    }

    fn has(&mut self, digest: Digest) -> Result<bool, DaemonError> {
        if self.there.contains(&digest) {
            return Ok(true);
        }
        let sound = self.left.remove(&digest).is_some() && self.store.is_sound(digest)?;
        if sound {
            self.there.insert(digest);
        }
        Ok(sound)
    }

    fn take(&mut self, wanted: &Wanted) -> Result<bool, DaemonError> {
        // One that is gone or cannot be opened cannot be backed up; the others can.
        let Ok(Some(file)) = outside::open(&wanted.source) else { return Ok(false) };
        match self.store.put(wanted.entry.sha256, &mut &file) {
            Ok(Put::There) => {
                self.there.insert(wanted.entry.sha256);
                self.copied.insert(wanted.entry.sha256, wanted.entry.bytes);
                Ok(true)
            }
            Ok(Put::OtherBytes) => Ok(false),
            Err(BackupError::Disk(error)) if error.fault() == Fault::Source => Ok(false),
            Err(error) => Err(stopped(error)),
        }
    }

    /// Writes the list of every folder.
    pub(super) fn lists(
        &mut self,
        listing: &Listing,
        damaged: &BTreeSet<String>,
    ) -> Result<Vec<FolderList>, DaemonError> {
        let mut folders: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for wanted in listing.files.iter().filter(|wanted| !damaged.contains(&wanted.entry.path)) {
            folders.entry(collect::folder_of(&wanted.entry.path)).or_default().push(wanted.entry.clone());
        }
        let mut lists = Vec::with_capacity(folders.len());
        for (folder, entries) in folders {
            let text = Store::list_text(&entries);
            let Written { digest: list, bytes } = Written::of(&text);
            if !self.has(list)? {
                self.store.put(list, &mut text.as_slice()).map_err(stopped)?;
                self.copied.insert(list, bytes);
            }
            let bytes = entries.iter().map(|entry| entry.bytes).sum();
            lists.push(FolderList { folder, list, files: entries.len() as u64, bytes });
        }
        Ok(lists)
    }

    /// Flushes all that was written and reads it again from the disk.
    pub(super) fn read_again(&mut self) -> Result<(), DaemonError> {
        self.store.flush().map_err(stopped)?;
        let of = self.copied.len() as u64;
        for (number, digest) in (1..).zip(self.copied.keys()) {
            if !self.store.is_sound(*digest).map_err(stopped)? {
                return Err(DaemonError::Refused {
                    what: format!("what was written to `{}` is not what is read there", self.store.root().display()),
                    hint: Some("the disk is failing: take another; older snapshots are as they were".into()),
                    exit: Exit::Storage,
                });
            }
            if number % TELL_EVERY == 0 {
                self.report.say(Progress::Checked { files: number, of });
            }
        }
        Ok(())
    }
}

/// A backup that stopped in the middle has harmed nothing: says so.
fn stopped(error: BackupError) -> DaemonError {
    let BackupError::Disk(disk) = &error else { return error.into() };
    let why = match disk.fault() {
        Fault::Full => "the disk of the backup is full",
        Fault::ReadOnly => "the disk of the backup cannot be written to",
        Fault::Gone | Fault::Broken => "the disk of the backup is gone or failing",
        _ => return error.into(),
    };
    DaemonError::Refused {
        what: format!("{why}: {}", crate::workers::chain(&DaemonError::from(error))),
        hint: Some("older snapshots are as they were; the next backup goes on where this one stopped".into()),
        exit: Exit::Storage,
    }
}
