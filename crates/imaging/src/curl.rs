//! Pages that are not flat: the curve of a bound book, taken back.
//!
//! Lines of print or ruling tell how the page bends: their slopes are measured block by block, and two smooth curves are
//! fitted to them. The curve is believed only if the lines are clearly straighter once the working picture is laid flat,
//! and if its ink is still there; a page that lies flat already, or shows a picture, stays as it is.

mod fit;
mod slopes;

use crate::finding::{Finding, Sure};
use crate::plane::Field;
use crate::survey::Survey;
use fit::fit;
use scantrail_core::raster::Raster;
use scantrail_core::units::Confidence;
use slopes::{Slope, measure};

pub use crate::geometry::curl::Curl;

/// Blocks that must tell a slope: a dozen lines half across a small page.
const LEAST_BLOCKS: usize = 24;
/// They reach over this share of the width and of the height.
const LEAST_REACH: f64 = 0.4;
/// A line that bends by less than this over its length is straight enough.
const LEAST_SAG_MM: f64 = 0.8;
/// So much of what was measured must agree with one curve: lines of a hand that each drift in their own way do not.
const LEAST_AGREEING: f64 = 0.6;
/// Times the picture is laid flat and measured again.
const ROUNDS: usize = 2;
/// Slopes that are left, as a share of what they were, and at most so large (0.5°).
const LEAST_STRAIGHTENED: f64 = 0.5;
const MOST_LEFT: f64 = 0.009;
/// Rows stand out by this factor more than before, over stretches as long as…
const LEAST_CLEARER: f64 = 1.1;
/// …this: most of a line.
const STRETCH_MM: f64 = 60.0;
/// Ink that may be lost or gained.
const INK_KEPT: f64 = 0.02;

/// Why a page is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CurlDecline {
    /// It shows a picture.
    Picture,
    /// Too few lines, or on too small a part of the page.
    TooFewLines,
    /// Its lines are straight.
    Flat,
    /// Its lines do not bend in one way.
    Unclear,
    /// Laid flat, its lines would not be clearly straighter.
    NotStraighter,
    /// Laid flat, ink would be lost.
    InkLost,
}

/// Looks for the curve of an upright, roughly straight page. The answer is in the pixels of `page`.
pub fn find(page: &Raster) -> Finding<Curl, CurlDecline> {
    find_in(&Survey::new(page))
}

/// The same in what was measured already; the curve is in pixels of the picture that was surveyed.
pub(crate) fn find_in(survey: &Survey) -> Finding<Curl, CurlDecline> {
    if survey.is_picture() {
        return Err(CurlDecline::Picture);
    }
    let (ink, per_mm) = (&survey.ink, survey.plane.per_mm);
    let size = (ink.width as f64, ink.height as f64);
    let before = measure(ink, per_mm);
    if before.len() < LEAST_BLOCKS || reach(&before, size) < LEAST_REACH {
        return Err(CurlDecline::TooFewLines);
    }
    let mut found = fit(&before, size).ok_or(CurlDecline::Unclear)?;
    if sag(&found.curl, &before, size) < LEAST_SAG_MM * per_mm {
        return Err(CurlDecline::Flat);
    }
    let mut after = Vec::new();
    for round in 0..=ROUNDS {
        let flat = flattened(ink, &found.curl);
        after = measure(&flat, per_mm);
        if round < ROUNDS {
            let whole: Vec<Slope> = after.iter().map(|s| with_curl(s, &found.curl)).collect();
            found = fit(&whole, size).ok_or(CurlDecline::Unclear)?;
        }
    }
    if sag(&found.curl, &before, size) < LEAST_SAG_MM * per_mm {
        return Err(CurlDecline::Flat);
    }
    if found.agreeing < LEAST_AGREEING {
        return Err(CurlDecline::Unclear);
    }
    let (was, left) = (unevenness(&before), unevenness(&after));
    let flat = flattened(ink, &found.curl);
    let stretch = (STRETCH_MM * per_mm) as usize;
    let clearer = clearness(&flat, stretch) / clearness(ink, stretch).max(1e-9);
    if left > (LEAST_STRAIGHTENED * was).min(MOST_LEFT) || clearer < LEAST_CLEARER {
        return Err(CurlDecline::NotStraighter);
    }
    if (kept(ink, &flat, &found.curl) - 1.0).abs() > INK_KEPT {
        return Err(CurlDecline::InkLost);
    }
    let value = found.curl.scaled(survey.plane.factor as f64);
    let confidence = Confidence::new((found.agreeing * (1.0 - left / was.max(1e-9))) as f32);
    Ok(Sure { value, confidence })
}

/// The smaller share of width and height that the blocks reach over.
fn reach(slopes: &[Slope], (width, height): (f64, f64)) -> f64 {
    let over = |of: fn(&Slope) -> f64| {
        let (least, most) = slopes.iter().map(of).fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        most - least
    };
    (over(|s| s.x) / width).min(over(|s| s.y) / height)
}

/// How far a line bends at most off the straight line between its ends, in pixels: at the top, middle and bottom of what
/// is written.
fn sag(curl: &Curl, slopes: &[Slope], (_, height): (f64, f64)) -> f64 {
    let (from, to) = slopes.iter().fold((f64::MAX, f64::MIN), |(a, b), s| (a.min(s.x), b.max(s.x)));
    let at = |x: f64, y: f64| {
        let (offset, stretch) = curl.column(x);
        offset + stretch * y
    };
    let steps = 40;
    let bend = |y: f64| {
        let (a, b) = (at(from, y), at(to, y));
        let off = (0..=steps).map(|i| {
            let t = f64::from(i) / f64::from(steps);
            (at(from + t * (to - from), y) - a - t * (b - a)).abs()
        });
        off.fold(0.0, f64::max)
    };
    [0.15, 0.5, 0.85].map(|share| bend(share * height)).into_iter().fold(0.0, f64::max)
}

/// A slope measured on the flattened picture, as that of a line on the curved one, at its place on the flat one.
fn with_curl(s: &Slope, curl: &Curl) -> Slope {
    let y = |x: f64, y: f64| {
        let (offset, stretch) = curl.column(x);
        offset + stretch * y
    };
    let half = 0.5;
    let rise = y(s.x + half, s.y + half * s.slope) - y(s.x - half, s.y - half * s.slope);
    Slope { slope: rise, ..*s }
}

/// The field laid flat; nothing beyond its edges.
fn flattened(ink: &Field, curl: &Curl) -> Field {
    let mut values = vec![0.0; ink.values.len()];
    for x in 0..ink.width {
        let (offset, stretch) = curl.column(x as f64 + 0.5);
        for y in 0..ink.height {
            let from = offset + stretch * (y as f64 + 0.5) - 0.5;
            let row = from.floor();
            let share = (from - row) as f32;
            let at = |row: f64| {
                if row >= 0.0 && row < ink.height as f64 { ink.values[row as usize * ink.width + x] } else { 0.0 }
            };
            values[y * ink.width + x] = at(row) * (1.0 - share) + at(row + 1.0) * share;
        }
    }
    Field { width: ink.width, height: ink.height, values }
}

/// How far slopes lie from the usual one: the mean over the better four fifths, by weight.
fn unevenness(slopes: &[Slope]) -> f64 {
    let middle = {
        let mut sorted: Vec<f64> = slopes.iter().map(|s| s.slope).collect();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
    };
    let mut offs: Vec<f64> = slopes.iter().map(|s| (s.slope - middle).abs()).collect();
    offs.sort_by(f64::total_cmp);
    let best = &offs[..offs.len() * 4 / 5];
    best.iter().sum::<f64>() / best.len().max(1) as f64
}

/// How much rows differ from the next over stretches of rows.
fn clearness(ink: &Field, stretch: usize) -> f64 {
    let stretch = stretch.clamp(1, ink.width);
    let mut sum = 0.0;
    for left in (0..=ink.width - stretch).step_by(stretch.div_ceil(2)) {
        let profile: Vec<f32> = (0..ink.height).map(|y| ink.row(y)[left..left + stretch].iter().sum()).collect();
        sum += profile.windows(2).map(|w| f64::from(w[1] - w[0]).powi(2)).sum::<f64>();
    }
    sum
}

/// Ink of the flat page, each column as long as it was, as a share of the ink of the curved one.
fn kept(ink: &Field, flat: &Field, curl: &Curl) -> f64 {
    let stretches: Vec<f32> = (0..ink.width).map(|x| curl.column(x as f64 + 0.5).1 as f32).collect();
    let sum = |row: &[f32]| row.iter().sum::<f32>();
    let was: f64 = (0..ink.height).map(|y| f64::from(sum(ink.row(y)))).sum();
    let is: f64 = (0..flat.height)
        .map(|y| flat.row(y).iter().zip(&stretches).map(|(v, s)| v * s).sum::<f32>())
        .map(f64::from)
        .sum();
    if was > 0.0 { is / was } else { 1.0 }
}

#[cfg(test)]
#[path = "curl_tests.rs"]
mod tests;
