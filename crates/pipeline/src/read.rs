//! Words on a prepared page, and the one case in which reading turns it over.

use crate::handwritten;
use scantrail_core::ports::{OtherScripts, ReadError, Reading, Recogniser};
use scantrail_core::raster::Raster;
use scantrail_core::units::Turn;
use scantrail_core::vocabulary::Content;
use scantrail_imaging::geometry::affine::Affine;
use scantrail_imaging::orientation::TurnSource;
use scantrail_imaging::prepare::Prepared;
use scantrail_imaging::warp::turn_back;
use std::borrow::Cow;

/// A page read with less confidence may lie another way up …
const DOUBTFUL: f32 = 0.55;
/// … if in one other turn it is read with at least this …
const PLAIN: f32 = 0.75;
/// … and on so many words that chance is ruled out.
const ENOUGH_WORDS: usize = 8;
/// As many of a sample of the page.
const ENOUGH_IN_SAMPLE: usize = 4;
/// A page read with less confidence may be in another script: Russian taken for English is read with 0.5 to 0.6, for the
/// letters look alike; English print with 0.9.
const FOREIGN: f32 = 0.7;
/// With fewer doubtful words than this no other script is looked for: that takes longer than such a page takes to read.
const ENOUGH_FOR_A_SCRIPT: usize = 20;
/// Another script must read so much more confidently.
const CLEARLY: f32 = 0.15;
/// The sample's side as a share of the page's shorter side.
const SAMPLE: f64 = 0.45;
/// Samples darker than this are counted as ink when the fullest part of a page is looked for.
const INK: u8 = 128;

/// What reads: print always, handwriting where there is any and its reader is there.
pub struct Readers<'a> {
    /// Reads print.
    pub print: &'a mut dyn Recogniser,
    /// Reads print in other scripts, if there are models for any.
    pub other: Option<&'a mut dyn OtherScripts>,
    /// Guesses at handwriting.
    pub hand: Option<&'a mut dyn Recogniser>,
}

impl Readers<'_> {
    /// Those to be asked about a page that shows this.
    #[must_use]
    pub fn for_content(&mut self, content: Content) -> Readers<'_> {
        let hand = match &mut self.hand {
            Some(hand) if content.may_hold_handwriting() => Some(&mut **hand as &mut dyn Recogniser),
            _ => None,
        };
        let other = self.other.as_mut().map(|other| &mut **other as &mut dyn OtherScripts);
        Readers { print: &mut *self.print, other, hand }
    }
}

/// What was read, and the turn that was taken back for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// How far the page has to be turned back to be upright; [`Turn::None`] for nearly all.
    pub turn: Turn,
    /// The words; their places are those of the page after that turn.
    pub reading: Reading,
    /// The name of what read them.
    pub engine: String,
    /// Words guessed from handwriting, for finding and not for reading; `None` where there was none or nobody to read it.
    pub guessed: Option<Reading>,
}

/// Reads a page: its print, and its handwriting where print leaves much ink unexplained.
pub fn read(page: &Raster, turned_by: TurnSource, readers: &mut Readers<'_>) -> Result<Read, ReadError> {
    let (turn, mut reading) = print(page, turned_by, readers.print)?;
    let mut engine = readers.print.name();
    let upright = if turn == Turn::None { Cow::Borrowed(page) } else { Cow::Owned(turn_back(page, turn)) };
    if let Some(other) = &mut readers.other
        && reading.confidence().get() < FOREIGN
        && reading.words.len() >= ENOUGH_FOR_A_SCRIPT
        && let Some((in_its_script, by)) = other.read(&upright)?
        && in_its_script.confidence().get() > reading.confidence().get() + CLEARLY
    {
        (reading, engine) = (in_its_script, by);
    }
    let guessed = match &mut readers.hand {
        Some(hand) => handwritten::guess(&upright, &reading, &mut **hand)?,
        None => None,
    };
    Ok(Read { turn, reading, engine, guessed })
}

/// Reads the print of a page, and says how far it has to be turned back for it.
///
/// A page that reads badly as it is, and of which nothing exact says that it is upright, is asked in the other turns as
/// well: first a sample of it, for reading costs most of all that is done to a page, then the whole of it in the turn in
/// which the sample reads plainly. It is turned if it reads plainly there too.
fn print(page: &Raster, turned_by: TurnSource, reader: &mut dyn Recogniser) -> Result<(Turn, Reading), ReadError> {
    let first = (Turn::None, reader.read(page)?);
    let doubtful = !first.1.words.is_empty() && first.1.confidence().get() < DOUBTFUL;
    if !doubtful || !turned_by.may_be_wrong() {
        return Ok(first);
    }
    let sample = fullest_part(page);
    let mut plain = Vec::new();
    // Upside down is by far the likeliest; if it reads plainly, a page does not read sideways.
    for turn in [Turn::Half, Turn::Quarter, Turn::ThreeQuarters] {
        if reads_plainly(&reader.read(&turn_back(&sample, turn))?, ENOUGH_IN_SAMPLE) {
            plain.push(turn);
            if turn == Turn::Half {
                break;
            }
        }
    }
    let [turn] = plain[..] else { return Ok(first) };
    let reading = reader.read(&turn_back(page, turn))?;
    Ok(if reads_plainly(&reading, ENOUGH_WORDS) { (turn, reading) } else { first })
}

/// Turns a prepared page over, as its text says it has to be.
pub fn turn_over(prepared: &mut Prepared, turn: Turn) {
    let over = Affine::turning_back(turn, prepared.raster.width(), prepared.raster.height());
    prepared.transform = prepared.transform.clone().then(over);
    prepared.turn = prepared.turn.then(turn);
    prepared.turned_by = TurnSource::Text;
    prepared.raster = turn_back(&prepared.raster, turn);
}

fn reads_plainly(reading: &Reading, words: usize) -> bool {
    reading.confidence().get() >= PLAIN && reading.words.len() >= words
}

/// The square of a page on which there is most ink.
fn fullest_part(page: &Raster) -> Raster {
    /// Steps in which the square is moved, to a side of the page.
    const STEPS: u32 = 8;
    /// Every so many pixels are looked at.
    const STRIDE: usize = 4;
    let side = ((f64::from(page.width().min(page.height())) * SAMPLE) as u32).max(1);
    let channels = page.channels().count();
    let ink = |left: u32, top: u32| -> usize {
        (top..top + side)
            .step_by(STRIDE)
            .map(|y| {
                let row = &page.row(y)[left as usize * channels..(left + side) as usize * channels];
                row.iter().step_by(STRIDE * channels).filter(|&&v| v < INK).count()
            })
            .sum()
    };
    let place = |step: u32, of: u32| (of - side) * step / (STEPS - 1);
    let places = (0..STEPS * STEPS).map(|at| (place(at % STEPS, page.width()), place(at / STEPS, page.height())));
    let (left, top) = places.max_by_key(|&(left, top)| ink(left, top)).unwrap_or_default();
    let rows =
        (top..top + side).flat_map(|y| &page.row(y)[left as usize * channels..(left + side) as usize * channels]);
    Raster::new(side, side, page.channels(), rows.copied().collect())
        .expect("the square lies inside the page")
        .with_resolution(page.resolution())
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
