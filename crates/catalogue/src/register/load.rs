//! A new catalogue from the register's files. Nothing in them is trusted further than that it is rows of our tables.

use super::dump::{BYTES, SCHEMA, TABLE, columns};
use super::tables::{KEPT, mark_all};
use crate::error::{CatalogueError, Doing, corrupt};
use crate::{ledger, migrations};
use rusqlite::types::Value as Stored;
use rusqlite::{Connection, params_from_iter};
use serde_json::Value;
use std::path::Path;

const DOING: &str = "building the catalogue again";

/// Rows after which they are committed.
const AT_ONCE: u64 = 50_000;

/// Builds a catalogue from parts of the register, in ascending order of the schema that wrote them.
#[derive(Debug)]
pub struct Builder {
    connection: Connection,
    schema: u32,
    pending: u64,
}

/// What came of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Rows that were taken over.
    pub rows: u64,
    /// What could not be, in words, without anybody's name.
    pub refused: Vec<String>,
}

impl Builder {
    /// A new catalogue at `path`, where nothing lies yet.
    pub fn new(path: &Path) -> Result<Self, CatalogueError> {
        let connection = Connection::open(path).doing(DOING)?;
        // A torn attempt is thrown away and begun again, so nothing has to be durable before the end.
        connection
            .execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; BEGIN")
            .doing(DOING)?;
        Ok(Self { connection, schema: 0, pending: 0 })
    }

    /// The schema that wrote a part, from its first line; `None` if it is no part of a register.
    pub fn schema_of(text: &str) -> Option<u32> {
        let head: Value = serde_json::from_str(text.lines().next()?).ok()?;
        head.get(SCHEMA)?.as_u64()?.try_into().ok()
    }

    /// Takes over the rows of a part. Parts of an older schema must have come before.
    pub fn load(&mut self, text: &str) -> Result<Loaded, CatalogueError> {
        let known = migrations::STEPS.len() as u32;
        let schema = Self::schema_of(text).ok_or_else(|| corrupt("a part of the register", "other text"))?;
        if schema > known {
            return Err(CatalogueError::Newer { found: schema.into(), known: known.into() });
        }
        self.raise_to(schema)?;
        let mut loaded = Loaded { rows: 0, refused: Vec::new() };
        for (number, line) in text.lines().enumerate().skip(1) {
            match self.row(line)? {
                Ok(()) => loaded.rows += 1,
                Err(why) => loaded.refused.push(format!("line {}: {why}", number + 1)),
            }
        }
        self.pending += loaded.rows;
        if self.pending >= AT_ONCE {
            self.connection.execute_batch("COMMIT; BEGIN").doing(DOING)?;
            self.pending = 0;
        }
        Ok(loaded)
    }

    /// One row; the inner result says why it was not taken.
    fn row(&mut self, line: &str) -> Result<Result<(), String>, CatalogueError> {
        let Ok(Value::Object(row)) = serde_json::from_str::<Value>(line) else {
            return Ok(Err("it is no row".to_owned()));
        };
        let table = row.get(TABLE).and_then(Value::as_str).unwrap_or_default();
        let Some(kept) = KEPT.iter().find(|kept| kept.table == table) else {
            return Ok(Err("it is of no table of ours".to_owned()));
        };
        let (names, _) = columns(&self.connection, kept.table)?;
        let mut given = Vec::with_capacity(row.len());
        let mut values = Vec::with_capacity(row.len());
        for (name, value) in row.iter().filter(|(name, _)| *name != TABLE) {
            let (true, Some(value)) = (names.contains(name), stored(value)) else {
                return Ok(Err(format!("its table `{table}` has no such column or value")));
            };
            given.push(format!("\"{name}\""));
            values.push(value);
        }
        let marks = vec!["?"; given.len()].join(", ");
        // The rows that the schema itself puts in are put in again as they were.
        let over = if ["recipe", "ledger_tiles"].contains(&kept.table) { "OR REPLACE " } else { "" };
        let sql = format!("INSERT {over}INTO {table} ({}) VALUES ({marks})", given.join(", "));
        let done = self.connection.prepare_cached(&sql).doing(DOING)?.execute(params_from_iter(values));
        Ok(match done {
            Ok(_) => Ok(()),
            Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == rusqlite::ErrorCode::ConstraintViolation => {
                Err(format!("a row of `{table}` does not go with the others"))
            }
            Err(error) => return Err(error).doing(DOING),
        })
    }

    fn raise_to(&mut self, schema: u32) -> Result<(), CatalogueError> {
        while self.schema < schema {
            self.connection.execute_batch(migrations::STEPS[self.schema as usize]).doing(DOING)?;
            self.schema += 1;
        }
        Ok(())
    }

    /// Makes it a catalogue of the newest schema, durable; gives what refers to rows that are not there, in words.
    pub fn finish(mut self) -> Result<Vec<String>, CatalogueError> {
        self.raise_to(migrations::STEPS.len() as u32)?;
        let dangling = {
            let mut statement = self
                .connection
                .prepare("SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check() GROUP BY 1, 2")
                .doing(DOING)?;
            let rows = statement
                .query_map([], |row| {
                    let (table, parent): (String, String) = (row.get(0)?, row.get(1)?);
                    Ok(format!("{} rows of `{table}` name a `{parent}` that is not there", row.get::<_, i64>(2)?))
                })
                .doing(DOING)?;
            rows.collect::<rusqlite::Result<Vec<_>>>().doing(DOING)?
        };
        ledger::plant(&self.connection)?;
        mark_all(&self.connection)?;
        self.connection.pragma_update(None, "user_version", migrations::STEPS.len() as i64).doing(DOING)?;
        self.connection.execute_batch("COMMIT").doing(DOING)?;
        Ok(dangling)
    }
}

fn stored(value: &Value) -> Option<Stored> {
    Some(match value {
        Value::String(text) => Stored::Text(text.clone()),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Stored::Integer(number),
            None => Stored::Real(number.as_f64()?),
        },
        Value::Object(object) => Stored::Blob(unhex(object.get(BYTES)?.as_str()?)?),
        _ => return None,
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
