//! The index page of a bag: what the catalogue knows of a pupil's year, as a person sees it, with a small picture of
//! every page.
//!
//! A picture is made once, from the preview that was kept when the page was looked at, or from the filed copy where none
//! is kept; it is made again only when the copy becomes another. A copy that is damaged gets none: its folder is sealed
//! all the same, and `verify` tells.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{derive, filing, places};
use scantrail_archive::bag::BagFile;
use scantrail_archive::durable::{self, Access, Written};
use scantrail_archive::index::{self, IndexPage, IndexPiece, IndexSheet, MadeBy, Shows};
use scantrail_archive::names::TrailPath;
use scantrail_archive::pdf::embedded_jpegs;
use scantrail_catalogue::{FileRole, FileRow, Page, TagFile};
use scantrail_core::evidence::Look;
use scantrail_core::ids::PageId;
use scantrail_core::ports::Decoder as _;
use scantrail_core::roster::Pupil;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::vocabulary::{Media, Role};
use scantrail_imaging::encode::{Chroma, encode_jpeg, preview, side_by_side};
use std::collections::{BTreeMap, BTreeSet};

/// Longer side of a small picture, in pixels: that of the previews that are kept.
const SIDE: u32 = 480;
/// Its JPEG quality.
const QUALITY: u8 = 78;

/// A bag whose index page is written.
pub(crate) struct BagOf<'a> {
    /// Whose.
    pub(crate) pupil: &'a Pupil,
    /// Of which year.
    pub(crate) year: SchoolYear,
    /// Its folder, from the data folder.
    pub(crate) folder: &'a TrailPath,
    /// The files in it.
    pub(crate) files: &'a [FileRow],
    /// What a reader should know about it, a sentence each.
    pub(crate) notes: &'a [String],
}

/// What was written: tag files of the bag, and the row of the page itself. Pictures have told the catalogue already.
pub(crate) struct Index {
    pub(crate) tags: Vec<BagFile>,
    pub(crate) page: TagFile,
}

/// Where the files of each page lie, relative to what holds the index page.
pub(crate) type Places = BTreeMap<(PageId, Kind), TrailPath>;

/// What a file is to an index page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Picture,
    Copy,
    Original,
}

/// Writes what is missing of a bag's index page and its pictures, and removes pictures of pages that have left.
pub(crate) fn refresh(engine: &Engine, bag: &BagOf<'_>) -> Result<Index, DaemonError> {
    let known = engine.catalogue.pictures_in_bag(bag.folder.as_str())?;
    let (mut tags, mut places) = (Vec::new(), places_in(bag));
    let (mut wanted, mut made) = (BTreeSet::new(), Vec::new());
    for file in bag.files {
        let (Some(page), FileRole::Page, Some(digest)) = (file.page, file.role, file.digest) else { continue };
        let inside = index::picture_path(page);
        let path = inside.below(bag.folder);
        let written = match known.get(path.as_str()) {
            Some(row) if row.made_from == digest => Some(Written { digest: row.digest, bytes: row.bytes }),
            _ => make(engine, page, file, &path)?.inspect(|&written| {
                made.push((tag(&path, file.bag.as_ref(), written), digest));
            }),
        };
        let Some(Written { digest, bytes }) = written else { continue };
        wanted.insert(path.as_str().to_owned());
        tags.push(BagFile { path: inside.clone(), digest, bytes });
        places.insert((page, Kind::Picture), inside);
    }
    if !made.is_empty() {
        // Their names all at once, and only then are they known.
        let folder = TrailPath::new(index::PICTURES).expect("a constant path is sound").below(bag.folder);
        durable::settle_folder(&engine.layout().locate(&folder))?;
        engine.catalogue.pictures_made(&made)?;
    }
    for gone in known.keys().filter(|path| !wanted.contains(*path)) {
        durable::remove(&filing::locate(engine, gone)?)?;
        engine.catalogue.tag_gone(gone)?;
    }
    let page = IndexPage {
        who: bag.pupil.details.spoken_name(),
        school: engine.config.school.clone(),
        year: bag.year,
        notes: bag.notes.to_vec(),
        pieces: pieces(engine, bag.pupil, bag.year, &places)?,
    };
    let inside = TrailPath::new(index::NAME).expect("a constant path is sound");
    let path = inside.below(bag.folder);
    let written = durable::refresh(&engine.layout().locate(&path), page.to_html().as_bytes(), Access::Shared)?;
    let Written { digest, bytes } = written;
    tags.push(BagFile { path: inside, digest, bytes });
    let (path, bag) = (path.as_str().to_owned(), Some(bag.folder.as_str().to_owned()));
    Ok(Index { tags, page: TagFile { path, bag, digest, bytes } })
}

fn places_in(bag: &BagOf<'_>) -> Places {
    let placed = bag.files.iter().filter_map(|file| {
        let kind = match file.role {
            FileRole::Page => Kind::Copy,
            FileRole::Original => Kind::Original,
            FileRole::Sidecar | FileRole::Tag => return None,
        };
        let inside = TrailPath::new(&file.path).ok()?.within(bag.folder)?;
        Some(((file.page?, kind), inside))
    });
    placed.collect()
}

/// The pieces of a pupil's year in order of date, with those of their pages of which something is among `places`.
pub(crate) fn pieces(
    engine: &Engine,
    pupil: &Pupil,
    year: SchoolYear,
    places: &Places,
) -> Result<Vec<IndexPiece>, DaemonError> {
    let pages = engine.catalogue.pages_of(pupil.id)?;
    let year = year.to_string();
    let mut pieces = Vec::new();
    for piece in engine.catalogue.pieces_of(pupil.id)?.into_iter().filter(|piece| piece.year == year) {
        let own = pages.iter().filter(|page| page.role == Some(Role::Work));
        let own = own.filter_map(|page| {
            let owner = page.owners.iter().find(|owner| owner.pupil == pupil.id)?;
            let (_, position) = owner.piece.filter(|(id, _)| *id == piece.id)?;
            sheet(page, position, places)
        });
        let own: Vec<IndexSheet> = own.collect();
        if !own.is_empty() {
            let date = places::date(&piece.work_date)?;
            pieces.push(IndexPiece { date, subject: piece.subject, title: piece.title, pages: own });
        }
    }
    Ok(pieces)
}

fn sheet(page: &Page, position: u32, places: &Places) -> Option<IndexSheet> {
    let at = |kind| places.get(&(page.id, kind)).cloned();
    let (copy, original) = (at(Kind::Copy), at(Kind::Original));
    if copy.is_none() && original.is_none() {
        return None;
    }
    Some(IndexSheet {
        position,
        parts: page.parts,
        shows: if page.look == Some(Look::Blank) { Shows::Nothing } else { Shows::Work },
        made_by: if page.owners.len() > 1 { MadeBy::Group } else { MadeBy::One },
        picture: at(Kind::Picture),
        copy,
        original,
    })
}

/// Makes the small picture of a page, whose name is not durable yet; `None` if its copy is not what was filed or cannot be
/// looked at.
fn make(engine: &Engine, page: PageId, copy: &FileRow, at: &TrailPath) -> Result<Option<Written>, DaemonError> {
    let kept = durable::read(&derive::preview_path(engine, page))?;
    let Some(jpeg) = kept.map_or_else(|| from_copy(engine, copy), |kept| Ok(Some(kept)))? else {
        tracing::warn!(page_id = %page, "no small picture could be made: its copy is not what was filed");
        return Ok(None);
    };
    Ok(Some(durable::put_whole(&engine.layout().locate(at), &jpeg, Access::Shared)?))
}

fn tag(path: &TrailPath, bag: Option<&String>, written: Written) -> TagFile {
    let Written { digest, bytes } = written;
    TagFile { path: path.as_str().to_owned(), bag: bag.cloned(), digest, bytes }
}

fn from_copy(engine: &Engine, copy: &FileRow) -> Result<Option<Vec<u8>>, DaemonError> {
    let bytes = durable::read(&filing::locate(engine, &copy.path)?)?;
    let Some(bytes) = bytes.filter(|bytes| Some(Written::of(bytes).digest) == copy.digest) else { return Ok(None) };
    let document = std::path::Path::new(&copy.path).extension().is_some_and(|extension| extension == "pdf");
    let pictures = if document { embedded_jpegs(&bytes) } else { vec![bytes.as_slice()] };
    let mut pages = Vec::with_capacity(pictures.len());
    for jpeg in pictures {
        let Ok(decoded) = engine.decoder.decode(jpeg, Media::Jpeg) else { return Ok(None) };
        pages.push(decoded.raster);
    }
    if pages.is_empty() {
        return Ok(None);
    }
    let small = encode_jpeg(&preview(&side_by_side(&pages), SIDE), QUALITY, Chroma::Halved);
    small.map(Some).map_err(|source| DaemonError::inside("a small picture could not be encoded", source))
}
