//! A data folder that came back from a backup: what was deleted after that backup is deleted again before anything of the
//! folder is served.
//!
//! The restore left the deletions in [`MARK`], and did not bring the files of those pages back; the catalogue still knows
//! them. Until every one is carried out again, the folder is not opened: nobody may see a page that was promised to be
//! gone.

use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_archive::backup::Tombstone;
use scantrail_archive::{durable, outside};
use scantrail_core::gone::Gone;

/// The deletions that a restored folder has not heard of, one a line, from the data folder.
pub(crate) const MARK: &str = ".trail/restored.jsonl";

/// Finishes a restore, if this folder is one.
pub(crate) fn finish(engine: &Engine) -> Result<(), DaemonError> {
    let mark = engine.layout().root().join(MARK);
    let Some(text) = outside::read(&mark)? else { return Ok(()) };
    let list = Tombstone::read(&String::from_utf8_lossy(&text))
        .map_err(|source| DaemonError::inside("the deletions of a restored folder cannot be read", source))?;
    reapply(engine, &list)?;
    durable::remove(&mark)?;
    tracing::info!(pages = list.len(), "deletions carried out again after a restore");
    Ok(())
}

/// Carries deletions out again: from here on nothing of these pages is shown, and the filing thread removes what is left.
/// What the catalogue does not know, or knows as deleted, needs nothing.
pub(crate) fn reapply(engine: &Engine, tombstones: &[Tombstone]) -> Result<(), DaemonError> {
    let gone: Vec<Gone> = tombstones.iter().map(|tombstone| tombstone.gone).collect();
    let again = engine.catalogue.delete_again(&gone, engine.now())?;
    if again > 0 {
        tracing::warn!(count = again, "what was deleted after this backup is deleted again");
    }
    Ok(())
}
