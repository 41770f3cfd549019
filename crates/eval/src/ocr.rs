//! `ocr`: how much of the text on pages is read, and what it costs, beside the tools that people use.
//!
//! Real pages with their text beside them (`DIR/ocr/NAME.png|tif` and `NAME.txt`), painted worksheets, the same
//! photographed, and pages of print down to the smallest. Every reader reads a page before the next page is taken up, so that all see the same machine.

mod apart;
mod readers;
mod score;
mod ways;

use crate::picture;
use crate::table::Table;
use anyhow::{Context as _, Result, ensure};
pub(crate) use apart::{ReaderArguments, serve as serve_reader};
pub(crate) use readers::warm;
use readers::{Reader, Took};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Dpi, Resolution};
use scantrail_testkit::effects::photo::{Shot, photograph};
use scantrail_testkit::effects::scanner::{Feed, feed};
use scantrail_testkit::paint::{PageKind, PageSpec, paint, printed};
use scantrail_testkit::seed::Seed;
use score::Score;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What a scanner is set to for reading.
const DPI: u16 = 300;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the pictures: `ocr/NAME.png` or `.tif`, and `ocr/NAME.txt` with what stands on it.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// How many pages of each kind are painted.
    #[arg(long, default_value_t = 6)]
    count: u64,
    /// Only ours is measured.
    #[arg(long)]
    alone: bool,
    /// Instead of the readers, ways of making the pixels that are read are compared.
    #[arg(long)]
    ways: bool,
}

/// A page, and what stands on it.
struct Page {
    set: &'static str,
    picture: Raster,
    text: String,
}

/// What one reader reached on one set.
#[derive(Debug, Default)]
struct Sum {
    score: Score,
    pages: usize,
    cpu_s: f64,
    wall_s: f64,
    peak_mb: f64,
}

impl Sum {
    fn add(&mut self, truth: &str, took: &Took) {
        self.score.add(truth, &took.text);
        self.pages += 1;
        self.cpu_s += took.cpu_s;
        self.wall_s += took.wall_s;
        self.peak_mb = self.peak_mb.max(took.peak_mb);
    }

    fn each(&self, total: f64) -> String {
        format!("{:.2}", total / self.pages as f64)
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut pages = real(&arguments.data.join("ocr"))?;
    pages.extend((0..arguments.count).flat_map(painted));
    pages.extend((0..arguments.count.div_ceil(3)).flat_map(print));
    ensure!(!pages.is_empty(), "there is nothing to read");
    let mut out = std::io::stdout().lock();
    if arguments.ways {
        return out.write_all(ways::table(&pages)?.text().as_bytes()).context("cannot print");
    }
    let mut readers = Reader::all(arguments.alone)?;
    let folder = tempfile::tempdir().context("cannot make a folder for pictures")?;
    let mut sums: BTreeMap<(&str, usize), Sum> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        eprint!("\rpage {} of {}", number + 1, pages.len());
        let file = folder.path().join("page.png");
        readers::write_png(&file, &page.picture)?;
        for (at, reader) in readers.iter_mut().enumerate() {
            let scanned = page.picture.resolution().is_some();
            sums.entry((page.set, at)).or_default().add(&page.text, &reader.read(&file, scanned)?);
        }
    }
    eprintln!();
    let mut table = Table::new(&["set", "reader", "pages", "CER", "WER", "F1", "CPU s/page", "wall s/page", "peak MB"]);
    for ((set, at), sum) in &sums {
        let share = |value: f64| format!("{value:.3}");
        table.row(vec![
            (*set).to_owned(),
            readers[*at].name(),
            sum.pages.to_string(),
            share(sum.score.cer()),
            share(sum.score.wer()),
            share(sum.score.f1()),
            sum.each(sum.cpu_s),
            sum.each(sum.wall_s),
            format!("{:.0}", sum.peak_mb),
        ]);
    }
    out.write_all(table.text().as_bytes()).context("cannot print")
}

fn real(folder: &Path) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for file in picture::entries(folder)? {
        if file.extension().is_some_and(|ending| ending == "txt") {
            continue;
        }
        let text = file.with_extension("txt");
        let text = std::fs::read_to_string(&text).with_context(|| format!("cannot read {}", text.display()))?;
        // Their pages do not say how fine they are; all but one are scans at this resolution.
        let picture = fine(picture::grey(&file)?);
        pages.push(Page { set: "real", picture, text });
    }
    Ok(pages)
}

/// A worksheet as a scanner and as a phone see it.
fn painted(number: u64) -> [Page; 2] {
    let spec = PageSpec::new(PageKind::Worksheet, Seed(700 + number), Dpi::new(DPI).expect("not zero"));
    let page = paint(&spec);
    let text = page.truth.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let scanned = feed(&page.raster, &Feed::default(), Seed(number)).raster;
    let photo = photograph(&page.raster, &Shot::handheld(Seed(number)), Seed(number)).raster;
    [
        Page { set: "painted, scanned", picture: fine(scanned), text: text.clone() },
        Page { set: "painted, by phone", picture: photo, text },
    ]
}

/// Pages full of print as a scanner sees them; the letters without strokes up or down are so many millimetres high.
fn print(number: u64) -> [Page; 2] {
    [("print, small (0.7 mm)", 0.7), ("print, as in books (1.5 mm)", 1.5)].map(|(set, letters_mm)| {
        let page = printed(Seed(number), Dpi::new(DPI).expect("not zero"), letters_mm);
        let text = page.truth.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        Page { set, picture: fine(feed(&page.raster, &Feed::default(), Seed(number)).raster), text }
    })
}

fn fine(picture: Raster) -> Raster {
    let known = picture.resolution().or_else(|| Dpi::new(DPI).map(Resolution::square));
    picture.with_resolution(known)
}
