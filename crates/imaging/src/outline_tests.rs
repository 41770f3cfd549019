//! The outline in painted photos: corners known exactly, and the pictures in which there is nothing to find.

use super::*;
use crate::testing::Dice;
use scantrail_core::raster::Channels;

const SIZE: (u32, u32) = (900, 1200);

fn quad(corners: [(f64, f64); 4]) -> Quad {
    Quad(corners.map(|(x, y)| Point { x, y }))
}

/// A photo of a sheet with lines of writing; `desk` gives the brightness around it.
fn photo(page: &Quad, paper: f64, desk: impl Fn(f64, f64) -> f64) -> Raster {
    let flat = Projective::between(page, &rectangle(210, 297)).unwrap();
    let mut dice = Dice::new(3);
    let at = |x: f64, y: f64| {
        let p = flat.map_forward(Point { x, y });
        if !(0.0..210.0).contains(&p.x) || !(0.0..297.0).contains(&p.y) {
            return desk(x, y);
        }
        let written = (25.0..185.0).contains(&p.x) && (30.0..260.0).contains(&p.y);
        if written && p.y % 9.0 < 2.0 && (p.x * 0.7).sin() > -0.4 { 60.0 } else { paper }
    };
    let mut samples = Vec::new();
    for y in 0..SIZE.1 {
        for x in 0..SIZE.0 {
            let (x, y) = (f64::from(x), f64::from(y));
            let mean =
                (at(x + 0.25, y + 0.25) + at(x + 0.75, y + 0.25) + at(x + 0.25, y + 0.75) + at(x + 0.75, y + 0.75))
                    / 4.0;
            let light = 1.0 - 0.25 * x / 900.0;
            samples.push((mean * light + (dice.roll() - 0.5) * 8.0).clamp(0.0, 255.0) as u8);
        }
    }
    Raster::new(SIZE.0, SIZE.1, Channels::Grey, samples).unwrap()
}

fn seen_from_above() -> Quad {
    quad([(180.0, 160.0), (735.0, 185.0), (820.0, 1050.0), (95.0, 1010.0)])
}

fn worst(found: &Quad, truth: &Quad) -> f64 {
    found.0.iter().zip(&truth.0).map(|(a, b)| (a.x - b.x).hypot(a.y - b.y)).fold(0.0, f64::max)
}

#[test]
fn a_sheet_on_a_desk_is_found_to_a_pixel() {
    let truth = seen_from_above();
    let desks: [fn(f64, f64) -> f64; 3] =
        [|_, _| 40.0, |x, y| 110.0 + 12.0 * (x * 0.02 + (y * 0.3).sin()).sin(), |_, _| 190.0];
    for (i, desk) in desks.into_iter().enumerate() {
        let found = find(&photo(&truth, 235.0, desk), &Known::default()).unwrap();
        // 0.3 % of the diagonal is 4.5 pixels.
        let off = worst(&found.value.quad, &truth);
        assert!(off < 1.5, "desk {i}: {off} pixels");
        assert_eq!(found.value.seen, [true; 4]);
        let (flatten, width, height) = found.value.flatten().unwrap();
        let corner = flatten.map_forward(truth.0[2]);
        assert!((corner.x - f64::from(width)).abs() < 3.0 && (corner.y - f64::from(height)).abs() < 3.0);
    }
}

#[test]
fn a_finger_over_an_edge_does_not_move_it() {
    let truth = seen_from_above();
    let covered = |x: f64, y: f64| ((x - 470.0) / 60.0).powi(2) + ((y - 1040.0) / 90.0).powi(2) < 1.0;
    let page = photo(&truth, 235.0, |_, _| 60.0);
    let samples = page
        .samples()
        .iter()
        .enumerate()
        .map(|(i, &v)| if covered((i % 900) as f64, (i / 900) as f64) { 120 } else { v });
    let page = Raster::new(SIZE.0, SIZE.1, Channels::Grey, samples.collect()).unwrap();
    let found = find(&page, &Known::default()).unwrap();
    assert!(worst(&found.value.quad, &truth) < 2.0, "{:?}", found.value.quad);
}

#[test]
fn a_side_out_of_the_picture_is_told_and_nothing_is_flattened() {
    let truth = quad([(180.0, 200.0), (735.0, 215.0), (790.0, 1290.0), (120.0, 1290.0)]);
    let found = find(&photo(&truth, 235.0, |_, _| 60.0), &Known::default()).unwrap().value;
    assert_eq!(found.seen, [true, true, false, true]);
    assert!((found.quad.0[2].y - 1200.0).abs() < 1e-6, "the picture's frame stands in: {:?}", found.quad);
    assert!(found.flatten().is_none());
}

#[test]
fn the_frame_is_no_side_of_a_page_that_ends_before_it() {
    // Glare hides the lower side and fades out before the frame.
    let desk = |_: f64, y: f64| 60.0 + 175.0 * (1.0 - (y - 1030.0) / 110.0).clamp(0.0, 1.0) * f64::from(y > 960.0);
    let truth = quad([(180.0, 160.0), (735.0, 175.0), (800.0, 1020.0), (125.0, 1030.0)]);
    let found = find(&photo(&truth, 235.0, desk), &Known::default());
    assert!(found.is_err(), "{found:?}");
}

#[test]
fn what_shows_no_sheet_stays_as_it_is() {
    let all = quad([(-300.0, -300.0), (1200.0, -300.0), (1200.0, 1500.0), (-300.0, 1500.0)]);
    assert!(find(&photo(&all, 235.0, |_, _| 0.0), &Known::default()).is_err(), "edge to edge");
    assert!(find(&photo(&seen_from_above(), 235.0, |_, _| 235.0), &Known::default()).is_err(), "white on white");
    let checks = |x: f64, y: f64| {
        let (u, v) = (x * 0.98 + y * 0.17 + 900.0, y * 0.98 - x * 0.17 + 900.0);
        [235.0, 190.0, 150.0][((u / 60.0) as usize % 2) + ((v / 60.0) as usize % 2)]
    };
    let none = quad([(1e4, 1e4), (1e4 + 9.0, 1e4), (1e4 + 9.0, 1e4 + 9.0), (1e4, 1e4 + 9.0)]);
    assert!(find(&photo(&none, 235.0, checks), &Known::default()).is_err(), "a checked cloth");
    // A painting with a wide margin: darker than what lies around it.
    assert!(find(&photo(&seen_from_above(), 90.0, |_, _| 225.0), &Known::default()).is_err(), "a framed picture");
}

#[test]
fn odd_sizes_and_flat_pictures_never_panic() {
    for (w, h) in [(1, 1), (1, 4000), (4000, 1), (40, 40), (33, 900)] {
        for level in [0, 255] {
            let input = Raster::new(w, h, Channels::Rgb, vec![level; (w * h * 3) as usize]).unwrap();
            assert!(find(&input, &Known::default()).is_err());
        }
    }
}

/// Corners of a rectangle of `w × h` millimetres seen by a camera with a focal length of 900 pixels, and of a code.
fn camera(w: f64, h: f64) -> impl Fn(f64, f64) -> Point {
    let (tilt, pan) = (0.45f64, 0.25f64);
    move |x, y| {
        let (x, y) = (x - w / 2.0, y - h / 2.0);
        let (x1, z1) = (x * pan.cos(), x * pan.sin());
        let (y2, z2) = (y * tilt.cos() - z1 * tilt.sin(), y * tilt.sin() + z1 * tilt.cos());
        let z = 420.0 + z2;
        Point { x: 450.0 + 900.0 * x1 / z, y: 600.0 + 900.0 * y2 / z }
    }
}

#[test]
fn proportions_come_from_the_perspective() {
    for (w, h) in [(210.0, 297.0), (297.0, 210.0), (200.0, 200.0), (120.0, 300.0)] {
        let see = camera(w, h);
        let corners = Quad([see(0.0, 0.0), see(w, 0.0), see(w, h), see(0.0, h)]);
        let ratio = size::proportions(&corners, SIZE.0, SIZE.1).unwrap();
        assert!((ratio / (w / h) - 1.0).abs() < 1e-6, "{w}×{h}: {ratio}");
    }
    assert_eq!(size::snapped(0.71), PageSize::ASeries(1.0 / std::f64::consts::SQRT_2));
    assert_eq!(size::snapped(1.0), PageSize::Proportions(1.0));
}

#[test]
fn a_code_of_known_size_tells_millimetres_even_turned() {
    let see = camera(210.0, 297.0);
    let corners = Quad([see(0.0, 0.0), see(210.0, 0.0), see(210.0, 297.0), see(0.0, 297.0)]);
    let code = |turn: f64| {
        let at = |x: f64, y: f64| see(40.0 + x * turn.cos() - y * turn.sin(), 50.0 + x * turn.sin() + y * turn.cos());
        Anchor { quad: Quad([at(0.0, 0.0), at(25.0, 0.0), at(25.0, 25.0), at(0.0, 25.0)]), side_mm: 25.0 }
    };
    for turn in [0.0, 0.3, -0.5] {
        let scale = size::scale(&corners, &[code(turn)]).unwrap().value;
        assert!((scale.width_mm - 210.0).abs() < 1e-3 && (scale.height_mm - 297.0).abs() < 1e-3, "{scale:?}");
        assert_eq!(scale.sheet, Some(Sheet::A4));
    }
    let wrong = Anchor { side_mm: 27.0, ..code(0.0) };
    assert_eq!(size::scale(&corners, &[code(0.0), wrong]), Err(ScaleDecline::AnchorsDisagree));
    assert_eq!(size::scale(&corners, &[]), Err(ScaleDecline::NoAnchor));
}
