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
    /// When it was whole where it was asked for, RFC 3339; none if that broke off, or goes on.
    pub ended_at: Option<String>,
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

const COLUMNS: &str = "id, at, pupil, year, to_whom, digest, ended_at";

fn export(row: &Row<'_>) -> rusqlite::Result<Result<Export, CatalogueError>> {
    let (id, at, pupil): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (year, to_whom, digest): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let ended_at = row.get(6)?;
    Ok((|| {
        Ok(Export {
            id: id.parse().map_err(|_| corrupt("an export id", &id))?,
            at,
            pupil: pupil.parse().map_err(|_| corrupt("a pupil id", &pupil))?,
            year,
            to_whom,
            digest: Digest::from_hex(&digest).ok_or_else(|| corrupt("a digest", &digest))?,
            ended_at,
        })
    })())
}

impl Catalogue {
    /// Notes that a pack is about to leave, with an event for each of its pages: before its first byte does.
    pub fn export_begun(&self, new: &NewExport, at: Timestamp) -> Result<(), CatalogueError> {
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
                record(tx, at, "export-begun", about, &json!({"export": new.id.to_string()}))?;
            }
            Ok(())
        })
    }

    /// Notes that a pack is whole where it was asked for, with an event for each of its pages. Said twice it is noted once.
    pub fn exported(&self, id: ExportId, at: Timestamp) -> Result<(), CatalogueError> {
        let doing = "noting what was handed over";
        let text = id.to_string();
        self.write(|tx| {
            let changed = tx
                .execute(
                    "UPDATE export SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL",
                    params![text, at.to_string()],
                )
                .doing(doing)?;
            if changed == 0 {
                let known: bool = tx
                    .query_row("SELECT EXISTS (SELECT 1 FROM export WHERE id = ?1)", [&text], |row| row.get(0))
                    .doing(doing)?;
                return if known { Ok(()) } else { Err(CatalogueError::NotFound { what: "export", id: text.clone() }) };
            }
            let mut statement = tx
                .prepare_cached(
                    "SELECT page, pupil FROM export_page JOIN export ON export.id = export_page.export
                     WHERE export = ?1 ORDER BY page",
                )
                .doing(doing)?;
            let rows = statement
                .query_map([&text], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
                .doing(doing)?;
            for row in rows.collect::<rusqlite::Result<Vec<_>>>().doing(doing)? {
                let page = row.0.parse().map_err(|_| corrupt("a page id", &row.0))?;
                let pupil = row.1.parse().map_err(|_| corrupt("a pupil id", &row.1))?;
                let about = About { page: Some(page), pupil: Some(pupil), ..About::default() };
                record(tx, at, "exported", about, &json!({"export": text}))?;
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
