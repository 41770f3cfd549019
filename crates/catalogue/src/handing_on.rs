//! What was handed over: packs, what was in each, and to whom it went.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use rusqlite::{OptionalExtension as _, Row, params};
use scantrail_core::ids::{BatchId, ExportId, PageId, PupilId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::units::Digest;
use serde_json::json;

/// A pack that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// When, RFC 3339.
    pub at: String,
    /// Whose work.
    pub pupil: PupilId,
    /// Of which school year.
    pub year: String,
    /// To whom, in the words of whoever did it; may be empty.
    pub to_whom: String,
    /// Digest of its tag manifest, which covers every byte of it.
    pub digest: Digest,
}

/// A pack that is about to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExport {
    /// Its id.
    pub id: ExportId,
    /// Whose work.
    pub pupil: PupilId,
    /// Of which school year.
    pub year: String,
    /// To whom; may be empty.
    pub to_whom: String,
    /// Digest of its tag manifest.
    pub digest: Digest,
    /// The pages in it.
    pub pages: Vec<PageId>,
}

const COLUMNS: &str = "id, at, pupil, year, to_whom, digest";

fn export(row: &Row<'_>) -> rusqlite::Result<Result<Export, CatalogueError>> {
    let (id, at, pupil): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (year, to_whom, digest): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
    Ok((|| {
        Ok(Export {
            id: id.parse().map_err(|_| corrupt("an export id", &id))?,
            at,
            pupil: pupil.parse().map_err(|_| corrupt("a pupil id", &pupil))?,
            year,
            to_whom,
            digest: Digest::from_hex(&digest).ok_or_else(|| corrupt("a digest", &digest))?,
        })
    })())
}

impl Catalogue {
    /// Notes that a pack is handed over, with an event for each of its pages.
    pub fn exported(&self, new: &NewExport, at: Timestamp) -> Result<(), CatalogueError> {
        let doing = "noting what is handed over";
        self.write(|tx| {
            tx.execute(
                "INSERT INTO export (id, at, pupil, year, to_whom, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    new.id.to_string(),
                    at.to_string(),
                    new.pupil.to_string(),
                    new.year,
                    new.to_whom,
                    new.digest.to_string()
                ],
            )
            .doing(doing)?;
            for page in &new.pages {
                tx.prepare_cached("INSERT INTO export_page (export, page) VALUES (?1, ?2)")
                    .doing(doing)?
                    .execute(params![new.id.to_string(), page.to_string()])
                    .doing(doing)?;
                let about = About { page: Some(*page), pupil: Some(new.pupil), ..About::default() };
                record(tx, at, "exported", about, &json!({"export": new.id.to_string()}))?;
            }
            Ok(())
        })
    }

    /// The batch into which a file came from this source, if it did: what came once does not come again.
    pub fn came_from(&self, source: &str) -> Result<Option<BatchId>, CatalogueError> {
        let doing = "looking for what came in";
        let found: Option<String> = self.read(|c| {
            c.prepare_cached("SELECT batch FROM delivery WHERE source = ?1 AND state <> 'gone' ORDER BY id LIMIT 1")
                .doing(doing)?
                .query_row([source], |row| row.get(0))
                .optional()
                .doing(doing)
        })?;
        found.map(|id| id.parse().map_err(|_| corrupt("a batch id", &id))).transpose()
    }

    /// Every pack a page was in, oldest first: who has it.
    pub fn exports_of_page(&self, page: PageId) -> Result<Vec<Export>, CatalogueError> {
        let tail = "WHERE id IN (SELECT export FROM export_page WHERE page = ?1) ORDER BY at, rowid";
        self.exports(tail, &page.to_string())
    }

    /// Every pack of a pupil's work, oldest first.
    pub fn exports_of_pupil(&self, pupil: PupilId) -> Result<Vec<Export>, CatalogueError> {
        self.exports("WHERE pupil = ?1 ORDER BY at, rowid", &pupil.to_string())
    }

    fn exports(&self, tail: &str, value: &str) -> Result<Vec<Export>, CatalogueError> {
        let doing = "reading what was handed over";
        self.read(|c| {
            let mut statement = c.prepare_cached(&format!("SELECT {COLUMNS} FROM export {tail}")).doing(doing)?;
            let rows = statement.query_map([value], export).doing(doing)?;
            rows.map(|row| row.doing(doing)?).collect()
        })
    }
}
