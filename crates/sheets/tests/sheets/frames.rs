//! A sheet is known by its bars alone, and nothing else is taken for one.

use crate::paper::{
    askew, askew_point, aslant, chance, coloured, cover, jpeg, made, mirrored, one_bit, painted, photocopied, scanned,
    turned, weak,
};
use scantrail_core::raster::Raster;
use scantrail_core::sheet::CodePlace;
use scantrail_core::units::Turn;
use scantrail_sheets::frame::find_frame;
use scantrail_sheets::layout::{Area, BARS, FRAME, code_area};

/// A cover with every code gone: blotted with noise, so that nothing of them can be read.
fn blotted(dpi: f32) -> Raster {
    painted(&scanned(&cover(), dpi), &CodePlace::ALL.map(code_area), |x, y| (chance(x / 3, y / 3, 7) * 255.0) as u8)
}

fn assert_found(picture: &Raster, turn: Turn, least: f32, what: &str) {
    let frame = find_frame(picture).unwrap_or_else(|| panic!("{what}: not found"));
    assert_eq!(frame.attitude().turn, turn, "{what}");
    assert!(frame.confidence.get() >= least, "{what}: {:?}", frame.confidence);
}

#[test]
fn bars_are_enough_at_every_resolution_turn_and_skew() {
    for dpi in [100.0, 150.0, 200.0, 300.0] {
        let page = blotted(dpi);
        for turn in Turn::ALL {
            assert_found(&turned(&page, turn), turn, 1.0, &format!("{dpi} dpi, {turn:?}"));
        }
        for (degrees, scale) in [(-5.0, 1.0), (-2.0, 0.95), (1.0, 0.95), (5.0, 0.95), (5.0, 1.0)] {
            let crooked = turned(&askew(&page, degrees, scale), Turn::Quarter);
            assert_found(&crooked, Turn::Quarter, 0.9, &format!("{dpi} dpi, {degrees}°, {scale}"));
        }
    }
}

#[test]
fn the_frame_is_where_it_was_printed() {
    let page = blotted(150.0);
    for (degrees, scale) in [(0.0, 1.0), (4.0, 0.95), (-3.0, 1.0)] {
        let found = find_frame(&askew(&page, degrees, scale)).unwrap();
        for (corner, (x, y)) in found.quad.0.iter().zip(FRAME.corners()) {
            let right = askew_point(&page, degrees, scale, (x * 150.0 / 25.4, y * 150.0 / 25.4));
            let off = (corner.x - right.x).hypot(corner.y - right.y) * 25.4 / 150.0;
            assert!(off < 1.0, "{degrees}° {scale}: {off} mm");
        }
        assert!((found.attitude().rest.degrees() - degrees).abs() < 0.3);
    }
}

#[test]
fn a_sheet_seen_aslant_is_known_by_two_of_its_sides() {
    for dpi in [100.0, 200.0] {
        let page = blotted(dpi);
        for view in [(0.5, 0.0, 0.7), (0.0, -0.5, 0.7), (0.5, 0.5, 0.6), (-0.6, 0.3, 0.6)] {
            for turn in Turn::ALL {
                let picture = turned(&aslant(&page, view), turn);
                assert_found(&picture, turn, 0.6, &format!("{dpi} dpi, {view:?}, {turn:?}"));
            }
        }
    }
    assert_eq!(find_frame(&mirrored(&aslant(&blotted(100.0), (0.5, 0.5, 0.6)))), None);
}

#[test]
fn poor_scans_copies_and_compression_do_not_hide_it() {
    for dpi in [100.0, 200.0] {
        let page = blotted(dpi);
        let cases = [
            ("noise", weak(&page, 60.0)),
            ("noise askew", weak(&askew(&page, -4.0, 0.95), 40.0)),
            ("one bit", one_bit(&askew(&page, 3.0, 0.95))),
            ("copy", photocopied(&page)),
            ("copy of a copy askew", askew(&photocopied(&photocopied(&page)), 4.0, 0.95)),
            ("JPEG 10", jpeg(&weak(&page, 20.0), 10)),
            ("colour", coloured(&page)),
        ];
        for (what, picture) in cases {
            assert_found(&picture, Turn::None, 0.75, &format!("{dpi} dpi, {what}"));
        }
    }
}

#[test]
fn white_black_and_scribbled_codes_are_all_the_same() {
    let page = scanned(&cover(), 150.0);
    let codes = CodePlace::ALL.map(code_area);
    assert_found(&page, Turn::None, 1.0, "codes whole");
    assert_found(&painted(&page, &codes, |_, _| 255), Turn::None, 1.0, "codes white");
    assert_found(&painted(&page, &codes, |_, _| 0), Turn::None, 1.0, "codes black");
}

#[test]
fn damage_to_the_bars_themselves_is_borne() {
    let page = blotted(150.0);
    let per_mm = 150.0 / 25.4;
    let white = |areas: &[Area]| painted(&page, areas, |_, _| 255);
    // Felt pen across the whole sheet, corner to corner and back.
    let pen = |x: u32, y: u32| {
        let (mx, my) = (f64::from(x) / per_mm, f64::from(y) / per_mm);
        let near = |a: f64| a.abs() < 2.0;
        near(my - mx * 297.0 / 210.0) || near(my + mx * 297.0 / 210.0 - 297.0) || near(mx - 80.0) || near(my - 200.0)
    };
    let scribbled = made(page.width(), page.height(), |x, y| if pen(x, y) { 30 } else { page.row(y)[x as usize] });
    let cases = [
        ("felt pen", scribbled),
        ("top cut off", white(&[Area::new(0.0, 0.0, 210.0, 30.0)])),
        ("left cut off", white(&[Area::new(0.0, 0.0, 30.0, 297.0)])),
        ("lower half covered", white(&[Area::new(0.0, 162.0, 210.0, 135.0)])),
        ("corner folded", white(&[Area::new(0.0, 0.0, 80.0, 120.0)])),
        ("every second bar gone", white(&[BARS[1], BARS[3], BARS[5], BARS[7], BARS[9], BARS[11]])),
        ("streaks", painted(&page, &[Area::new(60.0, 0.0, 0.4, 297.0), Area::new(145.0, 0.0, 0.4, 297.0)], |_, _| 255)),
        (
            "edge in the picture",
            painted(&page, &[Area::new(0.0, 0.0, 210.0, 9.0), Area::new(0.0, 0.0, 9.0, 297.0)], |_, _| 10),
        ),
    ];
    for (what, picture) in cases {
        assert_found(&picture, Turn::None, 0.4, what);
    }
}

#[test]
fn a_sheet_on_a_larger_bed_is_found() {
    let page = blotted(100.0);
    let (w, h) = (page.width(), page.height());
    for backing in [255, 20] {
        let bed = made(h, w * 2, |x, y| {
            let inside = x >= 150 && y >= 300 && x < 150 + w && y < 300 + h;
            if inside { page.row(y - 300)[(x - 150) as usize] } else { backing }
        });
        assert_found(&bed, Turn::None, 0.9, &format!("backing {backing}"));
    }
}

#[test]
fn a_sheet_seen_through_the_paper_is_not_one() {
    assert_eq!(find_frame(&mirrored(&blotted(150.0))), None);
}

/// A page of A4 at 100 dpi whose ink is a question of millimetres.
fn page_of(ink: impl Fn(f64, f64) -> bool) -> Raster {
    made(827, 1169, |x, y| {
        let (mx, my) = ((f64::from(x) + 0.5) * 0.254, (f64::from(y) + 0.5) * 0.254);
        if ink(mx, my) { 15 } else { 245 }
    })
}

fn within(v: f64, from: f64, to: f64) -> bool {
    v >= from && v < to
}

/// The outline of a rectangle that starts `edge` from the edge of the paper.
fn border(x: f64, y: f64, edge: f64, thick: f64) -> bool {
    let inside = |e: f64| within(x, e, 210.0 - e) && within(y, e, 297.0 - e);
    inside(edge) && !inside(edge + thick)
}

/// Like the words of a printed page.
fn words(x: f64, y: f64) -> bool {
    let (line, column) = ((y / 6.0) as u32, (x / 2.2) as u32);
    within(x, 25.0, 185.0)
        && within(y, 25.0, 270.0)
        && y % 6.0 < 2.4
        && chance(line, column, 5) > 0.25
        && chance((x * 2.0) as u32, (y * 2.0) as u32, 6) > 0.4
}

#[test]
fn worksheets_tables_grids_and_pictures_are_not_taken_for_sheets() {
    let dashes = |x: f64, pattern: &[f64]| {
        let mut at = x % pattern.iter().sum::<f64>();
        for pair in pattern.chunks(2) {
            if at < pair[0] {
                return true;
            }
            at -= pair[0] + pair[1];
        }
        false
    };
    let cases: Vec<(&str, Raster)> = vec![
        ("blank", page_of(|_, _| false)),
        ("black", page_of(|_, _| true)),
        ("words", page_of(words)),
        ("border", page_of(|x, y| border(x, y, 15.0, 0.7) || words(x, y))),
        ("thick border in the same place", page_of(|x, y| border(x, y, 15.0, 4.0) || words(x, y))),
        ("double border", page_of(|x, y| border(x, y, 12.0, 3.0) || border(x, y, 18.0, 1.0))),
        ("nested borders", page_of(|x, y| (0..10).any(|n| border(x, y, 10.0 + 9.0 * f64::from(n), 4.0)))),
        ("squared paper", page_of(|x, y| x % 5.0 < 0.3 || y % 5.0 < 0.3)),
        ("ruled paper", page_of(|_, y| y % 8.0 < 0.4)),
        ("fat ruling", page_of(|x, y| y % 12.0 < 4.0 && within(x, 15.0, 195.0))),
        (
            "table",
            page_of(|x, y| (x % 38.0 < 1.0 || y % 14.0 < 1.0) && within(x, 18.0, 191.0) && within(y, 40.0, 250.0)),
        ),
        ("table with black cells", page_of(|x, y| ((x / 30.0) as u32 + (y / 12.0) as u32).is_multiple_of(3))),
        ("dashed border", page_of(|x, y| border(x, y, 15.0, 4.0) && dashes(x + y, &[20.0, 6.0]))),
        ("Morse border", page_of(|x, y| border(x, y, 15.0, 4.0) && dashes(x + y, &[60.0, 6.0, 12.0, 6.0, 30.0, 6.0]))),
        ("Morse lines", page_of(|x, y| y % 20.0 < 4.0 && dashes(x, &[60.0, 6.0, 12.0, 6.0, 30.0, 6.0]))),
        (
            "bar chart",
            page_of(|x, y| {
                within(x, 20.0, 190.0)
                    && x % 17.0 < 8.0
                    && y < 260.0
                    && y > 260.0 - 200.0 * chance((x / 17.0) as u32, 0, 9)
            }),
        ),
        (
            "lying bar chart",
            page_of(|x, y| {
                within(y, 20.0, 270.0)
                    && y % 14.0 < 7.0
                    && x > 30.0
                    && x < 30.0 + 150.0 * chance((y / 14.0) as u32, 1, 9)
            }),
        ),
        ("piano", page_of(|x, y| within(y, 60.0, 160.0) && (x % 24.0 < 0.6 || (x % 24.0 > 18.0 && y < 120.0)))),
        ("bar code", page_of(|x, y| within(y, 100.0, 200.0) && chance((x / 2.0) as u32, 0, 11) > 0.5)),
        (
            "answer boxes",
            page_of(|x, y| {
                x % 30.0 < 22.0 && y % 25.0 < 6.0 && !(within(x % 30.0, 0.5, 21.5) && within(y % 25.0, 0.5, 5.5))
            }),
        ),
        (
            "redacted lines",
            page_of(|x, y| {
                y % 9.0 < 4.0 && within(x, 15.0, 195.0) && chance((x / 24.0) as u32, (y / 9.0) as u32, 12) > 0.3
            }),
        ),
        ("noise", made(827, 1169, |x, y| (chance(x, y, 13) * 255.0) as u8)),
        ("blocks", made(827, 1169, |x, y| (chance(x / 40, y / 16, 14) * 255.0) as u8)),
        (
            "clouds",
            made(827, 1169, |x, y| (127.0 + 120.0 * (f64::from(x) / 60.0).sin() * (f64::from(y) / 45.0).cos()) as u8),
        ),
    ];
    for (what, picture) in cases {
        for turn in Turn::ALL {
            assert_eq!(find_frame(&turned(&picture, turn)), None, "{what} {turn:?}");
        }
        assert_eq!(find_frame(&askew(&picture, 2.0, 0.95)), None, "{what} askew");
        assert_eq!(find_frame(&aslant(&picture, (0.3, 0.3, 0.7))), None, "{what} aslant");
    }
}
