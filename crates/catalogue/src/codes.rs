//! The codes of ours that were seen on a page, as they were printed.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::{Transaction, params};
use scantrail_core::ids::{BatchId, PageId, SheetId};
use scantrail_core::sheet::SheetKind;

/// A sound code of ours on a page. Whether it counts is looked up when the batch is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenCode {
    /// Whose school's code it is.
    pub school: String,
    /// What it claims to be.
    pub kind: SheetKind,
    /// The sheet.
    pub sheet: SheetId,
    /// Where on its sheet it is printed.
    pub place: String,
}

/// A code of the school's own on a page, as one of its patterns took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCodeSeen {
    /// What it says, whole.
    pub text: String,
    /// What a sheet with it does.
    pub kind: SheetKind,
    /// Which of a pupil's numbers it carries: `admission-number`, `upn` or `nobody`.
    pub names: String,
    /// The number.
    pub value: String,
}

pub(crate) fn replace_own(tx: &Transaction<'_>, page: PageId, codes: &[OwnCodeSeen]) -> Result<(), CatalogueError> {
    tx.execute("DELETE FROM own_code_seen WHERE page = ?1", [page.to_string()]).doing("noting codes")?;
    for code in codes {
        tx.prepare_cached(
            "INSERT OR IGNORE INTO own_code_seen (page, text, kind, names, value) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .doing("noting codes")?
        .execute(params![page.to_string(), code.text, code.kind.word(), code.names, code.value])
        .doing("noting codes")?;
    }
    Ok(())
}

pub(crate) fn replace(tx: &Transaction<'_>, page: PageId, codes: &[SeenCode]) -> Result<(), CatalogueError> {
    tx.execute("DELETE FROM code WHERE page = ?1", [page.to_string()]).doing("noting codes")?;
    for code in codes {
        tx.prepare_cached("INSERT OR IGNORE INTO code (page, school, kind, sheet, place) VALUES (?1, ?2, ?3, ?4, ?5)")
            .doing("noting codes")?
            .execute(params![page.to_string(), code.school, code.kind.word(), code.sheet.to_string(), code.place])
            .doing("noting codes")?;
    }
    Ok(())
}

impl Catalogue {
    /// All codes of the school's own that were seen in a batch, page by page.
    pub fn own_codes_in(&self, batch: BatchId) -> Result<Vec<(PageId, OwnCodeSeen)>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT seen.page, seen.text, seen.kind, seen.names, seen.value FROM own_code_seen AS seen
                     JOIN page ON page.id = seen.page WHERE page.batch = ?1 ORDER BY page.number, seen.text",
                )
                .doing("reading codes")?;
            let rows = statement
                .query_map([batch.to_string()], |row| {
                    let word = |at| row.get::<_, String>(at);
                    Ok((word(0)?, word(1)?, word(2)?, word(3)?, word(4)?))
                })
                .doing("reading codes")?;
            rows.map(|row| {
                let (page, text, kind, names, value) = row.doing("reading codes")?;
                let kind = SheetKind::from_word(&kind).ok_or_else(|| corrupt("a sheet kind", &kind))?;
                let page = page.parse().map_err(|_| corrupt("a page id", &page))?;
                Ok((page, OwnCodeSeen { text, kind, names, value }))
            })
            .collect()
        })
    }

    /// All codes seen in a batch, page by page.
    pub fn codes_in(&self, batch: BatchId) -> Result<Vec<(PageId, SeenCode)>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT code.page, code.school, code.kind, code.sheet, code.place FROM code
                     JOIN page ON page.id = code.page WHERE page.batch = ?1 ORDER BY page.number, code.place",
                )
                .doing("reading codes")?;
            let rows = statement
                .query_map([batch.to_string()], |row| {
                    let word = |at| row.get::<_, String>(at);
                    Ok((word(0)?, word(1)?, word(2)?, word(3)?, word(4)?))
                })
                .doing("reading codes")?;
            rows.map(|row| {
                let (page, school, kind, sheet, place) = row.doing("reading codes")?;
                let code = SeenCode {
                    school,
                    kind: SheetKind::from_word(&kind).ok_or_else(|| corrupt("a sheet kind", &kind))?,
                    sheet: sheet.parse().map_err(|_| corrupt("a sheet id", &sheet))?,
                    place,
                };
                Ok((page.parse().map_err(|_| corrupt("a page id", &page))?, code))
            })
            .collect()
        })
    }
}
