//! Every page on the router, without a socket.

use crate::desk::MemoryDesk;
use crate::school::{self, AMARA, EVANS, FRACTIONS, School, Spot};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use scantrail_core::ids::PageId;
use std::sync::Arc;
use tower::ServiceExt as _;

/// A site over a school, and the school itself.
pub(crate) struct Stage {
    pub(crate) desk: Arc<MemoryDesk>,
    pub(crate) site: Router,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) head: Response<()>,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn status(&self) -> StatusCode {
        self.head.status()
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.bytes).unwrap()
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.head.headers()[name].to_str().unwrap()
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(School::sample())
    }

    pub(crate) fn with(school: School) -> Self {
        let desk = Arc::new(MemoryDesk::new(school));
        let site = scantrail_web::router(desk.clone()).unwrap();
        Self { desk, site }
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.site.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { head: Response::from_parts(parts, ()), bytes }
    }

    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address).header(header::HOST, "127.0.0.1:8080").body(Body::empty()).unwrap()).await
    }

    /// Sends a form as our own page would.
    pub(crate) async fn post(&self, address: &str, fields: &str) -> Answer {
        let body = format!("token={}&{fields}", self.token().await);
        let request = Request::post(address)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::ORIGIN, "null")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn token(&self) -> String {
        let page = self.get("/search").await;
        let (_, after) = page.text().split_once("name=\"token\" value=\"").unwrap();
        after.split('"').next().unwrap().to_owned()
    }

    pub(crate) fn held(&self) -> Vec<PageId> {
        let school = self.desk.school();
        school.held().into_iter().map(|page| school.pages[page].id).collect()
    }

    /// One address of every kind of page.
    pub(crate) fn addresses(&self) -> Vec<(&'static str, String)> {
        let school = self.desk.school();
        let filed = school.pages.iter().find(|page| page.spot == Spot::Filed).unwrap().id;
        let held = school.pages[school.held()[0]].id;
        vec![
            ("now", "/".into()),
            ("batches", "/batches".into()),
            ("batch", format!("/batch/{}", school::batch_id(FRACTIONS))),
            ("pupils", "/pupils".into()),
            ("trail", format!("/trail/{}", school.pupils[AMARA].id)),
            ("page", format!("/page/{filed}")),
            ("review", "/review".into()),
            ("hold", format!("/review/{held}")),
            ("sheets", "/sheets".into()),
            ("search", "/search".into()),
            ("not-found", "/nothing/here".into()),
        ]
    }
}

#[tokio::test]
async fn every_page_is_there() {
    let stage = Stage::new();
    for (name, address) in stage.addresses() {
        let answer = stage.get(&address).await;
        let wanted = if name == "not-found" { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(answer.status(), wanted, "{address}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "text/html; charset=utf-8", "{address}");
        assert!(answer.text().contains("<h1"), "{address}");
    }
    for asset in ["style.css", "app.js", "icon.svg"] {
        assert_eq!(stage.get(&format!("/assets/{asset}")).await.status(), StatusCode::OK, "{asset}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let stage = Stage::new();
    let nobody = ["/trail/ZZZZZZ", "/trail/short", "/page/00000000", "/page/u", "/batch/zzzzzzzz", "/batch/%00"];
    let nothing = ["/preview/00000000/small", "/page/00000000/searchable", "/review?done=77", "/batches?before=x"];
    for address in nobody.into_iter().chain(nothing) {
        assert_eq!(stage.get(address).await.status(), StatusCode::NOT_FOUND, "{address}");
    }
    let page = stage.held()[0];
    assert_eq!(stage.get(&format!("/preview/{page}/huge")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(stage.get("/decision/1/undo").await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_name_is_text_wherever_it_stands() {
    let mut school = School::sample();
    let name = "<script>alert(1)</script>";
    school.pupils[AMARA].spoken = name.into();
    school.pupils[AMARA].listed = "\"><script>alert(1)</script>".into();
    school.pupils[AMARA].class = "<script>".into();
    let stage = Stage::with(school);
    let mut seen = 0;
    for (_, address) in stage.addresses() {
        let page = stage.get(&address).await;
        let scripts = page.text().matches("<script").count();
        assert_eq!(scripts, page.text().matches("<script src=\"/assets/app.js\" defer>").count(), "{address}");
        seen += page.text().matches("&lt;script&gt;alert(1)&lt;/script&gt;").count();
    }
    assert!(seen > 3, "the name is shown on several pages");
}

#[tokio::test]
async fn nothing_stands_inline_and_no_name_in_an_address_or_title() {
    let stage = Stage::new();
    let school_names: Vec<String> =
        stage.desk.school().pupils.iter().flat_map(|p| [p.spoken.clone(), p.listed.clone()]).collect();
    for (_, address) in stage.addresses() {
        let page = stage.get(&address).await;
        let text = page.text();
        for inline in [" style=", "<style", " onclick", "javascript:"] {
            assert!(!text.contains(inline), "{inline} in {address}");
        }
        let addresses = text.split(" href=\"").chain(text.split(" src=\"")).chain(text.split(" action=\""));
        let title = text.split("<title>").nth(1).and_then(|t| t.split('<').next()).unwrap();
        for found in addresses.map(|part| part.split('"').next().unwrap()).skip(1).chain([title]) {
            assert!(!school_names.iter().any(|name| found.contains(name.split(' ').next().unwrap())), "{found}");
        }
    }
}

#[tokio::test]
async fn previews_are_jpegs_and_copies_are_files() {
    let stage = Stage::new();
    let filed = stage.desk.school().pages.iter().find(|page| page.spot == Spot::Filed).unwrap().id;
    let picture = stage.get(&format!("/preview/{filed}/small")).await;
    assert_eq!(picture.header(header::CONTENT_TYPE), "image/jpeg");
    assert!(picture.bytes.starts_with(&[0xff, 0xd8]));
    let copy = stage.get(&format!("/page/{filed}/searchable")).await;
    assert_eq!(copy.header(header::CONTENT_TYPE), "application/pdf");
    assert_eq!(copy.header(header::CONTENT_DISPOSITION), format!("attachment; filename=\"{filed}.pdf\""));
}

#[tokio::test]
async fn documents_come_whole_under_names_that_name_nobody() {
    let stage = Stage::new();
    let (amara, piece) = {
        let school = stage.desk.school();
        let filed = school.pages.iter().find(|page| page.piece.is_some() && page.pupil == Some(AMARA)).unwrap();
        (school.pupils[AMARA].id, school.pieces[filed.piece.unwrap()].id)
    };
    let trail = stage.get(&format!("/trail/{amara}")).await;
    for (address, name) in [
        (format!("/piece/{piece}/pdf"), format!("piece-{piece}.pdf")),
        (format!("/trail/{amara}/pdf"), format!("trail-{amara}.pdf")),
        (format!("/trail/{amara}/2026-27/pdf"), format!("trail-{amara}-2026-27.pdf")),
    ] {
        let linked = trail.text().contains(&format!("href=\"{address}\""));
        assert!(linked || address.contains("2026-27"), "the trail leads to {address}");
        let document = stage.get(&address).await;
        assert_eq!(document.status(), StatusCode::OK, "{address}");
        assert_eq!(document.header(header::CONTENT_TYPE), "application/pdf");
        assert_eq!(document.header(header::CONTENT_DISPOSITION), format!("attachment; filename=\"{name}\""));
        assert_eq!(document.header(header::CONTENT_LENGTH), document.bytes.len().to_string());
        let (head, numbers) = document.bytes.split_at(5);
        assert_eq!((head, numbers.len()), (&b"%PDF-"[..], 2_000_000));
        let in_order = numbers.chunks(4).zip(0u32..).all(|(bytes, number)| bytes == number.to_le_bytes());
        assert!(in_order, "every part in its place");
    }
    for nothing in ["/piece/00000000/pdf", "/piece/x/pdf", "/trail/ZZZZZZ/pdf"] {
        assert_eq!(stage.get(nothing).await.status(), StatusCode::NOT_FOUND, "{nothing}");
    }
    assert_eq!(stage.get(&format!("/trail/{amara}/2026-29/pdf")).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_decision_leads_to_the_next_hold_and_back() {
    let stage = Stage::new();
    let held = stage.held();
    let rhys = stage.desk.school().pupils[EVANS].id;
    let answer = stage.post(&format!("/review/{}/assign", held[0]), &format!("pupil={rhys}")).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), format!("/review/{}?done=1", held[1]));
    let next = stage.get(answer.header(header::LOCATION)).await;
    assert!(next.text().contains("Filed with Rhys Evans"), "{}", next.text());

    let again = stage.post(&format!("/review/{}/assign", held[0]), &format!("pupil={rhys}")).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND, "a page that is no longer held is not decided twice");
    let settled = stage.get(&format!("/review/{}", held[0])).await;
    assert_eq!(settled.header(header::LOCATION), format!("/page/{}", held[0]));

    let undone = stage.post("/decision/1/undo", "").await;
    assert_eq!(undone.header(header::LOCATION), format!("/review/{}", held[0]));
    assert_eq!(stage.held(), held);
    assert_eq!(stage.post("/decision/1/undo", "").await.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_is_missing_in_a_form_is_asked_for() {
    let stage = Stage::new();
    let page = stage.held()[0];
    for (way, fields) in [("assign", "pupil="), ("assign", "pupil=no-one"), ("discard", "reason=+")] {
        let answer = stage.post(&format!("/review/{page}/{way}"), fields).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{way} {fields}");
    }
    assert_eq!(stage.post("/search", "words=cake&from=yesterday").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stage.held().contains(&page));
    let answer = stage.post(&format!("/review/{page}/discard"), "reason=A+torn+piece").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert!(!stage.held().contains(&page));
}

#[tokio::test]
async fn a_filed_page_moves_with_a_reason_only() {
    let stage = Stage::new();
    let (filed, amara) = {
        let school = stage.desk.school();
        (school.pages.iter().find(|page| page.spot == Spot::Filed).unwrap().id, school.pupils[AMARA].id)
    };
    let address = format!("/page/{filed}/move");
    let without = stage.post(&address, &format!("pupil={amara}")).await;
    assert_eq!(without.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let moved = stage.post(&address, &format!("pupil={amara}&reason=wrong+cover")).await;
    assert_eq!(moved.header(header::LOCATION), format!("/page/{filed}"));
    assert!(stage.get(&format!("/page/{filed}")).await.text().contains("Amara Okafor"));
}

#[tokio::test]
async fn pupils_are_filtered_by_class_and_name() {
    let stage = Stage::new();
    let class = stage.get("/pupils?class=5A").await;
    assert!(class.text().contains("Price, Megan") && !class.text().contains("Okafor, Amara"));
    let name = stage.post("/pupils", "name=ok&class=4B").await;
    assert!(name.text().contains("Okafor, Amara") && name.text().contains("Okoye, Chidi"));
    assert!(!name.text().contains("Dahl, Freya"));
}

#[tokio::test]
async fn findings_show_the_words_around() {
    let stage = Stage::new();
    let found = stage.post("/search", "words=cake&class=4B&from=2026-09-01").await;
    assert!(found.text().contains("I cut the <mark>cake</mark> into eight &amp; &lt;ate&gt; three"));
    assert!(found.text().contains("<option value=\"4B\" selected>"));
    let nothing = stage.post("/search", "words=zeppelin").await;
    assert!(nothing.text().contains("No page fits"));
}

#[tokio::test]
async fn a_batch_shows_its_runs_its_sum_and_who_is_missing() {
    let stage = Stage::new();
    let page = stage.get(&format!("/batch/{}", school::batch_id(FRACTIONS))).await;
    let text = page.text();
    assert_eq!(text.matches("<li class=\"run ").count(), 8);
    assert!(text.contains("<strong>41</strong> captures in"), "{text}");
    for part in ["7 of 10", "Rhys Evans", "cover could not be read", "Say whose it is"] {
        assert!(text.contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_desk_that_falls_leaves_a_calm_page_behind() {
    let stage = Stage::new();
    let desk = stage.desk.clone();
    let fallen = std::thread::spawn(move || {
        let _school = desk.school();
        panic!("Amara Okafor is in this message");
    });
    assert!(fallen.join().is_err());
    let answer = stage.get("/").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text().contains("Something went wrong") && !answer.text().contains("Okafor"));
}
