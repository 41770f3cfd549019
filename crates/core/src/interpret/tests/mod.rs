//! Laws and cases of the understanding of a batch: stacks as they were laid in, with the truth behind them.

mod cases;
mod gaps;
mod laws;
mod pictures;
mod words;

use super::*;
use crate::evidence::{ClassKnown, Confirm, Expected, Look, Mark, PageFacts};
use crate::ids::{PageId, PupilId, SheetId};
use crate::vocabulary::{Side, Suspicion};

/// A sheet as it was laid into the feeder: the truth behind the facts.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Laid {
    Cover(u8),
    /// A cover of that pupil whose codes are destroyed.
    Spoiled(u8),
    Written,
    BlankPaper,
    Separator,
    Start,
    End,
    OtherSchool,
    /// A capture that cannot be opened; in truth that pupil's cover.
    Broken(u8),
}

fn pupil(n: u8) -> PupilId {
    PupilId::from_random(u64::from(n) + 1)
}

fn class(pupils: &[u8]) -> Vec<Expected> {
    let pupils = pupils.iter().map(|n| pupil(*n)).collect();
    vec![Expected { start: None, pupils, known: ClassKnown::Said }]
}

fn theirs(n: u8) -> Verdict {
    Verdict::File(Owners::one(pupil(n)))
}

fn cover(n: u8) -> Mark {
    Mark::Names { kind: SheetKind::Cover, sheet: SheetId::from_random(u64::from(n)), pupil: pupil(n) }
}

fn control(kind: SheetKind) -> Mark {
    Mark::Control { kind, sheet: SheetId::from_random(999) }
}

fn facts(laid: &[Laid], sides: &[Side]) -> BatchFacts {
    let mut pages = Vec::new();
    for sheet in laid {
        let (marks, look) = match *sheet {
            Laid::Cover(n) => (vec![cover(n)], Look::Sheet),
            Laid::Spoiled(_) => (vec![], Look::Sheet),
            Laid::Written => (vec![], Look::Page),
            Laid::BlankPaper => (vec![], Look::Blank),
            Laid::Separator => (vec![control(SheetKind::Separator)], Look::Sheet),
            Laid::Start => (vec![control(SheetKind::Start)], Look::Sheet),
            Laid::End => (vec![control(SheetKind::End)], Look::Sheet),
            Laid::OtherSchool => {
                let sheet = SheetId::from_random(5);
                (vec![Mark::Stranger { kind: SheetKind::Cover, sheet, why: Strangeness::OtherSchool }], Look::Sheet)
            }
            Laid::Broken(_) => (vec![], Look::Unseen),
        };
        for (at, &side) in sides.iter().enumerate() {
            let front = at == 0;
            pages.push(PageFacts {
                page: PageId::from_random(pages.len() as u64),
                side,
                marks: if front { marks.clone() } else { vec![] },
                look: if front { look } else { Look::Blank },
                suspicion: None,
                waits: None,
                moment: None,
                style: None,
            });
        }
    }
    BatchFacts {
        flow: Flow::Stack,
        end: BatchEnd::Normal,
        pages,
        expected: vec![],
        confirm: Confirm::Alarms,
        longest_run: 200,
    }
}

const SIMPLEX: &[Side] = &[Side::Single];
const DUPLEX: &[Side] = &[Side::Front, Side::Back];

/// Whose each page truly is, page by page.
fn truth(laid: &[Laid], sides: usize) -> Vec<Option<PupilId>> {
    let mut owner = None;
    laid.iter()
        .flat_map(|sheet| {
            match *sheet {
                Laid::Cover(n) | Laid::Spoiled(n) | Laid::Broken(n) => owner = Some(pupil(n)),
                Laid::Written | Laid::BlankPaper => {}
                Laid::Separator | Laid::Start | Laid::End | Laid::OtherSchool => owner = None,
            }
            vec![owner; sides]
        })
        .collect()
}

fn verdicts(laid: &[Laid]) -> Vec<Verdict> {
    interpret(&facts(laid, SIMPLEX), &[]).runs.iter().map(|run| run.verdict.clone()).collect()
}
