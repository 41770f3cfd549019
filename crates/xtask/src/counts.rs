//! How many tests ran, as the closing lines of the test runners say it.
//!
//! Counting from their own words, not from exit codes: a run that skipped everything also exits with 0.

use std::fmt;
use std::ops::AddAssign;

/// Tests by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Left out by a filter or by `#[ignore]`; there must be none.
    pub(crate) skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

impl Counts {
    /// Reads nextest's `Summary [ 1.2s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 0 skipped`.
    pub(crate) fn from_nextest(line: &str) -> Option<Self> {
        let line = line.trim_start().strip_prefix("Summary [")?;
        let (_, figures) = line.split_once(" run: ")?;
        Some(Self::add_up(&without_brackets(figures), ','))
    }

    /// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.1s`.
    pub(crate) fn from_cargo_test(line: &str) -> Option<Self> {
        let (_, figures) = line.strip_prefix("test result: ")?.split_once(". ")?;
        Some(Self::add_up(figures, ';'))
    }

    fn add_up(figures: &str, separator: char) -> Self {
        let mut counts = Self::default();
        for part in figures.split(separator) {
            let Some((number, word)) = part.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match word {
                "passed" => counts.passed += number,
                "failed" | "exec failed" | "timed out" => counts.failed += number,
                "skipped" | "ignored" | "filtered out" => counts.skipped += number,
                _ => {}
            }
        }
        counts
    }
}

/// The text without what stands in round brackets: `7 passed (1 slow, 1 leaky), 1 failed` has commas in them.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|&symbol| {
            match symbol {
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect::<String>()
        .replace(" ,", ",")
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn closing_lines_of_nextest_are_understood() {
        for (line, wanted) in [
            ("     Summary [   0.011s] 12 tests run: 12 passed, 0 skipped", Some(counts(12, 0, 0))),
            ("     Summary [   0.011s] 1 test run: 1 passed, 0 skipped", Some(counts(1, 0, 0))),
            (
                "     Summary [  61.4s] 9 tests run: 6 passed (1 slow, 2 leaky), 1 failed, 1 timed out, 1 exec failed, 3 skipped",
                Some(counts(6, 3, 3)),
            ),
            (
                "     Summary [   1.0s] 2/40 tests run: 1 passed, 1 failed (1 due to being leaky), 0 skipped",
                Some(counts(1, 1, 0)),
            ),
            ("        PASS [   0.004s] xtask counts::tests::summary", None),
        ] {
            assert_eq!(Counts::from_nextest(line), wanted, "{line}");
        }
    }

    #[test]
    fn closing_lines_of_cargo_test_are_understood() {
        for (line, wanted) in [
            (
                "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s",
                Some(counts(3, 0, 0)),
            ),
            (
                "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0s",
                Some(counts(3, 2, 5)),
            ),
            ("test counts::tests::x ... ok", None),
        ] {
            assert_eq!(Counts::from_cargo_test(line), wanted, "{line}");
        }
    }

    #[test]
    fn counts_add_up_and_print_as_the_closing_line() {
        let mut sum = Counts { passed: 2, failed: 0, skipped: 1 };
        sum += Counts { passed: 3, failed: 1, skipped: 0 };
        assert_eq!(sum.to_string(), "5 passed, 1 failed, 1 skipped");
    }
}
