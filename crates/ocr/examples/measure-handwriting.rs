//! Measures how much painted handwriting is read: three hands, on feint lines and on plain paper.
//!
//! `cargo run --release -p scantrail-ocr --example measure-handwriting -- MODELS [DIR]` reads with our own two readers.
//! With DIR, the pages (PPM) and what stands on them are left there for another program, whose reading is scored once
//! it has put `NAME.read.txt`, a line of text in each line, beside `NAME.ppm`: `… -- score DIR`.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a measurement prints, and leaves pages behind")]

use scantrail_core::ports::Recogniser;
use scantrail_core::units::{Angle, Dpi};
use scantrail_ocr::TesseractReader;
use scantrail_ocr::handwriting::{HandwritingReader, Models};
use scantrail_testkit::effects::scanner::{Feed, feed};
use scantrail_testkit::fonts::Face;
use scantrail_testkit::paint::{PageKind, PageSpec, PageTruth, Painted, Rulings, handwritten};
use scantrail_testkit::seed::Seed;
use std::collections::HashMap;
use std::path::Path;

const SEEDS: std::ops::Range<u64> = 0..4;
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

fn pages() -> impl Iterator<Item = (String, Painted)> {
    let dpi = Dpi::new(300).expect("300 is not zero");
    let cases = [Rulings::Feint, Rulings::None].into_iter().flat_map(|rulings| HANDS.map(|face| (rulings, face)));
    cases.flat_map(move |(rulings, face)| {
        SEEDS.map(move |seed| {
            let painted = handwritten(&PageSpec::new(PageKind::Ruled, Seed(seed), dpi), face, rulings, 20);
            // What is left after a page was scanned and straightened.
            let how = Feed { skew: Angle::from_degrees(0.2), noise: 3.0, ..Feed::default() };
            let raster = feed(&painted.raster, &how, Seed(seed)).raster;
            (format!("{face:?}-{rulings:?}-{seed}"), Painted { raster, ..painted })
        })
    })
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

fn measure(reader: &mut dyn Recogniser) {
    let mut table = Table::default();
    let mut seconds = 0.0;
    for (name, page) in pages() {
        let before = cpu_seconds();
        let reading = reader.read(&page.raster).expect("a painted page can be read");
        seconds += cpu_seconds() - before;
        let read: Vec<String> = reading.text().lines().map(str::to_owned).collect();
        table.add(&name, &lines_of(&page.truth), &read);
    }
    println!("{}", reader.name());
    table.print();
    println!("{:.2} CPU s per page, {}\n", seconds / f64::from(table.all.pages), memory("VmHWM"));
}

fn leave(folder: &Path) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    for (name, Painted { raster, truth }) in pages() {
        let mut picture = format!("P6\n{} {}\n255\n", raster.width(), raster.height()).into_bytes();
        picture.extend_from_slice(raster.samples());
        std::fs::write(folder.join(format!("{name}.ppm")), picture).expect("the page can be written");
        std::fs::write(folder.join(format!("{name}.txt")), lines_of(&truth).join("\n")).expect("so can its text");
    }
}

fn score(folder: &Path) {
    let mut table = Table::default();
    for (name, page) in pages() {
        let path = folder.join(format!("{name}.read.txt"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        table.add(&name, &lines_of(&page.truth), &text.lines().map(str::to_owned).collect::<Vec<_>>());
    }
    table.print();
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (models, folder) = match words[..] {
        ["score", folder] => return score(Path::new(folder)),
        [models] => (models, None),
        [models, folder] => (models, Some(Path::new(folder))),
        _ => panic!("usage: measure-handwriting MODELS [DIR] | score DIR"),
    };
    folder.into_iter().for_each(leave);
    let models = Models::find(Path::new(models)).unwrap_or_else(|error| panic!("{error}"));
    let mut reader = HandwritingReader::load(&models).unwrap_or_else(|error| panic!("{error}"));
    println!("loaded: {}, {}\n", memory("VmRSS"), memory("VmHWM"));
    measure(&mut reader);
    if std::env::var_os("WITHOUT_TESSERACT").is_none() {
        measure(&mut TesseractReader::new("eng").expect("Tesseract reads English"));
    }
}
