//! Scanners behind `saned`, the network daemon of SANE: a real line that can really be cut.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod sane_support;

use sane_support::{Collect, Setup, WORKER, decode_png, request, with};
use scantrail_capture::scanner::{
    CancelToken, Colour, EndReason, Limits, PageSize, Progress, ScanEnd, ScanFault, ScanRequest, ScannerClient, Source,
};
use scantrail_core::units::Dpi;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A `saned` of our own, at a loopback address of its own: the `net` backend knows no port but one.
struct Saned {
    server: Child,
    address: String,
    _setup: Setup,
}

impl Saned {
    fn start(last: u8) -> Self {
        let id = std::process::id();
        let address = format!("127.{}.{}.{last}", 1 + id / 250 % 250, 1 + id % 250);
        let setup = Setup::new("test");
        setup.file("saned.conf", "127.0.0.0/8\n");
        let mut server = Command::new("/usr/sbin/saned")
            .args(["-l", "-e", "-d", "4", "-b", &address, "-p", "6566"])
            .env("SANE_CONFIG_DIR", setup.folder())
            .stderr(Stdio::piped())
            .spawn()
            .expect("saned is in the package sane-utils");
        let mut said = BufReader::new(server.stderr.take().unwrap()).lines().map_while(Result::ok);
        let ready = said.by_ref().find(|line| line.contains("waiting for control connection"));
        assert!(ready.is_some(), "saned did not start");
        // It goes on talking; somebody must listen.
        std::thread::spawn(move || said.for_each(drop));
        Self { server, address, _setup: setup }
    }

    /// A configuration that knows this server only.
    fn setup(&self) -> Setup {
        let setup = Setup::new("net");
        setup.file("net.conf", format!("connect_timeout = 20\n{}\n", self.address));
        setup
    }

    fn device(&self) -> String {
        format!("net:{}:test:0", self.address)
    }

    /// Kills the processes that serve our connections.
    fn kill_children(&self) -> usize {
        let children = children_of(self.server.id());
        for child in &children {
            kill(*child);
        }
        children.len()
    }
}

impl Drop for Saned {
    fn drop(&mut self) {
        self.kill_children();
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(pid as i32).unwrap();
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
}

fn children_of(parent: u32) -> Vec<u32> {
    let parents = |path: &Path| {
        let status = fs::read_to_string(path.join("status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
        line.trim().parse::<u32>().ok()
    };
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes
        .filter(|entry| parents(&entry.path()) == Some(parent))
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

#[test]
fn a_batch_over_the_network_is_the_same_batch() {
    let saned = Saned::start(1);
    let wish = ScanRequest { colour: Colour::Colour, ..with(request(Source::Feeder), &[("test-picture", "Grid")]) };
    let (near, _) = Setup::new("test").scan(&wish);
    let (far, end) = saned.setup().scan(&ScanRequest { device: saned.device(), ..wish });
    assert_eq!(end.unwrap(), ScanEnd { captures: 10, reason: EndReason::FeederEmpty });
    assert!(near.len() == 10 && near.iter().zip(&far).all(|(a, b)| decode_png(&a.bytes) == decode_png(&b.bytes)));
}

#[test]
fn a_server_that_dies_in_mid_page_is_noticed_and_the_next_batch_works() {
    let saned = Saned::start(2);
    let setup = saned.setup();
    let limits = Limits {
        no_progress: Duration::from_secs(3),
        cancel: Duration::from_secs(3),
        terminate: Duration::from_secs(1),
        ..Limits::default()
    };
    let client = ScannerClient::new(WORKER).with_config_dir(setup.folder()).with_limits(limits);
    let slow = [("read-delay", "yes"), ("read-delay-duration", "200000")];
    let wish = ScanRequest {
        device: saned.device(),
        dpi: Dpi::new(1200).unwrap(),
        page: PageSize::A4,
        ..with(request(Source::Feeder), &slow)
    };
    let mut killed = 0;
    let result = std::thread::scope(|scope| {
        let (heard, reading) = std::sync::mpsc::channel();
        let batch = scope.spawn(move || {
            let on_progress = move |progress| {
                if matches!(progress, Progress::Reading { .. }) {
                    let _ = heard.send(());
                }
            };
            let mut sink = Collect { on_progress: Some(Box::new(on_progress)), ..Collect::default() };
            client.scan(&wish, &mut sink, &CancelToken::new())
        });
        if reading.recv().is_ok() {
            killed = saned.kill_children();
        }
        batch.join().unwrap()
    });
    assert!(killed > 0, "nothing was killed: {result:?}");
    // The backend waits for ever for the bytes of a dead server; a newer one may notice.
    let fault = result.unwrap_err().fault;
    assert!(matches!(fault, ScanFault::Hung { .. } | ScanFault::Io { .. }), "{fault:?}");
    assert_eq!(setup.processes(), 0, "a worker was left behind");
    let (_, end) = setup.scan(&ScanRequest { device: saned.device(), ..request(Source::Flatbed) });
    assert_eq!(end.unwrap().captures, 1);
}

#[test]
fn a_server_that_is_not_there_is_gone() {
    let setup = Setup::new("net");
    setup.file("net.conf", "connect_timeout = 20\n127.251.0.9\n");
    let (_, end) = setup.scan(&ScanRequest { device: "net:127.251.0.9:test:0".into(), ..request(Source::Flatbed) });
    assert!(matches!(end.unwrap_err().fault, ScanFault::DeviceGone { .. }));
}
