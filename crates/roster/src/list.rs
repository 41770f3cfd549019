//! A whole list, whatever its form: recognised by its content, never by its name.

use crate::mapping::Mapping;
use crate::problem::{Problem, RosterError, RowProblem};
use crate::text::{Encoding, to_text};
use crate::{Field, ctf, table};
use scantrail_core::roster::ListedPupil;
use std::collections::BTreeMap;

/// What a list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The rows that name a pupil, in order.
    pub pupils: Vec<ListedPupil>,
    /// What is wrong, in order of lines.
    pub problems: Vec<RowProblem>,
    /// Columns (of a table) or elements (of a transfer file) that were not read, by their own names.
    pub not_read: Vec<String>,
    /// How the bytes were read.
    pub encoding: Encoding,
    /// What it was.
    pub form: Form,
}

/// What a list can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Rows and columns.
    Table {
        /// What separates the cells: `,`, `;` or a tab.
        separator: char,
    },
    /// A Common Transfer File of England's Department for Education. It knows no classes.
    Transfer {
        /// The version it gives itself, e.g. `24.0`; empty if it does not.
        version: String,
    },
}

/// Reads a list. Form, encoding, separator and columns are found out, columns with the help of `mapping`; the only
/// columns that must be there name a pupil.
pub fn read_list(bytes: &[u8], mapping: &Mapping) -> Result<List, RosterError> {
    let (text, encoding) = to_text(bytes)?;
    let mut list = if text.trim_start().starts_with('<') {
        ctf::read(&text, encoding)?
    } else {
        table::read(&text, encoding, mapping)?
    };
    if list.pupils.is_empty() && list.problems.is_empty() {
        return Err(RosterError::NoRows);
    }
    list.problems.extend(repeated_numbers(&list.pupils));
    list.problems.sort_by_key(|problem| problem.line);
    Ok(list)
}

/// Numbers that stand in more than one row; a comparison cannot see it for pupils who are new.
fn repeated_numbers(pupils: &[ListedPupil]) -> Vec<RowProblem> {
    let mut first_seen: BTreeMap<(Field, &str), u64> = BTreeMap::new();
    let mut problems = Vec::new();
    for pupil in pupils {
        let numbers = [(Field::Upn, &pupil.details.upn), (Field::AdmissionNumber, &pupil.details.admission_number)];
        for (field, number) in numbers.into_iter().filter(|(_, number)| !number.is_empty()) {
            let first = *first_seen.entry((field, number)).or_insert(pupil.line);
            if first != pupil.line {
                let problem = Problem::Repeated { field, number: number.clone(), first };
                problems.push(RowProblem { line: pupil.line, problem });
            }
        }
    }
    problems
}
