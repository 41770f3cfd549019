//! Deletion: what rules say is due, proposals, approvals, legal holds, and the work of removing every trace of a page.
//!
//! A page's files leave as in any move; then everything made from it goes (work files, previews, the file it was taken
//! out of), its rows are emptied, its bag and the register are written anew, and a tombstone stays. Killed at any
//! moment, the next round goes on.

mod certificate;

use crate::api::{
    ApprovalReply, DeletedPage, DeletionAnswer, DeletionReply, DeletionRequest, DueReply, LegalHoldReply, RuleDue,
};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{derive, filing, places, queries, register, retention, waiting};
use scantrail_archive::durable::{self, Access};
use scantrail_catalogue::{APPROVALS, Deletion, DeletionState, LegalHold, NewDeletion, Page};
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::jiff::civil::Date;
use scantrail_core::ports::Clock as _;
use serde_json::json;
use std::collections::BTreeMap;

/// How many deletions are listed, the newest first.
const DELETIONS: u32 = 50;

/// Does what is asked about deletions.
pub(crate) fn answer(engine: &Engine, request: &DeletionRequest) -> Result<DeletionAnswer, DaemonError> {
    Ok(match request {
        DeletionRequest::Due { on } => DeletionAnswer::Due(due(engine, day(engine, on.as_deref())?)?),
        DeletionRequest::ProposeDue { on, rule, account } => {
            DeletionAnswer::One(propose_due(engine, day(engine, on.as_deref())?, rule, account)?)
        }
        DeletionRequest::Propose { pages, pupil, reason, account } => {
            DeletionAnswer::One(propose(engine, pages, pupil.as_deref(), reason, account)?)
        }
        DeletionRequest::Show { deletion } => {
            DeletionAnswer::One(reply(engine, &engine.catalogue.deletion(*deletion)?)?)
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
                carried_out(engine, *deletion)?;
            }
            DeletionAnswer::One(reply(engine, &engine.catalogue.deletion(*deletion)?)?)
        }
        DeletionRequest::Withdraw { deletion } => {
            DeletionAnswer::One(reply(engine, &engine.catalogue.withdraw_deletion(*deletion, engine.now())?)?)
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

/// What the rules say is due on a day: nothing is changed.
fn due(engine: &Engine, on: Date) -> Result<DueReply, DaemonError> {
    let mut rules = Vec::new();
    for (rule, pages) in retention::due(engine, on)? {
        let kept = engine.catalogue.kept_by_hold(&pages)?;
        let pages: Vec<PageId> = pages.into_iter().filter(|page| !kept.contains(page)).collect();
        let mut pupils: BTreeMap<PupilId, u64> = BTreeMap::new();
        for &page in &pages {
            for owner in engine.catalogue.page(page)?.owners {
                *pupils.entry(owner.pupil).or_default() += 1;
            }
        }
        rules.push(RuleDue {
            rule: rule.name.clone(),
            says: retention::sentence(rule),
            pages: pages.iter().map(PageId::to_string).collect(),
            pupils: pupils.len() as u64,
            kept_by_hold: kept.len() as u64,
        });
    }
    Ok(DueReply { on: on.to_string(), rules })
}

fn propose_due(engine: &Engine, on: Date, rule: &str, account: &str) -> Result<DeletionReply, DaemonError> {
    let due = due(engine, on)?;
    let Some(found) = due.rules.into_iter().find(|one| one.rule == rule) else {
        return Err(DaemonError::not_found(format!("there is no retention rule `{rule}`"))
            .with_hint("see which there are with: scantrail retention due"));
    };
    if found.pages.is_empty() {
        return Err(DaemonError::not_found(format!("nothing is due by the rule `{rule}` on {on}")));
    }
    let pages = found.pages.iter().map(|page| queries::page_id(page)).collect::<Result<_, _>>()?;
    let new = NewDeletion {
        rule: found.rule,
        reason: format!("{} Due on {on}.", found.says),
        account: name(account)?.to_owned(),
        pages,
    };
    reply(engine, &engine.catalogue.propose_deletion(&new, engine.now())?)
}

fn propose(
    engine: &Engine,
    pages: &[String],
    pupil: Option<&str>,
    reason: &str,
    account: &str,
) -> Result<DeletionReply, DaemonError> {
    let mut ids = pages.iter().map(|page| queries::page_id(page)).collect::<Result<Vec<_>, _>>()?;
    let mut others = 0;
    if let Some(pupil) = pupil {
        let pupil = queries::find_pupil(engine, pupil)?.id;
        for page in engine.catalogue.pages_owned_by(pupil)? {
            // A group's page is others' work too: it is named alone, or not deleted.
            if page.owners.len() == 1 { ids.push(page.id) } else { others += 1 }
        }
    }
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Err(DaemonError::usage("no page is named").with_hint("name pages, or a pupil with --pupil"));
    }
    let mut reason = because(reason, "a deletion")?;
    if others > 0 {
        reason = format!("{reason} ({others} pages of groups are left: name them to delete them for all)");
    }
    let new = NewDeletion { rule: String::new(), reason, account: name(account)?.to_owned(), pages: ids };
    reply(engine, &engine.catalogue.propose_deletion(&new, engine.now())?)
}

fn reply(engine: &Engine, deletion: &Deletion) -> Result<DeletionReply, DaemonError> {
    let mut pages = Vec::with_capacity(deletion.new.pages.len());
    for &id in &deletion.new.pages {
        let page = engine.catalogue.page(id)?;
        let pupils = page.owners.iter().map(|owner| owner.pupil.to_string()).collect();
        pages.push(DeletedPage {
            page: id.to_string(),
            state: page.state.word().to_owned(),
            received: page.received_at,
            pupils,
        });
    }
    let approvals = deletion.approvals.iter();
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
        files: deletion.files,
        bytes: deletion.bytes,
        pages,
    })
}

/// Waits until a deletion is carried out wholly: files, rows, bags, register.
fn carried_out(engine: &Engine, id: i64) -> Result<(), DaemonError> {
    waiting::until(engine, |engine| Ok(engine.catalogue.deletion(id)?.state == DeletionState::Done))?;
    waiting::at_rest(engine)?;
    while register::write_some(engine)? {}
    engine.catalogue.scrub()?;
    Ok(())
}

/// One round of the filing thread: pages whose files have left are made to vanish, ended deletions are ended. Says
/// whether there was anything to do.
pub(crate) fn round(engine: &Engine) -> Result<bool, DaemonError> {
    let pages = engine.catalogue.pages_deleting()?;
    for page in &pages {
        vanish(engine, page)?;
    }
    let ended = engine.catalogue.deletions_at_their_end()?;
    if pages.is_empty() && ended.is_empty() {
        return Ok(false);
    }
    write_tombstones(engine)?;
    for &id in &ended {
        engine.catalogue.deletion_done(id, engine.now())?;
        tracing::info!(deletion = id, "deletion carried out");
    }
    Ok(true)
}

/// Removes what is left of a page whose places are empty.
fn vanish(engine: &Engine, page: &Page) -> Result<(), DaemonError> {
    derive::erase(engine, page)?;
    // Quarantined bytes and an original that never left the spool lie in no trail.
    durable::remove(&filing::locate(engine, &page.location)?)?;
    if let Some(delivery) = engine.catalogue.delivery_of(page.id)? {
        let folder = engine.layout().private().join("deliveries").join(page.batch.to_string());
        durable::remove_named(&folder, &format!("{delivery}."))?;
    }
    engine.catalogue.page_vanished(page.id, engine.now())?;
    tracing::info!(page_id = %page.id, "page deleted");
    Ok(())
}

/// The tombstones in a file of their own, which backups carry with them.
fn write_tombstones(engine: &Engine) -> Result<(), DaemonError> {
    let mut text = String::new();
    for (seq, stone) in (1..).zip(engine.catalogue.tombstones()?) {
        let rule = match stone.deletion {
            Some(id) => engine.catalogue.deletion(id)?.new.rule,
            None => String::new(),
        };
        let line = json!({
            "seq": seq, "page": stone.page, "capture": stone.capture, "at": stone.at, "deletion": stone.deletion,
            "rule": rule,
        });
        text.push_str(&line.to_string());
        text.push('\n');
    }
    durable::refresh(&engine.layout().tombstones(), text.as_bytes(), Access::Private)?;
    Ok(())
}
