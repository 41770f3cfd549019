//! Answers about documents.

use super::{out, out_json};
use crate::args::Args;
use anyhow::Result;
use scantrail_daemon::api::{DocumentReply, TextReply};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// A PDF that was written: what it holds, and what it does not.
pub(crate) fn written(args: &Args, document: &DocumentReply, file: &Path) -> Result<()> {
    if args.json {
        return out_json(&with_file(document, file)?);
    }
    out(&format!("{}{}\n", contents(document), file.display()))
}

/// What a PDF holds, a line for each piece.
pub(crate) fn contents(document: &DocumentReply) -> String {
    let mut text = String::new();
    for piece in &document.pieces {
        let last = piece.first + piece.pages - 1;
        let pages = if last > piece.first { format!("pages {}–{last}", piece.first) } else { format!("page {last}") };
        writeln!(text, "{}  {}  {pages}", piece.id, piece.title).expect("a string takes everything");
    }
    for left in &document.left_out {
        writeln!(text, "not in it: page {}: {}", left.page, left.why).expect("a string takes everything");
    }
    let (pages, kilobytes) = (document.pages, document.bytes.div_ceil(1000));
    let pages = if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") };
    writeln!(text, "{pages}, {kilobytes} kB").expect("a string takes everything");
    text
}

/// Words that went into a file.
pub(crate) fn kept(args: &Args, read: &TextReply, file: &Path) -> Result<()> {
    if args.json {
        return out_json(&with_file(read, file)?);
    }
    out(&format!("{} words, {} guessed\n{}\n", read.words, read.guessed, file.display()))
}

fn with_file(answer: &impl Serialize, file: &Path) -> Result<Value> {
    let mut value = serde_json::to_value(answer)?;
    value["file"] = json!(file);
    Ok(value)
}
