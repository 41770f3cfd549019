//! Adding up scores, and saying them: as a table, as lines of JSON, and as a verdict on who is first.

use super::reader::Name;
use super::score::{Modules, score};
use super::truth::Truth;
use super::worker::Answer;
use crate::clock::{Times, median};
use crate::table::{Table, figure, percent};
use serde_json::json;

/// What one reader did on one set.
pub(super) struct Tally {
    pub(super) name: Name,
    right: usize,
    wrong: usize,
    corner_errors: Vec<f64>,
    times: Times,
    panics: usize,
    too_slow: usize,
    died: usize,
    refused: Vec<String>,
    /// Pictures with a code that was not read.
    pub(super) missed: Vec<String>,
}

impl Tally {
    pub(super) fn new(name: Name) -> Self {
        Self {
            name,
            right: 0,
            wrong: 0,
            corner_errors: Vec::new(),
            times: Times::default(),
            panics: 0,
            too_slow: 0,
            died: 0,
            refused: Vec::new(),
            missed: Vec::new(),
        }
    }

    /// Counts one answer about the picture called `what`.
    pub(super) fn add(&mut self, answer: &Answer, truth: &Truth, modules: &Modules, what: &str) {
        let mut right = 0;
        match answer {
            Answer::Codes { codes, milliseconds } => {
                let score = score(codes, truth, modules);
                right = score.right;
                self.wrong += score.wrong;
                self.corner_errors.extend(score.corner_errors);
                self.times.add(*milliseconds);
            }
            Answer::Panicked => self.panics += 1,
            Answer::TooSlow => self.too_slow += 1,
            Answer::Died => self.died += 1,
            Answer::Refused(why) => self.refused.push(format!("{what}: {why}")),
        }
        self.right += right;
        if right < truth.count() {
            self.missed.push(what.to_owned());
        }
    }

    /// What went wrong with the reader itself.
    fn trouble(&self) -> String {
        let counts = [
            (self.panics, "panicked"),
            (self.too_slow, "killed at the cap"),
            (self.died, "died"),
            (self.refused.len(), "refused"),
        ];
        let told = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        told.chain(self.refused.first().cloned()).collect::<Vec<_>>().join(", ")
    }
}

/// All readers on one set.
pub(super) struct Report<'a> {
    pub(super) set: &'a str,
    pub(super) pictures: usize,
    /// Codes to read, over all turns; none in a set of negatives.
    pub(super) codes: usize,
    pub(super) tallies: &'a [Tally],
}

impl Report<'_> {
    pub(super) fn table(&self) -> String {
        let title = format!("{} ({} pictures, 4 turns, {} codes)", self.set, self.pictures, self.codes);
        let mut table = Table::new(&[&title, "read", "%", "wrong", "ms", "worst", "corners", "trouble"]);
        for tally in self.tallies {
            table.row(vec![
                format!("  {}", tally.name.word()),
                tally.right.to_string(),
                percent(tally.right, self.codes),
                tally.wrong.to_string(),
                figure(tally.times.median(), 0),
                figure(tally.times.worst(), 0),
                figure(median(&tally.corner_errors), 2),
                tally.trouble(),
            ]);
        }
        table.text() + "\n"
    }

    /// The same as lines of JSON.
    pub(super) fn lines(&self) -> String {
        let line = |tally: &Tally| {
            let value = json!({
                "set": self.set,
                "pictures": self.pictures,
                "codes": self.codes,
                "reader": tally.name.word(),
                "read": tally.right,
                "wrong": tally.wrong,
                "median_ms": tally.times.median(),
                "worst_ms": tally.times.worst(),
                "corner_error_modules": median(&tally.corner_errors),
                "panicked": tally.panics,
                "killed": tally.too_slow,
                "died": tally.died,
                "refused": tally.refused,
            });
            format!("{value}\n")
        };
        self.tallies.iter().map(line).collect()
    }

    /// Whether ours is first, as it looks at pictures; on negatives, whether ours read nothing.
    pub(super) fn verdict(&self) -> String {
        let (ours, others): (Vec<&Tally>, Vec<&Tally>) = self.tallies.iter().partition(|tally| tally.name.is_ours());
        if self.codes == 0 {
            let read: usize = ours.iter().map(|tally| tally.wrong).sum();
            return format!("{}: {}", self.set, if read == 0 { "ours read nothing" } else { "OURS READ SOMETHING" });
        }
        let rate = |tally: &Tally| format!("{} {}", tally.name.word(), percent(tally.right, self.codes));
        let Some(best) = others.iter().max_by_key(|tally| tally.right) else {
            return format!("{}: nobody to compare with", self.set);
        };
        let (behind, first): (Vec<&Tally>, Vec<&Tally>) = ours.iter().partition(|tally| tally.right < best.right);
        let rates = |tallies: &[&Tally]| tallies.iter().map(|tally| rate(tally)).collect::<Vec<_>>().join(", ");
        let best = format!("best of the others: {}", rate(best));
        match (first.as_slice(), behind.as_slice()) {
            ([], _) => format!("{}: OURS IS NOT FIRST: {} ({best})", self.set, rates(&behind)),
            (_, []) => format!("{}: ours first: {} ({best})", self.set, rates(&first)),
            _ => format!("{}: ours first: {} ({best}; behind it: {})", self.set, rates(&first), rates(&behind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::reader::Code;
    use super::*;

    fn tally(name: Name, texts: &[&str], truth: &Truth) -> Tally {
        let mut tally = Tally::new(name);
        let codes = texts.iter().map(|text| Code { text: (*text).to_owned(), corners: None, modules: None });
        let answer = Answer::Codes { codes: codes.collect(), milliseconds: 1.0 };
        tally.add(&answer, truth, &Modules::new(), "a@0");
        tally
    }

    #[test]
    fn a_verdict_says_who_is_behind() {
        let truth = Truth::Text("a".to_owned());
        let tallies = [
            tally(Name::Thorough, &["a"], &truth),
            tally(Name::Quick, &[], &truth),
            tally(Name::ZxingCpp, &["a", "b"], &truth),
        ];
        let report = Report { set: "x", pictures: 1, codes: 1, tallies: &tallies };
        assert_eq!(
            report.verdict(),
            "x: ours first: thorough 100.0 (best of the others: zxing-cpp 100.0; behind it: quick 0.0)"
        );
        assert_eq!(tallies[1].missed, ["a@0"]);
        let alone = Report { tallies: &tallies[..1], ..report };
        assert_eq!(alone.verdict(), "x: nobody to compare with");
        let behind = Report { tallies: &tallies[1..], ..report };
        assert_eq!(behind.verdict(), "x: OURS IS NOT FIRST: quick 0.0 (best of the others: zxing-cpp 100.0)");
    }

    #[test]
    fn a_reading_where_there_is_nothing_is_said_loudly() {
        let quiet = [tally(Name::Thorough, &[], &Truth::Nothing), tally(Name::ZxingCpp, &["b"], &Truth::Nothing)];
        let report = Report { set: "n", pictures: 1, codes: 0, tallies: &quiet };
        assert_eq!(report.verdict(), "n: ours read nothing");
        let loud = [tally(Name::Quick, &["b"], &Truth::Nothing)];
        assert_eq!(Report { tallies: &loud, ..report }.verdict(), "n: OURS READ SOMETHING");
    }
}
