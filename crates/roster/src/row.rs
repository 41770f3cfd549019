//! One pupil from the cells of a row, whatever form the row had.

use crate::cells;
use crate::columns::Field;
use crate::problem::Problem;
use crate::upn;
use scantrail_core::ids::PupilId;
use scantrail_core::roster::{ListedPupil, PupilDetails};

/// The pupil of one row; warnings go to `warnings`, a problem that leaves the row out is the error. `cell` gives the
/// cleaned text for a field, empty if there is none.
pub(crate) fn pupil(
    line: u64,
    cell: &dyn Fn(Field) -> String,
    warnings: &mut Vec<Problem>,
) -> Result<ListedPupil, Problem> {
    let (surname, forename) = names(cell)?;
    if surname.is_empty() || forename.is_empty() {
        warnings.push(Problem::OneName);
    }
    let id = match cell(Field::Id) {
        text if text.is_empty() => None,
        text => Some(text.parse::<PupilId>().map_err(|_| Problem::BadId(text))?),
    };
    let born = match cell(Field::Born) {
        text if text.is_empty() => None,
        text => cells::date(&text).or_else(|| {
            warnings.push(Problem::BadDate(text));
            None
        }),
    };
    let mut number = |field| {
        let upn = upn::normalise(&cell(field));
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
        class: cell(Field::Class),
        year_group: cell(Field::YearGroup),
        upn,
        former_upn,
        admission_number: cell(Field::AdmissionNumber),
        born,
    };
    Ok(ListedPupil { line, id, details })
}

fn names(cell: &dyn Fn(Field) -> String) -> Result<(String, String), Problem> {
    let (surname, forename) = (cell(Field::Surname), cell(Field::Forename));
    if !surname.is_empty() || !forename.is_empty() {
        return Ok((surname, forename));
    }
    let whole = cell(Field::Name);
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
