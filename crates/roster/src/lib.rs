//! Reads the pupil lists that schools export from their information systems.
//!
//! A list goes in as bytes, rows come out as [`scantrail_core::roster::ListedPupil`]; what is wrong with a row is a
//! value with a line number, never a lost row in silence. What a new list *means* is decided in
//! `scantrail_core::roster::compare`, and nothing here deletes anybody.
//!
//! **Invariant:** knows no database, no file and no clock. Texts in problems repeat what stood in the list: show them to
//! the person who imports, never log them.

mod cells;
mod columns;
mod ctf;
mod list;
mod mapping;
mod plan;
mod problem;
mod row;
mod table;
mod text;
pub mod upn;

pub use cells::clean;
pub use columns::Field;
pub use list::{Form, List, read_list};
pub use mapping::{BadMapping, Mapping};
pub use plan::{PlanError, read_plan};
pub use problem::{Consequence, Problem, RosterError, RowProblem};
pub use text::Encoding;
