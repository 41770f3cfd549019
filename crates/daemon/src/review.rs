//! The queue of holds, asked for and answered; decisions themselves are in [`crate::decide`].

use crate::api::{DecisionLine, DecisionReply, HandedOn, ReachWord, Report, ReviewAnswer, ReviewRequest, SeenOn};
use crate::decide::{self, Reach};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::queries;
use crate::waiting::{at_rest, wait};
use scantrail_core::ids::{PageId, PupilId};

/// Does what is asked of the queue.
pub(crate) fn answer(
    engine: &Engine,
    request: &ReviewRequest,
    report: &mut dyn Report,
) -> Result<ReviewAnswer, DaemonError> {
    let id = match request {
        ReviewRequest::List => {
            let held = engine.catalogue.held_pages()?;
            return Ok(ReviewAnswer::List(
                held.iter().map(|page| queries::hold(engine, page)).collect::<Result<_, _>>()?,
            ));
        }
        ReviewRequest::Show { page } => {
            let page = engine.catalogue.page(queries::page_id(page)?)?;
            return Ok(ReviewAnswer::One(Box::new(queries::hold(engine, &page)?)));
        }
        ReviewRequest::Decisions { limit } => {
            let decisions = engine.catalogue.recent_decisions(*limit)?;
            return Ok(ReviewAnswer::Decisions(decisions.iter().map(line).collect()));
        }
        ReviewRequest::Assign { pages, pupils, reach: how_far, reason } => {
            decide::assign(engine, &page_ids(pages)?, &pupil_ids(engine, pupils)?, reach(*how_far), reason)?
        }
        ReviewRequest::Move { pages, pupils, reason } => {
            decide::move_to(engine, &page_ids(pages)?, &pupil_ids(engine, pupils)?, reason)?
        }
        ReviewRequest::Discard { pages, reach: how_far, reason } => {
            decide::discard(engine, &page_ids(pages)?, reach(*how_far), reason)?
        }
        ReviewRequest::Recall { pages, reach: how_far, reason } => {
            decide::recall(engine, &page_ids(pages)?, reach(*how_far), reason)?
        }
        ReviewRequest::Name { sheet, pupil, reason } => {
            let pupil = queries::find_pupil(engine, pupil)?;
            let sheet = match sheet.parse() {
                Ok(sheet) => sheet,
                Err(_) => decide::unnamed_cover_of(engine, queries::page_id(sheet)?)?,
            };
            decide::name(engine, sheet, pupil.id, reason)?
        }
        ReviewRequest::Undo { decision } => {
            let last = engine.catalogue.recent_decisions(u32::MAX)?.into_iter().find(|d| d.undone_at.is_none());
            let id = decision.or(last.map(|decision| decision.id));
            let id = id.ok_or_else(|| DaemonError::not_found("there is no decision to undo"))?;
            decide::undo(engine, id)?;
            id
        }
    };
    decided(engine, id, report)
}

pub(crate) fn page_ids(texts: &[String]) -> Result<Vec<PageId>, DaemonError> {
    texts.iter().map(|text| queries::page_id(text)).collect()
}

pub(crate) fn pupil_ids(engine: &Engine, texts: &[String]) -> Result<Vec<PupilId>, DaemonError> {
    texts.iter().map(|text| Ok(queries::find_pupil(engine, text)?.id)).collect()
}

fn reach(word: ReachWord) -> Reach {
    match word {
        ReachWord::Page => Reach::Page,
        ReachWord::Run => Reach::Run,
    }
}

fn line(decision: &scantrail_catalogue::Decision) -> DecisionLine {
    DecisionLine {
        decision: decision.id,
        at: decision.at.clone(),
        kind: decision.kind.clone(),
        batch: decision.batch.map(|id| id.to_string()),
        reason: decision.reason.clone(),
        undone_at: decision.undone_at.clone(),
        pages: decision.pages.iter().map(PageId::to_string).collect(),
    }
}

/// Waits until a decision's files are at their places, and shows the pages as they are then.
pub(crate) fn decided(engine: &Engine, id: i64, report: &mut dyn Report) -> Result<ReviewAnswer, DaemonError> {
    let decision = engine.catalogue.decision(id)?;
    wait(engine, report, |engine| {
        let unsettled = engine.catalogue.unsettled_pages()?;
        let under_way = decision.pages.iter().filter(|page| unsettled.contains(page)).count() as u64;
        Ok((decision.pages.len() as u64 - under_way, decision.pages.len() as u64))
    })?;
    at_rest(engine)?;
    let mut pages = Vec::with_capacity(decision.pages.len());
    for page in &decision.pages {
        pages.push(queries::page_reply(engine, &engine.catalogue.page(*page)?)?);
    }
    let (mut handed_on, mut seen) = (Vec::new(), Vec::new());
    if decision.kind == "move" {
        for page in &decision.pages {
            let looks = engine.catalogue.looks_at(*page)?.into_iter();
            seen.extend(looks.map(|(day, how)| SeenOn { page: page.to_string(), day, how: how.word().to_owned() }));
            handed_on.extend(engine.catalogue.exports_of_page(*page)?.into_iter().map(|export| HandedOn {
                page: page.to_string(),
                at: export.at,
                to: export.to_whom,
                pupil: export.pupil.to_string(),
                certain: export.ended_at.is_some(),
            }));
        }
    }
    Ok(ReviewAnswer::Decision(DecisionReply {
        handed_on,
        seen,
        decision: id,
        kind: decision.kind,
        undone: decision.undone_at.is_some(),
        pages,
    }))
}
