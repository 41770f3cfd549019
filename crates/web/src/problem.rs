//! What a person sees when a page cannot be shown or a wish cannot be met.
//!
//! Every refusal becomes one calm page that says what happened and where to go next. It must not know the desk:
//! it works when nothing else does.

use crate::desk::DeskError;
use crate::layout::{self, Here};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

/// An answer other than the one wished for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    words: String,
}

impl Problem {
    /// There is no such thing.
    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "The page may have been moved, handed over or deleted, or the address was mistyped.",
        )
    }

    /// The form does not make sense.
    pub(crate) fn unclear(words: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "That could not be understood", words)
    }

    /// It did not come from us.
    pub(crate) fn forbidden(words: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Not from here", words)
    }

    /// The browser asked for another site.
    pub(crate) fn misdirected() -> Self {
        Self::new(
            StatusCode::MISDIRECTED_REQUEST,
            "This is not the site you asked for",
            "Scantrail answers only to localhost and the loopback addresses of this machine.",
        )
    }

    /// More was sent than any form of ours holds.
    pub(crate) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "That is too much", "The form was larger than this site accepts.")
    }

    /// Something failed.
    pub(crate) fn trouble(words: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", words)
    }

    /// A page is there, but not for this kind of request.
    pub(crate) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Not in this way", "This address cannot be asked like that.")
    }

    fn new(status: StatusCode, title: &'static str, words: impl Into<String>) -> Self {
        Self { status, title, words: words.into() }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotFound => Self::not_found(),
            DeskError::Refused(why) => Self::new(StatusCode::CONFLICT, "That was not done", why),
            DeskError::Trouble(words) => Self::trouble(words),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status.as_u16();
        if self.status.is_server_error() {
            tracing::error!(status, error = self.words, "a page could not be shown");
        } else if matches!(self.status, StatusCode::FORBIDDEN | StatusCode::MISDIRECTED_REQUEST) {
            tracing::warn!(status, "a foreign request was refused");
        }
        let body = html! {
            div.problem role="alert" {
                h1 { (self.title) }
                p.lead { (self.words) }
                @if self.status.is_server_error() {
                    p { "Nothing was changed by looking. Try again; if it happens twice, tell your technician: the "
                        "program's log has the same words with the time." }
                }
                p { a.button href="/" { "See what is happening now" } }
            }
        };
        (self.status, layout::page(self.title, Here::Elsewhere, None, &body)).into_response()
    }
}
