//! What a school says about its own columns: kept, and used again at the next import.

use crate::columns::Field;
use std::collections::BTreeMap;

/// Which column holds which field, where the headers do not say it themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    columns: BTreeMap<Field, String>,
}

/// A word about a column that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMapping {
    /// Not in two halves.
    #[error("`{0}` is no mapping; write FIELD=HEADER, e.g. surname=Nachname")]
    NoHalves(String),
    /// No such field.
    #[error("there is no field `{0}`; the fields are {list}", list = fields())]
    NoField(String),
}

fn fields() -> String {
    Field::ALL.map(Field::word).join(", ")
}

impl Mapping {
    /// Reads `surname=Nachname`. Nothing behind the `=` means that the field is not read from the list at all.
    pub fn entry(text: &str) -> Result<(Field, String), BadMapping> {
        let (field, header) = text.split_once('=').ok_or_else(|| BadMapping::NoHalves(text.to_owned()))?;
        let field = Field::from_word(field).ok_or_else(|| BadMapping::NoField(field.trim().to_owned()))?;
        Ok((field, crate::cells::clean(header)))
    }

    /// Says where a field is; an empty header says that it is not to be read.
    pub fn set(&mut self, field: Field, header: impl Into<String>) {
        self.columns.insert(field, header.into());
    }

    /// Every field that is mapped, with its header.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.columns.iter().map(|(field, header)| (*field, header.as_str()))
    }

    /// Whether nothing is mapped.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The headers a list must have.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = (Field, &str)> {
        self.iter().filter(|(_, header)| !header.is_empty())
    }

    /// Whether the school said where a field is, or that it is nowhere.
    pub(crate) fn decides(&self, field: Field) -> bool {
        self.columns.contains_key(&field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_and_faults_say_what_to_write() {
        assert_eq!(Mapping::entry("surname= Nach name "), Ok((Field::Surname, "Nach name".into())));
        assert_eq!(Mapping::entry("Date of birth=geb."), Ok((Field::Born, "geb.".into())));
        assert_eq!(Mapping::entry("class="), Ok((Field::Class, String::new())));
        let faults = [Mapping::entry("surname"), Mapping::entry("shoe=Schuh")].map(|r| r.unwrap_err().to_string());
        insta::assert_snapshot!(faults.join("\n"), @r"
        `surname` is no mapping; write FIELD=HEADER, e.g. surname=Nachname
        there is no field `shoe`; the fields are id, surname, forename, name, class, year, upn, former-upn, admission-number, born
        ");
    }

    #[test]
    fn every_field_has_a_word_that_reads_back() {
        for field in Field::ALL {
            assert_eq!(Field::from_word(field.word()), Some(field));
        }
    }
}
