//! Flat pages to be laid on desks, and real photos of pages with corners set by hand. They know no camera.

use super::{open, raster, shrunk};
use crate::picture::entries;
use anyhow::{Context as _, Result, ensure};
use image::{Rgb, RgbImage};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Point, Quad};
use scantrail_imaging::geometry::outline as rectangle;
use scantrail_imaging::geometry::projective::Projective;
use scantrail_imaging::warp::{Canvas, render};
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::seed::Seed;
use std::path::Path;

/// Pages are kept with a longer side of so many pixels, about what a photo below shows of them.
const LONG_SIDE: u32 = 1500;
/// What is taken for a page, by the end of its name.
const ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "tif", "tiff"];
/// Painted pages of each kind.
const EACH: u64 = 2;

/// A flat page, edge to edge.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) name: String,
    pub(super) picture: RgbImage,
}

/// A photo of a page on a desk.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) name: String,
    pub(super) picture: RgbImage,
    pub(super) quad: Quad,
}

/// Scans in `skew` and `ocr`, the flattened pages of the desk photos, and painted ones.
pub(super) fn all(data: &Path, seed: Seed) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for folder in ["skew", "ocr"] {
        for file in entries(&data.join(folder))? {
            let ending = file.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
            if !ENDINGS.contains(&ending.as_str()) {
                continue;
            }
            let picture = shrunk(&open(&file)?, LONG_SIDE);
            if has_paper_to_its_edge(&picture) {
                pages.push(Page { name: stem(&file), picture });
            }
        }
    }
    for desk in desks(data)? {
        let onto = rectangle(1050, 1485);
        let flat = Projective::between(&desk.quad, &onto).context("corners set by hand make no page")?;
        let canvas = Canvas { width: 1050, height: 1485, fill: [255; 3] };
        let page = render(&raster(&desk.picture), &flat.into(), canvas, &[]);
        pages.push(Page { name: format!("flat {}", desk.name), picture: rgb(&page) });
    }
    for (kind, part) in [PageKind::Worksheet, PageKind::Ruled, PageKind::Squared, PageKind::Blank].into_iter().zip(0..)
    {
        for i in 0..EACH {
            let dpi = Dpi::new(125).expect("not zero");
            let page = paint(&PageSpec::new(kind, seed.child(part).child(i), dpi)).raster;
            pages.push(Page { name: format!("painted {kind:?} {i}"), picture: rgb(&page) });
        }
    }
    ensure!(!pages.is_empty(), "no page below {}", data.display());
    Ok(pages)
}

/// Real photos with a row in `pages/desk/quads.json`.
pub(super) fn desks(data: &Path) -> Result<Vec<Desk>> {
    let folder = data.join("pages/desk");
    let file = folder.join("quads.json");
    let unread = || format!("cannot read {}", file.display());
    let text = std::fs::read_to_string(&file).with_context(unread)?;
    let rows: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).with_context(unread)?;
    let mut desks = Vec::new();
    for (name, row) in rows {
        let corners: [[f64; 2]; 4] = match serde_json::from_value(row["quad"].clone()) {
            Ok(corners) => corners,
            Err(_) => continue,
        };
        let picture = open(&folder.join(&name))?;
        desks.push(Desk { name, picture, quad: Quad(corners.map(|[x, y]| Point { x, y })) });
    }
    Ok(desks)
}

/// Whether the page's outermost fiftieth is paper: a scan with the scanner's lid around it has another outline.
fn has_paper_to_its_edge(page: &RgbImage) -> bool {
    let (w, h) = page.dimensions();
    let ring = (w.min(h) / 50).max(1);
    let least = |p: &Rgb<u8>| *p.0.iter().min().expect("three channels");
    let mut all: Vec<u8> = page.pixels().map(least).collect();
    let place = all.len() * 7 / 10;
    let paper = u32::from(*all.select_nth_unstable(place).1);
    let edge: Vec<bool> = page
        .enumerate_pixels()
        .filter(|(x, y, _)| *x < ring || *y < ring || *x >= w - ring || *y >= h - ring)
        .map(|(_, _, p)| u32::from(least(p)) * 10 > paper * 8)
        .collect();
    paper > 150 && edge.iter().filter(|light| **light).count() * 100 > edge.len() * 98
}

pub(super) fn rgb(page: &Raster) -> RgbImage {
    let samples = match page.channels() {
        Channels::Rgb => page.samples().to_vec(),
        Channels::Grey => page.samples().iter().flat_map(|v| [*v; 3]).collect(),
    };
    RgbImage::from_raw(page.width(), page.height(), samples).expect("three samples for each pixel")
}

pub(super) fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
