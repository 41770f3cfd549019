//! Answers about the ledger.

use super::tables::problems;
use super::{out, out_json, show};
use crate::args::{Args, Command, Ledger};
use anyhow::Result;
use scantrail_daemon::api::{CheckpointReply, LedgerAnswer, LedgerReply, LedgerStatus, ProofReply};
use std::fmt::Write as _;

/// An answer; what went into a file is not printed again.
pub(crate) fn answer(args: &Args, answer: &LedgerAnswer) -> Result<()> {
    match answer {
        LedgerAnswer::Key(reply) => show(args, reply, |reply| format!("{}\n", reply.key)),
        LedgerAnswer::Checkpoint(made) => show(args, &without_pdf(made), checkpoint),
        LedgerAnswer::Proof(proof) => match &args.command {
            Command::Ledger(Ledger::Prove { out: Some(file), .. }) if !args.json => {
                let events = proof.events.len();
                out(&format!("{events} events of page {}\n{}\n", proof.page, file.display()))
            }
            _ => out_json(proof),
        },
        LedgerAnswer::Verified(found) => show(args, found, verified),
    }
}

fn without_pdf(made: &CheckpointReply) -> CheckpointReply {
    CheckpointReply { pdf: Vec::new(), ..made.clone() }
}

fn checkpoint(made: &CheckpointReply) -> String {
    let mut text = made.note.clone();
    let mut say = |words: String| writeln!(text, "{words}").expect("a string takes everything");
    say(format!("\n{} events, signed {}; kept in {}", made.events, made.at, made.file.display()));
    for (way, at) in [("copied", &made.copied_at), ("handed to the command", &made.hooked_at)] {
        if let Some(at) = at {
            say(format!("{way} {at}"));
        }
    }
    match &made.trouble {
        Some(trouble) => say(format!("it has not left the machine: {trouble}; it is tried again")),
        None if made.copied_at.is_none() && made.hooked_at.is_none() => {
            say("it proves something only outside this machine: set copy_to or hook in [ledger], or print it".into());
        }
        None => {}
    }
    text
}

fn verified(found: &LedgerReply) -> String {
    let (mut text, verdict) = problems(&found.problems);
    let outside = match found.outside {
        Some(events) => format!("the newest from outside this folder covers {events}"),
        None => "none from outside this folder, so a log written anew would not be noticed".to_owned(),
    };
    writeln!(text, "{} events against {} checkpoints, {outside}: {verdict}", found.events, found.checkpoints)
        .expect("a string takes everything");
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
        let signed = reply.signed_at.as_ref().map(|at| format!(", signed {at}")).unwrap_or_default();
        let verdict = if reply.problems.is_empty() { "the proof holds" } else { "THE PROOF DOES NOT HOLD" };
        say(format!("page {}, log of {} events{signed}: {verdict}", reply.page, reply.events));
        text
    })?;
    Ok(reply.problems.is_empty())
}

/// When the last checkpoint was made, and whether one has left the machine.
pub(crate) fn standing(ledger: &LedgerStatus) -> String {
    let Some(last) = &ledger.last_checkpoint else { return format!("none yet, {} events", ledger.events) };
    let outside = match (&ledger.handed_on, &ledger.trouble) {
        (_, Some(trouble)) => format!("not handed outside: {trouble}"),
        (Some(at), None) => format!("handed outside {at}"),
        (None, None) => "never handed outside".to_owned(),
    };
    format!("{last}, {outside}; {} events", ledger.events)
}
