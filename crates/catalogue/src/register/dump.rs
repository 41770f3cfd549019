//! Rows as lines of JSON: every column by its name, in the order of the key.

use super::tables::{KEPT, rows_of};
use crate::error::{CatalogueError, Doing, corrupt};
use crate::migrations;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The key under which a row's table stands, and the one under which the first line has the schema.
pub(super) const TABLE: &str = "table";
pub(super) const SCHEMA: &str = "schema";
/// How bytes are told from text.
pub(super) const BYTES: &str = "hex";

const DOING: &str = "writing the register";

/// The kind of a part and the key of its rows: `batches/k3/k3f9x2ab` is of `batches`, with the key `k3f9x2ab`.
pub(super) fn kind_and_key(part: &str) -> (&str, &str) {
    let kind = part.split('/').next().unwrap_or(part);
    (kind, part.rsplit('/').next().unwrap_or(part))
}

pub(super) fn text(c: &Connection, part: &str) -> Result<Option<String>, CatalogueError> {
    let (kind, key) = kind_and_key(part);
    // One moment for all tables: a change between two of them would tear the part.
    let tx = c.unchecked_transaction().doing(DOING)?;
    let mut lines = String::new();
    for kept in KEPT {
        let Some(tail) = rows_of(kept.table, kind) else { continue };
        rows(&tx, kept.table, tail, key, &mut lines)?;
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let head = json!({ SCHEMA: migrations::STEPS.len(), "part": part });
    Ok(Some(format!("{head}\n{lines}")))
}

/// Names of a table's columns, and of those that are its key, in order.
pub(super) fn columns(c: &Connection, table: &str) -> Result<(Vec<String>, Vec<String>), CatalogueError> {
    let mut statement =
        c.prepare_cached("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid").doing("looking at a table")?;
    let found = statement
        .query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
        .doing("looking at a table")?
        .collect::<rusqlite::Result<Vec<_>>>()
        .doing("looking at a table")?;
    let mut key: Vec<(i64, String)> =
        found.iter().filter(|(_, pk)| *pk > 0).map(|(name, pk)| (*pk, name.clone())).collect();
    key.sort();
    Ok((found.into_iter().map(|(name, _)| name).collect(), key.into_iter().map(|(_, name)| name).collect()))
}

fn rows(c: &Connection, table: &str, tail: &str, key: &str, lines: &mut String) -> Result<(), CatalogueError> {
    let (names, order) = columns(c, table)?;
    let quoted = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT {quoted} FROM {table} {tail} ORDER BY {}", order.join(", "));
    let mut statement = c.prepare_cached(&sql).doing(DOING)?;
    let mut rows = statement.query([key]).doing(DOING)?;
    while let Some(row) = rows.next().doing(DOING)? {
        let mut line = Map::new();
        line.insert(TABLE.to_owned(), Value::from(table));
        for (at, name) in names.iter().enumerate() {
            let value = match row.get_ref(at).doing(DOING)? {
                // A column without a value is left out.
                ValueRef::Null => continue,
                ValueRef::Integer(number) => Value::from(number),
                ValueRef::Real(number) => Value::from(number),
                ValueRef::Text(text) => {
                    Value::from(std::str::from_utf8(text).map_err(|_| corrupt("text", name.as_str()))?)
                }
                ValueRef::Blob(bytes) => json!({ BYTES: hex(bytes) }),
            };
            line.insert(name.clone(), value);
        }
        lines.push_str(&Value::Object(line).to_string());
        lines.push('\n');
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}
