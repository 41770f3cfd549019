//! Reading a page again that was filed or waits for a person: from its picture as it is, so that nothing is encoded twice
//! and nobody's page looks different afterwards. Its copy gets the new words.

use super::stages::{note, put_in, reduced};
use super::{Derived, DerivedPart, PartNotes, jpeg_path, kept};
use crate::bench::Bench;
use crate::copies::{CopyPage, Filed};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::languages;
use scantrail_archive::durable::{self, Access, Written};
use scantrail_archive::pdf::pixels;
use scantrail_catalogue::{Page, PageText, ReadAgain};
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::Content;
use scantrail_imaging::orientation::TurnSource;

/// Reads a page again and hands it on to be filed anew. `false` if that is not possible: what its words were read from is
/// not what it was.
pub(crate) fn read_again(engine: &Engine, bench: &mut Bench, page: &Page) -> Result<bool, DaemonError> {
    let derived = match kept(engine, page)? {
        Some(kept) => kept,
        // Of one that came back from a trail nothing is kept, and it has no copy: it is made again from its original.
        None if page.state == PageState::Held => super::pictures(engine, page)?,
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
    // Durable: made again by the whole way, the page might be turned.
    let notes = note(engine, page.id, &notes, durable::replace)?;
    let ((printed, confidence), guessed) = (words.printed(), words.guessed());
    let text = PageText { words: &printed, guessed: &guessed };
    let derivative = Written::of(&derived.first().jpeg).digest;
    engine.catalogue.page_read_again(page.id, &ReadAgain { derivative, notes, confidence, text }, engine.now())?;
    Ok(true)
}

/// What a filed page's copy and record hold; `None` if they are not what was filed, which `verify` tells.
fn filed(engine: &Engine, page: &Page) -> Result<Option<Derived>, DaemonError> {
    let Some(owner) = page.pupil() else { return Ok(None) };
    let Some(filed) = Filed::of(engine, page, owner)? else { return Ok(None) };
    let pages = match filed.pages(engine) {
        Ok(pages) => pages,
        Err(DaemonError::Refused { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut parts = Vec::with_capacity(pages.len());
    for CopyPage { jpeg, size, geometry, .. } in pages {
        let (Some(geometry), Ok(pixels)) = (geometry, pixels(&jpeg)) else { return Ok(None) };
        let picture = Written::of(&jpeg).digest.to_string();
        let dpi = size.dots_per_inch(pixels);
        let notes = PartNotes { geometry, reading: None, guessed: None, dpi, picture, may_turn: false };
        parts.push(DerivedPart { jpeg, notes });
    }
    Ok(Some(Derived { parts, recipes: filed.recipes(engine)? }))
}
