//! `cargo xtask eval`: build the measuring program with the readers of other people in it, and hand over to it.

use crate::command;
use crate::judges;
use crate::packages::Need;
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result};
use std::os::unix::process::CommandExt as _;
use std::path::Path;

const PACKAGE: &str = "scantrail-eval";

/// Where cargo builds it, below the ordinary target folder. The other readers ask for more features of crates that the
/// product uses too: in the ordinary folder they would have half of the product built anew, and its programs replaced.
const FOLDER: &str = "eval";

/// Becomes the measuring program; returns only when it could not.
///
/// Built with the profile for development, which optimises every crate that touches a pixel as a release does, without
/// a release's minutes of linking.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    setup::packages(&[Need::Build, Need::Run])?;
    let target = workspace.target.join(FOLDER);
    command::run(
        workspace.cargo(&["build", "--package", PACKAGE, "--features", "peers", "--target-dir"]).arg(&target),
    )?;
    let mut program = workspace.program(&target.join(Path::new("debug").join(PACKAGE)));
    program.args(arguments).env("SCANTRAIL_EVAL_PYTHON", judges::peers(workspace)?);
    let whole = matches!(arguments, ["batches", ..]) || arguments.contains(&"--split");
    if whole && !arguments.iter().any(|argument| argument.starts_with("--program")) {
        // The whole product, as it is installed: with its workers beside it.
        command::run(&mut workspace.cargo(&["build", "--workspace", "--bins"]))?;
        program.arg("--program").arg(workspace.target.join("debug").join("scantrail"));
    }
    // In our place, so that Ctrl-C reaches it directly. Folders in its arguments are as seen from where we were called.
    let here = std::env::current_dir().context("could not find the folder we were called in")?;
    let error = program.current_dir(here).exec();
    Err(error).with_context(|| format!("could not start `{}`", command::line(&program)))
}
