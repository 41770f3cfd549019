//! What is told about a page that was found: whose, where it is, and which of its words fitted.

use super::fold;
use super::query::{Part, Query, Wanted};
use super::search::{Candidate, Near, Owners};
use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::{Connection, params};
use scantrail_core::ids::{PageId, PupilId};
use std::collections::BTreeSet;

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
    /// How well it fits among hits that are as exact; lower is better. Zero where so many fit that the newest come first.
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

/// What is told about one hit.
pub(super) fn hit(
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
    let Owners { joined, fits } = Owners::asked(query);
    let pupil: Option<String> = c
        .prepare_cached(&format!("SELECT min(owner.pupil) FROM {joined} WHERE owner.page = ?7 {fits}"))
        .doing(doing)?
        .query_row(
            params![
                None::<String>,
                query.pupil.map(|id| id.to_string()),
                query.class,
                query.subject,
                query.from,
                query.to,
                page
            ],
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
