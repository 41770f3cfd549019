//! `pipeline`: from files to filed, searchable pages, beside what people use and beside the bare engine.
//!
//! Rounds: each contestant has the same files, one contestant after the other, again and again, so that all see the same
//! machine. Ours gets a printed cover on top of the stack and must file every page to its pupil; the cover counts as no
//! page, but what it costs counts. `--behind` measures another thing: how soon a person sees what came in.

mod bare;
mod behind;
mod desk;
mod ocrmypdf;
mod ours;
mod pages;
mod plot;
mod report;
mod run;
mod school;
mod spent;

pub(crate) use bare::{BareArguments, serve as serve_bare};

use crate::disk::write_file;
use crate::table::figure;
use anyhow::{Context as _, Result};
use ocrmypdf::Manner;
use report::Contestant;
use run::Run;
use school::{School, Setting};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// From files to filed pages.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the pictures: real print in `ocr/NAME.png` or `.tif`.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The `scantrail` program.
    #[arg(long)]
    program: PathBuf,
    /// Pages of work in a round.
    #[arg(long, default_value_t = 24)]
    pages: usize,
    /// How often each has its turn.
    #[arg(long, default_value_t = 2)]
    rounds: u64,
    /// Threads of each contestant [default: one for each core].
    #[arg(long)]
    threads: Option<usize>,
    /// Read handwriting too, with the models there: the others do not.
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// Only ours is measured.
    #[arg(long)]
    alone: bool,
    /// Write the picture of where the time goes there, as SVG.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Measure how soon identity and preview are there while so many pages wait to be read.
    #[arg(long, value_name = "PAGES")]
    behind: Option<u64>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let threads = arguments.threads.map_or_else(|| Ok(std::thread::available_parallelism()?.get()), anyhow::Ok)?;
    let models = arguments.models.as_ref().map(std::path::absolute).transpose().context("no such folder")?;
    let setting = Setting { threads, models };
    let folder = tempfile::tempdir().context("a temporary folder could not be made")?;
    let real = pages::real(&arguments.data.join("ocr"))?;
    let school = School::open(&arguments.program, folder.path(), &setting)?;
    if let Some(waiting) = arguments.behind {
        return behind::run(&school, &real, folder.path(), waiting);
    }
    let mut measured = measure(arguments, &school, &real, folder.path(), threads)?;
    drop(school);
    // Ours first, then from the fastest on.
    measured[1..].sort_by(|a, b| a.run.cpu_a_page().total_cmp(&b.run.cpu_a_page()));
    if let Some(file) = &arguments.plot {
        let bars: Vec<plot::Bar<'_>> = measured.iter().map(|one| (one.name, &one.run)).collect();
        write_file(file, plot::svg(&bars).as_bytes())?;
    }
    write!(std::io::stdout(), "{}", report::text(&measured)).context("cannot print")
}

/// All rounds; ours is the first of the contestants.
fn measure(
    arguments: &Arguments,
    school: &School,
    real: &[scantrail_core::raster::Raster],
    folder: &Path,
    threads: usize,
) -> Result<Vec<Contestant>> {
    let with_cover = |name: &str, count: usize, seed: u64| -> Result<(PathBuf, Vec<PathBuf>)> {
        let stack = folder.join(name);
        let files = pages::lay(&stack, real, count, seed)?;
        pages::save(&stack.join("000.png"), &school.cover)?;
        Ok((stack, files))
    };
    // Every contestant is warm: a daemon runs all day.
    let (warm_up, _) = with_cover("warm-up", 2 * threads, u64::MAX)?;
    school.ingest(&warm_up)?;
    let mut measured = vec![Contestant::new("ours")];
    let mut manners = if arguments.alone { Vec::new() } else { vec![Manner::Each, Manner::Stack] };
    if !manners.is_empty() && !ocrmypdf::is_here() {
        eprintln!("ocrmypdf is not here and is not measured");
        manners.clear();
    }
    for round in 0..arguments.rounds {
        let (stack, files) = with_cover(&format!("round-{round}"), arguments.pages, round)?;
        let mut one = |name: &'static str, run: Run| {
            eprintln!(
                "round {}: {name}: {} pages a minute, {} CPU s a page, {} MB",
                round + 1,
                figure(Some(run.pages_a_minute()), 1),
                figure(Some(run.cpu_a_page()), 3),
                figure(Some(run.peak.pss_mb), 0)
            );
            match measured.iter_mut().find(|known| known.name == name) {
                Some(known) => known.run.add(run),
                None => measured.push(Contestant { name, run }),
            }
        };
        one("ours", ours::run(school, &stack, arguments.pages)?);
        let mut rates = Vec::new();
        for manner in &manners {
            let run = ocrmypdf::run(&files, threads, *manner)?;
            rates.push((*manner, run.pages_a_minute()));
            one(manner.name(), run);
        }
        // From now on only the faster way to call it.
        let fastest = rates.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
        manners = fastest.map(|(manner, _)| manner).into_iter().collect();
        if !arguments.alone {
            one("tesseract, bare and warm", bare::run(&files, threads)?);
        }
        std::fs::remove_dir_all(&stack).with_context(|| format!("cannot remove {}", stack.display()))?;
    }
    Ok(measured)
}
