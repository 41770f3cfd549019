//! What people say about a batch. A word is never changed and never deleted; taken back, it no longer counts.

use super::{By, HoldReason, Opening, Owners, Run, RunPage, Verdict};
use crate::evidence::{BatchFacts, Mark, PageFacts};
use crate::ids::{PageId, PupilId, SheetId};
use crate::sheet::SheetKind;
use crate::vocabulary::Role;
use std::borrow::Cow;

/// One thing a person said about a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// These pages are these pupils'; of several pupils, a group's.
    Theirs {
        /// The pages.
        pages: Vec<PageId>,
        /// Whose.
        pupils: Owners,
    },
    /// These pages are nobody's work.
    Nobodys {
        /// The pages.
        pages: Vec<PageId>,
    },
    /// It is not known whose these pages are, whatever was seen.
    Unknown {
        /// The pages.
        pages: Vec<PageId>,
    },
    /// What was said before about these very pages no longer counts.
    Forget {
        /// The pages.
        pages: Vec<PageId>,
    },
    /// The covers lie behind the work they name, not before it.
    CoversBehind,
    /// Another run begins with the sheet of paper this page is on.
    Cut {
        /// The page.
        before: PageId,
    },
    /// The sheet of paper this page is on is no boundary: the run before it goes on.
    Joined {
        /// The page.
        at: PageId,
    },
    /// This unnamed cover is this pupil's.
    Named {
        /// The sheet.
        sheet: SheetId,
        /// Whose.
        pupil: PupilId,
    },
    /// Nothing was handed in for this pupil, and that is right.
    Absent {
        /// Who.
        pupil: PupilId,
    },
}

/// The facts with unnamed covers named. The last name counts.
pub(super) fn naming<'a>(facts: &'a BatchFacts, said: &[Word]) -> Cow<'a, BatchFacts> {
    let name = |sheet: SheetId| {
        said.iter().rev().find_map(|word| match word {
            Word::Named { sheet: named, pupil } if *named == sheet => Some(*pupil),
            _ => None,
        })
    };
    let mut facts = Cow::Borrowed(facts);
    for page in 0..facts.pages.len() {
        for mark in 0..facts.pages[page].marks.len() {
            if let Mark::Control { kind: SheetKind::Unnamed, sheet } = facts.pages[page].marks[mark]
                && let Some(pupil) = name(sheet)
            {
                facts.to_mut().pages[page].marks[mark] = Mark::Names { kind: SheetKind::Cover, sheet, pupil };
            }
        }
    }
    facts
}

/// Whether a person said that covers lie behind the work.
pub(super) fn covers_behind(said: &[Word]) -> bool {
    said.contains(&Word::CoversBehind)
}

/// What was said last about where the sheet of these pages stands: a cut before it, or that it is no boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Boundary {
    AsSeen,
    Cut,
    Joined,
}

/// What was said last about the sheet of these pages; what is said later counts.
pub(super) fn boundary(said: &[Word], sheet: &[PageFacts]) -> Boundary {
    let here = |id: &PageId| sheet.iter().any(|page| page.page == *id);
    said.iter()
        .rev()
        .find_map(|word| match word {
            Word::Cut { before } if here(before) => Some(Boundary::Cut),
            Word::Joined { at } if here(at) => Some(Boundary::Joined),
            _ => None,
        })
        .unwrap_or(Boundary::AsSeen)
}

/// Whether a person ticked this pupil as absent.
pub(super) fn absent(said: &[Word], pupil: PupilId) -> bool {
    said.contains(&Word::Absent { pupil })
}

/// Lets words about single pages override what was found out; the last word about a page counts.
pub(super) fn about_pages(said: &[Word], runs: &mut [Run]) {
    for run in runs {
        for page in &mut run.pages {
            let last = said.iter().rev().find(|word| match word {
                Word::Theirs { pages, .. }
                | Word::Nobodys { pages }
                | Word::Unknown { pages }
                | Word::Forget { pages } => pages.contains(&page.page),
                _ => false,
            });
            if let Some(word) = last {
                obey(word, run.opening, page);
            }
        }
    }
}

fn obey(word: &Word, opening: Opening, page: &mut RunPage) {
    let verdict = match word {
        Word::Theirs { pupils, .. } => Verdict::File(pupils.clone()),
        Word::Nobodys { .. } => Verdict::Discard,
        Word::Unknown { .. } => Verdict::Hold(HoldReason::TakenBack),
        _ => return,
    };
    if page.role == Role::Control {
        return;
    }
    page.by = By::Person;
    // A cover goes with the work it names, never into the trail of a child whose name is not on it.
    let others_cover = page.role == Role::Cover
        && match &verdict {
            Verdict::File(pupils) => opening.pupil().is_some_and(|named| !pupils.has(named)),
            _ => false,
        };
    if others_cover {
        page.role = Role::Control;
        page.verdict = Verdict::Nothing;
    } else {
        page.verdict = verdict;
    }
}
