//! What is known about a batch, from the catalogue and the register, as the core wants it.

use super::register::Register;
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_catalogue::{Batch, Page};
use scantrail_core::evidence::{
    BatchEnd, BatchFacts, ClassKnown, Confirm, Expected, Lined, Look, Mark, PageFacts, Style,
};
use scantrail_core::ids::PupilId;
use scantrail_core::interpret::HoldReason;
use scantrail_core::sheet::SheetKind;
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::Content;
use std::collections::BTreeMap;

/// So many covers of one class say for which class a batch is, when nobody said so …
const COVERS_FOR_A_CLASS: usize = 5;
/// … if they are at least so many out of ten.
const TENTHS_OF_A_CLASS: usize = 8;

/// Everything that speaks for or against anybody in a batch.
pub(super) fn gather(
    engine: &Engine,
    batch: &Batch,
    pages: &[Page],
    register: &Register,
) -> Result<BatchFacts, DaemonError> {
    let pages: Vec<PageFacts> = pages.iter().map(|page| facts(page, register)).collect();
    Ok(BatchFacts {
        flow: batch.opened.flow,
        end: if batch.cut_short { BatchEnd::CutShort } else { BatchEnd::Normal },
        expected: expected(engine, batch, &pages, register)?,
        pages,
        confirm: match engine.config.confirm.runs {
            scantrail_config::WhenToConfirm::Always => Confirm::Always,
            scantrail_config::WhenToConfirm::Alarms => Confirm::Alarms,
            scantrail_config::WhenToConfirm::Never => Confirm::Never,
        },
        longest_run: engine.config.limits.run_pages as usize,
    })
}

fn facts(page: &Page, register: &Register) -> PageFacts {
    let lined = if page.content == Some(Content::Lined) { Lined::Yes } else { Lined::No };
    PageFacts {
        page: page.id,
        side: page.side,
        marks: register.marks(page.id),
        look: page.look.unwrap_or(Look::Unseen),
        suspicion: page.suspicion,
        // Held by its own trouble: it waits for a person, whatever becomes of its run.
        waits: Some(HoldReason::Trouble)
            .filter(|trouble| page.state == PageState::Held && page.reason.as_deref() == Some(trouble.word())),
        moment: page.moment,
        style: page.paper_mm.map(|(short_mm, long_mm)| Style { short_mm, long_mm, lined }),
    }
}

/// The pupils each part of the batch is for.
fn expected(
    engine: &Engine,
    batch: &Batch,
    pages: &[PageFacts],
    register: &Register,
) -> Result<Vec<Expected>, DaemonError> {
    let said = std::iter::once((None, batch.opened.context.class.clone()))
        .chain(register.parts(&batch.opened.context).map(|(start, context)| (Some(start), context.class)));
    let mut expected = Vec::new();
    for (start, class) in said.filter(|(_, class)| !class.is_empty()) {
        let pupils = engine.catalogue.class(&class)?.into_iter().map(|pupil| pupil.id).collect();
        expected.push(Expected { start, pupils, known: ClassKnown::Said });
    }
    if expected.is_empty()
        && let Some(class) = class_of_covers(engine, pages)?
    {
        let pupils: Vec<PupilId> = engine.catalogue.class(&class)?.into_iter().map(|pupil| pupil.id).collect();
        let starts = std::iter::once(None).chain(register.parts(&batch.opened.context).map(|(start, _)| Some(start)));
        expected.extend(starts.map(|start| Expected { start, pupils: pupils.clone(), known: ClassKnown::Inferred }));
    }
    Ok(expected)
}

/// The class that nearly all covers are of, if there are enough of them to say so.
fn class_of_covers(engine: &Engine, pages: &[PageFacts]) -> Result<Option<String>, DaemonError> {
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    let mut covers: Vec<PupilId> = Vec::new();
    for mark in pages.iter().flat_map(|page| &page.marks) {
        if let Mark::Names { kind: SheetKind::Cover, pupil, .. } = *mark
            && !covers.contains(&pupil)
        {
            covers.push(pupil);
            *classes.entry(engine.catalogue.pupil(pupil)?.details.class).or_default() += 1;
        }
    }
    let most = classes.into_iter().max_by_key(|(_, count)| *count);
    Ok(most
        .filter(|(class, count)| {
            !class.is_empty() && *count >= COVERS_FOR_A_CLASS && count * 10 >= covers.len() * TENTHS_OF_A_CLASS
        })
        .map(|(class, _)| class))
}
