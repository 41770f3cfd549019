//! Searching, on a real catalogue.

use super::near::near;
use rusqlite::Connection;

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

fn terms_in(words: &[String]) -> Connection {
    let c = Connection::open_in_memory().unwrap();
    c.execute_batch("CREATE TABLE term (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID").unwrap();
    for word in words {
        c.execute("INSERT OR IGNORE INTO term VALUES (?1)", [word]).unwrap();
    }
    c
}

proptest::proptest! {
    /// The walk leaves out nothing that looking at every term would find.
    #[test]
    fn the_walk_finds_what_looking_at_every_term_finds(
        words in proptest::collection::vec("[abc]{3,6}", 0..60),
        long in proptest::collection::vec("[ab]{8,11}", 0..60),
        short in "[abc]{4,6}",
        asked in "[ab]{9,10}",
    ) {
        let all: std::collections::BTreeSet<String> = words.into_iter().chain(long).collect();
        let c = terms_in(&all.iter().cloned().collect::<Vec<_>>());
        for word in [short, asked] {
            let most = super::near::slips(&word);
            let expected: Vec<(String, usize)> = all
                .iter()
                .map(|term| (term.clone(), distance(term, &word)))
                .filter(|(term, far)| *far <= most && !term.starts_with(&word) && (*far < 2 || term.chars().next() == word.chars().next()))
                .collect();
            let mut found = near(&c, &word).unwrap();
            found.sort();
            proptest::prop_assume!(expected.len() < 64);
            proptest::prop_assert_eq!(found, expected, "{}", word);
        }
    }
}
