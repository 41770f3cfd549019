//! Pupils as a school's list describes them, and what changes when a new list arrives.
//!
//! Names are attributes; [`PupilId`] is the key. Two pupils are never merged because their names agree.

use crate::ids::PupilId;
use jiff::civil::Date;

/// What a school's list says about one pupil. All texts are trimmed and in NFC; empty means not given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PupilDetails {
    /// Family name.
    pub surname: String,
    /// Given name, as the pupil is called.
    pub forename: String,
    /// Class or registration group, e.g. `4B`.
    pub class: String,
    /// Year group as the school writes it.
    pub year_group: String,
    /// Unique pupil number.
    pub upn: String,
    /// A unique pupil number the pupil had before.
    pub former_upn: String,
    /// The school's own admission number; leading zeros count.
    pub admission_number: String,
    /// Date of birth.
    pub born: Option<Date>,
}

impl PupilDetails {
    /// `Surname, Forename`, the order of a school's list.
    pub fn listed_name(&self) -> String {
        match (self.surname.is_empty(), self.forename.is_empty()) {
            (false, false) => format!("{}, {}", self.surname, self.forename),
            (true, _) => self.forename.clone(),
            (_, true) => self.surname.clone(),
        }
    }

    /// `Forename Surname`, as a person says it.
    pub fn spoken_name(&self) -> String {
        format!("{} {}", self.forename, self.surname).trim().to_owned()
    }
}

/// A pupil on the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pupil {
    /// The key.
    pub id: PupilId,
    /// What the school's list says.
    pub details: PupilDetails,
    /// Whether the pupil has left.
    pub standing: Standing,
}

/// Whether a pupil is at the school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// At the school.
    Current,
    /// Missing from the last list: a person decides.
    LeaverCandidate,
    /// Has left.
    Left,
}

impl Standing {
    /// The word used in tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::LeaverCandidate => "leaver-candidate",
            Self::Left => "left",
        }
    }

    /// The standing a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Current, Self::LeaverCandidate, Self::Left].into_iter().find(|s| s.word() == word)
    }
}

/// One row of a list, with where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPupil {
    /// Line in the file, counted from 1, header included.
    pub line: u64,
    /// Our own id, if the list carries it.
    pub id: Option<PupilId>,
    /// The rest.
    pub details: PupilDetails,
}

/// What one row of a new list means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A pupil we do not have.
    Added(ListedPupil),
    /// The same as before.
    Unchanged(PupilId),
    /// Details differ; `before` is what the roster says now.
    Updated {
        /// Whose.
        id: PupilId,
        /// What the roster says now.
        before: PupilDetails,
        /// What the list says.
        listed: ListedPupil,
    },
    /// A pupil of the roster is not on the list.
    Missing(PupilId),
    /// The row cannot be taken as it is; nothing is changed for it.
    Conflict {
        /// The row.
        listed: ListedPupil,
        /// Why, in words.
        why: Conflict,
    },
}

/// Why a row of a list cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// Two rows match the same pupil.
    MatchedTwice(PupilId),
    /// The row's numbers belong to different pupils.
    NumbersDisagree(Vec<PupilId>),
    /// The list names an id of ours that does not exist.
    UnknownId(PupilId),
    /// Name and date of birth equal a pupil's whose numbers differ or are missing: perhaps the same child, perhaps not.
    PerhapsSame(PupilId),
}

/// Compares a list with the roster. Match order: our id, UPN, former UPN, admission number; an equal name and date of
/// birth is only ever a suggestion ([`Conflict::PerhapsSame`]), unless the list carries no number at all for the pupil
/// and exactly one current pupil without numbers of their own has that name and date of birth.
///
/// Changes come in the order of the list, then the missing pupils in the order of the roster.
pub fn compare(roster: &[Pupil], list: &[ListedPupil]) -> Vec<Change> {
    let mut matched: Vec<PupilId> = Vec::new();
    let mut changes: Vec<Change> = list.iter().map(|listed| compare_row(roster, listed, &mut matched)).collect();
    let spoken_of: Vec<PupilId> = changes.iter().flat_map(mentioned).collect();
    changes.extend(
        roster
            .iter()
            .filter(|pupil| pupil.standing == Standing::Current && !spoken_of.contains(&pupil.id))
            .map(|pupil| Change::Missing(pupil.id)),
    );
    changes
}

fn mentioned(change: &Change) -> Vec<PupilId> {
    match change {
        Change::Added(_) => vec![],
        Change::Unchanged(id) | Change::Updated { id, .. } | Change::Missing(id) => vec![*id],
        Change::Conflict { why, .. } => match why {
            Conflict::MatchedTwice(id) | Conflict::PerhapsSame(id) => vec![*id],
            Conflict::NumbersDisagree(ids) => ids.clone(),
            Conflict::UnknownId(_) => vec![],
        },
    }
}

fn compare_row(roster: &[Pupil], listed: &ListedPupil, matched: &mut Vec<PupilId>) -> Change {
    let conflict = |why| Change::Conflict { listed: listed.clone(), why };
    if let Some(id) = listed.id
        && !roster.iter().any(|p| p.id == id)
    {
        return conflict(Conflict::UnknownId(id));
    }
    let candidates = by_numbers(roster, listed);
    let found = match candidates.as_slice() {
        [] => match by_name_and_birth(roster, &listed.details) {
            Likeness::None => return Change::Added(listed.clone()),
            Likeness::Perhaps(id) => return conflict(Conflict::PerhapsSame(id)),
            Likeness::Same(id) => id,
        },
        [one] => *one,
        several => return conflict(Conflict::NumbersDisagree(several.to_vec())),
    };
    if matched.contains(&found) {
        return conflict(Conflict::MatchedTwice(found));
    }
    matched.push(found);
    let pupil = roster.iter().find(|p| p.id == found).expect("the id came from the roster");
    let merged = merge(&pupil.details, &listed.details);
    if merged == pupil.details && pupil.standing == Standing::Current {
        Change::Unchanged(found)
    } else {
        let listed = ListedPupil { details: merged, ..listed.clone() };
        Change::Updated { id: found, before: pupil.details.clone(), listed }
    }
}

/// What the list does not give stays as the roster has it.
fn merge(before: &PupilDetails, listed: &PupilDetails) -> PupilDetails {
    let keep = |new: &String, old: &String| if new.is_empty() { old.clone() } else { new.clone() };
    PupilDetails {
        surname: keep(&listed.surname, &before.surname),
        forename: keep(&listed.forename, &before.forename),
        class: keep(&listed.class, &before.class),
        year_group: keep(&listed.year_group, &before.year_group),
        upn: keep(&listed.upn, &before.upn),
        former_upn: keep(&listed.former_upn, &before.former_upn),
        admission_number: keep(&listed.admission_number, &before.admission_number),
        born: listed.born.or(before.born),
    }
}

fn by_numbers(roster: &[Pupil], listed: &ListedPupil) -> Vec<PupilId> {
    if let Some(id) = listed.id {
        return vec![id];
    }
    let new = &listed.details;
    let same = |a: &str, b: &str| !a.is_empty() && a == b;
    let mut found: Vec<PupilId> = Vec::new();
    let rules: [&dyn Fn(&PupilDetails) -> bool; 3] = [
        &|old| same(&new.upn, &old.upn),
        &|old| same(&new.former_upn, &old.upn) || same(&new.upn, &old.former_upn),
        &|old| same(&new.admission_number, &old.admission_number),
    ];
    for rule in rules {
        for pupil in roster.iter().filter(|p| rule(&p.details)) {
            if !found.contains(&pupil.id) {
                found.push(pupil.id);
            }
        }
    }
    found
}

enum Likeness {
    None,
    Perhaps(PupilId),
    Same(PupilId),
}

fn by_name_and_birth(roster: &[Pupil], new: &PupilDetails) -> Likeness {
    let numberless = |d: &PupilDetails| d.upn.is_empty() && d.admission_number.is_empty();
    let alike: Vec<&Pupil> = roster
        .iter()
        .filter(|p| {
            p.details.surname == new.surname && p.details.forename == new.forename && p.details.born == new.born
        })
        .collect();
    match alike.as_slice() {
        [] => Likeness::None,
        [one] if numberless(new) && numberless(&one.details) => Likeness::Same(one.id),
        // A shared name without a shared birthday is two children; with one, a person looks.
        [one, ..] if new.born.is_some() => Likeness::Perhaps(one.id),
        [one, ..] if numberless(new) => Likeness::Perhaps(one.id),
        _ => Likeness::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let changes = compare(&roster, &list);
        assert!(matches!(&changes[0], Change::Updated { id, listed, .. }
            if *id == roster[0].id && listed.details.class == "5B"));
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
        let changes = compare(&roster, &[listed(2, row)]);
        assert!(matches!(&changes[0], Change::Conflict { why: Conflict::NumbersDisagree(ids), .. } if ids.len() == 2));
        assert_eq!(changes.len(), 1, "pupils in a conflict are not called missing");
    }

    #[test]
    fn a_list_without_numbers_finds_its_own_pupils_again() {
        let roster = [pupil(1, details("Ade", "Bo", "4B", "")), pupil(2, details("Cox", "Dee", "4B", ""))];
        let changes = compare(&roster, &[listed(2, details("Ade", "Bo", "4B", ""))]);
        assert_eq!(changes, [Change::Unchanged(roster[0].id), Change::Missing(roster[1].id)]);
    }

    #[test]
    fn the_same_name_and_birthday_with_another_number_is_only_a_suggestion() {
        let born = Some(jiff::civil::date(2018, 3, 4));
        let roster = [pupil(1, PupilDetails { born, ..details("Ade", "Bo", "4B", "U1") })];
        let row = PupilDetails { born, ..details("Ade", "Bo", "4B", "U7") };
        let changes = compare(&roster, &[listed(2, row)]);
        assert!(matches!(changes[0], Change::Conflict { why: Conflict::PerhapsSame(_), .. }));
    }
}
