//! A school's own plan for the step into the next year: which class becomes which.
//!
//! A table with the columns `class` and `to`, and where needed `year` (for classes of mixed ages) and `new year`. In
//! `to` stands a class, or `leaves`.

use crate::problem::RosterError;
use crate::table::{is_blank, records};
use crate::text::to_text;
use crate::{Encoding, cells};
use csv::StringRecord;
use scantrail_core::fold::squash;
use scantrail_core::roster::{Destination, Move};

/// Why a plan cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It cannot be read as a table.
    #[error(transparent)]
    Unreadable(#[from] RosterError),
    /// A column is missing.
    #[error("the plan has no column `{0}`; its columns are class, to, and where needed year and new year")]
    MissingColumn(&'static str),
    /// Rows that say too little.
    #[error("{}", lines(.0))]
    Incomplete(Vec<u64>),
}

fn lines(at: &[u64]) -> String {
    let lines = at.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("in line {lines} of the plan a class or where it goes is missing; write the new class, or `leaves`")
}

/// Words for leaving the school.
const LEAVES: [&str; 5] = ["leaves", "leave", "leavers", "left", "leaver"];

/// Reads a plan.
pub fn read_plan(bytes: &[u8]) -> Result<Vec<Move>, PlanError> {
    let (text, _): (String, Encoding) = to_text(bytes)?;
    let column =
        |row: &StringRecord, names: &[&str]| row.iter().position(|cell| names.contains(&squash(cell).as_str()));
    let tables = [',', ';', '\t'].map(|separator| records(&text, separator));
    let rows = tables.into_iter().max_by_key(|rows| rows.first().map_or(0, StringRecord::len)).unwrap_or_default();
    let mut rows = rows.iter().filter(|row| !is_blank(row));
    let header = rows.next().ok_or(RosterError::Empty)?;
    let class = column(header, &["class", "from", "oldclass"]).ok_or(PlanError::MissingColumn("class"))?;
    let to = column(header, &["to", "newclass"]).ok_or(PlanError::MissingColumn("to"))?;
    let year = column(header, &["year", "yeargroup", "oldyear"]);
    let new_year = column(header, &["newyear", "toyear", "newyeargroup"]);
    let mut moves = Vec::new();
    let mut incomplete = Vec::new();
    for row in rows {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).map(cells::clean).filter(|text| !text.is_empty());
        let (Some(class), Some(to)) = (cell(Some(class)), cell(Some(to))) else {
            incomplete.push(row.position().map_or(0, csv::Position::line));
            continue;
        };
        let to = if LEAVES.contains(&squash(&to).as_str()) {
            Destination::Leaves
        } else {
            Destination::Class { class: to, year_group: cell(new_year) }
        };
        moves.push(Move { class, year_group: cell(year), to });
    }
    if incomplete.is_empty() { Ok(moves) } else { Err(PlanError::Incomplete(incomplete)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read() {
        let moves = read_plan(b"Class;Year;To;New Year\n4B;;5B;\nOak;4;Ash;5\n6A;;Leaves;\n\n").unwrap();
        let to = |class: &str, year: Option<&str>| Destination::Class {
            class: class.into(),
            year_group: year.map(str::to_owned),
        };
        let of =
            |class: &str, year: Option<&str>, to| Move { class: class.into(), year_group: year.map(str::to_owned), to };
        assert_eq!(
            moves,
            [
                of("4B", None, to("5B", None)),
                of("Oak", Some("4"), to("Ash", Some("5"))),
                of("6A", None, Destination::Leaves)
            ]
        );
    }

    #[test]
    fn a_plan_that_says_too_little_is_refused_whole() {
        for (text, told) in [
            ("", "the list is empty"),
            (
                "class,then\n",
                "the plan has no column `to`; its columns are class, to, and where needed year and new year",
            ),
            (
                "class,to\n4B,\n,5B\n",
                "in line 2, 3 of the plan a class or where it goes is missing; write the new class, or `leaves`",
            ),
        ] {
            assert_eq!(read_plan(text.as_bytes()).unwrap_err().to_string(), told);
        }
    }
}
