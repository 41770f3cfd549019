//! Batches: opened before their first capture, ended once, understood once.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use rusqlite::{Connection, Row, Transaction, params};
use scantrail_core::ids::BatchId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::units::Digest;
use scantrail_core::vocabulary::{Flow, Shows, SourceKind};
use serde_json::json;

/// Which sides of each sheet are captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sides {
    /// One, or nobody knows.
    One,
    /// Front, back, front, back.
    Both,
}

/// Where a batch is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BatchState {
    /// Captures are coming in.
    Receiving,
    /// Broken off; a person continues or ends it.
    Interrupted,
    /// All captures are in.
    Ended,
    /// Runs and holds are decided.
    Understood,
}

impl BatchState {
    /// The word used in tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Interrupted => "interrupted",
            Self::Ended => "ended",
            Self::Understood => "understood",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Receiving, Self::Interrupted, Self::Ended, Self::Understood].into_iter().find(|s| s.word() == word)
    }
}

/// What is known about the work before a page of it is seen; empty texts say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BatchContext {
    /// For which class.
    pub class: String,
    /// In which subject.
    pub subject: String,
    /// What the work is called.
    pub title: String,
    /// The date of the work, ISO.
    pub work_date: String,
}

/// What a person says the captures of a batch show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scene {
    /// In a word.
    pub shows: Shows,
    /// How many papers lie on the mat, cards not counted.
    pub expected: Option<u32>,
    /// The model of the empty mat, by its digest.
    pub mat: Option<Digest>,
}

impl Scene {
    /// Nobody said anything.
    pub const UNSAID: Self = Self { shows: Shows::Anything, expected: None, mat: None };
}

/// A batch about to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBatch {
    /// Its id.
    pub id: BatchId,
    /// Where it comes from.
    pub source_kind: SourceKind,
    /// The device or folder, as configured.
    pub source: String,
    /// How its captures belong together.
    pub flow: Flow,
    /// Which sides are captured.
    pub sides: Sides,
    /// What they show.
    pub scene: Scene,
    /// What is known beforehand.
    pub context: BatchContext,
}

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What it was opened with.
    pub opened: NewBatch,
    /// Where it is on its way.
    pub state: BatchState,
    /// Whether a person ended it early.
    pub cut_short: bool,
    /// Why it was interrupted, in words.
    pub trouble: Option<String>,
    /// When it was opened, RFC 3339.
    pub opened_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// What a person should know, as JSON.
    pub alarms: String,
}

const COLUMNS: &str = "id, source_kind, source, flow, sides, state, cut_short, trouble, opened_at, ended_at, class,
                       subject, title, work_date, alarms, shows, expected, mat";

fn batch(row: &Row<'_>) -> rusqlite::Result<Result<Batch, CatalogueError>> {
    let word = |at| row.get::<_, String>(at);
    let (id, kind, flow, sides, state) = (word(0)?, word(1)?, word(3)?, word(4)?, word(5)?);
    let source = word(2)?;
    let context = BatchContext { class: word(10)?, subject: word(11)?, title: word(12)?, work_date: word(13)? };
    let (cut_short, trouble): (bool, Option<String>) = (row.get(6)?, row.get(7)?);
    let (opened_at, ended_at, alarms) = (word(8)?, row.get(9)?, word(14)?);
    let (shows, expected, mat): (String, Option<u32>, Option<String>) = (word(15)?, row.get(16)?, row.get(17)?);
    Ok((|| {
        Ok(Batch {
            opened: NewBatch {
                id: id.parse().map_err(|_| corrupt("a batch id", &id))?,
                source_kind: SourceKind::from_word(&kind).ok_or_else(|| corrupt("a source kind", &kind))?,
                source,
                flow: Flow::from_word(&flow).ok_or_else(|| corrupt("a flow", &flow))?,
                sides: if sides == "both" { Sides::Both } else { Sides::One },
                scene: Scene {
                    shows: Shows::from_word(&shows).ok_or_else(|| corrupt("what a batch shows", &shows))?,
                    expected,
                    mat: mat.map(|mat| Digest::from_hex(&mat).ok_or_else(|| corrupt("a digest", &mat))).transpose()?,
                },
                context,
            },
            state: BatchState::from_word(&state).ok_or_else(|| corrupt("a batch state", &state))?,
            cut_short,
            trouble,
            opened_at,
            ended_at,
            alarms,
        })
    })())
}

fn select(c: &Connection, tail: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Batch>, CatalogueError> {
    let mut statement = c.prepare_cached(&format!("SELECT {COLUMNS} FROM batch {tail}")).doing("reading batches")?;
    let rows = statement.query_map(values, batch).doing("reading batches")?;
    rows.map(|row| row.doing("reading batches")?).collect()
}

fn set_state(
    tx: &Transaction<'_>,
    id: BatchId,
    from: &[BatchState],
    to: BatchState,
    at: Timestamp,
    data: &serde_json::Value,
) -> Result<(), CatalogueError> {
    let found = select(tx, "WHERE id = ?1", &[&id.to_string()])?;
    let current = found.first().ok_or_else(|| not_found(id))?.state;
    if !from.contains(&current) {
        let why = format!("it is {}, so it cannot become {}", current.word(), to.word());
        return Err(CatalogueError::Refused { what: "batch", id: id.to_string(), why });
    }
    tx.execute("UPDATE batch SET state = ?2 WHERE id = ?1", params![id.to_string(), to.word()])
        .doing("moving a batch on")?;
    record(tx, at, &format!("batch-{}", to.word()), About { batch: Some(id), ..About::default() }, data)
}

fn not_found(id: BatchId) -> CatalogueError {
    CatalogueError::NotFound { what: "batch", id: id.to_string() }
}

pub(crate) fn mark_understood(
    tx: &Transaction<'_>,
    id: BatchId,
    facts: &str,
    at: Timestamp,
) -> Result<(), CatalogueError> {
    set_state(tx, id, &[BatchState::Ended], BatchState::Understood, at, &json!({}))?;
    tx.execute("UPDATE batch SET facts = ?2 WHERE id = ?1", params![id.to_string(), facts])
        .doing("noting a batch's facts")?;
    Ok(())
}

impl Catalogue {
    /// Opens a batch; from now on captures may be recorded in it.
    pub fn open_batch(&self, new: &NewBatch, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO batch (id, source_kind, source, flow, sides, state, opened_at, class, subject, title,
                 work_date, shows, expected, mat)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'receiving', ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                params![
                    new.id.to_string(),
                    new.source_kind.word(),
                    new.source,
                    new.flow.word(),
                    if new.sides == Sides::Both { "both" } else { "one" },
                    at.to_string(),
                    new.context.class,
                    new.context.subject,
                    new.context.title,
                    new.context.work_date,
                    new.scene.shows.word(),
                    new.scene.expected,
                    new.scene.mat.map(|mat| mat.to_string())
                ],
            )
            .doing("opening a batch")?;
            let about = About { batch: Some(new.id), ..About::default() };
            record(tx, at, "batch-opened", about, &json!({"source": new.source_kind.word()}))
        })
    }

    /// One batch.
    pub fn batch(&self, id: BatchId) -> Result<Batch, CatalogueError> {
        let found = self.read(|c| select(c, "WHERE id = ?1", &[&id.to_string()]))?;
        found.into_iter().next().ok_or_else(|| not_found(id))
    }

    /// What was seen on a batch when it was understood, as the daemon wrote it; none for one that was understood before
    /// facts were kept.
    pub fn facts_of(&self, id: BatchId) -> Result<Option<String>, CatalogueError> {
        self.read(|c| {
            c.query_row("SELECT facts FROM batch WHERE id = ?1", [id.to_string()], |row| row.get(0))
                .doing("reading a batch's facts")
        })
    }

    /// The newest batches, newest first.
    pub fn batches(&self, limit: u32) -> Result<Vec<Batch>, CatalogueError> {
        self.read(|c| select(c, "ORDER BY opened_at DESC, id LIMIT ?1", &[&limit]))
    }

    /// Batches that are not understood yet, oldest first.
    pub fn unfinished_batches(&self) -> Result<Vec<Batch>, CatalogueError> {
        self.read(|c| select(c, "WHERE state IN ('receiving', 'interrupted', 'ended') ORDER BY opened_at, id", &[]))
    }

    /// Ended batches all of whose pages have been looked at.
    pub fn batches_to_understand(&self) -> Result<Vec<Batch>, CatalogueError> {
        let tail = "WHERE state = 'ended' AND NOT EXISTS (SELECT 1 FROM page WHERE page.batch = batch.id
                    AND page.state IN ('received', 'identified', 'prepared')) ORDER BY opened_at, id";
        self.read(|c| select(c, tail, &[]))
    }

    /// Notes that a batch broke off; `trouble` says why in words.
    pub fn interrupt_batch(&self, id: BatchId, trouble: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            set_state(tx, id, &[BatchState::Receiving], BatchState::Interrupted, at, &json!({"trouble": trouble}))?;
            tx.execute("UPDATE batch SET trouble = ?2 WHERE id = ?1", params![id.to_string(), trouble])
                .doing("noting why a batch broke off")?;
            Ok(())
        })
    }

    /// Takes an interrupted batch up again.
    pub fn continue_batch(&self, id: BatchId, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            set_state(tx, id, &[BatchState::Interrupted], BatchState::Receiving, at, &json!({}))?;
            tx.execute("UPDATE batch SET trouble = NULL WHERE id = ?1", [id.to_string()])
                .doing("taking a batch up again")?;
            Ok(())
        })
    }

    /// Ends a batch: normally when its source ran empty, cut short when a person says so after trouble.
    pub fn end_batch(
        &self,
        id: BatchId,
        end: scantrail_core::evidence::BatchEnd,
        at: Timestamp,
    ) -> Result<(), CatalogueError> {
        let cut_short = end == scantrail_core::evidence::BatchEnd::CutShort;
        self.write(|tx| {
            let from = [BatchState::Receiving, BatchState::Interrupted];
            set_state(tx, id, &from, BatchState::Ended, at, &json!({"cut_short": cut_short}))?;
            tx.execute(
                "UPDATE batch SET ended_at = ?2, cut_short = ?3 WHERE id = ?1",
                params![id.to_string(), at.to_string(), cut_short],
            )
            .doing("ending a batch")?;
            Ok(())
        })
    }
}
