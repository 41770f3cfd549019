//! The virtual scanner as the real driver sees it: every test runs `scanimage` through `sane-airscan`.

use super::*;
use crate::jpeg::encode;
use crate::sane_env::{AirscanDevice, SaneEnv};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};
use std::process::Command;
use std::time::Duration;

/// A flat A4 page at 75 dpi whose grey tells which page it is.
fn page(number: usize) -> Vec<u8> {
    let grey = 20 * number as u8;
    let raster = Raster::new(620, 877, Channels::Grey, vec![grey; 620 * 877]).unwrap();
    encode(&raster.with_resolution(Dpi::new(75).map(Resolution::square)), 90).unwrap()
}

fn sheets(count: usize) -> Vec<Sheet> {
    (0..count).map(|i| Sheet { front: page(2 * i + 1), back: page(2 * i + 2) }).collect()
}

struct Outcome {
    /// Grey of the middle of the upper half of each page, divided by 20.
    pages: Vec<usize>,
    sizes: Vec<(usize, usize)>,
    /// Grey of the last row of each page.
    tails: Vec<u8>,
    said: String,
}

struct Desk {
    scanner: VirtualScanner,
    env: SaneEnv,
}

impl Desk {
    fn new(build: Build) -> Self {
        let scanner = VirtualScanner::start(build, &Listen::Loopback).unwrap();
        let env = Self::env(&scanner, std::path::Path::new("/nonexistent"));
        Self { scanner, env }
    }

    fn env(scanner: &VirtualScanner, sockets: &std::path::Path) -> SaneEnv {
        let device = AirscanDevice { name: "Desk".into(), url: scanner.url().into() };
        SaneEnv::airscan(&[device], sockets).unwrap()
    }

    fn loaded(count: usize) -> Self {
        let desk = Self::new(Build::Duplex);
        desk.scanner.load(sheets(count)).unwrap();
        desk
    }

    fn scan(&self, source: &str, more: &[&str]) -> Outcome {
        let dir = tempfile::tempdir().unwrap();
        let pattern = format!("--batch={}/%03d.pnm", dir.path().display());
        let mut command = Command::new("scanimage");
        command.args(["-d", "airscan:e0:Desk", "--source", source, "--mode", "Gray", "--format=pnm", &pattern]);
        let output = self.env.apply(command.args(more)).output().unwrap();
        let mut files: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let mut outcome = Outcome { pages: vec![], sizes: vec![], tails: vec![], said };
        for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "pnm")) {
            let bytes = std::fs::read(file).unwrap();
            let (width, height, pixels) = read_pgm(&bytes);
            outcome.pages.push((usize::from(pixels[height / 4 * width + width / 2]) + 10) / 20);
            outcome.sizes.push((width, height));
            outcome.tails.push(pixels[(height - 1) * width + width / 2]);
        }
        outcome
    }

    fn duplex(&self) -> Outcome {
        self.scan("ADF Duplex", &["--resolution", "75"])
    }

    fn simplex(&self) -> Outcome {
        self.scan("ADF", &["--resolution", "75"])
    }
}

fn read_pgm(bytes: &[u8]) -> (usize, usize, &[u8]) {
    let text = String::from_utf8_lossy(&bytes[..60.min(bytes.len())]).into_owned();
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(lines.next(), Some("P5"));
    let size: Vec<usize> = lines.next().unwrap().split(' ').map(|word| word.parse().unwrap()).collect();
    (size[0], size[1], &bytes[bytes.len() - size[0] * size[1]..])
}

#[test]
fn all_pages_of_a_duplex_stack_arrive_in_order_and_then_it_ends() {
    let desk = Desk::loaded(3);
    let outcome = desk.duplex();
    assert_eq!(outcome.pages, [1, 2, 3, 4, 5, 6], "{}", outcome.said);
    assert!(outcome.said.contains("feeder out of documents"), "{}", outcome.said);
    assert_eq!((desk.scanner.remaining(), desk.scanner.served()), (0, 6));
    assert!(desk.duplex().pages.is_empty(), "an empty feeder gives nothing");
}

#[test]
fn simplex_reads_fronts_and_put_back_sheets_come_again() {
    let desk = Desk::loaded(3);
    assert_eq!(desk.simplex().pages, [1, 3, 5]);
    assert_eq!(desk.scanner.put_back(2), 2);
    assert_eq!(desk.simplex().pages, [3, 5]);
}

#[test]
fn pages_are_scaled_to_the_resolution_and_colours_of_the_job() {
    let desk = Desk::loaded(1);
    let outcome = desk.scan("ADF", &["--resolution", "150"]);
    let (width, height) = outcome.sizes[0];
    assert!(width.abs_diff(1240) < 40 && height.abs_diff(1754) < 4, "{width}×{height}");
    assert_eq!(outcome.pages, [1]);
}

#[test]
fn the_glass_gives_its_page_once_per_scan() {
    let desk = Desk::new(Build::Flatbed);
    desk.scanner.lay_on_glass(page(4)).unwrap();
    assert_eq!(desk.scan("Flatbed", &["--resolution", "75", "--batch-count=1"]).pages, [4]);
}

#[test]
fn a_local_socket_does_as_well_as_a_port() {
    let dir = tempfile::tempdir().unwrap();
    let scanner = VirtualScanner::start(Build::Simplex, &Listen::Socket(dir.path().join("desk.sock"))).unwrap();
    scanner.load(sheets(2)).unwrap();
    let env = Desk::env(&scanner, dir.path());
    assert_eq!(Desk { scanner, env }.simplex().pages, [1, 3]);
}

#[test]
fn a_jam_and_an_open_cover_stop_the_batch_until_somebody_comes() {
    for (fault, words) in [(PageFault::Jam, "jammed"), (PageFault::DoorOpen, "cover is open")] {
        let desk = Desk::loaded(4);
        desk.scanner.strike(3, fault);
        let outcome = desk.simplex();
        assert_eq!(outcome.pages, [1, 3], "{}", outcome.said);
        assert!(outcome.said.contains(words), "{}", outcome.said);
        assert_eq!(desk.scanner.remaining(), 2);
        desk.scanner.repair();
        assert_eq!(desk.simplex().pages, [5, 7]);
    }
}

#[test]
fn half_a_jpeg_arrives_as_a_page_with_a_flat_tail() {
    let desk = Desk::loaded(3);
    desk.scanner.strike(2, PageFault::HalfJpeg);
    let outcome = desk.simplex();
    assert_eq!(outcome.pages.len(), 3, "{}", outcome.said);
    assert!(outcome.tails[0].abs_diff(20) < 3);
    assert!(outcome.tails[1].abs_diff(60) > 20, "the tail is not that of the page: {}", outcome.tails[1]);
}

#[test]
fn a_feeder_that_claims_to_be_empty_ends_the_batch_with_sheets_left() {
    let desk = Desk::loaded(3);
    desk.scanner.strike(2, PageFault::ClaimsEmpty);
    let outcome = desk.simplex();
    assert_eq!(outcome.pages, [1]);
    assert!(outcome.said.contains("out of documents"), "{}", outcome.said);
    assert_eq!(desk.scanner.remaining(), 2);
    assert_eq!(desk.simplex().pages, [3, 5]);
}

#[test]
fn slow_and_busy_pages_arrive_all_the_same() {
    let desk = Desk::loaded(3);
    desk.scanner.strike(2, PageFault::Slow(Duration::from_millis(300)));
    desk.scanner.strike(3, PageFault::Busy(1));
    assert_eq!(desk.simplex().pages, [1, 3, 5]);
}

#[test]
fn broken_transfers_are_errors_and_never_pages() {
    for fault in [PageFault::Cut, PageFault::NotAnImage, PageFault::Gone] {
        let desk = Desk::loaded(3);
        desk.scanner.strike(2, fault);
        let outcome = desk.simplex();
        assert_eq!(outcome.pages, [1], "{fault:?}: {}", outcome.said);
        assert!(!outcome.said.contains("out of documents"), "{fault:?}: {}", outcome.said);
    }
}

#[test]
fn refused_jobs_give_no_page() {
    for fault in [JobFault::Busy, JobFault::Conflict] {
        let desk = Desk::loaded(1);
        desk.scanner.refuse_jobs(fault);
        let outcome = desk.simplex();
        assert!(outcome.pages.is_empty(), "{fault:?}");
        assert_eq!(desk.scanner.remaining(), 1, "{}", outcome.said);
    }
}

#[test]
fn short_and_narrow_sheets_arrive() {
    let desk = Desk::loaded(3);
    desk.scanner.strike(2, PageFault::ShortPage);
    desk.scanner.strike(3, PageFault::OddWidth);
    assert_eq!(desk.simplex().pages.len(), 3);
}

#[test]
fn a_hanging_page_comes_after_the_repair() {
    let desk = Desk::loaded(2);
    desk.scanner.strike(2, PageFault::Hang);
    std::thread::scope(|scope| {
        let scan = scope.spawn(|| desk.simplex());
        desk.scanner.wait_for_hang();
        desk.scanner.repair();
        assert_eq!(scan.join().unwrap().pages, [1, 3]);
    });
}

#[test]
fn switching_off_frees_a_client_that_hangs() {
    let Desk { scanner, env } = Desk::loaded(1);
    scanner.strike(1, PageFault::Hang);
    let mut command = Command::new("scanimage");
    command.args(["-d", "airscan:e0:Desk", "--source", "ADF", "--format=pnm"]).stdout(std::process::Stdio::null());
    let mut client = env.apply(&mut command).spawn().unwrap();
    scanner.wait_for_hang();
    drop(scanner);
    assert!(!client.wait().unwrap().success());
}

#[test]
fn what_is_no_jpeg_is_not_loaded() {
    let scanner = VirtualScanner::start(Build::Simplex, &Listen::Loopback).unwrap();
    let sheet = Sheet { front: page(1), back: b"text".to_vec() };
    assert!(matches!(scanner.load(vec![sheet]), Err(LoadError { sheet: 1, .. })));
    assert_eq!(scanner.remaining(), 0);
}
