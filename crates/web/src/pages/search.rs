//! Search: words that were read on pages, shown with the picture and the words around.
//!
//! What people search for is often a name, so it comes by form and never stands in an address.

use super::Shown;
use crate::desk::PreviewSize;
use crate::form::Fields;
use crate::layout::{self, Here};
use crate::parts;
use crate::server::App;
use crate::view::{SearchHit, SearchQuery, SearchResults, SnippetPart};
use axum::extract::State;
use maud::{Markup, html};
use std::sync::Arc;

pub(crate) async fn page(State(app): State<Arc<App>>) -> Shown {
    show(&app, SearchQuery::default()).await
}

pub(crate) async fn find(State(app): State<Arc<App>>, fields: Fields) -> Shown {
    let query = SearchQuery {
        words: fields.text("words").unwrap_or_default(),
        class: fields.text("class"),
        subject: fields.text("subject"),
        from: fields.date("from")?,
        to: fields.date("to")?,
    };
    show(&app, query).await
}

async fn show(app: &App, query: SearchQuery) -> Shown {
    let asked = query.clone();
    let (site, results) = app.ask(move |desk| Ok((desk.site()?, desk.search(&asked)?))).await?;
    Ok(layout::page("Search", Here::Search, Some(&site), &body(&query, &results, app.token.as_str())))
}

fn body(query: &SearchQuery, results: &SearchResults, token: &str) -> Markup {
    html! {
        h1 { "Search" }
        (form(query, results, token))
        @if !query.words.is_empty() {
            p.lead role="status" {
                @match results.total {
                    0 => "No page fits. Handwriting is often misread: try fewer or shorter words.",
                    total if results.more => { "More than " (total) " pages fit." }
                    total => (parts::count(total, "page fits", "pages fit")),
                }
            }
            ol.hits { @for hit in &results.hits { (found(hit)) } }
            @if (results.more || results.total > results.hits.len() as u64) && !results.hits.is_empty() {
                p.quiet { "The best " (results.hits.len()) " are shown. More words, a class or a date narrow it down." }
            }
        }
    }
}

fn form(query: &SearchQuery, results: &SearchResults, token: &str) -> Markup {
    html! {
        form.search method="post" action="/search" role="search" {
            input type="hidden" name="token" value=(token);
            div.row {
                label.words {
                    "Words on the page "
                    input type="search" name="words" value=(query.words) required maxlength="200" autocomplete="off"
                        autofocus[query.words.is_empty()];
                }
                button.main { "Search" }
            }
            div.row {
                label { "Class " (choice("class", &results.classes, query.class.as_deref())) }
                label { "Subject " (choice("subject", &results.subjects, query.subject.as_deref())) }
                label { "From " input type="date" name="from" value=[query.from]; }
                label { "To " input type="date" name="to" value=[query.to]; }
            }
        }
    }
}

fn choice(name: &str, values: &[String], chosen: Option<&str>) -> Markup {
    html! {
        select name=(name) {
            option value="" { "any" }
            @for value in values { option value=(value) selected[Some(value.as_str()) == chosen] { (value) } }
        }
    }
}

fn found(hit: &SearchHit) -> Markup {
    html! {
        li {
            (parts::picture(&hit.preview, PreviewSize::Small))
            div {
                h2 {
                    @match &hit.pupil {
                        Some(pupil) => (parts::pupil(pupil)),
                        None => "Nobody’s yet",
                    }
                }
                p.quiet { (hit.title) " · " (parts::date(hit.date)) }
                p.snippet {
                    @for part in &hit.snippet {
                        @match part {
                            SnippetPart::Around(words) => (words),
                            SnippetPart::Found(word) => mark { (word) },
                        }
                    }
                }
                @if let Some(how) = hit.how { p.quiet { "Found as " (how) "." } }
            }
        }
    }
}
