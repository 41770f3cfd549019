//! What is left of deleted text in the catalogue's own file: overwritten in place at once (`secure_delete`), and the whole
//! file written anew with an empty journal as soon as nobody reads.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use rusqlite::Transaction;

/// Below so many bytes the catalogue is written anew after something was deleted.
const SMALL_ENOUGH: u64 = 512 << 20;

const DOING: &str = "removing deleted text";

/// How thoroughly deleted text was removed from the catalogue's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrubbed {
    /// The whole file was written anew.
    Anew,
    /// Deleted text was overwritten in place and the journal emptied; the file is too large to be written anew.
    InPlace,
}

/// Something was deleted in this transaction: the file is to be written anew.
pub(crate) fn scrub_is_due(tx: &Transaction<'_>) -> Result<(), CatalogueError> {
    tx.execute("UPDATE scrub_due SET marks = marks + 1", []).map(drop).doing(DOING)
}

impl Catalogue {
    /// Whether something was deleted since the file was last written anew.
    pub fn is_scrub_due(&self) -> Result<bool, CatalogueError> {
        self.read(|c| {
            c.prepare_cached("SELECT marks > 0 FROM scrub_due")
                .doing(DOING)?
                .query_row([], |row| row.get(0))
                .doing(DOING)
        })
    }

    /// Removes what is left of deleted text from the catalogue's own file: writes it anew, and empties the journal. While
    /// somebody reads for long that cannot be: then it is an error, and still due.
    pub fn scrub(&self) -> Result<Scrubbed, CatalogueError> {
        self.alone(|writer| {
            let number = |pragma: &str| writer.query_row(pragma, [], |row| row.get::<_, i64>(0)).doing(DOING);
            let marks = number("SELECT marks FROM scrub_due")?;
            let bytes = (number("PRAGMA page_count")? * number("PRAGMA page_size")?).unsigned_abs();
            let scrubbed = if bytes < SMALL_ENOUGH {
                writer.execute_batch("VACUUM").doing(DOING)?;
                Scrubbed::Anew
            } else {
                Scrubbed::InPlace
            };
            // A reader that is in the middle of something keeps the journal; it is waited for as long as for any lock.
            let busy: i64 = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).doing(DOING)?;
            if busy != 0 {
                let why = "it is being read; try again in a moment".to_owned();
                return Err(CatalogueError::Refused { what: "the journal of the", id: "catalogue".into(), why });
            }
            writer.execute("UPDATE scrub_due SET marks = marks - ?1", [marks]).doing(DOING)?;
            Ok(scrubbed)
        })
    }
}
