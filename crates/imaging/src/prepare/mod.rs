//! One page from capture to derivative: measured, then resampled once.

use crate::blank::{self, BlankEvidence, Blankness};
use crate::crop::{self, Crop, CropDecline};
use crate::deskew::{self, Skew, SkewDecline, SkewSource, UNEVEN_DEG, Verdict};
use crate::geometry::affine::Affine;
use crate::geometry::transform::Transform;
use crate::geometry::{bounds, outline};
use crate::orientation::orientation;
use crate::quality::{Sharpness, flat_tail, sharpness};
use crate::ruling::LEAST_LINES;
use crate::survey::Survey;
use crate::warp::{Canvas, turn_back, warp_within};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Angle, Confidence, Point, Quad, Turn};
use scantrail_core::vocabulary::{Content, Suspicion};

/// Edges of the paper are believed as the page's turn only from this angle up, if its lines say nothing.
const EDGE_FROM_DEG: f64 = 1.5;
/// Ink outside the canvas of fewer working pixels than this is dust.
const LOST_INK: usize = 3;
/// Soft tiles above this share are worth a word.
const SOFT_LIMIT: f32 = 0.5;
/// Ink darker than this share of the paper must not fall off the canvas.
const INK_KEPT: f32 = 0.08;

/// Where the pixels came from, as far as that decides what may be done to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A document feeder: backing around the sheet.
    Feeder,
    /// The glass of a scanner.
    Flatbed,
    /// A camera or a photo: turned upright, otherwise left alone.
    Picture,
}

/// What is known before looking at the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hints {
    /// The turn the camera noted.
    pub exif_turn: Turn,
    /// The turn of a code of ours in the same stored pixels, if one was found.
    pub code_turn: Option<Turn>,
    /// Where the pixels came from.
    pub origin: Origin,
}

/// What a person should know about a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Warning {
    /// Most of the ink is out of focus.
    Soft,
    /// The lower part is one flat colour.
    FlatTail,
    /// The lines of the page are not parallel; it was turned by their common part, or not at all.
    Uneven,
    /// Ink reaches the edge of the picture; the page was enlarged to keep it.
    InkAtEdge,
}

impl Warning {
    /// The warning in plain words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Soft => "the page is out of focus",
            Self::FlatTail => "the lower part of the page is missing",
            Self::Uneven => "the lines of the page are not parallel",
            Self::InkAtEdge => "ink reaches the edge of the picture",
        }
    }
}

/// A capture made ready: what it shows, page by page.
#[derive(Debug, Clone, PartialEq)]
pub struct Preparation {
    /// The pages found in it, in reading order; at least one. Most captures show one page, an open book two, a mat
    /// several papers.
    pub parts: Vec<Prepared>,
    /// What it shows.
    pub content: Content,
    /// How sharp it is; `None` without ink.
    pub sharpness: Option<Sharpness>,
    /// The capture may not be whole.
    pub suspicion: Option<Suspicion>,
    /// What a person should know of the capture as a whole.
    pub warnings: Vec<Warning>,
}

impl Preparation {
    /// The first page: of most captures the only one.
    pub fn first(&self) -> &Prepared {
        self.parts.first().expect("every capture shows one page at least")
    }

    /// Every warning once, those of the capture first.
    pub fn all_warnings(&self) -> Vec<Warning> {
        let mut all = self.warnings.clone();
        for warning in self.parts.iter().flat_map(|part| &part.warnings) {
            if !all.contains(warning) {
                all.push(*warning);
            }
        }
        all
    }
}

/// A page made ready to be read and filed, and the evidence for everything done to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Upright, straight, cropped.
    pub raster: Raster,
    /// From points of the input to points of `raster`.
    pub transform: Transform,
    /// The quarter turn found and taken back.
    pub turn: Turn,
    /// The small turn found; taken back as far as [`Skew::applied`] says.
    pub skew: Skew,
    /// The outline of the paper in the input.
    pub crop: Crop,
    /// Whether it is blank; pictures are never looked at.
    pub blank: Option<BlankEvidence>,
    /// What a person should know.
    pub warnings: Vec<Warning>,
}

impl Prepared {
    /// The corners of the paper in the input, clockwise from its top left; none if it is the whole capture.
    pub fn outline(&self) -> Option<Quad> {
        self.crop.declined.is_none().then_some(self.crop.quad)
    }

    /// Whether uneven light was taken out.
    pub fn relit(&self) -> bool {
        false
    }
}

/// Measures a capture and makes the derivative of every page in it, each with one resampling at most.
pub fn prepare(input: &Raster, hints: &Hints) -> Preparation {
    let turn = orientation(hints.exif_turn, hints.code_turn);
    let suspicion = flat_tail(input);
    let sharpness = sharpness(input);
    let mut warnings = Vec::new();
    warnings.extend(suspicion.map(|_| Warning::FlatTail));
    warnings.extend(sharpness.filter(|s| s.soft_share > SOFT_LIMIT).map(|_| Warning::Soft));
    let survey = Survey::new(input);
    let (part, content) = if hints.origin == Origin::Picture || survey.is_picture() {
        (only_turned(input, turn), Content::Picture)
    } else {
        straightened(input, turn, &survey)
    };
    Preparation { parts: vec![part], content, sharpness, suspicion, warnings }
}

fn only_turned(input: &Raster, turn: Turn) -> Prepared {
    Prepared {
        raster: turn_back(input, turn),
        transform: Affine::turning_back(turn, input.width(), input.height()).into(),
        turn,
        skew: Skew::declined(SkewDecline::Picture),
        crop: Crop::declined(CropDecline::Picture, input.width(), input.height()),
        blank: None,
        warnings: Vec::new(),
    }
}

fn straightened(input: &Raster, turn: Turn, survey: &Survey) -> (Prepared, Content) {
    let mut warnings = Vec::new();
    let crop = crop::find(survey, input.width(), input.height());
    let skew = with_edges(deskew::measure_in(survey), &crop);
    let blank = blank::look(survey, skew.angle.radians().tan());
    let content = content(&blank);
    if skew.unevenness > UNEVEN_DEG && content != Content::Blank {
        warnings.push(Warning::Uneven);
    }
    let layout = Layout::new(input, turn, skew.applied(), &crop, survey);
    warnings.extend(layout.enlarged.then_some(Warning::InkAtEdge));
    let raster = layout.render(input, turn, &crop, paper_colour(input, survey));
    let transform = layout.transform.into();
    (Prepared { raster, transform, turn, skew, crop, blank: Some(blank), warnings }, content)
}

fn content(blank: &BlankEvidence) -> Content {
    if blank.verdict == Blankness::Blank {
        Content::Blank
    } else if blank.ruled_lines >= LEAST_LINES {
        Content::Lined
    } else {
        Content::Text
    }
}

/// Takes the turn of the paper's edges where its lines say nothing and the turn is plain to see.
fn with_edges(skew: Skew, crop: &Crop) -> Skew {
    let silent = matches!(skew.verdict, Verdict::Declined(SkewDecline::NoLines | SkewDecline::TooLittleInk));
    match crop.edge_angle {
        Some(angle) if silent && angle.degrees().abs() >= EDGE_FROM_DEG => Skew {
            angle,
            confidence: Confidence::new(crop.confidence.get().min(0.8)),
            source: SkewSource::Edge,
            verdict: Verdict::Measured,
            unevenness: 0.0,
        },
        _ => skew,
    }
}

/// Where the derivative's pixels come from.
struct Layout {
    transform: Affine,
    width: u32,
    height: u32,
    enlarged: bool,
    exact: bool,
}

impl Layout {
    fn new(input: &Raster, turn: Turn, angle: Angle, crop: &Crop, survey: &Survey) -> Self {
        let whole = outline(input.width(), input.height());
        let upright = Affine::turning_back(turn, input.width(), input.height());
        let kept = upright.map_quad(&crop.quad);
        let [left, top, right, bottom] = bounds(&kept.0);
        let centre = Point { x: f64::midpoint(left, right), y: f64::midpoint(top, bottom) };
        let turned = upright.then(&Affine::rotation(Angle::from_degrees(-angle.degrees()), centre));
        if crop.declined.is_none() {
            return Self::around(&turned, &turned.map_quad(&crop.quad));
        }
        if angle.degrees() == 0.0 {
            return Self { exact: true, ..Self::around(&upright, &upright.map_quad(&whole)) };
        }
        // Same size as before, unless that cuts ink off.
        let same_size = Self::around(&turned, &kept);
        if lost_ink(survey, &same_size) <= LOST_INK {
            return same_size;
        }
        Self { enlarged: true, ..Self::around(&turned, &turned.map_quad(&whole)) }
    }

    /// The canvas that just holds `outline`, which is given in turned coordinates.
    fn around(turned: &Affine, outline: &Quad) -> Self {
        let [left, top, right, bottom] = bounds(&outline.0);
        // Whole pixels outwards; a hair of slack keeps exact sizes exact.
        let (left, top) = ((left + 1e-6).floor(), (top + 1e-6).floor());
        let side = |from: f64, to: f64| ((to - from - 1e-6).ceil()).max(1.0) as u32;
        Self {
            transform: turned.then(&Affine::translation(-left, -top)),
            width: side(left, right),
            height: side(top, bottom),
            enlarged: false,
            exact: false,
        }
    }

    fn render(&self, input: &Raster, turn: Turn, crop: &Crop, fill: [u8; 3]) -> Raster {
        let upright = turn_back(input, turn);
        if self.exact {
            return upright;
        }
        // The quarter turn moves whole pixels, so this is still the only resampling.
        let turning = Affine::turning_back(turn, input.width(), input.height());
        let rest = turning.inverse().then(&self.transform);
        let canvas = Canvas { width: self.width, height: self.height, fill };
        warp_within(&upright, &rest, canvas, &turning.map_quad(&crop.quad))
    }
}

/// Working pixels with ink that would fall off the canvas.
fn lost_ink(survey: &Survey, layout: &Layout) -> usize {
    let factor = survey.plane.factor as f64;
    let (w, h) = (f64::from(layout.width), f64::from(layout.height));
    let width = survey.ink.width;
    let off = |i: usize| {
        let p = Point { x: ((i % width) as f64 + 0.5) * factor, y: ((i / width) as f64 + 0.5) * factor };
        let p = layout.transform.map_forward(p);
        p.x < 0.0 || p.y < 0.0 || p.x > w || p.y > h
    };
    survey.ink.values.iter().enumerate().filter(|&(i, &v)| v > INK_KEPT && off(i)).count()
}

/// The mean colour of pixels about as bright as the paper.
fn paper_colour(input: &Raster, survey: &Survey) -> [u8; 3] {
    let page = survey.background.page;
    let channels = input.channels().count();
    let mut sum = [0u64; 3];
    let mut count = 0u64;
    for y in (0..input.height()).step_by(16) {
        for p in input.row(y).chunks_exact(channels).step_by(16) {
            let [r, g, b] = if input.channels() == Channels::Rgb { [p[0], p[1], p[2]] } else { [p[0]; 3] };
            let grey = 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
            if (grey - page).abs() <= 8.0 {
                sum = [sum[0] + u64::from(r), sum[1] + u64::from(g), sum[2] + u64::from(b)];
                count += 1;
            }
        }
    }
    if count == 0 { [255; 3] } else { sum.map(|s| (s / count) as u8) }
}

#[cfg(test)]
mod tests;
