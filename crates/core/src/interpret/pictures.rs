//! Pictures: a card in the picture names that picture alone; several cards make it a group's.
//!
//! What is inherited from the picture before is never filed without a person's word, and a card that may have been left
//! lying proves nothing.

use super::{Closing, HoldReason, Opening, Owners, Run, Verdict};
use crate::evidence::{BatchFacts, Look, Mark, Moment, PageFacts, Strangeness};
use crate::ids::{PupilId, SheetId};
use crate::vocabulary::Role;

/// Pictures of one card beyond which it may have been left lying: three pieces from four sides each.
const CARD_LIES: usize = 12;
/// A picture without a card this long after the one with a card is another occasion: half an hour.
const OCCASION_SECONDS: i64 = 30 * 60;

/// One run for each picture.
pub(super) fn runs(facts: &BatchFacts) -> Vec<Run> {
    let mut table = Table::default();
    let mut runs: Vec<Run> = facts.pages.iter().map(|page| table.picture(page)).collect();
    ask_about_lying_cards(&mut runs);
    runs
}

/// What lies on the table, as far as the pictures before show.
#[derive(Default)]
struct Table {
    /// The cards of the last picture with cards, and when it was taken.
    before: Option<(Owners, Option<Moment>)>,
    /// Why the last group was not filed; the same cards again are asked again.
    asked: Option<HoldReason>,
}

impl Table {
    fn picture(&mut self, page: &PageFacts) -> Run {
        let (opening, role, candidates) = match seen(page) {
            Seen::One(sheet, pupil) => (Opening::Card { sheet, pupil }, Role::Work, vec![pupil]),
            Seen::Several(pupils) => (Opening::SeveralCards, Role::Work, pupils),
            Seen::Strange(why) => (Opening::Stranger(why), Role::Work, vec![]),
            Seen::Control(opening) => (opening, Role::Control, vec![]),
            Seen::Nobody if page.look == Look::Unseen => (Opening::Unseen, Role::Work, vec![]),
            Seen::Nobody => self.without_card(page),
        };
        let verdict = match (opening, page.suspicion) {
            (_, Some(suspicion)) => Verdict::Hold(HoldReason::of_suspicion(suspicion)),
            (Opening::Card { pupil, .. }, None) => Verdict::File(Owners::one(pupil)),
            (Opening::SeveralCards, None) => self.group(page, &candidates),
            _ if role == Role::Control => Verdict::Nothing,
            _ => Verdict::Hold(HoldReason::of_opening(opening).unwrap_or(HoldReason::NoCard)),
        };
        match opening {
            Opening::Card { .. } | Opening::SeveralCards => {
                self.asked = match verdict {
                    Verdict::Hold(reason) => Some(reason),
                    _ => None,
                };
                self.before = Owners::of(candidates.iter().copied()).map(|owners| (owners, page.moment));
            }
            // An inherited picture may be followed by another of the same child.
            Opening::Inherited | Opening::NoCard => {}
            _ => *self = Self::default(),
        }
        let mut run = Run { closing: Closing::Alone, candidates, verdict, ..Run::new(opening) };
        run.push(page.page, role);
        run
    }

    fn without_card(&self, page: &PageFacts) -> (Opening, Role, Vec<PupilId>) {
        match &self.before {
            Some((owners, moment)) if same_occasion(*moment, page.moment) => {
                (Opening::Inherited, Role::Work, owners.iter().collect())
            }
            _ => (Opening::NoCard, Role::Work, vec![]),
        }
    }

    /// Cards of several pupils are a group's, unless one of them lay in the picture before without the others: then it
    /// may have been left lying there.
    fn group(&self, page: &PageFacts, pupils: &[PupilId]) -> Verdict {
        let sound = page.marks.iter().all(|mark| matches!(mark, Mark::Names { .. }));
        let Some(owners) = Owners::of(pupils.iter().copied()).filter(|_| sound) else {
            return Verdict::Hold(HoldReason::SeveralCards);
        };
        match &self.before {
            Some((before, _)) if *before == owners => self.asked.map_or(Verdict::File(owners), Verdict::Hold),
            Some((before, _)) if before.iter().any(|pupil| owners.has(pupil)) => Verdict::Hold(HoldReason::CardLeft),
            _ => Verdict::File(owners),
        }
    }
}

/// Pictures of different devices are different occasions; without moments, the order is all there is.
fn same_occasion(before: Option<Moment>, now: Option<Moment>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => {
            before.device == now.device && (0..=OCCASION_SECONDS).contains(&(now.seconds - before.seconds))
        }
        (None, None) => true,
        _ => false,
    }
}

fn ask_about_lying_cards(runs: &mut [Run]) {
    let mut from = 0;
    while from < runs.len() {
        let Some(pupil) = runs[from].opening.pupil() else {
            from += 1;
            continue;
        };
        let streak = runs[from..].iter().take_while(|run| run.opening.pupil() == Some(pupil)).count();
        if streak > CARD_LIES {
            for run in &mut runs[from..from + streak] {
                if matches!(run.verdict, Verdict::File(_)) {
                    run.verdict = Verdict::Hold(HoldReason::CardLies);
                }
            }
        }
        from += streak;
    }
}

/// Whom a picture's codes name.
enum Seen {
    Nobody,
    One(SheetId, PupilId),
    Several(Vec<PupilId>),
    Strange(Strangeness),
    Control(Opening),
}

fn seen(page: &PageFacts) -> Seen {
    let mut named: Vec<(SheetId, PupilId)> = Vec::new();
    let mut strange = None;
    let mut control = None;
    for mark in &page.marks {
        match *mark {
            Mark::Names { sheet, pupil, .. } if named.iter().all(|(_, other)| *other != pupil) => {
                named.push((sheet, pupil));
            }
            Mark::Names { .. } => {}
            Mark::Control { kind, sheet } => control = Some(Opening::Control { kind, sheet }),
            Mark::Stranger { why, .. } => strange = Some(why),
        }
    }
    match (named.as_slice(), strange, control) {
        ([], None, None) => Seen::Nobody,
        ([], Some(why), _) => Seen::Strange(why),
        ([], None, Some(opening)) => Seen::Control(opening),
        ([(sheet, pupil)], None, None) => Seen::One(*sheet, *pupil),
        // A second card that does not count is still a second card.
        (several, ..) => Seen::Several(several.iter().map(|(_, pupil)| *pupil).collect()),
    }
}
