//! Deletion: what rules say is due, proposals, approvals, legal holds, and the work of removing every trace of a page or of
//! a pupil's own record.
//!
//! A page's files leave as in any move; then everything made from it goes (work files, previews, the file it was taken
//! out of), its rows are emptied, its bag and the register are written anew, and a tombstone stays. Killed at any
//! moment, the next round goes on.

mod carrying;
mod certificate;
mod proposing;

pub(crate) use carrying::{round, scrub};

use crate::api::{
    ApprovalReply, DeletedPage, DeletionAnswer, DeletionReply, DeletionRequest, LegalHoldReply, ProposedWork,
};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{backup, places, queries};
use scantrail_catalogue::{APPROVALS, Deletion, DeletionState, LegalHold, Page};
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::civil::Date;
use scantrail_core::ports::Clock as _;

/// How many deletions are listed, the newest first.
const DELETIONS: u32 = 50;

/// Does what is asked about deletions.
pub(crate) fn answer(engine: &Engine, request: &DeletionRequest) -> Result<DeletionAnswer, DaemonError> {
    Ok(match request {
        DeletionRequest::Due { on } => DeletionAnswer::Due(proposing::due(engine, day(engine, on.as_deref())?)?),
        DeletionRequest::ProposeDue { on, rule, account } => {
            DeletionAnswer::One(Box::new(proposing::by_rule(engine, day(engine, on.as_deref())?, rule, account)?))
        }
        DeletionRequest::Propose { pages, pupil, reason, account } => {
            DeletionAnswer::One(Box::new(proposing::pages(engine, pages, pupil.as_deref(), reason, account)?))
        }
        DeletionRequest::ProposeRecord { pupil, reason, account } => {
            DeletionAnswer::One(Box::new(proposing::record(engine, pupil, reason, account)?))
        }
        DeletionRequest::Show { deletion } => {
            DeletionAnswer::One(Box::new(reply(engine, &engine.catalogue.deletion(*deletion)?)?))
        }
        DeletionRequest::Certificate { deletion } => DeletionAnswer::Certificate(certificate::of(
            engine,
            &reply(engine, &engine.catalogue.deletion(*deletion)?)?,
        )?),
        DeletionRequest::List => {
            let list = engine.catalogue.deletions(DELETIONS)?;
            DeletionAnswer::List(list.iter().map(|one| reply(engine, one)).collect::<Result<_, _>>()?)
        }
        DeletionRequest::Approve { deletion, account } => {
            let found = engine.catalogue.approve_deletion(*deletion, name(account)?, engine.now())?;
            engine.bell.ring();
            if found.state == DeletionState::Approved {
                carrying::carried_out(engine, *deletion)?;
            }
            DeletionAnswer::One(Box::new(reply(engine, &engine.catalogue.deletion(*deletion)?)?))
        }
        DeletionRequest::Withdraw { deletion, account } => {
            let withdrawn = engine.catalogue.withdraw_deletion(*deletion, name(account)?, engine.now())?;
            DeletionAnswer::One(Box::new(reply(engine, &withdrawn)?))
        }
        DeletionRequest::Hold { pupil, page, reason, account } => {
            let pupil = pupil.as_deref().map(|text| queries::find_pupil(engine, text)).transpose()?;
            let page = page.as_deref().map(queries::page_id).transpose()?;
            if let Some(page) = page {
                engine.catalogue.page(page)?;
            }
            if pupil.is_none() && page.is_none() {
                return Err(DaemonError::usage("say what is to be kept: a pupil or a page"));
            }
            let hold = LegalHold {
                id: 0,
                at: String::new(),
                pupil: pupil.map(|pupil| pupil.id),
                page,
                reason: because(reason, "a legal hold")?,
                account: name(account)?.to_owned(),
                lifted_at: None,
                lifted_by: None,
                lifted_for: None,
            };
            engine.catalogue.put_legal_hold(&hold, engine.now())?;
            DeletionAnswer::Holds(holds(engine)?)
        }
        DeletionRequest::Lift { hold, reason, account } => {
            let reason = because(reason, "lifting a legal hold")?;
            engine.catalogue.lift_legal_hold(*hold, name(account)?, &reason, engine.now())?;
            DeletionAnswer::Holds(holds(engine)?)
        }
        DeletionRequest::Holds => DeletionAnswer::Holds(holds(engine)?),
    })
}

fn day(engine: &Engine, typed: Option<&str>) -> Result<Date, DaemonError> {
    typed.map_or_else(|| Ok(engine.clock.today()), places::typed_date)
}

/// Who it is, as they call themselves.
fn name(account: &str) -> Result<&str, DaemonError> {
    let account = account.trim();
    if account.is_empty() {
        return Err(DaemonError::usage("nobody is named").with_hint("say who you are: --as NAME"));
    }
    Ok(account)
}

fn because(reason: &str, what: &str) -> Result<String, DaemonError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(DaemonError::usage(format!("{what} needs a reason")).with_hint("say why: --reason TEXT"));
    }
    Ok(reason.to_owned())
}

fn holds(engine: &Engine) -> Result<Vec<LegalHoldReply>, DaemonError> {
    let reply = |hold: LegalHold| {
        let pupil = hold.pupil.map(|id| engine.catalogue.pupil(id).map(|p| queries::pupil_reply(&p))).transpose()?;
        Ok(LegalHoldReply {
            hold: hold.id,
            since: hold.at,
            pupil,
            page: hold.page.map(|page| page.to_string()),
            reason: hold.reason,
            account: hold.account,
            lifted_at: hold.lifted_at,
            lifted_by: hold.lifted_by,
            lifted_for: hold.lifted_for,
        })
    };
    engine.catalogue.legal_holds()?.into_iter().map(reply).collect()
}

/// What somebody who is to approve should know of a page while that is open; none if it is nobody's.
fn work(engine: &Engine, page: &Page) -> Result<Option<ProposedWork>, DaemonError> {
    if page.owners.is_empty() {
        return Ok(None);
    }
    let whose = page.owners.iter().map(|owner| Ok(queries::pupil_reply(&engine.catalogue.pupil(owner.pupil)?)));
    let pupils = whose.collect::<Result<_, DaemonError>>()?;
    let work = if let Some(piece) = page.piece() {
        let piece = engine.catalogue.piece(piece)?;
        ProposedWork { pupils, date: piece.work_date, subject: piece.subject, title: piece.title }
    } else {
        // A cover, and what came with it.
        let title = page.role.map_or_else(String::new, |role| role.word().to_owned());
        ProposedWork { pupils, date: String::new(), subject: String::new(), title }
    };
    Ok(Some(work))
}

fn reply(engine: &Engine, deletion: &Deletion) -> Result<DeletionReply, DaemonError> {
    let open = matches!(deletion.state, DeletionState::Proposed);
    let mut pages = Vec::with_capacity(deletion.new.pages.len());
    for &id in &deletion.new.pages {
        let page = engine.catalogue.page(id)?;
        let pupils = page.owners.iter().map(|owner| owner.pupil.to_string()).collect();
        let work = if open { work(engine, &page)? } else { None };
        pages.push(DeletedPage {
            page: id.to_string(),
            state: page.state.word().to_owned(),
            received: page.received_at,
            pupils,
            work,
        });
    }
    let approvals = deletion.approvals.iter();
    let kept_by = if open {
        let keeping = engine.catalogue.holds_keeping(&deletion.new.pages, &deletion.new.pupils)?;
        holds(engine)?.into_iter().filter(|hold| keeping.contains(&hold.hold)).collect()
    } else {
        Vec::new()
    };
    let done_at = deletion.ended_at.as_deref().filter(|_| deletion.state == DeletionState::Done);
    let backups = done_at.map(|at| backup::by_deletion(engine, deletion.id, at)).transpose()?.unwrap_or_default();
    Ok(DeletionReply {
        deletion: deletion.id,
        state: deletion.state.word().to_owned(),
        proposed_at: deletion.at.clone(),
        proposed_by: deletion.new.account.clone(),
        rule: deletion.new.rule.clone(),
        reason: deletion.new.reason.clone(),
        approvals: approvals.map(|(by, at)| ApprovalReply { account: by.clone(), at: at.clone() }).collect(),
        approvals_needed: APPROVALS as u64,
        ended_at: deletion.ended_at.clone(),
        withdrawn_by: deletion.withdrawn_by.clone(),
        files: deletion.files,
        bytes: deletion.bytes,
        pages,
        records: deletion.new.pupils.iter().map(PupilId::to_string).collect(),
        kept_by,
        backups,
        scrub_due: done_at.is_some() && engine.catalogue.is_scrub_due()?,
    })
}
