//! Hillside: a fictional school with sixty pupils in two classes.
//!
//! Names come in many scripts because real rosters do. Numbers follow the check rule of the unique pupil number but use
//! the local authority 999, which no authority has.

mod names;

use names::{CLASS_2A, CLASS_4B};
use scantrail_core::jiff::civil::{Date, date};
use scantrail_core::roster::PupilDetails;

/// A school with its pupils, in the order of its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// What it is called.
    pub name: &'static str,
    /// Everyone, class by class.
    pub pupils: Vec<PupilDetails>,
}

/// One class: how it is called, its year, and the years that go into birthdays and pupil numbers.
struct Class {
    name: &'static str,
    year_group: &'static str,
    /// The September its pupils were born in or after.
    born_from: i16,
    /// The last two digits of the year its pupil numbers were given out.
    numbered: u16,
    first_admission: u32,
    pupils: &'static [(&'static str, &'static str)],
}

const CLASSES: [Class; 2] = [
    Class { name: "4B", year_group: "4", born_from: 2017, numbered: 22, first_admission: 3101, pupils: &CLASS_4B },
    Class { name: "2A", year_group: "2", born_from: 2019, numbered: 24, first_admission: 371, pupils: &CLASS_2A },
];

impl School {
    /// The one fictional school; always the same.
    pub fn hillside() -> Self {
        let pupils = CLASSES.iter().flat_map(Class::details).collect();
        Self { name: "Hillside Primary School", pupils }
    }

    /// The pupils of one class, in the order of the list.
    pub fn class(&self, name: &str) -> Vec<&PupilDetails> {
        self.pupils.iter().filter(|pupil| pupil.class == name).collect()
    }

    /// The roster file as an office exports it: UTF-8, commas, dates as dd/mm/yyyy, admission numbers with their zeros.
    pub fn csv(&self) -> String {
        let mut text = String::from("Surname,Forename,Reg Group,Year,UPN,Adno,DOB\n");
        for pupil in &self.pupils {
            let born = pupil.born.map(|d| d.strftime("%d/%m/%Y").to_string()).unwrap_or_default();
            let cells: [&str; 7] = [
                &pupil.surname,
                &pupil.forename,
                &pupil.class,
                &pupil.year_group,
                &pupil.upn,
                &pupil.admission_number,
                &born,
            ];
            text.push_str(&cells.map(quoted).join(","));
            text.push('\n');
        }
        text
    }
}

impl Class {
    fn details(&self) -> impl Iterator<Item = PupilDetails> + '_ {
        self.pupils.iter().zip(0u16..).map(|(&(surname, forename), place)| PupilDetails {
            surname: surname.to_owned(),
            forename: forename.to_owned(),
            class: self.name.to_owned(),
            year_group: self.year_group.to_owned(),
            upn: upn(self.numbered, place + 1),
            former_upn: String::new(),
            admission_number: format!("{:06}", self.first_admission + u32::from(place)),
            born: Some(self.birthday(place)),
        })
    }

    /// Spread over the school year, September to August, no two alike.
    fn birthday(&self, place: u16) -> Date {
        let days = i64::from(place) * 12 + i64::from(place % 5);
        date(self.born_from, 9, 1)
            .checked_add(scantrail_core::jiff::Span::new().days(days))
            .expect("less than a year after a September of this century")
    }
}

/// A number that passes the check rule, of local authority 999 and establishment 9999.
fn upn(year: u16, serial: u16) -> String {
    let digits = format!("9999999{year:02}{serial:03}");
    format!("{}{digits}", check_letter(&digits))
}

/// The first character that belongs to characters 2 to 13: weights 2 to 13, sum modulo 23, in an alphabet without I, O, S.
fn check_letter(digits: &str) -> char {
    const ALPHABET: [char; 23] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'T', 'U', 'V', 'W', 'X', 'Y',
        'Z',
    ];
    let sum: usize = digits.bytes().zip(2..).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    ALPHABET[sum % ALPHABET.len()]
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_check_letter_follows_the_published_rule() {
        for known in ["H801200001001", "B801200005001"] {
            assert_eq!(check_letter(&known[1..]), known.chars().next().unwrap());
        }
    }

    #[test]
    fn sixty_pupils_in_two_classes_with_distinct_numbers() {
        let school = School::hillside();
        assert_eq!(school.class("4B").len(), 30);
        assert_eq!(school.class("2A").len(), 30);
        let distinct = |key: fn(&PupilDetails) -> String| school.pupils.iter().map(key).collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(|p| p.upn.clone()), 60);
        assert_eq!(distinct(|p| p.admission_number.clone()), 60);
    }

    #[test]
    fn exactly_two_pupils_share_a_name_and_they_share_a_class_but_no_birthday() {
        let school = School::hillside();
        let twins: Vec<_> = school
            .pupils
            .iter()
            .filter(|p| school.pupils.iter().filter(|q| q.listed_name() == p.listed_name()).count() > 1)
            .collect();
        assert_eq!(twins.len(), 2);
        assert_eq!(twins[0].class, twins[1].class);
        assert_ne!(twins[0].born, twins[1].born);
        assert_ne!(twins[0].upn, twins[1].upn);
    }

    #[test]
    fn names_come_in_many_scripts() {
        let all: String = School::hillside().pupils.iter().map(PupilDetails::listed_name).collect();
        for (script, sample) in [
            ("Cyrillic", 'а'..='я'),
            ("Arabic", '\u{0621}'..='\u{064a}'),
            ("Chinese", '\u{4e00}'..='\u{9fff}'),
            ("Devanagari", '\u{0905}'..='\u{0939}'),
            ("Greek", 'α'..='ω'),
            ("Vietnamese", 'Ạ'..='ỹ'),
        ] {
            assert!(all.chars().any(|c| sample.contains(&c)), "no {script} name");
        }
    }

    #[test]
    fn the_roster_file_in_fixtures_is_this_school() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/roster/hillside.csv");
        assert_eq!(std::fs::read_to_string(path).unwrap(), School::hillside().csv());
    }
}
