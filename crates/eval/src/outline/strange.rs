//! Pictures in which there is no outline of a page to be found, though many have edges and rectangles.

use super::grounds::Ground;
use super::pages::{Page, rgb, stem};
use super::{open, raster, scene, shrunk};
use crate::picture::in_folder;
use anyhow::{Result, ensure};
use image::RgbImage;
use rand::Rng as _;
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_testkit::paint::{PageKind, PageSpec, paint, whiteboard};
use scantrail_testkit::seed::Seed;
use std::path::Path;

/// The share of a painted wall's width and height that the inside of its whiteboard begins and ends at.
const BOARD: [f64; 4] = [74.0 / 900.0, 84.0 / 675.0, 646.0 / 900.0, 506.0 / 675.0];
/// Longer side of these pictures.
const LONG_SIDE: u32 = 1600;

/// What kind it is, its name, and the picture.
pub(super) fn picture(
    data: &Path,
    pages: &[Page],
    number: usize,
    seed: Seed,
) -> Result<(&'static str, String, Raster)> {
    let seed = seed.child(number as u64);
    let mut rng = seed.rng();
    let page = &pages[rng.random_range(0..pages.len())];
    let (kind, name, picture) = match number % 6 {
        0 => {
            let files = in_folder(&data.join("pages/art"))?;
            ensure!(!files.is_empty(), "no picture in pages/art");
            if let Some(file) = files.get((number / 6) % (files.len() + 3)) {
                ("no page: artwork", stem(file), shrunk(&open(file)?, LONG_SIDE))
            } else {
                let painting = PageSpec::new(PageKind::Painting, seed.child(0), Dpi::new(125).expect("not zero"));
                ("no page: artwork", "painted".to_owned(), rgb(&paint(&painting).raster))
            }
        }
        1 => ("no page: whole scan", page.name.clone(), page.picture.clone()),
        2 => ("no page: too near", page.name.clone(), near(&page.picture, &mut rng)),
        3 => ("no page: in a board", "painted".to_owned(), board(seed.child(1), &mut rng)),
        _ => {
            let ground = Ground::ALL[rng.random_range(0..Ground::ALL.len() - 1)];
            ("no page: bare desk", ground.word().to_owned(), ground.paint((LONG_SIDE, LONG_SIDE * 3 / 4), &mut rng))
        }
    };
    Ok((kind, name, raster(&scene::captured(&picture, &mut rng))))
}

/// A part of the page that reaches none of its edges.
fn near(page: &RgbImage, rng: &mut impl rand::Rng) -> RgbImage {
    let (w, h) = page.dimensions();
    let share = rng.random_range(0.45..0.85);
    let size = |n: u32| ((f64::from(n) * share) as u32).max(1);
    let (cw, ch) = (size(w), size(h));
    let (x, y) = (rng.random_range(w / 20..=(w - cw) / 2 + w / 20), rng.random_range(h / 20..=(h - ch) / 2 + h / 20));
    image::imageops::crop_imm(page, x, y, cw, ch).to_image()
}

/// The inside of a whiteboard, edge to edge.
fn board(seed: Seed, rng: &mut impl rand::Rng) -> RgbImage {
    let wall = rgb(&whiteboard(seed, None, None).raster);
    let (w, h) = (f64::from(wall.width()), f64::from(wall.height()));
    let inset = rng.random_range(0.01..0.06) * w;
    let [left, top, right, bottom] = BOARD;
    let (x, y) = (left * w + inset, top * h + inset);
    let (cw, ch) = ((right - left) * w - 2.0 * inset, (bottom - top) * h - 2.0 * inset);
    let part = image::imageops::crop_imm(&wall, x as u32, y as u32, cw as u32, ch as u32).to_image();
    shrunk(&part, LONG_SIDE)
}
