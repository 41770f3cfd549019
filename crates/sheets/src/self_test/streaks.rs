//! Lines that dust on the glass of a feeder draws along the whole sheet.
//!
//! Where nothing is printed, a column of pixels that is darker than its neighbours in nearly every bare band of the
//! sheet is a streak.

use super::plan::{BAND_ACROSS, BANDS};
use super::view::View;
use super::{Item, Judged};
use scantrail_core::units::{Point, Turn};

/// Grey levels by which a streak is darker than the paper beside it.
const DARKER: f64 = 8.0;
/// Bands of five in which it must show: a speck of dirt is in one.
const BANDS_NEEDED: usize = 4;
/// How far to both sides the paper beside a column is looked at, in millimetres.
const BESIDE: f64 = 2.5;

pub(super) fn item(view: &View<'_>) -> Item {
    let turn = view.attitude().turn;
    if matches!(turn, Turn::Quarter | Turn::ThreeQuarters) {
        return Item::new("streaks", 0.0, "not looked for".to_owned(), "none")
            .noted("The sheet was fed sideways. To look for dust on the glass, feed it upright.");
    }
    let streaks = streaks(view);
    let value = match streaks.len() {
        0 => "none".to_owned(),
        count => {
            let places: Vec<String> = streaks.iter().take(5).map(|mm| format!("{mm:.0}")).collect();
            format!("{count}, at {} mm from the left", places.join(", "))
        }
    };
    Item::new("streaks", streaks.len() as f64, value, "none").judged(
        Judged::by(streaks.is_empty()),
        "Dust draws lines down the page. Clean the narrow glass strip of the feeder, and look for correction fluid \
         and glue on it.",
    )
}

/// Streaks as millimetres from the left edge of the sheet.
fn streaks(view: &View<'_>) -> Vec<f64> {
    let bands: Vec<Vec<Option<f64>>> = BANDS.iter().map(|&band| columns(view, band)).collect();
    let beside = (BESIDE * view.per_mm()).ceil() as usize;
    let width = view.grey().width() as usize;
    let dark: Vec<usize> = bands.iter().fold(vec![0; width], |mut counts, band| {
        for (x, count) in counts.iter_mut().enumerate() {
            *count += usize::from(is_darker(band, x, beside));
        }
        counts
    });
    let mut found: Vec<f64> = Vec::new();
    let mut last = None;
    for x in (0..width).filter(|&x| dark[x] >= BANDS_NEEDED) {
        // Neighbouring columns are one streak.
        if last.is_none_or(|last| x > last + 2) {
            let middle = f64::from(view.grey().height()) / 2.0;
            found.push(view.mapping.to_paper(Point { x: x as f64 + 0.5, y: middle }).0);
        }
        last = Some(x);
    }
    found
}

/// The mean of every column of pixels within a band; `None` beside the bare part of the band.
fn columns(view: &View<'_>, (centre, height): (f64, f64)) -> Vec<Option<f64>> {
    /// The band shrinks by this at both ends, in millimetres, for prints that are stretched.
    const RIM: f64 = 0.8;
    let grey = view.grey();
    let half = (height / 2.0 - RIM) * view.per_mm();
    // Along the band, so that a crooked sheet keeps its bands.
    let (left, right) =
        (view.mapping.to_pixels((BAND_ACROSS.0, centre)), view.mapping.to_pixels((BAND_ACROSS.1, centre)));
    let slope = (right.y - left.y) / (right.x - left.x);
    let (from, to) = (left.x.min(right.x), left.x.max(right.x));
    (0..grey.width())
        .map(|x| {
            let at = f64::from(x) + 0.5;
            let middle = left.y + slope * (at - left.x);
            let (top, bottom) = (middle - half, middle + half);
            if at < from || at > to || top < 0.0 || bottom >= f64::from(grey.height()) {
                return None;
            }
            let rows = top as u32..=bottom as u32;
            let count = rows.clone().count() as f64;
            Some(rows.map(|y| f64::from(grey.row(y)[x as usize])).sum::<f64>() / count)
        })
        .collect()
}

/// Whether a column is darker than the paper around it: than the median, which a streak of its own does not move.
fn is_darker(band: &[Option<f64>], x: usize, beside: usize) -> bool {
    let Some(value) = band[x] else { return false };
    let around = &band[x.saturating_sub(beside)..(x + beside + 1).min(band.len())];
    let mut around: Vec<f64> = around.iter().copied().flatten().collect();
    // A quick look first: sorting for every column would take longer than all else.
    if !around.iter().any(|&other| other - value >= DARKER) {
        return false;
    }
    around.sort_by(f64::total_cmp);
    around[around.len() / 2] - value >= DARKER
}
