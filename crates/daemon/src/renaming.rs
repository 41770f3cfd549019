//! Gives a trail's folder the name its pupil has now: the folder, every path the catalogue keeps of it, and the records
//! in it that name paths. The manifests follow when its bags are sealed.
//!
//! Every step may be repeated: a crash between any two of them is finished at the next round. The filing thread does
//! this before anything else, so that nothing is put under a name the folder no longer has; what was planned under it
//! meanwhile is put right in the catalogue, in the transaction of the plan.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::filing::{Work, locate};
use scantrail_archive::durable::{self, Access, Written};
use scantrail_archive::names::TrailPath;
use scantrail_archive::sidecar::PageRecord;
use scantrail_catalogue::{FileRow, Placed, Renaming};
use scantrail_core::units::Digest;

/// One round: every folder that is to get another name. Trouble with one of them is noted and does not hold up others.
pub(crate) fn round(engine: &Engine) -> Result<Work, DaemonError> {
    let mut work = Work::Nothing;
    for renaming in engine.catalogue.renamings()? {
        match carry_out(engine, &renaming) {
            Ok(()) => work = Work::Done,
            Err(error) => {
                let why = error.to_string();
                if renaming.trouble.as_ref() != Some(&why) {
                    tracing::error!(pupil_id = %renaming.pupil, error = %error, "a folder could not get its new name");
                    engine.catalogue.renaming_failed(&renaming, &why)?;
                }
            }
        }
        engine.bell.ring();
    }
    Ok(work)
}

fn carry_out(engine: &Engine, renaming: &Renaming) -> Result<(), DaemonError> {
    let (from, to) = (trail(&renaming.from)?, trail(&renaming.to)?);
    if !renaming.moved {
        move_folder(engine, &from, &to)?;
        engine.catalogue.folder_moved(renaming)?;
    }
    for record in engine.catalogue.records_of(renaming.pupil)? {
        rewrite(engine, &record, &from, &to)?;
    }
    engine.catalogue.renamed(renaming)?;
    tracing::info!(pupil_id = %renaming.pupil, "folder renamed");
    Ok(())
}

fn trail(folder: &str) -> Result<TrailPath, DaemonError> {
    TrailPath::new(format!("Pupils/{folder}"))
        .map_err(|source| DaemonError::inside("the catalogue holds a folder that is no path", source))
}

/// Renames the folder, if there is one: a pupil without any work has none.
fn move_folder(engine: &Engine, from: &TrailPath, to: &TrailPath) -> Result<(), DaemonError> {
    let (from, to) = (engine.layout().locate(from), engine.layout().locate(to));
    let is_there = |path: &std::path::Path| {
        path.try_exists().map_err(|source| DaemonError::Outside { doing: "look for", path: path.to_owned(), source })
    };
    if is_there(&from)? || is_there(&to)? {
        durable::rename_folder(&from, &to)?;
    }
    Ok(())
}

/// Writes a record again with the paths it has now. What is not the record that was written here stays as it is: a
/// changed file must go on being found changed.
fn rewrite(engine: &Engine, row: &FileRow, from: &TrailPath, to: &TrailPath) -> Result<(), DaemonError> {
    let path = locate(engine, &row.path)?;
    let Some(bytes) = durable::read(&path)? else { return Ok(()) };
    let found = Written::of(&bytes);
    let Ok(record) = PageRecord::from_json(&bytes) else { return Ok(()) };
    let written = if Some(found.digest) == row.digest {
        let Some(moved) = record.moved(from, to) else { return Ok(()) };
        durable::replace(&path, moved.to_json().as_bytes(), Access::Shared)?
    } else if was(&record, from, to) == row.digest {
        // Written before a crash that came before the catalogue could know.
        found
    } else {
        return Ok(());
    };
    let Written { digest, bytes } = written;
    Ok(engine.catalogue.record_rewritten(&Placed { path: row.path.clone(), digest, bytes })?)
}

/// The digest a record had under the old name.
fn was(record: &PageRecord, from: &TrailPath, to: &TrailPath) -> Option<Digest> {
    record.moved(to, from).map(|old| Written::of(old.to_json().as_bytes()).digest)
}
