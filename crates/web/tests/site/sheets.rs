//! Printing sheets from the page: what is chosen is what the desk is asked for, and no name gets into an address.

use crate::browser::Browser;
use crate::routes::Stage;
use crate::school::School;
use axum::http::{StatusCode, header};
use tokio::runtime::Runtime;

#[tokio::test]
async fn every_form_asks_for_what_it_says() {
    let stage = Stage::new();
    for (fields, wanted, name) in [
        ("what=covers&class=4B&since=", r#"Covers(Class("4B", None))"#, "cover-sheets"),
        ("what=covers&class=4B&since=2026-09-01", r#"Covers(Class("4B", Some(2026-09-01)))"#, "cover-sheets"),
        ("what=covers&class=4B&pupil=Amara", r#"Covers(Pupil("Amara"))"#, "cover-sheets"),
        ("what=cards&class=4B&place=desk", r#"Cards(Class("4B", None), Desk)"#, "cards"),
        ("what=stickers&class=4B&layout=l7163&skip=3", r#"Stickers(Class("4B", None), "l7163", 3)"#, "stickers"),
        ("what=unnamed&count=12", "Unnamed(12)", "unnamed-cover-sheets"),
        ("what=control&end=on&discard=on&copies=2", "Control([End, Discard], 2)", "control-sheets"),
        ("what=self-test&one-sided=on", "SelfTest, sides: Front", "self-test-sheet"),
        (
            "what=start&class=4B&subject=Maths&title=Fractions&date=2026-11-21",
            r#"Start { class: "4B", subject: "Maths", title: "Fractions", date: Some(2026-11-21) }"#,
            "start-sheet",
        ),
    ] {
        let answer = stage.post("/sheets", fields).await;
        assert_eq!(answer.status(), StatusCode::OK, "{fields}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/pdf", "{fields}");
        assert_eq!(answer.header(header::CONTENT_DISPOSITION), format!("attachment; filename=\"{name}.pdf\""));
        assert!(answer.text().contains(wanted), "{fields}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_told() {
    let stage = Stage::new();
    for fields in [
        "what=covers",
        "what=nonsense",
        "what=covers&class=4B&since=yesterday",
        "what=control&copies=2",
        "what=unnamed&count=many",
    ] {
        assert_eq!(stage.post("/sheets", fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
    }
    assert_eq!(stage.post("/sheets", "what=covers&pupil=Nobody").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn names_that_cannot_be_written_are_told_before_the_paper_is_used() {
    let stage = Stage::new();
    let first = stage.post("/sheets", "what=cards&class=5A&place=mat").await;
    assert_eq!(first.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
    assert!(first.text().contains("no font on this machine writes Khmer"), "{}", first.text());
    assert!(first.text().contains(r#"name="class" value="5A""#), "the form goes on with what was chosen");
    let second = stage.post("/sheets", "what=cards&class=5A&place=mat&anyway=yes").await;
    assert_eq!(second.header(header::CONTENT_TYPE), "application/pdf");
}

#[test]
fn the_covers_of_a_class_are_two_clicks_away() {
    let stage = Stage::with(School::sample());
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(scantrail_web::serve(listener, stage.desk.clone(), std::future::pending()));
    let mut browser = Browser::start();
    browser.open(&address);
    browser.eval_and_load("document.querySelector('.top nav a[href=\"/sheets\"]').click()");
    assert_eq!(browser.eval("location.pathname"), "/sheets");
    // The second click sends the form; its answer is a download, so it is asked for as the browser would.
    let sent = browser.eval(
        "(async () => { const button = [...document.querySelectorAll('.class-buttons button')]
             .find(b => b.textContent.startsWith('4B'));
           const answer = await fetch(button.form.action, { method: 'POST',
             body: new URLSearchParams(new FormData(button.form, button)) });
           return [answer.status, answer.headers.get('content-disposition'), await answer.text()]; })()",
    );
    assert_eq!(sent[0], 200, "{sent}");
    assert!(sent[1].as_str().unwrap().contains("cover-sheets.pdf"), "{sent}");
    assert!(sent[2].as_str().unwrap().contains(r#"Covers(Class("4B", None)), sides: Both"#), "{sent}");
    browser.no_complaints();
}
