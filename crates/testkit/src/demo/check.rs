//! What came out against the truth, side by side.

use super::stage::Stage;
use crate::scenario::{Owner, Shows, SideTruth};
use serde_json::Value;

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Sides compared.
    pub sides: usize,
    /// Pages of work filed under their own pupil.
    pub right: usize,
    /// Pages that wait for a person, as they must.
    pub held: usize,
    /// Everything that is not as it should be, in words.
    pub faults: Vec<String>,
}

/// Whether a batch came out right.
pub type Verdict = Result<(), String>;

impl Findings {
    /// No fault at all.
    pub fn verdict(&self) -> Verdict {
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults.join("\n")) }
    }
}

/// Compares a batch, as `batch show --json` tells it, with the truth about its sides. `class` is the class list;
/// `waits` are the places in it whose pages must wait for a person.
pub(super) fn compare(batch: &Value, truth: &[&SideTruth], class: &[Value], waits: &[usize]) -> Findings {
    let mut findings = Findings::default();
    let mut pages: Vec<&Value> = batch["runs"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|run| run["pages"].as_array().into_iter().flatten())
        .collect();
    pages.sort_by_key(|page| page["side"].as_u64());
    if pages.len() != truth.len() {
        findings.faults.push(format!("{} sides went in, {} came out", truth.len(), pages.len()));
    }
    for (number, (page, truth)) in (1u64..).zip(pages.iter().zip(truth)) {
        findings.sides += 1;
        if page["side"].as_u64() != Some(number) {
            findings.faults.push(format!("side {number} is missing or doubled"));
            return findings;
        }
        judge(&mut findings, number, page, truth, class, waits);
    }
    findings
}

fn judge(findings: &mut Findings, number: u64, page: &Value, truth: &SideTruth, class: &[Value], waits: &[usize]) {
    let state = page["state"].as_str().unwrap_or("nothing");
    let whose = page["pupil"].as_str();
    let (really, must_wait) = match truth.owner {
        Owner::Pupil(n) => (n, waits.contains(&n)),
        Owner::Unknown { really } => (really, true),
        Owner::Nobody => return,
    };
    let id = class[really]["id"].as_str();
    if must_wait {
        findings.held += 1;
        if state != "held" || whose.is_some() {
            findings.faults.push(format!("side {number} must wait for a person, but it is {state}"));
        }
        return;
    }
    if state != "filed" || whose != id {
        findings.faults.push(format!("side {number} of pupil {id:?} is {state} under {whose:?}"));
        return;
    }
    let role = page["role"].as_str();
    let in_folder = |file: &Value| {
        let folder = format!("({})", id.unwrap_or_default());
        file.as_str().is_some_and(|path| path.starts_with("Pupils/") && path.contains(&folder))
    };
    if !page["files"].as_array().is_some_and(|files| !files.is_empty() && files.iter().all(in_folder)) {
        findings.faults.push(format!("side {number} has files outside its pupil's folder: {}", page["files"]));
    }
    match truth.shows {
        Shows::Work(_) if role == Some("work") => findings.right += 1,
        Shows::Cover | Shows::SpoiltCover if role == Some("cover") => {}
        _ => findings.faults.push(format!("side {number} is taken for {role:?}")),
    }
    // A written page that is called blank is folded away from the eye: the worst mistake short of a wrong folder.
    if !truth.is_blank() && page["look"].as_str() == Some("blank") && matches!(truth.shows, Shows::Work(_)) {
        findings.faults.push(format!("side {number} is written and was called blank"));
    }
}

impl Stage {
    /// Compares the batch `id` of class 4B with the truth about its sides.
    pub fn compare_4b(&self, id: &str, truth: &[&SideTruth], waits: &[usize]) -> Result<Findings, super::Failed> {
        let batch = self.scantrail.json(&["batch", "show", id])?;
        Ok(compare(&batch, truth, &self.class_4b, waits))
    }

    /// Compares the batch `id` of class 2A with the truth about its sides.
    pub fn compare_2a(&self, id: &str, truth: &[&SideTruth]) -> Result<Findings, super::Failed> {
        let batch = self.scantrail.json(&["batch", "show", id])?;
        Ok(compare(&batch, truth, &self.class_2a, &[]))
    }
}
