//! Sharpness, by the slanted edges of the square: the spatial frequency at which half of the contrast is left (MTF50).
//!
//! After ISO 12233: the edge crosses the pixels at every phase, so that all pixels near it, sorted by their distance
//! from it, give its profile at four times the resolution; the derivative of the profile is the line spread function,
//! and the magnitude of its Fourier transform the MTF. The second edge of each direction confirms the first.

use super::plan::{SQUARE, SQUARE_SIDE, SQUARE_TURN};
use super::view::View;
use super::{Item, Judged};
use std::f64::consts::TAU;

/// Line pairs to a millimetre: about half of what 200 dpi can carry.
const SHARP_ENOUGH: f64 = 1.8;
/// The piece of an edge that is looked at, in millimetres to both sides of its middle.
const ALONG: f64 = 10.0;
/// And to both sides of the edge.
const ACROSS: f64 = 2.5;
/// The part of it that goes into the transform.
const SPREAD: f64 = 1.6;
/// Bins of the profile to a pixel.
const FINER: f64 = 4.0;

/// The directions in which the profiles of the four edges run, as quarter turns from the right.
const ACROSS_EDGES: [u8; 2] = [0, 2];
const DOWN_EDGES: [u8; 2] = [1, 3];

pub(super) fn item(view: &View<'_>) -> Item {
    let mean = |edges: [u8; 2]| -> Option<f64> {
        let values: Vec<f64> = edges.into_iter().filter_map(|quarter| mtf50(view, quarter)).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let limit = format!("at least {SHARP_ENOUGH} line pairs to a millimetre");
    let Some((across, down)) = mean(ACROSS_EDGES).zip(mean(DOWN_EDGES)) else {
        return Item::new("sharpness", 0.0, "not measurable".to_owned(), limit)
            .judged(Judged::Beyond, "The black square is cut off or too pale. Scan the whole sheet again.");
    };
    let worst = across.min(down);
    let value = format!("{across:.1} across, {down:.1} down");
    let change = if across > 1.6 * down || down > 1.6 * across {
        "It is blurred in one direction: the paper or the camera moved. Scan again; if it stays, clean the rollers."
    } else {
        "It is blurred. Clean the glass; with a camera, focus and hold still; set the scanner to 300 dpi without \
         smoothing."
    };
    Item::new("sharpness", worst, value, limit).judged(Judged::by(worst >= SHARP_ENOUGH), change)
}

/// A pixel near an edge, in millimetres: how far outside the square, how far along the edge, and its grey.
struct Near {
    out: f64,
    along: f64,
    grey: f64,
}

/// Line pairs to a millimetre at which half the contrast is left, across one edge of the square.
fn mtf50(view: &View<'_>, quarter: u8) -> Option<f64> {
    let near = pixels(view, quarter);
    let side = |from: f64, to: f64| {
        let part: Vec<f64> = near.iter().filter(|p| p.out >= from && p.out < to).map(|p| p.grey).collect();
        (!part.is_empty()).then(|| part.iter().sum::<f64>() / part.len() as f64)
    };
    let (black, white) = (side(-ACROSS, -SPREAD)?, side(SPREAD, ACROSS)?);
    if white - black < 30.0 {
        return None;
    }
    let (offset, slope) = line(&near, black, white)?;
    let step = 1.0 / (FINER * view.per_mm());
    let bins = (2.0 * SPREAD / step) as usize;
    let mut profile = vec![(0.0, 0u32); bins];
    for pixel in &near {
        let place = (pixel.out - offset - slope * pixel.along + SPREAD) / step;
        if place >= 0.0 && (place as usize) < bins {
            let bin = &mut profile[place as usize];
            *bin = (bin.0 + pixel.grey, bin.1 + 1);
        }
    }
    let profile: Option<Vec<f64>> = profile.iter().map(|&(sum, n)| (n > 0).then(|| sum / f64::from(n))).collect();
    half_contrast(&profile?, step)
}

/// All pixels near one edge.
fn pixels(view: &View<'_>, quarter: u8) -> Vec<Near> {
    let turn = (SQUARE_TURN + 90.0 * f64::from(quarter)).to_radians();
    let (sin, cos) = turn.sin_cos();
    let middle = (SQUARE.0 + cos * SQUARE_SIDE / 2.0, SQUARE.1 + sin * SQUARE_SIDE / 2.0);
    // The pixels of a box around the piece of edge; those outside the piece drop out by their distance.
    let reach = (ALONG + ACROSS) * view.per_mm() * 1.1;
    let centre = view.mapping.to_pixels(middle);
    let grey = view.grey();
    let (left, right) = ((centre.x - reach).max(0.0), (centre.x + reach).min(f64::from(grey.width())));
    let (top, bottom) = ((centre.y - reach).max(0.0), (centre.y + reach).min(f64::from(grey.height())));
    let mut near = Vec::new();
    for y in top as u32..bottom as u32 {
        for (x, &value) in grey.row(y).iter().enumerate().take(right as usize).skip(left as usize) {
            let point = scantrail_core::units::Point { x: x as f64 + 0.5, y: f64::from(y) + 0.5 };
            let (m, n) = view.mapping.to_paper(point);
            let (dm, dn) = (m - middle.0, n - middle.1);
            let (out, along) = (dm * cos + dn * sin, dn * cos - dm * sin);
            if out.abs() <= ACROSS && along.abs() <= ALONG {
                near.push(Near { out, along, grey: f64::from(value) });
            }
        }
    }
    near
}

/// Where the edge really is: `out = offset + slope · along`, from the share of dark in strips across it.
fn line(near: &[Near], black: f64, white: f64) -> Option<(f64, f64)> {
    const STRIPS: usize = 20;
    let mut strips = [(0.0, 0u32); STRIPS];
    for pixel in near {
        let strip = ((pixel.along + ALONG) / (2.0 * ALONG) * STRIPS as f64) as usize;
        let strip = &mut strips[strip.min(STRIPS - 1)];
        *strip = (strip.0 + (white - pixel.grey) / (white - black), strip.1 + 1);
    }
    let (mut n, mut sum_a, mut sum_e, mut sum_aa, mut sum_ae) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (i, &(dark, count)) in strips.iter().enumerate().filter(|(_, strip)| strip.1 > 0) {
        let along = ((i as f64 + 0.5) / STRIPS as f64 - 0.5) * 2.0 * ALONG;
        let edge = dark / f64::from(count) * 2.0 * ACROSS - ACROSS;
        n += 1.0;
        sum_a += along;
        sum_e += edge;
        sum_aa += along * along;
        sum_ae += along * edge;
    }
    let determinant = n * sum_aa - sum_a * sum_a;
    (determinant > 0.0).then(|| {
        let slope = (n * sum_ae - sum_a * sum_e) / determinant;
        ((sum_e - slope * sum_a) / n, slope)
    })
}

/// The first frequency at which the MTF of a profile with bins of `step` millimetres falls below a half.
fn half_contrast(profile: &[f64], step: f64) -> Option<f64> {
    /// From one frequency to the next, in line pairs to a millimetre.
    const FINE: f64 = 0.05;
    let spread: Vec<f64> = profile.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let middle = (spread.len() - 1) as f64 / 2.0;
    // A Hann window keeps the noise of the plains out of the transform.
    let windowed: Vec<f64> = spread
        .iter()
        .enumerate()
        .map(|(i, v)| v * (0.5 + 0.5 * (TAU * (i as f64 - middle) / spread.len() as f64).cos()))
        .collect();
    let contrast = |frequency: f64| {
        let (mut re, mut im) = (0.0, 0.0);
        for (i, v) in windowed.iter().enumerate() {
            let phase = TAU * frequency * step * i as f64;
            re += v * phase.cos();
            im += v * phase.sin();
        }
        re.hypot(im)
    };
    let all = contrast(0.0);
    if all <= 0.0 {
        return None;
    }
    let highest = (0.5 / step / FINE) as usize;
    (1..highest).map(|i| i as f64 * FINE).find(|&frequency| contrast(frequency) < 0.5 * all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The profile of a black edge blurred by a Gauss function, whose MTF is known: ½ at 0.1874 / σ.
    #[test]
    fn the_blur_of_a_known_edge_is_measured() {
        for sigma in [0.06, 0.1, 0.2] {
            let step = 0.02;
            let mut dark = 0.0;
            let profile: Vec<f64> = (0..160)
                .map(|i| {
                    let x = (f64::from(i) - 80.0) * step;
                    dark += (-x * x / (2.0 * sigma * sigma)).exp();
                    dark
                })
                .collect();
            let found = half_contrast(&profile, step).unwrap();
            let wanted = 0.1874 / sigma;
            // The window narrows a wide spread a little.
            assert!((found / wanted - 1.0).abs() < 0.08, "σ {sigma} mm: {found} against {wanted}");
        }
    }

    #[test]
    fn a_plain_has_no_sharpness() {
        assert_eq!(half_contrast(&[200.0; 80], 0.02), None);
    }
}
