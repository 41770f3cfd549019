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
