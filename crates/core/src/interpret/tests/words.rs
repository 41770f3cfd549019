//! What people say, and that it can be taken back.

use super::*;
use Laid::{Cover, Separator, Spoiled, Start, Written};

fn page(n: u64) -> PageId {
    PageId::from_random(n)
}

fn pages(numbers: &[u64]) -> Vec<PageId> {
    numbers.iter().map(|n| page(*n)).collect()
}

/// What becomes of each page.
fn fates(laid: &[Laid], said: &[Word]) -> Vec<Verdict> {
    let runs = interpret(&facts(laid, SIMPLEX), said).runs;
    runs.into_iter().flat_map(|run| run.pages).map(|page| page.verdict).collect()
}

#[test]
fn one_word_shifts_the_whole_batch() {
    let laid = [Start, Written, Cover(1), Written, Written, Cover(2), Written, Cover(3)];
    let shifted = fates(&laid, &[Word::CoversBehind]);
    assert_eq!(
        shifted,
        [Verdict::Nothing, theirs(1), theirs(1), theirs(2), theirs(2), theirs(2), theirs(3), theirs(3)]
    );
    let result = interpret(&facts(&laid, SIMPLEX), &[Word::CoversBehind]);
    assert!(!result.alarms.contains(&Alarm::Shifted));
    assert!(
        result.runs[1..].iter().all(|run| run.context == Some(SheetId::from_random(999))),
        "the start sheet counts"
    );
}

#[test]
fn a_cut_proves_the_end_of_what_lies_before_it() {
    let laid = [Cover(1), Written, Written];
    let cut = Word::Cut { before: page(2) };
    assert_eq!(fates(&laid, std::slice::from_ref(&cut)), [theirs(1), theirs(1), Verdict::Hold(HoldReason::SplitOff)]);
    let named = Word::Theirs { pages: pages(&[2]), pupils: Owners::one(pupil(7)) };
    assert_eq!(fates(&laid, &[cut, named]), [theirs(1), theirs(1), theirs(7)]);
}

#[test]
fn a_cut_is_mended_by_joining_there_again() {
    let laid = [Cover(1), Written, Written];
    let mended = [Word::Cut { before: page(2) }, Word::Joined { at: page(2) }];
    assert_eq!(fates(&laid, &mended), fates(&laid, &[]));
}

#[test]
fn what_was_no_cover_is_work_once_joined() {
    let laid = [Cover(1), Written, Spoiled(9), Written, Cover(2), Written];
    let joined = fates(&laid, &[Word::Joined { at: page(2) }]);
    assert_eq!(joined, [theirs(1), theirs(1), theirs(1), theirs(1), theirs(2), theirs(2)]);
}

#[test]
fn the_cover_of_another_child_is_put_aside_when_joined_or_given() {
    let laid = [Cover(1), Written, Cover(2), Written];
    let joined = fates(&laid, &[Word::Joined { at: page(2) }]);
    assert_eq!(joined, [theirs(1), theirs(1), Verdict::Nothing, theirs(1)]);
    let given = Word::Theirs { pages: pages(&[2, 3]), pupils: Owners::one(pupil(1)) };
    assert_eq!(fates(&laid, &[given]), [theirs(1), theirs(1), Verdict::Nothing, theirs(1)]);
}

#[test]
fn a_separator_that_a_person_joins_separates_nothing() {
    let laid = [Cover(1), Written, Separator, Written];
    assert_eq!(fates(&laid, &[])[3], Verdict::Hold(HoldReason::NoCover));
    assert_eq!(fates(&laid, &[Word::Joined { at: page(2) }]), [theirs(1), theirs(1), Verdict::Nothing, theirs(1)]);
}

#[test]
fn the_last_word_about_a_page_counts() {
    let laid = [Cover(1), Written];
    let to = |n| Word::Theirs { pages: pages(&[1]), pupils: Owners::one(pupil(n)) };
    let not = Word::Unknown { pages: pages(&[1]) };
    assert_eq!(fates(&laid, &[to(2), to(3)])[1], theirs(3));
    assert_eq!(fates(&laid, &[to(2), not])[1], Verdict::Hold(HoldReason::TakenBack));
    assert_eq!(fates(&laid, &[to(2), Word::Nobodys { pages: pages(&[1]) }])[1], Verdict::Discard);
    assert_eq!(fates(&laid, &[to(2), Word::Forget { pages: pages(&[1]) }])[1], theirs(1));
}

#[test]
fn a_page_can_be_a_groups() {
    let both = Owners::of([pupil(1), pupil(2)]).unwrap();
    let word = Word::Theirs { pages: pages(&[0, 1]), pupils: both.clone() };
    let expected = Verdict::File(both);
    assert_eq!(fates(&[Cover(1), Written], &[word]), [expected.clone(), expected]);
}

#[test]
fn an_unnamed_cover_is_a_cover_once_named() {
    let sheet = SheetId::from_random(50);
    let mut batch = facts(&[Cover(1), Written, Separator, Written], SIMPLEX);
    batch.pages[2].marks = vec![Mark::Control { kind: SheetKind::Unnamed, sheet }];
    let verdicts = |said: &[Word]| -> Vec<Verdict> {
        interpret(&batch, said).runs.iter().map(|run| run.verdict.clone()).collect()
    };
    assert_eq!(verdicts(&[]), [theirs(1), Verdict::Hold(HoldReason::Unnamed)]);
    assert_eq!(verdicts(&[Word::Named { sheet, pupil: pupil(4) }]), [theirs(1), theirs(4)]);
}

#[test]
fn a_page_that_waits_for_itself_does_not_hold_its_run() {
    let mut batch = facts(&[Cover(1), Written, Written], SIMPLEX);
    batch.pages[1].waits = Some(HoldReason::Trouble);
    let runs = interpret(&batch, &[]).runs;
    let fates: Vec<Verdict> = runs[0].pages.iter().map(|page| page.verdict.clone()).collect();
    assert_eq!(fates, [theirs(1), Verdict::Hold(HoldReason::Trouble), theirs(1)]);
}
