//! Searching: the exact hits first, then those with one slip, then those with two; each tier by how well it fits.

use super::fold;
use super::near::{self, near};
use super::query::{Part, Query, Wanted};
use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::{Connection, params};
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::vocabulary::Content;
use std::collections::BTreeSet;

/// Pages of a tier that are ranked and counted: the newest ones. Where more fit, the words say too little for the
/// order to mean much.
const MOST_RANKED: usize = 1000;

/// What a word counts that a reader of print found, and one that was guessed from handwriting.
const WEIGHTS: (f64, f64) = (1.0, 0.2);

/// Whose reading of a page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reader {
    /// The reader of print.
    Printed,
    /// The guess at handwriting: for finding, not for reading.
    Guessed,
}

/// How the words of a hit agree with what was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// To the letter, after folding.
    Exact,
    /// At least one only with a slip or two.
    Near,
}

/// What of a page was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Printed if everything was found there, guessed if something was not.
    pub column: Reader,
    /// How.
    pub how: How,
    /// The words of the page that were found, folded, each once, in order of the alphabet.
    pub terms: Vec<String>,
}

impl Found {
    /// Whether a word as it was read from the page is one of those found.
    pub fn marks(&self, word: &str) -> bool {
        fold::text(word).split(' ').any(|part| self.terms.iter().any(|term| term == part))
    }
}

/// A page that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The page.
    pub page: PageId,
    /// Whose, unless it is held; of a group's page the first owner who was asked for.
    pub pupil: Option<PupilId>,
    /// Its state, as a word.
    pub state: String,
    /// How well it fits among hits that are as exact; lower is better.
    pub rank: f64,
    /// What of it was found.
    pub found: Found,
}

/// How many pages were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// So many can be paged through.
    pub count: u32,
    /// And there are more, which are older and which only a narrower search shows.
    pub more: bool,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// The hits asked for, best first.
    pub hits: Vec<Hit>,
    /// How many there are.
    pub total: Total,
}

impl IntoIterator for Hits {
    type Item = Hit;
    type IntoIter = std::vec::IntoIter<Hit>;

    fn into_iter(self) -> Self::IntoIter {
        self.hits.into_iter()
    }
}

/// Terms that may stand for the parts of a query, by the part's place, with the slips between them.
type Near = Vec<Vec<(String, usize)>>;

/// A page that fits, before anything else is known of it.
struct Candidate {
    number: i64,
    how: How,
    rank: f64,
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

const FITS: &str = "(?2 IS NULL OR owner.pupil = ?2) AND (?3 = '' OR pupil.class = ?3)
     AND (?4 = '' OR piece.subject = ?4 COLLATE NOCASE)
     AND (?5 IS NULL OR piece.work_date >= ?5) AND (?6 IS NULL OR piece.work_date <= ?6)";

const OWNERS: &str = "owner JOIN pupil ON pupil.id = owner.pupil LEFT JOIN piece ON piece.id = owner.piece";

/// Whether a query asks for pages of somebody.
fn narrowed(query: &Query) -> bool {
    query.pupil.is_some()
        || !(query.class.is_empty() && query.subject.is_empty())
        || query.from.is_some()
        || query.to.is_some()
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
    let owned = if narrowed(query) {
        format!("AND EXISTS (SELECT 1 FROM {OWNERS} WHERE owner.page = page.id AND {FITS})")
    } else {
        String::new()
    };
    let (words, guessed) = WEIGHTS;
    let sql = format!(
        "SELECT page_text.rowid, bm25(page_text, {words:?}, {guessed:?}) FROM page_text
         CROSS JOIN page ON page.number = page_text.rowid
         WHERE page_text MATCH ?1 AND page.state IN ('filed', 'held', 'filing')
         AND (?7 IS NULL OR page.content = ?7) {owned} ORDER BY page_text.rowid DESC LIMIT ?8"
    );
    let room = MOST_RANKED.saturating_sub(candidates.len());
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
    let rows = statement
        .query_map(values, |row| Ok(Candidate { number: row.get(0)?, rank: row.get(1)?, how }))
        .doing(doing)?;
    let mut found = rows.collect::<rusqlite::Result<Vec<_>>>().doing(doing)?;
    let more = found.len() > room;
    found.truncate(room);
    found.sort_by(|a, b| a.rank.total_cmp(&b.rank).then(b.number.cmp(&a.number)));
    candidates.append(&mut found);
    Ok(more)
}

/// What is told about one hit.
fn hit(
    c: &Connection,
    query: &Query,
    wanted: &Wanted,
    near: &Near,
    candidate: &Candidate,
) -> Result<Hit, CatalogueError> {
    let doing = "reading a hit";
    let (page, state, words, guessed): (String, String, String, String) = c
        .prepare_cached(
            "SELECT page.id, page.state, page_text.words, page_text.guessed FROM page_text
             JOIN page ON page.number = page_text.rowid WHERE page_text.rowid = ?1",
        )
        .doing(doing)?
        .query_row([candidate.number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .doing(doing)?;
    let narrow = if narrowed(query) { FITS } else { "?2 IS ?2 AND ?3 = ?3 AND ?4 = ?4 AND ?5 IS ?5 AND ?6 IS ?6" };
    let pupil: Option<String> = c
        .prepare_cached(&format!("SELECT min(owner.pupil) FROM {OWNERS} WHERE owner.page = ?1 AND {narrow}"))
        .doing(doing)?
        .query_row(
            params![page, query.pupil.map(|id| id.to_string()), query.class, query.subject, query.from, query.to],
            |row| row.get(0),
        )
        .doing(doing)?;
    let printed = found_in(&words, wanted, near);
    let column = if printed.iter().all(|terms| !terms.is_empty()) { Reader::Printed } else { Reader::Guessed };
    let terms: BTreeSet<String> = printed.into_iter().chain(found_in(&guessed, wanted, near)).flatten().collect();
    Ok(Hit {
        page: page.parse().map_err(|_| corrupt("a page id", &page))?,
        pupil: pupil.map(|p| p.parse().map_err(|_| corrupt("a pupil id", &p))).transpose()?,
        state,
        rank: candidate.rank,
        found: Found { column, how: candidate.how, terms: terms.into_iter().collect() },
    })
}

/// Which words of a folded text stand for each part of a query.
fn found_in(text: &str, wanted: &Wanted, near: &Near) -> Vec<BTreeSet<String>> {
    let text: Vec<&str> = text.split(' ').collect();
    let parts = wanted.parts.iter().enumerate();
    parts
        .map(|(at, part)| {
            let (Part::Word(asked) | Part::Phrase(asked)) = part;
            let asked: Vec<&str> = asked.split(' ').collect();
            let last = asked.len() - 1;
            let stands = |place: &&[&str]| {
                place[..last] == asked[..last]
                    && match part {
                        Part::Word(_) => place[last].starts_with(asked[last]),
                        Part::Phrase(_) => place[last] == asked[last],
                    }
            };
            let exact = text.windows(asked.len()).filter(stands).flatten();
            let others = near.get(at).into_iter().flatten().map(|(term, _)| term.as_str());
            let others: BTreeSet<&str> = others.collect();
            let near = text.iter().filter(|word| others.contains(*word));
            exact.chain(near).map(|word| (*word).to_owned()).collect()
        })
        .collect()
}
