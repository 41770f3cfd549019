//! Which column holds what: the one table of the headers that schools' systems write.

use crate::mapping::Mapping;
use scantrail_core::fold::squash;
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
            "Preferred Last Name",
            "Preferred Family Name",
            "Chosen Surname",
            "Chosen Last Name",
            "Surname",
            "Last Name",
            "Family Name",
            "Pupil Surname",
            "Pupil Last Name",
            "Student Surname",
            "Student Last Name",
            "Child Surname",
            "Legal Surname",
            "Legal Last Name",
            "Legal Family Name",
        ],
    ),
    (
        Field::Forename,
        &[
            "Preferred Forename",
            "Preferred First Name",
            "Preferred Given Name",
            "Chosen Forename",
            "Chosen First Name",
            "Chosen Name",
            "Known As",
            "Called",
            "Forename",
            "Forenames",
            "First Name",
            "First Names",
            "Given Name",
            "Given Names",
            "Pupil Forename",
            "Pupil First Name",
            "Student Forename",
            "Student First Name",
            "Child Forename",
            "Legal Forename",
            "Legal Forenames",
            "Legal First Name",
            "Legal Given Name",
        ],
    ),
    (
        Field::Name,
        &[
            "Preferred Full Name",
            "Name",
            "Full Name",
            "Pupil Name",
            "Student Name",
            "Child Name",
            "Pupil",
            "Student",
            "Child",
        ],
    ),
    (
        Field::Class,
        &[
            "Class",
            "Class Name",
            "Current Class",
            "Primary Class",
            "Main Class",
            "Reg Group",
            "Registration Group",
            "Registration Class",
            "Current Registration Group",
            "Reg",
            "Registration",
            "Registration Form",
            "Reg Form",
            "Tutor Group",
            "Tutor",
            "Form",
            "Form Name",
            "Form Group",
            "Form Class",
            "Current Form",
            "Teaching Group",
        ],
    ),
    (
        Field::YearGroup,
        &[
            "Year Group",
            "Current Year Group",
            "Year",
            "Year Group Name",
            "NC Year",
            "Current NC Year",
            "NCY",
            "National Curriculum Year",
            "National Curriculum Year Group",
            "NC Year Actual",
            "Curriculum Year",
            "Yr",
            "Yr Group",
            "Year Gp",
        ],
    ),
    (
        Field::Upn,
        &["UPN", "Unique Pupil Number", "Unique Pupil No", "UPN Number", "Pupil UPN", "Current UPN", "Permanent UPN"],
    ),
    (Field::FormerUpn, &["Former UPN", "Previous UPN", "Old UPN", "Prior UPN", "Former Unique Pupil Number"]),
    (
        Field::AdmissionNumber,
        &[
            "Admission Number",
            "Admission No",
            "Admission",
            "Adno",
            "Adm No",
            "Adm Num",
            "Adm Number",
            "Admission Num",
            "Admissions Number",
            "Admissions No",
            "Admission ID",
            "School Admission Number",
        ],
    ),
    (Field::Born, &["Date of Birth", "DOB", "Birth Date", "Birthday", "Born", "Pupil DOB", "Student DOB"]),
];

impl Field {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Id,
        Self::Surname,
        Self::Forename,
        Self::Name,
        Self::Class,
        Self::YearGroup,
        Self::Upn,
        Self::FormerUpn,
        Self::AdmissionNumber,
        Self::Born,
    ];

    /// The word people map columns by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Surname => "surname",
            Self::Forename => "forename",
            Self::Name => "name",
            Self::Class => "class",
            Self::YearGroup => "year",
            Self::Upn => "upn",
            Self::FormerUpn => "former-upn",
            Self::AdmissionNumber => "admission-number",
            Self::Born => "born",
        }
    }

    /// The field a word stands for: its own, or any header it is recognised by.
    pub fn from_word(word: &str) -> Option<Self> {
        let wanted = squash(word);
        let own = Self::ALL.into_iter().find(|field| squash(field.word()) == wanted);
        own.or_else(|| synonym(word).map(|(field, _)| field))
    }

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
    /// Squashed headers, by column.
    headers: Vec<String>,
    /// Headers nobody asked for.
    pub(crate) unknown: Vec<String>,
    /// A header that stands twice.
    pub(crate) repeated: Option<String>,
    /// How many columns the header row has.
    pub(crate) count: usize,
}

impl Columns {
    /// Understands a header row, first as the school says, then by the accepted headers; any row will do, it just may
    /// know nothing.
    pub(crate) fn from_headers<'a>(headers: impl Iterator<Item = &'a str>, mapping: &Mapping) -> Self {
        let mut columns = Self::default();
        for (at, header) in headers.enumerate() {
            columns.count = at + 1;
            let header = crate::cells::clean(header);
            columns.headers.push(squash(&header));
            let meanings = meanings(&header, mapping);
            for &(field, rank) in &meanings {
                if columns.known.iter().any(|&(_, f, r)| (f, r) == (field, rank)) {
                    columns.repeated.get_or_insert(header.clone());
                } else {
                    columns.known.push((at, field, rank));
                }
            }
            if meanings.is_empty() && !header.is_empty() {
                columns.unknown.push(header);
            }
        }
        columns.known.sort_by_key(|&(_, field, rank)| (field, rank));
        columns
    }

    /// Whether a field is taken from the column with this header.
    pub(crate) fn holds(&self, wanted: Field, header: &str) -> bool {
        let header = squash(header);
        self.known.iter().any(|&(at, field, _)| field == wanted && self.headers[at] == header)
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

/// What a header means. The school's word counts before ours; a field it has spoken of is taken from nowhere else.
fn meanings(header: &str, mapping: &Mapping) -> Vec<(Field, usize)> {
    let wanted = squash(header);
    let said = mapping.wanted().filter(|(_, header)| squash(header) == wanted).map(|(field, _)| (field, 0));
    let said: Vec<_> = said.collect();
    if !said.is_empty() {
        return said;
    }
    synonym(header).filter(|(field, _)| !mapping.decides(*field)).into_iter().collect()
}

fn synonym(header: &str) -> Option<(Field, usize)> {
    let find = |wanted: &str| {
        let wanted = squash(wanted);
        HEADERS
            .iter()
            .find_map(|(field, names)| names.iter().position(|name| squash(name) == wanted).map(|rank| (*field, rank)))
    };
    // `DOB (dd/mm/yyyy)`: what stands in brackets explains the header.
    find(header).or_else(|| find(header.split('(').next()?))
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
