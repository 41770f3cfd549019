//! Pictures: a card in the picture names that picture alone.

use super::{Closing, HoldReason, Opening, Run, Verdict};
use crate::evidence::{BatchFacts, Look, Mark, PageFacts, Strangeness};
use crate::ids::{PupilId, SheetId};
use crate::vocabulary::Role;

/// One run for each picture.
pub(super) fn runs(facts: &BatchFacts) -> Vec<Run> {
    let mut before: Option<PupilId> = None;
    let mut runs = Vec::with_capacity(facts.pages.len());
    for page in &facts.pages {
        let run = one(page, before);
        match run.opening {
            Opening::Card { pupil, .. } => before = Some(pupil),
            // An inherited picture may be followed by another of the same child.
            Opening::NoCard { .. } => {}
            _ => before = None,
        }
        runs.push(run);
    }
    runs
}

fn one(page: &PageFacts, before: Option<PupilId>) -> Run {
    let (opening, role) = match seen(page) {
        Seen::One(sheet, pupil) => (Opening::Card { sheet, pupil }, Role::Work),
        Seen::Several => (Opening::SeveralCards, Role::Work),
        Seen::Strange(why) => (Opening::Stranger(why), Role::Work),
        Seen::Control(opening) => (opening, Role::Control),
        Seen::Nobody if page.look == Look::Unseen => (Opening::Unseen, Role::Work),
        Seen::Nobody => (Opening::NoCard { before }, Role::Work),
    };
    let verdict = match (opening.pupil(), page.suspicion) {
        (_, Some(suspicion)) => Verdict::Hold(HoldReason::of_suspicion(suspicion)),
        (Some(pupil), None) => Verdict::File(pupil),
        (None, None) if role == Role::Control => Verdict::Nothing,
        (None, None) => Verdict::Hold(HoldReason::of_opening(opening).unwrap_or(HoldReason::NoCard)),
    };
    Run { opening, closing: Closing::Alone, context: None, pages: vec![(page.page, role)], verdict }
}

/// Whom a picture's codes name.
enum Seen {
    Nobody,
    One(SheetId, PupilId),
    Several,
    Strange(Strangeness),
    Control(Opening),
}

fn seen(page: &PageFacts) -> Seen {
    let mut named: Option<(SheetId, PupilId)> = None;
    let mut control = None;
    for mark in &page.marks {
        match *mark {
            Mark::Names { sheet, pupil, .. } => match named {
                Some((_, other)) if other != pupil => return Seen::Several,
                _ => named = Some((sheet, pupil)),
            },
            Mark::Control { kind, sheet } => control = Some(Opening::Control { kind, sheet }),
            Mark::Stranger { .. } => {}
        }
    }
    let strange = page.marks.iter().find_map(|mark| match mark {
        Mark::Stranger { why, .. } => Some(*why),
        _ => None,
    });
    match (named, strange, control) {
        (None, None, None) => Seen::Nobody,
        // A second card that does not count is still a second card.
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => Seen::Several,
        (Some((sheet, pupil)), None, None) => Seen::One(sheet, pupil),
        (None, Some(why), _) => Seen::Strange(why),
        (None, None, Some(opening)) => Seen::Control(opening),
    }
}
