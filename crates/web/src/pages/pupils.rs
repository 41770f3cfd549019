//! Pupils: by class, found by name, each with the latest work.
//!
//! The class may stand in an address; a name may not, so it comes by form.

use super::Shown;
use crate::desk::PreviewSize;
use crate::form::Fields;
use crate::layout::{self, Here};
use crate::parts;
use crate::server::App;
use crate::view::{PupilFilter, PupilLine, PupilList};
use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

/// Which class.
#[derive(Deserialize)]
pub(crate) struct Class {
    class: Option<String>,
}

pub(crate) async fn list(State(app): State<Arc<App>>, Query(Class { class }): Query<Class>) -> Shown {
    show(&app, PupilFilter { class: class.filter(|class| !class.is_empty()), name: None }).await
}

pub(crate) async fn filter(State(app): State<Arc<App>>, fields: Fields) -> Shown {
    show(&app, PupilFilter { class: fields.text("class"), name: fields.text("name") }).await
}

async fn show(app: &App, filter: PupilFilter) -> Shown {
    let asked = filter.clone();
    let (site, list) = app.ask(move |desk| Ok((desk.site()?, desk.pupils(&asked)?))).await?;
    Ok(layout::page("Pupils", Here::Pupils, Some(&site), &body(&list, &filter, app.token.as_str())))
}

fn body(list: &PupilList, filter: &PupilFilter, token: &str) -> Markup {
    let name = filter.name.as_deref().unwrap_or_default();
    html! {
        h1 { "Pupils" }
        nav.classes aria-label="Classes" {
            a href="/pupils" aria-current=[filter.class.is_none().then_some("true")] { "All" }
            @for class in &list.classes {
                a href={ "/pupils?class=" (percent(class)) }
                    aria-current=[(filter.class.as_ref() == Some(class)).then_some("true")] { (class) }
            }
        }
        form.row method="post" action="/pupils" role="search" {
            input type="hidden" name="token" value=(token);
            @if let Some(class) = &filter.class { input type="hidden" name="class" value=(class); }
            label { "Name " input type="search" name="name" value=(name) maxlength="80" autocomplete="off"; }
            button { "Find" }
        }
        @if list.pupils.is_empty() { p.quiet { "No pupil fits." } }
        ul.pupils { @for line in &list.pupils { (card(line)) } }
    }
}

fn card(line: &PupilLine) -> Markup {
    html! {
        li {
            a.card href={ "/trail/" (line.pupil.id) } {
                @match line.latest {
                    Some(page) => (parts::image(page, PreviewSize::Small, "")),
                    None => span.sheet.none aria-hidden="true" {},
                }
                span.name { (line.pupil.listed) }
                span.quiet {
                    (line.pupil.class) " · "
                    @if line.pages == 0 { "nothing yet" }
                    @else { (parts::count(line.pieces, "piece", "pieces")) }
                    @if let Some(date) = line.latest_date { br; (parts::short_date(date)) }
                }
            }
        }
    }
}

/// A text as part of an address (RFC 3986, section 2.3: only unreserved characters stay).
fn percent(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_class_names_stay_one_value() {
        assert_eq!(percent("4B"), "4B");
        assert_eq!(percent("Y4 & Ämsel"), "Y4%20%26%20%C3%84msel");
    }
}
