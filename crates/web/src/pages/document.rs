//! Work handed on as one PDF: sent in parts as it is read, for a pupil's year may be larger than memory.
//!
//! Addresses and file names hold ids and dates, never a name.

use super::id;
use crate::problem::Problem;
use crate::server::App;
use crate::view::DocumentOf;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use scantrail_core::ids::{PieceId, PupilId};
use scantrail_core::school_year::SchoolYear;
use std::io::{self, ErrorKind, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes read and sent at a time.
const PART: usize = 256 * 1024;
/// Parts that are read before the browser has taken those before.
const AHEAD: usize = 4;

/// A piece.
pub(crate) async fn piece(State(app): State<Arc<App>>, Path(piece): Path<String>) -> Result<Response, Problem> {
    let piece: PieceId = id(&piece)?;
    send(&app, DocumentOf::Piece(piece), &format!("piece-{piece}")).await
}

/// All that a pupil has.
pub(crate) async fn trail(State(app): State<Arc<App>>, Path(pupil): Path<String>) -> Result<Response, Problem> {
    let pupil: PupilId = id(&pupil)?;
    send(&app, DocumentOf::Trail(pupil), &format!("trail-{pupil}")).await
}

/// A pupil's school year.
pub(crate) async fn year(
    State(app): State<Arc<App>>,
    Path((pupil, year)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let pupil: PupilId = id(&pupil)?;
    let year = SchoolYear::parse(&year).ok_or_else(Problem::not_found)?;
    send(&app, DocumentOf::Year(pupil, year), &format!("trail-{pupil}-{year}")).await
}

async fn send(app: &App, of: DocumentOf, name: &str) -> Result<Response, Problem> {
    let document = app.ask(move |desk| desk.document(of)).await?;
    let (parts, taken) = channel(AHEAD);
    let content = document.content;
    drop(tokio::task::spawn_blocking(move || read(content, &parts)));
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_LENGTH, document.bytes.to_string()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\"")),
    ];
    Ok((headers, Body::from_stream(Parts(taken))).into_response())
}

/// Reads to the end, or until nobody takes the parts any more.
fn read(mut content: Box<dyn Read + Send>, to: &Sender<io::Result<Bytes>>) {
    loop {
        let mut part = vec![0; PART];
        let part = match content.read(&mut part) {
            Ok(0) => return,
            Ok(count) => {
                part.truncate(count);
                Ok(Bytes::from(part))
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // The answer breaks off, which a browser tells from its end by the length.
            Err(error) => Err(error),
        };
        let last = part.is_err();
        if let Err(error) = &part {
            tracing::error!(error = %error, "a document broke off while it was sent");
        }
        if to.blocking_send(part).is_err() || last {
            return;
        }
    }
}

/// The parts as the server asks for them.
struct Parts(Receiver<io::Result<Bytes>>);

impl Stream for Parts {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
