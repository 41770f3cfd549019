//! Making a checkpoint: the present tree signed, but only if it goes on from the one that was signed before.

use super::sources::{self, From};
use super::{key, outside, tiles};
use crate::api::{CheckpointReply, Printed};
use crate::engine::{Engine, lock};
use crate::error::{DaemonError, Exit};
use scantrail_archive::durable::{self, Access};
use scantrail_catalogue::{CatalogueError, LedgerView};
use scantrail_core::jiff::Timestamp;
use scantrail_ledger::{Checkpoint, Hash, VerifyingKey, proof};
use std::path::PathBuf;

/// A checkpoint as it was signed.
pub(super) struct Signed {
    pub(super) checkpoint: Checkpoint,
    pub(super) note: String,
    pub(super) key: VerifyingKey,
    pub(super) file: PathBuf,
}

/// A checkpoint for whoever asks, handed outside as the configuration says.
pub(super) fn asked(engine: &Engine, print: Printed) -> Result<CheckpointReply, DaemonError> {
    let signed = make(engine)?;
    outside::hand_on(engine)?;
    let kept = engine.catalogue.last_checkpoint()?;
    let pdf = match print {
        Printed::Yes => super::pages::printed(engine, &signed)?,
        Printed::No => Vec::new(),
    };
    let Signed { checkpoint, note, key, file } = signed;
    Ok(CheckpointReply {
        events: checkpoint.size,
        root: checkpoint.root.to_string(),
        at: checkpoint.time.unwrap_or_default(),
        note,
        key: key.to_string(),
        file,
        copied_at: kept.as_ref().and_then(|kept| kept.copied_at.clone()),
        hooked_at: kept.as_ref().and_then(|kept| kept.hooked_at.clone()),
        trouble: kept.and_then(|kept| kept.trouble),
        pdf,
    })
}

/// Signs the present tree and keeps it, unless the newest kept checkpoint is of this very tree already.
pub(super) fn make(engine: &Engine) -> Result<Signed, DaemonError> {
    let key = key::signing(engine)?;
    let _filing_rests = lock(&engine.filing);
    let (size, present) = engine.catalogue.look_at_ledger(|view| Ok((view.size()?, root(view, view.size()?)?)))?;
    let (kept, _) = sources::all(engine, &[])?;
    let verifier = key.verifying_key();
    if let Some(newest) = kept.iter().rev().find(|kept| kept.from == From::Inside) {
        let before = &newest.says;
        let goes_on = before.size <= size
            && engine.catalogue.look_at_ledger(|view| Ok(root(view, before.size)? == before.root))?;
        if !goes_on {
            return Err(DaemonError::Refused {
                what: format!(
                    "the ledger does not go on from {}, which covers {} events: it was rolled back or changed, and is not signed",
                    newest.name, before.size
                ),
                hint: Some("scantrail verify".into()),
                exit: Exit::Storage,
            });
        }
        if before.size == size && Checkpoint::open(&newest.note, &verifier).is_ok() {
            let at = before.time.as_deref().and_then(|time| time.parse().ok()).unwrap_or_else(|| engine.now());
            engine.catalogue.keep_checkpoint(size, &newest.note, at)?;
            let file = path(engine, size);
            return Ok(Signed { checkpoint: before.clone(), note: newest.note.clone(), key: verifier, file });
        }
    }
    tiles::complete(engine, size)?;
    // Nobody reads more than seconds in it.
    let now = Timestamp::from_second(engine.now().as_second()).unwrap_or_else(|_| engine.now());
    let checkpoint =
        Checkpoint { origin: verifier.name().to_owned(), size, root: present, time: Some(now.to_string()) };
    let note = checkpoint.sign(&key);
    let file = path(engine, size);
    durable::write_new(&file, note.as_bytes(), Access::Shared)?;
    engine.catalogue.keep_checkpoint(size, &note, now)?;
    tracing::info!(events = size, "checkpoint signed");
    Ok(Signed { checkpoint, note, key: verifier, file })
}

fn path(engine: &Engine, size: u64) -> PathBuf {
    sources::folder(engine).join(format!("{size:012}{}", sources::ENDING))
}

/// The root of the tree of the first leaves, from the nodes that are kept.
pub(super) fn root(view: &LedgerView<'_>, size: u64) -> Result<Hash, CatalogueError> {
    proof::root(&mut nodes(view), size)
}

/// The kept nodes, for proofs.
pub(super) fn nodes<'v>(view: &'v LedgerView<'_>) -> impl FnMut(u8, u64) -> Result<Hash, CatalogueError> + 'v {
    |level, place| {
        view.node(level, place)?.ok_or_else(|| CatalogueError::NotFound {
            what: "node of the ledger’s tree",
            id: format!("{level}/{place}"),
        })
    }
}
