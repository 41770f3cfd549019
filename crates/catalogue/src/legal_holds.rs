//! What may not be deleted, whatever the rules say.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use rusqlite::{Connection, params};
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeSet;

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

/// Whether a legal hold keeps a page.
pub(crate) fn on_hold(c: &Connection, page: PageId) -> Result<bool, CatalogueError> {
    Ok(!holding(c, &page.to_string())?.is_empty())
}

/// The legal hold that keeps a page, in words for whoever is refused.
pub(crate) fn keeping(c: &Connection, page: PageId) -> Result<Option<String>, CatalogueError> {
    let found = holding(c, &page.to_string())?;
    found.first().map(|id| in_words(c, *id)).transpose()
}

/// The legal hold that keeps everything of a pupil, in words for whoever is refused.
pub(crate) fn keeping_pupil(c: &Connection, pupil: PupilId) -> Result<Option<String>, CatalogueError> {
    let found = numbers(c, "SELECT id FROM legal_hold WHERE lifted_at IS NULL AND pupil = ?1", &pupil.to_string())?;
    found.first().map(|id| in_words(c, *id)).transpose()
}

/// The legal holds that keep a page, first the one that has stood longest: its own, those of its pupils and of the pupils whose
/// sheets it carries, and those of pupils in whose trail it lay when the hold was put. No move takes it from under one.
fn holding(c: &Connection, page: &str) -> Result<Vec<i64>, CatalogueError> {
    let sql = "SELECT id FROM legal_hold WHERE lifted_at IS NULL AND (legal_hold.page = ?1
               OR legal_hold.pupil IN (SELECT owner.pupil FROM owner WHERE owner.page = ?1)
               OR legal_hold.pupil IN (SELECT sheet.pupil FROM code JOIN sheet ON sheet.id = code.sheet
                                       WHERE code.page = ?1)
               OR EXISTS (SELECT 1 FROM event WHERE event.page = ?1 AND event.kind = 'left-trail'
                          AND event.pupil = legal_hold.pupil AND event.at >= legal_hold.at)) ORDER BY id";
    numbers(c, sql, page)
}

fn numbers(c: &Connection, sql: &str, value: &str) -> Result<Vec<i64>, CatalogueError> {
    let doing = "looking for legal holds";
    let mut statement = c.prepare_cached(sql).doing(doing)?;
    let ids = statement.query_map([value], |row| row.get(0)).doing(doing)?;
    ids.collect::<rusqlite::Result<_>>().doing(doing)
}

fn in_words(c: &Connection, id: i64) -> Result<String, CatalogueError> {
    c.query_row("SELECT at, account, reason FROM legal_hold WHERE id = ?1", [id], |row| {
        let (at, account, reason): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("legal hold {id} keeps it, put by {account} on {}: {reason}", at.get(..10).unwrap_or_default()))
    })
    .doing("reading a legal hold")
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

    /// The numbers of the legal holds that keep any of these pages, or all of one of these pupils.
    pub fn holds_keeping(&self, pages: &[PageId], pupils: &[PupilId]) -> Result<BTreeSet<i64>, CatalogueError> {
        self.read(|c| {
            let mut found = BTreeSet::new();
            for page in pages {
                found.extend(holding(c, &page.to_string())?);
            }
            for pupil in pupils {
                let sql = "SELECT id FROM legal_hold WHERE lifted_at IS NULL AND pupil = ?1";
                found.extend(numbers(c, sql, &pupil.to_string())?);
            }
            Ok(found)
        })
    }
}
