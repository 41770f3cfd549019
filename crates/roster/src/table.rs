//! A list in rows and columns: find the separator, find the header, read every row.

use crate::columns::{Columns, Field};
use crate::list::{Form, List};
use crate::mapping::Mapping;
use crate::problem::{Problem, RosterError, RowProblem};
use crate::text::Encoding;
use crate::{cells, row};
use csv::StringRecord;
use scantrail_core::roster::ListedPupil;

/// Systems write titles above the header; it is looked for in so many rows.
const HEADER_WITHIN: usize = 10;

/// Reads a table. The separator is the one under which most headers make sense. Rows without any content are passed
/// over.
pub(crate) fn read(text: &str, encoding: Encoding, mapping: &Mapping) -> Result<List, RosterError> {
    let (separator, rows) = split(text, mapping);
    let (header_at, columns) = find_header(&rows, mapping)?;
    let mut list = List {
        pupils: vec![],
        problems: vec![],
        not_read: columns.unknown.clone(),
        encoding,
        form: Form::Table { separator },
    };
    for row in rows[header_at + 1..].iter().filter(|row| !is_blank(row)) {
        let line = row.position().map_or(0, csv::Position::line);
        let mut problems = Vec::new();
        match read_row(row, &columns, line, &mut problems) {
            Ok(pupil) => list.pupils.push(pupil),
            Err(problem) => problems.push(problem),
        }
        list.problems.extend(problems.into_iter().map(|problem| RowProblem { line, problem }));
    }
    Ok(list)
}

fn read_row(
    row: &StringRecord,
    columns: &Columns,
    line: u64,
    warnings: &mut Vec<Problem>,
) -> Result<ListedPupil, Problem> {
    if row.iter().skip(columns.count).any(|cell| !cell.trim().is_empty()) {
        return Err(Problem::TooManyCells { cells: row.len(), columns: columns.count });
    }
    row::pupil(line, &|field| columns.cell(row, field), warnings)
}

/// The rows under the separator that lets most headers be recognised, then makes most cells; a comma if none does better.
fn split(text: &str, mapping: &Mapping) -> (char, Vec<StringRecord>) {
    let mut best: Option<((usize, usize), char, Vec<StringRecord>)> = None;
    for separator in [',', ';', '\t'] {
        let rows = records(text, separator);
        let headers = |row: &StringRecord| (Columns::from_headers(row.iter(), mapping).recognised(), row.len());
        let known = rows.iter().take(HEADER_WITHIN).map(headers).max().unwrap_or_default();
        if best.as_ref().is_none_or(|(most, ..)| known > *most) {
            best = Some((known, separator, rows));
        }
    }
    let (_, separator, rows) = best.expect("three separators were tried");
    (separator, rows)
}

pub(crate) fn records(text: &str, separator: char) -> Vec<StringRecord> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator as u8)
        .from_reader(text.as_bytes())
        .into_records()
        .map(|row| row.expect("rows of any length are allowed, and the text is UTF-8 in memory"))
        .collect()
}

pub(crate) fn is_blank(row: &StringRecord) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

fn find_header(rows: &[StringRecord], mapping: &Mapping) -> Result<(usize, Columns), RosterError> {
    let candidates = || rows.iter().enumerate().filter(|(_, row)| !is_blank(row)).take(HEADER_WITHIN);
    let described = candidates().map(|(at, row)| (at, Columns::from_headers(row.iter(), mapping)));
    let (at, columns) = described
        .max_by_key(|(at, columns)| (columns.name_a_pupil(), columns.recognised(), usize::MAX - at))
        .ok_or(RosterError::Empty)?;
    let found = || rows[at].iter().map(cells::clean).collect();
    let unmet = mapping.wanted().find(|(field, header)| !columns.holds(*field, header));
    if let Some((field, header)) = unmet {
        return Err(RosterError::MappedColumnMissing { field, header: header.to_owned(), found: found() });
    }
    if !columns.name_a_pupil() {
        let missing = if columns.has(Field::Surname) { Field::Forename } else { Field::Surname };
        return Err(RosterError::MissingColumn { missing, found: found() });
    }
    if let Some(header) = columns.repeated {
        return Err(RosterError::RepeatedColumn(header));
    }
    Ok((at, columns))
}
