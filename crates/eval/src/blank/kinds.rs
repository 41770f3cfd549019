//! What pictures are taken for, folder by folder; artwork also as a pencil copy of itself.

use crate::picture;
use crate::table::Table;
use anyhow::Result;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::vocabulary::Content;
use scantrail_imaging::kind::classify;
use scantrail_imaging::prepare::Origin;
use std::path::Path;

/// Folders below DIR, and where their pictures come from.
const FOLDERS: [(&str, Origin); 9] = [
    ("skew", Origin::Flatbed),
    ("ocr", Origin::Flatbed),
    ("pages/art", Origin::Flatbed),
    ("pages/blank", Origin::Feeder),
    ("pages/spread", Origin::Flatbed),
    ("pages/school", Origin::Photo),
    ("pages/curved", Origin::Photo),
    ("pages/desk", Origin::Photo),
    ("pages/whiteboard", Origin::Photo),
];
const KINDS: [Content; 4] = [Content::Text, Content::Lined, Content::Picture, Content::Blank];
/// Softness of the pencil copies, as shares of the longer side: outlines alone, and shading with them.
const PENCILS: [(&str, f64); 2] = [("outlines", 0.003), ("shaded", 0.016)];

/// Counts per folder.
pub(super) fn table(data: &Path) -> Result<Table> {
    let mut table = Table::new(&["taken for", "pictures", "text", "lined", "picture", "blank"]);
    for (folder, origin) in FOLDERS {
        let mut pictures = Vec::new();
        for path in picture::in_folder(&data.join(folder))? {
            pictures.push(picture::grey(&path)?);
        }
        table.row(counted(folder, &pictures, origin));
        if folder == "pages/art" {
            for (name, soft) in PENCILS {
                let copies: Vec<Raster> = pictures.iter().map(|picture| pencil(picture, soft)).collect();
                table.row(counted(&format!("the same in pencil, {name}"), &copies, origin));
            }
        }
    }
    Ok(table)
}

fn counted(name: &str, pictures: &[Raster], origin: Origin) -> Vec<String> {
    let taken: Vec<Content> = pictures.iter().map(|picture| classify(picture, origin).value.content).collect();
    let count = |kind: &Content| taken.iter().filter(|&taken| taken == kind).count().to_string();
    [name.to_owned(), pictures.len().to_string()].into_iter().chain(KINDS.iter().map(count)).collect()
}

/// A picture as pencil would copy it: divided by its own softened self, so that even parts turn into paper.
fn pencil(picture: &Raster, soft: f64) -> Raster {
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let reach = ((soft * w.max(h) as f64) as usize).max(1);
    let around = softened(&softened(picture.samples(), w, h, reach), w, h, reach);
    let divided = picture.samples().iter().zip(around).map(|(&v, around)| {
        let share = (f64::from(v) / f64::from(around.max(1))).min(1.0);
        (240.0 * (1.0 - 0.7 * (1.0 - share))) as u8
    });
    Raster::new(picture.width(), picture.height(), Channels::Grey, divided.collect()).expect("as many as before")
}

/// Mean over squares, along rows and then along columns.
fn softened(samples: &[u8], w: usize, h: usize, reach: usize) -> Vec<u8> {
    let along = |at: &dyn Fn(usize, usize) -> u8, w: usize, h: usize| {
        let mut out = vec![0u8; w * h];
        for y in 0..h {
            let mut sum: usize = (0..reach.min(w)).map(|x| usize::from(at(x, y))).sum();
            for x in 0..w {
                if x + reach < w {
                    sum += usize::from(at(x + reach, y));
                }
                if x > reach {
                    sum -= usize::from(at(x - reach - 1, y));
                }
                let count = (x + reach + 1).min(w) - x.saturating_sub(reach);
                out[y * w + x] = (sum / count) as u8;
            }
        }
        out
    };
    let rows = along(&|x, y| samples[y * w + x], w, h);
    let columns = along(&|y, x| rows[y * w + x], h, w);
    (0..w * h).map(|i| columns[i % w * h + i / w]).collect()
}
