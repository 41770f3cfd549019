//! One hold: the page big, the reason in words, its neighbours in the stack, and whose it may be.
//!
//! The captures before and after are the best clue there is, so they stand in order with their pupils. Each button
//! files one page; there is no way to accept several doubts at once.

use super::id;
use super::review::{Done, banner};
use crate::desk::{DeskError, PreviewSize};
use crate::form::Fields;
use crate::layout::{self, Here};
use crate::parts;
use crate::problem::Problem;
use crate::server::App;
use crate::view::{DecisionId, HoldView, Neighbour, PupilFilter, PupilName};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use scantrail_core::ids::{PageId, PupilId};
use serde::Deserialize;
use std::sync::Arc;

/// Whom to choose from.
#[derive(Deserialize)]
pub(crate) struct Choice {
    from: Option<String>,
}

pub(crate) async fn page(
    State(app): State<Arc<App>>,
    Path(page): Path<String>,
    Query(done): Query<Done>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let page: PageId = id(&page)?;
    let done = done.decision()?;
    let whole_school = choice.from.as_deref() == Some("school");
    let found = app
        .ask(move |desk| {
            let mut hold = match desk.hold(page) {
                Err(DeskError::NotFound) => return Ok(None),
                hold => hold?,
            };
            if whole_school {
                hold.class = None;
                hold.pupils = desk.pupils(&PupilFilter::default())?.pupils.into_iter().map(|line| line.pupil).collect();
            }
            let done = done.map(|id| desk.decision(id)).transpose()?;
            Ok(Some((desk.site()?, hold, done)))
        })
        .await?;
    let Some((site, hold, done)) = found else {
        // Decided meanwhile, perhaps in another window: the page itself says what became of it.
        return Ok(Redirect::to(&format!("/page/{page}")).into_response());
    };
    let token = app.token.as_str();
    let body = html! {
        @if let Some(decision) = &done { (banner(decision, token)) }
        (body(&hold, token))
    };
    Ok(layout::page(&format!("Review {page}"), Here::Review, Some(&site), &body).into_response())
}

pub(crate) async fn assign(
    State(app): State<Arc<App>>,
    Path(page): Path<String>,
    fields: Fields,
) -> Result<Redirect, Problem> {
    let page: PageId = id(&page)?;
    let pupils: Vec<PupilId> = ["pupil", "with", "and"]
        .iter()
        .filter_map(|field| fields.get(field))
        .map(|text| text.parse().map_err(|_| Problem::unclear("Choose a pupil from the list.")))
        .collect::<Result<_, _>>()?;
    if pupils.is_empty() {
        return Err(Problem::unclear("Choose a pupil first."));
    }
    let reason = fields.text("reason");
    let decided = app
        .ask(move |desk| {
            let next = desk.hold(page)?.next;
            Ok((desk.assign(page, &pupils, reason.as_deref())?, next))
        })
        .await?;
    Ok(onward(decided))
}

pub(crate) async fn discard(
    State(app): State<Arc<App>>,
    Path(page): Path<String>,
    fields: Fields,
) -> Result<Redirect, Problem> {
    let page: PageId = id(&page)?;
    let reason = fields.text("reason").ok_or_else(|| Problem::unclear("Discarding needs a reason."))?;
    let decided = app
        .ask(move |desk| {
            let next = desk.hold(page)?.next;
            Ok((desk.discard(page, &reason)?, next))
        })
        .await?;
    Ok(onward(decided))
}

/// To the next hold, or to the queue after the last.
fn onward((decision, next): (DecisionId, Option<PageId>)) -> Redirect {
    match next {
        Some(next) => Redirect::to(&format!("/review/{next}?done={decision}")),
        None => Redirect::to(&format!("/review?done={decision}")),
    }
}

fn body(hold: &HoldView, token: &str) -> Markup {
    let page = hold.preview.page;
    html! {
        div.desk {
            (parts::big_picture(&hold.preview))
            div.side {
                p.quiet {
                    (hold.place) " of " (hold.total) " · "
                    a href={ "/batch/" (hold.batch.0) } { (hold.batch.1) }
                }
                h1.reason { (hold.reason) }
                @if !hold.evidence.is_empty() {
                    details {
                        summary { "What was seen" }
                        ul { @for line in &hold.evidence { li { (line) } } }
                    }
                }
                h2 { "In the stack" }
                (stack(hold, token))
                h2 { "Whose is it?" }
                (suggestions(hold, token))
                (choose(hold, token))
                (not_work(page, token))
                (turns(hold))
            }
        }
    }
}

/// The captures in order. The nearest known pupil on either side can be chosen right there.
fn stack(hold: &HoldView, token: &str) -> Markup {
    let known = |neighbour: &Neighbour| neighbour.pupil.is_some();
    let (nearest_before, nearest_after) = (hold.before.iter().rposition(known), hold.after.iter().position(known));
    let choice = |pupil: &Option<PupilName>, offered: bool| {
        let pupil = pupil.as_ref().filter(|_| offered);
        let label = |pupil: &PupilName| html! { "Theirs too" span.unseen { ": " (pupil.spoken) } };
        pupil.map(|pupil| file_with(hold.preview.page, pupil, token, &label(pupil)))
    };
    html! {
        ol.stack-film {
            @for (i, neighbour) in hold.before.iter().enumerate() {
                li { (beside(neighbour)) (choice(&neighbour.pupil, nearest_before == Some(i)).unwrap_or_default()) }
            }
            li.this {
                (parts::image(hold.preview.page, PreviewSize::Small, ""))
                strong { "this page" }
            }
            @for (i, neighbour) in hold.after.iter().enumerate() {
                li { (beside(neighbour)) (choice(&neighbour.pupil, nearest_after == Some(i)).unwrap_or_default()) }
            }
        }
    }
}

fn beside(neighbour: &Neighbour) -> Markup {
    html! {
        (parts::picture(&neighbour.preview, PreviewSize::Small))
        @match &neighbour.pupil {
            Some(pupil) => strong { (pupil.spoken) },
            None => span.quiet { "not known" },
        }
    }
}

fn suggestions(hold: &HoldView, token: &str) -> Markup {
    html! {
        ul.suggestions {
            @for suggestion in &hold.suggestions {
                li {
                    (file_with(hold.preview.page, &suggestion.pupil, token, &html! {
                        strong { span.unseen { "File with " } (suggestion.pupil.spoken) }
                        span.quiet { (suggestion.why) }
                    }))
                }
            }
        }
    }
}

/// One button that files the page with one pupil.
fn file_with(held: PageId, pupil: &PupilName, token: &str, label: &Markup) -> Markup {
    html! {
        form method="post" action={ "/review/" (held) "/assign" } {
            input type="hidden" name="token" value=(token);
            button.suggestion name="pupil" value=(pupil.id) { (label) }
        }
    }
}

fn choose(hold: &HoldView, token: &str) -> Markup {
    let page = hold.preview.page;
    html! {
        form.stack method="post" action={ "/review/" (page) "/assign" } {
            input type="hidden" name="token" value=(token);
            label for="pupil" {
                @match &hold.class {
                    Some(class) => { "Someone of " (class) },
                    None => "Someone of the school",
                }
            }
            (picker(&hold.pupils))
            details {
                summary { "Together with others" }
                (partner("with", &hold.pupils))
                (partner("and", &hold.pupils))
                p.quiet { "A group’s work lies in the folder of each of them." }
            }
            label for="reason" { "Why " span.quiet { "(if it helps later)" } }
            input #reason name="reason" maxlength="200" autocomplete="off";
            button.main { "File" }
            @if hold.class.is_some() {
                p.quiet { a href={ "/review/" (page) "?from=school" } { "Not in this class? Choose from the whole school" } }
            }
        }
    }
}

/// A plain list to choose a pupil from; the script turns it into a field to type two or three letters into.
pub(crate) fn picker<'p>(pupils: impl IntoIterator<Item = &'p PupilName>) -> Markup {
    html! {
        select #pupil name="pupil" required data-picker="Type two or three letters" {
            option value="" { "Choose …" }
            @for pupil in pupils {
                option value=(pupil.id) data-spoken=(pupil.spoken) {
                    (named(pupil)) " · " (pupil.id.short_code())
                }
            }
        }
    }
}

/// A pupil among namesakes: name, class, day and month of birth.
fn named(pupil: &PupilName) -> String {
    let parts = [Some(pupil.listed.as_str()), Some(pupil.class.as_str()), pupil.birthday.as_deref()];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// One more pupil of a group.
fn partner(field: &str, pupils: &[PupilName]) -> Markup {
    html! {
        select name=(field) aria-label="Together with" {
            option value="" { "Nobody else" }
            @for pupil in pupils { option value=(pupil.id) { (named(pupil)) } }
        }
    }
}

fn not_work(page: PageId, token: &str) -> Markup {
    html! {
        details {
            summary { "Not a pupil’s work" }
            form.stack method="post" action={ "/review/" (page) "/discard" } {
                input type="hidden" name="token" value=(token);
                label for="why" { "What is it?" }
                input #why name="reason" required maxlength="200" list="reasons" autocomplete="off";
                datalist #reasons {
                    option value="A sheet of the teacher’s" {}
                    option value="Captured twice" {}
                    option value="An empty sheet" {}
                    option value="A torn piece of paper" {}
                }
                button { "Discard" }
                p.quiet { "It leaves the queue, not the disk: it can be brought back." }
            }
        }
    }
}

fn turns(hold: &HoldView) -> Markup {
    html! {
        p.turns {
            @if let Some(page) = hold.previous { a.button rel="prev" href={ "/review/" (page) } { "← Before" } }
            @if let Some(page) = hold.next { a.button rel="next" href={ "/review/" (page) } { "Leave for later →" } }
        }
    }
}
