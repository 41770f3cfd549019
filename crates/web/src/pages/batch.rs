//! One batch: a strip of its runs, as one would leaf through the stack.

use super::{Shown, id};
use crate::desk::PreviewSize;
use crate::layout::{self, Here};
use crate::parts;
use crate::server::App;
use crate::view::{BatchView, Expected, Run};
use axum::extract::{Path, State};
use maud::{Markup, html};
use scantrail_core::ids::BatchId;
use std::sync::Arc;

pub(crate) async fn page(State(app): State<Arc<App>>, Path(batch): Path<String>) -> Shown {
    let batch: BatchId = id(&batch)?;
    let (site, view) = app.ask(move |desk| Ok((desk.site()?, desk.batch(batch)?))).await?;
    Ok(layout::page(&format!("Batch {batch}"), Here::Batches, Some(&site), &body(&view)))
}

fn body(view: &BatchView) -> Markup {
    let line = &view.line;
    html! {
        header.title {
            h1 { (line.title) }
            (parts::chip(&line.state))
        }
        p.quiet { (parts::moment(line.began)) " · " (line.source) " · batch " code { (line.id) } }
        (parts::sum(&line.account))
        @if let Some(expected) = &view.expected { (attendance(expected)) }
        (parts::alarms(&view.alarms))
        h2 { (parts::count(view.runs.len() as u64, "run", "runs")) " in the order of the stack" }
        ol.runs { @for (i, run) in view.runs.iter().enumerate() { (strip(i + 1, run)) } }
    }
}

fn attendance(expected: &Expected) -> Markup {
    let here = expected.pupils.saturating_sub(expected.missing.len() as u64);
    html! {
        p.attendance {
            strong { (here) " of " (expected.pupils) } " pupils of the class are in this batch"
            @if expected.missing.is_empty() { "." }
            @else {
                "; missing: "
                @for (i, pupil) in expected.missing.iter().enumerate() {
                    @if i > 0 { ", " }
                    (parts::pupil(pupil))
                }
                "."
            }
        }
    }
}

fn strip(place: usize, run: &Run) -> Markup {
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
            @if let Some(held) = run.held { p { a.button href={ "/review/" (held) } { "Say whose it is" } } }
            @if run.pages.len() > 2 {
                details {
                    summary { "All " (pages) " pages" }
                    div.film { @for preview in &run.pages { (parts::picture(preview, PreviewSize::Small)) } }
                }
            }
        }
    }
}
