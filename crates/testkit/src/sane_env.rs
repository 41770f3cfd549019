//! Temporary SANE set-ups: a folder for `SANE_CONFIG_DIR` with exactly one backend, and a `saned` on loopback.
//!
//! One backend opens in milliseconds, where the system's own configuration probes every bus. Nothing outside the folder
//! is read or changed.

use std::io::{self, BufRead, BufReader, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread::{self, JoinHandle};
use tempfile::TempDir;

/// A set-up could not be made or its server not be started.
#[derive(Debug, thiserror::Error)]
pub enum SaneEnvError {
    /// The folder could not be made.
    #[error("cannot make a temporary folder")]
    Folder(#[source] io::Error),
    /// A file could not be written.
    #[error("cannot write {path}")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// `saned` is not installed or could not be run.
    #[error("cannot run saned (debian package sane-utils)")]
    Saned(#[source] io::Error),
    /// `saned` ended before it listened.
    #[error("saned ended before it listened on {address}: {said}")]
    SanedEnded {
        /// Where it should have listened.
        address: Ipv4Addr,
        /// Its last words.
        said: String,
    },
}

/// A folder for `SANE_CONFIG_DIR`; deleted when dropped.
#[derive(Debug)]
pub struct SaneEnv {
    dir: TempDir,
}

/// A scanner for [`SaneEnv::airscan`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AirscanDevice {
    /// What the scanner is called in lists; no quotation marks.
    pub name: String,
    /// As from [`crate::escl::VirtualScanner::url`].
    pub url: String,
}

impl SaneEnv {
    /// Pages from PNM files named by the option `filename`.
    pub fn pnm() -> Result<Self, SaneEnvError> {
        Self::with_backend("pnm", "")
    }

    /// SANE's own test device: a feeder of ten pages, every status, odd parameters.
    pub fn test() -> Result<Self, SaneEnvError> {
        Self::with_backend("test", "number_of_devices 1\n")
    }

    /// Network scanners at known addresses; nothing is discovered. Sockets named in `unix://` addresses are looked for in
    /// `sockets`.
    pub fn airscan(devices: &[AirscanDevice], sockets: &Path) -> Result<Self, SaneEnvError> {
        let lines: Vec<String> =
            devices.iter().map(|device| format!("\"{}\" = {}, eSCL\n", device.name, device.url)).collect();
        let text = format!(
            "[devices]\n{}[options]\ndiscovery = disable\nws-discovery = off\nsocket_dir = {}\n",
            lines.concat(),
            sockets.display()
        );
        Self::with_backend("airscan", &text)
    }

    /// Scanners of a `saned` at a loopback address, as [`Saned::address`] gives it.
    pub fn net(address: Ipv4Addr) -> Result<Self, SaneEnvError> {
        Self::with_backend("net", &format!("connect_timeout = 5\n{address}\n"))
    }

    /// One backend with its configuration file; `dll.d` is there and empty, so that no package can add another.
    fn with_backend(backend: &str, configuration: &str) -> Result<Self, SaneEnvError> {
        let dir = tempfile::Builder::new().prefix("sane-").tempdir().map_err(SaneEnvError::Folder)?;
        let env = Self { dir };
        env.put("dll.conf", &format!("{backend}\n"))?;
        env.put(&format!("{backend}.conf"), configuration)?;
        let dll_d = env.config_dir().join("dll.d");
        std::fs::create_dir(&dll_d).map_err(|source| SaneEnvError::Write { path: dll_d, source })?;
        Ok(env)
    }

    fn put(&self, name: &str, text: &str) -> Result<(), SaneEnvError> {
        let path = self.config_dir().join(name);
        std::fs::File::create_new(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|source| SaneEnvError::Write { path, source })
    }

    /// The value for `SANE_CONFIG_DIR`.
    pub fn config_dir(&self) -> &Path {
        self.dir.path()
    }

    /// Lets a program see this set-up and no other.
    pub fn apply<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        // The backend `net` adds these hosts to its file.
        command.env("SANE_CONFIG_DIR", self.config_dir()).env_remove("SANE_NET_HOSTS")
    }
}

/// A `saned` that serves one set-up on loopback; killed and waited for when dropped.
///
/// The backend `net` knows no port but 6566, so each server has a loopback address of its own.
#[derive(Debug)]
pub struct Saned {
    child: Child,
    talk: Option<JoinHandle<()>>,
    address: Ipv4Addr,
    _env: SaneEnv,
}

impl Saned {
    /// Starts a server for the devices of `env` and waits until it listens.
    pub fn start(env: SaneEnv) -> Result<Self, SaneEnvError> {
        let address = own_loopback_address();
        env.put("saned.conf", "127.0.0.0/8\n")?;
        let mut command = Command::new("/usr/sbin/saned");
        command.args(["-l", "-b", &address.to_string(), "-p", "6566", "-d", "3", "-e"]);
        env.apply(&mut command).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(SaneEnvError::Saned)?;
        let mut lines = child.stderr.take().into_iter().flat_map(|stderr| BufReader::new(stderr).lines());
        let mut said = String::new();
        for line in lines.by_ref().map_while(Result::ok) {
            if line.contains("waiting for control connection") {
                // Somebody must go on reading, or the server blocks on a full pipe.
                let talk = thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
                return Ok(Self { child, talk: Some(talk), address, _env: env });
            }
            said = line;
        }
        end(&mut child);
        Err(SaneEnvError::SanedEnded { address, said })
    }

    /// Where it listens.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Its process id; the processes that serve connections are its children.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Saned {
    fn drop(&mut self) {
        end(&mut self.child);
        if let Some(talk) = self.talk.take() {
            let _its_panic_was_printed = talk.join();
        }
    }
}

/// Kills and waits; a process that is already gone is as good.
fn end(child: &mut Child) {
    let _already_gone = child.kill();
    let _already_waited_for = child.wait();
}

/// 127.x.y.z by process and count: two test processes at the same time do not meet.
fn own_loopback_address() -> Ipv4Addr {
    static STARTED: AtomicU8 = AtomicU8::new(0);
    let count = STARTED.fetch_add(1, Ordering::Relaxed) % 200;
    let pid = std::process::id();
    Ipv4Addr::new(127, 1 + (pid >> 8) as u8 % 250, pid as u8, 2 + count)
}

#[cfg(test)]
mod tests;
