//! Whole pages: everything found is taken back, in one resampling, and nothing is lost.

use super::*;
use crate::deskew::{SkewSource, Verdict};
use crate::testing::{A4, Capture, DPI, PAPER, Scene, Squared, mm, over, painting, ruled, stroke, text};
use proptest::prelude::*;
use scantrail_core::raster::Channels;
use scantrail_core::units::{Angle, Dpi, Resolution};

/// A capture that shows one page.
fn one_page(input: &Raster, hints: &Hints) -> (Prepared, Preparation) {
    let prepared = prepare(input, hints);
    assert_eq!(prepared.parts.len(), 1);
    (prepared.first().clone(), prepared)
}

const UNTOLD: KnownTurn = KnownTurn { exif: Turn::None, code: None, neighbours: None };
const SCANNED: Hints<'_> =
    Hints { turn: UNTOLD, origin: Origin::Flatbed, codes: Vec::new(), scene: super::Scene::Unsaid };

fn by_code(turn: Turn) -> KnownTurn {
    KnownTurn { code: Some(turn), ..UNTOLD }
}

#[test]
fn a_turned_upside_down_page_comes_out_upright_and_straight() {
    let upright = Capture { backing: Some(15.0), border: 10.0, ..Capture::turned(1.7) }.of(&text(20.0, 50.0));
    for turn in Turn::ALL {
        let input = turn_back(&upright, turn.inverse());
        let hints = Hints { turn: by_code(turn), origin: Origin::Feeder, ..SCANNED };
        let (prepared, whole) = one_page(&input, &hints);
        assert_eq!(prepared.turn, turn);
        assert!((prepared.skew.angle.degrees() - 1.7).abs() < 0.1, "{turn:?}");
        assert_eq!(whole.content, Content::Text);
        assert!((i64::from(prepared.raster.width()) - 1240).abs() < 12, "{:?}", prepared.raster);
        assert!((i64::from(prepared.raster.height()) - 1754).abs() < 12, "{:?}", prepared.raster);
        let again = deskew::measure(&prepared.raster);
        assert!(again.angle.degrees().abs() < 0.1, "{turn:?}: still {again:?}");
        // The corner of the sheet is the corner of the derivative.
        let corner = prepared.transform.map_forward(prepared.corners().unwrap().0[turn as usize]);
        assert!(corner.x.hypot(corner.y) < 9.0, "{turn:?}: {corner:?}");
    }
}

#[test]
fn the_transform_says_where_each_pixel_went() {
    let scene = over(text(20.0, 50.0), stroke((30.0, 280.0), (31.0, 280.0), 4.0, 0.0));
    let input = Capture { degrees: 2.0, noise: 0.5, ..Capture::default() }.of(&scene);
    let (prepared, _) = one_page(&input, &SCANNED);
    // Every dark output pixel comes from a dark place of the input.
    let mut checked = 0;
    for y in (0..prepared.raster.height()).step_by(9) {
        for (x, &v) in prepared.raster.row(y).iter().enumerate() {
            let from = prepared.transform.map_back(Point { x: x as f64 + 0.5, y: f64::from(y) + 0.5 });
            let inside = from.x > 2.0 && from.y > 2.0 && from.x < 1238.0 && from.y < 1752.0;
            if v < 70 && inside {
                let near = (-1..=1).any(|d| input.row((from.y as i64 + d) as u32)[from.x as usize] < 140);
                assert!(near, "{x},{y}");
                checked += 1;
            }
        }
    }
    assert!(checked > 1000);
}

#[test]
fn ink_in_the_corners_enlarges_the_page() {
    // The paper goes on beyond the frame, so the corners of the capture are paper too.
    let input = with_ink_in_corner(Capture { degrees: 4.0, noise: 1.0, ..Capture::default() }.of(&text(20.0, 50.0)));
    let (prepared, _) = one_page(&input, &SCANNED);
    assert!(prepared.warnings.contains(&Warning::InkAtEdge));
    assert!(prepared.raster.width() > input.width() && prepared.raster.height() > input.height());
    for x in 8..38 {
        let p = prepared.transform.map_forward(Point { x: f64::from(x), y: 9.0 });
        let v = prepared.raster.row(p.y as u32)[p.x as usize];
        assert!(v < 60, "the bar in the corner is still there at {p:?}: {v}");
    }
}

fn with_ink_in_corner(input: Raster) -> Raster {
    let (w, h, resolution) = (input.width(), input.height(), input.resolution());
    let mut samples = input.into_samples();
    for y in 4..14 {
        samples[y * w as usize + 6..y * w as usize + 40].fill(30);
    }
    Raster::new(w, h, Channels::Grey, samples).unwrap().with_resolution(resolution)
}

#[test]
fn clean_corners_keep_the_size() {
    let input = Capture::turned(3.0).of(&text(25.0, 50.0));
    let (prepared, _) = one_page(&input, &SCANNED);
    assert_eq!((prepared.raster.width(), prepared.raster.height()), (input.width(), input.height()));
    assert!(prepared.warnings.is_empty(), "{:?}", prepared.warnings);
}

#[test]
fn a_page_in_a_photo_comes_out_upright_and_flat() {
    let page = Capture { backing: Some(60.0), border: 25.0, ..Capture::turned(5.0) }.of(&text(20.0, 50.0));
    let hints = Hints { turn: KnownTurn { exif: Turn::Quarter, ..UNTOLD }, origin: Origin::Photo, ..SCANNED };
    let (prepared, whole) = one_page(&turn_back(&page, Turn::ThreeQuarters), &hints);
    assert_eq!((prepared.bounds.value, whole.content), (Bounds::Edges, Content::Text));
    let shape = f64::from(prepared.raster.height()) / f64::from(prepared.raster.width());
    assert!((shape - 297.0 / 210.0).abs() < 0.02, "{shape}");
    let again = deskew::measure(&prepared.raster);
    assert!(again.angle.degrees().abs() < 0.1, "{again:?}");
}

#[test]
fn artwork_is_only_turned() {
    let art = Capture { backing: Some(15.0), border: 10.0, ..Capture::turned(5.0) }.of(&painting(1));
    let (prepared, whole) = one_page(&art, &SCANNED);
    assert_eq!(prepared.raster, art);
    assert_eq!((prepared.skew.applied(), whole.content), (Angle::default(), Content::Picture));
    let full = Capture::turned(2.0).of(&painting(3));
    let hints = Hints { turn: KnownTurn { exif: Turn::Quarter, ..UNTOLD }, origin: Origin::Photo, ..SCANNED };
    assert_eq!(one_page(&full, &hints).0.raster, turn_back(&full, Turn::Quarter));
}

#[test]
fn an_open_book_gives_two_pages_each_straight() {
    let (a, b) = (1.1f64.to_radians().tan(), (-0.9f64).to_radians().tan());
    let page = text(15.0, 50.0);
    // Two upright pages side by side on one wide sheet: each half as wide as A4 is high.
    let half = f64::from(A4.1) / 2.0;
    let spread: Scene = Box::new(move |x, y| {
        let near = ((x - half).abs() / mm(12.0)).min(1.0);
        let (px, slope) = if x < half { (x, a) } else { (x - half, b) };
        let within = px > mm(10.0) && px < half - mm(10.0);
        let ink = if within { page(px + mm(8.0), y - px * slope) } else { PAPER };
        ink * (0.6 + 0.4 * near)
    });
    let input = painted(&spread, A4.1, A4.0);
    let whole = prepare(&input, &SCANNED);
    assert_eq!(whole.parts.len(), 2, "{:?}", whole.gutter);
    for part in &whole.parts {
        assert_eq!(part.bounds.value, Bounds::Gutter);
        let again = deskew::measure(&part.raster);
        assert!(again.angle.degrees().abs() < 0.15, "{:?} left {again:?}", part.skew);
    }
    assert!((whole.parts[0].skew.angle.degrees() - 1.1).abs() < 0.15, "{:?}", whole.parts[0].skew);
    let [top, foot] = whole.gutter.unwrap();
    // The sides overlap by as much, and the gutter of a book has no writing in it.
    assert!((top.x - half).abs() < mm(3.0) && (foot.x - half).abs() < mm(3.0), "{top:?} {foot:?}");
    // No open book goes through a feeder: there the same is a wide sheet that was folded.
    let fed = prepare(&input, &Hints { origin: Origin::Feeder, ..SCANNED });
    assert_eq!((fed.parts.len(), fed.gutter), (1, None));
}

/// A scene of another size than A4, seen straight from above.
fn painted(scene: &Scene, width: u32, height: u32) -> Raster {
    let at = |i: u32| scene(f64::from(i % width) + 0.5, f64::from(i / width) + 0.5).clamp(0.0, 255.0) as u8;
    let dpi = Resolution::square(Dpi::new(DPI).unwrap());
    let samples = (0..width * height).map(at).collect();
    Raster::new(width, height, Channels::Grey, samples).unwrap().with_resolution(Some(dpi))
}

#[test]
fn content_is_told_apart() {
    let written = over(ruled(8.0, 190.0, Squared::No), text(30.0, 90.0));
    let cases: [(Content, Scene); 4] = [
        (Content::Text, text(20.0, 50.0)),
        (Content::Lined, written),
        (Content::Blank, ruled(8.0, 190.0, Squared::No)),
        (Content::Picture, painting(2)),
    ];
    for (wanted, scene) in cases {
        let (prepared, whole) = one_page(&Capture { degrees: 0.4, ..Capture::default() }.of(&scene), &SCANNED);
        assert_eq!(whole.content, wanted, "{:?} {:?}", prepared.skew, prepared.blank);
    }
}

#[test]
fn unlined_paper_follows_its_edges_only_when_plainly_turned() {
    let drawing =
        || over(stroke((60.0, 60.0), (120.0, 130.0), 0.8, 60.0), stroke((120.0, 60.0), (70.0, 150.0), 0.8, 60.0));
    let captured =
        |degrees| Capture { degrees, backing: Some(15.0), border: 12.0, ..Capture::default() }.of(&drawing());
    let (turned, _) = one_page(&captured(3.0), &SCANNED);
    assert_eq!((turned.skew.source, turned.skew.verdict), (SkewSource::Edge, Verdict::Measured), "{:?}", turned.skew);
    assert!((turned.skew.angle.degrees() - 3.0).abs() < 0.1);
    let (nearly_straight, _) = one_page(&captured(0.6), &SCANNED);
    assert_eq!(nearly_straight.skew.applied(), Angle::default());
}

#[test]
fn any_raster_is_survived() {
    for (w, h) in [(1, 1), (1, 900), (900, 1), (7, 5), (64, 3000), (41, 41)] {
        for channels in [Channels::Grey, Channels::Rgb] {
            let samples =
                (0..w * h * channels.count() as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
            let input = Raster::new(w, h, channels, samples).unwrap();
            for origin in [Origin::Feeder, Origin::Photo] {
                let prepared = prepare(&input, &Hints { turn: by_code(Turn::Quarter), origin, ..SCANNED });
                assert!(prepared.first().raster.width() >= 1);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn there_and_back_through_the_whole_transform(degrees in -8.0..8.0f64, index in 0usize..4, x in 0.0..1240.0f64, y in 0.0..1754.0f64) {
        let input = turn_back(&Capture { degrees, ..Capture::default() }.of(&text(20.0, 50.0)), Turn::ALL[index].inverse());
        let (prepared, _) = one_page(&input, &Hints { turn: by_code(Turn::ALL[index]), ..SCANNED });
        let p = Point { x, y };
        let back = prepared.transform.map_back(prepared.transform.map_forward(p));
        prop_assert!((back.x - x).hypot(back.y - y) < 1e-6);
        prop_assert!((prepared.skew.angle.degrees() - degrees).abs() < 0.1);
    }
}
