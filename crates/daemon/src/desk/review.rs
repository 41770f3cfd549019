//! The queue of holds.

use super::words::{batch_title, local, named, preview};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::queries;
use crate::understand::stored;
use scantrail_catalogue::Page;
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::interpret::{Owners, Word};
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::Role;
use scantrail_web::view::{
    Decision, DecisionId, DecisionStanding, HoldLine, HoldView, Neighbour, PupilName, Queue, Suggestion,
};

/// Captures shown before and after a held page.
const NEIGHBOURS: usize = 3;
/// Decisions shown below the queue.
const DECISIONS: u32 = 10;

/// Work that waits; sheets of ours are shown beside it, and go with it when a run is assigned.
fn waiting(engine: &Engine) -> Result<Vec<Page>, DaemonError> {
    Ok(engine.catalogue.held_pages()?)
}

/// The queue and the last decisions.
pub(super) fn queue(engine: &Engine) -> Result<Queue, DaemonError> {
    let pages = waiting(engine)?;
    let mut holds = Vec::with_capacity(pages.len());
    for page in &pages {
        let batch = engine.catalogue.batch(page.batch)?;
        holds.push(HoldLine {
            preview: preview(engine, page)?,
            reason: queries::sentence(page.reason.as_deref().unwrap_or_default()),
            batch: batch_title(&batch),
            since: local(&page.received_at)?,
        });
    }
    let decisions = engine.catalogue.recent_decisions(DECISIONS)?;
    let decisions = decisions.iter().map(|decision| shown(engine, decision)).collect::<Result<_, _>>()?;
    Ok(Queue { total: holds.len() as u64, holds, decisions })
}

/// One decision.
pub(super) fn decision(engine: &Engine, id: DecisionId) -> Result<Decision, DaemonError> {
    shown(engine, &engine.catalogue.decision(id.0 as i64)?)
}

fn shown(engine: &Engine, decision: &scantrail_catalogue::Decision) -> Result<Decision, DaemonError> {
    let mut words = Vec::new();
    for word in stored::read_words(&decision.words)? {
        words.extend(told(engine, &word, &decision.reason)?);
    }
    let standing = if decision.undone_at.is_some() { DecisionStanding::Past } else { DecisionStanding::Stands };
    let pages = match decision.pages.len() {
        0 | 1 => String::new(),
        many => format!(" ({many} pages)"),
    };
    Ok(Decision {
        id: DecisionId(decision.id as u64),
        at: local(&decision.at)?,
        words: format!("{}{pages}", words.join("; ")),
        page: decision.pages.first().copied(),
        batch: decision.batch,
        standing,
    })
}

/// A word as it is told to people; what only serves another word is not told.
fn told(engine: &Engine, word: &Word, reason: &str) -> Result<Option<String>, DaemonError> {
    let names = |owners: &Owners| -> Result<String, DaemonError> {
        let names: Vec<String> =
            owners.iter().map(|id| Ok(named(engine, id)?.spoken)).collect::<Result<_, DaemonError>>()?;
        Ok(names.join(" and "))
    };
    Ok(Some(match word {
        Word::Theirs { pupils, .. } => format!("given to {}", names(pupils)?),
        Word::Nobodys { .. } => format!("discarded: {reason}"),
        Word::Unknown { .. } => "taken back".to_owned(),
        Word::CoversBehind => "shifted: the covers lie behind the work".to_owned(),
        Word::Cut { .. } => "split here".to_owned(),
        Word::Joined { .. } => "joined to the run before".to_owned(),
        Word::Named { pupil, .. } => format!("unnamed cover given to {}", named(engine, *pupil)?.spoken),
        Word::Absent { pupil } => format!("{} is absent", named(engine, *pupil)?.spoken),
        Word::Forget { .. } => return Ok(None),
    }))
}

/// One held page with what helps to decide.
pub(super) fn hold(engine: &Engine, id: PageId) -> Result<HoldView, DaemonError> {
    let queue = waiting(engine)?;
    let Some(place) = queue.iter().position(|page| page.id == id) else {
        return Err(DaemonError::not_found(format!("page {id} is not held")));
    };
    let page = &queue[place];
    let batch = engine.catalogue.batch(page.batch)?;
    let all = engine.catalogue.pages_in(page.batch)?;
    let at = all.iter().position(|other| other.id == id).unwrap_or(0);
    let from = at.saturating_sub(NEIGHBOURS);
    let to = (at + 1 + NEIGHBOURS).min(all.len());
    let context = crate::understand::context_of(engine, &batch)?;
    let class = if context.class.is_empty() { class_of_neighbours(engine, &all, at)? } else { Some(context.class) };
    let pupils = match &class {
        Some(class) => engine.catalogue.class(class)?,
        None => engine.catalogue.pupils()?,
    };
    Ok(HoldView {
        preview: preview(engine, page)?,
        reason: queries::sentence(page.reason.as_deref().unwrap_or_default()),
        evidence: evidence(page),
        batch: (page.batch, batch_title(&batch)),
        before: neighbours(engine, &all[from..at])?,
        after: neighbours(engine, &all[at + 1..to])?,
        suggestions: suggestions(engine, page, &all, at)?,
        class,
        pupils: pupils.iter().map(PupilName::from).collect(),
        place: place as u64 + 1,
        total: queue.len() as u64,
        previous: place.checked_sub(1).map(|at| queue[at].id),
        next: queue.get(place + 1).map(|page| page.id),
    })
}

fn evidence(page: &Page) -> Vec<String> {
    let mut evidence = page.warnings.clone();
    if let Some(suspicion) = page.suspicion {
        evidence.push(format!("suspicion: {}", suspicion.word()));
    }
    evidence
}

fn neighbours(engine: &Engine, pages: &[Page]) -> Result<Vec<Neighbour>, DaemonError> {
    pages
        .iter()
        .map(|page| {
            let pupil = page.pupil().map(|id| named(engine, id)).transpose()?;
            Ok(Neighbour { preview: preview(engine, page)?, pupil })
        })
        .collect()
}

/// The class of the nearest page whose pupil is known.
fn class_of_neighbours(engine: &Engine, all: &[Page], at: usize) -> Result<Option<String>, DaemonError> {
    let near = all[..at].iter().rev().chain(&all[at + 1..]).find_map(Page::pupil);
    let class = near.map(|id| engine.catalogue.pupil(id)).transpose()?.map(|pupil| pupil.details.class);
    Ok(class.filter(|class| !class.is_empty()))
}

/// Whose it may be: what the run suggests, and the pupils of the class for whom nothing came in this batch.
fn suggestions(engine: &Engine, page: &Page, all: &[Page], at: usize) -> Result<Vec<Suggestion>, DaemonError> {
    let mut suggestions: Vec<Suggestion> = Vec::new();
    let mut add = |id: PupilId, why: &str| -> Result<(), DaemonError> {
        let pupil = named(engine, id)?;
        if suggestions.iter().all(|other| other.pupil.id != id) {
            suggestions.push(Suggestion { pupil, why: why.to_owned() });
        }
        Ok(())
    };
    let runs = engine.catalogue.runs_in(page.batch)?;
    for id in runs.iter().filter(|run| Some(run.number) == page.run).flat_map(|run| &run.candidates) {
        add(*id, "the sheet before it names this pupil")?;
    }
    if let Some(class) = class_of_neighbours(engine, all, at)? {
        for pupil in engine.catalogue.class(&class)? {
            let came = all.iter().any(|other| other.pupil() == Some(pupil.id) && other.role == Some(Role::Work));
            let waits = runs.iter().any(|run| run.pupil == Some(pupil.id));
            if !came && !waits {
                add(pupil.id, "nothing else came for this pupil in this batch")?;
            }
        }
    }
    suggestions.truncate(6);
    debug_assert!(page.state == PageState::Held);
    Ok(suggestions)
}
