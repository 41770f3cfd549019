//! What is odd about a batch as a whole; an alarm can hold what a run's own proof would let through.

use super::words::{self, Word};
use super::{HoldReason, Interpretation, Opening, Run, Verdict, gaps};
use crate::evidence::{BatchFacts, ClassKnown, Confirm, Expected};
use crate::ids::PupilId;
use crate::vocabulary::{Flow, Side};

/// A run is far longer than the others beyond this multiple of their median …
const LONG_RATIO: f64 = 1.8;
/// … and this many sides above it: short runs differ by more than that ratio every day.
const LONG_MARGIN: usize = 12;
/// Below this many runs a median says nothing.
const RUNS_FOR_A_MEDIAN: usize = 5;
/// Covers without pages: one or two happen; more mean something went wrong with the stack.
const MANY_EMPTY: usize = 3;

/// What a person should know about a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// Covers seem to lie behind the work instead of before it.
    Shifted,
    /// Both sides were scanned, and their number is odd.
    OddSides,
    /// Many covers without pages: whose.
    ManyEmpty(Vec<PupilId>),
    /// A pupil's cover appears in more than one run.
    SameCoverTwice(PupilId),
    /// A run is much longer than the others: its index and its sides.
    TooLong {
        /// Which run, counted from 0.
        run: usize,
        /// How many sides of work.
        sides: usize,
    },
    /// A cover names a pupil the batch is not for.
    OtherClass(PupilId),
    /// Pupils of the class for whom nothing came.
    Missing(Vec<PupilId>),
    /// A run may hide the cover of a pupil who is missing.
    Hiding {
        /// Which run, counted from 0.
        run: usize,
        /// What makes it so.
        why: HoldReason,
    },
}

/// Rings the alarms over judged runs and lets them hold what they concern.
pub(super) fn ring(facts: &BatchFacts, mut runs: Vec<Run>, said: &[Word]) -> Interpretation {
    let mut alarms = Vec::new();
    if facts.flow == Flow::Stack {
        if !words::covers_behind(said) {
            shifted(&runs, &mut alarms);
        }
        odd_sides(facts, &mut alarms);
        many_empty(&runs, &mut alarms);
        same_cover_twice(&runs, &mut alarms);
        too_long(facts, &runs, &mut alarms);
    }
    other_class(facts, &runs, &mut alarms);
    if facts.flow == Flow::Stack {
        alarms.extend(gaps::hiding(facts, &runs, said).into_iter().map(|(run, why)| Alarm::Hiding { run, why }));
        missing(facts, &runs, said, &mut alarms);
    }
    for (index, run) in runs.iter_mut().enumerate() {
        if matches!(run.verdict, Verdict::File(_))
            && let Some(reason) = held_by(&alarms, facts.confirm, index, run.opening.pupil())
        {
            run.verdict = Verdict::Hold(reason);
        }
    }
    Interpretation { runs, alarms }
}

/// The first alarm that concerns this run, or the school's wish to confirm everything.
fn held_by(alarms: &[Alarm], confirm: Confirm, run: usize, pupil: Option<PupilId>) -> Option<HoldReason> {
    let concerned = alarms.iter().find_map(|alarm| match alarm {
        Alarm::Shifted => Some(HoldReason::Shifted),
        Alarm::OddSides => Some(HoldReason::OddSides),
        Alarm::ManyEmpty(_) => Some(HoldReason::ManyEmpty),
        Alarm::SameCoverTwice(twice) => (Some(*twice) == pupil).then_some(HoldReason::SameCoverTwice),
        Alarm::TooLong { run: long, .. } => (*long == run).then_some(HoldReason::TooLong),
        Alarm::OtherClass(other) => (Some(*other) == pupil).then_some(HoldReason::OtherClass),
        Alarm::Hiding { run: hiding, why } => (*hiding == run).then_some(*why),
        Alarm::Missing(_) => None,
    });
    match confirm {
        Confirm::Always => concerned.or(Some(HoldReason::Always)),
        Confirm::Alarms => concerned,
        Confirm::Never => None,
    }
}

fn covered(run: &Run) -> Option<PupilId> {
    run.opening.pupil()
}

fn is_empty(run: &Run) -> bool {
    run.work().next().is_none()
}

fn shifted(runs: &[Run], alarms: &mut Vec<Alarm>) {
    let uncovered_first = runs
        .iter()
        .find(|run| !is_empty(run) || covered(run).is_some())
        .is_some_and(|run| matches!(run.opening, Opening::BatchStart | Opening::Control { .. }) && !is_empty(run));
    let last_cover = runs.iter().rev().find(|run| covered(run).is_some());
    if uncovered_first && last_cover.is_some_and(is_empty) {
        alarms.push(Alarm::Shifted);
    }
}

fn odd_sides(facts: &BatchFacts, alarms: &mut Vec<Alarm>) {
    let count = |side| facts.pages.iter().filter(|page| page.side == side).count();
    if count(Side::Front) != count(Side::Back) {
        alarms.push(Alarm::OddSides);
    }
}

fn many_empty(runs: &[Run], alarms: &mut Vec<Alarm>) {
    let empty: Vec<PupilId> = runs.iter().filter(|run| is_empty(run)).filter_map(covered).collect();
    if empty.len() >= MANY_EMPTY {
        alarms.push(Alarm::ManyEmpty(empty));
    }
}

fn same_cover_twice(runs: &[Run], alarms: &mut Vec<Alarm>) {
    let covers: Vec<PupilId> = runs.iter().filter_map(covered).collect();
    for (at, pupil) in covers.iter().enumerate() {
        let earlier = covers[..at].iter().filter(|other| *other == pupil).count();
        if earlier == 1 {
            alarms.push(Alarm::SameCoverTwice(*pupil));
        }
    }
}

fn too_long(facts: &BatchFacts, runs: &[Run], alarms: &mut Vec<Alarm>) {
    let mut lengths: Vec<usize> =
        runs.iter().filter(|run| covered(run).is_some()).map(|run| run.work().count()).filter(|&n| n > 0).collect();
    lengths.sort_unstable();
    let relative = (lengths.len() >= RUNS_FOR_A_MEDIAN).then(|| {
        let median = lengths[lengths.len() / 2];
        ((median as f64 * LONG_RATIO) as usize).max(median + LONG_MARGIN)
    });
    let limit = relative.map_or(facts.longest_run, |relative| relative.min(facts.longest_run));
    for (run, sides) in runs.iter().map(|run| run.work().count()).enumerate() {
        if sides > limit && covered(&runs[run]).is_some() {
            alarms.push(Alarm::TooLong { run, sides });
        }
    }
}

fn other_class(facts: &BatchFacts, runs: &[Run], alarms: &mut Vec<Alarm>) {
    for run in runs {
        let part = facts.expected.iter().find(|part| part.start == run.context);
        if let (Some(pupil), Some(part)) = (covered(run), part) {
            let alarm = Alarm::OtherClass(pupil);
            if !part.pupils.contains(&pupil) && !alarms.contains(&alarm) {
                alarms.push(alarm);
            }
        }
    }
}

fn missing(facts: &BatchFacts, runs: &[Run], said: &[Word], alarms: &mut Vec<Alarm>) {
    let came = |pupil: PupilId| runs.iter().any(|run| covered(run) == Some(pupil) && !is_empty(run));
    let nothing_came = |part: &Expected| -> Vec<PupilId> {
        part.pupils.iter().copied().filter(|pupil| !came(*pupil) && !words::absent(said, *pupil)).collect()
    };
    let missing: Vec<PupilId> = facts
        .expected
        .iter()
        .map(|part| (part, nothing_came(part)))
        // Nobody said that the batch is the whole class: only a few missing ones are worth a word.
        .filter(|(part, missing)| part.known == ClassKnown::Said || missing.len() * 3 <= part.pupils.len())
        .flat_map(|(_, missing)| missing)
        .collect();
    if !missing.is_empty() {
        alarms.push(Alarm::Missing(missing));
    }
}
