//! A pupil's own record erased: name, date of birth, numbers, classes, and what people wrote about handing over and
//! holding. The id stays, for sheets that name it and events that count it; it tells nothing about anybody.
//!
//! The rows go in the transaction that decides it. The folder of the trail then gets the bare id for its name, as with any
//! change of name, and goes with the file that told whose it was.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use crate::ledger::forget_pupil_keys;
use crate::legal_holds::keeping_pupil;
use crate::renames;
use crate::scrubbing::scrub_is_due;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::Timestamp;
use serde_json::json;

const DOING: &str = "erasing a pupil's record";

/// What stands in place of a family name. Lists, searches and comparisons leave such a row out.
const NAME: &str = "(record erased)";

fn refused(id: PupilId, why: impl Into<String>) -> CatalogueError {
    CatalogueError::Refused { what: "pupil", id: id.to_string(), why: why.into() }
}

/// Whether a pupil's record was erased; `None` if there never was one.
pub(crate) fn is_erased(c: &Connection, id: PupilId) -> Result<Option<bool>, CatalogueError> {
    c.prepare_cached("SELECT erased_at IS NOT NULL FROM pupil WHERE id = ?1")
        .doing(DOING)?
        .query_row([id.to_string()], |row| row.get(0))
        .optional()
        .doing(DOING)
}

fn count(c: &Connection, sql: &str, id: PupilId) -> Result<i64, CatalogueError> {
    c.prepare_cached(sql).doing(DOING)?.query_row([id.to_string()], |row| row.get(0)).doing(DOING)
}

/// Refuses a record that has to stay as things are; `deletion` is the one that asks.
pub(super) fn erasable(tx: &Connection, id: PupilId, deletion: i64) -> Result<(), CatalogueError> {
    match is_erased(tx, id)? {
        None => return Err(CatalogueError::NotFound { what: "pupil", id: id.to_string() }),
        Some(true) => return Err(refused(id, "the record was erased already")),
        Some(false) => {}
    }
    if count(tx, "SELECT standing <> 'left' FROM pupil WHERE id = ?1", id)? != 0 {
        return Err(refused(id, "the pupil has not left; see: scantrail pupils leave"));
    }
    let pages = count(tx, "SELECT count(*) FROM owner WHERE pupil = ?1", id)?;
    if pages > 0 {
        return Err(refused(id, format!("{pages} pages are in the trail; delete or move them first")));
    }
    // A page that waits and carries the pupil's own sheet may be theirs: somebody has to say so first.
    let waiting = count(
        tx,
        "SELECT count(DISTINCT page.id) FROM page JOIN code ON code.page = page.id JOIN sheet ON sheet.id = code.sheet
         WHERE sheet.pupil = ?1 AND page.state NOT IN ('filed', 'moving', 'deleting', 'deleted')",
        id,
    )?;
    if waiting > 0 {
        return Err(refused(
            id,
            format!("{waiting} pages wait that carry a sheet of the pupil; decide about them first"),
        ));
    }
    if let Some(hold) = keeping_pupil(tx, id)? {
        return Err(refused(id, hold));
    }
    // One that only tells of pages that were moved away goes with the record.
    let holds_work = "SELECT count(*) FROM bag WHERE pupil = ?1 AND (dirty > 0 OR EXISTS
                      (SELECT 1 FROM file WHERE file.bag = bag.path AND role <> 'tag'))";
    if count(tx, holds_work, id)? > 0 || count(tx, "SELECT count(*) FROM renaming WHERE pupil = ?1", id)? > 0 {
        return Err(refused(id, "the folder is still being put in order; try again in a moment"));
    }
    let other: Option<i64> = tx
        .prepare_cached(
            "SELECT deletion.id FROM deletion_pupil JOIN deletion ON deletion.id = deletion_pupil.deletion
             WHERE pupil = ?1 AND state IN ('proposed', 'approved') AND deletion.id <> ?2 LIMIT 1",
        )
        .doing(DOING)?
        .query_row(params![id.to_string(), deletion], |row| row.get(0))
        .optional()
        .doing(DOING)?;
    match other {
        Some(other) => Err(refused(id, format!("deletion {other} has it already"))),
        None => Ok(()),
    }
}

/// Erases the rows, and plans the bare name for the folder.
pub(super) fn erase(
    tx: &Transaction<'_>,
    id: PupilId,
    deletion: Option<i64>,
    at: Timestamp,
) -> Result<(), CatalogueError> {
    let pupil = id.to_string();
    record(tx, at, "pupil-deleted", About { pupil: Some(id), ..About::default() }, &json!({"deletion": deletion}))?;
    let of_pupil = |sql: &str| tx.execute(sql, [&pupil]).map(drop).doing(DOING);
    // Before the numbers go: by them the codes of the school's own are known.
    of_pupil(
        "DELETE FROM own_code_seen WHERE value <> '' AND value IN (SELECT upn FROM pupil WHERE id = ?1
         UNION SELECT former_upn FROM pupil WHERE id = ?1 UNION SELECT admission_number FROM pupil WHERE id = ?1)",
    )?;
    of_pupil("DELETE FROM own_code WHERE sheet IN (SELECT id FROM sheet WHERE pupil = ?1)")?;
    for table in ["sealed_identity", "sealed_look", "roll_over_step"] {
        of_pupil(&format!("DELETE FROM {table} WHERE pupil = ?1"))?;
    }
    of_pupil("UPDATE sheet SET class = '', subject = '', title = '', work_date = NULL WHERE pupil = ?1")?;
    of_pupil("UPDATE export SET to_whom = '' WHERE pupil = ?1")?;
    of_pupil("UPDATE legal_hold SET reason = '', lifted_for = iif(lifted_for IS NULL, NULL, '') WHERE pupil = ?1")?;
    of_pupil("DELETE FROM piece WHERE pupil = ?1 AND NOT EXISTS (SELECT 1 FROM owner WHERE owner.piece = piece.id)")?;
    tx.execute(
        "UPDATE pupil SET surname = ?2, forename = '', class = '', year_group = '', upn = '', former_upn = '',
         admission_number = '', born = NULL, left_on = NULL, standing = 'left', erased_at = ?3 WHERE id = ?1",
        params![pupil, NAME, at.to_string()],
    )
    .doing(DOING)?;
    renames::plan(tx, id, &pupil)?;
    // Pages that are still in the trail tell a name beside it.
    of_pupil("UPDATE bag SET dirty = dirty + 1 WHERE pupil = ?1")?;
    tx.execute(
        "INSERT INTO pupil_tombstone (pupil, at, deletion) VALUES (?1, ?2, ?3) ON CONFLICT (pupil) DO NOTHING",
        params![pupil, at.to_string(), deletion],
    )
    .doing(DOING)?;
    // That there was somebody stays, and the ledger proves it; what was told of them can no longer be opened.
    forget_pupil_keys(tx, id)?;
    scrub_is_due(tx)
}

/// Erases again what an older backup brought back; says whether there was anything.
pub(super) fn erase_again(tx: &Transaction<'_>, id: PupilId, at: Timestamp) -> Result<bool, CatalogueError> {
    if is_erased(tx, id)? == Some(false) {
        erase(tx, id, None, at)?;
        return Ok(true);
    }
    Ok(false)
}

impl Catalogue {
    /// Whether a pupil's record was erased.
    pub fn is_erased(&self, id: PupilId) -> Result<bool, CatalogueError> {
        Ok(self.read(|c| is_erased(c, id))? == Some(true))
    }

    /// Pupils who have left, of whom nothing is filed and whose record is not erased, each with the day of leaving and the
    /// date of birth where they are known.
    pub fn erasable_pupils(&self) -> Result<Vec<(PupilId, crate::KeptOf)>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT id, left_on, born FROM pupil WHERE standing = 'left' AND erased_at IS NULL ORDER BY id",
                )
                .doing(DOING)?;
            let rows =
                statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))).doing(DOING)?;
            let mut found = Vec::new();
            for row in rows {
                let (id, left_on, born) = row.doing(DOING)?;
                let id: PupilId = id.parse().map_err(|_| corrupt("a pupil id", &id))?;
                match erasable(c, id, 0) {
                    Ok(()) => found.push((id, crate::KeptOf { left_on, born })),
                    Err(CatalogueError::Refused { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(found)
        })
    }

    /// Erased pupils whose folder has the bare name, holds no work any more, and still has the file that told whose it was.
    pub fn emptied_folders(&self) -> Result<Vec<PupilId>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT id FROM pupil WHERE erased_at IS NOT NULL
                     AND NOT EXISTS (SELECT 1 FROM renaming WHERE renaming.pupil = pupil.id)
                     AND NOT EXISTS (SELECT 1 FROM bag WHERE bag.pupil = pupil.id)
                     AND EXISTS (SELECT 1 FROM file WHERE path = 'Pupils/' || pupil.id || '/.pupil.json')",
                )
                .doing(DOING)?;
            let ids = statement.query_map([], |row| row.get::<_, String>(0)).doing(DOING)?;
            ids.map(|id| {
                let id = id.doing(DOING)?;
                id.parse().map_err(|_| corrupt("a pupil id", &id))
            })
            .collect()
        })
    }

    /// The folder of an erased pupil is gone.
    pub fn folder_gone(&self, id: PupilId) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("DELETE FROM file WHERE path = 'Pupils/' || ?1 || '/.pupil.json'", [id.to_string()])
                .map(drop)
                .doing(DOING)
        })
    }
}
