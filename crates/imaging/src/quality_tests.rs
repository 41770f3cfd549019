//! Every fault is told, and a good page is left in peace.

use super::*;
use scantrail_core::raster::Channels;

/// Vertical bars whose edges ramp over `ramp` pixels.
fn bars(ramp: usize) -> Raster {
    let profile = |x: usize| {
        let x = x % 40;
        let rise = |from: usize| ((x.max(from) - from).min(ramp) * 200 / ramp) as u8;
        20 + rise(4) - rise(22)
    };
    let samples = (0..400 * 400).map(|i| profile(i % 400)).collect();
    Raster::new(400, 400, Channels::Grey, samples).unwrap()
}

#[test]
fn wider_edges_score_lower() {
    let scores: Vec<f32> = [1, 4, 8, 12].map(|ramp| sharpness(&bars(ramp)).unwrap().score).into();
    assert!(scores[0] > 0.99 && scores[3] < 0.05, "{scores:?}");
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    assert!((sharpness(&bars(8)).unwrap().edge_px - 8.0).abs() < 0.5);
    assert!(sharpness(&bars(8)).unwrap().soft_share > 0.9);
}

#[test]
fn empty_paper_has_no_sharpness() {
    let paper = Raster::new(300, 300, Channels::Grey, vec![240; 90_000]).unwrap();
    assert_eq!(sharpness(&paper), None);
    assert_eq!(sharpness(&Raster::new(3, 3, Channels::Rgb, vec![240; 27]).unwrap()), None);
}

fn with_tail(noise: impl Fn(usize) -> u8, tail: u8, rows: usize) -> Raster {
    let samples = (0..200 * 100).map(|i| if i / 100 >= 200 - rows { tail } else { noise(i) }).collect();
    Raster::new(100, 200, Channels::Grey, samples).unwrap()
}

#[test]
fn flat_tails_are_suspect_unless_the_page_is_as_clean() {
    let grain = |i: usize| 235 + (i * 7919 % 13) as u8;
    assert_eq!(flat_tail(&with_tail(grain, 128, 60)), Some(Suspicion::FlatTail));
    assert_eq!(flat_tail(&with_tail(grain, 255, 60)), Some(Suspicion::FlatTail));
    assert_eq!(flat_tail(&with_tail(grain, 128, 4)), None, "a few rows are a margin");
    let bilevel = |i: usize| if i.is_multiple_of(9) { 0 } else { 255 };
    assert_eq!(flat_tail(&with_tail(bilevel, 255, 60)), None, "clean white page with white below");
    assert_eq!(flat_tail(&with_tail(grain, 128, 200)), None, "one flat colour all over is no transfer");
}

/// A4 at 100 dpi in colour: bars for ink on grey-white paper, changed by `change(x, y, value)`.
fn page(change: impl Fn(f64, f64, [u8; 3]) -> [u8; 3]) -> Raster {
    let (w, h) = (827u32, 1169u32);
    let mut samples = Vec::new();
    for y in 0..h {
        for x in 0..w {
            let ink = y % 24 < 9 && x % 11 < 3 && (60..760).contains(&x) && (60..1100).contains(&y);
            let value = if ink { 40 } else { 215 + (x * 7 + y * 13) as u8 % 5 };
            samples.extend(change(f64::from(x), f64::from(y), [value; 3]));
        }
    }
    Raster::new(w, h, Channels::Rgb, samples).unwrap()
}

#[test]
fn a_good_page_gets_no_advice() {
    let quality = measure(&page(|_, _, v| v));
    assert_eq!((quality.glare, quality.fingers), (0.0, 0), "{quality:?}");
    assert!(!matches!(quality.advice(), Some(Advice::Glare | Advice::Finger | Advice::Soft)), "{quality:?}");
}

#[test]
fn a_reflection_is_glare_and_a_white_label_is_not() {
    let lamp = |x: f64, y: f64, v: [u8; 3]| {
        let light = 90.0 - (x - 400.0).hypot(y - 500.0);
        v.map(|v| (f64::from(v) + light.max(0.0) * 2.0).min(255.0) as u8)
    };
    let quality = measure(&page(lamp));
    assert_eq!(quality.advice(), Some(Advice::Glare), "{quality:?}");
    let inside = |x: f64, y: f64| (300.0..500.0).contains(&x) && (400.0..600.0).contains(&y);
    let label = measure(&page(|x, y, v| if inside(x, y) { [255; 3] } else { v }));
    assert!(label.glare <= 0.0, "{label:?}");
}

#[test]
fn a_finger_at_the_border_is_told() {
    let skin = [205, 150, 120];
    let finger = |x: f64, y: f64| x < 70.0 && (y - 600.0).abs() < 32.0;
    let held = measure(&page(|x, y, v| if finger(x, y) { skin } else { v }));
    assert_eq!(held.fingers, 1, "{held:?}");
    let inside = measure(&page(|x, y, v| if finger(x - 300.0, y) && x > 300.0 { skin } else { v }));
    assert_eq!(inside.fingers, 0, "a skin-hued patch away from the border is a picture");
}

#[test]
fn writing_of_few_pixels_is_too_small() {
    let scene = crate::testing::text(20.0, 40.0);
    let fine = crate::testing::Capture::default().of(&scene);
    let of = |factor| {
        let shrunk = crate::plane::Plane::shrink(&fine, factor);
        let coarse = Raster::new(shrunk.width as u32, shrunk.height as u32, Channels::Grey, shrunk.samples).unwrap();
        measure(&coarse)
    };
    let heights = [1, 2, 3].map(|factor| of(factor).text_px.unwrap());
    assert!((heights[0] / heights[1] - 2.0).abs() < 0.6, "{heights:?}");
    assert_eq!(of(1).advice(), None, "{heights:?}");
    assert_eq!(of(3).advice(), Some(Advice::TooSmall), "{heights:?}");
}

#[test]
fn a_picture_without_rows_has_no_writing_to_be_too_small() {
    let painting = crate::testing::Capture::default().of(&crate::testing::painting(4));
    assert_eq!(measure(&painting).text_px, None);
}

#[test]
fn nothing_is_too_small_to_measure() {
    for (w, h) in [(1, 1), (1, 900), (900, 1)] {
        for level in [0, 255] {
            let _ = measure(&Raster::new(w, h, Channels::Rgb, vec![level; (w * h * 3) as usize]).unwrap()).advice();
        }
    }
}
