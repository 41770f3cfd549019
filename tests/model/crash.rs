//! The program is killed at a step. What was asked for has then happened wholly or not at all; the program itself is asked
//! which. A stack may be in as far as it came: its first sheets, in order, each once.

use super::act::Act;
use super::play::{Ended, Player, Wrong, text, with_json};
use super::step::Crash;
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// Another process of the killed program holds the data folder for a moment longer.
const IN_USE: i32 = 8;

impl Player<'_> {
    /// Does what is done with one command, and the program is killed at it.
    pub(super) fn crash(&mut self, act: &Act, crash: Crash) -> Result<(), Wrong> {
        let (typed, out) = self.typed(act);
        let served = self.daemon.is_some();
        let ended = if served { self.kill_daemon(&typed, crash) } else { self.kill_command(&typed, crash) };
        let how = if served { format!("the daemon killed after {} ms", crash.after_ms) } else { crash.at.to_string() };
        self.tell(&typed, &format!("{:?}; {how}; go on: {}", ended.code, crash.go_on));
        if served {
            self.start()?;
        }
        if served || ended.code.is_none() {
            self.sums.kills += 1;
        }
        let expected = act.apply(&mut self.truth.clone(), i64::MAX).err().unwrap_or(0);
        if ended.code == Some(expected) && (expected == 0 || !served) {
            // It came to its end first.
            self.done(act, &out, &ended)?;
        } else {
            self.settle(act, crash, &out, expected == 0)?;
        }
        self.rest()?;
        self.examine()
    }

    fn kill_command(&self, typed: &[String], crash: Crash) -> Ended {
        crash.at.run(&self.place.scantrail, &with_json(typed)).unwrap().into()
    }

    fn kill_daemon(&mut self, typed: &[String], crash: Crash) -> Ended {
        let mut command = self.place.scantrail.command(with_json(typed));
        let client = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(crash.after_ms));
        self.daemon.as_mut().unwrap().kill();
        client.wait_with_output().unwrap().into()
    }

    /// Finds out whether it happened, and brings to an end what a person would.
    fn settle(&mut self, act: &Act, crash: Crash, out: &Path, allowed: bool) -> Result<(), Wrong> {
        if !matches!(act, Act::Rebuild) {
            self.wait_until("the data folder to be free", |player| {
                let ended = player.run(&["status".to_owned()]);
                match ended.code {
                    Some(0) => Ok(true),
                    Some(IN_USE) => Ok(false),
                    code => Err(format!("after it was killed: {code:?} {}", ended.said.trim())),
                }
            })?;
        }
        let mut number = 0;
        let happened = match act {
            Act::TakeIn { stack } => return self.settle_stack(*stack, crash),
            Act::Assign { .. } | Act::Discard(_) | Act::Recall(_) | Act::Move { .. } => {
                let new: Vec<i64> =
                    self.numbers()?.into_iter().filter(|n| !self.truth.decisions.contains_key(n)).collect();
                number = new.first().copied().unwrap_or_default();
                match new.len() {
                    0 => false,
                    1 => true,
                    more => return Err(format!("one decision became {more}")),
                }
            }
            Act::Undo(number) => {
                let all = self.decisions()?;
                all.iter().any(|one| one["decision"].as_i64() == Some(*number) && !one["undone_at"].is_null())
                    && !self.truth.decisions[number].undone
            }
            Act::Rename { pupil, surname } => {
                self.ask(&["pupils", "show", &self.school.pupils[*pupil]])?["surname"] == **surname
            }
            Act::Propose(_) => self.list(&["delete", "list"])?.len() > self.truth.deletions.len(),
            Act::Approve { deletion, .. } => {
                let number = (deletion + 1).to_string();
                self.wait_until("the deletion to be carried out", |player| {
                    player.rest()?;
                    Ok(player.ask(&["delete", "show", &number])?["state"] != "approved")
                })?;
                let approvals = self.ask(&["delete", "show", &number])?["approvals"].as_array().map_or(0, Vec::len);
                approvals > self.truth.deletions[*deletion].approved_by.len()
            }
            Act::Withdraw(deletion) => {
                let shown = self.ask(&["delete", "show", &(deletion + 1).to_string()])?;
                shown["state"] == "withdrawn" && allowed
            }
            Act::Keep(_) => self.list(&["legal-hold", "list"])?.len() > self.truth.holds.len(),
            Act::Lift(hold) => {
                let number = *hold as i64 + 1;
                let holds = self.list(&["legal-hold", "list"])?;
                allowed && holds.iter().any(|one| one["hold"] == number && !one["lifted_at"].is_null())
            }
            // What may be done twice is done again.
            Act::Read(_) | Act::Export(_) | Act::Checkpoint | Act::Backup | Act::Rebuild => {
                if matches!(act, Act::Checkpoint) && out.metadata().is_ok_and(|about| about.len() > 0) {
                    self.checkpoints.push(out.to_owned());
                }
                let (typed, out) = self.typed(act);
                let mut ended = self.run(&typed);
                while ended.code == Some(IN_USE) {
                    std::thread::sleep(Duration::from_millis(30));
                    ended = self.run(&typed);
                }
                self.tell(&typed, &format!("{:?}, again", ended.code));
                return self.done(act, &out, &ended);
            }
        };
        if happened {
            let what = act.apply(&mut self.truth, number);
            what.map_err(|code| format!("it happened, though it must be refused with {code}"))?;
        }
        self.story.push(format!("  it {}", if happened { "had happened" } else { "had not happened" }));
        Ok(())
    }

    /// A stack is in as far as it came. A person goes on with it, or ends it as it is.
    fn settle_stack(&mut self, stack: usize, crash: Crash) -> Result<(), Wrong> {
        let papers = self.stacks[stack].papers.clone();
        loop {
            self.rest()?;
            let known = |id: &str| self.truth.batches.iter().any(|batch| batch == id);
            let new: Vec<Value> =
                self.batches()?.into_iter().filter(|batch| !known(batch["id"].as_str().unwrap_or_default())).collect();
            let batch = match new.as_slice() {
                [] => return Ok(()),
                [one] => one,
                more => return Err(format!("one stack became {} batches", more.len())),
            };
            let (id, captured) = (text(&batch["id"]), batch["counts"]["captured"].as_u64().unwrap_or(0) as usize);
            match (batch["state"].as_str(), captured) {
                (Some("interrupted"), _) if crash.go_on => {
                    let folder = self.stacks[stack].folder.to_string_lossy().into_owned();
                    let typed: Vec<String> = ["ingest", "--continue", &id, &folder].map(str::to_owned).into();
                    let ended = self.run(&typed);
                    self.tell(&typed, &format!("{:?}", ended.code));
                    if ended.code != Some(0) {
                        return Err(format!("the batch is not gone on with: {}", ended.said.trim()));
                    }
                    return self.came_in(&id, &papers, false);
                }
                (Some("interrupted"), captured) => {
                    self.ask(&["batch", "end", &id])?;
                    self.wait_until("the batch to be understood", |player| {
                        player.rest()?;
                        Ok(player.ask(&["batch", "show", &id])?["state"] == "understood" && player.is_at_rest()?)
                    })?;
                    self.story.push(format!("  {captured} of {} sheets had come in; the batch is ended", papers.len()));
                    if captured > papers.len() {
                        return Err(format!("{captured} sheets came in of {}", papers.len()));
                    }
                    self.missed.extend(&papers[captured..]);
                    return self.came_in(&id, &papers[..captured], true);
                }
                (Some("understood"), 0) => {
                    self.missed.extend(&papers);
                    return self.came_in(&id, &[], true);
                }
                (Some("understood"), _) if self.is_at_rest()? => return self.came_in(&id, &papers, false),
                _ => {}
            }
        }
    }

    /// Waits until everything is at its place.
    pub(super) fn rest(&self) -> Result<(), Wrong> {
        let ended = self.run(&["verify".to_owned(), "--quick".to_owned()]);
        if ended.code == Some(0) { Ok(()) } else { Err(format!("verify --quick: {} {}", ended.answer, ended.said)) }
    }

    pub(super) fn list(&self, typed: &[&str]) -> Result<Vec<Value>, Wrong> {
        Ok(self.ask(typed)?.as_array().cloned().unwrap_or_default())
    }

    pub(super) fn decisions(&self) -> Result<Vec<Value>, Wrong> {
        self.list(&["review", "decisions", "--limit", "1000"])
    }

    fn numbers(&self) -> Result<Vec<i64>, Wrong> {
        Ok(self.decisions()?.iter().filter_map(|one| one["decision"].as_i64()).collect())
    }
}
