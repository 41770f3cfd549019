//! Now: what is happening, what waits, what went wrong.
//!
//! The inner part is also served alone, so that the script can renew it in place.

use super::Shown;
use crate::desk::PreviewSize;
use crate::layout::{self, Here};
use crate::parts;
use crate::server::App;
use crate::view::{Backup, BatchLine, Disk, Event, Now, Site, StageLine};
use axum::extract::State;
use maud::{Markup, html};
use std::sync::Arc;

pub(crate) async fn page(State(app): State<Arc<App>>) -> Shown {
    let (site, now) = app.ask(|desk| Ok((desk.site()?, desk.now()?))).await?;
    let body = html! {
        noscript { meta http-equiv="refresh" content="20"; }
        h1.unseen { "What is happening now" }
        div.now data-renew="/now/part" aria-live="off" { (inner(&site, &now)) }
    };
    Ok(layout::page("Now", Here::Now, Some(&site), &body))
}

pub(crate) async fn part(State(app): State<Arc<App>>) -> Shown {
    let (site, now) = app.ask(|desk| Ok((desk.site()?, desk.now()?))).await?;
    Ok(inner(&site, &now))
}

fn inner(site: &Site, now: &Now) -> Markup {
    html! {
        @if let Some(problem) = &now.problem {
            section.problem-note role="alert" {
                p { strong { (problem.words) } " " span.quiet { (parts::moment(problem.at)) } }
                @if let Some(hint) = &problem.hint { p { (hint) } }
            }
        }
        @if site.held > 0 {
            p.call {
                a href="/review" {
                    strong { (parts::count(site.held, "page waits", "pages wait")) } " for you to say whose they are"
                }
            }
        }
        section {
            h2 { "At work" }
            @if now.open.is_empty() { p.quiet { "No batch is open. Put a stack into a scanner, or drop files." } }
            div.open { @for batch in &now.open { (open_batch(batch)) } }
        }
        @if !now.newest.is_empty() {
            section {
                h2 { "Just in" }
                div.film { @for preview in &now.newest { (parts::picture(preview, PreviewSize::Small)) } }
            }
        }
        div.columns {
            section {
                h2 { "What happened" }
                (events(&now.events))
            }
            section {
                h2 { "In line" }
                (waiting(&now.waiting))
                h2 { "Room" }
                (disk(now.disk))
                h2 { "Kept twice" }
                (backup(&now.backup))
            }
        }
    }
}

fn open_batch(batch: &BatchLine) -> Markup {
    html! {
        article.card.batch {
            div {
                header {
                    h3 { a href={ "/batch/" (batch.id) } { (batch.title) } }
                    (parts::chip(&batch.state))
                }
                p.quiet { (batch.source) " · since " (parts::clock(batch.began)) }
                p.figures {
                    (figure(batch.account.captured, "captured"))
                    (figure(batch.read, "read"))
                    (figure(batch.account.filed, "filed"))
                    (figure(batch.account.held, "waiting"))
                }
                (parts::sum(&batch.account))
            }
            (parts::peek(batch))
        }
    }
}

fn figure(n: u64, word: &str) -> Markup {
    html! { span.figure { strong { (n) } " " (word) } }
}

fn events(events: &[Event]) -> Markup {
    html! {
        @if events.is_empty() { p.quiet { "Nothing yet." } }
        ol.events {
            @for event in events {
                li {
                    (parts::clock(event.at)) " "
                    @match (event.page, event.batch) {
                        (Some(page), _) => a href={ "/page/" (page) } { (event.words) },
                        (None, Some(batch)) => a href={ "/batch/" (batch) } { (event.words) },
                        (None, None) => span { (event.words) },
                    }
                }
            }
        }
    }
}

fn waiting(stages: &[StageLine]) -> Markup {
    html! {
        @if stages.iter().all(|stage| stage.pages == 0) { p.quiet { "No page waits for the machine." } }
        @else {
            dl.stages {
                @for stage in stages { div { dt { (stage.words) } dd { (stage.pages) } } }
            }
        }
    }
}

fn backup(backup: &Backup) -> Markup {
    html! {
        p { "Last good backup: " (parts::chip(&backup.last)) }
        p { "Restore last tried: " (parts::chip(&backup.tried)) }
        @if let Some(trouble) = &backup.trouble { p.quiet { "The last attempt: " (trouble) } }
    }
}

fn disk(disk: Disk) -> Markup {
    // In thousandths: a drawing cannot be billions of units wide.
    let used = u128::from(disk.total.saturating_sub(disk.free)) * 1000 / u128::from(disk.total.max(1));
    html! {
        p { strong { (gigabytes(disk.free)) } " free of " (gigabytes(disk.total)) }
        (parts::bar(&[("used", used as u64)], 1000))
    }
}

/// Decimal gigabytes, as disks are sold; one place below ten.
fn gigabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000_000;
    if tenths < 100 { format!("{}.{} GB", tenths / 10, tenths % 10) } else { format!("{} GB", tenths / 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_told_as_disks_are_sold() {
        assert_eq!(gigabytes(0), "0.0 GB");
        assert_eq!(gigabytes(9_950_000_000), "9.9 GB");
        assert_eq!(gigabytes(512_110_190_592), "512 GB");
    }
}
