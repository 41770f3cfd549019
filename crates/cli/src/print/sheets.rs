//! What became of sheets: printed, listed, explained, scored.

use super::{out, out_json};
use crate::args::Args;
use anyhow::Result;
use scantrail_daemon::Scored;
use scantrail_daemon::api::{PrintedFor, SheetLine, SheetStory, SheetsReply};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;

fn count(n: u32, one: &str, many: &str) -> String {
    super::words::count(n.into(), one, many)
}

/// A PDF was written, or would be.
pub(crate) fn printed(args: &Args, reply: &SheetsReply, file: Option<&Path>) -> Result<()> {
    if args.json {
        let SheetsReply { sheets, pages, pupils, warnings, .. } = reply;
        return out_json(&json!({
            "sheets": sheets, "file": file, "pages": pages, "pupils": pupils, "warnings": warnings,
        }));
    }
    for warning in &reply.warnings {
        eprintln_warning(&warning.words());
    }
    let sheets = count(reply.sheets, "sheet", "sheets");
    let Some(file) = file else {
        let mut text = format!("{sheets} on {}; nothing was written\n", count(reply.pages, "page", "pages"));
        for PrintedFor { id, name, class } in &reply.pupils {
            writeln!(text, "  {id}  {class:<6} {name}")?;
        }
        return out(&text);
    };
    let pages = count(reply.pages, "page", "pages");
    out(&format!("{sheets} on {pages} in {}; print at 100 %, not “fit to page”\n", file.display()))
}

#[expect(clippy::print_stderr, reason = "talk for the person at the terminal")]
fn eprintln_warning(words: &str) {
    eprintln!("warning: {words}");
}

/// The register.
pub(crate) fn list(lines: &[SheetLine]) -> String {
    if lines.is_empty() {
        return "no sheet was printed yet\n".to_owned();
    }
    lines.iter().map(line).collect()
}

fn line(line: &SheetLine) -> String {
    let whom = match &line.pupil {
        Some(pupil) => format!("{} {}, {}", pupil.id, pupil.name, pupil.class),
        None => line.about.clone(),
    };
    let revoked = line.revoked.as_ref().map(|day| format!("  revoked {day}")).unwrap_or_default();
    format!("{}  {:<10} {}  {whom}{revoked}\n", line.sheet, line.kind, line.made)
}

/// One sheet in words.
pub(crate) fn story(story: &SheetStory) -> String {
    format!("{}\n", story.words)
}

/// One capture of a self-test sheet.
pub(crate) fn scored(args: &Args, scored: &Scored) -> Result<()> {
    if args.json {
        return out_json(scored);
    }
    let mut text = format!("{}: self-test sheet {}, {}", scored.file, scored.sheet, scored.side);
    if scored.turn != 0 {
        write!(text, ", turned by {}°", scored.turn)?;
    }
    text.push('\n');
    for item in &scored.items {
        let mark = match item.verdict {
            "change" => "CHANGE",
            other => other,
        };
        writeln!(text, "  {mark:<7} {:<14} {:<42} wanted: {}", item.name, item.value, item.limit)?;
        if !item.words.is_empty() {
            writeln!(text, "          {}", item.words)?;
        }
    }
    text.push_str(if scored.ok { "  all is well\n" } else { "  something has to change, see above\n" });
    out(&text)
}
