//! Batches: what came in, newest first, each with its sum.

use super::{Shown, id};
use crate::layout::{self, Here};
use crate::parts;
use crate::server::App;
use crate::view::{BatchLine, BatchList};
use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

/// Where in the list to go on.
#[derive(Deserialize)]
pub(crate) struct From {
    before: Option<String>,
}

pub(crate) async fn list(State(app): State<Arc<App>>, Query(from): Query<From>) -> Shown {
    let before = from.before.as_deref().map(id).transpose()?;
    let (site, list) = app.ask(move |desk| Ok((desk.site()?, desk.batches(before)?))).await?;
    Ok(layout::page("Batches", Here::Batches, Some(&site), &body(&list)))
}

fn body(list: &BatchList) -> Markup {
    html! {
        h1 { "Batches" }
        @if list.batches.is_empty() { p.quiet { "Nothing has come in yet." } }
        @for batch in &list.batches { (line(batch)) }
        @if let Some(older) = list.older {
            p { a.button href={ "/batches?before=" (older) } { "Older batches" } }
        }
    }
}

fn line(batch: &BatchLine) -> Markup {
    html! {
        article.card.batch {
            div {
                header {
                    h2 { a href={ "/batch/" (batch.id) } { (batch.title) } }
                    (parts::chip(&batch.state))
                }
                p.quiet { (parts::moment(batch.began)) " · " (batch.source) }
                (parts::sum(&batch.account))
            }
            (parts::peek(batch))
        }
    }
}
