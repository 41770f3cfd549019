//! Who may ask, and what a browser may do with the answer.
//!
//! The site listens on loopback only, yet every web page a teacher visits could make their browser talk to it. So the
//! `Host` must be a loopback name (a rebound DNS name is not), whatever changes something must come from our own
//! pages (`Sec-Fetch-Site`, or `Origin` in browsers without it) and carry the token of this process, and every answer
//! forbids framing, foreign loading, storing and anything inline.
//!
//! Sources: Fetch Metadata Request Headers (W3C), RFC 6454, Content Security Policy Level 3.
//!
//! This module must not know what the pages show.

use crate::problem::Problem;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

/// Sent with every answer. `connect-src` lets the page of the present ask for its own new state.
pub(crate) const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Lets a request through, or answers it with the reason why not; puts the headers on every answer.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let mut response = match check(request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, value);
    }
    response
}

fn check(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let host = single(headers, &HOST).filter(|host| names_loopback(host)).ok_or_else(Problem::misdirected)?;
    if matches!(*method, Method::GET | Method::HEAD) || comes_from_us(headers, host) {
        Ok(())
    } else {
        Err(Problem::forbidden("This did not come from a page of this site, so nothing was changed."))
    }
}

/// The value of a header that is there exactly once.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// `localhost`, or an address of the loopback interface, with or without a port.
fn names_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether the browser says that one of our own pages sent this.
///
/// `Referrer-Policy: no-referrer` makes browsers send `Origin: null` with our own forms too (Fetch, "append a request
/// Origin header"), so a null origin counts only beside `Sec-Fetch-Site: same-origin`.
fn comes_from_us(headers: &HeaderMap, host: &str) -> bool {
    let origin = single(headers, &ORIGIN);
    let ours = origin.and_then(|origin| origin.strip_prefix("http://")).is_some_and(|o| o.eq_ignore_ascii_case(host));
    match single(headers, &HeaderName::from_static("sec-fetch-site")) {
        Some("same-origin") => ours || matches!(origin, None | Some("null")),
        Some(_) => false,
        None => ours && !headers.contains_key("sec-fetch-site"),
    }
}

/// 128 unpredictable bits that our forms carry and no other site can read. New with every start.
pub(crate) struct Token(String);

impl Token {
    /// Makes one from the system's randomness.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits)?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(bits))))
    }

    /// As it stands in a form.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares without telling by its duration where the first difference lies.
    pub(crate) fn matches(&self, given: &str) -> bool {
        given.len() == self.0.len() && given.bytes().zip(self.0.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_ours() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:80", "127.8.9.1:5", "[::1]", "[::1]:8080"] {
            assert!(names_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "192.168.1.4",
            "0.0.0.0",
            "localhost:",
            "localhost:80:80",
            "user@localhost",
        ] {
            assert!(!names_loopback(host), "{host}");
        }
    }

    #[test]
    fn a_change_must_come_from_our_own_page() {
        let cases = [
            (Some("same-origin"), Some("null"), true),
            (Some("same-origin"), Some("http://localhost:80"), true),
            (Some("same-origin"), None, true),
            (Some("same-origin"), Some("http://evil.example"), false),
            (Some("same-site"), Some("http://localhost:80"), false),
            (Some("cross-site"), Some("null"), false),
            (Some("none"), None, false),
            (None, Some("http://localhost:80"), true),
            (None, Some("http://localhost:81"), false),
            (None, Some("https://localhost:80"), false),
            (None, Some("null"), false),
            (None, None, false),
        ];
        for (site, origin, passes) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("localhost:80"));
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            if let Some(origin) = origin {
                headers.insert(ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(check(&Method::POST, &headers).is_ok(), passes, "{site:?} {origin:?}");
            assert!(check(&Method::GET, &headers).is_ok());
        }
    }

    #[test]
    fn a_header_given_twice_says_nothing() {
        let mut headers = HeaderMap::new();
        headers.append(HOST, HeaderValue::from_static("localhost"));
        headers.append(HOST, HeaderValue::from_static("evil.example"));
        assert!(check(&Method::GET, &headers).is_err());
    }

    #[test]
    fn tokens_differ_and_match_themselves_only() {
        let (one, two) = (Token::new().unwrap(), Token::new().unwrap());
        assert!(one.matches(one.as_str()));
        assert!(!one.matches(two.as_str()));
        assert!(!one.matches(""));
        assert!(!one.matches(&one.as_str()[1..]));
    }
}
