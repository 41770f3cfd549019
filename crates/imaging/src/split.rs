//! Two pages in one capture: where the gutter runs.
//!
//! A gutter is a straight shadow near the middle of the paper that reaches from edge to edge, or a lane between two
//! pages that are each turned on their own. One sign alone is not believed: a wrong split cuts a page in two, a missed
//! one leaves the capture as it is.

mod band;
mod upright;
mod valley;

use crate::deskew::{self, Verdict};
use crate::finding::{Finding, Sure};
use crate::geometry::clipped;
use crate::survey::Survey;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Confidence, Point};
use upright::{Gutter, Upright, lines_across};
use valley::{LEAST_DEPTH, Line};

/// Two pages side by side are at least this much wider than high, or nearly square books would be halved.
const LEAST_ASPECT: f64 = 1.05;
/// A page is between nearly square and as high as two squares.
const PAGE_ASPECT: std::ops::Range<f64> = 0.85..2.2;
/// A shadow is seen along so much of the gutter…
const LEAST_REACH: f32 = 0.85;
/// …and is wider than a rule and narrower than uneven light.
const VALLEY_MM: std::ops::Range<f64> = 2.0..45.0;
/// So deep a shadow along nearly the whole gutter needs no second sign.
const DEEP: f32 = 0.1;
const WHOLE_REACH: f32 = 0.95;
/// A lane between two pages; columns of print are closer.
const LANE_MM: f64 = 7.0;
/// Ink on at least this share of a page (weighed by darkness) makes it written on.
const WRITTEN: f32 = 0.0005;
/// The pages are equally wide, to this share.
const ALIKE: f64 = 0.9;
/// Lines of the two pages differ by so much if the pages lie askew…
const APART_DEG: f64 = 0.5;
/// …and by so much if nothing else speaks for two pages.
const ALONE_APART_DEG: f64 = 0.8;
/// Ink across more of the gutter than this belongs to one picture, or to lines of one page.
const MOST_CROSSED: f32 = 0.25;
/// Lines run along the gutter, not across it, below this ratio of roughness…
const ALONG: f32 = 0.7;
/// …unless those of the other page run across it, above this one: a sheet is folded along all of its lines or none,
/// but beside a printed page (3.7 and more) a squared one (0.4 to 0.7) says nothing.
const ACROSS: f32 = 1.5;
/// What lies so near the fold is its shadow: a narrow one looks like a line along it.
const FOLD_MM: f64 = 8.0;
/// Points needed; see [`Signals::points`].
const ENOUGH: u32 = 3;
/// Beside the gutter this share of the places is about as bright as the paper, and no more of them differ from their
/// neighbours: otherwise a picture is shown.
const LEAST_PAPER: f32 = 0.7;
const PAPER_LIKE: f32 = 0.7;
const MOST_UNREST: f32 = 0.12;
const UNREST_STEP: f32 = 0.05;
/// Half the width of what counts as gutter when the pages beside it are looked at.
const SHADOW_MM: f64 = 20.0;
/// More strong ink than this is no writing.
const MOST_STRONG: f32 = 0.3;
/// The sides overlap by so much, that no ink is lost if the line is a little off.
const OVERLAP_MM: f64 = 3.0;

/// Why a capture is not split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SplitDecline {
    /// It shows a picture.
    Picture,
    /// The paper has not the shape of two pages, either way.
    NotTwoPages,
    /// No shadow and no lane near the middle.
    NoGutter,
    /// The lines run along the fold: a folded page.
    LinesAlong,
    /// Ink runs across too much of it: one page.
    InkAcross,
    /// Too little speaks for two pages.
    Unsure,
}

/// Ink that runs across the gutter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// How many pieces.
    pub places: usize,
    /// Share of the gutter's length they take, 0..=1.
    pub share: f32,
}

/// What spoke for two pages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signals {
    /// The shadow's depth as a share of the paper's brightness.
    pub valley: Option<f32>,
    /// Width in millimetres of the lane without ink between two written pages.
    pub lane_mm: Option<f64>,
    /// The narrower page's width as a share of the other's, where the paper's outer edges are seen.
    pub edges: Option<f64>,
    /// Degrees between the lines of the two pages.
    pub turns_deg: Option<f64>,
}

impl Signals {
    fn points(&self, whole: bool) -> u32 {
        let valley = self.valley.map_or(0, |depth| if depth >= DEEP && whole { 3 } else { 2 });
        let one = |there: bool| u32::from(there);
        valley + one(self.lane_mm.is_some()) + one(self.edges.is_some()) + 2 * one(self.turns_deg.is_some())
    }
}

/// A capture of two pages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Where the gutter meets the frame of the capture, in its pixels: top and bottom, or left and right for a book
    /// that lies turned by a quarter.
    pub gutter: [Point; 2],
    /// What spoke for it.
    pub signals: Signals,
    /// What runs across it; the whole spread is then to be kept as well, and looked at.
    pub crossing: Crossing,
    /// Pixels by which each side goes beyond the gutter.
    overlap: f64,
}

impl Split {
    /// The two sides of a capture of `width × height` pixels as polygons: left and right, or top and bottom. They
    /// overlap by a little along the gutter, so that no ink is lost.
    pub fn sides(&self, width: u32, height: u32) -> [Vec<Point>; 2] {
        let corners = crate::geometry::outline(width, height).0;
        let [a, b] = self.gutter;
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx.hypot(dy).max(1e-9);
        // Positive on the left of a gutter that runs down; above one that runs to the right.
        let sign = if dy.abs() >= dx.abs() { 1.0 } else { -1.0 };
        let first = |p: Point| sign * ((b.y - a.y) * (a.x - p.x) - (b.x - a.x) * (a.y - p.y)) / length;
        [clipped(&corners, |&p| first(p) + self.overlap), clipped(&corners, |&p| self.overlap - first(p))]
    }
}

/// Looks for the gutter between two pages.
pub fn find(input: &Raster) -> Finding<Split, SplitDecline> {
    find_in(&Survey::new(input), input.width(), input.height())
}

/// The same in what was measured already, of an input of `width × height` pixels.
pub(crate) fn find_in(survey: &Survey, width: u32, height: u32) -> Finding<Split, SplitDecline> {
    if survey.strong > MOST_STRONG {
        return Err(SplitDecline::Picture);
    }
    let mut why = SplitDecline::NotTwoPages;
    for gutter in [Gutter::Down, Gutter::Across] {
        let sheet = Upright::new(survey, gutter);
        // A profile needs some pixels.
        if sheet.rows() < 100 || (sheet.columns() as f64) < LEAST_ASPECT * sheet.rows() as f64 {
            continue;
        }
        match judge(survey, &sheet, gutter) {
            Err(reason) => why = reason,
            Ok((line, signals, crossing, points)) => {
                let factor = survey.plane.factor as f64;
                let (w, h) = (f64::from(width) / factor, f64::from(height) / factor);
                let at = |along: f64| match gutter {
                    Gutter::Down => Point { x: line.x(along) * factor, y: along * factor },
                    Gutter::Across => Point { x: along * factor, y: line.x(along) * factor },
                };
                let far = if gutter == Gutter::Down { h } else { w };
                let overlap = OVERLAP_MM / 2.0 * sheet.per_mm * factor;
                let value = Split { gutter: [at(0.0), at(far)], signals, crossing, overlap };
                let confidence = Confidence::new((0.4 + 0.1 * points as f32 - crossing.share).clamp(0.5, 0.95));
                return Ok(Sure { value, confidence });
            }
        }
    }
    Err(why)
}

type Judged = (Line, Signals, Crossing, u32);

fn judge(survey: &Survey, sheet: &Upright, gutter: Gutter) -> Result<Judged, SplitDecline> {
    let valley = valley::find(sheet)
        .filter(|v| v.depth >= LEAST_DEPTH && v.reach >= LEAST_REACH && VALLEY_MM.contains(&v.width_mm));
    let line = match valley {
        Some(valley) => valley.line,
        None => lane(sheet).ok_or(SplitDecline::NoGutter)?,
    };
    let (left, right) = (line.at - sheet.left as f64, sheet.right as f64 - line.at);
    if [left, right].iter().any(|&w| !PAGE_ASPECT.contains(&(sheet.rows() as f64 / w.max(1.0)))) {
        return Err(SplitDecline::NotTwoPages);
    }
    if shows_picture(survey, sheet, &line, gutter) {
        return Err(SplitDecline::Picture);
    }
    let middle = line.at as usize;
    let pages = [(sheet.left, middle), (middle, sheet.right)];
    let ink = pages.map(|(from, to)| sheet.ink_off(&line, FOLD_MM * sheet.per_mm, from, to));
    let written = ink.each_ref().map(|i| i.values.iter().sum::<f32>() / i.values.len().max(1) as f32 >= WRITTEN);
    let across: Vec<f32> =
        ink.iter().zip(written).filter(|(_, written)| *written).map(|(i, _)| lines_across(i)).collect();
    if across.iter().any(|&a| a < ALONG) && !across.iter().any(|&a| a > ACROSS) {
        return Err(SplitDecline::LinesAlong);
    }
    let turns = pages.map(|(from, to)| turn(sheet, from, to));
    let slopes = turns.map(|t| t.unwrap_or(0.0).to_radians().tan());
    let band = band::look(sheet, &line, slopes);
    if band.crossing.share > MOST_CROSSED {
        return Err(SplitDecline::InkAcross);
    }
    let apart = match turns {
        [Some(a), Some(b)] => Some((a - b).abs()),
        _ => None,
    };
    let framed = sheet.left == 0 || sheet.right == sheet.width;
    let alike = left.min(right) / left.max(right);
    let signals = Signals {
        valley: valley.map(|v| v.depth),
        lane_mm: (written == [true; 2] && band.lane_mm >= LANE_MM).then_some(band.lane_mm),
        edges: (!framed && alike >= ALIKE).then_some(alike),
        turns_deg: apart.filter(|&deg| deg >= if valley.is_some() { APART_DEG } else { ALONE_APART_DEG }),
    };
    let points = signals.points(valley.is_some_and(|v| v.reach >= WHOLE_REACH));
    // Without a shadow only two pages askew are believed, with a lane between them.
    let askew = signals.turns_deg.is_some() && signals.lane_mm.is_some();
    if points < ENOUGH || (valley.is_none() && !askew) {
        return Err(if valley.is_none() { SplitDecline::NoGutter } else { SplitDecline::Unsure });
    }
    Ok((line, signals, band.crossing, points))
}

/// The turn of the lines of one page, if they can be measured for certain.
fn turn(sheet: &Upright, from: usize, to: usize) -> Option<f64> {
    let skew = deskew::measure(&sheet.picture_between(from, to)?);
    (skew.verdict == Verdict::Measured).then(|| skew.angle.degrees())
}

/// The middle of the widest lane without ink.
fn lane(sheet: &Upright) -> Option<Line> {
    let step = (sheet.rows() / 60).max(1);
    let reach = LANE_MM / 2.0 * sheet.per_mm;
    // The less ink the better, near by first: a hundredth of the weight goes to what lies further off.
    let rows: Vec<Sums> = (sheet.top..sheet.bottom).step_by(step).map(|y| Sums::of_row(sheet, y)).collect();
    let [near, wide, wider] = [1.0, 2.0, 4.0].map(|times| within(sheet, &rows, times * reach));
    let mut score = near.iter().zip(&wide).zip(&wider).map(|((near, wide), wider)| 1e3 - near - 0.01 * (wide + wider));
    valley::best(sheet, |_| score.next().unwrap_or(0.0))
}

/// Sums of ink along a row, so that a stretch of the row costs two look-ups.
struct Sums {
    y: f64,
    /// The sum up to each column; the first and the last go on for [`Self::beyond`] columns outside.
    up_to: Vec<f32>,
    beyond: usize,
}

impl Sums {
    fn of_row(sheet: &Upright, y: usize) -> Self {
        let mut sum = 0.0;
        let beyond = sheet.width + sheet.rows();
        let mut sums = vec![0.0; beyond + 1];
        sums.extend(sheet.ink.row(y).iter().map(|v| {
            sum += v;
            sum
        }));
        sums.extend(std::iter::repeat_n(sum, beyond));
        Self { y: y as f64, up_to: sums, beyond }
    }

    fn at(&self, x: f64) -> f32 {
        self.up_to[(x.floor() as isize + self.beyond as isize).clamp(0, self.up_to.len() as isize - 1) as usize]
    }
}

/// Ink within `reach` of each of the candidate lines, in their order.
fn within(sheet: &Upright, rows: &[Sums], reach: f64) -> Vec<f32> {
    let lines: Vec<Line> = Line::candidates(sheet).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    // Lines of one slant lie one column apart, one after the other.
    let slants = lines.iter().take_while(|line| line.at < lines[0].at + 0.5).count();
    let mut ink = vec![0.0f32; lines.len()];
    let mut along = vec![0.0f32; lines.len() / slants];
    for slant in 0..slants {
        along.fill(0.0);
        for row in rows {
            let x = |i: usize, reach: f64| lines[i * slants + slant].x(row.y) + reach;
            let span = |reach: f64| {
                let (first, last) = (x(0, reach).floor(), x(along.len() - 1, reach).floor());
                let from = first as isize + row.beyond as isize;
                // Too near to a whole number, rounding might put a line one column to the side.
                let clear =
                    (0.001..0.999).contains(&(x(0, reach) - first)) && (last - first) as usize + 1 == along.len();
                let inside = from >= 0 && from as usize + along.len() <= row.up_to.len();
                (clear && inside).then(|| &row.up_to[from as usize..][..along.len()])
            };
            if let (Some(right), Some(left)) = (span(reach), span(-reach)) {
                along.iter_mut().zip(right.iter().zip(left)).for_each(|(sum, (right, left))| *sum += right - left);
            } else {
                for (i, sum) in along.iter_mut().enumerate() {
                    *sum += row.at(x(i, reach)) - row.at(x(i, -reach));
                }
            }
        }
        for (i, &sum) in along.iter().enumerate() {
            ink[i * slants + slant] = sum;
        }
    }
    ink
}

/// Whether the pages beside the gutter show pictures rather than paper.
fn shows_picture(survey: &Survey, sheet: &Upright, line: &Line, gutter: Gutter) -> bool {
    let clear = SHADOW_MM * sheet.per_mm;
    let beside = |x: usize, y: usize| {
        let (across, along) = if gutter == Gutter::Down { (x, y) } else { (y, x) };
        (across as f64 - line.x(along as f64)).abs() > clear && survey.backing.well_inside(x, y)
    };
    survey.background.paper_share(PAPER_LIKE, beside) < LEAST_PAPER
        || survey.background.unrest(UNREST_STEP, beside) > MOST_UNREST
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
