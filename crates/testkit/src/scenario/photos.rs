//! Photos of mini whiteboards with a pupil's card beside each, as they come from a tablet.

use super::ScenarioError;
use crate::effects::photo::{Glare, Shot, photograph};
use crate::effects::scanner::{Feed, feed};
use crate::jpeg::{encode, with_exif_turn};
use crate::paint::{Word, keyword, placed_words, whiteboard};
use crate::parallel;
use crate::seed::Seed;
use rand::Rng;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Quad, Turn};

/// A photo and the truth about it. Places are in pixels after the EXIF turn is applied.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardPhoto {
    /// The file.
    pub jpeg: Vec<u8>,
    /// Whose card hangs beside the board: the number given to the closure.
    pub pupil: usize,
    /// Words on the board; the keyword is the last, in handwriting.
    pub words: Vec<Word>,
    /// The word that only this board has.
    pub keyword: String,
    /// The outer edge of the board's frame.
    pub board: Quad,
    /// The card.
    pub card: Quad,
    /// How the stored pixels are turned, clockwise, as the EXIF block says.
    pub stored: Turn,
}

/// Keywords of the batches come before.
const FIRST_KEYWORD: u32 = 20_000;
const QUALITY: u8 = 90;

/// `count` photos, the card of each from `card`; half of them are stored turned.
pub fn whiteboard_photos(
    seed: Seed,
    count: usize,
    card: &(dyn Fn(usize) -> Raster + Sync),
) -> Result<Vec<BoardPhoto>, ScenarioError> {
    let pupils: Vec<usize> = (0..count).collect();
    parallel::map(&pupils, |&pupil| take(seed.child(pupil as u64), pupil, &card(pupil))).into_iter().collect()
}

fn take(seed: Seed, pupil: usize, card: &Raster) -> Result<BoardPhoto, ScenarioError> {
    let keyword = keyword(FIRST_KEYWORD + pupil as u32);
    let scene = whiteboard(seed.child(1), Some(&keyword), Some(card));
    let mut shot = Shot::handheld(seed.child(2));
    let mut rng = seed.child(3).rng();
    if rng.random_bool(0.4) {
        // On the board, never on the card: glare on cards is a test of its own.
        let at = (rng.random_range(0.15..0.6), rng.random_range(0.15..0.7));
        shot.glare.push(Glare { at, radius: rng.random_range(0.04..0.09) });
    }
    let photo = photograph(&scene.raster, &shot, seed.child(4));
    let stored = match pupil % 6 {
        2 => Turn::ThreeQuarters,
        4 => Turn::Half,
        5 => Turn::Quarter,
        _ => Turn::None,
    };
    let pixels = feed(&photo.raster, &Feed { turn: stored, ..Feed::default() }, seed).raster;
    let plain = encode(&pixels, QUALITY).map_err(ScenarioError::Encode)?;
    Ok(BoardPhoto {
        jpeg: with_exif_turn(&plain, stored),
        pupil,
        words: placed_words(&scene.words, &photo.placement),
        keyword,
        board: photo.placement.map_quad(&scene.board),
        card: photo.placement.map_quad(&scene.card.expect("a card was given")),
        stored,
    })
}
