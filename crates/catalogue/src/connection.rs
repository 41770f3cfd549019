//! Opening the catalogue, its one writing connection and its readers.

use crate::error::{CatalogueError, Doing};
use crate::{migrations, register};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The first SQLite without the bug that could corrupt a write-ahead log at its reset.
const OLDEST_SQLITE: i32 = 3_051_003;

/// What each connection may keep of the file, in KiB. Measured with 150 000 pages: searches narrowed to a class look at
/// many pages' rows, and SQLite's own 2 MB are gone before the next one comes.
const CACHE_KB: u32 = 16 << 10;

/// How many idle reading connections are kept.
const IDLE_READERS: usize = 4;

/// The catalogue of one data folder. Shared between threads; writes wait for each other.
#[derive(Debug)]
pub struct Catalogue {
    path: PathBuf,
    // Closed before the writer, which puts the log into the file when it is the last.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
}

impl Catalogue {
    /// Opens the catalogue at `path`, creating it when it is missing, and brings its schema up to date.
    pub fn open(path: &Path) -> Result<Self, CatalogueError> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(CatalogueError::OldSqlite { found: rusqlite::version() });
        }
        let mut writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        writer
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")
            .doing("setting the journal")?;
        migrations::run(&mut writer)?;
        register::triggers(&writer)?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer), readers: Mutex::new(Vec::new()) })
    }

    /// Closes it: all that was written is in the one file then, durable.
    pub fn close(self) -> Result<(), CatalogueError> {
        let doing = "closing the catalogue";
        drop(self.readers.into_inner());
        let writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).doing(doing)?;
        writer.close().map_err(|(_, source)| source).doing(doing)
    }

    /// Runs `work` in one transaction that is durable when this returns, or leaves nothing behind.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, CatalogueError>,
    ) -> Result<T, CatalogueError> {
        let mut writer = lock(&self.writer);
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate).doing("beginning a change")?;
        let result = work(&tx)?;
        tx.commit().doing("committing a change")?;
        Ok(result)
    }

    /// Runs `work` on the writing connection outside of any transaction: for what SQLite does to the whole file.
    pub(crate) fn alone<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, CatalogueError>,
    ) -> Result<T, CatalogueError> {
        work(&lock(&self.writer))
    }

    /// Runs `work` on a reading connection.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, CatalogueError>,
    ) -> Result<T, CatalogueError> {
        let idle = lock(&self.readers).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        };
        let result = work(&reader);
        let mut idle = lock(&self.readers);
        if idle.len() < IDLE_READERS {
            idle.push(reader);
        }
        result
    }

    /// SQLite's own check of the whole file: empty when sound, otherwise what it found.
    pub fn check(&self) -> Result<Vec<String>, CatalogueError> {
        let doing = "checking the catalogue";
        // On a connection of its own: one that searched before holds the index to what it knew of it then, and finds
        // faults in what others wrote since (SQLite 3.54).
        let c = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut statement = c.prepare("PRAGMA integrity_check").doing(doing)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).doing(doing)?;
        let found = rows.collect::<rusqlite::Result<Vec<_>>>().doing(doing)?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, CatalogueError> {
    let connection =
        Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).doing("opening the catalogue")?;
    connection.busy_timeout(std::time::Duration::from_secs(10)).doing("opening the catalogue")?;
    let settings = format!("PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -{CACHE_KB};");
    connection.execute_batch(&settings).doing("opening the catalogue")?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// A panic in another thread rolled its transaction back; the connection itself is sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
