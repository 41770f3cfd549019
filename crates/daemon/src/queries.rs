//! Answers: what the catalogue knows, in the shapes of [`crate::api`].

use crate::api::{
    BatchReply, CountsReply, Degrees, FileReply, HoldReply, PageReply, PieceReply, PupilReply, QueueReply, RunReply,
    StatusReply, TrailReply, TroubleReply,
};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::moved_away;
use crate::understand::{self, RunSoFar};
use scantrail_catalogue::{Batch, BatchCount, FileState, Page, Queue, RunRow};
use scantrail_core::fold::NameQuery;
use scantrail_core::ids::{BatchId, PageId, PupilId};
use scantrail_core::interpret::HoldReason;
use scantrail_core::roster::Pupil;
use scantrail_core::state::PageState;
use scantrail_core::units::Angle;
use scantrail_core::vocabulary::Role;
use std::collections::BTreeSet;

/// Reads a page id as a person types it.
pub(crate) fn page_id(text: &str) -> Result<PageId, DaemonError> {
    text.trim().parse().map_err(|bad: scantrail_core::ids::BadId| DaemonError::usage(bad.to_string()))
}

/// Reads a batch id as a person types it.
pub(crate) fn batch_id(text: &str) -> Result<BatchId, DaemonError> {
    text.trim().parse().map_err(|bad: scantrail_core::ids::BadId| DaemonError::usage(bad.to_string()))
}

/// Finds a pupil by id, by short code, or by a name that fits exactly one.
pub(crate) fn find_pupil(engine: &Engine, text: &str) -> Result<Pupil, DaemonError> {
    let text = text.trim();
    if let Ok(id) = text.parse::<PupilId>().or_else(|_| PupilId::from_short_code(text))
        && let Ok(pupil) = engine.catalogue.pupil(id)
    {
        if engine.catalogue.is_erased(id)? {
            return Err(DaemonError::not_found(format!("{id} is a pupil whose record was erased")));
        }
        return Ok(pupil);
    }
    let query = NameQuery::new(text);
    let fits = |pupil: &Pupil| query.as_ref().is_some_and(|query| query.fits(&pupil.details.listed_name()));
    let found: Vec<Pupil> = engine.catalogue.pupils()?.into_iter().filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(DaemonError::not_found(format!("there is no pupil `{text}`"))
            .with_hint("see who there is with: scantrail pupils list")),
        several => {
            let told: Vec<String> = several.iter().take(MOST_NAMED).map(told_apart).collect();
            let more = if several.len() > told.len() { " …" } else { "" };
            Err(DaemonError::usage(format!("`{text}` fits {} pupils", several.len()))
                .with_hint(format!("say which by id: {}{more}", told.join("; "))))
        }
    }
}

/// How many of the pupils that a name fits are named.
const MOST_NAMED: usize = 8;

/// A pupil beside namesakes: id, name, class, day and month of birth.
fn told_apart(pupil: &Pupil) -> String {
    let class = Some(pupil.details.class.clone()).filter(|class| !class.is_empty());
    let born = pupil.details.born.map(|date| format!("born {}", date.strftime("%-d %B")));
    let parts: Vec<String> = [Some(pupil.details.listed_name()), class, born].into_iter().flatten().collect();
    format!("{} ({})", pupil.id, parts.join(", "))
}

pub(crate) fn pupil_reply(pupil: &Pupil) -> PupilReply {
    PupilReply {
        id: pupil.id.to_string(),
        code: pupil.id.short_code(),
        name: pupil.details.listed_name(),
        class: pupil.details.class.clone(),
        year_group: pupil.details.year_group.clone(),
        standing: pupil.standing.word().to_owned(),
        born: pupil.details.born.map(|date| date.strftime("%-d %B").to_string()),
    }
}

fn named<'a>(engine: &Engine, ids: impl IntoIterator<Item = &'a PupilId>) -> Result<Vec<PupilReply>, DaemonError> {
    ids.into_iter().map(|id| Ok(pupil_reply(&engine.catalogue.pupil(*id)?))).collect()
}

pub(crate) fn counts_reply(counts: BatchCount) -> CountsReply {
    CountsReply {
        captured: counts.captured,
        waiting: counts.waiting,
        filing: counts.filing,
        filed: counts.filed,
        covers: counts.covers,
        control: counts.control,
        held: counts.held,
        discarded: counts.discarded,
        quarantined: counts.quarantined,
        deleted: counts.deleted,
    }
}

pub(crate) fn page_reply(engine: &Engine, page: &Page) -> Result<PageReply, DaemonError> {
    let files = engine.catalogue.files_of(page.id)?;
    let present = files.into_iter().filter(|file| file.state == FileState::Present).map(|file| file.path);
    let twins = engine.catalogue.same_bytes(page.id)?;
    Ok(PageReply {
        id: page.id.to_string(),
        side: page.sequence + 1,
        state: page.state.word().to_owned(),
        role: page.role.map(|role| role.word().to_owned()),
        look: page.look.map(|look| look.word().to_owned()),
        content: page.content.map(|content| content.word().to_owned()),
        orientation: page.turn.degrees(),
        skew: page.skew.map(Angle::degrees).map(Degrees::from),
        pupil: page.pupil().map(|id| id.to_string()),
        pupils: page.owners.iter().map(|owner| owner.pupil.to_string()).collect(),
        files: present.collect(),
        warnings: page.warnings.clone(),
        possible_duplicates: twins.iter().map(PageId::to_string).collect(),
    })
}

/// A batch in one line.
pub(crate) fn batch_line(engine: &Engine, batch: &Batch) -> Result<BatchReply, DaemonError> {
    let opened = &batch.opened;
    let deliveries = engine.catalogue.deliveries(opened.id)?;
    Ok(BatchReply {
        id: opened.id.to_string(),
        source_kind: opened.source_kind.word().to_owned(),
        source: opened.source.clone(),
        state: batch.state.word().to_owned(),
        trouble: batch.trouble.clone(),
        opened_at: batch.opened_at.clone(),
        ended_at: batch.ended_at.clone(),
        class: opened.context.class.clone(),
        subject: opened.context.subject.clone(),
        title: opened.context.title.clone(),
        counts: counts_reply(engine.catalogue.count_batch(opened.id)?),
        runs: Vec::new(),
        so_far: false,
        alarms: alarms(engine, &batch.alarms)?,
        files: deliveries
            .into_iter()
            .map(|d| FileReply { name: d.name, state: d.state.word().to_owned(), captures: d.captures, why: d.why })
            .collect(),
    })
}

/// A batch with its runs.
pub(crate) fn batch(engine: &Engine, id: BatchId) -> Result<BatchReply, DaemonError> {
    let batch = engine.catalogue.batch(id)?;
    let mut reply = batch_line(engine, &batch)?;
    let pages = engine.catalogue.pages_in(id)?;
    for RunSoFar { row, pages: own } in understand::so_far(engine, &batch, &pages)? {
        reply.so_far = true;
        let own = own.iter().filter_map(|(id, role)| {
            let page = pages.iter().find(|page| page.id == *id)?;
            Some(page_reply(engine, page).map(|reply| PageReply { role: Some(role.word().to_owned()), ..reply }))
        });
        let own = own.collect::<Result<_, _>>()?;
        reply.runs.push(run_reply(engine, row, &BTreeSet::new(), own)?);
    }
    for run in engine.catalogue.runs_in(id)? {
        let own = pages.iter().filter(|page| page.run == Some(run.number));
        let owners: BTreeSet<PupilId> = own.clone().flat_map(|page| &page.owners).map(|owner| owner.pupil).collect();
        let own = own.map(|page| page_reply(engine, page)).collect::<Result<_, _>>()?;
        reply.runs.push(run_reply(engine, run, &owners, own)?);
    }
    Ok(reply)
}

fn run_reply(
    engine: &Engine,
    run: RunRow,
    owners: &BTreeSet<PupilId>,
    pages: Vec<PageReply>,
) -> Result<RunReply, DaemonError> {
    Ok(RunReply {
        number: run.number + 1,
        opening: run.opening,
        closing: run.closing,
        pupil: run.pupil.map(|id| engine.catalogue.pupil(id).map(|p| pupil_reply(&p))).transpose()?,
        owners: named(engine, owners)?,
        candidates: named(engine, &run.candidates)?,
        verdict: run.verdict,
        sentence: run.reason.as_deref().map(sentence),
        reason: run.reason,
        pages,
    })
}

/// The sentence for a reason; what is no reason of the core's is a sentence already.
pub(crate) fn sentence(reason: &str) -> String {
    HoldReason::from_word(reason).map_or_else(|| reason.to_owned(), |reason| reason.sentence().to_owned())
}

/// The alarms of a batch in words; what a single run may hide is told with the run.
pub(crate) fn alarms(engine: &Engine, stored: &str) -> Result<Vec<String>, DaemonError> {
    alarms_but(engine, stored, &["hiding"])
}

/// The alarms of a batch in words, those of some kinds left out.
pub(crate) fn alarms_but(engine: &Engine, stored: &str, left_out: &[&str]) -> Result<Vec<String>, DaemonError> {
    let alarms: Vec<serde_json::Value> = serde_json::from_str(stored)
        .map_err(|source| DaemonError::inside("the catalogue holds alarms that cannot be read", source))?;
    alarms
        .iter()
        .filter(|alarm| !alarm["alarm"].as_str().is_some_and(|kind| left_out.contains(&kind)))
        .map(|alarm| alarm_words(engine, alarm))
        .collect()
}

fn alarm_words(engine: &Engine, alarm: &serde_json::Value) -> Result<String, DaemonError> {
    let mut names = Vec::new();
    for id in alarm["pupils"].as_array().into_iter().flatten().filter_map(|id| id.as_str()) {
        let id: PupilId = id.parse().map_err(|_| DaemonError::not_found(format!("there is no pupil {id}")))?;
        names.push(engine.catalogue.pupil(id)?.details.spoken_name());
    }
    let names = names.join(", ");
    Ok(match alarm["alarm"].as_str().unwrap_or_default() {
        "shifted" => HoldReason::Shifted.sentence().to_owned(),
        "odd-sides" => HoldReason::OddSides.sentence().to_owned(),
        "many-empty" => format!("Cover sheets without pages behind them: {names}."),
        "same-cover-twice" => format!("The cover sheet of {names} appears more than once."),
        "too-long" => format!(
            "Run {} has {} sides, far more than the others.",
            alarm["run"].as_u64().unwrap_or_default() + 1,
            alarm["sides"]
        ),
        "other-class" => format!("Not of the class this batch is for: {names}."),
        "missing" => format!("Nothing came for: {names}."),
        "hiding" => {
            let why = alarm["why"].as_str().and_then(HoldReason::from_word);
            let run = alarm["run"].as_u64().unwrap_or_default() + 1;
            format!("Run {run}: {}", why.map_or("", HoldReason::sentence))
        }
        other => other.to_owned(),
    })
}

/// One hold with its neighbours.
pub(crate) fn hold(engine: &Engine, page: &Page) -> Result<HoldReply, DaemonError> {
    if page.state != PageState::Held {
        return Err(DaemonError::not_found(format!("page {} is not held; it is {}", page.id, page.state)));
    }
    let all = engine.catalogue.pages_in(page.batch)?;
    let at = all.iter().position(|other| other.id == page.id).unwrap_or(0);
    let neighbour = |other: Option<&Page>| other.map(|p| page_reply(engine, p)).transpose();
    let run = engine.catalogue.runs_in(page.batch)?.into_iter().find(|run| Some(run.number) == page.run);
    let candidates = named(engine, run.iter().flat_map(|run| &run.candidates))?;
    let reason = page.reason.clone().unwrap_or_default();
    Ok(HoldReply {
        page: page_reply(engine, page)?,
        batch: page.batch.to_string(),
        run: page.run,
        sentence: sentence(&reason),
        reason,
        suggestion: candidates.first().cloned(),
        candidates,
        before: neighbour(at.checked_sub(1).and_then(|before| all.get(before)))?,
        after: neighbour(all.get(at + 1))?,
    })
}

/// A pupil's pieces in order of date.
pub(crate) fn trail(engine: &Engine, pupil: &Pupil) -> Result<TrailReply, DaemonError> {
    let pages = engine.catalogue.pages_of(pupil.id)?;
    let mut pieces = Vec::new();
    for piece in engine.catalogue.pieces_of(pupil.id)? {
        let own = pages.iter().filter(|p| p.piece_of(pupil.id) == Some(piece.id) && p.role == Some(Role::Work));
        let own: Vec<PageReply> = own.map(|page| page_reply(engine, page)).collect::<Result<_, _>>()?;
        if !own.is_empty() {
            pieces.push(PieceReply {
                id: piece.id.to_string(),
                date: piece.work_date,
                year: piece.year,
                subject: piece.subject,
                title: piece.title,
                pages: own,
            });
        }
    }
    let folder = format!("Pupils/{}", engine.catalogue.pupil_folder(pupil.id)?);
    let moved_away = moved_away::of_pupil(engine, pupil.id)?;
    Ok(TrailReply { pupil: pupil_reply(pupil), folder, pieces, moved_away })
}

/// Everything at a glance.
pub(crate) fn status(engine: &Engine) -> Result<StatusReply, DaemonError> {
    let counts = engine.catalogue.count()?;
    let open = engine.catalogue.unfinished_batches()?;
    Ok(StatusReply {
        school: engine.config.school.clone(),
        data: engine.layout().root().to_owned(),
        daemon: engine.web.get().is_some(),
        pupils: counts.pupils,
        batches: counts.batches,
        pages: counts_reply(counts.pages),
        queue: queue(engine)?,
        open_batches: open.iter().map(|batch| batch_line(engine, batch)).collect::<Result<_, _>>()?,
        // A disk that is gone cannot be asked; the trouble tells.
        free_bytes: engine.folder.space().map_or(0, |space| space.free_bytes),
        backup: crate::backup::status(engine)?,
        web: engine.web.get().cloned(),
        ledger: crate::ledger::status(engine)?,
        trouble: engine.trouble().map(|trouble| TroubleReply { what: trouble.what, hint: trouble.hint }),
    })
}

/// What is on its way, and how long it will take.
pub(crate) fn queue(engine: &Engine) -> Result<QueueReply, DaemonError> {
    let Queue { look, read, understand, file } = engine.catalogue.queue()?;
    let pace = engine.pace.per_minute().filter(|_| look + read > 0);
    Ok(QueueReply {
        look,
        read,
        understand,
        file,
        again: engine.catalogue.still_to_read_again(&[])?,
        per_minute: pace.map(|pace| pace.round() as u64),
        seconds_left: pace.map(|pace| ((look + read) as f64 / pace * 60.0).ceil() as u64),
    })
}
