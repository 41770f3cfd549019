//! Pictures for the page: always made anew from our own derivative, never the bytes as captured.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{derive, filing};
use scantrail_archive::durable;
use scantrail_archive::pdf::embedded_jpegs;
use scantrail_catalogue::{FileRole, FileState};
use scantrail_core::ids::PageId;
use scantrail_core::ports::Decoder as _;
use scantrail_core::vocabulary::Media;
use scantrail_imaging::encode::{Chroma, encode_jpeg, preview as shrink, side_by_side};
use scantrail_web::PreviewSize;
use scantrail_web::view::{Download, DownloadKind};

/// JPEG quality of previews.
const QUALITY: u8 = 82;

/// A JPEG of the page at about the size asked for.
pub(super) fn preview(engine: &Engine, id: PageId, size: PreviewSize) -> Result<Vec<u8>, DaemonError> {
    if size == PreviewSize::Small
        && let Some(kept) = durable::read(&derive::preview_path(engine, id))?
    {
        return Ok(kept);
    }
    let decode = |jpeg: Vec<u8>| Ok::<_, DaemonError>(engine.decoder.decode(&jpeg, Media::Jpeg)?.raster);
    let pages = derivative(engine, id)?.into_iter().map(decode).collect::<Result<Vec<_>, _>>()?;
    encode_jpeg(&shrink(&side_by_side(&pages), size.longer_side()), QUALITY, Chroma::Halved)
        .map_err(|source| DaemonError::inside("a preview could not be encoded", source))
}

/// The derivative, page by page: out of the filed copy, or what is kept of a page on its way, or made again.
fn derivative(engine: &Engine, id: PageId) -> Result<Vec<Vec<u8>>, DaemonError> {
    if let Some(copy) = copy(engine, id)? {
        let pages = match copy.kind {
            DownloadKind::Jpeg => vec![copy.bytes],
            DownloadKind::Pdf => embedded_jpegs(&copy.bytes).into_iter().map(<[u8]>::to_vec).collect(),
        };
        if !pages.is_empty() {
            return Ok(pages);
        }
    }
    let derived = derive::pictures(engine, &engine.catalogue.page(id)?)?;
    Ok(derived.parts.into_iter().map(|part| part.jpeg).collect())
}

/// The copy people open.
pub(super) fn searchable(engine: &Engine, id: PageId) -> Result<Download, DaemonError> {
    copy(engine, id)?.ok_or_else(|| DaemonError::not_found("this page has no searchable copy"))
}

fn copy(engine: &Engine, id: PageId) -> Result<Option<Download>, DaemonError> {
    let files = engine.catalogue.files_of(id)?;
    let Some(file) = files.iter().find(|file| file.role == FileRole::Page && file.state == FileState::Present) else {
        return Ok(None);
    };
    let extension = std::path::Path::new(&file.path).extension();
    let kind = if extension.is_some_and(|e| e == "pdf") { DownloadKind::Pdf } else { DownloadKind::Jpeg };
    let bytes = durable::read(&filing::locate(engine, &file.path)?)?;
    Ok(bytes.map(|bytes| Download { kind, bytes }))
}
