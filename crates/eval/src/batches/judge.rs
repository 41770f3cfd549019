//! What became of a batch against what was laid in.

use super::plan::{Plan, Shows};
use super::school::School;
use crate::table::figure;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Pages of work, counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) batches: u64,
    pub(crate) pages: u64,
    pub(crate) wrong: u64,
    filed: u64,
    held: u64,
    needed: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.batches += other.batches;
        self.pages += other.pages;
        self.wrong += other.wrong;
        self.filed += other.filed;
        self.held += other.held;
        self.needed += other.needed;
    }

    pub(crate) fn row(&self, name: &str) -> Vec<String> {
        let ratio = (self.needed > 0).then(|| self.held as f64 / self.needed as f64);
        let mut row = vec![name.to_owned()];
        row.extend([self.batches, self.pages, self.wrong, self.filed, self.held, self.needed].map(|n| n.to_string()));
        row.push(figure(ratio, 2));
        row
    }
}

/// Compares every capture with its truth. A lost or doubled capture is an error, not a figure.
pub(crate) fn judge(plan: &Plan, school: &School, batch: &Value) -> Result<Tally> {
    let runs = batch["runs"].as_array().context("a batch without runs")?;
    let pages: Vec<&Value> = runs.iter().filter_map(|run| run["pages"].as_array()).flatten().collect();
    ensure!(pages.len() == plan.captures.len(), "{} captures became {} pages", plan.captures.len(), pages.len());
    let mut tally = Tally { batches: 1, ..Tally::default() };
    for (capture, side) in plan.captures.iter().zip(1_u64..) {
        let page =
            pages.iter().find(|page| page["side"].as_u64() == Some(side)).context("a capture that is nowhere")?;
        if matches!(capture.shows, Shows::Cover(_) | Shows::SpoiledCover(_) | Shows::StrangeCover) {
            continue;
        }
        tally.pages += 1;
        tally.needed += u64::from(capture.needed);
        match page["state"].as_str() {
            Some("held") => tally.held += 1,
            Some("filed") => {
                let mut truth: Vec<&str> = capture.owners.iter().map(|who| school.id(*who)).collect();
                truth.sort_unstable();
                let pupils: Vec<&str> =
                    page["pupils"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                tally.filed += 1;
                if pupils != truth {
                    tally.wrong += 1;
                    eprintln!("wrong: side {side}, batch {}, {:?}, {:?}", batch["id"], capture.shows, plan.faults);
                }
            }
            other => anyhow::bail!("side {side} is {other:?}"),
        }
    }
    Ok(tally)
}
