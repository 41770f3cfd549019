//! `cargo xtask eval`: build the measuring program, with the readers of other people in it where they are measured, and
//! hand over to it.

use crate::command;
use crate::demo::BINARIES;
use crate::judges;
use crate::packages::Need;
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result};
use std::os::unix::process::CommandExt as _;

const PACKAGE: &str = "scantrail-eval";

/// Where cargo builds it with the other readers, below the ordinary target folder. They ask for more features of crates
/// that the product uses too: in the ordinary folder they would have half of the product built anew, and its programs
/// replaced.
const FOLDER: &str = "eval";

/// What is measured beside other readers that are crates; everything else is built with the rest of the workspace, so
/// that nothing is compiled twice.
const WITH_READERS: [&str; 1] = ["codes"];

/// What drives the whole product, as it is installed: with its workers beside it.
const WITH_PROGRAM: [&str; 3] = ["batches", "filing", "pipeline"];

/// What is measured beside programs in Python.
const WITH_PYTHON: [&str; 7] = ["deskew", "items", "ocr", "outline", "pipeline", "shade", "split"];

/// Becomes the measuring program; returns only when it could not.
///
/// Built with the profile for development, which optimises every crate that touches a pixel as a release does, without
/// a release's minutes of linking.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    setup::packages(&[Need::Build, Need::Run])?;
    let what = arguments.first().copied().unwrap_or_default();
    let folder = if WITH_READERS.contains(&what) {
        let target = workspace.target.join(FOLDER);
        let words = ["build", "--package", PACKAGE, "--features", "peers", "--target-dir"];
        command::run(workspace.cargo(&words).arg(&target))?;
        target
    } else {
        command::run(&mut workspace.cargo(&BINARIES))?;
        workspace.target.clone()
    };
    let built = folder.join("debug");
    let mut program = workspace.program(&built.join(PACKAGE));
    program.args(arguments);
    // Whoever has the others' programs already says so; alone, nobody asks for them.
    let alone = arguments.contains(&"--alone") || arguments.contains(&"--behind");
    if WITH_PYTHON.contains(&what) && !alone && std::env::var_os(judges::PYTHON).is_none() {
        program.env(judges::PYTHON, judges::peers(workspace)?);
    }
    let whole = WITH_PROGRAM.contains(&what) || arguments.contains(&"--split");
    if whole && !arguments.iter().any(|argument| argument.starts_with("--program")) {
        program.arg("--program").arg(built.join("scantrail"));
    }
    // In our place, so that Ctrl-C reaches it directly. Folders in its arguments are as seen from where we were called.
    let here = std::env::current_dir().context("could not find the folder we were called in")?;
    let error = program.current_dir(here).exec();
    Err(error).with_context(|| format!("could not start `{}`", command::line(&program)))
}
