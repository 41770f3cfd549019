//! The threads that look at, prepare and read pages: each with its own warm tools, as many as there are processors.

use crate::derive::{self, Bench};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use scantrail_catalogue::Page;
use scantrail_config::Threads;
use scantrail_core::ids::PageId;
use scantrail_core::ports::DecodeError;
use std::time::Duration;

/// A page that fails so often goes to a person.
const ATTEMPTS: u32 = 3;
/// How long to wait after a failure before the next page is tried.
const AFTER_FAILURE: Duration = Duration::from_millis(300);
/// How long a worker sleeps when nothing rings.
const IDLE: Duration = Duration::from_secs(5);

/// How many workers the configuration asks for.
pub(crate) fn count(engine: &Engine) -> usize {
    match engine.config.reading.threads {
        Threads::Fixed(n) => usize::from(n.get()),
        Threads::Auto => std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// Works until the engine stops.
pub(crate) fn run(engine: &Engine) {
    let mut bench = None;
    while !engine.is_stopping() {
        let seen = engine.bell.count();
        match take(engine) {
            Ok(Some(hand)) => work(engine, &mut bench, &hand),
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

fn take(engine: &Engine) -> Result<Option<InHand<'_>>, DaemonError> {
    // Under the lock, so that a page that was just put down is seen in its new state, not taken again in its old one.
    let mut in_hand = lock(&engine.in_hand);
    let most = in_hand.len() as u32 + 1;
    let page = engine.catalogue.pages_to_process(most)?.into_iter().find(|page| !in_hand.contains(&page.id));
    Ok(page.map(|page| {
        in_hand.insert(page.id);
        InHand { engine, page }
    }))
}

fn work(engine: &Engine, bench: &mut Option<Bench>, hand: &InHand<'_>) {
    let page = &hand.page;
    let span = tracing::info_span!("page", page_id = %page.id, batch_id = %page.batch);
    let _in_span = span.enter();
    match attempt(engine, bench, page) {
        Ok(()) => tracing::debug!("page processed"),
        Err(error) => {
            // A tool that failed may have been left in a strange state: the next page gets new ones.
            *bench = None;
            if let Err(worse) = failed(engine, page.id, &error) {
                tracing::error!(error = %worse, "a failure could not be noted");
            }
            engine.bell.wait(engine.bell.count(), AFTER_FAILURE);
        }
    }
}

fn attempt(engine: &Engine, bench: &mut Option<Bench>, page: &Page) -> Result<(), DaemonError> {
    let tools = match bench {
        Some(tools) => tools,
        None => bench.insert(Bench::new(&engine.config.reading.language)?),
    };
    let batch = engine.catalogue.batch(page.batch)?;
    let made = derive::make(engine, tools, page, &batch)?;
    engine.catalogue.page_prepared(page.id, &made.findings, engine.now())?;
    let (text, confidence) = made.processed.text();
    engine.catalogue.page_read(page.id, made.notes, confidence, &text, engine.now())?;
    Ok(())
}

/// Unsound bytes go to quarantine; anything else is tried again, and after some attempts a person is asked.
fn failed(engine: &Engine, page: PageId, error: &DaemonError) -> Result<(), DaemonError> {
    if let DaemonError::Decode(DecodeError::Unreadable(why)) = error {
        tracing::warn!(error = %why, "capture set aside");
        return Ok(engine.catalogue.page_quarantined(page, why, engine.now())?);
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
