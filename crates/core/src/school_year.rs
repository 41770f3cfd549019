//! The academic year: 1 September to 31 August.

use jiff::civil::Date;
use std::fmt;

/// The year of work, named by both calendar years: `2026-27`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolYear {
    first: i16,
}

impl SchoolYear {
    /// The year a date falls in.
    pub fn of(date: Date) -> Self {
        Self { first: if date.month() >= 9 { date.year() } else { date.year() - 1 } }
    }

    /// The calendar year in which it begins.
    pub fn first(self) -> i16 {
        self.first
    }

    /// The year after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self { first: self.first + 1 }
    }

    /// Its last day, 31 August; none beyond what a calendar can hold.
    pub fn last_day(self) -> Option<Date> {
        Date::new(self.first.checked_add(1)?, 8, 31).ok()
    }

    /// Reads `2026-27`; both halves must agree.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, second) = text.split_once('-')?;
        let first: i16 = (first.len() == 4).then(|| first.parse().ok())??;
        let second: i16 = (second.len() == 2).then(|| second.parse().ok())??;
        ((first + 1) % 100 == second).then_some(Self { first })
    }
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first, (self.first + 1) % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_year_turns_in_september() {
        assert_eq!(SchoolYear::of(date(2026, 11, 21)).to_string(), "2026-27");
        assert_eq!(SchoolYear::of(date(2027, 8, 31)).to_string(), "2026-27");
        assert_eq!(SchoolYear::of(date(2027, 9, 1)).to_string(), "2027-28");
        assert_eq!(SchoolYear::of(date(2100, 1, 1)).to_string(), "2099-00");
    }

    #[test]
    fn reads_what_it_writes() {
        assert_eq!(SchoolYear::parse("2026-27"), Some(SchoolYear { first: 2026 }));
        for wrong in ["2026-28", "26-27", "2026", "2026-027", "éééé-27"] {
            assert_eq!(SchoolYear::parse(wrong), None, "{wrong}");
        }
    }
}
