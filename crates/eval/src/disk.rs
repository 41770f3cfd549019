//! The one place where measurements write files. They are never school data: strangers' files, made to be taken in.

use anyhow::{Context as _, Result};
use std::path::Path;

/// Writes a file of a measurement.
#[expect(clippy::disallowed_methods, reason = "files of a measurement, not school data")]
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
