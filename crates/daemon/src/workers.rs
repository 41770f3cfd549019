//! The threads that work on pages: some look at them, so that identity and a preview are there at once, others read them,
//! which takes ten times as long. Whoever stands at a machine comes before what dropped into a folder.

use crate::bench::{Bench, Looker};
use crate::derive::{self, ReadPage};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use scantrail_catalogue::{CatalogueError, Page, PageText, Stage};
use scantrail_config::Threads;
use scantrail_core::evidence::Look;
use scantrail_core::ids::PageId;
use scantrail_core::ports::DecodeError;
use scantrail_core::state::PageState;
use std::time::Duration;

/// A page that fails so often goes to a person.
const ATTEMPTS: u32 = 3;
/// How long to wait after a failure before the next page is tried.
const AFTER_FAILURE: Duration = Duration::from_millis(300);
/// How long a worker sleeps when nothing rings.
const IDLE: Duration = Duration::from_secs(5);

/// How many threads read.
pub(crate) fn readers(engine: &Engine) -> usize {
    match engine.config.reading.threads {
        Threads::Fixed(n) => usize::from(n.get()),
        Threads::Auto => std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// How many threads look: half as many, for looking at a page takes a fraction of reading it.
pub(crate) fn lookers(engine: &Engine) -> usize {
    readers(engine).div_ceil(2)
}

/// Looks at pages until the engine stops.
pub(crate) fn look(engine: &Engine) {
    let mut looker = Looker::new();
    run(engine, Stage::Look, |page| look_at(engine, &mut looker, page));
}

/// Reads pages until the engine stops.
pub(crate) fn read(engine: &Engine) {
    let mut bench = None;
    run(engine, Stage::Read, |page| {
        let done = match page.state {
            PageState::Filed | PageState::Held => read_again(engine, &mut bench, page),
            _ => read_one(engine, &mut bench, page),
        };
        if done.is_err() {
            // A tool that failed may have been left in a strange state: the next page gets a new one.
            bench = None;
        }
        done
    });
}

fn run(engine: &Engine, stage: Stage, mut work: impl FnMut(&Page) -> Result<(), DaemonError>) {
    while !engine.is_stopping() {
        let seen = engine.bell.count();
        match take(engine, stage) {
            Ok(Some(hand)) => attempt(engine, &hand, &mut work),
            Ok(None) => engine.bell.wait(seen, IDLE),
            Err(error) => {
                tracing::error!(error = %error, "the work queue cannot be read");
                engine.bell.wait(engine.bell.count(), AFTER_FAILURE);
            }
        }
    }
}

/// A page in a worker's hand; others leave it alone until it is put down.
struct InHand<'a> {
    engine: &'a Engine,
    page: Page,
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        lock(&self.engine.in_hand).remove(&self.page.id);
        self.engine.bell.ring();
    }
}

fn take(engine: &Engine, stage: Stage) -> Result<Option<InHand<'_>>, DaemonError> {
    // Under the lock, so that a page that was just put down is seen in its new state, not taken again in its old one.
    let mut in_hand = lock(&engine.in_hand);
    let most = in_hand.len() as u32 + 1;
    let free = |stage| -> Result<Option<Page>, DaemonError> {
        let waiting = engine.catalogue.pages_waiting_for(stage, most)?;
        Ok(waiting.into_iter().find(|page| !in_hand.contains(&page.id)))
    };
    let page = match (free(stage)?, stage) {
        // Only when nobody waits for anything.
        (None, Stage::Read) if engine.reads_again() && engine.catalogue.queue()?.look == 0 => free(Stage::Again)?,
        (page, _) => page,
    };
    Ok(page.map(|page| {
        in_hand.insert(page.id);
        InHand { engine, page }
    }))
}

fn attempt(engine: &Engine, hand: &InHand<'_>, work: &mut impl FnMut(&Page) -> Result<(), DaemonError>) {
    let page = &hand.page;
    let span = tracing::info_span!("page", page_id = %page.id, batch_id = %page.batch);
    let _in_span = span.enter();
    match engine.folder_is_here().and_then(|()| work(page)) {
        Ok(()) => {
            engine.health.worked();
            tracing::debug!("page processed");
        }
        // What was cut off is done at the next start.
        Err(_) if engine.is_stopping() => {}
        Err(error) => {
            if let Err(worse) = failed(engine, page.id, &error) {
                tracing::error!(error = %worse, "a failure could not be noted");
            }
            engine.bell.wait(engine.bell.count(), AFTER_FAILURE);
        }
    }
}

fn look_at(engine: &Engine, looker: &mut Looker, page: &Page) -> Result<(), DaemonError> {
    let batch = engine.catalogue.batch(page.batch)?;
    let found = derive::look(engine, looker, page, &batch)?;
    engine.catalogue.page_prepared(page.id, &found, engine.now())?;
    if found.look != Look::Page {
        // There is nothing to read on it, so it need not wait for its turn.
        engine.catalogue.page_read(page.id, found.notes, None, "", engine.now())?;
    }
    Ok(())
}

fn warm<'a>(engine: &Engine, bench: &'a mut Option<Bench>) -> Result<&'a mut Bench, DaemonError> {
    Ok(match bench {
        Some(bench) => bench,
        None => bench.insert(Bench::new(&engine.config.reading, &engine.cancel_reading)?),
    })
}

/// Reads a page again that has its place already. What cannot be read keeps the words it has.
fn read_again(engine: &Engine, bench: &mut Option<Bench>, page: &Page) -> Result<(), DaemonError> {
    match derive::read_again(engine, warm(engine, bench)?, page) {
        Ok(true) => {
            engine.pace.read_one();
            Ok(())
        }
        Ok(false) => {
            tracing::warn!("a page is not read again: its copy is not what was filed");
            Ok(engine.catalogue.not_read_again(page.id)?)
        }
        // Somebody took it up meanwhile, or everything stops: it stays to be read.
        Err(DaemonError::Catalogue(CatalogueError::Refused { .. })) => Ok(()),
        Err(error) if engine.is_stopping() => Err(error),
        Err(error) => {
            tracing::warn!(error = %chain(&error), "a page could not be read again and keeps its words");
            Ok(engine.catalogue.not_read_again(page.id)?)
        }
    }
}

fn read_one(engine: &Engine, bench: &mut Option<Bench>, page: &Page) -> Result<(), DaemonError> {
    let bench = warm(engine, bench)?;
    match derive::read(engine, bench, page)? {
        ReadPage::Lost => {
            tracing::warn!("a derivative is gone: the page is looked at again");
            engine.catalogue.page_redo(page.id, engine.now())?;
        }
        ReadPage::Done { notes, words, turned } => {
            if let Some(found) = turned {
                engine.catalogue.page_prepared(page.id, &found, engine.now())?;
            }
            let ((text, confidence), guessed) = (words.printed(), words.guessed());
            let text = PageText { words: &text, guessed: &guessed };
            engine.catalogue.page_read(page.id, notes, confidence, text, engine.now())?;
            engine.pace.read_one();
        }
    }
    Ok(())
}

/// Unsound bytes go to quarantine; anything else is tried again, and after some attempts a person is asked.
fn failed(engine: &Engine, page: PageId, error: &DaemonError) -> Result<(), DaemonError> {
    if let DaemonError::Decode(DecodeError::Unreadable(why)) = error {
        tracing::warn!(error = %why, "capture set aside");
        return Ok(engine.catalogue.page_quarantined(page, why, engine.now())?);
    }
    if error.is_of_the_whole_disk() {
        // No fault of the page's: it waits until the disk is well again.
        let pause = engine.health.failed(error, engine.now());
        tracing::warn!(error = %chain(error), "a page waits for the disk");
        engine.bell.ring();
        engine.bell.wait(engine.bell.count(), pause);
        return Ok(());
    }
    let attempts = engine.catalogue.page_attempt_failed(page)?;
    let chain = chain(error);
    tracing::warn!(attempt = attempts, error = %chain, "page failed");
    if attempts >= ATTEMPTS {
        let reason = scantrail_core::interpret::HoldReason::Trouble.word();
        engine.catalogue.page_troubled(page, reason, engine.now())?;
    }
    Ok(())
}

/// An error with its causes, on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
