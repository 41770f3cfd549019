//! Untrusted files become pixels, or page originals, in a process of their own.
//!
//! One file, one child. The child (`scantrail-decode-worker`) locks itself down before it looks at the first byte of
//! the file, answers over a pipe, and ends; whatever happens to it happens to nobody else. It is always waited for,
//! and killed when it takes too long. The calling thread blocks meanwhile.
//!
//! This module must not decode anything itself, and it trusts the child's answers no more than the file.

mod child;
pub mod wire;

use child::{Ending, Talk};
use scantrail_core::ports::{DecodeError, Decoded, Decoder};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Resolution, Turn};
use scantrail_core::vocabulary::Media;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;
use wire::{Answer, Bounds, Confinement, PageContent, Request, Task};

/// The name of the worker program.
pub const WORKER: &str = "scantrail-decode-worker";

/// What is too much for one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Pixels of one picture.
    pub pixels: u64,
    /// Pages.
    pub pages: u32,
    /// Bytes of all pages taken out of one file together.
    pub unpacked: u64,
    /// From start to end of the worker.
    pub time: Duration,
}

impl Default for Limits {
    /// An A3 sheet at 600 dpi, a class set of books in one PDF, two minutes.
    fn default() -> Self {
        Self { bytes: 250 << 20, pixels: 100_000_000, pages: 1000, unpacked: 2 << 30, time: Duration::from_mins(2) }
    }
}

/// One page of a file, as it will be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOriginal {
    /// The original bytes: those of the file, those of the picture inside a PDF, or a lossless PNG.
    pub bytes: Vec<u8>,
    /// What the bytes are; never PDF.
    pub media: Media,
    /// Dots per inch, if the file says so.
    pub resolution: Option<Resolution>,
    /// Columns, as stored.
    pub width: u32,
    /// Rows, as stored.
    pub height: u32,
    /// The turn the file says the content has: EXIF orientation, or the rotation of a PDF page.
    pub turn: Turn,
}

/// The decoder, as the rest of the program sees it.
#[derive(Debug, Clone)]
pub struct SandboxedDecoder {
    program: PathBuf,
    limits: Limits,
}

impl SandboxedDecoder {
    /// With the worker at that path; it is looked for at the first use.
    pub fn new(program: PathBuf, limits: Limits) -> Self {
        Self { program, limits }
    }

    /// With the worker that lies beside this program.
    pub fn beside_this_program(limits: Limits) -> Result<Self, DecodeError> {
        let unavailable = |error: io::Error| DecodeError::Unavailable(error.to_string());
        let this = std::env::current_exe().map_err(unavailable)?;
        // Test programs lie one folder deeper than the programs they test.
        let candidates = this.ancestors().skip(1).take(2).map(|folder| folder.join(WORKER));
        for program in candidates {
            if program.try_exists().map_err(unavailable)? {
                return Ok(Self::new(program, limits));
            }
        }
        let place = this.parent().unwrap_or(Path::new("/")).display();
        Err(DecodeError::Unavailable(format!("there is no {WORKER} in {place}")))
    }

    /// Starts a worker that does nothing, to learn whether it can run and how well this system confines it.
    pub fn check(&self) -> Result<Confinement, DecodeError> {
        let mut talk = self.start(Task::Greet, Media::Png, &[])?;
        talk.expect_done().map_err(DecodeError::Unavailable)?;
        Ok(talk.confinement)
    }

    /// Takes a file apart into the originals of its pages, in order; at least one.
    ///
    /// A JPEG, PNG or single-image TIFF is its own only page. A PDF page that is nothing but one JPEG over the whole
    /// page gives that JPEG byte for byte; any other is drawn at the resolution of its picture, or 300 dpi.
    pub fn take_apart(&self, bytes: &[u8], media: Media) -> Result<Vec<PageOriginal>, DecodeError> {
        let mut talk = self.start(Task::Pages, media, bytes)?;
        let (mut pages, mut room) = (Vec::new(), self.limits.unpacked);
        loop {
            match talk.next(room) {
                Ok(Answer::Page(page)) if pages.len() < self.limits.pages as usize => {
                    let (media, bytes) = match page.content {
                        PageContent::TheFile => (media, bytes.to_vec()),
                        PageContent::Bytes(media, bytes) => (media, bytes),
                    };
                    room = room.saturating_sub(bytes.len() as u64);
                    let (width, height) = (page.width, page.height);
                    pages.push(PageOriginal {
                        bytes,
                        media,
                        resolution: page.resolution,
                        width,
                        height,
                        turn: page.turn,
                    });
                }
                Ok(Answer::Done) if !pages.is_empty() => return Ok(pages),
                Ok(Answer::Refused(reason)) => return Err(DecodeError::Unreadable(reason)),
                Ok(_) => return Err(talk.crashed("gave an answer that makes no sense")),
                Err(error) => return Err(talk.failed(&error)),
            }
        }
    }

    fn start(&self, task: Task, media: Media, bytes: &[u8]) -> Result<Talk, DecodeError> {
        let Limits { bytes: most, pixels, pages, time, .. } = self.limits;
        let length = bytes.len() as u64;
        if length > most {
            let (has, may) = (length >> 20, most >> 20);
            return Err(DecodeError::Unreadable(format!("the file has {has} MB, more than the {may} MB allowed")));
        }
        let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX).max(1);
        let bounds = Bounds { bytes: most, pixels, pages, seconds };
        let mut request = Vec::with_capacity(bytes.len() + 64);
        Request { task, media, bounds, length }.write(&mut request).expect("a vector takes whatever is written to it");
        request.extend_from_slice(bytes);
        Talk::start(&self.program, request, time)
    }
}

impl Decoder for SandboxedDecoder {
    fn decode(&self, bytes: &[u8], media: Media) -> Result<Decoded, DecodeError> {
        let mut talk = self.start(Task::Pixels, media, bytes)?;
        match talk.next(self.limits.pixels.saturating_mul(3)) {
            Ok(Answer::Pixels { width, height, channels, resolution, turn, moment, samples }) => {
                let raster = Raster::new(width, height, channels, samples);
                let Ok(raster) = raster else { return Err(talk.crashed("gave pixels that fit no picture")) };
                talk.expect_done().map_err(DecodeError::Unreadable)?;
                Ok(Decoded { raster: raster.with_resolution(resolution), exif_turn: turn, moment })
            }
            Ok(Answer::Refused(reason)) => Err(DecodeError::Unreadable(reason)),
            Ok(_) => Err(talk.crashed("gave an answer that makes no sense")),
            Err(error) => Err(talk.failed(&error)),
        }
    }
}

impl Talk {
    /// The next answer, with at most so many bytes of content.
    fn next(&mut self, most: u64) -> io::Result<Answer> {
        Answer::read(&mut self.answers, most)
    }

    /// Reads the last word and waits for the end.
    fn expect_done(&mut self) -> Result<(), String> {
        match self.next(0) {
            Ok(Answer::Done) => {}
            Ok(Answer::Refused(reason)) => return Err(reason),
            Ok(_) => return Err("the decoder gave an answer that makes no sense".into()),
            Err(error) => return Err(self.failed(&error).to_string()),
        }
        let mut rest = [0; 1];
        match self.answers.read(&mut rest) {
            Ok(0) => Ok(()),
            _ => Err("the decoder went on talking after its last word".into()),
        }
    }

    /// What it means that no whole answer came. The child is ended, if it still runs.
    fn failed(&mut self, error: &io::Error) -> DecodeError {
        match self.end() {
            Ending::TookTooLong(time) => {
                DecodeError::Unreadable(format!("the decoder was still busy with it after {} s", time.as_secs()))
            }
            Ending::Other if error.kind() == io::ErrorKind::InvalidData => {
                DecodeError::Unreadable(format!("the decoder gave a garbled answer: {error}"))
            }
            Ending::Other => DecodeError::Unreadable("the decoder crashed on it".into()),
        }
    }

    fn crashed(&mut self, how: &str) -> DecodeError {
        self.end();
        DecodeError::Unreadable(format!("the decoder {how}"))
    }
}
