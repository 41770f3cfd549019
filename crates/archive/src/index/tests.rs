//! What the page says, and that nothing in it can become more than text.

use super::*;
use scantrail_core::jiff::civil::date;

fn path(text: &str) -> TrailPath {
    TrailPath::new(text).unwrap()
}

fn sheet(position: u32) -> IndexSheet {
    IndexSheet {
        position,
        parts: 1,
        shows: Shows::Work,
        made_by: MadeBy::One,
        picture: Some(path("index/k3f9x2ab.jpg")),
        copy: Some(path("data/Maths/2026-11-21 Fractions/p01 [k3f9x2ab].pdf")),
        original: Some(path("data/_originals/k3f9x2ab.png")),
    }
}

fn page(pieces: Vec<IndexPiece>) -> IndexPage {
    IndexPage {
        who: "Amara <Okafor> & \"Co\"".into(),
        school: "Hillside Primary School".into(),
        year: SchoolYear::parse("2026-27").unwrap(),
        notes: vec![],
        pieces,
    }
}

fn piece(day: Date, title: &str, pages: Vec<IndexSheet>) -> IndexPiece {
    IndexPiece { date: day, subject: "Maths".into(), title: title.into(), pages }
}

#[test]
fn the_page_is_as_it_was() {
    let group = IndexSheet { made_by: MadeBy::Group, parts: 2, ..sheet(1) };
    let blank = IndexSheet { shows: Shows::Nothing, position: 2, ..sheet(2) };
    let bare = IndexSheet { picture: None, copy: None, ..sheet(3) };
    let pieces =
        vec![piece(date(2026, 11, 21), "Fractions", vec![group, blank]), piece(date(2026, 12, 1), "", vec![bare])];
    let html = page(pieces).to_html();
    let shown = html.split_once("<header>").unwrap().1;
    insta::assert_snapshot!(shown);
}

#[test]
fn what_anybody_typed_stays_text() {
    let evil = "</h2><script>alert(1)</script><img src=x onerror=\"y\">'";
    let odd = IndexSheet {
        copy: Some(path("data/Maths & \"more\"/2026-11-21 #1? 50%/javascript:x' [k3f9x2ab].pdf")),
        ..sheet(1)
    };
    let mut page = page(vec![piece(date(2026, 11, 21), evil, vec![odd])]);
    page.school = evil.into();
    page.notes = vec![evil.into()];
    page.pieces[0].subject = evil.into();
    let html = page.to_html();
    assert!(!html.contains("<script") && !html.contains("onerror=\"") && !html.contains("<img src=x"), "{html}");
    let link =
        "href=\"data/Maths%20%26%20%22more%22/2026-11-21%20%231%3F%2050%25/javascript%3Ax%27%20%5Bk3f9x2ab%5D.pdf\"";
    assert!(html.contains(link), "{html}");
    // Nothing is fetched from anywhere: every link is one of ours.
    for attribute in ["href=\"", "src=\""] {
        for link in html.split(attribute).skip(1) {
            assert!(["data/", "index/", "#piece-"].iter().any(|ours| link.starts_with(ours)), "{link}");
        }
    }
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("url("));
}

#[test]
fn months_are_offered_where_there_are_several() {
    let one =
        page(vec![piece(date(2026, 11, 21), "a", vec![sheet(1)]), piece(date(2026, 11, 22), "b", vec![sheet(1)])]);
    assert!(!one.to_html().contains("<nav"));
    let two = page(vec![piece(date(2026, 11, 21), "a", vec![sheet(1)]), piece(date(2027, 1, 22), "b", vec![sheet(1)])]);
    assert!(two.to_html().contains("<a href=\"#piece-2\">January 2027</a>"));
}
