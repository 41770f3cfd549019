//! What changes for which page, from what a batch is understood to be: owners, pieces, places, and the steps between.

use super::Said;
use super::register::Register;
use super::text;
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::places;
use scantrail_catalogue::{
    Batch, BatchContext, FileState, Ownership, Page, PageOwner, PieceRow, Place, RunRow, Understanding,
};
use scantrail_core::ids::{PageId, PieceId, PupilId};
use scantrail_core::interpret::{By, Interpretation, Opening, Run, RunPage, Verdict, Word};
use scantrail_core::school_year::SchoolYear;
use scantrail_core::state::{PageEvent, PageState};
use scantrail_core::vocabulary::Role;
use std::collections::{BTreeMap, BTreeSet};

/// Why the pages behind a discard sheet are discarded.
const DISCARD_SHEET: &str = "a discard sheet lies before it";

/// Turns an interpretation into rows, pieces and places.
pub(super) struct Planner<'a> {
    engine: &'a Engine,
    batch: &'a Batch,
    pages: BTreeMap<PageId, &'a Page>,
    register: &'a Register,
    said: &'a [Said],
    /// Pieces that this batch's runs became before.
    known: Vec<PieceRow>,
    new: Vec<PieceRow>,
}

/// Where a page belongs.
struct Wanted {
    state: PageState,
    owners: Vec<PageOwner>,
    identified: Option<String>,
    reason: Option<String>,
    place: Place,
}

impl<'a> Planner<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        batch: &'a Batch,
        pages: &'a [Page],
        register: &'a Register,
        said: &'a [Said],
    ) -> Result<Self, DaemonError> {
        let known = engine.catalogue.pieces_in(batch.opened.id)?;
        let pages = pages.iter().map(|page| (page.id, page)).collect();
        Ok(Self { engine, batch, pages, register, said, known, new: Vec::new() })
    }

    pub(super) fn plan(mut self, result: &Interpretation) -> Result<Understanding, DaemonError> {
        let mut fates = Vec::new();
        let mut runs = Vec::new();
        for (number, run) in result.runs.iter().enumerate() {
            let number = number as u32;
            let context = self.register.context(&self.batch.opened.context, run.context);
            let mut positions: BTreeMap<PupilId, u32> = BTreeMap::new();
            for own in &run.pages {
                let page = self.pages[&own.page];
                if matches!(page.state, PageState::Deleting | PageState::Deleted) {
                    // Those behind it keep their numbers.
                    if let (Verdict::File(owners), Role::Work) = (&own.verdict, own.role) {
                        owners.iter().for_each(|pupil| *positions.entry(pupil).or_insert(0) += 1);
                    }
                    continue;
                }
                let wanted = self.wanted(run, own, page, &context, &mut positions)?;
                fates.extend(self.change(number, own.role, page, wanted)?);
            }
            runs.push(row(number, run));
        }
        let alarms: Vec<serde_json::Value> = result.alarms.iter().map(text::alarm).collect();
        Ok(Understanding {
            batch: self.batch.opened.id,
            runs,
            pieces: self.new,
            pages: fates,
            alarms: serde_json::Value::from(alarms).to_string(),
        })
    }

    fn wanted(
        &mut self,
        run: &Run,
        own: &RunPage,
        page: &Page,
        context: &BatchContext,
        positions: &mut BTreeMap<PupilId, u32>,
    ) -> Result<Wanted, DaemonError> {
        let (batch, engine) = (self.batch, self.engine);
        let alone = |state, reason: Option<String>, place| Wanted {
            state,
            owners: Vec::new(),
            identified: None,
            reason,
            place,
        };
        Ok(match &own.verdict {
            Verdict::Hold(reason) => {
                alone(PageState::Held, Some(reason.word().to_owned()), places::unidentified(page, batch)?)
            }
            Verdict::Discard => {
                alone(PageState::Discarded, Some(self.why_discarded(own)), places::set_aside(page, batch)?)
            }
            Verdict::Nothing => alone(PageState::Filed, None, places::set_aside(page, batch)?),
            Verdict::File(owners) => {
                let identified = match own.by {
                    By::Person => Some("person".to_owned()),
                    By::Evidence => identified(run.opening),
                };
                let mut wanted = alone(PageState::Filed, None, Place::default());
                wanted.identified = identified;
                let named = run.opening.pupil();
                // A cover is filed with the child it names; one that names nobody, with the first of a group.
                let with_cover = named.filter(|pupil| owners.has(*pupil)).or_else(|| owners.iter().next());
                for pupil in owners.iter().filter(|pupil| own.role == Role::Work || Some(*pupil) == with_cover) {
                    let trail = places::Trail::of(engine, pupil)?;
                    let (piece, place) = if own.role == Role::Work {
                        let position = *positions.entry(pupil).and_modify(|last| *last += 1).or_insert(1);
                        let piece = self.piece(run, pupil, context)?;
                        let place = places::page_place(page, &trail, &piece, position)?;
                        (Some((piece.id, position)), place)
                    } else {
                        (None, places::cover_place(page, &trail, context)?)
                    };
                    wanted.owners.push(PageOwner { pupil, piece });
                    wanted.place.files.extend(places::in_trail(page, &place, own.role, batch.opened.flow).files);
                }
                wanted
            }
        })
    }

    /// What changes for a page; nothing, if it is as it should be.
    fn change(&self, run: u32, role: Role, page: &Page, mut wanted: Wanted) -> Result<Option<Ownership>, DaemonError> {
        if page.state == PageState::Quarantined {
            // It lies where it lies, with the reason it has.
            wanted = Wanted {
                state: PageState::Quarantined,
                owners: Vec::new(),
                identified: None,
                reason: page.reason.clone(),
                place: Place::default(),
            };
        }
        let told = (&page.owners, &page.identified, &page.reason, page.role);
        let now = (&wanted.owners, &wanted.identified, &wanted.reason, Some(role));
        let moved = page.state != PageState::Quarantined && self.elsewhere(page, &wanted.place)?;
        let rewrite = moved || told != now;
        let events = steps(page, wanted.state, rewrite)?;
        if !rewrite && events.is_empty() && page.run == Some(run) {
            return Ok(None);
        }
        let place = (rewrite && page.state != PageState::Quarantined).then_some(wanted.place);
        Ok(Some(Ownership {
            page: page.id,
            run,
            role,
            events,
            owners: wanted.owners,
            identified: wanted.identified,
            reason: wanted.reason,
            place,
        }))
    }

    fn elsewhere(&self, page: &Page, place: &Place) -> Result<bool, DaemonError> {
        let files = self.engine.catalogue.files_of(page.id)?;
        let there: BTreeSet<&str> =
            files.iter().filter(|file| file.state == FileState::Present).map(|file| file.path.as_str()).collect();
        let wanted: BTreeSet<&str> = place.files.iter().map(|file| file.path.as_str()).collect();
        Ok(there != wanted)
    }

    /// The last reason a person gave for throwing the page away, or the sheet's.
    fn why_discarded(&self, own: &RunPage) -> String {
        let about = |word: &Word| matches!(word, Word::Nobodys { pages } if pages.contains(&own.page));
        let said = self.said.iter().rev().find(|said| said.words.iter().any(about));
        match own.by {
            By::Person => said.map(|said| said.reason.clone()).unwrap_or_default(),
            By::Evidence => DISCARD_SHEET.to_owned(),
        }
    }

    /// The piece a run becomes for a pupil: the one it was before, or a new one.
    fn piece(&mut self, run: &Run, pupil: PupilId, context: &BatchContext) -> Result<PieceRow, DaemonError> {
        let order: Vec<PageId> = run.work().collect();
        let anchored = |piece: &&PieceRow| piece.pupil == pupil && order.contains(&piece.anchor);
        let earliest = |piece: &&PieceRow| order.iter().position(|page| *page == piece.anchor);
        let existing = self.known.iter().chain(&self.new).filter(anchored).min_by_key(earliest);
        if let Some(piece) = existing.cloned() {
            return Ok(piece);
        }
        let anchor = order.first().copied().unwrap_or_else(|| run.pages[0].page);
        let piece = self.new_piece(anchor, pupil, context)?;
        self.new.push(piece.clone());
        Ok(piece)
    }

    /// A new piece, with a title that gives it a folder of its own.
    fn new_piece(&self, anchor: PageId, pupil: PupilId, context: &BatchContext) -> Result<PieceRow, DaemonError> {
        let year = SchoolYear::of(places::date(&context.work_date)?).to_string();
        let mut taken = self.engine.catalogue.piece_folders(pupil, &year)?;
        taken.extend(self.new.iter().filter(|piece| piece.pupil == pupil).map(|piece| piece.folder.clone()));
        let folder = |title: &str| format!("{}/{} {title}", context.subject, context.work_date);
        let mut title = context.title.clone();
        let mut copy = 1;
        while taken.contains(&folder(&title)) {
            copy += 1;
            format!("{} ({copy})", context.title).trim().clone_into(&mut title);
        }
        Ok(PieceRow {
            id: PieceId::from_random(self.engine.random()),
            pupil,
            year,
            subject: context.subject.clone(),
            work_date: context.work_date.clone(),
            batch: self.batch.opened.id,
            anchor,
            folder: folder(&title),
            title,
        })
    }
}

/// The steps from where a page is to where it belongs; `rewrite` says that its files or their record change.
fn steps(page: &Page, to: PageState, rewrite: bool) -> Result<Vec<PageEvent>, DaemonError> {
    use PageEvent as E;
    use PageState as S;
    let steps: &[E] = match (page.state, to) {
        (S::Read | S::Held, S::Filed) => &[E::Place],
        (S::Read, S::Held) => &[E::Hold],
        (S::Read | S::Held, S::Discarded) => &[E::Discard],
        (S::Filed, S::Filed) if rewrite => &[E::Move],
        (S::Filed, S::Held) => &[E::Recall],
        (S::Filed, S::Discarded) => &[E::Recall, E::Discard],
        (S::Discarded, S::Held) => &[E::Restore],
        (S::Discarded, S::Filed) => &[E::Restore, E::Place],
        (from, to) if from == to => &[],
        (from, _) => {
            let what = format!("page {} is {from}, so nothing can be decided about it now", page.id);
            return Err(DaemonError::usage(what).with_hint("if it is being filed, try again in a moment"));
        }
    };
    Ok(steps.to_vec())
}

fn identified(opening: Opening) -> Option<String> {
    match opening {
        Opening::Cover { sheet, .. } => Some(format!("cover:{sheet}")),
        Opening::Card { sheet, .. } => Some(format!("card:{sheet}")),
        Opening::SeveralCards => Some("cards".to_owned()),
        _ => None,
    }
}

pub(super) fn row(number: u32, run: &Run) -> RunRow {
    let (verdict, reason) = match &run.verdict {
        Verdict::File(_) => ("file", None),
        Verdict::Hold(reason) => ("hold", Some(reason.word().to_owned())),
        Verdict::Discard => ("discard", None),
        Verdict::Nothing => ("nothing", None),
    };
    RunRow {
        number,
        opening: text::opening(run.opening).to_owned(),
        closing: text::closing(run.closing).to_owned(),
        pupil: run.opening.pupil(),
        candidates: run.candidates.clone(),
        verdict: verdict.to_owned(),
        reason,
    }
}
