//! `ocrmypdf` as people run it: one call for each file, several at a time, or one call for the whole stack as a PDF.

use super::run::Run;
use crate::clock::timed;
use crate::peer;
use crate::process::{self, Watch};
use anyhow::{Context as _, Result, ensure};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const OPTIONS: [&str; 5] = ["--deskew", "--rotate-pages", "--output-type", "pdfa", "--quiet"];

/// How it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// A call for each file with `--jobs 1`, as many at a time as there are cores.
    Each,
    /// One call for the stack as one PDF, with as many jobs as there are cores.
    Stack,
}

impl Manner {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Each => "ocrmypdf, a call for each file",
            Self::Stack => "ocrmypdf, one call for all",
        }
    }
}

/// Whether it is here.
pub(super) fn is_here() -> bool {
    let said = peer::program("ocrmypdf").arg("--version").output();
    said.is_ok_and(|said| said.status.success())
}

/// Makes a searchable PDF/A of each file, or of all of them.
pub(super) fn run(files: &[PathBuf], threads: usize, manner: Manner) -> Result<Run> {
    let folder = tempfile::tempdir().context("a temporary folder could not be made")?;
    let mut command = match manner {
        Manner::Each => each(files, threads, folder.path())?,
        Manner::Stack => stack(files, threads, folder.path())?,
    };
    let before = process::waited_for_s()?;
    let (ended, wall_ms) = timed(|| -> Result<_> {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("cannot run ocrmypdf")?;
        let watch = Watch::start(&[child.id()]);
        let said = child.wait_with_output().context("cannot wait for ocrmypdf")?;
        Ok((said, watch.peak()?))
    });
    let (said, peak) = ended?;
    let cpu_s = process::waited_for_s()? - before;
    ensure!(said.status.success(), "ocrmypdf: {}", String::from_utf8_lossy(&said.stderr));
    let made = std::fs::read_dir(folder.path().join("out")).context("ocrmypdf left nothing")?.count();
    let wanted = if manner == Manner::Each { files.len() } else { 1 };
    ensure!(made == wanted, "ocrmypdf made {made} files of {wanted}");
    Ok(Run { pages: files.len(), wall_s: wall_ms / 1e3, cpu_s, peak, parts: Vec::new() })
}

fn each(files: &[PathBuf], threads: usize, folder: &Path) -> Result<Command> {
    let out = folder.join("out");
    std::fs::create_dir(&out).context("cannot make a folder")?;
    let (list, from) = (folder.join("list"), files.first().and_then(|file| file.parent()).context("no files")?);
    let names: Vec<String> = files.iter().filter_map(|file| Some(file.file_name()?.to_str()?.to_owned())).collect();
    crate::disk::write_file(&list, names.join("\0").as_bytes())?;
    let ocrmypdf = peer::program("ocrmypdf");
    let mut command = Command::new("xargs");
    command.args(["-0", "-I", "{}", "-P", &threads.to_string()]).arg(ocrmypdf.get_program());
    command.args(OPTIONS).args(["--jobs", "1", "{}"]).arg(out.join("{}.pdf"));
    // As its own manual says for many calls side by side.
    command.env("OMP_THREAD_LIMIT", "1").current_dir(from);
    command.stdin(File::open(&list).context("cannot read a list")?);
    Ok(command)
}

/// Putting the stack into one PDF is not counted: a scanner would have.
fn stack(files: &[PathBuf], threads: usize, folder: &Path) -> Result<Command> {
    let (whole, out) = (folder.join("stack.pdf"), folder.join("out"));
    std::fs::create_dir(&out).context("cannot make a folder")?;
    let made = peer::program("img2pdf").args(files).arg("--output").arg(&whole).output();
    let made = made.context("cannot run img2pdf")?;
    ensure!(made.status.success(), "img2pdf: {}", String::from_utf8_lossy(&made.stderr));
    let mut command = peer::program("ocrmypdf");
    command.args(OPTIONS).args(["--jobs", &threads.to_string()]).arg(whole).arg(out.join("stack.pdf"));
    command.stdin(Stdio::null());
    Ok(command)
}
