//! What is wrong with the disk at the moment, for whoever looks at the site, asks for the status, or waits for an answer.
//!
//! Two sources: a look at the disk, and what failed the last time something was written. Work that failed is tried again
//! after a growing while; who waits for it is told after some attempts, and it goes on without them.

use crate::engine::{Engine, LEAST_FREE_FILES, lock};
use crate::error::{DaemonError, Exit};
use crate::workers::chain;
use scantrail_archive::health::Unwell;
use scantrail_archive::space::HighWater;
use scantrail_core::jiff::Timestamp;
use std::sync::Mutex;
use std::time::Duration;

/// The first wait after a failure; each is twice the one before, up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// So many failures in a row, and whoever waits is told: about eight seconds.
const PATIENCE: u32 = 6;

/// What a person is told while work cannot go on.
const GOES_ON: &str =
    "what was taken in is safe and goes on by itself when the disk is well again; `scantrail status` tells";

/// What is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// What, in words.
    pub(crate) what: String,
    /// What to do.
    pub(crate) hint: String,
    /// Since when, as far as is known.
    pub(crate) since: Timestamp,
}

/// What failed the last time something was written.
#[derive(Debug, Default)]
pub(crate) struct Health {
    failing: Mutex<Option<Failing>>,
}

#[derive(Debug)]
struct Failing {
    trouble: Trouble,
    times: u32,
}

impl Health {
    /// Something could not be written; says how long to wait before it is tried again.
    pub(crate) fn failed(&self, error: &DaemonError, now: Timestamp) -> Duration {
        let mut failing = lock(&self.failing);
        let (since, times) = failing.as_ref().map_or((now, 0), |failing| (failing.trouble.since, failing.times));
        let hint = error.hint().unwrap_or_else(|| GOES_ON.to_owned());
        *failing = Some(Failing { trouble: Trouble { what: chain(error), hint, since }, times: times + 1 });
        (FIRST_WAIT * 2u32.saturating_pow(times.min(10))).min(LONGEST_WAIT)
    }

    /// Something was written.
    pub(crate) fn worked(&self) {
        *lock(&self.failing) = None;
    }

    /// An error for whoever waits, once it has failed so often that waiting on is no use.
    pub(crate) fn patience_is_over(&self) -> Result<(), DaemonError> {
        match &*lock(&self.failing) {
            Some(Failing { trouble, times }) if *times >= PATIENCE => Err(DaemonError::Refused {
                what: format!("it cannot be finished at the moment: {}", trouble.what),
                hint: Some(GOES_ON.to_owned()),
                exit: Exit::Storage,
            }),
            _ => Ok(()),
        }
    }
}

impl Engine {
    fn mark(&self) -> HighWater {
        HighWater { bytes: self.config.storage.high_water_bytes, files: LEAST_FREE_FILES }
    }

    /// What is wrong at the moment: by a look at the disk, or else by what failed last.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        let now = self.now();
        let looked = match self.folder.unwell(self.mark()) {
            Ok(None) => None,
            Ok(Some(unwell)) => Some((unwell.to_string(), unwell.hint().to_owned())),
            Err(error) => Some((chain(&error), GOES_ON.to_owned())),
        };
        let failed = lock(&self.health.failing).as_ref().map(|failing| failing.trouble.clone());
        match looked {
            Some((what, hint)) => Some(Trouble { what, hint, since: failed.map_or(now, |failed| failed.since) }),
            None => failed,
        }
    }

    /// Refuses new work while the disk is gone, read-only or nearly full; what is under way can still be recorded.
    pub(crate) fn room_for_more(&self) -> Result<(), DaemonError> {
        match self.folder.unwell(self.mark())? {
            None => Ok(()),
            Some(unwell) => Err(refused(format!("nothing new is taken in: {unwell}"), unwell)),
        }
    }

    /// Refuses to write anything below a path that no longer leads to the folder that was opened.
    pub(crate) fn folder_is_here(&self) -> Result<(), DaemonError> {
        if self.folder.is_here() { Ok(()) } else { Err(refused(Unwell::Gone.to_string(), Unwell::Gone)) }
    }
}

fn refused(what: String, unwell: Unwell) -> DaemonError {
    DaemonError::Refused { what, hint: Some(unwell.hint().to_owned()), exit: Exit::Storage }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_who_waits_is_told_in_the_end() {
        let health = Health::default();
        let error = || DaemonError::Refused { what: "no room".into(), hint: None, exit: Exit::Storage };
        let now = Timestamp::UNIX_EPOCH;
        let mut waits = Vec::new();
        for _ in 0..PATIENCE {
            assert!(health.patience_is_over().is_ok());
            waits.push(health.failed(&error(), now));
        }
        assert!(waits.is_sorted() && waits[0] == FIRST_WAIT && waits.iter().all(|wait| *wait <= LONGEST_WAIT));
        let told = health.patience_is_over().unwrap_err();
        assert_eq!(told.exit(), Exit::Storage);
        assert!(told.to_string().contains("no room"), "{told}");
        health.worked();
        assert!(health.patience_is_over().is_ok());
        assert_eq!(health.failed(&error(), now), FIRST_WAIT);
    }
}
