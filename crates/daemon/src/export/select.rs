//! Which pages go into a pack: all filed work of one pupil in one year, or the reason why not.

use crate::api::{ExportRequest, LeftOut, SharedWord};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::queries;
use scantrail_archive::index::picture_path;
use scantrail_archive::names::TrailPath;
use scantrail_catalogue::{FileRole, FileRow, FileState, Page, PieceRow};
use scantrail_core::ids::PageId;
use scantrail_core::roster::Pupil;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::vocabulary::Role;
use std::collections::BTreeMap;

/// The pages of one bag.
pub(super) struct Selection {
    pub(super) pupil: Pupil,
    pub(super) year: SchoolYear,
    /// Its folder, from the data folder.
    pub(super) bag: TrailPath,
    /// In the order of the trail; at least one.
    pub(super) pages: Vec<Chosen>,
    pub(super) left_out: Vec<LeftOut>,
}

/// A page and its files in the bag.
pub(super) struct Chosen {
    pub(super) page: Page,
    pub(super) piece: PieceRow,
    pub(super) position: u32,
    pub(super) copy: Option<FileRow>,
    pub(super) original: Option<FileRow>,
    pub(super) sidecar: FileRow,
    pub(super) picture: Option<FileRow>,
}

impl Chosen {
    pub(super) fn files(&self) -> impl Iterator<Item = &FileRow> {
        let some = [&self.copy, &self.original, &self.picture].into_iter().flatten();
        some.chain(std::iter::once(&self.sidecar))
    }
}

/// Finds them.
pub(super) fn select(engine: &Engine, request: &ExportRequest) -> Result<Selection, DaemonError> {
    let pupil = queries::find_pupil(engine, &request.pupil)?;
    let (bag, year) = bag(engine, &pupil, request.year.as_deref())?;
    let mut files: BTreeMap<PageId, Vec<FileRow>> = BTreeMap::new();
    let rows = engine.catalogue.files_in_bag(bag.as_str())?;
    let pictures: BTreeMap<&str, &FileRow> =
        rows.iter().filter(|row| row.role == FileRole::Tag).map(|row| (row.path.as_str(), row)).collect();
    for row in &rows {
        if let Some(page) = row.page {
            files.entry(page).or_default().push(row.clone());
        }
    }
    let (mut pages, mut left_out) = (Vec::new(), Vec::new());
    for page in engine.catalogue.pages_of(pupil.id)?.into_iter().filter(|page| page.role == Some(Role::Work)) {
        let Some(own) = files.get(&page.id) else { continue };
        let Some((piece, position)) =
            page.owners.iter().find(|owner| owner.pupil == pupil.id).and_then(|owner| owner.piece)
        else {
            continue;
        };
        if page.owners.len() > 1 && request.shared == SharedWord::Without {
            left_out.push(LeftOut { page: page.id.to_string(), why: "others made it too".into() });
            continue;
        }
        let of = |role| own.iter().find(|row| row.role == role && row.state == FileState::Present).cloned();
        let Some(sidecar) = of(FileRole::Sidecar) else {
            return Err(DaemonError::Inside { what: format!("page {} has no record", page.id), source: None });
        };
        let picture = picture_path(page.id).below(&bag);
        let picture = pictures.get(picture.as_str()).map(|row| (*row).clone());
        let piece = engine.catalogue.piece(piece)?;
        let (copy, original) = (of(FileRole::Page), of(FileRole::Original));
        pages.push(Chosen { page, piece, position, copy, original, sidecar, picture });
    }
    if pages.is_empty() {
        return Err(DaemonError::not_found(format!("there is no filed work of {year} to hand over")));
    }
    Ok(Selection { pupil, year, bag, pages, left_out })
}

/// The bag of the year that was asked for, or the only one there is.
fn bag(engine: &Engine, pupil: &Pupil, year: Option<&str>) -> Result<(TrailPath, SchoolYear), DaemonError> {
    let unsound = || DaemonError::Inside { what: "the catalogue holds an unsound bag".into(), source: None };
    let mut bags = Vec::new();
    for (path, of) in engine.catalogue.bags_of(pupil.id)? {
        let path = TrailPath::new(path).map_err(|_| unsound())?;
        bags.push((path, SchoolYear::parse(&of).ok_or_else(unsound)?));
    }
    let told = bags.iter().map(|(_, year)| year.to_string()).collect::<Vec<_>>().join(", ");
    if let Some(year) = year {
        let year = SchoolYear::parse(year.trim())
            .ok_or_else(|| DaemonError::usage(format!("`{year}` is not a school year like 2026-27")))?;
        return bags.into_iter().find(|(_, of)| *of == year).ok_or_else(|| {
            let hint = if told.is_empty() { "there is no work at all".to_owned() } else { format!("there is: {told}") };
            DaemonError::not_found(format!("pupil {} has no filed work of {year}", pupil.id)).with_hint(hint)
        });
    }
    match bags.len() {
        0 => Err(DaemonError::not_found(format!("pupil {} has no filed work", pupil.id))),
        1 => bags.pop().ok_or_else(unsound),
        _ => Err(DaemonError::usage("there are several school years: say which with --year")
            .with_hint(format!("there is: {told}"))),
    }
}
