//! Sheets in order: a cover names the pages behind it. When a person said that the covers lie behind the work, the
//! stack is read from its end, and the same rule holds.

use super::sheets::{Meaning, meaning, roles, sheets_of_paper};
use super::words::{self, Boundary, Word};
use super::{Closing, HoldReason, Opening, Owners, Run, Verdict};
use crate::evidence::{BatchEnd, BatchFacts, PageFacts};
use crate::ids::PageId;
use crate::sheet::SheetKind;
use crate::vocabulary::Role;

/// The runs of a stack, judged each by its own proof; alarms come later.
pub(super) fn runs(facts: &BatchFacts, said: &[Word]) -> Vec<Run> {
    let sheets = sheets_of_paper(&facts.pages);
    let mut runs = if words::covers_behind(said) {
        backwards(&sheets, said)
    } else {
        let mut cutter = Cutter::new();
        for sheet in &sheets {
            if words::boundary(said, sheet) == Boundary::Cut {
                cutter.cut(Opening::Person);
            }
            cutter.take(sheet, said);
        }
        cutter.finish(Closing::BatchEnd(facts.end))
    };
    put_in_context(&mut runs);
    for run in &mut runs {
        run.verdict = judge(run, &facts.pages);
    }
    runs
}

/// The runs of a stack whose covers lie behind the work. Its first pages had no boundary to miss, so its beginning is
/// as good an end of a run as the end of a batch.
fn backwards(sheets: &[&[PageFacts]], said: &[Word]) -> Vec<Run> {
    let mut cutter = Cutter::new();
    for sheet in sheets.iter().rev() {
        cutter.take(sheet, said);
        if words::boundary(said, sheet) == Boundary::Cut {
            cutter.cut(Opening::Person);
        }
    }
    let mut runs = cutter.finish(Closing::BatchEnd(BatchEnd::Normal));
    runs.reverse();
    for run in &mut runs {
        run.pages.reverse();
        // Sheets were taken from the last to the first, but the back of each still follows its front.
        let order = |page: PageId| sheets.iter().flat_map(|sheet| ids(sheet)).position(|id| id == page);
        run.pages.sort_by_key(|page| order(page.page));
    }
    runs
}

fn ids(sheet: &[PageFacts]) -> impl Iterator<Item = PageId> + '_ {
    sheet.iter().map(|page| page.page)
}

/// Cuts a stack into runs at its boundaries.
struct Cutter {
    done: Vec<Run>,
    open: Run,
}

impl Cutter {
    fn new() -> Self {
        Self { done: Vec::new(), open: Run::new(Opening::BatchStart) }
    }

    fn take(&mut self, sheet: &[PageFacts], said: &[Word]) {
        let joined = words::boundary(said, sheet) == Boundary::Joined;
        match meaning(sheet) {
            Meaning::Pages => self.append(sheet),
            Meaning::Carded(pupil) if joined || self.open.opening.pupil() == Some(pupil) => self.append(sheet),
            Meaning::Carded(pupil) => {
                self.cut(Opening::CardInStack { pupil });
                self.open.candidates = vec![pupil];
                self.append(sheet);
            }
            Meaning::Boundary(opening) if joined => self.absorb(sheet, opening),
            Meaning::Boundary(opening) if self.repeats(opening) => self.add(sheet, opening),
            Meaning::Boundary(opening) => {
                self.cut(opening);
                self.add(sheet, opening);
            }
        }
    }

    fn append(&mut self, sheet: &[PageFacts]) {
        ids(sheet).for_each(|page| self.open.push(page, Role::Work));
    }

    /// The sheet of a boundary, as part of the run it opens.
    fn add(&mut self, sheet: &[PageFacts], opening: Opening) {
        for (page, role) in roles(sheet, opening) {
            self.open.push(page, role);
        }
    }

    /// A sheet that a person said is no boundary: what could not be read is work; a sheet of ours is put aside, for it
    /// may name another child.
    fn absorb(&mut self, sheet: &[PageFacts], opening: Opening) {
        let unread = matches!(opening, Opening::UnreadSheet | Opening::Unseen | Opening::Contradiction);
        for (page, role) in roles(sheet, opening) {
            let role = match role {
                Role::Cover if unread => Role::Work,
                Role::Cover if self.open.opening.pupil() == opening.pupil() => Role::Cover,
                Role::Cover => Role::Control,
                other => other,
            };
            self.open.push(page, role);
        }
    }

    /// The same cover directly again (front and back printed on two sheets): nothing lies between, nothing changes.
    fn repeats(&self, opening: Opening) -> bool {
        matches!(opening, Opening::Cover { .. })
            && self.open.opening.pupil() == opening.pupil()
            && self.open.work().next().is_none()
    }

    fn cut(&mut self, opening: Opening) {
        let mut last = std::mem::replace(&mut self.open, Run::new(opening));
        last.closing = Meaning::closing(opening);
        self.keep(last);
    }

    fn keep(&mut self, run: Run) {
        let begun_by_nothing = matches!(run.opening, Opening::BatchStart | Opening::Person);
        if !(begun_by_nothing && run.pages.is_empty()) {
            self.done.push(run);
        }
    }

    fn finish(mut self, closing: Closing) -> Vec<Run> {
        self.open.closing = closing;
        let last = std::mem::replace(&mut self.open, Run::new(Opening::BatchStart));
        self.keep(last);
        self.done
    }
}

/// Each run lies behind the last start sheet, until an end sheet.
fn put_in_context(runs: &mut [Run]) {
    let mut context = None;
    for run in runs {
        if let Opening::Control { kind: SheetKind::Start, sheet } = run.opening {
            context = Some(sheet);
        }
        run.context = context;
        if let Opening::Control { kind: SheetKind::End, .. } = run.opening {
            context = None;
        }
    }
}

/// What becomes of a run by its own proof alone.
fn judge(run: &Run, pages: &[PageFacts]) -> Verdict {
    if let Opening::Control { kind, .. } = run.opening {
        if kind == SheetKind::Discard && run.work().next().is_some() {
            return match HoldReason::of_closing(run.closing) {
                None => Verdict::Discard,
                Some(reason) => Verdict::Hold(reason),
            };
        }
        if run.work().next().is_none() {
            return Verdict::Nothing;
        }
    }
    let in_run = |page: &&PageFacts| run.pages.iter().any(|own| own.page == page.page);
    let suspicion = pages.iter().filter(in_run).find_map(|page| page.suspicion);
    let against = HoldReason::of_opening(run.opening)
        .or_else(|| HoldReason::of_closing(run.closing))
        .or_else(|| suspicion.map(HoldReason::of_suspicion));
    match (against, run.opening.pupil()) {
        (None, Some(pupil)) => Verdict::File(Owners::one(pupil)),
        (Some(reason), _) => Verdict::Hold(reason),
        (None, None) => Verdict::Hold(HoldReason::NoCover),
    }
}
