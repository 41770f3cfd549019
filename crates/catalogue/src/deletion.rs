//! Deleting for good: proposed as a list, approved by two people, carried out page by page, remembered by tombstones.
//!
//! ```text
//! proposed ──two approvals──→ approved: pages `deleting`, their files `leaving`     (one transaction)
//!     └──→ withdrawn          disk: files removed, with everything made from them
//!                             vanish: rows emptied, tombstone                       (one transaction a page)
//!                             done: tombstones in a file, the log of SQLite emptied
//! ```
//! A legal hold that stands when the second approval comes wins.

mod carrying;
mod copies;
mod deciding;
mod erasing;
#[cfg(test)]
mod tests;
mod tombstones;

pub use copies::Forgotten;
pub use tombstones::Tombstone;

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::{Connection, OptionalExtension as _, Row};
use scantrail_core::ids::{PageId, PupilId};

/// How many have to approve.
pub const APPROVALS: usize = 2;

/// A list of pages that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeletion {
    /// The retention rule it follows; empty if a person asked.
    pub rule: String,
    /// Why, in words.
    pub reason: String,
    /// Who proposes it.
    pub account: String,
    /// The pages.
    pub pages: Vec<PageId>,
    /// Pupils whose own record is erased: name, date of birth, numbers, classes.
    pub pupils: Vec<PupilId>,
}

/// How far a deletion has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeletionState {
    /// Waits for approvals.
    Proposed,
    /// Taken back.
    Withdrawn,
    /// Being carried out.
    Approved,
    /// Carried out.
    Done,
}

impl DeletionState {
    const ALL: [Self; 4] = [Self::Proposed, Self::Withdrawn, Self::Approved, Self::Done];

    /// The word in tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Withdrawn => "withdrawn",
            Self::Approved => "approved",
            Self::Done => "done",
        }
    }
}

/// A deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// Its number.
    pub id: i64,
    /// When it was proposed, RFC 3339.
    pub at: String,
    /// What was proposed.
    pub new: NewDeletion,
    /// How far it has come.
    pub state: DeletionState,
    /// When it was withdrawn or done.
    pub ended_at: Option<String>,
    /// Who withdrew it.
    pub withdrawn_by: Option<String>,
    /// Who approved, and when.
    pub approvals: Vec<(String, String)>,
    /// Files that were removed.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
}

fn refused(id: PageId, why: &str) -> CatalogueError {
    CatalogueError::Refused { what: "page", id: id.to_string(), why: why.to_owned() }
}

fn deletion(c: &Connection, id: i64) -> Result<Deletion, CatalogueError> {
    let doing = "reading a deletion";
    let list = |sql: &str| -> Result<Vec<(String, String)>, CatalogueError> {
        let mut statement = c.prepare_cached(sql).doing(doing)?;
        let rows = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?))).doing(doing)?;
        rows.collect::<rusqlite::Result<_>>().doing(doing)
    };
    let pages = list(
        "SELECT page.id, '' FROM deletion_page JOIN page ON page.id = deletion_page.page WHERE deletion = ?1
         ORDER BY page.number",
    )?;
    let pupils = list("SELECT pupil, '' FROM deletion_pupil WHERE deletion = ?1 ORDER BY pupil")?;
    let approvals = list("SELECT account, at FROM deletion_approval WHERE deletion = ?1 ORDER BY at, account")?;
    let row = |row: &Row<'_>| {
        let word: String = row.get(4)?;
        Ok((
            Deletion {
                id,
                at: row.get(0)?,
                new: NewDeletion {
                    rule: row.get(1)?,
                    reason: row.get(2)?,
                    account: row.get(3)?,
                    pages: vec![],
                    pupils: vec![],
                },
                state: DeletionState::Proposed,
                ended_at: row.get(5)?,
                withdrawn_by: row.get(8)?,
                approvals: Vec::new(),
                files: row.get::<_, i64>(6)? as u64,
                bytes: row.get::<_, i64>(7)? as u64,
            },
            word,
        ))
    };
    let found = c
        .prepare_cached(
            "SELECT at, rule, reason, account, state, ended_at, files, bytes, withdrawn_by FROM deletion WHERE id = ?1",
        )
        .doing(doing)?
        .query_row([id], row)
        .optional()
        .doing(doing)?;
    let Some((mut deletion, word)) = found else {
        return Err(CatalogueError::NotFound { what: "deletion", id: id.to_string() });
    };
    deletion.state = DeletionState::ALL
        .into_iter()
        .find(|state| state.word() == word)
        .ok_or_else(|| corrupt("a state of a deletion", &word))?;
    deletion.approvals = approvals;
    let page = |(id, _): &(String, String)| id.parse().map_err(|_| corrupt("a page id", id));
    deletion.new.pages = pages.iter().map(page).collect::<Result<_, _>>()?;
    let pupil = |(id, _): &(String, String)| id.parse().map_err(|_| corrupt("a pupil id", id));
    deletion.new.pupils = pupils.iter().map(pupil).collect::<Result<_, _>>()?;
    Ok(deletion)
}

impl Catalogue {
    /// One deletion.
    pub fn deletion(&self, id: i64) -> Result<Deletion, CatalogueError> {
        self.read(|c| deletion(c, id))
    }

    /// The last deletions, newest first.
    pub fn deletions(&self, limit: u32) -> Result<Vec<Deletion>, CatalogueError> {
        let doing = "reading deletions";
        self.read(|c| {
            let mut statement = c.prepare_cached("SELECT id FROM deletion ORDER BY id DESC LIMIT ?1").doing(doing)?;
            let ids = statement.query_map([limit], |row| row.get(0)).doing(doing)?;
            ids.map(|id| deletion(c, id.doing(doing)?)).collect()
        })
    }
}
