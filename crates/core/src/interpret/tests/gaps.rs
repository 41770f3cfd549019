//! Covers that were drawn in together with another sheet and left no trace but a missing pupil.

use super::*;
use crate::evidence::{Lined, Style};
use Laid::{Cover, Written};

/// A batch for pupils 0 to 9 in that order, in which these came, each with that many pages.
fn came(runs: &[(u8, usize)]) -> BatchFacts {
    let laid: Vec<Laid> =
        runs.iter().flat_map(|(who, pages)| [vec![Cover(*who)], vec![Written; *pages]].concat()).collect();
    BatchFacts { expected: class(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), ..facts(&laid, SIMPLEX) }
}

fn held(batch: &BatchFacts, said: &[Word]) -> Vec<(Option<PupilId>, HoldReason)> {
    let runs = interpret(batch, said).runs;
    let held = |run: &Run| match run.verdict {
        Verdict::Hold(reason) => Some((run.opening.pupil(), reason)),
        _ => None,
    };
    runs.iter().filter_map(held).collect()
}

#[test]
fn the_run_before_a_gap_in_the_list_is_asked_about_however_short() {
    let runs: Vec<(u8, usize)> = (0..10).filter(|who| *who != 4).map(|who| (who, 2)).collect();
    let batch = came(&runs);
    assert_eq!(held(&batch, &[]), [(Some(pupil(3)), HoldReason::MissingNext)]);
    let absent = Word::Absent { pupil: pupil(4) };
    assert_eq!(held(&batch, std::slice::from_ref(&absent)), [], "nothing was handed in: the run is whole");
    let result = interpret(&batch, &[absent]);
    assert!(!result.alarms.iter().any(|alarm| matches!(alarm, Alarm::Missing(_))));
}

#[test]
fn the_end_of_the_list_is_a_gap_too() {
    let runs: Vec<(u8, usize)> = (0..9).map(|who| (who, 2)).collect();
    assert_eq!(held(&came(&runs), &[]), [(Some(pupil(8)), HoldReason::MissingNext)]);
}

#[test]
fn half_a_class_has_no_gaps() {
    let runs: Vec<(u8, usize)> = (0..10).step_by(2).filter(|who| *who != 4).map(|who| (who, 2)).collect();
    assert_eq!(held(&came(&runs), &[]), []);
}

#[test]
fn without_the_order_of_the_list_every_run_waits_for_one_word() {
    let runs = [(5, 2), (1, 2), (9, 2), (0, 1), (7, 2), (2, 2), (8, 2), (3, 2), (6, 2)];
    let batch = came(&runs);
    let waiting = held(&batch, &[]);
    assert_eq!(waiting.len(), 8, "the run with a single page cannot be two pupils'");
    assert!(waiting.iter().all(|(_, reason)| *reason == HoldReason::MissingSomewhere));
    assert_eq!(held(&batch, &[Word::Absent { pupil: pupil(4) }]), []);
}

#[test]
fn a_run_of_one_sheet_hides_nobody() {
    let runs: Vec<(u8, usize)> = (0..10).filter(|who| *who != 4).map(|who| (who, 1)).collect();
    assert_eq!(held(&came(&runs), &[]), []);
}

#[test]
fn covers_coded_on_both_sides_do_not_hide_in_a_batch_of_both_sides() {
    let runs: Vec<(u8, usize)> = (0..10).filter(|who| *who != 4).map(|who| (who, 2)).collect();
    let laid: Vec<Laid> =
        runs.iter().flat_map(|(who, pages)| [vec![Cover(*who)], vec![Written; *pages]].concat()).collect();
    let mut batch = BatchFacts { expected: came(&runs).expected, ..facts(&laid, DUPLEX) };
    assert_eq!(held(&batch, &[]), [(Some(pupil(3)), HoldReason::MissingNext)], "printed on the front only");
    for at in (1..batch.pages.len()).step_by(2) {
        batch.pages[at].marks = batch.pages[at - 1].marks.clone();
    }
    assert_eq!(held(&batch, &[]), []);
}

#[test]
fn pages_without_a_cover_explain_one_who_is_missing_and_no_more() {
    // The first pages have no cover, one pupil is absent, and one cover is hidden, in a class of eight.
    let laid = [
        vec![Written],
        (1..8).filter(|who| ![3, 6].contains(who)).flat_map(|who| [Cover(who), Written, Written]).collect(),
    ];
    let batch = BatchFacts { expected: class(&[0, 1, 2, 3, 4, 5, 6, 7]), ..facts(&laid.concat(), SIMPLEX) };
    let waiting: Vec<Option<PupilId>> = held(&batch, &[]).iter().map(|(who, _)| *who).collect();
    assert_eq!(waiting, [None, Some(pupil(2)), Some(pupil(5))]);
}

#[test]
fn a_cover_that_could_not_be_read_explains_who_is_missing() {
    let runs = [(5, 2), (1, 2), (9, 2), (0, 2), (7, 2), (2, 2), (8, 2), (3, 2), (6, 2), (4, 2)];
    let mut batch = came(&runs);
    batch.pages[27].marks.clear();
    let waiting = held(&batch, &[]);
    assert!(waiting.iter().all(|(_, reason)| *reason != HoldReason::MissingSomewhere), "{waiting:?}");
}

#[test]
fn the_same_cover_again_does_not_break_the_order() {
    let runs = [(0, 2), (1, 2), (2, 2), (3, 2), (5, 2), (0, 1), (6, 2), (7, 2), (8, 2), (9, 2)];
    let waiting = held(&came(&runs), &[]);
    let reasons: Vec<HoldReason> = waiting.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(reasons, [HoldReason::SameCoverTwice, HoldReason::MissingNext, HoldReason::SameCoverTwice]);
}

#[test]
fn in_part_of_a_class_a_change_of_paper_is_asked_about() {
    let runs = [(5, 3), (1, 3), (9, 3), (0, 4)];
    let mut batch = came(&runs);
    for (at, page) in batch.pages.iter_mut().enumerate() {
        let lined = if (15..17).contains(&at) { Lined::Yes } else { Lined::No };
        page.style = Some(Style { short_mm: 210, long_mm: 297, lined });
    }
    assert_eq!(held(&batch, &[]), [(Some(pupil(0)), HoldReason::StyleChange)]);
}

#[test]
fn an_unread_cover_explains_the_pupil_who_is_missing() {
    let mut laid: Vec<Laid> = (0..10).flat_map(|who| [Cover(who), Written]).collect();
    laid[8] = Laid::Spoiled(4);
    let batch = BatchFacts { expected: class(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), ..facts(&laid, SIMPLEX) };
    assert_eq!(held(&batch, &[]), [(Some(pupil(3)), HoldReason::NextCoverUnread), (None, HoldReason::CoverUnread)]);
}

#[test]
fn each_start_sheet_has_its_own_class() {
    let start = |n: u64| Mark::Control { kind: SheetKind::Start, sheet: SheetId::from_random(n) };
    let laid = [Laid::Start, Cover(0), Written, Laid::Start, Cover(1), Written, Cover(2), Written];
    let mut batch = facts(&laid, SIMPLEX);
    batch.pages[0].marks = vec![start(1)];
    batch.pages[3].marks = vec![start(2)];
    let part = |n: u64, who: &[u8]| Expected {
        start: Some(SheetId::from_random(n)),
        pupils: who.iter().map(|n| pupil(*n)).collect(),
        known: ClassKnown::Said,
    };
    batch.expected = vec![part(1, &[0]), part(2, &[1, 3])];
    assert_eq!(
        held(&batch, &[]),
        [(Some(pupil(2)), HoldReason::OtherClass)],
        "the second part is for another class; half of it missing says nothing"
    );
}
