//! Deleting for good: proposed as a list, approved by two people, carried out page by page, remembered by tombstones.
//!
//! ```text
//! proposed ──two approvals──→ approved: pages `deleting`, their files `leaving`     (one transaction)
//!     └──→ withdrawn          disk: files removed, with everything made from them
//!                             vanish: rows emptied, tombstone                       (one transaction a page)
//!                             done: tombstones in a file, the log of SQLite emptied
//! ```
//! A legal hold that stands when the second approval comes wins.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use crate::ledger::forget_page_keys;
use crate::legal_holds::on_hold;
use crate::pages::{self, Page};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use scantrail_core::ids::PageId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::state::{PageEvent, PageState};
use scantrail_core::units::Digest;
use serde_json::json;

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
    /// Who approved, and when.
    pub approvals: Vec<(String, String)>,
    /// Files that were removed.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
}

/// What remains of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The page.
    pub page: String,
    /// Its capture.
    pub capture: String,
    /// When it was deleted.
    pub at: String,
    /// By which deletion.
    pub deletion: Option<i64>,
}

fn refused(id: PageId, why: &str) -> CatalogueError {
    CatalogueError::Refused { what: "page", id: id.to_string(), why: why.to_owned() }
}

/// Whether a page may be deleted as things are.
fn deletable(tx: &Connection, id: PageId) -> Result<Page, CatalogueError> {
    use PageState as S;
    let page = pages::one(tx, id)?;
    if !matches!(page.state, S::Filed | S::Held | S::Discarded | S::Quarantined) {
        return Err(refused(id, &format!("it is {}, so it cannot be deleted now", page.state)));
    }
    if on_hold(tx, id)? {
        return Err(refused(id, "a legal hold keeps it"));
    }
    Ok(page)
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
    let approvals = list("SELECT account, at FROM deletion_approval WHERE deletion = ?1 ORDER BY at, account")?;
    let row = |row: &Row<'_>| {
        let word: String = row.get(4)?;
        Ok((
            Deletion {
                id,
                at: row.get(0)?,
                new: NewDeletion { rule: row.get(1)?, reason: row.get(2)?, account: row.get(3)?, pages: Vec::new() },
                state: DeletionState::Proposed,
                ended_at: row.get(5)?,
                approvals: Vec::new(),
                files: row.get::<_, i64>(6)? as u64,
                bytes: row.get::<_, i64>(7)? as u64,
            },
            word,
        ))
    };
    let found = c
        .prepare_cached("SELECT at, rule, reason, account, state, ended_at, files, bytes FROM deletion WHERE id = ?1")
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
    Ok(deletion)
}

/// The pages go on their way: their files are leaving, their bags are to be written anew.
fn condemn(tx: &Transaction<'_>, id: PageId, data: &serde_json::Value, at: Timestamp) -> Result<(), CatalogueError> {
    let doing = "condemning a page";
    let page = id.to_string();
    let busy: bool = tx
        .query_row("SELECT EXISTS (SELECT 1 FROM file WHERE page = ?1 AND state <> 'present')", [&page], |row| {
            row.get(0)
        })
        .doing(doing)?;
    if busy {
        return Err(refused(id, "its files are still on their way; try again in a moment"));
    }
    pages::step(tx, id, PageEvent::Condemn, data, at)?;
    tx.execute("UPDATE bag SET dirty = dirty + 1 WHERE path IN (SELECT bag FROM file WHERE page = ?1)", [&page])
        .doing(doing)?;
    tx.execute(
        "UPDATE deletion SET files = files + (SELECT count(*) FROM file WHERE page = ?1),
         bytes = bytes + (SELECT coalesce(sum(bytes), 0) FROM file WHERE page = ?1) WHERE state = 'approved'
         AND id IN (SELECT deletion FROM deletion_page WHERE page = ?1)",
        [&page],
    )
    .doing(doing)?;
    tx.execute("UPDATE file SET state = 'leaving' WHERE page = ?1", [&page]).doing(doing)?;
    Ok(())
}

impl Catalogue {
    /// Proposes pages for deletion. All of them or none: one that cannot be deleted is named.
    pub fn propose_deletion(&self, new: &NewDeletion, at: Timestamp) -> Result<Deletion, CatalogueError> {
        let doing = "proposing a deletion";
        self.write(|tx| {
            tx.execute(
                "INSERT INTO deletion (at, rule, reason, account, state) VALUES (?1, ?2, ?3, ?4, 'proposed')",
                params![at.to_string(), new.rule, new.reason, new.account],
            )
            .doing(doing)?;
            let id = tx.last_insert_rowid();
            for &page in &new.pages {
                deletable(tx, page)?;
                let other: Option<i64> = tx
                    .prepare_cached(
                        "SELECT deletion.id FROM deletion_page JOIN deletion ON deletion.id = deletion_page.deletion
                         WHERE page = ?1 AND state IN ('proposed', 'approved') LIMIT 1",
                    )
                    .doing(doing)?
                    .query_row([page.to_string()], |row| row.get(0))
                    .optional()
                    .doing(doing)?;
                if let Some(other) = other {
                    return Err(refused(page, &format!("deletion {other} has it already")));
                }
                tx.prepare_cached("INSERT OR IGNORE INTO deletion_page (deletion, page) VALUES (?1, ?2)")
                    .doing(doing)?
                    .execute(params![id, page.to_string()])
                    .doing(doing)?;
            }
            let data = json!({"deletion": id, "pages": new.pages.len()});
            record(tx, at, "deletion-proposed", About::default(), &data)?;
            deletion(tx, id)
        })
    }

    /// One person approves; with the last approval that is needed the deletion is carried out. The same person twice
    /// counts once. All pages or none: a legal hold that came meanwhile stops the whole list, and says which page.
    pub fn approve_deletion(&self, id: i64, account: &str, at: Timestamp) -> Result<Deletion, CatalogueError> {
        let doing = "approving a deletion";
        self.write(|tx| {
            let found = deletion(tx, id)?;
            if found.state != DeletionState::Proposed {
                let why = format!("it is {} already", found.state.word());
                return Err(CatalogueError::Refused { what: "deletion", id: id.to_string(), why });
            }
            if found.approvals.iter().any(|(by, _)| by.to_lowercase() == account.to_lowercase()) {
                let why = "the same person approved it already; it needs another".to_owned();
                return Err(CatalogueError::Refused { what: "deletion", id: id.to_string(), why });
            }
            tx.execute(
                "INSERT INTO deletion_approval (deletion, account, at) VALUES (?1, ?2, ?3)",
                params![id, account, at.to_string()],
            )
            .doing(doing)?;
            record(tx, at, "deletion-approved", About::default(), &json!({"deletion": id}))?;
            if found.approvals.len() + 1 >= APPROVALS {
                tx.execute("UPDATE deletion SET state = 'approved' WHERE id = ?1", [id]).doing(doing)?;
                for &page in &found.new.pages {
                    deletable(tx, page)?;
                    condemn(tx, page, &json!({"deletion": id}), at)?;
                }
            }
            deletion(tx, id)
        })
    }

    /// Takes a proposal back.
    pub fn withdraw_deletion(&self, id: i64, at: Timestamp) -> Result<Deletion, CatalogueError> {
        self.write(|tx| {
            let changed = tx
                .execute(
                    "UPDATE deletion SET state = 'withdrawn', ended_at = ?2 WHERE id = ?1 AND state = 'proposed'",
                    params![id, at.to_string()],
                )
                .doing("withdrawing a deletion")?;
            let found = deletion(tx, id)?;
            if changed == 0 {
                let why = format!("it is {} already", found.state.word());
                return Err(CatalogueError::Refused { what: "deletion", id: id.to_string(), why });
            }
            record(tx, at, "deletion-withdrawn", About::default(), &json!({"deletion": id}))?;
            Ok(found)
        })
    }

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

    /// Pages whose deletion is decided and whose files are gone: what is left is to make them vanish.
    pub fn pages_deleting(&self) -> Result<Vec<Page>, CatalogueError> {
        self.read(|c| {
            let tail = "WHERE page.state = 'deleting' AND NOT EXISTS (SELECT 1 FROM file WHERE file.page = page.id)
                        ORDER BY page.number";
            pages::select(c, tail, &[])
        })
    }

    /// The file a page was taken out of, if it came in one with others: the delivery's number.
    pub fn delivery_of(&self, page: PageId) -> Result<Option<i64>, CatalogueError> {
        self.read(|c| {
            c.query_row(
                "SELECT capture.delivery FROM capture JOIN page ON page.capture = capture.id WHERE page.id = ?1",
                [page.to_string()],
                |row| row.get(0),
            )
            .doing("looking for the file a page came in")
        })
    }

    /// Nothing of a page is on the disk any more: its rows are emptied of all it was, its words leave the index, and a
    /// tombstone stays.
    pub fn page_vanished(&self, id: PageId, at: Timestamp) -> Result<(), CatalogueError> {
        let doing = "deleting a page's rows";
        self.write(|tx| {
            let page = pages::one(tx, id)?;
            let (text, capture, batch) = (id.to_string(), page.capture.to_string(), page.batch.to_string());
            pages::step(tx, id, PageEvent::Vanish, &json!({}), at)?;
            let of_page = |sql: &str| tx.execute(sql, [&text]).map(drop).doing(doing);
            of_page("DELETE FROM owner WHERE page = ?1")?;
            of_page("DELETE FROM code WHERE page = ?1")?;
            of_page("DELETE FROM own_code_seen WHERE page = ?1")?;
            of_page("DELETE FROM text_due WHERE page = (SELECT number FROM page WHERE id = ?1)")?;
            of_page(
                "UPDATE page SET content = NULL, turn = NULL, skew = NULL, text_confidence = NULL, derivative = NULL,
                 reading = NULL, identified = NULL, reason = NULL, warnings = '[]', short_mm = NULL, long_mm = NULL,
                 taken_seconds = NULL, taken_by = NULL, language = NULL WHERE id = ?1",
            )?;
            // That it happened stays, and the ledger proves it; what it was can no longer be opened.
            forget_page_keys(tx, id)?;
            tx.execute(
                "UPDATE capture SET digest = ?2, bytes = 0, dpi_x = NULL, dpi_y = NULL, suspicion = NULL, turn = NULL,
                 settings = '{}', location = 'deleted/' || id WHERE id = ?1",
                params![capture, Digest([0; 32]).to_string()],
            )
            .doing(doing)?;
            tx.execute(
                "DELETE FROM piece WHERE NOT EXISTS (SELECT 1 FROM owner WHERE owner.piece = piece.id) AND batch = ?1",
                [&batch],
            )
            .doing(doing)?;
            tx.execute(
                "INSERT INTO tombstone (page, capture, at, deletion) VALUES (?1, ?2, ?3,
                 (SELECT deletion FROM deletion_page JOIN deletion ON deletion.id = deletion_page.deletion
                  WHERE page = ?1 AND state = 'approved')) ON CONFLICT (page) DO NOTHING",
                params![text, capture, at.to_string()],
            )
            .doing(doing)?;
            empty_batch(tx, &batch)
        })
    }

    /// Deletions all of whose pages are gone.
    pub fn deletions_at_their_end(&self) -> Result<Vec<i64>, CatalogueError> {
        let doing = "looking for ended deletions";
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT id FROM deletion WHERE state = 'approved' AND NOT EXISTS (SELECT 1 FROM deletion_page
                     JOIN page ON page.id = deletion_page.page WHERE deletion = deletion.id AND page.state <> 'deleted')",
                )
                .doing(doing)?;
            let ids = statement.query_map([], |row| row.get(0)).doing(doing)?;
            ids.collect::<rusqlite::Result<_>>().doing(doing)
        })
    }

    /// A deletion is carried out, and its tombstones lie in their file.
    pub fn deletion_done(&self, id: i64, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("UPDATE deletion SET state = 'done', ended_at = ?2 WHERE id = ?1", params![id, at.to_string()])
                .doing("ending a deletion")?;
            record(tx, at, "deletion-done", About::default(), &json!({"deletion": id}))
        })
    }

    /// Every tombstone, in order of time.
    pub fn tombstones(&self) -> Result<Vec<Tombstone>, CatalogueError> {
        let doing = "reading tombstones";
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT page, capture, at, deletion FROM tombstone ORDER BY at, page").doing(doing)?;
            let rows = statement
                .query_map([], |row| {
                    Ok(Tombstone { page: row.get(0)?, capture: row.get(1)?, at: row.get(2)?, deletion: row.get(3)? })
                })
                .doing(doing)?;
            rows.collect::<rusqlite::Result<_>>().doing(doing)
        })
    }

    /// Condemns pages that were deleted before and are here again from an older backup; says how many. A page that is
    /// not here is no matter.
    pub fn condemn_again(&self, pages: &[PageId], at: Timestamp) -> Result<u64, CatalogueError> {
        self.write(|tx| {
            let mut condemned = 0;
            for &id in pages {
                use PageState as S;
                match pages::one(tx, id) {
                    Ok(page) if matches!(page.state, S::Filed | S::Held | S::Discarded | S::Quarantined) => {
                        condemn(tx, id, &json!({"again": true}), at)?;
                        condemned += 1;
                    }
                    Ok(page) if matches!(page.state, S::Deleting | S::Deleted) => {}
                    Ok(_) => return Err(refused(id, "it is on its way; delete it again when it has arrived")),
                    Err(CatalogueError::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(condemned)
        })
    }
}

/// A batch from which every page was deleted says nothing any more but that it was.
fn empty_batch(tx: &Transaction<'_>, batch: &str) -> Result<(), CatalogueError> {
    let doing = "emptying a batch";
    let left: bool = tx
        .query_row("SELECT EXISTS (SELECT 1 FROM page WHERE batch = ?1 AND state <> 'deleted')", [batch], |row| {
            row.get(0)
        })
        .doing(doing)?;
    if left {
        return Ok(());
    }
    let of_batch = |sql: &str| tx.execute(sql, [batch]).map(drop).doing(doing);
    of_batch("DELETE FROM run WHERE batch = ?1")?;
    of_batch(
        "UPDATE batch SET facts = NULL, class = '', subject = '', title = '', alarms = '[]', trouble = NULL WHERE id = ?1",
    )?;
    of_batch("UPDATE delivery SET name = '', source = '', digest = NULL, why = NULL WHERE batch = ?1")?;
    of_batch("UPDATE decision SET words = '[]', reason = '' WHERE batch = ?1")
}
