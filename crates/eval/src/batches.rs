//! `batches`: seeded class batches with everything that goes wrong in a school, through the whole program: decoded,
//! looked at, read, understood and filed by a running daemon. What became of each page is compared with the truth.
//!
//! The figure that counts is the number of pages in the wrong folder.

mod judge;
mod plan;
mod school;

use crate::disk::write_file;
use crate::table::Table;
use anyhow::{Context as _, Result};
use judge::Tally;
use plan::{Fault, Plan};
use scantrail_testkit::demo::Daemon;
use scantrail_testkit::jpeg;
use scantrail_testkit::seed::Seed;
use school::School;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

/// Small, because there are many; still more than a fax.
const QUALITY: u8 = 85;
/// How often to say how far it is.
const TELL_EVERY: u64 = 25;

/// Batches through the whole program.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The `scantrail` program.
    #[arg(long)]
    program: PathBuf,
    /// How many batches.
    #[arg(long, default_value_t = 1000)]
    count: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Keep the school there, to look at [default: a temporary folder].
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// Runs the batches and prints what became of them, by what went wrong in them.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let temporary = tempfile::tempdir().context("a temporary folder could not be made")?;
    let folder = arguments.keep.clone().unwrap_or_else(|| temporary.path().to_owned());
    let school = School::set(&arguments.program, &folder)?;
    let mut daemon = Daemon::start(school.scantrail())?;
    let mut all = Tally::default();
    let mut by_fault: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for number in arguments.first..arguments.first + arguments.count {
        let plan = Plan::by_chance(Seed(number), &school);
        let tally = batch(&school, &plan, number).with_context(|| format!("batch {number}"))?;
        all.add(&tally);
        let names =
            if plan.faults.is_empty() { vec!["nothing wrong"] } else { plan.faults.iter().map(|f| f.name()).collect() };
        for name in names {
            by_fault.entry(name).or_default().add(&tally);
        }
        if (number + 1) % TELL_EVERY == 0 {
            eprintln!("{} batches, {} pages, {} wrong", all.batches, all.pages, all.wrong);
        }
    }
    let verified = school.scantrail().good(&["verify"]);
    daemon.stop()?;
    let mut table =
        Table::new(&["what went wrong", "batches", "pages", "wrong", "filed", "held", "needed", "held/needed"]);
    for fault in Fault::names().into_iter().chain(["nothing wrong"]) {
        if let Some(tally) = by_fault.get(fault) {
            table.row(tally.row(fault));
        }
    }
    table.row(all.row("all"));
    write!(std::io::stdout(), "{}", table.text())?;
    let clean = verified.context("`scantrail verify` found problems")?;
    writeln!(std::io::stdout(), "{}", clean.trim())?;
    anyhow::ensure!(all.wrong == 0, "{} pages were filed under the wrong pupil", all.wrong);
    Ok(())
}

/// One batch: its files laid into a folder, taken in, judged, and removed.
fn batch(school: &School, plan: &Plan, number: u64) -> Result<Tally> {
    let folder = tempfile::tempdir().context("a temporary folder could not be made")?;
    for (sheet, at) in plan.captures.iter().zip(0_u32..) {
        let raster = school.paint(sheet, Seed(number).child(u64::from(at)))?;
        let path = folder.path().join(format!("{at:03}.jpg"));
        let bytes = jpeg::encode(&raster, QUALITY).map_err(|error| anyhow::anyhow!("{error}"))?;
        write_file(&path, &bytes)?;
    }
    let path = folder.path().to_string_lossy().into_owned();
    let mut typed = vec!["ingest".to_owned(), path, "--subject".to_owned(), "Maths".to_owned()];
    if plan.pictures {
        typed.push("--pictures".to_owned());
    }
    if let Some(class) = &plan.class {
        typed.extend(["--class".to_owned(), class.clone()]);
    }
    let answer = school.scantrail().json(&typed)?;
    judge::judge(plan, school, &answer[0]).with_context(|| format!("faults {:?}", plan.faults))
}
