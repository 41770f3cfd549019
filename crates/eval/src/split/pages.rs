//! Upright pages that spreads are composed from: other people's scans, and pages painted here. Grey, about A4 at 150 dpi.

use crate::picture;
use anyhow::{Result, ensure};
use image::GrayImage;
use image::imageops::thumbnail;
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::seed::Seed;
use std::path::{Path, PathBuf};

/// Columns of a page.
pub(super) const WIDTH: u32 = 1240;
/// Painted pages of each kind.
const EACH: u64 = 3;
/// What is a page of a book: clearly higher than wide.
const LEAST_ASPECT: f64 = 1.1;
/// All paper is made this bright, so that the two sides of a spread are of one book.
const PAPER: f64 = 235.0;
const ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "tif", "tiff"];

/// An upright page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) picture: GrayImage,
    /// `None`: somebody's scan.
    pub(super) painted: Option<PageKind>,
}

/// All pages below the folders of upright pages, and painted ones; paintings are not among them.
pub(super) fn all(data: &Path, seed: Seed) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for path in
        ["skew", "ocr"].iter().map(|name| pictures_below(&data.join(name))).collect::<Result<Vec<_>>>()?.concat()
    {
        let page = picture::grey(&path)?;
        if f64::from(page.height()) >= LEAST_ASPECT * f64::from(page.width()) {
            pages.push(Page { picture: shrunk(&page), painted: None });
        }
    }
    ensure!(!pages.is_empty(), "no upright page below {}", data.display());
    for (kind, part) in [PageKind::Worksheet, PageKind::Ruled, PageKind::Squared, PageKind::Blank].into_iter().zip(0..)
    {
        pages.extend((0..EACH).map(|i| painted(kind, seed.child(part).child(i))));
    }
    Ok(pages)
}

pub(super) fn painted(kind: PageKind, seed: Seed) -> Page {
    let dpi = Dpi::new(150).expect("it is not zero");
    Page { picture: shrunk(&paint(&PageSpec::new(kind, seed, dpi)).raster.to_grey()), painted: Some(kind) }
}

/// Every picture below a folder, sorted by path.
pub(super) fn pictures_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in picture::entries(folder)? {
        if path.is_dir() {
            files.extend(pictures_below(&path)?);
        } else if path.extension().is_some_and(|e| ENDINGS.iter().any(|known| e.eq_ignore_ascii_case(known))) {
            files.push(path);
        }
    }
    Ok(files)
}

fn shrunk(page: &Raster) -> GrayImage {
    let picture = GrayImage::from_raw(page.width(), page.height(), page.samples().to_vec())
        .expect("a grey raster has a sample for each pixel");
    let height = (u64::from(WIDTH) * u64::from(page.height()) / u64::from(page.width())) as u32;
    let mut picture = if page.width() == WIDTH { picture } else { thumbnail(&picture, WIDTH, height) };
    let mut sorted = picture.as_raw().clone();
    let paper = sorted.len() * 4 / 5;
    let gain = PAPER / f64::from((*sorted.select_nth_unstable(paper).1).max(1));
    picture.iter_mut().for_each(|v| *v = (f64::from(*v) * gain).min(255.0) as u8);
    picture
}

/// The page at shares of its width and height; paper outside.
pub(super) fn sample(page: &GrayImage, u: f64, v: f64) -> f64 {
    let (x, y) = (u * f64::from(page.width()) - 0.5, v * f64::from(page.height()) - 0.5);
    if !((0.0..1.0).contains(&u) && (0.0..1.0).contains(&v)) {
        return PAPER;
    }
    let (x0, y0) = (x.floor(), y.floor());
    let at = |x: f64, y: f64| {
        let place = |v: f64, n: u32| (v.max(0.0) as u32).min(n - 1);
        f64::from(page.get_pixel(place(x, page.width()), place(y, page.height())).0[0])
    };
    let (wx, wy) = (x - x0, y - y0);
    let top = at(x0, y0) * (1.0 - wx) + at(x0 + 1.0, y0) * wx;
    let bottom = at(x0, y0 + 1.0) * (1.0 - wx) + at(x0 + 1.0, y0 + 1.0) * wx;
    top * (1.0 - wy) + bottom * wy
}
