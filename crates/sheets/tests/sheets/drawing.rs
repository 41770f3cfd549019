//! The PDF itself: the same bytes every time, the right number of pages, names in every script.

use crate::paper::{cover, draw, owner, print_out, rasterise};
use scantrail_core::ids::SheetId;
use scantrail_core::raster::Raster;
use scantrail_sheets::draw::{DrawError, FontBook, Lesson, Sheet, Sides, draw_pdf};
use scantrail_sheets::layout::{Area, BARS};

fn cards(count: u64) -> Vec<Sheet> {
    (0..count).map(|n| Sheet::Card { sheet: SheetId::from_random(n), owner: owner("Amara Okafor") }).collect()
}

/// How much of an area, in millimetres, is dark.
fn darkness(picture: &Raster, area: Area) -> f64 {
    let per_mm = f64::from(picture.width()) / 210.0;
    let range = |from: f64, length: f64| (from * per_mm).ceil() as u32..((from + length) * per_mm).floor() as u32;
    let mut dark = 0.0;
    let mut all = 0.0;
    for y in range(area.y, area.h) {
        for &v in &picture.row(y)[range(area.x, area.w).start as usize..range(area.x, area.w).end as usize] {
            dark += f64::from(u8::from(v < 128));
            all += 1.0;
        }
    }
    dark / all
}

#[test]
fn the_same_sheets_give_the_same_bytes() {
    let sheets = [cover(), Sheet::End { sheet: SheetId::from_random(5) }];
    assert_eq!(draw(&sheets), draw(&sheets));
}

#[test]
fn nothing_to_draw_is_an_error() {
    let fonts = FontBook::from_dirs(&FontBook::system_dirs()).unwrap();
    assert!(matches!(draw_pdf(&[], &print_out(Sides::Front), &fonts), Err(DrawError::NoSheets)));
}

#[test]
fn pages_are_counted_out() {
    let fonts = FontBook::from_dirs(&FontBook::system_dirs()).unwrap();
    let pages = |sheets: &[Sheet], sides| rasterise(&draw_pdf(sheets, &print_out(sides), &fonts).unwrap(), 20.0).len();
    assert_eq!(pages(&[cover()], Sides::Front), 1);
    assert_eq!(pages(&[cover()], Sides::Both), 2);
    assert_eq!(pages(&cards(11), Sides::Front), 2);
    assert_eq!(pages(&cards(11), Sides::Both), 4);
    let mixed = [cards(2), vec![cover()], cards(1)].concat();
    assert_eq!(pages(&mixed, Sides::Front), 3, "cards before and after a cover do not share a page");
}

#[test]
fn bars_are_printed_where_the_layout_says() {
    let page = rasterise(&draw(&[cover()]), 150.0).remove(0);
    for bar in BARS {
        assert!(darkness(&page, bar) > 0.99, "{bar:?}");
    }
    assert!(darkness(&page, Area::new(0.0, 0.0, 210.0, 14.8)) < 1e-9, "the edge stays white");
}

#[test]
fn names_of_every_script_leave_ink_on_paper() {
    for name in ["Amara Okafor", "محمد الأمين", "Олександра Шевченко", "王小明", "आदित्य शर्मा"]
    {
        let sheet = Sheet::Cover { sheet: SheetId::from_random(9), owner: owner(name) };
        let page = rasterise(&draw(&[sheet]), 100.0).remove(0);
        let ink = darkness(&page, Area::new(25.0, 70.0, 160.0, 24.0));
        assert!((0.02..0.5).contains(&ink), "{name}: {ink}");
        assert!(darkness(&page, Area::new(20.0, 50.0, 4.0, 200.0)) < 1e-9, "{name} stays within the bars");
    }
}

#[test]
fn a_name_without_a_font_names_the_script_and_not_the_pupil() {
    let fonts = FontBook::from_dirs(&FontBook::system_dirs()).unwrap();
    let sheet = Sheet::Cover { sheet: SheetId::from_random(9), owner: owner("Secret \u{10ffff}") };
    let error = draw_pdf(&[sheet], &print_out(Sides::Front), &fonts).unwrap_err().to_string();
    assert!(error.contains("U+10FFFF") && !error.contains("Secret"), "{error}");
}

#[test]
fn every_kind_can_be_drawn() {
    let id = SheetId::from_random(3);
    let sheets = [
        cover(),
        Sheet::Card { sheet: id, owner: owner("Bo") },
        Sheet::Sticker { sheet: id, owner: owner("") },
        Sheet::Start { sheet: id, lesson: Lesson::default() },
        Sheet::End { sheet: id },
        Sheet::Separator { sheet: id },
        Sheet::Unnamed { sheet: id },
        Sheet::Discard { sheet: id },
    ];
    assert_eq!(rasterise(&draw(&sheets), 20.0).len(), sheets.len());
}
