//! Proposed, approved by two, or taken back: what is decided about a deletion, each decision in one transaction.

use super::{APPROVALS, Deletion, DeletionState, NewDeletion, deletion, erasing, refused};
use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use crate::events::{About, record};
use crate::legal_holds::keeping;
use crate::pages::{self, Page};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use scantrail_core::ids::PageId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::state::{PageEvent, PageState};
use serde_json::json;

/// Whether a page may be deleted as things are.
fn deletable(tx: &Connection, id: PageId) -> Result<Page, CatalogueError> {
    use PageState as S;
    let page = pages::one(tx, id)?;
    if !matches!(page.state, S::Filed | S::Held | S::Discarded | S::Quarantined) {
        return Err(refused(id, &format!("it is {}, so it cannot be deleted now", page.state)));
    }
    if let Some(hold) = keeping(tx, id)? {
        return Err(refused(id, &hold));
    }
    Ok(page)
}

/// What becomes of a page whose files are on their way to another place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Busy {
    /// It is refused: in a moment they will have arrived.
    Refuse,
    /// They leave, wherever they are: it was decided before that they go.
    Leave,
}

/// The pages go on their way: their files are leaving, their bags are to be written anew.
pub(super) fn condemn(
    tx: &Transaction<'_>,
    id: PageId,
    data: &serde_json::Value,
    at: Timestamp,
    on_the_way: Busy,
) -> Result<(), CatalogueError> {
    let doing = "condemning a page";
    let page = id.to_string();
    let busy: bool = tx
        .query_row("SELECT EXISTS (SELECT 1 FROM file WHERE page = ?1 AND state <> 'present')", [&page], |row| {
            row.get(0)
        })
        .doing(doing)?;
    if busy && on_the_way == Busy::Refuse {
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
            for &pupil in &new.pupils {
                erasing::erasable(tx, pupil, id)?;
                tx.execute(
                    "INSERT OR IGNORE INTO deletion_pupil (deletion, pupil) VALUES (?1, ?2)",
                    params![id, pupil.to_string()],
                )
                .doing(doing)?;
            }
            let data = json!({"deletion": id, "pages": new.pages.len(), "pupils": new.pupils.len()});
            record(tx, at, "deletion-proposed", About::default(), &data)?;
            deletion(tx, id)
        })
    }

    /// One person approves; with the last approval that is needed the deletion is carried out. The same person twice
    /// counts once, and whoever proposed it does not decide. All or nothing: a legal hold that came meanwhile stops the
    /// whole list, and is named.
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
            let last = found.approvals.len() + 1 >= APPROVALS;
            if last && found.new.account.to_lowercase() == account.to_lowercase() {
                let why = "whoever proposed it cannot be the one whose approval decides; it needs another".to_owned();
                return Err(CatalogueError::Refused { what: "deletion", id: id.to_string(), why });
            }
            tx.execute(
                "INSERT INTO deletion_approval (deletion, account, at) VALUES (?1, ?2, ?3)",
                params![id, account, at.to_string()],
            )
            .doing(doing)?;
            record(tx, at, "deletion-approved", About::default(), &json!({"deletion": id}))?;
            if last {
                tx.execute("UPDATE deletion SET state = 'approved' WHERE id = ?1", [id]).doing(doing)?;
                for &page in &found.new.pages {
                    deletable(tx, page)?;
                    condemn(tx, page, &json!({"deletion": id}), at, Busy::Refuse)?;
                }
                for &pupil in &found.new.pupils {
                    erasing::erasable(tx, pupil, id)?;
                    erasing::erase(tx, pupil, Some(id), at)?;
                }
            }
            deletion(tx, id)
        })
    }

    /// Takes a proposal back.
    pub fn withdraw_deletion(&self, id: i64, account: &str, at: Timestamp) -> Result<Deletion, CatalogueError> {
        self.write(|tx| {
            let changed = tx
                .execute(
                    "UPDATE deletion SET state = 'withdrawn', ended_at = ?2, withdrawn_by = ?3
                     WHERE id = ?1 AND state = 'proposed'",
                    params![id, at.to_string(), account],
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
}
