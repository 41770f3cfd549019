//! The catalogue copied while others write to it, and what is known of backups.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, Row, params};
use scantrail_core::jiff::Timestamp;
use std::path::Path;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupKind {
    /// A backup was made.
    Backup,
    /// A backup was restored to see whether it can be, and thrown away.
    RestoreTest,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupOutcome {
    /// Everything is there.
    Good,
    /// What is sound is there; something was damaged before.
    Incomplete,
    /// Nothing came of it.
    Failed,
}

impl BackupKind {
    /// The word used in tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::RestoreTest => "restore-test",
        }
    }
}

impl BackupOutcome {
    /// The word used in tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Good, Self::Incomplete, Self::Failed].into_iter().find(|outcome| outcome.word() == word)
    }
}

/// A backup or a tried restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRun {
    /// When it ended, RFC 3339.
    pub at: String,
    /// The backup's folder.
    pub place: String,
    /// The snapshot's name; empty if none came of it.
    pub snapshot: String,
    /// Files in it.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// How it went.
    pub outcome: BackupOutcome,
    /// Why it is not good, in words.
    pub why: String,
}

fn run(row: &Row<'_>) -> rusqlite::Result<Result<BackupRun, CatalogueError>> {
    let (at, place, snapshot): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (files, bytes): (i64, i64) = (row.get(3)?, row.get(4)?);
    let (outcome, why): (String, String) = (row.get(5)?, row.get(6)?);
    Ok((|| {
        let outcome = BackupOutcome::from_word(&outcome).ok_or_else(|| corrupt("a backup's outcome", &outcome))?;
        Ok(BackupRun { at, place, snapshot, files: files as u64, bytes: bytes as u64, outcome, why })
    })())
}

impl Catalogue {
    /// Writes the whole catalogue, as it is at one moment, into a new file at `target`; who writes meanwhile waits for
    /// nothing. The file is whole by itself, without a journal beside it. It is not durable yet.
    pub fn copy_to(&self, target: &Path) -> Result<(), CatalogueError> {
        let doing = "copying the catalogue";
        let mut copy = Connection::open(target).doing(doing)?;
        self.read(|c| {
            let backup = Backup::new(c, &mut copy).doing(doing)?;
            // In one step: the copy is of one moment, and a writer's log simply grows meanwhile.
            loop {
                match backup.step(-1).doing(doing)? {
                    StepResult::Done => return Ok(()),
                    _ => std::thread::sleep(std::time::Duration::from_millis(20)),
                }
            }
        })?;
        copy.execute_batch("PRAGMA journal_mode = DELETE;").doing(doing)?;
        copy.close().map_err(|(_, error)| error).doing(doing)
    }

    /// Notes how a backup or a tried restore went.
    pub fn note_backup(&self, kind: BackupKind, run: &BackupRun) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO backup_run (at, kind, place, snapshot, files, bytes, outcome, why)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    run.at,
                    kind.word(),
                    run.place,
                    run.snapshot,
                    run.files as i64,
                    run.bytes as i64,
                    run.outcome.word(),
                    run.why
                ],
            )
            .doing("noting a backup")?;
            Ok(())
        })
    }

    /// The last that was good.
    pub fn last_good(&self, kind: BackupKind) -> Result<Option<BackupRun>, CatalogueError> {
        self.last_run("WHERE kind = ?1 AND outcome = 'good'", kind)
    }

    /// The last, however it went.
    pub fn last_tried(&self, kind: BackupKind) -> Result<Option<BackupRun>, CatalogueError> {
        self.last_run("WHERE kind = ?1", kind)
    }

    fn last_run(&self, tail: &str, kind: BackupKind) -> Result<Option<BackupRun>, CatalogueError> {
        let doing = "reading about backups";
        self.read(|c| {
            let sql = "SELECT at, place, snapshot, files, bytes, outcome, why FROM backup_run";
            let mut statement = c.prepare_cached(&format!("{sql} {tail} ORDER BY number DESC LIMIT 1")).doing(doing)?;
            let mut rows = statement.query_map([kind.word()], run).doing(doing)?;
            rows.next().map(|row| row.doing(doing)?).transpose()
        })
    }
}

impl BackupRun {
    /// When it ended.
    pub fn ended(&self) -> Result<Timestamp, CatalogueError> {
        self.at.parse().map_err(|_| corrupt("a time", &self.at))
    }
}
