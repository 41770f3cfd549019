//! A backup every day, while the daemon serves, if the configuration says where to.

use super::make;
use crate::api::Silent;
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_catalogue::{BackupKind, BackupRun};
use scantrail_core::jiff::tz::TimeZone;
use scantrail_core::jiff::{Timestamp, Zoned};
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

/// Whether today's is to be made.
fn is_due(engine: &Engine) -> Result<bool, DaemonError> {
    let ended = |run: Option<BackupRun>| run.map(|run| run.ended()).transpose();
    let now = Zoned::new(engine.now(), TimeZone::system());
    let good = ended(engine.catalogue.last_good(BackupKind::Backup)?)?;
    let tried = ended(engine.catalogue.last_tried(BackupKind::Backup)?)?;
    Ok(due(&now, engine.config.backup.hour, good, tried))
}

/// Whether one is due at this moment: its hour has come, there was none today, and nothing has just failed. Days and
/// hours are those of the clock on the wall, in the time zone of `now`.
fn due(now: &Zoned, hour: u32, good: Option<Timestamp>, tried: Option<Timestamp>) -> bool {
    let came = u32::try_from(now.hour()).unwrap_or(0) >= hour;
    let today = good.is_some_and(|at| at.to_zoned(now.time_zone().clone()).date() >= now.date());
    let just_now = tried.is_some_and(|at| now.timestamp().as_second() - at.as_second() <= AFTER_TROUBLE);
    came && !today && !just_now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_a_day_from_its_hour_on_and_not_at_once_after_trouble() {
        let zone = TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap();
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let due_at = |now: &str, good: Option<&str>, tried: Option<&str>| {
            due(&at(now).to_zoned(zone.clone()), 2, good.map(at), tried.map(at))
        };
        // In summer two o'clock in London is one o'clock of the world.
        assert!(!due_at("2026-07-01T00:59:59Z", None, None), "its hour has not come");
        assert!(due_at("2026-07-01T01:00:00Z", None, None));
        assert!(!due_at("2026-11-22T01:59:59Z", None, None));
        assert!(due_at("2026-11-22T23:59:59Z", None, None), "late is better than never");
        let yesterday = Some("2026-11-21T12:00:00Z");
        assert!(due_at("2026-11-22T02:00:00Z", yesterday, yesterday));
        assert!(!due_at("2026-11-22T03:00:00Z", Some("2026-11-22T02:00:05Z"), Some("2026-11-22T02:00:05Z")));
        let failed = Some("2026-11-22T02:00:00Z");
        assert!(!due_at("2026-11-22T03:00:00Z", yesterday, failed), "an hour is waited after trouble");
        assert!(due_at("2026-11-22T03:00:01Z", yesterday, failed));
        // A clock that was wrong and is put right stops nothing for ever: a run of the future counts for its day only.
        assert!(!due_at("2026-11-22T03:00:00Z", Some("2026-11-25T02:00:00Z"), None));
        assert!(due_at("2026-11-26T03:00:00Z", Some("2026-11-25T02:00:00Z"), None));
    }
}
