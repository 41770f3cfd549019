//! What a start does before anything else: finish what a crash or a power cut left, from what the catalogue says.
//!
//! Temporary files go. Captures that became durable in the spool before their row was written are adopted: their name
//! is their key. Files that were claimed are taken apart again. Batches that were running are interrupted, for a
//! person to continue or end; a watched folder simply goes on. Planned places, leaving files and unsealed bags are
//! finished by the first round of filing.

use crate::api::Silent;
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::intake::{files, side_of, spooled_capture};
use scantrail_archive::durable;
use scantrail_archive::spool::SpooledName;
use scantrail_catalogue::{Batch, BatchState, Delivery, DeliveryState};
use scantrail_core::evidence::BatchEnd;
use scantrail_core::units::Digest;
use scantrail_core::vocabulary::SourceKind;
use std::path::Path;

/// Brings disk and catalogue back together.
pub(crate) fn recover(engine: &Engine) -> Result<(), DaemonError> {
    let swept = engine.folder.sweep()?;
    crate::backup::forget_copies(engine)?;
    redo_deliveries(engine)?;
    let adopted = adopt_orphans(engine)?;
    interrupt_running(engine)?;
    engine.catalogue.forget_trouble()?;
    if swept + adopted > 0 {
        tracing::warn!(swept, adopted, "finished what the last run left");
    }
    Ok(())
}

/// Files that were written down or claimed when the last run ended.
fn redo_deliveries(engine: &Engine) -> Result<(), DaemonError> {
    for batch in engine.catalogue.unfinished_batches()? {
        redo_batch(engine, &batch)?;
    }
    Ok(())
}

/// Brings to its end what was begun with the files of one batch. Also for a running daemon, after trouble with the disk:
/// only for whoever takes the files of that batch in.
pub(crate) fn redo_batch(engine: &Engine, batch: &Batch) -> Result<(), DaemonError> {
    let spooled = engine.spool.scan()?.captures;
    for delivery in engine.catalogue.deliveries(batch.opened.id)? {
        let path = engine.layout().root().join(&delivery.spooled);
        let found = spooled.iter().find(|name| name.path == path);
        let claims = batch.opened.source_kind == SourceKind::Folder;
        match (delivery.state, found) {
            (DeliveryState::Pending | DeliveryState::Claimed, Some(name)) => {
                let spooled = engine.spool.adopt(name)?;
                if claims && delivery.state == DeliveryState::Pending {
                    take_away(&delivery, spooled.digest)?;
                }
                files::finish(engine, &delivery, &spooled, &mut Silent)?;
            }
            (DeliveryState::Pending, None) if path.try_exists().unwrap_or(false) => {
                if claims && let Some(aside) = durable::measure(&path)? {
                    take_away(&delivery, aside.digest)?;
                }
                let why = "it was set aside when the last run ended";
                engine.catalogue.delivery_quarantined(&delivery, why, engine.now())?;
            }
            (DeliveryState::Pending, None) => {
                engine.catalogue.delivery_gone(delivery.id, "it was not claimed before the last run ended")?;
            }
            (DeliveryState::Taken, Some(name)) if name.key.sequence == files::CONTAINER => {
                files::keep_container(engine, &delivery, &engine.spool.adopt(name)?)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A file that was copied out of a watched folder on another disk, and that the last run did not come to take away there:
/// left alone it would be taken in a second time. One with other bytes is another file, and stays.
fn take_away(delivery: &Delivery, digest: Digest) -> Result<(), DaemonError> {
    let source = Path::new(&delivery.source);
    match durable::measure(source) {
        Ok(Some(there)) if there.digest == digest => Ok(durable::remove(source)?),
        Ok(_) => Ok(()),
        Err(error) => {
            // The folder may be a share that is away: that must not keep the program from starting.
            tracing::warn!(batch_id = %delivery.batch, fault = ?error.fault(), "a watched folder could not be tidied");
            Ok(())
        }
    }
}

/// Captures in the spool that no row knows: durable, but not written down in time.
fn adopt_orphans(engine: &Engine) -> Result<usize, DaemonError> {
    let mut adopted = 0;
    let mut orphans: Vec<SpooledName> = engine.spool.scan()?.captures;
    orphans.sort_by_key(|name| (name.key.batch.number(), name.key.sequence));
    for name in orphans.iter().filter(|name| name.key.sequence != files::CONTAINER) {
        if engine.catalogue.has_capture(name.key.batch, name.key.sequence)? {
            continue;
        }
        let batch = match engine.catalogue.batch(name.key.batch) {
            Ok(batch) => batch,
            Err(scantrail_catalogue::CatalogueError::NotFound { .. }) => {
                tracing::error!(batch_id = %name.key.batch, "a capture in the spool belongs to no batch; it is left there");
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let spooled = engine.spool.adopt(name)?;
        let side = side_of(batch.opened.sides, name.key.sequence);
        let row = spooled_capture(engine, &spooled, side, None, None, "{}".to_owned())?;
        engine.catalogue.record_capture(&row, engine.now())?;
        adopted += 1;
    }
    Ok(adopted)
}

fn interrupt_running(engine: &Engine) -> Result<(), DaemonError> {
    for batch in engine.catalogue.unfinished_batches()? {
        if batch.state != BatchState::Receiving {
            continue;
        }
        let id = batch.opened.id;
        match batch.opened.source_kind {
            // The watcher takes it up again and ends it when the folder has been quiet.
            SourceKind::Folder => {}
            _ if engine.catalogue.captures_in(id)? == 0 && engine.catalogue.deliveries(id)?.is_empty() => {
                engine.catalogue.end_batch(id, BatchEnd::CutShort, engine.now())?;
            }
            _ => engine.catalogue.interrupt_batch(id, "the program stopped while it was running", engine.now())?,
        }
    }
    Ok(())
}
