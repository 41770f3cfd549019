//! What an operator says is shown: papers on a mat, a thing, a whiteboard; and what bends.

use super::{Bounds, Hints, KnownTurn, Mat, Origin, Preparation, Scene, Warning, prepare};
use crate::curl::{self, CurlDecline};
use crate::items::KnownCode;
use crate::testing::curl::{Bend, captured};
use crate::testing::items::{Lump, Table};
use crate::testing::{Capture, text};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Length, Point, Quad, Turn};
use scantrail_core::vocabulary::Content;

const UNTOLD: KnownTurn = KnownTurn { exif: Turn::None, code: None, neighbours: None };
const PHOTO: Hints<'_> = Hints { turn: UNTOLD, origin: Origin::Photo, codes: Vec::new(), scene: Scene::Unsaid };
const WHITE: [f64; 3] = [236.0, 236.0, 232.0];

fn papers(expected: Option<usize>) -> Scene<'static> {
    Scene::Papers(Mat { empty: None, expected })
}

/// Two sheets and a lump of clay.
fn desk() -> Raster {
    let sheet = |centre, degrees| Lump::sheet(centre, (200.0, 280.0), degrees, WHITE);
    let table = Table::grey(3).with(sheet((180.0, 240.0), 7.0)).with(sheet((470.0, 250.0), -5.0));
    table.with(Lump::clay((720.0, 300.0), 60.0)).paint()
}

fn one(input: &Raster, hints: &Hints<'_>) -> Preparation {
    let prepared = prepare(input, hints);
    assert_eq!(prepared.parts.len(), 1, "{:?}", prepared.warnings);
    prepared
}

#[test]
fn every_paper_on_a_mat_becomes_a_straight_page() {
    let prepared = prepare(&desk(), &Hints { scene: papers(Some(3)), ..PHOTO });
    assert_eq!(prepared.parts.len(), 3);
    let of_mat = [Warning::MatUnclear, Warning::OtherCount, Warning::BesidePages, Warning::CutOff, Warning::Touching];
    assert!(!prepared.warnings.iter().any(|warning| of_mat.contains(warning)), "{:?}", prepared.warnings);
    for (part, turn) in prepared.parts.iter().zip([7.0f64, -5.0]) {
        assert_eq!(part.bounds.value, Bounds::Mat);
        // 200 × 280 pixels and a margin of 5 mm, which are 10 pixels, all around.
        assert!((i64::from(part.raster.width()) - 220).abs() <= 6, "{:?}", part.raster);
        assert!((i64::from(part.raster.height()) - 300).abs() <= 6, "{:?}", part.raster);
        let [a, b] = [0.0, 1.0].map(|x| part.transform.map_back(Point { x, y: 0.0 }));
        let lies = (b.y - a.y).atan2(b.x - a.x).to_degrees();
        assert!((lies - turn).abs() < 0.7, "turned by {turn}, taken back by {lies}");
    }
    assert_eq!(prepared.content, Content::Object, "the clay decides that colours stay as they are");
}

#[test]
fn another_count_than_expected_is_told_and_loses_nothing() {
    let input = desk();
    let prepared = prepare(&input, &Hints { scene: papers(Some(5)), ..PHOTO });
    assert!(prepared.warnings.contains(&Warning::OtherCount));
    let last = &prepared.parts.last().unwrap();
    assert_eq!((prepared.parts.len(), last.bounds.value), (4, Bounds::Whole));
    assert_eq!(last.raster, input, "as it was, not straightened nor laid flat");
}

#[test]
fn a_mat_without_anything_is_kept_whole() {
    let empty = Table::grey(4).paint();
    let prepared = one(&empty, &Hints { scene: papers(None), ..PHOTO });
    assert!(prepared.warnings.contains(&Warning::MatUnclear));
    assert_eq!(prepared.first().bounds.value, Bounds::Whole);
}

#[test]
fn work_in_three_dimensions_is_cut_out_and_no_pixel_changes() {
    let input = Table::grey(7).with(Lump::clay((300.0, 220.0), 60.0)).paint();
    for turn in Turn::ALL {
        let turn = KnownTurn { exif: turn, ..UNTOLD };
        let prepared = one(&input, &Hints { turn, scene: Scene::Object(Mat::default()), ..PHOTO });
        let part = prepared.first();
        assert_eq!((prepared.content, part.bounds.value), (Content::Object, Bounds::Mat));
        assert!(part.raster.width().max(part.raster.height()) < 160, "{:?}", part.raster);
        for y in 0..part.raster.height() {
            for (x, pixel) in part.raster.row(y).chunks_exact(3).enumerate() {
                let from = part.transform.map_back(Point { x: x as f64 + 0.5, y: f64::from(y) + 0.5 });
                assert_eq!(pixel, &input.row(from.y as u32)[3 * from.x as usize..][..3], "{turn:?} {x} {y}");
            }
        }
    }
    let over_the_edge = Table::grey(8).with(Lump::clay((10.0, 220.0), 60.0)).paint();
    let prepared = one(&over_the_edge, &Hints { scene: Scene::Object(Mat::default()), ..PHOTO });
    assert_eq!(prepared.first().raster, over_the_edge);
    assert!(prepared.warnings.contains(&Warning::CutOff));
}

#[test]
fn a_board_is_seen_from_the_front_and_white() {
    let board =
        Capture { backing: Some(60.0), border: 25.0, shading: 0.3, ..Capture::turned(2.0) }.of(&text(20.0, 50.0));
    let said = one(&board, &Hints { scene: Scene::Board, ..PHOTO });
    assert_eq!((said.content, said.first().bounds.value), (Content::Board, Bounds::Board));
    assert!(said.first().relit());
    let middle = said.first().raster.row(3)[said.first().raster.width() as usize / 2];
    assert!(middle >= 240, "{middle}");
    // A code of 60 mm that takes a twentieth of the width makes it 1.2 m wide: no paper is.
    let [a, b, ..] = said.first().corners().unwrap().0;
    let along = |s: f64, t: f64| Point {
        x: a.x + s * (b.x - a.x) - t * (b.y - a.y),
        y: a.y + s * (b.y - a.y) + t * (b.x - a.x),
    };
    let corners = Quad([along(0.1, 0.1), along(0.15, 0.1), along(0.15, 0.15), along(0.1, 0.15)]);
    let code = |mm| KnownCode { corners, side: Some(Length::from_mm(mm)) };
    let by_code = one(&board, &Hints { codes: vec![code(60)], ..PHOTO });
    assert_eq!((by_code.content, by_code.first().bounds.value), (Content::Board, Bounds::Board));
    let paper = one(&board, &Hints { codes: vec![code(10)], ..PHOTO });
    assert_eq!((paper.content, paper.first().bounds.value), (Content::Text, Bounds::Edges));
}

#[test]
fn a_page_of_a_thick_book_is_laid_flat_in_the_same_resampling() {
    let spine = Bend { top: 9.0, bottom: 6.0, reach: 45.0, arch: 0.0 };
    let input = captured(&text(22.0, 50.0), &spine);
    assert!(curl::find(&input).is_ok());
    let prepared = one(&input, &PHOTO);
    let page = prepared.first();
    assert!(page.curl.is_some(), "{:?} {:?} {:?}", prepared.content, page.bounds, page.skew);
    assert!(page.transform.as_plane().is_none());
    assert_eq!(curl::find(&page.raster), Err(CurlDecline::Flat));
    // A scanner's page lies flat; what bends there is a hand.
    assert!(one(&input, &Hints { origin: Origin::Feeder, ..PHOTO }).first().curl.is_none());
}
