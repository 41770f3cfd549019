//! Destroying keys: what was committed to under them can never be opened again, and leaves the events too.
//!
//! The leaves stay, and the tree: that something happened to a page, and when, remains provable; what it was does not.

use crate::error::{CatalogueError, Doing};
use crate::ledger::append::{of_page, of_pupil};
use rusqlite::{Transaction, params};
use scantrail_core::ids::{PageId, PupilId};

const DOING: &str = "destroying keys of the ledger";

/// Destroys the key of a page and what was personal in its events. A `deleted` event of the page stands in the log
/// already, else verification takes the missing key for tampering.
pub(crate) fn forget_page_keys(tx: &Transaction<'_>, page: PageId) -> Result<(), CatalogueError> {
    forget(tx, &of_page(&page.to_string()))
}

/// Destroys the key of a pupil and what was personal in the events that are about them and no page of theirs. A
/// `pupil-deleted` event stands in the log already.
pub(crate) fn forget_pupil_keys(tx: &Transaction<'_>, pupil: PupilId) -> Result<(), CatalogueError> {
    forget(tx, &of_pupil(&pupil.to_string()))
}

/// The key first, for only then may events be redacted. `secure_delete` overwrites both in the file; the journal holds
/// them until it is emptied ([`crate::Catalogue::scrub`]).
fn forget(tx: &Transaction<'_>, of: &str) -> Result<(), CatalogueError> {
    let number: Option<i64> = tx
        .query_row("DELETE FROM ledger_key WHERE of = ?1 RETURNING number", [of], |row| row.get(0))
        .map(Some)
        .or_else(|error| if error == rusqlite::Error::QueryReturnedNoRows { Ok(None) } else { Err(error) })
        .doing(DOING)?;
    // Destroyed before: nothing is left to do.
    let Some(number) = number else { return Ok(()) };
    let (kind, id) = of.split_once(' ').unwrap_or((of, ""));
    let column = if kind == "page" { "page" } else { "pupil" };
    tx.execute(
        &format!(
            "UPDATE event SET pupil = NULL, data = '{{}}' WHERE {column} = ?2
             AND seq IN (SELECT event FROM leaf WHERE key = ?1)"
        ),
        params![number, id],
    )
    .doing(DOING)?;
    Ok(())
}
