//! Everybody who measures turns: ours in this process, the others in a script. They answer with degrees or decline.

use super::subject::Subject;
use super::turn::Turned;
use crate::clock::cpu;
use crate::peer::{Company, Peer};
use anyhow::{Context as _, Result};
use scantrail_core::raster::Raster;
use scantrail_imaging::deskew::{self, Verdict};
use scantrail_testkit::seed::Seed;
use serde_json::{Value, json};

const SCRIPT: &str = include_str!("peers.py");
/// What ours is called in tables.
pub(super) const OURS: &str = "ours";
/// Who votes, beside ours, on how an upright scan really lies: those that are steady over the whole range.
const VOTERS: [&str; 2] = ["leptonica, otsu, ±15", "jdeskew, ±15"];
/// The small turns at which they are asked.
const VOTING_TURNS: [f64; 3] = [-2.3, 0.9, 3.1];
/// Ours is measured so many times; the fastest counts.
const RUNS: usize = 3;

/// What one tool says about one page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) tool: String,
    /// Clockwise; `None` if it declined.
    pub(super) degrees: Option<f64>,
    /// What it would turn the page by: ours leaves tiny turns alone.
    pub(super) applied: f64,
    /// Processor time.
    pub(super) milliseconds: f64,
    /// Why it declined, if it says so.
    pub(super) reason: Option<String>,
}

/// All tools that are here.
pub(super) struct Tools {
    peer: Option<Peer>,
    names: Vec<String>,
    folder: tempfile::TempDir,
}

impl Tools {
    /// Ours and, unless `alone`, whatever the script can measure with.
    pub(super) fn start(company: Company) -> Result<Self> {
        let peer = match company {
            Company::Alone => None,
            Company::Peers => Some(Peer::start(SCRIPT).context("the other tools did not start; see --alone")?),
        };
        let greeting = peer.as_ref().and_then(|peer| peer.greeting.as_object());
        let names = greeting.map(|tools| tools.keys().cloned().collect()).unwrap_or_default();
        Ok(Self { peer, names, folder: tempfile::tempdir().context("no folder for pictures")? })
    }

    /// Names and versions of the others.
    pub(super) fn others(&self) -> Vec<(String, String)> {
        let version = |name: &String| {
            let peer = self.peer.as_ref();
            peer.and_then(|peer| peer.greeting[name.as_str()].as_str()).unwrap_or_default().to_owned()
        };
        self.names.iter().map(|name| (name.clone(), version(name))).collect()
    }

    /// Everybody's answer about a page, ours first.
    pub(super) fn ask(&mut self, page: &Raster) -> Result<Vec<Answer>> {
        let mut answers = vec![ours(page, RUNS)];
        let names = self.names.clone();
        answers.extend(self.ask_others(page, &names)?);
        Ok(answers)
    }

    /// How an "upright" page really lies: the middle of the votes, and how far they lie apart.
    pub(super) fn own_turn(&mut self, subject: &Subject, page: &Raster, seed: Seed) -> Result<(f64, f64)> {
        let voters: Vec<String> = self.names.iter().filter(|n| VOTERS.contains(&n.as_str())).cloned().collect();
        let mut readings: Vec<(String, f64)> = Vec::new();
        if !subject.is_scan() {
            return Ok((0.0, 0.0));
        }
        for degrees in VOTING_TURNS {
            let turned = Turned::plain(degrees).of(page, seed);
            // Ours votes with its guess, whether it believes it or not.
            let guess = deskew::measure(&turned).angle.degrees();
            readings.push((OURS.to_owned(), guess - degrees));
            for answer in self.ask_others(&turned, &voters)? {
                readings.extend(answer.degrees.map(|d| (answer.tool, d - degrees)));
            }
        }
        let mut votes: Vec<f64> = voters
            .iter()
            .map(String::as_str)
            .chain([OURS])
            .filter_map(|voter| middle(readings.iter().filter(|r| r.0 == voter).map(|r| r.1).collect()))
            .collect();
        votes.sort_by(f64::total_cmp);
        let apart = votes.last().zip(votes.first()).map_or(0.0, |(most, least)| most - least);
        Ok((middle(votes).unwrap_or(0.0), apart))
    }

    fn ask_others(&mut self, page: &Raster, names: &[String]) -> Result<Vec<Answer>> {
        let Some(peer) = self.peer.as_mut().filter(|_| !names.is_empty()) else {
            return Ok(Vec::new());
        };
        let file = self.folder.path().join("page.pgm");
        crate::picture::write_pnm(&file, page)?;
        let told = peer.ask(&json!({ "file": file, "tools": names }))?;
        Ok(names.iter().map(|name| answer(name, &told[name.as_str()])).collect())
    }
}

fn answer(tool: &str, told: &Value) -> Answer {
    let degrees = told["degrees"].as_f64();
    let milliseconds = told["ms"].as_f64().unwrap_or_default();
    Answer { tool: tool.to_owned(), degrees, applied: degrees.unwrap_or(0.0), milliseconds, reason: None }
}

fn ours(page: &Raster, runs: usize) -> Answer {
    let measured = (0..runs).map(|_| cpu(|| deskew::measure(page))).min_by(|a, b| a.1.total_cmp(&b.1));
    let (skew, milliseconds) = measured.expect("it runs at least once");
    let reason = match skew.verdict {
        Verdict::Measured => None,
        Verdict::Declined(reason) => Some(format!("{reason:?}")),
    };
    let degrees = reason.is_none().then(|| skew.angle.degrees());
    Answer { tool: OURS.to_owned(), degrees, applied: skew.applied().degrees(), milliseconds, reason }
}

/// The middle value, or the mean of the two in the middle.
fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (n > 0).then(|| f64::midpoint(values[(n - 1) / 2], values[n / 2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_two_lies_between_them() {
        assert_eq!(middle(vec![3.0, 1.0]), Some(2.0));
        assert_eq!(middle(vec![9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(middle(Vec::new()), None);
    }

    #[test]
    fn a_tool_without_an_angle_declined() {
        let told = answer("x", &json!({"degrees": null, "ms": 3.0}));
        assert_eq!((told.degrees, told.applied, told.milliseconds), (None, 0.0, 3.0));
    }
}
