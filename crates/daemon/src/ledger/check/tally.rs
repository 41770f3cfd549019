//! Problems of one sort, told a few times and then counted: whoever changed the first event changed what follows, and a
//! million lines help nobody.

use std::collections::BTreeMap;

/// How many problems of one sort are told in full.
const TOLD: usize = 10;

/// Problems by sort.
#[derive(Debug, Default)]
pub(super) struct Tally {
    told: Vec<(u64, String)>,
    counted: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// One more problem of a sort, at an event.
    pub(super) fn note(&mut self, sort: &'static str, seq: u64, words: String) {
        let count = self.counted.entry(sort).or_default();
        *count += 1;
        if *count <= TOLD {
            self.told.push((seq, words));
        }
    }

    /// All in words, in order of the events; the same words once.
    pub(super) fn words(&mut self) -> Vec<String> {
        self.told.sort();
        self.told.dedup_by(|a, b| a.1 == b.1);
        let mut words: Vec<String> = std::mem::take(&mut self.told).into_iter().map(|(_, words)| words).collect();
        let more: usize = self.counted.values().map(|count| count.saturating_sub(TOLD)).sum();
        if more > 0 {
            words.push(format!("and {more} more like these in the log"));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_told_and_the_rest_counted() {
        let mut tally = Tally::default();
        for n in (0..25).rev() {
            tally.note("one", n, format!("event {n}"));
        }
        tally.note("other", 3, "something else".into());
        let words = tally.words();
        assert_eq!(words.len(), TOLD + 2);
        assert_eq!(words[0], "something else");
        assert_eq!(words.last().unwrap(), "and 15 more like these in the log");
    }
}
