//! A network scanner that speaks eSCL and fails on demand, for the real `sane-airscan` to talk to.
//!
//! It holds a stack of sheets and gives each up as it is read, as a real feeder does: what was pulled through is gone
//! from the stack, whether or not anybody kept it. Loopback and local sockets only.

pub mod fault;

mod http;
mod machine;
mod render;
mod server;
mod xml;

use crate::jpeg;
pub use fault::{JobFault, PageFault};
use server::{Listener, Server, Shared};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::Arc;

/// One sheet of paper as two JPEG files. A resolution in the JFIF header is used to scale the page to what a job asks
/// for; a page without one is taken to fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What is read first.
    pub front: Vec<u8>,
    /// What a duplex job reads next.
    pub back: Vec<u8>,
}

/// Which parts the scanner has. All have a glass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Build {
    /// No feeder.
    Flatbed,
    /// A feeder that reads one side.
    Simplex,
    /// A feeder that reads both sides.
    Duplex,
}

/// Where the scanner listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// A free TCP port of a loopback address.
    Loopback,
    /// A local socket at this path, which must not exist yet.
    Socket(PathBuf),
}

/// The scanner could not be switched on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen at {at:?}")]
pub struct StartError {
    /// Where.
    pub at: Listen,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// A page that was to be loaded is not a JPEG file.
#[derive(Debug, thiserror::Error)]
#[error("sheet {sheet} is not a jpeg file")]
pub struct LoadError {
    /// Which, counted from 1.
    pub sheet: usize,
    /// Why.
    #[source]
    pub source: jpeg::JpegError,
}

/// The scanner. It is switched off when dropped, and every connection ends.
pub struct VirtualScanner {
    shared: Arc<Shared>,
    server: Server,
    url: String,
}

/// A loopback address of this process alone: a port that another process has just given up may still be asked for by a
/// client of the scanner that was there, and its job would end ours.
fn own_address() -> Ipv4Addr {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, high.wrapping_add(1), middle, low.clamp(1, 254))
}

impl VirtualScanner {
    /// Switches a scanner on.
    pub fn start(build: Build, listen: &Listen) -> Result<Self, StartError> {
        let failed = |source| StartError { at: listen.clone(), source };
        let (listener, url, number) = match listen {
            Listen::Loopback => {
                let listener = TcpListener::bind((own_address(), 0)).map_err(failed)?;
                let at = listener.local_addr().map_err(failed)?;
                (Listener::Tcp(listener), format!("http://{at}/eSCL"), at.port())
            }
            Listen::Socket(path) => {
                let listener = UnixListener::bind(path).map_err(failed)?;
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                (Listener::Unix(listener, path.clone()), format!("unix://{name}/eSCL"), 0)
            }
        };
        let uuid = format!("00000000-0000-4000-8000-00005ca7{number:04x}");
        let shared = Arc::new(Shared::new(build, uuid));
        let server = Server::start(listener, &shared);
        Ok(Self { shared, server, url })
    }

    /// The address for the configuration of `sane-airscan`. For a local socket it names only the file; its folder goes
    /// into the option `socket_dir`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lays sheets under those already on the stack, and starts counting pages for faults at 1 again.
    pub fn load(&self, sheets: Vec<Sheet>) -> Result<(), LoadError> {
        for (number, sheet) in (1..).zip(&sheets) {
            for page in [&sheet.front, &sheet.back] {
                jpeg::decode(page).map_err(|source| LoadError { sheet: number, source })?;
            }
        }
        self.shared.machine().load(sheets);
        Ok(())
    }

    /// Sheets still on the stack.
    pub fn remaining(&self) -> usize {
        self.shared.machine().remaining()
    }

    /// Pages sent as whole answers since the scanner was switched on, good or bad.
    pub fn served(&self) -> usize {
        self.shared.machine().served()
    }

    /// Every job so far, a line each: for the message of a test that failed.
    pub fn story(&self) -> String {
        let machine = self.shared.machine();
        let line = |job: &machine::Job| format!("job {}: {:?}, {} pages\n", job.id, job.state, job.sent);
        machine.jobs.iter().map(line).collect::<String>() + &format!("{} sheets on the stack", machine.remaining())
    }

    /// Whether no job is going on: nobody draws a sheet in any more until a new one begins.
    pub fn at_rest(&self) -> bool {
        self.shared.machine().jobs.iter().all(|job| job.state != machine::JobState::Processing)
    }

    /// Puts the last `sheets` sheets that went through back on top of the stack, in their order; returns how many there
    /// were.
    pub fn put_back(&self, sheets: usize) -> usize {
        self.shared.machine().put_back(sheets)
    }

    /// Lays a page on the glass, where it stays.
    pub fn lay_on_glass(&self, page: Vec<u8>) -> Result<(), LoadError> {
        jpeg::decode(&page).map_err(|source| LoadError { sheet: 1, source })?;
        self.shared.machine().lay_on_glass(page);
        Ok(())
    }

    /// Lets `fault` happen at page number `page`, counted from 1 since the last [`Self::load`], backs included.
    pub fn strike(&self, page: usize, fault: PageFault) {
        self.shared.machine().strike(page, fault);
    }

    /// Refuses every job from now on.
    pub fn refuse_jobs(&self, fault: JobFault) {
        self.shared.machine().refuse_jobs(fault);
    }

    /// Waits until a client waits for a page that [`PageFault::Hang`] keeps back.
    pub fn wait_for_hang(&self) {
        self.shared.wait_for_hang();
    }

    /// A person comes: takes the stuck sheet out and lays it back on the stack, closes the cover, wakes what hangs.
    /// Faults that have not struck yet stay.
    pub fn repair(&self) {
        self.shared.machine().repair();
        self.shared.ring();
    }
}

impl Drop for VirtualScanner {
    fn drop(&mut self) {
        self.server.stop();
    }
}

#[cfg(test)]
mod tests;
