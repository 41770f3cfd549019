//! Truth and laws of the warp: exactness of turns, identity, agreement with `imageproc`.

use super::*;
use crate::geometry::outline;
use crate::geometry::projective::Projective;
use crate::testing::Dice;
use image::{GrayImage, Luma};
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp as reference_warp};
use proptest::prelude::*;
use scantrail_core::units::{Angle, Dpi, Quad, Resolution};

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

fn warp_within(input: &Raster, map: &Affine, canvas: Canvas, keep: &Quad) -> Raster {
    render(input, &Transform::from(*map), canvas, &keep.0)
}

fn warp(input: &Raster, map: &Affine, canvas: Canvas) -> Raster {
    warp_within(input, map, canvas, &outline(input.width(), input.height()))
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

/// Noise: every error of place shows.
fn grain(width: u32, height: u32, channels: Channels) -> Raster {
    let mut dice = Dice::new(u64::from(width * 31 + height));
    let samples = (0..width as usize * height as usize * channels.count()).map(|_| (dice.roll() * 255.99) as u8);
    Raster::new(width, height, channels, samples.collect()).unwrap()
}

/// Whether a page pixel comes from so near an edge (of the picture, of what is kept, of what is seen) that rounding may
/// decide.
fn on_the_brink(transform: &Transform, keep: &[Point], input: &Raster, x: u32, y: u32) -> bool {
    let near = 0.01;
    let corners = [(0.0, 0.0), (-near, -near), (near, -near), (near, near), (-near, near)];
    let kept = corners.map(|(dx, dy)| {
        let at = transform.source_of(Point { x: f64::from(x) + 0.5 + dx, y: f64::from(y) + 0.5 + dy });
        at.is_some_and(|p| {
            let inside =
                p.x >= 0.0 && p.y >= 0.0 && p.x <= f64::from(input.width()) && p.y <= f64::from(input.height());
            inside && (keep.is_empty() || reference::contains(keep, p))
        })
    });
    kept.iter().any(|&k| k != kept[0])
}

/// Both variants agree to the bit, and with the reference to one level.
fn assert_like_reference(input: &Raster, transform: &Transform, canvas: Canvas, keep: &[Point]) {
    let fast = render_by(input, transform, canvas, keep, Variant::Best);
    assert!(fast == render_by(input, transform, canvas, keep, Variant::Plain), "the variants differ");
    let wanted = reference::render(input, transform, canvas, keep);
    let channels = input.channels().count();
    for y in 0..canvas.height {
        let (fast, wanted) = (fast.row(y).chunks_exact(channels), wanted.row(y).chunks_exact(channels));
        for (x, (a, b)) in fast.zip(wanted).enumerate() {
            let alike = a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 1);
            assert!(alike || on_the_brink(transform, keep, input, x as u32, y), "{x}, {y}: {a:?} for {b:?}");
        }
    }
}

fn points<const N: usize>(corners: [(f64, f64); N]) -> [Point; N] {
    corners.map(|(x, y)| Point { x, y })
}

#[test]
fn what_is_behind_the_camera_is_filled() {
    // A road that runs to the horizon at y = 20 of the page: above it, the formula shows the ground behind the camera.
    let road = Projective::between(
        &Quad(points([(0.0, 0.0), (90.0, 0.0), (90.0, 120.0), (0.0, 120.0)])),
        &Quad(points([(48.0, 22.0), (52.0, 22.0), (99.0, 95.0), (1.0, 95.0)])),
    );
    let transform = Transform::from(road.unwrap());
    for channels in [Channels::Grey, Channels::Rgb] {
        let input = grain(90, 120, channels);
        let canvas = Canvas { width: 100, height: 100, fill: [7, 8, 9] };
        let page = render(&input, &transform, canvas, &[]);
        let fill = if channels == Channels::Grey { vec![8] } else { vec![7, 8, 9] };
        for y in 0..20 {
            assert!(page.row(y).chunks_exact(channels.count()).all(|p| p == fill), "row {y}");
        }
        assert!(page.row(90).chunks_exact(channels.count()).any(|p| p != fill));
        assert_like_reference(&input, &transform, canvas, &[]);
        // Kept ground behind the camera has no place on the page at all.
        assert_like_reference(&input, &transform, canvas, &points([(10.0, -900.0), (80.0, -900.0), (45.0, 100.0)]));
    }
}

#[test]
fn any_shape_can_be_kept() {
    let star = points([(50.0, 2.0), (60.0, 70.0), (98.0, 50.0), (20.0, 60.0), (70.0, 95.0), (2.0, 20.0)]);
    let turn = Transform::from(Affine::rotation(Angle::from_degrees(20.0), Point { x: 50.0, y: 50.0 }));
    for channels in [Channels::Grey, Channels::Rgb] {
        let input = grain(100, 100, channels);
        assert_like_reference(&input, &turn, canvas(&input), &star);
    }
}

#[test]
fn thin_strokes_survive_shrinking() {
    // Lines one pixel wide, every 7 pixels, shrunk to a third: all are equally dark.
    let samples = (0..420 * 90).map(|i| if i % 420 % 7 == 0 { 0 } else { 240 }).collect();
    let input = Raster::new(420, 90, Channels::Grey, samples).unwrap();
    let transform = Transform::from(Projective::scaling(1.0 / 3.0, 1.0 / 3.0));
    let page = render(&input, &transform, Canvas { width: 140, height: 30, fill: [255; 3] }, &[]);
    // 240 · 6/7 on average over any 7 pixels of the page, which hold 3 lines.
    for places in page.row(15)[7..133].chunks_exact(7) {
        let mean = places.iter().map(|&v| u32::from(v)).sum::<u32>() / 7;
        assert!((198..=213).contains(&mean), "{places:?}");
    }
}

proptest! {
    #[test]
    fn fast_equals_reference_when_turning(
        size in (1u32..140, 1u32..90), out in (1u32..150, 1u32..90), deg in -180.0..180.0f64,
        stretch in (0.72..1.9f64, 0.72..1.9f64), shift in (-30.0..30.0f64, -30.0..30.0f64), colour in 0usize..2,
    ) {
        let input = grain(size.0, size.1, [Channels::Grey, Channels::Rgb][colour]);
        let centre = Point { x: f64::from(size.0) / 2.0, y: f64::from(size.1) / 2.0 };
        let transform = Transform::from(Affine::rotation(Angle::from_degrees(deg), centre))
            .then(Projective::scaling(stretch.0, stretch.1))
            .then(Affine::translation(shift.0, shift.1));
        assert_like_reference(&input, &transform, Canvas { width: out.0, height: out.1, fill: [3, 4, 5] }, &[]);
    }

    #[test]
    fn fast_equals_reference_when_turning_a_little(
        size in (1u32..300, 1u32..60), deg in -16.0..16.0f64, shift in (-3.0..3.0f64, -3.0..3.0f64), colour in 0usize..2,
    ) {
        let input = grain(size.0, size.1, [Channels::Grey, Channels::Rgb][colour]);
        let transform = Transform::from(Affine::rotation(Angle::from_degrees(deg), Point { x: 20.0, y: 20.0 }))
            .then(Affine::translation(shift.0, shift.1));
        assert_like_reference(&input, &transform, canvas(&input), &[]);
    }

    #[test]
    fn fast_equals_reference_in_perspective(
        jitter in prop::array::uniform8(-0.2..0.2f64), size in (1u32..130, 1u32..130),
        keep in prop::collection::vec((-0.1..1.1f64, -0.1..1.1f64), 0..6), colour in 0usize..2,
    ) {
        let input = grain(size.0, size.1, [Channels::Grey, Channels::Rgb][colour]);
        let (w, h) = (f64::from(size.0), f64::from(size.1));
        let corner = |i: usize, x: f64, y: f64| Point { x: (x + jitter[i]) * w, y: (y + jitter[i + 1]) * h };
        let seen = Quad([corner(0, 0.1, 0.1), corner(2, 0.9, 0.1), corner(4, 0.9, 0.9), corner(6, 0.1, 0.9)]);
        let page = canvas(&input);
        if let Ok(flat) = Projective::between(&seen, &outline(page.width, page.height)) {
            let keep: Vec<Point> = keep.iter().map(|&(x, y)| Point { x: x * w, y: y * h }).collect();
            assert_like_reference(&input, &flat.into(), page, &keep);
        }
    }

    #[test]
    fn at_once_equals_one_after_the_other(deg in -10.0..10.0f64, squeeze in -8.0..8.0f64) {
        let waves = (0..160u32 * 120)
            .map(|i| (120.0 + 80.0 * (f64::from(i % 160) / 15.0).sin() * (f64::from(i / 160) / 13.0).cos()) as u8);
        let input = Raster::new(160, 120, Channels::Grey, waves.collect()).unwrap();
        let seen = Quad(points([(-5.0, squeeze), (170.0, -4.0), (165.0, 125.0 - squeeze), (-9.0, 122.0)]));
        let flatten = Projective::between(&seen, &outline(160, 120)).unwrap();
        let turn = Affine::rotation(Angle::from_degrees(deg), Point { x: 80.0, y: 60.0 });
        let once = render(&input, &Transform::from(flatten).then(turn), canvas(&input), &[]);
        let first = render(&input, &flatten.into(), canvas(&input), &[]);
        let twice = render(&first, &turn.into(), canvas(&input), &[]);
        for y in 40..80 {
            for x in 50..110 {
                prop_assert!(once.row(y)[x].abs_diff(twice.row(y)[x]) <= 3, "{x}, {y}");
            }
        }
    }
}
