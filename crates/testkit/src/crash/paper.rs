//! A very small school and sheets of paper for it: everything is quick, and no two files have the same bytes.

use super::tools::{Trouble, at, make_folder, write};
use crate::demo::Scantrail;
use crate::jpeg;
use crate::paint::{PageKind, PageSpec, paint};
use crate::paper::printed;
use crate::seed::Seed;
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What is needed to read the codes of a cover.
const COVER_DPI: u16 = 150;
/// What is enough for a page that nobody reads.
const PAGE_DPI: u16 = 75;
/// Small files.
const QUALITY: u8 = 40;

const PUPILS: &str = "Surname,Forename,Class\nAlder,Ada,1T\nBirch,Ben,1T\nCedar,Cora,1T\nElm,Edi,1T\n";

/// A sheet as a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Paper {
    /// Its file name.
    pub name: String,
    /// Its bytes, which no other has.
    pub bytes: Vec<u8>,
}

/// A school with a held page, filed pages of two pupils and a decision, ready to be copied.
#[derive(Debug)]
pub struct School {
    /// The program.
    pub program: PathBuf,
    /// Where it lies: `school` is the data folder.
    pub folder: PathBuf,
    /// The pupils' ids.
    pub pupils: Vec<String>,
    /// A page that waits for a person.
    pub held: String,
    /// A page that was held and then given to the second pupil.
    pub assigned: String,
    /// A page that was filed by its cover.
    pub filed: String,
    /// Name of a filed paper whose deletion one of two people has approved.
    pub condemned: String,
    /// The papers that are in it.
    pub papers: Vec<Paper>,
    covers: Vec<Raster>,
}

/// A data folder with its configuration, somewhere.
#[derive(Debug, Clone)]
pub struct Place {
    /// The command.
    pub scantrail: Scantrail,
    /// The data folder.
    pub data: PathBuf,
    /// The folders it watches.
    pub drops: Vec<PathBuf>,
}

impl Place {
    /// Writes a configuration into `folder` for the data folder at `data`.
    pub fn set(program: &Path, folder: &Path, data: &Path, drops: &[PathBuf]) -> Result<Self, Trouble> {
        make_folder(folder)?;
        let mut text = format!(
            "data = \"{}\"\n[school]\nname = \"Hillside Primary School\"\n[web]\nlisten = \"127.0.0.1:0\"\n\
             [reading]\nlanguage = \"none\"\nthreads = 1\nagain = false\n[storage]\nreserve_mb = 16\nhigh_water_mb = 16\n",
            data.display()
        );
        for drop in drops {
            let path = drop.display();
            let folder = ["[[folder]]\npath = \"", &path.to_string(), "\"\nkind = \"stack\"\nquiet_seconds = 1\n"];
            text.push_str(&folder.concat());
        }
        let config = folder.join("scantrail.toml");
        write(&config, text.as_bytes())?;
        Ok(Self { scantrail: Scantrail::new(program, &config), data: data.to_owned(), drops: drops.to_vec() })
    }
}

impl School {
    /// Makes it in an empty folder.
    pub fn make(program: &Path, folder: &Path) -> Result<Self, Trouble> {
        let data = folder.join("school");
        let bare = Scantrail::new(program, &folder.join("scantrail.toml"));
        bare.good(&["init", &data.to_string_lossy(), "--school", "Hillside Primary School"])?;
        let place = Place::set(program, folder, &data, &[])?;
        let list = folder.join("pupils.csv");
        write(&list, PUPILS.as_bytes())?;
        let scantrail = &place.scantrail;
        scantrail.good(&["pupils", "import", &list.to_string_lossy()])?;
        let covers = folder.join("covers.pdf");
        scantrail.good(&["sheets", "cover", "--class", "1T", "--out", &covers.to_string_lossy()])?;
        let pdf = at(&covers, std::fs::read(&covers))?;
        let listed = scantrail.json(&["pupils", "list", "--class", "1T"])?;
        let pupils: Vec<String> = words(&listed, "id");
        let dpi = Dpi::new(COVER_DPI).ok_or_else(|| Trouble::Program("a resolution".into()))?;
        let covers = (0..pupils.len())
            .map(|pupil| printed(&pdf, pupil * 2, dpi).map_err(|error| Trouble::Program(error.to_string())))
            .collect::<Result<Vec<_>, _>>()?;
        let mut school = Self {
            program: program.to_owned(),
            folder: folder.to_owned(),
            pupils,
            held: String::new(),
            assigned: String::new(),
            filed: String::new(),
            condemned: String::new(),
            papers: Vec::new(),
            covers,
        };
        school.begin(scantrail)?;
        Ok(school)
    }

    /// The first batch: two pages that nobody's cover came before, then the work of two pupils.
    fn begin(&mut self, scantrail: &Scantrail) -> Result<(), Trouble> {
        let papers = vec![
            self.page(1)?,
            self.page(2)?,
            self.cover(0, 0)?,
            self.page(3)?,
            self.page(4)?,
            self.cover(1, 0)?,
            self.page(5)?,
        ];
        let folder = self.folder.join("first");
        lay(&folder, &papers)?;
        let batch = scantrail.json(&["ingest", &folder.to_string_lossy(), "--subject", "Maths"])?;
        let runs = batch[0]["runs"].as_array().into_iter().flatten();
        let pages: Vec<&Value> = runs.flat_map(|run| run["pages"].as_array().into_iter().flatten()).collect();
        let id = |at: usize| pages.get(at).and_then(|page| page["id"].as_str()).unwrap_or_default().to_owned();
        (self.held, self.assigned, self.filed) = (id(0), id(1), id(3));
        scantrail.good(&["review", "assign", &self.assigned, &self.pupils[1]])?;
        let held = words(&scantrail.json(&["review", "list"])?, "page").len();
        let counts = &batch[0]["counts"];
        if (held, &counts["covers"], &counts["held"]) != (1, &2.into(), &2.into()) {
            return Err(Trouble::Program(format!("the small school is not as it was meant: {held} {}", batch[0])));
        }
        // One person has approved that this one is deleted; the second has not yet.
        scantrail.good(&["delete", "propose", &id(4), "--reason", "a trial", "--as", "the first"])?;
        scantrail.good(&["delete", "approve", "1", "--as", "the first"])?;
        papers[4].name.clone_into(&mut self.condemned);
        self.papers = papers;
        Ok(())
    }

    /// A pupil's cover; each edition is another file.
    pub fn cover(&self, pupil: usize, edition: u8) -> Result<Paper, Trouble> {
        paper(format!("cover-{pupil}-{edition}.jpg"), &self.covers[pupil], 60 + edition)
    }

    /// A page of work; each number is another.
    pub fn page(&self, number: u64) -> Result<Paper, Trouble> {
        let dpi = Dpi::new(PAGE_DPI).ok_or_else(|| Trouble::Program("a resolution".into()))?;
        let raster = paint(&PageSpec::new(PageKind::Worksheet, Seed(number), dpi)).raster;
        paper(format!("page-{number}.jpg"), &raster, QUALITY)
    }

    /// A stack of five sheets of two pupils; each edition is another stack.
    pub fn stack(&self, edition: u8) -> Result<Vec<Paper>, Trouble> {
        let first = 100 * (u64::from(edition) + 1);
        let mut stack = vec![
            self.cover(0, edition)?,
            self.page(first)?,
            self.page(first + 1)?,
            self.cover(2, edition)?,
            self.page(first + 2)?,
        ];
        // Taken in by order of name.
        for (at, paper) in stack.iter_mut().enumerate() {
            paper.name = format!("{edition}-{at}-{}", paper.name);
        }
        Ok(stack)
    }

    /// Copies the data folder to a place that must not exist yet.
    pub fn copy_to(&self, data: &Path) -> Result<(), Trouble> {
        copy(&self.folder.join("school"), data)
    }
}

/// Copies a folder with everything in it; blocks are shared where that is possible.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Trouble> {
    super::tools::tool("cp", &[&"--archive", &"--reflink=auto", &"--sparse=always", &from, &to]).map(drop)
}

/// Lays papers into a folder, which is made.
pub(super) fn lay(folder: &Path, papers: &[Paper]) -> Result<(), Trouble> {
    make_folder(folder)?;
    papers
        .iter()
        .enumerate()
        .try_for_each(|(at, paper)| write(&folder.join(format!("{at}-{}", paper.name)), &paper.bytes))
}

fn paper(name: String, raster: &Raster, quality: u8) -> Result<Paper, Trouble> {
    let bytes = jpeg::encode(raster, quality).map_err(|error| Trouble::Program(error.to_string()))?;
    Ok(Paper { name, bytes })
}

/// One field of every object in a list.
fn words(list: &Value, field: &str) -> Vec<String> {
    let objects = list.as_array().into_iter().flatten();
    objects.map(|object| object[field].as_str().unwrap_or_default().to_owned()).collect()
}
