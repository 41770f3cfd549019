//! Answers for people and, with `--json`, for machines. stdout is data, stderr is talk.

mod deletion;
pub(crate) mod documents;
mod failure;
pub(crate) mod keeping;
pub(crate) mod ledger;
mod pages;
mod roster;
pub(crate) mod sheets;
mod tables;
mod words;

pub(crate) use failure::{Faulty, failure};

use crate::args::{Args, Command, Part};
use anyhow::Result;
use scantrail_daemon::api::{BatchAnswer, DeletionAnswer, RebuildReply, Reply, ReviewAnswer, SheetsAnswer};
use scantrail_daemon::{Checked, DeviceInfo, Health, Inspection, ModelSeen};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;

/// Writes to stdout; a reader that has gone away ends the program without a word, as a pipe should.
fn out(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => Ok(other?),
    }
}

fn out_json(value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string(value)?;
    text.push('\n');
    out(&text)
}

/// The pages that somebody asked to be moved, if that was asked.
fn asked_to_move(args: &Args) -> Option<&[String]> {
    if let Command::Move(moving) = &args.command { Some(&moving.pages) } else { None }
}

/// The answer to a request.
pub(crate) fn reply(args: &Args, reply: &Reply) -> Result<()> {
    match reply {
        Reply::TakenIn(batches) => show(args, batches, |it| tables::batches(it)),
        Reply::Batch(BatchAnswer::List(batches)) => show(args, batches, |it| tables::batches(it)),
        Reply::Batch(BatchAnswer::One(batch)) => show(args, batch, |it| pages::batch(it)),
        Reply::Batch(BatchAnswer::Decided(decided)) => show(args, decided, |it| pages::decided(it)),
        Reply::Roster(answer) if args.json => out_json(&roster::json(answer)?),
        Reply::Roster(answer) => out(&roster::words(answer)),
        Reply::Sheets(SheetsAnswer::Printed(printed)) => sheets::printed(args, printed, None),
        Reply::Sheets(SheetsAnswer::List(lines)) => show(args, lines, |it| sheets::list(it)),
        Reply::Sheets(SheetsAnswer::One(story)) => show(args, story, sheets::story),
        Reply::Review(ReviewAnswer::List(holds)) => show(args, holds, |it| pages::holds(it)),
        Reply::Review(ReviewAnswer::One(hold)) => show(args, hold, |it| pages::hold(it)),
        Reply::Review(ReviewAnswer::Decision(decision)) => {
            show(args, decision, |it| pages::decision(it, asked_to_move(args)))
        }
        Reply::Review(ReviewAnswer::Decisions(decisions)) => show(args, decisions, |it| tables::decisions(it)),
        Reply::Deletion(DeletionAnswer::Due(due)) => show(args, due, deletion::due),
        Reply::Deletion(DeletionAnswer::One(one)) => show(args, one.as_ref(), deletion::one),
        Reply::Deletion(DeletionAnswer::Certificate(made)) => out(&made.json),
        Reply::Deletion(DeletionAnswer::List(list)) => show(args, list, |it| deletion::list(it)),
        Reply::Deletion(DeletionAnswer::Holds(holds)) => show(args, holds, |it| deletion::holds(it)),
        Reply::Reconcile(found) => show(args, found, tables::reconciled),
        Reply::Hits(hits) => show(args, hits, |it| pages::hits(it)),
        Reply::Reread { pages } => show(args, &json!({"pages": pages}), |_| {
            match pages {
            0 => "no page is to be read again: covers and blank pages have no words, and what is still to be read takes the language\n"
                .to_owned(),
            1 => "1 page was read again\n".to_owned(),
            _ => format!("{} read again\n", words::count(*pages, "page was", "pages were")),
        }
        }),
        Reply::Trail(trail) => show(args, trail, pages::trail),
        Reply::Pdf(document) => show(args, document, documents::contents),
        Reply::Export(pack) => out_json(pack),
        Reply::HandedOver => out("noted\n"),
        Reply::ImportPack(came) => show(args, came, keeping::came),
        Reply::Backup(made) => match &args.command {
            Command::Backup(asked) if asked.gone.is_some() => {
                show(args, made, |made| format!("nobody waits for the backup in {} any more\n", made.place.display()))
            }
            _ => show(args, made, keeping::backed_up),
        },
        Reply::Text(read) => show(args, read, |read| read.text.clone()),
        Reply::Ledger(answer) => ledger::answer(args, answer),
        Reply::Verify(found) => show(args, found, tables::verified),
        Reply::Status(status) => show(args, status.as_ref(), tables::status),
    }
}

/// One answer: as JSON for machines, in words for people.
fn show<T: Serialize>(args: &Args, value: &T, words: impl Fn(&T) -> String) -> Result<()> {
    if args.json { out_json(value) } else { out(&words(value)) }
}

/// A data folder was made.
pub(crate) fn initialised(args: &Args, config: &Path) -> Result<()> {
    if args.json {
        return out_json(&json!({"config": config}));
    }
    let shown = config.display();
    out(&format!(
        "the data folder is ready; its configuration is\n  {shown}\nnext: scantrail --config {shown} pupils import LIST.csv --dry-run\n"
    ))
}

/// A certificate lies where it was wanted.
pub(crate) fn certified(args: &Args, page: &Path) -> Result<()> {
    let json = page.with_extension("json");
    if args.json {
        return out_json(&json!({"page": page, "json": json}));
    }
    out(&format!("{}\n{}\n", page.display(), json.display()))
}

/// The catalogue was built again.
pub(crate) fn rebuilt(args: &Args, built: &RebuildReply) -> Result<()> {
    show(args, built, tables::rebuilt)
}

/// The daemon is up.
pub(crate) fn serving(address: &SocketAddr) {
    // The daemon works on without its terminal.
    drop(out(&format!("http://{address}/\n")));
}

/// The configuration has no fault.
pub(crate) fn sound(args: &Args, path: &Path) -> Result<()> {
    if args.json {
        return out_json(&json!({"config": path, "faults": []}));
    }
    out(&format!("{} has no fault\n", path.display()))
}

/// What a technician would ask.
pub(crate) fn doctor(args: &Args, checked: &[Checked]) -> Result<()> {
    if args.json {
        return out_json(&checked);
    }
    let mut text = String::new();
    for Checked { what, state, found, hint } in checked {
        let mark = match state {
            Health::Well => "well   ",
            Health::Less => "less   ",
            Health::Broken => "broken ",
        };
        writeln!(text, "{mark} {what:<12} {found}")?;
        if let Some(hint) = hint {
            writeln!(text, "{:21}→ {hint}", "")?;
        }
    }
    out(&text)
}

/// Scanners.
pub(crate) fn devices(args: &Args, devices: &[DeviceInfo]) -> Result<()> {
    if args.json {
        return out_json(&devices.iter().map(device).collect::<Vec<_>>());
    }
    if devices.is_empty() {
        return out("no scanner was found; is it switched on and plugged in?\n");
    }
    let mut text = String::new();
    for device in devices {
        writeln!(text, "{}\n  {} {}, {}", device.name, device.vendor, device.model, device.kind)?;
        match &device.capabilities {
            Ok(can) => {
                let sources = if can.sources.is_empty() { "one source".to_owned() } else { can.sources.join(", ") };
                writeln!(text, "  {sources}; {}", can.modes.join(", "))?;
            }
            Err(error) => writeln!(text, "  cannot be asked: {error}")?,
        }
    }
    out(&text)
}

pub(crate) fn models(args: &Args, folder: &Path, models: &[ModelSeen]) -> Result<()> {
    if args.json {
        return out_json(&models);
    }
    let mut text = String::new();
    for model in models {
        writeln!(text, "{}  {}", model.name, model.state)?;
    }
    if models.iter().all(|model| model.present) {
        writeln!(text, "handwriting is guessed at, so that pages are found by it")?;
    } else {
        writeln!(
            text,
            "handwriting is not looked for: fetch the models with `cargo xtask models --out {}`",
            folder.display()
        )?;
    }
    out(&text)
}

fn device(device: &DeviceInfo) -> Value {
    let (sources, modes, trouble) = match &device.capabilities {
        Ok(can) => (json!(can.sources), json!(can.modes), Value::Null),
        Err(error) => (Value::Null, Value::Null, json!(error.to_string())),
    };
    json!({
        "id": device.name, "identity": device.identity, "other_names": device.other_names,
        "vendor": device.vendor, "model": device.model, "kind": device.kind,
        "sources": sources, "modes": modes, "trouble": trouble,
    })
}

/// What was seen in one image.
pub(crate) fn inspection(args: &Args, seen: &Inspection, parts: &[Part]) -> Result<()> {
    if args.json {
        return out_json(&narrowed(seen, parts)?);
    }
    let mut text = format!("{}: {}×{}", seen.file, seen.width, seen.height);
    if let Some(dpi) = seen.dpi {
        write!(text, ", {dpi} dpi")?;
    }
    text.push('\n');
    for part in parts {
        match part {
            Part::Codes => {
                let kinds: Vec<&str> = seen.codes.iter().map(|code| code.kind).collect();
                writeln!(text, "  codes: {}", if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") })?;
            }
            Part::Geometry => text.push_str(&lay(seen)),
            Part::Quality => {
                write!(text, "  kind {}, sharpness {:.2}", seen.kind, seen.sharpness)?;
                for warning in &seen.warnings {
                    write!(text, "; {warning}")?;
                }
                text.push('\n');
            }
            Part::Text => {
                writeln!(text, "  {} words (confidence {:.2})", seen.words.len(), seen.text_confidence)?;
            }
        }
    }
    out(&text)
}

/// How each page in an image lay, a line for each.
fn lay(seen: &Inspection) -> String {
    let mut text = String::new();
    for (number, page) in (1..).zip(&seen.pages) {
        let name = if seen.pages.len() > 1 { format!("page {number}: ") } else { String::new() };
        let bounds = match page.bounds {
            "whole" => "all of it".to_owned(),
            word => format!("outline by {word} (confidence {:.2})", page.bounds_confidence),
        };
        let skew = match page.skew_declined {
            Some(why) => format!("not straightened: {why}"),
            None => {
                format!("skewed {:.2}° by its {} (confidence {:.2})", page.skew, page.skew_source, page.skew_confidence)
            }
        };
        let flat = if page.uncurled { ", laid flat" } else { "" };
        let relit = if page.relit { ", light evened" } else { "" };
        for piece in ["  ", &name, &bounds, &format!(", turned {}°, ", page.turn), &skew, flat, relit, "\n"] {
            text.push_str(piece);
        }
    }
    text
}

/// The fields of the parts that were asked for; file, size and times always.
fn narrowed(seen: &Inspection, parts: &[Part]) -> Result<Value> {
    let mut value = serde_json::to_value(seen)?;
    let groups: [(Part, &[&str]); 4] = [
        (Part::Codes, &["codes"]),
        (Part::Geometry, &["orientation", "skew", "skew_confidence", "quads", "split", "pages"]),
        (Part::Quality, &["kind", "blank", "sharpness", "glare", "warnings"]),
        (Part::Text, &["text", "text_confidence", "words"]),
    ];
    if let Value::Object(fields) = &mut value {
        for (_, names) in groups.iter().filter(|(part, _)| !parts.contains(part)) {
            for name in *names {
                fields.remove(*name);
            }
        }
    }
    Ok(value)
}
