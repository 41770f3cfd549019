//! What one sheet of paper is: its two sides, if both were captured, speak together.

use super::{Closing, Opening};
use crate::evidence::{Look, Mark, PageFacts, Strangeness};
use crate::ids::{PageId, PupilId, SheetId};
use crate::sheet::SheetKind;
use crate::vocabulary::{Role, Side};

/// What a sheet of paper means for the runs around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Ordinary pages.
    Pages,
    /// A boundary: what it opens.
    Boundary(Opening),
    /// Pages on which a card or sticker of that pupil lies.
    Carded(PupilId),
}

impl Meaning {
    /// How this boundary closes the run before it.
    pub(super) fn closing(opening: Opening) -> Closing {
        match opening {
            Opening::Cover { .. } | Opening::Control { .. } | Opening::Person => Closing::ReadBoundary,
            // A sound code of ours that does not count is a boundary all the same: it was read, and it ends the run.
            Opening::Stranger(_) => Closing::ReadBoundary,
            Opening::UnreadSheet => Closing::UnreadSheet,
            _ => Closing::Doubtful,
        }
    }
}

/// The captures of one sheet of paper: one side, or front and back.
pub(super) fn sheets_of_paper(pages: &[PageFacts]) -> Vec<&[PageFacts]> {
    let mut sheets = Vec::new();
    let mut rest = pages;
    while let [first, tail @ ..] = rest {
        let both = first.side == Side::Front && tail.first().is_some_and(|next| next.side == Side::Back);
        let (sheet, after) = rest.split_at(if both { 2 } else { 1 });
        sheets.push(sheet);
        rest = after;
    }
    sheets
}

/// What the codes on a sheet say, all sides together.
#[derive(Default)]
struct Said {
    covers: Vec<(SheetId, PupilId)>,
    cards: Vec<PupilId>,
    controls: Vec<(SheetKind, SheetId)>,
    strangers: Vec<(SheetKind, Strangeness)>,
}

fn listen(sheet: &[PageFacts]) -> Said {
    let mut said = Said::default();
    for mark in sheet.iter().flat_map(|page| &page.marks) {
        match *mark {
            Mark::Names { kind: SheetKind::Cover, sheet, pupil } => push_new(&mut said.covers, (sheet, pupil)),
            Mark::Names { pupil, .. } => push_new(&mut said.cards, pupil),
            Mark::Control { kind, sheet } => push_new(&mut said.controls, (kind, sheet)),
            Mark::Stranger { kind, why, .. } => push_new(&mut said.strangers, (kind, why)),
        }
    }
    said
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Work on the front of a sheet whose back is one of ours: either somebody wrote on the back of a cover that was laid
/// in face down, or a side was lost and front and back of two sheets were taken for one.
fn work_before_our_side(sheet: &[PageFacts]) -> bool {
    matches!(sheet, [front, back] if front.marks.is_empty() && front.look == Look::Page
        && (back.look == Look::Sheet || !back.marks.is_empty()))
}

/// Reads one sheet of paper.
pub(super) fn meaning(sheet: &[PageFacts]) -> Meaning {
    if work_before_our_side(sheet) {
        return Meaning::Boundary(Opening::Contradiction);
    }
    let said = listen(sheet);
    let looks_like_ours = sheet.iter().any(|page| page.look == Look::Sheet);
    let one_pupil = said.covers.iter().all(|(_, pupil)| *pupil == said.covers[0].1);
    match (said.covers.as_slice(), said.controls.as_slice(), said.strangers.as_slice(), said.cards.as_slice()) {
        ([], [], [], []) if looks_like_ours => Meaning::Boundary(Opening::UnreadSheet),
        ([], [], [], []) if sheet.iter().any(|page| page.look == Look::Unseen) => Meaning::Boundary(Opening::Unseen),
        ([], [], [], []) => Meaning::Pages,
        ([], [], [], [pupil]) => Meaning::Carded(*pupil),
        ([(sheet, pupil), ..], [], [], cards) if one_pupil && cards.iter().all(|card| card == pupil) => {
            Meaning::Boundary(Opening::Cover { sheet: *sheet, pupil: *pupil })
        }
        ([], [(kind, sheet)], [], []) => Meaning::Boundary(Opening::Control { kind: *kind, sheet: *sheet }),
        ([], [], [(_, why)], []) => Meaning::Boundary(Opening::Stranger(*why)),
        _ => Meaning::Boundary(Opening::Contradiction),
    }
}

/// What each side of a boundary sheet is for: our sheet and its blank back, or work on the back of it.
pub(super) fn roles(sheet: &[PageFacts], opening: Opening) -> Vec<(PageId, Role)> {
    let ours = match opening {
        Opening::Control { kind, .. } if kind != SheetKind::Unnamed => Role::Control,
        Opening::Unseen => Role::Work,
        _ => Role::Cover,
    };
    sheet
        .iter()
        .map(|page| {
            // A back that is written on; or, where a school's own code stands for a cover, the first page of work itself:
            // our own covers never look like a page.
            let written = page.look == Look::Page && (page.marks.is_empty() || ours == Role::Cover);
            (page.page, if written || page.look == Look::Unseen { Role::Work } else { ours })
        })
        .collect()
}
