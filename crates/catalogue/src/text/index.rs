//! What goes into the index and out of it, always in the transaction of the change that it belongs to.

use super::fold;
use super::near;
use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::{OptionalExtension, Transaction, params};
use scantrail_core::ids::PageId;
use std::collections::BTreeSet;

/// The words on a page, by reader. Lines may be broken as they are on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageText<'a> {
    /// As read from print.
    pub words: &'a str,
    /// A guess at handwriting: for finding, not for reading.
    pub guessed: &'a str,
}

impl<'a> From<&'a str> for PageText<'a> {
    fn from(words: &'a str) -> Self {
        Self { words, guessed: "" }
    }
}

impl<'a> From<&'a String> for PageText<'a> {
    fn from(words: &'a String) -> Self {
        words.as_str().into()
    }
}

/// Puts a page's text into the index, in place of what was there; it is no longer due.
pub(crate) fn index(tx: &Transaction<'_>, page: PageId, text: PageText<'_>) -> Result<(), CatalogueError> {
    let doing = "indexing a page";
    let number = number(tx, page)?;
    take_out(tx, number)?;
    let (words, guessed) = (fold::text(text.words), fold::text(text.guessed));
    if words.is_empty() && guessed.is_empty() {
        return Ok(());
    }
    tx.prepare_cached("INSERT INTO page_text (rowid, words, guessed) VALUES (?1, ?2, ?3)")
        .doing(doing)?
        .execute(params![number, words, guessed])
        .doing(doing)?;
    let mut statement = tx.prepare_cached("INSERT OR IGNORE INTO term (word) VALUES (?1)").doing(doing)?;
    for term in near::terms(&words).chain(near::terms(&guessed)).collect::<BTreeSet<_>>() {
        statement.execute([term]).doing(doing)?;
    }
    Ok(())
}

/// Takes a page's text out of the index, so that its words are in the file no more; it is no longer due.
pub(crate) fn remove(tx: &Transaction<'_>, page: PageId) -> Result<(), CatalogueError> {
    take_out(tx, number(tx, page)?)
}

fn number(tx: &Transaction<'_>, page: PageId) -> Result<i64, CatalogueError> {
    tx.prepare_cached("SELECT number FROM page WHERE id = ?1")
        .doing("looking a page up")?
        .query_row([page.to_string()], |row| row.get(0))
        .optional()
        .doing("looking a page up")?
        .ok_or_else(|| CatalogueError::NotFound { what: "page", id: page.to_string() })
}

fn take_out(tx: &Transaction<'_>, number: i64) -> Result<(), CatalogueError> {
    let doing = "taking a page out of the index";
    tx.prepare_cached("DELETE FROM text_due WHERE page = ?1").doing(doing)?.execute([number]).doing(doing)?;
    let texts: Option<(String, String)> = tx
        .prepare_cached("SELECT words, guessed FROM page_text WHERE rowid = ?1")
        .doing(doing)?
        .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .doing(doing)?;
    let Some((words, guessed)) = texts else { return Ok(()) };
    tx.prepare_cached("DELETE FROM page_text WHERE rowid = ?1").doing(doing)?.execute([number]).doing(doing)?;
    let mut used =
        tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM page_text WHERE page_text MATCH ?1)").doing(doing)?;
    let mut forget = tx.prepare_cached("DELETE FROM term WHERE word = ?1").doing(doing)?;
    for term in near::terms(&words).chain(near::terms(&guessed)).collect::<BTreeSet<_>>() {
        if !used.query_row([format!("\"{term}\"")], |row| row.get::<_, bool>(0)).doing(doing)? {
            forget.execute([term]).doing(doing)?;
        }
    }
    Ok(())
}

impl Catalogue {
    /// Puts a page's text into the index, in place of what was there, whatever the page's state: for words that come
    /// later, and for pages of [`Self::pages_to_index`]. A text without words takes the page out.
    pub fn put_text(&self, page: PageId, text: PageText<'_>) -> Result<(), CatalogueError> {
        self.write(|tx| index(tx, page, text))
    }

    /// Takes a page's text out of the index.
    pub fn remove_text(&self, page: PageId) -> Result<(), CatalogueError> {
        self.write(|tx| remove(tx, page))
    }

    /// Pages that had words in an index of an older make and are not found by them until [`Self::put_text`] was called
    /// with what their records hold; newest first, at most `limit`.
    pub fn pages_to_index(&self, limit: u32) -> Result<Vec<PageId>, CatalogueError> {
        let doing = "looking for pages to index";
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT page.id FROM text_due JOIN page ON page.number = text_due.page
                     ORDER BY text_due.page DESC LIMIT ?1",
                )
                .doing(doing)?;
            let rows = statement.query_map([limit], |row| row.get::<_, String>(0)).doing(doing)?;
            rows.map(|row| {
                let id = row.doing(doing)?;
                id.parse().map_err(|_| corrupt("a page id", &id))
            })
            .collect()
        })
    }

    /// How many pages are still to be put into the index again.
    pub fn left_to_index(&self) -> Result<u64, CatalogueError> {
        let left: i64 = self.read(|c| {
            c.query_row("SELECT count(*) FROM text_due", [], |row| row.get(0)).doing("looking for pages to index")
        })?;
        Ok(left as u64)
    }
}
