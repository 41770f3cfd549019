//! An open data folder with its threads running, answering requests.

use crate::api::{Reply, Report, Request};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::intake::{Context, files, scan};
use crate::waiting::{accounted_for, at_rest, wait};
use crate::{
    backup, batches, deletion, documents, export, filing, import_pack, languages, ledger, mats, places, printing,
    queries, reconcile, review, roster, search, texts, verify, workers,
};
use scantrail_catalogue::{Query, Scene};
use scantrail_config::{Config, NO_READING};
use scantrail_core::vocabulary::{Content, Flow, Shows};
use std::fs::File;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// How many hits a search gives.
const MOST_HITS: u32 = 100;

/// How often it is looked whether the threads have come to their end, and how many times before reading is cut off: ten
/// seconds, three times what a dense page takes.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const GRACE_LOOKS: u32 = 1_000;

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
        for n in 0..workers::lookers(&engine) {
            session.spawn(format!("look-{n}"), workers::look)?;
        }
        for n in 0..workers::readers(&engine) {
            session.spawn(format!("read-{n}"), workers::read)?;
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
    pub(crate) fn answer(&self, request: &Request, report: &mut dyn Report) -> Result<Answer, DaemonError> {
        answer(&self.engine, request, report)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.engine.stop();
        let mut threads = lock(&self.threads);
        // Whoever is at a page finishes it; only a page that takes far too long is given up and read at the next start.
        for _ in 0..GRACE_LOOKS {
            if threads.iter().all(JoinHandle::is_finished) {
                break;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        self.engine.cancel_reading.cancel();
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread ended by a panic");
            }
        }
    }
}

/// What is answered, and what is handed over with it.
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    /// A document, to be read from its beginning.
    pub(crate) behind: Option<File>,
}

/// Does what is asked of an engine whose threads run.
pub(crate) fn answer(engine: &Engine, request: &Request, report: &mut dyn Report) -> Result<Answer, DaemonError> {
    if let Request::Pdf(asked) = request {
        let made = documents::make(engine, asked)?;
        return Ok(Answer { reply: Reply::Pdf(made.reply), behind: Some(made.content) });
    }
    if let Request::Export(asked) = request {
        let made = export::make(engine, asked)?;
        return Ok(Answer { reply: Reply::Export(made.reply), behind: Some(made.content) });
    }
    Ok(Answer { reply: reply(engine, request, report)?, behind: None })
}

fn reply(engine: &Engine, request: &Request, report: &mut dyn Report) -> Result<Reply, DaemonError> {
    Ok(match request {
        Request::Scan { .. } | Request::Ingest { .. } => return take_in(engine, request, report),
        Request::Roster(request) => Reply::Roster(roster::answer(engine, request)?),
        Request::Sheets(request) => Reply::Sheets(printing::answer(engine, request)?),
        Request::Batch(request) => Reply::Batch(batches::answer(engine, request, report)?),
        Request::Review(request) => Reply::Review(review::answer(engine, request, report)?),
        Request::Reconcile(request) => Reply::Reconcile(reconcile::answer(engine, request)?),
        Request::Deletion(request) => Reply::Deletion(deletion::answer(engine, request)?),
        Request::Search { words, pupil, class, subject, from, to, shows, skip } => {
            let pupil = pupil.as_deref().map(|text| queries::find_pupil(engine, text)).transpose()?;
            let query = Query {
                words: words.clone(),
                pupil: pupil.map(|pupil| pupil.id),
                class: class.clone(),
                subject: subject.clone(),
                from: date(from.as_deref())?,
                to: date(to.as_deref())?,
                content: shows.as_deref().map(content).transpose()?,
                offset: *skip,
                limit: MOST_HITS,
            };
            Reply::Hits(search::search(engine, &query)?.0)
        }
        Request::Reread { pages, batch, language } => {
            reread(engine, pages, batch.as_deref(), language.as_deref(), report)?
        }
        Request::Trail { pupil } => Reply::Trail(queries::trail(engine, &queries::find_pupil(engine, pupil)?)?),
        Request::Pdf(asked) => Reply::Pdf(documents::make(engine, asked)?.reply),
        Request::Export(asked) => Reply::Export(export::make(engine, asked)?.reply),
        Request::HandedOver { export } => {
            export::ended(engine, export)?;
            Reply::HandedOver
        }
        Request::Backup(asked) => Reply::Backup(backup::answer(engine, asked, report)?),
        Request::ImportPack(asked) => Reply::ImportPack(import_pack::take_in(engine, asked, report)?),
        Request::Text { page, format } => Reply::Text(texts::text(engine, queries::page_id(page)?, *format)?),
        Request::Verify { depth, checkpoints } => {
            at_rest(engine)?;
            Reply::Verify(verify::verify(engine, *depth, checkpoints, report)?)
        }
        Request::Ledger(request) => Reply::Ledger(ledger::answer(engine, request, report)?),
        Request::Status => Reply::Status(Box::new(queries::status(engine)?)),
    })
}

fn take_in(engine: &Engine, request: &Request, report: &mut dyn Report) -> Result<Reply, DaemonError> {
    let batches = match request {
        Request::Scan { device, profile, class, subject, title, resume, options, stack, dpi, language } => {
            let language = language.as_deref().map(languages::checked).transpose()?;
            let order = scan::ScanOrder {
                device: device.clone(),
                profile: profile.clone(),
                context: Context { class: class.clone(), subject: subject.clone(), title: title.clone(), language },
                resume: resume.as_deref().map(queries::batch_id).transpose()?,
                options: options.clone(),
                stack: stack.clone(),
                dpi: *dpi,
            };
            vec![scan::scan(engine, &order, report)?]
        }
        Request::Ingest { paths, resume, flow, shows, items, mat, class, subject, title, language } => {
            let language = language.as_deref().map(languages::checked).transpose()?;
            let flow = Flow::from_word(flow).ok_or_else(|| DaemonError::usage(format!("`{flow}` is no flow")))?;
            let context = Context { class: class.clone(), subject: subject.clone(), title: title.clone(), language };
            if let Some(batch) = resume.as_deref().map(queries::batch_id).transpose()? {
                vec![files::resume(engine, batch, paths, report)?]
            } else {
                let what = "papers, object, board or anything";
                let unknown = || DaemonError::usage(format!("pictures do not show `{shows}`, but {what}"));
                let shows = Shows::from_word(shows).ok_or_else(unknown)?;
                shows.goes_with(flow, *items, mat.is_some()).map_err(DaemonError::usage)?;
                let mat = mat.as_deref().map(|mat| mats::learn(engine, mat)).transpose()?;
                let scene = Scene { shows, expected: *items, mat };
                files::ingest(engine, paths, flow, scene, &context, report)?
            }
        }
        _ => Vec::new(),
    };
    for batch in &batches {
        accounted_for(engine, *batch, report)?;
    }
    let replies: Vec<_> = batches.iter().map(|b| queries::batch(engine, *b)).collect::<Result<_, _>>()?;
    Ok(Reply::TakenIn(replies))
}

/// Reads pages again that were read before, and waits until that is done.
fn reread(
    engine: &Engine,
    pages: &[String],
    batch: Option<&str>,
    language: Option<&str>,
    report: &mut dyn Report,
) -> Result<Reply, DaemonError> {
    let language = language.map(languages::checked).transpose()?;
    if language.as_deref() == Some(NO_READING) {
        return Err(DaemonError::usage("reading pages again in no language would take their words away"));
    }
    let mut ids = pages.iter().map(|page| queries::page_id(page)).collect::<Result<Vec<_>, _>>()?;
    if let Some(batch) = batch.map(queries::batch_id).transpose()? {
        let here = engine.catalogue.pages_in(engine.catalogue.batch(batch)?.opened.id)?;
        ids.extend(here.iter().filter(|page| page.state.is_at_hand()).map(|page| page.id));
    }
    if ids.is_empty() {
        return Err(DaemonError::usage("no page is named").with_hint("name pages, or a batch with --batch ID"));
    }
    let asked = engine.catalogue.ask_to_read_again(&ids, language.as_deref())?;
    engine.read_again_from_now_on();
    wait(engine, report, |engine| {
        let left = engine.catalogue.still_to_read_again(&ids)?;
        Ok((asked.saturating_sub(left), asked))
    })?;
    at_rest(engine)?;
    Ok(Reply::Reread { pages: asked })
}

/// A date as it is kept.
fn date(typed: Option<&str>) -> Result<Option<String>, DaemonError> {
    Ok(typed.map(places::typed_date).transpose()?.map(|date| date.to_string()))
}

/// What a page may show, by its word.
fn content(word: &str) -> Result<Content, DaemonError> {
    let unknown = || {
        let known: Vec<&str> = Content::ALL.iter().map(|content| content.word()).collect();
        DaemonError::usage(format!("no page shows `{word}`")).with_hint(format!("pages show: {}", known.join(", ")))
    };
    Content::from_word(word).ok_or_else(unknown)
}
