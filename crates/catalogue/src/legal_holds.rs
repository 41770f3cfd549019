//! What may not be deleted, whatever the rules say.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use rusqlite::{Connection, params};
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::jiff::Timestamp;
use serde_json::json;

/// A legal hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalHold {
    /// Its number.
    pub id: i64,
    /// Since when, RFC 3339.
    pub at: String,
    /// The pupil all of whose pages it keeps.
    pub pupil: Option<PupilId>,
    /// The page it keeps.
    pub page: Option<PageId>,
    /// Why.
    pub reason: String,
    /// Who put it there.
    pub account: String,
    /// When it was lifted.
    pub lifted_at: Option<String>,
    /// Who lifted it.
    pub lifted_by: Option<String>,
    /// Why.
    pub lifted_for: Option<String>,
}

const PAGES_ON_HOLD: &str = "SELECT page.id FROM page WHERE EXISTS (SELECT 1 FROM legal_hold
    WHERE lifted_at IS NULL AND (legal_hold.page = page.id
    OR legal_hold.pupil IN (SELECT owner.pupil FROM owner WHERE owner.page = page.id)
    OR legal_hold.pupil IN (SELECT sheet.pupil FROM code JOIN sheet ON sheet.id = code.sheet
                            WHERE code.page = page.id)))";

/// Whether a legal hold keeps a page.
pub(crate) fn on_hold(c: &Connection, page: PageId) -> Result<bool, CatalogueError> {
    c.prepare_cached(&format!("SELECT EXISTS ({PAGES_ON_HOLD} AND page.id = ?1)"))
        .doing("looking for legal holds")?
        .query_row([page.to_string()], |row| row.get(0))
        .doing("looking for legal holds")
}

impl Catalogue {
    /// Puts a legal hold on all of a pupil's pages, or on one page.
    pub fn put_legal_hold(&self, hold: &LegalHold, at: Timestamp) -> Result<i64, CatalogueError> {
        self.write(|tx| {
            let (pupil, page) = (hold.pupil.map(|id| id.to_string()), hold.page.map(|id| id.to_string()));
            tx.execute(
                "INSERT INTO legal_hold (at, pupil, page, reason, account) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![at.to_string(), pupil, page, hold.reason, hold.account],
            )
            .doing("putting a legal hold")?;
            let id = tx.last_insert_rowid();
            let about = About { page: hold.page, pupil: hold.pupil, ..About::default() };
            record(tx, at, "legal-hold", about, &json!({"hold": id}))?;
            Ok(id)
        })
    }

    /// Lifts a legal hold.
    pub fn lift_legal_hold(&self, id: i64, account: &str, reason: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let changed = tx
                .execute(
                    "UPDATE legal_hold SET lifted_at = ?2, lifted_by = ?3, lifted_for = ?4
                     WHERE id = ?1 AND lifted_at IS NULL",
                    params![id, at.to_string(), account, reason],
                )
                .doing("lifting a legal hold")?;
            if changed == 0 {
                return Err(CatalogueError::NotFound { what: "legal hold that stands", id: id.to_string() });
            }
            record(tx, at, "legal-hold-lifted", About::default(), &json!({"hold": id}))
        })
    }

    /// Every legal hold, those that stand first.
    pub fn legal_holds(&self) -> Result<Vec<LegalHold>, CatalogueError> {
        let doing = "reading legal holds";
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT id, at, pupil, page, reason, account, lifted_at, lifted_by, lifted_for FROM legal_hold
                     ORDER BY lifted_at IS NOT NULL, id",
                )
                .doing(doing)?;
            let rows = statement
                .query_map([], |row| {
                    let (pupil, page): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
                    Ok((
                        LegalHold {
                            id: row.get(0)?,
                            at: row.get(1)?,
                            pupil: None,
                            page: None,
                            reason: row.get(4)?,
                            account: row.get(5)?,
                            lifted_at: row.get(6)?,
                            lifted_by: row.get(7)?,
                            lifted_for: row.get(8)?,
                        },
                        pupil,
                        page,
                    ))
                })
                .doing(doing)?;
            rows.map(|row| {
                let (hold, pupil, page) = row.doing(doing)?;
                Ok(LegalHold {
                    pupil: pupil.map(|id| id.parse().map_err(|_| corrupt("a pupil id", &id))).transpose()?,
                    page: page.map(|id| id.parse().map_err(|_| corrupt("a page id", &id))).transpose()?,
                    ..hold
                })
            })
            .collect()
        })
    }

    /// Which of these pages a legal hold keeps.
    pub fn kept_by_hold(&self, pages: &[PageId]) -> Result<Vec<PageId>, CatalogueError> {
        self.read(|c| {
            let mut kept = Vec::new();
            for &page in pages {
                if on_hold(c, page)? {
                    kept.push(page);
                }
            }
            Ok(kept)
        })
    }
}
