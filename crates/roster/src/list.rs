//! A whole list: find the header, read every row, keep what is wrong with each.

use crate::cells;
use crate::columns::{Columns, Field};
use crate::text::{Encoding, to_text};
use crate::upn::{self, UpnFault};
use csv::StringRecord;
use scantrail_core::ids::PupilId;
use scantrail_core::roster::{ListedPupil, PupilDetails};
use std::collections::BTreeMap;

/// Systems write titles above the header; it is looked for in so many rows.
const HEADER_WITHIN: usize = 10;

/// What a list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The rows that name a pupil, in order.
    pub pupils: Vec<ListedPupil>,
    /// What is wrong, in order of lines.
    pub problems: Vec<RowProblem>,
    /// Headers that mean nothing to us; their columns were not read.
    pub unknown_columns: Vec<String>,
    /// How the bytes were read.
    pub encoding: Encoding,
    /// What separates the cells: `,`, `;` or a tab.
    pub separator: char,
}

/// What is wrong in one row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct RowProblem {
    /// Line in the file, counted from 1, header included.
    pub line: u64,
    /// What.
    pub problem: Problem,
}

/// What can be wrong in a row. The texts repeat cells: for the screen of the person who imports, never for a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Neither surname nor forename.
    #[error("no name, so the row was left out")]
    NoName,
    /// One cell with the whole name, and no comma to tell which part is which.
    #[error("`{0}` does not say which part is the surname, so the row was left out; write `Surname, Forename`")]
    UndividedName(String),
    /// More cells than the header: a comma inside a name, most likely, which moves every cell behind it.
    #[error("{cells} cells under {columns} headers, so the row was left out; is there a separator inside a cell?")]
    TooManyCells {
        /// Cells in the row.
        cells: usize,
        /// Cells in the header.
        columns: usize,
    },
    /// Our own id column holds something else.
    #[error("`{0}` is not one of our pupil ids, so the row was left out")]
    BadId(String),
    /// Only a surname or only a forename; some people have one name.
    #[error("only one of surname and forename is given")]
    OneName,
    /// Not a date.
    #[error("`{0}` is not a date of birth; write 2016-03-04 or 04/03/2016")]
    BadDate(String),
    /// The pupil number does not pass the check.
    #[error("UPN `{upn}`: {fault}")]
    DoubtfulUpn {
        /// As listed, in upper case.
        upn: String,
        /// What is wrong with it.
        fault: UpnFault,
    },
    /// A number that is meant to be unique stands in an earlier row too.
    #[error("{field} `{number}` stands in line {first} too")]
    Repeated {
        /// Which number.
        field: Field,
        /// The number.
        number: String,
        /// Where it stood first.
        first: u64,
    },
}

/// What a problem means for its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// The row was taken; a person should look.
    Warning,
    /// The row was left out of [`List::pupils`].
    LeftOut,
}

impl Problem {
    /// Whether the row was taken.
    pub fn consequence(&self) -> Consequence {
        match self {
            Self::NoName | Self::UndividedName(_) | Self::TooManyCells { .. } | Self::BadId(_) => Consequence::LeftOut,
            Self::OneName | Self::BadDate(_) | Self::DoubtfulUpn { .. } | Self::Repeated { .. } => Consequence::Warning,
        }
    }
}

/// Why no list came out at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// A spreadsheet file, not a text.
    #[error("this is a spreadsheet, not a list; save it as CSV first")]
    Workbook,
    /// Not a text.
    #[error("this is not a text file")]
    NotText,
    /// Unreasonably large.
    #[error("the list has {bytes} bytes, more than {allowed}; is it the right file?")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        allowed: usize,
    },
    /// Nothing in it.
    #[error("the list is empty")]
    Empty,
    /// No column for something that is needed.
    #[error(
        "no column for the {missing}; the headers found are {found}; accepted headers are: {accepted}",
        found = quoted(found), accepted = accepted(*missing)
    )]
    MissingColumn {
        /// What is missing.
        missing: Field,
        /// The first row, as it stands.
        found: Vec<String>,
    },
    /// One header twice: which column counts cannot be told.
    #[error("the header `{0}` stands there twice; remove one of the columns")]
    RepeatedColumn(String),
    /// A header and no row.
    #[error("the list has a header but no pupils")]
    NoRows,
}

fn quoted(headers: &[String]) -> String {
    headers.iter().map(|h| format!("`{h}`")).collect::<Vec<_>>().join(", ")
}

fn accepted(field: Field) -> String {
    let mut names = field.accepted_headers().to_vec();
    if matches!(field, Field::Surname | Field::Forename) {
        names.push("or one column `Name` with `Surname, Forename`");
    }
    names.join(", ")
}

/// Reads a list. Encoding, separator and columns are found out; the only columns that must be there name a pupil.
///
/// The separator is the one under which most headers make sense. Rows without any content are passed over.
pub fn read_list(bytes: &[u8]) -> Result<List, RosterError> {
    let (text, encoding) = to_text(bytes)?;
    let (separator, rows) = split(&text);
    let (header_at, columns) = find_header(&rows)?;
    let rows = &rows[header_at + 1..];
    let mut list =
        List { pupils: vec![], problems: vec![], unknown_columns: columns.unknown.clone(), encoding, separator };
    for row in rows.iter().filter(|row| !is_blank(row)) {
        let line = row.position().map_or(0, csv::Position::line);
        let mut problems = Vec::new();
        match read_row(row, &columns, line, &mut problems) {
            Ok(pupil) => list.pupils.push(pupil),
            Err(problem) => problems.push(problem),
        }
        list.problems.extend(problems.into_iter().map(|problem| RowProblem { line, problem }));
    }
    if list.pupils.is_empty() && list.problems.is_empty() {
        return Err(RosterError::NoRows);
    }
    list.problems.extend(repeated_numbers(&list.pupils));
    list.problems.sort_by_key(|problem| problem.line);
    Ok(list)
}

/// The rows under the separator that lets most headers be recognised, then makes most cells; a comma if none does better.
fn split(text: &str) -> (char, Vec<StringRecord>) {
    let mut best: Option<((usize, usize), char, Vec<StringRecord>)> = None;
    for separator in [',', ';', '\t'] {
        let rows = records(text, separator);
        let headers = |row: &StringRecord| (Columns::from_headers(row.iter()).recognised(), row.len());
        let known = rows.iter().take(HEADER_WITHIN).map(headers).max().unwrap_or_default();
        if best.as_ref().is_none_or(|(most, ..)| known > *most) {
            best = Some((known, separator, rows));
        }
    }
    let (_, separator, rows) = best.expect("three separators were tried");
    (separator, rows)
}

fn records(text: &str, separator: char) -> Vec<StringRecord> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator as u8)
        .from_reader(text.as_bytes())
        .into_records()
        .map(|row| row.expect("rows of any length are allowed, and the text is UTF-8 in memory"))
        .collect()
}

fn is_blank(row: &StringRecord) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

fn find_header(rows: &[StringRecord]) -> Result<(usize, Columns), RosterError> {
    let candidates = || rows.iter().enumerate().filter(|(_, row)| !is_blank(row)).take(HEADER_WITHIN);
    let described = candidates().map(|(at, row)| (at, Columns::from_headers(row.iter())));
    let (at, columns) = described
        .max_by_key(|(at, columns)| (columns.name_a_pupil(), columns.recognised(), usize::MAX - at))
        .ok_or(RosterError::Empty)?;
    if !columns.name_a_pupil() {
        let missing = if columns.has(Field::Surname) { Field::Forename } else { Field::Surname };
        return Err(RosterError::MissingColumn { missing, found: rows[at].iter().map(cells::clean).collect() });
    }
    if let Some(header) = columns.repeated {
        return Err(RosterError::RepeatedColumn(header));
    }
    Ok((at, columns))
}

/// The pupil of one row; warnings go to `warnings`, a problem that leaves the row out is the error.
fn read_row(
    row: &StringRecord,
    columns: &Columns,
    line: u64,
    warnings: &mut Vec<Problem>,
) -> Result<ListedPupil, Problem> {
    if row.iter().skip(columns.count).any(|cell| !cell.trim().is_empty()) {
        return Err(Problem::TooManyCells { cells: row.len(), columns: columns.count });
    }
    let (surname, forename) = names(row, columns)?;
    if surname.is_empty() || forename.is_empty() {
        warnings.push(Problem::OneName);
    }
    let id = match columns.cell(row, Field::Id) {
        text if text.is_empty() => None,
        text => Some(text.parse::<PupilId>().map_err(|_| Problem::BadId(text))?),
    };
    let born = match columns.cell(row, Field::Born) {
        text if text.is_empty() => None,
        text => cells::date(&text).or_else(|| {
            warnings.push(Problem::BadDate(text));
            None
        }),
    };
    let mut number = |field| {
        let upn = upn::normalise(&columns.cell(row, field));
        if !upn.is_empty()
            && let Err(fault) = upn::check(&upn)
        {
            warnings.push(Problem::DoubtfulUpn { upn: upn.clone(), fault });
        }
        upn
    };
    let (upn, former_upn) = (number(Field::Upn), number(Field::FormerUpn));
    let details = PupilDetails {
        surname,
        forename,
        class: columns.cell(row, Field::Class),
        year_group: columns.cell(row, Field::YearGroup),
        upn,
        former_upn,
        admission_number: columns.cell(row, Field::AdmissionNumber),
        born,
    };
    Ok(ListedPupil { line, id, details })
}

fn names(row: &StringRecord, columns: &Columns) -> Result<(String, String), Problem> {
    let (surname, forename) = (columns.cell(row, Field::Surname), columns.cell(row, Field::Forename));
    if !surname.is_empty() || !forename.is_empty() {
        return Ok((surname, forename));
    }
    let whole = columns.cell(row, Field::Name);
    if whole.is_empty() {
        return Err(Problem::NoName);
    }
    match whole.split_once(',') {
        Some((surname, forename)) => {
            let (surname, forename) = (cells::clean(surname), cells::clean(forename));
            if surname.is_empty() && forename.is_empty() { Err(Problem::NoName) } else { Ok((surname, forename)) }
        }
        None => Err(Problem::UndividedName(whole)),
    }
}

/// Numbers that stand in more than one row; `compare` cannot see it for pupils who are new.
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
