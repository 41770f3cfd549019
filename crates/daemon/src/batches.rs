//! Batches, asked for and answered, and what a person says about a whole batch.

use crate::api::{BatchAnswer, BatchRequest, DecidedReply, Report};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::waiting::accounted_for;
use crate::{decide, queries, review};
use scantrail_core::evidence::BatchEnd;
use scantrail_core::ids::BatchId;

/// Does what is asked about batches.
pub(crate) fn answer(
    engine: &Engine,
    request: &BatchRequest,
    report: &mut dyn Report,
) -> Result<BatchAnswer, DaemonError> {
    let (batch, decision) = match request {
        BatchRequest::List { limit } => {
            let batches = engine.catalogue.batches(*limit)?;
            let lines = batches.iter().map(|batch| queries::batch_line(engine, batch));
            return Ok(BatchAnswer::List(lines.collect::<Result<_, _>>()?));
        }
        BatchRequest::Show { batch } => {
            return Ok(BatchAnswer::One(Box::new(queries::batch(engine, queries::batch_id(batch)?)?)));
        }
        BatchRequest::End { batch } => {
            let batch = queries::batch_id(batch)?;
            engine.catalogue.end_batch(batch, BatchEnd::CutShort, engine.now())?;
            engine.bell.ring();
            accounted_for(engine, batch, report)?;
            return Ok(BatchAnswer::One(Box::new(queries::batch(engine, batch)?)));
        }
        BatchRequest::Confirm { batch, run, reason } => {
            let batch = queries::batch_id(batch)?;
            (batch, decide::confirm(engine, batch, *run, reason)?)
        }
        BatchRequest::Shift { batch, reason } => {
            let batch = queries::batch_id(batch)?;
            (batch, decide::shift(engine, batch, reason)?)
        }
        BatchRequest::Split { before, to, reason } => {
            let before = queries::page_id(before)?;
            let to = to.as_deref().map(|text| queries::find_pupil(engine, text)).transpose()?;
            let decision = decide::split(engine, before, to.map(|pupil| pupil.id), reason)?;
            (engine.catalogue.page(before)?.batch, decision)
        }
        BatchRequest::Join { batch, run, reason } => {
            let batch = queries::batch_id(batch)?;
            (batch, decide::join(engine, batch, *run, reason)?)
        }
        BatchRequest::Absent { batch, pupils, reason } => {
            let batch = queries::batch_id(batch)?;
            (batch, decide::absent(engine, batch, &review::pupil_ids(engine, pupils)?, reason)?)
        }
    };
    decided(engine, batch, decision, report)
}

fn decided(
    engine: &Engine,
    batch: BatchId,
    decision: i64,
    report: &mut dyn Report,
) -> Result<BatchAnswer, DaemonError> {
    review::decided(engine, decision, report)?;
    let pages = engine.catalogue.decision(decision)?.pages.len() as u32;
    Ok(BatchAnswer::Decided(Box::new(DecidedReply { decision, pages, batch: queries::batch(engine, batch)? })))
}
