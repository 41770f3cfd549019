//! `strangers`: other people's pictures, in which no sheet of ours may be seen and no code be taken for one of ours.

use crate::clock::{Times, timed};
use crate::picture;
use crate::table::{Table, figure};
use anyhow::{Context as _, Result};
use scantrail_core::units::Turn;
use scantrail_core::vocabulary::Flow;
use scantrail_pipeline::look;
use scantrail_sheets::find::CodeFinder;
use scantrail_sheets::frame::find_frame;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What must not be seen in other people's pictures.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A folder with pictures, at any depth, none of which shows a sheet of ours.
    #[arg(long)]
    data: PathBuf,
}

/// Looks at every picture at all four turns, and prints one row for each folder.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut finder = CodeFinder::new();
    let mut table = Table::new(&["folder", "looks", "codes of ours", "frames", "ms a frame", "worst"]);
    let mut seen = Vec::new();
    for folder in folders(&arguments.data)? {
        let (mut looks, mut ours, mut frames, mut times) = (0, 0, 0, Times::default());
        for path in picture::in_folder(&folder)? {
            let upright = picture::grey(&path)?;
            for turn in Turn::ALL {
                let picture = picture::turned(&upright, turn);
                let found = look(&picture, Flow::Stack, &mut finder);
                let found = found.with_context(|| format!("cannot look at {}", path.display()))?;
                let (frame, milliseconds) = timed(|| find_frame(&picture));
                times.add(milliseconds);
                looks += 1;
                ours += u32::from(found.has_ours());
                frames += u32::from(frame.is_some());
                if found.has_ours() || frame.is_some() {
                    seen.push(format!("{} at {}°", path.display(), turn.degrees()));
                }
            }
        }
        if looks > 0 {
            let name = folder.strip_prefix(&arguments.data).unwrap_or(&folder).display().to_string();
            let counts = [looks, ours, frames].map(|count| count.to_string());
            let times = [figure(times.median(), 0), figure(times.worst(), 0)];
            table.row([name].into_iter().chain(counts).chain(times).collect());
        }
    }
    write!(std::io::stdout(), "{}", table.text())?;
    for what in seen {
        writeln!(std::io::stdout(), "TAKEN FOR OURS: {what}")?;
    }
    Ok(())
}

/// A folder and all folders below it.
fn folders(root: &Path) -> Result<Vec<PathBuf>> {
    let mut all = vec![root.to_path_buf()];
    for path in picture::entries(root)?.into_iter().filter(|path| path.is_dir()) {
        all.extend(folders(&path)?);
    }
    Ok(all)
}
