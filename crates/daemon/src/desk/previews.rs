//! Pictures for the page: always made anew from our own derivative, never the bytes as captured.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{derive, filing};
use scantrail_archive::durable;
use scantrail_archive::pdf::embedded_jpeg;
use scantrail_catalogue::{FileRole, FileState};
use scantrail_core::ids::PageId;
use scantrail_core::ports::Decoder as _;
use scantrail_core::vocabulary::Media;
use scantrail_imaging::encode::{Chroma, encode_jpeg, preview as shrink};
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
    let jpeg = derivative(engine, id)?;
    let picture = engine.decoder.decode(&jpeg, Media::Jpeg)?.raster;
    encode_jpeg(&shrink(&picture, size.longer_side()), QUALITY, Chroma::Halved)
        .map_err(|source| DaemonError::inside("a preview could not be encoded", source))
}

/// The derivative: out of the filed copy, or what is kept of a page on its way, or made again.
fn derivative(engine: &Engine, id: PageId) -> Result<Vec<u8>, DaemonError> {
    if let Some(copy) = copy(engine, id)? {
        let picture = match copy.kind {
            DownloadKind::Jpeg => Some(copy.bytes.as_slice()),
            DownloadKind::Pdf => embedded_jpeg(&copy.bytes),
        };
        if let Some(picture) = picture {
            return Ok(picture.to_vec());
        }
    }
    if let Some(kept) = durable::read(&derive::jpeg_path(engine, id))? {
        return Ok(kept);
    }
    Ok(derive::ensure(engine, &engine.catalogue.page(id)?)?.jpeg)
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
