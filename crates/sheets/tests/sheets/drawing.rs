//! The PDF itself: the same bytes every time, the right number of pages, names in every script.

use crate::paper::{cover, draw, owner, print_out, rasterise};
use scantrail_core::ids::SheetId;
use scantrail_core::raster::Raster;
use scantrail_sheets::draw::{CardCode, DrawError, Drawn, FontBook, Lesson, Sheet, Sides, SmallFormat, draw_pdf};
use scantrail_sheets::find::{CodeFinder, Effort};
use scantrail_sheets::labels::LABEL_SHEETS;
use scantrail_sheets::layout::{Area, BARS};
use std::io::Write as _;
use std::process::Command;
use std::time::Duration;

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
        Sheet::SelfTest { sheet: id },
    ];
    assert_eq!(rasterise(&draw(&sheets), 20.0).len(), sheets.len());
}

/// The codes on a page with their centres in millimetres, in reading order, and the side of each.
fn codes(page: &Raster) -> Vec<((f64, f64), f64)> {
    let per_mm = f64::from(page.width()) / 210.0;
    let found = CodeFinder::new().find(page, Effort::Thorough, Duration::ZERO).unwrap();
    let mut codes: Vec<_> = found
        .iter()
        .filter(|code| code.payload.is_ok())
        .map(|code| {
            let [a, b, c, d] = code.corners.0;
            let centre = ((a.x + b.x + c.x + d.x) / 4.0 / per_mm, (a.y + b.y + c.y + d.y) / 4.0 / per_mm);
            (centre, (b.x - a.x).hypot(b.y - a.y) / per_mm)
        })
        .collect();
    codes.sort_by(|(a, _), (b, _)| a.1.round().total_cmp(&b.1.round()).then(a.0.total_cmp(&b.0)));
    codes
}

fn drawn(sheets: &[Sheet], small: &SmallFormat, sides: Sides) -> Drawn {
    let fonts = FontBook::from_dirs(&FontBook::system_dirs()).unwrap();
    scantrail_sheets::draw::draw(sheets, &print_out(sides), small, &fonts).unwrap()
}

#[test]
fn stickers_lie_on_their_labels_after_those_that_are_used() {
    for labels in &LABEL_SHEETS {
        let used = 4;
        let small = SmallFormat { labels, used, ..SmallFormat::default() };
        let stickers: Vec<Sheet> = (0..labels.per_page() as u64)
            .map(|n| Sheet::Sticker {
                sheet: SheetId::from_random(n),
                owner: owner("Maria Guadalupe de la Concepción"),
            })
            .collect();
        let pages = rasterise(&drawn(&stickers, &small, Sides::Both).pdf, 200.0);
        assert_eq!(pages.len(), 2, "{}: labels have no backs, and four stand on a second sheet", labels.name);
        let cells: Vec<Area> =
            (used..labels.per_page()).map(|n| labels.cell(n % labels.columns, n / labels.columns)).collect();
        let seen = codes(&pages[0]);
        assert_eq!(seen.len(), cells.len(), "{}", labels.name);
        let inside = |cell: &Area| {
            seen.iter().any(|&((x, y), side)| {
                let quiet = side / 2.0 + 4.0 * side / 21.0;
                let across = x - quiet > cell.x && x + quiet < cell.x + cell.w;
                across && y - quiet > cell.y && y + quiet < cell.y + cell.h
            })
        };
        assert!(cells.iter().all(inside), "{}: {seen:?}", labels.name);
        assert!(seen.iter().all(|(_, side)| (side - labels.code_side()).abs() < 0.6), "{}: {seen:?}", labels.name);
        assert_eq!(codes(&pages[1]).len(), used, "{}", labels.name);
    }
}

#[test]
fn long_names_stay_on_their_label() {
    for labels in &LABEL_SHEETS {
        let small = SmallFormat { labels, ..SmallFormat::default() };
        let name = "عبد الرحمن بن محمد بن عبد العزيز بن سليمان الأنصاري";
        let sheet = Sheet::Sticker { sheet: SheetId::from_random(1), owner: owner(name) };
        let page = rasterise(&drawn(&[sheet], &small, Sides::Front).pdf, 200.0).remove(0);
        let cell = labels.cell(0, 0);
        let below = cell.y + cell.h;
        let ink = darkness(&page, Area::new(0.0, below, 210.0, 297.0 - below))
            + darkness(&page, Area::new(cell.x + cell.w - 0.5, 0.0, 100.0, 297.0));
        assert!(ink < 1e-9, "{}", labels.name);
        assert!(cell.y < 1.0 || darkness(&page, Area::new(0.0, 0.0, 210.0, cell.y)) < 1e-9, "{}", labels.name);
    }
}

#[test]
fn more_used_labels_than_a_sheet_has_are_refused() {
    let fonts = FontBook::from_dirs(&FontBook::system_dirs()).unwrap();
    let small = SmallFormat { used: 21, ..SmallFormat::default() };
    let sheet = Sheet::Sticker { sheet: SheetId::from_random(1), owner: owner("Bo") };
    let error = scantrail_sheets::draw::draw(&[sheet], &print_out(Sides::Front), &small, &fonts).unwrap_err();
    assert!(error.to_string().contains("21"), "{error}");
}

#[test]
fn cards_have_the_code_of_their_place_on_both_sides() {
    for (card, side) in [(CardCode::Mat, 40.0), (CardCode::Desk, 25.0)] {
        let small = SmallFormat { card, ..SmallFormat::default() };
        let pages = rasterise(&drawn(&cards(3), &small, Sides::Both).pdf, 150.0);
        let (front, back) = (codes(&pages[0]), codes(&pages[1]));
        assert_eq!((front.len(), back.len()), (3, 3));
        assert!(front.iter().chain(&back).all(|(_, seen)| (seen - side).abs() < 0.4), "{card:?} {front:?}");
        let told = CodeFinder::new().find(&pages[0], Effort::Thorough, Duration::ZERO).unwrap();
        assert!(told.iter().all(|code| code.printed_side() == Some(side)), "{card:?}");
        // The back of the third card lies behind it: in the other column.
        assert!(front[2].0.0 < 105.0 && back[2].0.0 > 105.0, "{front:?} {back:?}");
    }
}

#[test]
fn a_name_without_a_font_costs_only_itself() {
    let without = owner("Anna \u{11ee0}\u{11ee1}");
    let sheets = [
        Sheet::Cover { sheet: SheetId::from_random(1), owner: owner("Amara Okafor") },
        Sheet::Cover { sheet: SheetId::from_random(2), owner: without.clone() },
    ];
    let drawn = drawn(&sheets, &SmallFormat::default(), Sides::Front);
    assert_eq!(drawn.pages, 2);
    let [told] = &drawn.unwritten[..] else { panic!("{:?}", drawn.unwritten) };
    assert_eq!((told.pupil, told.script), (without.pupil, "Makasar"));
    assert!(told.package.starts_with("fonts-"), "{}", told.package);
    let page = rasterise(&drawn.pdf, 200.0).remove(1);
    let line = darkness(&page, Area::new(60.0, 87.0, 90.0, 2.0));
    assert!(line > 0.05, "a line to write the name on: {line}");
    assert!(darkness(&page, Area::new(30.0, 65.0, 150.0, 20.0)) < 1e-9, "and no boxes");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a file for the judge, not school data")]
fn every_font_is_embedded_and_mapped_back_to_text() {
    let names = [
        "Amara Okafor",
        "محمد الأمين",
        "Олександра Шевченко",
        "王小明",
        "김민준",
        "さくら",
        "आदित्य शर्मा",
        "Layla ليلى Haddad",
    ];
    let sheets: Vec<Sheet> =
        (0..).zip(names).map(|(n, name)| Sheet::Cover { sheet: SheetId::from_random(n), owner: owner(name) }).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("covers.pdf");
    std::fs::File::create(&file).unwrap().write_all(&draw(&sheets)).unwrap();
    let said = |program: &str, rest: &[&str]| {
        let output = Command::new(program).arg(&file).args(rest).output().unwrap();
        assert!(output.status.success(), "{program}");
        String::from_utf8(output.stdout).unwrap()
    };
    let fonts = said("pdffonts", &[]);
    let rows: Vec<Vec<&str>> = fonts.lines().skip(2).map(|row| row.split_whitespace().rev().collect()).collect();
    assert!(rows.len() >= 5, "{fonts}");
    // From the right: two numbers of the object, `uni`, `sub`, `emb`.
    assert!(rows.iter().all(|row| row[2..5] == ["yes", "yes", "yes"]), "{fonts}");
    let text = said("pdftotext", &["-"]);
    for name in ["Amara Okafor", "Олександра Шевченко", "王小明", "김민준", "さくら"] {
        assert!(text.contains(name), "{name} in {text}");
    }
}
