//! Year groups as schools write them. Never derived from a date of birth: mixed ages and deferred starts are common.

use std::fmt;

/// A year group that has a next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum YearGroup {
    /// Nursery, first and second year.
    Nursery(u8),
    /// Reception.
    Reception,
    /// Years 1 to 13.
    Year(u8),
}

impl YearGroup {
    /// The last year of a primary school.
    pub const LAST_OF_PRIMARY: Self = Self::Year(6);

    /// Reads `4`, `04`, `Y4`, `Year 4`, `R`, `Reception`, `Year R`, `N1`, `N2`; `None` for whatever else.
    pub fn parse(text: &str) -> Option<Self> {
        let squashed = crate::fold::squash(text);
        let plain = ["ncyear", "yeargroup", "year", "yr", "y"]
            .into_iter()
            .find_map(|word| squashed.strip_prefix(word).filter(|rest| !rest.is_empty()))
            .unwrap_or(&squashed);
        match plain {
            "r" | "reception" => return Some(Self::Reception),
            "n1" | "nursery1" => return Some(Self::Nursery(1)),
            "n2" | "nursery2" | "nursery" => return Some(Self::Nursery(2)),
            _ => {}
        }
        let digits = plain.len() <= 2 && plain.bytes().all(|b| b.is_ascii_digit());
        let number: u8 = digits.then(|| plain.parse().ok()).flatten()?;
        (1..=13).contains(&number).then_some(Self::Year(number))
    }

    /// The year group a year later.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Nursery(1) => Self::Nursery(2),
            Self::Nursery(_) => Self::Reception,
            Self::Reception => Self::Year(1),
            Self::Year(number) => Self::Year(number + 1),
        }
    }
}

impl fmt::Display for YearGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nursery(number) => write!(f, "N{number}"),
            Self::Reception => f.write_str("R"),
            Self::Year(number) => write!(f, "{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn year_groups_are_read_as_schools_write_them() {
        for (text, read) in [
            ("4", Some(YearGroup::Year(4))),
            ("04", Some(YearGroup::Year(4))),
            ("Y4", Some(YearGroup::Year(4))),
            ("Year 4", Some(YearGroup::Year(4))),
            ("Yr. 10", Some(YearGroup::Year(10))),
            ("R", Some(YearGroup::Reception)),
            ("Reception", Some(YearGroup::Reception)),
            ("Year R", Some(YearGroup::Reception)),
            ("N1", Some(YearGroup::Nursery(1))),
            ("Nursery", Some(YearGroup::Nursery(2))),
            ("14", None),
            ("0", None),
            ("004", None),
            ("Oak", None),
            ("", None),
        ] {
            assert_eq!(YearGroup::parse(text), read, "{text}");
        }
    }

    #[test]
    fn a_school_life_in_order() {
        let mut year = YearGroup::Nursery(1);
        let mut life = vec![year.to_string()];
        while year < YearGroup::LAST_OF_PRIMARY {
            year = year.next();
            life.push(year.to_string());
        }
        assert_eq!(life.join(" "), "N1 N2 R 1 2 3 4 5 6");
    }
}
