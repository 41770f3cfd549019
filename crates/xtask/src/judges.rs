//! Programs by other people, in Python. The product never uses them.
//!
//! The judges say whether what we filed is what we claim: they live in `target/judges`, and tests find them by the
//! variable `SCANTRAIL_JUDGES`. The peers are measured beside us by `cargo xtask eval`: they live in `target/peers`.

use crate::command;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variable that names the peers' Python.
pub(crate) const PYTHON: &str = "SCANTRAIL_EVAL_PYTHON";

/// What one environment is for, and what pip installs in it, every version pinned.
struct Environment {
    name: &'static str,
    requirements: &'static str,
    file: &'static str,
    without: &'static str,
}

const JUDGES: Environment = Environment {
    name: "judges",
    requirements: include_str!("../judges.txt"),
    file: "crates/xtask/judges.txt",
    without: "without them nobody but us says that what we file is right",
};

const PEERS: Environment = Environment {
    name: "peers",
    requirements: include_str!("../../eval/peers.txt"),
    file: "crates/eval/peers.txt",
    without: "without them nothing is measured beside ours",
};

/// Written last, so that a half-made environment is made anew.
const STAMP: &str = "made-from.txt";

/// Makes the judges' environment unless it is there and made from the same list; gives its folder.
pub(crate) fn prepare(workspace: &Workspace) -> Result<PathBuf> {
    make(workspace, &JUDGES)
}

/// The same for the peers; gives their Python.
pub(crate) fn peers(workspace: &Workspace) -> Result<PathBuf> {
    Ok(make(workspace, &PEERS)?.join("bin/python"))
}

fn make(workspace: &Workspace, wanted: &Environment) -> Result<PathBuf> {
    let folder = workspace.target.join(wanted.name);
    if is_current(&folder, wanted) {
        eprintln!("the {} are in {}", wanted.name, folder.display());
        return Ok(folder);
    }
    eprintln!("installing the {} in {}", wanted.name, folder.display());
    if folder.try_exists().with_context(|| format!("could not look at {}", folder.display()))? {
        std::fs::remove_dir_all(&folder).with_context(|| format!("could not remove {}", folder.display()))?;
    }
    command::run(Command::new(python()).args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--requirement"]);
    command::run(pip.arg(workspace.root.join(wanted.file)))
        .with_context(|| format!("could not install the {}; {}", wanted.name, wanted.without))?;
    write_stamp(&folder, wanted)?;
    Ok(folder)
}

/// Debian's own Python, because `python3-venv` belongs to it; another one may come first in the path.
pub(crate) fn python() -> &'static str {
    const DEBIAN: &str = "/usr/bin/python3";
    if Path::new(DEBIAN).is_file() { DEBIAN } else { "python3" }
}

fn is_current(folder: &Path, wanted: &Environment) -> bool {
    std::fs::read_to_string(folder.join(STAMP)).is_ok_and(|text| text == wanted.requirements)
}

#[expect(clippy::disallowed_methods, reason = "a stamp in the build folder: losing it costs a minute")]
fn write_stamp(folder: &Path, wanted: &Environment) -> Result<()> {
    let path = folder.join(STAMP);
    std::fs::write(&path, wanted.requirements).with_context(|| format!("could not write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_is_pinned() {
        let lines = JUDGES.requirements.lines().chain(PEERS.requirements.lines());
        let lines = lines.filter(|line| !line.starts_with('#') && !line.is_empty());
        for line in lines {
            let version = line.split_once("==").map_or("", |(_, version)| version);
            assert!(version.starts_with(|c: char| c.is_ascii_digit()), "not pinned: {line}");
        }
    }

    #[test]
    fn an_environment_counts_only_with_the_stamp_of_this_list() {
        let folder = std::env::temp_dir().join(format!("scantrail-judges-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(!is_current(&folder, &JUDGES), "no stamp yet");
        write_stamp(&folder, &JUDGES).unwrap();
        assert!(is_current(&folder, &JUDGES));
        let mut changed = std::fs::OpenOptions::new().append(true).open(folder.join(STAMP)).unwrap();
        std::io::Write::write_all(&mut changed, b"another==1\n").unwrap();
        assert!(!is_current(&folder, &JUDGES), "made from another list");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
