//! What a stranger's web page can make a teacher's browser send, and what becomes of it.

use crate::desk::MemoryDesk;
use crate::routes::Stage;
use crate::school::{EVANS, School};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use scantrail_web::{ServeError, serve};
use std::sync::Arc;

/// A decision that must not be taken, with the headers of a stranger.
async fn attempt(stage: &Stage, headers: &[(&str, &str)], token: &str) -> StatusCode {
    let (page, pupil) = (stage.held()[0], stage.desk.school().pupils[EVANS].id);
    let mut request = Request::post(format!("/review/{page}/assign"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    stage.ask(request.body(Body::from(format!("token={token}&pupil={pupil}"))).unwrap()).await.status()
}

#[tokio::test]
async fn a_form_from_elsewhere_changes_nothing() {
    let stage = Stage::new();
    let (held, token) = (stage.held(), stage.token().await);
    let host = ("host", "localhost:8080");
    let strangers: [&[(&str, &str)]; 6] = [
        &[host],
        &[host, ("origin", "http://evil.example")],
        &[host, ("origin", "null")],
        &[host, ("origin", "http://localhost:9999"), ("sec-fetch-site", "same-site")],
        &[host, ("origin", "null"), ("sec-fetch-site", "cross-site")],
        &[host, ("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")],
    ];
    for headers in strangers {
        assert_eq!(attempt(&stage, headers, &token).await, StatusCode::FORBIDDEN, "{headers:?}");
    }
    let ours = [host, ("origin", "null"), ("sec-fetch-site", "same-origin")];
    for wrong in ["", "0123456789abcdef0123456789abcdef", &token[1..]] {
        assert_eq!(attempt(&stage, &ours, wrong).await, StatusCode::FORBIDDEN, "{wrong}");
    }
    assert_eq!(stage.held(), held);
    assert_eq!(attempt(&stage, &ours, &token).await, StatusCode::SEE_OTHER, "our own form is let through");
}

#[tokio::test]
async fn every_form_wants_the_token() {
    let stage = Stage::new();
    let page = stage.held()[0];
    let addresses = [
        "/search".to_owned(),
        "/pupils".to_owned(),
        "/decision/1/undo".to_owned(),
        format!("/review/{page}/assign"),
        format!("/review/{page}/discard"),
        format!("/page/{page}/move"),
    ];
    for address in addresses {
        let request = Request::post(&address)
            .header("host", "localhost")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("words=a&reason=b"));
        assert_eq!(stage.ask(request.unwrap()).await.status(), StatusCode::FORBIDDEN, "{address}");
    }
}

#[tokio::test]
async fn only_our_own_names_are_answered() {
    let stage = Stage::new();
    for host in ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "192.168.0.7"] {
        let request = Request::get("/").header("host", host).body(Body::empty()).unwrap();
        let answer = stage.ask(request).await;
        assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!answer.text().contains("Thornbury"), "a stranger learns nothing");
    }
    let nameless = stage.ask(Request::get("/").body(Body::empty()).unwrap()).await;
    assert_eq!(nameless.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let stage = Stage::new();
    let page = stage.held()[0];
    let mut answers = vec![
        stage.get(&format!("/preview/{page}/small")).await,
        stage.get("/assets/app.js").await,
        stage.get("/now/part").await,
        stage.post("/search", "from=x").await,
        stage.ask(Request::get("/").body(Body::empty()).unwrap()).await,
        stage.ask(Request::post("/").header("host", "localhost").body(Body::empty()).unwrap()).await,
    ];
    for (_, address) in stage.addresses() {
        answers.push(stage.get(&address).await);
    }
    let wanted = [
        (
            "content-security-policy",
            "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for answer in answers {
        for (name, value) in wanted {
            let given: Vec<_> = answer.head.headers().get_all(name).iter().collect();
            assert_eq!(given, [value], "{} {name}", answer.status());
        }
    }
}

#[tokio::test]
async fn a_form_beyond_measure_is_refused() {
    let stage = Stage::new();
    let answer = stage.post("/search", &format!("words={}", "a".repeat(20_000))).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_network_is_not_served() {
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let desk = Arc::new(MemoryDesk::new(School::sample()));
    let refused = serve(listener, desk, std::future::ready(())).await;
    assert!(matches!(refused, Err(ServeError::NotLoopback { .. })), "{refused:?}");
}

#[tokio::test]
async fn the_site_closes_when_told() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let desk = Arc::new(MemoryDesk::new(School::sample()));
    let (close, closed) = tokio::sync::oneshot::channel::<()>();
    let open = tokio::spawn(serve(listener, desk, async move { closed.await.unwrap() }));
    close.send(()).unwrap();
    open.await.unwrap().unwrap();
}
