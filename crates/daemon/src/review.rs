//! People's decisions about held pages, each one reversible.

use crate::api::{DecisionReply, ReachWord, Report, ReviewAnswer, ReviewRequest};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::waiting::{at_rest, wait};
use crate::{places, queries, understand};
use scantrail_catalogue::{Action, Batch, Ownership, Page, PieceRow, Place};
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::roster::Pupil;
use scantrail_core::state::{PageEvent, PageState};
use scantrail_core::vocabulary::Role;

/// How far a decision about a page reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reach {
    /// This page alone.
    Page,
    /// Every held page of its run.
    Run,
}

/// Does what is asked of the queue.
pub(crate) fn answer(
    engine: &Engine,
    request: &ReviewRequest,
    report: &mut dyn Report,
) -> Result<ReviewAnswer, DaemonError> {
    match request {
        ReviewRequest::List => {
            let held = engine.catalogue.held_pages()?;
            Ok(ReviewAnswer::List(held.iter().map(|page| queries::hold(engine, page)).collect::<Result<_, _>>()?))
        }
        ReviewRequest::Show { page } => {
            let page = engine.catalogue.page(queries::page_id(page)?)?;
            Ok(ReviewAnswer::One(Box::new(queries::hold(engine, &page)?)))
        }
        ReviewRequest::Assign { page, pupil, reach: how_far, reason } => {
            let pupil = queries::find_pupil(engine, pupil)?;
            let decision = assign(engine, queries::page_id(page)?, pupil.id, reach(*how_far), reason)?;
            decided(engine, decision, report)
        }
        ReviewRequest::Discard { page, reach: how_far, reason } => {
            decided(engine, discard(engine, queries::page_id(page)?, reach(*how_far), reason)?, report)
        }
        ReviewRequest::Undo { decision } => {
            let last = engine.catalogue.recent_decisions(u32::MAX)?.into_iter().find(|d| d.undone_at.is_none());
            let id = decision.or(last.map(|decision| decision.id));
            let id = id.ok_or_else(|| DaemonError::not_found("there is no decision to undo"))?;
            undo(engine, id)?;
            decided(engine, id, report)
        }
    }
}

fn reach(word: ReachWord) -> Reach {
    match word {
        ReachWord::Page => Reach::Page,
        ReachWord::Run => Reach::Run,
    }
}

/// Waits until a decision's files are at their places, and shows the pages as they are then.
fn decided(engine: &Engine, decision: i64, report: &mut dyn Report) -> Result<ReviewAnswer, DaemonError> {
    let decisions = engine.catalogue.decisions_with(decision)?;
    let pages: Vec<PageId> = decisions.iter().map(|decision| decision.page).collect();
    wait(engine, report, |engine| {
        let unsettled = engine.catalogue.unsettled_pages()?;
        let under_way = pages.iter().filter(|page| unsettled.contains(page)).count() as u64;
        Ok((pages.len() as u64 - under_way, pages.len() as u64))
    })?;
    at_rest(engine)?;
    let mut replies = Vec::with_capacity(pages.len());
    for page in pages {
        replies.push(queries::page_reply(engine, &engine.catalogue.page(page)?)?);
    }
    Ok(ReviewAnswer::Decision(DecisionReply { decision, pages: replies }))
}

/// A person says whose a held page is. Returns the number to undo it by.
pub(crate) fn assign(
    engine: &Engine,
    page: PageId,
    pupil: PupilId,
    reach: Reach,
    reason: &str,
) -> Result<i64, DaemonError> {
    let _one_at_a_time = lock(&engine.deciding);
    let pupil = engine.catalogue.pupil(pupil)?;
    let pages = held(engine, page, reach)?;
    let batch = engine.catalogue.batch(pages[0].batch)?;
    let (piece, new) = piece(engine, &batch, &pages[0], &pupil)?;
    let mut position = engine.catalogue.last_position(piece.id)?;
    let mut fates = Vec::with_capacity(pages.len());
    for page in &pages {
        let role = page.role.unwrap_or(Role::Work);
        position += u32::from(role == Role::Work);
        let place = places::page_place(page, &pupil, &piece, position)?;
        fates.push(Ownership {
            pupil: Some(pupil.id),
            piece: (role == Role::Work).then_some((piece.id, position)),
            identified: Some("person".to_owned()),
            place: Some(places::in_trail(page, &place, role, batch.opened.flow)),
            ..fate(page, PageEvent::Place)
        });
    }
    let id = engine.catalogue.decide(Action::Assign, &fates, new.as_ref(), reason, engine.now())?;
    engine.bell.ring();
    Ok(id)
}

/// A person says a held page is nobody's work. Returns the number to undo it by.
pub(crate) fn discard(engine: &Engine, page: PageId, reach: Reach, reason: &str) -> Result<i64, DaemonError> {
    if reason.trim().is_empty() {
        return Err(DaemonError::usage("a page is thrown away only with a reason").with_hint("say why: --reason TEXT"));
    }
    let _one_at_a_time = lock(&engine.deciding);
    let pages = held(engine, page, reach)?;
    let batch = engine.catalogue.batch(pages[0].batch)?;
    let mut fates = Vec::with_capacity(pages.len());
    for page in &pages {
        let place = places::set_aside(page, &batch)?;
        fates.push(Ownership { reason: Some(reason.to_owned()), place: Some(place), ..fate(page, PageEvent::Discard) });
    }
    let id = engine.catalogue.decide(Action::Discard, &fates, None, reason, engine.now())?;
    engine.bell.ring();
    Ok(id)
}

/// Takes a decision back: its pages wait again, with the reason they had before. Returns the first of them.
pub(crate) fn undo(engine: &Engine, decision: i64) -> Result<PageId, DaemonError> {
    let _one_at_a_time = lock(&engine.deciding);
    let decisions = engine.catalogue.decisions_with(decision)?;
    let mut fates = Vec::with_capacity(decisions.len());
    for decision in &decisions {
        let page = engine.catalogue.page(decision.page)?;
        let batch = engine.catalogue.batch(page.batch)?;
        let event = match (decision.action, page.state) {
            (Action::Assign, PageState::Filed) => PageEvent::Recall,
            (Action::Discard, PageState::Discarded) => PageEvent::Restore,
            (_, state) => {
                let what = format!("page {} is {state}, so the decision about it cannot be undone", page.id);
                return Err(DaemonError::usage(what).with_hint("if it is being filed, try again in a moment"));
            }
        };
        let place: Place = places::unidentified(&page, &batch)?;
        fates.push(Ownership { reason: Some(decision.before.clone()), place: Some(place), ..fate(&page, event) });
    }
    engine.catalogue.undo(decisions[0].together, &fates, engine.now())?;
    engine.bell.ring();
    Ok(decisions[0].page)
}

fn fate(page: &Page, event: PageEvent) -> Ownership {
    Ownership {
        page: page.id,
        run: page.run.unwrap_or(0),
        role: page.role.unwrap_or(Role::Work),
        event: Some(event),
        pupil: None,
        piece: None,
        identified: None,
        reason: None,
        place: None,
    }
}

/// The pages a decision is about: held ones only.
fn held(engine: &Engine, id: PageId, reach: Reach) -> Result<Vec<Page>, DaemonError> {
    let page = engine.catalogue.page(id)?;
    if page.state != PageState::Held {
        let what = format!("page {id} is {}, not held", page.state);
        return Err(DaemonError::usage(what).with_hint("see what is held with: scantrail review list"));
    }
    if reach == Reach::Page || page.run.is_none() {
        return Ok(vec![page]);
    }
    let run = page.run;
    let all = engine.catalogue.pages_in(page.batch)?;
    Ok(all.into_iter().filter(|other| other.run == run && other.state == PageState::Held).collect())
}

/// The piece a run becomes for a pupil: the one it is already, or a new one.
fn piece(
    engine: &Engine,
    batch: &Batch,
    page: &Page,
    pupil: &Pupil,
) -> Result<(PieceRow, Option<PieceRow>), DaemonError> {
    let run = page.run.unwrap_or(0);
    if let Some(piece) = engine.catalogue.piece_of_run(batch.opened.id, run, pupil.id)? {
        return Ok((piece, None));
    }
    let context = understand::context_of(engine, batch)?;
    let piece = understand::new_piece(engine, batch, run, pupil.id, &context, &[])?;
    Ok((piece.clone(), Some(piece)))
}
