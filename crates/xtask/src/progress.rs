//! Headlines: which step runs, of how many, and how long each took.

use anyhow::Result;
use std::time::{Duration, Instant};

/// Counts and times the steps of a task; talk goes to standard error.
#[derive(Debug)]
pub(crate) struct Progress {
    total: usize,
    done: Vec<(&'static str, Duration)>,
}

impl Progress {
    /// A task of `total` steps.
    pub(crate) fn new(total: usize) -> Self {
        Self { total, done: Vec::with_capacity(total) }
    }

    /// Does one step under its headline; the time is noted whether it ends well or not.
    #[expect(clippy::disallowed_methods, reason = "a person reads how long a step took; nothing is decided by it")]
    pub(crate) fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("\n[{}/{}] {name}", self.done.len() + 1, self.total);
        let started = Instant::now();
        let outcome = work();
        let elapsed = started.elapsed();
        let ending = if outcome.is_ok() { "done" } else { "FAILED" };
        eprintln!("[{}/{}] {name}: {ending} after {}", self.done.len() + 1, self.total, in_words(elapsed));
        self.done.push((name, elapsed));
        outcome
    }

    /// The times of all steps so far, one line each, and their sum.
    pub(crate) fn summary(&self) -> String {
        let lines = self.done.iter().map(|(name, elapsed)| format!("{:>12}  {name}\n", in_words(*elapsed)));
        let sum = self.done.iter().map(|(_, elapsed)| *elapsed).sum();
        format!("{}{:>12}  in all", lines.collect::<String>(), in_words(sum))
    }
}

/// `4.2 s` under a minute, `3 min 07 s` above.
fn in_words(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_a_person_says_them() {
        assert_eq!(in_words(Duration::from_millis(4_240)), "4.2 s");
        assert_eq!(in_words(Duration::from_secs(187)), "3 min 07 s");
    }

    #[test]
    fn a_step_that_fails_is_in_the_summary_too() {
        let mut progress = Progress::new(2);
        progress.step("first", || Ok(())).unwrap();
        progress.step("second", || -> Result<()> { anyhow::bail!("no") }).unwrap_err();
        let summary = progress.summary();
        let names: Vec<_> = summary.lines().map(|line| line[12..].trim()).collect();
        assert_eq!(names, ["first", "second", "in all"]);
    }
}
