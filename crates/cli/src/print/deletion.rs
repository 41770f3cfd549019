//! Deletions, what is due, and legal holds, in words.

use super::tables::columns;
use super::words::{pages, when};
use scantrail_daemon::api::{DeletionReply, DueReply, LegalHoldReply, ProposedWork};
use std::fmt::Write as _;

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
        let records = match rule.records.len() {
            0 => String::new(),
            1 => "; the record of 1 pupil".to_owned(),
            count => format!("; the records of {count} pupils"),
        };
        let pages = pages(rule.pages.len());
        writeln!(text, "{}: {pages} of {} pupils due on {}{records}{kept}", rule.rule, rule.pupils, due.on)
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
    line("proposed", &format!("{} by {}", when(&one.proposed_at), one.proposed_by));
    if !one.rule.is_empty() {
        line("rule", &one.rule);
    }
    line("reason", &one.reason);
    for approval in &one.approvals {
        line("approved", &format!("{} by {}", when(&approval.at), approval.account));
    }
    match (one.state.as_str(), &one.ended_at, &one.withdrawn_by) {
        ("done", Some(at), _) => line("done", &format!("{}: {} files, {} bytes", when(at), one.files, one.bytes)),
        (_, Some(at), Some(by)) => line("withdrawn", &format!("{} by {by}", when(at))),
        (_, Some(at), None) => line("ended", &when(at)),
        _ => {}
    }
    for pupil in &one.records {
        line("record", &format!("of pupil {pupil}: name, date of birth, numbers, classes"));
    }
    for hold in &one.kept_by {
        let since = hold.since.get(..10).unwrap_or(&hold.since);
        line("kept by", &format!("legal hold {} of {} since {since}: {}", hold.hold, hold.account, hold.reason));
    }
    line("pages", &one.pages.len().to_string());
    for page in &one.pages {
        let said = page.work.as_ref().map_or_else(|| page.pupils.join(" "), what_it_is);
        let gap = if said.is_empty() { "" } else { "  " };
        writeln!(text, "  {}  {}  came in {}{gap}{said}", page.page, page.state, when(&page.received))
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
            "All of it is gone from this data folder. What was handed on or printed is not; traces may stay on flash \
             storage: encrypt the whole disk."
        ),
        _ => Ok(()),
    }
    .expect("a string takes everything");
    done(one, &mut text);
    text
}

/// Whose it is and what, for whoever is to approve.
fn what_it_is(work: &ProposedWork) -> String {
    let whose: Vec<String> = work.pupils.iter().map(|pupil| format!("{} ({})", pupil.name, pupil.id)).collect();
    let what = [work.date.as_str(), &work.subject, &work.title];
    let what: Vec<&str> = what.into_iter().filter(|word| !word.is_empty()).collect();
    format!("{}: {}", whose.join(", "), what.join(", "))
}

/// Where something of it may still be.
fn done(one: &DeletionReply, text: &mut String) {
    let mut line = |words: std::fmt::Arguments<'_>| writeln!(text, "{words}").expect("a string takes everything");
    for folder in &one.backups {
        let day = |at: &str| at.get(..10).unwrap_or(at).to_owned();
        match (&folder.heard_at, &folder.gone_at) {
            (None, Some(at)) => line(format_args!("backup {}: said to be gone for good on {}", folder.place, day(at))),
            (Some(at), _) => line(format_args!("backup {}: carried out there on {}", folder.place, day(at))),
            (None, None) => line(format_args!(
                "backup {}: NOT YET, it was last there on {}; with its disk in: scantrail backup {} --tombstones-only",
                folder.place,
                day(&folder.last_there),
                folder.place
            )),
        }
    }
    if one.scrub_due {
        line(format_args!(
            "deleted text is still in the free space of the catalogue: it leaves by itself, a little later"
        ));
    }
}

fn what(one: &DeletionReply) -> String {
    match (one.pages.len(), one.records.len()) {
        (count, 0) => pages(count),
        (0, 1) => "1 pupil's record".to_owned(),
        (0, count) => format!("{count} pupils' records"),
        (count, records) => format!("{}, {records} pupils' records", pages(count)),
    }
}

pub(crate) fn list(list: &[DeletionReply]) -> String {
    if list.is_empty() {
        return "nothing was proposed\n".to_owned();
    }
    let row = |one: &DeletionReply| {
        vec![one.deletion.to_string(), one.state.clone(), when(&one.proposed_at), what(one), one.reason.clone()]
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
