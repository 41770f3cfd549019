//! The record of what happened: appended in the transaction of the change it records, never altered.
//!
//! Opaque ids only: no name, no text, no payload. Each becomes a leaf of the ledger in the same moment.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use crate::ledger;
use rusqlite::{Connection, Row, Transaction, params};
use scantrail_core::ids::{BatchId, PageId, PupilId};
use scantrail_core::jiff::Timestamp;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the record, from 1.
    pub seq: i64,
    /// When, RFC 3339.
    pub at: String,
    /// What: a word such as `captured`, `filed`, `assigned`.
    pub kind: String,
    /// In which batch.
    pub batch: Option<String>,
    /// To which page.
    pub page: Option<String>,
    /// For which pupil.
    pub pupil: Option<String>,
    /// More, as a JSON object of words and numbers.
    pub data: String,
}

/// What an event is about.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct About {
    pub(crate) batch: Option<BatchId>,
    pub(crate) page: Option<PageId>,
    pub(crate) pupil: Option<PupilId>,
}

pub(crate) fn record(
    tx: &Transaction<'_>,
    at: Timestamp,
    kind: &str,
    about: About,
    data: &serde_json::Value,
) -> Result<(), CatalogueError> {
    let event = Event {
        seq: 0,
        at: at.to_string(),
        kind: kind.to_owned(),
        batch: about.batch.map(|id| id.to_string()),
        page: about.page.map(|id| id.to_string()),
        pupil: about.pupil.map(|id| id.to_string()),
        data: data.to_string(),
    };
    tx.prepare_cached("INSERT INTO event (at, kind, batch, page, pupil, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .doing("recording an event")?
        .execute(params![event.at, event.kind, event.batch, event.page, event.pupil, event.data])
        .doing("recording an event")?;
    ledger::append(tx, &Event { seq: tx.last_insert_rowid(), ..event })
}

pub(crate) const COLUMNS: &str = "seq, at, kind, batch, page, pupil, data";

pub(crate) fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        seq: row.get(0)?,
        at: row.get(1)?,
        kind: row.get(2)?,
        batch: row.get(3)?,
        page: row.get(4)?,
        pupil: row.get(5)?,
        data: row.get(6)?,
    })
}

fn select(c: &Connection, tail: &str, value: &dyn rusqlite::ToSql) -> Result<Vec<Event>, CatalogueError> {
    let mut statement = c.prepare_cached(&format!("SELECT {COLUMNS} FROM event {tail}")).doing("reading events")?;
    let rows = statement.query_map([value], event).doing("reading events")?;
    rows.collect::<rusqlite::Result<_>>().doing("reading events")
}

impl Catalogue {
    /// Everything that happened to one page, oldest first.
    pub fn events_of_page(&self, page: PageId) -> Result<Vec<Event>, CatalogueError> {
        self.read(|c| select(c, "WHERE page = ?1 ORDER BY seq", &page.to_string()))
    }

    /// Everything that happened in a batch, oldest first.
    pub fn events_of_batch(&self, batch: BatchId) -> Result<Vec<Event>, CatalogueError> {
        self.read(|c| select(c, "WHERE batch = ?1 ORDER BY seq", &batch.to_string()))
    }

    /// The last `count` things that happened, newest first.
    pub fn recent_events(&self, count: u32) -> Result<Vec<Event>, CatalogueError> {
        self.read(|c| select(c, "ORDER BY seq DESC LIMIT ?1", &count))
    }

    /// What happened to the pages that lie in a bag now, and that others left it, oldest first.
    pub fn events_of_bag(&self, bag: &str) -> Result<Vec<Event>, CatalogueError> {
        let tail = "WHERE page IN (SELECT page FROM file WHERE bag = ?1 AND page IS NOT NULL)
                    OR (kind = 'left-trail' AND pupil = (SELECT pupil FROM bag WHERE path = ?1)
                        AND data ->> 'year' = (SELECT year FROM bag WHERE path = ?1)) ORDER BY seq";
        self.read(|c| select(c, tail, &bag))
    }
}
