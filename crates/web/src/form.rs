//! Forms that came from our own pages, checked for their token before anyone reads them.
//!
//! It must not know what the fields mean.

use crate::problem::Problem;
use crate::server::App;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use scantrail_core::jiff::civil::Date;
use std::sync::Arc;

/// The fields of a form that carried the right token.
pub(crate) struct Fields(Vec<(String, String)>);

impl FromRequest<Arc<App>> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, app).await.map_err(unreadable)?;
        let fields = Self(fields);
        if fields.get("token").is_some_and(|token| app.token.matches(token)) {
            Ok(fields)
        } else {
            Err(Problem::forbidden(
                "This form is from before the program was last started, so nothing was changed. Go back, reload the \
                 page and try again.",
            ))
        }
    }
}

fn unreadable(rejection: FormRejection) -> Problem {
    if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::too_large()
    } else {
        Problem::unclear("The form did not arrive as this site sends it.")
    }
}

impl Fields {
    /// All of them as they came, to be sent again.
    pub(crate) fn all(&self) -> &[(String, String)] {
        &self.0
    }

    /// A field as typed, trimmed; `None` if it is missing or blank.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(field, _)| field == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// The same, to keep.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// A date as browsers send it (`2026-11-21`); `None` if the field is blank.
    pub(crate) fn date(&self, name: &str) -> Result<Option<Date>, Problem> {
        let bad = |_| Problem::unclear("A date is written like 2026-11-21.");
        self.get(name).map(str::parse).transpose().map_err(bad)
    }
}
