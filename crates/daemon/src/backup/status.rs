//! How long ago the last good backup and the last tried restore were, in words.

use crate::api::BackupStatus;
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_catalogue::{BackupKind, BackupOutcome};
use scantrail_core::jiff::Timestamp;

const DAY: i64 = 24 * 60 * 60;

/// What is known.
pub(crate) fn status(engine: &Engine) -> Result<BackupStatus, DaemonError> {
    let catalogue = &engine.catalogue;
    let (now, settings) = (engine.now(), &engine.config.backup);
    let ended = |kind| {
        Ok::<_, DaemonError>(match catalogue.last_good(kind)? {
            Some(run) => Some(run.ended()?),
            None => None,
        })
    };
    let (last, test) = (ended(BackupKind::Backup)?, ended(BackupKind::RestoreTest)?);
    let tried = catalogue.last_tried(BackupKind::Backup)?;
    let late = |at: Option<Timestamp>, days: u32| at.is_none_or(|at| days_ago(now, at) > i64::from(days));
    Ok(BackupStatus {
        to: settings.to.clone(),
        last_good: last.map(|at| at.to_string()),
        last_good_words: words(now, last),
        late: late(last, settings.warn_days),
        last_test: test.map(|at| at.to_string()),
        last_test_words: words(now, test),
        test_late: late(test, settings.warn_test_days),
        unheard: super::heard::unheard(engine)?,
        trouble: tried.filter(|run| run.outcome != BackupOutcome::Good).map(|run| run.why),
    })
}

fn days_ago(now: Timestamp, at: Timestamp) -> i64 {
    (now.as_second() - at.as_second()) / DAY
}

fn words(now: Timestamp, at: Option<Timestamp>) -> String {
    let Some(at) = at else { return "never".to_owned() };
    match days_ago(now, at) {
        ..=0 => "less than a day ago".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_in_words() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let at = |text: &str| Some(text.parse().unwrap());
        assert_eq!(words(now, None), "never");
        assert_eq!(words(now, at("2026-11-22T11:00:00Z")), "less than a day ago");
        assert_eq!(words(now, at("2026-11-21T11:00:00Z")), "yesterday");
        assert_eq!(words(now, at("2026-11-01T12:00:00Z")), "21 days ago");
        assert_eq!(words(now, at("2026-11-23T12:00:00Z")), "less than a day ago");
    }
}
