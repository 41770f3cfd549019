//! What the pipeline sees in an image, filing nothing: the contract of `scantrail inspect --json`.

use crate::derive::Bench;
use crate::error::DaemonError;
use scantrail_capture::decode::{Limits, SandboxedDecoder};
use scantrail_capture::files::media_of;
use scantrail_core::ports::{Decoded, Decoder as _};
use scantrail_core::units::{Point, Quad, Turn};
use scantrail_core::vocabulary::{Content, Flow, Media};
use scantrail_imaging::encode::{Chroma, encode_jpeg};
use scantrail_imaging::warp::turn_back;
use scantrail_pipeline::{Part, Processed};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// JPEG quality of pages that `--out` writes.
const QUALITY: u8 = 90;

/// One line of `inspect --json`. Coordinates are pixels of the input after EXIF orientation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the contract of the interface, explained there")]
pub struct Inspection {
    pub file: String,
    pub width: u32,
    pub height: u32,
    pub dpi: Option<u16>,
    pub codes: Vec<CodeSeen>,
    pub orientation: u16,
    pub skew: f64,
    pub skew_confidence: f32,
    pub quads: Vec<[[f64; 2]; 4]>,
    pub split: Option<()>,
    pub kind: &'static str,
    pub blank: bool,
    pub sharpness: f32,
    pub glare: f32,
    pub warnings: Vec<String>,
    pub text: String,
    pub text_confidence: f32,
    pub words: Vec<WordSeen>,
    pub ms: Times,
}

/// A code.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the contract of the interface, explained there")]
pub struct CodeSeen {
    pub text: String,
    pub kind: &'static str,
    pub corners: [[f64; 2]; 4],
}

/// A word, placed in the prepared page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the contract of the interface, explained there")]
pub struct WordSeen {
    pub t: String,
    pub b: [u32; 4],
    pub c: f32,
}

/// Milliseconds by stage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields name the stages")]
pub struct Times {
    pub decode: f64,
    pub codes: f64,
    pub prepare: f64,
    pub text: f64,
}

/// Looks at images one after another with warm tools.
pub struct Inspector {
    bench: Bench,
    decoder: SandboxedDecoder,
}

impl Inspector {
    /// Tools for a language.
    pub fn new(language: &str) -> Result<Self, DaemonError> {
        let decoder = SandboxedDecoder::beside_this_program(Limits::default())?;
        Ok(Self { bench: Bench::new(language)?, decoder })
    }

    /// Looks at every page of a file; with `out`, writes the prepared pages there as JPEG.
    pub fn inspect(&mut self, path: &Path, flow: Flow, out: Option<&Path>) -> Result<Vec<Inspection>, DaemonError> {
        let parts = open(&self.decoder, path)?;
        parts.into_iter().map(|part| self.one(part.label, &part.bytes, part.media, flow, out)).collect()
    }

    #[expect(clippy::disallowed_methods, reason = "a stopwatch, not a time that is kept")]
    fn one(
        &mut self,
        file: String,
        bytes: &[u8],
        media: Media,
        flow: Flow,
        out: Option<&Path>,
    ) -> Result<Inspection, DaemonError> {
        let begin = std::time::Instant::now();
        let decoded = self.decoder.decode(bytes, media)?;
        let decode = begin.elapsed().as_secs_f64() * 1e3;
        // Coordinates are told after the turn the file notes, so that is taken back first.
        let noted = decoded.raster.resolution();
        let raster = turn_back(&decoded.raster, decoded.exif_turn);
        let resolution = crate::derive::resolution(noted, &raster);
        let upright =
            Decoded { raster: raster.with_resolution(Some(resolution)), exif_turn: Turn::default(), moment: None };
        let processed = self.bench.process(&upright, flow)?;
        if let Some(out) = out {
            write_page(out, &file, &processed)?;
        }
        Ok(describe(file, &upright, noted.map(|r| r.x.get()), &processed, decode))
    }
}

/// One picture out of a file.
pub(crate) struct Opened {
    /// The file's name, with the number of the page if there are several.
    pub(crate) label: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) media: Media,
}

/// Takes a file apart into its pictures.
pub(crate) fn open(decoder: &SandboxedDecoder, path: &Path) -> Result<Vec<Opened>, DaemonError> {
    let read = |source| DaemonError::Outside { doing: "read", path: path.to_owned(), source };
    let bytes = std::fs::read(path).map_err(read)?;
    let name = path.to_string_lossy().into_owned();
    let media = media_of(&name, &bytes).map_err(|foreign| DaemonError::usage(format!("`{name}`: {foreign}")))?;
    let parts = match media {
        Media::Jpeg | Media::Png => vec![(bytes, media)],
        Media::Pdf | Media::Tiff => {
            decoder.take_apart(&bytes, media)?.into_iter().map(|part| (part.bytes, part.media)).collect()
        }
    };
    let several = parts.len() > 1;
    let label = |at: usize| if several { format!("{name}#{}", at + 1) } else { name.clone() };
    let opened = parts.into_iter().enumerate();
    Ok(opened.map(|(at, (bytes, media))| Opened { label: label(at), bytes, media }).collect())
}

fn write_page(out: &Path, file: &str, processed: &Processed) -> Result<(), DaemonError> {
    let jpeg = encode_jpeg(&processed.first().prepared.raster, QUALITY, Chroma::Full)
        .map_err(|source| DaemonError::inside("a prepared page could not be encoded", source))?;
    let stem = Path::new(file).file_name().unwrap_or_default().to_string_lossy().replace('#', "-");
    let path: PathBuf = out.join(format!("{stem}.prepared.jpg"));
    let written = std::fs::create_dir_all(out).and_then(|()| {
        #[expect(clippy::disallowed_methods, reason = "a file for the person who asked, not school data")]
        std::fs::write(&path, jpeg)
    });
    written.map_err(|source| DaemonError::Outside { doing: "write", path, source })
}

fn describe(file: String, input: &Decoded, dpi: Option<u16>, processed: &Processed, decode: f64) -> Inspection {
    let Processed { seen, parts, content, times, .. } = processed;
    let Part { prepared, reading } = processed.first();
    let reading = reading.clone().unwrap_or_default();
    let codes = seen.codes.iter().map(|code| CodeSeen {
        text: code.text.clone(),
        kind: match &code.payload {
            Err(_) => "foreign",
            Ok(payload) => match payload.kind.word() {
                kind @ ("cover" | "card" | "sticker") => kind,
                _ => "control",
            },
        },
        corners: corners(&code.corners),
    });
    Inspection {
        file,
        width: input.raster.width(),
        height: input.raster.height(),
        dpi,
        codes: codes.collect(),
        orientation: prepared.turn.degrees(),
        skew: prepared.skew.angle.degrees(),
        skew_confidence: prepared.skew.confidence.get(),
        quads: parts.iter().filter_map(|part| part.prepared.outline().as_ref().map(corners)).collect(),
        split: None,
        kind: content.word(),
        blank: *content == Content::Blank,
        sharpness: processed.sharpness.map_or(0.0, |sharpness| 1.0 - sharpness.soft_share),
        glare: 0.0,
        warnings: processed.warnings.iter().map(|warning| warning.text().to_owned()).collect(),
        text: reading.text(),
        text_confidence: reading.confidence().get(),
        words: reading
            .words
            .iter()
            .map(|word| WordSeen {
                t: word.text.clone(),
                b: [word.place.x0, word.place.y0, word.place.x1, word.place.y1],
                c: word.confidence.get(),
            })
            .collect(),
        ms: Times { decode, codes: times.codes, prepare: times.prepare, text: times.text },
    }
}

fn corners(quad: &Quad) -> [[f64; 2]; 4] {
    quad.0.map(|Point { x, y }| [x, y])
}
