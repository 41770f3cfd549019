//! Folders that were backed up to, and which deletions were carried out in each of them.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use crate::events::{About, record};
use rusqlite::params;
use scantrail_core::jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;

const DOING: &str = "noting what a backup has heard";

/// A folder that was backed up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFolder {
    /// Its own id, wherever its disk is mounted.
    pub id: String,
    /// Where it lay the last time.
    pub place: String,
    /// When it was last there, RFC 3339.
    pub at: String,
    /// When somebody said that it is gone for good, RFC 3339.
    pub gone_at: Option<String>,
    /// Deletions that were carried out in it, each with when.
    pub heard: BTreeMap<i64, String>,
}

impl Catalogue {
    /// A folder was there, at this place, and these deletions are carried out in it.
    pub fn saw_backup_folder(&self, id: &str, place: &str, heard: &[i64], at: Timestamp) -> Result<(), CatalogueError> {
        let at = at.to_string();
        self.write(|tx| {
            tx.execute("DELETE FROM backup_folder WHERE id = 'at ' || ?1", [place]).doing(DOING)?;
            tx.execute(
                "INSERT INTO backup_folder (id, place, at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (id) DO UPDATE SET place = excluded.place, at = excluded.at, gone_at = NULL",
                params![id, place, at],
            )
            .doing(DOING)?;
            for deletion in heard {
                tx.execute(
                    "INSERT INTO backup_heard (folder, deletion, at) VALUES (?1, ?2, ?3)
                     ON CONFLICT (folder, deletion) DO NOTHING",
                    params![id, deletion, at],
                )
                .doing(DOING)?;
            }
            Ok(())
        })
    }

    /// Every folder that was backed up to, also those that are gone, by the time it was last there, the newest first.
    pub fn backup_folders(&self) -> Result<Vec<BackupFolder>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached("SELECT id, place, at, gone_at FROM backup_folder ORDER BY at DESC, id")
                .doing(DOING)?;
            let rows = statement
                .query_map([], |row| {
                    let (id, place, at, gone_at) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                    Ok(BackupFolder { id, place, at, gone_at, heard: BTreeMap::new() })
                })
                .doing(DOING)?;
            let mut folders = rows.collect::<rusqlite::Result<Vec<_>>>().doing(DOING)?;
            let mut heard = c.prepare_cached("SELECT deletion, at FROM backup_heard WHERE folder = ?1").doing(DOING)?;
            for folder in &mut folders {
                let rows = heard.query_map([&folder.id], |row| Ok((row.get(0)?, row.get(1)?))).doing(DOING)?;
                folder.heard = rows.collect::<rusqlite::Result<_>>().doing(DOING)?;
            }
            Ok(folders)
        })
    }

    /// A folder is gone for good, its disk wiped or destroyed: nobody waits for it any more, unless it is seen again.
    pub fn backup_folder_gone(&self, id: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let gone = "UPDATE backup_folder SET gone_at = ?2 WHERE id = ?1 AND gone_at IS NULL";
            if tx.execute(gone, params![id, at.to_string()]).doing(DOING)? == 0 {
                return Err(CatalogueError::NotFound { what: "backup", id: id.to_owned() });
            }
            record(tx, at, "backup-gone", About::default(), &json!({}))
        })
    }

    /// Deletions that are carried out.
    pub fn done_deletions(&self) -> Result<Vec<i64>, CatalogueError> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT id FROM deletion WHERE state = 'done' ORDER BY id").doing(DOING)?;
            let rows = statement.query_map([], |row| row.get(0)).doing(DOING)?;
            rows.collect::<rusqlite::Result<_>>().doing(DOING)
        })
    }
}
