//! How fast pages are read: what turns "so many wait" into "so long still".

use crate::engine::lock;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What happened before counts no longer.
const WINDOW: Duration = Duration::from_mins(2);
/// Fewer pages say nothing about the next ones.
const ENOUGH: usize = 3;

/// The moments at which pages were read, of late.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<VecDeque<Instant>>);

impl Pace {
    /// A page was read just now.
    #[expect(clippy::disallowed_methods, reason = "a stopwatch for people who wait; no time is kept")]
    pub(crate) fn read_one(&self) {
        self.note(Instant::now());
    }

    /// Pages a minute, once enough of them were read of late.
    #[expect(clippy::disallowed_methods, reason = "a stopwatch for people who wait; no time is kept")]
    pub(crate) fn per_minute(&self) -> Option<f64> {
        self.at(Instant::now())
    }

    fn note(&self, now: Instant) {
        let mut moments = lock(&self.0);
        moments.push_back(now);
        while moments.front().is_some_and(|&first| now.duration_since(first) > WINDOW) {
            moments.pop_front();
        }
    }

    fn at(&self, now: Instant) -> Option<f64> {
        let moments = lock(&self.0);
        let of_late: Vec<_> = moments.iter().filter(|&&moment| now.duration_since(moment) <= WINDOW).collect();
        let (first, pages) = (of_late.first()?, of_late.len());
        let minutes = now.duration_since(**first).as_secs_f64() / 60.0;
        // The first of them opens the span and is not counted in it.
        (pages >= ENOUGH && minutes > 0.0).then(|| (pages - 1) as f64 / minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "some moment to count from")]
    fn only_what_happened_of_late_counts() {
        let (pace, start) = (Pace::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(pace.at(start), None);
        for second in [0, 2, 4, 6] {
            pace.note(after(second));
        }
        assert_eq!(pace.at(after(6)), Some(30.0));
        assert_eq!(pace.at(after(12)), Some(15.0), "waiting for the next page slows it down");
        assert_eq!(pace.at(after(600)), None);
        pace.note(after(600));
        assert_eq!(pace.at(after(601)), None, "one page says nothing");
    }
}
