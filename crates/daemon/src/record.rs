//! The records beside the pages: how each came here, in words that outlive the catalogue.

use crate::derive::{self, Derived};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{places, queries};
use scantrail_archive::durable::{self, Access};
use scantrail_archive::names::{OriginalPath, TrailPath};
use scantrail_archive::sidecar::{Capture, Copy, Identified, Original, PageRecord, PieceRecord, PupilRecord, Recipes};
use scantrail_catalogue::{FileRole, FileRow, FileState, Page, Placed, TagFile};
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::sheet::SheetKind;
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::{Content, Role};
use serde_json::json;

/// Versions of what is derived: counted up whenever a recipe changes what it makes.
const RECIPES: Recipes = Recipes { identify: 1, prepare: 1, read: 1 };

/// The account of whoever works at this machine, until there are accounts.
const LOCAL_ACCOUNT: &str = "local";

/// The text of a page's record, once its other files are at their places.
pub(crate) fn sidecar(
    engine: &Engine,
    page: &Page,
    placed: &[Placed],
    derived: Option<&Derived>,
) -> Result<Vec<u8>, DaemonError> {
    let files = engine.catalogue.files_of(page.id)?;
    let of = |role: FileRole| {
        let row = files.iter().find(|file: &&FileRow| file.role == role && file.state == FileState::Planned)?;
        placed.iter().find(|placed| placed.path == row.path)
    };
    let original = of(FileRole::Original)
        .ok_or_else(|| DaemonError::Inside { what: "a page was placed without its original".into(), source: None })?;
    let batch = engine.catalogue.batch(page.batch)?;
    let notes = match derived {
        Some(derived) => Some(derived.notes.clone()),
        None => derive::notes(engine, page)?,
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
        original: Original {
            path: OriginalPath::new(trail_path(&original.path)?),
            media: page.media,
            sha256: original.digest,
            bytes: original.bytes,
        },
        copy: match of(FileRole::Page) {
            Some(copy) => Some(Copy { path: trail_path(&copy.path)?, sha256: copy.digest, bytes: copy.bytes }),
            None => None,
        },
        pupils: page.pupil.into_iter().collect(),
        identified: identified(engine, page)?,
        hold: hold(page),
        piece: piece(engine, page)?,
        run: page.run.map(|run| run + 1),
        position: page.position.unwrap_or(page.sequence + 1),
        side: page.side,
        content: page.content.unwrap_or(Content::Text),
        geometry: notes.as_ref().map(|notes| notes.geometry.clone()),
        recipes: RECIPES,
        reading: notes.and_then(|notes| notes.reading),
        warnings: page.warnings.clone(),
    };
    Ok(record.to_json().into_bytes())
}

fn hold(page: &Page) -> Option<String> {
    let waits = matches!(page.state, PageState::Held | PageState::Discarded | PageState::Quarantined);
    page.reason.as_deref().filter(|_| waits).map(queries::sentence)
}

fn identified(engine: &Engine, page: &Page) -> Result<Option<Identified>, DaemonError> {
    let Some(how) = &page.identified else { return Ok(None) };
    let sheet = |kind, id: &str| {
        let sheet = id.parse().map_err(|_| DaemonError::Inside { what: "an unsound sheet id".into(), source: None })?;
        let codes = engine.catalogue.codes_in(page.batch)?;
        let in_run = engine.catalogue.pages_in(page.batch)?;
        let seen_on = codes
            .iter()
            .filter(|(_, code)| code.sheet == sheet)
            .map(|(id, _)| *id)
            .find(|id| in_run.iter().any(|other| other.id == *id && other.run == page.run))
            .unwrap_or(page.id);
        Ok::<_, DaemonError>(Identified::Sheet { kind, sheet, seen_on })
    };
    Ok(Some(match how.split_once(':') {
        Some(("cover", id)) => sheet(SheetKind::Cover, id)?,
        Some(("card", id)) => sheet(SheetKind::Card, id)?,
        _ => {
            let decision = engine.catalogue.decisions_about(page.id)?.into_iter().last();
            let at = decision.map_or_else(|| Ok(engine.now()), |decision| time(&decision.at))?;
            Identified::Person { account: LOCAL_ACCOUNT.to_owned(), at }
        }
    }))
}

fn piece(engine: &Engine, page: &Page) -> Result<Option<PieceRecord>, DaemonError> {
    let Some(id) = page.piece else { return Ok(None) };
    let piece = engine.catalogue.piece(id)?;
    let class = engine.catalogue.pupil(piece.pupil)?.details.class;
    let date = places::date(&piece.work_date)?;
    Ok(Some(PieceRecord { id, subject: piece.subject, title: piece.title, class, date }))
}

fn time(text: &str) -> Result<Timestamp, DaemonError> {
    text.parse().map_err(|source: scantrail_core::jiff::Error| {
        DaemonError::inside("the catalogue holds a time that cannot be read", source)
    })
}

fn trail_path(path: &str) -> Result<TrailPath, DaemonError> {
    TrailPath::new(path)
        .map_err(|source| DaemonError::inside("the catalogue holds a path that leaves the data folder", source))
}

/// The record of everything that happened to the pages of a bag, one JSON object a line.
pub(crate) fn events(engine: &Engine, bag: &str) -> Result<Vec<u8>, DaemonError> {
    let mut lines = String::new();
    for event in engine.catalogue.events_of_bag(bag)? {
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap_or_default();
        let line = json!({
            "seq": event.seq, "at": event.at, "event": event.kind, "batch": event.batch, "page": event.page,
            "data": data,
        });
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    Ok(lines.into_bytes())
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
