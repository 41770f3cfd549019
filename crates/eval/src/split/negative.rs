//! What must not be split: other people's pictures, and painted pages that look like spreads in one thing.

use super::pages::{self, Page, pictures_below, sample};
use super::spread::PER_MM;
use crate::picture;
use anyhow::Result;
use image::GrayImage;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution, Turn};
use scantrail_testkit::paint::{PageKind, whiteboard};
use scantrail_testkit::seed::Seed;
use std::path::Path;

/// Real pictures that do show two pages, below the folder of pictures.
const SPREADS: [&str; 1] = ["pages/spread/imgsrcE001.png"];
/// A sheet lying down, in millimetres.
const LYING: (f64, f64) = (297.0, 210.0);

/// Takes the group, the name and the picture.
pub(super) type Judge<'a> = dyn FnMut(&'static str, String, &Raster) -> Result<()> + 'a;

/// Every real picture that shows one page or none, as it is and turned by a quarter.
pub(super) fn real(data: &Path, judge: &mut Judge<'_>) -> Result<()> {
    let spreads = SPREADS.map(|name| data.join(name));
    for folder in ["skew", "ocr", "pages"] {
        for path in pictures_below(&data.join(folder))? {
            if spreads.contains(&path) {
                continue;
            }
            let name = path.strip_prefix(data).unwrap_or(&path).display().to_string();
            let upright = picture::grey(&path)?;
            judge("real pictures", name.clone(), &upright)?;
            judge("real pictures, quarter turn", name, &picture::turned(&upright, Turn::Quarter))?;
        }
    }
    Ok(())
}

/// Those that show two.
pub(super) fn real_spreads(data: &Path) -> Result<Vec<(String, Raster)>> {
    let there = SPREADS.iter().map(|name| (*name, data.join(name))).filter(|(_, path)| path.is_file());
    there.map(|(name, path)| Ok((name.to_owned(), picture::grey(&path)?))).collect()
}

/// `count` painted ones.
pub(super) fn painted(sources: &[Page], seed: Seed, count: u64, judge: &mut Judge<'_>) -> Result<()> {
    for number in 0..count {
        let seed = seed.child(number);
        let mut rng = seed.rng();
        let page = &sources.choose(&mut rng).expect("there are pages").picture;
        let group = GROUPS[(number % GROUPS.len() as u64) as usize];
        let picture = match group {
            "painting, lying" => {
                let art = pages::painted(PageKind::Painting, seed.child(1)).picture;
                paper(seed, LYING, |x, y| sample(&art, y / LYING.1, x / LYING.0))
            }
            "whiteboard" => whiteboard(seed.child(1), None, None).raster.to_grey(),
            "page lying sideways" => paper(seed, LYING, |x, y| sample(page, y / LYING.1, 1.0 - x / LYING.0)),
            "page on a backing" => single(page, seed),
            "two columns" => columns(page, seed, None),
            "two columns, a rule" => columns(page, seed, Some(rng.random_range(0.4..2.0))),
            "folded sheet" => folded(page, seed),
            _ => table(seed),
        };
        judge(group, format!("{number}"), &picture)?;
    }
    Ok(())
}

const GROUPS: [&str; 8] = [
    "page on a backing",
    "page lying sideways",
    "two columns",
    "two columns, a rule",
    "folded sheet",
    "table, lying",
    "painting, lying",
    "whiteboard",
];

/// One upright page on a backing that is wider than high, with a shadow along its left edge.
fn single(page: &GrayImage, seed: Seed) -> Raster {
    let mut rng = seed.child(2).rng();
    let (left, backing, depth) =
        (rng.random_range(40.0..120.0), rng.random_range(10.0..60.0), rng.random_range(0.0..0.4));
    paper(seed, LYING, |x, y| {
        let (u, v) = ((x - left) / 140.0, (y - 6.0) / 198.0);
        let inside = (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v);
        if inside { sample(page, u, v) * (1.0 - depth * (-u * 140.0 / 6.0).exp()) } else { backing }
    })
}

/// A sheet with the page's upper half on the left and its lower half on the right, and maybe a rule between.
fn columns(page: &GrayImage, seed: Seed, rule: Option<f64>) -> Raster {
    let mut rng = seed.child(2).rng();
    let gap = rng.random_range(4.0..14.0);
    let column = (LYING.0 - 30.0 - gap) / 2.0;
    paper(seed, LYING, |x, y| {
        let off = x - LYING.0 / 2.0;
        if rule.is_some_and(|wide| off.abs() < wide / 2.0) && (10.0..200.0).contains(&y) {
            return 70.0;
        }
        let u = (off.abs() - gap / 2.0) / column;
        let u = if off < 0.0 { 1.0 - u } else { u };
        // From the printed part of a page.
        let v = (y - 10.0) / 190.0 * 0.42 + if off < 0.0 { 0.06 } else { 0.5 };
        if (0.0..1.0).contains(&u) && (10.0..200.0).contains(&y) { sample(page, 0.1 + 0.8 * u, v) } else { 235.0 }
    })
}

/// One page printed across the whole sheet, which was folded in the middle.
fn folded(page: &GrayImage, seed: Seed) -> Raster {
    let mut rng = seed.child(2).rng();
    let (depth, wide) = (rng.random_range(0.03..0.25), rng.random_range(1.0..6.0));
    paper(seed, LYING, |x, y| {
        let shadow = 1.0 - depth * (-(x - LYING.0 / 2.0).abs() / wide).exp();
        // Only the upper half of the page, so that its letters keep their shape.
        sample(page, x / LYING.0, 0.05 + 0.45 * y / LYING.1) * shadow
    })
}

fn table(seed: Seed) -> Raster {
    let mut rng = seed.child(2).rng();
    let (across, down) = (rng.random_range(18.0..60.0), rng.random_range(8.0..20.0));
    let (thin, words) = (rng.random_range(0.3..0.9), rng.random_range(0.3..0.9));
    paper(seed, LYING, |x, y| {
        let inside = (12.0..285.0).contains(&x) && (12.0..198.0).contains(&y);
        let (u, v) = ((x - 12.0).rem_euclid(across), (y - 12.0).rem_euclid(down));
        let word = (2.0..across * words).contains(&u) && (3.0..5.5).contains(&v) && u.rem_euclid(1.9) < 1.2;
        if inside && (u < thin || v < thin || word) { 80.0 } else { 235.0 }
    })
}

/// A sheet of paper, in millimetres, at the resolution of the spreads: uneven light, noise, a small turn.
fn paper(seed: Seed, (width, height): (f64, f64), level: impl Fn(f64, f64) -> f64) -> Raster {
    let mut rng = seed.child(3).rng();
    let (sin, cos) = rng.random_range(-0.02..0.02f64).sin_cos();
    let light = (rng.random_range(-0.12..0.12), rng.random_range(-0.12..0.12));
    let (w, h) = ((width * PER_MM) as u32, (height * PER_MM) as u32);
    let mut samples = Vec::with_capacity((w * h) as usize);
    for y in 0..h {
        for x in 0..w {
            let (dx, dy) = ((f64::from(x) + 0.5) / PER_MM - width / 2.0, (f64::from(y) + 0.5) / PER_MM - height / 2.0);
            let value = level(cos * dx + sin * dy + width / 2.0, cos * dy - sin * dx + height / 2.0);
            let light = 1.0 + light.0 * dx / width + light.1 * dy / height;
            samples.push((value * light + rng.random_range(-4.0..4.0)).round().clamp(0.0, 255.0) as u8);
        }
    }
    let dpi = Dpi::new(150).expect("it is not zero");
    Raster::new(w, h, Channels::Grey, samples)
        .expect("the samples were made from this size")
        .with_resolution(Some(Resolution::square(dpi)))
}
