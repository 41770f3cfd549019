//! `ocr --ways`: what the pixels that are read should be. Every page is prepared by us and read by the engine's own program
//! at several resolutions, its ink found in several ways.

use super::{Page, Sum, readers};
use crate::table::Table;
use anyhow::{Context as _, Result};
use image::imageops::{FilterType, resize};
use image::{GrayImage, ImageBuffer};
use scantrail_core::raster::{Channels, Raster};
use scantrail_sheets::find::CodeFinder;
use std::collections::BTreeMap;

/// One way: its name, the share of the page's resolution, and the engine's number for how ink is found.
const WAYS: [(&str, f64, u8); 8] = [
    ("300 dpi, Otsu", 1.0, 0),
    ("200 dpi, Otsu", 2.0 / 3.0, 0),
    ("150 dpi, Otsu", 0.5, 0),
    ("300 dpi, adaptive Otsu", 1.0, 1),
    ("200 dpi, adaptive Otsu", 2.0 / 3.0, 1),
    ("300 dpi, Sauvola", 1.0, 2),
    ("200 dpi, Sauvola", 2.0 / 3.0, 2),
    ("150 dpi, Sauvola", 0.5, 2),
];
/// The resolution of the pages, or what a phone's are taken for.
const DPI: f64 = 300.0;

/// Reads every page in every way; what came of it as a table.
pub(super) fn table(pages: &[Page]) -> Result<Table> {
    let folder = tempfile::tempdir().context("cannot make a folder for pictures")?;
    let file = folder.path().join("page.png");
    let mut finder = CodeFinder::new();
    let mut sums: BTreeMap<(&str, usize), Sum> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        eprint!("\rpage {} of {}", number + 1, pages.len());
        let prepared = readers::prepared(page.picture.clone(), &mut finder)?.to_grey();
        for (at, (_, share, ink)) in WAYS.iter().enumerate() {
            readers::write_png(&file, &reduced(&prepared, *share)?)?;
            let mut run = readers::command("tesseract");
            run.arg(&file).args(["stdout", "-l", "eng", "--dpi", &format!("{:.0}", DPI * share)]);
            let took = readers::program(run.args(["-c", &format!("thresholding_method={ink}")]), None)?;
            sums.entry((page.set, at)).or_default().add(&page.text, &took);
        }
    }
    eprintln!();
    let mut table = Table::new(&["set", "way", "pages", "CER", "F1", "CPU s/page"]);
    for ((set, at), sum) in &sums {
        let figures = [format!("{:.3}", sum.score.cer()), format!("{:.3}", sum.score.f1()), sum.each(sum.cpu_s)];
        let mut row = vec![(*set).to_owned(), WAYS[*at].0.to_owned(), sum.pages.to_string()];
        row.extend(figures);
        table.row(row);
    }
    Ok(table)
}

fn reduced(page: &Raster, share: f64) -> Result<Raster> {
    let side = |pixels: u32| ((f64::from(pixels) * share).round() as u32).max(1);
    let picture: GrayImage = ImageBuffer::from_raw(page.width(), page.height(), page.samples().to_vec())
        .context("a grey page has a sample to a pixel")?;
    let smaller = resize(&picture, side(page.width()), side(page.height()), FilterType::CatmullRom);
    Ok(Raster::new(smaller.width(), smaller.height(), Channels::Grey, smaller.into_raw())?)
}
