//! A data folder that came back from a backup: what was deleted after that backup is deleted again before anything of the
//! folder is served.
//!
//! The restore left the deletions in [`MARK`], and did not bring the files of those pages back; the catalogue still knows
//! them. Until every one is carried out again, the folder is not opened: nobody may see a page that was promised to be
//! gone.

use crate::engine::Engine;
use crate::error::{DaemonError, Exit};
use scantrail_archive::backup::Tombstone;
use scantrail_archive::{durable, outside};

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

/// Carries deletions out again. A page that the catalogue does not know, or knows as deleted, needs nothing.
pub(crate) fn reapply(engine: &Engine, tombstones: &[Tombstone]) -> Result<(), DaemonError> {
    let mut left = 0;
    for tombstone in tombstones {
        match engine.catalogue.page(tombstone.page) {
            Ok(page) if page.state == scantrail_core::state::PageState::Deleted => {}
            Ok(_) => left += 1,
            Err(scantrail_catalogue::CatalogueError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if left == 0 {
        return Ok(());
    }
    Err(DaemonError::Refused {
        what: format!("{left} pages were deleted after this backup was made; the folder is not opened with them"),
        hint: Some(
            "restore a newer snapshot, or delete them with a version that can: see .trail/restored.jsonl".into(),
        ),
        exit: Exit::Storage,
    })
}
