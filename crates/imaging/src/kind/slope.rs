//! The slope of a page's lines, roughly: enough to look along them. Deskew measures it finely.

use crate::plane::Field;

/// Turns looked at on either side, and the steps, in degrees.
const REACH_DEG: f64 = 15.0;
const COARSE_DEG: f64 = 0.5;
const FINE_DEG: f64 = 0.1;
/// So many points of ink are enough.
const POINTS: usize = 20_000;
/// Fainter ink, as a share of the paper's brightness, says nothing.
const LEAST_INK: f32 = 0.02;

/// How far the page's lines, along or across, are turned clockwise, in degrees; 0 without ink.
pub(super) fn roughly(ink: &Field) -> f64 {
    let across = best(ink);
    // A page on its side; a transposed picture is mirrored as well.
    let down = best(&ink.transposed());
    if down.1 > across.1 { -down.0 } else { across.0 }
}

/// The turn under which ink falls into the fewest rows, and how far it does so.
fn best(ink: &Field) -> (f64, f64) {
    let inked = ink.values.iter().filter(|&&v| v >= LEAST_INK).count();
    if inked == 0 {
        return (0.0, 0.0);
    }
    let width = ink.width;
    let points: Vec<(f64, f64, f64)> = ink
        .values
        .iter()
        .enumerate()
        .filter(|&(_, &v)| v >= LEAST_INK)
        .step_by(inked / POINTS + 1)
        .map(|(i, &v)| ((i % width) as f64, (i / width) as f64, f64::from(v)))
        .collect();
    let mut rows = vec![0.0; ink.height + width + 2];
    let mut score = |degrees: f64| {
        let slope = degrees.to_radians().tan();
        rows.fill(0.0);
        // Keeps rows positive; |slope| stays below 0.3, so they end before the vector does.
        let offset = slope.max(0.0) * width as f64;
        for &(x, y, v) in &points {
            if let Some(row) = rows.get_mut((y - slope * x + offset) as usize) {
                *row += v;
            }
        }
        // Differences of neighbouring rows (W. Postl, 1986): a smooth shadow scores nothing.
        rows.windows(2).map(|w: &[f64]| (w[1] - w[0]).powi(2)).sum::<f64>()
    };
    let mut search = |centre: f64, reach: f64, step: f64| {
        let steps = (reach / step).round() as i32;
        let turns = (-steps..=steps).map(|k| centre + f64::from(k) * step);
        turns.map(|turn| (turn, score(turn))).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default()
    };
    let coarse = search(0.0, REACH_DEG, COARSE_DEG);
    search(coarse.0, COARSE_DEG, FINE_DEG)
}
