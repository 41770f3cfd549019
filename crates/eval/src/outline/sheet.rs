//! Pictures for eyes: photos with what was found drawn in, and real pictures before and after.

use super::pages::rgb;
use super::report::Case;
use super::{open, raster, shrunk};
use crate::picture::{entries, in_folder};
use anyhow::{Context as _, Result};
use image::{Rgb, RgbImage};
use scantrail_core::raster::Raster;
use scantrail_core::units::Quad;
use scantrail_imaging::outline::{Known, find};
use scantrail_imaging::warp::{Canvas, render};
use std::io::Write as _;
use std::path::Path;

/// Height of a row.
const HEIGHT: u32 = 240;
/// Width of the sheet.
const WIDTH: u32 = 1500;
const FOUND: Rgb<u8> = Rgb([230, 0, 60]);
const TRUTH: Rgb<u8> = Rgb([0, 160, 0]);

/// Writes a small photo with the truth in green and what ours found in red.
pub(super) fn keep(file: &Path, picture: &Raster, case: &Case) -> Result<()> {
    let whole = rgb(picture);
    let mut small = shrunk(&whole, 500);
    let scale = f64::from(small.width()) / f64::from(whole.width());
    if let Some(truth) = &case.truth {
        draw(&mut small, truth, scale, TRUTH);
    }
    if let Some(quad) = &case.answers[0].quad {
        draw(&mut small, quad, scale, FOUND);
    }
    small.save(file).with_context(|| format!("cannot write {}", file.display()))
}

/// All pictures in the folders below `pages`: as captured with the outline in red, and, where one was found, flattened.
pub(super) fn write(pages: &Path, file: &Path) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let mut tiles = Vec::new();
    for folder in entries(pages)?.into_iter().filter(|path| path.is_dir()) {
        for file in in_folder(&folder)? {
            let picture = open(&file)?;
            let input = raster(&picture);
            let found = find(&input, &Known::default());
            let mut before = shrunk(&picture, HEIGHT.max(picture.width() * HEIGHT / picture.height()));
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            match found {
                Ok(sure) => {
                    writeln!(out, "{name}: sure {:.2}, {:?}", sure.confidence.get(), sure.value.size)?;
                    let scale = f64::from(before.width()) / f64::from(picture.width());
                    draw(&mut before, &sure.value.quad, scale, FOUND);
                    tiles.push(before);
                    if let Some((transform, width, height)) = sure.value.flatten() {
                        let flat = render(&input, &transform, Canvas { width, height, fill: [128; 3] }, &[]);
                        tiles.push(shrunk(&rgb(&flat), HEIGHT.max(width * HEIGHT / height)));
                    }
                }
                Err(why) => {
                    writeln!(out, "{name}: left alone, {why:?}")?;
                    tiles.push(before);
                }
            }
        }
    }
    let mut places = Vec::new();
    let (mut x, mut y) = (0, 0);
    for tile in &tiles {
        if x > 0 && x + tile.width() > WIDTH {
            (x, y) = (0, y + HEIGHT + 6);
        }
        places.push((x, y));
        x += tile.width() + 6;
    }
    let mut whole = RgbImage::from_pixel(WIDTH, y + HEIGHT, Rgb([70, 70, 90]));
    for (tile, (x, y)) in tiles.iter().zip(places) {
        image::imageops::replace(&mut whole, tile, i64::from(x), i64::from(y));
    }
    whole.save(file).with_context(|| format!("cannot write {}", file.display()))
}

fn draw(picture: &mut RgbImage, quad: &Quad, scale: f64, colour: Rgb<u8>) {
    for k in 0..4 {
        let (a, b) = (quad.0[k], quad.0[(k + 1) % 4]);
        let steps = ((b.x - a.x).hypot(b.y - a.y) * scale).ceil().max(1.0) as u32;
        for i in 0..=steps {
            let t = f64::from(i) / f64::from(steps);
            let (x, y) = ((a.x + t * (b.x - a.x)) * scale, (a.y + t * (b.y - a.y)) * scale);
            for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)] {
                let (x, y) = (x + dx, y + dy);
                if x >= 0.0 && y >= 0.0 && x < f64::from(picture.width()) && y < f64::from(picture.height()) {
                    picture.put_pixel(x as u32, y as u32, colour);
                }
            }
        }
    }
}
