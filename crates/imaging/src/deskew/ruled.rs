//! Ruled lines of a page, one by one: thin, long, even, at regular distances. Where they are, they decide.
//!
//! The roughness of the whole page says where lines might run; here each line is followed across the page on its own
//! and has a slope of its own, so that writing between the lines, which drifts, has no voice.

use super::profile::Strips;

/// A place on a ruled line is at least this dark, averaged over the strip, as a share of the paper's brightness.
const LEAST_DARKNESS: f32 = 0.015;
/// So many rows from the middle of a ruled line (0.7 mm)…
const AWAY_ROWS: usize = 2;
/// …this share of its darkness is left at most: ruling is 0.5 mm wide at most, the bodies of small print are 1.3 mm.
const AWAY_SHARE: f32 = 0.45;
/// Places on one line differ from its median darkness by less than this share: strokes of letters differ more.
const EVEN: f32 = 0.4;
/// The share of the page's width on which a line must be seen thin and even; writing hides the rest.
const LEAST_SHARE: f32 = 0.45;
/// Fewer lines than this may be a pupil's own, or a table's.
const LEAST_LINES: usize = 4;
/// Gaps between lines are whole multiples of the pitch to this share of it…
const PITCH_OFF: f64 = 0.15;
/// …for this share of all gaps.
const REGULAR: f64 = 0.6;
/// Lines closer together than this are hatching (2.4 mm at the working size).
const LEAST_PITCH: f64 = 7.0;

/// Followed ruling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ruled {
    /// Degrees by which the lines fall to the right: the weighted median over all lines.
    pub(crate) degrees: f64,
    /// Degrees between the lines of the upper and of the lower half.
    pub(crate) apart: f64,
}

/// Follows ruling that falls by about `slope` to the right; `strips` are sheared by nearly that slope.
pub(crate) fn follow(strips: &Strips, slope: f64) -> Option<Ruled> {
    let rows = lines(strips, slope);
    if rows.len() < LEAST_LINES || !regular(&rows) {
        return None;
    }
    let mut slopes: Vec<(f64, f64)> = rows.iter().filter_map(|&row| slope_of(strips, slope, row)).collect();
    if slopes.len() < LEAST_LINES {
        return None;
    }
    let half = slopes.len() / 2;
    let (mut upper, mut lower) = (slopes[..half].to_vec(), slopes[half..].to_vec());
    let degrees = |slopes: &mut [(f64, f64)]| weighted_median(slopes).atan().to_degrees();
    Some(Ruled { apart: (degrees(&mut upper) - degrees(&mut lower)).abs(), degrees: degrees(&mut slopes) })
}

/// Rows (in the middle of the page) of ruled lines, from the top.
fn lines(strips: &Strips, slope: f64) -> Vec<usize> {
    let thin = thin(strips);
    let mut seen = Vec::new();
    let shares: Vec<f32> = (0..strips.height()).map(|row| seen_share(strips, &thin, slope, row, &mut seen)).collect();
    let mut rows = Vec::new();
    let mut row = 0;
    while row < shares.len() {
        if shares[row] < LEAST_SHARE {
            row += 1;
            continue;
        }
        // One line is seen from two or three neighbouring rows.
        let end = (row..shares.len()).find(|&r| shares[r] < LEAST_SHARE).unwrap_or(shares.len());
        rows.extend((row..end).max_by(|&a, &b| shares[a].total_cmp(&shares[b])));
        row = end;
    }
    rows
}

/// The darkness of something thin with its middle within a row of each place, strip by strip; 0 where there is nothing.
fn thin(strips: &Strips) -> Vec<f32> {
    let least = least_sum(strips);
    let height = strips.height();
    let mut seen = vec![0.0f32; strips.count() * height];
    for (i, out) in seen.chunks_exact_mut(height.max(1)).enumerate() {
        let strip = strips.strip(i);
        for y in AWAY_ROWS + 1..height.saturating_sub(AWAY_ROWS + 1) {
            if strip[y] >= least && thin_peak(strip, y, least) == Some(y) {
                out[y - 1..=y + 1].iter_mut().for_each(|v| *v = v.max(strip[y]));
            }
        }
    }
    seen
}

/// The share of strips in which something thin and about equally dark lies on the line through `row`.
fn seen_share(strips: &Strips, thin: &[f32], slope: f64, row: usize, seen: &mut Vec<f32>) -> f32 {
    let height = strips.height();
    seen.clear();
    seen.extend(
        (0..strips.count())
            .filter_map(|i| place(strips, slope, row, i).map(|at| thin[i * height + at]))
            .filter(|&v| v > 0.0),
    );
    if (seen.len() as f32) < LEAST_SHARE * strips.count() as f32 {
        return 0.0;
    }
    let middle = seen.len() / 2;
    let median = *seen.select_nth_unstable_by(middle, f32::total_cmp).1;
    let even = seen.iter().filter(|&&v| (v - median).abs() <= EVEN * median).count();
    even as f32 / strips.count() as f32
}

/// What a strip adds up to on the faintest ruling.
fn least_sum(strips: &Strips) -> f32 {
    LEAST_DARKNESS * strips.width_each() as f32
}

/// The row of strip `i` that lies on the line through `row` of the middle.
fn place(strips: &Strips, slope: f64, row: usize, i: usize) -> Option<usize> {
    let at = (row as f64 + strips.centre(i) * slope).round();
    (at >= 0.0 && at < strips.height() as f64).then_some(at as usize)
}

/// The darkest row within one of `at`, if what is there is dark enough and thin.
fn thin_peak(strip: &[f32], at: usize, least: f32) -> Option<usize> {
    if at <= AWAY_ROWS || at + AWAY_ROWS + 1 >= strip.len() {
        return None;
    }
    let peak = (at - 1..=at + 1).max_by(|&a, &b| strip[a].total_cmp(&strip[b]))?;
    let value = strip[peak];
    let away = strip[peak - AWAY_ROWS].max(strip[peak + AWAY_ROWS]);
    (value >= least && away <= AWAY_SHARE * value).then_some(peak)
}

fn regular(rows: &[usize]) -> bool {
    let gaps: Vec<f64> = rows.windows(2).map(|w| (w[1] - w[0]) as f64).collect();
    let mut sorted = gaps.clone();
    sorted.sort_by(f64::total_cmp);
    let pitch = sorted[sorted.len() / 2];
    let fits = |gap: &f64| {
        let steps = (gap / pitch).round().max(1.0);
        // Rows are whole: half a row of slack at either end.
        (gap - steps * pitch).abs() <= PITCH_OFF * pitch + 1.0
    };
    pitch >= LEAST_PITCH && gaps.iter().filter(|gap| fits(gap)).count() as f64 >= REGULAR * gaps.len() as f64
}

/// Slope of one line by least squares, twice, the second time near the first; and the weight of its word.
fn slope_of(strips: &Strips, slope: f64, row: usize) -> Option<(f64, f64)> {
    let least = least_sum(strips);
    let mut points: Vec<(f64, f64)> = (0..strips.count())
        .filter_map(|i| {
            let peak = thin_peak(strips.strip(i), place(strips, slope, row, i)?, least)?;
            Some((strips.centre(i), centroid(strips.strip(i), peak)))
        })
        .collect();
    let (offset, first, _) = fitted(&points)?;
    points.retain(|p| (p.1 - offset - first * p.0).abs() <= 0.5);
    let (_, slope, weight) = fitted(&points)?;
    Some((slope, weight))
}

/// Where the darkness around `peak` has its middle.
fn centroid(strip: &[f32], peak: usize) -> f64 {
    let around = &strip[peak - 2..=peak + 2];
    let least = around.iter().copied().fold(f32::MAX, f32::min);
    let (mut sum, mut moment) = (0.0, 0.0);
    for (v, off) in around.iter().zip(-2i8..) {
        sum += f64::from(v - least);
        moment += f64::from(v - least) * f64::from(off);
    }
    peak as f64 + moment / sum.max(1e-9)
}

/// Offset, slope and spread of the abscissae.
fn fitted(points: &[(f64, f64)]) -> Option<(f64, f64, f64)> {
    if points.len() < 8 {
        return None;
    }
    let n = points.len() as f64;
    let (mx, my) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let (sxx, sxy) =
        points.iter().fold((0.0, 0.0), |(xx, xy), p| (xx + (p.0 - mx).powi(2), xy + (p.0 - mx) * (p.1 - my)));
    (sxx > 0.0).then(|| (my - sxy / sxx * mx, sxy / sxx, sxx))
}

fn weighted_median(values: &mut [(f64, f64)]) -> f64 {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = values.iter().map(|v| v.1).sum::<f64>() / 2.0;
    let mut seen = 0.0;
    let found = values.iter().find(|v| {
        seen += v.1;
        seen >= half
    });
    found.map_or(0.0, |v| v.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plane::Field;

    /// Strips of 600 × 800 pixels, sheared by `slope`.
    fn strips(slope: f64, at: impl Fn(f64, f64) -> f32) -> Strips {
        let cover = |x: usize, y: usize| {
            let sub = [0.125, 0.375, 0.625, 0.875];
            sub.iter().map(|d| at(x as f64 + 0.5, y as f64 + d)).sum::<f32>() / 4.0
        };
        let values = (0..600 * 800).map(|i| cover(i % 600, i / 600)).collect();
        let ink = Field { width: 600, height: 800, values };
        Strips::new(&ink, &ink.transposed(), 8, slope)
    }

    #[test]
    fn faint_ruling_is_followed_to_a_hundredth_of_a_degree() {
        for degrees in [-9.0f64, 0.0, 0.33, 4.0] {
            let slope = degrees.to_radians().tan();
            let found = follow(
                &strips(slope, |x, y| if (y - x * slope).rem_euclid(24.0) < 1.0 { 0.05 } else { 0.0 }),
                // The first guess is a little off.
                slope + 0.0005,
            );
            let found = found.expect("ruling");
            assert!((found.degrees - degrees).abs() < 0.01 && found.apart < 0.02, "{degrees}: {found:?}");
        }
    }

    #[test]
    fn print_and_hatching_are_no_ruling() {
        // Letters 4 rows tall with gaps, 12 rows apart.
        let print = strips(0.0, |x, y| {
            let letter = (x / 4.0) as i64 * 7919 + (y / 12.0) as i64 * 104_729;
            if y.rem_euclid(12.0) < 4.0 && letter.rem_euclid(5) < 3 { 0.15 } else { 0.0 }
        });
        assert_eq!(follow(&print, 0.0), None);
        let hatching = strips(0.0, |_, y| if y.rem_euclid(4.0) < 1.0 { 0.15 } else { 0.0 });
        assert_eq!(follow(&hatching, 0.0), None);
    }
}
