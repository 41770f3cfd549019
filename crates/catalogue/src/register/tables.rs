//! Which table belongs to which part of the register. A new table is named here, or the tests fail.

use crate::error::{CatalogueError, Doing};
use rusqlite::Connection;
use std::fmt::Write as _;

/// A table in the register.
pub(super) struct Kept {
    pub(super) table: &'static str,
    /// The part of a row, in SQL; `@` stands for the row. NULL if it is in none.
    part: &'static str,
}

/// The batch part of a batch whose id is `@.batch`, and of what belongs to a page, a delivery or a decision.
const OF_BATCH: &str = "'batches/' || substr(@.batch, 1, 2) || '/' || @.batch";
const OF_PAGE: &str = "(SELECT 'batches/' || substr(batch, 1, 2) || '/' || batch FROM page WHERE id = @.page)";
const OF_PAGE_NUMBER: &str =
    "(SELECT 'batches/' || substr(batch, 1, 2) || '/' || batch FROM page WHERE number = @.page)";

/// Every table that is kept, those that others refer to first.
pub(super) const KEPT: &[Kept] = &[
    Kept { table: "school", part: "'school'" },
    Kept { table: "pupil", part: "'school'" },
    Kept { table: "renaming", part: "'school'" },
    Kept { table: "sealed_identity", part: "'school'" },
    Kept { table: "sealed_look", part: "'school'" },
    Kept { table: "class", part: "'school'" },
    Kept { table: "teaching", part: "'school'" },
    Kept { table: "list_column", part: "'school'" },
    Kept { table: "roll_over", part: "'school'" },
    Kept { table: "roll_over_step", part: "'school'" },
    Kept { table: "recipe", part: "'school'" },
    Kept { table: "own_code", part: "'school'" },
    Kept { table: "sheet", part: "'sheets/' || substr(@.made_at, 1, 7)" },
    Kept { table: "batch", part: "'batches/' || substr(@.id, 1, 2) || '/' || @.id" },
    Kept { table: "delivery", part: OF_BATCH },
    Kept { table: "capture", part: OF_BATCH },
    Kept { table: "page", part: OF_BATCH },
    Kept { table: "piece", part: OF_BATCH },
    Kept { table: "owner", part: OF_PAGE },
    Kept { table: "code", part: OF_PAGE },
    Kept { table: "own_code_seen", part: OF_PAGE },
    Kept { table: "seen", part: OF_PAGE },
    Kept { table: "reading_due", part: OF_PAGE_NUMBER },
    Kept { table: "run", part: OF_BATCH },
    Kept { table: "decision", part: "coalesce('batches/' || substr(@.batch, 1, 2) || '/' || @.batch, 'decisions')" },
    Kept {
        table: "decision_page",
        part: "(SELECT coalesce('batches/' || substr(batch, 1, 2) || '/' || batch, 'decisions') FROM decision
                WHERE id = @.decision)",
    },
    Kept { table: "legal_hold", part: "'deletions'" },
    Kept { table: "deletion", part: "'deletions'" },
    Kept { table: "deletion_page", part: "'deletions'" },
    Kept { table: "deletion_approval", part: "'deletions'" },
    Kept { table: "deletion_pupil", part: "'deletions'" },
    Kept { table: "tombstone", part: "'deletions'" },
    Kept { table: "pupil_tombstone", part: "'deletions'" },
    Kept { table: "export", part: "'handing-on'" },
    Kept { table: "export_page", part: "'handing-on'" },
    Kept { table: "backup_run", part: "'handing-on'" },
    Kept { table: "backup_folder", part: "'handing-on'" },
    Kept { table: "backup_heard", part: "'handing-on'" },
    Kept { table: "event", part: "printf('events/%06d', @.seq / 1000)" },
    Kept { table: "leaf", part: "printf('events/%06d', @.event / 1000)" },
    Kept { table: "checkpoint", part: "'checkpoints'" },
    Kept { table: "ledger_tiles", part: "'checkpoints'" },
    // The key of a page goes with its page's part, so that a deleted one leaves the file with it.
    Kept {
        table: "ledger_key",
        part: "CASE WHEN @.of LIKE 'page %' THEN (SELECT 'batches/' || substr(batch, 1, 2) || '/' || batch FROM page
                    WHERE id = substr(@.of, 6))
               WHEN @.of LIKE 'batch %' THEN 'batches/' || substr(@.of, 7, 2) || '/' || substr(@.of, 7)
               ELSE 'school' END",
    },
];

/// Tables that are in no part: what the folders tell, what can be computed, and the register's own.
#[cfg(test)]
pub(super) const TOLD_ELSEWHERE: &[&str] =
    &["bag", "file", "text_due", "page_text", "term", "tree", "register_part", "scrub_due"];

/// The rows of a table that are in a part: the end of a SELECT, with the part's key as `?1`. `None` if the part has
/// none of that table.
pub(super) fn rows_of(table: &str, kind: &str) -> Option<&'static str> {
    Some(match (kind, table) {
        (
            "school",
            "school" | "pupil" | "renaming" | "sealed_identity" | "sealed_look" | "class" | "teaching" | "list_column"
            | "roll_over" | "roll_over_step" | "recipe" | "own_code",
        ) => "WHERE ?1 IS NOT NULL",
        ("decisions", "decision") => "WHERE batch IS NULL AND ?1 IS NOT NULL",
        ("decisions", "decision_page") => {
            "WHERE ?1 IS NOT NULL AND decision IN (SELECT id FROM decision WHERE batch IS NULL)"
        }
        (
            "deletions",
            "legal_hold" | "deletion" | "deletion_page" | "deletion_approval" | "deletion_pupil" | "tombstone"
            | "pupil_tombstone",
        ) => "WHERE ?1 IS NOT NULL",
        ("handing-on", "export" | "export_page" | "backup_run" | "backup_folder" | "backup_heard") => {
            "WHERE ?1 IS NOT NULL"
        }
        ("sheets", "sheet") => "WHERE substr(made_at, 1, 7) = ?1",
        ("batches", "batch") => "WHERE id = ?1",
        ("batches", "delivery" | "capture" | "page" | "piece" | "run" | "decision") => "WHERE batch = ?1",
        ("batches", "owner" | "code" | "own_code_seen" | "seen") => {
            "WHERE page IN (SELECT id FROM page WHERE batch = ?1)"
        }
        ("batches", "reading_due") => "WHERE page IN (SELECT number FROM page WHERE batch = ?1)",
        ("batches", "decision_page") => "WHERE decision IN (SELECT id FROM decision WHERE batch = ?1)",
        ("school", "ledger_key") => "WHERE ?1 IS NOT NULL AND of NOT LIKE 'page %' AND of NOT LIKE 'batch %'",
        ("batches", "ledger_key") => {
            "WHERE of = 'batch ' || ?1 OR of IN (SELECT 'page ' || id FROM page WHERE batch = ?1)"
        }
        ("checkpoints", "checkpoint" | "ledger_tiles") => "WHERE ?1 IS NOT NULL",
        ("events", "leaf") => "WHERE event >= ?1 * 1000 AND event < (?1 + 1) * 1000",
        ("events", "event") => "WHERE seq >= ?1 * 1000 AND seq < (?1 + 1) * 1000",
        _ => return None,
    })
}

/// Every part that has rows.
pub(super) fn with_rows(connection: &Connection) -> Result<Vec<String>, CatalogueError> {
    let doing = "looking through the register's rows";
    let mut found = std::collections::BTreeSet::new();
    for Kept { table, part } in KEPT {
        let part = part.replace('@', "kept");
        let sql =
            format!("SELECT DISTINCT part FROM (SELECT {part} AS part FROM {table} AS kept) WHERE part IS NOT NULL");
        let mut statement = connection.prepare(&sql).doing(doing)?;
        let parts = statement.query_map([], |row| row.get::<_, String>(0)).doing(doing)?;
        for part in parts {
            found.insert(part.doing(doing)?);
        }
    }
    Ok(found.into_iter().collect())
}

/// Marks every part that has rows.
pub(super) fn mark_all(connection: &Connection) -> Result<(), CatalogueError> {
    for Kept { table, part } in KEPT {
        let part = part.replace('@', "kept");
        let sql = format!(
            "INSERT INTO register_part (part, marks) SELECT DISTINCT part, 1 FROM (SELECT {part} AS part FROM {table}
             AS kept) WHERE part IS NOT NULL ON CONFLICT (part) DO UPDATE SET marks = marks + 1"
        );
        connection.execute(&sql, []).doing("marking the register")?;
    }
    Ok(())
}

/// Marks the part of every row this connection changes. They last as long as the connection, so that hands without
/// them mark nothing.
pub(crate) fn triggers(connection: &Connection) -> Result<(), CatalogueError> {
    let mut sql = String::new();
    for Kept { table, part } in KEPT {
        for (what, row) in [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")] {
            let part = part.replace('@', row);
            let name = format!("kept_{table}_{what}");
            write!(
                sql,
                "CREATE TEMP TRIGGER {name} AFTER {what} ON {table} BEGIN
                 INSERT INTO register_part (part, marks) SELECT part, 1 FROM (SELECT {part} AS part)
                 WHERE part IS NOT NULL ON CONFLICT (part) DO UPDATE SET marks = marks + 1; END;\n"
            )
            .expect("a string takes everything");
        }
    }
    connection.execute_batch(&sql).doing("watching what the register keeps")
}
