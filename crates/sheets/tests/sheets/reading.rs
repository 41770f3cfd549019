//! Codes are read after printing and scanning: resolutions, turns, skew, noise, shrinking, one bit.

use crate::paper::{
    askew, askew_point, chance, coloured, cover, draw, jpeg, made, mirrored, one_bit, owner, painted, print_out,
    rasterise, scanned, turned, weak,
};
use scantrail_core::ids::SheetId;
use scantrail_core::raster::Raster;
use scantrail_core::sheet::CodePlace;
use scantrail_core::units::{Point, Quad, Turn};
use scantrail_sheets::draw::{Sheet, Sides};
use scantrail_sheets::find::{CodeFinder, Effort, FoundCode};
use scantrail_sheets::frame::find_frame;
use scantrail_sheets::layout::{Area, code_area};
use scantrail_sheets::payload::NotOurs;
use std::time::Duration;

/// Long enough that only a reader that hangs meets it.
const PATIENCE: Duration = Duration::from_mins(5);

fn quick(picture: &Raster) -> Vec<FoundCode> {
    CodeFinder::new().find(picture, Effort::Quick, PATIENCE).unwrap()
}

/// All five places read, each with the right payload and nothing else.
fn assert_complete(sheet: &Sheet, codes: &[FoundCode], what: &str) {
    let mut read: Vec<_> = codes.iter().map(|code| code.payload.map(|p| p.place)).collect();
    read.sort_by_key(|place| place.ok());
    assert_eq!(read, CodePlace::ALL.map(Ok), "{what}");
    for code in codes {
        let payload = code.payload.unwrap();
        assert_eq!(payload, sheet.payload(print_out(Sides::Front).school, payload.place), "{what}");
    }
}

/// The farthest a corner lies from where it was printed, in modules of its code.
fn corner_error(codes: &[FoundCode], dpi: f64, place_of: impl Fn((f64, f64)) -> Point) -> f64 {
    let mut worst: f64 = 0.0;
    for code in codes {
        let place = code.payload.unwrap().place;
        let area = code_area(place);
        let modules = if place == CodePlace::Middle { 25.0 } else { 21.0 };
        let module = area.w / modules * dpi / 25.4;
        for (found, (x, y)) in code.corners.0.iter().zip(area.corners()) {
            let right = place_of((x * dpi / 25.4, y * dpi / 25.4));
            worst = worst.max((found.x - right.x).hypot(found.y - right.y) / module);
        }
    }
    worst
}

#[test]
fn five_codes_are_read_at_every_resolution_and_turn() {
    let sheet = cover();
    for dpi in [100.0, 150.0, 200.0, 300.0] {
        let page = scanned(&sheet, dpi);
        for turn in Turn::ALL {
            let codes = quick(&turned(&page, turn));
            assert_complete(&sheet, &codes, &format!("{dpi} dpi, {turn:?}"));
            for code in &codes {
                assert_eq!(code.attitude().turn, turn, "{dpi} dpi");
                assert!(code.attitude().rest.degrees().abs() < 1.0, "{dpi} dpi");
            }
        }
    }
}

#[test]
fn corners_are_where_they_were_printed() {
    for dpi in [100.0, 200.0, 300.0] {
        let page = scanned(&cover(), dpi as f32);
        let upright = corner_error(&quick(&page), dpi, |(x, y)| Point { x, y });
        assert!(upright < 0.5, "{dpi} dpi: {upright} modules");
        let crooked = quick(&askew(&page, -4.0, 0.95));
        let error = corner_error(&crooked, dpi, |point| askew_point(&page, -4.0, 0.95, point));
        assert!(error < 0.75, "{dpi} dpi askew: {error} modules");
        for code in crooked {
            assert!((code.attitude().rest.degrees() + 4.0).abs() < 1.0);
        }
    }
}

#[test]
fn skew_shrinking_noise_copies_and_one_bit_do_no_harm() {
    let sheet = cover();
    for dpi in [150.0, 200.0] {
        let page = scanned(&sheet, dpi);
        let cases = [
            ("5° at 95 %", askew(&page, 5.0, 0.95)),
            ("−3°", askew(&page, -3.0, 1.0)),
            ("noise", weak(&page, 30.0)),
            ("noise askew", weak(&askew(&page, 2.0, 0.95), 20.0)),
            ("one bit", one_bit(&page)),
            ("one bit askew", one_bit(&askew(&page, 1.5, 0.95))),
            ("JPEG 25", jpeg(&page, 25)),
            ("colour", coloured(&page)),
        ];
        for (what, picture) in cases {
            assert_complete(&sheet, &quick(&picture), &format!("{dpi} dpi, {what}"));
        }
    }
}

#[test]
fn every_kind_says_what_it_is() {
    let id = SheetId::from_random(0x77);
    let sheets = [
        Sheet::Start { sheet: id, lesson: scantrail_sheets::draw::Lesson::default() },
        Sheet::End { sheet: id },
        Sheet::Separator { sheet: id },
        Sheet::Unnamed { sheet: id },
        Sheet::Discard { sheet: id },
    ];
    for (sheet, page) in sheets.iter().zip(rasterise(&draw(&sheets), 150.0)) {
        assert_complete(sheet, &quick(&page), sheet.kind().word());
    }
}

#[test]
fn a_page_of_cards_and_a_page_of_stickers_are_read_whole() {
    let id = |n: usize| SheetId::from_random(n as u64 * 77);
    let name = |n: usize| owner(["Amara Okafor", "محمد الأمين", "王小明"][n % 3]);
    let sheets: Vec<Sheet> = (0..10)
        .map(|n| Sheet::Card { sheet: id(n), owner: name(n) })
        .chain((0..21).map(|n| Sheet::Sticker { sheet: id(n), owner: name(n) }))
        .collect();
    for (page, group) in rasterise(&draw(&sheets), 200.0).iter().zip([&sheets[..10], &sheets[10..]]) {
        let codes = CodeFinder::new().find(page, Effort::Thorough, PATIENCE).unwrap();
        let mut read: Vec<_> = codes.iter().map(|code| code.payload.unwrap().sheet).collect();
        read.sort_unstable();
        let mut drawn: Vec<_> = group.iter().map(Sheet::id).collect();
        drawn.sort_unstable();
        assert_eq!(read, drawn);
    }
}

#[test]
fn a_code_seen_through_the_paper_is_not_ours() {
    let codes = quick(&mirrored(&scanned(&cover(), 150.0)));
    assert!(!codes.is_empty(), "the reader does see mirrored codes");
    assert!(codes.iter().all(|code| code.payload == Err(NotOurs::Mirrored)), "{codes:?}");
}

#[test]
fn one_code_is_enough_and_each_place_says_which() {
    let sheet = cover();
    let page = scanned(&sheet, 150.0);
    for left in CodePlace::ALL {
        let others: Vec<Area> = CodePlace::ALL.into_iter().filter(|&p| p != left).map(code_area).collect();
        let codes = quick(&painted(&page, &others, |_, _| 255));
        assert_eq!(codes.len(), 1, "{left:?}");
        assert_eq!(codes[0].payload.unwrap().place, left);
    }
}

#[test]
fn the_second_stage_reads_what_the_first_cannot() {
    // A blot on one finder pattern of the only code left: the first stage needs all three.
    let sheet = cover();
    let page = scanned(&sheet, 200.0);
    let corners: Vec<Area> = CodePlace::ALL[1..].iter().map(|&place| code_area(place)).collect();
    let middle = code_area(CodePlace::Middle);
    let blot = Area::new(middle.x - 1.0, middle.y - 1.0, 7.0, 15.0);
    let damaged = painted(&painted(&page, &corners, |_, _| 255), &[blot], |_, _| 255);
    let mut finder = CodeFinder::new();
    let without = finder.find(&damaged, Effort::Thorough, Duration::ZERO).unwrap();
    assert!(without.is_empty(), "the first stage alone reads it: the blot is too small to show anything");
    let codes = finder.find(&damaged, Effort::Thorough, PATIENCE).unwrap();
    assert_eq!(codes.len(), 1);
    assert_eq!(codes[0].payload.unwrap().place, CodePlace::Middle);
    let error = corner_error(&codes, 200.0, |(x, y)| Point { x, y });
    assert!(error < 1.5, "{error} modules");
    assert_eq!(codes[0].attitude().turn, Turn::None);
}

#[test]
fn a_code_seen_from_the_side_is_read_at_every_turn() {
    // One code only, five times as tall as it is wide: a card that turns away by 78°.
    const SQUEEZE: u32 = 5;
    let sheet = cover();
    let page = scanned(&sheet, 150.0);
    let corners: Vec<Area> = CodePlace::ALL[1..].iter().map(|&place| code_area(place)).collect();
    let page = painted(&page, &corners, |_, _| 255);
    let mean = |x: u32, y: u32| (0..SQUEEZE).map(|i| u32::from(page.row(y)[(SQUEEZE * x + i) as usize])).sum::<u32>();
    let squeezed = made(page.width() / SQUEEZE, page.height(), |x, y| (mean(x, y) / SQUEEZE) as u8);
    let mut finder = CodeFinder::new();
    for turn in Turn::ALL {
        let codes = finder.find(&turned(&squeezed, turn), Effort::Thorough, PATIENCE).unwrap();
        assert_eq!(codes.len(), 1, "{turn:?}");
        assert_eq!(codes[0].payload.unwrap().place, CodePlace::Middle);
        assert_eq!(codes[0].attitude().turn, turn);
        if turn == Turn::None {
            let unsqueezed: Vec<FoundCode> = codes.into_iter().map(|code| wider(code, SQUEEZE)).collect();
            let error = corner_error(&unsqueezed, 150.0, |(x, y)| Point { x, y });
            assert!(error < 1.5, "{error} modules");
        }
    }
}

/// The code as it would lie in a picture so many times as wide.
fn wider(code: FoundCode, factor: u32) -> FoundCode {
    let corners = Quad(code.corners.0.map(|p| Point { x: p.x * f64::from(factor), ..p }));
    FoundCode { corners, ..code }
}

#[test]
fn pictures_of_any_shape_are_taken_and_nothing_is_read_out_of_noise() {
    let mut finder = CodeFinder::new();
    for (width, height) in [(1, 1), (2, 1), (1, 7), (3, 2), (33, 500), (1, 65_000), (65_000, 17), (701, 1501)] {
        let noise = made(width, height, |x, y| (chance(x, y, 21) * 255.0) as u8);
        for effort in [Effort::Quick, Effort::Thorough] {
            let codes = finder.find(&noise, effort, PATIENCE).unwrap();
            assert!(codes.is_empty(), "{width}×{height} {effort:?}: {codes:?}");
        }
        assert_eq!(find_frame(&noise), None, "{width}×{height}");
    }
    let endless = made(1, 1_200_000, |_, _| 255);
    let refused = finder.find(&endless, Effort::Quick, PATIENCE).unwrap_err();
    assert!(refused.to_string().contains("1×1200000"), "{refused}");
    assert_eq!(find_frame(&endless), None);
}

#[test]
fn other_peoples_codes_are_reported_as_foreign() {
    let code = qrcodegen::QrCode::encode_text("9783161484100", qrcodegen::QrCodeEcc::Medium).unwrap();
    let picture = made(400, 400, |x, y| {
        let module = |v: u32| i32::try_from(v / 10).unwrap() - 8;
        if code.get_module(module(x), module(y)) { 0 } else { 255 }
    });
    let codes = quick(&picture);
    assert_eq!(codes.len(), 1);
    assert_eq!((codes[0].text.as_str(), codes[0].payload), ("9783161484100", Err(NotOurs::Foreign)));
}
