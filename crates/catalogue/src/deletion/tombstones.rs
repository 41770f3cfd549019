//! What remains of what was deleted, and deleting it again when an older backup or a rebuild brought it back.

use super::deciding::{Busy, condemn};
use super::erasing;
use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::pages;
use rusqlite::Transaction;
use scantrail_core::gone::Gone;
use scantrail_core::ids::PageId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::state::PageState;
use serde_json::json;

/// What remains of a page, or of a pupil's own record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Which.
    pub of: Gone,
    /// The page's capture; none of a pupil.
    pub capture: Option<String>,
    /// When it was deleted.
    pub at: String,
    /// By which deletion.
    pub deletion: Option<i64>,
}

impl Catalogue {
    /// Every tombstone, in order of time.
    pub fn tombstones(&self) -> Result<Vec<Tombstone>, CatalogueError> {
        let doing = "reading tombstones";
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT page, capture, at, deletion, 0 AS pupils FROM tombstone
                     UNION ALL SELECT pupil, NULL, at, deletion, 1 FROM pupil_tombstone ORDER BY at, pupils, page",
                )
                .doing(doing)?;
            let rows = statement
                .query_map([], |row| {
                    Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, bool>(4)?))
                })
                .doing(doing)?;
            rows.map(|row| {
                let (id, capture, at, deletion, is_pupil) = row.doing(doing)?;
                let of = if is_pupil {
                    Gone::Pupil(id.parse().map_err(|_| corrupt("a pupil id", &id))?)
                } else {
                    Gone::Page(id.parse().map_err(|_| corrupt("a page id", &id))?)
                };
                Ok(Tombstone { of, capture, at, deletion })
            })
            .collect()
        })
    }

    /// Deletes again what was deleted before and is here again from an older backup; says how much. What is not here is
    /// no matter. A page may be anywhere on its way then.
    pub fn delete_again(&self, gone: &[Gone], at: Timestamp) -> Result<u64, CatalogueError> {
        self.write(|tx| {
            let mut again = 0;
            for &one in gone {
                let here = match one {
                    Gone::Page(id) => page_again(tx, id, at)?,
                    Gone::Pupil(id) => erasing::erase_again(tx, id, at)?,
                };
                again += u64::from(here);
            }
            Ok(again)
        })
    }
}

fn page_again(tx: &Transaction<'_>, id: PageId, at: Timestamp) -> Result<bool, CatalogueError> {
    match pages::one(tx, id) {
        Ok(page) if matches!(page.state, PageState::Deleting | PageState::Deleted) => Ok(false),
        Ok(_) => condemn(tx, id, &json!({"again": true}), at, Busy::Leave).map(|()| true),
        Err(CatalogueError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
