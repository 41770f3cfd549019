//! The queue of holds, and people's decisions: all recorded, all reversible.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::pages::{self, Page};
use crate::runs::{self, Ownership, PieceRow};
use rusqlite::{Connection, Row, Transaction, params};
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::jiff::Timestamp;

/// What a person decided about a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// It is this pupil's.
    Assign,
    /// It is nobody's work.
    Discard,
}

impl Action {
    /// The word used in tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::Discard => "discard",
        }
    }
}

/// A person's decision about one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its number.
    pub id: i64,
    /// When, RFC 3339.
    pub at: String,
    /// The page.
    pub page: PageId,
    /// What was decided.
    pub action: Action,
    /// For whom.
    pub pupil: Option<PupilId>,
    /// Why, in the person's words.
    pub reason: String,
    /// Why the page was held before.
    pub before: String,
    /// The first decision of those taken in one step.
    pub together: i64,
    /// When it was undone.
    pub undone_at: Option<String>,
}

const COLUMNS: &str = "id, at, page, action, pupil, reason, before, coalesce(together, id), undone_at";

fn decision(row: &Row<'_>) -> rusqlite::Result<Result<Decision, CatalogueError>> {
    let (page, action, pupil): (String, String, Option<String>) = (row.get(2)?, row.get(3)?, row.get(4)?);
    let (id, at, reason, before) = (row.get(0)?, row.get(1)?, row.get(5)?, row.get(6)?);
    let (together, undone_at) = (row.get(7)?, row.get(8)?);
    Ok((|| {
        Ok(Decision {
            id,
            at,
            page: page.parse().map_err(|_| corrupt("a page id", &page))?,
            action: match action.as_str() {
                "assign" => Action::Assign,
                "discard" => Action::Discard,
                _ => return Err(corrupt("an action", action)),
            },
            pupil: pupil.map(|p| p.parse().map_err(|_| corrupt("a pupil id", &p))).transpose()?,
            reason,
            before,
            together,
            undone_at,
        })
    })())
}

fn select(c: &Connection, tail: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Decision>, CatalogueError> {
    let mut statement =
        c.prepare_cached(&format!("SELECT {COLUMNS} FROM decision {tail}")).doing("reading decisions")?;
    let rows = statement.query_map(values, decision).doing("reading decisions")?;
    rows.map(|row| row.doing("reading decisions")?).collect()
}

fn insert(
    tx: &Transaction<'_>,
    fate: &Ownership,
    action: Action,
    reason: &str,
    together: Option<i64>,
    at: Timestamp,
) -> Result<i64, CatalogueError> {
    let before = pages::one(tx, fate.page)?.reason.unwrap_or_default();
    tx.execute(
        "INSERT INTO decision (at, page, action, pupil, reason, before, together)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            at.to_string(),
            fate.page.to_string(),
            action.word(),
            fate.pupil.map(|id| id.to_string()),
            reason,
            before,
            together
        ],
    )
    .doing("recording a decision")?;
    Ok(tx.last_insert_rowid())
}

impl Catalogue {
    /// The pages that wait for a person, oldest first.
    pub fn held_pages(&self) -> Result<Vec<Page>, CatalogueError> {
        self.read(|c| pages::select(c, "WHERE page.state = 'held' ORDER BY page.number", &[]))
    }

    /// Takes one decision about pages that belong together: their fates, and the piece they form if it is new.
    /// Returns the number to undo it by.
    pub fn decide(
        &self,
        action: Action,
        fates: &[Ownership],
        new_piece: Option<&PieceRow>,
        reason: &str,
        at: Timestamp,
    ) -> Result<i64, CatalogueError> {
        self.write(|tx| {
            if let Some(piece) = new_piece {
                runs::insert_piece(tx, piece)?;
            }
            let mut together = None;
            for fate in fates {
                let id = insert(tx, fate, action, reason, together, at)?;
                together = together.or(Some(id));
                runs::decide(tx, fate, at)?;
            }
            together.ok_or_else(|| CatalogueError::Refused {
                what: "decision",
                id: action.word().into(),
                why: "it names no page".into(),
            })
        })
    }

    /// Undoes a decision: every page taken with it goes back as `fates` says.
    pub fn undo(&self, decision: i64, fates: &[Ownership], at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let changed = tx
                .execute(
                    "UPDATE decision SET undone_at = ?2 WHERE coalesce(together, id) = ?1 AND undone_at IS NULL",
                    params![decision, at.to_string()],
                )
                .doing("undoing a decision")?;
            if changed != fates.len() {
                return Err(CatalogueError::Refused {
                    what: "decision",
                    id: decision.to_string(),
                    why: "it was undone already, in whole or in part".into(),
                });
            }
            fates.iter().try_for_each(|fate| runs::decide(tx, fate, at))
        })
    }

    /// The decisions taken in one step with `id`, in the order of their pages.
    pub fn decisions_with(&self, id: i64) -> Result<Vec<Decision>, CatalogueError> {
        let tail =
            "WHERE coalesce(together, id) = (SELECT coalesce(together, id) FROM decision WHERE id = ?1) ORDER BY id";
        let found = self.read(|c| select(c, tail, &[&id]))?;
        if found.is_empty() {
            return Err(CatalogueError::NotFound { what: "decision", id: id.to_string() });
        }
        Ok(found)
    }

    /// The last decisions, newest first, one for each step.
    pub fn recent_decisions(&self, limit: u32) -> Result<Vec<Decision>, CatalogueError> {
        self.read(|c| select(c, "WHERE together IS NULL ORDER BY id DESC LIMIT ?1", &[&limit]))
    }

    /// The decisions about a page, oldest first.
    pub fn decisions_about(&self, page: PageId) -> Result<Vec<Decision>, CatalogueError> {
        self.read(|c| select(c, "WHERE page = ?1 ORDER BY id", &[&page.to_string()]))
    }
}
