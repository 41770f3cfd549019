//! Words on a prepared page, and the one case in which reading turns it over.

use crate::look::Seen;
use scantrail_core::ports::{ReadError, Reading, Recogniser};
use scantrail_core::units::Turn;
use scantrail_imaging::geometry::affine::Affine;
use scantrail_imaging::prepare::Prepared;
use scantrail_imaging::warp::turn_back;

/// A page read with less confidence may be upside down …
const DOUBTFUL: f32 = 0.55;
/// … if turned over it is read with at least this …
const PLAIN: f32 = 0.75;
/// … and on so many words that chance is ruled out.
const ENOUGH_WORDS: usize = 8;

/// Reads a page. A page that nothing says is upright, that reads badly as it is and plainly upside down, is turned.
pub(crate) fn read(prepared: &mut Prepared, seen: &Seen, reader: &mut dyn Recogniser) -> Result<Reading, ReadError> {
    let first = reader.read(&prepared.raster)?;
    let doubtful = !first.words.is_empty() && first.confidence().get() < DOUBTFUL;
    if !doubtful || seen.has_ours() {
        return Ok(first);
    }
    let turned = turn_back(&prepared.raster, Turn::Half);
    let second = reader.read(&turned)?;
    if second.confidence().get() < PLAIN || second.words.len() < ENOUGH_WORDS {
        return Ok(first);
    }
    let over = Affine::turning_back(Turn::Half, prepared.raster.width(), prepared.raster.height());
    prepared.transform = prepared.transform.clone().then(over);
    prepared.turn = prepared.turn.then(Turn::Half);
    prepared.raster = turned;
    Ok(second)
}
