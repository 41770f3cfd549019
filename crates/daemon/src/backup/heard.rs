//! Which backups have heard of which deletions. A folder that is backed up to hears of all; one that lies in a drawer is told
//! of until it is back, or somebody says that it is gone for good.

use super::purge;
use crate::api::{BackupReply, HeardReply, Report, UnheardReply};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::record::time;
use scantrail_archive::backup::Store;
use scantrail_catalogue::BackupFolder;

/// Takes everything that was deleted out of a folder, and notes that it has heard.
pub(super) fn carry_out(
    engine: &Engine,
    store: &Store,
    reply: &mut BackupReply,
    report: &mut dyn Report,
) -> Result<(), DaemonError> {
    // Before the list of deletions is read: one that is done is in it.
    let mut heard = engine.catalogue.done_deletions()?;
    match purge::purge(engine, store, report) {
        Ok(done) => {
            let dropped = done.dropped.iter().map(|name| {
                format!("{name} was dropped: the name of a pupil whose record was erased could not be taken out of it")
            });
            reply.warnings.extend(dropped);
            reply.removed.extend(done.dropped);
            reply.purged = done.rewritten;
            if !done.troubles.is_empty() {
                heard.clear();
            }
            reply.warnings.extend(done.troubles);
        }
        Err(error) => {
            // The new snapshot stands; the next backup tries again.
            heard.clear();
            let why = crate::workers::chain(&error);
            reply.warnings.push(format!("what was deleted may still lie in older snapshots: {why}"));
        }
    }
    let Some(id) = store.id()? else {
        return Err(DaemonError::Inside { what: "the backup has no id of its own".into(), source: None });
    };
    Ok(engine.catalogue.saw_backup_folder(&id, &store.root().display().to_string(), &heard, engine.now())?)
}

/// A folder is gone for good.
pub(super) fn gone(engine: &Engine, folder: &str) -> Result<BackupReply, DaemonError> {
    let folders = engine.catalogue.backup_folders()?;
    let found: Vec<_> = there(&folders).filter(|one| one.id == folder || one.place == folder).collect();
    match found.as_slice() {
        [one] => {
            engine.catalogue.backup_folder_gone(&one.id, engine.now())?;
            Ok(BackupReply { place: one.place.clone().into(), ..BackupReply::default() })
        }
        [] => Err(DaemonError::not_found(format!("nothing was ever backed up to `{folder}`"))
            .with_hint("see where to with: scantrail status --json, under `backup`")),
        several => {
            let ids: Vec<&str> = several.iter().map(|one| one.id.as_str()).collect();
            Err(DaemonError::usage(format!("{} disks were backed up to at `{folder}`", several.len()))
                .with_hint(format!("say which by its id, as in `scantrail-backup.json` on it: {}", ids.join(", "))))
        }
    }
}

/// Folders of which nobody said that they are gone.
fn there(folders: &[BackupFolder]) -> impl Iterator<Item = &BackupFolder> {
    folders.iter().filter(|folder| folder.gone_at.is_none())
}

/// What every folder has heard of one deletion that was done at a time; one that was gone before never held it after.
pub(crate) fn by_deletion(engine: &Engine, deletion: i64, done_at: &str) -> Result<Vec<HeardReply>, DaemonError> {
    let done_at = time(done_at)?;
    let mut found = Vec::new();
    for folder in engine.catalogue.backup_folders()? {
        let heard_at = folder.heard.get(&deletion).cloned();
        let gone = folder.gone_at.as_deref().map(time).transpose()?;
        if heard_at.is_some() || gone.is_none_or(|gone| gone >= done_at) {
            let BackupFolder { id, place, at: last_there, gone_at, .. } = folder;
            found.push(HeardReply { id, place, last_there, heard_at, gone_at });
        }
    }
    Ok(found)
}

/// Folders that have not heard of every deletion.
pub(super) fn unheard(engine: &Engine) -> Result<Vec<UnheardReply>, DaemonError> {
    let done = engine.catalogue.done_deletions()?;
    let mut found = Vec::new();
    for folder in there(&engine.catalogue.backup_folders()?) {
        let deletions: Vec<i64> = done.iter().copied().filter(|id| !folder.heard.contains_key(id)).collect();
        if !deletions.is_empty() {
            let (id, place, last_there) = (folder.id.clone(), folder.place.clone(), folder.at.clone());
            found.push(UnheardReply { id, place, last_there, deletions });
        }
    }
    Ok(found)
}
