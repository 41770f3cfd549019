//! Review: the queue of pages that wait for a person, and what was decided last.

use super::{Shown, id};
use crate::desk::{DeskError, PreviewSize};
use crate::form::Fields;
use crate::layout::{self, Here};
use crate::parts;
use crate::problem::Problem;
use crate::server::App;
use crate::view::{Decision, DecisionId, DecisionStanding, HoldLine, Queue};
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

/// What has just been decided.
#[derive(Deserialize)]
pub(crate) struct Done {
    done: Option<String>,
}

impl Done {
    /// The decision, if the address names one.
    pub(crate) fn decision(&self) -> Result<Option<DecisionId>, Problem> {
        self.done.as_deref().map(id).transpose()
    }
}

pub(crate) async fn queue(State(app): State<Arc<App>>, Query(done): Query<Done>) -> Shown {
    let done = done.decision()?;
    let (site, queue, done) = app
        .ask(move |desk| {
            let done = done.map(|id| desk.decision(id)).transpose()?;
            Ok((desk.site()?, desk.review()?, done))
        })
        .await?;
    let token = app.token.as_str();
    let body = html! {
        @if let Some(decision) = &done { (banner(decision, token)) }
        (body(&queue, token))
    };
    Ok(layout::page("Review", Here::Review, Some(&site), &body))
}

pub(crate) async fn undo(
    State(app): State<Arc<App>>,
    Path(decision): Path<String>,
    _checked: Fields,
) -> Result<Redirect, Problem> {
    let decision: DecisionId = id(&decision)?;
    let address = app
        .ask(move |desk| {
            let page = desk.undo(decision)?;
            match desk.hold(page) {
                Ok(_) => Ok(format!("/review/{page}")),
                Err(DeskError::NotFound) => Ok(format!("/page/{page}")),
                Err(error) => Err(error),
            }
        })
        .await?;
    Ok(Redirect::to(&address))
}

/// What has just been decided, with the way back.
pub(crate) fn banner(decision: &Decision, token: &str) -> Markup {
    html! {
        div.banner role="status" {
            span { (decision.words) }
            (way_back(decision, token))
        }
    }
}

fn way_back(decision: &Decision, token: &str) -> Markup {
    html! {
        @match decision.standing {
            DecisionStanding::Past => span.quiet { "no longer stands" },
            DecisionStanding::Stands => form method="post" action={ "/decision/" (decision.id) "/undo" } {
                input type="hidden" name="token" value=(token);
                button.plain { "Undo" span.unseen { ": " (decision.words) } }
            },
        }
    }
}

fn body(queue: &Queue, token: &str) -> Markup {
    html! {
        header.title {
            h1 { "Review" }
            @if queue.total > 0 { span.chip.asking { (parts::count(queue.total, "page waits", "pages wait")) } }
        }
        @match queue.holds.first() {
            None => p.lead { "Nothing waits for a person." },
            Some(first) => p { a.button.main href={ "/review/" (first.preview.page) } { "Begin with the first" } },
        }
        ol.queue { @for hold in &queue.holds { (line(hold)) } }
        @if queue.total > queue.holds.len() as u64 {
            p.quiet { "The first " (queue.holds.len()) " are shown; the others follow as you decide." }
        }
        @if !queue.decisions.is_empty() {
            section {
                h2 { "Decided last" }
                ol.decisions {
                    @for decision in &queue.decisions {
                        li {
                            @if let Some(page) = decision.page { (parts::image(page, PreviewSize::Small, "")) }
                            span {
                                @match (decision.page, decision.batch) {
                                    (_, Some(batch)) => { a href={ "/batch/" (batch) } { (decision.words) } }
                                    (Some(page), None) => { a href={ "/page/" (page) } { (decision.words) } }
                                    (None, None) => { (decision.words) }
                                }
                                br;
                                span.quiet { (parts::moment(decision.at)) }
                            }
                            (way_back(decision, token))
                        }
                    }
                }
            }
        }
    }
}

fn line(hold: &HoldLine) -> Markup {
    html! {
        li {
            a.card href={ "/review/" (hold.preview.page) } {
                (parts::image(hold.preview.page, PreviewSize::Small, &hold.preview.caption))
                span {
                    strong { (hold.reason) }
                    span.quiet { (hold.batch) br; "waits since " (parts::moment(hold.since)) }
                }
            }
        }
    }
}
