//! A decided deletion carried out, and what was deleted written down for backups.
//!
//! Every step may be repeated: killed at any moment, the next round goes on.

use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::{derive, filing, rebuild, register, waiting};
use scantrail_archive::backup::Tombstone;
use scantrail_archive::durable::{self, Access};
use scantrail_archive::names::TrailPath;
use scantrail_catalogue::{CatalogueError, DeletionState, Page};
use scantrail_core::gone::Gone;
use scantrail_core::ids::PupilId;
use serde_json::json;

/// Waits until a deletion is carried out wholly: files, rows, bags, register, and the free space of the catalogue. Where
/// somebody reads the catalogue for long, the last comes by itself a little later.
pub(super) fn carried_out(engine: &Engine, id: i64) -> Result<(), DaemonError> {
    waiting::until(engine, |engine| Ok(engine.catalogue.deletion(id)?.state == DeletionState::Done))?;
    waiting::at_rest(engine)?;
    while register::write_some(engine)? {}
    scrub(engine).map(drop)
}

/// Writes the catalogue's file anew if something was deleted since that was last done; says whether nothing is left to
/// do. One that is being read stays as it is for now.
pub(crate) fn scrub(engine: &Engine) -> Result<bool, DaemonError> {
    if !engine.catalogue.is_scrub_due()? {
        return Ok(true);
    }
    match engine.catalogue.scrub() {
        Ok(_) => Ok(true),
        Err(CatalogueError::Refused { .. }) => {
            tracing::warn!("the catalogue is being read; what was deleted leaves its free space a little later");
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// One round of the filing thread: pages whose files have left are made to vanish, emptied folders of erased pupils go,
/// ended deletions are ended. Says whether there was anything to do.
pub(crate) fn round(engine: &Engine) -> Result<bool, DaemonError> {
    let pages = engine.catalogue.pages_deleting()?;
    for page in &pages {
        vanish(engine, page)?;
    }
    let emptied = engine.catalogue.emptied_folders()?;
    for &pupil in &emptied {
        remove_folder(engine, pupil)?;
    }
    let ended = engine.catalogue.deletions_at_their_end()?;
    if pages.is_empty() && emptied.is_empty() && ended.is_empty() {
        return Ok(false);
    }
    write_tombstones(engine)?;
    if !ended.is_empty() {
        // Before it is done, so that after a crash it is done again: what was written before and still tells. The text of
        // the register, older catalogues that were set aside, the catalogue's own file; of that the rest comes later if
        // somebody reads it just now.
        register::write_all(engine)?;
        durable::remove_named(&engine.layout().private(), rebuild::SET_ASIDE)?;
        scrub(engine)?;
    }
    for &id in &ended {
        engine.catalogue.deletion_done(id, engine.now())?;
        tracing::info!(deletion = id, "deletion carried out");
    }
    Ok(true)
}

/// Removes what is left of a page whose places are empty.
fn vanish(engine: &Engine, page: &Page) -> Result<(), DaemonError> {
    derive::erase(engine, page)?;
    // Quarantined bytes and an original that never left the spool lie in no trail.
    durable::remove(&filing::locate(engine, &page.location)?)?;
    if let Some(delivery) = engine.catalogue.delivery_of(page.id)? {
        let folder = engine.layout().private().join("deliveries").join(page.batch.to_string());
        durable::remove_named(&folder, &format!("{delivery}."))?;
    }
    // What another school's pack told of its pages tells of this one too.
    let packs = engine.layout().private().join("packs").join(page.batch.to_string());
    durable::remove_named(&packs, "")?;
    durable::remove_empty_folders(&packs, engine.layout().root())?;
    engine.catalogue.page_vanished(page.id, engine.now())?;
    tracing::info!(page_id = %page.id, "page deleted");
    Ok(())
}

/// Removes the file that told whose folder it was, and the folder. Anything else that somebody put there stays, under the
/// bare id.
fn remove_folder(engine: &Engine, pupil: PupilId) -> Result<(), DaemonError> {
    let folder = TrailPath::new(format!("Pupils/{pupil}"))
        .map_err(|source| DaemonError::inside("the catalogue holds a folder that is no path", source))?;
    let at = engine.layout().locate(&folder);
    durable::remove(&at.join(".pupil.json"))?;
    durable::remove_empty_folders(&at, engine.layout().root())?;
    engine.catalogue.folder_gone(pupil)?;
    tracing::info!(pupil_id = %pupil, "folder of an erased record removed");
    Ok(())
}

/// The tombstones in a file of their own, which backups carry with them. What is in it stays: an older catalogue, or one
/// that was built again, may not know of everything that was ever deleted here.
fn write_tombstones(engine: &Engine) -> Result<(), DaemonError> {
    let _alone = lock(&engine.tombstones);
    let before = crate::backup::tombstones(engine)?;
    let mut seq = before.iter().map(|stone| stone.seq).max().unwrap_or(0);
    let known: Vec<Gone> = before.iter().map(|stone| stone.gone).collect();
    let mut text = Tombstone::write(&before);
    for stone in engine.catalogue.tombstones()?.into_iter().filter(|stone| !known.contains(&stone.of)) {
        seq += 1;
        let rule = match stone.deletion.map(|id| engine.catalogue.deletion(id)) {
            Some(Ok(deletion)) => deletion.new.rule,
            // Built again without the register: that there was a deletion is known, and no more.
            None | Some(Err(CatalogueError::NotFound { .. })) => String::new(),
            Some(Err(error)) => return Err(error.into()),
        };
        let mut line = json!({"seq": seq, "at": stone.at, "deletion": stone.deletion, "rule": rule});
        match stone.of {
            Gone::Page(page) => {
                line["page"] = page.to_string().into();
                line["capture"] = stone.capture.into();
            }
            Gone::Pupil(pupil) => line["pupil"] = pupil.to_string().into(),
        }
        text.push_str(&line.to_string());
        text.push('\n');
    }
    durable::refresh(&engine.layout().tombstones(), text.as_bytes(), Access::Private)?;
    Ok(())
}
