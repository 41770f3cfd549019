//! What a fresh machine lacks: system packages and parts of the Rust toolchain.
//!
//! Says what is missing and why before it installs anything; does nothing, fast, when nothing is missing.

use crate::command;
use crate::packages::{Need, PACKAGES, Package};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;

/// Installs the missing packages that are needed for one of `needs`.
pub(crate) fn packages(needs: &[Need]) -> Result<()> {
    let wanted: Vec<Package> = PACKAGES.iter().copied().filter(|package| needs.contains(&package.need)).collect();
    let missing = missing(&wanted)?;
    if missing.is_empty() {
        eprintln!("all {} system packages are installed", wanted.len());
        return Ok(());
    }
    eprintln!("missing system packages:");
    for package in &missing {
        eprintln!("  {:<22} {}", package.name, package.why);
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    install(&names).with_context(|| {
        format!("could not install the missing packages; install them yourself: apt-get install {}", names.join(" "))
    })?;
    let still = self::missing(&wanted)?;
    if !still.is_empty() {
        let names: Vec<&str> = still.iter().map(|package| package.name).collect();
        bail!("apt-get ended well, but these packages are still not installed: {}", names.join(" "));
    }
    Ok(())
}

/// Asks rustup for the formatter and the linter when the toolchain came without them.
pub(crate) fn rust_components() -> Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !command::works(Command::new("cargo").args([subcommand, "--version"])) {
            eprintln!("the Rust toolchain has no {component}");
            command::run(Command::new("rustup").args(["component", "add", component]))
                .with_context(|| format!("`cargo {subcommand}` is missing and could not be added"))?;
        }
    }
    Ok(())
}

fn missing(wanted: &[Package]) -> Result<Vec<Package>> {
    let names = wanted.iter().map(|package| package.name);
    let mut ask = Command::new("dpkg-query");
    ask.args(["--show", "--showformat", "${Package} ${db:Status-Status}\\n"]).args(names);
    // Its exit code is 1 as soon as one package is unknown, so only its answer counts.
    let (_, answer, _) = command::capture(&mut ask).with_context(|| {
        let names: Vec<&str> = wanted.iter().map(|package| package.name).collect();
        format!("this set-up knows Debian only; install what corresponds to: {}", names.join(" "))
    })?;
    let installed = installed(&answer);
    Ok(wanted.iter().copied().filter(|package| !installed.contains(package.name)).collect())
}

/// Reads lines of `name status`; a package removed but not purged is listed as `config-files`, and is not installed.
fn installed(answer: &str) -> BTreeSet<&str> {
    answer
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, status)| *status == "installed")
        .map(|(name, _)| name)
        .collect()
}

fn install(names: &[&str]) -> Result<()> {
    let options = ["install", "--yes", "--no-install-recommends"];
    // A fresh image has no package lists at all; an old one may have lists that name files long gone.
    if !has_package_lists() {
        command::run(apt_get()?.arg("update"))?;
        return command::run(apt_get()?.args(options).args(names));
    }
    if command::status(apt_get()?.args(options).args(names))?.success() {
        return Ok(());
    }
    eprintln!("that did not work; trying again with new package lists");
    command::run(apt_get()?.arg("update"))?;
    command::run(apt_get()?.args(options).args(names))
}

fn has_package_lists() -> bool {
    let Ok(folder) = std::fs::read_dir("/var/lib/apt/lists") else { return false };
    folder.flatten().any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
}

/// `apt-get` that asks no questions, through sudo unless we are root.
fn apt_get() -> Result<Command> {
    let owner_of_this_process = std::fs::metadata("/proc/self").context("could not read /proc/self")?.uid();
    let mut command = Command::new(if owner_of_this_process == 0 { "env" } else { "sudo" });
    if owner_of_this_process != 0 {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "Dpkg::Use-Pty=0", "-qq"]);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_installed_packages_count_as_installed() {
        let answer = "cmake installed\nnasm config-files\nqpdf not-installed\n\nlibsane1 installed\n";
        assert_eq!(installed(answer), BTreeSet::from(["cmake", "libsane1"]));
    }

    #[test]
    fn a_package_that_nobody_has_is_reported_missing_beside_one_that_everybody_has() {
        let package = |name| Package { name, need: Need::Test, why: "" };
        let found = missing(&[package("dpkg"), package("scantrail-no-such-package")]).unwrap();
        assert_eq!(found, [package("scantrail-no-such-package")]);
    }

    #[test]
    fn apt_get_asks_no_questions() {
        let line = command::line(&apt_get().unwrap());
        assert!(line.contains("env DEBIAN_FRONTEND=noninteractive apt-get"), "{line}");
    }
}
