//! The ledger at work: its key, its checkpoints on the disk and outside, its tiles, its proofs, and the check of it all.
//!
//! The log itself is kept by the catalogue (`catalogue::ledger`), and what it means is in `scantrail-ledger`.

pub(crate) mod check;
mod checkpoint;
mod key;
mod offline;
mod outside;
mod pages;
mod proof;
mod sources;
pub(crate) mod tiles;

pub(crate) use key::ensure as ensure_key;
pub use offline::check_proof;
pub(crate) use outside::run;

use crate::api::{KeyReply, LedgerAnswer, LedgerRequest, LedgerStatus, Report};
use crate::engine::Engine;
use crate::error::DaemonError;

/// Answers what is asked about the ledger.
pub(crate) fn answer(
    engine: &Engine,
    request: &LedgerRequest,
    report: &mut dyn Report,
) -> Result<LedgerAnswer, DaemonError> {
    Ok(match request {
        LedgerRequest::Key => LedgerAnswer::Key(KeyReply { key: key::signing(engine)?.verifying_key().to_string() }),
        LedgerRequest::Checkpoint { print } => LedgerAnswer::Checkpoint(checkpoint::asked(engine, *print)?),
        LedgerRequest::Prove { page, checkpoints } => LedgerAnswer::Proof(proof::prove(engine, page, checkpoints)?),
        LedgerRequest::Verify { checkpoints, key } => {
            LedgerAnswer::Verified(check::check(engine, checkpoints, key.as_deref(), report)?)
        }
    })
}

/// How the ledger stands.
pub(crate) fn status(engine: &Engine) -> Result<LedgerStatus, DaemonError> {
    let last = engine.catalogue.last_checkpoint()?;
    let handed_on = engine.catalogue.last_handed_on()?;
    Ok(LedgerStatus {
        events: engine.catalogue.ledger_size()?,
        handed_on: handed_on.and_then(|kept| kept.copied_at.max(kept.hooked_at)),
        trouble: last.as_ref().and_then(|kept| kept.trouble.clone()),
        last_checkpoint: last.map(|kept| kept.at),
    })
}
