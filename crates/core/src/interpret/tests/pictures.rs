//! Pictures with cards.

use super::*;
use crate::evidence::Moment;

fn card(n: u8) -> Mark {
    Mark::Names { kind: SheetKind::Card, sheet: SheetId::from_random(u64::from(n)), pupil: pupil(n) }
}

/// A batch of pictures, each with the cards that lie in it.
fn pictures(cards: &[&[u8]]) -> BatchFacts {
    let mut batch = facts(&vec![Laid::Written; cards.len()], SIMPLEX);
    batch.flow = Flow::Pictures;
    for (page, cards) in batch.pages.iter_mut().zip(cards) {
        page.marks = cards.iter().map(|n| card(*n)).collect();
    }
    batch
}

fn group(pupils: &[u8]) -> Verdict {
    Verdict::File(Owners::of(pupils.iter().map(|n| pupil(*n))).unwrap())
}

fn verdicts(batch: &BatchFacts) -> Vec<Verdict> {
    interpret(batch, &[]).runs.iter().map(|run| run.verdict.clone()).collect()
}

#[test]
fn a_card_names_its_picture_alone() {
    let batch = pictures(&[&[], &[1], &[]]);
    assert_eq!(verdicts(&batch), [Verdict::Hold(HoldReason::NoCard), theirs(1), Verdict::Hold(HoldReason::Inherited)]);
    assert_eq!(interpret(&batch, &[]).runs[2].candidates, [pupil(1)]);
}

#[test]
fn several_cards_are_a_group_and_the_same_cards_again_are_the_same_group() {
    assert_eq!(verdicts(&pictures(&[&[1, 2], &[2, 1], &[3]])), [group(&[1, 2]), group(&[1, 2]), theirs(3)]);
}

#[test]
fn a_card_that_lay_there_before_makes_no_group() {
    let asked = Verdict::Hold(HoldReason::CardLeft);
    assert_eq!(verdicts(&pictures(&[&[1], &[1, 2], &[1, 2], &[2]])), [theirs(1), asked.clone(), asked, theirs(2)]);
}

#[test]
fn a_second_card_that_does_not_count_is_a_second_card() {
    let mut batch = pictures(&[&[1]]);
    let sheet = SheetId::from_random(5);
    batch.pages[0].marks.push(Mark::Stranger { kind: SheetKind::Card, sheet, why: Strangeness::PupilLeft });
    assert_eq!(verdicts(&batch), [Verdict::Hold(HoldReason::SeveralCards)]);
}

#[test]
fn a_card_in_very_many_pictures_is_asked_about() {
    let few = pictures(&[&[1_u8][..]; 12]);
    assert!(verdicts(&few).iter().all(|verdict| *verdict == theirs(1)));
    let mut many = vec![&[1_u8][..]; 13];
    many.push(&[2]);
    let verdicts = verdicts(&pictures(&many));
    assert!(verdicts[..13].iter().all(|verdict| *verdict == Verdict::Hold(HoldReason::CardLies)));
    assert_eq!(verdicts[13], theirs(2));
}

#[test]
fn nothing_is_inherited_over_a_time_gap_or_from_another_device() {
    let held = |before: Option<Moment>, now: Option<Moment>| {
        let mut batch = pictures(&[&[1], &[]]);
        batch.pages[0].moment = before;
        batch.pages[1].moment = now;
        verdicts(&batch)[1].clone()
    };
    let at = |seconds, device| Some(Moment { seconds, device });
    let inherited = Verdict::Hold(HoldReason::Inherited);
    let alone = Verdict::Hold(HoldReason::NoCard);
    assert_eq!(held(at(0, 1), at(60, 1)), inherited);
    assert_eq!(held(at(0, 1), at(3_600, 1)), alone);
    assert_eq!(held(at(0, 1), at(60, 2)), alone);
    assert_eq!(held(at(60, 1), at(0, 1)), alone, "a picture from before");
    assert_eq!(held(at(0, 1), None), alone, "a file that does not say came another way");
}
