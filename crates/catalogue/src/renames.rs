//! A trail's folder gets another name: planned first, done on disk second, noted as done third.
//!
//! ```text
//! plan:    a row here                                              (one transaction, with the change of name)
//! disk:    the folder is renamed, durable
//! moved:   every path of it, the folder's own name, its bags dirty (one transaction)
//! disk:    the records in it that name paths are written again, one by one
//! done:    the row goes
//! ```
//! A crash anywhere leaves the row; doing a step twice is harmless. Renames of one pupil are done in their order.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::files::{FileRow, PlannedFile};
use crate::places::Placed;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use scantrail_core::ids::PupilId;

/// A folder that is to get another name. Both are names below `Pupils`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renaming {
    /// Its place in the order.
    pub number: i64,
    /// Whose folder.
    pub pupil: PupilId,
    /// The name it has, or had.
    pub from: String,
    /// The name it gets.
    pub to: String,
    /// Whether disk and catalogue have it under the new name already.
    pub moved: bool,
    /// Why it could not be done the last time.
    pub trouble: Option<String>,
}

/// Writes down that a pupil's folder is to be called `folder`, unless it is, or will be, already.
pub(crate) fn plan(tx: &Transaction<'_>, pupil: PupilId, folder: &str) -> Result<(), CatalogueError> {
    let doing = "planning a folder's name";
    let id = pupil.to_string();
    tx.execute("UPDATE renaming SET trouble = NULL WHERE pupil = ?1", [&id]).doing(doing)?;
    let last: Option<String> = tx
        .query_row("SELECT to_folder FROM renaming WHERE pupil = ?1 ORDER BY number DESC LIMIT 1", [&id], |row| {
            row.get(0)
        })
        .optional()
        .doing(doing)?;
    let from = match last {
        Some(last) => last,
        None => tx.query_row("SELECT folder FROM pupil WHERE id = ?1", [&id], |row| row.get(0)).doing(doing)?,
    };
    if from != folder {
        tx.execute(
            "INSERT INTO renaming (pupil, from_folder, to_folder) VALUES (?1, ?2, ?3)",
            params![id, from, folder],
        )
        .doing(doing)?;
    }
    Ok(())
}

/// The folder a pupil's files are planned into: the one it has now.
pub(crate) fn folder(c: &Connection, pupil: PupilId) -> Result<String, CatalogueError> {
    c.query_row("SELECT folder FROM pupil WHERE id = ?1", [pupil.to_string()], |row| row.get(0))
        .optional()
        .doing("reading a pupil's folder")?
        .ok_or_else(|| CatalogueError::NotFound { what: "pupil", id: pupil.to_string() })
}

/// The file under the name its trail's folder has now: it may have got another since the place was thought out.
pub(crate) fn in_its_folder(c: &Connection, file: &PlannedFile) -> Result<PlannedFile, CatalogueError> {
    let Some((bag, pupil, year)) = &file.bag else { return Ok(file.clone()) };
    let now = format!("Pupils/{}/", folder(c, *pupil)?);
    let renamed = |path: &str| match path.strip_prefix("Pupils/").and_then(|rest| rest.split_once('/')) {
        Some((_, rest)) => format!("{now}{rest}"),
        None => path.to_owned(),
    };
    Ok(PlannedFile { path: renamed(&file.path), role: file.role, bag: Some((renamed(bag), *pupil, year.clone())) })
}

impl Catalogue {
    /// Folders that are to get another name, in order.
    pub fn renamings(&self) -> Result<Vec<Renaming>, CatalogueError> {
        let doing = "looking for folders to rename";
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT number, pupil, from_folder, to_folder, moved, trouble FROM renaming ORDER BY number",
                )
                .doing(doing)?;
            let mut rows = statement.query([]).doing(doing)?;
            let mut found = Vec::new();
            while let Some(row) = rows.next().doing(doing)? {
                let pupil: String = row.get(1).doing(doing)?;
                found.push(Renaming {
                    number: row.get(0).doing(doing)?,
                    pupil: pupil.parse().map_err(|_| corrupt("a pupil id", &pupil))?,
                    from: row.get(2).doing(doing)?,
                    to: row.get(3).doing(doing)?,
                    moved: row.get(4).doing(doing)?,
                    trouble: row.get(5).doing(doing)?,
                });
            }
            Ok(found)
        })
    }

    /// The folder has its new name on the disk: every path in it follows, and its bags are to be sealed again.
    pub fn folder_moved(&self, renaming: &Renaming) -> Result<(), CatalogueError> {
        let doing = "noting a folder's new name";
        self.write(|tx| {
            tx.execute_batch("PRAGMA defer_foreign_keys = ON").doing(doing)?;
            // The paths below a folder: `/` is followed by `0` in the order of the index.
            let (from, to) = (format!("Pupils/{}", renaming.from), format!("Pupils/{}", renaming.to));
            let (first, after) = (format!("{from}/"), format!("{from}0"));
            for (table, column) in [("file", "path"), ("file", "bag"), ("bag", "path"), ("capture", "location")] {
                tx.execute(
                    &format!(
                        "UPDATE {table} SET {column} = ?1 || substr({column}, length(?2) + 1)
                         WHERE {column} >= ?3 AND {column} < ?4"
                    ),
                    params![to, from, first, after],
                )
                .doing(doing)?;
            }
            let pupil = renaming.pupil.to_string();
            tx.execute("UPDATE bag SET dirty = dirty + 1 WHERE pupil = ?1", [&pupil]).doing(doing)?;
            tx.execute("UPDATE pupil SET folder = ?2 WHERE id = ?1", [&pupil, &renaming.to]).doing(doing)?;
            tx.execute("UPDATE renaming SET moved = 1 WHERE number = ?1", [renaming.number]).doing(doing)?;
            Ok(())
        })
    }

    /// The records that are present in a pupil's bags, by path.
    pub fn records_of(&self, pupil: PupilId) -> Result<Vec<FileRow>, CatalogueError> {
        let tail = "WHERE role = 'sidecar' AND state = 'present' AND bag IN (SELECT path FROM bag WHERE pupil = ?1)
                    ORDER BY path";
        self.read(|c| crate::files::select(c, tail, &[&pupil.to_string()]))
    }

    /// A record was written again.
    pub fn record_rewritten(&self, record: &Placed) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute(
                "UPDATE file SET digest = ?2, bytes = ?3 WHERE path = ?1 AND state = 'present'",
                params![record.path, record.digest.to_string(), record.bytes as i64],
            )
            .doing("noting a record that was written again")?;
            tx.execute(
                "UPDATE bag SET dirty = dirty + 1 WHERE path = (SELECT bag FROM file WHERE path = ?1)",
                [&record.path],
            )
            .doing("noting a record that was written again")?;
            Ok(())
        })
    }

    /// A folder could not get its new name; it is tried again.
    pub fn renaming_failed(&self, renaming: &Renaming, why: &str) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("UPDATE renaming SET trouble = ?2 WHERE number = ?1", params![renaming.number, why])
                .doing("noting trouble with a folder's name")?;
            Ok(())
        })
    }

    /// Trouble of an earlier run is no trouble yet: everything is tried again.
    pub fn forget_trouble(&self) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("UPDATE renaming SET trouble = NULL", []).doing("trying folders again")?;
            Ok(())
        })
    }

    /// A folder has its new name everywhere.
    pub fn renamed(&self, renaming: &Renaming) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("DELETE FROM renaming WHERE number = ?1", [renaming.number])
                .doing("forgetting a folder's old name")?;
            Ok(())
        })
    }
}
