//! A fictional school with its printed sheets, small.

use super::plan::{Capture, Shows, Who};
use crate::disk::write_file;
use anyhow::{Context as _, Result};
use rand::Rng as _;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Angle, Dpi, Turn};
use scantrail_testkit::demo::Scantrail;
use scantrail_testkit::effects::scanner::{Feed, feed};
use scantrail_testkit::geometry::MmRect;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::paper::{paste_foreign_code, printed, spoil_codes};
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// Classes of the school.
pub(crate) const CLASSES: usize = 12;
/// Pupils of a class.
pub(crate) const PUPILS: usize = 8;
/// A quarter of what the office scans at: a sheet is half a million pixels.
const DPI: u16 = 75;
/// Different pages of work; the same page may be two children's, as worksheets are.
const PAGES: usize = 48;
const SURNAMES: [&str; CLASSES] =
    ["Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Larch", "Maple"];
const FORENAMES: [&str; PUPILS] = ["Ada", "Bo", "Cleo", "Dev", "Esi", "Finn", "Gwen", "Hugo"];

/// The school, its program, and its paper.
pub(crate) struct School {
    scantrail: Scantrail,
    ids: Vec<Vec<String>>,
    covers: Vec<Vec<Raster>>,
    cards: Vec<Vec<Raster>>,
    strange: Raster,
    areas: Vec<MmRect>,
    pages: Vec<Raster>,
}

fn dpi() -> Result<Dpi> {
    Dpi::new(DPI).context("a resolution of nothing")
}

impl School {
    /// Makes the school and prints its sheets.
    pub(crate) fn set(program: &Path, folder: &Path) -> Result<Self> {
        let strange = Self::strange_cover(program, &folder.join("elsewhere"))?;
        let scantrail = made(program, &folder.join("school"))?;
        let mut list = String::from("Surname,Forename,Class\n");
        for (class, surname) in SURNAMES.iter().enumerate() {
            for forename in FORENAMES {
                // In a class all have one surname, so its list is in the order of forenames.
                writeln!(list, "{surname},{forename},{}", class_name(class))?;
            }
        }
        import(&scantrail, folder, &list)?;
        let (mut ids, mut covers, mut cards) = (Vec::new(), Vec::new(), Vec::new());
        for class in 0..CLASSES {
            let name = class_name(class);
            let listed = scantrail.json(&["pupils", "list", "--class", &name])?;
            let of_class: Vec<String> =
                listed.as_array().into_iter().flatten().filter_map(|p| p["id"].as_str().map(str::to_owned)).collect();
            let sides = print(&scantrail, folder, &["cover", "--class", &name])?;
            covers.push(sides.into_iter().step_by(2).collect());
            let mut of_cards = Vec::new();
            for id in &of_class {
                of_cards.push(print(&scantrail, folder, &["card", "--pupil", id])?.swap_remove(0));
            }
            cards.push(of_cards);
            ids.push(of_class);
        }
        let areas = areas(&scantrail, folder)?;
        let kinds = [PageKind::Ruled, PageKind::Squared, PageKind::Worksheet, PageKind::Ruled];
        let at = dpi()?;
        let pages =
            (0..PAGES).map(|n| paint(&PageSpec::new(kinds[n % kinds.len()], Seed(n as u64), at)).raster).collect();
        Ok(Self { scantrail, ids, covers, cards, strange, areas, pages })
    }

    fn strange_cover(program: &Path, folder: &Path) -> Result<Raster> {
        let scantrail = made(program, folder)?;
        import(&scantrail, folder, "Surname,Forename,Class\nStranger,Sam,9Z\n")?;
        Ok(print(&scantrail, folder, &["cover", "--class", "9Z"])?.swap_remove(0))
    }

    pub(crate) fn scantrail(&self) -> &Scantrail {
        &self.scantrail
    }

    pub(crate) fn id(&self, (class, place): Who) -> &str {
        &self.ids[class][place]
    }

    pub(crate) fn pages(&self) -> usize {
        self.pages.len()
    }

    /// A capture as the scanner or the camera delivers it.
    pub(crate) fn paint(&self, capture: &Capture, seed: Seed) -> Result<Raster> {
        let page = match &capture.shows {
            Shows::Cover((class, place)) => self.covers[*class][*place].clone(),
            Shows::SpoiledCover((class, place)) => {
                spoil_codes(self.covers[*class][*place].clone(), &self.areas, seed.child(1))
            }
            Shows::StrangeCover => self.strange.clone(),
            Shows::Page(n) | Shows::Picture(n) => self.pages[*n].clone(),
            Shows::PageWithIsbn(n) => {
                paste_foreign_code(self.pages[*n].clone(), "9781234567897", (140.0, 240.0), 40.0)?
            }
            Shows::Cards(who) => {
                let cards: Vec<&Raster> = who.iter().map(|(class, place)| &self.cards[*class][*place]).collect();
                return beneath(&cards);
            }
        };
        let mut rng = seed.child(2).rng();
        let how = Feed {
            skew: Angle::from_degrees(rng.random_range(-1.5..1.5)),
            turn: if capture.upside_down { Turn::Half } else { Turn::None },
            noise: rng.random_range(0.0..4.0),
            ..Feed::default()
        };
        Ok(feed(&page, &how, seed.child(3)).raster)
    }
}

/// How a class is called.
pub(crate) fn class_name(class: usize) -> String {
    format!("{}{}", class / 2 + 1, if class.is_multiple_of(2) { "A" } else { "B" })
}

fn made(program: &Path, data: &Path) -> Result<Scantrail> {
    let config = data.join("scantrail.toml");
    let scantrail = Scantrail::new(program, &config);
    scantrail.good(&["init", &data.to_string_lossy(), "--school", "Treetops Primary School"])?;
    let mut text = std::fs::read_to_string(&config).context("the configuration cannot be read")?;
    text.push_str("\n[web]\nlisten = \"127.0.0.1:0\"\n\n[reading]\nlanguage = \"none\"\n");
    // The sample has its sections commented out or empty; a second `[web]` would be a fault.
    let text = text.replacen("[web]\n", "", 1).replacen("[reading]\n", "", 1);
    write_file(&config, text.as_bytes())?;
    Ok(scantrail)
}

fn import(scantrail: &Scantrail, folder: &Path, list: &str) -> Result<()> {
    let path = folder.join("pupils.csv");
    write_file(&path, list.as_bytes())?;
    scantrail.good(&["pupils", "import", &path.to_string_lossy()])?;
    Ok(())
}

fn print(scantrail: &Scantrail, folder: &Path, what: &[&str]) -> Result<Vec<Raster>> {
    let path = folder.join("print.pdf");
    let shown = path.to_string_lossy().into_owned();
    let mut typed = vec!["sheets"];
    typed.extend(what);
    typed.extend(["--out", &shown]);
    scantrail.good(&typed)?;
    let pdf = std::fs::read(&path).context("the print-out cannot be read")?;
    let at = dpi()?;
    Ok((0..).map_while(|page| printed(&pdf, page, at).ok()).collect())
}

/// Where the codes of a cover lie, as the program itself sees them, with a millimetre around each.
fn areas(scantrail: &Scantrail, folder: &Path) -> Result<Vec<MmRect>> {
    let cover = print(scantrail, folder, &["cover", "--class", &class_name(0)])?.swap_remove(0);
    let path = folder.join("cover.jpg");
    let bytes = scantrail_testkit::jpeg::encode(&cover, 95).map_err(|error| anyhow::anyhow!("{error}"))?;
    write_file(&path, &bytes)?;
    let seen = scantrail.json(&["inspect", "--only", "codes", &path.to_string_lossy()])?;
    let codes = seen["codes"].as_array().cloned().unwrap_or_default();
    anyhow::ensure!(codes.len() >= 5, "{} of 5 codes were read on a fresh cover", codes.len());
    Ok(codes.iter().map(area).collect())
}

fn area(code: &Value) -> MmRect {
    let mm = 25.4 / f64::from(DPI);
    let axis = |axis: usize| -> (f64, f64) {
        let values = (0..4).map(|n| code["corners"][n][axis].as_f64().unwrap_or_default());
        values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)))
    };
    let ((left, right), (top, bottom)) = (axis(0), axis(1));
    MmRect {
        x: left * mm - 1.0,
        y: top * mm - 1.0,
        width: (right - left) * mm + 2.0,
        height: (bottom - top) * mm + 2.0,
    }
}

/// Pictures one beneath the other.
fn beneath(parts: &[&Raster]) -> Result<Raster> {
    let first = parts.first().context("a picture of nothing")?;
    let samples: Vec<u8> = parts.iter().flat_map(|part| part.samples().to_vec()).collect();
    let height = parts.iter().map(|part| part.height()).sum();
    Ok(Raster::new(first.width(), height, first.channels(), samples)?.with_resolution(first.resolution()))
}
