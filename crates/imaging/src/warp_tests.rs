//! Truth and laws of the warp: exactness of turns, identity, agreement with `imageproc`.

use super::*;
use image::{GrayImage, Luma};
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp as reference_warp};
use proptest::prelude::*;
use scantrail_core::units::{Angle, Dpi, Resolution};

/// Smooth waves with a few hard edges: interpolation errors show, rounding does not.
fn truth_image(width: u32, height: u32) -> Raster {
    let at = |x: u32, y: u32| {
        let wave = 120.0 + 60.0 * (f64::from(x) / 9.0).sin() + 50.0 * (f64::from(y) / 7.0).cos();
        if (x / 40 + y / 40).is_multiple_of(5) { 20 } else { wave as u8 }
    };
    let samples = (0..height).flat_map(|y| (0..width).map(move |x| at(x, y))).collect();
    Raster::new(width, height, Channels::Grey, samples).unwrap()
}

fn coloured(grey: &Raster) -> Raster {
    let samples = grey.samples().iter().flat_map(|&v| [v, 255 - v, v / 2]).collect();
    Raster::new(grey.width(), grey.height(), Channels::Rgb, samples).unwrap()
}

fn canvas(of: &Raster) -> Canvas {
    Canvas { width: of.width(), height: of.height(), fill: [255; 3] }
}

#[test]
fn agrees_with_imageproc() {
    let input = truth_image(211, 157);
    let grey = GrayImage::from_raw(211, 157, input.samples().to_vec()).unwrap();
    for degrees in [-14.0, -1.3, 0.2, 3.0, 15.0] {
        let map = Affine::rotation(Angle::from_degrees(degrees), Point { x: 105.5, y: 78.5 });
        let ours = warp(&input, &map, canvas(&input));
        // imageproc counts from pixel centres: shift by half a pixel on both sides.
        let centred = Affine::translation(0.5, 0.5).then(&map).then(&Affine::translation(-0.5, -0.5));
        let [[a, b, c], [d, e, f]] = centred.coefficients().map(|row| row.map(|v| v as f32));
        let projection = Projection::from_matrix([a, b, c, d, e, f, 0.0, 0.0, 1.0]).unwrap();
        let theirs = reference_warp(&grey, projection, Interpolation::Bilinear, Border::Constant(Luma([255])));
        let (mut worst, mut sum, mut compared) = (0, 0u32, 0u32);
        for (x, y, pixel) in theirs.enumerate_pixels() {
            let from = map.map_back(Point { x: f64::from(x) + 0.5, y: f64::from(y) + 0.5 });
            if from.x > 1.5 && from.y > 1.5 && from.x < 209.5 && from.y < 155.5 {
                let difference = pixel[0].abs_diff(ours.row(y)[x as usize]);
                worst = worst.max(difference);
                sum += u32::from(difference);
                compared += 1;
            }
        }
        assert!(compared > 20_000, "{compared}");
        // Edges of 200 levels, weights in 1/128: up to 3 levels between two ways of rounding.
        assert!(worst <= 3 && sum < compared, "{degrees}°: off by {worst}, in all {sum} over {compared}");
    }
}

#[test]
fn outside_the_kept_outline_is_fill() {
    let input = truth_image(100, 80);
    let keep = Quad([(10.0, 20.0), (90.0, 20.0), (90.0, 60.0), (10.0, 60.0)].map(|(x, y)| Point { x, y }));
    let out = warp_within(&input, &Affine::IDENTITY, Canvas { fill: [1, 2, 3], ..canvas(&input) }, &keep);
    for y in 0..80 {
        for x in 0..100 {
            let inside = (10..90).contains(&x) && (20..60).contains(&y);
            let wanted = if inside { input.row(y)[x as usize] } else { 2 };
            assert_eq!(out.row(y)[x as usize], wanted, "{x},{y}");
        }
    }
}

#[test]
fn quarter_turns_swap_the_resolution() {
    let resolution = Resolution { x: Dpi::new(300).unwrap(), y: Dpi::new(600).unwrap() };
    let input = truth_image(20, 10).with_resolution(Some(resolution));
    let out = turn_back(&input, Turn::Quarter).resolution().unwrap();
    assert_eq!((out.x.get(), out.y.get()), (600, 300));
    assert_eq!(turn_back(&input, Turn::Half).resolution(), Some(resolution));
}

proptest! {
    #[test]
    fn identity_changes_nothing(w in 1u32..40, h in 1u32..40) {
        let input = coloured(&truth_image(w, h));
        prop_assert_eq!(warp(&input, &Affine::IDENTITY, canvas(&input)), input);
    }

    #[test]
    fn turn_and_back_is_identity(w in 1u32..70, h in 1u32..70, index in 0usize..4) {
        let input = coloured(&truth_image(w, h));
        let turn = Turn::ALL[index];
        prop_assert_eq!(turn_back(&turn_back(&input, turn), turn.inverse()), input);
    }

    #[test]
    fn exact_turns_agree_with_the_resampled_ones(w in 1u32..50, h in 1u32..50, index in 0usize..4) {
        let input = truth_image(w, h);
        let exact = turn_back(&input, Turn::ALL[index]);
        let map = Affine::turning_back(Turn::ALL[index], w, h);
        prop_assert_eq!(warp(&input, &map, canvas(&exact)), exact);
    }

    #[test]
    fn colour_channels_move_like_grey(deg in -15.0..15.0f64) {
        let grey = truth_image(64, 48);
        let map = Affine::rotation(Angle::from_degrees(deg), Point { x: 30.0, y: 20.0 });
        let colour = warp(&coloured(&grey), &map, canvas(&grey));
        let single = warp(&grey, &map, canvas(&grey));
        for (rgb, &v) in colour.samples().chunks_exact(3).zip(single.samples()) {
            prop_assert_eq!(rgb[0], v);
        }
    }

    #[test]
    fn rotating_and_back_keeps_smooth_parts(deg in -15.0..15.0f64) {
        let waves: Vec<u8> = (0..120u32 * 100)
            .map(|i| (120.0 + 80.0 * (f64::from(i % 120) / 15.0).sin() * (f64::from(i / 120) / 13.0).cos()) as u8)
            .collect();
        let input = Raster::new(120, 100, Channels::Grey, waves).unwrap();
        let map = Affine::rotation(Angle::from_degrees(deg), Point { x: 60.0, y: 50.0 });
        let back = warp(&warp(&input, &map, canvas(&input)), &map.inverse(), canvas(&input));
        for y in 35..65 {
            for x in 35..85 {
                prop_assert!(input.row(y)[x].abs_diff(back.row(y)[x]) <= 5);
            }
        }
    }
}
