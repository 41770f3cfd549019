//! Sheets in order: a cover names the pages behind it.

use super::sheets::{Meaning, meaning, roles, sheets_of_paper};
use super::{Closing, HoldReason, Opening, Run, Verdict};
use crate::evidence::{BatchFacts, PageFacts};
use crate::ids::SheetId;
use crate::sheet::SheetKind;
use crate::vocabulary::Role;

/// The runs of a stack, judged each by its own proof; alarms come later.
pub(super) fn runs(facts: &BatchFacts) -> Vec<Run> {
    let mut cutter = Cutter { done: Vec::new(), open: Run::new(Opening::BatchStart, None), context: None };
    for sheet in sheets_of_paper(&facts.pages) {
        match meaning(sheet) {
            Meaning::Pages => cutter.append(sheet),
            Meaning::Carded(pupil) if cutter.open.opening.pupil() == Some(pupil) => cutter.append(sheet),
            Meaning::Carded(pupil) => {
                cutter.cut(Opening::CardInStack { pupil });
                cutter.append(sheet);
            }
            Meaning::Boundary(opening) if cutter.repeats(opening) => {
                cutter.open.pages.extend(roles(sheet, opening));
            }
            Meaning::Boundary(opening) => {
                cutter.cut(opening);
                cutter.open.pages.extend(roles(sheet, opening));
            }
        }
    }
    let mut runs = cutter.finish(Closing::BatchEnd(facts.end));
    for run in &mut runs {
        run.verdict = judge(run, &facts.pages);
    }
    runs
}

/// Cuts a stack into runs at its boundaries.
struct Cutter {
    done: Vec<Run>,
    open: Run,
    context: Option<SheetId>,
}

impl Cutter {
    fn append(&mut self, sheet: &[PageFacts]) {
        self.open.pages.extend(sheet.iter().map(|page| (page.page, Role::Work)));
    }

    /// The same cover directly again (front and back printed on two sheets): nothing lies between, nothing changes.
    fn repeats(&self, opening: Opening) -> bool {
        matches!(opening, Opening::Cover { .. })
            && self.open.opening.pupil() == opening.pupil()
            && self.open.work().next().is_none()
    }

    fn cut(&mut self, opening: Opening) {
        if let Opening::Control { kind: SheetKind::Start, sheet } = opening {
            self.context = Some(sheet);
        }
        let mut next = Run::new(opening, self.context);
        std::mem::swap(&mut self.open, &mut next);
        next.closing = Meaning::closing(opening);
        self.keep(next);
    }

    fn keep(&mut self, run: Run) {
        if run.opening != Opening::BatchStart || !run.pages.is_empty() {
            self.done.push(run);
        }
    }

    fn finish(mut self, closing: Closing) -> Vec<Run> {
        self.open.closing = closing;
        let last = std::mem::replace(&mut self.open, Run::new(Opening::BatchStart, None));
        self.keep(last);
        self.done
    }
}

impl Run {
    fn new(opening: Opening, context: Option<SheetId>) -> Self {
        let closing = Closing::ReadBoundary;
        Self { opening, closing, context, pages: Vec::new(), verdict: Verdict::Nothing }
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
    let in_run = |page: &&PageFacts| run.pages.iter().any(|(id, _)| *id == page.page);
    let suspicion = pages.iter().filter(in_run).find_map(|page| page.suspicion);
    let against = HoldReason::of_opening(run.opening)
        .or_else(|| HoldReason::of_closing(run.closing))
        .or_else(|| suspicion.map(HoldReason::of_suspicion));
    match (against, run.opening.pupil()) {
        (None, Some(pupil)) => Verdict::File(pupil),
        (Some(reason), _) => Verdict::Hold(reason),
        (None, None) => Verdict::Hold(HoldReason::NoCover),
    }
}
