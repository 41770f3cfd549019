//! What can be wrong with a list, and with a row of it.

use crate::columns::Field;
use crate::upn::UpnFault;

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
    /// The row was left out of [`List::pupils`](crate::List::pupils).
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
    /// A column the mapping speaks of.
    #[error(
        "the mapping takes the {field} from the column `{header}`, which this list has not; the headers found are {found}",
        found = quoted(found)
    )]
    MappedColumnMissing {
        /// For which field.
        field: Field,
        /// The header that is not there.
        header: String,
        /// The first row, as it stands.
        found: Vec<String>,
    },
    /// One header twice: which column counts cannot be told.
    #[error("the header `{0}` stands there twice; remove one of the columns")]
    RepeatedColumn(String),
    /// A header and no row.
    #[error("the list has a header but no pupils")]
    NoRows,
    /// XML, but not a Common Transfer File.
    #[error("this XML file is no Common Transfer File: it begins with `{root}`, not with `CTfile`")]
    OtherXml {
        /// Its outermost element.
        root: String,
    },
    /// XML with a document type declaration or an entity of its own.
    #[error("the file has {what} in line {line}, which no Common Transfer File needs; it was not read")]
    UnsafeXml {
        /// Line, from 1.
        line: u64,
        /// What it has.
        what: &'static str,
    },
    /// XML that is cut off or broken.
    #[error("the XML is broken in line {line}: {why}")]
    BrokenXml {
        /// Line, from 1.
        line: u64,
        /// What the reader says.
        why: String,
    },
}

fn quoted(headers: &[String]) -> String {
    headers.iter().map(|h| format!("`{h}`")).collect::<Vec<_>>().join(", ")
}

/// How many headers a message names; there are more.
const NAMED: usize = 8;

fn accepted(field: Field) -> String {
    let all = field.accepted_headers();
    let mut named = all.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if all.len() > NAMED {
        named += " and the like";
    }
    if matches!(field, Field::Surname | Field::Forename) {
        named += ", or one column `Name` with `Surname, Forename`";
    }
    named
}
