//! What the tests of the scanner worker share: a configuration of their own for libsane, and a sink.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "files for one test, nothing to keep")]

use scantrail_capture::scanner::{
    CancelToken, CaptureSink, Colour, Limits, PageSize, Progress, ScanEnd, ScanError, ScanRequest, ScannedCapture,
    ScannerClient, SinkError, Source,
};
use scantrail_core::units::{Dpi, Length};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const WORKER: &str = env!("CARGO_BIN_EXE_scantrail-sane-worker");

/// A folder in which libsane finds these backends and nothing else.
pub(crate) struct Setup {
    folder: TempDir,
}

impl Setup {
    pub(crate) fn new(backend: &str) -> Self {
        let setup = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(setup.path("dll.d")).unwrap();
        setup.file("dll.conf", backend);
        setup
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    pub(crate) fn client(&self) -> ScannerClient {
        let limits = Limits { busy_pauses: vec![Duration::from_millis(1); 2], ..Limits::default() };
        ScannerClient::new(WORKER).with_config_dir(self.folder.path()).with_limits(limits)
    }

    pub(crate) fn scan(&self, request: &ScanRequest) -> (Vec<ScannedCapture>, Result<ScanEnd, ScanError>) {
        let mut sink = Collect::default();
        let end = self.client().scan(request, &mut sink, &CancelToken::new());
        (sink.captures, end)
    }

    /// How many processes run with this configuration.
    pub(crate) fn processes(&self) -> usize {
        let folder = format!("SANE_CONFIG_DIR={}", self.folder.path().display());
        let runs = |path: PathBuf| {
            let environment = std::fs::read(path.join("environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == folder.as_bytes())
        };
        std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).filter(|entry| runs(entry.path())).count()
    }

    /// The folder itself.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What `scanimage`, a program that is not ours, makes of the same device and options. Seldom it waits for ever for
    /// its own reading process; then it is asked again.
    pub(crate) fn scanimage(&self, device: &str, options: &[&str]) -> Vec<u8> {
        /// What `timeout` ends with when time was up.
        const TIME_WAS_UP: i32 = 124;
        for _ in 0..3 {
            let output = Command::new("timeout")
                .env("SANE_CONFIG_DIR", self.folder.path())
                .args(["20", "scanimage", "--format=pnm", "-d", device])
                .args(options)
                .output()
                .expect("scanimage is in the package sane-utils, as saned is");
            if output.status.code() != Some(TIME_WAS_UP) {
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                return output.stdout;
            }
        }
        panic!("scanimage hung three times");
    }
}

/// Small grey pages from the `test` backend.
pub(crate) fn request(source: Source) -> ScanRequest {
    ScanRequest {
        source,
        colour: Colour::Grey,
        dpi: Dpi::new(30).unwrap(),
        page: PageSize { width: Length::from_mm(60), height: Length::from_mm(80) },
        ..ScanRequest::new("test:0")
    }
}

/// A page of 89 MB in pieces, with a pause of 0.2 s before each.
pub(crate) fn trickle() -> ScanRequest {
    ScanRequest {
        dpi: Dpi::new(1200).unwrap(),
        page: PageSize::A4,
        ..with(request(Source::Feeder), &[("read-delay", "yes"), ("read-delay-duration", "200000")])
    }
}

pub(crate) fn with(request: ScanRequest, options: &[(&str, &str)]) -> ScanRequest {
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    ScanRequest { options, ..request }
}

type OnProgress = Box<dyn FnMut(Progress)>;

/// Keeps what it gets, until it is told to refuse.
#[derive(Default)]
pub(crate) struct Collect {
    pub(crate) captures: Vec<ScannedCapture>,
    pub(crate) refuse_from: Option<u32>,
    pub(crate) cancel_at: Option<(u32, CancelToken)>,
    pub(crate) on_progress: Option<OnProgress>,
}

impl CaptureSink for Collect {
    fn capture(&mut self, capture: ScannedCapture) -> Result<(), SinkError> {
        if Some(capture.sequence) >= self.refuse_from && self.refuse_from.is_some() {
            return Err(SinkError::new("disk full"));
        }
        if let Some((at, token)) = &self.cancel_at
            && *at == capture.sequence
        {
            token.cancel();
        }
        self.captures.push(capture);
        Ok(())
    }

    fn progress(&mut self, progress: Progress) {
        if let Some(hear) = &mut self.on_progress {
            hear(progress);
        }
    }
}

/// A page as plain numbers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) channels: usize,
    /// 255 or 65535.
    pub(crate) max: u32,
    pub(crate) samples: Vec<u32>,
}

impl Picture {
    /// The left part of it.
    pub(crate) fn cut_to(self, width: usize) -> Self {
        let rows = self.samples.chunks_exact(self.width * self.channels);
        let samples = rows.flat_map(|row| &row[..width * self.channels]).copied().collect();
        Self { width, samples, ..self }
    }
}

fn wide(bytes: &[u8], max: u32) -> Vec<u32> {
    if max > 255 {
        bytes.chunks_exact(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).collect()
    } else {
        bytes.iter().copied().map(u32::from).collect()
    }
}

pub(crate) fn decode_png(bytes: &[u8]) -> Picture {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let max = if info.bit_depth == png::BitDepth::Sixteen { 65_535 } else { 255 };
    Picture {
        width: info.width as usize,
        height: info.height as usize,
        channels: info.color_type.samples(),
        max,
        samples: wide(&pixels, max),
    }
}

/// Reads PBM, PGM and PPM in their binary forms.
pub(crate) fn decode_pnm(bytes: &[u8]) -> Picture {
    let mut rest = bytes;
    let mut word = || loop {
        let start = rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap();
        rest = &rest[start..];
        if rest[0] == b'#' {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap();
            rest = &rest[end..];
            continue;
        }
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap();
        let word = std::str::from_utf8(&rest[..end]).unwrap().to_owned();
        rest = &rest[end..];
        return word;
    };
    let kind = word();
    let (width, height): (usize, usize) = (word().parse().unwrap(), word().parse().unwrap());
    let max = if kind == "P4" { 255 } else { word().parse().unwrap() };
    let pixels = &rest[1..];
    let samples = if kind == "P4" {
        let rows = pixels.chunks_exact(width.div_ceil(8));
        rows.flat_map(|row| (0..width).map(move |x| if row[x / 8] >> (7 - x % 8) & 1 == 1 { 0 } else { 255 })).collect()
    } else {
        wide(pixels, max)
    };
    Picture { width, height, channels: if kind == "P6" { 3 } else { 1 }, max, samples }
}

/// A page of noise that is the same every time: no two rows alike.
pub(crate) fn noise(width: usize, height: usize, channels: usize) -> Vec<u8> {
    let header = format!("{}\n{width} {height}\n255\n", if channels == 3 { "P6" } else { "P5" });
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let pixels = (0..width * height * channels).map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    });
    header.into_bytes().into_iter().chain(pixels).collect()
}

/// A request for a stack of files on the `pnm` backend.
pub(crate) fn stack(files: &[&Path]) -> ScanRequest {
    ScanRequest { stack: files.iter().map(|path| path.to_path_buf()).collect(), ..ScanRequest::new("pnm:0") }
}
