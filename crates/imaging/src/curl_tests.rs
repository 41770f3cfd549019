//! Bent pages painted with known bends: flattened to a fraction of a millimetre, or left alone.

use super::*;
use crate::testing::curl::{Bend, captured};
use crate::testing::{Capture, Dice, Squared, empty, mm, painting, ruled, text};
use scantrail_core::raster::Channels;
use scantrail_core::units::Point;

/// A thick book lying open on its right-hand page: the page rises from the spine.
const SPINE: Bend = Bend { top: 9.0, bottom: 6.0, reach: 45.0, arch: 0.0 };
/// A page held in the hand.
const ARCH: Bend = Bend { top: 0.0, bottom: 0.0, reach: 50.0, arch: 5.0 };

/// How far lines, drawn through what the curl says, lie from the true ones, in millimetres, but for their height.
fn error_mm(curl: &Curl, bend: &Bend) -> f64 {
    let mut worst: f64 = 0.0;
    for row in [40.0, 90.0, 150.0, 210.0, 260.0] {
        let seen: Vec<(f64, f64)> = (25..=185)
            .step_by(5)
            .map(|x| {
                let x = f64::from(x);
                let y = bend.seen(x, row);
                (y, curl.map_forward(Point { x: mm(x), y: mm(y) }).y / mm(1.0))
            })
            .collect();
        let mean = seen.iter().map(|s| s.1).sum::<f64>() / seen.len() as f64;
        worst = seen.iter().fold(worst, |w, s| w.max((s.1 - mean).abs()));
    }
    worst
}

#[test]
fn print_in_a_thick_book_is_laid_flat() {
    for bend in [SPINE, ARCH, Bend { top: 3.0, bottom: 5.0, ..SPINE }] {
        let found = find(&captured(&text(22.0, 50.0), &bend)).unwrap();
        let error = error_mm(&found.value, &bend);
        assert!(error < 0.6, "{error} mm, {found:?}");
    }
}

#[test]
fn ruled_paper_is_laid_flat() {
    for bend in [SPINE, ARCH] {
        let found = find(&captured(&ruled(8.0, 170.0, Squared::No), &bend)).unwrap();
        let error = error_mm(&found.value, &bend);
        assert!(error < 0.6, "{error} mm, {found:?}");
    }
}

#[test]
fn the_answer_is_in_pixels_of_the_page() {
    let page = captured(&text(22.0, 50.0), &SPINE);
    let small = find(&page).unwrap().value;
    let (w, h) = (page.width() as usize, page.height() as usize);
    let doubled = (0..4 * w * h).map(|i| page.row((i / (2 * w) / 2) as u32)[i % (2 * w) / 2]).collect();
    let large = Raster::new(2 * w as u32, 2 * h as u32, Channels::Grey, doubled).unwrap();
    let large = find(&large).unwrap().value;
    for (x, y) in [(200.0, 300.0), (900.0, 1500.0)] {
        let (a, b) = (small.scaled(2.0).map_back(Point { x, y }), large.map_back(Point { x, y }));
        assert!((a.y - b.y).abs() < mm(1.0), "{a:?} {b:?}");
    }
}

#[test]
fn a_flat_page_is_left_flat() {
    for scene in [text(22.0, 50.0), ruled(8.0, 180.0, Squared::No), ruled(5.0, 180.0, Squared::Yes)] {
        for degrees in [0.0, 0.4, -3.0] {
            assert_eq!(find(&Capture::turned(degrees).of(&scene)), Err(CurlDecline::Flat));
        }
    }
}

#[test]
fn a_hand_that_drifts_line_by_line_is_no_curved_page() {
    for seed in 0..4 {
        let mut dice = Dice::new(seed);
        let drifts: Vec<(f64, f64)> =
            (0..40).map(|_| ((dice.roll() - 0.5) * 0.07, (dice.roll() - 0.5) * 8.0)).collect();
        let page = Capture::turned(0.0).of(&(Box::new(move |x: f64, y: f64| {
            let (x, y) = (x / mm(1.0), y / mm(1.0));
            let on = drifts.iter().enumerate().any(|(i, (slope, bow))| {
                let line = 30.0 + 9.0 * i as f64 + slope * (x - 105.0) + bow * ((x - 105.0) / 80.0).powi(2) * 0.3;
                (y - line + 0.8 * (x * 2.4).sin()).abs() < 0.3
            });
            if on && x.rem_euclid(22.0) < 16.0 && (25.0..185.0).contains(&x) && y < 270.0 { 70.0 } else { 238.0 }
        }) as crate::testing::Scene));
        let found = find(&page);
        assert!(found.is_err(), "hand {seed}: {found:?}");
    }
}

#[test]
fn pictures_and_empty_pages_are_left_alone() {
    for seed in 0..3 {
        assert_eq!(find(&captured(&painting(seed), &SPINE)), Err(CurlDecline::Picture), "painting {seed}");
    }
    assert_eq!(find(&captured(&empty(), &SPINE)), Err(CurlDecline::TooFewLines));
}

#[test]
fn ink_that_would_fall_off_the_page_is_kept() {
    let ink =
        Field { width: 200, height: 300, values: (0..60_000).map(|i| if i < 6_000 { 0.1 } else { 0.0 }).collect() };
    let down = Curl::new((200.0, 300.0), [12.0; 11], [12.0; 11]).unwrap();
    let share = kept(&ink, &flattened(&ink, &down), &down);
    assert!((share - 18.0 / 30.0).abs() < 0.01, "{share}");
    let stretched = Curl::new((200.0, 300.0), [0.0; 11], [60.0; 11]).unwrap();
    let share = kept(&ink, &flattened(&ink, &stretched), &stretched);
    assert!((share - 1.0).abs() < 0.02, "a stretched page has all its ink: {share}");
}

#[test]
fn bad_input_is_declined() {
    for (w, h) in [(1, 1), (1, 4000), (4000, 1), (900, 7), (60, 90)] {
        for level in [0, 128, 255] {
            let input = Raster::new(w, h, Channels::Grey, vec![level; (w * h) as usize]).unwrap();
            assert!(find(&input).is_err());
        }
    }
}

#[test]
fn the_fast_renderer_follows_the_curve_as_the_plain_one_does() {
    use crate::geometry::transform::Transform;
    use crate::warp::{Canvas, reference, render};
    let page = captured(&text(22.0, 50.0), &SPINE);
    let transform = Transform::identity().then_curl(find(&page).unwrap().value);
    let canvas = Canvas { width: page.width(), height: page.height(), fill: [255; 3] };
    let (fast, plain) = (render(&page, &transform, canvas, &[]), reference::render(&page, &transform, canvas, &[]));
    let off = fast.samples().iter().zip(plain.samples()).filter(|(a, b)| a.abs_diff(**b) > 1).count();
    assert!(off * 10_000 < plain.samples().len(), "{off} pixels differ");
}
