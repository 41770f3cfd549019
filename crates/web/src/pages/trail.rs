//! A pupil's trail: every piece in order of date, to look at rather than to read; also on paper.

use super::{Shown, id};
use crate::desk::PreviewSize;
use crate::layout::{self, Here};
use crate::parts;
use crate::server::App;
use crate::view::{PieceView, Trail};
use axum::extract::{Path, State};
use maud::{Markup, html};
use scantrail_core::ids::PupilId;
use scantrail_core::school_year::SchoolYear;
use std::sync::Arc;

pub(crate) async fn page(State(app): State<Arc<App>>, Path(pupil): Path<String>) -> Shown {
    let pupil: PupilId = id(&pupil)?;
    let (site, mut trail) = app.ask(move |desk| Ok((desk.site()?, desk.trail(pupil)?))).await?;
    trail.pieces.sort_by_key(|piece| piece.date);
    Ok(layout::page(&format!("Trail {pupil}"), Here::Pupils, Some(&site), &body(&trail)))
}

/// `trail.pieces` are in order of date.
fn body(trail: &Trail) -> Markup {
    let pages: usize = trail.pieces.iter().map(|piece| piece.pages.len() + piece.blank.len()).sum();
    let years: Vec<&[PieceView]> = trail.pieces.chunk_by(|a, b| year(a) == year(b)).collect();
    let several = years.len() > 1;
    html! {
        header.title {
            h1 { (trail.pupil.spoken) }
            @if !trail.pupil.class.is_empty() { span.chip.settled { (trail.pupil.class) } }
        }
        p.quiet {
            (parts::count(trail.pieces.len() as u64, "piece", "pieces")) ", " (parts::count(pages as u64, "page", "pages"))
            " · code " code { (trail.pupil.id.short_code()) }
        }
        @if trail.pieces.is_empty() { p { "Nothing is filed here yet." } }
        @else { p { a.button href={ "/trail/" (trail.pupil.id) "/pdf" } download { "All of it as one PDF" } } }
        @for sentence in &trail.moved_away { p.quiet { (sentence) } }
        @if several {
            nav.classes aria-label="School years" {
                @for pieces in &years { a href={ "#" (year(&pieces[0])) } { (year(&pieces[0])) } }
            }
        }
        @for pieces in years {
            section #(year(&pieces[0])) {
                h2.year { (year(&pieces[0])) }
                @if several {
                    p {
                        a.button href={ "/trail/" (trail.pupil.id) "/" (year(&pieces[0])) "/pdf" } download {
                            "This year as one PDF"
                        }
                    }
                }
                div.gallery { @for piece in pieces { (shown(piece)) } }
            }
        }
    }
}

fn year(piece: &PieceView) -> SchoolYear {
    SchoolYear::of(piece.date)
}

fn shown(piece: &PieceView) -> Markup {
    html! {
        article.piece id={ "p" (piece.id) } {
            header {
                h3 { (parts::piece_title(&piece.title, &piece.subject)) }
                p.quiet {
                    (parts::date(piece.date))
                    @if !piece.title.is_empty() && !piece.subject.is_empty() { " · " (piece.subject) }
                    @if !piece.shared_with.is_empty() {
                        " · with "
                        @for (i, pupil) in piece.shared_with.iter().enumerate() {
                            @if i > 0 { ", " }
                            (parts::pupil(pupil))
                        }
                    }
                }
            }
            @if piece.pages.is_empty() && !piece.blank.is_empty() { p.quiet { "Every page of this piece looks blank." } }
            p { a.button href={ "/piece/" (piece.id) "/pdf" } download { "As one PDF" } }
            div.pages { @for preview in &piece.pages { (parts::picture(preview, PreviewSize::Medium)) } }
            @if !piece.blank.is_empty() {
                details.blank {
                    summary { (parts::count(piece.blank.len() as u64, "page looks blank", "pages look blank")) }
                    div.film { @for preview in &piece.blank { (parts::picture(preview, PreviewSize::Small)) } }
                }
            }
        }
    }
}
