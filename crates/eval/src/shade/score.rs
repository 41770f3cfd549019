//! How even the paper is, how clear the pencil and how true the colours, against the page that was painted.

use super::scene::{Glued, HALF_STROKE_MM, INKS, PENCILS, PER_MM, PITCH_MM, Page, on_photo};
use image::RgbImage;

/// What one picture of a page measures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    /// Standard deviation of the paper's brightness over the page, in per cent of its mean.
    pub(super) unevenness: f64,
    /// Contrast of pencil to the paper beside it ((paper − ink) / paper), as share of the painted: least and mean.
    pub(super) pencil: (f64, f64),
    /// Mean ΔE (CIE 1976) of pens and paper to the painted colours, the paper's mean brightness being made equal.
    pub(super) colour: f64,
}

pub(super) fn score(picture: &RgbImage, truth: &Page) -> Score {
    let painted = |x: u32, y: u32| truth.colours[(y * truth.width + x) as usize].map(f64::from);
    let seen = |x: u32, y: u32| picture.get_pixel(x, y).0.map(f64::from);
    let (mut papers, mut pencils, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    for line in 1..32 {
        for dash in 0..14 {
            let (x, y) = (f64::from(dash) * 14.0 + 2.0, f64::from(line) * PITCH_MM);
            if truth.glued == Glued::Photo && on_photo(x + 3.0, y, 8.0) {
                continue;
            }
            let half = HALF_STROKE_MM - 0.2;
            let ink = mean(&seen, x, y, half);
            let paper = mean(&seen, x, y - 1.7, 0.5);
            let (ink_true, paper_true) = (mean(&painted, x, y, half), mean(&painted, x, y - 1.7, 0.5));
            papers.push(luma(paper));
            if (line as usize) % INKS.len() < PENCILS {
                let contrast = |ink, paper| 1.0 - luma(ink) / luma(paper).max(1.0);
                pencils.push(contrast(ink, paper) / contrast(ink_true, paper_true));
            } else {
                pairs.push((ink, ink_true));
            }
            pairs.push((paper, paper_true));
        }
    }
    let middle = average(&papers);
    let variance = average(&papers.iter().map(|v| (v - middle).powi(2)).collect::<Vec<_>>());
    let scale = luma(mean(&painted, 2.0, PITCH_MM - 1.7, 0.5)) / middle.max(1.0);
    let errors: Vec<f64> = pairs
        .iter()
        .map(|&(is, wanted)| {
            let (a, b) = (lab(is.map(|v| v * scale)), lab(wanted));
            a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
        })
        .collect();
    Score {
        unevenness: 100.0 * variance.sqrt() / middle.max(1.0),
        pencil: (pencils.iter().copied().fold(f64::INFINITY, f64::min), average(&pencils)),
        colour: average(&errors),
    }
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The mean over 6 mm from `x` on and `half` millimetres above and below `y`.
fn mean(of: &impl Fn(u32, u32) -> [f64; 3], x: f64, y: f64, half: f64) -> [f64; 3] {
    let (mut sum, mut n) = ([0.0; 3], 0.0);
    for row in ((y - half) * PER_MM).round() as u32..((y + half) * PER_MM).round() as u32 {
        for column in (x * PER_MM) as u32..((x + 6.0) * PER_MM) as u32 {
            let colour = of(column, row);
            (0..3).for_each(|c| sum[c] += colour[c]);
            n += 1.0;
        }
    }
    sum.map(|v| v / n)
}

fn luma([r, g, b]: [f64; 3]) -> f64 {
    0.299 * r + 0.587 * g + 0.114 * b
}

/// CIE L*a*b* of sRGB under D65 (IEC 61966-2-1, CIE 15).
fn lab(colour: [f64; 3]) -> [f64; 3] {
    let linear = |v: f64| {
        let v = v / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = colour.map(linear);
    let f = |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 };
    let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_white_and_red_is_red() {
        let white = lab([255.0; 3]);
        assert!((white[0] - 100.0).abs() < 0.1 && white[1].abs() < 0.1 && white[2].abs() < 0.1, "{white:?}");
        let red = lab([255.0, 0.0, 0.0]);
        assert!((red[0] - 53.2).abs() < 0.2 && (red[1] - 80.1).abs() < 0.3, "{red:?}");
    }
}
