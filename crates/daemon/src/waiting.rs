//! Waiting for what was set going: until a batch is accounted for, or every file is at its place. Tells how far it is.

use crate::api::{Progress, Report};
use crate::engine::Engine;
use crate::error::{DaemonError, Exit};
use scantrail_core::ids::BatchId;
use std::time::Duration;

/// How long to wait at a time before telling how far it is.
const TELL_EVERY: Duration = Duration::from_millis(500);

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
    at_rest(engine)
}

/// Waits until every trail's folder has the name of its pupil. One that cannot get it is an error; the change of name
/// itself stands, and the folder is tried again.
pub(crate) fn folders_named(engine: &Engine) -> Result<(), DaemonError> {
    loop {
        let seen = engine.bell.count();
        let pending = engine.catalogue.renamings()?;
        if pending.is_empty() {
            return Ok(());
        }
        if let Some((renaming, why)) = pending.iter().find_map(|r| r.trouble.as_ref().map(|why| (r, why))) {
            let what = format!("the folder of pupil {} could not get its new name: {why}", renaming.pupil);
            let hint = "the new name itself is kept; the folder is tried again by itself once the cause is gone";
            return Err(DaemonError::Refused { what, hint: Some(hint.into()), exit: Exit::Storage });
        }
        stopped(engine)?;
        engine.bell.wait(seen, TELL_EVERY);
    }
}

/// Waits until something is so.
pub(crate) fn until(engine: &Engine, so: impl Fn(&Engine) -> Result<bool, DaemonError>) -> Result<(), DaemonError> {
    loop {
        let seen = engine.bell.count();
        if so(engine)? {
            return Ok(());
        }
        stopped(engine)?;
        engine.bell.wait(seen, TELL_EVERY);
    }
}

/// Waits until every page's words are in the index.
pub(crate) fn indexed(engine: &Engine, report: &mut dyn Report) -> Result<(), DaemonError> {
    loop {
        let seen = engine.bell.count();
        let left = engine.catalogue.left_to_index()?;
        if left == 0 {
            return Ok(());
        }
        report.say(Progress::Indexing { left });
        stopped(engine)?;
        engine.bell.wait(seen, TELL_EVERY);
    }
}

/// Waits until nothing is planned, leaving or unsealed.
pub(crate) fn at_rest(engine: &Engine) -> Result<(), DaemonError> {
    loop {
        let seen = engine.bell.count();
        if engine.catalogue.is_at_rest()? {
            return Ok(());
        }
        stopped(engine)?;
        engine.bell.wait(seen, TELL_EVERY);
    }
}

/// Waits until no file of a batch is on its way.
pub(crate) fn batch_at_rest(engine: &Engine, batch: BatchId) -> Result<(), DaemonError> {
    loop {
        let seen = engine.bell.count();
        let unsettled = engine.catalogue.unsettled_pages()?;
        if engine.catalogue.pages_in(batch)?.iter().all(|page| !unsettled.contains(&page.id)) {
            return Ok(());
        }
        stopped(engine)?;
        engine.bell.wait(seen, TELL_EVERY);
    }
}

pub(crate) fn wait(
    engine: &Engine,
    report: &mut dyn Report,
    progress: impl Fn(&Engine) -> Result<(u64, u64), DaemonError>,
) -> Result<(), DaemonError> {
    let mut told = None;
    loop {
        let seen = engine.bell.count();
        let (done, of) = progress(engine)?;
        let queue = crate::queries::queue(engine)?;
        if told != Some((done, of, queue)) {
            report.say(Progress::Waiting { accounted_for: done, captured: of, queue });
            told = Some((done, of, queue));
        }
        if done >= of {
            return Ok(());
        }
        stopped(engine)?;
        engine.bell.wait(seen, TELL_EVERY);
    }
}

/// An error when there is no use in waiting on.
fn stopped(engine: &Engine) -> Result<(), DaemonError> {
    if engine.is_stopping() {
        return Err(DaemonError::Inside {
            what: "the program is stopping; what was taken in is safe and goes on at the next start".into(),
            source: None,
        });
    }
    engine.health.patience_is_over()
}
