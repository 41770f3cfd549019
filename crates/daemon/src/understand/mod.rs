//! From what was seen on a batch, and what people said about it, to what becomes of it: looks the codes up, asks the
//! core, writes the answer down.
//!
//! ```text
//! codes ─→ register ─→ facts (kept for ever) ─┐
//!                                             ├─→ core::interpret ─→ plan: what changes for which page
//! decisions that stand ─→ words ──────────────┘
//! ```
//! A decision, and undoing one, is the same walk with other words: [`again`].

mod facts;
mod plan;
mod register;
mod so_far;
pub(crate) mod stored;
mod text;

use crate::engine::Engine;
use crate::error::DaemonError;
use plan::Planner;
use register::Register;
use scantrail_catalogue::{Batch, BatchContext, Understanding};
use scantrail_core::evidence::BatchFacts;
use scantrail_core::ids::{BatchId, PupilId};
use scantrail_core::interpret::{Interpretation, Word, interpret};
pub(crate) use so_far::{RunSoFar, so_far};

/// What a person said in one decision, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) words: Vec<Word>,
    pub(crate) reason: String,
}

/// Understands one batch whose pages have all been looked at, and plans where everything goes.
pub(crate) fn understand(engine: &Engine, batch: &Batch) -> Result<(), DaemonError> {
    let id = batch.opened.id;
    let pages = engine.catalogue.pages_in(id)?;
    let register = Register::look_up(engine, id)?;
    let facts = facts::gather(engine, batch, &pages, &register)?;
    let said = standing(engine, id, None)?;
    let (result, understanding) = plan(engine, batch, &facts, &register, &said)?;
    engine.catalogue.understand(&understanding, &stored::write_facts(&facts)?, engine.now())?;
    tracing::info!(
        batch_id = %id,
        runs = result.runs.len(),
        alarms = result.alarms.len(),
        pages = pages.len(),
        "batch understood"
    );
    Ok(())
}

/// What a batch is with these words; nothing is written down.
pub(crate) fn again(engine: &Engine, batch: &Batch, said: &[Said]) -> Result<Understanding, DaemonError> {
    let register = Register::look_up(engine, batch.opened.id)?;
    let facts = facts_of(engine, batch, &register)?;
    Ok(plan(engine, batch, &facts, &register, said)?.1)
}

/// The runs of a batch with these words.
pub(crate) fn runs(engine: &Engine, batch: &Batch, said: &[Said]) -> Result<Interpretation, DaemonError> {
    let register = Register::look_up(engine, batch.opened.id)?;
    let facts = facts_of(engine, batch, &register)?;
    Ok(interpret(&facts, &all_words(said)))
}

fn plan(
    engine: &Engine,
    batch: &Batch,
    facts: &BatchFacts,
    register: &Register,
    said: &[Said],
) -> Result<(Interpretation, Understanding), DaemonError> {
    let pages = engine.catalogue.pages_in(batch.opened.id)?;
    let result = interpret(facts, &all_words(said));
    let understanding = Planner::new(engine, batch, &pages, register, said)?.plan(&result)?;
    Ok((result, understanding))
}

fn all_words(said: &[Said]) -> Vec<Word> {
    said.iter().flat_map(|said| said.words.clone()).collect()
}

/// The facts as they were when the batch was understood. Batches of before facts were kept are looked at anew.
fn facts_of(engine: &Engine, batch: &Batch, register: &Register) -> Result<BatchFacts, DaemonError> {
    match engine.catalogue.facts_of(batch.opened.id)? {
        Some(text) => stored::read_facts(&text),
        None => facts::gather(engine, batch, &engine.catalogue.pages_in(batch.opened.id)?, register),
    }
}

/// The pupils a batch is for, each once, in the order of their class lists; none if it is for no class.
pub(crate) fn expected_in(engine: &Engine, batch: &Batch) -> Result<Vec<PupilId>, DaemonError> {
    let register = Register::look_up(engine, batch.opened.id)?;
    let facts = facts_of(engine, batch, &register)?;
    // The part that no start sheet speaks for is there only if pages lie in it.
    let runs = interpret(&facts, &[]).runs;
    let used = |start| runs.iter().any(|run| run.context == start && run.work().next().is_some());
    let mut expected: Vec<PupilId> = Vec::new();
    for pupil in facts.expected.iter().filter(|part| used(part.start)).flat_map(|part| &part.pupils) {
        if !expected.contains(pupil) {
            expected.push(*pupil);
        }
    }
    Ok(expected)
}

/// What people said about a batch and still stands, oldest first, but for the decision that is left out.
pub(crate) fn standing(engine: &Engine, batch: BatchId, but: Option<i64>) -> Result<Vec<Said>, DaemonError> {
    let decisions = engine.catalogue.standing_decisions(batch)?;
    decisions
        .into_iter()
        .filter(|decision| Some(decision.id) != but)
        .map(|decision| Ok(Said { words: stored::read_words(&decision.words)?, reason: decision.reason }))
        .collect()
}

/// What is known about the work of a batch: its own words, and its start sheet's.
pub(crate) fn context_of(engine: &Engine, batch: &Batch) -> Result<BatchContext, DaemonError> {
    Ok(Register::look_up(engine, batch.opened.id)?.whole(&batch.opened.context))
}
