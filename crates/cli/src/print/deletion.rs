//! Deletions, what is due, and legal holds, in words.

use super::tables::columns;
use scantrail_daemon::api::{DeletionReply, DueReply, LegalHoldReply};
use std::fmt::Write as _;

fn pages(count: usize) -> String {
    if count == 1 { "1 page".to_owned() } else { format!("{count} pages") }
}

pub(crate) fn due(due: &DueReply) -> String {
    if due.rules.is_empty() {
        return "there are no retention rules: see [[retention]] in the configuration\n".to_owned();
    }
    let mut text = String::new();
    for rule in &due.rules {
        let kept = match rule.kept_by_hold {
            0 => String::new(),
            kept => format!("; a legal hold keeps {kept} more"),
        };
        writeln!(text, "{}: {} of {} pupils due on {}{kept}", rule.rule, pages(rule.pages.len()), rule.pupils, due.on)
            .expect("a string takes everything");
        writeln!(text, "  {}", rule.says).expect("a string takes everything");
    }
    text.push_str("nothing is deleted by this; next: scantrail retention propose RULE --as NAME\n");
    text
}

pub(crate) fn one(one: &DeletionReply) -> String {
    let mut text = String::new();
    let mut line = |what: &str, value: &str| writeln!(text, "{what:<12}{value}").expect("a string takes everything");
    line("deletion", &format!("{}, {}", one.deletion, one.state));
    line("proposed", &format!("{} by {}", one.proposed_at, one.proposed_by));
    if !one.rule.is_empty() {
        line("rule", &one.rule);
    }
    line("reason", &one.reason);
    for approval in &one.approvals {
        line("approved", &format!("{} by {}", approval.at, approval.account));
    }
    match (one.state.as_str(), &one.ended_at) {
        ("done", Some(at)) => line("done", &format!("{at}: {} files, {} bytes", one.files, one.bytes)),
        (_, Some(at)) => line("ended", at),
        _ => {}
    }
    line("pages", &one.pages.len().to_string());
    for page in &one.pages {
        let whose = if page.pupils.is_empty() { String::new() } else { format!("  {}", page.pupils.join(" ")) };
        writeln!(text, "  {}  {}  came in {}{whose}", page.page, page.state, page.received)
            .expect("a string takes everything");
    }
    match one.state.as_str() {
        "proposed" => {
            let missing = one.approvals_needed.saturating_sub(one.approvals.len() as u64);
            let people = if missing == 1 { "1 more person".to_owned() } else { format!("{missing} people") };
            writeln!(text, "{people} must approve: scantrail delete approve {} --as NAME", one.deletion)
        }
        "done" => writeln!(
            text,
            "Files, copies, words and records of these pages are gone from this data folder. Copies that were handed on, \
             printed or backed up elsewhere are not; traces may stay on flash storage: encrypt the whole disk. So that no \
             backup brings them back: scantrail backup DEST --tombstones-only"
        ),
        _ => Ok(()),
    }
    .expect("a string takes everything");
    text
}

pub(crate) fn list(list: &[DeletionReply]) -> String {
    if list.is_empty() {
        return "nothing was proposed\n".to_owned();
    }
    let row = |one: &DeletionReply| {
        vec![
            one.deletion.to_string(),
            one.state.clone(),
            one.proposed_at.clone(),
            pages(one.pages.len()),
            one.reason.clone(),
        ]
    };
    columns(&list.iter().map(row).collect::<Vec<_>>())
}

pub(crate) fn holds(holds: &[LegalHoldReply]) -> String {
    if holds.is_empty() {
        return "there are no legal holds\n".to_owned();
    }
    let row = |hold: &LegalHoldReply| {
        let what = match (&hold.pupil, &hold.page) {
            (Some(pupil), _) => format!("{} ({})", pupil.name, pupil.id),
            (None, Some(page)) => format!("page {page}"),
            (None, None) => String::new(),
        };
        let until = match (&hold.lifted_at, &hold.lifted_by, &hold.lifted_for) {
            (Some(at), Some(by), Some(why)) => format!("lifted {at} by {by}: {why}"),
            (Some(at), ..) => format!("lifted {at}"),
            (None, ..) => "stands".to_owned(),
        };
        vec![hold.hold.to_string(), what, format!("since {} by {}: {}", hold.since, hold.account, hold.reason), until]
    };
    columns(&holds.iter().map(row).collect::<Vec<_>>())
}
