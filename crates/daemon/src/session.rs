//! An open data folder with its threads running, answering requests.

use crate::api::{DecisionReply, Progress, ReachWord, Reply, Report, Request};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::intake::{Context, files, scan};
use crate::review::{self, Reach};
use crate::{filing, printing, queries, roster, search, verify, workers};
use scantrail_catalogue::Query;
use scantrail_config::Config;
use scantrail_core::evidence::BatchEnd;
use scantrail_core::ids::{BatchId, PageId};
use scantrail_core::vocabulary::Flow;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// How many hits a search gives.
const MOST_HITS: u32 = 100;
/// How long to wait at a time before telling how far it is.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// An engine and its threads. Dropping it stops them; what they had not finished is finished at the next start.
pub struct Session {
    engine: Arc<Engine>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Session {
    /// Opens the data folder, recovers it, and starts to work.
    pub fn open(config: Config) -> Result<Self, DaemonError> {
        let engine = Arc::new(Engine::open(config)?);
        let session = Self { engine: Arc::clone(&engine), threads: Mutex::default() };
        for n in 0..workers::count(&engine) {
            session.spawn(format!("page-{n}"), workers::run)?;
        }
        session.spawn("filing".to_owned(), filing::run)?;
        Ok(session)
    }

    /// The engine behind it.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Starts a thread that ends when the engine stops.
    pub(crate) fn spawn(&self, name: String, work: impl FnOnce(&Engine) + Send + 'static) -> Result<(), DaemonError> {
        let engine = Arc::clone(&self.engine);
        let thread = std::thread::Builder::new().name(name).spawn(move || work(&engine));
        let thread = thread.map_err(|source| DaemonError::inside("a thread could not be started", source))?;
        lock(&self.threads).push(thread);
        Ok(())
    }

    /// Does what is asked; returns when it is accounted for.
    pub fn answer(&self, request: &Request, report: &mut dyn Report) -> Result<Reply, DaemonError> {
        answer(&self.engine, request, report)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.engine.stop();
        for thread in lock(&self.threads).drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread ended by a panic");
            }
        }
    }
}

/// Does what is asked of an engine whose threads run.
pub(crate) fn answer(engine: &Engine, request: &Request, report: &mut dyn Report) -> Result<Reply, DaemonError> {
    match request {
        Request::Scan { .. } | Request::Ingest { .. } => take_in(engine, request, report),
        Request::ReviewList
        | Request::ReviewShow { .. }
        | Request::ReviewAssign { .. }
        | Request::ReviewDiscard { .. }
        | Request::ReviewUndo { .. } => reviewing(engine, request, report),
        Request::PupilsImport { list, dry_run } => Ok(Reply::Import(roster::import(engine, list, *dry_run)?)),
        Request::Pupils { class } => {
            let pupils = match class {
                Some(class) => engine.catalogue.class(class)?,
                None => engine.catalogue.pupils()?,
            };
            Ok(Reply::Pupils(pupils.iter().map(queries::pupil_reply).collect()))
        }
        Request::Pupil { pupil } => Ok(Reply::Pupil(queries::pupil_reply(&queries::find_pupil(engine, pupil)?))),
        Request::Sheets { what } => Ok(Reply::Sheets(printing::print(engine, what)?)),
        Request::Batches { limit } => {
            let batches = engine.catalogue.batches(*limit)?;
            Ok(Reply::Batches(batches.iter().map(|b| queries::batch_line(engine, b)).collect::<Result<_, _>>()?))
        }
        Request::Batch { batch } => Ok(Reply::Batch(Box::new(queries::batch(engine, queries::batch_id(batch)?)?))),
        Request::BatchEnd { batch } => {
            let batch = queries::batch_id(batch)?;
            engine.catalogue.end_batch(batch, BatchEnd::CutShort, engine.now())?;
            engine.bell.ring();
            accounted_for(engine, batch, report)?;
            Ok(Reply::Batch(Box::new(queries::batch(engine, batch)?)))
        }
        Request::Search { words, pupil, class, subject, from, to } => {
            let pupil = pupil.as_deref().map(|text| queries::find_pupil(engine, text)).transpose()?;
            let query = Query {
                words: words.clone(),
                pupil: pupil.map(|pupil| pupil.id),
                class: class.clone(),
                subject: subject.clone(),
                from: from.clone(),
                to: to.clone(),
                limit: MOST_HITS,
            };
            Ok(Reply::Hits(search::search(engine, &query)?))
        }
        Request::Trail { pupil } => Ok(Reply::Trail(queries::trail(engine, &queries::find_pupil(engine, pupil)?)?)),
        Request::Verify { depth } => {
            at_rest(engine)?;
            Ok(Reply::Verify(verify::verify(engine, *depth, report)?))
        }
        Request::Status => Ok(Reply::Status(queries::status(engine)?)),
    }
}

fn take_in(engine: &Engine, request: &Request, report: &mut dyn Report) -> Result<Reply, DaemonError> {
    let batches = match request {
        Request::Scan { device, profile, class, subject, title, resume, options, stack, dpi } => {
            let order = scan::ScanOrder {
                device: device.clone(),
                profile: profile.clone(),
                context: Context { class: class.clone(), subject: subject.clone(), title: title.clone() },
                resume: resume.as_deref().map(queries::batch_id).transpose()?,
                options: options.clone(),
                stack: stack.clone(),
                dpi: *dpi,
            };
            vec![scan::scan(engine, &order, report)?]
        }
        Request::Ingest { paths, resume, flow, class, subject, title } => {
            let flow = Flow::from_word(flow).ok_or_else(|| DaemonError::usage(format!("`{flow}` is no flow")))?;
            let context = Context { class: class.clone(), subject: subject.clone(), title: title.clone() };
            match resume.as_deref().map(queries::batch_id).transpose()? {
                Some(batch) => vec![files::resume(engine, batch, paths, report)?],
                None => files::ingest(engine, paths, flow, &context, report)?,
            }
        }
        _ => Vec::new(),
    };
    for batch in &batches {
        accounted_for(engine, *batch, report)?;
    }
    let replies: Vec<_> = batches.iter().map(|b| queries::batch(engine, *b)).collect::<Result<_, _>>()?;
    Ok(Reply::Batches(replies))
}

fn reviewing(engine: &Engine, request: &Request, report: &mut dyn Report) -> Result<Reply, DaemonError> {
    match request {
        Request::ReviewShow { page } => {
            let page = engine.catalogue.page(queries::page_id(page)?)?;
            Ok(Reply::Hold(Box::new(queries::hold(engine, &page)?)))
        }
        Request::ReviewAssign { page, pupil, reach: how_far, reason } => {
            let pupil = queries::find_pupil(engine, pupil)?;
            let decision = review::assign(engine, queries::page_id(page)?, pupil.id, reach(*how_far), reason)?;
            decided(engine, decision, report)
        }
        Request::ReviewDiscard { page, reach: how_far, reason } => {
            decided(engine, review::discard(engine, queries::page_id(page)?, reach(*how_far), reason)?, report)
        }
        Request::ReviewUndo { decision } => {
            let last = engine.catalogue.recent_decisions(u32::MAX)?.into_iter().find(|d| d.undone_at.is_none());
            let id = decision.or(last.map(|decision| decision.id));
            let id = id.ok_or_else(|| DaemonError::not_found("there is no decision to undo"))?;
            review::undo(engine, id)?;
            decided(engine, id, report)
        }
        _ => {
            let held = engine.catalogue.held_pages()?;
            Ok(Reply::Holds(held.iter().map(|page| queries::hold(engine, page)).collect::<Result<_, _>>()?))
        }
    }
}

fn reach(word: ReachWord) -> Reach {
    match word {
        ReachWord::Page => Reach::Page,
        ReachWord::Run => Reach::Run,
    }
}

/// Waits until a decision's files are at their places, and shows the pages as they are then.
fn decided(engine: &Engine, decision: i64, report: &mut dyn Report) -> Result<Reply, DaemonError> {
    let decisions = engine.catalogue.decisions_with(decision)?;
    let pages: Vec<PageId> = decisions.iter().map(|decision| decision.page).collect();
    wait(engine, report, |engine| {
        let unsettled = engine.catalogue.unsettled_pages()?;
        let under_way = pages.iter().filter(|page| unsettled.contains(page)).count() as u64;
        Ok((pages.len() as u64 - under_way, pages.len() as u64))
    })?;
    sealed(engine)?;
    let mut replies = Vec::with_capacity(pages.len());
    for page in pages {
        replies.push(queries::page_reply(engine, &engine.catalogue.page(page)?)?);
    }
    Ok(Reply::Decision(DecisionReply { decision, pages: replies }))
}

/// Waits until every page of a batch is filed, held or quarantined, its files at their places and the bags sealed.
pub(crate) fn accounted_for(engine: &Engine, batch: BatchId, report: &mut dyn Report) -> Result<(), DaemonError> {
    wait(engine, report, |engine| {
        let counts = engine.catalogue.count_batch(batch)?;
        let understood = engine.catalogue.batch(batch)?.state == scantrail_catalogue::BatchState::Understood;
        let pages = engine.catalogue.unsettled_pages()?;
        let done = if understood && pages.is_empty() {
            counts.accounted_for()
        } else {
            counts.accounted_for().min(counts.captured.saturating_sub(1))
        };
        let of = if understood { counts.captured } else { counts.captured.max(1) };
        Ok((done, of))
    })?;
    sealed(engine)
}

/// Waits until every bag is sealed and no file is on its way.
fn sealed(engine: &Engine) -> Result<(), DaemonError> {
    at_rest(engine)
}

/// Waits until nothing is planned, leaving or unsealed.
fn at_rest(engine: &Engine) -> Result<(), DaemonError> {
    loop {
        let seen = engine.bell.count();
        if engine.catalogue.unsettled_pages()?.is_empty() && engine.catalogue.dirty_bags()?.is_empty() {
            return Ok(());
        }
        stopped(engine)?;
        engine.bell.wait(seen, TELL_EVERY);
    }
}

fn wait(
    engine: &Engine,
    report: &mut dyn Report,
    progress: impl Fn(&Engine) -> Result<(u64, u64), DaemonError>,
) -> Result<(), DaemonError> {
    let mut told = None;
    loop {
        let seen = engine.bell.count();
        let (done, of) = progress(engine)?;
        if told != Some((done, of)) {
            report.say(Progress::Waiting { accounted_for: done, captured: of });
            told = Some((done, of));
        }
        if done >= of {
            return Ok(());
        }
        stopped(engine)?;
        engine.bell.wait(seen, TELL_EVERY);
    }
}

fn stopped(engine: &Engine) -> Result<(), DaemonError> {
    if engine.is_stopping() {
        return Err(DaemonError::Inside {
            what: "the program is stopping; what was taken in is safe and goes on at the next start".into(),
            source: None,
        });
    }
    Ok(())
}
