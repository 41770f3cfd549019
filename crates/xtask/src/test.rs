//! `cargo xtask test`: everything that must hold before a change counts, the quickest first.
//!
//! The order and the selections are chosen for a cold run on two cores. Clippy and the documentation need the
//! dependencies checked, the tests need them built: two artefacts, each made once, because every call below comes to
//! the same features (see [`crate::demo::BINARIES`] for the trick).

use crate::command::{self, Stream};
use crate::counts::Counts;
use crate::packages::Need;
use crate::progress::Progress;
use crate::workspace::Workspace;
use crate::{judges, models, setup, tidy};
use anyhow::{Result, bail};
use std::io::Write as _;
use std::process::{Command, ExitStatus};

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everything.
    Whole,
    /// Without the documentation and without the end-to-end tests: for a developer between two edits.
    Quick,
}

/// The numbers that property tests draw. The same ones each time: a verdict on a change depends on the change alone.
/// `cargo nextest run` without this variable draws others, for whoever searches.
const DRAWN: (&str, &str) = ("PROPTEST_RNG_SEED", "20260901");
/// Left out by [`Scope::Quick`].
const END_TO_END: &str = "scantrail-tests";

/// Runs all steps; the closing line on standard output is `N passed, N failed, N skipped`.
pub(crate) fn run(workspace: &Workspace, scope: Scope) -> Result<()> {
    let mut progress = Progress::new(if scope == Scope::Whole { 10 } else { 8 });
    let outcome = steps(workspace, scope, &mut progress);
    eprintln!("\n{}", progress.summary());
    let counts = outcome?;
    writeln!(std::io::stdout(), "{counts}")?;
    verdict(counts)
}

fn steps(workspace: &Workspace, scope: Scope, progress: &mut Progress) -> Result<Counts> {
    progress.step("system packages", || setup::packages(&Need::ALL).and_then(|()| setup::rust_components()))?;
    let judges = progress.step("judges", || judges::prepare(workspace))?;
    let models = progress.step("models", || models::prepare(workspace, &models::usual_folder(workspace)))?;
    let workspace = &workspace.with(judges, models);

    // Both cost a second and no compiling: a person wants to hear of both at once.
    let layout =
        progress.step("layout of the code", || command::run(&mut workspace.cargo(&["fmt", "--all", "--check"])));
    progress.step("rules of the house", || tidy::run(workspace))?;
    layout?;

    progress.step("clippy, warnings are errors", || command::run(&mut clippy(workspace)))?;
    if scope == Scope::Whole {
        progress.step("documentation, warnings are errors", || command::run(&mut documentation(workspace)))?;
    }
    progress.step("programs and tests, built", || command::run(&mut build(workspace)))?;
    let mut counts = progress.step("tests", || tests(workspace, scope))?;
    if scope == Scope::Whole && counts.failed == 0 {
        counts += progress.step("tests in the documentation", || documentation_tests(workspace))?;
    }
    Ok(counts)
}

fn clippy(workspace: &Workspace) -> Command {
    workspace.cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
}

fn documentation(workspace: &Workspace) -> Command {
    // `--examples` for the features, as in `demo`.
    let words = ["doc", "--workspace", "--no-deps", "--lib", "--bins", "--examples", "--locked"];
    let mut command = workspace.cargo(&words);
    command.env("RUSTDOCFLAGS", "-D warnings");
    command
}

fn build(workspace: &Workspace) -> Command {
    // The programs that end-to-end tests start, and all tests, in one go: both cores stay busy to the end.
    workspace.cargo(&["build", "--workspace", "--all-targets", "--locked"])
}

fn tests(workspace: &Workspace, scope: Scope) -> Result<Counts> {
    let exclusion: &[&str] = if scope == Scope::Quick { &["--exclude", END_TO_END] } else { &[] };
    if command::works(&mut workspace.cargo(&["nextest", "--version"])) {
        let mut nextest = workspace.cargo(&["nextest", "run", "--workspace", "--locked"]);
        nextest.env(DRAWN.0, DRAWN.1);
        return counted(nextest.args(exclusion), Stream::Stderr, Counts::from_nextest);
    }
    eprintln!("cargo-nextest is not installed; `cargo test` does the same, only slower");
    // Examples are built above; bins and libs hold unit tests.
    let words = ["test", "--workspace", "--all-targets", "--no-fail-fast", "--locked"];
    let mut plain = workspace.cargo(&words);
    plain.env(DRAWN.0, DRAWN.1);
    counted(plain.args(exclusion), Stream::Stdout, Counts::from_cargo_test)
}

fn documentation_tests(workspace: &Workspace) -> Result<Counts> {
    let mut command = workspace.cargo(&["test", "--doc", "--workspace", "--no-fail-fast", "--locked"]);
    counted(&mut command, Stream::Stdout, Counts::from_cargo_test)
}

/// Runs a test runner and adds up its closing lines.
fn counted(command: &mut Command, stream: Stream, read: fn(&str) -> Option<Counts>) -> Result<Counts> {
    let mut counts = None;
    let status = command::read_along(command, stream, |line| {
        if let Some(more) = read(line) {
            *counts.get_or_insert_default() += more;
        }
    })?;
    plausible(&command::line(command), status, counts)
}

/// Counts are believed only when they agree with the exit code: the one must not hide what the other says.
fn plausible(line: &str, status: ExitStatus, counts: Option<Counts>) -> Result<Counts> {
    match counts {
        Some(counts) if status.success() || counts.failed > 0 => Ok(counts),
        Some(counts) => bail!("`{line}` ended with {status}, though it says {counts}"),
        None => bail!("`{line}` ended with {status} and without a closing line"),
    }
}

/// Nothing failed, nothing was left out, and something ran.
fn verdict(counts: Counts) -> Result<()> {
    if counts.failed > 0 {
        bail!("{} tests failed", counts.failed);
    }
    if counts.skipped > 0 {
        bail!("{} tests were skipped: a test that does not run proves nothing", counts.skipped);
    }
    if counts.passed == 0 {
        bail!("no test ran");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt as _;

    #[test]
    fn failed_skipped_and_absent_tests_are_all_failures() {
        assert!(verdict(Counts { passed: 5, failed: 0, skipped: 0 }).is_ok());
        for (counts, why) in [
            (Counts { passed: 5, failed: 1, skipped: 0 }, "1 tests failed"),
            (Counts { passed: 5, failed: 0, skipped: 2 }, "2 tests were skipped"),
            (Counts { passed: 0, failed: 0, skipped: 0 }, "no test ran"),
        ] {
            let error = verdict(counts).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn a_bad_exit_code_is_never_hidden_by_good_counts() {
        let (good, bad) = (ExitStatus::from_raw(0), ExitStatus::from_raw(100 << 8));
        let fine = Counts { passed: 3, failed: 0, skipped: 0 };
        let red = Counts { passed: 3, failed: 1, skipped: 0 };
        assert_eq!(plausible("x", good, Some(fine)).unwrap(), fine);
        assert_eq!(plausible("x", bad, Some(red)).unwrap(), red);
        assert!(plausible("x", bad, Some(fine)).unwrap_err().to_string().contains("though it says"));
        assert!(plausible("x", good, None).unwrap_err().to_string().contains("without a closing line"));
    }

    #[test]
    fn the_runner_is_counted_line_by_line() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'; echo 'test result: ok. 3 passed; 0 failed; 1 ignored'"]);
        let counts = counted(&mut shell, Stream::Stdout, Counts::from_cargo_test).unwrap();
        assert_eq!(counts, Counts { passed: 5, failed: 0, skipped: 1 });
    }
}
