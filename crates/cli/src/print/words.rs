//! Numbers and times as people say them.

use scantrail_core::jiff::Timestamp;
use scantrail_core::jiff::tz::TimeZone;

/// `1 page`, `2 pages`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// `1 page`, `2 pages`.
pub(crate) fn pages(n: usize) -> String {
    count(n as u64, "page", "pages")
}

/// A time on this machine's clock, to the minute; as it is if it is none.
pub(crate) fn when(text: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(at) => at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        assert_eq!((pages(1), pages(0), pages(2)), ("1 page".into(), "0 pages".into(), "2 pages".into()));
    }

    #[test]
    fn a_time_has_no_nanoseconds() {
        let said = when("2026-11-22T19:30:47.123456789Z");
        assert_eq!((said.len(), &said[..8]), (16, "2026-11-"));
        assert_eq!(when("yesterday"), "yesterday");
    }
}
