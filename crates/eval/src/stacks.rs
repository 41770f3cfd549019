//! `stacks`: other schools' scanned stacks, page by page with what their codes say, so that a pattern for them can be
//! written and a split by it be judged.

mod split;

use crate::clock::{Times, timed};
use crate::picture;
use crate::table::figure;
use anyhow::{Context as _, Result};
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_sheets::find::{CodeFinder, Effort, FoundCode};
use scantrail_testkit::paper::{PrintError, printed};
use serde_json::json;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The resolution pages are laid down at: that of the scans.
const DPI: u16 = 200;

/// The longest the second stage may take, as in the product.
const LIMIT: Duration = Duration::from_secs(4);

/// What the codes of scanned stacks say.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the stacks: every PDF in its folder `batches`.
    #[arg(long)]
    data: PathBuf,
    /// One line of JSON for each page.
    #[arg(long)]
    json: bool,
    /// Have the program split the stacks by this pattern for their codes.
    #[arg(long, value_name = "PATTERN", requires = "program")]
    split: Option<String>,
    /// The `scantrail` program.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// Looks at every page as at one from the feeder, and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut finder = CodeFinder::new();
    let mut stacks = Vec::new();
    let files = picture::entries(&arguments.data.join("batches"))?;
    for file in files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "pdf")) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let pages = pages(file)?;
        let mut times = Times::default();
        let mut texts = Vec::with_capacity(pages.len());
        for (page, number) in pages.iter().zip(1..) {
            let (codes, milliseconds) = timed(|| finder.find(page, Effort::Quick, LIMIT));
            times.add(milliseconds);
            let codes = codes.with_context(|| format!("{name}, page {number}"))?;
            texts.push(codes.first().map(|code| code.text.clone()));
            let line = if arguments.json { json_line(&name, number, &codes) } else { text_line(&name, number, &codes) };
            writeln!(std::io::stdout(), "{line}")?;
        }
        let (median, worst) = (figure(times.median(), 0), figure(times.worst(), 0));
        eprintln!("{name}: {} pages, {median} ms a page, at most {worst}", pages.len());
        stacks.push(split::Stack { file: file.clone(), codes: texts });
    }
    if let (Some(pattern), Some(program)) = (&arguments.split, &arguments.program) {
        split::split(program, pattern, &stacks)?;
    }
    Ok(())
}

fn text_line(name: &str, page: usize, codes: &[FoundCode]) -> String {
    let texts: Vec<String> = codes.iter().map(|code| format!("{:?}", code.text)).collect();
    format!("{name}  {page:>3}  {}", if texts.is_empty() { "–".to_owned() } else { texts.join("  ") })
}

fn json_line(name: &str, page: usize, codes: &[FoundCode]) -> String {
    let code = |code: &FoundCode| json!({ "text": code.text, "ours": code.payload.is_ok(), "corners": code.corners.0.map(|p| [p.x, p.y]) });
    json!({ "file": name, "page": page, "codes": codes.iter().map(code).collect::<Vec<_>>() }).to_string()
}

fn pages(file: &Path) -> Result<Vec<Raster>> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let dpi = Dpi::new(DPI).context("a resolution of nothing")?;
    let mut pages = Vec::new();
    loop {
        match printed(&bytes, pages.len(), dpi) {
            Ok(page) => pages.push(page),
            Err(PrintError::NoSuchPage { .. }) => return Ok(pages),
            Err(error) => return Err(error).with_context(|| format!("cannot lay down {}", file.display())),
        }
    }
}
