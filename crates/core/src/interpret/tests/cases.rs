//! One test for each rule and each thing that goes wrong.

use super::*;

#[test]
fn a_clean_stack_files_itself() {
    use Laid::{Cover, End, Start, Written};
    let laid = [Start, Cover(1), Written, Written, Cover(2), Written, End];
    assert_eq!(verdicts(&laid), [Verdict::Nothing, theirs(1), theirs(2), Verdict::Nothing]);
}

#[test]
fn an_unread_cover_holds_the_runs_on_both_sides_of_it() {
    use Laid::{Cover, Spoiled, Written};
    let laid = [Cover(1), Written, Cover(2), Written, Spoiled(3), Written, Cover(4), Written];
    assert_eq!(
        verdicts(&laid),
        [theirs(1), Verdict::Hold(HoldReason::NextCoverUnread), Verdict::Hold(HoldReason::CoverUnread), theirs(4),]
    );
}

#[test]
fn pages_before_any_cover_wait() {
    use Laid::{Cover, Written};
    assert_eq!(verdicts(&[Written, Cover(1), Written]), [Verdict::Hold(HoldReason::NoCover), theirs(1)]);
}

#[test]
fn covers_behind_the_work_ring_one_alarm() {
    use Laid::{Cover, Written};
    let result = interpret(&facts(&[Written, Cover(1), Written, Cover(2), Written, Cover(3)], SIMPLEX), &[]);
    assert!(result.alarms.contains(&Alarm::Shifted));
    assert!(result.runs.iter().all(|run| !matches!(run.verdict, Verdict::File(_))));
}

#[test]
fn the_same_cover_twice_is_asked_but_two_in_a_row_are_one() {
    use Laid::{Cover, Written};
    let apart = interpret(&facts(&[Cover(1), Written, Cover(2), Written, Cover(1), Written], SIMPLEX), &[]);
    assert_eq!(apart.runs[0].verdict, Verdict::Hold(HoldReason::SameCoverTwice));
    assert_eq!(apart.runs[1].verdict, theirs(2));
    assert_eq!(apart.runs[2].verdict, Verdict::Hold(HoldReason::SameCoverTwice));
    let together = interpret(&facts(&[Cover(1), Cover(1), Written], SIMPLEX), &[]);
    assert_eq!(together.runs.len(), 1);
    assert_eq!(together.runs[0].verdict, theirs(1));
}

#[test]
fn the_blank_back_of_a_cover_belongs_to_the_cover() {
    use Laid::{Cover, Written};
    let result = interpret(&facts(&[Cover(1), Written], DUPLEX), &[]);
    let roles: Vec<Role> = result.runs[0].pages.iter().map(|page| page.role).collect();
    assert_eq!(roles, [Role::Cover, Role::Cover, Role::Work, Role::Work]);
}

#[test]
fn writing_on_the_back_of_a_cover_is_work() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written], DUPLEX);
    batch.pages[1].look = Look::Page;
    let roles: Vec<Role> = interpret(&batch, &[]).runs[0].pages.iter().map(|page| page.role).collect();
    assert_eq!(roles, [Role::Cover, Role::Work, Role::Work, Role::Work]);
}

#[test]
fn work_on_the_front_of_a_cover_proves_nobody() {
    // Simplex captures wrongly taken for front and back: the cover comes out as the back of another pupil's page.
    use Laid::{Cover, Written};
    let mut batch = facts(&[Cover(1), Written, Written, Cover(2), Written, Written], SIMPLEX);
    for (at, page) in batch.pages.iter_mut().enumerate() {
        page.side = DUPLEX[at % 2];
    }
    let runs = interpret(&batch, &[]).runs;
    let verdicts: Vec<Verdict> = runs.iter().map(|run| run.verdict.clone()).collect();
    assert_eq!(
        verdicts,
        [Verdict::Hold(HoldReason::NextDoubtful), Verdict::Hold(HoldReason::Contradiction)],
        "the third page is not filed under the second pupil"
    );
}

#[test]
fn a_lost_side_holds_a_duplex_batch() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written], DUPLEX);
    batch.pages.pop();
    let result = interpret(&batch, &[]);
    assert_eq!(result.runs[0].verdict, Verdict::Hold(HoldReason::OddSides));
}

#[test]
fn two_pupils_on_one_sheet_prove_nobody() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written, Laid::Cover(2), Laid::Written], SIMPLEX);
    batch.pages[2].marks.push(cover(3));
    let verdicts: Vec<Verdict> = interpret(&batch, &[]).runs.iter().map(|run| run.verdict.clone()).collect();
    assert_eq!(verdicts, [Verdict::Hold(HoldReason::NextDoubtful), Verdict::Hold(HoldReason::Contradiction)]);
}

#[test]
fn a_suspect_page_holds_its_run_only() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written, Laid::Cover(2), Laid::Written], SIMPLEX);
    batch.pages[1].suspicion = Some(Suspicion::FlatTail);
    let verdicts: Vec<Verdict> = interpret(&batch, &[]).runs.iter().map(|run| run.verdict.clone()).collect();
    assert_eq!(verdicts, [Verdict::Hold(HoldReason::FlatTail), theirs(2)]);
}

#[test]
fn a_batch_cut_short_holds_its_last_run_only() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written, Laid::Cover(2), Laid::Written], SIMPLEX);
    batch.end = BatchEnd::CutShort;
    let verdicts: Vec<Verdict> = interpret(&batch, &[]).runs.iter().map(|run| run.verdict.clone()).collect();
    assert_eq!(verdicts, [theirs(1), Verdict::Hold(HoldReason::CutShort)]);
}

#[test]
fn a_pupil_of_another_class_is_asked_and_the_missing_are_named() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written, Laid::Cover(2), Laid::Written], SIMPLEX);
    batch.expected = class(&[1, 3]);
    let result = interpret(&batch, &[]);
    assert_eq!(result.runs[1].verdict, Verdict::Hold(HoldReason::OtherClass));
    assert!(result.alarms.contains(&Alarm::Missing(vec![pupil(3)])));
}

#[test]
fn one_run_far_longer_than_the_others_is_asked() {
    let mut laid: Vec<Laid> = (0..6).flat_map(|n| [Laid::Cover(n), Laid::Written, Laid::Written]).collect();
    laid.extend([Laid::Written; 20]);
    let result = interpret(&facts(&laid, SIMPLEX), &[]);
    assert_eq!(result.runs[5].verdict, Verdict::Hold(HoldReason::TooLong));
    assert_eq!(result.runs[4].verdict, theirs(4));
}

#[test]
fn confirm_always_holds_what_would_file_itself() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written], SIMPLEX);
    batch.confirm = Confirm::Always;
    assert_eq!(interpret(&batch, &[]).runs[0].verdict, Verdict::Hold(HoldReason::Always));
}

#[test]
fn every_reason_has_its_word_and_sentence() {
    for &reason in HoldReason::ALL {
        assert_eq!(HoldReason::from_word(reason.word()), Some(reason));
        assert!(reason.sentence().ends_with('.'));
    }
}

#[test]
fn a_page_of_work_that_carries_its_cover_s_code_is_work() {
    // A school's own code on the first page: nothing else looks like a cover here.
    use Laid::{Cover, Written};
    let mut batch = facts(&[Cover(1), Written, Cover(2), Written], SIMPLEX);
    batch.pages[0].look = Look::Page;
    batch.pages[2].look = Look::Page;
    let runs = interpret(&batch, &[]).runs;
    let verdicts: Vec<Verdict> = runs.iter().map(|run| run.verdict.clone()).collect();
    assert_eq!(verdicts, [theirs(1), theirs(2)]);
    assert!(runs.iter().all(|run| run.pages.iter().all(|page| page.role == Role::Work)));
}
