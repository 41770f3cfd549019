//! From a file, or its text, to the settings.

use crate::build::build;
use crate::fault::{Collector, Faults};
use crate::section::Section;
use crate::settings::Config;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file could not be read at all.
    #[error("cannot read {}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file was read and is wrong.
    #[error(transparent)]
    Faulty(#[from] Faults),
}

/// Reads and checks a file.
pub fn load(file: &Path) -> Result<Config, LoadError> {
    let unreadable = |source| LoadError::Unreadable { file: file.to_owned(), source };
    let absolute = std::path::absolute(file).map_err(unreadable)?;
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let base = absolute.parent().unwrap_or(Path::new("/"));
    parse_at(file, base, &text).map_err(LoadError::Faulty)
}

/// Checks a text as if it were the content of `file`, an absolute path; relative paths in it start at its folder.
pub fn parse(file: &Path, text: &str) -> Result<Config, Faults> {
    parse_at(file, file.parent().unwrap_or(Path::new("/")), text)
}

fn parse_at(file: &Path, base: &Path, text: &str) -> Result<Config, Faults> {
    let collector = Collector::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        collector.note(&error.span().unwrap_or(0..0), String::new(), error.message().to_owned(), String::new());
    }
    // What a text means cannot be told before its notation is right: a broken line would make its key "missing".
    let config = if errors.is_empty() { build(Section::whole(&collector, table.get_ref()), base) } else { None };
    collector.into_result(file, config)
}
