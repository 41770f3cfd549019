//! What one round cost, and sums of rounds. It must not know who ran.

use crate::process::Peak;

/// One or several rounds of one contestant.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Run {
    pub(super) pages: usize,
    pub(super) wall_s: f64,
    pub(super) cpu_s: f64,
    pub(super) peak: Peak,
    /// Processor seconds by part of the work, in the order in which they are drawn; nothing where they are not known.
    pub(super) parts: Vec<(&'static str, f64)>,
}

impl Run {
    pub(super) fn add(&mut self, other: Self) {
        self.pages += other.pages;
        self.wall_s += other.wall_s;
        self.cpu_s += other.cpu_s;
        self.peak = std::mem::take(&mut self.peak).or(other.peak);
        for (name, seconds) in other.parts {
            match self.parts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += seconds,
                None => self.parts.push((name, seconds)),
            }
        }
    }

    pub(super) fn pages_a_minute(&self) -> f64 {
        self.pages as f64 / self.wall_s * 60.0
    }

    pub(super) fn cpu_a_page(&self) -> f64 {
        self.cpu_s / self.pages as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn rounds_are_summed_and_peaks_are_not() {
        let run = |wall_s, pss_mb, part| Run {
            pages: 6,
            wall_s,
            cpu_s: 3.0,
            peak: Peak { pss_mb, each_mb: BTreeMap::new() },
            parts: vec![("read", part)],
        };
        let mut sum = Run::default();
        for one in [run(4.0, 100.0, 2.0), run(8.0, 90.0, 1.0)] {
            sum.add(one);
        }
        assert!((sum.pages_a_minute() - 60.0).abs() < 1e-9 && (sum.cpu_a_page() - 0.5).abs() < 1e-9, "{sum:?}");
        assert!((sum.peak.pss_mb - 100.0).abs() < 1e-9, "{sum:?}");
        assert_eq!(sum.parts, [("read", 3.0)]);
    }
}
