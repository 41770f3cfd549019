//! The six half-terms of a school year, as the school sets them.
//!
//! Dates a school has not set are assumed from when most schools in England have theirs, and say so: nothing that a
//! person relies on may rest on an assumption in silence.

use crate::school_year::SchoolYear;
use jiff::civil::{Date, Weekday, date};
use jiff::{Span, ToSpan as _};
use std::collections::BTreeMap;
use std::fmt;

/// A stretch of school between two holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HalfTerm {
    /// September to October.
    Autumn1,
    /// November to December.
    Autumn2,
    /// January to February.
    Spring1,
    /// February to Easter.
    Spring2,
    /// Easter to May.
    Summer1,
    /// June to July.
    Summer2,
}

impl HalfTerm {
    /// All six, in order.
    pub const ALL: [Self; 6] =
        [Self::Autumn1, Self::Autumn2, Self::Spring1, Self::Spring2, Self::Summer1, Self::Summer2];

    /// As people write it: `Autumn 1`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Autumn1 => "Autumn 1",
            Self::Autumn2 => "Autumn 2",
            Self::Spring1 => "Spring 1",
            Self::Spring2 => "Spring 2",
            Self::Summer1 => "Summer 1",
            Self::Summer2 => "Summer 2",
        }
    }

    /// The key in `scantrail.toml`: `autumn_1`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Autumn1 => "autumn_1",
            Self::Autumn2 => "autumn_2",
            Self::Spring1 => "spring_1",
            Self::Spring2 => "spring_2",
            Self::Summer1 => "summer_1",
            Self::Summer2 => "summer_2",
        }
    }

    /// Reads a name; case, blanks and underscores do not matter: `Autumn 1`, `autumn1`, `autumn_1`.
    pub fn from_name(text: &str) -> Option<Self> {
        let wanted = crate::fold::squash(text);
        Self::ALL.into_iter().find(|half| crate::fold::squash(half.name()) == wanted)
    }
}

impl fmt::Display for HalfTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// First and last day, both school days of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Days {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

impl Days {
    /// Whether a date lies in it.
    pub fn contains(self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }
}

/// Where dates come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The school set them.
    Set,
    /// Assumed, because the school has not.
    Assumed,
}

/// What is wrong with the dates of a half-term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DatesFault {
    /// The last day comes first.
    #[error("ends on {last}, before it begins on {first}")]
    Backwards {
        /// The first day.
        first: Date,
        /// The last day.
        last: Date,
    },
    /// It begins before an earlier one is over.
    #[error("begins on {first}, but {before} goes on until {until}")]
    Overlaps {
        /// The first day.
        first: Date,
        /// The half-term before.
        before: HalfTerm,
        /// Its last day.
        until: Date,
    },
    /// A day of it belongs to another school year.
    #[error("{day} is not in the school year {year}")]
    OutsideYear {
        /// The day.
        day: Date,
        /// The year.
        year: SchoolYear,
    },
}

/// The half-terms of one school year: in order, without overlap, all within the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearDates {
    year: SchoolYear,
    half_terms: [Days; 6],
    origin: Origin,
}

impl YearDates {
    /// Dates a school has set; every fault at once, each with its half-term.
    pub fn set(year: SchoolYear, half_terms: [Days; 6]) -> Result<Self, Vec<(HalfTerm, DatesFault)>> {
        let mut faults = Vec::new();
        let mut before: Option<(HalfTerm, Date)> = None;
        for (half, days) in HalfTerm::ALL.into_iter().zip(half_terms) {
            let Days { first, last } = days;
            if last < first {
                faults.push((half, DatesFault::Backwards { first, last }));
            }
            if let Some(day) = [first, last].into_iter().find(|day| SchoolYear::of(*day) != year) {
                faults.push((half, DatesFault::OutsideYear { day, year }));
            }
            if let Some((before, until)) = before.filter(|(_, until)| first <= *until) {
                faults.push((half, DatesFault::Overlaps { first, before, until }));
            }
            if before.is_none_or(|(_, until)| until < last) {
                before = Some((half, last));
            }
        }
        if faults.is_empty() { Ok(Self { year, half_terms, origin: Origin::Set }) } else { Err(faults) }
    }

    /// When most schools in England have theirs: weeks of holiday around the last Monday of October, Christmas, the
    /// third Monday of February, the turn of March to April and the last Monday of May.
    pub fn assumed(year: SchoolYear) -> Self {
        let (first, second) = (year.first(), year.first() + 1);
        let autumn = last_of(first, 10, Weekday::Monday);
        let christmas = on_or_before(date(first, 12, 21), Weekday::Friday);
        let january = on_or_after(date(second, 1, 3), Weekday::Monday);
        let february = plus(on_or_after(date(second, 2, 1), Weekday::Monday), 14.days());
        let easter = last_of(second, 3, Weekday::Friday);
        let may = last_of(second, 5, Weekday::Monday);
        let days = |first, last| Days { first, last };
        let half_terms = [
            days(school_day(date(first, 9, 2)), plus(autumn, -3.days())),
            days(plus(autumn, 7.days()), christmas),
            days(january, plus(february, -3.days())),
            days(plus(february, 7.days()), easter),
            days(plus(easter, 17.days()), plus(may, -3.days())),
            days(plus(may, 7.days()), on_or_before(date(second, 7, 23), Weekday::Friday)),
        ];
        Self { year, half_terms, origin: Origin::Assumed }
    }

    /// Which year.
    pub fn year(&self) -> SchoolYear {
        self.year
    }

    /// Whether the school set the dates.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The days of a half-term.
    pub fn days(&self, half: HalfTerm) -> Days {
        self.half_terms[half as usize]
    }

    /// The half-term a date lies in; none in the holidays.
    pub fn half_term_of(&self, date: Date) -> Option<HalfTerm> {
        HalfTerm::ALL.into_iter().find(|half| self.days(*half).contains(date))
    }
}

/// The years a school has set; every other year is assumed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    years: BTreeMap<SchoolYear, YearDates>,
}

impl Calendar {
    /// The calendar with these years; a year that stands there twice counts as the last one says.
    pub fn new(years: impl IntoIterator<Item = YearDates>) -> Self {
        Self { years: years.into_iter().map(|year| (year.year, year)).collect() }
    }

    /// The dates of a year, set or assumed.
    pub fn dates(&self, year: SchoolYear) -> YearDates {
        self.years.get(&year).cloned().unwrap_or_else(|| YearDates::assumed(year))
    }

    /// The half-term a date lies in; none in the holidays. Ask [`Self::dates`] whether the school has set it.
    pub fn half_term_of(&self, date: Date) -> Option<HalfTerm> {
        self.dates(SchoolYear::of(date)).half_term_of(date)
    }
}

fn plus(day: Date, span: Span) -> Date {
    day.checked_add(span).expect("a school year is far from the ends of time")
}

fn on_or_after(day: Date, wanted: Weekday) -> Date {
    let ahead = i64::from(day.weekday().until(wanted));
    plus(day, ahead.days())
}

fn on_or_before(day: Date, wanted: Weekday) -> Date {
    let back = i64::from(day.weekday().since(wanted));
    plus(day, -back.days())
}

fn last_of(year: i16, month: i8, wanted: Weekday) -> Date {
    on_or_before(date(year, month, 1).last_of_month(), wanted)
}

/// The day itself, or the Monday after a weekend.
fn school_day(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => on_or_after(day, Weekday::Monday),
        _ => day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(text: &str) -> SchoolYear {
        SchoolYear::parse(text).unwrap()
    }

    #[test]
    fn assumed_dates_are_those_of_most_schools() {
        let dates = YearDates::assumed(year("2026-27"));
        let table: Vec<String> = HalfTerm::ALL
            .iter()
            .map(|half| format!("{half}: {} to {}", dates.days(*half).first, dates.days(*half).last))
            .collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        Autumn 1: 2026-09-02 to 2026-10-23
        Autumn 2: 2026-11-02 to 2026-12-18
        Spring 1: 2027-01-04 to 2027-02-12
        Spring 2: 2027-02-22 to 2027-03-26
        Summer 1: 2027-04-12 to 2027-05-28
        Summer 2: 2027-06-07 to 2027-07-23
        ");
        assert_eq!(dates.origin(), Origin::Assumed);
    }

    #[test]
    fn assumed_dates_of_any_year_are_sound() {
        for first in 1990..2100 {
            let dates = YearDates::assumed(SchoolYear::of(date(first, 9, 1)));
            assert_eq!(YearDates::set(dates.year, dates.half_terms).map(|set| set.half_terms), Ok(dates.half_terms));
        }
    }

    #[test]
    fn a_date_lies_in_its_half_term_or_in_the_holidays() {
        let calendar = Calendar::default();
        for (day, half) in [
            (date(2026, 9, 1), None),
            (date(2026, 9, 2), Some(HalfTerm::Autumn1)),
            (date(2026, 10, 23), Some(HalfTerm::Autumn1)),
            (date(2026, 10, 24), None),
            (date(2026, 11, 21), Some(HalfTerm::Autumn2)),
            (date(2027, 3, 1), Some(HalfTerm::Spring2)),
            (date(2027, 7, 23), Some(HalfTerm::Summer2)),
            (date(2027, 8, 1), None),
        ] {
            assert_eq!(calendar.half_term_of(day), half, "{day}");
        }
    }

    #[test]
    fn every_fault_of_a_year_is_told() {
        let mut half_terms = YearDates::assumed(year("2026-27")).half_terms;
        half_terms[1].first = date(2026, 10, 20);
        half_terms[3].last = date(2027, 2, 1);
        half_terms[5].last = date(2027, 9, 3);
        let faults = YearDates::set(year("2026-27"), half_terms).unwrap_err();
        let told: Vec<String> = faults.iter().map(|(half, fault)| format!("{half} {fault}")).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        Autumn 2 begins on 2026-10-20, but Autumn 1 goes on until 2026-10-23
        Spring 2 ends on 2027-02-01, before it begins on 2027-02-22
        Summer 2 2027-09-03 is not in the school year 2026-27
        ");
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        for half in HalfTerm::ALL {
            assert_eq!(HalfTerm::from_name(half.name()), Some(half));
            assert_eq!(HalfTerm::from_name(half.key()), Some(half));
        }
        assert_eq!(HalfTerm::from_name("AUTUMN1"), Some(HalfTerm::Autumn1));
        assert_eq!(HalfTerm::from_name("autumn 3"), None);
    }
}
