//! A new list against the roster: what each row means, and who is missing. Nothing is merged on a name.

use super::{ListedPupil, Pupil, PupilDetails, Standing};
use crate::fold::{fold, squash};
use crate::ids::PupilId;

/// What a list is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// Everybody, those who have left too.
    pub roster: &'a [Pupil],
    /// Names and numbers pupils had before they were given new ones.
    pub sealed: &'a [SealedIdentity],
    /// Whom the list should hold.
    pub scope: &'a Scope,
}

/// Whom a list should hold, so that it can be told who is missing from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The whole school.
    School,
    /// One class.
    Class(String),
    /// Some pupils: nobody is missing from it.
    Some,
}

impl Scope {
    /// Whether a pupil should be on the list: at the school, and of the class.
    pub fn expects(&self, pupil: &Pupil) -> bool {
        let within = match self {
            Self::School => true,
            Self::Class(class) => squash(class) == squash(&pupil.details.class),
            Self::Some => false,
        };
        within && pupil.standing == Standing::Current
    }
}

/// What a pupil was called and numbered before a new identity: nothing of it may come back by a list.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedIdentity {
    /// Whose.
    pub pupil: PupilId,
    /// As it was.
    pub details: PupilDetails,
}

/// Redacted: a debug line may end in a log.
impl std::fmt::Debug for SealedIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedIdentity").field("pupil", &self.pupil).finish_non_exhaustive()
    }
}

/// What one row of a new list means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A pupil we do not have.
    Added(ListedPupil),
    /// The same as before.
    Unchanged(PupilId),
    /// Details or standing differ.
    Updated {
        /// What the roster says now.
        before: Pupil,
        /// What the list says; what it leaves open is as before.
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
    /// The row brings back a name or number that was sealed. Whose must not be shown beside the row.
    Sealed(PupilId),
}

/// Compares a list with the roster. Match order: our id, UPN, former UPN, admission number; an equal name and date of
/// birth is only ever a suggestion ([`Conflict::PerhapsSame`]), unless the list carries no number at all for the pupil
/// and exactly one pupil without numbers of their own has that name and date of birth.
///
/// Changes come in the order of the list, then the missing pupils in the order of the roster.
pub fn compare(against: &Against<'_>, list: &[ListedPupil]) -> Vec<Change> {
    let mut matched: Vec<PupilId> = Vec::new();
    let mut changes: Vec<Change> = list.iter().map(|listed| compare_row(against, listed, &mut matched)).collect();
    let spoken_of: Vec<PupilId> = changes.iter().flat_map(mentioned).collect();
    let expected = against.roster.iter().filter(|pupil| against.scope.expects(pupil));
    changes.extend(expected.filter(|p| !spoken_of.contains(&p.id)).map(|p| Change::Missing(p.id)));
    changes
}

fn mentioned(change: &Change) -> Vec<PupilId> {
    match change {
        Change::Added(_) => vec![],
        Change::Unchanged(id) | Change::Missing(id) => vec![*id],
        Change::Updated { before, .. } => vec![before.id],
        Change::Conflict { why, .. } => match why {
            Conflict::MatchedTwice(id) | Conflict::PerhapsSame(id) | Conflict::Sealed(id) => vec![*id],
            Conflict::NumbersDisagree(ids) => ids.clone(),
            Conflict::UnknownId(_) => vec![],
        },
    }
}

fn compare_row(against: &Against<'_>, listed: &ListedPupil, matched: &mut Vec<PupilId>) -> Change {
    let roster = against.roster;
    let conflict = |why| Change::Conflict { listed: listed.clone(), why };
    if let Some(id) = listed.id
        && !roster.iter().any(|p| p.id == id)
    {
        return conflict(Conflict::UnknownId(id));
    }
    let candidates = by_numbers(roster, listed);
    if let Some(id) = brings_back(against, listed, &candidates) {
        return conflict(Conflict::Sealed(id));
    }
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
        Change::Updated { before: pupil.clone(), listed }
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

fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && a == b
}

fn by_numbers(roster: &[Pupil], listed: &ListedPupil) -> Vec<PupilId> {
    if let Some(id) = listed.id {
        return vec![id];
    }
    let new = &listed.details;
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

/// The pupil whose sealed name or number the row carries. What a pupil kept (a UPN, a forename) is no secret.
fn brings_back(against: &Against<'_>, listed: &ListedPupil, candidates: &[PupilId]) -> Option<PupilId> {
    let row = &listed.details;
    against.sealed.iter().find_map(|sealed| {
        let (old, pupil) = (&sealed.details, sealed.pupil);
        let now = &against.roster.iter().find(|p| p.id == pupil)?.details;
        let kept = [&now.upn, &now.former_upn, &now.admission_number];
        let secret = |number: &String| !number.is_empty() && !kept.contains(&number);
        let upns = [&row.upn, &row.former_upn];
        let number = [&old.upn, &old.former_upn].into_iter().any(|upn| secret(upn) && upns.contains(&upn))
            || secret(&old.admission_number) && old.admission_number == row.admission_number;
        let again = |old: &str, now: &str, row: &str| fold(old) == fold(row) && fold(old) != fold(now);
        let name = if candidates.contains(&pupil) {
            again(&old.surname, &now.surname, &row.surname) || again(&old.forename, &now.forename, &row.forename)
        } else {
            let nameless = row.upn.is_empty() && row.admission_number.is_empty() && row.born.is_none();
            candidates.is_empty()
                && again(&old.listed_name(), &now.listed_name(), &row.listed_name())
                && (nameless || row.born.is_some() && row.born == old.born)
        };
        (number || name).then_some(pupil)
    })
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
mod tests;
