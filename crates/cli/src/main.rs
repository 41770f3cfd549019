//! `scantrail`: arguments in, requests to the daemon or the data folder, answers out.

mod args;
mod keeping;
mod passphrase;
mod print;
mod progress;
mod run;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::Args::parse();
    run::logging(&args);
    match run::run(&args) {
        Ok(code) => code,
        Err(error) => print::failure(&error),
    }
}
