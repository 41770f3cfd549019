//! Full text: words of every read page, found by folded form and by prefix.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::{Transaction, params};
use scantrail_core::ids::{PageId, PupilId};

/// What is looked for. Empty texts and `None` do not narrow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Words; each must occur, as a whole or as a beginning. Quoted words must stand together.
    pub words: String,
    /// Of this pupil.
    pub pupil: Option<PupilId>,
    /// Of this class.
    pub class: String,
    /// In this subject.
    pub subject: String,
    /// From this date on, ISO.
    pub from: Option<String>,
    /// Up to this date, ISO.
    pub to: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// A page on which all words occur.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The page.
    pub page: PageId,
    /// Whose, unless it is held.
    pub pupil: Option<PupilId>,
    /// Its state, as a word.
    pub state: String,
    /// How well it fits; lower is better.
    pub rank: f64,
}

/// Puts a page's text into the index, in place of what was there.
pub(crate) fn index(tx: &Transaction<'_>, page: PageId, text: &str) -> Result<(), CatalogueError> {
    let number: i64 = tx
        .query_row("SELECT number FROM page WHERE id = ?1", [page.to_string()], |row| row.get(0))
        .doing("indexing a page")?;
    tx.execute("DELETE FROM page_text WHERE rowid = ?1", [number]).doing("indexing a page")?;
    if !text.trim().is_empty() {
        tx.execute("INSERT INTO page_text (rowid, words) VALUES (?1, ?2)", params![number, text])
            .doing("indexing a page")?;
    }
    Ok(())
}

/// The query in the words of FTS5: nothing a person types can be taken for its syntax.
pub(crate) fn expression(words: &str) -> String {
    let mut terms = Vec::new();
    for (at, part) in words.split('"').enumerate() {
        let quoted = at % 2 == 1;
        if quoted && !part.trim().is_empty() {
            terms.push(format!("\"{}\"", part.trim()));
        } else {
            terms.extend(
                part.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).map(|w| format!("\"{w}\"*")),
            );
        }
    }
    terms.join(" AND ")
}

impl Catalogue {
    /// Pages on which all words occur, best first. No words: no pages.
    pub fn search(&self, query: &Query) -> Result<Vec<Hit>, CatalogueError> {
        let expression = expression(&query.words);
        if expression.is_empty() {
            return Ok(Vec::new());
        }
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT page.id, owner.pupil, page.state, page_text.rank FROM page_text
                     JOIN page ON page.number = page_text.rowid LEFT JOIN owner ON owner.page = page.id
                     LEFT JOIN piece ON piece.id = owner.piece LEFT JOIN pupil ON pupil.id = owner.pupil
                     WHERE page_text MATCH ?1 AND page.state IN ('filed', 'held', 'filing')
                     AND (?2 IS NULL OR owner.pupil = ?2) AND (?3 = '' OR pupil.class = ?3)
                     AND (?4 = '' OR piece.subject = ?4 COLLATE NOCASE)
                     AND (?5 IS NULL OR piece.work_date >= ?5) AND (?6 IS NULL OR piece.work_date <= ?6)
                     GROUP BY page.number ORDER BY page_text.rank, page.number LIMIT ?7",
                )
                .doing("searching")?;
            let values = params![
                expression,
                query.pupil.map(|id| id.to_string()),
                query.class,
                query.subject,
                query.from,
                query.to,
                query.limit
            ];
            let rows = statement
                .query_map(values, |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, row.get(2)?, row.get(3)?))
                })
                .doing("searching")?;
            rows.map(|row| {
                let (page, pupil, state, rank) = row.doing("searching")?;
                Ok(Hit {
                    page: page.parse().map_err(|_| corrupt("a page id", &page))?,
                    pupil: pupil.map(|p| p.parse().map_err(|_| corrupt("a pupil id", &p))).transpose()?,
                    state,
                    rank,
                })
            })
            .collect()
        })
    }
}
