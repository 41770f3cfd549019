//! Answers about the ledger.

use super::tables::{confirmed, problems};
use super::words::{count, when};
use super::{out, out_json, show};
use crate::args::{Args, Command, Ledger};
use anyhow::Result;
use scantrail_daemon::api::{CheckpointReply, LedgerAnswer, LedgerReply, LedgerStatus, PageProof, ProofReply};
use std::fmt::Write as _;
use std::path::Path;

/// An answer; what went into a file is not printed again.
pub(crate) fn answer(args: &Args, answer: &LedgerAnswer) -> Result<()> {
    match answer {
        LedgerAnswer::Key(reply) => show(args, reply, |reply| format!("{}\n", reply.key)),
        LedgerAnswer::Checkpoint(made) => {
            let printed = match &args.command {
                Command::Ledger(Ledger::Checkpoint { print, .. }) => print.as_deref(),
                _ => None,
            };
            show(args, &without_pdf(made), |made| checkpoint(made, printed))
        }
        LedgerAnswer::Proof(proof) => match &args.command {
            Command::Ledger(Ledger::Prove { out: Some(file), .. }) if !args.json => {
                out(&format!("{}\n{}\n", events_of(proof), file.display()))
            }
            _ if !args.json => {
                let mut text = format!("{}:\n", events_of(proof));
                for event in &proof.events {
                    writeln!(text, "  {}  {}", when(&event.at), event.kind)?;
                }
                text.push_str("the proof itself, for whoever doubts it: --out FILE\n");
                out(&text)
            }
            _ => out_json(proof),
        },
        LedgerAnswer::Verified(found) => show(args, found, verified),
    }
}

fn without_pdf(made: &CheckpointReply) -> CheckpointReply {
    CheckpointReply { pdf: Vec::new(), ..made.clone() }
}

fn events_of(proof: &PageProof) -> String {
    format!("{} of page {}", count(proof.events.len() as u64, "event", "events"), proof.page)
}

fn checkpoint(made: &CheckpointReply, printed: Option<&Path>) -> String {
    let mut text = made.note.clone();
    let mut say = |words: String| writeln!(text, "{words}").expect("a string takes everything");
    let events = count(made.events, "event", "events");
    say(format!("\n{events}, signed {}; kept in {}", when(&made.at), made.file.display()));
    if let Some(page) = printed {
        say(format!("to be printed, and kept elsewhere: {}", page.display()));
    }
    for (way, at) in [("copied", &made.copied_at), ("handed to the command", &made.hooked_at)] {
        if let Some(at) = at {
            say(format!("{way} {}", when(at)));
        }
    }
    match &made.trouble {
        Some(trouble) => say(format!("it has not left the machine: {trouble}; it is tried again")),
        None if made.copied_at.is_none() && made.hooked_at.is_none() && printed.is_none() => {
            say("it proves something only outside this machine: set copy_to or hook in [ledger], or print it".into());
        }
        None => {}
    }
    text
}

fn verified(found: &LedgerReply) -> String {
    let (mut text, verdict) = problems(&found.problems);
    confirmed(&found.confirmed, &mut text);
    let outside = match found.outside {
        Some(events) => format!("the newest from outside this folder covers {events}"),
        None => "none from outside this folder, so a log written anew would not be noticed".to_owned(),
    };
    let events = count(found.events, "event", "events");
    let checkpoints = count(found.checkpoints, "checkpoint", "checkpoints");
    writeln!(text, "{events} against {checkpoints}, {outside}: {verdict}").expect("a string takes everything");
    text
}

/// What a proof proves; whether it holds.
pub(crate) fn proved(args: &Args, reply: &ProofReply) -> Result<bool> {
    show(args, reply, |reply| {
        let mut text = String::new();
        let mut say = |words: String| writeln!(text, "{words}").expect("a string takes everything");
        for problem in &reply.problems {
            say(format!("wrong: {problem}"));
        }
        for words in &reply.proved {
            say(format!("proved: {words}"));
        }
        for words in &reply.not_proved {
            say(format!("not proved: {words}"));
        }
        let signed = reply.signed_at.as_ref().map(|at| format!(", signed {}", when(at))).unwrap_or_default();
        let verdict = if reply.problems.is_empty() { "the proof holds" } else { "THE PROOF DOES NOT HOLD" };
        say(format!("page {}, log of {} events{signed}: {verdict}", reply.page, reply.events));
        text
    })?;
    Ok(reply.problems.is_empty())
}

/// When the last checkpoint was made, and whether one has left the machine.
pub(crate) fn standing(ledger: &LedgerStatus) -> String {
    let events = count(ledger.events, "event", "events");
    let Some(last) = &ledger.last_checkpoint else { return format!("none yet, {events}") };
    let outside = match (&ledger.handed_on, &ledger.trouble) {
        (_, Some(trouble)) => format!("not handed outside: {trouble}"),
        (Some(at), None) => format!("handed outside {}", when(at)),
        (None, None) => "never handed outside".to_owned(),
    };
    format!("{}, {outside}; {events}", when(last))
}
