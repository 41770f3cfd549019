//! Which snapshots are kept: the newest, and of those before them one a week and one a month.

use scantrail_core::jiff::Timestamp;
use scantrail_core::jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// How many snapshots are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// The newest; at least 1.
    pub newest: u32,
    /// Weeks of which the last snapshot is kept.
    pub weeks: u32,
    /// Months of which the last snapshot is kept.
    pub months: u32,
}

/// Those of `snapshots` (in any order) that are kept, as their places in it. The newest is always among them.
pub fn kept(snapshots: &[Timestamp], retention: Retention) -> BTreeSet<usize> {
    let mut by_age: Vec<usize> = (0..snapshots.len()).collect();
    by_age.sort_by_key(|at| std::cmp::Reverse(snapshots[*at]));
    let day = |at: usize| snapshots[at].to_zoned(TimeZone::UTC).date();
    let mut kept: BTreeSet<usize> = by_age.iter().copied().take(retention.newest.max(1) as usize).collect();
    let (mut weeks, mut months) = (Vec::new(), Vec::new());
    for at in by_age {
        let day = day(at);
        let week = (day.iso_week_date().year(), day.iso_week_date().week());
        if !weeks.contains(&week) && weeks.len() < retention.weeks as usize {
            weeks.push(week);
            kept.insert(at);
        }
        let month = (day.year(), day.month());
        if !months.contains(&month) && months.len() < retention.months as usize {
            months.push(month);
            kept.insert(at);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantrail_core::jiff::ToSpan as _;

    #[test]
    fn a_year_of_days_becomes_days_weeks_and_months() {
        let last: Timestamp = "2026-12-31T02:00:00Z".parse().unwrap();
        let days: Vec<Timestamp> = (0..365).map(|day| last - (24 * day).hours()).collect();
        let kept = kept(&days, Retention { newest: 7, weeks: 4, months: 6 });
        let ages: Vec<usize> = kept.into_iter().collect();
        // Seven days; Sundays 27, 20 and 13 December (the week of the 31st is among the days); the last days of months.
        assert_eq!(ages, [0, 1, 2, 3, 4, 5, 6, 11, 18, 31, 61, 92, 122, 153]);
        assert_eq!(super::kept(&days[..1], Retention { newest: 0, weeks: 0, months: 0 }).len(), 1);
        assert!(super::kept(&[], Retention { newest: 7, weeks: 4, months: 6 }).is_empty());
    }
}
