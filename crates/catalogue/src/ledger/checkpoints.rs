//! Checkpoints that were signed, and whether they have left the machine; for how many leaves tiles are on the disk.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use rusqlite::{Row, params};
use scantrail_core::jiff::Timestamp;

const DOING: &str = "keeping checkpoints";

/// A checkpoint that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// Leaves.
    pub size: u64,
    /// When, RFC 3339.
    pub at: String,
    /// The signed text.
    pub note: String,
    /// When it was copied to another folder.
    pub copied_at: Option<String>,
    /// When the school's own command took it.
    pub hooked_at: Option<String>,
    /// Why it could not be handed on the last time.
    pub trouble: Option<String>,
}

/// A way for a checkpoint to leave the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandedOn {
    /// Into a folder.
    Copied,
    /// To a command.
    Hooked,
}

fn checkpoint(row: &Row<'_>) -> rusqlite::Result<KeptCheckpoint> {
    Ok(KeptCheckpoint {
        size: row.get::<_, i64>(0)?.cast_unsigned(),
        at: row.get(1)?,
        note: row.get(2)?,
        copied_at: row.get(3)?,
        hooked_at: row.get(4)?,
        trouble: row.get(5)?,
    })
}

impl Catalogue {
    /// Keeps a signed checkpoint; one of the same size that is kept already stays.
    pub fn keep_checkpoint(&self, size: u64, note: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO checkpoint (size, at, note) VALUES (?1, ?2, ?3) ON CONFLICT (size) DO NOTHING",
                params![size.cast_signed(), at.to_string(), note],
            )
            .doing(DOING)?;
            Ok(())
        })
    }

    /// The checkpoint over most leaves.
    pub fn last_checkpoint(&self) -> Result<Option<KeptCheckpoint>, CatalogueError> {
        Ok(self.checkpoints("ORDER BY size DESC LIMIT 1")?.pop())
    }

    /// The last checkpoint that has left the machine.
    pub fn last_handed_on(&self) -> Result<Option<KeptCheckpoint>, CatalogueError> {
        let tail = "WHERE copied_at IS NOT NULL OR hooked_at IS NOT NULL ORDER BY size DESC LIMIT 1";
        Ok(self.checkpoints(tail)?.pop())
    }

    fn checkpoints(&self, tail: &str) -> Result<Vec<KeptCheckpoint>, CatalogueError> {
        self.read(|c| {
            let query = format!("SELECT size, at, note, copied_at, hooked_at, trouble FROM checkpoint {tail}");
            let mut statement = c.prepare_cached(&query).doing(DOING)?;
            let rows = statement.query_map([], checkpoint).doing(DOING)?;
            rows.collect::<rusqlite::Result<_>>().doing(DOING)
        })
    }

    /// A checkpoint has left the machine.
    pub fn checkpoint_handed_on(&self, size: u64, how: HandedOn, at: Timestamp) -> Result<(), CatalogueError> {
        let column = match how {
            HandedOn::Copied => "copied_at",
            HandedOn::Hooked => "hooked_at",
        };
        self.write(|tx| {
            let query = format!("UPDATE checkpoint SET {column} = ?2, trouble = NULL WHERE size = ?1");
            tx.execute(&query, params![size.cast_signed(), at.to_string()]).doing(DOING)?;
            Ok(())
        })
    }

    /// A checkpoint could not be handed on; it is tried again.
    pub fn checkpoint_troubled(&self, size: u64, why: &str) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("UPDATE checkpoint SET trouble = ?2 WHERE size = ?1", params![size.cast_signed(), why])
                .doing(DOING)?;
            Ok(())
        })
    }

    /// Notes that a key for checkpoints was made, in the log itself: `key` is its public part.
    pub fn ledger_key_made(&self, key: &str, at: Timestamp) -> Result<(), CatalogueError> {
        use crate::events::{About, record};
        self.write(|tx| record(tx, at, "ledger-key-made", About::default(), &serde_json::json!({"key": key})))
    }

    /// For how many leaves tiles are on the disk.
    pub fn tiles_written(&self) -> Result<u64, CatalogueError> {
        self.read(|c| {
            c.prepare_cached("SELECT size FROM ledger_tiles")
                .doing(DOING)?
                .query_row([], |row| row.get::<_, i64>(0).map(i64::cast_unsigned))
                .doing(DOING)
        })
    }

    /// Tiles for so many leaves are on the disk.
    pub fn note_tiles(&self, size: u64) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("UPDATE ledger_tiles SET size = ?1", [size.cast_signed()]).doing(DOING)?;
            Ok(())
        })
    }

    /// How many leaves the ledger has.
    pub fn ledger_size(&self) -> Result<u64, CatalogueError> {
        self.read(crate::ledger::append::size)
    }
}
