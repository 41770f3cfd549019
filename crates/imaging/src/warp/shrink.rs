//! Averaging the input down before a transform that shrinks it: otherwise whole strokes fall between the samples.

use super::Canvas;
use super::back::Back;
use crate::encode::resized;
use crate::geometry::projective::Projective;
use scantrail_core::raster::Raster;

/// From this many source pixels per page pixel, bilinear sampling loses thin strokes.
const FROM: f64 = 1.5;
/// The scale is looked at on a grid of so many places each way.
const PLACES: u32 = 5;

/// Up to this cosine between them, the source's axes count as square to each other on the page.
const SQUARE: f64 = 0.2;

/// A smaller copy of `input` if the page shrinks it clearly everywhere; `back` then leads to the copy.
///
/// Both directions are shrunk by what the page needs where it looks most closely, so nothing it shows is blurred.
pub(crate) fn before(input: &Raster, back: &mut Back<'_>, canvas: Canvas) -> Option<Raster> {
    let (mut across, mut down) = (f64::INFINITY, f64::INFINITY);
    for i in 0..PLACES * PLACES {
        let place = |i: u32, side: u32| f64::from(side) * (f64::from(i) + 0.5) / f64::from(PLACES);
        if let Some(slopes) = back.slopes(place(i % PLACES, canvas.width), place(i / PLACES, canvas.height)) {
            let [x, y] = scales(slopes);
            (across, down) = (across.min(x), down.min(y));
        }
    }
    let side = |side: u32, scale: f64| match scale {
        FROM..f64::INFINITY => ((f64::from(side) / scale).round() as u32).max(1),
        _ => side,
    };
    let (width, height) = (side(input.width(), across), side(input.height(), down));
    if (width, height) == (input.width(), input.height()) {
        return None;
    }
    let scale = |now: u32, before: u32| f64::from(now) / f64::from(before);
    back.after(Projective::scaling(scale(width, input.width()), scale(height, input.height())));
    // The resolution stays that of the input: the page's own scale is its transform's business.
    Some(resized(input, width, height).with_resolution(input.resolution()))
}

/// How many source pixels lie between neighbouring samples, along the source's rows and down its columns.
fn scales([x, y]: [[f64; 2]; 2]) -> [f64; 2] {
    let (across, down) = (x[0].hypot(x[1]), y[0].hypot(y[1]));
    if (x[0] * y[0] + x[1] * y[1]).abs() <= SQUARE * across * down {
        return [across, down];
    }
    // Sheared: samples may lie far apart along one axis and close along a slanted line. The least singular value.
    let (squares, area) = (across * across + down * down, x[0] * y[1] - x[1] * y[0]);
    let least = (squares - (squares * squares - 4.0 * area * area).max(0.0).sqrt()) / 2.0;
    [least.max(0.0).sqrt(); 2]
}
