//! The register: the rows that no folder tells of by itself, in text files beside the folders.
//!
//! ```text
//! school                  the school, its pupils and classes, decisions' numbering aside: all that changes seldom
//! decisions               decisions about sheets, which count in every batch
//! deletions               what was proposed, approved and deleted, and what may not be
//! handing-on              what was handed over, and backups
//! sheets/2026-11          the sheets made in a month
//! batches/k3/k3f9x2ab     a batch: what came in, what was seen on it, what was decided about it
//! events/000012           a thousand events, with their leaves of the ledger
//! checkpoints             checkpoints of the ledger
//! ```
//! Every change of a row marks its part ([`triggers`]), in the same transaction; whoever files writes marked parts when
//! nothing else is to be done. The files are behind the catalogue by seconds and never ahead of it. Files, bags and the
//! words of pages are in no part: the folders tell them. What is changed in the catalogue by other hands than the
//! program's marks nothing, so that the register does not take it over.

mod dump;
mod load;
mod tables;
#[cfg(test)]
mod tests;

pub use load::{Builder, Loaded};
pub(crate) use tables::triggers;

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::params;
use scantrail_core::units::Digest;

/// A part of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterPart {
    /// Its name, which is its path below the register's folder without an extension.
    pub part: String,
    /// How often its rows were changed since it was written.
    pub marks: u32,
    /// Digest of the file as it was written; none if there is none.
    pub digest: Option<Digest>,
    /// Its size.
    pub bytes: u64,
}

impl Catalogue {
    /// Parts whose files are behind their rows, at most `limit`.
    pub fn register_due(&self, limit: u32) -> Result<Vec<RegisterPart>, CatalogueError> {
        self.register_parts_where("WHERE marks > 0 ORDER BY part LIMIT ?1", limit)
    }

    /// Every part.
    pub fn register_parts(&self) -> Result<Vec<RegisterPart>, CatalogueError> {
        self.register_parts_where("ORDER BY part LIMIT ?1", u32::MAX)
    }

    fn register_parts_where(&self, tail: &str, limit: u32) -> Result<Vec<RegisterPart>, CatalogueError> {
        let doing = "reading what the register holds";
        self.read(|c| {
            let sql = format!("SELECT part, marks, digest, bytes FROM register_part {tail}");
            let mut statement = c.prepare_cached(&sql).doing(doing)?;
            let rows = statement
                .query_map([limit], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<String>>(2)?, row.get::<_, i64>(3)?))
                })
                .doing(doing)?;
            rows.map(|row| {
                let (part, marks, digest, bytes) = row.doing(doing)?;
                let digest = digest.map(|d| Digest::from_hex(&d).ok_or_else(|| corrupt("a digest", &d))).transpose()?;
                Ok(RegisterPart { part, marks, digest, bytes: bytes as u64 })
            })
            .collect()
        })
    }

    /// Every part that has rows, whether anybody marked it or not: all rows are looked through.
    pub fn register_parts_with_rows(&self) -> Result<Vec<String>, CatalogueError> {
        self.read(tables::with_rows)
    }

    /// The text of a part: one line that says what it is, then one JSON object for each row. `None` if it has no rows
    /// (any more).
    pub fn register_text(&self, part: &str) -> Result<Option<String>, CatalogueError> {
        self.read(|c| dump::text(c, part))
    }

    /// A part's file says what its rows said when it had `marks`; `None` if it has no rows and its file is gone.
    pub fn register_written(
        &self,
        part: &str,
        marks: u32,
        written: Option<(Digest, u64)>,
    ) -> Result<(), CatalogueError> {
        let doing = "noting what the register holds";
        self.write(|tx| {
            match written {
                Some((digest, bytes)) => tx.execute(
                    "UPDATE register_part SET marks = marks - ?2, digest = ?3, bytes = ?4 WHERE part = ?1",
                    params![part, marks, digest.to_string(), bytes as i64],
                ),
                None => tx.execute("DELETE FROM register_part WHERE part = ?1 AND marks = ?2", params![part, marks]),
            }
            .doing(doing)?;
            Ok(())
        })
    }

    /// Has every part written again, for instance because the files are gone.
    pub fn register_anew(&self) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("UPDATE register_part SET marks = marks + 1", []).doing("marking the register")?;
            Ok(())
        })
    }
}
