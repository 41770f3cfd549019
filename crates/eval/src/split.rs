//! `split`: whether two pages in one capture are told from one page, and where the gutter is found.
//!
//! Spreads are composed from upright pages (other people's scans below `DIR/skew` and `DIR/ocr`, and painted ones), so
//! the gutter is known exactly. Nothing else may be split: real pictures below `DIR/skew`, `DIR/ocr` and `DIR/pages`,
//! each also turned by a quarter, and painted pages made to look like spreads. Beside ours stands what people write
//! with numpy: the column with the least ink.

mod negative;
mod pages;
mod report;
mod spread;

use crate::clock::cpu;
use crate::disk::write_file;
use crate::peer::Peer;
use anyhow::{Context as _, Result};
use image::{Rgb, RgbImage};
use report::{Found, Negative, Positive};
use scantrail_core::raster::Raster;
use scantrail_core::units::Point;
use scantrail_imaging::split;
use scantrail_testkit::seed::Seed;
use serde_json::json;
use spread::Spread;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Size of a picture on the contact sheet, and how many stand in a row.
const THUMB: u32 = 230;
const PER_ROW: usize = 6;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the pictures: `skew`, `ocr` and `pages` below it.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Decides pages, turns, shadows, backing and noise.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many spreads are composed, and how many painted pages are made to look like one.
    #[arg(long, default_value_t = 120)]
    count: u64,
    /// Writes spreads with their gutters (true: green, found: red) and what was split wrongly, as one JPEG.
    #[arg(long, value_name = "FILE.jpg")]
    sheet: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let seed = Seed(arguments.seed);
    let mut judges = Judges::start()?;
    let mut thumbs = Vec::new();
    let sources = pages::all(&arguments.data, seed.child(0))?;
    let mut positives = Vec::new();
    for number in 0..arguments.count {
        let (spread, capture) = Spread::throw(&sources, seed.child(1).child(number));
        let case = Positive { truth: spread.truth(), kind: spread.kind(), found: judges.ask(&capture)? };
        thumbs.push(thumb(&capture, Some(case.truth.gutter), case.found[0].gutter));
        positives.push(case);
    }
    let mut negatives = Vec::new();
    let mut judge = |group: &'static str, name: String, picture: &Raster| -> Result<()> {
        let found = judges.ask(picture)?;
        if found[0].gutter.is_some() {
            thumbs.push(thumb(picture, None, found[0].gutter));
        }
        negatives.push(Negative { group, name, found });
        Ok(())
    };
    negative::real(&arguments.data, &mut judge)?;
    negative::painted(&sources, seed.child(2), arguments.count, &mut judge)?;
    write!(std::io::stdout(), "{}", report::text(&positives, &negatives))?;
    for (name, picture) in negative::real_spreads(&arguments.data)? {
        let found = judges.ask(&picture)?;
        writeln!(std::io::stdout(), "real spread {name}: {}", found[0].words())?;
        thumbs.push(thumb(&picture, None, found[0].gutter));
    }
    match &arguments.sheet {
        Some(file) => contact_sheet(&thumbs, file),
        None => Ok(()),
    }
}

/// Ours first, then the other.
struct Judges {
    peer: Option<Peer>,
    folder: tempfile::TempDir,
}

impl Judges {
    fn start() -> Result<Self> {
        let peer = Peer::start(include_str!("split/peers.py"))
            .inspect_err(|error| eprintln!("only ours is measured: {error}"))
            .ok();
        Ok(Self { peer, folder: tempfile::tempdir().context("cannot make a folder for pictures")? })
    }

    fn ask(&mut self, picture: &Raster) -> Result<[Found; 2]> {
        let (answer, milliseconds) = cpu(|| split::find(picture));
        let ours = match answer {
            Ok(sure) => Found {
                gutter: Some(sure.value.gutter),
                crossed: sure.value.crossing.places > 0,
                reason: None,
                milliseconds: Some(milliseconds),
            },
            Err(why) => Found { reason: Some(why), milliseconds: Some(milliseconds), ..Found::default() },
        };
        let Some(peer) = &mut self.peer else { return Ok([ours, Found::default()]) };
        let file = self.folder.path().join("capture.raw");
        write_file(&file, picture.to_grey().samples())?;
        let told = peer.ask(&json!({"file": file, "width": picture.width(), "height": picture.height()}))?;
        let at = |x: f64, y: u32| Point { x, y: f64::from(y) };
        let gutter = told["x"].as_f64().map(|x| [at(x, 0), at(x, picture.height())]);
        Ok([ours, Found { gutter, milliseconds: told["ms"].as_f64(), ..Found::default() }])
    }
}

fn thumb(picture: &Raster, truth: Option<[Point; 2]>, found: Option<[Point; 2]>) -> RgbImage {
    let grey = picture.to_grey();
    let image = image::GrayImage::from_raw(grey.width(), grey.height(), grey.into_samples())
        .expect("a grey raster has a sample for each pixel");
    let scale = f64::from(THUMB) / f64::from(image.width().max(image.height()));
    let side = |v: u32| ((f64::from(v) * scale) as u32).max(1);
    let small = image::imageops::thumbnail(&image, side(image.width()), side(image.height()));
    let mut small = image::DynamicImage::ImageLuma8(small).to_rgb8();
    for (line, colour) in [(truth, Rgb([0, 190, 0])), (found, Rgb([230, 0, 0]))] {
        let Some([a, b]) = line else { continue };
        for i in 0..=2 * THUMB {
            let t = f64::from(i) / f64::from(2 * THUMB);
            let (x, y) = ((a.x + t * (b.x - a.x)) * scale, (a.y + t * (b.y - a.y)) * scale);
            if x >= 0.0 && y >= 0.0 && (x as u32) < small.width() && (y as u32) < small.height() {
                small.put_pixel(x as u32, y as u32, colour);
            }
        }
    }
    small
}

fn contact_sheet(thumbs: &[RgbImage], file: &Path) -> Result<()> {
    let rows = thumbs.len().div_ceil(PER_ROW).max(1) as u32;
    let mut sheet = RgbImage::new((THUMB + 4) * PER_ROW as u32, (THUMB + 4) * rows);
    for (i, thumb) in thumbs.iter().enumerate() {
        let place = |n: usize| n as i64 * i64::from(THUMB + 4);
        image::imageops::replace(&mut sheet, thumb, place(i % PER_ROW), place(i / PER_ROW));
    }
    sheet.save(file).with_context(|| format!("cannot write {}", file.display()))
}
