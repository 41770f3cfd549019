//! Several things on a mat: what lies where, each with its outline, its turn and its own crop.
//!
//! What differs from the mat is an item: from a [`MatModel`] learnt from the empty mat if there is one, else from what
//! the border shows all around. Shadows are not items; cards with a code are told apart; what touches is taken apart on
//! clear evidence only; what an operator expects decides doubt, never facts. It knows no files and no pupils.

mod colour;
mod ground;
mod item;
mod light;
mod mask;
mod mat;
mod palette;
pub(crate) mod region;
mod shape;
mod split;

use crate::finding::{Finding, Sure};
use crate::warp::reference::contains;
use colour::ColourPlane;
use ground::Ground;
pub use ground::LearntFrom;
use item::{Draft, Frame};
pub use item::{Form, Item, Side};
pub use mat::{BadMat, MatDecline, MatModel};
use region::{Labels, Region};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Confidence, Length, Point, Quad};
pub use shape::Rectangle;
use split::Evidence;

/// The width a mat is assumed to show if no code of known size lies on it: the longer side of A3.
const ASSUMED_WIDTH_MM: f64 = 420.0;
/// Smaller pictures show no mat: 64 pixels on either side.
const LEAST_SIDE: usize = 64;
/// The least item, in square millimetres: a wire of 1 mm, 3 cm long, or a button.
const LEAST_ITEM_MM2: f64 = 30.0;
/// Specks this near an item belong to it: crumbs, a thread, the dot of an i on paper that cannot be told from the mat.
const BESIDE_MM: f64 = 8.0;
/// A card is at most so many times as large as its code: the desk card is 7.3 times, a label 2.9.
const CARD_TIMES: f64 = 9.0;
/// More regions than this are a pattern that was not understood, not items.
const MOST_REGIONS: usize = 60;
/// Items cover at most this share of the picture: beyond it the mat itself was taken for something.
const MOST_COVERED: f64 = 0.9;
/// So many things at the frame are the pattern of a cloth or the joints of boards, if no model says otherwise…
const MOST_CUT_OFF: usize = 3;
/// …and so is something of which hardly any pixel surely differs.
const LEAST_WITHOUT_MODEL: f32 = 0.5;
/// Parts of an outline nearer than this (working pixels) touch.
const TOUCHING: f64 = 3.0;

/// A code that was read elsewhere: where it lies, and how long its side is, if its sheet says so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KnownCode {
    /// Its corners in input pixels.
    pub corners: Quad,
    /// The printed length of its side.
    pub side: Option<Length>,
}

/// What lies on the mat.
#[derive(Debug, Clone, PartialEq)]
pub struct Items {
    /// The work, in reading order: rows from the top, each from the left.
    pub items: Vec<Item>,
    /// Cards with a known code: not work.
    pub cards: Vec<Item>,
    /// What the mat's look was learnt from.
    pub learnt: LearntFrom,
    /// Input pixels per millimetre.
    pub per_mm: f64,
    /// Where that is known from.
    pub scale: Scale,
    /// How the count compares with what was expected.
    pub count: Count,
    /// What differs from the mat and lies in no crop, in square millimetres: dust, or something lost.
    pub outside_mm2: f64,
}

/// Where the scale is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// A code of known size.
    Code,
    /// The mat is taken to be as wide as A3.
    Assumed,
}

/// How many items there are, against what the operator expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Nobody said.
    NotExpected,
    /// As many as expected.
    AsExpected,
    /// Not as many: a person should look.
    Differs {
        /// How many the operator expects.
        expected: usize,
    },
}

/// Why no items are told apart; the picture is then kept whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ItemsDecline {
    /// The picture is too small to show a mat.
    #[error("the picture is too small to show a mat")]
    TooSmall,
    /// The border shows no common background, and there is no model that fits.
    #[error("the border shows no common background; a picture of the empty mat would help")]
    NoBackground,
    /// Nothing lies there, or nothing that can be told from the mat.
    #[error("nothing can be told from the mat")]
    Nothing,
    /// Many specks: the mat's pattern, or work that is like the mat.
    #[error("only specks can be told from the mat")]
    Specks,
    /// Nearly everything differs from the mat: it is another mat, or hidden.
    #[error("the mat cannot be seen")]
    Covered,
}

/// Finds what lies on a mat.
///
/// `known` are codes found elsewhere in this picture; `expected` is how many pieces of work the operator says there
/// are, cards not counted.
pub fn find(
    input: &Raster,
    mat: Option<&MatModel>,
    known: &[KnownCode],
    expected: Option<usize>,
) -> Finding<Items, ItemsDecline> {
    let plane = ColourPlane::shrink(input);
    if plane.width < LEAST_SIDE || plane.height < LEAST_SIDE {
        return Err(ItemsDecline::TooSmall);
    }
    let ground = Ground::measure(&plane, mat).ok_or(ItemsDecline::NoBackground)?;
    let (frame, scale) = frame(input, &plane, known);
    let mask = mask::items_mask(&ground, frame.per_mm);
    let mut sorted = Sorted::new(&mask, &ground, &frame)?;
    sorted.take_apart(&plane, &frame, known, expected);
    let (drafts, cards) = sorted.drafts(&plane, &frame, known);
    if drafts.is_empty() && cards.is_empty() {
        return Err(if sorted.specks.len() > 3 { ItemsDecline::Specks } else { ItemsDecline::Nothing });
    }
    if ground.learnt != LearntFrom::Model && is_doubtful(&drafts) {
        return Err(ItemsDecline::Specks);
    }
    let finished = |drafts: Vec<Draft>| drafts.into_iter().map(|d| d.finished(&frame)).collect::<Vec<Item>>();
    let (items, cards) = (finished(drafts), finished(cards));
    let count = match expected {
        None => Count::NotExpected,
        Some(expected) if expected == items.len() => Count::AsExpected,
        Some(expected) => Count::Differs { expected },
    };
    let outside_mm2 = outside(&ground, &frame, items.iter().chain(&cards));
    let lowest = items.iter().map(|i| i.confidence.get()).fold(1.0, f32::min);
    let doubt = if matches!(count, Count::Differs { .. }) { 0.5 } else { 1.0 };
    let per_mm = frame.per_mm * frame.factor;
    let value = Items { items, cards, learnt: ground.learnt, per_mm, scale, count, outside_mm2 };
    Ok(Sure { value, confidence: Confidence::new(lowest * doubt) })
}

/// Whether what was found without a model is more likely the mat's own pattern: it runs out of the picture in several
/// places, or hardly differs from the mat.
fn is_doubtful(drafts: &[Draft]) -> bool {
    drafts.iter().filter(|d| !d.cut_off.is_empty()).count() >= MOST_CUT_OFF
        || drafts.iter().any(|d| d.confidence < LEAST_WITHOUT_MODEL)
}

fn frame(input: &Raster, plane: &ColourPlane, known: &[KnownCode]) -> (Frame, Scale) {
    let factor = plane.factor as f64;
    let from_code = known.iter().find_map(|code| {
        let mm = code.side?.millimetres();
        let [a, b, c, d] = code.corners.0;
        let sides = [(a, b), (b, c), (c, d), (d, a)].map(|(p, q)| shape::distance(p, q));
        let per_mm = sides.iter().sum::<f64>() / 4.0 / mm;
        (mm > 0.0 && per_mm.is_finite() && per_mm > 0.1).then_some(per_mm)
    });
    let assumed = f64::from(input.width().max(input.height())) / ASSUMED_WIDTH_MM;
    let size = (input.width(), input.height());
    let scale = if from_code.is_some() { Scale::Code } else { Scale::Assumed };
    (Frame { factor, per_mm: from_code.unwrap_or(assumed) / factor, size }, scale)
}

/// Regions of the mask, sorted into pieces of some size and specks.
struct Sorted {
    pieces: Vec<Piece>,
    specks: Vec<Region>,
}

/// An outline, and the region it came from.
struct Piece {
    outline: Vec<Point>,
    region: usize,
    confidence: f32,
}

impl Sorted {
    fn new(mask: &[bool], ground: &Ground, frame: &Frame) -> Result<Self, ItemsDecline> {
        let (labels, found) = region::regions(mask, ground.width);
        let covered: usize = found.iter().map(|r| r.area).sum();
        if covered as f64 > MOST_COVERED * mask.len() as f64 {
            return Err(ItemsDecline::Covered);
        }
        let least = (LEAST_ITEM_MM2 * frame.per_mm * frame.per_mm).max(8.0);
        let large: Vec<usize> = (0..found.len()).filter(|&k| found[k].area as f64 >= least).collect();
        if large.len() > MOST_REGIONS {
            return Err(ItemsDecline::Specks);
        }
        let pieces = large.iter().map(|&k| Piece {
            outline: labels.outline(k, &found[k]),
            region: k,
            confidence: solidity(&labels, k, &found[k], ground),
        });
        let pieces = pieces.collect();
        let specks = (0..found.len()).filter(|k| !large.contains(k)).map(|k| found[k]).collect();
        Ok(Self { pieces, specks })
    }

    /// Takes touching pieces apart; more willingly if more are expected.
    fn take_apart(&mut self, plane: &ColourPlane, frame: &Frame, known: &[KnownCode], expected: Option<usize>) {
        for evidence in [Evidence::Clear, Evidence::Expected] {
            let work = self.pieces.iter().filter(|p| !is_card(&p.outline, frame, known)).count();
            if evidence == Evidence::Expected && expected.is_none_or(|expected| work >= expected) {
                break;
            }
            let mut apart = Vec::with_capacity(self.pieces.len());
            for piece in self.pieces.drain(..) {
                let parts = split::split(&piece.outline, plane, frame.per_mm, evidence);
                // What was put together is less sure than what lies alone.
                let confidence = if parts.len() > 1 { 0.7 * piece.confidence } else { piece.confidence };
                apart.extend(parts.into_iter().map(|outline| Piece { outline, confidence, ..piece }));
            }
            self.pieces = apart;
        }
    }

    /// Work and cards, in reading order.
    fn drafts(&mut self, plane: &ColourPlane, frame: &Frame, known: &[KnownCode]) -> (Vec<Draft>, Vec<Draft>) {
        reading_order(&mut self.pieces);
        let card: Vec<bool> = self.pieces.iter().map(|p| is_card(&p.outline, frame, known)).collect();
        // The place of each piece among the work.
        let place: Vec<usize> = (0..card.len()).map(|k| card[..k].iter().filter(|c| !**c).count()).collect();
        let (mut work, mut cards) = (Vec::new(), Vec::new());
        for (k, piece) in self.pieces.iter().enumerate() {
            let touches = (0..self.pieces.len())
                .filter(|&n| n != k && !card[n] && self.pieces[n].region == piece.region)
                .filter(|&n| touch(&piece.outline, &self.pieces[n].outline))
                .map(|n| place[n])
                .collect();
            let cut_off = cut_off(&piece.outline, plane);
            let confidence = if cut_off.is_empty() { piece.confidence } else { 0.6 * piece.confidence };
            let beside = self.beside(&piece.outline, BESIDE_MM * frame.per_mm);
            let draft = Draft { outline: piece.outline.clone(), beside, cut_off, touches, confidence };
            if card[k] { cards.push(draft) } else { work.push(draft) }
        }
        (work, cards)
    }

    /// The corners of the specks near an outline.
    fn beside(&self, outline: &[Point], reach: f64) -> Vec<Point> {
        let [l, t, r, b] = crate::geometry::bounds(outline);
        let corners = |s: &Region| {
            let [sl, st, sr, sb] = s.bounds.map(|v| v as f64);
            [Point { x: sl, y: st }, Point { x: sr + 1.0, y: sb + 1.0 }]
        };
        let near = |[p, q]: &[Point; 2]| p.x <= r + reach && q.x >= l - reach && p.y <= b + reach && q.y >= t - reach;
        self.specks.iter().map(corners).filter(near).flatten().collect()
    }
}

/// How much of a region differs clearly from the mat.
fn solidity(labels: &Labels, k: usize, region: &Region, ground: &Ground) -> f32 {
    let [l, t, r, b] = region.bounds;
    let mut clear = 0;
    for y in t..=b {
        for x in l..=r {
            let i = y * labels.width + x;
            clear += usize::from(labels.of[i] == k as u32 + 1 && ground.score[i] >= ground::HIGH);
        }
    }
    // A painting may show the mat's colours on half of its sheet and still be surely there.
    (2.0 * clear as f32 / region.area as f32).min(1.0)
}

/// Whether a known code lies in an outline that is not much larger than a card.
fn is_card(outline: &[Point], frame: &Frame, known: &[KnownCode]) -> bool {
    let area = shape::area(outline) * frame.factor * frame.factor;
    known.iter().any(|code| {
        let centre =
            code.corners.0.iter().fold(Point::default(), |s, p| Point { x: s.x + p.x / 4.0, y: s.y + p.y / 4.0 });
        let centre = Point { x: centre.x / frame.factor, y: centre.y / frame.factor };
        contains(outline, centre) && area <= CARD_TIMES * shape::area(&code.corners.0)
    })
}

fn touch(a: &[Point], b: &[Point]) -> bool {
    // Parts that were cut have the ends of the cut in common.
    a.iter().any(|p| b.iter().any(|q| shape::distance(*p, *q) < TOUCHING))
}

fn cut_off(outline: &[Point], plane: &ColourPlane) -> Vec<Side> {
    let [l, t, r, b] = crate::geometry::bounds(outline);
    let mut sides = Vec::new();
    let (w, h) = (plane.width as f64, plane.height as f64);
    for (side, reaches) in
        [(Side::Top, t < 1.0), (Side::Right, r > w - 1.0), (Side::Bottom, b > h - 1.0), (Side::Left, l < 1.0)]
    {
        if reaches {
            sides.push(side);
        }
    }
    sides
}

/// Rows from the top, each from the left: a piece belongs to a row if its middle lies above the row's first lower end.
fn reading_order(pieces: &mut Vec<Piece>) {
    let bounds = |p: &Piece| crate::geometry::bounds(&p.outline);
    let mut left = std::mem::take(pieces);
    while !left.is_empty() {
        let top = left.iter().map(|p| bounds(p)[1]).fold(f64::INFINITY, f64::min);
        let floor = left.iter().map(bounds).filter(|b| b[1] <= top).map(|b| b[3]).fold(f64::INFINITY, f64::min);
        let in_row = |p: &mut Piece| f64::midpoint(bounds(p)[1], bounds(p)[3]) <= floor || bounds(p)[1] <= top;
        let mut row: Vec<Piece> = left.extract_if(.., in_row).collect();
        row.sort_by(|a, b| bounds(a)[0].total_cmp(&bounds(b)[0]));
        pieces.extend(row);
    }
}

/// What differs clearly from the mat and lies in no crop.
fn outside<'a>(ground: &Ground, frame: &Frame, items: impl Iterator<Item = &'a Item>) -> f64 {
    let mut open: Vec<bool> =
        ground.score.iter().zip(&ground.shade).map(|(&s, &shade)| s >= ground::HIGH && !shade).collect();
    for item in items {
        let (w, h) = (f64::from(item.canvas.0), f64::from(item.canvas.1));
        let corners = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map(|(x, y)| item.transform.map_back(Point { x, y }));
        let crop = corners.map(|p| Point { x: p.x / frame.factor, y: p.y / frame.factor });
        let [l, t, r, b] = crate::geometry::bounds(&crop);
        for y in t.max(0.0) as usize..(b.max(0.0).ceil() as usize).min(ground.height) {
            for x in l.max(0.0) as usize..(r.max(0.0).ceil() as usize).min(ground.width) {
                let i = y * ground.width + x;
                if open[i] && contains(&crop, Point { x: x as f64 + 0.5, y: y as f64 + 0.5 }) {
                    open[i] = false;
                }
            }
        }
    }
    open.iter().filter(|&&v| v).count() as f64 / (frame.per_mm * frame.per_mm)
}

#[cfg(test)]
#[path = "items_tests.rs"]
mod tests;
