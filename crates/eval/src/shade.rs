//! `shade`: how well uneven light is taken out of pages, ours beside what people do with OpenCV.
//!
//! Painted pages (two pencils, three pens, white, yellow and blue paper, a photo glued on) under known lights, with
//! noise and JPEG: everything is compared with the page as it was painted. Pictures in `DIR/pages/art` must be
//! declined. `--sheet` writes real photographs before and after beside each other, for eyes.

mod scene;
mod score;

use crate::clock::{Times, cpu};
use crate::peer::Peer;
use crate::picture::in_folder;
use crate::table::{Table, figure};
use anyhow::{Context as _, Result};
use image::RgbImage;
use scantrail_core::raster::{Channels, Raster};
use scantrail_imaging::shade::{Style, measure};
use scantrail_testkit::seed::Seed;
use scene::{LAMPS, PAPERS, Page};
use score::{Score, score};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Heights on the contact sheet.
const SHEET_HEIGHT: u32 = 420;
/// Noise of a phone in a lit room, in grey levels.
const NOISE: f32 = 3.0;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the pictures: `pages/art`, `pages/school`, `pages/whiteboard` below it.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The seed of the noise.
    #[arg(long, default_value_t = 4)]
    seed: u64,
    /// Writes real pictures before and after as one JPEG.
    #[arg(long, value_name = "FILE.jpg")]
    sheet: Option<PathBuf>,
}

/// What one recipe reached under one light.
#[derive(Debug, Default)]
struct Sum {
    scores: Vec<Score>,
    declined: usize,
    times: Times,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir().context("cannot make a folder for pictures")?;
    let mut peer = Peer::at_hand(include_str!("shade/peers.py"));
    let recipes = peer.as_ref().map(Peer::recipes).unwrap_or_default();
    let mut sums: BTreeMap<(usize, usize), Sum> = BTreeMap::new();
    for (p, &(_, paper, glued)) in PAPERS.iter().enumerate() {
        let page = Page::painted(paper, glued);
        for (l, &(_, lamp)) in LAMPS.iter().enumerate() {
            let seed = Seed(arguments.seed).child((p * LAMPS.len() + l) as u64);
            let picture = page.captured(lamp, NOISE, seed)?;
            sums.entry((l, 0)).or_default().scores.push(score(&picture, &page));
            let (cleaned, milliseconds) = cpu(|| ours(&picture, Style::Page));
            let sum = sums.entry((l, 1)).or_default();
            sum.times.add(milliseconds);
            sum.declined += usize::from(cleaned.is_none());
            sum.scores.push(score(cleaned.as_ref().unwrap_or(&picture), &page));
            let (from, to) = (folder.path().join("from.png"), folder.path().join("to.png"));
            picture.save(&from).context("cannot write a picture")?;
            for (r, recipe) in recipes.iter().enumerate() {
                let Some(peer) = &mut peer else { continue };
                let spent = peer.ask(&json!({"recipe": recipe, "from": from, "to": to}))?;
                let sum = sums.entry((l, r + 2)).or_default();
                sum.times.add(spent.as_f64().unwrap_or(f64::NAN));
                sum.scores.push(score(&open(&to)?, &page));
            }
        }
    }
    let mut names = vec!["as captured".to_owned(), "ours".to_owned()];
    names.extend(recipes);
    write!(std::io::stdout(), "{}", table(&sums, &names))?;
    art(&arguments.data)?;
    if let Some(file) = &arguments.sheet {
        sheet(&arguments.data, file)?;
    }
    Ok(())
}

fn table(sums: &BTreeMap<(usize, usize), Sum>, names: &[String]) -> String {
    let heading = ["light", "by", "uneven %", "pencil least", "pencil mean", "ΔE pens, paper", "left alone", "ms"];
    let mut table = Table::new(&heading);
    for (&(lamp, by), sum) in sums {
        let mean = |of: fn(&Score) -> f64| sum.scores.iter().map(of).sum::<f64>() / sum.scores.len() as f64;
        let least = sum.scores.iter().map(|s| s.pencil.0).fold(f64::INFINITY, f64::min);
        table.row(vec![
            LAMPS[lamp].0.to_owned(),
            names[by].clone(),
            figure(Some(mean(|s| s.unevenness)), 2),
            figure(Some(least), 2),
            figure(Some(mean(|s| s.pencil.1)), 2),
            figure(Some(mean(|s| s.colour)), 1),
            if by == 1 { format!("{} of {}", sum.declined, sum.scores.len()) } else { "–".to_owned() },
            figure(sum.times.median(), 0),
        ]);
    }
    table.text()
}

/// Artwork that must be left alone.
fn art(data: &Path) -> Result<()> {
    let mut table = Table::new(&["artwork", "said"]);
    for file in in_folder(&data.join("pages/art"))? {
        let said = match measure(&raster(&open(&file)?), Style::Page) {
            Ok(light) => format!("WRONG: acted on, confidence {:.2}", light.confidence.get()),
            Err(why) => format!("left alone: {why:?}"),
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        table.row(vec![name, said]);
    }
    write!(std::io::stdout(), "\n{}", table.text())?;
    Ok(())
}

fn ours(picture: &RgbImage, style: Style) -> Option<RgbImage> {
    let page = raster(picture);
    let light = measure(&page, style).ok()?;
    let page = light.value.apply(page);
    RgbImage::from_raw(page.width(), page.height(), page.into_samples())
}

fn raster(picture: &RgbImage) -> Raster {
    Raster::new(picture.width(), picture.height(), Channels::Rgb, picture.as_raw().clone())
        .expect("a picture has three samples for each pixel and is not empty")
}

fn open(file: &Path) -> Result<RgbImage> {
    let unread = || format!("cannot read the picture {}", file.display());
    let reader = image::ImageReader::open(file).and_then(image::ImageReader::with_guessed_format);
    Ok(reader.with_context(unread)?.decode().with_context(unread)?.to_rgb8())
}

/// Before and after, two rows a picture's height each, side by side.
fn sheet(data: &Path, file: &Path) -> Result<()> {
    let mut pairs = Vec::new();
    for (folder, style) in [("pages/whiteboard", Style::Board), ("pages/school", Style::Page)] {
        for file in in_folder(&data.join(folder))? {
            let before = open(&file)?;
            let after = ours(&before, style).unwrap_or_else(|| before.clone());
            let width = (before.width() * SHEET_HEIGHT / before.height()).max(1);
            pairs.push([before, after].map(|p| image::imageops::thumbnail(&p, width, SHEET_HEIGHT)));
        }
    }
    let width = pairs.iter().map(|p| p[0].width()).sum::<u32>().max(1);
    let mut whole = RgbImage::new(width, 2 * SHEET_HEIGHT);
    let mut x = 0;
    for pair in &pairs {
        for (row, picture) in (0..).zip(pair) {
            image::imageops::replace(&mut whole, picture, x, row * i64::from(SHEET_HEIGHT));
        }
        x += i64::from(pair[0].width());
    }
    whole.save(file).with_context(|| format!("cannot write {}", file.display()))
}
