//! The one clock of the measurements. It must not know what is measured.

use std::time::Instant;

/// What a piece of work gave, and the milliseconds it took.
#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64() * 1e3)
}

/// What a piece of work gave, and the milliseconds of processor time it took in this thread: other programs on the same
/// machine do not count.
pub(crate) fn cpu<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let spent = || {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
    };
    let start = spent();
    let result = work();
    (result, spent() - start)
}

/// A moment to count from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(Instant);

impl Moment {
    #[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
    pub(crate) fn now() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since then.
    pub(crate) fn ms(self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1e3
    }
}

/// Milliseconds of many pieces of work.
#[derive(Debug, Clone, Default)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    pub(crate) fn add(&mut self, milliseconds: f64) {
        self.0.push(milliseconds);
    }

    /// The one in the middle; `None` without any.
    pub(crate) fn median(&self) -> Option<f64> {
        median(&self.0)
    }

    /// The one that 95 of 100 do not exceed; `None` without any.
    pub(crate) fn most(&self) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = (sorted.len() * 95).div_ceil(100);
        sorted.get(at.saturating_sub(1)).copied()
    }

    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The longest.
    pub(crate) fn worst(&self) -> Option<f64> {
        self.0.iter().copied().max_by(f64::total_cmp)
    }
}

/// The value in the middle (the upper one of two); `None` without any.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_longest_do_not_depend_on_the_order() {
        let mut times = Times::default();
        assert_eq!((times.median(), times.worst()), (None, None));
        for milliseconds in [3.0, 1.0, 2.0] {
            times.add(milliseconds);
        }
        assert_eq!((times.median(), times.worst()), (Some(2.0), Some(3.0)));
        assert_eq!((times.most(), times.count()), (Some(3.0), 3));
        let many = Times((1..=40).map(f64::from).collect());
        assert_eq!(many.most(), Some(38.0), "38 of 40 are 95 of 100");
    }
}
