//! Faults: values with a place, collected until the whole file was seen.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One thing wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// The key with its tables, e.g. `web.listen` or `folder[2].path`; empty for a fault of the notation itself.
    pub key: String,
    /// What was found, and why it will not do.
    pub found: String,
    /// What would be right; empty if the first part says it all.
    pub allowed: String,
}

/// Everything wrong with one file, in the order of its lines; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// The file.
    pub file: PathBuf,
    /// At least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for Faults {
    /// One line per fault, `file:line:column: key: found; allowed: …`, the form editors can jump to.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.faults.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{}:{}:{}: ", self.file.display(), fault.line, fault.column)?;
            if !fault.key.is_empty() {
                write!(f, "{}: ", fault.key)?;
            }
            f.write_str(&fault.found)?;
            if !fault.allowed.is_empty() {
                write!(f, "; allowed: {}", fault.allowed)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Where faults gather while a file is walked.
pub(crate) struct Collector<'t> {
    text: &'t str,
    faults: RefCell<Vec<Fault>>,
}

impl<'t> Collector<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, faults: RefCell::default() }
    }

    /// Notes a fault at a range of bytes of the text.
    pub(crate) fn note(&self, at: &Range<usize>, key: String, found: String, allowed: String) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.faults.borrow_mut().push(Fault { line, column, key, found, allowed });
    }

    pub(crate) fn into_result<T>(self, file: &Path, value: Option<T>) -> Result<T, Faults> {
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|fault| (fault.line, fault.column));
        match value {
            Some(value) if faults.is_empty() => Ok(value),
            _ => Err(Faults { file: file.to_owned(), faults }),
        }
    }
}
