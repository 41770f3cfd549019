//! What a batch was understood to be: runs, pieces, and each page's fate, decided in one transaction.

use crate::batches;
use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use crate::pages::{self, PageOwner};
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
    pub candidates: Vec<PupilId>,
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
    /// The first page of work of the run it was made for: how it is found again.
    pub anchor: PageId,
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
    /// The steps it takes, in order; none when it stays as it is.
    pub events: Vec<PageEvent>,
    /// Whose, if that is known.
    pub owners: Vec<PageOwner>,
    /// What proved whose it is.
    pub identified: Option<String>,
    /// Why it is held or discarded.
    pub reason: Option<String>,
    /// Where its files go, when they go anywhere or their record changes.
    pub place: Option<Place>,
}

/// A batch, understood: at first, or again after a person's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understanding {
    /// The batch.
    pub batch: BatchId,
    /// Its runs, all of them.
    pub runs: Vec<RunRow>,
    /// The pieces that are new.
    pub pieces: Vec<PieceRow>,
    /// The fates of the pages that change.
    pub pages: Vec<Ownership>,
    /// What a person should know, as a JSON list.
    pub alarms: String,
}

pub(crate) fn insert_piece(tx: &Transaction<'_>, piece: &PieceRow) -> Result<(), CatalogueError> {
    tx.execute(
        "INSERT INTO piece (id, pupil, year, subject, title, work_date, batch, anchor, folder)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            piece.id.to_string(),
            piece.pupil.to_string(),
            piece.year,
            piece.subject,
            piece.title,
            piece.work_date,
            piece.batch.to_string(),
            piece.anchor.to_string(),
            piece.folder
        ],
    )
    .doing("adding a piece")?;
    Ok(())
}

/// Tells both trails when a page leaves one for another, or comes back from where it lay: neither names the other child.
fn tell_trails(tx: &Transaction<'_>, fate: &Ownership, at: Timestamp) -> Result<(), CatalogueError> {
    let Some(place) = &fate.place else { return Ok(()) };
    let doing = "telling the trails";
    let was: Vec<(String, String)> = {
        let mut statement = tx
            .prepare_cached(
                "SELECT DISTINCT bag.pupil, bag.year FROM file JOIN bag ON bag.path = file.bag WHERE file.page = ?1",
            )
            .doing(doing)?;
        let rows = statement.query_map([fate.page.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).doing(doing)?;
        rows.collect::<rusqlite::Result<_>>().doing(doing)?
    };
    let mut is: Vec<(String, String)> = Vec::new();
    for (_, pupil, year) in place.files.iter().filter_map(|file| file.bag.as_ref()) {
        let one = (pupil.to_string(), year.clone());
        if !is.contains(&one) {
            is.push(one);
        }
    }
    let left = was.iter().filter(|one| !is.contains(one)).map(|one| ("left-trail", one));
    let came = is.iter().filter(|one| !was.is_empty() && !was.contains(one)).map(|one| ("came-to-trail", one));
    for (kind, (pupil, year)) in left.chain(came) {
        let pupil = pupil.parse().map_err(|_| corrupt("a pupil id", pupil.as_str()))?;
        let about = About { page: Some(fate.page), pupil: Some(pupil), ..About::default() };
        record(tx, at, kind, about, &json!({"year": year}))?;
    }
    Ok(())
}

fn decide(tx: &Transaction<'_>, fate: &Ownership, at: Timestamp) -> Result<(), CatalogueError> {
    tell_trails(tx, fate, at)?;
    let id = fate.page.to_string();
    tx.execute("DELETE FROM owner WHERE page = ?1", [&id]).doing("noting a page's owners")?;
    for owner in &fate.owners {
        tx.prepare_cached("INSERT INTO owner (page, pupil, piece, position) VALUES (?1, ?2, ?3, ?4)")
            .doing("noting a page's owners")?
            .execute(params![
                id,
                owner.pupil.to_string(),
                owner.piece.map(|(piece, _)| piece.to_string()),
                owner.piece.map(|(_, position)| position)
            ])
            .doing("noting a page's owners")?;
    }
    tx.execute(
        "UPDATE page SET run = ?2, role = ?3, identified = ?4, reason = ?5 WHERE id = ?1",
        params![id, fate.run, fate.role.word(), fate.identified, fate.reason],
    )
    .doing("noting a page's fate")?;
    for event in &fate.events {
        pages::step(tx, fate.page, *event, &json!({"run": fate.run, "reason": fate.reason}), at)?;
    }
    if let Some(place) = &fate.place {
        places::plan(tx, fate.page, place)?;
    }
    Ok(())
}

/// Writes down what a batch is understood to be, in place of what it was before.
pub(crate) fn write(tx: &Transaction<'_>, what: &Understanding, at: Timestamp) -> Result<(), CatalogueError> {
    let batch = what.batch.to_string();
    tx.execute("UPDATE batch SET alarms = ?2 WHERE id = ?1", params![batch, what.alarms])
        .doing("noting a batch's alarms")?;
    tx.execute("DELETE FROM run WHERE batch = ?1", [&batch]).doing("replacing runs")?;
    for run in &what.runs {
        let candidates: Vec<String> = run.candidates.iter().map(PupilId::to_string).collect();
        tx.prepare_cached(
            "INSERT INTO run (batch, number, opening, closing, pupil, candidates, verdict, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .doing("adding a run")?
        .execute(params![
            batch,
            run.number,
            run.opening,
            run.closing,
            run.pupil.map(|id| id.to_string()),
            serde_json::Value::from(candidates).to_string(),
            run.verdict,
            run.reason
        ])
        .doing("adding a run")?;
    }
    for piece in &what.pieces {
        insert_piece(tx, piece)?;
    }
    what.pages.iter().try_for_each(|fate| decide(tx, fate, at))
}

const PIECE_COLUMNS: &str = "piece.id, piece.pupil, piece.year, piece.subject, piece.title, piece.work_date, piece.batch, piece.anchor, piece.folder";

fn piece(row: &Row<'_>) -> rusqlite::Result<Result<PieceRow, CatalogueError>> {
    let (id, pupil, batch): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(6)?);
    let (year, subject, title, work_date) = (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
    let (anchor, folder): (String, String) = (row.get(7)?, row.get(8)?);
    Ok((|| {
        Ok(PieceRow {
            id: id.parse().map_err(|_| corrupt("a piece id", &id))?,
            pupil: pupil.parse().map_err(|_| corrupt("a pupil id", &pupil))?,
            year,
            subject,
            title,
            work_date,
            batch: batch.parse().map_err(|_| corrupt("a batch id", &batch))?,
            anchor: anchor.parse().map_err(|_| corrupt("a page id", &anchor))?,
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
    /// Stores what a batch was understood to be, with the facts that speak for it: all of it or nothing.
    pub fn understand(&self, what: &Understanding, facts: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            batches::mark_understood(tx, what.batch, facts, at)?;
            write(tx, what, at)
        })
    }

    /// The runs of a batch, in order.
    pub fn runs_in(&self, batch: BatchId) -> Result<Vec<RunRow>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT number, opening, closing, pupil, candidates, verdict, reason FROM run
                     WHERE batch = ?1 ORDER BY number",
                )
                .doing("reading runs")?;
            let mut rows = statement.query([batch.to_string()]).doing("reading runs")?;
            let mut runs = Vec::new();
            while let Some(row) = rows.next().doing("reading runs")? {
                let pupil: Option<String> = row.get(3).doing("reading runs")?;
                let candidates: String = row.get(4).doing("reading runs")?;
                let candidates: Vec<String> =
                    serde_json::from_str(&candidates).map_err(|_| corrupt("candidates", &candidates))?;
                let id = |text: String| text.parse().map_err(|_| corrupt("a pupil id", &text));
                runs.push(RunRow {
                    number: row.get(0).doing("reading runs")?,
                    opening: row.get(1).doing("reading runs")?,
                    closing: row.get(2).doing("reading runs")?,
                    pupil: pupil.map(id).transpose()?,
                    candidates: candidates.into_iter().map(id).collect::<Result<_, _>>()?,
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

    /// The pieces that a batch's runs became.
    pub fn pieces_in(&self, batch: BatchId) -> Result<Vec<PieceRow>, CatalogueError> {
        self.read(|c| {
            pieces(
                c,
                "WHERE batch = ?1 ORDER BY (SELECT number FROM page WHERE id = piece.anchor), id",
                &[&batch.to_string()],
            )
        })
    }

    /// The pieces of a pupil, by date of the work.
    pub fn pieces_of(&self, pupil: PupilId) -> Result<Vec<PieceRow>, CatalogueError> {
        self.read(|c| {
            pieces(
                c,
                "WHERE pupil = ?1 ORDER BY work_date, (SELECT number FROM page WHERE id = piece.anchor)",
                &[&pupil.to_string()],
            )
        })
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
}
