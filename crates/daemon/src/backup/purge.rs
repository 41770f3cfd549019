//! A deletion reaches the backups: what was deleted since is taken out of every snapshot of a folder.
//!
//! ```text
//! each snapshot that still has something of it:
//!   its catalogue ─→ rows emptied as in the catalogue itself ─→ a new object   (and the register's parts that changed)
//!   its lists     ─→ without the files, and without what tells of them as a whole: manifests, page of pictures, events
//!   read again from the disk ─→ exchanged: the old snapshot or the new one, at whatever moment it is cut off
//! then: content that no snapshot names any more goes
//! ```
//! Folders whose manifests were taken out are sealed again by the first start after a restore, from the catalogue, as after
//! any change. A snapshot that cannot be written without a name in it (a pupil's whose record was erased, beside work that
//! lives on in another trail) is dropped; a newer one is always there.
//!
//! Which snapshots have heard is told by the list of deletions that lies in each; nothing else has to be remembered.

use super::collect::PRIVATE;
use super::restore::known;
use crate::api::{Progress, Report};
use crate::engine::Engine;
use crate::error::{DaemonError, Exit};
use crate::register;
use scantrail_archive::backup::{BackupError, Entry, Put, Snapshot, Store, Tombstone, without};
use scantrail_archive::bag::OWN_FILES;
use scantrail_archive::durable::{self, Access, Written};
use scantrail_archive::names::page_of_file;
use scantrail_archive::outside;
use scantrail_catalogue::{Catalogue, Forgotten};
use scantrail_core::gone::Gone;
use scantrail_core::units::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A snapshot's catalogue while it is worked on.
const COPY: &str = "work/catalogue-of-a-snapshot.db";
/// What SQLite lays beside it.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// What became of the snapshots.
#[derive(Debug, Default)]
pub(super) struct Purged {
    /// Out of which something was taken.
    pub(super) rewritten: Vec<String>,
    /// That were dropped.
    pub(super) dropped: Vec<String>,
    /// What keeps the deletions from being carried out wholly, in words; empty if they are.
    pub(super) troubles: Vec<String>,
}

/// Removes what an attempt that died left in the data folder.
pub(super) fn forget_copy(engine: &Engine) -> Result<(), DaemonError> {
    let at = engine.layout().private().join(COPY);
    for end in BESIDE {
        let mut name = at.clone().into_os_string();
        name.push(end);
        durable::remove(&PathBuf::from(name))?;
    }
    Ok(())
}

/// Takes everything that was deleted out of every snapshot. Trouble with one does not keep it in the others.
pub(super) fn purge(engine: &Engine, store: &Store, report: &mut dyn Report) -> Result<Purged, DaemonError> {
    let all = store.keep_tombstones(&super::tombstones(engine)?)?;
    let mut purged = Purged::default();
    let seen = store.snapshots()?;
    let of = seen.len() as u64;
    for (number, one) in (1..).zip(seen) {
        let done = one.snapshot.map_err(DaemonError::from).and_then(|snapshot| {
            let open = unheard(store, &snapshot, &all)?;
            if open.is_empty() {
                return Ok(None);
            }
            report.say(Progress::Purging { snapshots: number, of });
            let done = Rewriting { engine, store, open: &open, all: &all }.run(&one.name, &snapshot);
            forget_copy(engine)?;
            done.map(Some)
        });
        match done {
            Ok(None) => {}
            Ok(Some(Done::Rewritten)) => purged.rewritten.push(one.name),
            Ok(Some(Done::Hopeless)) => purged.dropped.push(one.name),
            Err(error) => purged.troubles.push(format!(
                "what was deleted may still lie in the snapshot {}: {} (if nobody needs it any more, remove \
                 `snapshots/{}.json` there by hand)",
                one.name,
                crate::workers::chain(&error),
                one.name
            )),
        }
    }
    // Also what an attempt that was cut off left, and what other snapshots named before.
    if let Err(error) = store.remove(&purged.dropped) {
        purged.troubles.push(format!("content that no snapshot names was not removed: {error}"));
    }
    Ok(purged)
}

/// What was deleted and a snapshot has not heard of.
pub(super) fn unheard(store: &Store, snapshot: &Snapshot, all: &[Tombstone]) -> Result<Vec<Gone>, DaemonError> {
    let known: BTreeSet<Gone> = known(store, snapshot)?.into_iter().map(|stone| stone.gone).collect();
    Ok(all.iter().map(|stone| stone.gone).filter(|gone| !known.contains(gone)).collect())
}

enum Done {
    Rewritten,
    /// It cannot be written without a name that was erased.
    Hopeless,
}

struct Rewriting<'a> {
    engine: &'a Engine,
    store: &'a Store,
    /// What the snapshot has not heard of.
    open: &'a [Gone],
    all: &'a [Tombstone],
}

impl Rewriting<'_> {
    fn run(&self, name: &str, snapshot: &Snapshot) -> Result<Done, DaemonError> {
        let copy = self.engine.layout().private().join(COPY);
        forget_copy(self.engine)?;
        self.take_catalogue(snapshot, &copy)?;
        let catalogue = Catalogue::open(&copy)?;
        let Some(forgotten) = catalogue.forget_in_copy(self.open, self.engine.now())? else {
            return Ok(Done::Hopeless);
        };
        let mut put = Vec::new();
        let mut instead = BTreeMap::new();
        // Parts without a row any more: their files go.
        let mut empty = BTreeSet::new();
        for part in catalogue.register_due(u32::MAX)? {
            let path = register::path_of(&part.part);
            let text = catalogue.register_text(&part.part)?;
            let written = text.map(|text| self.put(text.as_bytes(), &mut put)).transpose()?;
            catalogue.register_written(
                &part.part,
                part.marks,
                written.map(|written| (written.digest, written.bytes)),
            )?;
            match written {
                Some(written) => drop(instead.insert(path.clone(), private(path, written))),
                None => drop(empty.insert(path)),
            }
        }
        catalogue.scrub()?;
        catalogue.close()?;
        let stones = self.put(Tombstone::write(self.all).as_bytes(), &mut put)?;
        instead.insert(super::TOMBSTONES.to_owned(), private(super::TOMBSTONES.to_owned(), stones));
        let catalogue = self.put_file(&copy, &mut put)?;
        instead.insert(super::CATALOGUE.to_owned(), private(super::CATALOGUE.to_owned(), catalogue));
        let going = Going::new(&forgotten, self.open, empty);
        let mut keep = |entry: &Entry| !going.takes(&entry.path);
        let mut new = without(self.store, snapshot, &mut keep, (PRIVATE, &instead), &mut put)?;
        new.damaged.retain(|path| !going.takes(path));
        self.store.flush()?;
        for digest in put {
            if !self.store.is_sound(digest)? {
                return Err(DaemonError::Refused {
                    what: format!("what was written to `{}` is not what is read there", self.store.root().display()),
                    hint: Some("the disk is failing: take another".into()),
                    exit: Exit::Storage,
                });
            }
        }
        self.store.exchange(name, &new)?;
        tracing::info!(snapshot = name, deleted = self.open.len(), "what was deleted is taken out of a snapshot");
        Ok(Done::Rewritten)
    }

    /// The catalogue of a snapshot, as a file that can be worked on.
    fn take_catalogue(&self, snapshot: &Snapshot, to: &Path) -> Result<(), DaemonError> {
        for folder in snapshot.folders.iter().filter(|folder| folder.folder == PRIVATE) {
            if let Some(entry) = self.store.list(folder)?.into_iter().find(|entry| entry.path == super::CATALOGUE) {
                let mut content = self.store.content(entry.sha256)?;
                let written = durable::write_new_from(to, &mut content, Access::Private)?;
                return if written.digest == entry.sha256 {
                    Ok(())
                } else {
                    Err(BackupError::Broken { what: "its catalogue".into(), why: "its bytes have changed" }.into())
                };
            }
        }
        Err(BackupError::Broken { what: "its catalogue".into(), why: "it is missing" }.into())
    }

    fn put(&self, bytes: &[u8], put: &mut Vec<Digest>) -> Result<Written, DaemonError> {
        let written = Written::of(bytes);
        self.put_as(written, &mut &*bytes, put)
    }

    fn put_file(&self, path: &Path, put: &mut Vec<Digest>) -> Result<Written, DaemonError> {
        let gone = || DaemonError::Inside { what: "the copied catalogue is gone".into(), source: None };
        let written = outside::reread(path)?.ok_or_else(gone)?;
        let mut file = outside::open(path)?.ok_or_else(gone)?;
        self.put_as(written, &mut file, put)
    }

    fn put_as(
        &self,
        written: Written,
        from: &mut dyn std::io::Read,
        put: &mut Vec<Digest>,
    ) -> Result<Written, DaemonError> {
        match self.store.put(written.digest, from)? {
            Put::There => put.push(written.digest),
            Put::OtherBytes => {
                return Err(DaemonError::Inside { what: "a file changed while it was copied".into(), source: None });
            }
        }
        Ok(written)
    }
}

fn private(path: String, written: Written) -> Entry {
    Entry { path, sha256: written.digest, bytes: written.bytes, mode: 0o600, modified: None }
}

/// Which files of a snapshot go.
struct Going<'a> {
    forgotten: &'a Forgotten,
    pages: BTreeSet<Gone>,
    others: BTreeSet<String>,
}

impl<'a> Going<'a> {
    fn new(forgotten: &'a Forgotten, open: &[Gone], mut others: BTreeSet<String>) -> Self {
        for bag in &forgotten.unsealed {
            others.extend(OWN_FILES.iter().map(|name| format!("{bag}/{name}")));
        }
        others.insert(super::LEDGER_KEY.to_owned());
        Self { forgotten, pages: open.iter().copied().collect(), others }
    }

    fn takes(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.forgotten.files.contains(path)
            || self.others.contains(path)
            || self.forgotten.beginnings.iter().any(|beginning| path.starts_with(beginning))
            || page_of_file(name).is_some_and(|page| self.pages.contains(&Gone::Page(page)))
    }
}
