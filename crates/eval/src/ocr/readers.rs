//! The readers: our whole way from pixels to words, a warm engine alone, and two programs that people use.

use super::apart::{Apart, Kind};
use crate::clock::timed;
use crate::peer;
use crate::process::{Watch, waited_for_s};
use anyhow::{Context as _, Result, ensure};
use scantrail_core::ports::{Decoded, Recogniser as _};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::Turn;
use scantrail_core::vocabulary::Flow;
use scantrail_imaging::prepare::{Origin, Scene};
use scantrail_ocr::TesseractReader;
use scantrail_pipeline::{Circumstances, Readers, Stopwatch, Tools, process, see};
use scantrail_sheets::find::CodeFinder;
use std::path::Path;
use std::process::{Command, Stdio};
use tesseract::Tesseract;

/// One way of reading.
pub(super) enum Reader {
    /// Look, prepare, read.
    Ours(Apart),
    /// The library as it is, warm, on the pixels as they are.
    Library(Apart),
    /// The program, once for each page, in one thread.
    Program,
    /// The program that straightens, turns and makes a PDF.
    OcrMyPdf,
}

/// What was read, and what it cost.
pub(super) struct Took {
    pub(super) text: String,
    pub(super) cpu_s: f64,
    pub(super) wall_s: f64,
    /// The most memory of all its processes together (Pss).
    pub(super) peak_mb: f64,
}

struct NoWatch;

impl Stopwatch for NoWatch {
    fn milliseconds(&self) -> f64 {
        0.0
    }
}

impl Reader {
    /// All that are here.
    pub(super) fn all(alone: bool) -> Result<Vec<Self>> {
        let mut all = vec![Self::Ours(Apart::start(Kind::Ours)?)];
        if alone {
            return Ok(all);
        }
        all.push(Self::Library(Apart::start(Kind::Library)?));
        for (program, reader) in [("tesseract", Self::Program), ("ocrmypdf", Self::OcrMyPdf)] {
            match command(program).arg("--version").output() {
                Ok(said) if said.status.success() => all.push(reader),
                _ => eprintln!("{program} is not here and is not measured"),
            }
        }
        Ok(all)
    }

    pub(super) fn name(&self) -> String {
        match self {
            Self::Ours(_) => "ours: prepared and read".into(),
            Self::Library(_) => "tesseract, warm handle".into(),
            Self::Program => "tesseract, program".into(),
            Self::OcrMyPdf => "ocrmypdf --deskew --rotate-pages".into(),
        }
    }

    /// Reads a picture out of its file; `scanned` if its resolution is known, as a scanner's is.
    pub(super) fn read(&mut self, file: &Path, scanned: bool) -> Result<Took> {
        match self {
            Self::Ours(apart) | Self::Library(apart) => apart.read(file, scanned),
            Self::Program => program(command("tesseract").arg(file).args(["stdout", "-l", "eng"]), None),
            Self::OcrMyPdf => {
                let folder = file.parent().context("a picture lies in a folder")?;
                let (pdf, text) = (folder.join("page.pdf"), folder.join("page.txt"));
                let mut run = command("ocrmypdf");
                run.args(["--deskew", "--rotate-pages", "--jobs", "1", "--image-dpi", "300", "--sidecar"]);
                program(run.arg(&text).arg(file).arg(&pdf), Some(&text))
            }
        }
    }
}

/// A page as we prepare it.
pub(super) fn prepared(picture: Raster, finder: &mut CodeFinder) -> Result<Raster> {
    let (input, came) = taken_in(picture);
    let seen = see(&input, came, &mut Tools { finder, watch: &NoWatch })?;
    Ok(seen.first().prepared.raster.clone())
}

fn taken_in(picture: Raster) -> (Decoded, Circumstances<'static>) {
    let origin = if picture.resolution().is_some() { Origin::Feeder } else { Origin::Photo };
    let input = Decoded { raster: picture, exif_turn: Turn::None, moment: None };
    (input, Circumstances { flow: Flow::Stack, origin, neighbours: None, scene: Scene::Unsaid, other_side: None })
}

pub(super) fn ours(picture: Raster, finder: &mut CodeFinder, reader: &mut TesseractReader) -> Result<String> {
    let (input, came) = taken_in(picture);
    let processed = process(
        &input,
        came,
        &mut Tools { finder, watch: &NoWatch },
        &mut Readers { print: reader, other: None, hand: None },
    )?;
    if processed.holds_text() {
        return Ok(processed.text().0);
    }
    // Taken for a sheet of ours or for blank: what is there is read all the same.
    Ok(reader.read(&processed.first().prepared.raster)?.text())
}

/// The library with its model loaded, finding columns as its program does.
pub(crate) fn warm() -> Result<Tesseract> {
    let handle = Tesseract::new(None, Some("eng")).context("the library has no model")?;
    handle.set_variable("tessedit_pageseg_mode", "3").context("the library does not know its own setting")
}

pub(super) fn library(warm: Tesseract, picture: &Raster) -> Result<(String, Tesseract)> {
    let (width, height) = (i32::try_from(picture.width())?, i32::try_from(picture.height())?);
    let bytes = picture.channels().count() as i32;
    let warm = warm.set_frame(picture.samples(), width, height, bytes, width * bytes)?;
    let warm = warm.set_source_resolution(picture.resolution().map_or(300, |known| i32::from(known.x.get())));
    let mut warm = warm.recognize()?;
    Ok((warm.get_text()?, warm))
}

/// A program as it is called here: in one thread, so that its processor time is that of one.
pub(super) fn command(name: &str) -> Command {
    let mut command = peer::program(name);
    command.env("OMP_THREAD_LIMIT", "1");
    command
}

/// Runs a program; its text is what it prints, or what it leaves in a file.
pub(super) fn program(run: &mut Command, left: Option<&Path>) -> Result<Took> {
    let name = run.get_program().display().to_string();
    let before = waited_for_s()?;
    let run = run.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = run.spawn().with_context(|| format!("cannot run {name}"))?;
    let watch = Watch::start(&[child.id()]);
    let (said, wall_ms) = timed(|| child.wait_with_output());
    let said = said.with_context(|| format!("cannot run {name}"))?;
    let peak_mb = watch.peak()?.pss_mb;
    ensure!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
    let text = match left {
        None => String::from_utf8_lossy(&said.stdout).into_owned(),
        Some(file) => std::fs::read_to_string(file).context("a program left no text")?,
    };
    Ok(Took { text, cpu_s: waited_for_s()? - before, wall_s: wall_ms / 1e3, peak_mb })
}

/// Writes a picture with its resolution, losslessly.
pub(super) fn write_png(file: &Path, picture: &Raster) -> Result<()> {
    let kind = if picture.channels() == Channels::Grey { image::ColorType::L8 } else { image::ColorType::Rgb8 };
    image::save_buffer(file, picture.samples(), picture.width(), picture.height(), kind)
        .with_context(|| format!("cannot write {}", file.display()))
}
