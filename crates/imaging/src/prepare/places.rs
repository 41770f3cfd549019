//! Where the pages lie in a capture: one, cropped or flattened; or two, when a book lies open; or all of it.

use super::frame::{Bounds, Frame, Subject};
use super::{Hints, Origin, Scene, Warning, on_mat};
use crate::crop::{self, Crop};
use crate::finding::Sure;
use crate::geometry::affine::Affine;
use crate::geometry::intersection;
use crate::items::KnownCode;
use crate::orientation::TurnSource;
use crate::outline::{self, Anchor, Known, Outline, PageSize};
use crate::split::{self, Split};
use crate::survey::Survey;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Dpi, Point, Resolution, Turn};

/// The longer side of a photographed page whose size nobody knows, in millimetres: A4.
const ASSUMED_LONG_MM: f64 = 297.0;
/// A sheet whose proportions are those of the A series is taken for A4, the paper of schools.
const A4_LONG_MM: f64 = 297.0;
const LETTER_LONG_MM: f64 = 279.4;
/// What is longer than this is no sheet of paper but a board: A3 is 420 mm long, the least whiteboard 600 mm.
const LARGEST_PAPER_MM: f64 = 500.0;

/// The pages of a capture.
pub(super) struct Places {
    /// In reading order, at least one.
    pub(super) frames: Vec<Frame>,
    /// Where the gutter of an open book runs, in pixels of the capture.
    pub(super) gutter: Option<[Point; 2]>,
    /// What a person should know of how they lie.
    pub(super) warnings: Vec<Warning>,
}

impl Places {
    pub(super) fn one(frame: Frame) -> Self {
        Self { frames: vec![frame], gutter: None, warnings: Vec::new() }
    }
}

/// Finds the pages. `survey` is that of the capture.
pub(super) fn find(input: &Raster, hints: &Hints<'_>, turn: (Turn, TurnSource), survey: &Survey) -> Places {
    let whole = Frame::whole(input, turn);
    match hints.scene {
        Scene::Unsaid => {}
        Scene::Papers(mat) => return on_mat::papers(input, &hints.codes, &mat, &whole),
        Scene::Object(mat) => return on_mat::object(input, &hints.codes, &mat, whole),
        Scene::Board => return Places::one(board(input, hints, whole)),
    }
    match hints.origin {
        Origin::Feeder => Places::one(sheet(input, whole, survey)),
        Origin::Flatbed => scanned(input, whole, survey),
        Origin::Photo => photographed(input, hints, &whole).unwrap_or_else(|| Places::one(whole)),
        Origin::Unknown => match photographed(input, hints, &whole) {
            Some(places) => places,
            None => scanned(input, whole, survey),
        },
    }
}

/// A sheet on the backing of a scanner.
fn sheet(input: &Raster, whole: Frame, survey: &Survey) -> Frame {
    if survey.is_picture() {
        return whole;
    }
    cropped(whole, &crop::find(survey, input.width(), input.height()))
}

/// A sheet or an open book on the glass. Through a feeder only loose sheets come: a fold is no gutter there.
fn scanned(input: &Raster, whole: Frame, survey: &Survey) -> Places {
    let sheet = sheet(input, whole, survey);
    if survey.is_picture() {
        return Places::one(sheet);
    }
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

/// What four edges in a photo enclose, seen from the front, if they are found for certain.
fn flattened(input: &Raster, hints: &Hints<'_>, whole: &Frame) -> Option<Frame> {
    let anchor = |code: &KnownCode| Some(Anchor { quad: code.corners, side_mm: code.side?.millimetres() });
    let known = Known { anchors: hints.codes.iter().filter_map(anchor).collect() };
    let Sure { value: found, confidence } = outline::find(input, &known).ok()?;
    let (flat, width, height) = found.flatten()?;
    let long_mm = match &found.size {
        PageSize::True(scale) => scale.width_mm.max(scale.height_mm),
        PageSize::ASeries(_) | PageSize::Letter(_) | PageSize::Proportions(_) => 0.0,
    };
    let subject = if long_mm > LARGEST_PAPER_MM { Subject::Board } else { Subject::Paper };
    Some(Frame {
        subject,
        flat: flat.then(Affine::turning_back(whole.turn, width, height)),
        outline: Some(found.quad.0.to_vec()),
        bounds: if subject == Subject::Board { Bounds::Board } else { Bounds::Edges },
        confidence,
        edge_angle: None,
        resolution: Some(resolution(&found, subject, width, height)),
        ..whole.clone()
    })
}

/// A whiteboard, from its frame on if that is found, or else all that the camera saw.
fn board(input: &Raster, hints: &Hints<'_>, whole: Frame) -> Frame {
    let found = flattened(input, hints, &whole).unwrap_or(whole);
    let bounds = if found.outline.is_some() { Bounds::Board } else { Bounds::Whole };
    Frame { subject: Subject::Board, bounds, ..found }
}

/// A page, an open book or a board in a photo, if its edges are found for certain.
fn photographed(input: &Raster, hints: &Hints<'_>, whole: &Frame) -> Option<Places> {
    let frame = flattened(input, hints, whole)?;
    if frame.subject == Subject::Board {
        return Some(Places::one(frame));
    }
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
    Places { frames, gutter: Some(gutter), warnings: crossed.then_some(Warning::AcrossGutter).into_iter().collect() }
}

/// Whether a gutter runs down the capture rather than across it.
fn is_down([a, b]: [Point; 2]) -> bool {
    (b.y - a.y).abs() >= (b.x - a.x).abs()
}

/// Dots per inch of a flattened page, from its size as it was found or as it is assumed.
fn resolution(outline: &Outline, subject: Subject, width: u32, height: u32) -> Resolution {
    let long = f64::from(width.max(height));
    let per_inch = |pixels: f64, mm: f64| {
        let dpi = (pixels * 25.4 / mm).round().clamp(1.0, 4_800.0);
        Dpi::new(dpi as u16).unwrap_or(Dpi::SCAN)
    };
    match &outline.size {
        // A board is shown on a sheet.
        _ if subject == Subject::Board => Resolution::square(per_inch(long, ASSUMED_LONG_MM)),
        PageSize::True(scale) => Resolution {
            x: per_inch(f64::from(width), scale.width_mm),
            y: per_inch(f64::from(height), scale.height_mm),
        },
        PageSize::ASeries(_) => Resolution::square(per_inch(long, A4_LONG_MM)),
        PageSize::Letter(_) => Resolution::square(per_inch(long, LETTER_LONG_MM)),
        PageSize::Proportions(_) => Resolution::square(per_inch(long, ASSUMED_LONG_MM)),
    }
}
