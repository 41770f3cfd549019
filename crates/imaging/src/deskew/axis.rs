//! The best slope along one axis: a coarse search at half the working size, a fine one at the working size.

use super::UNEVEN_DEG;
use super::profile::{Part, Strips};
use super::ruled::{self, Ruled};
use crate::plane::Field;

/// Turns up to this many degrees either way are looked for.
pub(crate) const RANGE_DEG: f64 = 15.6;
/// Coarse step: a third of the width of a peak at half the working size.
const COARSE_DEG: f64 = 0.2;
const FINE_DEG: f64 = 0.02;
/// The fine search looks at this many steps either side of its centre.
const FINE_STEPS: i32 = 10;
/// Peaks closer than this are one peak.
const PEAK_APART_DEG: f64 = 0.6;
/// A rival peak must reach this share of the highest to be refined.
const RIVAL_SHARE: f32 = 0.5;
const CANDIDATES: usize = 3;
/// A half of the page may have a slope of its own so far from the common one…
const SPLIT_NEAR_DEG: f64 = 0.6;
const SPLIT_FAR_DEG: f64 = 3.0;
/// …if what it has on it weighs so much against the whole. (A column counts with the square of its width.)
const SPLIT_WEIGHT: f32 = 0.1;
/// Quarters of the page are asked so far from the common slope, in such steps, and agree if they are so near.
const VOTE_FAR_DEG: f64 = 1.5;
const VOTE_STEP_DEG: f64 = 0.05;
const VOTE_NEAR_DEG: f64 = 0.15;
/// Columns per strip: sheared as one block in the coarse search.
const COARSE_STRIP: usize = 4;
const FINE_STRIP: usize = 8;

/// What one axis says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Opinion {
    /// Degrees by which lines fall to the right.
    pub(crate) degrees: f64,
    /// Height of the coarse peak over the median of all angles: 1 is nothing.
    pub(crate) peak: f32,
    /// Degrees between the upper and the lower half, each on its own.
    pub(crate) rows_apart: f64,
    /// Degrees between the left and the right half, each on its own.
    pub(crate) columns_apart: f64,
    /// Height of the next separate peak, as a share of the best.
    pub(crate) rival: f32,
    /// How much better another slope suits one half of the page than this one: 1 is as well.
    pub(crate) split: f32,
    /// What the ruling says, if there is any.
    pub(crate) ruled: Option<Ruled>,
    /// What the four quarters of the page say, if halves differ.
    pub(crate) vote: Option<Vote>,
}

impl Opinion {
    /// The same in the transposed picture, which is mirrored as well: slopes change their sign.
    pub(crate) fn transposed(self) -> Self {
        Self {
            degrees: -self.degrees,
            ruled: self.ruled.map(|ruled| Ruled { degrees: -ruled.degrees, ..ruled }),
            vote: self.vote.map(|vote| Vote { degrees: -vote.degrees, ..vote }),
            ..self
        }
    }
}

/// The most weighty agreement among the four quarters of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Vote {
    /// The mean of those that agree, by weight.
    pub(crate) degrees: f64,
    /// How many agree.
    pub(crate) blocks: usize,
    /// Their share of the roughness of all four.
    pub(crate) share: f32,
}

/// Ink as rows and, transposed, as columns: lines are summed along the one and sheared along the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid<'a> {
    pub(crate) ink: &'a Field,
    pub(crate) columns: &'a Field,
}

/// One axis at half the working size: how rough the profile is at each slope of the range.
pub(crate) struct Coarse {
    strips: Strips,
    scores: Vec<f32>,
    median: f32,
}

impl Coarse {
    /// `None` if the picture is too small to say.
    pub(crate) fn new(ink: &Field) -> Option<Self> {
        let half = ink.halved();
        if half.width < 8 * COARSE_STRIP || half.height < 32 {
            return None;
        }
        // Unsheared strips need no columns.
        let strips = Strips::new(&half, &half, COARSE_STRIP, 0.0);
        let scores = coarse_scores(&strips, &mut Vec::new());
        let mut sorted = scores.clone();
        sorted.sort_by(f32::total_cmp);
        let median = sorted[sorted.len() / 2].max(1e-6);
        Some(Self { strips, scores, median })
    }

    /// The highest roughness, to compare axes: where there are no lines at all, any ripple stands out from the median.
    pub(crate) fn height(&self) -> f32 {
        self.scores.iter().copied().fold(0.0, f32::max)
    }

    /// The highest roughness over the median of all slopes.
    pub(crate) fn peak(&self) -> f32 {
        self.height() / self.median
    }
}

/// Measures the slope of the lines that run across, starting from the coarse search. Where ruling can be followed, its
/// peak goes before higher ones: writing may be stronger than what it is written on.
pub(crate) fn measure(grid: Grid<'_>, coarse: &Coarse) -> Option<Opinion> {
    let mut profile = Vec::new();
    let mut found: Vec<(f64, f32, f32, Strips)> = Vec::new();
    for (degrees, height) in peaks(&coarse.scores) {
        let (degrees, score, strips) = refine(grid, degrees, &mut profile);
        found.push((degrees, score, height / coarse.median, strips));
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    let follow = |f: &(f64, f32, f32, Strips)| ruled::follow(&f.3, slope(f.0));
    let ruled = found.iter().enumerate().find_map(|(i, f)| Some((i, follow(f)?)));
    let chosen = ruled.map_or(0, |(i, _)| i);
    let best = found.get(chosen)?;
    // Two coarse peaks may lead to the same place.
    let rivals = found.iter().filter(|f| (f.0 - best.0).abs() > PEAK_APART_DEG / 2.0);
    let rival = rivals.map(|f| f.1 / best.1.max(1e-6)).fold(0.0, f32::max);
    let (degrees, _, peak, strips) = found.swap_remove(chosen);
    let split = split(&coarse.strips, degrees, &mut profile);
    let mut part = |part| fine_search(&strips, degrees, part, &mut profile).0;
    let rows_apart = (part(Part::FirstRows) - part(Part::LastRows)).abs();
    let columns_apart = (part(Part::FirstColumns) - part(Part::LastColumns)).abs();
    let doubtful = rows_apart.max(columns_apart) > UNEVEN_DEG || split > 1.0 || rival > 0.0;
    Some(Opinion {
        degrees,
        peak,
        rows_apart,
        columns_apart,
        rival,
        split,
        vote: doubtful.then(|| vote(&strips, degrees, &mut profile)),
        ruled: ruled.map(|(_, ruled)| ruled),
    })
}

/// The greatest preference of any half of the page for a slope of its own near `degrees`. Halves with little on them do
/// not count.
fn split(coarse: &Strips, degrees: f64, profile: &mut Vec<f32>) -> f32 {
    let whole = coarse.roughness(slope(degrees), Part::Whole, profile);
    let mut most = 0.0f32;
    for part in [Part::FirstColumns, Part::LastColumns, Part::FirstRows, Part::LastRows] {
        let here = coarse.roughness(slope(degrees), part, profile);
        let steps = (SPLIT_NEAR_DEG / COARSE_DEG) as i32..=(SPLIT_FAR_DEG / COARSE_DEG) as i32;
        let elsewhere = steps
            .flat_map(|k| [degrees + f64::from(k) * COARSE_DEG, degrees - f64::from(k) * COARSE_DEG])
            .map(|other| coarse.roughness(slope(other), part, profile))
            .fold(0.0, f32::max);
        if elsewhere >= SPLIT_WEIGHT * whole {
            most = most.max(elsewhere / here.max(1e-6));
        }
    }
    most
}

/// Asks the four quarters of the page for a slope of their own near `degrees`.
fn vote(strips: &Strips, degrees: f64, profile: &mut Vec<f32>) -> Vote {
    let steps = (VOTE_FAR_DEG / VOTE_STEP_DEG).round() as i32;
    let votes = Part::QUARTERS.map(|part| {
        let at = |k: i32| degrees + f64::from(k) * VOTE_STEP_DEG;
        let scores = (-steps..=steps).map(|k| (at(k), strips.roughness(slope(at(k)), part, profile)));
        scores.fold((degrees, 0.0f32), |best, this| if this.1 > best.1 { this } else { best })
    });
    let all: f32 = votes.iter().map(|v| v.1).sum();
    let with = |centre: f64| -> Vote {
        let near = votes.iter().filter(|v| (v.0 - centre).abs() <= VOTE_NEAR_DEG);
        let weight: f32 = near.clone().map(|v| v.1).sum();
        let mean = near.clone().map(|v| v.0 * f64::from(v.1)).sum::<f64>() / f64::from(weight.max(1e-6));
        Vote { degrees: mean, blocks: near.count(), share: weight / all.max(1e-6) }
    };
    let candidates = votes.map(|v| with(v.0));
    candidates.into_iter().fold(candidates[0], |best, this| if this.share > best.share { this } else { best })
}

/// The best slope within a few tenths of a degree of `near`, in degrees: the second opinion on other ink.
pub(crate) fn measure_near(grid: Grid<'_>, near: f64) -> f64 {
    refine(grid, near, &mut Vec::new()).0
}

/// What ruling across says that falls by about `near` degrees to the right.
pub(crate) fn ruling_near(grid: Grid<'_>, near: f64) -> Option<Ruled> {
    ruled::follow(&Strips::new(grid.ink, grid.columns, FINE_STRIP, slope(near)), slope(near))
}

fn slope(degrees: f64) -> f64 {
    degrees.to_radians().tan()
}

fn coarse_degrees(index: usize) -> f64 {
    index as f64 * COARSE_DEG - RANGE_DEG
}

fn coarse_scores(strips: &Strips, profile: &mut Vec<f32>) -> Vec<f32> {
    let count = (2.0 * RANGE_DEG / COARSE_DEG).round() as usize + 1;
    (0..count).map(|i| strips.roughness(slope(coarse_degrees(i)), Part::Whole, profile)).collect()
}

/// The highest separate local maxima: degrees and score, best first.
fn peaks(scores: &[f32]) -> Vec<(f64, f32)> {
    let mut indices: Vec<usize> =
        (1..scores.len() - 1).filter(|&i| scores[i] >= scores[i - 1] && scores[i] > scores[i + 1]).collect();
    indices.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let mut peaks: Vec<(f64, f32)> = Vec::new();
    for i in indices {
        let (degrees, score) = (coarse_degrees(i), scores[i]);
        let best = peaks.first().map_or(score, |p| p.1);
        if score >= RIVAL_SHARE * best && peaks.iter().all(|p| (p.0 - degrees).abs() >= PEAK_APART_DEG) {
            peaks.push((degrees, score));
        }
        if peaks.len() == CANDIDATES {
            break;
        }
    }
    peaks
}

/// Refines at the working size, moving the centre when the best slope lies at the edge of the window.
fn refine(grid: Grid<'_>, start: f64, profile: &mut Vec<f32>) -> (f64, f32, Strips) {
    let mut centre = start;
    let mut moves = 0;
    loop {
        let strips = Strips::new(grid.ink, grid.columns, FINE_STRIP, slope(centre));
        let (degrees, score) = fine_search(&strips, centre, Part::Whole, profile);
        let near_edge = (degrees - centre).abs() > FINE_DEG * f64::from(FINE_STEPS) * 0.75;
        if !near_edge || moves == 3 {
            return (degrees, score, strips);
        }
        (centre, moves) = (degrees, moves + 1);
    }
}

fn fine_search(strips: &Strips, centre: f64, part: Part, profile: &mut Vec<f32>) -> (f64, f32) {
    debug_assert!(strips.height() > 0);
    let at = |step: i32| centre + f64::from(step) * FINE_DEG;
    let scores: Vec<f32> = (-FINE_STEPS..=FINE_STEPS).map(|s| strips.roughness(slope(at(s)), part, profile)).collect();
    let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0);
    let top = if best >= 2 && best + 2 < scores.len() { parabola_top(&scores[best - 2..=best + 2]) } else { 0.0 };
    (centre + (best as f64 - f64::from(FINE_STEPS) + top) * FINE_DEG, scores[best])
}

/// Where the least-squares parabola through five equally spaced values has its top, in steps from the middle.
fn parabola_top(y: &[f32]) -> f64 {
    let linear = f64::from(-2.0 * y[0] - y[1] + y[3] + 2.0 * y[4]) / 10.0;
    let square = f64::from(2.0 * y[0] - y[1] - 2.0 * y[2] - y[3] + 2.0 * y[4]) / 14.0;
    if square < 0.0 { (-linear / (2.0 * square)).clamp(-1.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parabola_finds_its_top() {
        let y: Vec<f32> = (-2i8..=2).map(|x| 5.0 - (f32::from(x) - 0.4).powi(2)).collect();
        assert!((parabola_top(&y) - 0.4).abs() < 1e-5);
    }

    #[test]
    fn separate_peaks_come_highest_first() {
        let mut scores = vec![1.0; 157];
        (scores[40], scores[42], scores[100]) = (9.0, 8.0, 6.0);
        let found = peaks(&scores);
        assert_eq!(found.len(), 2, "the shoulder at 42 belongs to 40: {found:?}");
        assert!((found[0].0 - coarse_degrees(40)).abs() < 1e-9 && (found[1].1 - 6.0).abs() < 1e-6);
    }
}
