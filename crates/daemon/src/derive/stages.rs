//! The two stages of a page: looked at, so that identity and a preview are there at once; read, when its turn comes.
//!
//! ```text
//! original ─→ look ─→ derivative, preview, findings ─→ read ─→ words
//!                └──── the page as it is read ────────┘  kept warm, if there is room
//! ```

use super::encode::{derive, findings, small};
use super::input::{self, Input};
use super::{Derived, Notes, jpeg_path, kept, notes_path, preview_path};
use crate::bench::{Bench, Looker};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::spent;
use crate::{languages, record};
use scantrail_archive::DiskError;
use scantrail_archive::durable::{self, Access, Written};
use scantrail_archive::sidecar::Reading;
use scantrail_catalogue::{Batch, Findings, Page};
use scantrail_core::evidence::Look;
use scantrail_core::ids::PageId;
use scantrail_core::ports::{Decoder as _, Reading as Recognised};
use scantrail_core::units::{Confidence, Digest, Turn};
use scantrail_core::vocabulary::{Content, Media};
use scantrail_imaging::orientation::TurnSource;
use scantrail_ocr::Reduced;
use scantrail_pipeline::{Processed, Read, turn_over};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

/// Bytes of pages that wait to be read and need not be decoded again: about 12 sheets. A longer queue is read from its
/// derivatives.
const WARM_BYTES: usize = 48 << 20;

/// Pages that were looked at, as they will be read.
#[derive(Debug, Default)]
pub(crate) struct Warm(Mutex<BTreeMap<PageId, Vec<Reduced>>>);

impl Warm {
    /// Keeps a page if there is room. The next to be read are the oldest, so what is there stays.
    fn keep(&self, page: PageId, parts: Vec<Reduced>) {
        let mut pages = lock(&self.0);
        let bytes = |parts: &Vec<Reduced>| parts.iter().map(|part| part.page().samples().len()).sum::<usize>();
        if pages.values().map(bytes).sum::<usize>() + bytes(&parts) <= WARM_BYTES {
            pages.insert(page, parts);
        }
    }

    pub(super) fn take(&self, page: PageId) -> Option<Vec<Reduced>> {
        lock(&self.0).remove(&page)
    }
}

/// Looks at a page and keeps its derivative and preview.
pub(crate) fn look(engine: &Engine, looker: &mut Looker, page: &Page, batch: &Batch) -> Result<Findings, DaemonError> {
    let input = spent::on("decode", || input::decode(engine, page))?;
    let processed = spent::on("see", || input.shown(engine, batch, page, |decoded, came| looker.see(decoded, came)))?;
    tracing::debug!(codes_ms = processed.times.codes, prepare_ms = processed.times.prepare, "seen");
    let found = keep(engine, page, &processed, &input, "")?;
    if processed.holds_text() {
        let reduced = || processed.parts.iter().map(|part| Reduced::of(&part.prepared.raster)).collect();
        engine.warm.keep(page.id, spent::on("reduce", reduced));
    }
    Ok(found)
}

/// Writes what the stages made into the work folder.
fn keep(
    engine: &Engine,
    page: &Page,
    processed: &Processed,
    input: &Input,
    hand: &str,
) -> Result<Findings, DaemonError> {
    let derived = spent::on("encode", || derive(processed, &input.decoded, hand))?;
    // The further parts first: what the catalogue is told of lies there whole.
    for (at, part) in derived.parts.iter().enumerate().rev() {
        durable::keep_for_now(&jpeg_path(engine, page.id, at), &part.jpeg, Access::Private)?;
    }
    let notes = note(engine, page.id, &derived.notes(), durable::keep_for_now)?;
    let small = spent::on("preview", || small(processed))?;
    durable::put_whole(&preview_path(engine, page.id), &small, Access::Private)?;
    let derivative = durable::Written::of(&derived.first().jpeg).digest;
    Ok(findings(processed, &input.decoded, derivative, notes, &engine.own_codes))
}

/// A way of writing a file.
pub(super) type Write = fn(&Path, &[u8], Access) -> Result<Written, DiskError>;

/// Writes notes down.
pub(super) fn note(engine: &Engine, page: PageId, notes: &Notes, write: Write) -> Result<Digest, DaemonError> {
    let text =
        serde_json::to_vec(notes).map_err(|source| DaemonError::inside("notes cannot be written down", source))?;
    Ok(write(&notes_path(engine, page), &text, Access::Private)?.digest)
}

/// The words of a capture, page by page.
#[derive(Debug, Default)]
pub(crate) struct Words {
    printed: Vec<Recognised>,
    guessed: Vec<Recognised>,
}

impl Words {
    fn add(&mut self, printed: Recognised, guessed: Option<Recognised>) {
        self.printed.push(printed);
        self.guessed.extend(guessed);
    }

    /// The print, and how sure it is; no confidence where nothing was read.
    pub(crate) fn printed(&self) -> (String, Option<Confidence>) {
        scantrail_pipeline::text(&self.printed)
    }

    /// What was guessed from handwriting.
    pub(crate) fn guessed(&self) -> String {
        scantrail_pipeline::text(&self.guessed).0
    }
}

/// What came of reading a page.
pub(crate) enum ReadPage {
    /// Its words and the digest of its notes. The findings are there if the words turned it over.
    Done { notes: Digest, words: Box<Words>, turned: Option<Box<Findings>> },
    /// What it was to be read from is gone: it has to be looked at again.
    Lost,
}

/// Reads a page that was looked at.
pub(crate) fn read(engine: &Engine, bench: &mut Bench, page: &Page) -> Result<ReadPage, DaemonError> {
    let Some(derived) = kept(engine, page)? else { return Ok(ReadPage::Lost) };
    if page.look != Some(Look::Page) {
        let notes = note(engine, page.id, &derived.notes(), durable::keep_for_now)?;
        return Ok(ReadPage::Done { notes, words: Box::default(), turned: None });
    }
    bench.turn_to(&languages::of(engine, page)?)?;
    let legible = match engine.warm.take(page.id).filter(|parts| parts.len() == derived.parts.len()) {
        Some(parts) => parts,
        None => reduced(engine, &derived)?,
    };
    let mut readings = Vec::with_capacity(legible.len());
    for (part, legible) in derived.parts.iter().zip(&legible) {
        let turned_by = if part.notes.may_turn { TurnSource::Nothing } else { TurnSource::Code };
        let mut readers = bench.readers();
        let mut readers = readers.for_content(page.content.unwrap_or(Content::Text));
        readings.push(scantrail_pipeline::read(legible.page(), turned_by, &mut readers)?);
    }
    if readings.iter().any(|read| read.turn != Turn::None) {
        return over(engine, page, readings, &bench.hand_name());
    }
    let mut notes = derived.notes();
    let words = put_in(&mut notes, readings, &legible, &bench.hand_name());
    Ok(ReadPage::Done {
        notes: note(engine, page.id, &notes, durable::keep_for_now)?,
        words: Box::new(words),
        turned: None,
    })
}

/// Puts what was read into the notes.
pub(super) fn put_in(notes: &mut Notes, readings: Vec<Read>, legible: &[Reduced], hand: &str) -> Words {
    let mut words = Words::default();
    for ((part, read), legible) in notes.parts.iter_mut().zip(readings).zip(legible) {
        let (reading, guessed) = (legible.back(read.reading), read.guessed.map(|guessed| legible.back(guessed)));
        part.reading = Some(Reading::new(read.engine, &reading));
        part.guessed = guessed.as_ref().map(|guessed| Reading::new(hand.to_owned(), guessed));
        words.add(reading, guessed);
    }
    notes.recipes.read = record::RECIPES.read;
    words
}

/// The pages as they are read, out of their derivatives.
pub(super) fn reduced(engine: &Engine, derived: &Derived) -> Result<Vec<Reduced>, DaemonError> {
    let parts = derived.parts.iter().map(|part| {
        // Our own picture: that it cannot be decoded says nothing against the capture, which must not be set aside for it.
        let ours = |source| DaemonError::inside("a derivative could not be decoded", source);
        let decoded = engine.decoder.decode(&part.jpeg, Media::Jpeg).map_err(ours)?;
        Ok(Reduced::of(&decoded.raster.with_resolution(Some(part.resolution()))))
    });
    parts.collect()
}

/// Makes the derivatives of a page again that its text turns over: from the original, so that nothing is encoded twice.
fn over(engine: &Engine, page: &Page, read: Vec<Read>, hand: &str) -> Result<ReadPage, DaemonError> {
    let batch = engine.catalogue.batch(page.batch)?;
    let input = input::decode(engine, page)?;
    let mut processed = input.shown(engine, &batch, page, |decoded, came| Looker::new().see(decoded, came))?;
    if processed.parts.len() != read.len() {
        return Ok(ReadPage::Lost);
    }
    let mut words = Words::default();
    for (part, Read { turn, reading, engine: by, guessed }) in processed.parts.iter_mut().zip(read) {
        if turn != Turn::None {
            turn_over(&mut part.prepared, turn);
        }
        let legible = Reduced::of(&part.prepared.raster);
        part.reading = Some(legible.back(reading));
        part.read_by = by;
        part.guessed = guessed.map(|guessed| legible.back(guessed));
        words.add(part.reading.clone().unwrap_or_default(), part.guessed.clone());
    }
    let found = keep(engine, page, &processed, &input, hand)?;
    Ok(ReadPage::Done { notes: found.notes, words: Box::new(words), turned: Some(Box::new(found)) })
}
