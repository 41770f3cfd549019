//! Words on a prepared page, and the one case in which reading turns it over.

use scantrail_core::ports::{ReadError, Reading, Recogniser};
use scantrail_core::units::Turn;
use scantrail_imaging::geometry::affine::Affine;
use scantrail_imaging::orientation::TurnSource;
use scantrail_imaging::prepare::Prepared;
use scantrail_imaging::warp::turn_back;

/// A page read with less confidence may lie another way up …
const DOUBTFUL: f32 = 0.55;
/// … if in one other turn it is read with at least this …
const PLAIN: f32 = 0.75;
/// … and on so many words that chance is ruled out.
const ENOUGH_WORDS: usize = 8;

/// Reads a page. A page that reads badly as it is, and of which nothing exact says that it is upright, is asked in the
/// other turns as well; it is turned if it reads plainly in one of them and badly in all others.
pub(crate) fn read(prepared: &mut Prepared, reader: &mut dyn Recogniser) -> Result<Reading, ReadError> {
    let first = reader.read(&prepared.raster)?;
    let doubtful = !first.words.is_empty() && first.confidence().get() < DOUBTFUL;
    if !doubtful || !prepared.turned_by.may_be_wrong() {
        return Ok(first);
    }
    let mut plain = Vec::new();
    // Upside down is by far the likeliest; if it reads plainly, a page does not read sideways.
    for turn in [Turn::Half, Turn::Quarter, Turn::ThreeQuarters] {
        let turned = turn_back(&prepared.raster, turn);
        let reading = reader.read(&turned)?;
        if reading.confidence().get() >= PLAIN && reading.words.len() >= ENOUGH_WORDS {
            plain.push((turn, turned, reading));
            if turn == Turn::Half {
                break;
            }
        }
    }
    let (Some((turn, turned, reading)), None) = (plain.pop(), plain.pop()) else { return Ok(first) };
    let over = Affine::turning_back(turn, prepared.raster.width(), prepared.raster.height());
    prepared.transform = prepared.transform.clone().then(over);
    prepared.turn = prepared.turn.then(turn);
    prepared.turned_by = TurnSource::Text;
    prepared.raster = turned;
    Ok(reading)
}
