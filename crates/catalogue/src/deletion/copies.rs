//! Deletions carried out in a copy of the catalogue, of which there is no data folder: the one that an older snapshot of a
//! backup holds. The same rows go as in the catalogue itself; what belongs to them on the disk is told to the caller.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use rusqlite::OptionalExtension as _;
use scantrail_core::gone::Gone;
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::jiff::Timestamp;
use std::collections::BTreeSet;

const DOING: &str = "carrying a deletion out in a backup";

/// What goes with the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Files by their paths.
    pub files: BTreeSet<String>,
    /// Everything whose path begins with one of these.
    pub beginnings: BTreeSet<String>,
    /// Folders of bags that are to be sealed again: what was written of them as a whole tells of what is gone.
    pub unsealed: BTreeSet<String>,
}

impl Catalogue {
    /// Carries deletions out in this catalogue, a copy. `None`, with nothing of use done, if a pupil whose record was
    /// erased still has work in it that lives on elsewhere: the name stands in its paths.
    pub fn forget_in_copy(&self, gone: &[Gone], at: Timestamp) -> Result<Option<Forgotten>, CatalogueError> {
        let mut forgotten = Forgotten::default();
        for &one in gone {
            if let Gone::Pupil(id) = one {
                // What the folder is called here, and was or is to be called on the way.
                forgotten.beginnings.extend(self.folders_of(id)?.iter().map(|name| format!("Pupils/{name}/")));
            }
        }
        self.delete_again(gone, at)?;
        for page in self.pages_deleting_anywhere()? {
            self.what_goes_with(page, &mut forgotten)?;
            self.files_left(page)?;
            self.page_vanished(page, at)?;
        }
        for bag in self.dirty_bags_of_copy()? {
            if self.files_in_bag(&bag)?.iter().all(|file| file.role == crate::FileRole::Tag) {
                forgotten.beginnings.insert(format!("{bag}/"));
                self.bag_gone(&bag)?;
            } else {
                forgotten.files.extend(self.unseal(&bag)?);
                forgotten.unsealed.insert(bag);
            }
        }
        for &one in gone {
            if let Gone::Pupil(id) = one
                && !self.folder_forgotten(id)?
            {
                return Ok(None);
            }
        }
        Ok(Some(forgotten))
    }

    /// The files of a page, the original where it waits, the file it came in, and what a pack told of it.
    fn what_goes_with(&self, id: PageId, into: &mut Forgotten) -> Result<(), CatalogueError> {
        let page = self.page(id)?;
        into.files.extend(self.files_of(id)?.into_iter().map(|file| file.path));
        into.files.insert(page.location);
        if let Some(delivery) = self.delivery_of(id)? {
            into.beginnings.insert(format!(".trail/deliveries/{}/{delivery}.", page.batch));
        }
        into.beginnings.insert(format!(".trail/packs/{}/", page.batch));
        Ok(())
    }

    fn pages_deleting_anywhere(&self) -> Result<Vec<PageId>, CatalogueError> {
        let tail = format!("WHERE {}", crate::pages::in_states("'deleting'"));
        Ok(self.read(|c| crate::pages::select(c, &tail, &[]))?.iter().map(|p| p.id).collect())
    }

    /// Bags that are to be sealed, whatever is on its way in them: nothing moves in a copy.
    fn dirty_bags_of_copy(&self) -> Result<Vec<String>, CatalogueError> {
        self.read(|c| {
            let mut statement = c.prepare_cached("SELECT path FROM bag WHERE dirty > 0 ORDER BY path").doing(DOING)?;
            let rows = statement.query_map([], |row| row.get(0)).doing(DOING)?;
            rows.collect::<rusqlite::Result<_>>().doing(DOING)
        })
    }

    /// Forgets what is written anew when a bag is sealed; gives the paths.
    fn unseal(&self, bag: &str) -> Result<Vec<String>, CatalogueError> {
        self.write(|tx| {
            let mut statement =
                tx.prepare_cached("DELETE FROM file WHERE bag = ?1 AND role = 'tag' RETURNING path").doing(DOING)?;
            let rows = statement.query_map([bag], |row| row.get(0)).doing(DOING)?;
            rows.collect::<rusqlite::Result<_>>().doing(DOING)
        })
    }

    fn folders_of(&self, id: PupilId) -> Result<Vec<String>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT folder FROM pupil WHERE id = ?1 UNION SELECT from_folder FROM renaming WHERE pupil = ?1
                     UNION SELECT to_folder FROM renaming WHERE pupil = ?1",
                )
                .doing(DOING)?;
            let rows = statement.query_map([id.to_string()], |row| row.get(0)).doing(DOING)?;
            rows.collect::<rusqlite::Result<_>>().doing(DOING)
        })
    }

    /// Gives the folder of an erased pupil its bare name at once, for there is none; `false` if work lies in it.
    fn folder_forgotten(&self, id: PupilId) -> Result<bool, CatalogueError> {
        self.write(|tx| {
            let id = id.to_string();
            let work: Option<i64> = tx
                .query_row("SELECT 1 FROM bag WHERE pupil = ?1 LIMIT 1", [&id], |row| row.get(0))
                .optional()
                .doing(DOING)?;
            if work.is_some() {
                return Ok(false);
            }
            tx.execute(
                "DELETE FROM file WHERE role = 'tag' AND path IN (SELECT 'Pupils/' || folder || '/.pupil.json' FROM pupil
                 WHERE id = ?1)",
                [&id],
            )
            .doing(DOING)?;
            tx.execute("DELETE FROM renaming WHERE pupil = ?1", [&id]).doing(DOING)?;
            tx.execute("UPDATE pupil SET folder = id WHERE id = ?1", [&id]).doing(DOING)?;
            Ok(true)
        })
    }
}
