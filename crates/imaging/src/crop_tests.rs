//! The paper's outline on backings, and when not to crop.

use super::*;
use crate::testing::{Capture, Scene, disc, mm, over, painting, stroke, text};
use scantrail_core::raster::Raster;

fn on_backing(degrees: f64, level: f64) -> Capture {
    Capture { degrees, backing: Some(level), border: 12.0, noise: 2.0, shading: 0.03 }
}

fn crop_of(page: &Raster) -> Crop {
    find(&Survey::new(page), page.width(), page.height())
}

/// The sheet's true corners in the capture.
fn truth(capture: Capture, page: &Raster) -> [Point; 4] {
    let (sin, cos) = capture.degrees.to_radians().sin_cos();
    let (cx, cy) = (f64::from(page.width()) / 2.0, f64::from(page.height()) / 2.0);
    let (w, h) = (f64::from(crate::testing::A4.0) / 2.0, f64::from(crate::testing::A4.1) / 2.0);
    [(-w, -h), (w, -h), (w, h), (-w, h)].map(|(x, y)| Point { x: cx + cos * x - sin * y, y: cy + sin * x + cos * y })
}

#[test]
fn corners_are_found_within_half_a_millimetre() {
    for backing in [15.0, 120.0] {
        for degrees in [0.0, 0.7, -2.0, 3.0] {
            let capture = on_backing(degrees, backing);
            let page = capture.of(&text(20.0, 50.0));
            let crop = crop_of(&page);
            assert_eq!(crop.declined, None, "{backing} {degrees}");
            for (found, wanted) in crop.quad.0.iter().zip(truth(capture, &page)) {
                let off = (found.x - wanted.x).hypot(found.y - wanted.y);
                assert!(off < mm(0.5), "{backing} {degrees}: {off} px");
            }
            assert!((crop.edge_angle.unwrap().degrees() - degrees).abs() < 0.1);
        }
    }
}

#[test]
fn a_sheet_that_fills_the_width_is_cropped_below() {
    let scene = text(20.0, 50.0);
    let short: Scene = Box::new(move |x, y| if y > 1500.0 { 12.0 } else { scene(x, y) });
    let page = Capture::default().of(&short);
    let crop = crop_of(&page);
    assert_eq!(crop.declined, None);
    let [top_left, _, bottom_right, _] = crop.quad.0;
    assert!(top_left.x.abs() < 1.0 && top_left.y.abs() < 1.0);
    assert!((bottom_right.x - 1240.0).abs() < 1.0 && (bottom_right.y - 1500.0).abs() < 3.0, "{bottom_right:?}");
}

#[test]
fn white_on_white_is_not_cropped() {
    for backing in [None, Some(245.0), Some(232.0)] {
        let page = Capture { backing, border: 12.0, ..Capture::default() }.of(&text(20.0, 50.0));
        let crop = crop_of(&page);
        assert_eq!(crop.declined, Some(CropDecline::NoBacking), "{backing:?}");
        assert_eq!(crop.quad, outline(page.width(), page.height()));
    }
}

#[test]
fn nothing_is_cut_off() {
    // A sticky note hangs over the right edge of the sheet, on the backing: paint it after the backing.
    let capture = on_backing(0.0, 15.0);
    let page = capture.of(&text(20.0, 50.0));
    let (width, height) = (page.width(), page.height());
    let resolution = page.resolution();
    let mut samples = page.into_samples();
    let (right, top) = (width as usize - mm(12.0) as usize, height as usize / 2);
    for y in top..top + mm(25.0) as usize {
        for x in right - 5..right + mm(8.0) as usize {
            samples[y * width as usize + x] = 225;
        }
    }
    let page = Raster::new(width, height, scantrail_core::raster::Channels::Grey, samples).unwrap();
    let crop = crop_of(&page.with_resolution(resolution));
    assert_eq!(crop.declined, Some(CropDecline::InkOutside));
}

#[test]
fn torn_sheets_and_pictures_are_left_alone() {
    let scene = text(20.0, 50.0);
    let torn: Scene = Box::new(move |x, y| if x > 1000.0 + 0.4 * (y - 877.0).abs() { 15.0 } else { scene(x, y) });
    let declined = crop_of(&on_backing(0.0, 15.0).of(&torn)).declined;
    assert!(matches!(declined, Some(CropDecline::RaggedEdge | CropDecline::NotSquare)), "{declined:?}");
    assert_eq!(crop_of(&on_backing(1.0, 15.0).of(&painting(3))).declined, Some(CropDecline::Picture));
}

#[test]
fn marks_in_the_backings_colour_do_not_break_the_outline() {
    // A thick black stroke running off the sheet: the flood enters it, the outline must not follow.
    let scene = over(text(20.0, 50.0), stroke((-5.0, 90.0), (60.0, 100.0), 3.0, 15.0));
    let scene = over(scene, disc((4.0, 200.0), 7.0, 15.0));
    let capture = on_backing(1.0, 15.0);
    let page = capture.of(&scene);
    let crop = crop_of(&page);
    assert_eq!(crop.declined, None);
    for (found, wanted) in crop.quad.0.iter().zip(truth(capture, &page)) {
        assert!((found.x - wanted.x).hypot(found.y - wanted.y) < mm(0.5));
    }
}
