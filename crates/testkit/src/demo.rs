//! The demonstration: a school day through the real program, with the truth known beforehand.
//!
//! A [`Stage`] is a data folder with a school in it, printed covers, a virtual scanner behind real libsane, and the
//! batches of [`crate::scenario`]. Everything is done by the `scantrail` command and judged by what it says with
//! `--json`: nothing here links the program.

mod check;
mod command;
mod daemon;
mod day;
pub mod site;
mod stage;

pub use check::{Findings, Verdict};
pub use command::{Failed, Scantrail};
pub use daemon::Daemon;
pub use day::Day;
pub use stage::{Photos, Stage, StageError};
