//! Counting: who was expected, whose work came, whose waits, who is missing, who is absent; for a batch, or for a class
//! over some days.

use crate::api::{AttendanceReply, ReconcileReply, ReconcileRequest};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{places, queries, understand};
use scantrail_catalogue::{Batch, BatchState, Page};
use scantrail_core::calendar::{HalfTerm, Origin};
use scantrail_core::ids::{BatchId, PieceId, PupilId};
use scantrail_core::interpret::Word;
use scantrail_core::ports::Clock as _;
use scantrail_core::roster::Pupil;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::Role;
use std::collections::{BTreeMap, BTreeSet};

/// Does what is asked.
pub(crate) fn answer(engine: &Engine, request: &ReconcileRequest) -> Result<ReconcileReply, DaemonError> {
    match request {
        ReconcileRequest::Batch { batch } => of_batch(engine, queries::batch_id(batch)?),
        ReconcileRequest::Class { class, from, to, subject } => of_class(engine, class, from, to, subject),
        ReconcileRequest::HalfTerm { class, half_term, year, subject } => {
            of_half_term(engine, class, half_term, year.as_deref(), subject)
        }
    }
}

/// What came for each pupil.
#[derive(Default)]
struct Came {
    pieces: BTreeMap<PupilId, BTreeSet<PieceId>>,
    pages: BTreeMap<PupilId, u64>,
    held: BTreeMap<PupilId, u64>,
    absent: BTreeSet<PupilId>,
    /// Held pages that are proposed to nobody who was expected.
    unknown: u64,
}

impl Came {
    fn page(&mut self, page: &Page, counts: impl Fn(PieceId) -> bool) {
        for owner in page.owners.iter().filter(|_| page.state == PageState::Filed && page.role == Some(Role::Work)) {
            if let Some((piece, _)) = owner.piece.filter(|(piece, _)| counts(*piece)) {
                self.pieces.entry(owner.pupil).or_default().insert(piece);
                *self.pages.entry(owner.pupil).or_default() += 1;
            }
        }
    }

    /// What waits in a batch, for whom it is proposed to, and who was ticked as absent.
    fn waiting(&mut self, engine: &Engine, batch: BatchId, pages: &[Page]) -> Result<(), DaemonError> {
        let runs = engine.catalogue.runs_in(batch)?;
        let held = |page: &&Page| page.state == PageState::Held && page.role == Some(Role::Work);
        for page in pages.iter().filter(held) {
            let run = runs.iter().find(|run| Some(run.number) == page.run);
            match run.and_then(|run| run.candidates.first()) {
                Some(pupil) => *self.held.entry(*pupil).or_default() += 1,
                None => self.unknown += 1,
            }
        }
        for word in understand::standing(engine, batch, None)?.into_iter().flat_map(|said| said.words) {
            if let Word::Absent { pupil } = word {
                self.absent.insert(pupil);
            }
        }
        Ok(())
    }

    fn told(mut self, title: String, expected: &[Pupil]) -> ReconcileReply {
        let mut pupils = Vec::with_capacity(expected.len());
        for pupil in expected {
            let pieces = self.pieces.get(&pupil.id).map_or(0, |pieces| pieces.len() as u64);
            let pages = self.pages.get(&pupil.id).copied().unwrap_or_default();
            let held = self.held.remove(&pupil.id).unwrap_or_default();
            let state = match (pages, held) {
                (0, 0) if self.absent.contains(&pupil.id) => "absent",
                (0, 0) => "missing",
                (0, _) => "held",
                _ => "received",
            };
            let pupil = queries::pupil_reply(pupil);
            pupils.push(AttendanceReply { pupil, state: state.to_owned(), pieces, pages, held });
        }
        let count = |state: &str| pupils.iter().filter(|line| line.state == state).count() as u64;
        ReconcileReply {
            title,
            expected: pupils.len() as u64,
            received: count("received"),
            held: count("held"),
            missing: count("missing"),
            absent: count("absent"),
            held_for_nobody: self.unknown + self.held.values().sum::<u64>(),
            pupils,
        }
    }
}

fn of_batch(engine: &Engine, id: BatchId) -> Result<ReconcileReply, DaemonError> {
    let batch = engine.catalogue.batch(id)?;
    understood(&batch)?;
    let pages = engine.catalogue.pages_in(id)?;
    let mut expected = understand::expected_in(engine, &batch)?;
    if expected.is_empty() {
        let covers = engine.catalogue.runs_in(id)?.into_iter().filter_map(|run| run.pupil);
        let owners = pages.iter().flat_map(|page| &page.owners).map(|owner| owner.pupil);
        expected = covers.chain(owners).collect::<BTreeSet<_>>().into_iter().collect();
    }
    let expected: Vec<Pupil> = expected.iter().map(|id| engine.catalogue.pupil(*id)).collect::<Result<_, _>>()?;
    let mut came = Came::default();
    for page in &pages {
        came.page(page, |_| true);
    }
    came.waiting(engine, id, &pages)?;
    Ok(came.told(format!("batch {id}"), &expected))
}

fn understood(batch: &Batch) -> Result<(), DaemonError> {
    if batch.state == BatchState::Understood {
        return Ok(());
    }
    let what = format!("batch {} is {}, not understood yet", batch.opened.id, batch.state.word());
    Err(DaemonError::usage(what).with_hint("wait until it is, or end it with: scantrail batch end ID"))
}

fn of_half_term(
    engine: &Engine,
    class: &str,
    half_term: &str,
    year: Option<&str>,
    subject: &str,
) -> Result<ReconcileReply, DaemonError> {
    let half = HalfTerm::from_name(half_term).ok_or_else(|| {
        let names: Vec<&str> = HalfTerm::ALL.iter().map(|half| half.name()).collect();
        DaemonError::usage(format!("`{half_term}` is no half-term")).with_hint(format!("one of: {}", names.join(", ")))
    })?;
    let year = match year {
        Some(text) => SchoolYear::parse(text)
            .ok_or_else(|| DaemonError::usage(format!("`{text}` is no school year; write it like 2026-27")))?,
        None => SchoolYear::of(engine.clock.today()),
    };
    let dates = engine.config.calendar.dates(year);
    let days = dates.days(half);
    let mut reply = of_class(engine, class, &days.first.to_string(), &days.last.to_string(), subject)?;
    let assumed = match dates.origin() {
        Origin::Set => "",
        Origin::Assumed => "; assumed dates: set them in [[calendar]]",
    };
    reply.title = format!("class {class}, {half} {year} ({} to {}{assumed})", days.first, days.last);
    Ok(reply)
}

fn of_class(engine: &Engine, class: &str, from: &str, to: &str, subject: &str) -> Result<ReconcileReply, DaemonError> {
    let day = |text: &str| places::date(text).map_err(|_| DaemonError::usage("a date is written like 2026-11-21"));
    let (first, last) = (day(from)?, day(to)?);
    let expected = engine.catalogue.class(class)?;
    if expected.is_empty() {
        return Err(DaemonError::not_found(format!("there is no pupil in class `{class}`"))
            .with_hint("see the classes with: scantrail pupils list"));
    }
    let within = |text: &str| -> Result<bool, DaemonError> { Ok((first..=last).contains(&places::date(text)?)) };
    let wanted = |text: &str| subject.is_empty() || text.eq_ignore_ascii_case(subject);
    let mut came = Came::default();
    for pupil in &expected {
        let mut pieces = BTreeSet::new();
        for piece in engine.catalogue.pieces_of(pupil.id)? {
            if within(&piece.work_date)? && wanted(&piece.subject) {
                pieces.insert(piece.id);
            }
        }
        // A group's page is told of by each of its owners in turn.
        for mut page in engine.catalogue.pages_of(pupil.id)? {
            page.owners.retain(|owner| owner.pupil == pupil.id);
            came.page(&page, |piece| pieces.contains(&piece));
        }
    }
    for batch in engine.catalogue.batches(u32::MAX)?.iter().filter(|batch| batch.state == BatchState::Understood) {
        let context = understand::context_of(engine, batch)?;
        let ours = context.class.is_empty() || context.class == class;
        if ours && within(&context.work_date)? && wanted(&context.subject) {
            let pages = engine.catalogue.pages_in(batch.opened.id)?;
            came.waiting(engine, batch.opened.id, &pages)?;
        }
    }
    let days = if from == to { from.to_owned() } else { format!("{from} to {to}") };
    let about = if subject.is_empty() { String::new() } else { format!(", {subject}") };
    Ok(came.told(format!("class {class}, {days}{about}"), &expected))
}
