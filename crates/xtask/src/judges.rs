//! The judges: programs by other people, in Python, that say whether what we filed is what we claim.
//!
//! They live in `target/judges`; tests find them by the variable `SCANTRAIL_JUDGES`. The product never uses them.

use crate::command;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What pip installs, every version pinned.
const REQUIREMENTS: &str = include_str!("../judges.txt");

/// Written last, so that a half-made environment is made anew.
const STAMP: &str = "made-from.txt";

/// Makes the environment unless it is there and made from the same list; gives its folder.
pub(crate) fn prepare(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("judges");
    if is_current(&folder) {
        eprintln!("the judges are in {}", folder.display());
        return Ok(folder);
    }
    eprintln!("installing the judges in {}", folder.display());
    if folder.try_exists().with_context(|| format!("could not look at {}", folder.display()))? {
        std::fs::remove_dir_all(&folder).with_context(|| format!("could not remove {}", folder.display()))?;
    }
    command::run(Command::new(python()).args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--requirement"]);
    command::run(pip.arg(workspace.root.join("crates/xtask/judges.txt")))
        .context("could not install the judges; without them nobody but us says that what we file is right")?;
    write_stamp(&folder)?;
    Ok(folder)
}

/// Debian's own Python, because `python3-venv` belongs to it; another one may come first in the path.
fn python() -> &'static str {
    const DEBIAN: &str = "/usr/bin/python3";
    if Path::new(DEBIAN).is_file() { DEBIAN } else { "python3" }
}

fn is_current(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join(STAMP)).is_ok_and(|text| text == REQUIREMENTS)
}

#[expect(clippy::disallowed_methods, reason = "a stamp in the build folder: losing it costs a minute")]
fn write_stamp(folder: &Path) -> Result<()> {
    let path = folder.join(STAMP);
    std::fs::write(&path, REQUIREMENTS).with_context(|| format!("could not write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_judge_is_pinned() {
        let lines = REQUIREMENTS.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        for line in lines {
            let version = line.split_once("==").map_or("", |(_, version)| version);
            assert!(version.starts_with(|c: char| c.is_ascii_digit()), "not pinned: {line}");
        }
    }

    #[test]
    fn an_environment_counts_only_with_the_stamp_of_this_list() {
        let folder = std::env::temp_dir().join(format!("scantrail-judges-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(!is_current(&folder), "no stamp yet");
        write_stamp(&folder).unwrap();
        assert!(is_current(&folder));
        let mut changed = std::fs::OpenOptions::new().append(true).open(folder.join(STAMP)).unwrap();
        std::io::Write::write_all(&mut changed, b"another==1\n").unwrap();
        assert!(!is_current(&folder), "made from another list");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
