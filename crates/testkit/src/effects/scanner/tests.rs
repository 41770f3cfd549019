//! Tests of `scanner`: what it makes is compared with the truth it claims.

use super::*;
use crate::paint::{PageKind, PageSpec, paint};

fn page() -> Raster {
    paint(&PageSpec::new(PageKind::Ruled, Seed(8), Dpi::new(100).unwrap())).raster
}

fn skewed(degrees: f64) -> Feed {
    Feed { skew: Angle::from_degrees(degrees), ..Feed::default() }
}

/// The slope at which the ruling's shadow on a vertical axis is sharpest, in degrees: a crude skew meter that shares
/// nothing with the painter.
fn measured_skew(picture: &Raster) -> f64 {
    let grey = picture.to_grey();
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let sharpness = |degrees: f64| {
        let slope = degrees.to_radians().tan();
        let mut profile = vec![0.0; height * 4];
        for y in 0..height {
            let row = grey.row(y as u32);
            for (x, &sample) in row.iter().enumerate().take(width * 4 / 5).skip(width / 5) {
                let level = y as f64 - (x as f64 - width as f64 / 2.0) * slope;
                profile[(level * 4.0).clamp(0.0, (height * 4 - 1) as f64) as usize] += f64::from(255 - sample);
            }
        }
        profile.windows(5).map(|w| (w[4] - w[0]).powi(2)).sum::<f64>()
    };
    let angles: Vec<f64> = (-60..=60).map(|step| f64::from(step) * 0.05).collect();
    angles.into_iter().max_by(|a, b| sharpness(*a).total_cmp(&sharpness(*b))).unwrap()
}

#[test]
fn the_skew_in_the_picture_is_the_skew_in_the_truth() {
    for degrees in [-1.8, -0.5, 0.0, 0.7, 2.0] {
        let scanned = feed(&page(), &skewed(degrees), Seed(1));
        assert!((scanned.skew.degrees() - degrees).abs() < 1e-9);
        let measured = measured_skew(&scanned.raster);
        assert!((measured - degrees).abs() <= 0.1, "fed at {degrees}, measured {measured}");
    }
}

#[test]
fn upside_down_is_the_same_picture_turned() {
    let page = page();
    let scanned = feed(&page, &Feed { turn: Turn::Half, ..Feed::default() }, Seed(1));
    let turned: Vec<u8> = page.samples().chunks_exact(3).rev().flatten().copied().collect();
    assert!(scanned.raster.samples() == turned.as_slice());
    assert!(scanned.outline.0[0].x > 800.0 && scanned.outline.0[0].y > 1100.0, "top left lies bottom right");
}

#[test]
fn a_quarter_turn_exchanges_width_and_height_without_loss() {
    let page = page();
    let scanned = feed(&page, &Feed { turn: Turn::Quarter, ..Feed::default() }, Seed(1));
    assert_eq!((scanned.raster.width(), scanned.raster.height()), (page.height(), page.width()));
    // Clockwise: the top left pixel comes to the top right.
    let right = scanned.raster.width() as usize - 1;
    assert_eq!(scanned.raster.row(0)[right * 3..], page.row(0)[..3]);
    let back = feed(&scanned.raster, &Feed { turn: Turn::ThreeQuarters, ..Feed::default() }, Seed(1));
    assert!(back.raster.samples() == page.samples());
}

#[test]
fn bars_shadows_and_backing_show_where_they_should() {
    let how = Feed {
        bars: vec![(Edge::Left, Length::from_mm(3))],
        shadows: vec![(Edge::Bottom, Length::from_mm(10))],
        backing: [10, 200, 10],
        ..skewed(2.0)
    };
    let picture = feed(&page(), &how, Seed(1)).raster;
    let (width, height) = (picture.width() as usize, picture.height());
    assert!(picture.row(500)[0] < 30, "a black bar on the left");
    let at = |x: usize, y: u32| picture.row(y)[x * 3..x * 3 + 3].to_vec();
    assert_eq!(at(width - 2, 1), [10, 200, 10], "clockwise: the right side sinks and shows the backing above it");
    assert_eq!(at(width - 2, 40), [249, 249, 247], "paper below");
    assert_eq!(at(13, 2), [10, 200, 10], "the left edge leans away from its upper end");
    let middle = width / 2 * 3;
    assert!(picture.row(height - 3)[middle] < picture.row(height - 25)[middle], "the shadow is darker at the edge");
}

#[test]
fn noise_has_the_strength_asked_for_and_comes_from_the_seed() {
    let flat = Raster::new(400, 400, scantrail_core::raster::Channels::Grey, vec![128; 160_000]).unwrap();
    let how = Feed { noise: 4.0, ..Feed::default() };
    let noisy = feed(&flat, &how, Seed(3)).raster;
    let variance = noisy.samples().iter().map(|&s| (f64::from(s) - 128.0).powi(2)).sum::<f64>() / 160_000.0;
    assert!((variance.sqrt() - 4.0).abs() < 0.3, "deviation {}", variance.sqrt());
    assert!(noisy == feed(&flat, &how, Seed(3)).raster);
    assert!(noisy != feed(&flat, &how, Seed(4)).raster);
}
