//! Draws one of every sheet for fictional pupils, to look at: `cargo run --example specimen -- FOLDER`.
#![expect(clippy::disallowed_methods, reason = "a specimen holds no school data and need not be durable")]

use scantrail_core::ids::{PupilId, SheetId};
use scantrail_core::jiff::civil::date;
use scantrail_sheets::draw::{CardCode, FontBook, Lesson, Outlines, Owner, PrintOut, Sheet, Sides, SmallFormat, draw};
use scantrail_sheets::labels::LABEL_SHEETS;
use scantrail_sheets::payload::SchoolKey;
use std::error::Error;
use std::path::PathBuf;

const NAMES: [(&str, &str); 15] = [
    ("Amara Okafor", "4B"),
    ("محمد الأمين", "4B"),
    ("Олександра Шевченко", "4B"),
    ("王小明", "4B"),
    ("आदित्य शर्मा", "4B"),
    ("Maria Guadalupe de la Concepción Hernández y Rodríguez", "Year 4 Blue"),
    ("Zoë Nuñez-Łukasz", "4B"),
    ("Nguyễn Thị Ánh", "4B"),
    ("Wolfeschlegelsteinhausenbergerdorff", "4B"),
    ("Jo Li", ""),
    ("김민준", "4B"),
    ("佐藤さくら", "4B"),
    ("Layla ليلى Haddad", "4B"),
    ("عبد الرحمن بن محمد بن عبد العزيز الأنصاري", "4B"),
    ("\u{11ee0}\u{11ee1}", "4B"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let out = std::env::args().nth(1).ok_or("into which folder?").map(PathBuf::from)?;
    let id = |n: usize| SheetId::from_random(0x1234_5678_9abc_u64.rotate_left(7 * n as u32));
    let owner = |n: usize| Owner {
        pupil: PupilId::from_random(0x0fed_cba9_8765_u64.rotate_left(5 * n as u32)),
        name: NAMES[n].0.to_owned(),
        class: NAMES[n].1.to_owned(),
    };
    let lesson = Lesson {
        class: "4B".to_owned(),
        subject: "Maths".to_owned(),
        title: "Fractions".to_owned(),
        date: Some(date(2026, 11, 21)),
    };
    let mut sheets = vec![
        Sheet::Start { sheet: id(20), lesson },
        Sheet::End { sheet: id(21) },
        Sheet::Separator { sheet: id(22) },
        Sheet::Unnamed { sheet: id(23) },
        Sheet::Discard { sheet: id(24) },
        Sheet::SelfTest { sheet: id(25) },
    ];
    sheets.extend((0..NAMES.len()).map(|n| Sheet::Cover { sheet: id(n), owner: owner(n) }));
    let cards: Vec<_> = (0..NAMES.len()).map(|n| Sheet::Card { sheet: id(n), owner: owner(n) }).collect();
    let stickers: Vec<_> = (0..NAMES.len()).map(|n| Sheet::Sticker { sheet: id(n), owner: owner(n) }).collect();
    let print_out = PrintOut {
        title: "Specimen sheets".to_owned(),
        school: SchoolKey::from_random(0x1f2e),
        school_name: "Hollybrook Primary School".to_owned(),
        year: "2026/27".to_owned(),
        sides: Sides::Front,
    };
    let fonts = FontBook::from_dirs(&FontBook::system_dirs())?;
    let save = |name: String, sheets: &[Sheet], small: SmallFormat| -> Result<(), Box<dyn Error>> {
        let drawn = draw(sheets, &print_out, &small, &fonts)?;
        std::fs::write(out.join(name), drawn.pdf)?;
        Ok(())
    };
    save("sheets.pdf".to_owned(), &sheets, SmallFormat::default())?;
    for (name, card) in [("mat", CardCode::Mat), ("desk", CardCode::Desk)] {
        save(format!("cards-{name}.pdf"), &cards, SmallFormat { card, ..SmallFormat::default() })?;
    }
    for labels in &LABEL_SHEETS {
        let small = SmallFormat { labels, used: 2, outlines: Outlines::Thin, ..SmallFormat::default() };
        save(format!("labels-{}.pdf", labels.name), &stickers, small)?;
    }
    Ok(())
}
