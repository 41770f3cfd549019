//! Sums: what came in equals what is accounted for.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use rusqlite::Connection;
use scantrail_core::ids::BatchId;

/// Where the pages of a batch are; `captured` is the sum of all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchCount {
    /// Captures that came in.
    pub captured: u64,
    /// Waiting to be looked at, read or understood.
    pub waiting: u64,
    /// On their way to their trail.
    pub filing: u64,
    /// Work in its trail.
    pub filed: u64,
    /// Cover sheets, filed with the work they name.
    pub covers: u64,
    /// Start, end and separator sheets.
    pub control: u64,
    /// Waiting for a person.
    pub held: u64,
    /// Thrown away by a person's or a sheet's word.
    pub discarded: u64,
    /// Not sound images.
    pub quarantined: u64,
    /// Deleted by rule.
    pub deleted: u64,
}

impl BatchCount {
    /// Everything that has found its place, held pages included.
    pub fn accounted_for(&self) -> u64 {
        self.filed + self.covers + self.control + self.held + self.discarded + self.quarantined + self.deleted
    }
}

/// Pages that are on their way, by what they wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Queue {
    /// To be looked at.
    pub look: u64,
    /// To be read.
    pub read: u64,
    /// For the rest of their batch.
    pub understand: u64,
    /// For their files to be put into their places.
    pub file: u64,
}

/// What a school would want to know at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Pupils at the school.
    pub pupils: u64,
    /// Batches ever opened.
    pub batches: u64,
    /// Pages of all batches.
    pub pages: BatchCount,
}

const SUMS: &str = "SELECT count(*),
    count(*) FILTER (WHERE state IN ('received', 'identified', 'prepared', 'read')),
    count(*) FILTER (WHERE state IN ('filing', 'moving', 'deleting')),
    count(*) FILTER (WHERE state = 'filed' AND role = 'work'),
    count(*) FILTER (WHERE state = 'filed' AND role = 'cover'),
    count(*) FILTER (WHERE state = 'filed' AND role = 'control'),
    count(*) FILTER (WHERE state = 'held'), count(*) FILTER (WHERE state = 'discarded'),
    count(*) FILTER (WHERE state = 'quarantined'), count(*) FILTER (WHERE state = 'deleted') FROM page";

fn sums(c: &Connection, tail: &str, values: &[&dyn rusqlite::ToSql]) -> Result<BatchCount, CatalogueError> {
    c.prepare_cached(&format!("{SUMS} {tail}"))
        .doing("counting pages")?
        .query_row(values, |row| {
            let n = |at| row.get::<_, i64>(at).map(|n| n as u64);
            Ok(BatchCount {
                captured: n(0)?,
                waiting: n(1)?,
                filing: n(2)?,
                filed: n(3)?,
                covers: n(4)?,
                control: n(5)?,
                held: n(6)?,
                discarded: n(7)?,
                quarantined: n(8)?,
                deleted: n(9)?,
            })
        })
        .doing("counting pages")
}

impl Catalogue {
    /// Where the pages of a batch are.
    pub fn count_batch(&self, batch: BatchId) -> Result<BatchCount, CatalogueError> {
        self.read(|c| sums(c, "WHERE batch = ?1", &[&batch.to_string()]))
    }

    /// What waits for what, in all batches.
    pub fn queue(&self) -> Result<Queue, CatalogueError> {
        self.read(|c| {
            // Names the states that the index of unfinished pages holds, so that filed pages cost nothing.
            c.prepare_cached(
                "SELECT count(*) FILTER (WHERE state IN ('received', 'identified')),
                 count(*) FILTER (WHERE state = 'prepared'), count(*) FILTER (WHERE state = 'read'),
                 count(*) FILTER (WHERE state IN ('filing', 'moving', 'deleting'))
                 FROM page WHERE state NOT IN ('filed', 'deleted')",
            )
            .doing("counting what waits")?
            .query_row([], |row| {
                let n = |at| row.get::<_, i64>(at).map(|n| n as u64);
                Ok(Queue { look: n(0)?, read: n(1)?, understand: n(2)?, file: n(3)? })
            })
            .doing("counting what waits")
        })
    }

    /// Where everything is.
    pub fn count(&self) -> Result<Counts, CatalogueError> {
        self.read(|c| {
            let one = |sql| c.query_row(sql, [], |row| row.get::<_, i64>(0)).doing("counting");
            Ok(Counts {
                pupils: one("SELECT count(*) FROM pupil WHERE standing <> 'left'")? as u64,
                batches: one("SELECT count(*) FROM batch")? as u64,
                pages: sums(c, "", &[])?,
            })
        })
    }
}
