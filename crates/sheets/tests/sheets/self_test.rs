//! The self-test sheet through a printer and a scanner with known faults: each fault is named, and nothing else.

use crate::paper::print_out;
use scantrail_core::ids::SheetId;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::sheet::SheetKind;
use scantrail_core::units::{Angle, Dpi, Length, Resolution, Turn};
use scantrail_sheets::draw::{FontBook, Sheet, Sides, draw_pdf};
use scantrail_sheets::find::CodeFinder;
use scantrail_sheets::self_test::{Score, ScoreError, Side, Verdict, score, sides};
use scantrail_testkit::effects::photo::{Shot, photograph};
use scantrail_testkit::effects::scanner::{Edge, Feed, feed};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use std::sync::LazyLock;

const DPI: u16 = 200;

fn dpi(value: u16) -> Dpi {
    Dpi::new(value).unwrap()
}

fn pdf() -> Vec<u8> {
    let fonts = FontBook::from_dirs(&FontBook::system_dirs()).unwrap();
    draw_pdf(&[Sheet::SelfTest { sheet: SheetId::from_random(77) }], &print_out(Sides::Both), &fonts).unwrap()
}

static FRONT: LazyLock<Raster> = LazyLock::new(|| printed(&pdf(), 0, dpi(DPI)).unwrap());

/// What every scanner does: a little noise, a little crooked.
fn scanned(page: &Raster) -> Raster {
    let how = Feed { skew: Angle::from_degrees(0.3), noise: 2.0, backing: [255; 3], ..Feed::default() };
    feed(page, &how, Seed(1)).raster
}

fn scored(picture: &Raster) -> Score {
    score(&mut CodeFinder::new(), picture).unwrap()
}

/// The items that have to change.
fn faults(score: &Score) -> Vec<&'static str> {
    score.items.iter().filter(|item| !item.is_fine()).map(|item| item.name).collect()
}

fn advice<'a>(score: &'a Score, name: &str) -> &'a str {
    let item = score.items.iter().find(|item| item.name == name).unwrap();
    match &item.verdict {
        Verdict::Fine => panic!("{name} is fine: {}", item.value),
        Verdict::Note(text) | Verdict::Change(text) => text,
    }
}

/// Every sample changed alone.
fn toned(picture: &Raster, tone: impl Fn(f64) -> f64) -> Raster {
    let samples = picture.samples().iter().map(|&v| tone(f64::from(v)).clamp(0.0, 255.0) as u8).collect();
    Raster::new(picture.width(), picture.height(), picture.channels(), samples)
        .unwrap()
        .with_resolution(picture.resolution())
}

/// The same paper with its print made larger or smaller about the middle, white around it.
fn stretched(picture: &Raster, across: f64, down: f64) -> Raster {
    let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
    let mut samples = Vec::with_capacity(picture.samples().len());
    for y in 0..picture.height() {
        for x in 0..picture.width() {
            let (sx, sy) =
                ((f64::from(x) + 0.5 - w / 2.0) / across + w / 2.0, (f64::from(y) + 0.5 - h / 2.0) / down + h / 2.0);
            for channel in 0..3 {
                samples.push(between(picture, sx - 0.5, sy - 0.5, channel));
            }
        }
    }
    Raster::new(picture.width(), picture.height(), Channels::Rgb, samples)
        .unwrap()
        .with_resolution(picture.resolution())
}

fn between(picture: &Raster, x: f64, y: f64, channel: usize) -> u8 {
    let get = |x: f64, y: f64| {
        let inside = x >= 0.0 && y >= 0.0 && x < f64::from(picture.width()) && y < f64::from(picture.height());
        if inside { f64::from(picture.row(y as u32)[x as usize * 3 + channel]) } else { 255.0 }
    };
    let (left, top, fx, fy) = (x.floor(), y.floor(), x - x.floor(), y - y.floor());
    let upper = get(left, top) * (1.0 - fx) + get(left + 1.0, top) * fx;
    let lower = get(left, top + 1.0) * (1.0 - fx) + get(left + 1.0, top + 1.0) * fx;
    (upper * (1.0 - fy) + lower * fy).round() as u8
}

#[test]
fn a_clean_capture_is_fine_at_usual_resolutions() {
    let pdf = pdf();
    for value in [200, 300] {
        let score = scored(&scanned(&printed(&pdf, 0, dpi(value)).unwrap()));
        assert!(score.is_fine(), "{value} dpi: {:#?}", score.items);
        assert_eq!((score.side, score.turn), (Side::Front, Turn::None));
        assert!(score.items.iter().all(|item| item.verdict == Verdict::Fine), "{:#?}", score.items);
        let of = |name: &str| score.items.iter().find(|item| item.name == name).unwrap().measured;
        assert!((of("resolution") / f64::from(value) - 1.0).abs() < 0.002, "{}", of("resolution"));
        assert!((of("print-size") - 100.0).abs() < 0.1, "{}", of("print-size"));
        assert!((of("skew") - 0.3).abs() < 0.02, "{}", of("skew"));
        assert!((of("margins") - 2.0).abs() < 1.1, "{}", of("margins"));
        assert!(of("faint-strokes") > 4.5 && of("flatness") < 0.1);
    }
}

#[test]
fn every_turn_is_fine() {
    for turn in Turn::ALL {
        let picture = feed(&FRONT, &Feed { turn, backing: [255; 3], ..Feed::default() }, Seed(2)).raster;
        let score = scored(&picture);
        assert!(score.is_fine(), "{turn:?} {:#?}", score.items);
        assert_eq!(score.turn, turn);
    }
}

#[test]
fn fit_to_page_is_told() {
    let score = scored(&scanned(&stretched(&FRONT, 0.95, 0.95)));
    assert_eq!(faults(&score), ["print-size"], "{:#?}", score.items);
    assert!(advice(&score, "print-size").contains("95 %") && advice(&score, "print-size").contains("actual size"));
    // Without a claimed resolution the edges of the paper tell.
    let score = scored(&scanned(&stretched(&FRONT, 0.95, 0.95)).with_resolution(None));
    assert_eq!(faults(&score), ["print-size"], "{:#?}", score.items);
}

#[test]
fn a_slipping_feeder_is_told() {
    let score = scored(&scanned(&stretched(&FRONT, 1.0, 0.97)));
    assert_eq!(faults(&score), ["proportions"], "{:#?}", score.items);
}

#[test]
fn a_crooked_feed_is_told() {
    let how = Feed { skew: Angle::from_degrees(-2.0), backing: [255; 3], ..Feed::default() };
    let score = scored(&feed(&FRONT, &how, Seed(3)).raster);
    assert_eq!(faults(&score), ["skew"], "{:#?}", score.items);
}

#[test]
fn too_few_dots_are_told() {
    let score = scored(&scanned(&printed(&pdf(), 0, dpi(120)).unwrap()));
    assert!(faults(&score).contains(&"resolution"), "{:#?}", score.items);
    assert!(advice(&score, "resolution").contains("300 dpi"));
}

#[test]
fn tones_gone_wrong_are_told() {
    let page = scanned(&FRONT);
    for (what, picture, fault) in [
        ("pale print", toned(&page, |v| 110.0 + v * 145.0 / 255.0), "black"),
        ("grey paper", toned(&page, |v| v * 0.7), "white"),
        ("washed out", toned(&page, |v| v * 1.18), "faint-strokes"),
        ("two tones", toned(&page, |v| if v < 140.0 { 0.0 } else { 255.0 }), "greys"),
    ] {
        let score = scored(&picture);
        assert!(faults(&score).contains(&fault), "{what}: {:#?}", score.items);
    }
    let score = scored(&toned(&page, |v| if v < 140.0 { 0.0 } else { 255.0 }));
    assert!(advice(&score, "greys").contains("black and white"));
}

#[test]
fn grey_is_worth_a_note_and_wrong_colours_are_told() {
    let page = scanned(&FRONT);
    let score = scored(&page.to_grey());
    assert!(score.is_fine(), "{:#?}", score.items);
    assert!(advice(&score, "colour").contains("no colour"));
    let swapped: Vec<u8> = page.samples().chunks_exact(3).flat_map(|p| [p[2], p[1], p[0]]).collect();
    let swapped = Raster::new(page.width(), page.height(), Channels::Rgb, swapped).unwrap();
    let score = scored(&swapped.with_resolution(page.resolution()));
    assert_eq!(faults(&score), ["colour"]);
    assert!(advice(&score, "colour").contains("red"), "{}", advice(&score, "colour"));
}

#[test]
fn blur_is_told() {
    let size = (FRONT.width(), FRONT.height());
    let photo = photograph(&FRONT, &Shot { size, blur: 4, ..Shot::default() }, Seed(4));
    let score = scored(&photo.raster.with_resolution(FRONT.resolution()));
    assert!(faults(&score).contains(&"sharpness"), "{:#?}", score.items);
    assert!(!faults(&score).contains(&"streaks") && !faults(&score).contains(&"print-size"));
}

#[test]
fn a_cropped_edge_is_told() {
    let bar = Feed { bars: vec![(Edge::Left, Length::from_mm(11))], ..Feed::default() };
    let score = scored(&feed(&FRONT, &bar, Seed(5)).raster);
    assert_eq!(faults(&score), ["margins"], "{:#?}", score.items);
    assert!(advice(&score, "margins").contains("at the left."));
}

#[test]
fn dust_on_the_glass_is_told_with_its_place() {
    let page = scanned(&FRONT);
    let at = (0.4 * f64::from(page.width())) as u32;
    let mut samples = page.samples().to_vec();
    for y in 0..page.height() {
        for x in [at, at + 1] {
            let from = ((y * page.width() + x) * 3) as usize;
            for sample in &mut samples[from..from + 3] {
                *sample = sample.saturating_sub(40);
            }
        }
    }
    let dusty = Raster::new(page.width(), page.height(), Channels::Rgb, samples).unwrap();
    let score = scored(&dusty.with_resolution(page.resolution()));
    assert_eq!(faults(&score), ["streaks"], "{:#?}", score.items);
    let item = score.items.iter().find(|item| item.name == "streaks").unwrap();
    assert!(item.value.contains("1, at 84 mm"), "{}", item.value);
}

#[test]
fn both_sides_tell_their_order() {
    let pdf = pdf();
    let front = scored(&printed(&pdf, 0, dpi(DPI)).unwrap());
    let page = printed(&pdf, 1, dpi(DPI)).unwrap();
    let back = scored(&page);
    assert!(back.is_fine() && back.side == Side::Back, "{:#?}", back.items);
    let upside_down = scored(&feed(&page, &Feed { turn: Turn::Half, ..Feed::default() }, Seed(6)).raster);
    assert!(sides(std::slice::from_ref(&front)).is_none());
    assert!(sides(&[front.clone(), back.clone()]).unwrap().is_fine());
    let item = sides(&[back, front.clone()]).unwrap();
    assert!(matches!(&item.verdict, Verdict::Change(text) if text.contains("other side up")));
    let item = sides(&[front, upside_down]).unwrap();
    assert!(matches!(&item.verdict, Verdict::Change(text) if text.contains("long edge")));
}

#[test]
fn other_pictures_are_refused_in_words() {
    let blank = Raster::new(400, 600, Channels::Grey, vec![250; 400 * 600]).unwrap();
    let refused = |picture: &Raster| score(&mut CodeFinder::new(), picture).unwrap_err();
    assert!(matches!(refused(&blank), ScoreError::NotSeen));
    let cover = crate::paper::scanned(&crate::paper::cover(), 100.0);
    let error = refused(&cover);
    assert!(matches!(error, ScoreError::OtherSheet { kind: SheetKind::Cover }) && error.to_string().contains("cover"));
    let (w, h) = (FRONT.width() as usize / 2, FRONT.height() / 2);
    let quarter = (0..h).flat_map(|y| FRONT.row(y)[..3 * w].to_vec()).collect();
    let quarter = Raster::new(w as u32, h, Channels::Rgb, quarter).unwrap();
    assert!(matches!(refused(&quarter), ScoreError::TooFewCodes { read: 1 }));
    let claims = FRONT.clone().with_resolution(Some(Resolution::square(dpi(72))));
    assert!(scored(&claims).is_fine(), "a claim that the paper contradicts is not believed");
}
