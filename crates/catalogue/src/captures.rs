//! Captures: recorded once each, known by batch and sequence, never by content.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use crate::events::{About, record};
use rusqlite::{OptionalExtension, Transaction, params};
use scantrail_core::ids::{BatchId, CaptureId, PageId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::units::{Digest, Resolution, Turn};
use scantrail_core::vocabulary::{Media, Side, Suspicion};
use serde_json::json;

/// A capture whose bytes are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCapture {
    /// Its id.
    pub id: CaptureId,
    /// The id of its page.
    pub page: PageId,
    /// Its batch.
    pub batch: BatchId,
    /// Its place in the batch, from 0.
    pub sequence: u32,
    /// Which side of its sheet.
    pub side: Side,
    /// What its bytes are.
    pub media: Media,
    /// Their digest.
    pub digest: Digest,
    /// How many.
    pub bytes: u64,
    /// Dots per inch, if the source said so.
    pub resolution: Option<Resolution>,
    /// Why it may not be whole.
    pub suspicion: Option<Suspicion>,
    /// The turn its container noted: a page of a PDF may be shown turned.
    pub turn: Option<Turn>,
    /// The settings the device really used, as a JSON object.
    pub settings: String,
    /// Where the bytes lie, relative to the data folder.
    pub location: String,
}

/// Inserts a capture and its page unless the capture key is taken by the same bytes already.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    new: &NewCapture,
    delivery: Option<i64>,
    at: Timestamp,
) -> Result<PageId, CatalogueError> {
    if let Some((page, digest)) = known(tx, new.batch, new.sequence)? {
        if digest == new.digest.to_string() {
            return Ok(page);
        }
        let why = format!("capture {} is already recorded with other bytes", new.sequence);
        return Err(CatalogueError::Refused { what: "batch", id: new.batch.to_string(), why });
    }
    tx.prepare_cached(
        "INSERT INTO capture (id, batch, sequence, side, media, digest, bytes, dpi_x, dpi_y, received_at, suspicion,
         turn, delivery, settings, location)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )
    .doing("recording a capture")?
    .execute(params![
        new.id.to_string(),
        new.batch.to_string(),
        new.sequence,
        new.side.word(),
        new.media.word(),
        new.digest.to_string(),
        new.bytes as i64,
        new.resolution.map(|r| r.x.get()),
        new.resolution.map(|r| r.y.get()),
        at.to_string(),
        new.suspicion.map(Suspicion::word),
        new.turn.map(Turn::degrees),
        delivery,
        new.settings,
        new.location
    ])
    .doing("recording a capture")?;
    tx.prepare_cached("INSERT INTO page (id, capture, batch, state) VALUES (?1, ?2, ?3, 'received')")
        .doing("recording a page")?
        .execute(params![new.page.to_string(), new.id.to_string(), new.batch.to_string()])
        .doing("recording a page")?;
    let about = About { batch: Some(new.batch), page: Some(new.page), pupil: None };
    record(tx, at, "captured", about, &json!({"sequence": new.sequence, "bytes": new.bytes}))?;
    Ok(new.page)
}

fn known(tx: &Transaction<'_>, batch: BatchId, sequence: u32) -> Result<Option<(PageId, String)>, CatalogueError> {
    let row: Option<(String, String)> = tx
        .prepare_cached(
            "SELECT page.id, capture.digest FROM capture JOIN page ON page.capture = capture.id
             WHERE capture.batch = ?1 AND capture.sequence = ?2 AND page.part = 0",
        )
        .doing("looking a capture up")?
        .query_row(params![batch.to_string(), sequence], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .doing("looking a capture up")?;
    row.map(|(id, digest)| Ok((id.parse().map_err(|_| crate::error::corrupt("a page id", &id))?, digest))).transpose()
}

impl Catalogue {
    /// Records a capture; its bytes are durable already. Recording the same capture again changes nothing.
    pub fn record_capture(&self, new: &NewCapture, at: Timestamp) -> Result<PageId, CatalogueError> {
        self.write(|tx| insert(tx, new, None, at))
    }

    /// How many captures a batch has; also the next sequence number.
    pub fn captures_in(&self, batch: BatchId) -> Result<u32, CatalogueError> {
        self.read(|c| {
            c.prepare_cached("SELECT count(*) FROM capture WHERE batch = ?1")
                .doing("counting captures")?
                .query_row([batch.to_string()], |row| row.get(0))
                .doing("counting captures")
        })
    }

    /// Whether a capture with this key is recorded.
    pub fn has_capture(&self, batch: BatchId, sequence: u32) -> Result<bool, CatalogueError> {
        self.read(|c| {
            c.query_row(
                "SELECT EXISTS (SELECT 1 FROM capture WHERE batch = ?1 AND sequence = ?2)",
                params![batch.to_string(), sequence],
                |row| row.get(0),
            )
            .doing("looking a capture up")
        })
    }

    /// Pages of other captures with the same bytes: possible duplicates, shown and never dropped. Of what was deleted no bytes
    /// are known.
    pub fn same_bytes(&self, page: PageId) -> Result<Vec<PageId>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT other_page.id FROM page JOIN capture ON capture.id = page.capture
                     JOIN capture other ON other.digest = capture.digest AND other.id <> capture.id
                     JOIN page other_page ON other_page.capture = other.id
                     WHERE page.id = ?1 AND page.state <> 'deleted' ORDER BY other_page.number",
                )
                .doing("looking for duplicates")?;
            let rows = statement
                .query_map([page.to_string()], |row| row.get::<_, String>(0))
                .doing("looking for duplicates")?;
            rows.map(|row| {
                let id = row.doing("looking for duplicates")?;
                id.parse().map_err(|_| crate::error::corrupt("a page id", &id))
            })
            .collect()
        })
    }
}
