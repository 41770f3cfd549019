//! What the pipeline sees in an image, filing nothing: the contract of `scantrail inspect --json`.

mod overlay;

use crate::bench::{Bench, Looker};
use crate::derive;
use crate::error::DaemonError;
use crate::mats;
use scantrail_capture::decode::{Limits, SandboxedDecoder};
use scantrail_capture::files::media_of;
use scantrail_core::ports::{Decoded, Decoder as _, Reading};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Point, Quad, Turn};
use scantrail_core::vocabulary::{Content, Flow, Media, Shows, SourceKind};
use scantrail_imaging::deskew::Verdict;
use scantrail_imaging::encode::{Chroma, encode_jpeg, preview};
use scantrail_imaging::items::MatModel;
use scantrail_imaging::object;
use scantrail_imaging::warp::turn_back;
use scantrail_ocr::Cancel;
use scantrail_pipeline::{Circumstances, Part, Processed};
use scantrail_sheets::find::FoundCode;
use serde::Serialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Longer side of a view on a contact sheet, in pixels.
const VIEW_SIDE: u32 = 640;
/// JPEG quality of pages that `--out` writes.
const QUALITY: u8 = 90;

/// One line of `inspect --json`. Coordinates are pixels of the input after EXIF orientation. `skew` and `words` are those
/// of the first page, if the image shows several; `text` is that of all.
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
    /// The gutter of an open book: its top and its foot.
    pub split: Option<[[f64; 2]; 2]>,
    /// What was made of each page in the image; `quads` has their corners.
    pub pages: Vec<PageSeen>,
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

/// A page in the image.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are the contract of the interface, explained there")]
pub struct PageSeen {
    /// Size of the prepared page in pixels.
    pub width: u32,
    pub height: u32,
    pub dpi: Option<u16>,
    /// `whole`, or what told where it ends: `backing`, `edges`, `board`, `mat`, `gutter`.
    pub bounds: &'static str,
    pub bounds_confidence: f32,
    /// Its outline, also where that has other than four corners; null if it is the whole image.
    pub outline: Option<Vec<[f64; 2]>>,
    pub turn: u16,
    /// What told the turn: `code`, `camera`, `neighbours`, `text` or `nothing`.
    pub turned_by: &'static str,
    pub skew: f64,
    pub skew_confidence: f32,
    /// What the skew was measured on; why the page was left as it lies, if it was.
    pub skew_source: &'static str,
    pub skew_declined: Option<&'static str>,
    /// The map from the image to the prepared page, row by row; null if the page was bent.
    pub transform: Option<[[f64; 3]; 3]>,
    /// Whether the curve of a bound page was taken back.
    pub uncurled: bool,
    /// Whether uneven light was taken out.
    pub relit: bool,
    pub text: String,
    /// What was guessed from handwriting: for finding, not for reading; null if there is none or nobody to read it.
    pub handwriting: Option<String>,
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
    looker: Looker,
    bench: Bench,
    decoder: SandboxedDecoder,
    mat: Option<MatModel>,
    /// Small views of the objects seen so far.
    views: Vec<Raster>,
    /// How often a name was given to what is written: pictures of one name in several folders are all kept.
    names: HashMap<String, u32>,
}

impl Inspector {
    /// Tools that read as this says.
    pub fn new(reading: &scantrail_config::Reading) -> Result<Self, DaemonError> {
        let decoder = SandboxedDecoder::beside_this_program(Limits::default())?;
        let bench = Bench::new(reading, &Cancel::default())?;
        let looker = Looker::new();
        Ok(Self { looker, bench, decoder, mat: None, views: Vec::new(), names: HashMap::new() })
    }

    /// Learns the mat under the camera from a picture of it with nothing on it.
    pub fn learn_mat(&mut self, file: &Path) -> Result<(), DaemonError> {
        self.mat = Some(mats::model(&self.decoder, file, |decoded| turn_back(&decoded.raster, decoded.exif_turn))?);
        Ok(())
    }

    /// Writes all views of an object seen so far on one sheet, `contact-sheet.jpg`, if there are several.
    pub fn contact_sheet(&self, out: &Path) -> Result<(), DaemonError> {
        let views: Vec<&Raster> = self.views.iter().collect();
        match object::contact_sheet(&views, VIEW_SIDE) {
            Some(sheet) if views.len() > 1 => write(out, "contact-sheet", ".jpg", &sheet),
            _ => Ok(()),
        }
    }

    /// Looks at every page of a file.
    pub fn inspect(&mut self, path: &Path, wanted: &Wanted<'_>) -> Result<Vec<Inspection>, DaemonError> {
        let parts = open(&self.decoder, path)?;
        parts.into_iter().map(|part| self.one(part, wanted)).collect()
    }

    #[expect(clippy::disallowed_methods, reason = "a stopwatch, not a time that is kept")]
    fn one(&mut self, part: Opened, wanted: &Wanted<'_>) -> Result<Inspection, DaemonError> {
        let begin = std::time::Instant::now();
        let decoded = self.decoder.decode(&part.bytes, part.media)?;
        let decode = begin.elapsed().as_secs_f64() * 1e3;
        // Coordinates are told after the turn the file notes, so that is taken back first.
        let noted = decoded.raster.resolution();
        let raster = turn_back(&decoded.raster, decoded.exif_turn);
        let resolution = derive::resolution(noted, &raster);
        let by_camera = decoded.moment.is_some();
        let origin = derive::origin(SourceKind::Files, wanted.flow, derive::told(noted), by_camera);
        let upright =
            Decoded { raster: raster.with_resolution(Some(resolution)), exif_turn: Turn::default(), moment: None };
        let scene = mats::scene(wanted.shows, wanted.items, self.mat.as_ref());
        let came = Circumstances { flow: wanted.flow, origin, neighbours: None, scene, other_side: None };
        let processed = self.looker.process(&upright, came, &mut self.bench.readers())?;
        if wanted.shows == Shows::Object {
            self.views.push(preview(&processed.first().prepared.raster, VIEW_SIDE));
        }
        let stem = self.stem(&part.label);
        if let Some(out) = wanted.pages {
            for (at, page) in processed.parts.iter().enumerate() {
                let number = if processed.parts.len() > 1 { format!("-{}", at + 1) } else { String::new() };
                write(out, &stem, &format!("{number}.prepared.jpg"), &page.prepared.raster)?;
            }
        }
        if let Some(out) = wanted.overlay {
            write(out, &stem, ".overlay.jpg", &overlay::draw(&upright, &processed))?;
        }
        Ok(describe(part.label, &upright, noted.map(|r| r.x.get()), &processed, decode))
    }

    /// What the pictures made of a file are called; the second file of the same name gets `-2`.
    fn stem(&mut self, label: &str) -> String {
        let stem = Path::new(label).file_name().unwrap_or_default().to_string_lossy().replace('#', "-");
        let count = self.names.entry(stem.clone()).or_default();
        *count += 1;
        if *count == 1 { stem } else { format!("{stem}-{count}") }
    }
}

/// How to look, and what to write.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Sheets, or photographs.
    pub flow: Flow,
    /// What they show.
    pub shows: Shows,
    /// How many papers lie on the mat, if known.
    pub items: Option<u32>,
    /// Where the prepared pages are written as JPEG: `NAME.prepared.jpg`, or `NAME-1.prepared.jpg` and so on.
    pub pages: Option<&'a Path>,
    /// Where a drawing of what was seen is written: `NAME.overlay.jpg`.
    pub overlay: Option<&'a Path>,
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

fn write(out: &Path, stem: &str, ending: &str, picture: &Raster) -> Result<(), DaemonError> {
    let jpeg = encode_jpeg(picture, QUALITY, Chroma::Full)
        .map_err(|source| DaemonError::inside("a picture for you could not be encoded", source))?;
    let path: PathBuf = out.join(format!("{stem}{ending}"));
    #[expect(clippy::disallowed_methods, reason = "a file for the person who asked, not school data")]
    let written = std::fs::create_dir_all(out).and_then(|()| std::fs::write(&path, jpeg));
    written.map_err(|source| DaemonError::Outside { doing: "write", path, source })
}

/// The word for a code.
fn kind_of(code: &FoundCode) -> &'static str {
    match &code.payload {
        Err(_) => "foreign",
        Ok(payload) => match payload.kind.word() {
            kind @ ("cover" | "card" | "sticker") => kind,
            _ => "control",
        },
    }
}

fn page_seen(part: &Part) -> PageSeen {
    let prepared = &part.prepared;
    let declined = match prepared.skew.verdict {
        Verdict::Measured => None,
        Verdict::Declined(why) => Some(why.text()),
    };
    PageSeen {
        width: prepared.raster.width(),
        height: prepared.raster.height(),
        dpi: prepared.raster.resolution().map(|r| r.x.get()),
        bounds: prepared.bounds.value.word(),
        bounds_confidence: prepared.bounds.confidence.get(),
        outline: prepared.outline.as_ref().map(|points| points.iter().map(|p| [p.x, p.y]).collect()),
        turn: prepared.turn.degrees(),
        turned_by: prepared.turned_by.word(),
        skew: prepared.skew.angle.degrees(),
        skew_confidence: prepared.skew.confidence.get(),
        skew_source: prepared.skew.source.word(),
        skew_declined: declined,
        transform: prepared.transform.as_plane().map(|plane| plane.coefficients()),
        uncurled: prepared.curl.is_some(),
        relit: prepared.relit(),
        text: part.reading.as_ref().map(Reading::text).unwrap_or_default(),
        handwriting: part.guessed.as_ref().map(Reading::text),
    }
}

fn describe(file: String, input: &Decoded, dpi: Option<u16>, processed: &Processed, decode: f64) -> Inspection {
    let Processed { seen, parts, content, times, .. } = processed;
    let Part { prepared, reading, .. } = processed.first();
    let reading = reading.clone().unwrap_or_default();
    let codes = seen.codes.iter().map(|code| CodeSeen {
        text: code.text.clone(),
        kind: kind_of(code),
        corners: corners(&code.corners),
    });
    let (text, text_confidence) = processed.text();
    Inspection {
        file,
        width: input.raster.width(),
        height: input.raster.height(),
        dpi,
        codes: codes.collect(),
        orientation: prepared.turn.degrees(),
        skew: prepared.skew.angle.degrees(),
        skew_confidence: prepared.skew.confidence.get(),
        quads: parts.iter().filter_map(|part| part.prepared.corners().as_ref().map(corners)).collect(),
        split: processed.gutter.map(|gutter| gutter.map(|p| [p.x, p.y])),
        pages: parts.iter().map(page_seen).collect(),
        kind: content.word(),
        blank: *content == Content::Blank,
        sharpness: processed.quality.sharpness.map_or(0.0, |sharpness| 1.0 - sharpness.soft_share),
        glare: processed.quality.glare,
        warnings: processed.warnings.iter().map(|warning| warning.text().to_owned()).collect(),
        text,
        text_confidence: text_confidence.unwrap_or_default().get(),
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
