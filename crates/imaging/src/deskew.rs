//! The small turn of a page, measured on its lines, with the courage to decline.
//!
//! Ink at the working size is summed along slanted strips; the slope at which the sums are roughest is that of the
//! lines. Two axes are asked, several peaks compared, a second kind of ink must agree, and so must the
//! two halves of the page. Pictures are never measured: a painting can look like lines.

mod axis;
mod judge;
mod profile;
mod ruled;

use crate::background::darkness;
use crate::crop;
use crate::plane::Field;
use crate::survey::Survey;
use axis::{Coarse, Grid, Opinion};
use judge::judge;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Angle, Confidence};

/// Smaller turns are left alone: nobody sees them, and every resampling softens.
pub const APPLY_FROM_DEG: f64 = 0.1;
/// Less strong ink than this share of the page is dust and sensor streaks (which make perfect lines).
const INK_FLOOR: f32 = 0.0005;
/// A peak this high needs no other axis, and is lines for certain; text and ruling measured 17 and more.
const CERTAIN_PEAK: f32 = 11.0;
/// Lines across need at least this share of the roughness of lines down: a page without lines ripples.
const LEAST_SHARE: f32 = 0.05;
/// Weak lines across give way to lines down whose peak is so many times theirs.
const CLEARLY_STRONGER: f32 = 1.5;
/// Edges of the paper are believed as the page's turn only from this angle up.
const EDGE_FROM_DEG: f64 = 1.5;
/// What is believed of them at most.
const EDGE_CONFIDENCE: f32 = 0.8;
/// With less strong ink than this the page is written, not printed: handwriting and worksheets measured up to 0.04,
/// columns of print from 0.15.
const SPARSE_INK: f32 = 0.06;
/// Halves further apart than this are reported.
pub(crate) const UNEVEN_DEG: f64 = 0.2;

/// What the turn was measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkewSource {
    /// Ruled lines, followed one by one: they outrank what is written on them.
    Ruling,
    /// Lines of print or writing.
    Text,
    /// The edges of the paper.
    Edge,
}

impl SkewSource {
    /// The word for records and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ruling => "ruling",
            Self::Text => "text",
            Self::Edge => "edge",
        }
    }
}

/// Why no turn is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkewDecline {
    /// The capture is a photo or shows a picture: it is never straightened.
    Picture,
    /// Hardly any ink.
    TooLittleInk,
    /// No lines, or lines too weak for so small a turn.
    NoLines,
    /// Two different turns fit about as well.
    Ambiguous,
    /// The second way of measuring says something else.
    Disputed,
    /// Parts of the page are turned differently.
    Uneven,
}

impl SkewDecline {
    /// The reason in plain words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Picture => "a picture",
            Self::TooLittleInk => "hardly any ink",
            Self::NoLines => "no lines",
            Self::Ambiguous => "two turns fit as well",
            Self::Disputed => "two ways of measuring disagree",
            Self::Uneven => "its parts are turned differently",
        }
    }
}

/// Whether to believe the angle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The page is turned by this angle.
    Measured,
    /// The page is to stay as it is.
    Declined(SkewDecline),
}

/// The small turn found in a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skew {
    /// The turn *found in* the input, clockwise positive, within ±15.6°; a declined measurement keeps its best guess
    /// here, or 0.
    pub angle: Angle,
    /// How sure: from 0.5 up for accepted turns.
    pub confidence: Confidence,
    /// What it was measured on.
    pub source: SkewSource,
    /// Whether to believe it.
    pub verdict: Verdict,
    /// Degrees by which the two halves of the page differ, at most 0.4 (the search window).
    pub unevenness: f64,
    /// Degrees by which lines across are turned further clockwise than lines down, on paper ruled both ways: scanners
    /// shear by up to 0.15°. `None` without ruling in both directions.
    pub shear: Option<f64>,
}

impl Skew {
    /// A page nobody measured, and why.
    pub(crate) fn declined(reason: SkewDecline) -> Self {
        Self {
            angle: Angle::default(),
            confidence: Confidence::NONE,
            source: SkewSource::Text,
            verdict: Verdict::Declined(reason),
            unevenness: 0.0,
            shear: None,
        }
    }

    /// The turn of the paper's edges where its lines say nothing for certain and the turn is plain to see. Of a densely
    /// printed page the edges do not decide: print may stand askew on its paper.
    #[must_use]
    pub(crate) fn or_edges(self, survey: &Survey, edges: Option<Angle>, sure: Confidence) -> Self {
        let (Verdict::Declined(reason), Some(angle)) = (self.verdict, edges) else {
            return self;
        };
        let silent = matches!(reason, SkewDecline::NoLines | SkewDecline::TooLittleInk);
        let sparse = survey.strong < SPARSE_INK && reason != SkewDecline::Picture;
        if !(silent || sparse) || angle.degrees().abs() < EDGE_FROM_DEG {
            return self;
        }
        Self {
            angle,
            confidence: Confidence::new(sure.get().clamp(0.5, EDGE_CONFIDENCE)),
            source: SkewSource::Edge,
            verdict: Verdict::Measured,
            unevenness: 0.0,
            shear: None,
        }
    }

    /// The angle to turn the page back by: 0 for declined and invisible turns.
    pub fn applied(&self) -> Angle {
        let visible = self.angle.degrees().abs() >= APPLY_FROM_DEG;
        if visible && self.verdict == Verdict::Measured { self.angle } else { Angle::default() }
    }
}

/// Measures the small turn of a page from a feeder or a flatbed. Artwork declines.
pub fn measure(page: &Raster) -> Skew {
    let survey = Survey::new(page);
    let skew = measure_in(&survey);
    if skew.verdict == Verdict::Measured {
        return skew;
    }
    let crop = crop::find(&survey, page.width(), page.height());
    skew.or_edges(&survey, crop.edge_angle, crop.confidence)
}

pub(crate) fn measure_in(survey: &Survey) -> Skew {
    if survey.is_picture() {
        return Skew::declined(SkewDecline::Picture);
    }
    let Some((opinion, lines)) = best_axis(&survey.ink, &survey.columns) else {
        return Skew::declined(SkewDecline::NoLines);
    };
    if survey.strong < INK_FLOOR {
        // The guess still tells where faint ruling would run.
        let angle = Angle::from_degrees(opinion.degrees);
        return Skew { angle, ..Skew::declined(SkewDecline::TooLittleInk) };
    }
    let second = if opinion.ruled.is_some() { opinion.degrees } else { second_opinion(survey, opinion.degrees, lines) };
    Skew { shear: shear(survey, &opinion), ..judge(&opinion, second) }
}

/// How far ruling across and ruling down are from square.
fn shear(survey: &Survey, opinion: &Opinion) -> Option<f64> {
    let near = opinion.ruled?.degrees;
    let (ink, columns) = (&survey.ink, &survey.columns);
    let across = axis::ruling_near(Grid { ink, columns }, near)?;
    // A transposed picture is mirrored as well: slopes change their sign.
    let down = axis::ruling_near(Grid { ink: columns, columns: ink }, -near)?;
    Some(across.degrees + down.degrees)
}

/// Along which axis of the picture the lines run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    Across,
    /// The page is turned by a quarter; degrees are already turned along.
    Down,
}

/// Lines across if there are any worth the name, lines down if those are clearly stronger. `columns` is `ink` transposed.
fn best_axis(ink: &Field, columns: &Field) -> Option<(Opinion, Lines)> {
    let (across, down) = (Coarse::new(ink)?, Coarse::new(columns)?);
    let standing = across.peak() >= CERTAIN_PEAK || across.peak() * CLEARLY_STRONGER >= down.peak();
    if standing && across.height() >= LEAST_SHARE * down.height() {
        return axis::measure(Grid { ink, columns }, &across).map(|o| (o, Lines::Across));
    }
    let opinion = axis::measure(Grid { ink: columns, columns: ink }, &down)?;
    Some((opinion.transposed(), Lines::Down))
}

/// The turn as black-and-white ink has it, in degrees.
fn second_opinion(survey: &Survey, near: f64, lines: Lines) -> f64 {
    let mut bilevel = darkness(&survey.plane, &survey.background, 0.0, 1.0);
    // Only where the first ink is too: the backing's edge is no line.
    let paper = survey.backing.inside_mask(bilevel.width, bilevel.height);
    if let Some(paper) = &paper {
        bilevel.values.iter_mut().zip(paper).for_each(|(v, paper)| *v = if *paper { *v } else { 0.0 });
    }
    let threshold = otsu(&bilevel.values);
    for (v, ink) in bilevel.values.iter_mut().zip(&survey.ink.values) {
        *v = if *v > threshold && *ink > 0.0 { 1.0 } else { 0.0 };
    }
    let (ink, columns) = (&bilevel, &bilevel.transposed());
    match lines {
        Lines::Across => axis::measure_near(Grid { ink, columns }, near),
        Lines::Down => -axis::measure_near(Grid { ink: columns, columns: ink }, -near),
    }
}

/// How many values in 0..=1 fall into each 255th.
fn histogram(values: &[f32]) -> [u32; 256] {
    // Neighbours are mostly alike: counted in one place, each would wait for the one before it.
    let mut parts = [[0u32; 256]; 4];
    let (fours, rest) = values.as_chunks::<4>();
    for four in fours {
        for (part, v) in parts.iter_mut().zip(four) {
            part[usize::from((v * 255.0) as u8)] += 1;
        }
    }
    for v in rest {
        parts[0][usize::from((v * 255.0) as u8)] += 1;
    }
    std::array::from_fn(|level| parts.iter().map(|part| part[level]).sum())
}

/// The threshold that best separates two kinds of values in 0..=1 (N. Otsu, 1979, doi:10.1109/TSMC.1979.4310076).
fn otsu(values: &[f32]) -> f32 {
    let histogram = histogram(values);
    let total = values.len() as f64;
    let sum: f64 = histogram.iter().enumerate().map(|(i, &n)| i as f64 * f64::from(n)).sum();
    let (mut below, mut sum_below, mut best, mut threshold) = (0.0, 0.0, 0.0, 0);
    for (i, &n) in histogram.iter().enumerate() {
        below += f64::from(n);
        sum_below += i as f64 * f64::from(n);
        let above = total - below;
        if below < 1.0 || above < 1.0 {
            continue;
        }
        let apart = sum_below / below - (sum - sum_below) / above;
        let between = below * above * apart * apart;
        if between > best {
            (best, threshold) = (between, i);
        }
    }
    (threshold as f32 + 0.5) / 255.0
}

#[cfg(test)]
#[path = "deskew_tests.rs"]
mod tests;
