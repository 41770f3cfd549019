//! Where the pages lie in a capture: one, cropped or flattened; or two, when a book lies open; or all of it.

use super::frame::{Bounds, Frame};
use super::{Hints, Origin};
use crate::crop::{self, Crop};
use crate::finding::Sure;
use crate::geometry::affine::Affine;
use crate::geometry::intersection;
use crate::orientation::TurnSource;
use crate::outline::{self, Known, Outline, OutlineKind, PageSize};
use crate::split::{self, Split};
use crate::survey::Survey;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Dpi, Point, Resolution, Turn};

/// The longer side of a photographed page whose size nobody knows, in millimetres: A4.
const ASSUMED_LONG_MM: f64 = 297.0;
/// A sheet whose proportions are those of the A series is taken for A4, the paper of schools.
const A4_LONG_MM: f64 = 297.0;
const LETTER_LONG_MM: f64 = 279.4;

/// The pages of a capture.
pub(super) struct Places {
    /// In reading order, at least one.
    pub(super) frames: Vec<Frame>,
    /// Where the gutter of an open book runs, in pixels of the capture.
    pub(super) gutter: Option<[Point; 2]>,
    /// Something runs across the gutter; the last frame is the whole spread.
    pub(super) crossed: bool,
}

impl Places {
    fn one(frame: Frame) -> Self {
        Self { frames: vec![frame], gutter: None, crossed: false }
    }
}

/// Finds the pages. `survey` is that of the capture.
pub(super) fn find(input: &Raster, hints: &Hints, turn: (Turn, TurnSource), survey: &Survey) -> Places {
    let whole = Frame::whole(input, turn);
    match hints.origin {
        Origin::Feeder | Origin::Flatbed => scanned(input, whole, survey),
        Origin::Photo => photographed(input, hints, &whole).unwrap_or_else(|| Places::one(whole)),
        Origin::Unknown => match photographed(input, hints, &whole) {
            Some(places) => places,
            None => scanned(input, whole, survey),
        },
    }
}

/// A sheet or an open book on the backing of a scanner.
fn scanned(input: &Raster, whole: Frame, survey: &Survey) -> Places {
    if survey.is_picture() {
        return Places::one(whole);
    }
    let sheet = cropped(whole, &crop::find(survey, input.width(), input.height()));
    match split::find_in(survey, input.width(), input.height()) {
        Ok(Sure { value, confidence }) => {
            let sides = value.sides(input.width(), input.height());
            let region = sheet.region(input);
            let sides = sides.map(|side| Frame {
                outline: Some(intersection(&region, &side)),
                bounds: Bounds::Gutter,
                confidence,
                edge_angle: None,
                ..sheet.clone()
            });
            spread(sides.to_vec(), sheet, &value, value.gutter)
        }
        Err(_) => Places::one(sheet),
    }
}

fn cropped(whole: Frame, crop: &Crop) -> Frame {
    if crop.declined.is_some() {
        return whole;
    }
    Frame {
        outline: Some(crop.quad.0.to_vec()),
        bounds: Bounds::Backing,
        confidence: crop.confidence,
        edge_angle: crop.edge_angle,
        ..whole
    }
}

/// A page, an open book or a board in a photo, if its edges are found for certain.
fn photographed(input: &Raster, hints: &Hints, whole: &Frame) -> Option<Places> {
    let found = outline::find(input, &Known { anchors: hints.anchors.clone() }).ok()?;
    let (flat, width, height) = found.value.flatten()?;
    let frame = Frame {
        flat: flat.then(Affine::turning_back(whole.turn, width, height)),
        outline: Some(found.value.quad.0.to_vec()),
        bounds: match found.value.kind {
            OutlineKind::Page => Bounds::Edges,
        },
        confidence: found.confidence,
        edge_angle: None,
        resolution: Some(resolution(&found.value, width, height)),
        ..whole.clone()
    };
    let (small, to_small) = frame.working(input);
    let Ok(Sure { value, confidence }) = split::find(&small) else { return Some(Places::one(frame)) };
    let back = |points: &[Point]| points.iter().map(|&p| to_small.map_back(p)).collect::<Vec<_>>();
    let sides = value.sides(small.width(), small.height()).map(|side| Frame {
        outline: Some(back(&side)),
        bounds: Bounds::Gutter,
        confidence,
        ..frame.clone()
    });
    let gutter = value.gutter.map(|p| to_small.map_back(p));
    Some(spread(sides.to_vec(), frame, &value, gutter))
}

/// The two pages of an open book, and the whole of it where something runs across.
fn spread(sides: Vec<Frame>, whole: Frame, split: &Split, gutter: [Point; 2]) -> Places {
    let crossed = split.crossing.places > 0;
    let mut frames = sides;
    if whole.turn == Turn::Half || whole.turn == Turn::Quarter && is_down(gutter) {
        frames.reverse();
    }
    frames.extend(crossed.then_some(whole));
    Places { frames, gutter: Some(gutter), crossed }
}

/// Whether a gutter runs down the capture rather than across it.
fn is_down([a, b]: [Point; 2]) -> bool {
    (b.y - a.y).abs() >= (b.x - a.x).abs()
}

/// Dots per inch of a flattened page, from its size as it was found or as it is assumed.
fn resolution(outline: &Outline, width: u32, height: u32) -> Resolution {
    let long = f64::from(width.max(height));
    let per_inch = |pixels: f64, mm: f64| {
        let dpi = (pixels * 25.4 / mm).round().clamp(1.0, 4_800.0);
        Dpi::new(dpi as u16).unwrap_or(Dpi::SCAN)
    };
    match &outline.size {
        PageSize::True(scale) => Resolution {
            x: per_inch(f64::from(width), scale.width_mm),
            y: per_inch(f64::from(height), scale.height_mm),
        },
        PageSize::ASeries(_) => Resolution::square(per_inch(long, A4_LONG_MM)),
        PageSize::Letter(_) => Resolution::square(per_inch(long, LETTER_LONG_MM)),
        PageSize::Proportions(_) => Resolution::square(per_inch(long, ASSUMED_LONG_MM)),
    }
}
