//! Carries out what was planned: files to their places, durable; then the catalogue; then the manifests.
//!
//! One thread does all of it, so that a bag is never sealed while a page is on its way into it. Every step may be
//! repeated: a crash between any two of them is finished at the next round.

use crate::derive::{self, Derived, DerivedPart};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::index::BagOf;
use crate::{moved_away, record, register, spent};
use scantrail_archive::DiskError;
use scantrail_archive::bag::{self, BagContents, BagFile, BagInfo};
use scantrail_archive::durable::{self, Access, Written};
use scantrail_archive::index;
use scantrail_archive::names::TrailPath;
use scantrail_archive::pdf::{self, PageImage, PageSize, PdfPage};
use scantrail_archive::sidecar::Reading;
use scantrail_catalogue::{DirtyBag, FileRole, FileRow, FileState, Page, Placed, TagFile};
use scantrail_core::ids::PageId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::ports::{Clock as _, Word};
use scantrail_core::school_year::SchoolYear;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// Where a bag's events lie in it.
pub(crate) const EVENTS: &str = "audit/events.jsonl";

/// How long the filing thread sleeps when nothing rings.
const IDLE: Duration = Duration::from_secs(5);

/// How long the register is left alone after it was brought up.
const REGISTER_RESTS: Duration = Duration::from_secs(5);

/// Understands and files until the engine stops.
pub(crate) fn run(engine: &Engine) {
    let mut register_at = Timestamp::UNIX_EPOCH;
    while !engine.is_stopping() {
        let seen = engine.bell.count();
        let done = engine.folder_is_here().and_then(|()| match round(engine)? {
            Work::Done => Ok(Work::Done),
            Work::Nothing => keep_register(engine, &mut register_at),
        });
        match done {
            Ok(Work::Done) => engine.health.worked(),
            Ok(Work::Nothing) => engine.bell.wait(seen, IDLE),
            Err(error) => {
                let error_text = crate::workers::chain(&error);
                tracing::error!(error = error_text, "filing stopped for a moment; nothing is lost");
                let pause = engine.health.failed(&error, engine.now());
                // Whoever waits is to hear of it.
                engine.bell.ring();
                engine.bell.wait(engine.bell.count(), pause);
            }
        }
    }
    let ended = engine.folder_is_here().and_then(|()| register::write_some(engine)).and_then(|_| {
        // A later start does it if this one is killed.
        crate::deletion::scrub(engine)
    });
    if let Err(error) = ended {
        tracing::warn!(error = %error, "what is not written down yet is written at the next start");
    }
}

/// Writes what is due of the register, at most every few seconds: a batch that is coming in changes with every page.
fn keep_register(engine: &Engine, last: &mut Timestamp) -> Result<Work, DaemonError> {
    let now = engine.now();
    let rests = now.duration_since(*last).unsigned_abs();
    if rests < REGISTER_RESTS {
        return Ok(Work::Nothing);
    }
    if register::write_some(engine)? {
        return Ok(Work::Done);
    }
    // What a deletion left in the free space of the catalogue, if it could not be removed when it was carried out.
    crate::deletion::scrub(engine)?;
    *last = now;
    Ok(Work::Nothing)
}

/// Whether a round found something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Done,
    Nothing,
}

/// One round: understand what is ready, settle what is planned, seal what is behind.
pub(crate) fn round(engine: &Engine) -> Result<Work, DaemonError> {
    // First, so that nothing is put into a folder whose name is about to change.
    let mut work = {
        let _alone = lock(&engine.filing);
        crate::renaming::round(engine)?
    };
    for batch in engine.catalogue.batches_to_understand()? {
        crate::understand::understand(engine, &batch)?;
        engine.bell.ring();
        work = Work::Done;
    }
    // A folder that a page was put into is finished and sealed even when the engine stops: at rest it is valid by itself.
    let mut begun = BTreeSet::new();
    for page in engine.catalogue.unsettled_pages()? {
        let bags: Vec<String> = engine.catalogue.files_of(page)?.into_iter().filter_map(|file| file.bag).collect();
        if engine.is_stopping() && !bags.iter().any(|bag| begun.contains(bag)) {
            continue;
        }
        begun.extend(bags);
        {
            let _alone = lock(&engine.filing);
            spent::on("file", || settle(engine, page))?;
        }
        engine.bell.ring();
        work = Work::Done;
    }
    {
        let _alone = lock(&engine.filing);
        if crate::deletion::round(engine)? {
            engine.bell.ring();
            work = Work::Done;
        }
    }
    if work == Work::Nothing && crate::search::index_again(engine)? {
        work = Work::Done;
    }
    for dirty in engine.catalogue.dirty_bags()? {
        {
            let _alone = lock(&engine.filing);
            spent::on("seal", || seal(engine, &dirty))?;
        }
        engine.bell.ring();
        work = Work::Done;
    }
    if work == Work::Nothing {
        let _alone = lock(&engine.filing);
        work = crate::ledger::tiles::round(engine)?;
    }
    Ok(work)
}

/// Puts one page's files where they were planned.
fn settle(engine: &Engine, id: PageId) -> Result<(), DaemonError> {
    let files = engine.catalogue.files_of(id)?;
    if files.iter().any(|file| file.state == FileState::Planned) {
        let page = engine.catalogue.page(id)?;
        let placed = put(engine, &page, &files)?;
        engine.catalogue.page_settled(id, &placed, engine.now())?;
        derive::forget(engine, &page)?;
        tracing::info!(page_id = %id, batch_id = %page.batch, state = %engine.catalogue.page(id)?.state, "page placed");
    }
    for file in files.iter().filter(|file| file.state == FileState::Leaving) {
        let path = locate(engine, &file.path)?;
        durable::remove(&path)?;
        if let Some(folder) = path.parent() {
            durable::remove_empty_folders(folder, engine.layout().root())?;
        }
    }
    engine.catalogue.files_left(id)?;
    Ok(())
}

/// Writes what is planned: copies while the original still lies where it was, then the originals, the record last, for
/// it says what the others are.
fn put(engine: &Engine, page: &Page, files: &[FileRow]) -> Result<Vec<Placed>, DaemonError> {
    let planned: Vec<&FileRow> = files.iter().filter(|file| file.state == FileState::Planned).collect();
    let mut placed = Vec::with_capacity(planned.len());
    let mut derived = None;
    for file in planned.iter().filter(|file| file.role == FileRole::Page) {
        let written = if let Some(written) = same_copy(engine, file, files, &placed)? {
            written
        } else {
            let made = match derived.take() {
                Some(made) => made,
                None => derive::ensure(engine, page)?,
            };
            write_copy(&locate(engine, &file.path)?, derived.insert(made), page)?
        };
        placed.push(Placed { path: file.path.clone(), digest: written.digest, bytes: written.bytes });
    }
    let record = record::Source::of(engine, page, files, derived.as_ref())?;
    put_originals(engine, page, files, &mut placed)?;
    for file in planned.iter().filter(|file| file.role == FileRole::Sidecar) {
        let text = record::sidecar(engine, page, file, files, &placed, &record)?;
        // A record of an attempt that a crash cut off may differ from this one in its time: the last one counts.
        let written = durable::replace(&locate(engine, &file.path)?, &text, Access::Shared)?;
        placed.push(Placed { path: file.path.clone(), digest: written.digest, bytes: written.bytes });
    }
    Ok(placed)
}

/// The original goes to the first of its new places, and from there to the others: a group's page lies in every trail.
fn put_originals(engine: &Engine, page: &Page, files: &[FileRow], placed: &mut Vec<Placed>) -> Result<(), DaemonError> {
    let originals = || files.iter().filter(|file| file.role == FileRole::Original);
    let stays = originals().find(|file| file.state == FileState::Present).map(|file| locate(engine, &file.path));
    let mut whole = stays.transpose()?;
    for file in originals().filter(|file| file.state == FileState::Planned) {
        let target = locate(engine, &file.path)?;
        match &whole {
            Some(from) => durable::copy_file(from, &target, page.digest, Access::Original)?,
            None => durable::move_file(&locate(engine, &page.location)?, &target, page.digest)?,
        }
        whole.get_or_insert(target);
        placed.push(Placed { path: file.path.clone(), digest: page.digest, bytes: page.bytes });
    }
    Ok(())
}

/// A copy for people that lies elsewhere already, of the same kind: it is taken over as it is. `None` if there is none,
/// or it is not what it was; then it is made again.
fn same_copy(
    engine: &Engine,
    wanted: &FileRow,
    files: &[FileRow],
    placed: &[Placed],
) -> Result<Option<Written>, DaemonError> {
    let extension = |path: &str| std::path::Path::new(path).extension().map(ToOwned::to_owned);
    let like = |path: &str| extension(path) == extension(&wanted.path);
    let settled = files.iter().filter(|file| file.role == FileRole::Page && file.state != FileState::Planned);
    let settled = settled.filter_map(|file| Some((file.path.as_str(), file.digest?, file.bytes)));
    let fresh = placed.iter().map(|placed| (placed.path.as_str(), placed.digest, placed.bytes));
    let Some((path, digest, bytes)) = settled.chain(fresh).find(|(path, ..)| like(path)) else { return Ok(None) };
    match durable::copy_file(&locate(engine, path)?, &locate(engine, &wanted.path)?, digest, Access::Shared) {
        Ok(()) => Ok(Some(Written { digest, bytes })),
        Err(DiskError::Altered { .. } | DiskError::Lost { .. } | DiskError::Conflict { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The copy people open: a searchable PDF of a sheet, or the picture itself.
fn write_copy(target: &std::path::Path, derived: &Derived, page: &Page) -> Result<Written, DaemonError> {
    let bytes = if target.extension().is_some_and(|e| e == "pdf") {
        let read = |part: &DerivedPart| part.notes.reading.as_ref().map(Reading::to_reading).unwrap_or_default().words;
        let words: Vec<Vec<Word>> = derived.parts.iter().map(read).collect();
        let images =
            derived.parts.iter().map(|part| PageImage { jpeg: &part.jpeg, size: PageSize::At(part.resolution()) });
        let pages: Vec<PdfPage<'_>> = images.zip(&words).map(|(image, words)| PdfPage { image, words }).collect();
        spent::on("pdf", || pdf::searchable(&pages, ""))
            .map_err(|source| DaemonError::inside(format!("page {} cannot be made a PDF", page.id), source))?
    } else {
        derived.first().jpeg.clone()
    };
    // What a crash left half-decided is written again whole; the catalogue does not know it yet.
    Ok(durable::replace(target, &bytes, Access::Shared)?)
}

/// The place of a path the catalogue keeps.
pub(crate) fn locate(engine: &Engine, path: &str) -> Result<PathBuf, DaemonError> {
    let path = TrailPath::new(path)
        .map_err(|source| DaemonError::inside("the catalogue holds a path that leaves the data folder", source))?;
    Ok(engine.layout().locate(&path))
}

/// Removes what is left of a bag from which every page was taken away: manifests of nothing prove nothing.
fn fold_up(engine: &Engine, path: &str) -> Result<(), DaemonError> {
    let at = locate(engine, path)?;
    for file in engine.catalogue.files_in_bag(path)? {
        durable::remove(&locate(engine, &file.path)?)?;
    }
    for name in bag::OWN_FILES {
        durable::remove(&at.join(name))?;
    }
    let audit = at.join(EVENTS);
    let payload = at.join(moved_away::PATH);
    for folder in [audit.parent(), payload.parent(), Some(&*at.join(index::PICTURES)), Some(&*at)].into_iter().flatten()
    {
        durable::remove_empty_folders(folder, engine.layout().root())?;
    }
    engine.catalogue.bag_gone(path)?;
    tracing::info!("empty bag removed");
    Ok(())
}

/// Writes the manifests of a bag from what the catalogue knows, never from what lies on the disk.
fn seal(engine: &Engine, dirty: &DirtyBag) -> Result<(), DaemonError> {
    let DirtyBag { path, pupil, year, marks } = dirty;
    let pupil = *pupil;
    let folder = TrailPath::new(path)
        .map_err(|source| DaemonError::inside("the catalogue holds a bag outside the data folder", source))?;
    let at = engine.layout().locate(&folder);
    let files = engine.catalogue.files_in_bag(path)?;
    let events = engine.catalogue.events_of_bag(path)?;
    let moved = moved_away::sentences(engine, pupil, &events, &files)?;
    let inside = |file: &FileRow| TrailPath::new(&file.path).ok().and_then(|full| full.within(&folder));
    let mut notes = moved_away::told_before(engine, &folder, &files)?;
    notes.extend_from_slice(&moved);
    let tells = !notes.is_empty() && !engine.catalogue.is_erased(pupil)?;
    if !tells && files.iter().all(|file| file.role == FileRole::Tag) {
        return fold_up(engine, path);
    }
    let mut payload = Vec::new();
    let events = write_tag(engine, path, EVENTS, &record::events(&events))?;
    let mut tags = vec![events.0];
    let mut noted = vec![events.1];
    if moved.is_empty() {
        drop_note(engine, path, &files)?;
    } else {
        let (file, row) = write_tag(engine, path, moved_away::PATH, moved_away::text(&moved).as_bytes())?;
        payload.push(file);
        noted.push(row);
    }
    let whose = engine.catalogue.pupil(pupil)?;
    let year = SchoolYear::parse(year)
        .ok_or_else(|| DaemonError::Inside { what: format!("`{year}` is no school year"), source: None })?;
    let bag_of = BagOf { pupil: &whose, year, folder: &folder, files: &files, notes: &notes };
    let index = spent::on("index", || crate::index::refresh(engine, &bag_of))?;
    tags.extend(index.tags);
    for file in files {
        let (Some(path), Some(digest)) = (inside(&file), file.digest) else {
            return Err(DaemonError::Inside {
                what: "the catalogue holds a file outside its bag".into(),
                source: None,
            });
        };
        let entry = BagFile { path, digest, bytes: file.bytes };
        match file.role {
            FileRole::Sidecar => tags.push(entry),
            // Events, index and the word about moved pages were just written anew.
            FileRole::Tag if record::is_kept_history(&entry.path) => {
                if bag::is_payload(&entry.path) { &mut payload } else { &mut tags }.push(entry);
            }
            FileRole::Tag => {}
            FileRole::Original | FileRole::Page => payload.push(entry),
        }
    }
    let info = BagInfo {
        school: engine.config.school.clone(),
        pupil,
        listed_name: whose.details.listed_name(),
        year,
        sealed_on: engine.clock.today(),
    };
    bag::seal(&at, &BagContents { payload: &payload, tags: &tags, info: &info })?;
    noted.push(index.page);
    noted.extend(record::pupil_file(engine, pupil, &folder)?);
    engine.catalogue.bag_sealed(path, *marks, &noted)?;
    tracing::info!(files = payload.len(), "bag sealed");
    Ok(())
}

/// Writes a file of a bag that belongs to no page; as the manifest is to name it, and as the catalogue is to know it.
fn write_tag(engine: &Engine, bag: &str, inside: &str, bytes: &[u8]) -> Result<(BagFile, TagFile), DaemonError> {
    let path = TrailPath::new(inside).expect("a constant path is sound");
    let full = format!("{bag}/{inside}");
    let Written { digest, bytes } = durable::refresh(&locate(engine, &full)?, bytes, Access::Shared)?;
    Ok((BagFile { path, digest, bytes }, TagFile { path: full, bag: Some(bag.to_owned()), digest, bytes }))
}

/// Every page that was moved away is back.
fn drop_note(engine: &Engine, bag: &str, files: &[FileRow]) -> Result<(), DaemonError> {
    let path = format!("{bag}/{}", moved_away::PATH);
    if files.iter().any(|file| file.path == path) {
        durable::remove(&locate(engine, &path)?)?;
        engine.catalogue.tag_gone(&path)?;
    }
    Ok(())
}
