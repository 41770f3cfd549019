//! The step into the next school year: each class goes up, the oldest leave. Pure: says what would happen.

use super::{Pupil, Standing, YearGroup};
use crate::fold::squash;
use crate::ids::PupilId;
use std::collections::{BTreeMap, BTreeSet};

/// Where the pupils of one class (or of one year group in it) go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The class they are in.
    pub class: String,
    /// Only those of this year group, for classes of mixed ages; none for all of it.
    pub year_group: Option<String>,
    /// Where they go.
    pub to: Destination,
}

/// Where pupils go at the end of a school year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Into a class.
    Class {
        /// Its name.
        class: String,
        /// Their year group there; none for the one after theirs.
        year_group: Option<String>,
    },
    /// Away from the school.
    Leaves,
}

/// What happens to one pupil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Who, as now.
    pub before: Pupil,
    /// As they will be.
    pub after: Pupil,
}

impl Step {
    /// Who.
    pub fn pupil(&self) -> PupilId {
        self.before.id
    }
}

/// Why a roll-over cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollOverFault {
    /// Where a class goes cannot be told from its name.
    #[error("where {class} goes cannot be told: {why}")]
    Unclear {
        /// The class, with its year group where that matters.
        class: String,
        /// Why, in words.
        why: &'static str,
    },
    /// Pupils in no class at all.
    #[error("{pupils} pupils are in no class, e.g. {example}")]
    NoClass {
        /// How many.
        pupils: usize,
        /// One of them.
        example: PupilId,
    },
    /// The plan says nothing of a class.
    #[error("the plan says nothing of {class}, where {pupils} pupils are")]
    NotPlanned {
        /// The class, with its year group where that matters.
        class: String,
        /// How many are in it.
        pupils: usize,
    },
    /// The plan speaks of a class that has no pupils.
    #[error("the plan speaks of {class}, where nobody is")]
    Nobody {
        /// The class, with its year group where the plan gives one.
        class: String,
    },
    /// The plan says two things of one class.
    #[error("the plan speaks of {class} twice")]
    Twice {
        /// The class, with its year group where the plan gives one.
        class: String,
    },
    /// The year group in the new class cannot be told.
    #[error("the year group after `{year_group}` in {class} cannot be told; give it in the plan")]
    YearUnclear {
        /// The class they are in.
        class: String,
        /// Their year group.
        year_group: String,
    },
}

/// Moves told from the names of classes: `4B` with year 4 becomes `5B`, `RB` becomes `1B`, year 6 leaves. Whatever is
/// not plain is a fault, never a guess; then the school writes a plan.
pub fn derive_moves(roster: &[Pupil]) -> Result<Vec<Move>, Vec<RollOverFault>> {
    let mut faults = Vec::new();
    let mut moves = Vec::new();
    let years: BTreeSet<YearGroup> = rolling(roster).filter_map(|p| YearGroup::parse(&p.details.year_group)).collect();
    let beyond_primary = years.iter().any(|year| *year > YearGroup::LAST_OF_PRIMARY);
    for (class, year_group) in groups(roster) {
        let told = year_in_name(&class);
        let year =
            if year_group.is_empty() { told.as_ref().map(|(year, _)| *year) } else { YearGroup::parse(&year_group) };
        let mut unclear = |why| {
            faults.push(RollOverFault::Unclear { class: place(&class, Some(&year_group)), why });
        };
        let to = match (year, told) {
            (None, _) => {
                unclear("neither year group nor name says which year it is");
                continue;
            }
            (Some(YearGroup::LAST_OF_PRIMARY), _) if beyond_primary => {
                unclear("the school has pupils beyond year 6");
                continue;
            }
            (Some(YearGroup::LAST_OF_PRIMARY), _) => Destination::Leaves,
            (Some(year), Some((named, renamed))) if named == year && !matches!(year, YearGroup::Nursery(_)) => {
                Destination::Class { class: renamed(year.next()), year_group: None }
            }
            _ => {
                unclear("its name does not begin with its year");
                continue;
            }
        };
        moves.push(Move { class, year_group: Some(year_group).filter(|year| !year.is_empty()), to });
    }
    if faults.is_empty() { Ok(moves) } else { Err(faults) }
}

/// What happens to each pupil under a plan. Every class with pupils must be in it; all faults at once.
pub fn roll_over(roster: &[Pupil], moves: &[Move]) -> Result<Vec<Step>, Vec<RollOverFault>> {
    let mut faults = duplicates(moves);
    let mut used = vec![false; moves.len()];
    let mut steps = Vec::new();
    let mut unplanned: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut unclear: BTreeSet<(String, String)> = BTreeSet::new();
    let classless: Vec<&Pupil> = rolling(roster).filter(|p| p.details.class.is_empty()).collect();
    if let Some(first) = classless.first() {
        faults.push(RollOverFault::NoClass { pupils: classless.len(), example: first.id });
    }
    for pupil in rolling(roster).filter(|p| !p.details.class.is_empty()) {
        let key = (pupil.details.class.clone(), pupil.details.year_group.clone());
        let Some(at) = move_for(moves, pupil) else {
            *unplanned.entry(key).or_default() += 1;
            continue;
        };
        used[at] = true;
        match after(pupil, &moves[at].to) {
            Some(after) => steps.push(Step { before: pupil.clone(), after }),
            None => drop(unclear.insert(key)),
        }
    }
    for ((class, year), pupils) in unplanned {
        faults.push(RollOverFault::NotPlanned { class: place(&class, Some(&year)), pupils });
    }
    faults.extend(unclear.into_iter().map(|(class, year_group)| RollOverFault::YearUnclear { class, year_group }));
    let idle = moves.iter().zip(&used).filter(|(_, used)| !**used);
    faults.extend(idle.map(|(m, _)| RollOverFault::Nobody { class: place(&m.class, m.year_group.as_deref()) }));
    if faults.is_empty() { Ok(steps) } else { Err(faults) }
}

/// Everybody who is at the school, leaver candidates too: nobody has said yet that they left.
fn rolling(roster: &[Pupil]) -> impl Iterator<Item = &Pupil> {
    roster.iter().filter(|pupil| pupil.standing != Standing::Left)
}

fn groups(roster: &[Pupil]) -> BTreeSet<(String, String)> {
    let with_class = rolling(roster).filter(|p| !p.details.class.is_empty());
    with_class.map(|p| (p.details.class.clone(), p.details.year_group.clone())).collect()
}

fn place(class: &str, year_group: Option<&str>) -> String {
    match year_group {
        Some(year) if !year.is_empty() => format!("{class} (year {year})"),
        _ => class.to_owned(),
    }
}

fn duplicates(moves: &[Move]) -> Vec<RollOverFault> {
    let mut seen = BTreeSet::new();
    let key = |m: &Move| (squash(&m.class), m.year_group.as_deref().map(same_year));
    let twice = moves.iter().filter(|m| !seen.insert(key(m)));
    twice.map(|m| RollOverFault::Twice { class: place(&m.class, m.year_group.as_deref()) }).collect()
}

/// `04`, `4` and `Year 4` are one.
fn same_year(text: &str) -> String {
    YearGroup::parse(text).map_or_else(|| squash(text), |year| year.to_string())
}

/// The move that speaks of the pupil's class and year, else the one that speaks of the class.
fn move_for(moves: &[Move], pupil: &Pupil) -> Option<usize> {
    let own = moves.iter().enumerate().filter(|(_, m)| squash(&m.class) == squash(&pupil.details.class));
    let year = same_year(&pupil.details.year_group);
    let fits = own.filter(|(_, m)| m.year_group.as_deref().is_none_or(|wanted| same_year(wanted) == year));
    fits.max_by_key(|(_, m)| m.year_group.is_some()).map(|(at, _)| at)
}

/// `None` if the year group there cannot be told.
fn after(pupil: &Pupil, to: &Destination) -> Option<Pupil> {
    let mut after = pupil.clone();
    match to {
        Destination::Leaves => after.standing = Standing::Left,
        Destination::Class { class, year_group } => {
            after.details.class.clone_from(class);
            after.details.year_group = match year_group {
                Some(year) => year.clone(),
                None if pupil.details.year_group.is_empty() => String::new(),
                None => YearGroup::parse(&pupil.details.year_group)?.next().to_string(),
            };
        }
    }
    Some(after)
}

/// The year a class's name begins with, and the name for another year: `4B`, `Y4 Oak`, `Year 4`, `RB`.
fn year_in_name(class: &str) -> Option<(YearGroup, impl Fn(YearGroup) -> String)> {
    let lower = class.to_lowercase();
    let prefix = ["year ", "year", "yr ", "y"].into_iter().find(|word| lower.starts_with(word)).map_or(0, str::len);
    let (before, named) = class.split_at_checked(prefix)?;
    let digits = named.bytes().take_while(u8::is_ascii_digit).count();
    let length = match digits {
        // `R` and `RB` are reception classes, `Robins` is a name.
        0 if named.starts_with(['R', 'r']) && named.chars().count() <= 2 => 1,
        0 => return None,
        digits => digits,
    };
    let year = YearGroup::parse(&named[..length])?;
    let (before, rest) = (before.to_owned(), named[length..].to_owned());
    Some((year, move |other| format!("{before}{other}{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::PupilDetails;

    fn pupil(n: u64, class: &str, year_group: &str) -> Pupil {
        let details = PupilDetails { class: class.into(), year_group: year_group.into(), ..PupilDetails::default() };
        Pupil { id: PupilId::from_random(n), details, standing: Standing::Current }
    }

    fn school(classes: &[(&str, &str)]) -> Vec<Pupil> {
        (1..).zip(classes).map(|(n, (class, year))| pupil(n, class, year)).collect()
    }

    fn told(to: &Destination) -> String {
        match to {
            Destination::Leaves => "leaves".into(),
            Destination::Class { class, .. } => class.clone(),
        }
    }

    #[test]
    fn plain_names_go_up_by_themselves() {
        for (class, year, to) in [
            ("4B", "4", "5B"),
            ("4B", "Year 4", "5B"),
            ("4B", "", "5B"),
            ("RB", "R", "1B"),
            ("R", "Reception", "1"),
            ("Y4 Oak", "04", "Y5 Oak"),
            ("Year 5", "5", "Year 6"),
            ("6A", "6", "leaves"),
            ("Oak", "6", "leaves"),
            ("6A", "", "leaves"),
        ] {
            let moves = derive_moves(&school(&[(class, year)])).unwrap();
            assert_eq!(told(&moves[0].to), to, "{class} in year {year}");
        }
    }

    #[test]
    fn what_is_not_plain_is_told_not_guessed() {
        let faults = derive_moves(&school(&[
            ("Oak", "3"),
            ("Elm", ""),
            ("3A", "4"),
            ("Robins", "R"),
            ("Nursery AM", "N2"),
            ("6A", "6"),
            ("7A", "7"),
        ]))
        .unwrap_err();
        insta::assert_snapshot!(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"), @r"
        where 3A (year 4) goes cannot be told: its name does not begin with its year
        where 6A (year 6) goes cannot be told: the school has pupils beyond year 6
        where Elm goes cannot be told: neither year group nor name says which year it is
        where Nursery AM (year N2) goes cannot be told: its name does not begin with its year
        where Oak (year 3) goes cannot be told: its name does not begin with its year
        where Robins (year R) goes cannot be told: its name does not begin with its year
        ");
    }

    #[test]
    fn a_plan_moves_classes_and_parts_of_classes() {
        let roster = school(&[("Oak", "3"), ("Oak", "4"), ("4B", "4"), ("6A", "6")]);
        let to = |class: &str| Destination::Class { class: class.into(), year_group: None };
        let of =
            |class: &str, year: Option<&str>, to| Move { class: class.into(), year_group: year.map(Into::into), to };
        let moves = [
            of("oak", None, to("Oak")),
            of("Oak", Some("Y4"), to("Ash")),
            of("4B", None, to("5B")),
            of("6A", None, Destination::Leaves),
        ];
        let steps = roll_over(&roster, &moves).unwrap();
        let after: Vec<(&str, &str, &str)> = steps
            .iter()
            .map(|s| (s.after.details.class.as_str(), s.after.details.year_group.as_str(), s.after.standing.word()))
            .collect();
        let current = "current";
        assert_eq!(after, [("Oak", "4", current), ("Ash", "5", current), ("5B", "5", current), ("6A", "6", "left")]);
    }

    #[test]
    fn every_fault_of_a_plan_is_told() {
        let mut roster = school(&[("4B", "4"), ("4B", "4"), ("Oak", "mixed"), ("", "4"), ("Gone", "6")]);
        roster[4].standing = Standing::Left;
        let to = |class: &str| Destination::Class { class: "5B".into(), year_group: None }.clone_for(class);
        let moves = [to("Oak"), to("9Z"), to("9z")];
        let faults = roll_over(&roster, &moves).unwrap_err();
        insta::assert_snapshot!(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"), @r"
        the plan speaks of 9z twice
        1 pupils are in no class, e.g. 000004
        the plan says nothing of 4B (year 4), where 2 pupils are
        the year group after `mixed` in Oak cannot be told; give it in the plan
        the plan speaks of 9Z, where nobody is
        the plan speaks of 9z, where nobody is
        ");
    }

    impl Destination {
        fn clone_for(&self, class: &str) -> Move {
            Move { class: class.into(), year_group: None, to: self.clone() }
        }
    }
}
