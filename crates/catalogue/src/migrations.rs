//! The schema, step by step; `user_version` counts the steps taken. A newer schema is refused, never guessed at.

use crate::error::{CatalogueError, Doing};
use crate::ledger;
use rusqlite::Connection;

pub(crate) const STEPS: &[&str] = &[
    include_str!("schema.sql"),
    concat!(include_str!("schema_2.sql"), include_str!("schema_2_roster.sql")),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    concat!(
        include_str!("schema_6.sql"),
        include_str!("schema_6_register.sql"),
        include_str!("schema_6_deletion.sql"),
        include_str!("schema_6_ledger.sql"),
        include_str!("schema_6_handing_on.sql")
    ),
    concat!(include_str!("schema_7_seen.sql"), include_str!("schema_7_deletion.sql")),
];

/// The step with which events became leaves of the ledger.
const LEDGER: usize = 6;

pub(crate) fn run(connection: &mut Connection) -> Result<(), CatalogueError> {
    let found: i64 =
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).doing("reading the schema's version")?;
    let known = STEPS.len() as i64;
    if found > known {
        return Err(CatalogueError::Newer { found, known });
    }
    for (at, step) in STEPS.iter().enumerate().skip(found as usize) {
        let tx = connection.transaction().doing("beginning a migration")?;
        tx.execute_batch(step).doing("changing the schema")?;
        if at + 1 == LEDGER {
            ledger::bring_in(&tx)?;
        }
        tx.pragma_update(None, "user_version", at as i64 + 1).doing("noting the schema's version")?;
        tx.commit().doing("committing a migration")?;
    }
    Ok(())
}
