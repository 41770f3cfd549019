//! What a batch looks like before it is understood: whoever stands at the machine sees whose cover was read and which was
//! not as soon as the pages were looked at, while reading is still far behind. Nothing of it is kept or acted upon.

use super::facts;
use super::plan;
use super::register::Register;
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_catalogue::{Batch, BatchState, Page, RunRow, Sides};
use scantrail_core::ids::PageId;
use scantrail_core::interpret::{HoldReason, interpret};
use scantrail_core::vocabulary::Role;

/// A run as it looks so far.
#[derive(Debug, Clone)]
pub(crate) struct RunSoFar {
    pub(crate) row: RunRow,
    pub(crate) pages: Vec<(PageId, Role)>,
}

/// The runs of a batch that is not understood yet, as far as its pages were looked at without a gap; none otherwise.
///
/// What only the whole batch can tell is left out: who is missing, and what a missing pupil may hide.
pub(crate) fn so_far(engine: &Engine, batch: &Batch, pages: &[Page]) -> Result<Vec<RunSoFar>, DaemonError> {
    if batch.state == BatchState::Understood {
        return Ok(Vec::new());
    }
    let mut seen: Vec<Page> = pages.iter().take_while(|page| page.look.is_some()).cloned().collect();
    if batch.opened.sides == Sides::Both && seen.len() % 2 == 1 {
        // The back of the last sheet is still to come.
        seen.pop();
    }
    let register = Register::look_up(engine, batch.opened.id)?;
    let mut facts = facts::gather(engine, batch, &seen, &register)?;
    facts.expected.clear();
    let runs = interpret(&facts, &[]).runs.into_iter().enumerate().map(|(number, run)| {
        let mut row = plan::row(number as u32, &run);
        if row.reason.as_deref().and_then(HoldReason::from_word).is_some_and(HoldReason::is_an_alarm) {
            (row.verdict, row.reason) = ("file".to_owned(), None);
        }
        RunSoFar { row, pages: run.pages.iter().map(|own| (own.page, own.role)).collect() }
    });
    Ok(runs.collect())
}
