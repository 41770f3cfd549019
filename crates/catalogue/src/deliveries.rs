//! Files that were given to us: written down before they are touched, claimed, taken apart, and accounted for.

use crate::captures::{self, NewCapture};
use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use rusqlite::{Row, params};
use scantrail_core::ids::BatchId;
use scantrail_core::jiff::Timestamp;
use serde_json::json;

/// How far a delivered file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// Written down, not touched yet.
    Pending,
    /// Durable in the spool.
    Claimed,
    /// Its captures are recorded.
    Taken,
    /// Set aside with a reason.
    Quarantined,
    /// It had gone before it could be claimed.
    Gone,
}

impl DeliveryState {
    /// The word used in tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Claimed => "claimed",
            Self::Taken => "taken",
            Self::Quarantined => "quarantined",
            Self::Gone => "gone",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::Claimed, Self::Taken, Self::Quarantined, Self::Gone]
            .into_iter()
            .find(|s| s.word() == word)
    }
}

/// A file that was given to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// The batch it belongs to.
    pub batch: BatchId,
    /// Its name as delivered.
    pub name: String,
    /// Where it lay.
    pub source: String,
    /// Where it goes in the spool, relative to the data folder.
    pub spooled: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// How many captures came out of it.
    pub captures: u32,
    /// Why it was set aside.
    pub why: Option<String>,
}

const COLUMNS: &str = "id, batch, name, source, spooled, state, captures, why";

fn delivery(row: &Row<'_>) -> rusqlite::Result<Result<Delivery, CatalogueError>> {
    let (batch, state): (String, String) = (row.get(1)?, row.get(5)?);
    let (id, name, source, spooled) = (row.get(0)?, row.get(2)?, row.get(3)?, row.get(4)?);
    let (captures, why) = (row.get(6)?, row.get(7)?);
    Ok((|| {
        Ok(Delivery {
            id,
            batch: batch.parse().map_err(|_| corrupt("a batch id", &batch))?,
            name,
            source,
            spooled,
            state: DeliveryState::from_word(&state).ok_or_else(|| corrupt("a delivery state", &state))?,
            captures,
            why,
        })
    })())
}

impl Catalogue {
    /// Writes down files that are about to be claimed, in order; `spooled` is given each one's place in the spool.
    pub fn expect_deliveries(
        &self,
        batch: BatchId,
        files: &[(String, String, String)],
    ) -> Result<Vec<Delivery>, CatalogueError> {
        self.write(|tx| {
            files
                .iter()
                .map(|(name, source, spooled)| {
                    tx.prepare_cached(
                        "INSERT INTO delivery (batch, name, source, spooled, state) VALUES (?1, ?2, ?3, ?4, 'pending')",
                    )
                    .doing("writing a delivery down")?
                    .execute(params![batch.to_string(), name, source, spooled])
                    .doing("writing a delivery down")?;
                    Ok(Delivery {
                        id: tx.last_insert_rowid(),
                        batch,
                        name: name.clone(),
                        source: source.clone(),
                        spooled: spooled.clone(),
                        state: DeliveryState::Pending,
                        captures: 0,
                        why: None,
                    })
                })
                .collect()
        })
    }

    /// The deliveries of a batch, in order.
    pub fn deliveries(&self, batch: BatchId) -> Result<Vec<Delivery>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(&format!("SELECT {COLUMNS} FROM delivery WHERE batch = ?1 ORDER BY id"))
                .doing("reading deliveries")?;
            let rows = statement.query_map([batch.to_string()], delivery).doing("reading deliveries")?;
            rows.map(|row| row.doing("reading deliveries")?).collect()
        })
    }

    /// The file is durable in the spool.
    pub fn delivery_claimed(&self, id: i64) -> Result<(), CatalogueError> {
        self.set_delivery(id, DeliveryState::Claimed, None)
    }

    /// The file had gone before it could be claimed; its place in the spool is free for another.
    pub fn delivery_gone(&self, id: i64, why: &str) -> Result<(), CatalogueError> {
        self.set_delivery(id, DeliveryState::Gone, Some(why))?;
        self.write(|tx| {
            tx.execute("UPDATE delivery SET spooled = 'gone:' || id WHERE id = ?1", [id])
                .doing("freeing a delivery's place")?;
            Ok(())
        })
    }

    /// The file was set aside.
    pub fn delivery_quarantined(&self, delivery: &Delivery, why: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.set_delivery(delivery.id, DeliveryState::Quarantined, Some(why))?;
        self.write(|tx| {
            let about = About { batch: Some(delivery.batch), ..About::default() };
            record(tx, at, "delivery-quarantined", about, &json!({"delivery": delivery.id, "why": why}))
        })
    }

    /// Records all captures of a delivery in one step.
    pub fn delivery_taken(&self, id: i64, captures: &[NewCapture], at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            for capture in captures {
                captures::insert(tx, capture, Some(id), at)?;
            }
            tx.execute(
                "UPDATE delivery SET state = 'taken', captures = ?2 WHERE id = ?1",
                params![id, captures.len() as i64],
            )
            .doing("noting a delivery as taken")?;
            Ok(())
        })
    }

    fn set_delivery(&self, id: i64, state: DeliveryState, why: Option<&str>) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("UPDATE delivery SET state = ?2, why = ?3 WHERE id = ?1", params![id, state.word(), why])
                .doing("moving a delivery on")?;
            Ok(())
        })
    }
}
