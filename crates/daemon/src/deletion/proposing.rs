//! What rules say is due, and proposals: lists with a number, of which nothing is deleted yet.

use super::{because, name, reply};
use crate::api::{DeletionReply, DueReply, RuleDue};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{queries, retention};
use scantrail_catalogue::NewDeletion;
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::jiff::civil::Date;
use std::collections::BTreeMap;

/// What the rules say is due on a day: nothing is changed.
pub(super) fn due(engine: &Engine, on: Date) -> Result<DueReply, DaemonError> {
    let mut rules = Vec::new();
    for found in retention::due(engine, on)? {
        let kept = engine.catalogue.kept_by_hold(&found.pages)?;
        let pages: Vec<PageId> = found.pages.into_iter().filter(|page| !kept.contains(page)).collect();
        let mut pupils: BTreeMap<PupilId, u64> = BTreeMap::new();
        for &page in &pages {
            for owner in engine.catalogue.page(page)?.owners {
                *pupils.entry(owner.pupil).or_default() += 1;
            }
        }
        rules.push(RuleDue {
            rule: found.rule.name.clone(),
            says: retention::sentence(found.rule),
            pages: pages.iter().map(PageId::to_string).collect(),
            pupils: pupils.len() as u64,
            records: found.pupils.iter().map(PupilId::to_string).collect(),
            kept_by_hold: kept.len() as u64,
        });
    }
    Ok(DueReply { on: on.to_string(), rules })
}

/// Proposes what is due by one rule.
pub(super) fn by_rule(engine: &Engine, on: Date, rule: &str, account: &str) -> Result<DeletionReply, DaemonError> {
    let due = due(engine, on)?;
    let Some(found) = due.rules.into_iter().find(|one| one.rule == rule) else {
        return Err(DaemonError::not_found(format!("there is no retention rule `{rule}`"))
            .with_hint("see which there are with: scantrail retention due"));
    };
    if found.pages.is_empty() && found.records.is_empty() {
        return Err(DaemonError::not_found(format!("nothing is due by the rule `{rule}` on {on}")));
    }
    let pages = found.pages.iter().map(|page| queries::page_id(page)).collect::<Result<_, _>>()?;
    let unsound = || DaemonError::Inside { what: "an unsound pupil id".into(), source: None };
    let pupils = found.records.iter().map(|id| id.parse().map_err(|_| unsound())).collect::<Result<_, _>>()?;
    let new = NewDeletion {
        rule: found.rule,
        reason: format!("{} Due on {on}.", found.says),
        account: name(account)?.to_owned(),
        pages,
        pupils,
    };
    reply(engine, &engine.catalogue.propose_deletion(&new, engine.now())?)
}

/// Proposes pages, or everything in a pupil's trail.
pub(super) fn pages(
    engine: &Engine,
    named: &[String],
    pupil: Option<&str>,
    reason: &str,
    account: &str,
) -> Result<DeletionReply, DaemonError> {
    let mut ids = named.iter().map(|page| queries::page_id(page)).collect::<Result<Vec<_>, _>>()?;
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
    let new =
        NewDeletion { rule: String::new(), reason, account: name(account)?.to_owned(), pages: ids, pupils: vec![] };
    reply(engine, &engine.catalogue.propose_deletion(&new, engine.now())?)
}

/// Proposes a pupil's own record to be erased.
pub(super) fn record(engine: &Engine, pupil: &str, reason: &str, account: &str) -> Result<DeletionReply, DaemonError> {
    let pupil = queries::find_pupil(engine, pupil)?.id;
    let (reason, account) = (because(reason, "erasing a pupil's record")?, name(account)?.to_owned());
    let new = NewDeletion { rule: String::new(), reason, account, pages: vec![], pupils: vec![pupil] };
    reply(engine, &engine.catalogue.propose_deletion(&new, engine.now())?)
}
