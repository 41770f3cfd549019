//! A school, its printed sheets, its scanner and its stacks of paper.

use super::command::{Failed, Scantrail};
use crate::escl::{Build, Listen, VirtualScanner};
use crate::geometry::MmRect;
use crate::paper::{PrintError, printed};
use crate::sane_env::{AirscanDevice, SaneEnv, SaneEnvError};
use crate::scenario::{
    BoardPhoto, Covers, PnmSide, ScenarioError, StackSheet, demonstration, second_batch, whiteboard_photos,
};
use crate::school::School;
use crate::seed::Seed;
use scantrail_core::raster::{BadRaster, Raster};
use scantrail_core::units::Dpi;
use scantrail_core::vocabulary::Side;
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Everything this school ever sees comes from this.
const SEED: Seed = Seed(2026);
/// A millimetre around a code that is scribbled over.
const AROUND_CODE_MM: f64 = 1.0;

/// The stage could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// A command failed.
    #[error(transparent)]
    Command(#[from] Failed),
    /// A file could not be written or read.
    #[error("cannot use `{}`", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A sheet could not be printed.
    #[error("a sheet could not be printed")]
    Print(#[from] PrintError),
    /// A batch could not be painted.
    #[error("a batch could not be painted")]
    Scenario(#[from] ScenarioError),
    /// A picture is not what it should be.
    #[error("a picture is not what it should be")]
    Raster(#[from] BadRaster),
    /// SANE could not be set up.
    #[error("SANE could not be set up")]
    Sane(#[from] SaneEnvError),
    /// The scanner could not be set up.
    #[error("the virtual scanner: {0}")]
    Scanner(String),
    /// The program answered something unexpected.
    #[error("unexpected answer: {0}")]
    Answer(String),
}

/// Photos of whiteboards and the pupils they belong to.
pub type Photos = Vec<BoardPhoto>;

/// A school at work.
pub struct Stage {
    /// The command.
    pub scantrail: Scantrail,
    /// Where everything is.
    pub folder: PathBuf,
    /// The virtual scanner.
    pub scanner: VirtualScanner,
    /// The pupils of class 4B in the order of its list, as `pupils list --json` gives them.
    pub class_4b: Vec<Value>,
    /// The same of class 2A.
    pub class_2a: Vec<Value>,
    dpi: Dpi,
    _sane: SaneEnv,
}

fn at<T>(path: &Path, result: std::io::Result<T>) -> Result<T, StageError> {
    result.map_err(|source| StageError::File { path: path.to_owned(), source })
}

#[expect(clippy::disallowed_methods, reason = "files of the demonstration, not school data")]
fn write(path: &Path, bytes: &[u8]) -> Result<(), StageError> {
    at(path, std::fs::write(path, bytes))
}

impl Stage {
    /// Makes the school in an empty or missing folder: data folder, configuration, roster, scanner.
    pub fn set(program: &Path, folder: &Path, dpi: Dpi) -> Result<Self, StageError> {
        at(folder, std::fs::create_dir_all(folder))?;
        let folder = at(folder, folder.canonicalize())?;
        let scanner = VirtualScanner::start(Build::Duplex, &Listen::Loopback)
            .map_err(|error| StageError::Scanner(error.to_string()))?;
        let device = AirscanDevice { name: "Office".to_owned(), url: scanner.url().to_owned() };
        let sane = SaneEnv::airscan(&[device], &folder)?;
        write(&sane.config_dir().join("dll.conf"), b"airscan\npnm\n")?;
        let data = folder.join("school");
        let drop_folder = folder.join("Whiteboards");
        at(&drop_folder, std::fs::create_dir_all(&drop_folder))?;
        let config = folder.join("scantrail.toml");
        let bare = Scantrail::new(program, &config);
        bare.good(&["init", &data.to_string_lossy(), "--school", "Hillside Primary School"])?;
        write(&config, configuration(&data, &drop_folder, sane.config_dir(), dpi).as_bytes())?;
        bare.good(&["config", "check"])?;
        let list = folder.join("pupils.csv");
        write(&list, School::hillside().csv().as_bytes())?;
        bare.good(&["pupils", "import", &list.to_string_lossy(), "--dry-run"])?;
        bare.good(&["pupils", "import", &list.to_string_lossy()])?;
        let class = |name: &str| -> Result<Vec<Value>, StageError> {
            let answer = bare.json(&["pupils", "list", "--class", name])?;
            Ok(answer.as_array().cloned().unwrap_or_default())
        };
        let (class_4b, class_2a) = (class("4B")?, class("2A")?);
        Ok(Self { scantrail: bare, folder, scanner, class_4b, class_2a, dpi, _sane: sane })
    }

    /// The folder photos are dropped into.
    pub fn drop_folder(&self) -> PathBuf {
        self.folder.join("Whiteboards")
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("school")
    }

    /// Prints the covers of a class, as a teacher would.
    pub fn print_covers(&self, class: &str) -> Result<PrintedCovers, StageError> {
        let path = self.folder.join(format!("covers-{class}.pdf"));
        self.scantrail.good(&["sheets", "cover", "--class", class, "--out", &path.to_string_lossy()])?;
        let pdf = at(&path, std::fs::read(&path))?;
        let list = if class == "4B" { &self.class_4b } else { &self.class_2a };
        let pupils = list.len();
        let first = printed(&pdf, 0, self.dpi)?;
        let areas = self.code_areas(&first)?;
        let mut sides = vec![first];
        for page in 1..pupils * 2 {
            sides.push(printed(&pdf, page, self.dpi)?);
        }
        let names = list.iter().map(|pupil| spoken(pupil["name"].as_str().unwrap_or_default())).collect();
        Ok(PrintedCovers { sides, areas, names })
    }

    /// Where the codes of a cover lie, as the program itself sees them.
    fn code_areas(&self, cover: &Raster) -> Result<Vec<MmRect>, StageError> {
        let path = self.folder.join("one-cover.jpg");
        let jpeg = crate::jpeg::encode(cover, 95).map_err(|error| StageError::Answer(error.to_string()))?;
        write(&path, &jpeg)?;
        let seen = self.scantrail.json(&["inspect", "--only", "codes", &path.to_string_lossy()])?;
        let mm = 25.4 / f64::from(self.dpi.get());
        let codes = seen["codes"].as_array().cloned().unwrap_or_default();
        if codes.len() < 5 {
            return Err(StageError::Answer(format!("{} of 5 codes were read on a fresh cover", codes.len())));
        }
        Ok(codes.iter().map(|code| area(code, mm)).collect())
    }

    /// The stack of class 4B: 30 covers, 1–4 sheets behind each.
    pub fn stack(&self, covers: &PrintedCovers, pupils: usize) -> Result<Vec<StackSheet>, StageError> {
        Ok(demonstration(SEED, self.dpi, pupils, covers)?)
    }

    /// Six sheets of class 2A as files for SANE's `pnm` device.
    pub fn second_stack(&self, covers: &PrintedCovers) -> Result<(Vec<PathBuf>, Vec<PnmSide>), StageError> {
        let sides = second_batch(SEED, self.dpi, covers);
        let mut paths = Vec::new();
        for (number, side) in (1..).zip(&sides) {
            let path = self.folder.join(format!("sheet-{number}.pgm"));
            write(&path, &side.pnm)?;
            paths.push(path);
        }
        Ok((paths, sides))
    }

    /// Photos of whiteboards with cards of the first pupils of class 4B.
    pub fn photos(&self, count: usize) -> Result<Photos, StageError> {
        let mut cards = Vec::with_capacity(count);
        for pupil in self.class_4b.iter().take(count) {
            let id = pupil["id"].as_str().unwrap_or_default();
            let path = self.folder.join(format!("card-{id}.pdf"));
            self.scantrail.good(&["sheets", "card", "--pupil", id, "--out", &path.to_string_lossy()])?;
            let page = printed(&at(&path, std::fs::read(&path))?, 0, Dpi::SCAN)?;
            cards.push(cut_out(&page, Dpi::SCAN)?);
        }
        Ok(whiteboard_photos(SEED, count, &|pupil| cards[pupil].clone())?)
    }

    /// Drops a file slowly, as a tablet over a weak network would: in parts, under its final name.
    pub fn drop_slowly(&self, name: &str, bytes: &[u8], parts: usize, pause: Duration) -> Result<(), StageError> {
        let path = self.drop_folder().join(name);
        let mut file = at(&path, std::fs::File::create_new(&path))?;
        for part in bytes.chunks(bytes.len().div_ceil(parts.max(1)).max(1)) {
            at(&path, file.write_all(part).and_then(|()| file.flush()))?;
            std::thread::sleep(pause);
        }
        Ok(())
    }

    /// The scanner's name for SANE.
    pub fn office_scanner(&self) -> Result<String, StageError> {
        let devices = self.scantrail.json(&["devices"])?;
        let found = devices
            .as_array()
            .into_iter()
            .flatten()
            .find(|device| device["id"].as_str().is_some_and(|id| id.starts_with("airscan:")));
        found
            .and_then(|device| device["id"].as_str())
            .map(str::to_owned)
            .ok_or_else(|| StageError::Answer(format!("the virtual scanner is not among {devices}")))
    }
}

fn area(code: &Value, mm: f64) -> MmRect {
    let corner = |n: usize, axis: usize| code["corners"][n][axis].as_f64().unwrap_or_default();
    let (mut left, mut top, mut right, mut bottom) = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
    for n in 0..4 {
        (left, right) = (left.min(corner(n, 0)), right.max(corner(n, 0)));
        (top, bottom) = (top.min(corner(n, 1)), bottom.max(corner(n, 1)));
    }
    MmRect {
        x: left * mm - AROUND_CODE_MM,
        y: top * mm - AROUND_CODE_MM,
        width: (right - left) * mm + 2.0 * AROUND_CODE_MM,
        height: (bottom - top) * mm + 2.0 * AROUND_CODE_MM,
    }
}

/// The first card of a print-out: 85 × 54 mm, where the page's grid of cards begins.
fn cut_out(page: &Raster, dpi: Dpi) -> Result<Raster, StageError> {
    let px = |mm: f64| (mm * f64::from(dpi.get()) / 25.4).round() as u32;
    let (left, top, right, bottom) = (px(20.0), px(13.5), px(105.0), px(67.5));
    let count = page.channels().count();
    let mut samples = Vec::new();
    for y in top..bottom {
        samples.extend_from_slice(&page.row(y)[left as usize * count..right as usize * count]);
    }
    Ok(Raster::new(right - left, bottom - top, page.channels(), samples)?.with_resolution(page.resolution()))
}

fn configuration(data: &Path, drop_folder: &Path, sane: &Path, dpi: Dpi) -> String {
    format!(
        r#"data = "{data}"

[school]
name = "Hillside Primary School"

[web]
listen = "127.0.0.1:0"

[sane]
config_dir = "{sane}"

[[profile]]
name = "books"
source = "feeder"
colour = "colour"
dpi = {dpi}
duplex = true

[[folder]]
path = "{drop_folder}"
kind = "pictures"
quiet_seconds = 1
class = "4B"
subject = "Science"
"#,
        data = data.display(),
        sane = sane.display(),
        dpi = dpi.get(),
        drop_folder = drop_folder.display(),
    )
}

/// The covers of a class, printed on both sides.
pub struct PrintedCovers {
    sides: Vec<Raster>,
    areas: Vec<MmRect>,
    names: Vec<String>,
}

/// `Okafor, Amara` as a child writes it.
fn spoken(listed: &str) -> String {
    match listed.split_once(", ") {
        Some((surname, forename)) => format!("{forename} {surname}"),
        None => listed.to_owned(),
    }
}

impl Covers for PrintedCovers {
    fn cover(&self, pupil: usize, side: Side) -> Raster {
        self.sides[pupil * 2 + usize::from(side == Side::Back)].clone()
    }

    fn code_areas(&self, _: Side) -> Vec<MmRect> {
        self.areas.clone()
    }

    fn name(&self, pupil: usize) -> Option<String> {
        self.names.get(pupil).cloned()
    }
}
