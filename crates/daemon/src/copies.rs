//! What people open of a page, taken apart again: pictures, their size, and what was read on them.
//!
//! A file whose bytes are not those that were filed is refused, and said so: what is handed on is what was filed.

use crate::derive::PartNotes;
use crate::engine::Engine;
use crate::error::{DaemonError, Exit};
use crate::{derive, filing};
use scantrail_archive::durable::{self, Written};
use scantrail_archive::pdf::{PageSize, embedded_pages};
use scantrail_archive::sidecar::{Geometry, PageRecord, Reading, Recipes};
use scantrail_catalogue::{FileRole, FileRow, FileState, Page};
use scantrail_core::ids::PupilId;
use scantrail_core::units::{Dpi, Resolution};
use std::path::Path;

/// One page of a copy.
#[derive(Debug, Clone)]
pub(crate) struct CopyPage {
    /// Byte for byte as it is filed.
    pub(crate) jpeg: Vec<u8>,
    /// How large it is shown.
    pub(crate) size: PageSize,
    /// How it lay in its capture; none in records of before that was kept.
    pub(crate) geometry: Option<Geometry>,
    /// What was read on it.
    pub(crate) reading: Option<Reading>,
    /// What was guessed from handwriting on it.
    pub(crate) guessed: Option<Reading>,
}

/// The files of a page in one pupil's trail.
pub(crate) struct Filed {
    page: Page,
    copy: FileRow,
    sidecar: FileRow,
}

impl Filed {
    /// Where they lie; `None` if the page has no copy there, as covers have none.
    pub(crate) fn of(engine: &Engine, page: &Page, pupil: PupilId) -> Result<Option<Self>, DaemonError> {
        let mut files = Vec::new();
        for file in engine.catalogue.files_of(page.id)? {
            if let (FileState::Present, Some(bag)) = (file.state, &file.bag)
                && engine.catalogue.bag_owner(bag)? == Some(pupil)
            {
                files.push(file);
            }
        }
        let of = |role| files.iter().find(|file| file.role == role).cloned();
        let both = of(FileRole::Page).zip(of(FileRole::Sidecar));
        Ok(both.map(|(copy, sidecar)| Self { page: page.clone(), copy, sidecar }))
    }

    /// The name of the copy's file, without its folders.
    pub(crate) fn name(&self) -> &str {
        file_name(&self.copy.path)
    }

    /// How large the copy is.
    pub(crate) fn bytes(&self) -> u64 {
        self.copy.bytes
    }

    /// Which recipes made the copy.
    pub(crate) fn recipes(&self, engine: &Engine) -> Result<Recipes, DaemonError> {
        Ok(self.record(engine)?.recipes)
    }

    fn record(&self, engine: &Engine) -> Result<PageRecord, DaemonError> {
        let record = sound(engine, &self.page, &self.sidecar, "record")?;
        PageRecord::from_json(&record)
            .map_err(|source| DaemonError::inside(format!("the record of page {}", self.page.id), source))
    }

    /// The pages of the copy, one at least.
    pub(crate) fn pages(&self, engine: &Engine) -> Result<Vec<CopyPage>, DaemonError> {
        let record = self.record(engine)?;
        let copy = sound(engine, &self.page, &self.copy, "copy")?;
        let size = picture_size(&record);
        let mut told = vec![(record.geometry, record.reading, record.guessed)];
        told.extend(record.further.into_iter().map(|page| (Some(page.geometry), page.reading, page.guessed)));
        let pictures: Vec<(Vec<u8>, PageSize)> =
            if Path::new(&self.copy.path).extension().is_some_and(|extension| extension == "jpg") {
                vec![(copy, size)]
            } else {
                let pages = embedded_pages(&copy).into_iter();
                pages.map(|page| (page.jpeg.to_vec(), PageSize::Points(page.points.0, page.points.1))).collect()
            };
        if pictures.len() != told.len() {
            let (found, told) = (pictures.len(), told.len());
            let what = format!("the copy of page {} has {found} pages, its record tells of {told}", self.page.id);
            return Err(DaemonError::Refused { what, hint: Some(LOOK.into()), exit: Exit::Storage });
        }
        let pages = pictures.into_iter().zip(told).map(|((jpeg, size), (geometry, reading, guessed))| CopyPage {
            jpeg,
            size,
            geometry,
            reading,
            guessed,
        });
        Ok(pages.collect())
    }
}

/// What to do about a file that is not what was filed.
const LOOK: &str = "nothing was written; see what else is damaged with: scantrail verify";

/// The bytes of a file, if they are those that were filed.
fn sound(engine: &Engine, page: &Page, file: &FileRow, what: &str) -> Result<Vec<u8>, DaemonError> {
    let bytes = durable::read(&filing::locate(engine, &file.path)?)?;
    let wrong = match &bytes {
        Some(bytes) if Some(Written::of(bytes).digest) == file.digest => None,
        Some(_) => Some("is not what was filed: its bytes have changed"),
        None => Some("is not where it was filed"),
    };
    match (bytes, wrong) {
        (Some(bytes), None) => Ok(bytes),
        (_, wrong) => Err(DaemonError::Refused {
            what: format!("the {what} of page {} {}", page.id, wrong.unwrap_or_default()),
            hint: Some(LOOK.into()),
            exit: Exit::Storage,
        }),
    }
}

/// How large a picture that was filed as it is would be on paper: as the capture's resolution says, turned with it.
fn picture_size(record: &PageRecord) -> PageSize {
    let geometry = record.geometry.as_ref();
    let [across, down] = geometry.and_then(|it| it.dpi).unwrap_or([Dpi::SCAN.get(); 2]);
    let turned = geometry.is_some_and(|it| it.turn % 180 != 0);
    let dpi = |value| Dpi::new(value).unwrap_or(Dpi::SCAN);
    let (x, y) = if turned { (dpi(down), dpi(across)) } else { (dpi(across), dpi(down)) };
    PageSize::At(Resolution { x, y })
}

/// The pages of a page that has no copy, as they would be filed; made again if nothing is kept of them.
pub(crate) fn unfiled(engine: &Engine, page: &Page) -> Result<Vec<CopyPage>, DaemonError> {
    let derived = derive::ensure(engine, page)?;
    let pages = derived.parts.into_iter().map(|part| {
        let size = PageSize::At(part.resolution());
        let PartNotes { geometry, reading, guessed, .. } = part.notes;
        CopyPage { jpeg: part.jpeg, size, geometry: Some(geometry), reading, guessed }
    });
    Ok(pages.collect())
}

/// The last part of a path in the catalogue.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
