//! A backup every day, while the daemon serves, if the configuration says where to.

use super::make;
use crate::api::Silent;
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_catalogue::BackupKind;
use scantrail_core::jiff::Zoned;
use scantrail_core::jiff::tz::TimeZone;
use scantrail_core::ports::Clock as _;
use std::path::Path;
use std::time::Duration;

/// How often it is looked whether one is due.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// How long after one that failed the next is tried, in seconds: a disk may be put in again.
const AFTER_TROUBLE: i64 = 60 * 60;

/// Backs up once a day until the engine stops.
pub(crate) fn daily(engine: &Engine) {
    let Some(to) = engine.config.backup.to.clone() else { return };
    while !engine.is_stopping() {
        match engine.folder_is_here().and_then(|()| round(engine, &to)) {
            Ok(()) => {}
            Err(error) => tracing::error!(error = %error, "the daily backup failed"),
        }
        // Rung at every change, so that stopping is noticed; what it waits for is the clock.
        engine.bell.wait(engine.bell.count(), LOOK_EVERY);
    }
}

fn round(engine: &Engine, to: &Path) -> Result<(), DaemonError> {
    if is_due(engine)? { make(engine, to, None, &mut Silent).map(drop) } else { Ok(()) }
}

/// Whether today's is to be made: its hour has come, there was none today, and nothing has just failed.
fn is_due(engine: &Engine) -> Result<bool, DaemonError> {
    let now = Zoned::new(engine.now(), TimeZone::system());
    if u32::try_from(now.hour()).unwrap_or(0) < engine.config.backup.hour {
        return Ok(false);
    }
    if let Some(run) = engine.catalogue.last_good(BackupKind::Backup)?
        && run.ended()?.to_zoned(TimeZone::system()).date() >= engine.clock.today()
    {
        return Ok(false);
    }
    match engine.catalogue.last_tried(BackupKind::Backup)? {
        Some(run) => Ok(engine.now().as_second() - run.ended()?.as_second() > AFTER_TROUBLE),
        None => Ok(true),
    }
}
