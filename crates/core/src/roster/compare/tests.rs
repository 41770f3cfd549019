//! Lists against rosters, a case at a time. Every name is invented.

use super::*;
use jiff::civil::date;

fn details(surname: &str, forename: &str, class: &str, upn: &str) -> PupilDetails {
    PupilDetails {
        surname: surname.into(),
        forename: forename.into(),
        class: class.into(),
        upn: upn.into(),
        ..PupilDetails::default()
    }
}

fn pupil(n: u64, details: PupilDetails) -> Pupil {
    Pupil { id: PupilId::from_random(n), details, standing: Standing::Current }
}

fn listed(line: u64, details: PupilDetails) -> ListedPupil {
    ListedPupil { line, id: None, details }
}

fn changes(roster: &[Pupil], list: &[ListedPupil]) -> Vec<Change> {
    compare(&Against { roster, sealed: &[], scope: &Scope::School }, list)
}

#[test]
fn a_list_is_compared_by_numbers_never_by_name() {
    let roster = [
        pupil(1, details("Ade", "Bo", "4B", "U1")),
        pupil(2, details("Ade", "Bo", "4B", "U2")),
        pupil(3, details("Cox", "Dee", "4B", "U3")),
    ];
    let list = [
        listed(2, details("Ade", "Bo", "5B", "U1")),
        listed(3, details("Ade", "Bo", "4B", "U2")),
        listed(4, details("Ade", "Bo", "4B", "U9")),
        listed(5, details("Ade", "Bo", "5B", "U1")),
    ];
    let changes = changes(&roster, &list);
    assert!(matches!(&changes[0], Change::Updated { before, listed }
        if before.id == roster[0].id && listed.details.class == "5B"));
    assert_eq!(changes[1], Change::Unchanged(roster[1].id));
    assert!(matches!(changes[2], Change::Added(_)), "a shared name is no match");
    assert!(matches!(changes[3], Change::Conflict { why: Conflict::MatchedTwice(_), .. }));
    assert_eq!(changes[4], Change::Missing(roster[2].id));
    assert_eq!(changes.len(), 5);
}

#[test]
fn numbers_that_point_to_two_pupils_are_a_conflict() {
    let mut second = details("Cox", "Dee", "4B", "U2");
    second.admission_number = "0042".into();
    let roster = [pupil(1, details("Ade", "Bo", "4B", "U1")), pupil(2, second)];
    let mut row = details("Ade", "Bo", "4B", "U1");
    row.admission_number = "0042".into();
    let changes = changes(&roster, &[listed(2, row)]);
    assert!(matches!(&changes[0], Change::Conflict { why: Conflict::NumbersDisagree(ids), .. } if ids.len() == 2));
    assert_eq!(changes.len(), 1, "pupils in a conflict are not called missing");
}

#[test]
fn a_list_without_numbers_finds_its_own_pupils_again() {
    let roster = [pupil(1, details("Ade", "Bo", "4B", "")), pupil(2, details("Cox", "Dee", "4B", ""))];
    let found = changes(&roster, &[listed(2, details("Ade", "Bo", "4B", ""))]);
    assert_eq!(found, [Change::Unchanged(roster[0].id), Change::Missing(roster[1].id)]);
}

#[test]
fn the_same_name_and_birthday_with_another_number_is_only_a_suggestion() {
    let born = Some(date(2018, 3, 4));
    let roster = [pupil(1, PupilDetails { born, ..details("Ade", "Bo", "4B", "U1") })];
    let row = PupilDetails { born, ..details("Ade", "Bo", "4B", "U7") };
    assert!(matches!(changes(&roster, &[listed(2, row)])[0], Change::Conflict { why: Conflict::PerhapsSame(_), .. }));
}

#[test]
fn a_temporary_number_is_followed_by_the_permanent_one() {
    let roster = [pupil(1, details("Ade", "Bo", "4B", "TEMP"))];
    let row = PupilDetails { former_upn: "TEMP".into(), ..details("Ade", "Bo", "4B", "FINAL") };
    let changes = changes(&roster, &[listed(2, row)]);
    assert!(matches!(&changes[0], Change::Updated { before, listed }
        if before.id == roster[0].id && listed.details.upn == "FINAL" && listed.details.former_upn == "TEMP"));
}

#[test]
fn who_has_left_comes_back_and_who_is_no_longer_there_is_not_missing_twice() {
    let left = Pupil { standing: Standing::Left, ..pupil(1, details("Ade", "Bo", "4B", "U1")) };
    let gone = Pupil { standing: Standing::Left, ..pupil(2, details("Cox", "Dee", "4B", "U2")) };
    let changes = changes(&[left.clone(), gone], &[listed(2, left.details.clone())]);
    assert!(matches!(&changes[..], [Change::Updated { before, .. }] if before.standing == Standing::Left));
}

#[test]
fn only_whom_the_list_should_hold_is_missing() {
    let roster = [
        pupil(1, details("Ade", "Bo", "4B", "U1")),
        pupil(2, details("Cox", "Dee", "4 b", "U2")),
        pupil(3, details("Eze", "Fay", "5C", "U3")),
    ];
    let list = [listed(2, details("Ade", "Bo", "4B", "U1"))];
    for (scope, missing) in [(Scope::School, 2), (Scope::Class("4B".into()), 1), (Scope::Some, 0)] {
        let changes = compare(&Against { roster: &roster, sealed: &[], scope: &scope }, &list);
        assert_eq!(changes.iter().filter(|c| matches!(c, Change::Missing(_))).count(), missing, "{scope:?}");
    }
}

/// A pupil who was Sam Jones, UPN OLD, is now Alex Smith, UPN NEW; the admission number stayed.
fn with_a_new_identity() -> (Vec<Pupil>, SealedIdentity) {
    let born = Some(date(2018, 3, 4));
    let number = |d: PupilDetails| PupilDetails { admission_number: "0042".into(), born, ..d };
    let roster =
        vec![pupil(1, number(details("Smith", "Alex", "4B", "NEW"))), pupil(2, details("Jones", "Sam", "5C", "OTHER"))];
    let details = number(details("Jones", "Sam", "4B", "OLD"));
    let sealed = SealedIdentity { pupil: roster[0].id, details };
    (roster, sealed)
}

#[test]
fn what_was_sealed_does_not_come_back_by_a_list() {
    let (roster, sealed) = with_a_new_identity();
    let born = |d: PupilDetails| PupilDetails { born: Some(date(2018, 3, 4)), ..d };
    let admission = |d: PupilDetails| PupilDetails { admission_number: "0042".into(), ..d };
    let former = |d: PupilDetails| PupilDetails { former_upn: "OLD".into(), ..d };
    let secret = "sealed";
    for (what, row, expected) in [
        ("the old number", details("Jones", "Sam", "4B", "OLD"), secret),
        ("the old number under the new name", details("Smith", "Alex", "4B", "OLD"), secret),
        ("the old number as a former one", former(details("Smith", "Alex", "4B", "NEW")), secret),
        ("the old name under the new number", details("Jones", "Sam", "4B", "NEW"), secret),
        ("the old surname alone, otherwise spelt", details("JONES", "Alex", "4B", "NEW"), secret),
        ("the old name under the number that stayed", admission(details("Jones", "Sam", "4B", "")), secret),
        ("the old name and the birthday", born(details("Jones", "Sam", "4B", "")), secret),
        ("the old name and nothing else", details("Jones", "Sam", "4B", ""), secret),
        ("the new name and number", admission(details("Smith", "Alex", "4B", "NEW")), "unchanged"),
        ("another child of the old name", details("Jones", "Sam", "5C", "OTHER"), "unchanged"),
        ("a new child of the old name", details("Jones", "Sam", "5C", "ANOTHER"), "added"),
    ] {
        let against = Against { roster: &roster, sealed: std::slice::from_ref(&sealed), scope: &Scope::Some };
        let word = match &compare(&against, &[listed(2, row)])[..] {
            [Change::Conflict { why: Conflict::Sealed(id), .. }] if *id == sealed.pupil => secret,
            [Change::Unchanged(_)] => "unchanged",
            [Change::Added(_)] => "added",
            other => panic!("{what}: {other:?}"),
        };
        assert_eq!(word, expected, "{what}");
    }
}

#[test]
fn a_sealed_identity_does_not_print_itself() {
    let (_, sealed) = with_a_new_identity();
    let told = format!("{sealed:?}");
    assert!(!told.contains("Jones") && !told.contains("OLD"), "{told}");
}
