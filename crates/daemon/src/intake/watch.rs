//! Watched folders: a file that has settled is claimed by renaming it into the spool; a drop is one batch.

use super::files::{self, spool_sequence};
use super::{Context, Manner, open_batch};
use crate::api::Silent;
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::mats;
use crate::workers::chain;
use scantrail_archive::spool::{CaptureKey, ClaimError, Stamp};
use scantrail_capture::watch::{Answer, FolderWatcher, Found, Options, Patience};
use scantrail_catalogue::{BatchState, Scene, Sides};
use scantrail_config::Folder;
use scantrail_core::evidence::BatchEnd;
use scantrail_core::ids::BatchId;
use scantrail_core::units::Digest;
use scantrail_core::vocabulary::{Flow, Media, SourceKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A file that has been broken for so many times its quiet time is set aside: slow writers have paused before.
const GIVE_UP: u32 = 20;
/// How often to look without any event: some network shares send none.
const RESCAN: Duration = Duration::from_secs(5);

/// Watches a folder until the engine stops.
pub(crate) fn run(engine: &Arc<Engine>, folder: &Folder) {
    if let Err(error) = end_leftovers(engine, folder) {
        tracing::error!(error = %chain(&error), "a batch of a watched folder could not be ended");
    }
    let patience = Patience { quiet: folder.quiet, give_up: folder.quiet * GIVE_UP };
    let options =
        Options { folder: folder.path.clone(), patience, rescan: RESCAN.min(folder.quiet.max(Duration::from_secs(1))) };
    let drop = Arc::new(Mutex::new(Drop::new(engine, folder)));
    let hearing = Arc::clone(&drop);
    let watcher = FolderWatcher::start(options, move |found| lock(&hearing).hear(found));
    let watcher = match watcher {
        Ok(watcher) => watcher,
        Err(error) => {
            tracing::error!(error = %chain(&error), "a folder is not watched");
            return;
        }
    };
    while !engine.is_stopping() {
        engine.bell.wait(engine.bell.count(), RESCAN);
        lock(&drop).catch_up();
    }
    watcher.stop();
}

/// Batches of this folder that were open when the last run ended. Pictures stand alone; a stack may have been torn.
fn end_leftovers(engine: &Engine, folder: &Folder) -> Result<(), DaemonError> {
    let source = folder.path.to_string_lossy();
    for batch in engine.catalogue.unfinished_batches()? {
        let ours = batch.opened.source_kind == SourceKind::Folder && batch.opened.source == source;
        if ours && batch.state == BatchState::Receiving {
            let end = match batch.opened.flow {
                Flow::Pictures => BatchEnd::Normal,
                Flow::Stack => BatchEnd::CutShort,
            };
            engine.catalogue.end_batch(batch.opened.id, end, engine.now())?;
            engine.bell.ring();
        }
    }
    Ok(())
}

/// One drop: what came into the folder since it was last calm.
struct Drop {
    engine: Arc<Engine>,
    folder: Folder,
    batch: Option<BatchId>,
    /// Batches that came to their end and could not be ended yet.
    ending: Vec<BatchId>,
    /// A file that could not be taken in for trouble with a disk. The files behind it wait too: a page that is taken in
    /// before the cover that lies on it would be somebody else's.
    stuck: Option<PathBuf>,
}

impl Drop {
    fn new(engine: &Arc<Engine>, folder: &Folder) -> Self {
        let (engine, folder) = (Arc::clone(engine), folder.clone());
        Self { engine, folder, batch: None, ending: Vec::new(), stuck: None }
    }

    fn hear(&mut self, found: Found) -> Answer {
        let result = match found {
            Found::Settled { path, .. } if self.is_behind_another(&path) => Ok(Answer::Later),
            Found::Settled { path, media, .. } => {
                let taken = self.take(&path, media);
                self.stuck = taken.is_err().then_some(path);
                taken
            }
            Found::Broken { path, reason, .. } => self.set_aside(&path, &reason),
            Found::Calm => self.end().map(|()| Answer::Taken),
            Found::Unreachable { reason } => {
                tracing::warn!(reason, "a watched folder cannot be read");
                Ok(Answer::Later)
            }
            Found::Reachable => Ok(Answer::Later),
        };
        if matches!(result, Ok(Answer::Taken)) {
            self.engine.health.worked();
        }
        result.unwrap_or_else(|error| {
            if error.is_of_the_whole_disk() {
                // The folder is looked at again in its own time.
                self.engine.health.failed(&error, self.engine.now());
            }
            tracing::warn!(error = %chain(&error), "a dropped file stays where it is for now");
            Answer::Later
        })
    }

    /// Whether a file before this one could not be taken in and is still there.
    fn is_behind_another(&self, path: &Path) -> bool {
        self.stuck.as_deref().is_some_and(|stuck| stuck != path && stuck.symlink_metadata().is_ok())
    }

    /// Finishes what trouble with the disk has left half done, without waiting for the next start.
    fn catch_up(&mut self) {
        if let Err(error) = self.finish_begun().and_then(|()| self.end_all()) {
            tracing::warn!(error = %chain(&error), "a drop cannot be finished at the moment; nothing is lost");
        }
    }

    /// Files that are in the spool already and whose captures could not be recorded.
    fn finish_begun(&self) -> Result<(), DaemonError> {
        for batch in self.batch.iter().chain(&self.ending) {
            crate::recover::redo_batch(&self.engine, &self.engine.catalogue.batch(*batch)?)?;
        }
        Ok(())
    }

    fn end_all(&mut self) -> Result<(), DaemonError> {
        while let Some(batch) = self.ending.last() {
            self.engine.catalogue.end_batch(*batch, BatchEnd::Normal, self.engine.now())?;
            self.ending.pop();
            self.engine.bell.ring();
        }
        Ok(())
    }

    fn batch(&mut self) -> Result<BatchId, DaemonError> {
        if let Some(batch) = self.batch {
            return Ok(batch);
        }
        let batch = self.open()?;
        self.batch = Some(batch);
        Ok(batch)
    }

    fn open(&self) -> Result<BatchId, DaemonError> {
        let (class, subject) = (self.folder.class.clone(), self.folder.subject.clone());
        let context = Context { class, subject, ..Context::default() };
        let source = self.folder.path.to_string_lossy();
        let Folder { flow, shows, items, .. } = self.folder;
        let scene = Scene { shows, expected: items, mat: self.mat() };
        let manner = Manner { source_kind: SourceKind::Folder, flow, sides: Sides::One, scene };
        open_batch(&self.engine, &source, manner, &context)
    }

    /// The empty mat as it looks today. A picture of it that cannot be read keeps nothing from being taken in.
    fn mat(&self) -> Option<Digest> {
        let learnt = mats::learn(&self.engine, self.folder.mat.as_deref()?);
        learnt.inspect_err(|error| tracing::warn!(error = %chain(error), "the empty mat is not known")).ok()
    }

    fn take(&mut self, path: &Path, media: Media) -> Result<Answer, DaemonError> {
        self.engine.room_for_more()?;
        self.finish_begun()?;
        let container = matches!(media, Media::Pdf | Media::Tiff);
        // A container is a batch of its own: no identity runs from one file into the next.
        let Some(stamp) = Stamp::of(path)? else { return Ok(Answer::Taken) };
        let batch = if container { self.open()? } else { self.batch()? };
        if container {
            // Whatever becomes of it, its batch ends.
            self.ending.push(batch);
        }
        let engine = &self.engine;
        let sequence = spool_sequence(media, engine.catalogue.captures_in(batch)?);
        let key = CaptureKey { batch, sequence };
        let delivery = files::expect(engine, batch, path, key, media)?;
        let answer = match engine.spool.claim(path, stamp, key, media) {
            Ok(spooled) => {
                files::finish(engine, &delivery, &spooled, &mut Silent)?;
                Answer::Taken
            }
            Err(error @ (ClaimError::Changing { .. } | ClaimError::Gone { .. })) => {
                engine.catalogue.delivery_gone(delivery.id, &error.to_string())?;
                Answer::Later
            }
            Err(error) => {
                // It may have come into the spool before the trouble came: then it is finished from there, before any
                // file behind it.
                if engine.spool.path(key, media).symlink_metadata().is_err() {
                    engine.catalogue.delivery_gone(delivery.id, "it could not be claimed")?;
                }
                return Err(error.into());
            }
        };
        if container {
            self.end_all()?;
        }
        Ok(answer)
    }

    fn set_aside(&mut self, path: &Path, reason: &str) -> Result<Answer, DaemonError> {
        let batch = self.batch()?;
        files::quarantine_dropped(&self.engine, batch, path, reason)?;
        Ok(Answer::Taken)
    }

    fn end(&mut self) -> Result<(), DaemonError> {
        // A file that could not be taken in belongs to this drop: it is not over.
        if self.stuck.as_deref().is_some_and(|stuck| stuck.symlink_metadata().is_ok()) {
            return Ok(());
        }
        self.ending.extend(self.batch.take());
        self.finish_begun()?;
        self.end_all()
    }
}
