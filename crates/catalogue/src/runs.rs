//! What a batch was understood to be: runs, pieces, and each page's fate, decided in one transaction.

use crate::batches;
use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::pages;
use crate::places::{self, Place};
use rusqlite::{Connection, Row, Transaction, params};
use scantrail_core::ids::{BatchId, PageId, PieceId, PupilId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::state::PageEvent;
use scantrail_core::vocabulary::Role;
use serde_json::json;

/// A run as it is kept; words as the interpretation spells them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Counted from 0 within its batch.
    pub number: u32,
    /// What began it.
    pub opening: String,
    /// What ended it.
    pub closing: String,
    /// Whose it is, if that is proved.
    pub pupil: Option<PupilId>,
    /// Whose it may be.
    pub suggestion: Option<PupilId>,
    /// `file`, `hold`, `discard` or `nothing`.
    pub verdict: String,
    /// Why it is held.
    pub reason: Option<String>,
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceRow {
    /// Its id.
    pub id: PieceId,
    /// Whose.
    pub pupil: PupilId,
    /// The academic year, `2026-27`.
    pub year: String,
    /// Empty if not known.
    pub subject: String,
    /// Empty if not known.
    pub title: String,
    /// ISO.
    pub work_date: String,
    /// The batch it came in.
    pub batch: BatchId,
    /// The run within it.
    pub run: u32,
    /// Its folder below the bag's `data/`.
    pub folder: String,
}

/// What becomes of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The page.
    pub page: PageId,
    /// Its run.
    pub run: u32,
    /// What it is for.
    pub role: Role,
    /// The step it takes; `None` for a page that was quarantined or held before.
    pub event: Option<PageEvent>,
    /// Whose, if that is proved.
    pub pupil: Option<PupilId>,
    /// Its piece and its position there, counted from 1.
    pub piece: Option<(PieceId, u32)>,
    /// What proved whose it is.
    pub identified: Option<String>,
    /// Why it is held or discarded.
    pub reason: Option<String>,
    /// Where its files go.
    pub place: Option<Place>,
}

/// A batch, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understanding {
    /// The batch.
    pub batch: BatchId,
    /// Its runs.
    pub runs: Vec<RunRow>,
    /// The pieces that come of them.
    pub pieces: Vec<PieceRow>,
    /// Every page's fate.
    pub pages: Vec<Ownership>,
    /// What a person should know, as a JSON list.
    pub alarms: String,
}

pub(crate) fn insert_piece(tx: &Transaction<'_>, piece: &PieceRow) -> Result<(), CatalogueError> {
    tx.execute(
        "INSERT INTO piece (id, pupil, year, subject, title, work_date, batch, run, folder)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            piece.id.to_string(),
            piece.pupil.to_string(),
            piece.year,
            piece.subject,
            piece.title,
            piece.work_date,
            piece.batch.to_string(),
            piece.run,
            piece.folder
        ],
    )
    .doing("adding a piece")?;
    Ok(())
}

pub(crate) fn decide(tx: &Transaction<'_>, fate: &Ownership, at: Timestamp) -> Result<(), CatalogueError> {
    tx.execute(
        "UPDATE page SET run = ?2, role = ?3, pupil = ?4, piece = ?5, position = ?6, identified = ?7,
         reason = CASE WHEN ?9 THEN ?8 ELSE coalesce(reason, ?8) END WHERE id = ?1",
        params![
            fate.page.to_string(),
            fate.run,
            fate.role.word(),
            fate.pupil.map(|id| id.to_string()),
            fate.piece.map(|(id, _)| id.to_string()),
            fate.piece.map(|(_, position)| position),
            fate.identified,
            fate.reason,
            fate.event.is_some()
        ],
    )
    .doing("noting a page's fate")?;
    if let Some(event) = fate.event {
        pages::step(tx, fate.page, event, &json!({"run": fate.run, "reason": fate.reason}), at)?;
    }
    if let Some(place) = &fate.place {
        places::plan(tx, fate.page, place)?;
    }
    Ok(())
}

const PIECE_COLUMNS: &str = "piece.id, piece.pupil, piece.year, piece.subject, piece.title, piece.work_date, piece.batch, piece.run, piece.folder";

fn piece(row: &Row<'_>) -> rusqlite::Result<Result<PieceRow, CatalogueError>> {
    let (id, pupil, batch): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(6)?);
    let (year, subject, title, work_date) = (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
    let (run, folder) = (row.get(7)?, row.get(8)?);
    Ok((|| {
        Ok(PieceRow {
            id: id.parse().map_err(|_| corrupt("a piece id", &id))?,
            pupil: pupil.parse().map_err(|_| corrupt("a pupil id", &pupil))?,
            year,
            subject,
            title,
            work_date,
            batch: batch.parse().map_err(|_| corrupt("a batch id", &batch))?,
            run,
            folder,
        })
    })())
}

fn pieces(c: &Connection, tail: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<PieceRow>, CatalogueError> {
    let mut statement =
        c.prepare_cached(&format!("SELECT {PIECE_COLUMNS} FROM piece {tail}")).doing("reading pieces")?;
    let rows = statement.query_map(values, piece).doing("reading pieces")?;
    rows.map(|row| row.doing("reading pieces")?).collect()
}

impl Catalogue {
    /// Stores what a batch was understood to be, all of it or nothing.
    pub fn understand(&self, what: &Understanding, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            batches::mark_understood(tx, what.batch, &what.alarms, at)?;
            for run in &what.runs {
                tx.execute(
                    "INSERT INTO run (batch, number, opening, closing, pupil, suggestion, verdict, reason)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    params![
                        what.batch.to_string(),
                        run.number,
                        run.opening,
                        run.closing,
                        run.pupil.map(|id| id.to_string()),
                        run.suggestion.map(|id| id.to_string()),
                        run.verdict,
                        run.reason
                    ],
                )
                .doing("adding a run")?;
            }
            for piece in &what.pieces {
                insert_piece(tx, piece)?;
            }
            what.pages.iter().try_for_each(|fate| decide(tx, fate, at))
        })
    }

    /// The runs of a batch, in order.
    pub fn runs_in(&self, batch: BatchId) -> Result<Vec<RunRow>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT number, opening, closing, pupil, suggestion, verdict, reason FROM run
                     WHERE batch = ?1 ORDER BY number",
                )
                .doing("reading runs")?;
            let mut rows = statement.query([batch.to_string()]).doing("reading runs")?;
            let mut runs = Vec::new();
            while let Some(row) = rows.next().doing("reading runs")? {
                let pupil = |at| -> Result<Option<PupilId>, CatalogueError> {
                    let text: Option<String> = row.get(at).doing("reading runs")?;
                    text.map(|t| t.parse().map_err(|_| corrupt("a pupil id", &t))).transpose()
                };
                runs.push(RunRow {
                    number: row.get(0).doing("reading runs")?,
                    opening: row.get(1).doing("reading runs")?,
                    closing: row.get(2).doing("reading runs")?,
                    pupil: pupil(3)?,
                    suggestion: pupil(4)?,
                    verdict: row.get(5).doing("reading runs")?,
                    reason: row.get(6).doing("reading runs")?,
                });
            }
            Ok(runs)
        })
    }

    /// One piece.
    pub fn piece(&self, id: PieceId) -> Result<PieceRow, CatalogueError> {
        let found = self.read(|c| pieces(c, "WHERE id = ?1", &[&id.to_string()]))?;
        found.into_iter().next().ok_or_else(|| CatalogueError::NotFound { what: "piece", id: id.to_string() })
    }

    /// The piece that a run became for a pupil, if it did.
    pub fn piece_of_run(&self, batch: BatchId, run: u32, pupil: PupilId) -> Result<Option<PieceRow>, CatalogueError> {
        let tail = "WHERE batch = ?1 AND run = ?2 AND pupil = ?3";
        let found = self.read(|c| pieces(c, tail, &[&batch.to_string(), &run, &pupil.to_string()]))?;
        Ok(found.into_iter().next())
    }

    /// The pieces of a pupil, by date of the work.
    pub fn pieces_of(&self, pupil: PupilId) -> Result<Vec<PieceRow>, CatalogueError> {
        self.read(|c| pieces(c, "WHERE pupil = ?1 ORDER BY work_date, rowid", &[&pupil.to_string()]))
    }

    /// The folders below `data/` that a pupil's pieces of a year have taken.
    pub fn piece_folders(&self, pupil: PupilId, year: &str) -> Result<Vec<String>, CatalogueError> {
        let tail = "WHERE pupil = ?1 AND year = ?2 ORDER BY folder";
        let found = self.read(|c| pieces(c, tail, &[&pupil.to_string(), &year]))?;
        Ok(found.into_iter().map(|piece| piece.folder).collect())
    }

    /// Every subject that any piece has, in order.
    pub fn subjects(&self) -> Result<Vec<String>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached("SELECT DISTINCT subject FROM piece WHERE subject <> '' ORDER BY subject")
                .doing("reading subjects")?;
            let rows = statement.query_map([], |row| row.get(0)).doing("reading subjects")?;
            rows.collect::<rusqlite::Result<_>>().doing("reading subjects")
        })
    }

    /// The highest position taken in a piece.
    pub fn last_position(&self, piece: PieceId) -> Result<u32, CatalogueError> {
        self.read(|c| {
            c.query_row("SELECT coalesce(max(position), 0) FROM page WHERE piece = ?1", [piece.to_string()], |row| {
                row.get(0)
            })
            .doing("reading a piece")
        })
    }
}
