//! One batch: a strip of its runs, as one would leaf through the stack.

use super::review::{Done, banner};
use super::{Shown, id};
use crate::desk::PreviewSize;
use crate::form::Fields;
use crate::layout::{self, Here};
use crate::parts;
use crate::problem::Problem;
use crate::server::App;
use crate::view::{BatchView, BatchWord, Cutting, Expected, Offer, PagePreview, Run};
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use maud::{Markup, html};
use scantrail_core::ids::BatchId;
use std::str::FromStr;
use std::sync::Arc;

pub(crate) async fn page(State(app): State<Arc<App>>, Path(batch): Path<String>, Query(done): Query<Done>) -> Shown {
    let batch: BatchId = id(&batch)?;
    let done = done.decision()?;
    let (site, view, done) = app
        .ask(move |desk| {
            let done = done.map(|id| desk.decision(id)).transpose()?;
            Ok((desk.site()?, desk.batch(batch)?, done))
        })
        .await?;
    let token = app.token.as_str();
    let body = html! {
        @if let Some(decision) = &done { (banner(decision, token)) }
        (body(&view, token))
    };
    Ok(layout::page(&format!("Batch {batch}"), Here::Batches, Some(&site), &body))
}

pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    Path(batch): Path<String>,
    fields: Fields,
) -> Result<Redirect, Problem> {
    let batch: BatchId = id(&batch)?;
    let word = fields.get("say").and_then(read_word).ok_or_else(|| Problem::unclear("Choose what to do first."))?;
    let decision = app.ask(move |desk| desk.decide(batch, word)).await?;
    Ok(Redirect::to(&format!("/batch/{batch}?done={decision}")))
}

/// A word as a button carries it.
fn write_word(word: BatchWord) -> String {
    match word {
        BatchWord::ConfirmAll => "confirm-all".to_owned(),
        BatchWord::Confirm(run) => format!("confirm:{run}"),
        BatchWord::Shift => "shift".to_owned(),
        BatchWord::Split(page) => format!("split:{page}"),
        BatchWord::Join(run) => format!("join:{run}"),
        BatchWord::Absent(pupil) => format!("absent:{pupil}"),
    }
}

fn read_word(text: &str) -> Option<BatchWord> {
    fn about<T: FromStr>(text: &str) -> Option<T> {
        text.parse().ok()
    }
    Some(match text.split_once(':') {
        None if text == "confirm-all" => BatchWord::ConfirmAll,
        None if text == "shift" => BatchWord::Shift,
        Some(("confirm", run)) => BatchWord::Confirm(about(run)?),
        Some(("split", page)) => BatchWord::Split(about(page)?),
        Some(("join", run)) => BatchWord::Join(about(run)?),
        Some(("absent", pupil)) => BatchWord::Absent(about(pupil)?),
        _ => return None,
    })
}

/// One button that says one thing about the batch.
fn say(batch: BatchId, word: BatchWord, label: &Markup, token: &str) -> Markup {
    html! {
        form.say method="post" action={ "/batch/" (batch) "/decide" } {
            input type="hidden" name="token" value=(token);
            button name="say" value=(write_word(word)) { (label) }
        }
    }
}

fn offers(batch: BatchId, offers: &[Offer], token: &str) -> Markup {
    html! {
        @if !offers.is_empty() {
            ul.offers {
                @for offer in offers {
                    li {
                        (say(batch, offer.say, &html! { (offer.label) }, token))
                        span.quiet { (offer.why) }
                    }
                }
            }
        }
    }
}

fn body(view: &BatchView, token: &str) -> Markup {
    let line = &view.line;
    html! {
        header.title {
            h1 { (line.title) }
            (parts::chip(&line.state))
        }
        p.quiet { (parts::moment(line.began)) " · " (line.source) " · batch " code { (line.id) } }
        (parts::sum(&line.account))
        @if let Some(expected) = &view.expected { (attendance(line.id, expected, token)) }
        (parts::alarms(&view.alarms))
        (offers(line.id, &view.offers, token))
        h2 { (parts::count(view.runs.len() as u64, "run", "runs")) " in the order of the stack" }
        ol.runs { @for (i, run) in view.runs.iter().enumerate() { (strip(line.id, i + 1, run, token)) } }
    }
}

fn attendance(batch: BatchId, expected: &Expected, token: &str) -> Markup {
    let here = expected.pupils.saturating_sub((expected.missing.len() + expected.absent.len()) as u64);
    html! {
        p.attendance {
            strong { (here) " of " (expected.pupils) } " pupils of the class are in this batch"
            @if !expected.absent.is_empty() { ", " (expected.absent.len()) " ticked as absent" }
            "."
        }
        @if !expected.missing.is_empty() {
            ul.missing {
                @for pupil in &expected.missing {
                    li {
                        "Missing: " (parts::pupil(pupil)) " "
                        (say(batch, BatchWord::Absent(pupil.id), &html! {
                            "Absent" span.unseen { ": " (pupil.spoken) }
                        }, token))
                    }
                }
            }
        }
    }
}

/// All pages of a run, with the places where another may begin.
fn film(batch: BatchId, run: &Run, token: &str) -> Markup {
    let cut = |at: usize, page: &PagePreview| {
        let place = html! { "Another pupil begins here" };
        (run.cutting == Cutting::Possible && at > 0).then(|| say(batch, BatchWord::Split(page.page), &place, token))
    };
    html! {
        div.film {
            @for (at, preview) in run.pages.iter().enumerate() {
                div { (parts::picture(preview, PreviewSize::Small)) (cut(at, preview).unwrap_or_default()) }
            }
        }
    }
}

fn strip(batch: BatchId, place: usize, run: &Run, token: &str) -> Markup {
    let pages = run.pages.len() as u64;
    html! {
        li.run.(parts::tone(run.outcome.tone)) {
            header {
                span.place { (place) }
                h3 {
                    @match &run.pupil {
                        Some(pupil) => (parts::pupil(pupil)),
                        None => "Nobody’s yet",
                    }
                }
                (parts::chip(&run.outcome))
            }
            div.trio {
                @if let Some(cover) = &run.cover { (parts::picture(cover, PreviewSize::Small)) }
                @if let Some(first) = run.pages.first() { (parts::picture(first, PreviewSize::Small)) }
                @if run.pages.len() > 2 { span.gap aria-hidden="true" { "+" (pages - 2) } }
                @if let [_, .., last] = run.pages.as_slice() { (parts::picture(last, PreviewSize::Small)) }
            }
            p {
                strong { (parts::count(pages, "page", "pages")) }
                span.quiet { " · opened by " (run.opening) }
            }
            (parts::alarms(&run.alarms))
            (offers(batch, &run.offers, token))
            @if let Some(held) = run.held { p { a.button href={ "/review/" (held) } { "Say whose it is" } } }
            @if run.pages.len() > 1 {
                details {
                    summary { "All " (pages) " pages" }
                    (film(batch, run, token))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantrail_core::ids::{PageId, PupilId};

    #[test]
    fn a_button_carries_what_it_says() {
        let words = [
            BatchWord::ConfirmAll,
            BatchWord::Confirm(3),
            BatchWord::Shift,
            BatchWord::Split(PageId::from_random(7)),
            BatchWord::Join(1),
            BatchWord::Absent(PupilId::from_random(9)),
        ];
        for word in words {
            assert_eq!(read_word(&write_word(word)), Some(word));
        }
        for nothing in ["", "shift:1", "confirm:", "split:x", "delete:1"] {
            assert_eq!(read_word(nothing), None, "{nothing}");
        }
    }
}
