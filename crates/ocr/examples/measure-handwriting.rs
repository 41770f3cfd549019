//! Measures how much handwriting is read.
//!
//! `… paint DIR` leaves painted pages in DIR: three hands from steady to very unsteady, on plain paper, feint lines and
//! dark ones, in pen and faint pencil; `NAME.ppm` and, line by line, what stands on it in `NAME.txt`.
//! `… read MODELS DIR` and `… tesseract DIR` read what lies there into `NAME.read.txt` and score it; `… score DIR`
//! scores what another program has put there.
//!
//! `cargo run --release -p scantrail-ocr --example measure-handwriting -- WORDS`

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a measurement prints, and leaves pages behind")]

use scantrail_core::ports::Recogniser;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Angle, Dpi};
use scantrail_ocr::TesseractReader;
use scantrail_ocr::handwriting::{HandwritingReader, Models};
use scantrail_testkit::effects::hand::{on_paper, unsteady};
use scantrail_testkit::effects::scanner::{Feed, feed};
use scantrail_testkit::fonts::Face;
use scantrail_testkit::paint::{PageKind, PageSpec, PageTruth, Pen, Rulings, handwritten};
use scantrail_testkit::seed::Seed;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const SEEDS: u64 = 4;
const HANDS: [Face; 3] = [Face::Neat, Face::Joined, Face::Round];

/// Sums over pages.
#[derive(Default)]
struct Score {
    pages: u32,
    common: usize,
    wanted: usize,
    read: usize,
    edits: usize,
    letters: usize,
}

impl Score {
    fn add(&mut self, wanted: &[String], read: &[String]) {
        let (words, found) = (bag(wanted), bag(read));
        self.pages += 1;
        self.wanted += words.values().sum::<usize>();
        self.read += found.values().sum::<usize>();
        self.common += words.iter().map(|(word, &n)| n.min(found.get(word).copied().unwrap_or(0))).sum::<usize>();
        for line in wanted {
            let letters = line.chars().count();
            self.letters += letters;
            self.edits += read.iter().map(|other| distance(line, other)).min().unwrap_or(letters).min(letters);
        }
    }

    fn print(&self, name: &str) {
        let share = |a: usize, b: usize| a as f64 / b.max(1) as f64;
        let f1 = share(2 * self.common, self.wanted + self.read);
        let (recall, cer) = (share(self.common, self.wanted), share(self.edits, self.letters));
        println!("{name:16} {:3} pages  recall {recall:.3}  F1 {f1:.3}  CER {cer:.3}", self.pages);
    }
}

/// Scores by hand and paper, and all together.
#[derive(Default)]
struct Table {
    groups: Vec<(String, Score)>,
    all: Score,
}

impl Table {
    fn add(&mut self, name: &str, wanted: &[String], read: &[String]) {
        let group = name.rsplit_once('-').map_or(name, |(group, _)| group);
        if self.groups.last().is_none_or(|(last, _)| last != group) {
            self.groups.push((group.to_owned(), Score::default()));
        }
        self.groups.last_mut().expect("just pushed").1.add(wanted, read);
        self.all.add(wanted, read);
    }

    fn print(&self) {
        self.groups.iter().for_each(|(name, score)| score.print(name));
        self.all.print("all");
    }
}

/// Words in small letters without punctuation around them, and how often each stands there.
fn bag(lines: &[String]) -> HashMap<String, usize> {
    let mut bag = HashMap::new();
    for word in lines.iter().flat_map(|line| line.split_whitespace()) {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if !word.is_empty() {
            *bag.entry(word).or_default() += 1;
        }
    }
    bag
}

/// Levenshtein.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for j in 0..b.len() {
            let substitute = diagonal + usize::from(letter != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// The lines of a page as they were written.
fn lines_of(truth: &PageTruth) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut before = f64::MAX;
    for word in &truth.words {
        let left = word.quad.0[0].x;
        match lines.last_mut() {
            Some(line) if left > before => *line = format!("{line} {}", word.text),
            _ => lines.push(word.text.clone()),
        }
        before = left;
    }
    lines
}

/// Paints the pages into a folder.
fn paint(folder: &Path) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    let dpi = Dpi::new(300).expect("300 is not zero");
    let papers = [Rulings::None, Rulings::Feint, Rulings::Dark];
    for (face, paper) in HANDS.into_iter().flat_map(|face| papers.map(|paper| (face, paper))) {
        for seed in 0..SEEDS {
            let mut spec = PageSpec::new(PageKind::Ruled, Seed(seed), dpi);
            if seed % 2 == 1 {
                spec.pen = Pen::FaintPencil;
            }
            let written = handwritten(&spec, face, Rulings::None, 20);
            let strayed = unsteady(&written.raster, 0.5 * (1 + seed) as f64, Seed(seed));
            let page = on_paper(&strayed, &handwritten(&spec, face, paper, 0).raster);
            // What is left after a page was scanned and straightened.
            let how = Feed { skew: Angle::from_degrees(0.2), noise: 3.0, ..Feed::default() };
            let page = feed(&page, &how, Seed(seed)).raster;
            let path = folder.join(format!("{face:?}-{paper:?}-{seed}.ppm"));
            let mut picture = format!("P6\n{} {}\n255\n", page.width(), page.height()).into_bytes();
            picture.extend_from_slice(page.samples());
            std::fs::write(&path, picture).expect("the page can be written");
            std::fs::write(path.with_extension("txt"), lines_of(&written.truth).join("\n")).expect("so can its text");
        }
    }
}

/// The pages of a folder in order.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut pages: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "ppm")).collect();
    pages.sort();
    pages
}

/// A binary PPM whose header is three lines, as written above; taken for 300 dpi.
fn picture(path: &Path) -> Raster {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lines = bytes.splitn(4, |&byte| byte == b'\n');
    let mut line = || lines.next().expect("a picture has a header");
    let (_, size, _, samples) = (line(), line(), line(), line());
    let size = std::str::from_utf8(size).expect("the size is text");
    let (width, height) = size.split_once(' ').expect("the size is two numbers");
    let [width, height] = [width, height].map(|side| side.parse().expect("a side is a number"));
    Raster::new(width, height, Channels::Rgb, samples.to_vec()).expect("the picture is whole")
}

/// Seconds of processor time of all our threads.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("the system tells of us");
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = |n: usize| after_name.split(' ').nth(n).and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn memory(line: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").expect("the system tells of us");
    let kilobytes = status.lines().find_map(|l| l.strip_prefix(line)).and_then(|l| l.split_whitespace().nth(1));
    format!("{line} {} MB", kilobytes.and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) / 1000)
}

fn read(reader: &mut dyn Recogniser, folder: &Path) {
    let pages = pages(folder);
    let mut seconds = 0.0;
    for path in &pages {
        let page = picture(path);
        let before = cpu_seconds();
        let reading = reader.read(&page).expect("a painted page can be read");
        seconds += cpu_seconds() - before;
        std::fs::write(path.with_extension("read.txt"), reading.text()).expect("the text can be written");
    }
    println!("{}: {:.2} CPU s per page, {}", reader.name(), seconds / pages.len() as f64, memory("VmHWM"));
    score(folder);
}

fn score(folder: &Path) {
    let mut table = Table::default();
    let lines = |path: &Path| -> Vec<String> {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        text.lines().map(str::to_owned).collect()
    };
    for path in pages(folder) {
        let name = path.file_stem().expect("a page has a name").to_string_lossy();
        table.add(&name, &lines(&path.with_extension("txt")), &lines(&path.with_extension("read.txt")));
    }
    table.print();
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["paint", folder] => paint(Path::new(folder)),
        ["score", folder] => score(Path::new(folder)),
        ["tesseract", folder] => {
            read(&mut TesseractReader::new("eng").expect("Tesseract reads English"), Path::new(folder));
        }
        ["read", models, folder] => {
            let models = Models::find(Path::new(models)).unwrap_or_else(|error| panic!("{error}"));
            let mut reader = HandwritingReader::load(&models).unwrap_or_else(|error| panic!("{error}"));
            println!("loaded: {}", memory("VmRSS"));
            read(&mut reader, Path::new(folder));
        }
        _ => panic!("usage: measure-handwriting paint DIR | read MODELS DIR | tesseract DIR | score DIR"),
    }
}
