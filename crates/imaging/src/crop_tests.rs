//! The paper's outline on backings, and when not to crop.

use super::*;
use crate::testing::{Capture, Scene, disc, mm, over, painting, stroke, text};
use proptest::prelude::*;
use scantrail_core::raster::{Channels, Raster};

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

/// Everything on the capture that is neither sheet nor backing, in pixels.
fn with_note(page: Raster, left: f64, top: f64, width: f64, height: f64) -> Raster {
    let (w, h, resolution) = (page.width(), page.height(), page.resolution());
    let mut samples = page.into_samples();
    for y in top as usize..((top + height) as usize).min(h as usize) {
        samples[y * w as usize..][left as usize..((left + width) as usize).min(w as usize)].fill(225);
    }
    Raster::new(w, h, Channels::Grey, samples).unwrap().with_resolution(resolution)
}

/// Whether a point of the capture lies in the crop, a tenth of a millimetre of slack.
fn holds(crop: &Crop, p: Point) -> bool {
    let corners = crop.quad.0;
    corners.iter().zip(corners.iter().cycle().skip(1)).all(|(a, b)| {
        let length = (b.x - a.x).hypot(b.y - a.y);
        ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) / length >= -mm(0.1)
    })
}

#[test]
fn a_note_that_hangs_over_the_edge_is_kept() {
    let page = on_backing(0.0, 15.0).of(&text(20.0, 50.0));
    let (right, top) = (f64::from(page.width()) - mm(12.0), f64::from(page.height()) / 2.0);
    let page = with_note(page, right - 5.0, top, mm(8.0) + 5.0, mm(25.0));
    let crop = crop_of(&page);
    assert_eq!(crop.declined, None);
    for p in [(right + mm(7.5), top + 3.0), (right + mm(7.5), top + mm(24.0)), (mm(13.0), mm(13.0))] {
        assert!(holds(&crop, Point { x: p.0, y: p.1 }), "{p:?} is outside {:?}", crop.quad);
    }
}

#[test]
fn the_corner_of_a_note_that_hangs_over_by_a_millimetre_is_kept() {
    // The sheet lies 5° askew and the note straight, so that no more of it than a wedge of 2 mm² is over the edge.
    let page = on_backing(-4.947, 15.0).of(&text(25.0, 50.0));
    let (left, top, side) = (mm(23.128 + 12.0), mm(290.002 + 12.0), 22.804);
    let page = with_note(page, left, top, mm(side), mm(side * 0.6));
    let crop = crop_of(&page);
    assert_eq!(crop.declined, None);
    let corner = Point { x: left + mm(side) - mm(0.5), y: top + mm(side * 0.6) - mm(0.5) };
    assert!(holds(&crop, corner), "{corner:?} is outside {:?}", crop.quad);
}

#[test]
fn a_torn_edge_becomes_a_polygon() {
    let scene = text(20.0, 50.0);
    let torn: Scene = Box::new(move |x, y| if x > 1000.0 + 0.4 * (y - 877.0).abs() { 15.0 } else { scene(x, y) });
    let crop = crop_of(&on_backing(0.0, 15.0).of(&torn));
    assert_eq!(crop.declined, None);
    assert!(crop.outline.len() > 4, "{:?}", crop.outline);
    // The deepest point of the tear is followed, the sheet's own corners are inside.
    let tear = Point { x: 1000.0 + mm(12.0), y: 877.0 + mm(12.0) };
    let nearest = crop.outline.iter().map(|p| (p.x - tear.x).hypot(p.y - tear.y)).fold(f64::MAX, f64::min);
    // Where it is narrower than a stroke it is not.
    assert!(nearest < mm(7.0), "{nearest} px from the tear");
    assert!(crop.edge_angle.is_some_and(|angle| angle.degrees().abs() < 0.1), "{:?}", crop.edge_angle);
}

#[test]
fn a_dog_eared_corner_is_cut_from_the_outline_alone() {
    let scene = text(20.0, 50.0);
    let folded: Scene = Box::new(move |x, y| if x + y < mm(25.0) { 15.0 } else { scene(x, y) });
    let capture = on_backing(1.5, 15.0);
    let page = capture.of(&folded);
    let crop = crop_of(&page);
    assert_eq!(crop.declined, None);
    for (found, wanted) in crop.quad.0.iter().zip(truth(capture, &page)) {
        assert!((found.x - wanted.x).hypot(found.y - wanted.y) < mm(0.5), "{found:?} {wanted:?}");
    }
    let corner = crop.quad.0[0];
    let nearest = crop.outline.iter().map(|p| (p.x - corner.x).hypot(p.y - corner.y)).fold(f64::MAX, f64::min);
    assert!(nearest > mm(15.0), "the corner is gone: {nearest}");
    assert_eq!(crop_of(&capture.of(&text(20.0, 50.0))).outline.len(), 4, "a whole sheet has four");
}

#[test]
fn pictures_are_left_alone() {
    assert_eq!(crop_of(&on_backing(1.0, 15.0).of(&painting(3))).declined, Some(CropDecline::Picture));
}

#[test]
fn what_was_learnt_finds_the_next_sheet_on_a_nearly_white_backing() {
    // The paper has 238: too near for one capture alone to tell the backing from shaded paper.
    let capture = Capture { noise: 1.0, shading: 0.0, ..on_backing(1.0, 218.0) };
    let page = capture.of(&text(20.0, 50.0));
    assert_eq!(crop_of(&page).declined, Some(CropDecline::NoBacking));
    // A sheet of deep colour before it told what the backing looks like.
    let coloured: Scene = Box::new(|x, _| if x.rem_euclid(90.0) < 3.0 { 60.0 } else { 150.0 });
    let learnt = paper(&capture.of(&coloured), None).backing.expect("an edge of 68 levels shows");
    assert!((learnt.level - 218.0).abs() < 2.0 && learnt.spread < 2.0, "{learnt:?}");
    let crop = paper(&page, Some(learnt));
    assert_eq!(crop.declined, None);
    for (found, wanted) in crop.quad.0.iter().zip(truth(capture, &page)) {
        assert!((found.x - wanted.x).hypot(found.y - wanted.y) < mm(1.0), "{found:?} {wanted:?}");
    }
    // What was learnt is no reason to find an edge where there is none.
    let bare = Capture::default().of(&text(20.0, 50.0));
    assert_eq!(paper(&bare, Some(learnt)).declined, Some(CropDecline::NoBacking));
}

#[test]
fn a_sheet_laid_askew_is_found_in_the_shadow_of_the_lid() {
    // A grey lid, ever darker towards the right and the bottom, where it does not close.
    let scene = text(20.0, 50.0);
    let (w, h) = (f64::from(crate::testing::A4.0), f64::from(crate::testing::A4.1));
    let small: Scene = Box::new(move |x, y| {
        // The sheet is A5 within the A4 glass.
        let on_sheet = (180.0..180.0 + w * 0.7).contains(&x) && (200.0..200.0 + h * 0.7).contains(&y);
        if on_sheet { scene(x, y) } else { 165.0 - 80.0 * (x / w).clamp(0.0, 1.0) - 50.0 * (y / h).clamp(0.0, 1.0) }
    });
    let page = Capture { degrees: 4.0, ..Capture::default() }.of(&small);
    let crop = crop_of(&page);
    assert_eq!(crop.declined, None);
    assert!((crop.edge_angle.unwrap().degrees() - 4.0).abs() < 0.15, "{:?}", crop.edge_angle);
    let side = |a: usize, b: usize| {
        let (a, b) = (crop.quad.0[a], crop.quad.0[b]);
        (a.x - b.x).hypot(a.y - b.y)
    };
    assert!((side(0, 1) - w * 0.7).abs() < mm(1.0) && (side(1, 2) - h * 0.7).abs() < mm(1.0));
}

#[test]
fn punched_holes_stay_in_the_picture_and_out_of_the_measuring() {
    let punched = over(text(20.0, 50.0), over(disc((12.0, 108.0), 6.0, 15.0), disc((12.0, 188.0), 6.0, 15.0)));
    let page = on_backing(0.0, 15.0).of(&punched);
    let survey = Survey::new(&page);
    let crop = find(&survey, page.width(), page.height());
    assert_eq!((crop.declined, crop.outline.len()), (None, 4));
    let at = |x: f64, y: f64| {
        let scale = survey.plane.factor as f64;
        let (x, y) = ((mm(x + 12.0) / scale) as usize, (mm(y + 12.0) / scale) as usize);
        survey.backing.well_inside(x, y)
    };
    assert!(!at(12.0, 108.0) && !at(12.0, 188.0), "holes are not measured");
    assert!(at(12.0, 150.0) && at(100.0, 108.0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn no_ink_is_lost(deg in -5.0..5.0f64, backing in prop_oneof![Just(15.0), Just(120.0)], x in -8.0..210.0f64, y in -8.0..297.0f64, size in 3.0..30.0f64) {
        // Something pale lies anywhere: on the sheet, over its edge, beside it.
        let capture = on_backing(deg, backing);
        let page = capture.of(&text(25.0, 50.0));
        let (left, top) = (mm(x + 12.0).max(0.0), mm(y + 12.0).max(0.0));
        let (width, height) = (f64::from(page.width()), f64::from(page.height()));
        let page = with_note(page, left.min(width - 1.0), top.min(height - 1.0), mm(size), mm(size * 0.6));
        let crop = crop_of(&page);
        if crop.declined.is_none() {
            let (right, bottom) = ((left + mm(size)).min(width), (top + mm(size * 0.6)).min(height));
            for p in [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point { x, y }) {
                // Half a pixel of the small picture the flood works in.
                let inwards = |v: f64, middle: f64| v + (middle - v).signum() * mm(0.5);
                let p = Point { x: inwards(p.x, f64::midpoint(left, right)), y: inwards(p.y, f64::midpoint(top, bottom)) };
                prop_assert!(holds(&crop, p), "{p:?} is outside {:?}", crop.quad);
            }
            for corner in truth(capture, &page) {
                let inwards = |v: f64, size: f64| v + (size / 2.0 - v).signum() * mm(0.7);
                let p = Point { x: inwards(corner.x, width).clamp(0.0, width), y: inwards(corner.y, height).clamp(0.0, height) };
                prop_assert!(holds(&crop, p), "the sheet's {corner:?} is outside {:?}", crop.quad);
            }
        }
    }
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
