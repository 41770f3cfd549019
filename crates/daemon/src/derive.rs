//! Derivatives: what is computed from an original, kept in `.trail/work` until it is filed, and computed again
//! whenever it is missing or is not what the catalogue says.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::mats;
use crate::own_codes::OwnCodes;
use scantrail_archive::durable::{self, Access};
use scantrail_archive::sidecar::{Geometry, Reading};
use scantrail_catalogue::{Batch, FileRole, Findings, Page, SeenCode};
use scantrail_core::evidence::Look;
use scantrail_core::ids::PageId;
use scantrail_core::ports::{DecodeError, Decoded, Decoder as _, ReadError, Reading as Recognised, Recogniser};
use scantrail_core::raster::Raster;
use scantrail_core::state::PageState;
use scantrail_core::units::{Digest, Dpi, Resolution};
use scantrail_core::vocabulary::{Content, Flow, SourceKind};
use scantrail_imaging::encode::{Chroma, encode_jpeg, preview, side_by_side};
use scantrail_imaging::prepare::Origin;
use scantrail_ocr::TesseractReader;
use scantrail_pipeline::{Circumstances, OtherSide, Part, Processed, Stopwatch, Tools, process};
use scantrail_sheets::find::CodeFinder;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Instant;

/// JPEG quality of a sheet's derivative: 1.4–1.8 MB for A4 at 300 dpi in colour.
const SHEET_QUALITY: u8 = 85;
/// JPEG quality of a picture's derivative: artwork is looked at, not read.
const PICTURE_QUALITY: u8 = 92;
/// Longer side of the small preview, in pixels.
const PREVIEW_SIDE: u32 = 480;
/// JPEG quality of previews.
const PREVIEW_QUALITY: u8 = 78;
/// A resolution below this is a camera's or a program's filler, not a measurement.
const LEAST_DPI: u16 = 100;
/// The longer side of A4 in inches: what a page without a resolution is taken for.
const A4_LONG_INCHES: f64 = 11.69;

/// The warm tools of one thread.
pub(crate) struct Bench {
    finder: CodeFinder,
    reader: Box<dyn Recogniser>,
    started: Instant,
}

impl Bench {
    #[expect(clippy::disallowed_methods, reason = "a stopwatch for `inspect`, not a time that is kept")]
    pub(crate) fn new(language: &str) -> Result<Self, DaemonError> {
        let reader: Box<dyn Recogniser> = match language {
            scantrail_config::NO_READING => Box::new(NoReading),
            language => Box::new(TesseractReader::new(language)?),
        };
        Ok(Self { finder: CodeFinder::new(), reader, started: Instant::now() })
    }

    /// Takes decoded pixels through all stages.
    pub(crate) fn process(&mut self, input: &Decoded, came: Circumstances<'_>) -> Result<Processed, DaemonError> {
        let watch = Watch(self.started);
        let mut tools = Tools { finder: &mut self.finder, reader: &mut *self.reader, watch: &watch };
        process(input, came, &mut tools).map_err(|source| DaemonError::inside("a page could not be processed", source))
    }

    /// Engine, version and language.
    pub(crate) fn engine_name(&self) -> String {
        self.reader.name()
    }
}

/// Reads nothing: the school wants no text to be looked for.
struct NoReading;

impl Recogniser for NoReading {
    fn read(&mut self, _: &Raster) -> Result<Recognised, ReadError> {
        Ok(Recognised::default())
    }

    fn name(&self) -> String {
        "none".to_owned()
    }
}

struct Watch(Instant);

impl Stopwatch for Watch {
    fn milliseconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1e3
    }
}

/// What is noted beside a derivative: one entry for each page that was found in the capture, at least one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notes {
    pub(crate) parts: Vec<PartNotes>,
}

/// What is noted of one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PartNotes {
    pub(crate) geometry: Geometry,
    pub(crate) reading: Option<Reading>,
    /// Dots per inch of its picture, across and down.
    pub(crate) dpi: [u16; 2],
    /// SHA-256 of its picture, in hexadecimal.
    pub(crate) picture: String,
}

/// A derivative in memory: at least one part.
#[derive(Debug, Clone)]
pub(crate) struct Derived {
    pub(crate) parts: Vec<DerivedPart>,
}

/// One page of a derivative.
#[derive(Debug, Clone)]
pub(crate) struct DerivedPart {
    pub(crate) jpeg: Vec<u8>,
    pub(crate) notes: PartNotes,
}

/// An original's pixels, with the best resolution that is known, and whether that was told or is a guess.
struct Input {
    decoded: Decoded,
    told: Told,
}

/// Whether the file or the device told a resolution that can be believed: scans do, photos do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Resolution,
    Nothing,
}

impl Input {
    /// Takes the pixels through all stages, with all that the catalogue knows of how they came.
    fn process(
        &self,
        engine: &Engine,
        bench: &mut Bench,
        batch: &Batch,
        page: &Page,
    ) -> Result<Processed, DaemonError> {
        let opened = &batch.opened;
        let origin = origin(opened.source_kind, opened.flow, self.told, self.decoded.moment.is_some());
        // A stack is laid in at once; photos are taken one by one.
        let neighbours = match opened.flow {
            Flow::Stack => engine.catalogue.common_turn_before(page)?,
            Flow::Pictures => None,
        };
        let empty = mats::load(engine, opened.scene.mat)?;
        let scene = mats::scene(opened.scene.shows, opened.scene.expected, empty.as_ref());
        let front = engine.catalogue.front_of(page)?;
        let other_side = || {
            // A front that cannot be read is its own trouble; this page is then judged alone.
            let decoded = decode(engine, front.as_ref()?).ok()?;
            Some(decoded.decoded.raster)
        };
        let other_side: Option<&OtherSide<'_>> = if front.is_some() { Some(&other_side) } else { None };
        bench.process(&self.decoded, Circumstances { flow: opened.flow, origin, neighbours, scene, other_side })
    }
}

/// What a capture was made with. Files of a stack may be scans or photos: a resolution speaks for a scanner, unless a
/// camera signed the file.
pub(crate) fn origin(source: SourceKind, flow: Flow, told: Told, by_camera: bool) -> Origin {
    match (source, flow) {
        (SourceKind::Feeder, _) => Origin::Feeder,
        (SourceKind::Flatbed, _) => Origin::Flatbed,
        (SourceKind::Camera, _) | (_, Flow::Pictures) => Origin::Photo,
        (SourceKind::Folder | SourceKind::Files, Flow::Stack) if by_camera => Origin::Photo,
        (SourceKind::Folder | SourceKind::Files, Flow::Stack) => match told {
            Told::Resolution => Origin::Flatbed,
            Told::Nothing => Origin::Unknown,
        },
    }
}

/// The pixels of a page's original.
fn decode(engine: &Engine, page: &Page) -> Result<Input, DaemonError> {
    let bytes = original(engine, page)?;
    if durable::Written::of(&bytes).digest != page.digest {
        return Err(DecodeError::Unreadable("its bytes are no longer those that were captured".into()).into());
    }
    let decoded = engine.decoder.decode(&bytes, page.media)?;
    let noted = page.resolution.or(decoded.raster.resolution());
    let told = told(noted);
    let resolution = resolution(noted, &decoded.raster);
    let exif_turn = page.noted_turn.unwrap_or(decoded.exif_turn);
    let moment = decoded.moment;
    let decoded = Decoded { raster: decoded.raster.with_resolution(Some(resolution)), exif_turn, moment };
    Ok(Input { decoded, told })
}

/// The original's bytes: from where it lies, or, when a crash cut its move off, from where it was going.
fn original(engine: &Engine, page: &Page) -> Result<Vec<u8>, DaemonError> {
    let files = engine.catalogue.files_of(page.id)?;
    let planned = files.iter().filter(|file| file.role == FileRole::Original).map(|file| file.path.as_str());
    for path in std::iter::once(page.location.as_str()).chain(planned) {
        if let Some(bytes) = durable::read(&crate::filing::locate(engine, path)?)? {
            return Ok(bytes);
        }
    }
    Err(DaemonError::Inside { what: "an original is not where it was put".into(), source: None })
}

fn believable(noted: Option<Resolution>) -> Option<Resolution> {
    noted.filter(|r| r.x.get() >= LEAST_DPI && r.y.get() >= LEAST_DPI)
}

pub(crate) fn told(noted: Option<Resolution>) -> Told {
    if believable(noted).is_some() { Told::Resolution } else { Told::Nothing }
}

/// The resolution as noted, or as it would be if the longer side were A4's.
pub(crate) fn resolution(noted: Option<Resolution>, raster: &Raster) -> Resolution {
    believable(noted).unwrap_or_else(|| {
        let dpi = (f64::from(raster.width().max(raster.height())) / A4_LONG_INCHES).round().clamp(72.0, 1_200.0);
        Resolution::square(Dpi::new(dpi as u16).unwrap_or(Dpi::SCAN))
    })
}

/// Turns what the stages made into bytes.
fn derive(processed: &Processed, input: &Decoded, engine_name: &str) -> Result<Derived, DaemonError> {
    let parts = processed.parts.iter().map(|part| derive_part(part, processed.content, input, engine_name));
    Ok(Derived { parts: parts.collect::<Result<_, _>>()? })
}

fn derive_part(part: &Part, content: Content, input: &Decoded, engine_name: &str) -> Result<DerivedPart, DaemonError> {
    let (quality, chroma) = match content {
        Content::Picture | Content::Object => (PICTURE_QUALITY, Chroma::Full),
        Content::Text | Content::Lined | Content::Board | Content::CoverUnread | Content::Blank => {
            (SHEET_QUALITY, Chroma::Halved)
        }
    };
    let prepared = &part.prepared;
    let jpeg = encode_jpeg(&prepared.raster, quality, chroma)
        .map_err(|source| DaemonError::inside("a derivative could not be encoded", source))?;
    let of_input = resolution(input.raster.resolution(), &input.raster);
    let dpi = prepared.raster.resolution().unwrap_or(of_input);
    let geometry = Geometry {
        width: input.raster.width(),
        height: input.raster.height(),
        dpi: Some([of_input.x.get(), of_input.y.get()]),
        turn: prepared.turn.degrees(),
        skew: prepared.skew.angle.degrees(),
        skew_confidence: prepared.skew.confidence.get(),
        outline: prepared.outline.clone(),
        to_copy: prepared.transform.as_plane().map(|plane| plane.coefficients()),
        relit: prepared.relit(),
    };
    let reading = part.reading.as_ref().map(|reading| Reading::new(engine_name.to_owned(), reading));
    let picture = durable::Written::of(&jpeg).digest.to_string();
    let notes = PartNotes { geometry, reading, dpi: [dpi.x.get(), dpi.y.get()], picture };
    Ok(DerivedPart { jpeg, notes })
}

/// Processes a page and keeps what came of it: the findings for the catalogue and the digest of the notes.
pub(crate) fn make(engine: &Engine, bench: &mut Bench, page: &Page, batch: &Batch) -> Result<Made, DaemonError> {
    let input = decode(engine, page)?;
    let processed = input.process(engine, bench, batch, page)?;
    let input = input.decoded;
    let derived = derive(&processed, &input, &bench.engine_name())?;
    // The further parts first: what the catalogue is told of lies there whole.
    for (at, part) in derived.parts.iter().enumerate().rev() {
        durable::replace(&jpeg_path(engine, page.id, at), &part.jpeg, Access::Private)?;
    }
    let notes = serde_json::to_vec(&derived.notes())
        .map_err(|source| DaemonError::inside("notes cannot be written down", source))?;
    let noted = durable::replace(&notes_path(engine, page.id), &notes, Access::Private)?;
    let rasters: Vec<&Raster> = processed.parts.iter().map(|part| &part.prepared.raster).collect();
    let small = encode_jpeg(&preview(&side_by_side(&rasters), PREVIEW_SIDE), PREVIEW_QUALITY, Chroma::Halved)
        .map_err(|source| DaemonError::inside("a preview could not be encoded", source))?;
    durable::replace(&preview_path(engine, page.id), &small, Access::Private)?;
    let derivative = durable::Written::of(&derived.first().jpeg).digest;
    Ok(Made { findings: findings(&processed, &input, derivative, &engine.own_codes), notes: noted.digest, processed })
}

/// What came of processing a page.
pub(crate) struct Made {
    pub(crate) findings: Findings,
    pub(crate) notes: Digest,
    pub(crate) processed: Processed,
}

/// The paper's sides in millimetres, the shorter first, if its resolution is known.
fn paper_mm(raster: &Raster) -> Option<(u16, u16)> {
    let resolution = raster.resolution()?;
    let mm = |pixels: u32, dpi: Dpi| (f64::from(pixels) * 25.4 / f64::from(dpi.get())).round() as u16;
    let (across, down) = (mm(raster.width(), resolution.x), mm(raster.height(), resolution.y));
    Some((across.min(down), across.max(down)))
}

fn findings(processed: &Processed, input: &Decoded, derivative: Digest, own_codes: &OwnCodes) -> Findings {
    let prepared = &processed.first().prepared;
    let codes = processed.seen.ours().map(|payload| SeenCode {
        school: payload.school.to_string(),
        kind: payload.kind,
        sheet: payload.sheet,
        place: format!("{:?}", payload.place),
    });
    Findings {
        codes: codes.collect(),
        look: processed.look,
        content: processed.content,
        turn: prepared.turn,
        skew: (prepared.skew.applied().degrees() != 0.0).then_some(prepared.skew.angle),
        // A sheet of ours has been read whole, whatever its lower part looks like; a blank page has nothing to lose.
        suspicion: processed.quality.suspicion.filter(|_| processed.look == Look::Page),
        paper_mm: paper_mm(&prepared.raster),
        moment: input.moment,
        own_codes: own_codes.take(processed.seen.codes.iter().map(|code| code.text.as_str())),
        derivative,
        parts: processed.parts.len() as u32,
        warnings: processed.warnings.iter().map(|warning| warning.text().to_owned()).collect(),
    }
}

/// The derivative of a page: what is kept, if it is what the catalogue says, or made again from the original.
pub(crate) fn ensure(engine: &Engine, page: &Page) -> Result<Derived, DaemonError> {
    if let Some(kept) = kept(engine, page)? {
        return Ok(kept);
    }
    let batch = engine.catalogue.batch(page.batch)?;
    let mut bench = Bench::new(&engine.config.reading.language)?;
    let input = decode(engine, page)?;
    let processed = input.process(engine, &mut bench, &batch, page)?;
    derive(&processed, &input.decoded, &bench.engine_name())
}

fn kept(engine: &Engine, page: &Page) -> Result<Option<Derived>, DaemonError> {
    let sound = |bytes: &Vec<u8>, digest| Some(durable::Written::of(bytes).digest) == digest;
    let Some(notes) = notes(engine, page)? else { return Ok(None) };
    let mut parts = Vec::with_capacity(notes.parts.len());
    for (at, notes) in notes.parts.into_iter().enumerate() {
        let jpeg = durable::read(&jpeg_path(engine, page.id, at))?;
        let Some(jpeg) = jpeg.filter(|bytes| sound(bytes, Digest::from_hex(&notes.picture))) else { return Ok(None) };
        parts.push(DerivedPart { jpeg, notes });
    }
    // The catalogue's own digest is of the first: both must tell the same story.
    let told = parts.first().is_some_and(|first| sound(&first.jpeg, page.derivative));
    Ok(told.then_some(Derived { parts }))
}

/// The notes that are kept, if they are what the catalogue says.
pub(crate) fn notes(engine: &Engine, page: &Page) -> Result<Option<Notes>, DaemonError> {
    let bytes = durable::read(&notes_path(engine, page.id))?;
    let sound = bytes.filter(|bytes| Some(durable::Written::of(bytes).digest) == page.reading);
    Ok(sound.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Removes what is kept of a page that is filed: its copy holds it now. Held pages keep theirs.
pub(crate) fn forget(engine: &Engine, page: &Page) -> Result<(), DaemonError> {
    if engine.catalogue.page(page.id)?.state == PageState::Filed {
        for at in 0..engine.catalogue.page(page.id)?.parts as usize {
            durable::remove(&jpeg_path(engine, page.id, at))?;
        }
        durable::remove(&notes_path(engine, page.id))?;
    }
    Ok(())
}

impl Derived {
    /// What the capture shows, or shows first.
    pub(crate) fn first(&self) -> &DerivedPart {
        self.parts.first().expect("every capture shows one page at least")
    }

    /// What is noted beside it.
    pub(crate) fn notes(&self) -> Notes {
        Notes { parts: self.parts.iter().map(|part| part.notes.clone()).collect() }
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
