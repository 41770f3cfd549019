//! Painted lines with known turns: how far off, and when to decline.

use super::*;
use crate::testing::{Capture, Scene, Squared, disc, empty, mm, over, painting, ruled, text};
use crate::warp::turn_back;
use scantrail_core::units::Turn;

/// Measures each turn; all must be accepted within `worst`, and most within `usual`.
fn check(scene: &Scene, turns: &[f64], usual: f64, worst: f64) {
    let mut errors: Vec<f64> = turns
        .iter()
        .map(|&degrees| {
            let skew = measure(&Capture::turned(degrees).of(scene));
            assert_eq!(skew.verdict, Verdict::Measured, "{degrees}°: {skew:?}");
            assert!(skew.confidence.get() >= 0.5);
            (skew.angle.degrees() - degrees).abs()
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    assert!(*errors.last().unwrap() <= worst, "{errors:?}");
    assert!(errors[errors.len() * 3 / 4] <= usual, "{errors:?}");
}

const TURNS: [f64; 9] = [-15.0, -9.7, -3.21, -0.55, -0.07, 0.31, 2.4, 7.77, 14.9];

#[test]
fn print_is_measured_to_a_twentieth_of_a_degree() {
    check(&text(20.0, 50.0), &TURNS, 0.05, 0.1);
}

#[test]
fn ruling_is_measured_to_a_twentieth_of_a_degree() {
    check(&ruled(8.0, 190.0, Squared::No), &TURNS, 0.05, 0.1);
    check(&ruled(5.0, 180.0, Squared::Yes), &TURNS[2..6], 0.05, 0.1);
}

#[test]
fn ruling_outranks_writing_that_drifts() {
    // Dashes of pencil that climb by about 1° on level ruling.
    let dashes: Scene = Box::new(|x, y| {
        let (x, y) = (x / mm(1.0), y / mm(1.0));
        let on = (y + x * 0.018).rem_euclid(16.0) < 0.6 && x.rem_euclid(18.0) < 11.0 && (25.0..185.0).contains(&x);
        if on { 120.0 } else { 238.0 }
    });
    let scene = over(ruled(8.0, 185.0, Squared::No), dashes);
    for degrees in [-4.0, 0.6] {
        let skew = measure(&Capture::turned(degrees).of(&scene));
        assert_eq!(skew.verdict, Verdict::Measured);
        assert!((skew.angle.degrees() - degrees).abs() <= 0.1, "{skew:?}");
    }
}

/// Words of a hand that climbs by `climb` (a slope), on lines `pitch` millimetres apart.
fn drifting(climb: f64, pitch: f64) -> Scene {
    Box::new(move |x, y| {
        let (x, y) = (x / mm(1.0), y / mm(1.0));
        let wave = 0.7 * (x * 2.4).sin();
        let on = (y + x * climb + wave).rem_euclid(pitch) < 0.5 && x.rem_euclid(22.0) < 16.0;
        if on && (25.0..185.0).contains(&x) && (30.0..260.0).contains(&y) { 70.0 } else { 238.0 }
    })
}

#[test]
fn faint_ruling_under_heavy_writing_decides_on_a_dark_backing_too() {
    let scene = over(ruled(8.0, 195.0, Squared::No), drifting(0.0175, 16.0));
    let skew = measure(&Capture { backing: Some(15.0), border: 12.0, ..Capture::turned(2.2) }.of(&scene));
    assert_eq!((skew.verdict, skew.source), (Verdict::Measured, SkewSource::Ruling), "{skew:?}");
    assert!((skew.angle.degrees() - 2.2).abs() <= 0.1, "{skew:?}");
}

#[test]
fn it_is_said_what_was_measured() {
    let lined = measure(&Capture::turned(1.3).of(&ruled(8.0, 190.0, Squared::No)));
    assert_eq!((lined.source, lined.shear), (SkewSource::Ruling, None));
    assert_eq!(measure(&Capture::turned(1.3).of(&text(20.0, 50.0))).source, SkewSource::Text);
}

#[test]
fn a_scanner_that_shears_is_told() {
    let squared = ruled(7.0, 180.0, Squared::Yes);
    // Lines down lean by 0.2° on their own, clockwise: their lower ends go left.
    let lean = 0.2f64.to_radians().tan();
    let sheared: Scene = Box::new(move |x, y| squared(x + y * lean, y));
    let skew = measure(&Capture::turned(1.0).of(&sheared));
    assert_eq!(skew.verdict, Verdict::Measured, "{skew:?}");
    assert!(skew.shear.is_some_and(|shear| (shear + 0.2).abs() < 0.05), "{skew:?}");
    assert!((skew.angle.degrees() - 1.0).abs() < 0.1 || (skew.angle.degrees() - 1.2).abs() < 0.1, "{skew:?}");
    let square = measure(&Capture::turned(1.0).of(&ruled(7.0, 180.0, Squared::Yes)));
    assert!(square.shear.is_some_and(|shear| shear.abs() < 0.03), "{square:?}");
}

#[test]
fn a_thin_rim_of_backing_is_no_line() {
    let page = Capture { backing: Some(15.0), border: 1.7, ..Capture::default() }.of(&empty());
    let skew = measure(&page);
    assert_eq!((skew.applied(), matches!(skew.verdict, Verdict::Declined(_))), (Angle::default(), true), "{skew:?}");
}

#[test]
fn writing_without_ruling_follows_the_paper_or_stays() {
    // The upper half climbs, the lower half falls: no line tells the page's turn.
    let (up, down) = (drifting(0.03, 11.0), drifting(-0.03, 11.0));
    let scene: Scene = Box::new(move |x, y| if y < 877.0 { up(x, y) } else { down(x, y) });
    let on_dark = |degrees| Capture { backing: Some(15.0), border: 12.0, ..Capture::turned(degrees) };
    let plainly = measure(&on_dark(5.0).of(&scene));
    assert_eq!((plainly.verdict, plainly.source), (Verdict::Measured, SkewSource::Edge), "{plainly:?}");
    assert!((plainly.angle.degrees() - 5.0).abs() < 0.1, "{plainly:?}");
    assert_eq!(measure(&on_dark(0.8).of(&scene)).applied(), Angle::default());
    assert_eq!(measure(&Capture::turned(0.8).of(&scene)).applied(), Angle::default());
}

#[test]
fn one_quarter_askew_is_outvoted_or_declines() {
    let (page, note) = (text(20.0, 50.0), text(20.0, 50.0));
    let slope = 1.0f64.to_radians().tan();
    let scene: Scene =
        Box::new(move |x, y| if x > 620.0 && y > 877.0 { note(x, y - (x - 620.0) * slope) } else { page(x, y) });
    for degrees in [0.7, 3.0] {
        let skew = measure(&Capture::turned(degrees).of(&scene));
        let right = (skew.angle.degrees() - degrees).abs() <= 0.1;
        assert!(right || skew.verdict != Verdict::Measured, "{degrees}: {skew:?}");
    }
}

#[test]
fn quarter_turned_pages_have_the_same_small_turn() {
    for scene in [text(20.0, 50.0), ruled(8.0, 185.0, Squared::No)] {
        let page = Capture::turned(2.6).of(&scene);
        for turn in Turn::ALL {
            let skew = measure(&turn_back(&page, turn));
            assert_eq!(skew.verdict, Verdict::Measured, "{turn:?}");
            assert!((skew.angle.degrees() - 2.6).abs() <= 0.1, "{turn:?}: {skew:?}");
        }
    }
}

#[test]
fn artwork_declines() {
    for seed in 0..4 {
        let skew = measure(&Capture::turned(3.0).of(&painting(seed)));
        assert_eq!(skew.verdict, Verdict::Declined(SkewDecline::Picture), "{seed}: {skew:?}");
        assert_eq!(skew.applied(), Angle::default());
    }
    // Even with perfectly straight bars: a painted fence is no ruling.
    let fence: Scene = Box::new(|x, _| if x.rem_euclid(120.0) < 70.0 { 90.0 } else { 200.0 });
    assert!(matches!(measure(&Capture::turned(3.0).of(&fence)).verdict, Verdict::Declined(_)));
}

#[test]
fn nearly_empty_pages_decline() {
    for scene in [empty(), disc((100.0, 150.0), 3.0, 60.0)] {
        let skew = measure(&Capture::default().of(&scene));
        assert!(matches!(skew.verdict, Verdict::Declined(_)), "{skew:?}");
    }
    // Dirt on the sensor draws perfect lines.
    let streaks: Scene = Box::new(|x, _| if x.rem_euclid(170.0) < 1.0 { 212.0 } else { 238.0 });
    let skew = measure(&Capture::default().of(&streaks));
    assert_eq!(skew.verdict, Verdict::Declined(SkewDecline::TooLittleInk), "{skew:?}");
}

#[test]
fn two_pages_with_a_turn_each_decline() {
    let (a, b) = (1.1f64.to_radians().tan(), (-1.1f64).to_radians().tan());
    let (left, right) = (text(20.0, 50.0), text(20.0, 50.0));
    let spread: Scene = Box::new(move |x, y| if x < 620.0 { left(x, y - x * a) } else { right(x, y - x * b) });
    let skew = measure(&Capture::default().of(&spread));
    assert!(matches!(skew.verdict, Verdict::Declined(_)), "{skew:?}");
}

#[test]
fn invisible_turns_are_not_applied() {
    let skew = measure(&Capture::turned(0.06).of(&text(20.0, 50.0)));
    assert_eq!((skew.verdict, skew.applied()), (Verdict::Measured, Angle::default()));
    let skew = measure(&Capture::turned(0.3).of(&text(20.0, 50.0)));
    assert_eq!(skew.applied(), skew.angle);
}

#[test]
fn otsu_splits_two_kinds() {
    let values: Vec<f32> = (0..100).map(|i| if i < 80 { 0.1 } else { 0.7 }).collect();
    let threshold = otsu(&values);
    assert!((0.1..0.7).contains(&threshold), "{threshold}");
}
