//! Answers that are lists and sums.

use super::words::{count, when};
use scantrail_daemon::api::{
    BatchReply, CountsReply, DecisionLine, QueueReply, RebuildReply, ReconcileReply, StatusReply, TroubleReply,
    VerifyReply,
};
use std::fmt::Write as _;

/// Lines of columns, each as wide as its widest cell.
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            let pad = width(at).saturating_sub(cell.chars().count());
            line.push_str(cell);
            line.push_str(&" ".repeat(pad + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Where pages are, as a sum in words.
pub(crate) fn sum(counts: &CountsReply) -> String {
    let parts = [
        (counts.filed, "filed"),
        (counts.covers, "covers"),
        (counts.control, "control sheets"),
        (counts.held, "held"),
        (counts.discarded, "discarded"),
        (counts.quarantined, "quarantined"),
        (counts.deleted, "deleted"),
        (counts.filing, "being filed"),
        (counts.waiting, "waiting"),
    ];
    let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let parts = if parts.is_empty() { "nothing".to_owned() } else { parts.join(" + ") };
    format!("{} captured = {parts}", counts.captured)
}

pub(crate) fn batches(batches: &[BatchReply]) -> String {
    if batches.is_empty() {
        return "nothing has come in yet\n".to_owned();
    }
    let mut rows = Vec::with_capacity(batches.len());
    for batch in batches {
        rows.push(vec![
            batch.id.clone(),
            when(&batch.opened_at),
            batch.source_kind.clone(),
            batch.state.clone(),
            sum(&batch.counts),
        ]);
    }
    let mut text = columns(&rows);
    for batch in batches {
        for alarm in &batch.alarms {
            writeln!(text, "{}: {alarm}", batch.id).expect("a string takes everything");
        }
        if let Some(twins) = super::pages::twins(batch) {
            writeln!(text, "{}: {twins}", batch.id).expect("a string takes everything");
        }
        if let Some(trouble) = &batch.trouble {
            writeln!(text, "{}: interrupted: {trouble}", batch.id).expect("a string takes everything");
        }
    }
    text
}

pub(crate) fn decisions(decisions: &[DecisionLine]) -> String {
    if decisions.is_empty() {
        return "nothing was decided yet\n".to_owned();
    }
    let rows: Vec<Vec<String>> = decisions
        .iter()
        .map(|decision| {
            vec![
                decision.decision.to_string(),
                when(&decision.at),
                decision.kind.clone(),
                decision.batch.as_ref().map(|batch| format!("batch {batch}")).unwrap_or_default(),
                super::words::pages(decision.pages.len()),
                if decision.undone_at.is_some() { "taken back".to_owned() } else { String::new() },
                decision.reason.clone(),
            ]
        })
        .collect();
    columns(&rows)
}

pub(crate) fn reconciled(found: &ReconcileReply) -> String {
    let mut text = format!(
        "{}: {} expected = {} received + {} held + {} missing + {} absent\n",
        found.title, found.expected, found.received, found.held, found.missing, found.absent
    );
    if found.held_for_nobody > 0 {
        let pages = count(found.held_for_nobody, "page waits that is", "pages wait that are");
        writeln!(text, "{pages} proposed to none of them").expect("a string takes everything");
    }
    let rows: Vec<Vec<String>> = found
        .pupils
        .iter()
        .map(|line| {
            vec![
                line.state.clone(),
                line.pupil.name.clone(),
                line.pupil.id.clone(),
                format!("{}, {}", count(line.pieces, "piece", "pieces"), count(line.pages, "page", "pages")),
                if line.held > 0 { format!("{} held", line.held) } else { String::new() },
            ]
        })
        .collect();
    text.push_str(&columns(&rows));
    text
}

/// Problems line by line, and the verdict on them.
pub(super) fn problems(found: &[String]) -> (String, String) {
    let text = found.iter().map(|problem| format!("{problem}\n")).collect::<Vec<_>>().concat();
    let verdict = match found.len() {
        0 => "clean".to_owned(),
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    };
    (text, verdict)
}

/// What kept checkpoints say of the log.
pub(super) fn confirmed(sentences: &[String], text: &mut String) {
    for sentence in sentences {
        writeln!(text, "confirmed: {sentence}").expect("a string takes everything");
    }
}

pub(crate) fn verified(found: &VerifyReply) -> String {
    let (mut text, verdict) = problems(&found.problems);
    let VerifyReply { files, bags, bytes, events, checkpoints, .. } = found;
    confirmed(&found.confirmed, &mut text);
    let log =
        format!("{} against {}", count(*events, "event", "events"), count(*checkpoints, "checkpoint", "checkpoints"));
    let (files, bags) = (count(*files, "file", "files"), count(*bags, "bag", "bags"));
    writeln!(text, "{files} in {bags}, {bytes} bytes; {log}: {verdict}").expect("a string takes everything");
    text
}

pub(crate) fn status(status: &StatusReply) -> String {
    let daemon = match (&status.web, status.daemon) {
        (Some(web), _) => format!("running, {web}"),
        (None, true) => "running".to_owned(),
        (None, false) => "not running".to_owned(),
    };
    let rows = [
        ("school", status.school.clone()),
        ("data", status.data.display().to_string()),
        ("daemon", daemon),
        ("pupils", status.pupils.to_string()),
        ("batches", status.batches.to_string()),
        ("pages", sum(&status.pages)),
        ("on their way", on_their_way(&status.queue)),
        ("checkpoint", super::ledger::standing(&status.ledger)),
        ("free disk", format!("{:.1} GB", status.free_bytes as f64 / 1e9)),
        ("last backup", ago(&status.backup.last_good_words, status.backup.late, "backup")),
        ("restore tried", ago(&status.backup.last_test_words, status.backup.test_late, "restore --test")),
    ];
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    let mut text = columns(&rows);
    for one in &status.backup.unheard {
        let deletions = one.deletions.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        writeln!(
            text,
            "deletion {deletions} has not reached the backup in {}, last there on {}: back up to it, or, if its disk is \
             gone for good: scantrail backup --gone {}",
            one.place,
            one.last_there.get(..10).unwrap_or(&one.last_there),
            one.id
        )
        .expect("a string takes everything");
    }
    if let Some(trouble) = &status.trouble {
        let TroubleReply { what, hint } = trouble;
        writeln!(text, "TROUBLE: {what}\n  to do: {hint}").expect("a string takes everything");
    }
    if !status.open_batches.is_empty() {
        text.push_str("not finished yet:\n");
        text.push_str(&batches(&status.open_batches));
    }
    text
}

/// How long ago, and whether that is too long.
fn ago(words: &str, late: bool, how: &str) -> String {
    if late {
        format!("{words} (too long ago)").replace("never (too long ago)", &format!("never: see `scantrail {how}`"))
    } else {
        words.to_owned()
    }
}

fn on_their_way(queue: &QueueReply) -> String {
    match crate::progress::on_their_way(queue).trim_start_matches("; ") {
        "" => "none".to_owned(),
        some => some.to_owned(),
    }
}

pub(crate) fn rebuilt(built: &RebuildReply) -> String {
    let mut text = String::new();
    for note in &built.notes {
        writeln!(text, "note: {note}").expect("a string takes everything");
    }
    let would = if built.dry_run { "would be" } else { "was" };
    writeln!(
        text,
        "the catalogue {would} built from {} with {} and {}, and {} of the register: {} in folders",
        count(built.trails, "folder", "folders"),
        count(built.bags, "year", "years"),
        count(built.files, "file", "files"),
        count(built.rows, "row", "rows"),
        count(built.pages, "page", "pages")
    )
    .expect("a string takes everything");
    let more = [
        (built.otherwise, "as the folder tells, and otherwise than the register"),
        (built.salvaged, "from the record beside them alone"),
        (built.adrift, "were on their way, and are understood again"),
    ];
    for (pages, what) in more.iter().filter(|(pages, _)| *pages > 0) {
        writeln!(text, "{pages} of them {what}").expect("a string takes everything");
    }
    if let Some(old) = &built.set_aside {
        writeln!(text, "the old one is kept as {}", old.display()).expect("a string takes everything");
    }
    if !built.dry_run {
        text.push_str("next: scantrail verify\n");
    }
    text
}
