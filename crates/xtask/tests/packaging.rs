//! What an installation gets besides the program: the service unit, its account, and the device rules.
//!
//! Judged by the tools that will read them: `systemd-analyze`, `systemd-sysusers`, and `udevadm` where it can judge.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// `systemd-analyze security` counts from 0, locked in, to 10, wide open; it takes the limit in tenths.
const MOST_EXPOSURE_IN_TENTHS: u32 = 15;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn text(path: &str) -> String {
    std::fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("could not read {path}: {error}"))
}

/// Runs a judge; it must exist: a test that cannot judge fails, it does not pass.
fn judge(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).output();
    output.unwrap_or_else(|error| panic!("{program} is needed (`cargo xtask setup` installs it): {error}"))
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The unit with a program that exists on every machine, so that only the unit itself is judged.
fn unit_with_a_program(name: &str, change: impl Fn(String) -> String) -> PathBuf {
    let unit = text("systemd/scantrail.service");
    assert!(unit.contains("ExecStart=/usr/bin/scantrail "), "the unit starts the program from where it is installed");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the folder for test files can be written");
    let path = folder.join("scantrail.service");
    #[expect(clippy::disallowed_methods, reason = "a copy for one test")]
    std::fs::write(&path, change(unit.replace("ExecStart=/usr/bin/scantrail ", "ExecStart=/bin/true ")))
        .expect("the folder for test files can be written");
    path
}

#[test]
fn systemd_has_nothing_to_say_against_the_unit() {
    let fine = unit_with_a_program("fine", |unit| unit);
    let output = judge("systemd-analyze", &["verify", fine.to_str().unwrap()]);
    assert!(output.status.success() && said(&output).is_empty(), "{}", said(&output));

    let typo = unit_with_a_program("typo", |unit| unit.replace("ProtectClock=yes", "ProtectClocks=yes"));
    let output = judge("systemd-analyze", &["verify", typo.to_str().unwrap()]);
    assert!(said(&output).contains("ProtectClocks"), "the judge sleeps: {}", said(&output));
}

#[test]
fn the_unit_is_locked_in_as_far_as_promised() {
    let judged = |path: &Path| {
        let limit = format!("--threshold={MOST_EXPOSURE_IN_TENTHS}");
        judge("systemd-analyze", &["security", "--offline=true", "--no-pager", &limit, path.to_str().unwrap()])
    };
    let output = judged(&project("systemd/scantrail.service"));
    assert!(output.status.success(), "{}", said(&output));

    let open = unit_with_a_program("open", |unit| unit.replace("CapabilityBoundingSet=\n", ""));
    assert!(!judged(&open).status.success(), "the judge sleeps");
}

#[test]
fn the_account_of_the_unit_is_the_one_that_is_made() {
    let path = project("systemd/scantrail.sysusers.conf");
    let output = judge("systemd-sysusers", &["--dry-run", path.to_str().unwrap()]);
    assert!(output.status.success(), "{}", said(&output));

    let (unit, account) = (text("systemd/scantrail.service"), text("systemd/scantrail.sysusers.conf"));
    assert!(unit.contains("\nUser=scantrail\n") && account.contains("\nu scantrail "));
    let groups = unit.lines().find_map(|line| line.strip_prefix("SupplementaryGroups=")).expect("the unit has groups");
    for group in groups.split_whitespace() {
        assert!(account.contains(&format!("\nm scantrail {group}\n")), "nobody puts the account into group {group}");
    }
}

/// The parts of one rule: key, operator, value.
fn parts(rule: &str) -> Vec<(String, String, String)> {
    let mut parts = Vec::new();
    let mut rest = rule.trim();
    while !rest.is_empty() {
        let quote = rest.find('"').unwrap_or_else(|| panic!("no value in `{rest}`"));
        let end = quote + 1 + rest[quote + 1..].find('"').unwrap_or_else(|| panic!("no closing quote in `{rest}`"));
        let name_length = rest[..quote].trim_end_matches(['=', '!', '+', ':', '-']).len();
        let (name, operator) = (&rest[..name_length], &rest[name_length..quote]);
        parts.push((name.to_owned(), operator.to_owned(), rest[quote + 1..end].to_owned()));
        rest = rest[end + 1..].trim_start_matches([',', ' ']);
    }
    parts
}

fn rules() -> Vec<String> {
    let text = text("udev/60-scantrail.rules");
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_device_rules_match_and_set_only_what_udev_knows() {
    let matches = ["ACTION", "SUBSYSTEM", "SUBSYSTEMS", "KERNEL", "DRIVER", "ENV", "ATTR", "TEST"];
    let settings = ["GROUP", "MODE", "ATTR", "GOTO", "LABEL"];
    for rule in rules() {
        for (name, operator, value) in parts(&rule) {
            let key = name.split('{').next().unwrap();
            let known = match operator.as_str() {
                "==" | "!=" => matches.contains(&key),
                "=" => settings.contains(&key),
                _ => false,
            };
            assert!(known && !value.is_empty(), "`{name}{operator}\"{value}\"` in: {rule}");
        }
    }
    let labels = |key: &str| -> Vec<String> {
        rules().iter().flat_map(|rule| parts(rule)).filter(|part| part.0 == key).map(|part| part.2).collect()
    };
    assert_eq!(labels("GOTO"), labels("LABEL"), "every jump has its aim");

    // A second judge where there is one: `udevadm verify` is younger than Debian 12.
    if judge("udevadm", &["verify", "--help"]).status.success() {
        let output = judge("udevadm", &["verify", project("udev/60-scantrail.rules").to_str().unwrap()]);
        assert!(output.status.success(), "{}", said(&output));
    }
}

#[test]
fn the_device_rules_leave_scanners_to_libsane_and_start_no_program() {
    let folder = std::fs::read_dir(project("udev")).unwrap();
    let names: Vec<String> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, ["60-scantrail.rules"]);
    assert!(names[0].as_str() < "99-libsane1.rules", "libsane's rule that opens scanners comes last");
    for rule in rules() {
        for word in ["RUN", "PROGRAM", "IMPORT", "libsane_matched"] {
            assert!(!rule.contains(word), "{word} in: {rule}");
        }
    }
}

#[test]
fn continuous_integration_runs_what_a_developer_runs() {
    let script = text(".ci/run");
    let last = script.lines().last().unwrap();
    assert_eq!(last, "cargo xtask test");
    assert!(script.contains("\nset -euo pipefail\n"));
}

#[test]
fn both_licences_are_there_in_full() {
    let licence = text("LICENSE");
    for words in [
        "Permission is hereby granted, free of charge",
        "THE SOFTWARE IS PROVIDED \"AS IS\"",
        "Version 2.0, January 2004",
        "END OF TERMS AND CONDITIONS",
    ] {
        assert!(licence.contains(words), "missing: {words}");
    }
}
