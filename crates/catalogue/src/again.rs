//! What language pages are read in, and which pages are read again: because a person asked, or because a better way of
//! reading came.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::pages::{self, Page};
use crate::text::{self, PageText};
use rusqlite::{OptionalExtension as _, Transaction, params};
use scantrail_core::ids::{BatchId, PageId, PupilId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::state::PageEvent;
use scantrail_core::units::{Confidence, Digest};
use serde_json::json;

/// Pages that can be read again at once: they are at rest, and their files at their places.
const AT_REST: &str = "page.state IN ('filed', 'held') AND page.look = 'page'
    AND NOT EXISTS (SELECT 1 FROM file WHERE file.page = page.id AND file.state <> 'present')";

/// What came of reading a page again: digests of what is kept in the work folder, and its words.
#[derive(Debug, Clone, Copy)]
pub struct ReadAgain<'a> {
    /// Of the picture that was read.
    pub derivative: Digest,
    /// Of the notes beside it.
    pub notes: Digest,
    /// How sure the reader of print is; none where nothing was read.
    pub confidence: Option<Confidence>,
    /// The words.
    pub text: PageText<'a>,
}

impl Catalogue {
    /// Notes in which language a batch is to be read.
    pub fn say_language(&self, batch: BatchId, language: &str) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("UPDATE batch SET language = ?2 WHERE id = ?1", params![batch.to_string(), language])
                .doing("noting a batch's language")?;
            Ok(())
        })
    }

    /// The language a person said for a page, or for its batch.
    pub fn language_said(&self, page: PageId) -> Result<Option<String>, CatalogueError> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT coalesce(page.language, nullif(batch.language, '')) FROM page
                 JOIN batch ON batch.id = page.batch WHERE page.id = ?1",
            )
            .doing("looking for a page's language")?
            .query_row([page.to_string()], |row| row.get(0))
            .doing("looking for a page's language")
        })
    }

    /// The pupil of the last cover before a page in its batch, as far as the batch was looked at.
    pub fn cover_before(&self, page: &Page) -> Result<Option<PupilId>, CatalogueError> {
        let doing = "looking for the cover before a page";
        let found: Option<String> = self.read(|c| {
            c.prepare_cached(
                "SELECT sheet.pupil FROM page AS other JOIN capture ON capture.id = other.capture
                 JOIN code ON code.page = other.id JOIN sheet ON sheet.id = code.sheet
                 WHERE other.batch = ?1 AND capture.sequence < ?2 AND sheet.kind = 'cover' AND sheet.pupil IS NOT NULL
                 ORDER BY capture.sequence DESC LIMIT 1",
            )
            .doing(doing)?
            .query_row(params![page.batch.to_string(), page.sequence], |row| row.get(0))
            .optional()
            .doing(doing)
        })?;
        found.map(|id| id.parse().map_err(|_| corrupt("a pupil id", &id))).transpose()
    }

    /// Asks for pages to be read again, in this language or, without one, in that of their batch, class and subject; those
    /// that are still to be read at first take the language. Says how many are to be read again. All of them or none: a page that is not there, or is
    /// neither filed nor held nor on its way there, is refused.
    pub fn ask_to_read_again(&self, ids: &[PageId], language: Option<&str>) -> Result<u64, CatalogueError> {
        self.write(|tx| {
            let mut due = 0;
            for &id in ids {
                let page = pages::one(tx, id)?;
                if !page.state.is_at_hand() {
                    let why = format!("it is {}, so it is not read", page.state);
                    return Err(CatalogueError::Refused { what: "page", id: id.to_string(), why });
                }
                tx.execute("UPDATE page SET language = ?2 WHERE id = ?1", params![id.to_string(), language])
                    .doing("noting a page's language")?;
                due += tx
                    .execute(
                        "INSERT INTO reading_due (page, asked) SELECT number, 1 FROM page WHERE id = ?1 AND look = 'page'
                         AND state NOT IN ('received', 'identified', 'prepared')
                         ON CONFLICT (page) DO UPDATE SET asked = 1",
                        [id.to_string()],
                    )
                    .doing("noting what is to be read again")? as u64;
            }
            Ok(due)
        })
    }

    /// Holds every page against the newest way of reading, counted up with each better one: pages that were read by an
    /// older one are to be read again. Says how many became so.
    pub fn reading_recipe(&self, newest: u32) -> Result<u64, CatalogueError> {
        self.write(|tx| {
            let known: u32 = tx
                .query_row("SELECT read FROM recipe", [], |row| row.get(0))
                .doing("looking for the way of reading")?;
            if known >= newest {
                return Ok(0);
            }
            let due = tx
                .execute(
                    "INSERT INTO reading_due (page, asked) SELECT number, 0 FROM page
                     WHERE state IN ('filed', 'held', 'moving', 'filing') AND look = 'page'
                     ON CONFLICT (page) DO NOTHING",
                    [],
                )
                .doing("noting what is to be read again")?;
            tx.execute("UPDATE recipe SET read = ?1", [newest]).doing("noting the way of reading")?;
            Ok(due as u64)
        })
    }

    /// Pages that are to be read again and can be now, those somebody waits for first, then the newest; at most `limit`.
    pub fn pages_to_read_again(&self, limit: u32) -> Result<Vec<Page>, CatalogueError> {
        // In the order of the index, so that it does not matter how many are due.
        let tail = format!(
            "JOIN reading_due ON reading_due.page = page.number WHERE {AT_REST}
             ORDER BY reading_due.asked DESC, reading_due.page DESC LIMIT ?1"
        );
        self.read(|c| pages::select(c, &tail, &[&limit]))
    }

    /// How many of these pages are still to be read again; of all pages if none is named.
    pub fn still_to_read_again(&self, ids: &[PageId]) -> Result<u64, CatalogueError> {
        let doing = "counting what is to be read again";
        self.read(|c| {
            if ids.is_empty() {
                let all: i64 = c.query_row("SELECT count(*) FROM reading_due", [], |row| row.get(0)).doing(doing)?;
                return Ok(all as u64);
            }
            let mut one = c
                .prepare_cached(
                    "SELECT count(*) FROM reading_due JOIN page ON page.number = reading_due.page WHERE page.id = ?1",
                )
                .doing(doing)?;
            let counts = ids.iter().map(|id| one.query_row([id.to_string()], |row| row.get::<_, i64>(0)).doing(doing));
            Ok(counts.sum::<Result<i64, _>>()? as u64)
        })
    }

    /// Notes that a page was read again: its words change in the index, and its copy and record are to be written anew.
    /// Refused if the page was taken up by somebody else meanwhile; it stays to be read then.
    pub fn page_read_again(&self, id: PageId, read: &ReadAgain<'_>, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let at_rest: bool = tx
                .query_row(&format!("SELECT {AT_REST} FROM page WHERE page.id = ?1"), [id.to_string()], |row| {
                    row.get(0)
                })
                .doing("noting a reading")?;
            if !at_rest {
                let why = "its files are on their way; it is read again later".to_owned();
                return Err(CatalogueError::Refused { what: "page", id: id.to_string(), why });
            }
            pages::step(tx, id, PageEvent::Reread, &json!({"why": "read again"}), at)?;
            tx.execute(
                "UPDATE page SET derivative = ?2, reading = ?3, text_confidence = ?4 WHERE id = ?1",
                params![
                    id.to_string(),
                    read.derivative.to_string(),
                    read.notes.to_string(),
                    read.confidence.map(|c| f64::from(c.get()))
                ],
            )
            .doing("noting a reading")?;
            tx.execute(
                "UPDATE bag SET dirty = dirty + 1 WHERE path IN (SELECT bag FROM file WHERE page = ?1)",
                [id.to_string()],
            )
            .doing("noting a reading")?;
            tx.execute(
                "UPDATE file SET state = 'planned' WHERE page = ?1 AND role IN ('page', 'sidecar')",
                [id.to_string()],
            )
            .doing("noting a reading")?;
            text::index(tx, id, read.text)?;
            forget(tx, id)
        })
    }

    /// Notes that a page will not be read again after all.
    pub fn not_read_again(&self, id: PageId) -> Result<(), CatalogueError> {
        self.write(|tx| forget(tx, id))
    }
}

/// Notes that a page is not to be read again.
pub(crate) fn forget(tx: &Transaction<'_>, id: PageId) -> Result<(), CatalogueError> {
    tx.execute("DELETE FROM reading_due WHERE page = (SELECT number FROM page WHERE id = ?1)", [id.to_string()])
        .doing("noting what is to be read again")?;
    Ok(())
}
