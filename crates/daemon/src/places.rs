//! Where each page's files go, from what is known about it. Pure but for the catalogue's answers handed in.

use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_archive::names::{HeldPlace, PagePlace, TrailPath};
use scantrail_catalogue::{Batch, BatchContext, FileRole, Page, PieceRow, Place, PlannedFile};
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::civil::Date;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::vocabulary::{Content, Flow, Role};

/// Reads a date the catalogue keeps as text.
pub(crate) fn date(text: &str) -> Result<Date, DaemonError> {
    text.parse().map_err(|source: scantrail_core::jiff::Error| {
        DaemonError::inside(format!("the catalogue holds `{text}` where a date was expected"), source)
    })
}

/// A date as a person types it.
pub(crate) fn typed_date(text: &str) -> Result<Date, DaemonError> {
    text.trim().parse().map_err(|_| DaemonError::usage(format!("`{text}` is not a date like 2026-11-21")))
}

/// A pupil's trail and the name its folder has now: after a change of name the old one, until the folder follows.
pub(crate) struct Trail {
    pub(crate) pupil: PupilId,
    folder: String,
}

impl Trail {
    pub(crate) fn of(engine: &Engine, pupil: PupilId) -> Result<Self, DaemonError> {
        Ok(Self { pupil, folder: engine.catalogue.pupil_folder(pupil)? })
    }
}

/// A page's place in its pupil's trail.
pub(crate) fn page_place(
    page: &Page,
    trail: &Trail,
    piece: &PieceRow,
    position: u32,
) -> Result<PagePlace, DaemonError> {
    let date = date(&piece.work_date)?;
    Ok(PagePlace {
        pupil: trail.pupil,
        folder: trail.folder.clone(),
        year: SchoolYear::of(date),
        subject: piece.subject.clone(),
        date,
        title: piece.title.clone(),
        position,
        page: page.id,
    })
}

/// A cover's place in its pupil's trail: with the work of its day, in no piece.
pub(crate) fn cover_place(page: &Page, trail: &Trail, context: &BatchContext) -> Result<PagePlace, DaemonError> {
    let date = date(&context.work_date)?;
    Ok(PagePlace {
        pupil: trail.pupil,
        folder: trail.folder.clone(),
        year: SchoolYear::of(date),
        subject: context.subject.clone(),
        date,
        title: context.title.clone(),
        position: 0,
        page: page.id,
    })
}

/// The files of a page in its pupil's trail: the copy people open, the original, the record. Covers have no copy, nor
/// has a page that could not be prepared: its original is all there is.
pub(crate) fn in_trail(page: &Page, place: &PagePlace, role: Role, flow: Flow) -> Place {
    let bag = place.bag();
    let owner = |path: &TrailPath, role| planned(path, role, Some((&bag, place.pupil, place.year)));
    let mut files = vec![
        owner(place.original(page.media.word()).as_path(), FileRole::Original),
        owner(&place.sidecar(), FileRole::Sidecar),
    ];
    if role == Role::Work && page.derivative.is_some() {
        files.push(owner(&place.copy(extension(page, flow)), FileRole::Page));
    }
    Place { files }
}

/// What people read is a searchable document, whatever it was captured with; what they look at is a picture. Several
/// pages in one capture need a document in any case.
fn extension(page: &Page, flow: Flow) -> &'static str {
    let for_looking = matches!(page.content, Some(Content::Picture | Content::Object) | None);
    if flow == Flow::Pictures && for_looking && page.parts == 1 { "jpg" } else { "pdf" }
}

/// The files of a page that waits for a person: visible, under the date of its batch.
pub(crate) fn unidentified(page: &Page, batch: &Batch) -> Result<Place, DaemonError> {
    let place = held_place(page, batch)?;
    Ok(Place {
        files: vec![
            planned(place.unidentified(page.media.word()).as_path(), FileRole::Original, None),
            planned(&place.unidentified_sidecar(), FileRole::Sidecar, None),
        ],
    })
}

/// The files of a control sheet or of a page that was thrown away: private, out of the way.
pub(crate) fn set_aside(page: &Page, batch: &Batch) -> Result<Place, DaemonError> {
    let place = held_place(page, batch)?;
    Ok(Place {
        files: vec![
            planned(place.control(page.media.word()).as_path(), FileRole::Original, None),
            planned(&place.control_sidecar(), FileRole::Sidecar, None),
        ],
    })
}

fn held_place(page: &Page, batch: &Batch) -> Result<HeldPlace, DaemonError> {
    Ok(HeldPlace {
        date: date(&batch.opened.context.work_date)?,
        batch: page.batch,
        position: page.sequence + 1,
        page: page.id,
    })
}

fn planned(path: &TrailPath, role: FileRole, bag: Option<(&TrailPath, PupilId, SchoolYear)>) -> PlannedFile {
    PlannedFile {
        path: path.as_str().to_owned(),
        role,
        bag: bag.map(|(bag, pupil, year)| (bag.as_str().to_owned(), pupil, year.to_string())),
    }
}
