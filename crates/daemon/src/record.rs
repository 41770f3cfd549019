//! The records beside the pages: how each came here, in words that outlive the catalogue.

use crate::derive::{self, Derived, PartNotes};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{filing, moved_away, places, queries};
use scantrail_archive::durable::{self, Access};
use scantrail_archive::names::{OriginalPath, TrailPath};
use scantrail_archive::sidecar::{
    Capture, Copy, EarlierCopy, FurtherPage, Geometry, Identified, Original, PageRecord, PieceRecord, PupilRecord,
    Reading, Recipes,
};
use scantrail_catalogue::{Event, FileRole, FileRow, FileState, Page, Placed, TagFile};
use scantrail_core::ids::{PieceId, PupilId, SheetId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::sheet::SheetKind;
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::{Content, Role};
use serde_json::json;

/// Versions of what is derived: counted up whenever a recipe changes what it makes.
pub(crate) const RECIPES: Recipes = Recipes { identify: 1, prepare: 2, read: 3 };

/// Those of notes from before they told theirs.
pub(crate) fn recipes_of_before() -> Recipes {
    Recipes { identify: 1, prepare: 2, read: 2 }
}

/// The account of whoever works at this machine, until there are accounts.
const LOCAL_ACCOUNT: &str = "local";

/// What a record tells of how the page was made, found before any file of it is moved.
pub(crate) struct Source {
    geometry: Option<Geometry>,
    reading: Option<Reading>,
    guessed: Option<Reading>,
    further: Vec<FurtherPage>,
    recipes: Recipes,
    /// What a record said before.
    before: Option<Box<PageRecord>>,
}

impl Source {
    /// From what was just derived, or the notes, or, for a page that was filed before, from a record it has.
    pub(crate) fn of(
        engine: &Engine,
        page: &Page,
        files: &[FileRow],
        derived: Option<&Derived>,
    ) -> Result<Self, DaemonError> {
        let before = before(engine, files)?.map(Box::new);
        let notes = match derived {
            Some(derived) => Some(derived.notes()),
            None => derive::notes(engine, page)?,
        };
        if let Some(notes) = notes {
            let recipes = notes.recipes;
            let mut parts = notes.parts.into_iter();
            let first = parts.next();
            let (geometry, reading, guessed) =
                first.map_or((None, None, None), |part| (Some(part.geometry), part.reading, part.guessed));
            let further = parts.map(|part| {
                let PartNotes { geometry, reading, guessed, .. } = part;
                FurtherPage { geometry, reading, guessed }
            });
            return Ok(Self { geometry, reading, guessed, further: further.collect(), recipes, before });
        }
        if let Some(record) = before.as_deref().filter(|record| record.geometry.is_some()) {
            let PageRecord { geometry, reading, guessed, further, recipes, .. } = record.clone();
            return Ok(Self { geometry, reading, guessed, further, recipes, before });
        }
        Ok(Self { geometry: None, reading: None, guessed: None, further: Vec::new(), recipes: RECIPES, before })
    }

    /// The copies before the one that is placed now.
    fn earlier(&self, copy: Option<&Copy>, now: Timestamp) -> Vec<EarlierCopy> {
        let Some(before) = &self.before else { return Vec::new() };
        let mut earlier = before.earlier.clone();
        if let (Some(was), Some(is)) = (&before.copy, copy)
            && was.sha256 != is.sha256
        {
            let engine = before.reading.as_ref().map(|reading| reading.engine.clone());
            earlier.push(EarlierCopy { sha256: was.sha256, recipes: before.recipes, engine, until: now });
        }
        earlier
    }
}

/// The record that lies there already, if there is one that can be read: one with what was made of the page, rather than
/// another.
fn before(engine: &Engine, files: &[FileRow]) -> Result<Option<PageRecord>, DaemonError> {
    let mut found: Option<PageRecord> = None;
    for file in files.iter().filter(|file| file.role == FileRole::Sidecar) {
        let text = durable::read(&filing::locate(engine, &file.path)?)?;
        if let Some(Ok(record)) = text.map(|text| PageRecord::from_json(&text))
            && (found.is_none() || record.geometry.is_some())
        {
            found = Some(record);
        }
    }
    Ok(found)
}

/// The text of one record of a page: the one at `at`, in the trail of one of its owners or beside a held page. Its
/// original and copy are the ones in the same folder.
pub(crate) fn sidecar(
    engine: &Engine,
    page: &Page,
    at: &FileRow,
    files: &[FileRow],
    placed: &[Placed],
    source: &Source,
) -> Result<Vec<u8>, DaemonError> {
    let beside = |role: FileRole| {
        let row =
            files.iter().find(|file| file.role == role && file.bag == at.bag && file.state != FileState::Leaving)?;
        let fresh = placed.iter().find(|placed| placed.path == row.path).map(|placed| (placed.digest, placed.bytes));
        let (digest, bytes) = fresh.or_else(|| Some((row.digest?, row.bytes)))?;
        Some((row.path.as_str(), digest, bytes))
    };
    let (original, sha256, bytes) = beside(FileRole::Original)
        .ok_or_else(|| DaemonError::Inside { what: "a page was placed without its original".into(), source: None })?;
    let batch = engine.catalogue.batch(page.batch)?;
    let owner = match &at.bag {
        Some(bag) => engine.catalogue.bag_owner(bag)?,
        None => None,
    };
    let piece = owner.and_then(|owner| page.owners.iter().find(|other| other.pupil == owner)?.piece);
    let copy = match beside(FileRole::Page) {
        Some((path, sha256, bytes)) => Some(Copy { path: trail_path(path)?, sha256, bytes }),
        None => None,
    };
    let record = PageRecord {
        page: page.id,
        role: page.role.unwrap_or(Role::Work),
        capture: Capture {
            id: page.capture,
            batch: page.batch,
            sequence: page.sequence + 1,
            source: batch.opened.source_kind,
            device: batch.opened.source.clone(),
            received: time(&page.received_at)?,
        },
        original: Original { path: OriginalPath::new(trail_path(original)?), media: page.media, sha256, bytes },
        pupils: page.owners.iter().map(|owner| owner.pupil).collect(),
        identified: identified(engine, page, owner)?,
        hold: hold(page),
        piece: piece.map(|(id, _)| piece_record(engine, id)).transpose()?,
        run: first_side_of_run(engine, page)?,
        position: piece.map_or(page.sequence + 1, |(_, position)| position),
        side: page.side,
        content: page.content.unwrap_or(Content::Text),
        geometry: source.geometry.clone(),
        recipes: source.recipes,
        earlier: source.earlier(copy.as_ref(), engine.now()),
        copy,
        reading: source.reading.clone(),
        guessed: source.guessed.clone(),
        further: source.further.clone(),
        warnings: page.warnings.clone(),
    };
    Ok(record.to_json().into_bytes())
}

/// The run of a page, told by the side it begins with: that stays the same when runs before it are cut or joined.
fn first_side_of_run(engine: &Engine, page: &Page) -> Result<Option<u32>, DaemonError> {
    let Some(run) = page.run else { return Ok(None) };
    Ok(engine.catalogue.first_side(page.batch, run)?.map(|sequence| sequence + 1))
}

fn hold(page: &Page) -> Option<String> {
    let waits = matches!(page.state, PageState::Held | PageState::Discarded | PageState::Quarantined);
    page.reason.as_deref().filter(|_| waits).map(queries::sentence)
}

fn identified(engine: &Engine, page: &Page, owner: Option<PupilId>) -> Result<Option<Identified>, DaemonError> {
    let Some(how) = &page.identified else { return Ok(None) };
    let unsound = || DaemonError::Inside { what: "an unsound sheet id".into(), source: None };
    Ok(Some(match (how.split_once(':'), how.as_str()) {
        (Some(("cover", id)), _) => seen(engine, page, SheetKind::Cover, id.parse().map_err(|_| unsound())?)?,
        (Some(("card", id)), _) => seen(engine, page, SheetKind::Card, id.parse().map_err(|_| unsound())?)?,
        // Of a group's picture, each trail tells the card that names its own pupil.
        (None, "cards") => match card_of(engine, page, owner)? {
            Some(sheet) => Identified::Sheet { kind: SheetKind::Card, sheet, seen_on: page.id },
            None => return Ok(None),
        },
        _ => {
            let decisions = engine.catalogue.decisions_about(page.id)?;
            let standing = decisions.iter().rev().find(|decision| decision.undone_at.is_none());
            let at = standing.map_or_else(|| Ok(engine.now()), |decision| time(&decision.at))?;
            Identified::Person { account: LOCAL_ACCOUNT.to_owned(), at }
        }
    }))
}

/// A sheet, and the page of the same run on which it was read.
fn seen(engine: &Engine, page: &Page, kind: SheetKind, sheet: SheetId) -> Result<Identified, DaemonError> {
    let codes = engine.catalogue.codes_in(page.batch)?;
    let in_run = engine.catalogue.pages_in(page.batch)?;
    let seen_on = codes
        .iter()
        .filter(|(_, code)| code.sheet == sheet)
        .map(|(id, _)| *id)
        .find(|id| in_run.iter().any(|other| other.id == *id && other.run == page.run))
        .unwrap_or(page.id);
    Ok(Identified::Sheet { kind, sheet, seen_on })
}

fn card_of(engine: &Engine, page: &Page, owner: Option<PupilId>) -> Result<Option<SheetId>, DaemonError> {
    for (_, code) in engine.catalogue.codes_in(page.batch)?.into_iter().filter(|(id, _)| *id == page.id) {
        if let Some(sheet) = engine.catalogue.sheet(code.sheet)?
            && sheet.pupil.is_some()
            && sheet.pupil == owner
        {
            return Ok(Some(sheet.id));
        }
    }
    Ok(None)
}

fn piece_record(engine: &Engine, id: PieceId) -> Result<PieceRecord, DaemonError> {
    let piece = engine.catalogue.piece(id)?;
    let class = engine.catalogue.pupil(piece.pupil)?.details.class;
    let date = places::date(&piece.work_date)?;
    Ok(PieceRecord { id, subject: piece.subject, title: piece.title, class, date })
}

/// A time of the catalogue.
pub(crate) fn time(text: &str) -> Result<Timestamp, DaemonError> {
    text.parse().map_err(|source: scantrail_core::jiff::Error| {
        DaemonError::inside("the catalogue holds a time that cannot be read", source)
    })
}

fn trail_path(path: &str) -> Result<TrailPath, DaemonError> {
    TrailPath::new(path)
        .map_err(|source| DaemonError::inside("the catalogue holds a path that leaves the data folder", source))
}

/// The record of everything that happened to the pages of a bag, one JSON object a line.
pub(crate) fn events(events: &[Event]) -> Vec<u8> {
    let mut lines = String::new();
    for event in events {
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap_or_default();
        let line = json!({
            "seq": event.seq, "at": event.at, "event": event.kind, "batch": event.batch, "page": event.page,
            "data": data,
        });
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    lines.into_bytes()
}

/// What a bag told before a catalogue that does not know of it was built: kept as it lay, under a name with the time of
/// that. Each: the file, how its kept name begins, and how that ends.
pub(crate) const HISTORY: [(&str, &str, &str); 2] =
    [(filing::EVENTS, "audit/events-until-", ".jsonl"), (moved_away::PATH, "data/Moved away until ", ".txt")];

/// Whether a file of a bag is such a history.
pub(crate) fn is_kept_history(inside: &TrailPath) -> bool {
    HISTORY.iter().any(|(_, begins, _)| inside.as_str().starts_with(begins))
}

/// `.pupil.json` in the pupil's folder: whose trail it is, for whoever has nothing but the folder.
pub(crate) fn pupil_file(engine: &Engine, pupil: PupilId, bag: &TrailPath) -> Result<Option<TagFile>, DaemonError> {
    let Some(folder) = bag.parent() else { return Ok(None) };
    let record = PupilRecord::from(engine.catalogue.pupil(pupil)?);
    let path = format!("{}/.pupil.json", folder.as_str());
    let at = engine.layout().locate(&trail_path(&path)?);
    let written = durable::refresh(&at, record.to_json().as_bytes(), Access::Shared)?;
    Ok(Some(TagFile { path, bag: None, digest: written.digest, bytes: written.bytes }))
}
