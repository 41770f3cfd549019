//! Tests of `photo`: what it makes is compared with the truth it claims.

use super::*;
use scantrail_core::raster::Channels;

/// A dark scene with one bright dot.
fn scene(dot: (u32, u32)) -> Raster {
    let mut samples = vec![20; 300 * 200 * 3];
    for y in dot.1 - 2..=dot.1 + 2 {
        for x in dot.0 - 2..=dot.0 + 2 {
            samples[(y as usize * 300 + x as usize) * 3..][..3].fill(250);
        }
    }
    Raster::new(300, 200, Channels::Rgb, samples).unwrap()
}

fn brightest(picture: &Raster) -> (f64, f64) {
    let grey = picture.to_grey();
    let (mut x_sum, mut y_sum, mut weight) = (0.0, 0.0, 0.0);
    for y in 0..grey.height() {
        for (x, &s) in grey.row(y).iter().enumerate().filter(|(_, s)| **s > 120) {
            x_sum += (x as f64 + 0.5) * f64::from(s);
            y_sum += (f64::from(y) + 0.5) * f64::from(s);
            weight += f64::from(s);
        }
    }
    (x_sum / weight, y_sum / weight)
}

#[test]
fn things_lie_in_the_photo_where_the_placement_says() {
    for seed in 0..5 {
        let dot = (60 + seed as u32 * 40, 50 + seed as u32 * 20);
        let shot = Shot { size: (600, 400), light: [1.0; 4], noise: 0.0, ..Shot::handheld(Seed(seed)) };
        let photo = photograph(&scene(dot), &shot, Seed(1));
        let wanted = photo.placement.map(Point { x: f64::from(dot.0) + 0.5, y: f64::from(dot.1) + 0.5 });
        let found = brightest(&photo.raster);
        assert!((found.0 - wanted.x).abs() < 0.7 && (found.1 - wanted.y).abs() < 0.7, "{found:?} for {wanted:?}");
    }
}

#[test]
fn light_falls_off_and_glare_clips() {
    let white = Raster::new(100, 100, Channels::Rgb, vec![200; 30_000]).unwrap();
    let shot = Shot {
        size: (200, 200),
        light: [0.5, 1.0, 1.0, 0.5],
        glare: vec![Glare { at: (0.5, 0.5), radius: 0.1 }],
        ..Shot::default()
    };
    let photo = photograph(&white, &shot, Seed(1)).raster;
    assert!(photo.row(20)[3] < 110 && photo.row(20)[190 * 3] > 185);
    assert_eq!(photo.row(100)[300..303], [255; 3]);
}

#[test]
fn blur_spreads_and_keeps_the_sum() {
    let sharp = scene((150, 100));
    let soft = blurred(sharp.clone(), 3);
    let sum = |r: &Raster| r.samples().iter().map(|&s| f64::from(s)).sum::<f64>();
    assert!((sum(&soft) / sum(&sharp) - 1.0).abs() < 0.03);
    assert!(soft.samples().iter().max() < sharp.samples().iter().max());
}

#[test]
fn the_same_seed_gives_the_same_photo() {
    let shot = Shot { size: (300, 200), ..Shot::handheld(Seed(2)) };
    let take = |seed| photograph(&scene((100, 100)), &shot, Seed(seed)).raster;
    assert!(take(1) == take(1));
    assert!(take(1) != take(2));
}
