//! The one owner of a data folder: everything that changes it goes through here.
//!
//! ```text
//! intake ──→ spool + catalogue ──→ workers (look, prepare, read) ──→ understanding ──→ filing ──→ trails
//!   └ scanner, files, watched folders        └ .trail/work                 └ one thread ┘
//! ```
//! Threads meet only in the catalogue and at one bell ([`Bell`]): whoever changes something rings it, whoever waits
//! looks again. A crash anywhere is a state the catalogue describes; [`crate::recover`] finishes it at the next start.

use crate::derive::Warm;
use crate::error::DaemonError;
use crate::health::Health;
use crate::own_codes::OwnCodes;
use crate::pace::Pace;
use crate::world::{SystemClock, SystemEntropy};
use scantrail_archive::folder::{DataFolder, Layout};
use scantrail_archive::space::HighWater;
use scantrail_archive::spool::Spool;
use scantrail_capture::decode::{Limits as DecodeLimits, SandboxedDecoder};
use scantrail_capture::scanner::{Limits as ScanLimits, ScannerClient};
use scantrail_catalogue::{Catalogue, SeenAs};
use scantrail_config::Config;
use scantrail_core::ids::PageId;
use scantrail_core::ports::{Clock, Entropy};
use scantrail_ocr::Cancel;
use scantrail_sheets::payload::SchoolKey;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// Free inodes below which nothing new is taken in.
pub(crate) const LEAST_FREE_FILES: u64 = 2_000;

/// An open data folder and all that works on it.
pub struct Engine {
    pub(crate) config: Config,
    pub(crate) folder: DataFolder,
    pub(crate) spool: Spool,
    pub(crate) catalogue: Catalogue,
    pub(crate) decoder: SandboxedDecoder,
    pub(crate) school_key: SchoolKey,
    pub(crate) own_codes: OwnCodes,
    pub(crate) clock: SystemClock,
    pub(crate) entropy: SystemEntropy,
    pub(crate) bell: Bell,
    /// Pages that were looked at and wait to be read.
    pub(crate) warm: Warm,
    /// How fast pages are read.
    pub(crate) pace: Pace,
    /// What the disk does at the moment.
    pub(crate) health: Health,
    /// Ends reading at once, when the engine stops and cannot wait any longer.
    pub(crate) cancel_reading: Cancel,
    /// Pages a worker has in hand.
    pub(crate) in_hand: Mutex<BTreeSet<PageId>>,
    /// Devices a batch is running on: one at a time each.
    pub(crate) busy_devices: Mutex<BTreeSet<String>>,
    /// Held by whoever moves or writes files of a trail, and by whoever must see none of that half done.
    pub(crate) filing: Mutex<()>,
    /// One decision at a time: positions and folders are chosen from what the catalogue says now.
    pub(crate) deciding: Mutex<()>,
    /// The list of what was deleted is written by one at a time.
    pub(crate) tombstones: Mutex<()>,
    /// One backup at a time.
    pub(crate) backing_up: Mutex<()>,
    /// Where the web page is served, once it is.
    pub(crate) web: OnceLock<String>,
    stopping: AtomicBool,
    /// Whether pages that are at their places may be read again: a command that is over in a moment does not begin it.
    reads_again: AtomicBool,
}

/// Rung at every change; waiters look again.
#[derive(Default)]
pub(crate) struct Bell {
    rung: Mutex<u64>,
    condition: Condvar,
}

impl Bell {
    pub(crate) fn ring(&self) {
        *lock(&self.rung) += 1;
        self.condition.notify_all();
    }

    /// How often it was rung; take it before looking, so that no ring is missed.
    pub(crate) fn count(&self) -> u64 {
        *lock(&self.rung)
    }

    /// Waits until it was rung after `seen`, or the time is over.
    pub(crate) fn wait(&self, seen: u64, at_most: Duration) {
        let rung = lock(&self.rung);
        drop(self.condition.wait_timeout_while(rung, at_most, |rung| *rung == seen));
    }
}

/// A panic in another thread leaves the value as it was; the catalogue, not the lock, keeps things consistent.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// Opens the data folder of a configuration, finishes what a crash left, and holds the lock until dropped.
    pub fn open(config: Config) -> Result<Self, DaemonError> {
        let folder = DataFolder::open(&config.data)?;
        let catalogue = crate::rebuild::open(folder.layout())?;
        let school = catalogue.school()?;
        let school_key = school.key.parse().map_err(|_| DaemonError::Inside {
            what: "the catalogue holds no sound school key".into(),
            source: None,
        })?;
        let limits = DecodeLimits {
            bytes: config.limits.file_bytes,
            pixels: config.limits.pixels,
            pages: config.limits.pages_per_file,
            ..DecodeLimits::default()
        };
        let engine = Self {
            spool: Spool::new(folder.layout()),
            decoder: SandboxedDecoder::beside_this_program(limits)?,
            school_key,
            own_codes: OwnCodes::new(&config.own_codes)?,
            clock: SystemClock,
            entropy: SystemEntropy,
            bell: Bell::default(),
            warm: Warm::default(),
            pace: Pace::default(),
            health: Health::default(),
            cancel_reading: Cancel::default(),
            in_hand: Mutex::default(),
            busy_devices: Mutex::default(),
            filing: Mutex::default(),
            deciding: Mutex::default(),
            tombstones: Mutex::default(),
            backing_up: Mutex::default(),
            web: OnceLock::new(),
            stopping: AtomicBool::new(false),
            reads_again: AtomicBool::new(false),
            catalogue,
            folder,
            config,
        };
        for folder in [engine.layout().private().join("work"), engine.layout().private().join("previews")] {
            scantrail_archive::durable::make_folder(&folder)?;
        }
        crate::recover::recover(&engine)?;
        crate::restored::finish(&engine)?;
        if engine.config.reading.again {
            let due = engine.catalogue.reading_recipe(crate::record::RECIPES.read)?;
            if due > 0 {
                tracing::info!(pages = due, "to be read again while serving: this version reads better");
            }
        }
        if let Err(error) = engine.folder.keep_reserve(engine.config.storage.reserve_bytes) {
            tracing::warn!(error = %error, "the reserve could not be set aside");
        }
        Ok(engine)
    }

    /// Whether readers with nothing else to do may read pages again.
    pub(crate) fn reads_again(&self) -> bool {
        self.reads_again.load(Ordering::Acquire)
    }

    /// Readers with nothing else to do read again what is due.
    pub(crate) fn read_again_from_now_on(&self) {
        self.reads_again.store(true, Ordering::Release);
        self.bell.ring();
    }

    /// Where things lie.
    pub(crate) fn layout(&self) -> &Layout {
        self.folder.layout()
    }

    pub(crate) fn now(&self) -> scantrail_core::jiff::Timestamp {
        self.clock.now()
    }

    /// Notes that pages were looked at. Whoever looks is not kept from it by a disk that is full.
    pub(crate) fn was_seen(&self, pages: &[PageId], how: SeenAs) {
        if let Err(error) = self.catalogue.was_seen(pages, how, self.clock.today()) {
            tracing::error!(error = %error, pages = pages.len(), "it could not be noted that pages were looked at");
        }
    }

    pub(crate) fn random(&self) -> u64 {
        self.entropy.random()
    }

    /// A client for the scanners, as the configuration says.
    pub(crate) fn scanners(config: &Config) -> Result<ScannerClient, DaemonError> {
        let client = ScannerClient::beside_this_program()
            .map_err(|source| DaemonError::inside("the scanner program cannot be found", source))?
            .with_limits(ScanLimits {
                no_progress: config.sane.silence,
                cancel: config.sane.cancel,
                ..ScanLimits::default()
            });
        Ok(match &config.sane.config_dir {
            Some(dir) => client.with_config_dir(dir),
            None => client,
        })
    }

    /// Refuses to write so many bytes for a moment if that would take the room that captures need.
    pub(crate) fn room_for(&self, bytes: u64) -> Result<(), DaemonError> {
        let wanted = self.config.storage.high_water_bytes.saturating_add(bytes);
        match self.folder.space()?.shortage(HighWater { bytes: wanted, files: LEAST_FREE_FILES }) {
            None => Ok(()),
            Some(shortage) => Err(DaemonError::Refused {
                what: format!("there is no room to make this: {shortage}"),
                hint: Some("free some space on the disk of the data folder, or take fewer pages".into()),
                exit: crate::error::Exit::Storage,
            }),
        }
    }

    /// Asks every thread to come to its end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.bell.ring();
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("data", &self.layout().root()).finish_non_exhaustive()
    }
}
