//! Reading a page again that was filed or waits for a person: from its picture as it is, so that nothing is encoded twice
//! and nobody's page looks different afterwards. Its copy gets the new words.

use super::stages::{note, put_in, reduced};
use super::{Derived, DerivedPart, PartNotes, jpeg_path, kept};
use crate::bench::Bench;
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{filing, languages};
use scantrail_archive::durable::{self, Access, Written};
use scantrail_archive::pdf::embedded_jpegs;
use scantrail_archive::sidecar::PageRecord;
use scantrail_catalogue::{FileRole, FileRow, FileState, Page, PageText, ReadAgain};
use scantrail_core::ports::Decoder as _;
use scantrail_core::vocabulary::{Content, Media};
use scantrail_imaging::orientation::TurnSource;

/// Reads a page again and hands it on to be filed anew. `false` if that is not possible: what its words were read from is
/// not what it was.
pub(crate) fn read_again(engine: &Engine, bench: &mut Bench, page: &Page) -> Result<bool, DaemonError> {
    let derived = match kept(engine, page)? {
        Some(kept) => kept,
        None => match filed(engine, page)? {
            Some(filed) => filed,
            None => return Ok(false),
        },
    };
    bench.turn_to(&languages::of(engine, page)?)?;
    let legible = reduced(engine, &derived)?;
    let mut readings = Vec::with_capacity(legible.len());
    for legible in &legible {
        let mut readers = bench.readers();
        let mut readers = readers.for_content(page.content.unwrap_or(Content::Text));
        // It stays as it lies: a picture that people have seen is not turned over behind their backs.
        readings.push(scantrail_pipeline::read(legible.page(), TurnSource::Code, &mut readers)?);
    }
    let mut notes = derived.notes();
    let words = put_in(&mut notes, readings, &legible, &bench.hand_name());
    for (at, part) in derived.parts.iter().enumerate().rev() {
        durable::replace(&jpeg_path(engine, page.id, at), &part.jpeg, Access::Private)?;
    }
    let notes = note(engine, page.id, &notes)?;
    let ((printed, confidence), guessed) = (words.printed(), words.guessed());
    let text = PageText { words: &printed, guessed: &guessed };
    let derivative = Written::of(&derived.first().jpeg).digest;
    engine.catalogue.page_read_again(page.id, &ReadAgain { derivative, notes, confidence, text }, engine.now())?;
    Ok(true)
}

/// What a filed page's copy and record hold; `None` if one of them is gone or is not what was filed.
fn filed(engine: &Engine, page: &Page) -> Result<Option<Derived>, DaemonError> {
    let files = engine.catalogue.files_of(page.id)?;
    let Some((_, record)) = sound(engine, &files, FileRole::Sidecar)? else { return Ok(None) };
    let Ok(record) = PageRecord::from_json(&record) else { return Ok(None) };
    let Some((copy, bytes)) = sound(engine, &files, FileRole::Page)? else { return Ok(None) };
    let is_document = std::path::Path::new(&copy.path).extension().is_some_and(|ending| ending == "pdf");
    let pictures = if is_document { embedded_jpegs(&bytes) } else { vec![bytes.as_slice()] };
    let geometry = record.geometry.into_iter().chain(record.further.into_iter().map(|further| further.geometry));
    let geometry: Vec<_> = geometry.collect();
    if geometry.is_empty() || geometry.len() != pictures.len() {
        return Ok(None);
    }
    let mut parts = Vec::with_capacity(pictures.len());
    for (jpeg, geometry) in pictures.into_iter().zip(geometry) {
        let ours = |source| DaemonError::inside("a copy could not be decoded", source);
        let resolution = engine.decoder.decode(jpeg, Media::Jpeg).map_err(ours)?.raster.resolution();
        let Some(resolution) = resolution else { return Ok(None) };
        let notes = PartNotes {
            geometry,
            reading: None,
            guessed: None,
            dpi: [resolution.x.get(), resolution.y.get()],
            picture: Written::of(jpeg).digest.to_string(),
            may_turn: false,
        };
        parts.push(DerivedPart { jpeg: jpeg.to_vec(), notes });
    }
    Ok(Some(Derived { parts, recipes: record.recipes }))
}

/// A file of a page and its bytes, if they are what the catalogue says.
fn sound<'a>(
    engine: &Engine,
    files: &'a [FileRow],
    role: FileRole,
) -> Result<Option<(&'a FileRow, Vec<u8>)>, DaemonError> {
    let present = files.iter().find(|file| file.role == role && file.state == FileState::Present);
    let Some(file) = present else { return Ok(None) };
    let bytes = durable::read(&filing::locate(engine, &file.path)?)?;
    let bytes = bytes.filter(|bytes| Some(Written::of(bytes).digest) == file.digest);
    Ok(bytes.map(|bytes| (file, bytes)))
}
