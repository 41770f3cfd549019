//! The threads behind a virtual scanner: one accepts, one per connection answers, all end with the scanner.

use super::http::{Connection, Request, answer, read_request};
use super::machine::{Answer, Machine};
use super::{Build, xml};
use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The least time a sheet takes through the rollers. No paper moves in microseconds: a scanner that answers at once lets
/// `sane-airscan` run ahead of its frontend and report the end, or a fault, before the first page is asked for.
const SHEET_TIME: Duration = Duration::from_millis(60);

pub(super) enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener, PathBuf),
}

impl Listener {
    fn accept(&self) -> io::Result<Connection> {
        match self {
            Self::Tcp(listener) => listener.accept().map(|(stream, _)| Connection::Tcp(stream)),
            Self::Unix(listener, _) => listener.accept().map(|(stream, _)| Connection::Unix(stream)),
        }
    }

    /// Makes a blocked `accept` return.
    fn wake(&self) {
        let _nobody_waits = match self {
            Self::Tcp(listener) => listener.local_addr().and_then(TcpStream::connect).map(drop),
            Self::Unix(_, path) => UnixStream::connect(path).map(drop),
        };
    }
}

/// What the threads share.
pub(super) struct Shared {
    machine: Mutex<Machine>,
    /// Rings when the machine hangs, is repaired, or is switched off.
    changed: Condvar,
    open: Mutex<Open>,
    build: Build,
    uuid: String,
}

#[derive(Default)]
struct Open {
    stopping: bool,
    connections: Vec<Connection>,
    threads: Vec<JoinHandle<()>>,
}

impl Shared {
    pub(super) fn new(build: Build, uuid: String) -> Self {
        Self { machine: Mutex::default(), changed: Condvar::new(), open: Mutex::default(), build, uuid }
    }

    pub(super) fn machine(&self) -> MutexGuard<'_, Machine> {
        // A panic in a test that holds the lock must not hide behind a second one.
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ring(&self) {
        self.changed.notify_all();
    }

    pub(super) fn wait_for_hang(&self) {
        drop(self.changed.wait_while(self.machine(), |machine| !machine.hangs()));
    }
}

/// The running server; ends with [`Server::stop`].
pub(super) struct Server {
    shared: Arc<Shared>,
    listener: Arc<Listener>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(listener: Listener, shared: &Arc<Shared>) -> Self {
        let listener = Arc::new(listener);
        let acceptor = thread::spawn({
            let (listener, shared) = (Arc::clone(&listener), Arc::clone(shared));
            move || accept_all(&listener, &shared)
        });
        Self { shared: Arc::clone(shared), listener, acceptor: Some(acceptor) }
    }

    /// Closes everything and waits for every thread.
    pub(super) fn stop(&mut self) {
        let Some(acceptor) = self.acceptor.take() else { return };
        self.shared.open().stopping = true;
        self.listener.wake();
        let _its_panic_was_printed = acceptor.join();
        let (connections, threads) = {
            let mut open = self.shared.open();
            (std::mem::take(&mut open.connections), std::mem::take(&mut open.threads))
        };
        connections.iter().for_each(Connection::close);
        // Waiting threads look at the flag only after taking the machine's lock: holding it once loses no wake-up.
        drop(self.shared.machine());
        self.shared.ring();
        for thread in threads {
            let _its_panic_was_printed = thread.join();
        }
    }
}

fn accept_all(listener: &Listener, shared: &Arc<Shared>) {
    while let Ok(connection) = listener.accept() {
        let mut open = shared.open();
        if open.stopping {
            return;
        }
        let Ok(kept) = connection.try_clone() else { continue };
        open.connections.push(kept);
        let shared = Arc::clone(shared);
        open.threads.push(thread::spawn(move || serve(connection, &shared)));
    }
}

/// Answers until the client leaves. A client that vanishes in the middle is everyday life for a scanner.
fn serve(connection: Connection, shared: &Shared) {
    let Ok(mut writer) = connection.try_clone() else { return };
    let mut reader = BufReader::new(connection);
    while let Ok(Some(request)) = read_request(&mut reader) {
        let after = route(&request, &mut writer, shared);
        if request.last || !matches!(after, Ok(After::KeepOpen)) {
            break;
        }
    }
    writer.close();
}

enum After {
    KeepOpen,
    Close,
}

fn route(request: &Request, to: &mut Connection, shared: &Shared) -> io::Result<After> {
    const XML: (&str, &str) = ("Content-Type", "text/xml");
    let status = |to: &mut Connection, status| answer(to, status, &[], &[], 0);
    let document = |to: &mut Connection, text: String| answer(to, 200, &[XML], text.as_bytes(), text.len());
    let job = request.path.strip_prefix("/eSCL/ScanJobs/");
    match (request.method.as_str(), request.path.as_str(), job) {
        ("GET", "/eSCL/ScannerCapabilities", _) => document(to, xml::capabilities(shared.build, &shared.uuid))?,
        ("GET", "/eSCL/ScannerStatus", _) => {
            let text = xml::status(&shared.machine());
            document(to, text)?;
        }
        ("POST", "/eSCL/ScanJobs", _) => {
            let settings = xml::job_settings(&String::from_utf8_lossy(&request.body));
            match settings.ok_or(409).and_then(|settings| shared.machine().start(settings)) {
                Ok(id) => answer(to, 201, &[("Location", &format!("/eSCL/ScanJobs/{id}"))], &[], 0)?,
                Err(refusal) => status(to, refusal)?,
            }
        }
        ("GET", _, Some(rest)) => match rest.strip_suffix("/NextDocument").and_then(|id| id.parse().ok()) {
            Some(id) => return next_page(id, to, shared),
            None => status(to, 404)?,
        },
        ("DELETE", _, Some(id)) => {
            let known = id.parse().is_ok_and(|id| shared.machine().cancel(id));
            status(to, if known { 200 } else { 404 })?;
        }
        _ => status(to, 404)?,
    }
    Ok(After::KeepOpen)
}

fn next_page(id: u64, to: &mut Connection, shared: &Shared) -> io::Result<After> {
    const JPEG: (&str, &str) = ("Content-Type", "image/jpeg");
    if wait(shared, Some(SHEET_TIME)) == Woken::BySwitchingOff {
        return Ok(After::Close);
    }
    loop {
        let reply = shared.machine().next(id).expect("only pages that decode are loaded");
        match reply {
            Answer::Page(bytes) => answer(to, 200, &[JPEG], &bytes, bytes.len())?,
            Answer::Cut(bytes) => {
                answer(to, 200, &[JPEG], &bytes, bytes.len() / 2)?;
                return Ok(After::Close);
            }
            Answer::NotFound => answer(to, 404, &[], &[], 0)?,
            Answer::Unavailable => answer(to, 503, &[("Retry-After", "1")], &[], 0)?,
            Answer::Gone => answer(to, 410, &[], &[], 0)?,
            Answer::Wait(time) => {
                if wait(shared, Some(time)) == Woken::BySwitchingOff {
                    return Ok(After::Close);
                }
                continue;
            }
            Answer::Hang => {
                shared.ring();
                if wait(shared, None) == Woken::BySwitchingOff {
                    return Ok(After::Close);
                }
                continue;
            }
        }
        return Ok(After::KeepOpen);
    }
}

#[derive(PartialEq, Eq)]
enum Woken {
    ToGoOn,
    BySwitchingOff,
}

/// Waits for the time to pass, or without one until the machine no longer hangs; in any case no longer than the scanner
/// is on.
fn wait(shared: &Shared, time: Option<Duration>) -> Woken {
    let machine = shared.machine();
    let stopping = || shared.open().stopping;
    match time {
        Some(time) => drop(shared.changed.wait_timeout_while(machine, time, |_| !stopping())),
        None => drop(shared.changed.wait_while(machine, |machine| machine.hangs() && !stopping())),
    }
    if stopping() { Woken::BySwitchingOff } else { Woken::ToGoOn }
}
