//! The frame around every page: head, way around, place for the content.
//!
//! It must not know what stands inside. Titles go into the browser's history and must not hold a name.

use crate::view::Site;
use maud::{DOCTYPE, Markup, html};

/// Which part of the site a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Now,
    Batches,
    Pupils,
    Review,
    Search,
    Sheets,
    Elsewhere,
}

const WAYS: [(Here, &str, &str); 6] = [
    (Here::Now, "/", "Now"),
    (Here::Batches, "/batches", "Batches"),
    (Here::Pupils, "/pupils", "Pupils"),
    (Here::Review, "/review", "Review"),
    (Here::Search, "/search", "Search"),
    (Here::Sheets, "/sheets", "Sheets"),
];

/// A whole page. `site` is missing only where nothing may be asked for.
pub(crate) fn page(title: &str, here: Here, site: Option<&Site>, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Scantrail" }
                link rel="stylesheet" href="/assets/style.css";
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                script src="/assets/app.js" defer {}
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header.top {
                    a.brand href="/" {
                        img src="/assets/icon.svg" alt="" width="26" height="26";
                        span { "Scantrail" }
                    }
                    nav aria-label="Parts of the site" {
                        @for (part, address, name) in WAYS {
                            a href=(address) aria-current=[(part == here).then_some("page")] {
                                (name)
                                @if let (Here::Review, Some(site)) = (part, site) { (badge(site.held)) }
                            }
                        }
                    }
                    @if let Some(site) = site { span.school { (site.school) } }
                }
                main #content { (body) }
            }
        }
    }
}

fn badge(held: u64) -> Markup {
    html! {
        @if held > 0 {
            " " span.badge { (held) span.unseen { " waiting" } }
        }
    }
}
