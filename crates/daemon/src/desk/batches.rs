//! What came in.

use super::words::{batch_title, event_words, local, named, page_state, preview, source_words};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::queries;
use crate::understand::{self, RunSoFar};
use scantrail_archive::space::Space;
use scantrail_catalogue::{Batch, BatchCount, BatchState, Page, RunRow};
use scantrail_core::ids::{BatchId, PupilId};
use scantrail_core::interpret::{HoldReason, Word};
use scantrail_core::roster::Pupil;
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::{Flow, Role};
use scantrail_web::view::{
    Account, Backup, BatchLine, BatchList, BatchView, BatchWord, Cutting, Disk, Event, Expected, Now, Offer,
    RecentProblem, Run, StageLine, State, Tone,
};

/// Batches on one page of the list.
const ON_A_PAGE: usize = 30;
/// Events shown as the present.
const EVENTS: u32 = 400;
const EVENTS_SHOWN: usize = 12;
/// Pictures in a batch's line, and of the newest pages.
const PICTURES: usize = 8;

/// What is happening.
pub(super) fn now(engine: &Engine) -> Result<Now, DaemonError> {
    let mut unfinished = engine.catalogue.unfinished_batches()?;
    unfinished.reverse();
    let open: Vec<BatchLine> = unfinished.iter().map(|batch| line(engine, batch)).collect::<Result<_, _>>()?;
    let mut newest = Vec::new();
    for batch in engine.catalogue.batches(3)? {
        let pages = engine.catalogue.pages_in(batch.opened.id)?;
        for page in pages.iter().rev().filter(|page| shown(page)) {
            newest.push(preview(engine, page)?);
        }
        if newest.len() >= PICTURES {
            break;
        }
    }
    newest.truncate(PICTURES);
    let mut events: Vec<Event> = Vec::new();
    for event in engine.catalogue.recent_events(EVENTS)? {
        let Some(words) = event_words(&event) else { continue };
        // A hundred pages filed are one line, told once.
        if events.last().is_some_and(|last| last.words == words) {
            continue;
        }
        events.push(Event {
            at: local(&event.at)?,
            words: words.to_owned(),
            page: event.page.and_then(|id| id.parse().ok()),
            batch: event.batch.and_then(|id| id.parse().ok()),
        });
        if events.len() == EVENTS_SHOWN {
            break;
        }
    }
    let counts = engine.catalogue.count()?.pages;
    let waiting =
        [("to be read or understood", counts.waiting), ("to be filed", counts.filing), ("for a person", counts.held)]
            .into_iter()
            .filter(|(_, pages)| *pages > 0)
            .map(|(words, pages)| StageLine { words: words.to_owned(), pages })
            .collect();
    // A disk that is gone cannot be asked; what is wrong with it is told below.
    let space = engine.folder.space().unwrap_or(Space { free_bytes: 0, total_bytes: 0, free_files: None });
    Ok(Now {
        open,
        waiting,
        events,
        newest,
        disk: Disk { free: space.free_bytes, total: space.total_bytes },
        backup: backup(engine)?,
        problem: problem(engine)?,
    })
}

/// What keeps work from going on.
fn problem(engine: &Engine) -> Result<Option<RecentProblem>, DaemonError> {
    let Some(trouble) = engine.trouble() else { return Ok(None) };
    let at = local(&trouble.since.to_string())?;
    Ok(Some(RecentProblem { at, words: trouble.what, hint: Some(trouble.hint) }))
}

fn backup(engine: &Engine) -> Result<Backup, DaemonError> {
    let status = crate::backup::status(engine)?;
    let told = |words, late| State { words, tone: if late { Tone::Alarm } else { Tone::Settled } };
    Ok(Backup {
        last: told(status.last_good_words, status.late),
        tried: told(status.last_test_words, status.test_late),
        trouble: status.trouble.or_else(|| {
            let places: Vec<&str> = status.unheard.iter().map(|one| one.place.as_str()).collect();
            let words = format!("what was deleted still lies in the backup in {}: back up to it", places.join(", "));
            (!places.is_empty()).then_some(words)
        }),
    })
}

/// Whether there is a picture of the page yet.
fn shown(page: &Page) -> bool {
    page.derivative.is_some()
}

/// Whether its words are known, or it was found that it has none. Notes are kept of a page as soon as it was looked at.
fn was_read(page: &Page) -> bool {
    let before = [PageState::Received, PageState::Identified, PageState::Prepared, PageState::Quarantined];
    !before.contains(&page.state)
}

/// Batches, newest first.
pub(super) fn list(engine: &Engine, older_than: Option<BatchId>) -> Result<BatchList, DaemonError> {
    let all = engine.catalogue.batches(u32::MAX)?;
    let from = match older_than {
        Some(id) => all.iter().position(|batch| batch.opened.id == id).map_or(all.len(), |at| at + 1),
        None => 0,
    };
    let page: Vec<&Batch> = all.iter().skip(from).take(ON_A_PAGE).collect();
    let older = (from + page.len() < all.len()).then(|| page.last().map(|batch| batch.opened.id)).flatten();
    let batches = page.into_iter().map(|batch| line(engine, batch)).collect::<Result<_, _>>()?;
    Ok(BatchList { batches, older })
}

fn account(counts: BatchCount) -> Account {
    Account {
        captured: counts.captured,
        under_way: counts.waiting + counts.filing,
        filed: counts.filed,
        held: counts.held,
        cover: counts.covers,
        control: counts.control,
        quarantined: counts.quarantined,
        discarded: counts.discarded + counts.deleted,
    }
}

fn line(engine: &Engine, batch: &Batch) -> Result<BatchLine, DaemonError> {
    let counts = engine.catalogue.count_batch(batch.opened.id)?;
    let pages = engine.catalogue.pages_in(batch.opened.id)?;
    let mut pictures = Vec::new();
    for page in pages.iter().filter(|page| shown(page) && page.role != Some(Role::Cover)).take(PICTURES) {
        pictures.push(preview(engine, page)?);
    }
    Ok(BatchLine {
        id: batch.opened.id,
        title: batch_title(batch),
        source: source_words(batch.opened.source_kind).to_owned(),
        began: local(&batch.opened_at)?,
        state: state(batch, counts),
        read: pages.iter().filter(|page| was_read(page)).count() as u64,
        account: account(counts),
        pictures,
    })
}

fn state(batch: &Batch, counts: BatchCount) -> State {
    let (words, tone) = match batch.state {
        BatchState::Receiving => ("coming in".to_owned(), Tone::Busy),
        BatchState::Interrupted => {
            (format!("broke off: {}", batch.trouble.as_deref().unwrap_or("unknown")), Tone::Alarm)
        }
        BatchState::Ended => ("being read".to_owned(), Tone::Busy),
        BatchState::Understood if counts.waiting + counts.filing > 0 => ("being filed".to_owned(), Tone::Busy),
        BatchState::Understood if counts.held > 0 => (format!("{} pages wait for a person", counts.held), Tone::Asking),
        BatchState::Understood => ("filed".to_owned(), Tone::Settled),
    };
    State { words, tone }
}

/// One batch with its strip of runs.
pub(super) fn one(engine: &Engine, id: BatchId) -> Result<BatchView, DaemonError> {
    let batch = engine.catalogue.batch(id)?;
    let pages = engine.catalogue.pages_in(id)?;
    let mut runs = Vec::new();
    for run in understand::so_far(engine, &batch, &pages)? {
        runs.push(run_so_far(engine, &run, &pages)?);
    }
    for run in engine.catalogue.runs_in(id)? {
        let own: Vec<&Page> = pages.iter().filter(|page| page.run == Some(run.number)).collect();
        let cover = own.iter().find(|page| page.role == Some(Role::Cover) && shown(page));
        let held = own.iter().find(|page| page.state == PageState::Held);
        let work = own.iter().filter(|page| page.role == Some(Role::Work));
        let outcome = match (held, run.verdict.as_str()) {
            (Some(page), _) => page_state(page),
            (None, "discard") => State { words: "discarded".into(), tone: Tone::Settled },
            (None, "nothing") => State { words: "sheets of ours".into(), tone: Tone::Settled },
            (None, _) => own
                .iter()
                .find(|page| page.state != PageState::Filed)
                .map_or_else(|| State { words: "filed".into(), tone: Tone::Settled }, |page| page_state(page)),
        };
        // After a person decided, the pages say whose they are, not the run.
        let pupil = run.pupil.filter(|_| run.verdict == "file").or_else(|| own.iter().find_map(|page| page.pupil()));
        runs.push(Run {
            opening: run.opening.clone(),
            pupil: pupil.map(|id| named(engine, id)).transpose()?,
            cover: cover.map(|page| preview(engine, page)).transpose()?,
            pages: work.map(|page| preview(engine, page)).collect::<Result<_, _>>()?,
            outcome,
            held: held.map(|page| page.id),
            alarms: Vec::new(),
            offers: run_offers(engine, &batch, &run, &own)?,
            cutting: match batch.opened.flow {
                Flow::Stack if run.verdict != "nothing" => Cutting::Possible,
                _ => Cutting::Never,
            },
        });
    }
    Ok(BatchView {
        offers: batch_offers(engine, &batch)?,
        line: line(engine, &batch)?,
        expected: expected(engine, &batch)?,
        // Who is missing stands in lines of their own, and each run says itself what it may hide.
        alarms: queries::alarms_but(engine, &batch.alarms, &["missing", "hiding"])?,
        runs,
    })
}

/// A run that is not understood yet: whose it looks to be, and whether a person will be asked. Nothing can be said about
/// it before all is there.
fn run_so_far(engine: &Engine, run: &RunSoFar, pages: &[Page]) -> Result<Run, DaemonError> {
    let of = |role| {
        let own = run.pages.iter().filter(move |(_, own)| *own == role);
        let found = own.filter_map(|(id, _)| pages.iter().find(|page| page.id == *id));
        found.filter(|page| shown(page)).map(move |page| Page { role: Some(role), ..page.clone() })
    };
    let cover = of(Role::Cover).next();
    let outcome = match &run.row.reason {
        Some(reason) => State { words: queries::sentence(reason), tone: Tone::Asking },
        None => State { words: "being read".to_owned(), tone: Tone::Busy },
    };
    Ok(Run {
        opening: run.row.opening.clone(),
        pupil: run.row.pupil.map(|id| named(engine, id)).transpose()?,
        cover: cover.map(|page| preview(engine, &page)).transpose()?,
        pages: of(Role::Work).map(|page| preview(engine, &page)).collect::<Result<_, _>>()?,
        outcome,
        held: None,
        alarms: Vec::new(),
        offers: Vec::new(),
        cutting: Cutting::Never,
    })
}

/// What can be said about a run: that it is its candidates', that it belongs to the one before.
fn run_offers(engine: &Engine, batch: &Batch, run: &RunRow, own: &[&Page]) -> Result<Vec<Offer>, DaemonError> {
    let mut offers = Vec::new();
    if own.iter().any(|page| page.state == PageState::Held) && !run.candidates.is_empty() {
        let names: Vec<String> =
            run.candidates.iter().map(|id| Ok(named(engine, *id)?.spoken)).collect::<Result<_, DaemonError>>()?;
        offers.push(Offer {
            say: BatchWord::Confirm(run.number),
            label: format!("It is {}", names.join(" and ")),
            why: "as its sheet says".to_owned(),
        });
    }
    if run.number > 0 && batch.opened.flow == Flow::Stack && run.verdict == "hold" && run.pupil.is_none() {
        offers.push(Offer {
            say: BatchWord::Join(run.number),
            label: "It belongs to the run before".to_owned(),
            why: "what begins it is no cover".to_owned(),
        });
    }
    Ok(offers)
}

/// What can be said about the whole batch.
fn batch_offers(engine: &Engine, batch: &Batch) -> Result<Vec<Offer>, DaemonError> {
    let mut offers = Vec::new();
    let runs = engine.catalogue.runs_in(batch.opened.id)?;
    let pages = engine.catalogue.pages_in(batch.opened.id)?;
    let waits_for_a_look = |run: &&RunRow| {
        let alarm = run.reason.as_deref().and_then(HoldReason::from_word).is_some_and(HoldReason::is_an_alarm);
        alarm && pages.iter().any(|page| page.run == Some(run.number) && page.state == PageState::Held)
    };
    if runs.iter().any(|run| run.reason.as_deref() == Some(HoldReason::Shifted.word())) {
        offers.push(Offer {
            say: BatchWord::Shift,
            label: "Shift the whole batch".to_owned(),
            why: "the covers lie behind the work: each takes the pages before it".to_owned(),
        });
    }
    let looks = runs.iter().filter(waits_for_a_look).count();
    if looks > 0 {
        offers.push(Offer {
            say: BatchWord::ConfirmAll,
            label: format!("All {looks} runs that wait only for a look are right"),
            why: "each is filed with the pupil on its cover; what lacks proof goes on waiting".to_owned(),
        });
    }
    Ok(offers)
}

/// Who was expected and did not come, if the batch is for a class.
fn expected(engine: &Engine, batch: &Batch) -> Result<Option<Expected>, DaemonError> {
    let class = crate::understand::context_of(engine, batch)?.class;
    if class.is_empty() || batch.state != BatchState::Understood {
        return Ok(None);
    }
    let pupils = engine.catalogue.class(&class)?;
    let pages = engine.catalogue.pages_in(batch.opened.id)?;
    let runs = engine.catalogue.runs_in(batch.opened.id)?;
    // Filed with them, or waiting behind a cover of theirs.
    let came = |id: PupilId| {
        let theirs = |page: &Page| {
            let waits = || runs.iter().any(|run| Some(run.number) == page.run && run.pupil == Some(id));
            page.owners.iter().any(|owner| owner.pupil == id) || (page.state == PageState::Held && waits())
        };
        pages.iter().any(|page| theirs(page) && page.role == Some(Role::Work))
    };
    let said = crate::understand::standing(engine, batch.opened.id, None)?;
    let ticked = |id: PupilId| said.iter().any(|said| said.words.contains(&Word::Absent { pupil: id }));
    let (absent, missing): (Vec<_>, Vec<_>) =
        pupils.iter().filter(|pupil| !came(pupil.id)).partition(|pupil| ticked(pupil.id));
    let names = |pupils: Vec<&Pupil>| pupils.into_iter().map(scantrail_web::view::PupilName::from).collect();
    Ok(Some(Expected { pupils: pupils.len() as u64, missing: names(missing), absent: names(absent) }))
}
