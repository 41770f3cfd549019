//! An original's pixels, and what is known of how they came.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::mats;
use scantrail_archive::durable;
use scantrail_catalogue::{Batch, FileRole, Page};
use scantrail_core::ports::{DecodeError, Decoded, Decoder as _};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Dpi, Resolution};
use scantrail_core::vocabulary::{Flow, SourceKind};
use scantrail_imaging::prepare::Origin;
use scantrail_pipeline::{Circumstances, OtherSide};

/// A resolution below this is a camera's or a program's filler, not a measurement.
const LEAST_DPI: u16 = 100;
/// The longer side of A4 in inches: what a page without a resolution is taken for.
const A4_LONG_INCHES: f64 = 11.69;

/// An original's pixels, with the best resolution that is known, and whether that was told or is a guess.
pub(super) struct Input {
    pub(super) decoded: Decoded,
    told: Told,
}

/// Whether the file or the device told a resolution that can be believed: scans do, photos do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Resolution,
    Nothing,
}

impl Input {
    /// Shows the pixels to `look`, with all that the catalogue knows of how they came.
    pub(super) fn shown<T>(
        &self,
        engine: &Engine,
        batch: &Batch,
        page: &Page,
        look: impl FnOnce(&Decoded, Circumstances<'_>) -> Result<T, DaemonError>,
    ) -> Result<T, DaemonError> {
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
        look(&self.decoded, Circumstances { flow: opened.flow, origin, neighbours, scene, other_side })
    }
}

/// What a capture was made with. Files of a stack may be scans or photos: a resolution speaks for a scanner, unless a
/// camera signed the file.
pub(crate) fn origin(source: SourceKind, flow: Flow, told: Told, by_camera: bool) -> Origin {
    match (source, flow) {
        (SourceKind::Feeder, _) => Origin::Feeder,
        (SourceKind::Flatbed, _) => Origin::Flatbed,
        (SourceKind::Camera, _) | (_, Flow::Pictures) => Origin::Photo,
        (SourceKind::Folder | SourceKind::Files | SourceKind::Pack, Flow::Stack) if by_camera => Origin::Photo,
        (SourceKind::Folder | SourceKind::Files | SourceKind::Pack, Flow::Stack) => match told {
            Told::Resolution => Origin::Flatbed,
            Told::Nothing => Origin::Unknown,
        },
    }
}

/// The pixels of a page's original.
pub(super) fn decode(engine: &Engine, page: &Page) -> Result<Input, DaemonError> {
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
