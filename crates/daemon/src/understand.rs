//! From what was seen on a batch to what becomes of it: looks the codes up, asks the core, writes the answer down.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::places;
use scantrail_catalogue::{
    Batch, BatchContext, Ownership, Page, PieceRow, RegisteredSheet, RunRow, SeenCode, SheetContext, Understanding,
};
use scantrail_core::evidence::{BatchEnd, BatchFacts, Confirm, Look, Mark, PageFacts, Strangeness};
use scantrail_core::ids::{PageId, PieceId, PupilId, SheetId};
use scantrail_core::interpret::{Alarm, Closing, Interpretation, Opening, Run, Verdict, interpret};
use scantrail_core::roster::Standing;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::sheet::SheetKind;
use scantrail_core::state::{PageEvent, PageState};
use scantrail_core::vocabulary::Role;
use serde_json::json;
use std::collections::BTreeMap;

/// Understands one batch whose pages have all been looked at, and plans where everything goes.
pub(crate) fn understand(engine: &Engine, batch: &Batch) -> Result<(), DaemonError> {
    let pages = engine.catalogue.pages_in(batch.opened.id)?;
    let sheets = Register::look_up(engine, engine.catalogue.codes_in(batch.opened.id)?)?;
    let context = sheets.context(&batch.opened.context);
    let facts = facts(engine, batch, &pages, &sheets, &context)?;
    let result = interpret(&facts);
    let understanding = Planner::new(engine, batch, &pages, &sheets, &context).plan(&result)?;
    engine.catalogue.understand(&understanding, engine.now())?;
    tracing::info!(
        batch_id = %batch.opened.id,
        runs = result.runs.len(),
        alarms = result.alarms.len(),
        pages = pages.len(),
        "batch understood"
    );
    Ok(())
}

/// What is known about the work of a batch: its own words, and its start sheet's.
pub(crate) fn context_of(engine: &Engine, batch: &Batch) -> Result<BatchContext, DaemonError> {
    let sheets = Register::look_up(engine, engine.catalogue.codes_in(batch.opened.id)?)?;
    Ok(sheets.context(&batch.opened.context))
}

fn facts(
    engine: &Engine,
    batch: &Batch,
    pages: &[Page],
    sheets: &Register,
    context: &BatchContext,
) -> Result<BatchFacts, DaemonError> {
    let expected = if context.class.is_empty() {
        Vec::new()
    } else {
        engine.catalogue.class(&context.class)?.into_iter().map(|pupil| pupil.id).collect()
    };
    Ok(BatchFacts {
        flow: batch.opened.flow,
        end: if batch.cut_short { BatchEnd::CutShort } else { BatchEnd::Normal },
        pages: pages
            .iter()
            .map(|page| PageFacts {
                page: page.id,
                side: page.side,
                marks: sheets.marks(page.id),
                look: page.look.unwrap_or(Look::Unseen),
                suspicion: page.suspicion,
            })
            .collect(),
        expected,
        confirm: match engine.config.confirm.runs {
            scantrail_config::WhenToConfirm::Always => Confirm::Always,
            scantrail_config::WhenToConfirm::Alarms => Confirm::Alarms,
            scantrail_config::WhenToConfirm::Never => Confirm::Never,
        },
        longest_run: engine.config.limits.run_pages as usize,
    })
}

/// The codes of a batch with what the school's register says about them.
struct Register {
    marks: BTreeMap<PageId, Vec<Mark>>,
    sheets: BTreeMap<SheetId, RegisteredSheet>,
}

impl Register {
    fn look_up(engine: &Engine, codes: Vec<(PageId, SeenCode)>) -> Result<Self, DaemonError> {
        let mut register = Self { marks: BTreeMap::new(), sheets: BTreeMap::new() };
        let ours = engine.school_key.to_string();
        for (page, code) in codes {
            let mark = if code.school == ours {
                register.mark(engine, &code)?
            } else {
                Mark::Stranger { kind: code.kind, sheet: code.sheet, why: Strangeness::OtherSchool }
            };
            let marks = register.marks.entry(page).or_default();
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        Ok(register)
    }

    fn mark(&mut self, engine: &Engine, code: &SeenCode) -> Result<Mark, DaemonError> {
        let stranger = |why| Mark::Stranger { kind: code.kind, sheet: code.sheet, why };
        let Some(sheet) = engine.catalogue.sheet(code.sheet)? else {
            return Ok(stranger(Strangeness::NotRegistered));
        };
        self.sheets.insert(sheet.id, sheet.clone());
        if sheet.kind != code.kind {
            return Ok(stranger(Strangeness::NotRegistered));
        }
        if sheet.revoked {
            return Ok(stranger(Strangeness::Revoked));
        }
        Ok(match sheet.pupil {
            None => Mark::Control { kind: sheet.kind, sheet: sheet.id },
            Some(pupil) if engine.catalogue.pupil(pupil)?.standing == Standing::Left => {
                stranger(Strangeness::PupilLeft)
            }
            Some(pupil) => Mark::Names { kind: sheet.kind, sheet: sheet.id, pupil },
        })
    }

    fn marks(&self, page: PageId) -> Vec<Mark> {
        self.marks.get(&page).cloned().unwrap_or_default()
    }

    /// What is known about the work: the batch's own words, and a start sheet's where it says more.
    fn context(&self, batch: &BatchContext) -> BatchContext {
        let start = self.sheets.values().find(|sheet| sheet.kind == SheetKind::Start);
        start.map_or_else(|| batch.clone(), |sheet| merged(batch, &sheet.context))
    }
}

fn merged(batch: &BatchContext, sheet: &SheetContext) -> BatchContext {
    let first = |a: &str, b: &str| if a.is_empty() { b.to_owned() } else { a.to_owned() };
    BatchContext {
        class: first(&sheet.class, &batch.class),
        subject: first(&sheet.subject, &batch.subject),
        title: first(&sheet.title, &batch.title),
        work_date: sheet.work_date.clone().unwrap_or_else(|| batch.work_date.clone()),
    }
}

/// Turns an interpretation into rows, pieces and places.
struct Planner<'a> {
    engine: &'a Engine,
    batch: &'a Batch,
    pages: BTreeMap<PageId, &'a Page>,
    sheets: &'a Register,
    context: &'a BatchContext,
    pieces: Vec<PieceRow>,
}

impl<'a> Planner<'a> {
    fn new(
        engine: &'a Engine,
        batch: &'a Batch,
        pages: &'a [Page],
        sheets: &'a Register,
        context: &'a BatchContext,
    ) -> Self {
        let pages = pages.iter().map(|page| (page.id, page)).collect();
        Self { engine, batch, pages, sheets, context, pieces: Vec::new() }
    }

    fn plan(mut self, result: &Interpretation) -> Result<Understanding, DaemonError> {
        let mut fates = Vec::new();
        let mut runs = Vec::new();
        for (number, run) in result.runs.iter().enumerate() {
            let number = number as u32;
            fates.extend(self.fates(number, run)?);
            runs.push(row(number, run));
        }
        Ok(Understanding {
            batch: self.batch.opened.id,
            runs,
            pieces: self.pieces,
            pages: fates,
            alarms: serde_json::Value::from(result.alarms.iter().map(alarm).collect::<Vec<_>>()).to_string(),
        })
    }

    fn fates(&mut self, number: u32, run: &Run) -> Result<Vec<Ownership>, DaemonError> {
        let owner = match run.verdict {
            Verdict::File(pupil) => {
                let context = self.run_context(run);
                Some((self.engine.catalogue.pupil(pupil)?, self.piece(number, pupil, &context)?))
            }
            _ => None,
        };
        let mut position = 0;
        let mut fates = Vec::with_capacity(run.pages.len());
        for &(id, role) in &run.pages {
            let page = self.pages[&id];
            let mut fate = Ownership {
                page: id,
                run: number,
                role,
                event: None,
                pupil: None,
                piece: None,
                identified: None,
                reason: None,
                place: None,
            };
            match (&owner, run.verdict) {
                _ if page.state == PageState::Quarantined => {}
                // Held by its own trouble: it waits for a person, whatever became of its run.
                _ if page.state == PageState::Held => fate.place = Some(places::unidentified(page, self.batch)?),
                (Some((pupil, piece)), _) => {
                    position += u32::from(role == Role::Work);
                    let place = places::page_place(page, pupil, piece, position)?;
                    fate.event = Some(PageEvent::Place);
                    fate.pupil = Some(pupil.id);
                    fate.piece = (role == Role::Work).then_some((piece.id, position));
                    fate.identified = identified(run.opening);
                    fate.place = Some(places::in_trail(page, &place, role, self.batch.opened.flow));
                }
                (None, Verdict::Hold(reason)) => {
                    fate.event = Some(PageEvent::Hold);
                    fate.reason = Some(reason.word().to_owned());
                    fate.place = Some(places::unidentified(page, self.batch)?);
                }
                (None, Verdict::Discard) if role == Role::Work => {
                    fate.event = Some(PageEvent::Discard);
                    fate.reason = Some("a discard sheet lies before it".to_owned());
                    fate.place = Some(places::set_aside(page, self.batch)?);
                }
                (None, _) => {
                    fate.event = Some(PageEvent::Place);
                    fate.place = Some(places::set_aside(page, self.batch)?);
                }
            }
            fates.push(fate);
        }
        Ok(fates)
    }

    /// The words of the start sheet this run lies behind, if there is one.
    fn run_context(&self, run: &Run) -> BatchContext {
        let sheet = run.context.and_then(|id| self.sheets.sheets.get(&id));
        sheet.map_or_else(|| self.context.clone(), |sheet| merged(&self.batch.opened.context, &sheet.context))
    }

    fn piece(&mut self, run: u32, pupil: PupilId, context: &BatchContext) -> Result<PieceRow, DaemonError> {
        let taken: Vec<String> =
            self.pieces.iter().filter(|piece| piece.pupil == pupil).map(|piece| piece.folder.clone()).collect();
        let piece = new_piece(self.engine, self.batch, run, pupil, context, &taken)?;
        self.pieces.push(piece.clone());
        Ok(piece)
    }
}

/// A new piece for a run, with a title that gives it a folder of its own.
pub(crate) fn new_piece(
    engine: &Engine,
    batch: &Batch,
    run: u32,
    pupil: PupilId,
    context: &BatchContext,
    also_taken: &[String],
) -> Result<PieceRow, DaemonError> {
    let year = SchoolYear::of(places::date(&context.work_date)?).to_string();
    let mut taken = engine.catalogue.piece_folders(pupil, &year)?;
    taken.extend_from_slice(also_taken);
    let folder = |title: &str| format!("{}/{} {title}", context.subject, context.work_date);
    let mut title = context.title.clone();
    let mut copy = 1;
    while taken.contains(&folder(&title)) {
        copy += 1;
        format!("{} ({copy})", context.title).trim().clone_into(&mut title);
    }
    Ok(PieceRow {
        id: PieceId::from_random(engine.random()),
        pupil,
        year,
        subject: context.subject.clone(),
        work_date: context.work_date.clone(),
        batch: batch.opened.id,
        run,
        folder: folder(&title),
        title,
    })
}

fn identified(opening: Opening) -> Option<String> {
    match opening {
        Opening::Cover { sheet, .. } => Some(format!("cover:{sheet}")),
        Opening::Card { sheet, .. } => Some(format!("card:{sheet}")),
        _ => None,
    }
}

fn row(number: u32, run: &Run) -> RunRow {
    let (verdict, reason) = match run.verdict {
        Verdict::File(_) => ("file", None),
        Verdict::Hold(reason) => ("hold", Some(reason.word().to_owned())),
        Verdict::Discard => ("discard", None),
        Verdict::Nothing => ("nothing", None),
    };
    RunRow {
        number,
        opening: opening_words(run.opening).to_owned(),
        closing: closing_words(run.closing).to_owned(),
        pupil: run.opening.pupil(),
        suggestion: run.opening.suggestion(),
        verdict: verdict.to_owned(),
        reason,
    }
}

fn opening_words(opening: Opening) -> &'static str {
    match opening {
        Opening::BatchStart => "the start of the batch",
        Opening::Cover { .. } => "a cover sheet",
        Opening::Card { .. } => "a card in the picture",
        Opening::Control { kind: SheetKind::Start, .. } => "a start sheet",
        Opening::Control { kind: SheetKind::End, .. } => "an end sheet",
        Opening::Control { kind: SheetKind::Separator, .. } => "a separator sheet",
        Opening::Control { kind: SheetKind::Unnamed, .. } => "an unnamed cover sheet",
        Opening::Control { kind: SheetKind::Discard, .. } => "a discard sheet",
        Opening::Control { .. } => "a sheet of ours",
        Opening::UnreadSheet => "a cover sheet that cannot be read",
        Opening::Unseen => "a capture that cannot be opened",
        Opening::Contradiction => "a sheet with contradicting codes",
        Opening::Stranger(_) => "a cover sheet that does not count here",
        Opening::CardInStack { .. } => "a card or sticker",
        Opening::SeveralCards => "several cards in the picture",
        Opening::NoCard { .. } => "a picture without a card",
    }
}

fn closing_words(closing: Closing) -> &'static str {
    match closing {
        Closing::ReadBoundary => "a sheet that was read",
        Closing::UnreadSheet => "a cover sheet that cannot be read",
        Closing::Doubtful => "something that may have been a cover sheet",
        Closing::BatchEnd(BatchEnd::Normal) => "the end of the batch",
        Closing::BatchEnd(BatchEnd::CutShort) => "the batch breaking off",
        Closing::Alone => "it stands alone",
    }
}

fn alarm(alarm: &Alarm) -> serde_json::Value {
    let ids = |pupils: &[PupilId]| pupils.iter().map(PupilId::to_string).collect::<Vec<_>>();
    match alarm {
        Alarm::Shifted => json!({"alarm": "shifted"}),
        Alarm::OddSides => json!({"alarm": "odd-sides"}),
        Alarm::ManyEmpty(pupils) => json!({"alarm": "many-empty", "pupils": ids(pupils)}),
        Alarm::SameCoverTwice(pupil) => json!({"alarm": "same-cover-twice", "pupils": ids(&[*pupil])}),
        Alarm::TooLong { run, sides } => json!({"alarm": "too-long", "run": run, "sides": sides}),
        Alarm::OtherClass(pupil) => json!({"alarm": "other-class", "pupils": ids(&[*pupil])}),
        Alarm::Missing(pupils) => json!({"alarm": "missing", "pupils": ids(pupils)}),
    }
}
