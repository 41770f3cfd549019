//! `cargo xtask demo`: set up, build, and hand over to the demonstration program of the test kit.

use crate::command;
use crate::packages::Need;
use crate::progress::Progress;
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use std::os::unix::process::CommandExt as _;

/// The demonstration: a binary of `scantrail-testkit`, which has the fictional school and the virtual scanners.
const DEMONSTRATION: &str = "scantrail-demo";

/// What `cargo build` is asked for, here and in the tests.
///
/// `--examples` is there for the features: with it cargo counts the development dependencies too and so comes to the
/// same features as for the tests. Without it thirty crates would be compiled twice on a machine that does both.
pub(crate) const BINARIES: [&str; 4] = ["build", "--workspace", "--bins", "--examples"];

/// Becomes the demonstration program; returns only when it could not.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let mut progress = Progress::new(2);
    progress.step("system packages", || setup::packages(&[Need::Build, Need::Run]))?;
    progress.step("programs", || command::run(&mut workspace.cargo(&BINARIES)))?;
    // Run as built, not by `cargo run --package`: that would choose features for the one package and build anew.
    let path = workspace.target.join("debug").join(DEMONSTRATION);
    if !path.is_file() {
        bail!("the build ended well, but {} is not there", path.display());
    }
    let mut demonstration = workspace.program(&path);
    demonstration.args(arguments);
    // In our place, so that Ctrl-C and a service manager's signals reach it directly.
    let error = demonstration.exec();
    Err(error).with_context(|| format!("could not start {}", path.display()))
}
