//! The project's own tasks: `cargo xtask setup`, `models`, `test`, `tidy`, `demo`, `eval`, `power-cuts`, `sweep` and `model`.
//!
//! This program runs before the system packages are there, because it installs them. It must therefore not depend on
//! a crate of the product, nor on any crate that links a C library.

#![expect(clippy::disallowed_methods, reason = "for development: it writes no school data")]

mod command;
mod counts;
mod crash;
mod demo;
mod eval;
mod judges;
mod model;
mod models;
mod packages;
mod progress;
mod setup;
mod test;
mod tidy;
mod workspace;

use crate::packages::Need;
use crate::test::Scope;
use crate::workspace::Workspace;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

  setup            install the missing system packages and the judges that tests use
  models [--out DIR]
                   fetch the models that read handwriting; without DIR into target/models
  test [--quick]   set up, then every check and every test; --quick leaves out the documentation
                   and the end-to-end tests
  tidy             the rules of the house that no other tool knows
  demo [ARGS]      set up, build, and show the program with a fictional school; --exit stops
                   after filing instead of serving the web page
  power-cuts [--cuts N] [--fs ext4|xfs|btrfs] [--disks 1|2] [--weak WHAT] [--seed S]
                   pull the plug at N moments of a working day, as root; --weak leaves out a sync
                   (no-file-sync, no-folder-sync, lax-catalogue) and must be found out
  sweep [--points N]
                   kill the program, or fail its disk, at N system calls, as root
  model [--sequences N] [--seed S] [--first N] [--steps N]
                   let a school live by lot, with crashes, beside a simple one; a sequence that goes
                   wrong is told, as short as it can be, with what plays it again
  eval WHAT [ARGS] measure readings against truth, beside other tools; `eval help` says what
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["setup"] => Workspace::find().and_then(|workspace| {
            setup::packages(&Need::ALL)?;
            setup::rust_components()?;
            judges::prepare(&workspace).map(drop)
        }),
        ["models", rest @ ..] => Workspace::find().and_then(|workspace| models::run(&workspace, rest)),
        ["test"] => Workspace::find().and_then(|workspace| test::run(&workspace, Scope::Whole)),
        ["test", "--quick"] => Workspace::find().and_then(|workspace| test::run(&workspace, Scope::Quick)),
        ["tidy"] => Workspace::find().and_then(|workspace| tidy::run(&workspace)),
        ["demo", rest @ ..] => Workspace::find().and_then(|workspace| demo::run(&workspace, rest)),
        ["eval", rest @ ..] => Workspace::find().and_then(|workspace| eval::run(&workspace, rest)),
        [what @ ("power-cuts" | "sweep"), rest @ ..] => {
            Workspace::find().and_then(|workspace| crash::run(&workspace, what, rest))
        }
        ["model", rest @ ..] => Workspace::find().and_then(|workspace| model::run(&workspace, rest)),
        ["help" | "--help" | "-h"] => {
            eprint!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            error.chain().skip(1).for_each(|cause| eprintln!("caused by: {cause}"));
            ExitCode::FAILURE
        }
    }
}
