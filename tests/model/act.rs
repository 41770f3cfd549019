//! A deed whose lots have fallen: what is typed, and what it makes of the simple school.

use super::school::School;
use super::step::{Deed, Lot};
use super::truth::{Kept, Looks, NOT_FOUND, PEOPLE, Place, Refused, Truth, Word};
use std::collections::BTreeSet;

/// Surnames that pupils get.
const SURNAMES: [&str; 4] = ["Novák", "O'Hara-Quill", "Thorn", "Wren"];

/// Something a person does with one command.
#[derive(Debug, Clone)]
pub(super) enum Act {
    TakeIn { stack: usize },
    Assign { pages: Vec<usize>, pupils: BTreeSet<usize> },
    Discard(usize),
    Recall(usize),
    Undo(i64),
    Move { pages: Vec<usize>, to: usize },
    Rename { pupil: usize, surname: String },
    Read(usize),
    Propose(BTreeSet<usize>),
    Approve { deletion: usize, who: usize },
    Withdraw(usize),
    Keep(Kept),
    Lift(usize),
    Export(usize),
    Checkpoint,
    Backup,
    Rebuild,
}

fn one(lot: Lot, of: usize) -> Option<usize> {
    (of > 0).then(|| lot % of)
}

impl Act {
    /// What a deed about pages, pupils, decisions and proposals comes to; nothing, if there is none of what it needs.
    pub(super) fn of(deed: &Deed, truth: &Truth, stacks: usize) -> Option<Self> {
        let any_page = |lot: Lot| one(lot, truth.pages.len());
        // Mostly pages that are there.
        let page = |lot: Lot| {
            let there = truth.there();
            if lot % 16 == 15 { any_page(lot) } else { one(lot, there.len()).map(|at| there[at]) }
        };
        let pupil = |lot: Lot| lot % truth.surnames.len();
        // Pages of one batch, as it must be; the first says which.
        let together = |lots: &[Lot]| {
            let first = page(*lots.first()?)?;
            let batch: Vec<usize> =
                truth.there().into_iter().filter(|page| truth.pages[*page].batch == truth.pages[first].batch).collect();
            let rest = lots[1..].iter().filter_map(|lot| one(*lot, batch.len()).map(|at| batch[at]));
            let pages: BTreeSet<usize> = std::iter::once(first).chain(rest).collect();
            Some(pages.into_iter().collect::<Vec<_>>())
        };
        Some(match deed {
            Deed::Again(lot) => Self::TakeIn { stack: one(*lot, stacks)? },
            Deed::Assign(lot, pupils) => {
                Self::Assign { pages: vec![page(*lot)?], pupils: pupils.iter().map(|lot| pupil(*lot)).collect() }
            }
            Deed::Discard(lot) => Self::Discard(page(*lot)?),
            Deed::Recall(lot) => Self::Recall(page(*lot)?),
            Deed::Undo(lot) => {
                let numbers: Vec<i64> = truth.decisions.keys().copied().collect();
                Self::Undo(numbers[one(*lot, numbers.len())?])
            }
            Deed::Move(lots, to) => {
                let filed: Vec<usize> =
                    truth.there().into_iter().filter(|page| matches!(truth.place(*page), Place::Trail(_))).collect();
                let lots: Vec<Lot> = lots.iter().filter_map(|lot| Some(filed[one(*lot, filed.len())?])).collect();
                let batch = truth.pages[*lots.first()?].batch;
                // Mostly of one batch: of two it is refused.
                let pages: BTreeSet<usize> =
                    lots.iter().copied().filter(|page| truth.pages[*page].batch == batch || to % 8 == 0).collect();
                Self::Move { pages: pages.into_iter().collect(), to: pupil(*to) }
            }
            Deed::Rename(who, name) => {
                let pupil = pupil(*who);
                let other = SURNAMES.iter().filter(|name| **name != truth.surnames[pupil]).nth(name % 3)?;
                Self::Rename { pupil, surname: (*other).to_owned() }
            }
            Deed::Read(lot) => {
                let can = |page: &usize| {
                    let at_hand = matches!(truth.place(*page), Place::Trail(_) | Place::Held);
                    truth.pages[*page].looks == Looks::Work && at_hand
                };
                let pages: Vec<usize> = truth.there().into_iter().filter(can).collect();
                Self::Read(pages[one(*lot, pages.len())?])
            }
            Deed::Propose(lots) | Deed::Delete(lots) => Self::Propose(together(lots)?.into_iter().collect()),
            Deed::Approve(which, who) => {
                // Mostly the newest: that is how deletions come to their end.
                let last = truth.deletions.len().checked_sub(1)?;
                let deletion = if which % 4 == 3 { which % (last + 1) } else { last };
                Self::Approve { deletion, who: who % PEOPLE.len() }
            }
            Deed::Withdraw(lot) => Self::Withdraw(one(*lot, truth.deletions.len())?),
            Deed::KeepPupil(lot) => Self::Keep(Kept::Pupil(pupil(*lot))),
            Deed::KeepPage(lot) => Self::Keep(Kept::Page(page(*lot)?)),
            Deed::Lift(lot) => Self::Lift(one(*lot, truth.holds.len())?),
            Deed::Export(lot) => Self::Export(pupil(*lot)),
            Deed::Checkpoint => Self::Checkpoint,
            Deed::Backup => Self::Backup,
            Deed::Rebuild => Self::Rebuild,
            Deed::TakeIn(_) | Deed::Drop(_) | Deed::Switch | Deed::KillDaemon => return None,
        })
    }

    /// What is typed. `out` is a folder or file that is not there yet, `disk` the one for backups, `stack` the one with the
    /// sheets.
    pub(super) fn typed(&self, truth: &Truth, school: &School, out: &str, disk: &str, stack: &str) -> Vec<String> {
        let id = |page: &usize| truth.pages[*page].id.clone();
        let pupil = |pupil: &usize| school.pupils[*pupil].clone();
        let words = |fixed: &[&str]| fixed.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        match self {
            Self::TakeIn { .. } => words(&["ingest", stack, "--subject", "Maths"]),
            Self::Assign { pages, pupils } => {
                let listed = pages.iter().map(id).collect::<Vec<_>>().join(",");
                [words(&["review", "assign", &listed]), pupils.iter().map(pupil).collect()].concat()
            }
            Self::Discard(page) => words(&["review", "discard", &id(page), "--reason", "a blotter"]),
            Self::Recall(page) => words(&["review", "recall", &id(page)]),
            Self::Undo(number) => words(&["review", "undo", &number.to_string()]),
            Self::Move { pages, to } => {
                let rest = words(&["--to", &pupil(to), "--reason", "the neighbour's cover"]);
                [words(&["move"]), pages.iter().map(id).collect(), rest].concat()
            }
            Self::Rename { pupil: who, surname } => words(&["pupils", "rename", &pupil(who), "--surname", surname]),
            Self::Read(page) => words(&["reread", &id(page), "--language", "eng"]),
            Self::Propose(pages) => {
                let rest = words(&["--reason", "asked for", "--as", PEOPLE[0]]);
                [words(&["delete", "propose"]), pages.iter().map(id).collect(), rest].concat()
            }
            Self::Approve { deletion, who } => {
                words(&["delete", "approve", &(deletion + 1).to_string(), "--as", PEOPLE[*who]])
            }
            Self::Withdraw(deletion) => words(&["delete", "withdraw", &(deletion + 1).to_string(), "--as", PEOPLE[0]]),
            Self::Keep(Kept::Pupil(who)) => {
                words(&["legal-hold", "put", &pupil(who), "--reason", "a complaint", "--as", PEOPLE[1]])
            }
            Self::Keep(Kept::Page(page)) => {
                words(&["legal-hold", "put", "--page", &id(page), "--reason", "a complaint", "--as", PEOPLE[1]])
            }
            Self::Lift(hold) => {
                words(&["legal-hold", "lift", &(hold + 1).to_string(), "--reason", "settled", "--as", PEOPLE[1]])
            }
            Self::Export(who) => {
                words(&["export", &pupil(who), "--out", out, "--to", "Valley School", "--originals-as-they-are"])
            }
            Self::Checkpoint => words(&["ledger", "checkpoint", "--out", out]),
            Self::Backup => words(&["backup", disk]),
            Self::Rebuild => words(&["rebuild"]),
        }
    }

    /// What the simple school is afterwards; a decision gets this number. Refused, nothing is changed.
    pub(super) fn apply(&self, truth: &mut Truth, number: i64) -> Result<(), Refused> {
        match self {
            Self::Assign { pages, pupils } => {
                truth.may_say(pages)?;
                truth.say(number, pages.clone(), Word::Theirs(pupils.clone()));
            }
            Self::Move { pages, to } => {
                truth.may_move(pages, *to)?;
                truth.say(number, pages.clone(), Word::Theirs([*to].into()));
            }
            Self::Discard(page) | Self::Recall(page) => {
                truth.may_say(&[*page])?;
                let word = if matches!(self, Self::Discard(_)) { Word::Nobodys } else { Word::Unknown };
                truth.say(number, vec![*page], word);
            }
            Self::Undo(number) => truth.undo(*number)?,
            Self::Rename { pupil, surname } => truth.surnames[*pupil].clone_from(surname),
            Self::Read(page) => truth.pages[*page].was_read = true,
            Self::Propose(pages) => truth.propose(pages)?,
            Self::Approve { deletion, who } => truth.approve(*deletion, *who)?,
            Self::Withdraw(deletion) => truth.withdraw(*deletion)?,
            Self::Keep(what) => truth.keep(*what),
            Self::Lift(hold) => truth.lift(*hold)?,
            Self::Export(pupil) if truth.work_of(*pupil).is_empty() => return Err(NOT_FOUND),
            Self::TakeIn { .. } | Self::Export(_) | Self::Checkpoint | Self::Backup | Self::Rebuild => {}
        }
        Ok(())
    }

    /// Whether it gets a number among decisions.
    pub(super) fn decides(&self) -> bool {
        matches!(self, Self::Assign { .. } | Self::Discard(_) | Self::Recall(_) | Self::Move { .. })
    }
}
