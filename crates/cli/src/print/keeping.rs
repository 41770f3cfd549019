//! Answers about packs and backups.

use super::{out, out_json, show, words};
use crate::args::Args;
use anyhow::Result;
use scantrail_daemon::api::{BackupReply, ImportPackReply, RestoreReply, SnapshotReply, TriedReply};
use scantrail_daemon::hand_over::HandedOver;
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// A pack that was handed over. A passphrase that was made up is told here, once, and nowhere else.
pub(crate) fn handed_over(args: &Args, handed: &HandedOver, made_up: Option<&str>) -> Result<()> {
    if args.json {
        let mut value = serde_json::to_value(handed)?;
        value["passphrase"] = json!(made_up);
        return out_json(&value);
    }
    let pages = &handed.pack.receipt.pages;
    let mut text = format!("{}, {}\n", words::pages(pages.len()), megabytes(handed.pack.bytes));
    let changed = pages.iter().filter(|page| page.captured_sha256.is_some()).count();
    if changed > 0 {
        writeln!(
            text,
            "{} without the place where it was taken",
            words::count(changed as u64, "capture went", "captures went")
        )?;
    }
    let shared = pages.iter().filter(|page| page.shared).count();
    if shared > 0 {
        writeln!(
            text,
            "{} made with others, who can be seen there: --without-shared leaves that out",
            words::count(shared as u64, "page was", "pages were")
        )?;
    }
    for left in &handed.pack.left_out {
        writeln!(text, "not in it: page {}: {}", left.page, left.why)?;
    }
    writeln!(text, "{}", handed.path.display())?;
    writeln!(text, "receipt {}", handed.receipts[1].display())?;
    if let Some(why) = &handed.not_noted {
        writeln!(text, "warning: it is whole, but the school's record still says that it was only begun: {why}")?;
    }
    if let Some(passphrase) = made_up {
        writeln!(text, "passphrase {passphrase}\n(it is kept nowhere; tell it by another way than the file)")?;
    }
    out(&text)
}

/// A pack that was opened.
pub(crate) fn opened(args: &Args, folder: &Path) -> Result<()> {
    show(args, &json!({"folder": folder}), |_| format!("{}\n", folder.display()))
}

/// Damaged files that are named: a disk that lost a folder would drown what else there is to say.
const NAMED: usize = 20;

/// A backup that was made.
pub(crate) fn backed_up(reply: &BackupReply) -> String {
    if reply.snapshot.is_empty() {
        let mut text = format!("what was deleted is carried out in {}\n", reply.place.display());
        tell(reply, &mut text);
        return text;
    }
    let mut text = format!(
        "{}: {} files, {}; written and read again there, lists of them included: {} files, {}\n",
        reply.snapshot,
        reply.files,
        megabytes(reply.bytes),
        reply.copied_files,
        megabytes(reply.copied_bytes)
    );
    tell(reply, &mut text);
    text
}

/// What became of snapshots and files, and what a person should know.
fn tell(reply: &BackupReply, text: &mut String) {
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    for name in &reply.purged {
        line(format!("what was deleted since was taken out of: {name}"));
    }
    for name in &reply.removed {
        line(format!("removed: {name}"));
    }
    for path in reply.damaged.iter().take(NAMED) {
        line(format!("damaged here and not in it: {path}"));
    }
    if reply.damaged.len() > NAMED {
        line(format!("and {} more; all of them: scantrail verify", reply.damaged.len() - NAMED));
    }
    for warning in &reply.warnings {
        line(format!("warning: {warning}"));
    }
}

/// The snapshots of a backup.
pub(crate) fn snapshots(args: &Args, snapshots: &[SnapshotReply]) -> Result<()> {
    if args.json {
        return out_json(&snapshots);
    }
    let mut text = String::new();
    for one in snapshots {
        let trouble = one.trouble.as_ref().map(|why| format!("  {why}")).unwrap_or_default();
        let still = match one.deleted_since {
            0 => String::new(),
            count => format!("  still has {count} pages or records that were deleted: the next backup takes them out"),
        };
        writeln!(text, "{}  {} files, {}{still}{trouble}", one.name, one.files, megabytes(one.bytes))?;
    }
    if snapshots.is_empty() {
        text.push_str("there is no snapshot yet\n");
    }
    out(&text)
}

/// A restore, or a look at whether it could be done.
pub(crate) fn restored(args: &Args, reply: &RestoreReply) -> Result<()> {
    show(args, reply, |reply| {
        let sum = format!("{}: {} files, {}", reply.snapshot, reply.files, megabytes(reply.bytes));
        let mut text = match &reply.into {
            Some(into) => format!("{sum}, restored into {}\n", into.display()),
            None => format!("{sum}, every byte sound; nothing was restored\n"),
        };
        if reply.into.is_none() && !reply.damaged.is_empty() {
            text = format!("{sum} are sound; nothing was restored\n");
        }
        let mut line = |words: String| {
            text.push_str(&words);
            text.push('\n');
        };
        for path in &reply.damaged {
            line(format!("damaged in the backup: {path}"));
        }
        if let Some(into) = reply.into.as_ref().filter(|_| reply.tombstones > 0) {
            let pages = words::count(reply.tombstones, "page was", "pages were");
            line(format!("{pages} deleted since, and will be again before {} is served", into.display()));
        }
        text
    })
}

/// A restore that was tried.
pub(crate) fn tried(args: &Args, reply: &TriedReply) -> Result<()> {
    show(args, reply, |reply| {
        let mut text = format!("{}: {} files, {} came back", reply.snapshot, reply.files, megabytes(reply.bytes));
        text.push_str(if reply.problems.is_empty() { " and are what they were\n" } else { "\n" });
        for problem in &reply.problems {
            text.push_str("problem: ");
            text.push_str(problem);
            text.push('\n');
        }
        text.push_str(if reply.noted { "noted; the copy is removed\n" } else { "not noted; the copy is removed\n" });
        text
    })
}

/// A pack that came, or would come.
pub(crate) fn came(reply: &ImportPackReply) -> String {
    let mut text = String::new();
    let from = [&reply.school, &reply.name].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
    let for_whom = reply.pupil.as_ref().map(|pupil| format!("for {} ({})", pupil.name, pupil.id));
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    line(format!("from: {}", if from.is_empty() { "it does not say" } else { &from }));
    for piece in &reply.pieces {
        let told = [&piece.date, &piece.subject, &piece.title].into_iter().filter(|part| !part.is_empty());
        let told = told.map(String::as_str).collect::<Vec<_>>().join(" · ");
        let known = if piece.known > 0 { format!(", {} here already", piece.known) } else { String::new() };
        line(format!("{told}  {} files{known}", piece.files));
    }
    for left in &reply.left_out {
        line(format!("not taken in: {}: {}", left.page, left.why));
    }
    match (for_whom, reply.batches.is_empty()) {
        (Some(whom), false) => line(format!("taken in {whom}")),
        (_, true) => line("nothing was taken in".to_owned()),
        (None, false) => {}
    }
    text
}
