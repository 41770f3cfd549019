//! `filing`: what it costs to keep a page, from the file to its sealed folder, and how that grows with what is kept.
//!
//! Pages are small and nobody reads them, so that what is measured is what is written. Two stacks are taken in each
//! round, a short one and a long one: what the program needs to start and to end is in both, and falls out of their
//! difference. Beside it the same files are made durable one by one by `dd`. With `--school` the stacks come into a data
//! folder that is there already, for instance with a catalogue of a million pages.

use crate::clock::{Times, timed};
use crate::disk::write_file;
use crate::table::figure;
use anyhow::{Context as _, Result, ensure};
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::Scantrail;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A cover's codes can be read, and a page has about 300 kB.
const DPI: u16 = 150;
const QUALITY: u8 = 90;
/// Pages of work of the short stack.
const FEW: usize = 1;
const LIST: &str = "Surname,Forename,Class\nAsh,Ada,Measured\n";
/// What makes things durable.
const FLUSHES: &str = "fsync,fdatasync,syncfs,sync_file_range";

/// What keeping a page costs.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The `scantrail` program.
    #[arg(long)]
    program: PathBuf,
    /// Where everything is made, in a folder of its own that is removed afterwards: the disk that is measured.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// A data folder that is there: it grows.
    #[arg(long, value_name = "DATA", conflicts_with = "folder")]
    school: Option<PathBuf>,
    /// Pages of work in the long stack.
    #[arg(long, default_value_t = 41)]
    pages: usize,
    /// How often both have their turn.
    #[arg(long, default_value_t = 3)]
    rounds: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    ensure!(arguments.pages > FEW, "--pages must be more than {FEW}");
    let near = arguments.school.as_deref().and_then(Path::parent).or(arguments.folder.as_deref());
    let folder = near.map_or_else(tempfile::tempdir, tempfile::tempdir_in).context("no temporary folder")?;
    let data = arguments.school.clone().unwrap_or_else(|| folder.path().join("school"));
    let bench = Bench::set(&arguments.program, folder.path(), &data, arguments.school.is_none())?;
    let (mut a_page, mut beside, mut start) = (Times::default(), Times::default(), Times::default());
    let more = (arguments.pages - FEW) as f64;
    for round in 0..arguments.rounds {
        let (few, many) = (bench.stack(2 * round, FEW)?, bench.stack(2 * round + 1, arguments.pages)?);
        let (began, ms) = timed(|| bench.scantrail.good(&["status"]));
        began?;
        start.add(ms);
        a_page.add((bench.take_in(&many)? - bench.take_in(&few)?) / more);
        beside.add(by_dd(&many, &bench.folder.join(format!("by dd {round}")))?);
    }
    let flushes = bench.flushes(arguments.rounds, arguments.pages)?;
    let mut out = std::io::stdout();
    let (ours, theirs) = (a_page.median().unwrap_or_default(), beside.median().unwrap_or_default());
    writeln!(out, "status, with the start of the program: {} ms", figure(start.median(), 0))?;
    writeln!(
        out,
        "a page kept: {} ms; the same file by dd conv=fsync: {} ms",
        figure(Some(ours), 1),
        figure(Some(theirs), 1)
    )?;
    writeln!(out, "ratio: {}", figure(Some(ours / theirs), 1))?;
    for (call, count) in flushes {
        writeln!(out, "{call}: {} a page", figure(Some(count), 1))?;
    }
    Ok(())
}

struct Bench {
    scantrail: Scantrail,
    folder: PathBuf,
    cover: Raster,
}

impl Bench {
    fn set(program: &Path, folder: &Path, data: &Path, fresh: bool) -> Result<Self> {
        let config = folder.join("scantrail.toml");
        let scantrail = Scantrail::new(program, &config);
        if fresh {
            scantrail.good(&["init", &data.to_string_lossy(), "--school", "Treetops Primary School"])?;
        }
        let text = format!(
            "data = \"{}\"\n[school]\nname = \"Treetops Primary School\"\n[web]\nlisten = \"127.0.0.1:0\"\n\
             [reading]\nlanguage = \"none\"\nagain = false\n",
            data.display()
        );
        write_file(&config, text.as_bytes())?;
        let list = folder.join("pupils.csv");
        write_file(&list, LIST.as_bytes())?;
        scantrail.good(&["pupils", "import", &list.to_string_lossy(), "--partial"])?;
        let covers = folder.join("covers.pdf");
        scantrail.good(&["sheets", "cover", "--class", "Measured", "--out", &covers.to_string_lossy()])?;
        let pdf = std::fs::read(&covers).context("the print-out cannot be read")?;
        let cover = printed(&pdf, 0, Dpi::new(DPI).context("a resolution of nothing")?)?;
        Ok(Self { scantrail, folder: folder.to_owned(), cover })
    }

    /// A folder with a cover and pages behind it; each number is another stack.
    fn stack(&self, number: u64, pages: usize) -> Result<PathBuf> {
        let folder = self.folder.join(format!("stack {number}"));
        std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let dpi = Dpi::new(DPI).context("a resolution of nothing")?;
        let cover = jpeg::encode(&self.cover, QUALITY - number as u8 % 30)?;
        write_file(&folder.join("000.jpg"), &cover)?;
        for at in 1..=pages {
            let seed = Seed(std::process::id().into()).0 * 1_000_000 + number * 1_000 + at as u64;
            let page = paint(&PageSpec::new(PageKind::Worksheet, Seed(seed), dpi)).raster;
            write_file(&folder.join(format!("{at:03}.jpg")), &jpeg::encode(&page, QUALITY)?)?;
        }
        Ok(folder)
    }

    /// Takes a stack in; milliseconds until its last page is filed.
    fn take_in(&self, stack: &Path) -> Result<f64> {
        let path = stack.to_string_lossy();
        let (answer, ms) = timed(|| self.scantrail.json(&["ingest", &path, "--subject", "Maths"]));
        let (answer, pages) = (answer?, std::fs::read_dir(stack)?.count() as u64);
        let filed = answer[0]["counts"]["filed"].as_u64();
        ensure!(filed.is_some_and(|filed| filed + 1 >= pages), "not all was filed: {}", answer[0]["counts"]);
        Ok(ms)
    }

    /// How often each call that makes things durable is made for one page more.
    fn flushes(&self, rounds: u64, pages: usize) -> Result<BTreeMap<String, f64>> {
        let (few, many) = (self.stack(2 * rounds, FEW)?, self.stack(2 * rounds + 1, pages)?);
        let (few, mut many) = (self.counted(&few)?, self.counted(&many)?);
        for (call, count) in &mut many {
            *count = (*count - few.get(call).copied().unwrap_or(0.0)) / (pages - FEW) as f64;
        }
        Ok(many)
    }

    fn counted(&self, stack: &Path) -> Result<BTreeMap<String, f64>> {
        let table = self.folder.join("calls.txt");
        let ours = self.scantrail.command([Path::new("ingest"), stack]);
        let mut strace = Command::new("strace");
        strace.args(["-f", "-c", "-e"]).arg(format!("trace={FLUSHES}")).arg("-o").arg(&table);
        let output = strace.arg(ours.get_program()).args(ours.get_args()).output().context("strace does not start")?;
        ensure!(output.status.success(), "strace: {}", String::from_utf8_lossy(&output.stderr));
        let text = std::fs::read_to_string(&table).context("strace left no table")?;
        Ok(text.lines().filter_map(row).collect())
    }
}

/// A call of `strace -c`'s table and how often it was made.
fn row(line: &str) -> Option<(String, f64)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let call = fields.last().filter(|name| FLUSHES.split(',').any(|flush| flush == **name))?;
    Some(((*call).to_owned(), fields.get(3)?.parse().ok()?))
}

/// Milliseconds a file, each copied and made durable by a `dd` of its own.
fn by_dd(stack: &Path, to: &Path) -> Result<f64> {
    let files: Vec<PathBuf> =
        std::fs::read_dir(stack)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    std::fs::create_dir(to)?;
    let (done, ms) = timed(|| -> Result<()> {
        for file in &files {
            let target = to.join(file.file_name().context("a file without a name")?);
            let (from, to) = (format!("if={}", file.display()), format!("of={}", target.display()));
            let output = Command::new("dd").args([&from, &to, "bs=1M", "conv=fsync"]).output()?;
            ensure!(output.status.success(), "dd: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    });
    done?;
    Ok(ms / files.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_table_of_calls_is_read() {
        let line = " 98.21    0.150938        2125        71           fsync";
        assert_eq!(row(line), Some(("fsync".to_owned(), 71.0)));
        let failing = "  1.79    0.002748         274        10         2 fdatasync";
        assert_eq!(row(failing), Some(("fdatasync".to_owned(), 10.0)));
        assert_eq!(row("100.00    0.153686        1897        81         2 total"), None);
    }
}
