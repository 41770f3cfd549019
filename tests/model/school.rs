//! A school of four pupils in two classes, and paper for it: made once, copied for every sequence. No two papers have the
//! same bytes; each carries a mark that is found wherever a copy of it lies.

use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_testkit::crash::paper::Place;
use scantrail_testkit::demo::Scantrail;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::page_of_text;
use scantrail_testkit::paper::printed;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Debian's `fonts-dejavu-core`.
const FONT: &str = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
/// What is needed to read codes and words.
const DPI: u16 = 150;
/// What of a page has writing on it: the rest is left out, for it only costs time.
const WRITTEN_MM: f64 = 50.0;
const LIST: &str = "Surname,Forename,Class\nAlder,Ada,1T\nBirch,Ben,1T\nCedar,Cora,2S\nElm,Edi,2S\n";
/// What a page of work says; each is found by its word once it was read.
pub(super) const WORDS: [&str; 5] = ["hedgehog", "squirrel", "woodpecker", "ladybird", "salamander"];
/// The beginning of every mark.
pub(super) const MARK: &str = "paper-mark-";
/// Their length.
pub(super) const MARK_DIGITS: usize = 8;

/// What tells a paper from every other: it stands in its bytes, and is the name of its file.
pub(super) fn mark(paper: usize) -> String {
    format!("{MARK}{paper:0MARK_DIGITS$}")
}

/// What is on a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    Cover(usize),
    NobodysCover,
    /// One of [`WORDS`].
    Work(usize),
}

/// A school nothing has come in to yet.
pub(super) struct School {
    folder: TempDir,
    pub(super) program: PathBuf,
    /// The pupils' ids, in order.
    pub(super) pupils: Vec<String>,
    pub(super) surnames: Vec<String>,
    pub(super) forenames: Vec<String>,
    covers: Vec<Vec<u8>>,
    nobodys: Vec<u8>,
    work: Vec<Vec<u8>>,
}

impl School {
    pub(super) fn make(program: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("model-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let data = folder.path().join("school");
        let bare = Scantrail::new(program, &folder.path().join("scantrail.toml"));
        bare.good(&["init", data.to_str().unwrap(), "--school", "Hillside Primary School"]).unwrap();
        let scantrail = place(program, folder.path(), &data).scantrail;
        let list = folder.path().join("pupils.csv");
        std::fs::write(&list, LIST).unwrap();
        scantrail.good(&["pupils", "import", list.to_str().unwrap()]).unwrap();
        let listed = scantrail.json(&["pupils", "list"]).unwrap();
        let mut pupils: Vec<(String, String, String)> = listed
            .as_array()
            .unwrap()
            .iter()
            .map(|pupil| {
                let (surname, forename) = pupil["name"].as_str().unwrap().split_once(", ").unwrap();
                (pupil["id"].as_str().unwrap().to_owned(), surname.to_owned(), forename.to_owned())
            })
            .collect();
        // A group's pages come in the order of ids.
        pupils.sort();
        let cover = |words: &[&str]| {
            let pdf = folder.path().join("print.pdf");
            let typed = [&["sheets", "cover"], words, &["--out", pdf.to_str().unwrap()]].concat();
            scantrail.good(&typed).unwrap();
            encoded(&printed(&std::fs::read(&pdf).unwrap(), 0, dpi()).unwrap(), 60)
        };
        let covers = pupils.iter().map(|(id, ..)| cover(&["--pupil", id])).collect();
        let nobodys = cover(&["--unnamed", "1"]);
        Self {
            program: program.to_owned(),
            covers,
            nobodys,
            work: WORDS.iter().map(|word| encoded(&written(word), 60)).collect(),
            surnames: pupils.iter().map(|pupil| pupil.1.clone()).collect(),
            forenames: pupils.iter().map(|pupil| pupil.2.clone()).collect(),
            pupils: pupils.into_iter().map(|pupil| pupil.0).collect(),
            folder,
        }
    }

    /// A copy of it in `folder`, with a watched folder.
    pub(super) fn copy_to(&self, folder: &Path) -> Place {
        let data = folder.join("school");
        let mut copy = Command::new("cp");
        copy.args(["--archive", "--reflink=auto", "--sparse=always"]).arg(self.folder.path().join("school")).arg(&data);
        assert!(copy.status().unwrap().success());
        std::fs::create_dir(folder.join("Drop")).unwrap();
        place(&self.program, folder, &data)
    }

    /// The bytes of a paper that nobody else has.
    pub(super) fn paper(&self, shows: Shows, number: usize) -> Vec<u8> {
        let blank = match shows {
            Shows::Cover(pupil) => &self.covers[pupil],
            Shows::NobodysCover => &self.nobodys,
            Shows::Work(word) => &self.work[word],
        };
        let mark = mark(number);
        // A comment behind the first segment, where every decoder passes over it.
        let first = 4 + usize::from(u16::from_be_bytes([blank[4], blank[5]]));
        let length = u16::try_from(mark.len() + 2).unwrap().to_be_bytes();
        [&blank[..first], &[0xFF, 0xFE], &length, mark.as_bytes(), &blank[first..]].concat()
    }
}

/// Nothing is read unless it is asked for, and what was read from a cover is believed: what makes a person look at a batch
/// first is tried elsewhere, by itself.
fn place(program: &Path, folder: &Path, data: &Path) -> Place {
    let place = Place::set(program, folder, data, &[folder.join("Drop")]).unwrap();
    let config = folder.join("scantrail.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text + "\n[confirm]\nruns = \"never\"\n").unwrap();
    place
}

fn dpi() -> Dpi {
    Dpi::new(DPI).unwrap()
}

fn encoded(raster: &Raster, quality: u8) -> Vec<u8> {
    jpeg::encode(raster, quality).unwrap()
}

fn written(word: &str) -> Raster {
    let font = std::fs::read(FONT).expect("fonts-dejavu-core is installed by `cargo xtask test`");
    let text = format!("Once upon a time there was a {word} in the garden behind the house.");
    let page = page_of_text(&font, &text, 6.0, dpi()).unwrap();
    let rows = (WRITTEN_MM / 25.4 * f64::from(DPI)) as u32;
    let samples = (0..rows).flat_map(|row| page.row(row).to_vec()).collect();
    Raster::new(page.width(), rows, page.channels(), samples).unwrap().with_resolution(page.resolution())
}
