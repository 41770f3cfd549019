//! `cargo xtask power-cuts` and `cargo xtask sweep`: build everything and hand over to the test kit's program for crashes.

use crate::command;
use crate::demo::BINARIES;
use crate::judges;
use crate::packages::Need;
use crate::progress::Progress;
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use std::os::unix::process::CommandExt as _;

/// A binary of `scantrail-testkit`.
const PROGRAM: &str = "scantrail-crash";

/// Becomes that program, `what` being its task; returns only when it could not.
pub(crate) fn run(workspace: &Workspace, what: &str, arguments: &[&str]) -> Result<()> {
    let mut progress = Progress::new(3);
    progress.step("system packages", || setup::packages(&Need::ALL))?;
    let judges = progress.step("judges", || judges::prepare(workspace))?;
    progress.step("programs", || command::run(&mut workspace.cargo(&BINARIES)))?;
    let path = workspace.target.join("debug").join(PROGRAM);
    if !path.is_file() {
        bail!("the build ended well, but {} is not there", path.display());
    }
    let models = crate::models::usual_folder(workspace);
    let mut program = workspace.with(judges, models).program(&path);
    program.arg(what).args(arguments);
    // In our place, so that Ctrl-C reaches it directly.
    let error = program.exec();
    Err(error).with_context(|| format!("could not start {}", path.display()))
}
