//! The demonstration batch: class 4B through a duplex feeder, with everything that usually happens on the way.

use super::{Covers, Owner, ScenarioError, Shows, SideTruth};
use crate::effects::scanner::{Edge, Feed, feed};
use crate::escl::Sheet;
use crate::jpeg::encode;
use crate::paint::{Holes, Leaf, PageKind, PageSpec, Painted, Paper, Pen, Word, back_of, keyword, paint};
use crate::paper::{paste_foreign_code, spoil_codes};
use crate::parallel;
use crate::seed::{Seed, pick};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Angle, Dpi, Length, Turn};
use scantrail_core::vocabulary::Side;

/// One side of a sheet: the file the scanner makes of it, and the truth.
#[derive(Debug, Clone, PartialEq)]
pub struct ScannedSide {
    /// The file.
    pub jpeg: Vec<u8>,
    /// The truth about it.
    pub truth: SideTruth,
}

/// A sheet of a batch, scanned on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct StackSheet {
    /// The side that is read first.
    pub front: ScannedSide,
    /// The other side.
    pub back: ScannedSide,
}

impl StackSheet {
    /// The sheet as the virtual scanner takes it.
    pub fn paper(&self) -> Sheet {
        Sheet { front: self.front.jpeg.clone(), back: self.back.jpeg.clone() }
    }
}

/// The cover whose codes are scribbled over, by place in the class list.
const SPOILT_COVER: usize = 11;
/// Whose first page carries the code of a book.
const FOREIGN_CODE: usize = 6;
/// Whose first sheet of work lies upside down.
const UPSIDE_DOWN: usize = 17;
/// A code as textbooks carry it.
const BOOK: &str = "https://example.org/isbn/9780000000002?ref=page14";
const QUALITY: u8 = 85;

/// What is to be made of one sheet.
struct Wish {
    pupil: usize,
    seed: Seed,
    what: What,
}

enum What {
    Cover,
    Work { front: PageSpec, back: Option<PageSpec>, foreign: Option<&'static str>, turn: Turn },
}

/// A cover and one to four sheets of work for each of `pupils` pupils, in the order of the class list.
///
/// Backs are mostly blank. The cover of pupil 11 cannot be read, so that the sheets behind it are nobody's; the first
/// sheet of pupil 6 carries a foreign code; the first sheet of pupil 17 lies upside down. Skews are within two degrees,
/// and the back of a sheet is turned the other way than its front.
pub fn demonstration(
    seed: Seed,
    dpi: Dpi,
    pupils: usize,
    covers: &dyn Covers,
) -> Result<Vec<StackSheet>, ScenarioError> {
    let mut wishes = Vec::new();
    let mut number = 0;
    for pupil in 0..pupils {
        let name = covers.name(pupil);
        let seed = seed.child(pupil as u64);
        let mut rng = seed.rng();
        wishes.push(Wish { pupil, seed, what: What::Cover });
        for sheet in 0..rng.random_range(1..=4u64) {
            let sheet_seed = seed.child(100 + sheet);
            let first = sheet == 0;
            let foreign = (first && pupil == FOREIGN_CODE).then_some(BOOK);
            let mut front = work(sheet_seed.child(1), dpi, &mut rng, (name.clone(), number));
            if foreign.is_some() {
                front.kind = PageKind::Worksheet;
            }
            let mut back =
                rng.random_bool(0.15).then(|| work(sheet_seed.child(2), dpi, &mut rng, (name.clone(), number + 1)));
            if let Some(back) = &mut back {
                (back.paper, back.holes, back.leaf) = (front.paper, front.holes, Leaf::Back);
            }
            number += 2;
            let turn = if first && pupil == UPSIDE_DOWN { Turn::Half } else { Turn::None };
            wishes.push(Wish { pupil, seed: sheet_seed, what: What::Work { front, back, foreign, turn } });
        }
    }
    parallel::map(&wishes, |wish| fulfil(wish, covers)).into_iter().collect()
}

/// A page as chance has it; written kinds are frequent, paintings rare.
pub(super) fn work(seed: Seed, dpi: Dpi, rng: &mut ChaCha8Rng, (name, number): (Option<String>, u32)) -> PageSpec {
    let kind = match rng.random_range(0..100) {
        0..38 => PageKind::Worksheet,
        38..70 => PageKind::Ruled,
        70..92 => PageKind::Squared,
        _ => PageKind::Painting,
    };
    let mut spec = PageSpec::new(kind, seed, dpi);
    if rng.random_bool(0.15) {
        let papers = [Paper::Cream, Paper::Yellow, Paper::Green, Paper::Blue, Paper::Pink];
        spec.paper = *pick(&papers, rng);
    }
    if rng.random_bool(0.15) {
        spec.holes = if rng.random_bool(0.5) { Holes::Two } else { Holes::Four };
    }
    if rng.random_bool(0.1) {
        spec.pen = Pen::FaintPencil;
    }
    spec.name = name;
    spec.keyword = Some(keyword(number));
    spec
}

fn fulfil(wish: &Wish, covers: &dyn Covers) -> Result<StackSheet, ScenarioError> {
    let owner = match wish.pupil {
        SPOILT_COVER => Owner::Unknown { really: wish.pupil },
        pupil => Owner::Pupil(pupil),
    };
    match &wish.what {
        What::Cover => {
            let spoilt = wish.pupil == SPOILT_COVER;
            let shows = if spoilt { Shows::SpoiltCover } else { Shows::Cover };
            let printed = |side| {
                let cover = covers.cover(wish.pupil, side);
                if spoilt { spoil_codes(cover, &covers.code_areas(side), wish.seed.child(9)) } else { cover }
            };
            let (front, back) = (printed(Side::Front), printed(Side::Back));
            printed_sheet(&front, &back, (owner, shows), wish.seed)
        }
        What::Work { front, back, foreign, turn } => {
            let mut page = paint(front);
            if let Some(text) = *foreign {
                page.raster =
                    paste_foreign_code(page.raster, text, (160.0, 250.0), 34.0).map_err(ScenarioError::ForeignCode)?;
            }
            let behind = back.as_ref().map_or_else(|| back_of(front, &page.raster, wish.seed.child(3)), paint);
            let feeding = Feeding { turn: *turn, ..Feeding::by_chance(wish.seed.child(4)) };
            let front = feeding.side(page, owner, *foreign)?;
            let back = feeding.seen_from_behind().side(behind, owner, None)?;
            Ok(StackSheet { front, back })
        }
    }
}

/// A sheet that steers the batch, or any other that is already printed, as the feeder delivers it.
pub fn sheet_from(front: &Raster, back: &Raster, seed: Seed) -> Result<StackSheet, ScenarioError> {
    printed_sheet(front, back, (Owner::Nobody, Shows::Control), seed)
}

fn printed_sheet(
    front: &Raster,
    back: &Raster,
    (owner, shows): (Owner, Shows),
    seed: Seed,
) -> Result<StackSheet, ScenarioError> {
    let feeding = Feeding::by_chance(seed.child(4));
    let side = |feeding: &Feeding, raster| feeding.printed(raster, Known { owner, shows, ..Known::default() });
    Ok(StackSheet { front: side(&feeding, front)?, back: side(&feeding.seen_from_behind(), back)? })
}

/// How one sheet goes through.
#[derive(Debug, Clone)]
pub(super) struct Feeding {
    pub(super) skew: Angle,
    pub(super) turn: Turn,
    seed: Seed,
}

/// What is known about a side before it is fed.
struct Known {
    owner: Owner,
    shows: Shows,
    words: Vec<Word>,
    keyword: Option<String>,
    foreign_code: Option<&'static str>,
}

impl Default for Known {
    fn default() -> Self {
        Self { owner: Owner::Nobody, shows: Shows::Control, words: Vec::new(), keyword: None, foreign_code: None }
    }
}

impl Feeding {
    pub(super) fn by_chance(seed: Seed) -> Self {
        let skew = Angle::from_degrees(seed.rng().random_range(-2.0..2.0));
        Self { skew, turn: Turn::None, seed }
    }

    /// The same sheet as the sensor on the other side sees it.
    fn seen_from_behind(&self) -> Self {
        Self { skew: Angle::from_degrees(-self.skew.degrees()), seed: self.seed.child(77), ..*self }
    }

    fn side(
        &self,
        page: Painted,
        owner: Owner,
        foreign_code: Option<&'static str>,
    ) -> Result<ScannedSide, ScenarioError> {
        let shows = Shows::Work(page.truth.kind);
        let (words, keyword) = (page.truth.words, page.truth.keyword);
        self.printed(&page.raster, Known { owner, shows, words, keyword, foreign_code })
    }

    fn printed(&self, raster: &Raster, known: Known) -> Result<ScannedSide, ScenarioError> {
        let (raster, truth) = self.fed(raster, known);
        let jpeg = encode(&raster, QUALITY).map_err(ScenarioError::Encode)?;
        Ok(ScannedSide { jpeg, truth })
    }

    /// The picture and truth of a painted page, not yet encoded.
    pub(super) fn picture(&self, page: Painted, owner: Owner) -> (Raster, SideTruth) {
        let shows = Shows::Work(page.truth.kind);
        let (words, keyword) = (page.truth.words, page.truth.keyword);
        self.fed(&page.raster, Known { owner, shows, words, keyword, foreign_code: None })
    }

    /// The picture and truth of a cover, not yet encoded.
    pub(super) fn cover(&self, raster: &Raster, pupil: usize) -> (Raster, SideTruth) {
        self.fed(raster, Known { owner: Owner::Pupil(pupil), shows: Shows::Cover, ..Known::default() })
    }

    fn fed(&self, raster: &Raster, known: Known) -> (Raster, SideTruth) {
        let mut how = Feed { skew: self.skew, turn: self.turn, noise: 1.6, ..Feed::default() };
        let mut rng = self.seed.child(5).rng();
        if rng.random_bool(0.3) {
            how.shadows.push((Edge::Top, Length::from_hundredths(rng.random_range(60..200))));
        }
        if rng.random_bool(0.1) {
            how.bars.push((Edge::Right, Length::from_hundredths(rng.random_range(40..120))));
        }
        let fed = feed(raster, &how, self.seed.child(6));
        let Known { owner, shows, words, keyword, foreign_code } = known;
        let words = crate::paint::placed_words(&words, &fed.placement);
        let (skew, turn, outline) = (fed.skew, fed.turn, fed.outline);
        (fed.raster, SideTruth { owner, shows, words, keyword, foreign_code, skew, turn, outline })
    }
}
