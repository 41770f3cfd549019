//! Where a page's files go: planned first, done on disk second, noted as done third.
//!
//! ```text
//! plan:   new paths `planned`, old paths `leaving`, their bags dirty      (one transaction, with the decision)
//! disk:   files written or moved, durable
//! settle: `planned` → `present`, the original's location, `filing` → `filed`   (one transaction)
//! disk:   what is `leaving` is removed
//! forget: the `leaving` rows go
//! ```
//! A crash anywhere leaves rows that say what remains to be done; doing a step twice is harmless.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::files::{FileRole, PlannedFile};
use crate::pages;
use crate::renames;
use rusqlite::{Transaction, params};
use scantrail_core::ids::PageId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::state::{PageEvent, PageState};
use scantrail_core::units::Digest;
use serde_json::json;

/// Where all files of one page go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Original, page and sidecar.
    pub files: Vec<PlannedFile>,
}

/// A planned file that is durable now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Relative to the data folder.
    pub path: String,
    /// Its digest.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
}

/// Writes down where a page's files go.
pub(crate) fn plan(tx: &Transaction<'_>, page: PageId, place: &Place) -> Result<(), CatalogueError> {
    let id = page.to_string();
    let busy: i64 = tx
        .query_row("SELECT count(*) FROM file WHERE page = ?1 AND state <> 'present'", [&id], |row| row.get(0))
        .doing("planning a page's place")?;
    if busy > 0 {
        let why = "its files are still on their way; try again in a moment".to_owned();
        return Err(CatalogueError::Refused { what: "page", id, why });
    }
    tx.execute("UPDATE bag SET dirty = dirty + 1 WHERE path IN (SELECT bag FROM file WHERE page = ?1)", [&id])
        .doing("planning a page's place")?;
    tx.execute("UPDATE file SET state = 'leaving' WHERE page = ?1", [&id]).doing("planning a page's place")?;
    for file in &place.files {
        let file = &renames::in_its_folder(tx, file)?;
        if stays(tx, &id, file)? {
            continue;
        }
        if let Some((bag, pupil, year)) = &file.bag {
            tx.execute(
                "INSERT INTO bag (path, pupil, year, dirty) VALUES (?1, ?2, ?3, 1)
                 ON CONFLICT (path) DO UPDATE SET dirty = bag.dirty + 1",
                params![bag, pupil.to_string(), year],
            )
            .doing("planning a page's bag")?;
        }
        tx.execute(
            "INSERT INTO file (path, page, bag, role, state) VALUES (?1, ?2, ?3, ?4, 'planned')",
            params![file.path, id, file.bag.as_ref().map(|(path, ..)| path), file.role.word()],
        )
        .doing("planning a page's place")?;
    }
    Ok(())
}

/// A file that is where it is wanted already: an original or a copy stays as it is, a sidecar is written again.
fn stays(tx: &Transaction<'_>, page: &str, file: &PlannedFile) -> Result<bool, CatalogueError> {
    let state = if file.role == FileRole::Sidecar { "planned" } else { "present" };
    let changed = tx
        .execute(
            "UPDATE file SET state = ?3 WHERE path = ?1 AND page = ?2 AND role = ?4 AND state = 'leaving'",
            params![file.path, page, state, file.role.word()],
        )
        .doing("planning a page's place")?;
    Ok(changed > 0)
}

impl Catalogue {
    /// Pages with files that are not settled, in order of arrival.
    pub fn unsettled_pages(&self) -> Result<Vec<PageId>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT DISTINCT page.number, page.id FROM file JOIN page ON page.id = file.page
                     WHERE file.state <> 'present' ORDER BY page.number",
                )
                .doing("looking for unsettled files")?;
            let rows = statement.query_map([], |row| row.get::<_, String>(1)).doing("looking for unsettled files")?;
            rows.map(|row| {
                let id = row.doing("looking for unsettled files")?;
                id.parse().map_err(|_| corrupt("a page id", &id))
            })
            .collect()
        })
    }

    /// Notes that a page's planned files are durable.
    pub fn page_settled(&self, id: PageId, placed: &[Placed], at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            for file in placed {
                let changed = tx
                    .execute(
                        "UPDATE file SET state = 'present', digest = ?3, bytes = ?4
                         WHERE path = ?1 AND page = ?2 AND state = 'planned'",
                        params![file.path, id.to_string(), file.digest.to_string(), file.bytes as i64],
                    )
                    .doing("settling a page")?;
                if changed == 0 {
                    return Err(CatalogueError::NotFound { what: "planned file", id: file.path.clone() });
                }
            }
            tx.execute(
                "UPDATE capture SET location = (SELECT path FROM file WHERE page = ?1 AND role = ?2
                 AND state = 'present' ORDER BY path LIMIT 1) WHERE id = (SELECT capture FROM page WHERE id = ?1)
                 AND location NOT IN (SELECT path FROM file WHERE page = ?1 AND role = ?2 AND state = 'present')",
                params![id.to_string(), FileRole::Original.word()],
            )
            .doing("noting where an original lies")?;
            let page = pages::one(tx, id)?;
            if matches!(page.state, PageState::Filing | PageState::Moving) {
                pages::step(tx, id, PageEvent::Arrive, &json!({}), at)?;
            }
            Ok(())
        })
    }

    /// Forgets files of a page that have left the disk.
    pub fn files_left(&self, id: PageId) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("DELETE FROM file WHERE page = ?1 AND state = 'leaving'", [id.to_string()])
                .doing("forgetting files that have left")?;
            Ok(())
        })
    }
}
