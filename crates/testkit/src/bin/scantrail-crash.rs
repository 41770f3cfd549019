//! Pulls the plug and breaks the disk, as often as is wished: `cargo xtask power-cuts` and `cargo xtask sweep` run this.
//!
//! Ends with 1 when something was lost, doubled or left unsound, or when a weakened program was not found out.

use scantrail_testkit::crash::cuts::{self, Disks, Plan, Stop};
use scantrail_testkit::crash::device::FileSystem;
use scantrail_testkit::crash::sweep;
use scantrail_testkit::crash::weakness::Weakness;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

const USAGE: &str = "\
usage: scantrail-crash power-cuts [--cuts N] [--fs ext4|xfs|btrfs] [--disks 1|2] [--weak no-file-sync|no-folder-sync|lax-catalogue]
                                  [--seed S]
       scantrail-crash sweep [--points N]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.first().map(String::as_str) {
        Some("power-cuts") => power_cuts(&arguments[1..]),
        Some("sweep") => sweep(&arguments[1..]),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(Verdict::Sound) => ExitCode::SUCCESS,
        Ok(Verdict::Unsound) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

enum Verdict {
    Sound,
    Unsound,
}

/// The value behind `--name`, if it stands there.
fn value<T: FromStr>(arguments: &[String], name: &str) -> Result<Option<T>, String> {
    let Some(at) = arguments.iter().position(|argument| argument == name) else { return Ok(None) };
    let text = arguments.get(at + 1).ok_or_else(|| format!("{name} needs a value\n{USAGE}"))?;
    text.parse().map(Some).map_err(|_| format!("`{text}` will not do for {name}\n{USAGE}"))
}

fn known(arguments: &[String], names: &[&str]) -> Result<(), String> {
    let unknown = arguments.iter().step_by(2).find(|argument| !names.contains(&argument.as_str()));
    unknown.map_or(Ok(()), |argument| Err(format!("unknown argument `{argument}`\n{USAGE}")))
}

/// The program, and a folder to work in: both beside this one.
fn beside() -> Result<(PathBuf, PathBuf), String> {
    let me = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = me.parent().unwrap_or(Path::new("."));
    let program = folder.join("scantrail");
    if !program.is_file() {
        return Err(format!("`{}` is not built; run this through: cargo xtask power-cuts", program.display()));
    }
    Ok((program, folder.parent().unwrap_or(folder).join("tmp")))
}

#[expect(clippy::print_stdout, reason = "this program's whole purpose is its report")]
fn power_cuts(arguments: &[String]) -> Result<Verdict, String> {
    known(arguments, &["--cuts", "--fs", "--disks", "--weak", "--seed"])?;
    let cuts = value(arguments, "--cuts")?.unwrap_or(150);
    let seed = value(arguments, "--seed")?.unwrap_or(1);
    let file_systems = match value::<String>(arguments, "--fs")? {
        None => FileSystem::ALL.to_vec(),
        Some(word) => vec![FileSystem::from_word(&word).ok_or_else(|| format!("there is no `{word}`\n{USAGE}"))?],
    };
    let layouts = match value::<u8>(arguments, "--disks")? {
        None => vec![Disks::One, Disks::Two],
        Some(1) => vec![Disks::One],
        Some(2) => vec![Disks::Two],
        Some(other) => return Err(format!("{other} disks are not tried\n{USAGE}")),
    };
    let weakness = match value::<String>(arguments, "--weak")? {
        None => Weakness::None,
        Some(word) => Weakness::from_word(&word).ok_or_else(|| format!("there is no `{word}`\n{USAGE}"))?,
    };
    let (program, base) = beside()?;
    let runs = file_systems.len() * layouts.len();
    let mut verdict = Verdict::Sound;
    for &file_system in &file_systems {
        for &disks in &layouts {
            let plan =
                Plan { file_system, disks, weakness, cuts: usize::div_ceil(cuts, runs), stop: Stop::AtTheEnd, seed };
            let report = cuts::run(&program, &base, plan, &|text| eprintln!("{text}")).map_err(told)?;
            println!(
                "{} {disks:?} {}: {} of {} cuts failed",
                file_system.word(),
                weakness.word(),
                report.failing.len(),
                report.cuts
            );
            if report.failing.is_empty() != (weakness == Weakness::None) {
                verdict = Verdict::Unsound;
            }
        }
    }
    Ok(verdict)
}

#[expect(clippy::print_stdout, reason = "this program's whole purpose is its report")]
fn sweep(arguments: &[String]) -> Result<Verdict, String> {
    known(arguments, &["--points"])?;
    let points = value(arguments, "--points")?.unwrap_or(300);
    let (program, base) = beside()?;
    let report = sweep::run(&program, &base, points, &|text| eprintln!("{text}")).map_err(told)?;
    for ((scenario, call, fault), count) in &report.points {
        println!("{scenario:<20} {call:<12} {fault:<8?} {count}");
    }
    println!("{} of {} points failed; {} calls to choose from", report.failing.len(), report.tried(), report.calls);
    Ok(if report.failing.is_empty() { Verdict::Sound } else { Verdict::Unsound })
}

fn told(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text += "\ncaused by: ";
        text += &next.to_string();
        cause = next.source();
    }
    text
}
