//! The queue of holds, and people's decisions: none is ever changed or deleted; undone, it no longer counts.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use crate::pages::{self, Page};
use crate::runs::{self, Understanding};
use rusqlite::{Connection, Row, Transaction, params};
use scantrail_core::ids::{BatchId, PageId, SheetId};
use scantrail_core::jiff::Timestamp;
use serde_json::json;

/// A decision about to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// What was done, as a word: `assign`, `confirm`, `shift` …
    pub kind: String,
    /// The batch it is about; none for a word about a sheet, which counts in every batch.
    pub batch: Option<BatchId>,
    /// The sheet it is about.
    pub sheet: Option<SheetId>,
    /// What was said, as the daemon writes it.
    pub words: String,
    /// Why, in the person's words.
    pub reason: String,
    /// The pages it is about.
    pub pages: Vec<PageId>,
}

/// A person's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its number.
    pub id: i64,
    /// When, RFC 3339.
    pub at: String,
    /// What was done, as a word.
    pub kind: String,
    /// The batch it is about.
    pub batch: Option<BatchId>,
    /// The sheet it is about.
    pub sheet: Option<SheetId>,
    /// What was said, as the daemon writes it.
    pub words: String,
    /// Why, in the person's words.
    pub reason: String,
    /// When it was undone.
    pub undone_at: Option<String>,
    /// The pages it is about, in the order of capture.
    pub pages: Vec<PageId>,
}

const COLUMNS: &str = "id, at, kind, batch, sheet, words, reason, undone_at,
    (SELECT json_group_array(page) FROM (SELECT decision_page.page FROM decision_page
     JOIN page ON page.id = decision_page.page WHERE decision = decision.id ORDER BY page.number))";

fn decision(row: &Row<'_>) -> rusqlite::Result<Result<Decision, CatalogueError>> {
    let (batch, sheet, pages): (Option<String>, Option<String>, String) = (row.get(3)?, row.get(4)?, row.get(8)?);
    let (id, at, kind, words) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(5)?);
    let (reason, undone_at) = (row.get(6)?, row.get(7)?);
    Ok((|| {
        let ids: Vec<String> = serde_json::from_str(&pages).map_err(|_| corrupt("a list of pages", &pages))?;
        let page = |id: &String| id.parse().map_err(|_| corrupt("a page id", id));
        Ok(Decision {
            id,
            at,
            kind,
            batch: batch.map(|b| b.parse().map_err(|_| corrupt("a batch id", &b))).transpose()?,
            sheet: sheet.map(|s| s.parse().map_err(|_| corrupt("a sheet id", &s))).transpose()?,
            words,
            reason,
            undone_at,
            pages: ids.iter().map(page).collect::<Result<_, _>>()?,
        })
    })())
}

fn select(c: &Connection, tail: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Decision>, CatalogueError> {
    let mut statement =
        c.prepare_cached(&format!("SELECT {COLUMNS} FROM decision {tail}")).doing("reading decisions")?;
    let rows = statement.query_map(values, decision).doing("reading decisions")?;
    rows.map(|row| row.doing("reading decisions")?).collect()
}

fn insert(tx: &Transaction<'_>, new: &NewDecision, at: Timestamp) -> Result<i64, CatalogueError> {
    tx.execute(
        "INSERT INTO decision (at, kind, batch, sheet, words, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            at.to_string(),
            new.kind,
            new.batch.map(|id| id.to_string()),
            new.sheet.map(|id| id.to_string()),
            new.words,
            new.reason
        ],
    )
    .doing("recording a decision")?;
    let id = tx.last_insert_rowid();
    for page in &new.pages {
        tx.execute("INSERT INTO decision_page (decision, page) VALUES (?1, ?2)", params![id, page.to_string()])
            .doing("recording a decision")?;
    }
    let about = About { batch: new.batch, ..About::default() };
    record(tx, at, "decided", about, &json!({"decision": id, "kind": new.kind}))?;
    Ok(id)
}

impl Catalogue {
    /// The pages that wait for a person, oldest first.
    pub fn held_pages(&self) -> Result<Vec<Page>, CatalogueError> {
        self.read(|c| pages::select(c, &format!("WHERE {} ORDER BY +page.number", pages::in_states("'held'")), &[]))
    }

    /// Records a decision together with what the batches it concerns are understood to be now. Returns its number.
    pub fn decide(&self, new: &NewDecision, outcome: &[Understanding], at: Timestamp) -> Result<i64, CatalogueError> {
        self.write(|tx| {
            let id = insert(tx, new, at)?;
            outcome.iter().try_for_each(|batch| runs::write(tx, batch, at))?;
            Ok(id)
        })
    }

    /// Takes a decision back, together with what the batches it concerned are understood to be without it.
    pub fn undo(&self, decision: i64, outcome: &[Understanding], at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let changed = tx
                .execute(
                    "UPDATE decision SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL",
                    params![decision, at.to_string()],
                )
                .doing("undoing a decision")?;
            if changed == 0 {
                return Err(CatalogueError::Refused {
                    what: "decision",
                    id: decision.to_string(),
                    why: "it was undone already".into(),
                });
            }
            let batch = outcome.first().map(|outcome| outcome.batch);
            record(tx, at, "undone", About { batch, ..About::default() }, &json!({"decision": decision}))?;
            outcome.iter().try_for_each(|batch| runs::write(tx, batch, at))
        })
    }

    /// One decision.
    pub fn decision(&self, id: i64) -> Result<Decision, CatalogueError> {
        let found = self.read(|c| select(c, "WHERE id = ?1", &[&id]))?;
        found.into_iter().next().ok_or_else(|| CatalogueError::NotFound { what: "decision", id: id.to_string() })
    }

    /// The decisions about a batch that stand, and those about sheets that were seen in it, oldest first.
    pub fn standing_decisions(&self, batch: BatchId) -> Result<Vec<Decision>, CatalogueError> {
        let tail = "WHERE undone_at IS NULL AND (batch = ?1 OR sheet IN (SELECT code.sheet FROM code
                    JOIN page ON page.id = code.page WHERE page.batch = ?1)) ORDER BY id";
        self.read(|c| select(c, tail, &[&batch.to_string()]))
    }

    /// The decision that stands about a sheet, if there is one.
    pub fn standing_about_sheet(&self, sheet: SheetId) -> Result<Option<Decision>, CatalogueError> {
        let tail = "WHERE undone_at IS NULL AND sheet = ?1 ORDER BY id DESC LIMIT 1";
        Ok(self.read(|c| select(c, tail, &[&sheet.to_string()]))?.into_iter().next())
    }

    /// The last decisions, newest first.
    pub fn recent_decisions(&self, limit: u32) -> Result<Vec<Decision>, CatalogueError> {
        self.read(|c| select(c, "ORDER BY id DESC LIMIT ?1", &[&limit]))
    }

    /// The decisions about a page, oldest first, undone ones included.
    pub fn decisions_about(&self, page: PageId) -> Result<Vec<Decision>, CatalogueError> {
        let tail = "WHERE id IN (SELECT decision FROM decision_page WHERE page = ?1) ORDER BY id";
        self.read(|c| select(c, tail, &[&page.to_string()]))
    }

    /// Understood batches in which a sheet was seen, oldest first.
    pub fn batches_with_sheet(&self, sheet: SheetId) -> Result<Vec<BatchId>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT DISTINCT batch.id FROM code JOIN page ON page.id = code.page
                     JOIN batch ON batch.id = page.batch WHERE code.sheet = ?1 AND batch.state = 'understood'
                     ORDER BY batch.opened_at, batch.id",
                )
                .doing("looking for a sheet")?;
            let rows =
                statement.query_map([sheet.to_string()], |row| row.get::<_, String>(0)).doing("looking for a sheet")?;
            rows.map(|row| {
                let id = row.doing("looking for a sheet")?;
                id.parse().map_err(|_| corrupt("a batch id", &id))
            })
            .collect()
        })
    }
}
