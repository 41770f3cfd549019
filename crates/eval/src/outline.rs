//! `outline`: the four corners of pages in photos, ours beside what people do with `OpenCV`.
//!
//! Real and painted pages are laid on painted and photographed desks by a known camera, so the corners are exact; hand
//! set corners of real photos come beside them. Pictures without an outline must be left alone: cutting a page wrongly
//! loses writing, leaving it as it is loses nothing.

mod camera;
mod grounds;
mod pages;
mod report;
mod scene;
mod sheet;
mod strange;
mod tools;

use crate::peer::Company;
use anyhow::{Context as _, Result};
use report::Case;
use scantrail_core::raster::{Channels, Raster};
use scantrail_testkit::seed::Seed;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tools::Tools;

/// Corners, shares and times of finding pages in photos.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the pictures: `skew`, `ocr` and `pages` below it.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Decides every page, desk, camera and light.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Composed photos altogether; half as many without a page.
    #[arg(long, default_value_t = 240)]
    count: usize,
    /// Ours only.
    #[arg(long)]
    alone: bool,
    /// One line for each picture.
    #[arg(long)]
    each: bool,
    /// Also writes every composed photo into this folder, the outline found by ours drawn in.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Writes the real pictures of `pages` before and after as one JPEG.
    #[arg(long, value_name = "FILE.jpg")]
    sheet: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let seed = Seed(arguments.seed);
    let mut tools = Tools::start(if arguments.alone { Company::Alone } else { Company::Peers })?;
    let pages = pages::all(&arguments.data, seed.child(0))?;
    let desks = pages::desks(&arguments.data)?;
    let mut cases = Vec::new();
    let mut take = |case: Case, picture: &Raster, number: usize| -> Result<()> {
        if arguments.each {
            writeln!(std::io::stdout().lock(), "{number:>4} {}", case.line())?;
        }
        if let Some(folder) = &arguments.keep {
            sheet::keep(&folder.join(format!("{number:04}.jpg")), picture, &case)?;
        }
        cases.push(case);
        Ok(())
    };
    for number in 0..arguments.count {
        let scene = scene::compose(&pages, &desks, number, seed.child(1).child(number as u64));
        let answers = tools.ask(&scene.picture)?;
        let size = (scene.picture.width(), scene.picture.height());
        let case = Case { group: scene.ground, name: scene.page, size, truth: Some(scene.truth), answers };
        take(case, &scene.picture, number)?;
    }
    for number in 0..arguments.count / 2 {
        let (kind, name, picture) = strange::picture(&arguments.data, &pages, number, seed.child(2))?;
        let answers = tools.ask(&picture)?;
        let case = Case { group: kind, name, size: (picture.width(), picture.height()), truth: None, answers };
        take(case, &picture, arguments.count + number)?;
    }
    for (number, desk) in desks.iter().enumerate() {
        let picture = raster(&desk.picture);
        let answers = tools.ask(&picture)?;
        let size = (picture.width(), picture.height());
        let case = Case { group: "real photos", name: desk.name.clone(), size, truth: Some(desk.quad), answers };
        take(case, &picture, arguments.count * 3 / 2 + number)?;
    }
    write!(std::io::stdout().lock(), "{}", report::text(&cases, tools.names()))?;
    if let Some(file) = &arguments.sheet {
        sheet::write(&arguments.data.join("pages"), file)?;
    }
    Ok(())
}

/// A picture in colour, turned as its metadata say.
fn open(file: &Path) -> Result<image::RgbImage> {
    use image::ImageDecoder as _;
    let unread = || format!("cannot read the picture {}", file.display());
    let reader = image::ImageReader::open(file).and_then(image::ImageReader::with_guessed_format);
    let mut decoder = reader.with_context(unread)?.into_decoder().with_context(unread)?;
    let orientation = decoder.orientation().with_context(unread)?;
    let mut picture = image::DynamicImage::from_decoder(decoder).with_context(unread)?;
    picture.apply_orientation(orientation);
    Ok(picture.to_rgb8())
}

fn raster(picture: &image::RgbImage) -> Raster {
    Raster::new(picture.width(), picture.height(), Channels::Rgb, picture.as_raw().clone())
        .expect("a picture has three samples for each pixel and is not empty")
}

/// The picture with a longer side of at most this many pixels.
fn shrunk(picture: &image::RgbImage, long: u32) -> image::RgbImage {
    let (w, h) = picture.dimensions();
    if w.max(h) <= long {
        return picture.clone();
    }
    let side = |n: u32| (n * long / w.max(h)).max(1);
    image::imageops::thumbnail(picture, side(w), side(h))
}
