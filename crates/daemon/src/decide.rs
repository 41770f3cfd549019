//! People's decisions. Each is a few words about a batch; what becomes of its pages is what the batch is understood to
//! be with these words. Undoing one, at any time and in any order, is understanding the batch without them.

use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::understand::{self, Said, stored};
use crate::waiting;
use scantrail_catalogue::{Batch, BatchState, NewDecision, Page, Understanding};
use scantrail_core::ids::{BatchId, PageId, PupilId, SheetId};
use scantrail_core::interpret::{Opening, Owners, Run, Verdict, Word};
use scantrail_core::sheet::SheetKind;
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::Flow;
use std::collections::BTreeSet;

/// How far a decision about a page reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reach {
    /// These pages alone.
    Page,
    /// All pages of their runs that are where they are: the held ones of a held page, the filed ones of a filed page.
    Run,
}

/// These pages are these pupils'. Returns the number to undo it by.
pub(crate) fn assign(
    engine: &Engine,
    pages: &[PageId],
    pupils: &[PupilId],
    reach: Reach,
    reason: &str,
) -> Result<i64, DaemonError> {
    let pupils = Owners::of(pupils.iter().copied()).ok_or_else(|| DaemonError::usage("say whose the pages are"))?;
    let (batch, pages) = reached(engine, pages, reach)?;
    say(engine, batch, "assign", reason, |_, _| Ok(vec![Word::Theirs { pages: pages.clone(), pupils: pupils.clone() }]))
}

/// These filed pages were put into the wrong trail and are these pupils'. Returns the number to undo it by.
pub(crate) fn move_to(engine: &Engine, pages: &[PageId], pupils: &[PupilId], reason: &str) -> Result<i64, DaemonError> {
    if reason.trim().is_empty() {
        let error = DaemonError::usage("a page is moved from one trail to another only with a reason");
        return Err(error.with_hint("say why: --reason TEXT; name no other child in it"));
    }
    for id in pages {
        let page = engine.catalogue.page(*id)?;
        if page.state != PageState::Filed || page.owners.is_empty() {
            let error = DaemonError::usage(format!("page {id} is {}, and in no trail", page.state));
            return Err(error.with_hint("say whose it is with: scantrail review assign PAGE PUPIL"));
        }
        if page.owners.iter().map(|owner| owner.pupil).eq(pupils.iter().copied()) {
            return Err(DaemonError::usage(format!("page {id} is in that trail already")));
        }
    }
    let pupils = Owners::of(pupils.iter().copied()).ok_or_else(|| DaemonError::usage("say whose the pages are"))?;
    let (batch, pages) = reached(engine, pages, Reach::Page)?;
    say(engine, batch, "move", reason, |_, _| Ok(vec![Word::Theirs { pages: pages.clone(), pupils: pupils.clone() }]))
}

/// These pages are nobody's work. Returns the number to undo it by.
pub(crate) fn discard(engine: &Engine, pages: &[PageId], reach: Reach, reason: &str) -> Result<i64, DaemonError> {
    if reason.trim().is_empty() {
        return Err(DaemonError::usage("a page is thrown away only with a reason").with_hint("say why: --reason TEXT"));
    }
    let (batch, pages) = reached(engine, pages, reach)?;
    say(engine, batch, "discard", reason, |_, _| Ok(vec![Word::Nobodys { pages: pages.clone() }]))
}

/// It is not known whose these pages are: they wait for a person, wherever they were.
pub(crate) fn recall(engine: &Engine, pages: &[PageId], reach: Reach, reason: &str) -> Result<i64, DaemonError> {
    let (batch, pages) = reached(engine, pages, reach)?;
    say(engine, batch, "recall", reason, |_, _| Ok(vec![Word::Unknown { pages: pages.clone() }]))
}

/// What was read is right: of one run, or of every run that waits for nothing but a person's look.
pub(crate) fn confirm(engine: &Engine, batch: BatchId, run: Option<u32>, reason: &str) -> Result<i64, DaemonError> {
    say(engine, batch, "confirm", reason, |engine, batch| {
        let runs = runs(engine, batch)?;
        let words: Vec<Word> = match run {
            Some(number) => vec![confirmed(find(&runs, number)?).ok_or_else(|| nobody_proposed(number))?],
            None => runs.iter().filter(|run| waits_for_a_look(run)).filter_map(confirmed).collect(),
        };
        if words.is_empty() {
            let error = DaemonError::usage("no run of this batch waits for nothing but a confirmation");
            return Err(error.with_hint("what lacks proof is confirmed run by run: scantrail batch confirm ID --run N"));
        }
        Ok(words)
    })
}

fn nobody_proposed(number: u32) -> DaemonError {
    DaemonError::usage(format!("nothing in run {} waits for a confirmation of whose it is", number + 1))
        .with_hint("say whose the pages are with: scantrail review assign PAGE PUPIL --run")
}

fn waits_for_a_look(run: &Run) -> bool {
    matches!(run.verdict, Verdict::Hold(reason) if reason.is_an_alarm())
}

fn confirmed(run: &Run) -> Option<Word> {
    let held = run.pages.iter().filter(|page| matches!(page.verdict, Verdict::Hold(_)));
    let pages: Vec<PageId> = held.map(|page| page.page).collect();
    let pupils = Owners::of(run.candidates.iter().copied())?;
    (!pages.is_empty()).then_some(Word::Theirs { pages, pupils })
}

/// The covers lie behind the work they name: every run takes the pages before its cover.
pub(crate) fn shift(engine: &Engine, batch: BatchId, reason: &str) -> Result<i64, DaemonError> {
    say(engine, batch, "shift", reason, |engine, batch| {
        only_in_stacks(batch, "shifted")?;
        let stands = understand::standing(engine, batch.opened.id, None)?;
        if stands.iter().any(|said| said.words.contains(&Word::CoversBehind)) {
            let error = DaemonError::usage("this batch is shifted already");
            return Err(error.with_hint("take it back with: scantrail review undo"));
        }
        Ok(vec![Word::CoversBehind])
    })
}

/// Another run begins at that page; of that pupil, or of nobody known yet.
pub(crate) fn split(engine: &Engine, before: PageId, to: Option<PupilId>, reason: &str) -> Result<i64, DaemonError> {
    let batch = engine.catalogue.page(before)?.batch;
    say(engine, batch, "split", reason, |engine, batch| {
        only_in_stacks(batch, "split")?;
        let begins = |runs: &[Run]| runs.iter().any(|run| run.pages.first().is_some_and(|page| page.page == before));
        if begins(&runs(engine, batch)?) {
            return Err(DaemonError::usage(format!("a run begins at page {before} already")));
        }
        let mut said = understand::standing(engine, batch.opened.id, None)?;
        said.push(Said { words: vec![Word::Cut { before }], reason: String::new() });
        let runs = understand::runs(engine, batch, &said)?.runs;
        let part = runs.iter().find(|run| run.pages.iter().any(|page| page.page == before));
        let pages: Vec<PageId> = part.into_iter().flat_map(|run| &run.pages).map(|page| page.page).collect();
        let mut words = vec![Word::Cut { before }, Word::Forget { pages: pages.clone() }];
        words.extend(to.map(|pupil| Word::Theirs { pages, pupils: Owners::one(pupil) }));
        Ok(words)
    })
}

/// The sheet that begins this run is no boundary: the run before it goes on.
pub(crate) fn join(engine: &Engine, batch: BatchId, run: u32, reason: &str) -> Result<i64, DaemonError> {
    say(engine, batch, "join", reason, |engine, batch| {
        only_in_stacks(batch, "joined")?;
        let runs = runs(engine, batch)?;
        let first = find(&runs, run)?.pages.first().map(|page| page.page);
        match first {
            Some(at) if run > 0 => Ok(vec![Word::Joined { at }]),
            _ => Err(DaemonError::usage("there is no run before the first")),
        }
    })
}

/// Nothing was handed in for these pupils, and that is right.
pub(crate) fn absent(engine: &Engine, batch: BatchId, pupils: &[PupilId], reason: &str) -> Result<i64, DaemonError> {
    say(engine, batch, "absent", reason, |_, _| Ok(pupils.iter().map(|pupil| Word::Absent { pupil: *pupil }).collect()))
}

/// An unnamed cover is this pupil's, wherever it was seen and will be seen.
pub(crate) fn name(engine: &Engine, sheet: SheetId, pupil: PupilId, reason: &str) -> Result<i64, DaemonError> {
    let _one_at_a_time = lock(&engine.deciding);
    let registered = engine.catalogue.sheet(sheet)?;
    if registered.is_none_or(|sheet| sheet.kind != SheetKind::Unnamed) {
        return Err(DaemonError::not_found(format!("{sheet} is no unnamed cover of this school")));
    }
    if let Some(decision) = engine.catalogue.standing_about_sheet(sheet)? {
        let error = DaemonError::usage(format!("the cover {sheet} was given to a pupil already"));
        return Err(error.with_hint(format!("take that back first: scantrail review undo {}", decision.id)));
    }
    let said = Said { words: vec![Word::Named { sheet, pupil }], reason: reason.to_owned() };
    let outcome = everywhere(engine, &engine.catalogue.batches_with_sheet(sheet)?, Some(&said), None)?;
    record(engine, "name", None, Some(sheet), &said, &outcome)
}

/// Takes a decision back: its batches are understood without it.
pub(crate) fn undo(engine: &Engine, id: i64) -> Result<(), DaemonError> {
    let _one_at_a_time = lock(&engine.deciding);
    let decision = engine.catalogue.decision(id)?;
    if decision.undone_at.is_some() {
        return Err(DaemonError::usage(format!("decision {id} was undone already")));
    }
    let batches = match (decision.batch, decision.sheet) {
        (Some(batch), _) => vec![batch],
        (None, Some(sheet)) => engine.catalogue.batches_with_sheet(sheet)?,
        (None, None) => vec![],
    };
    let outcome = everywhere(engine, &batches, None, Some(id))?;
    engine.catalogue.undo(id, &outcome, engine.now())?;
    engine.bell.ring();
    Ok(())
}

/// What these batches are with a word more, or with a decision less.
fn everywhere(
    engine: &Engine,
    batches: &[BatchId],
    more: Option<&Said>,
    less: Option<i64>,
) -> Result<Vec<Understanding>, DaemonError> {
    let mut outcome = Vec::with_capacity(batches.len());
    for batch in batches {
        waiting::batch_at_rest(engine, *batch)?;
        let batch = engine.catalogue.batch(*batch)?;
        let mut said = understand::standing(engine, batch.opened.id, less)?;
        said.extend(more.cloned());
        outcome.push(understand::again(engine, &batch, &said)?);
    }
    Ok(outcome)
}

/// Takes one decision about one batch.
fn say(
    engine: &Engine,
    batch: BatchId,
    kind: &str,
    reason: &str,
    words: impl Fn(&Engine, &Batch) -> Result<Vec<Word>, DaemonError>,
) -> Result<i64, DaemonError> {
    let _one_at_a_time = lock(&engine.deciding);
    let found = engine.catalogue.batch(batch)?;
    if found.state != BatchState::Understood {
        let error = DaemonError::usage(format!("batch {batch} is {}, not understood yet", found.state.word()));
        return Err(error.with_hint("wait until it is, or end it with: scantrail batch end ID"));
    }
    let said = Said { words: words(engine, &found)?, reason: reason.to_owned() };
    let outcome = everywhere(engine, &[batch], Some(&said), None)?;
    record(engine, kind, Some(batch), None, &said, &outcome)
}

fn record(
    engine: &Engine,
    kind: &str,
    batch: Option<BatchId>,
    sheet: Option<SheetId>,
    said: &Said,
    outcome: &[Understanding],
) -> Result<i64, DaemonError> {
    // The pages it names, and the pages whose fate changes with it.
    let mut pages: BTreeSet<PageId> = said.words.iter().flat_map(named).collect();
    let changes = outcome.iter().flat_map(|outcome| &outcome.pages);
    pages.extend(changes.filter(|fate| fate.place.is_some()).map(|fate| fate.page));
    let decision = NewDecision {
        kind: kind.to_owned(),
        batch,
        sheet,
        words: stored::write_words(&said.words)?,
        reason: said.reason.clone(),
        pages: pages.into_iter().collect(),
    };
    let id = engine.catalogue.decide(&decision, outcome, engine.now())?;
    engine.bell.ring();
    tracing::info!(decision = id, kind, pages = decision.pages.len(), "decided");
    Ok(id)
}

fn named(word: &Word) -> Vec<PageId> {
    match word {
        Word::Theirs { pages, .. } | Word::Nobodys { pages } | Word::Unknown { pages } => pages.clone(),
        Word::Cut { before } => vec![*before],
        Word::Joined { at } => vec![*at],
        _ => vec![],
    }
}

fn runs(engine: &Engine, batch: &Batch) -> Result<Vec<Run>, DaemonError> {
    let said = understand::standing(engine, batch.opened.id, None)?;
    Ok(understand::runs(engine, batch, &said)?.runs)
}

fn find(runs: &[Run], number: u32) -> Result<&Run, DaemonError> {
    let many = runs.len();
    let missing = || DaemonError::not_found(format!("there is no run {}; the batch has {many}", number + 1));
    runs.get(number as usize).ok_or_else(missing)
}

fn only_in_stacks(batch: &Batch, what: &str) -> Result<(), DaemonError> {
    match batch.opened.flow {
        Flow::Stack => Ok(()),
        Flow::Pictures => Err(DaemonError::usage(format!("pictures stand each for itself; they cannot be {what}"))),
    }
}

/// The pages a decision is about, all of one batch.
fn reached(engine: &Engine, ids: &[PageId], reach: Reach) -> Result<(BatchId, Vec<PageId>), DaemonError> {
    let pages: Vec<Page> = ids.iter().map(|id| engine.catalogue.page(*id)).collect::<Result<_, _>>()?;
    let Some(batch) = pages.first().map(|page| page.batch) else {
        return Err(DaemonError::usage("say which pages"));
    };
    if pages.iter().any(|page| page.batch != batch) {
        return Err(DaemonError::usage("these pages are of different batches; decide about each batch by itself"));
    }
    if let Some(gone) = pages.iter().find(|page| matches!(page.state, PageState::Deleting | PageState::Deleted)) {
        let error = DaemonError::usage(format!("page {} was deleted", gone.id));
        return Err(error.with_hint("nothing of it is left, so nothing can be decided about it"));
    }
    if reach == Reach::Page {
        return Ok((batch, ids.to_vec()));
    }
    let like = |other: &Page| pages.iter().any(|page| page.run == other.run && page.state == other.state);
    let all = engine.catalogue.pages_in(batch)?;
    Ok((batch, all.iter().filter(|other| like(other)).map(|page| page.id).collect()))
}

/// The unnamed cover that begins the run of a page.
pub(crate) fn unnamed_cover_of(engine: &Engine, page: PageId) -> Result<SheetId, DaemonError> {
    let page = engine.catalogue.page(page)?;
    let batch = engine.catalogue.batch(page.batch)?;
    let runs = runs(engine, &batch)?;
    let run = runs.iter().find(|run| run.pages.iter().any(|own| own.page == page.id));
    match run.map(|run| run.opening) {
        Some(Opening::Control { kind: SheetKind::Unnamed, sheet }) => Ok(sheet),
        _ => Err(DaemonError::usage(format!("no unnamed cover begins the run of page {}", page.id))),
    }
}
