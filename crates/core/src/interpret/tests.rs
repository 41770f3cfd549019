//! Laws and cases of the understanding of a batch.

use super::*;
use crate::evidence::{Confirm, Look, Mark, PageFacts};
use crate::ids::{PageId, PupilId, SheetId};
use crate::vocabulary::{Side, Suspicion};
use proptest::prelude::*;

/// A sheet as it was laid into the feeder: the truth behind the facts.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Laid {
    Cover(u8),
    /// A cover of that pupil whose codes are destroyed.
    Spoiled(u8),
    Written,
    BlankPaper,
    Separator,
    Start,
    End,
    OtherSchool,
    /// A capture that cannot be opened; in truth that pupil's cover.
    Broken(u8),
}

fn pupil(n: u8) -> PupilId {
    PupilId::from_random(u64::from(n) + 1)
}

fn cover(n: u8) -> Mark {
    Mark::Names { kind: SheetKind::Cover, sheet: SheetId::from_random(u64::from(n)), pupil: pupil(n) }
}

fn control(kind: SheetKind) -> Mark {
    Mark::Control { kind, sheet: SheetId::from_random(999) }
}

fn facts(laid: &[Laid], sides: &[Side]) -> BatchFacts {
    let mut pages = Vec::new();
    for sheet in laid {
        let (marks, look) = match *sheet {
            Laid::Cover(n) => (vec![cover(n)], Look::Sheet),
            Laid::Spoiled(_) => (vec![], Look::Sheet),
            Laid::Written => (vec![], Look::Page),
            Laid::BlankPaper => (vec![], Look::Blank),
            Laid::Separator => (vec![control(SheetKind::Separator)], Look::Sheet),
            Laid::Start => (vec![control(SheetKind::Start)], Look::Sheet),
            Laid::End => (vec![control(SheetKind::End)], Look::Sheet),
            Laid::OtherSchool => {
                let sheet = SheetId::from_random(5);
                (vec![Mark::Stranger { kind: SheetKind::Cover, sheet, why: Strangeness::OtherSchool }], Look::Sheet)
            }
            Laid::Broken(_) => (vec![], Look::Unseen),
        };
        for (at, &side) in sides.iter().enumerate() {
            let front = at == 0;
            pages.push(PageFacts {
                page: PageId::from_random(pages.len() as u64),
                side,
                marks: if front { marks.clone() } else { vec![] },
                look: if front { look } else { Look::Blank },
                suspicion: None,
            });
        }
    }
    BatchFacts {
        flow: Flow::Stack,
        end: BatchEnd::Normal,
        pages,
        expected: vec![],
        confirm: Confirm::Alarms,
        longest_run: 200,
    }
}

const SIMPLEX: &[Side] = &[Side::Single];
const DUPLEX: &[Side] = &[Side::Front, Side::Back];

/// Whose each page truly is, page by page.
fn truth(laid: &[Laid], sides: usize) -> Vec<Option<PupilId>> {
    let mut owner = None;
    laid.iter()
        .flat_map(|sheet| {
            match *sheet {
                Laid::Cover(n) | Laid::Spoiled(n) | Laid::Broken(n) => owner = Some(pupil(n)),
                Laid::Written | Laid::BlankPaper => {}
                Laid::Separator | Laid::Start | Laid::End | Laid::OtherSchool => owner = None,
            }
            vec![owner; sides]
        })
        .collect()
}

fn verdicts(laid: &[Laid]) -> Vec<Verdict> {
    interpret(&facts(laid, SIMPLEX)).runs.iter().map(|run| run.verdict).collect()
}

#[test]
fn a_clean_stack_files_itself() {
    use Laid::{Cover, End, Start, Written};
    let laid = [Start, Cover(1), Written, Written, Cover(2), Written, End];
    assert_eq!(verdicts(&laid), [Verdict::Nothing, Verdict::File(pupil(1)), Verdict::File(pupil(2)), Verdict::Nothing]);
}

#[test]
fn an_unread_cover_holds_the_runs_on_both_sides_of_it() {
    use Laid::{Cover, Spoiled, Written};
    let laid = [Cover(1), Written, Cover(2), Written, Spoiled(3), Written, Cover(4), Written];
    assert_eq!(
        verdicts(&laid),
        [
            Verdict::File(pupil(1)),
            Verdict::Hold(HoldReason::NextCoverUnread),
            Verdict::Hold(HoldReason::CoverUnread),
            Verdict::File(pupil(4)),
        ]
    );
}

#[test]
fn pages_before_any_cover_wait() {
    use Laid::{Cover, Written};
    assert_eq!(verdicts(&[Written, Cover(1), Written]), [Verdict::Hold(HoldReason::NoCover), Verdict::File(pupil(1))]);
}

#[test]
fn covers_behind_the_work_ring_one_alarm() {
    use Laid::{Cover, Written};
    let result = interpret(&facts(&[Written, Cover(1), Written, Cover(2), Written, Cover(3)], SIMPLEX));
    assert!(result.alarms.contains(&Alarm::Shifted));
    assert!(result.runs.iter().all(|run| !matches!(run.verdict, Verdict::File(_))));
}

#[test]
fn the_same_cover_twice_is_asked_but_two_in_a_row_are_one() {
    use Laid::{Cover, Written};
    let apart = interpret(&facts(&[Cover(1), Written, Cover(2), Written, Cover(1), Written], SIMPLEX));
    assert_eq!(apart.runs[0].verdict, Verdict::Hold(HoldReason::SameCoverTwice));
    assert_eq!(apart.runs[1].verdict, Verdict::File(pupil(2)));
    assert_eq!(apart.runs[2].verdict, Verdict::Hold(HoldReason::SameCoverTwice));
    let together = interpret(&facts(&[Cover(1), Cover(1), Written], SIMPLEX));
    assert_eq!(together.runs.len(), 1);
    assert_eq!(together.runs[0].verdict, Verdict::File(pupil(1)));
}

#[test]
fn the_blank_back_of_a_cover_belongs_to_the_cover() {
    use Laid::{Cover, Written};
    let result = interpret(&facts(&[Cover(1), Written], DUPLEX));
    let roles: Vec<Role> = result.runs[0].pages.iter().map(|(_, role)| *role).collect();
    assert_eq!(roles, [Role::Cover, Role::Cover, Role::Work, Role::Work]);
}

#[test]
fn writing_on_the_back_of_a_cover_is_work() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written], DUPLEX);
    batch.pages[1].look = Look::Page;
    let roles: Vec<Role> = interpret(&batch).runs[0].pages.iter().map(|(_, role)| *role).collect();
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
    let runs = interpret(&batch).runs;
    let verdicts: Vec<Verdict> = runs.iter().map(|run| run.verdict).collect();
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
    let result = interpret(&batch);
    assert_eq!(result.runs[0].verdict, Verdict::Hold(HoldReason::OddSides));
}

#[test]
fn two_pupils_on_one_sheet_prove_nobody() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written, Laid::Cover(2), Laid::Written], SIMPLEX);
    batch.pages[2].marks.push(cover(3));
    let verdicts: Vec<Verdict> = interpret(&batch).runs.iter().map(|run| run.verdict).collect();
    assert_eq!(verdicts, [Verdict::Hold(HoldReason::NextDoubtful), Verdict::Hold(HoldReason::Contradiction)]);
}

#[test]
fn a_suspect_page_holds_its_run_only() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written, Laid::Cover(2), Laid::Written], SIMPLEX);
    batch.pages[1].suspicion = Some(Suspicion::FlatTail);
    let verdicts: Vec<Verdict> = interpret(&batch).runs.iter().map(|run| run.verdict).collect();
    assert_eq!(verdicts, [Verdict::Hold(HoldReason::FlatTail), Verdict::File(pupil(2))]);
}

#[test]
fn a_batch_cut_short_holds_its_last_run_only() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written, Laid::Cover(2), Laid::Written], SIMPLEX);
    batch.end = BatchEnd::CutShort;
    let verdicts: Vec<Verdict> = interpret(&batch).runs.iter().map(|run| run.verdict).collect();
    assert_eq!(verdicts, [Verdict::File(pupil(1)), Verdict::Hold(HoldReason::CutShort)]);
}

#[test]
fn a_pupil_of_another_class_is_asked_and_the_missing_are_named() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written, Laid::Cover(2), Laid::Written], SIMPLEX);
    batch.expected = vec![pupil(1), pupil(3)];
    let result = interpret(&batch);
    assert_eq!(result.runs[1].verdict, Verdict::Hold(HoldReason::OtherClass));
    assert!(result.alarms.contains(&Alarm::Missing(vec![pupil(3)])));
}

#[test]
fn one_run_far_longer_than_the_others_is_asked() {
    let mut laid: Vec<Laid> = (0..6).flat_map(|n| [Laid::Cover(n), Laid::Written, Laid::Written]).collect();
    laid.extend([Laid::Written; 20]);
    let result = interpret(&facts(&laid, SIMPLEX));
    assert_eq!(result.runs[5].verdict, Verdict::Hold(HoldReason::TooLong));
    assert_eq!(result.runs[4].verdict, Verdict::File(pupil(4)));
}

#[test]
fn confirm_always_holds_what_would_file_itself() {
    let mut batch = facts(&[Laid::Cover(1), Laid::Written], SIMPLEX);
    batch.confirm = Confirm::Always;
    assert_eq!(interpret(&batch).runs[0].verdict, Verdict::Hold(HoldReason::Always));
}

#[test]
fn a_card_names_its_picture_alone() {
    let card = |n| Mark::Names { kind: SheetKind::Card, sheet: SheetId::from_random(n), pupil: pupil(n as u8) };
    let mut batch = facts(&[Laid::Written; 4], SIMPLEX);
    batch.flow = Flow::Pictures;
    batch.pages[1].marks = vec![card(1)];
    batch.pages[3].marks = vec![card(1), card(2)];
    let result = interpret(&batch);
    let verdicts: Vec<Verdict> = result.runs.iter().map(|run| run.verdict).collect();
    assert_eq!(
        verdicts,
        [
            Verdict::Hold(HoldReason::NoCard),
            Verdict::File(pupil(1)),
            Verdict::Hold(HoldReason::Inherited),
            Verdict::Hold(HoldReason::SeveralCards),
        ]
    );
    assert_eq!(result.runs[2].opening.suggestion(), Some(pupil(1)));
}

#[test]
fn every_reason_has_its_word_and_sentence() {
    for &reason in HoldReason::ALL {
        assert_eq!(HoldReason::from_word(reason.word()), Some(reason));
        assert!(reason.sentence().ends_with('.'));
    }
}

fn laid() -> impl Strategy<Value = Laid> {
    prop_oneof![
        3 => (0u8..12).prop_map(Laid::Cover),
        1 => (0u8..12).prop_map(Laid::Spoiled),
        1 => (0u8..12).prop_map(Laid::Broken),
        8 => Just(Laid::Written),
        2 => Just(Laid::BlankPaper),
        1 => Just(Laid::Separator),
        1 => Just(Laid::Start),
        1 => Just(Laid::End),
        1 => Just(Laid::OtherSchool),
    ]
}

fn stack() -> impl Strategy<Value = Vec<Laid>> {
    proptest::collection::vec(laid(), 0..60)
}

fn sides() -> impl Strategy<Value = &'static [Side]> {
    prop_oneof![Just(SIMPLEX), Just(DUPLEX)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_identity_crosses_a_boundary(laid in stack(), sides in sides()) {
        let batch = facts(&laid, sides);
        let truth = truth(&laid, sides.len());
        for run in interpret(&batch).runs {
            let Verdict::File(owner) = run.verdict else { continue };
            for (page, _) in run.pages {
                prop_assert_eq!(truth[page.number() as usize], Some(owner));
            }
        }
    }

    #[test]
    fn every_page_is_accounted_for_exactly_once_and_in_order(laid in stack(), sides in sides()) {
        let batch = facts(&laid, sides);
        let counted: Vec<PageId> =
            interpret(&batch).runs.iter().flat_map(|run| run.pages.iter().map(|(page, _)| *page)).collect();
        let given: Vec<PageId> = batch.pages.iter().map(|page| page.page).collect();
        prop_assert_eq!(counted, given);
    }

    #[test]
    fn an_unreadable_cover_closes_the_run(laid in stack(), sides in sides(), at in 0usize..60) {
        let mut laid = laid;
        let at = at.min(laid.len());
        laid.insert(at, Laid::Spoiled(11));
        let page = PageId::from_random((at * sides.len()) as u64);
        let runs = interpret(&facts(&laid, sides)).runs;
        let index = runs.iter().position(|run| run.pages[..].iter().any(|(id, _)| *id == page)).unwrap();
        prop_assert_eq!(runs[index].opening, Opening::UnreadSheet);
        prop_assert_eq!(runs[index].pages[0].0, page, "it begins its run");
        prop_assert!(!matches!(runs[index].verdict, Verdict::File(_)));
        if index > 0 {
            prop_assert!(!matches!(runs[index - 1].verdict, Verdict::File(_)), "the run before has no proof of its end");
        }
    }

    #[test]
    fn renaming_the_pupils_renames_the_result(laid in stack(), turn in 1u8..12) {
        let renamed: Vec<Laid> = laid.iter().map(|sheet| match *sheet {
            Laid::Cover(n) => Laid::Cover((n + turn) % 12),
            other => other,
        }).collect();
        let before = interpret(&facts(&laid, SIMPLEX));
        let after = interpret(&facts(&renamed, SIMPLEX));
        prop_assert_eq!(before.runs.len(), after.runs.len());
        for (one, other) in before.runs.iter().zip(&after.runs) {
            match (one.verdict, other.verdict) {
                (Verdict::File(from), Verdict::File(to)) => {
                    let number = (from.number() - 1) as u8;
                    prop_assert_eq!(to, pupil((number + turn) % 12));
                }
                (same, again) => prop_assert_eq!(same, again),
            }
        }
    }
}
