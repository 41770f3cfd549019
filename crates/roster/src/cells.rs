//! One cell of a list: cleaning, dates.

use scantrail_core::jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

/// NFC, without control characters, blanks at the ends removed and runs of blanks joined.
pub fn clean(cell: &str) -> String {
    let text: String = cell.nfc().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Years in which a pupil, or a person on an old list, can have been born.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// `2016-03-04` or `04/03/2016` (day first; `-` and `.` too), a time of day behind it is passed over.
pub(crate) fn date(cell: &str) -> Option<Date> {
    let text = cell.split([' ', 'T']).next()?;
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let &[first, second, third] = parts.as_slice() else { return None };
    let number = |text: &str, longest: usize| {
        let digits = !text.is_empty() && text.len() <= longest && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<i16>().ok()).flatten()
    };
    let (year, month, day) = match (first.len(), third.len()) {
        (4, _) => (number(first, 4)?, number(second, 2)?, number(third, 2)?),
        (_, 4) => (number(third, 4)?, number(second, 2)?, number(first, 2)?),
        _ => return None,
    };
    if !YEARS.contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantrail_core::jiff::civil::date as day;

    #[test]
    fn dates_are_read_day_first() {
        for (text, expected) in [
            ("2016-03-04", Some(day(2016, 3, 4))),
            ("04/03/2016", Some(day(2016, 3, 4))),
            ("4/3/2016", Some(day(2016, 3, 4))),
            ("04.03.2016", Some(day(2016, 3, 4))),
            ("04-03-2016", Some(day(2016, 3, 4))),
            ("2016-03-04T00:00:00", Some(day(2016, 3, 4))),
            ("04/03/2016 00:00", Some(day(2016, 3, 4))),
            ("03/25/2016", None),
            ("31/02/2016", None),
            ("04/03/16", None),
            ("42433", None),
            ("+4/03/2016", None),
            ("0201-03-04", None),
            ("", None),
            ("4/3/2016/7", None),
        ] {
            assert_eq!(date(text), expected, "{text}");
        }
    }

    #[test]
    fn cells_are_composed_and_trimmed() {
        assert_eq!(clean(" \u{a0}Zoe\u{308}\t van  der Berg \u{0}"), "Zoë van der Berg");
    }
}
