//! Covers that did not come. A cover that was drawn in together with another sheet leaves no trace of itself but this:
//! a pupil of the class is missing, and somebody else's run is longer than it should be.
//!
//! Covers are printed, and mostly laid in, in the order of the class list. Where that order holds, the run before the
//! gap is the one that may hide the missing pupil's pages, unless it is a single sheet: a hidden cover leaves a page of
//! somebody else's behind it. Where the order does not hold, any run may be the one, and all wait for one word: whether
//! the missing pupil is absent. When much of the class is missing, the batch was
//! not meant to be the whole class; then only runs in which the paper changes are asked about.

use super::words::{self, Word};
use super::{HoldReason, Opening, Run};
use crate::evidence::{BatchFacts, Expected, Mark, PageFacts, Style};
use crate::ids::{PageId, PupilId};
use crate::sheet::SheetKind;
use crate::vocabulary::Side;

/// When more than this share of a class is missing without an explanation, the batch was not meant to be the whole
/// class.
const MOST_MISSING: f64 = 0.5;
/// The paper may change inside so many of the runs before a change says nothing.
const MOST_CHANGING: f64 = 0.25;

/// Runs that may hide a cover, each with the reason to ask.
pub(super) fn hiding(facts: &BatchFacts, runs: &[Run], said: &[Word]) -> Vec<(usize, HoldReason)> {
    facts.expected.iter().flat_map(|part| hiding_in(facts, runs, part, said)).collect()
}

/// A run that a cover of the part's class began: which run, and the pupil's place on the list.
#[derive(Clone, Copy)]
struct Covered {
    run: usize,
    place: usize,
}

fn hiding_in(facts: &BatchFacts, runs: &[Run], part: &Expected, said: &[Word]) -> Vec<(usize, HoldReason)> {
    let place = |pupil: PupilId| part.pupils.iter().position(|other| *other == pupil);
    let all: Vec<Covered> = runs
        .iter()
        .enumerate()
        .filter(|(_, run)| run.context == part.start && matches!(run.opening, Opening::Cover { .. }))
        .filter_map(|(run, it)| Some(Covered { run, place: place(it.opening.pupil()?)? }))
        .collect();
    let missing: Vec<usize> = (0..part.pupils.len())
        .filter(|at| all.iter().all(|it| it.place != *at) && !words::absent(said, part.pupils[*at]))
        .collect();
    let mut covered = all.clone();
    if missing.is_empty() || covered.is_empty() || backs_would_tell(facts) {
        return Vec::new();
    }
    // Only a run that could be two pupils' can hide a cover: both handed something in.
    covered.retain(|it| sheets(facts, &runs[it.run]) > 1);
    let unexplained = missing.len().saturating_sub(unread(runs));
    if unexplained as f64 > MOST_MISSING * part.pupils.len() as f64 {
        changing(&facts.pages, runs, &covered)
    } else if in_order(&all) {
        let found = before_gaps(&all, &missing);
        found.into_iter().filter(|(run, _)| covered.iter().any(|it| it.run == *run)).collect()
    } else if unexplained == 0 {
        // A cover that could not be read, or was not there, explains who is missing; the runs around it wait anyway.
        Vec::new()
    } else {
        covered.iter().map(|it| (it.run, HoldReason::MissingSomewhere)).collect()
    }
}

/// Whether a cover that stuck to another sheet would have shown its back: both sides are captured, and covers of this
/// batch have codes on both.
fn backs_would_tell(facts: &BatchFacts) -> bool {
    let is_cover =
        |page: &PageFacts| page.marks.iter().any(|mark| matches!(mark, Mark::Names { kind: SheetKind::Cover, .. }));
    let mut fronts = facts.pages.windows(2).filter(|pair| pair[0].side == Side::Front && is_cover(&pair[0])).peekable();
    fronts.peek().is_some() && fronts.all(|pair| pair[1].side == Side::Back && is_cover(&pair[1]))
}

/// Sheets of work in a run: backs go with their fronts.
fn sheets(facts: &BatchFacts, run: &Run) -> usize {
    let side = |id: PageId| facts.pages.iter().find(|page| page.page == id).map(|page| page.side);
    run.work().filter(|id| side(*id) != Some(Side::Back)).count()
}

/// Runs whose beginning is not known: each may be a missing pupil's.
fn unread(runs: &[Run]) -> usize {
    let unknown = |run: &&Run| match run.opening {
        Opening::UnreadSheet | Opening::Unseen | Opening::Contradiction => true,
        Opening::BatchStart | Opening::Control { .. } => run.work().next().is_some(),
        _ => false,
    };
    runs.iter().filter(unknown).count()
}

/// Whether the covers follow the list; the same cover again says nothing about that.
fn in_order(covered: &[Covered]) -> bool {
    let mut places: Vec<usize> = Vec::with_capacity(covered.len());
    for it in covered {
        if !places.contains(&it.place) {
            places.push(it.place);
        }
    }
    places.is_sorted()
}

/// The runs behind which the list says a missing pupil's cover should have come.
fn before_gaps(covered: &[Covered], missing: &[usize]) -> Vec<(usize, HoldReason)> {
    let mut found = Vec::new();
    for (at, here) in covered.iter().enumerate() {
        let next = covered.get(at + 1).map(|next| next.place);
        // Where the order breaks, the gap is open to whoever comes later on the list.
        let until = next.filter(|next| *next > here.place).unwrap_or(usize::MAX);
        if missing.iter().any(|place| here.place < *place && *place < until) {
            found.push((here.run, HoldReason::MissingNext));
        }
    }
    found
}

/// Runs in which the paper changes once, in a batch where it hardly ever changes inside a run.
fn changing(pages: &[PageFacts], runs: &[Run], covered: &[Covered]) -> Vec<(usize, HoldReason)> {
    let changes = |it: &Covered| {
        let styles: Vec<Style> =
            runs[it.run].work().filter_map(|id| pages.iter().find(|page| page.page == id)?.style).collect();
        styles.windows(2).filter(|pair| pair[0].differs(pair[1])).count()
    };
    let changing: Vec<&Covered> = covered.iter().filter(|it| changes(it) > 0).collect();
    if changing.len() as f64 > (MOST_CHANGING * covered.len() as f64).max(1.0) {
        return Vec::new();
    }
    changing.into_iter().map(|it| (it.run, HoldReason::StyleChange)).collect()
}
