//! The simple school: what was brought in, who said what, and from that where everything must lie. It knows no file, no
//! command and no crash.

use std::collections::{BTreeMap, BTreeSet};

/// Where a page is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In the trails of these pupils.
    Trail(BTreeSet<usize>),
    /// Visible, waiting for a person.
    Held,
    /// A sheet of ours that is nobody's work: put aside.
    Aside,
    /// Thrown away; can be brought back.
    Discarded,
    /// Nowhere.
    Deleted,
}

/// What a page is by its looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    Work,
    Cover(usize),
    NobodysCover,
}

/// A page that came in.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) id: String,
    /// Which paper it shows: two captures of the same bytes are two pages.
    pub(super) paper: usize,
    pub(super) batch: usize,
    pub(super) looks: Looks,
    /// Where it belongs by what was seen.
    seen: Place,
    deleted: bool,
    /// Its words were read at some time.
    pub(super) was_read: bool,
}

impl Page {
    /// Its words are in the index.
    pub(super) fn is_read(&self) -> bool {
        self.was_read && !self.deleted
    }
}

/// What is said about pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    Theirs(BTreeSet<usize>),
    Nobodys,
    Unknown,
}

/// A decision, by its number.
#[derive(Debug, Clone)]
pub(super) struct Decision {
    pub(super) pages: Vec<usize>,
    word: Word,
    pub(super) undone: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Proposed,
    Withdrawn,
    Done,
}

/// A deletion; its number is its place in the list, from 1.
#[derive(Debug, Clone)]
pub(super) struct Deletion {
    pub(super) pages: BTreeSet<usize>,
    pub(super) approved_by: BTreeSet<usize>,
    pub(super) stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Pupil(usize),
    Page(usize),
}

/// A legal hold; its number is its place in the list, from 1.
#[derive(Debug, Clone)]
pub(super) struct Hold {
    pub(super) what: Kept,
    pub(super) lifted: bool,
}

/// The command ends with this exit code and changes nothing.
pub(super) type Refused = i32;
pub(super) const FAILED: Refused = 1;
pub(super) const USAGE: Refused = 2;
pub(super) const NOT_FOUND: Refused = 4;

/// All there is.
#[derive(Debug, Clone, Default)]
pub(super) struct Truth {
    pub(super) surnames: Vec<String>,
    pub(super) pages: Vec<Page>,
    /// The stacks that were taken in: their ids.
    pub(super) batches: Vec<String>,
    /// By number.
    pub(super) decisions: BTreeMap<i64, Decision>,
    pub(super) deletions: Vec<Deletion>,
    pub(super) holds: Vec<Hold>,
}

/// Who approves.
pub(super) const PEOPLE: [&str; 3] = ["Ms Hill", "Mr Dale", "Mrs Brook"];

impl Truth {
    /// Sheets come in, in order. When nobody saw the end of the stack, nobody knows whether the last run is whole.
    pub(super) fn take_in(&mut self, batch: String, sheets: &[(usize, Looks)], cut_short: bool) {
        let number = self.batches.len();
        self.batches.push(batch);
        let first = self.pages.len();
        let mut run = (Place::Held, first);
        for &(paper, looks) in sheets {
            run = match looks {
                Looks::Work => run,
                // The same cover again with nothing between changes nothing.
                Looks::Cover(pupil) => (Place::Trail([pupil].into()), self.pages.len()),
                // Until work lies behind it, it is a sheet of ours and no more.
                Looks::NobodysCover => (Place::Held, self.pages.len()),
            };
            let page = Page {
                id: String::new(),
                paper,
                batch: number,
                looks,
                seen: run.0.clone(),
                deleted: false,
                was_read: false,
            };
            self.pages.push(page);
        }
        if cut_short {
            self.pages[run.1..].iter_mut().for_each(|page| page.seen = Place::Held);
        }
        if let Some(last) = self.pages[first..].last_mut().filter(|page| page.looks == Looks::NobodysCover) {
            last.seen = Place::Aside;
        }
    }

    /// Where a page must be.
    pub(super) fn place(&self, page: usize) -> Place {
        let about = &self.pages[page];
        if about.deleted {
            return Place::Deleted;
        }
        let last = self.decisions.values().rev().find(|one| !one.undone && one.pages.contains(&page));
        match last.map(|decision| &decision.word) {
            None => about.seen.clone(),
            Some(Word::Nobodys) => Place::Discarded,
            Some(Word::Unknown) => Place::Held,
            Some(Word::Theirs(pupils)) => match about.looks {
                Looks::Work => Place::Trail(pupils.clone()),
                // A cover goes with the work it names, never to a child whose name is not on it.
                Looks::Cover(named) if pupils.contains(&named) => Place::Trail([named].into()),
                Looks::Cover(_) => Place::Aside,
                Looks::NobodysCover => Place::Trail(pupils.first().copied().into_iter().collect()),
            },
        }
    }

    /// The pages that are somewhere.
    pub(super) fn there(&self) -> Vec<usize> {
        (0..self.pages.len()).filter(|page| !self.pages[*page].deleted).collect()
    }

    pub(super) fn may_say(&self, pages: &[usize]) -> Result<(), Refused> {
        let same = |page: &usize| self.pages[*page].batch == self.pages[pages[0]].batch;
        let all = pages.iter().all(|page| same(page) && !self.pages[*page].deleted);
        if all { Ok(()) } else { Err(USAGE) }
    }

    pub(super) fn may_move(&self, pages: &[usize], to: usize) -> Result<(), Refused> {
        let away = |page: &usize| matches!(self.place(*page), Place::Trail(pupils) if pupils != [to].into());
        if pages.iter().all(away) { self.may_say(pages) } else { Err(USAGE) }
    }

    pub(super) fn say(&mut self, number: i64, pages: Vec<usize>, word: Word) {
        self.decisions.insert(number, Decision { pages, word, undone: false });
    }

    pub(super) fn undo(&mut self, number: i64) -> Result<(), Refused> {
        match self.decisions.get_mut(&number) {
            Some(decision) if !decision.undone => decision.undone = true,
            _ => return Err(USAGE),
        }
        Ok(())
    }

    fn is_kept(&self, page: usize) -> bool {
        let place = self.place(page);
        self.holds.iter().filter(|hold| !hold.lifted).any(|hold| match hold.what {
            Kept::Page(kept) => kept == page,
            Kept::Pupil(pupil) => {
                matches!(&place, Place::Trail(pupils) if pupils.contains(&pupil))
                    || self.pages[page].looks == Looks::Cover(pupil)
            }
        })
    }

    pub(super) fn propose(&mut self, pages: &BTreeSet<usize>) -> Result<(), Refused> {
        let open = |page: usize| self.deletions.iter().any(|d| d.stage == Stage::Proposed && d.pages.contains(&page));
        if pages.iter().any(|&page| self.pages[page].deleted || self.is_kept(page) || open(page)) {
            return Err(FAILED);
        }
        let (pages, approved_by) = (pages.clone(), BTreeSet::new());
        self.deletions.push(Deletion { pages, approved_by, stage: Stage::Proposed });
        Ok(())
    }

    pub(super) fn approve(&mut self, deletion: usize, who: usize) -> Result<(), Refused> {
        let found = &self.deletions[deletion];
        let second = found.approved_by.len() == 1;
        if found.stage != Stage::Proposed
            || found.approved_by.contains(&who)
            || (second && found.pages.iter().any(|&page| self.is_kept(page)))
        {
            return Err(FAILED);
        }
        let found = &mut self.deletions[deletion];
        found.approved_by.insert(who);
        if second {
            found.stage = Stage::Done;
            for &page in &found.pages {
                self.pages[page].deleted = true;
            }
        }
        Ok(())
    }

    pub(super) fn withdraw(&mut self, deletion: usize) -> Result<(), Refused> {
        let found = &mut self.deletions[deletion];
        if found.stage != Stage::Proposed {
            return Err(FAILED);
        }
        found.stage = Stage::Withdrawn;
        Ok(())
    }

    pub(super) fn keep(&mut self, what: Kept) {
        self.holds.push(Hold { what, lifted: false });
    }

    pub(super) fn lift(&mut self, hold: usize) -> Result<(), Refused> {
        if self.holds[hold].lifted {
            return Err(NOT_FOUND);
        }
        self.holds[hold].lifted = true;
        Ok(())
    }

    /// The pages of work in a pupil's trail, covers left out.
    pub(super) fn work_of(&self, pupil: usize) -> Vec<usize> {
        let in_it = |page: &usize| matches!(self.place(*page), Place::Trail(pupils) if pupils.contains(&pupil));
        (0..self.pages.len()).filter(|page| self.pages[*page].looks == Looks::Work && in_it(page)).collect()
    }
}
