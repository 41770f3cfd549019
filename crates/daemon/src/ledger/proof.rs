//! A proof about one page, to be handed to whoever doubts: its events, opened, with their places in a signed tree.

use super::check::is_of_this_log;
use super::checkpoint::{self, Signed, nodes};
use super::{key, sources};
use crate::api::{Outside, PageProof, ProvedConsistency, ProvedEvent};
use crate::engine::Engine;
use crate::error::{DaemonError, Exit};
use crate::queries;
use scantrail_catalogue::{CatalogueError, LeafRow, LedgerView};
use scantrail_ledger::{Checkpoint, Hash, proof};

/// What a proof of this shape calls itself.
pub(super) const SHAPE: &str = "page-proof/1";

/// Proves what the log tells of a page, against the newest checkpoint that covers it; makes one if none does.
pub(super) fn prove(engine: &Engine, page: &str, others: &[Outside]) -> Result<PageProof, DaemonError> {
    let page = queries::page_id(page)?;
    let leaves = engine.catalogue.look_at_ledger(|view| view.leaves_of_page(page))?;
    let Some(last) = leaves.last() else {
        return Err(DaemonError::not_found(format!("the log tells of no page `{page}`")));
    };
    let (checkpoint, note) = covering(engine, last.number)?;
    let others = others.iter().map(|other| {
        Checkpoint::unchecked(&other.note)
            .ok_or_else(|| DaemonError::usage(format!("`{}` is no checkpoint", other.name)))
            .map(|says| (other, says))
    });
    let others = others.collect::<Result<Vec<_>, _>>()?;
    let original = leaves.iter().find_map(|leaf| leaf.original);
    let secret = leaves.iter().find_map(|leaf| leaf.key);
    let unsound = leaves.iter().find(|leaf| leaf.event.is_none() || leaf.commitment.is_none());
    if let Some(leaf) = unsound {
        return Err(DaemonError::Refused {
            what: format!("event {} of the log is not whole any more", leaf.seq),
            hint: Some("scantrail verify".into()),
            exit: Exit::Storage,
        });
    }
    let (events, consistency, strangers) = engine.catalogue.look_at_ledger(|view| {
        let events = leaves.iter().map(|leaf| event(view, leaf, checkpoint.size)).collect::<Result<Vec<_>, _>>()?;
        let (mut consistency, mut strangers) = (Vec::new(), Vec::new());
        for (other, says) in &others {
            if is_of_this_log(view, says)? {
                consistency.push(consistent(view, says, checkpoint.size)?);
            } else {
                strangers.push(other.name.clone());
            }
        }
        Ok((events, consistency, strangers))
    })?;
    if let Some(stranger) = strangers.first() {
        return Err(DaemonError::Refused {
            what: format!("the log as it is now is not the one that the checkpoint `{stranger}` covers"),
            hint: Some("scantrail verify --checkpoint FILE says more".into()),
            exit: Exit::Storage,
        });
    }
    Ok(PageProof {
        scantrail: SHAPE.to_owned(),
        page: page.to_string(),
        // Without the key nobody can tell that it was this one.
        original_sha256: original.filter(|_| secret.is_some()).map(|digest| digest.to_string()),
        key: secret.map(|key| Hash(*key.bytes()).to_string()),
        verifier: key::signing(engine)?.verifying_key().to_string(),
        checkpoint: note,
        events,
        consistency,
    })
}

/// The newest kept checkpoint if it covers a leaf, or a new one.
fn covering(engine: &Engine, leaf: u64) -> Result<(Checkpoint, String), DaemonError> {
    let key = key::signing(engine)?.verifying_key();
    let (kept, _) = sources::all(engine, &[])?;
    for kept in kept.iter().rev().filter(|kept| kept.from == sources::From::Inside && kept.says.size > leaf) {
        if let Ok(checkpoint) = Checkpoint::open(&kept.note, &key)
            && engine.catalogue.look_at_ledger(|view| is_of_this_log(view, &checkpoint))?
        {
            return Ok((checkpoint, kept.note.clone()));
        }
    }
    let Signed { checkpoint, note, .. } = checkpoint::make(engine)?;
    Ok((checkpoint, note))
}

fn event(view: &LedgerView<'_>, leaf: &LeafRow, size: u64) -> Result<ProvedEvent, CatalogueError> {
    let (Some(event), Some(commitment)) = (&leaf.event, leaf.commitment) else {
        return Err(CatalogueError::NotFound { what: "event", id: leaf.seq.to_string() });
    };
    Ok(ProvedEvent {
        seq: leaf.seq,
        at: event.at.clone(),
        kind: event.kind.clone(),
        batch: event.batch.clone(),
        pupil: event.pupil.clone(),
        data: event.data.clone(),
        commitment: commitment.to_string(),
        leaf: leaf.number,
        path: hex(&proof::inclusion(&mut nodes(view), leaf.number, size)?),
    })
}

fn consistent(view: &LedgerView<'_>, says: &Checkpoint, size: u64) -> Result<ProvedConsistency, CatalogueError> {
    let (old, new) = (says.size.min(size), says.size.max(size));
    let path = hex(&proof::consistency(&mut nodes(view), old, new)?);
    Ok(ProvedConsistency { events: says.size, root: says.root.to_string(), path })
}

fn hex(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(Hash::to_string).collect()
}
