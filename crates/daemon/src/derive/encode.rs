//! From what the stages made to bytes, and to what the catalogue is told of it.

use super::input::resolution;
use super::{Derived, DerivedPart, PartNotes};
use crate::error::DaemonError;
use crate::own_codes::OwnCodes;
use crate::record;
use scantrail_archive::durable;
use scantrail_archive::sidecar::{Geometry, Reading};
use scantrail_catalogue::{Findings, SeenCode};
use scantrail_core::evidence::Look;
use scantrail_core::ports::Decoded;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Digest, Dpi};
use scantrail_core::vocabulary::Content;
use scantrail_imaging::encode::{Chroma, encode_jpeg, preview, side_by_side};
use scantrail_pipeline::{Part, Processed};

/// JPEG quality of a sheet's derivative: 1.4–1.8 MB for A4 at 300 dpi in colour.
const SHEET_QUALITY: u8 = 85;
/// JPEG quality of a picture's derivative: artwork is looked at, not read.
const PICTURE_QUALITY: u8 = 92;
/// Longer side of the small preview, in pixels.
const PREVIEW_SIDE: u32 = 480;
/// JPEG quality of previews.
const PREVIEW_QUALITY: u8 = 78;

/// Turns what the stages made into bytes.
pub(super) fn derive(processed: &Processed, input: &Decoded, hand: &str) -> Result<Derived, DaemonError> {
    let parts = processed.parts.iter().map(|part| derive_part(part, processed.content, input, hand));
    Ok(Derived { parts: parts.collect::<Result<_, _>>()?, recipes: record::RECIPES })
}

fn derive_part(part: &Part, content: Content, input: &Decoded, hand: &str) -> Result<DerivedPart, DaemonError> {
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
    let noted = |name: &str, reading: &Option<_>| reading.as_ref().map(|it| Reading::new(name.to_owned(), it));
    let (reading, guessed) = (noted(&part.read_by, &part.reading), noted(hand, &part.guessed));
    let picture = durable::Written::of(&jpeg).digest.to_string();
    let may_turn = prepared.turned_by.may_be_wrong();
    let notes = PartNotes { geometry, reading, guessed, dpi: [dpi.x.get(), dpi.y.get()], picture, may_turn };
    Ok(DerivedPart { jpeg, notes })
}

/// The small preview of a capture: all its pages side by side.
pub(super) fn small(processed: &Processed) -> Result<Vec<u8>, DaemonError> {
    let rasters: Vec<&Raster> = processed.parts.iter().map(|part| &part.prepared.raster).collect();
    encode_jpeg(&preview(&side_by_side(&rasters), PREVIEW_SIDE), PREVIEW_QUALITY, Chroma::Halved)
        .map_err(|source| DaemonError::inside("a preview could not be encoded", source))
}

/// The paper's sides in millimetres, the shorter first, if its resolution is known.
fn paper_mm(raster: &Raster) -> Option<(u16, u16)> {
    let resolution = raster.resolution()?;
    let mm = |pixels: u32, dpi: Dpi| (f64::from(pixels) * 25.4 / f64::from(dpi.get())).round() as u16;
    let (across, down) = (mm(raster.width(), resolution.x), mm(raster.height(), resolution.y));
    Some((across.min(down), across.max(down)))
}

pub(super) fn findings(
    processed: &Processed,
    input: &Decoded,
    derivative: Digest,
    notes: Digest,
    own_codes: &OwnCodes,
) -> Findings {
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
        notes,
        parts: processed.parts.len() as u32,
        warnings: processed.warnings.iter().map(|warning| warning.text().to_owned()).collect(),
    }
}
