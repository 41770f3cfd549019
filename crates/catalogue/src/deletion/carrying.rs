//! A decided deletion carried out: rows emptied of all they told, one page after the other.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use crate::events::{About, record};
use crate::ledger::forget_page_keys;
use crate::pages::{self, Page};
use crate::scrubbing::scrub_is_due;
use rusqlite::{Transaction, params};
use scantrail_core::ids::PageId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::state::PageEvent;
use scantrail_core::units::Digest;
use serde_json::json;

impl Catalogue {
    /// Pages whose deletion is decided and whose files are gone: what is left is to make them vanish.
    pub fn pages_deleting(&self) -> Result<Vec<Page>, CatalogueError> {
        self.read(|c| {
            let tail = format!(
                "WHERE {} AND NOT EXISTS (SELECT 1 FROM file WHERE file.page = page.id) ORDER BY +page.number",
                pages::in_states("'deleting'")
            );
            pages::select(c, &tail, &[])
        })
    }

    /// The file a page was taken out of, if it came in one with others: the delivery's number.
    pub fn delivery_of(&self, page: PageId) -> Result<Option<i64>, CatalogueError> {
        self.read(|c| {
            c.query_row(
                "SELECT capture.delivery FROM capture JOIN page ON page.capture = capture.id WHERE page.id = ?1",
                [page.to_string()],
                |row| row.get(0),
            )
            .doing("looking for the file a page came in")
        })
    }

    /// Nothing of a page is on the disk any more: its rows are emptied of all it was, its words leave the index, and a
    /// tombstone stays.
    pub fn page_vanished(&self, id: PageId, at: Timestamp) -> Result<(), CatalogueError> {
        let doing = "deleting a page's rows";
        self.write(|tx| {
            let page = pages::one(tx, id)?;
            let (text, capture, batch) = (id.to_string(), page.capture.to_string(), page.batch.to_string());
            pages::step(tx, id, PageEvent::Vanish, &json!({}), at)?;
            let of_page = |sql: &str| tx.execute(sql, [&text]).map(drop).doing(doing);
            of_page("DELETE FROM owner WHERE page = ?1")?;
            of_page("DELETE FROM code WHERE page = ?1")?;
            of_page("DELETE FROM own_code_seen WHERE page = ?1")?;
            of_page("DELETE FROM seen WHERE page = ?1")?;
            of_page("DELETE FROM text_due WHERE page = (SELECT number FROM page WHERE id = ?1)")?;
            of_page(
                "UPDATE page SET content = NULL, turn = NULL, skew = NULL, text_confidence = NULL, derivative = NULL,
                 reading = NULL, identified = NULL, reason = NULL, warnings = '[]', short_mm = NULL, long_mm = NULL,
                 taken_seconds = NULL, taken_by = NULL, language = NULL WHERE id = ?1",
            )?;
            // That it happened stays, and the ledger proves it; what it was can no longer be opened.
            forget_page_keys(tx, id)?;
            tx.execute(
                "UPDATE capture SET digest = ?2, bytes = 0, dpi_x = NULL, dpi_y = NULL, suspicion = NULL, turn = NULL,
                 settings = '{}', location = 'deleted/' || id WHERE id = ?1",
                params![capture, Digest([0; 32]).to_string()],
            )
            .doing(doing)?;
            // The name of the file it came in, once nothing else of that file is left. A pack is known by its page, so that
            // what was deleted does not come in with it again.
            tx.execute(
                "UPDATE delivery SET name = '', source = CASE WHEN source LIKE '/%' THEN '' ELSE source END,
                 digest = NULL, why = NULL
                 WHERE id = (SELECT delivery FROM capture WHERE id = ?1)
                 AND NOT EXISTS (SELECT 1 FROM capture JOIN page ON page.capture = capture.id
                                 WHERE capture.delivery = delivery.id AND page.state <> 'deleted')",
                [&capture],
            )
            .doing(doing)?;
            tx.execute(
                "DELETE FROM piece WHERE NOT EXISTS (SELECT 1 FROM owner WHERE owner.piece = piece.id) AND batch = ?1",
                [&batch],
            )
            .doing(doing)?;
            tx.execute(
                "INSERT INTO tombstone (page, capture, at, deletion) VALUES (?1, ?2, ?3,
                 (SELECT deletion FROM deletion_page JOIN deletion ON deletion.id = deletion_page.deletion
                  WHERE page = ?1 AND state = 'approved')) ON CONFLICT (page) DO NOTHING",
                params![text, capture, at.to_string()],
            )
            .doing(doing)?;
            scrub_is_due(tx)?;
            empty_batch(tx, &batch)
        })
    }

    /// Deletions all of whose pages and pupils are gone.
    pub fn deletions_at_their_end(&self) -> Result<Vec<i64>, CatalogueError> {
        let doing = "looking for ended deletions";
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT id FROM deletion WHERE state = 'approved' AND NOT EXISTS (SELECT 1 FROM deletion_page
                     JOIN page ON page.id = deletion_page.page WHERE deletion = deletion.id AND page.state <> 'deleted')
                     AND NOT EXISTS (SELECT 1 FROM deletion_pupil WHERE deletion = deletion.id AND (
                     EXISTS (SELECT 1 FROM renaming WHERE renaming.pupil = deletion_pupil.pupil)
                     OR EXISTS (SELECT 1 FROM file WHERE path = 'Pupils/' || deletion_pupil.pupil || '/.pupil.json')))",
                )
                .doing(doing)?;
            let ids = statement.query_map([], |row| row.get(0)).doing(doing)?;
            ids.collect::<rusqlite::Result<_>>().doing(doing)
        })
    }

    /// A deletion is carried out, and its tombstones lie in their file.
    pub fn deletion_done(&self, id: i64, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("UPDATE deletion SET state = 'done', ended_at = ?2 WHERE id = ?1", params![id, at.to_string()])
                .doing("ending a deletion")?;
            record(tx, at, "deletion-done", About::default(), &json!({"deletion": id}))
        })
    }
}

/// A batch from which every page was deleted says nothing any more but that it was.
fn empty_batch(tx: &Transaction<'_>, batch: &str) -> Result<(), CatalogueError> {
    let doing = "emptying a batch";
    let left: bool = tx
        .query_row("SELECT EXISTS (SELECT 1 FROM page WHERE batch = ?1 AND state <> 'deleted')", [batch], |row| {
            row.get(0)
        })
        .doing(doing)?;
    if left {
        return Ok(());
    }
    let of_batch = |sql: &str| tx.execute(sql, [batch]).map(drop).doing(doing);
    of_batch("DELETE FROM run WHERE batch = ?1")?;
    of_batch(
        "UPDATE batch SET facts = NULL, class = '', subject = '', title = '', alarms = '[]', trouble = NULL WHERE id = ?1",
    )?;
    of_batch("UPDATE delivery SET name = '', source = '', digest = NULL, why = NULL WHERE batch = ?1")?;
    of_batch("UPDATE decision SET words = '[]', reason = '' WHERE batch = ?1")
}
