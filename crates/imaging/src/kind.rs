//! What a capture shows, as far as that decides what may be done to it.
//!
//! The failure to avoid is calling artwork text: it would be straightened, cropped and whitened. So *text* needs proof:
//! paper all around, and ink that stands in rows. Everything without proof is a picture and stays as it is. What may be
//! done is not decided here.

mod groups;
mod slope;

use crate::background::{Background, darkness};
use crate::backing::Backing;
use crate::blank::{Blankness, Ink, Raised};
use crate::components::Component;
use crate::finding::Sure;
use crate::plane::{Field, Plane};
use crate::prepare::Origin;
use crate::ruling::LEAST_LINES;
use crate::survey::Survey;
use groups::Rows;
use scantrail_core::raster::Raster;
use scantrail_core::units::Confidence;
use scantrail_core::vocabulary::Content;

/// Above this share of solid ink a page shows a picture. Prints with figures reach 0.02, paintings start at 0.19.
const PICTURE_SOLID: f32 = 0.08;
/// Writing leaves paper to be seen on at least this share of the page. Prints measured 0.9 and more, paintings 0.75 and
/// less.
const LEAST_PAPER: f32 = 0.8;
/// So many of the neighbouring places on paper may differ: prints with figures reach 0.045, paintings start at 0.18.
const MOST_UNREST: f32 = 0.1;
/// Paper darker than this (of 255) is no paper, or a deep-coloured sheet as art rooms use: grey newsprint has 170.
const DARK_PAGE: f32 = 130.0;
/// On writing, at least this share of the ink stands in rows.
const LEAST_IN_ROWS: f32 = 0.5;
/// A single row is writing only if hardly anything else is there: a drawing may have a title.
const SINGLE_ROW_SHARE: f32 = 0.85;
/// No drawing has so many rows; small print flows together and may have a smaller share in them.
const MANY_ROWS: usize = 120;
const LEAST_IN_MANY_ROWS: f32 = 0.2;
/// Letters are cut out at these shares of the ink's typical darkness: small print needs the higher one, pencil beside
/// print the lower one. The one that finds more rows counts.
const CUTS: [f32; 2] = [0.35, 0.6];
/// So many rows are writing, whatever stands beside them: a form on a desk has 88, photos and paintings up to 6.
const CERTAIN_ROWS: usize = 20;
/// On ruled paper less is asked: who draws there seldom means art, and what rows cannot prove the ruling levels.
const LEAST_IN_ROWS_RULED: f32 = 0.15;

/// Why a capture is what it is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindReason {
    /// Most of the ink stands in rows.
    Rows,
    /// The paper is ruled or squared, and writing stands on it.
    Ruling,
    /// Nothing that could be told from paper, ruling and punched holes.
    NoMarks,
    /// Large areas are dark or coloured.
    Solid,
    /// Hardly any paper is left to be seen, or its brightness changes everywhere.
    Covered,
    /// The sheet itself is dark.
    DarkSheet,
    /// The ink does not stand in rows: a drawing, or something unknown.
    NoRows,
}

/// What a capture shows, why that is thought, and the figures behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    /// What it shows.
    pub content: Content,
    /// Why.
    pub reason: KindReason,
    /// Rows of writing found.
    pub rows: usize,
    /// Share of the ink that stands in rows, 0..=1.
    pub in_rows: f32,
    /// Share of the paper that is dark over squares of 1.7 mm, 0..=1.
    pub solid: f32,
    /// Share of the page's places that show paper, 0..=1.
    pub paper: f32,
    /// Share of neighbouring places that differ in brightness, 0..=1.
    pub unrest: f32,
    /// Height of the writing in millimetres, from the groups in rows; 0 without any.
    pub height_mm: f32,
}

/// Says what a page shows. Camera pictures that lie askew should be flattened to their page first; the whole photo of a
/// page on a table is a picture.
pub fn classify(input: &Raster, origin: Origin) -> Sure<Kind> {
    of(&Survey::new(input), origin)
}

/// [`classify`] for a page that was surveyed already.
pub(crate) fn of(survey: &Survey, origin: Origin) -> Sure<Kind> {
    let (content, reason, confidence) = judged(survey);
    // The light of a room is uneven: what looks covered may be paper in a shadow, and the other way round.
    let trust = if matches!(origin, Origin::Photo | Origin::Unknown) { 0.8 } else { 1.0 };
    let kind = Kind {
        content,
        reason,
        rows: survey.writing.rows.count,
        in_rows: survey.writing.rows.share,
        solid: survey.solid,
        paper: survey.paper_share,
        unrest: survey.unrest,
        height_mm: survey.writing.rows.height_mm,
    };
    Sure { value: kind, confidence: Confidence::new(confidence * trust) }
}

/// Whether large dark or coloured areas make this a picture, whatever its lines look like. Narrower than
/// [`Content::Picture`]: a drawing in thin lines is told by [`of`] alone.
pub(crate) fn is_covered(survey: &Survey) -> bool {
    covered(survey).is_some()
}

fn judged(survey: &Survey) -> (Content, KindReason, f32) {
    verdict(survey).unwrap_or_else(|(reason, confidence)| (Content::Picture, reason, confidence))
}

/// The reason why large areas make this a picture, and how sure that is.
fn covered(survey: &Survey) -> Option<(KindReason, f32)> {
    // How far beyond a limit, as a confidence from one half up.
    let beyond = |value: f32, limit: f32| (0.5 + 0.5 * (value - limit) / limit).clamp(0.5, 0.99);
    if survey.background.page < DARK_PAGE {
        return Some((KindReason::DarkSheet, 0.9));
    }
    if survey.solid >= PICTURE_SOLID {
        return Some((KindReason::Solid, beyond(survey.solid, PICTURE_SOLID)));
    }
    if survey.unrest > MOST_UNREST {
        return Some((KindReason::Covered, beyond(survey.unrest, MOST_UNREST)));
    }
    if survey.paper_share < LEAST_PAPER {
        return Some((KindReason::Covered, beyond(1.0 - survey.paper_share, 1.0 - LEAST_PAPER)));
    }
    None
}

type Judged = Result<(Content, KindReason, f32), (KindReason, f32)>;

/// Writing (or nothing), or the reason why it must be taken for a picture.
fn verdict(survey: &Survey) -> Judged {
    let Writing { rows, ruled_lines, blankness, .. } = survey.writing;
    if let Some(reason) = covered(survey) {
        return Err(reason);
    }
    if blankness == Blankness::Blank {
        return Ok((Content::Blank, KindReason::NoMarks, 0.9));
    }
    if ruled_lines >= LEAST_LINES && rows.share >= LEAST_IN_ROWS_RULED {
        return Ok((Content::Lined, KindReason::Ruling, 0.6 + 0.39 * rows.share));
    }
    let needed = match rows.count {
        0..2 => SINGLE_ROW_SHARE,
        MANY_ROWS.. => LEAST_IN_MANY_ROWS,
        _ => LEAST_IN_ROWS,
    };
    if rows.count >= 1 && rows.share >= needed {
        let many = rows.count as f32 / (rows.count as f32 + 2.0);
        return Ok((Content::Text, KindReason::Rows, 0.3 + 0.3 * many + 0.39 * rows.share));
    }
    Err((KindReason::NoRows, 0.5 + 0.4 * (1.0 - rows.share)))
}

/// What is known of rows and ruling on a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing {
    /// Fall of the page's lines to the right, roughly.
    pub(crate) slope: f64,
    /// Ruled lines in both directions.
    pub(crate) ruled_lines: usize,
    rows: Rows,
    blankness: Blankness,
}

impl Writing {
    /// Middle height of the groups of letters in rows; `None` if there is no writing for certain.
    pub(crate) fn height_mm(&self) -> Option<f32> {
        let certain = self.rows.count >= CERTAIN_ROWS || self.rows.count > 0 && self.rows.share >= LEAST_IN_ROWS;
        certain.then_some(self.rows.height_mm)
    }

    /// `lines` is the page's ink without its grain, and transposed: enough to see how the lines run.
    pub(crate) fn find(
        plane: &Plane,
        background: &Background,
        backing: &Backing,
        raised: &Raised,
        lines: [&Field; 2],
    ) -> Self {
        let slope = slope::roughly(lines).to_radians().tan();
        let ink = Ink::find(raised, slope);
        let sharp = darkness(plane, background, 0.0, 1.0);
        let dark = too_dark_for_paper(plane, background, backing);
        let typical = ink.typical(&sharp);
        let letters = |&cut: &f32| ink.letters(plane, &sharp, typical, cut);
        let rows = CUTS.iter().map(|cut| best_rows(&letters(cut), dark, slope, plane.per_mm));
        let rows = rows.max_by(|a, b| a.share.total_cmp(&b.share)).unwrap_or_default();
        let (blankness, _) = ink.verdict(plane.per_mm);
        Self { slope, ruled_lines: ink.ruled_lines, rows, blankness }
    }
}

/// Pixels of places so dark that no paper is taken to lie there: a disc of paint is ink without being a group.
fn too_dark_for_paper(plane: &Plane, background: &Background, backing: &Backing) -> usize {
    let mut levels = vec![0.0; plane.width];
    let mut dark = 0;
    for y in 0..plane.height {
        background.along_row(y, &mut levels);
        dark += levels.iter().enumerate().filter(|&(x, &level)| level <= 0.0 && backing.well_inside(x, y)).count();
    }
    dark
}

/// Rows across, or down if the page lies on its side.
fn best_rows(letters: &[Component], other: usize, slope: f64, per_mm: f64) -> Rows {
    let across = groups::rows(letters, other, slope, per_mm);
    let turned: Vec<Component> = letters.iter().map(Component::transposed).collect();
    let down = groups::rows(&turned, other, -slope, per_mm);
    if down.share > across.share { down } else { across }
}

#[cfg(test)]
#[path = "kind_tests.rs"]
mod tests;
