//! Words that a reader got wrong.

use super::*;
use crate::text::near::{near, slips};
use rusqlite::Connection;
use std::collections::BTreeSet;

#[test]
fn what_readers_get_wrong_is_found() {
    for (read, typed) in [
        ("modem", "modern"),
        ("modern", "modem"),
        ("1ondon", "london"),
        ("d0g5", "dog5"),
        ("sehool", "school"),
        ("elose", "close"),
        ("dose", "close"),
        ("vvater", "water"),
        ("castl", "castle"),
        ("caastle", "castle"),
        ("catsle", "castle"),
        ("bastle", "castle"),
        ("com", "corn"),
        ("photosyntheses", "photosynthesis"),
        ("photosynteses", "photosynthesis"),
        ("élephant", "elefhant"),
        ("l066", "1066"),
    ] {
        let kept = Kept::new();
        kept.read(1, read.into());
        let hits = kept.find(typed);
        assert_eq!(numbers(&hits), [1], "{read} by {typed}");
        let found = Found { column: Reader::Printed, how: How::Near, terms: vec![scantrail_core::fold::fold(read)] };
        assert_eq!(hits[0].found, found, "{read} by {typed}");
    }
}

#[test]
fn what_is_too_far_is_not_found() {
    for (read, typed) in [
        ("cat", "cut"),
        ("cut", "cart"),
        ("1066", "1067"),
        ("castle", "caslte5"),
        ("cabbage", "garbage"),
        ("photosynthesis", "fotosynthesis"),
        ("photosynthesis", "photosyntezis5x"),
    ] {
        let kept = Kept::new();
        kept.read(1, read.into());
        assert!(kept.pages(typed).is_empty() || read == "cut", "{read} by {typed}");
    }
    let kept = Kept::new();
    kept.read(1, "an old castle".into());
    assert!(kept.pages("\"old castlo\"").is_empty(), "a phrase means what it says");
    assert_eq!(kept.pages("old castlo"), [1]);
    assert!(kept.pages("castlo -old").is_empty(), "what is left out is left out of these too");
}

#[test]
fn near_hits_come_after_exact_ones_and_two_slips_after_one() {
    let kept = Kept::new();
    let filler = "and very many other words that make the page a long one so that it counts for less";
    kept.read(1, "photosynthosos".into());
    kept.read(2, "photosynthosis".into());
    kept.read(3, format!("photosynthesis {filler}").as_str().into());
    kept.read(4, PageText { words: "", guessed: "photosynthosis" });
    let hits = kept.find("photosynthesis");
    assert_eq!(numbers(&hits), [3, 2, 4, 1]);
    let how: Vec<How> = hits.iter().map(|hit| hit.found.how).collect();
    assert_eq!(how, [How::Exact, How::Near, How::Near, How::Near]);
    let first = Query { words: "photosynthesis".into(), limit: 1, ..Query::default() };
    assert_eq!(kept.search(&first).total.count, 1, "the exact hit is all that was asked for");
}

/// The distance by its definition, letter by letter.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            d[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let wrong = d[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = wrong.min(d[i - 1][j] + 1).min(d[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(d[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    d[a.len()][b.len()]
}

fn terms(words: &BTreeSet<String>) -> Connection {
    let c = Connection::open_in_memory().unwrap();
    c.execute_batch("CREATE TABLE term (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID").unwrap();
    for word in words {
        c.execute("INSERT INTO term VALUES (?1)", [word]).unwrap();
    }
    c
}

proptest::proptest! {
    /// The walk leaves out nothing that looking at every term would find, and adds nothing.
    #[test]
    fn the_walk_finds_what_looking_at_every_term_finds(
        words in proptest::collection::vec("[abcé]{3,6}", 0..50),
        long in proptest::collection::vec("[ab]{8,11}", 0..50),
        short in "[abcé]{4,6}",
        asked in "[ab]{9,10}",
    ) {
        let all: BTreeSet<String> = words.into_iter().chain(long).collect();
        let c = terms(&all);
        for word in [short, asked] {
            let begins_right = |term: &str| term.chars().next() == word.chars().next();
            let expected: Vec<(String, usize)> = all
                .iter()
                .map(|term| (term.clone(), distance(term, &word)))
                .filter(|(term, far)| *far <= slips(&word) && (*far < 2 || begins_right(term)))
                .filter(|(term, _)| !term.starts_with(&word))
                .collect();
            let mut found = near(&c, &word).unwrap();
            found.sort();
            proptest::prop_assert!(expected.len() < 64);
            proptest::prop_assert_eq!(found, expected, "{}", word);
        }
    }
}
