//! `scantrail serve`: watched folders, the socket and the web page on top of a session.

use crate::desk::DeskOf;
use crate::error::DaemonError;
use crate::intake::watch;
use crate::session::Session;
use crate::socket;
use scantrail_config::Config;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Serves until SIGTERM or SIGINT. `ready` hears the address of the web page once everything is up.
pub fn serve(config: Config, ready: impl FnOnce(SocketAddr)) -> Result<(), DaemonError> {
    let session = Session::open(config)?;
    let engine = session.engine();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|source| DaemonError::inside("the web page cannot be served", source))?;
    // Before anybody is told that it is up, and so may ask it to stop.
    let signals = Signals::hear(&runtime)?;
    if engine.config.reading.again {
        engine.read_again_from_now_on();
    }
    let listener = socket::open(engine)?;
    {
        let engine = Arc::clone(engine);
        session.spawn("socket".to_owned(), move |_| socket::run(&engine, &listener))?;
    }
    for folder in engine.config.folders.clone() {
        let engine = Arc::clone(engine);
        session.spawn("watch".to_owned(), move |_| watch::run(&engine, &folder))?;
    }
    session.spawn("ledger".to_owned(), crate::ledger::run)?;
    session.spawn("backup".to_owned(), crate::backup::daily)?;
    let served = runtime.block_on(site(&session, ready, signals));
    engine.stop();
    socket::wake(engine.layout().root());
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    let root = engine.layout().root().to_owned();
    drop(session);
    scantrail_archive::durable::remove(&socket::path(&root))?;
    served
}

async fn site(session: &Session, ready: impl FnOnce(SocketAddr), signals: Signals) -> Result<(), DaemonError> {
    let engine = session.engine();
    let failed = |source| DaemonError::inside("the web page cannot be served", source);
    let listener = tokio::net::TcpListener::bind(engine.config.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    // Set once: a session is served once.
    drop(engine.web.set(format!("http://{address}/")));
    ready(address);
    let desk = Arc::new(DeskOf(Arc::clone(engine)));
    scantrail_web::serve(listener, desk, signals.asked_to_stop())
        .await
        .map_err(|source| DaemonError::inside("the web page failed", source))
}

/// What asks a daemon to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on neither ends the program at once.
    fn hear(runtime: &Runtime) -> Result<Self, DaemonError> {
        let _inside = runtime.enter();
        let hear = |kind| signal(kind).map_err(|source| DaemonError::inside("signals cannot be heard", source));
        Ok(Self { terminate: hear(SignalKind::terminate())?, interrupt: hear(SignalKind::interrupt())? })
    }

    /// Ready when SIGTERM or SIGINT comes, or has come.
    async fn asked_to_stop(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping");
    }
}
