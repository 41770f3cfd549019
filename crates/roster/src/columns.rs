//! Which column holds what: the one table of the headers that schools' systems write.

use std::fmt;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Our own pupil id.
    Id,
    /// Family name.
    Surname,
    /// Given name.
    Forename,
    /// `Surname, Forename` in one cell.
    Name,
    /// Class or registration group.
    Class,
    /// Year group.
    YearGroup,
    /// Unique pupil number.
    Upn,
    /// An earlier unique pupil number.
    FormerUpn,
    /// The school's own number.
    AdmissionNumber,
    /// Date of birth.
    Born,
}

/// Accepted headers. Where a list has several columns for one field, the first in this order that is not empty counts:
/// the name a pupil is called by comes before the legal one. Case, blanks and punctuation do not matter.
const HEADERS: &[(Field, &[&str])] = &[
    (Field::Id, &["Scantrail ID"]),
    (
        Field::Surname,
        &[
            "Preferred Surname",
            "Chosen Surname",
            "Surname",
            "Last Name",
            "Family Name",
            "Legal Surname",
            "Legal Last Name",
        ],
    ),
    (
        Field::Forename,
        &[
            "Preferred Forename",
            "Preferred First Name",
            "Chosen Forename",
            "Known As",
            "Forename",
            "First Name",
            "Given Name",
            "Legal Forename",
            "Legal First Name",
        ],
    ),
    (Field::Name, &["Name", "Full Name", "Pupil Name", "Student Name", "Pupil", "Student"]),
    (
        Field::Class,
        &[
            "Class",
            "Class Name",
            "Reg Group",
            "Registration Group",
            "Reg",
            "Registration Form",
            "Reg Form",
            "Tutor Group",
            "Form",
            "Form Group",
        ],
    ),
    (Field::YearGroup, &["Year Group", "Year", "NC Year", "National Curriculum Year", "NC Year Actual", "Yr"]),
    (Field::Upn, &["UPN", "Unique Pupil Number"]),
    (Field::FormerUpn, &["Former UPN", "Previous UPN", "Old UPN"]),
    (
        Field::AdmissionNumber,
        &["Admission Number", "Admission No", "Adno", "Adm No", "Admission Num", "Admissions Number"],
    ),
    (Field::Born, &["Date of Birth", "DOB", "Birth Date", "Born"]),
];

impl Field {
    /// The headers that are accepted for it, best first.
    pub fn accepted_headers(self) -> &'static [&'static str] {
        HEADERS.iter().find(|(field, _)| *field == self).map_or(&[], |(_, names)| names)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id => "our own id",
            Self::Surname => "surname",
            Self::Forename => "forename",
            Self::Name => "name",
            Self::Class => "class",
            Self::YearGroup => "year group",
            Self::Upn => "UPN",
            Self::FormerUpn => "former UPN",
            Self::AdmissionNumber => "admission number",
            Self::Born => "date of birth",
        })
    }
}

/// Where each field stands in a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    /// Column, field and rank of the header among the field's accepted ones; sorted by field, then rank.
    known: Vec<(usize, Field, usize)>,
    /// Headers nobody asked for.
    pub(crate) unknown: Vec<String>,
    /// A header that stands twice.
    pub(crate) repeated: Option<String>,
    /// How many columns the header row has.
    pub(crate) count: usize,
}

impl Columns {
    /// Understands a header row; any row will do, it just may know nothing.
    pub(crate) fn from_headers<'a>(headers: impl Iterator<Item = &'a str>) -> Self {
        let mut columns = Self::default();
        for (at, header) in headers.enumerate() {
            columns.count = at + 1;
            let header = crate::cells::clean(header);
            match recognise(&header) {
                Some((field, rank)) => {
                    if columns.known.iter().any(|&(_, f, r)| (f, r) == (field, rank)) {
                        columns.repeated.get_or_insert(header);
                    } else {
                        columns.known.push((at, field, rank));
                    }
                }
                None if header.is_empty() => {}
                None => columns.unknown.push(header),
            }
        }
        columns.known.sort_by_key(|&(_, field, rank)| (field, rank));
        columns
    }

    /// How many columns were recognised.
    pub(crate) fn recognised(&self) -> usize {
        self.known.len()
    }

    /// Whether a pupil's name can be told from the list.
    pub(crate) fn name_a_pupil(&self) -> bool {
        self.has(Field::Name) || self.has(Field::Surname) && self.has(Field::Forename)
    }

    pub(crate) fn has(&self, wanted: Field) -> bool {
        self.known.iter().any(|&(_, field, _)| field == wanted)
    }

    /// The first cell of the row for the field that is not empty, cleaned; empty if there is none.
    pub(crate) fn cell(&self, row: &csv::StringRecord, wanted: Field) -> String {
        self.known
            .iter()
            .filter(|&&(_, field, _)| field == wanted)
            .filter_map(|&(at, ..)| row.get(at))
            .map(crate::cells::clean)
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }
}

fn recognise(header: &str) -> Option<(Field, usize)> {
    let wanted = squash(header);
    HEADERS
        .iter()
        .find_map(|(field, names)| names.iter().position(|name| squash(name) == wanted).map(|rank| (*field, rank)))
}

/// Letters and digits only, in lower case: `Reg. Group`, `reg_group` and `RegGroup` are one header.
fn squash(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_means_two_things() {
        let mut all: Vec<String> = HEADERS.iter().flat_map(|(_, names)| names.iter().map(|n| squash(n))).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn every_field_has_headers() {
        let last = Field::Born as usize;
        assert_eq!(HEADERS.len(), last + 1);
        assert!(HEADERS.iter().all(|(field, names)| field.accepted_headers() == *names));
    }
}
