//! Terms of the index that a reader's slip may have made of a word, found without looking at the others.
//!
//! The terms lie in order, so they are a tree of letters. It is walked with a table of distances between the word and
//! each beginning; a beginning from which no term can come near is jumped over with all that follow it. What the walk
//! costs grows with the terms that are near, hardly with those that are not.
//!
//! Distance: letters wrong, missing, too many, or two neighbours exchanged (optimal string alignment;
//! Damerau, doi:10.1145/363958.363994). What readers take for two letters instead of one counts as one slip.

use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Letters from which on a word may be read with one slip, and with two.
const ONE_SLIP: usize = 4;
const TWO_SLIPS: usize = 9;

/// Lengths of the words that can be found by a slip: one letter less than the shortest to be looked for, and what no
/// language but an accident of reading goes beyond.
const SHORTEST: usize = ONE_SLIP - 1;
const LONGEST: usize = 32;

/// Most terms that are taken for one word, those with fewer slips first.
const MOST: usize = 64;

/// Terms that are rather passed one by one than jumped over: a jump costs about as much as reading so many.
const STEPS: usize = 8;

/// Letters that look like two others.
const LOOK_ALIKE: [(&str, &str); 5] = [("rn", "m"), ("nn", "m"), ("cl", "d"), ("vv", "w"), ("ii", "u")];

/// The words of a folded text that can be found by a slip.
pub(super) fn terms(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| (SHORTEST..=LONGEST).contains(&word.chars().count()))
}

/// How many slips a word may have been read with.
pub(super) fn slips(word: &str) -> usize {
    match word.chars().count() {
        letters if letters > LONGEST => 0,
        TWO_SLIPS.. => 2,
        ONE_SLIP.. => 1,
        _ => 0,
    }
}

/// The terms that are near a folded word and do not begin with it, with the slips between them; at most [`MOST`].
///
/// Of two slips none is in the first letter: there a slip costs the walk most and readers make it least.
pub(super) fn near(c: &Connection, word: &str) -> Result<Vec<(String, usize)>, CatalogueError> {
    let letters: Vec<char> = word.chars().collect();
    let mut found = BTreeMap::new();
    let slips = slips(word);
    if slips >= 1 {
        Walk::new(&letters, 1, 0).through(c, &mut found)?;
        let mut known = c.prepare_cached("SELECT 1 FROM term WHERE word = ?1").doing("looking for terms")?;
        for variant in look_alikes(word) {
            if known.exists([&variant]).doing("looking for terms")? {
                found.insert(variant, 1);
            }
        }
    }
    if slips >= 2 {
        Walk::new(&letters, 2, 1).through(c, &mut found)?;
    }
    let number = |text: &str| text.chars().all(char::is_numeric);
    let mut found: Vec<(String, usize)> = found
        .into_iter()
        // What begins with the word is an exact hit, and one number is not a slip of another.
        .filter(|(term, _)| !(term.starts_with(word) || number(term) && number(word)))
        .collect();
    found.sort_by_key(|(_, slips)| *slips);
    found.truncate(MOST);
    Ok(found)
}

/// The word with one look-alike in place of the other, once each.
fn look_alikes(word: &str) -> impl Iterator<Item = String> + '_ {
    let both_ways = LOOK_ALIKE.into_iter().flat_map(|(two, one)| [(two, one), (one, two)]);
    both_ways.flat_map(move |(from, to)| {
        word.match_indices(from).map(move |(at, _)| format!("{}{to}{}", &word[..at], &word[at + from.len()..]))
    })
}

/// A walk through the tree of terms around one word.
struct Walk<'w> {
    word: &'w [char],
    slips: usize,
    /// So many first letters must be right.
    right: usize,
    /// The beginning where the walk stands.
    path: Vec<char>,
    /// `rows[i][j]`: slips between the first `i` letters of the path and the first `j` of the word; one row more than
    /// the path has letters.
    rows: Vec<Vec<usize>>,
}

impl<'w> Walk<'w> {
    fn new(word: &'w [char], slips: usize, right: usize) -> Self {
        Self { word, slips, right, path: Vec::new(), rows: vec![(0..=word.len()).collect()] }
    }

    fn through(mut self, c: &Connection, found: &mut BTreeMap<String, usize>) -> Result<(), CatalogueError> {
        let doing = "looking for terms";
        let mut terms = c.prepare_cached("SELECT word FROM term WHERE word >= ?1 ORDER BY word").doing(doing)?;
        let mut from: String = self.word[..self.right].iter().collect();
        'jump: loop {
            let mut rows = terms.query([&from]).doing(doing)?;
            let mut passed = 0;
            while let Some(row) = rows.next().doing(doing)? {
                let value = row.get_ref(0).doing(doing)?;
                let term = value.as_str().map_err(|_| corrupt("a term", "(not a text)"))?;
                if term < from.as_str() {
                    passed += 1;
                    if passed > STEPS {
                        continue 'jump;
                    }
                    continue;
                }
                passed = 0;
                match self.after(term, found) {
                    Some(next) => from = next,
                    None => return Ok(()),
                }
            }
            return Ok(());
        }
    }

    /// Takes a term in, if it is near, and says from where on the next one may be.
    fn after(&mut self, term: &str, found: &mut BTreeMap<String, usize>) -> Option<String> {
        let common = self.path.iter().zip(term.chars()).take_while(|(a, b)| **a == *b).count();
        self.back_to(common);
        if !term.chars().skip(common).all(|letter| self.step(letter)) {
            return self.after_dead_end();
        }
        let slips = self.rows[self.path.len()][self.word.len()];
        if slips <= self.slips {
            found.entry(term.to_owned()).and_modify(|best| *best = slips.min(*best)).or_insert(slips);
        }
        Some(format!("{term}\0"))
    }

    fn back_to(&mut self, letters: usize) {
        self.path.truncate(letters);
        self.rows.truncate(letters + 1);
    }

    /// One letter further; whether a term that goes on from there may still come near.
    fn step(&mut self, letter: char) -> bool {
        let at = self.path.len();
        let before = &self.rows[at];
        let mut row = Vec::with_capacity(self.word.len() + 1);
        row.push(at + 1);
        for j in 1..=self.word.len() {
            let wrong = before[j - 1] + usize::from(self.word[j - 1] != letter);
            let mut least = wrong.min(before[j] + 1).min(row[j - 1] + 1);
            if j > 1 && at > 0 && self.word[j - 2] == letter && self.word[j - 1] == self.path[at - 1] {
                least = least.min(self.rows[at - 1][j - 2] + 1);
            }
            row.push(least);
        }
        let alive = row.iter().any(|slips| *slips <= self.slips)
            && self.word.get(at).is_none_or(|right| at >= self.right || *right == letter);
        self.path.push(letter);
        self.rows.push(row);
        alive
    }

    /// The first beginning after the dead end where the walk stands from which a term may come near.
    fn after_dead_end(&mut self) -> Option<String> {
        while let Some(dead) = self.path.pop() {
            self.rows.pop();
            if let Some(next) = self.beyond(dead) {
                return Some(self.path.iter().copied().chain(next).collect());
            }
        }
        None
    }

    /// How a near term that goes on from the path with a letter after `dead` goes on at the least: with any letter,
    /// while a slip is left; otherwise exactly as the word does from one of the places where it may stand.
    fn beyond(&self, dead: char) -> Option<Vec<char>> {
        let at = self.path.len();
        if at < self.right {
            return None;
        }
        let row = &self.rows[at];
        if row.iter().any(|slips| *slips < self.slips) {
            return following(dead).map(|letter| vec![letter]);
        }
        let rest = (0..self.word.len()).filter(|j| row[*j] <= self.slips).map(|j| self.word[j..].to_vec());
        // The second of two letters exchanged, when the first is what the path ends with.
        let exchanged = (0..self.word.len().saturating_sub(1))
            .filter(|j| at > 0 && self.path[at - 1] == self.word[j + 1] && self.rows[at - 1][*j] < self.slips);
        let exchanged =
            exchanged.map(|j| std::iter::once(self.word[j]).chain(self.word[j + 2..].iter().copied()).collect());
        rest.chain(exchanged).filter(|next: &Vec<char>| next[0] > dead).min()
    }
}

/// The next code point: the order of the index is that of code points.
fn following(letter: char) -> Option<char> {
    (u32::from(letter) + 1..=u32::from(char::MAX)).find_map(char::from_u32)
}
