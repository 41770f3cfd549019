//! Searching: the exact hits first, then those with one slip, then those with two; each tier by how well it fits.

use super::hits::{Hits, How, Total, hit};
use super::near::{self, near};
use super::query::{Part, Query, Wanted};
use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use rusqlite::{Connection, params};
use scantrail_core::vocabulary::Content;

/// Pages that are counted and can be paged through. Where more fit, the words say too little for their order to mean
/// much, and weighing them would cost more than anything else: the newest come first.
const MOST: usize = 1000;

/// What a word counts that a reader of print found, and one that was guessed from handwriting.
const WEIGHTS: (f64, f64) = (1.0, 0.2);

/// Terms that may stand for the parts of a query, by the part's place, with the slips between them.
pub(super) type Near = Vec<Vec<(String, usize)>>;

/// A page that fits, before anything else is known of it.
pub(super) struct Candidate {
    pub(super) number: i64,
    pub(super) how: How,
    pub(super) rank: f64,
}

impl Catalogue {
    /// Pages on which all words occur, best first; where these do not fill `limit`, then pages on which words occur
    /// that a reader's slip may have made of them. The order is the same whatever part of it is asked for. No words:
    /// no pages.
    pub fn search(&self, query: &Query) -> Result<Hits, CatalogueError> {
        let wanted = Wanted::new(&query.words);
        if wanted.parts.is_empty() {
            return Ok(Hits::default());
        }
        self.read(|c| {
            let mut candidates = Vec::new();
            let mut more = tier(c, query, &wanted, &[], None, How::Exact, &mut candidates)?;
            let mut others = Near::new();
            if candidates.len() < query.limit as usize {
                others = near_terms(c, &wanted)?;
                let most = others.iter().flatten().map(|(_, slips)| *slips).max().unwrap_or(0);
                let mut done = wanted.expression(&[]);
                for slips in 1..=most {
                    let now: Vec<Vec<String>> = others.iter().map(|terms| up_to(terms, slips)).collect();
                    more |= tier(c, query, &wanted, &now, Some(&done), How::Near, &mut candidates)?;
                    done = wanted.expression(&now);
                }
            }
            let total = Total { count: candidates.len() as u32, more };
            let asked = candidates.iter().skip(query.offset as usize).take(query.limit as usize);
            let hits = asked.map(|candidate| hit(c, query, &wanted, &others, candidate)).collect::<Result<_, _>>()?;
            Ok(Hits { hits, total })
        })
    }
}

fn up_to(terms: &[(String, usize)], slips: usize) -> Vec<String> {
    terms.iter().filter(|(_, far)| *far <= slips).map(|(term, _)| term.clone()).collect()
}

/// Which terms are near the words of a query. A phrase means what it says.
fn near_terms(c: &Connection, wanted: &Wanted) -> Result<Near, CatalogueError> {
    let of = |part: &Part| match part {
        Part::Word(word) if !word.contains(' ') && near::slips(word) > 0 => near(c, word),
        _ => Ok(Vec::new()),
    };
    wanted.parts.iter().map(of).collect()
}

/// Which owner of a page is asked for, in SQL: the pupil is `?2`, the class `?3`, the subject `?4`, the dates `?5` and
/// `?6`.
pub(super) struct Owners {
    /// The tables that have to be looked at.
    pub(super) joined: &'static str,
    /// The conditions, each after an `AND`; empty if anybody will do.
    pub(super) fits: String,
}

impl Owners {
    pub(super) fn asked(query: &Query) -> Self {
        let of_piece = !query.subject.is_empty() || query.from.is_some() || query.to.is_some();
        let conditions = [
            (query.pupil.is_some(), " AND owner.pupil = ?2"),
            // The sign keeps SQLite from trying every pupil of the class on every page.
            (!query.class.is_empty(), " AND +owner.pupil IN (SELECT id FROM pupil WHERE class = ?3)"),
            (!query.subject.is_empty(), " AND piece.subject = ?4 COLLATE NOCASE"),
            (query.from.is_some(), " AND piece.work_date >= ?5"),
            (query.to.is_some(), " AND piece.work_date <= ?6"),
        ];
        Self {
            joined: if of_piece { "owner JOIN piece ON piece.id = owner.piece" } else { "owner" },
            fits: conditions.iter().filter(|(asked, _)| *asked).map(|(_, sql)| *sql).collect(),
        }
    }

    /// The condition on a row of `page_text` and `page`.
    fn condition(&self, query: &Query) -> String {
        let Self { joined, fits } = self;
        if fits.is_empty() {
            String::new()
        } else if query.pupil.is_some() {
            // One pupil's pages are few: they are listed once. The sign keeps the index from being asked page by page.
            format!(
                "AND +page_text.rowid IN (SELECT theirs.number FROM {joined}
                 JOIN page AS theirs ON theirs.id = owner.page WHERE TRUE {fits})"
            )
        } else {
            format!("AND EXISTS (SELECT 1 FROM {joined} WHERE owner.page = page.id {fits})")
        }
    }
}

/// Adds the pages of one tier, best first, that are in none before it; whether there are more.
fn tier(
    c: &Connection,
    query: &Query,
    wanted: &Wanted,
    near: &[Vec<String>],
    done: Option<&str>,
    how: How,
    candidates: &mut Vec<Candidate>,
) -> Result<bool, CatalogueError> {
    let doing = "searching";
    let mut expression = format!("({})", wanted.expression(near));
    for without in [wanted.exclusion(), done.unwrap_or_default().to_owned()] {
        if !without.is_empty() {
            expression = format!("({expression} NOT ({without}))");
        }
    }
    let sql = format!(
        "SELECT page_text.rowid FROM page_text CROSS JOIN page ON page.number = page_text.rowid
         WHERE page_text MATCH ?1 {} AND page.state IN ('filed', 'held', 'filing', 'moving')
         AND (?7 IS NULL OR page.content = ?7) ORDER BY page_text.rowid DESC LIMIT ?8",
        Owners::asked(query).condition(query)
    );
    let room = MOST.saturating_sub(candidates.len());
    let mut statement = c.prepare_cached(&sql).doing(doing)?;
    let values = params![
        expression,
        query.pupil.map(|id| id.to_string()),
        query.class,
        query.subject,
        query.from,
        query.to,
        query.content.map(Content::word),
        room as i64 + 1
    ];
    let rows = statement.query_map(values, |row| row.get(0)).doing(doing)?;
    let mut numbers = rows.collect::<rusqlite::Result<Vec<i64>>>().doing(doing)?;
    if numbers.len() > room {
        numbers.truncate(room);
        candidates.extend(numbers.into_iter().map(|number| Candidate { number, how, rank: 0.0 }));
        return Ok(true);
    }
    let mut found = ranked(c, &expression, numbers, how)?;
    found.sort_by(|a, b| a.rank.total_cmp(&b.rank).then(b.number.cmp(&a.number)));
    candidates.append(&mut found);
    Ok(false)
}

/// How well these pages fit.
fn ranked(c: &Connection, expression: &str, numbers: Vec<i64>, how: How) -> Result<Vec<Candidate>, CatalogueError> {
    let doing = "ranking what was found";
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let (words, guessed) = WEIGHTS;
    let sql = format!(
        "SELECT page_text.rowid, bm25(page_text, {words:?}, {guessed:?}) FROM page_text
         WHERE page_text MATCH ?1 AND +page_text.rowid IN (SELECT value FROM json_each(?2))"
    );
    let mut statement = c.prepare_cached(&sql).doing(doing)?;
    let rows = statement
        .query_map(params![expression, serde_json::Value::from(numbers).to_string()], |row| {
            Ok(Candidate { number: row.get(0)?, how, rank: row.get(1)? })
        })
        .doing(doing)?;
    rows.collect::<rusqlite::Result<_>>().doing(doing)
}
