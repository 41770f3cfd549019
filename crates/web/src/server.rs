//! Binding the pages to addresses and the addresses to a socket.
//!
//! Loopback only: there are no accounts yet, so whoever reaches the socket may look at children's work. It must not
//! know what the pages show.

use crate::desk::{Desk, DeskError};
use crate::guard::{self, Token};
use crate::pages;
use crate::problem::Problem;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The longest form of ours is a search with a reason of a few lines.
const FORM_LIMIT: usize = 16 * 1024;

/// Why the site is not served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listener can be reached from other machines.
    #[error("the site would be open to the network at {address}: listen on 127.0.0.1 or ::1 instead")]
    NotLoopback {
        /// Where the listener listens.
        address: SocketAddr,
    },
    /// The listener does not say where it listens.
    #[error("could not tell the address of the site's listener")]
    Address {
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The system gave no random bits for the token of the forms.
    #[error("no randomness for the forms of the site")]
    Randomness {
        /// What the system said.
        #[source]
        source: getrandom::Error,
    },
    /// The listener failed.
    #[error("the site at {address} broke off")]
    Broke {
        /// Where it listened.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Serves the site until `shutdown` is ready and the last answer is given.
///
/// Refuses a listener that other machines can reach.
pub async fn serve(
    listener: TcpListener,
    desk: Arc<dyn Desk>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(|source| ServeError::Address { source })?;
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback { address });
    }
    let site = router(desk)?;
    tracing::info!(%address, "the site is open");
    axum::serve(listener, site)
        .with_graceful_shutdown(shutdown)
        .await
        .map_err(|source| ServeError::Broke { address, source })
}

/// Every address of the site, guarded. Use [`serve`]; this is public for tests that need no socket.
pub fn router(desk: Arc<dyn Desk>) -> Result<Router, ServeError> {
    let token = Token::new().map_err(|source| ServeError::Randomness { source })?;
    let asset = |kind: &'static str, text: &'static str| get(move || async move { ([(CONTENT_TYPE, kind)], text) });
    Ok(Router::new()
        .route("/", get(pages::now::page))
        .route("/now/part", get(pages::now::part))
        .route("/batches", get(pages::batches::list))
        .route("/batch/{id}", get(pages::batch::page))
        .route("/batch/{id}/decide", post(pages::batch::decide))
        .route("/pupils", get(pages::pupils::list).post(pages::pupils::filter))
        .route("/trail/{id}", get(pages::trail::page))
        .route("/trail/{id}/pdf", get(pages::document::trail))
        .route("/trail/{id}/{year}/pdf", get(pages::document::year))
        .route("/piece/{id}/pdf", get(pages::document::piece))
        .route("/page/{id}", get(pages::page::page))
        .route("/page/{id}/move", post(pages::page::move_to))
        .route("/page/{id}/searchable", get(pages::page::searchable))
        .route("/preview/{id}/{size}", get(pages::page::preview))
        .route("/review", get(pages::review::queue))
        .route("/review/{id}", get(pages::hold::page))
        .route("/review/{id}/assign", post(pages::hold::assign))
        .route("/review/{id}/discard", post(pages::hold::discard))
        .route("/decision/{id}/undo", post(pages::review::undo))
        .route("/search", get(pages::search::page).post(pages::search::find))
        .route("/sheets", get(pages::sheets::page).post(pages::sheets::print))
        .route("/assets/style.css", asset("text/css; charset=utf-8", include_str!("../assets/style.css")))
        .route("/assets/app.js", asset("text/javascript; charset=utf-8", include_str!("../assets/app.js")))
        .route("/assets/icon.svg", asset("image/svg+xml", include_str!("../assets/icon.svg")))
        .fallback(|| async { Problem::not_found().into_response() })
        .method_not_allowed_fallback(|| async { Problem::wrong_method().into_response() })
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(axum::middleware::from_fn(guard::guard))
        .with_state(Arc::new(App { desk, token })))
}

/// What every handler needs.
pub(crate) struct App {
    desk: Arc<dyn Desk>,
    /// What our forms carry.
    pub(crate) token: Token,
}

impl App {
    /// Asks the desk where blocking is allowed.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Problem> {
        let desk = Arc::clone(&self.desk);
        match tokio::task::spawn_blocking(move || question(&*desk)).await {
            Ok(answer) => Ok(answer?),
            // What the desk said while it fell may hold a name, so it is not repeated here.
            Err(_) => Err(Problem::trouble("the question could not be answered: a part of the program stopped")),
        }
    }
}
