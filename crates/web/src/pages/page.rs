//! One page: the picture as large as it goes, where it is, and how it came here.

use super::{Shown, id};
use crate::form::Fields;
use crate::layout::{self, Here};
use crate::parts;
use crate::problem::Problem;
use crate::server::App;
use crate::view::{DownloadKind, PageShare, PageStanding, PageView, PupilFilter, PupilList, Step};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use scantrail_core::ids::{PageId, PupilId};
use std::sync::Arc;

pub(crate) async fn page(State(app): State<Arc<App>>, Path(page): Path<String>) -> Shown {
    let page: PageId = id(&page)?;
    let (site, view, pupils) = app
        .ask(move |desk| {
            let view = desk.page(page)?;
            let movable = view.standing == PageStanding::Filed;
            let pupils = movable.then(|| desk.pupils(&PupilFilter::default())).transpose()?;
            Ok((desk.site()?, view, pupils))
        })
        .await?;
    let body = body(&view, pupils.as_ref(), app.token.as_str());
    Ok(layout::page(&format!("Page {page}"), Here::Elsewhere, Some(&site), &body))
}

/// A JPEG; the address is the same for all sizes but its last word.
pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    Path((page, size)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (page, size) = (id(&page)?, id(&size)?);
    let bytes = app.ask(move |desk| desk.preview(page, size)).await?;
    Ok(([(CONTENT_TYPE, "image/jpeg")], bytes).into_response())
}

/// The searchable copy as a file; its name is the page's id, as in the trail's folder.
pub(crate) async fn searchable(State(app): State<Arc<App>>, Path(page): Path<String>) -> Result<Response, Problem> {
    let page: PageId = id(&page)?;
    let download = app.ask(move |desk| desk.searchable(page)).await?;
    let (mime, ending) = match download.kind {
        DownloadKind::Pdf => ("application/pdf", "pdf"),
        DownloadKind::Jpeg => ("image/jpeg", "jpg"),
    };
    let disposition = format!("attachment; filename=\"{page}.{ending}\"");
    Ok(([(CONTENT_TYPE, mime.to_owned()), (CONTENT_DISPOSITION, disposition)], download.bytes).into_response())
}

pub(crate) async fn move_to(
    State(app): State<Arc<App>>,
    Path(page): Path<String>,
    fields: Fields,
) -> Result<Redirect, Problem> {
    let page: PageId = id(&page)?;
    let pupil: PupilId =
        fields.get("pupil").and_then(|p| p.parse().ok()).ok_or_else(|| Problem::unclear("Choose a pupil first."))?;
    let reason = fields.text("reason").ok_or_else(|| Problem::unclear("A move needs a reason."))?;
    app.ask(move |desk| desk.assign(page, &[pupil], Some(&reason))).await?;
    Ok(Redirect::to(&format!("/page/{page}")))
}

fn body(view: &PageView, pupils: Option<&PupilList>, token: &str) -> Markup {
    let preview = &view.preview;
    html! {
        div.desk {
            (parts::big_picture(&view.preview))
            div.side {
                (heading(view))
                @if view.standing == PageStanding::Held {
                    p { a.button.main href={ "/review/" (preview.page) } { "Say whose it is" } }
                }
                @if let Some(share) = &view.piece { (neighbours(share)) }
                @if let Some(kind) = view.searchable { p { (download(preview.page, kind)) } }
                h2 { "How it came here" }
                (way(&view.steps))
                @if !view.text.is_empty() {
                    details { summary { "What was read" } p.text { (view.text) } }
                }
                @if !view.facts.is_empty() {
                    details {
                        summary { "Original and measurements" }
                        dl.facts { @for (label, value) in &view.facts { div { dt { (label) } dd { (value) } } } }
                    }
                }
                @if let Some(list) = pupils { (move_form(view, list, token)) }
            }
        }
    }
}

fn heading(view: &PageView) -> Markup {
    html! {
        header.title {
            h1 {
                @if view.pupils.is_empty() { "Nobody’s yet" }
                @for (i, pupil) in view.pupils.iter().enumerate() {
                    @if i > 0 { ", " }
                    (parts::pupil(pupil))
                }
            }
            (parts::chip(&view.state))
        }
        @if let Some(share) = &view.piece {
            p.lead { (parts::piece_title(&share.title, &share.subject)) ", " (parts::date(share.date)) }
        }
        p.quiet {
            (view.preview.caption) " · page " code { (view.preview.page) }
            @if let Some((batch, title)) = &view.batch { " · came in with " a href={ "/batch/" (batch) } { (title) } }
        }
        (parts::alarms(&view.preview.notes))
    }
}

fn neighbours(share: &PageShare) -> Markup {
    html! {
        p.turns {
            @if let Some(page) = share.previous { a.button rel="prev" href={ "/page/" (page) } { "← Page before" } }
            @if let Some(page) = share.next { a.button rel="next" href={ "/page/" (page) } { "Page after →" } }
        }
    }
}

fn download(page: PageId, kind: DownloadKind) -> Markup {
    html! {
        a.button href={ "/page/" (page) "/searchable" } download {
            @match kind {
                DownloadKind::Pdf => "Searchable copy (PDF)",
                DownloadKind::Jpeg => "Copy to keep (JPEG)",
            }
        }
    }
}

fn way(steps: &[Step]) -> Markup {
    html! {
        ol.way {
            @for step in steps {
                li {
                    span.quiet { (parts::moment(step.at)) }
                    span { (step.words) }
                    @if let Some(evidence) = &step.evidence { span.quiet { (evidence) } }
                }
            }
        }
    }
}

fn move_form(view: &PageView, list: &PupilList, token: &str) -> Markup {
    html! {
        details.move {
            summary { "Wrong pupil? Move this page" }
            form.stack method="post" action={ "/page/" (view.preview.page) "/move" } {
                input type="hidden" name="token" value=(token);
                label for="pupil" { "To" }
                (super::hold::picker(list.pupils.iter().map(|line| &line.pupil)))
                label for="reason" { "Reason" }
                input #reason name="reason" required maxlength="200" autocomplete="off";
                button.main { "Move" }
            }
        }
    }
}
