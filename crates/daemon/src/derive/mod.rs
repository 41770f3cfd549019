//! Derivatives: what is computed from an original, kept in `.trail/work` until it is filed, and computed again
//! whenever it is missing or is not what the catalogue says. That is why nobody waits for the disk here.

mod again;
mod encode;
mod input;
mod stages;

use crate::bench::{Bench, Looker};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{languages, record};
pub(crate) use again::read_again;
pub(crate) use input::{origin, resolution, told};
use scantrail_archive::durable;
use scantrail_archive::sidecar::{Geometry, Reading, Recipes};
use scantrail_catalogue::Page;
use scantrail_core::ids::PageId;
use scantrail_core::ports::Decoded;
use scantrail_core::state::PageState;
use scantrail_core::units::{Digest, Dpi, Resolution};
use scantrail_pipeline::Circumstances;
use serde::{Deserialize, Serialize};
pub(crate) use stages::{ReadPage, Warm, look, read};
use std::path::PathBuf;

/// What is noted beside a derivative: one entry for each page that was found in the capture, at least one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notes {
    pub(crate) parts: Vec<PartNotes>,
    /// Which recipes made it.
    #[serde(default = "record::recipes_of_before")]
    pub(crate) recipes: Recipes,
}

/// What is noted of one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PartNotes {
    pub(crate) geometry: Geometry,
    pub(crate) reading: Option<Reading>,
    /// Words guessed from handwriting.
    #[serde(default)]
    pub(crate) guessed: Option<Reading>,
    /// Dots per inch of its picture, across and down.
    pub(crate) dpi: [u16; 2],
    /// SHA-256 of its picture, in hexadecimal.
    pub(crate) picture: String,
    /// Whether nothing exact tells which way up it is, so that its text may turn it over.
    #[serde(default)]
    pub(crate) may_turn: bool,
}

/// A derivative in memory: at least one part.
#[derive(Debug, Clone)]
pub(crate) struct Derived {
    pub(crate) parts: Vec<DerivedPart>,
    /// Which recipes made it.
    pub(crate) recipes: Recipes,
}

/// One page of a derivative.
#[derive(Debug, Clone)]
pub(crate) struct DerivedPart {
    pub(crate) jpeg: Vec<u8>,
    pub(crate) notes: PartNotes,
}

/// The derivative of a page: what is kept, if it is what the catalogue says, or made again from the original.
pub(crate) fn ensure(engine: &Engine, page: &Page) -> Result<Derived, DaemonError> {
    if let Some(kept) = kept(engine, page)? {
        return Ok(kept);
    }
    let batch = engine.catalogue.batch(page.batch)?;
    let mut bench = Bench::new(&engine.config.reading, &engine.cancel_reading)?;
    bench.turn_to(&languages::of(engine, page)?)?;
    let input = input::decode(engine, page)?;
    let all = |decoded: &Decoded, came: Circumstances<'_>| Looker::new().process(decoded, came, &mut bench.readers());
    let processed = input.shown(engine, &batch, page, all)?;
    encode::derive(&processed, &input.decoded, &bench.hand_name())
}

/// The pictures of a page: what is kept, or made again without reading them. Somebody waits for it.
pub(crate) fn pictures(engine: &Engine, page: &Page) -> Result<Derived, DaemonError> {
    if let Some(kept) = kept(engine, page)? {
        return Ok(kept);
    }
    let batch = engine.catalogue.batch(page.batch)?;
    let input = input::decode(engine, page)?;
    let processed = input.shown(engine, &batch, page, |decoded, came| Looker::new().see(decoded, came))?;
    encode::derive(&processed, &input.decoded, "")
}

fn kept(engine: &Engine, page: &Page) -> Result<Option<Derived>, DaemonError> {
    let sound = |bytes: &Vec<u8>, digest| Some(durable::Written::of(bytes).digest) == digest;
    let Some(notes) = notes(engine, page)? else { return Ok(None) };
    let recipes = notes.recipes;
    let mut parts = Vec::with_capacity(notes.parts.len());
    for (at, notes) in notes.parts.into_iter().enumerate() {
        let jpeg = durable::read(&jpeg_path(engine, page.id, at))?;
        let Some(jpeg) = jpeg.filter(|bytes| sound(bytes, Digest::from_hex(&notes.picture))) else { return Ok(None) };
        parts.push(DerivedPart { jpeg, notes });
    }
    // The catalogue's own digest is of the first: both must tell the same story.
    let told = parts.first().is_some_and(|first| sound(&first.jpeg, page.derivative));
    Ok(told.then_some(Derived { parts, recipes }))
}

/// The notes that are kept, if they are what the catalogue says.
pub(crate) fn notes(engine: &Engine, page: &Page) -> Result<Option<Notes>, DaemonError> {
    let bytes = durable::read(&notes_path(engine, page.id))?;
    let sound = bytes.filter(|bytes| Some(durable::Written::of(bytes).digest) == page.reading);
    Ok(sound.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Removes what is kept of a page that is filed: its copy holds it now. Held pages keep theirs. What a power cut brings
/// back lies there unused until the page is deleted.
pub(crate) fn forget(engine: &Engine, page: &Page) -> Result<(), DaemonError> {
    if engine.catalogue.page(page.id)?.state == PageState::Filed {
        for at in 0..engine.catalogue.page(page.id)?.parts as usize {
            durable::drop_for_now(&jpeg_path(engine, page.id, at))?;
        }
        durable::drop_for_now(&notes_path(engine, page.id))?;
    }
    Ok(())
}

/// Removes everything that was made from a page and is kept outside its trail.
pub(crate) fn erase(engine: &Engine, page: &Page) -> Result<(), DaemonError> {
    drop(engine.warm.take(page.id));
    for at in 0..page.parts.max(1) as usize {
        durable::remove(&jpeg_path(engine, page.id, at))?;
    }
    durable::remove(&notes_path(engine, page.id))?;
    Ok(durable::remove(&preview_path(engine, page.id))?)
}

impl Derived {
    /// What the capture shows, or shows first.
    pub(crate) fn first(&self) -> &DerivedPart {
        self.parts.first().expect("every capture shows one page at least")
    }

    /// What is noted beside it.
    pub(crate) fn notes(&self) -> Notes {
        Notes { parts: self.parts.iter().map(|part| part.notes.clone()).collect(), recipes: self.recipes }
    }
}

impl DerivedPart {
    /// The picture's resolution.
    pub(crate) fn resolution(&self) -> Resolution {
        let dpi = |value| Dpi::new(value).unwrap_or(Dpi::SCAN);
        Resolution { x: dpi(self.notes.dpi[0]), y: dpi(self.notes.dpi[1]) }
    }
}

fn work(engine: &Engine, name: String) -> PathBuf {
    engine.layout().private().join("work").join(name)
}

/// Where the picture of one part lies, counted from 0.
fn jpeg_path(engine: &Engine, page: PageId, part: usize) -> PathBuf {
    match part {
        0 => work(engine, format!("{page}.jpg")),
        _ => work(engine, format!("{page}-{}.jpg", part + 1)),
    }
}

fn notes_path(engine: &Engine, page: PageId) -> PathBuf {
    work(engine, format!("{page}.json"))
}

/// The small preview: kept as long as the page is.
pub(crate) fn preview_path(engine: &Engine, page: PageId) -> PathBuf {
    engine.layout().private().join("previews").join(format!("{page}.jpg"))
}
