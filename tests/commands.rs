//! The command as the interface promises it: exit codes, errors with hints, answers for people and machines.

use crate::world::{program, school};
use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(program()).args(args).env("NO_COLOR", "1").output().expect("the command runs")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn errors_say_what_to_type_next() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere.toml");
    let output = run(&["--config", nowhere.to_str().unwrap(), "status"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let output = run(&["frobnicate"]);
    assert_eq!(output.status.code(), Some(2));
    let world = school(150);
    let output = world.stage.scantrail.run(["batch", "show", "00000000"]).unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    let output = world.stage.scantrail.run(["pupils", "show", "Nobody At All"]).unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("hint: see who there is with: scantrail pupils list"), "{}", stderr(&output));
    let output = world.stage.scantrail.run(["scan", "--device", "pnm:0", "--profile", "nonsense"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("the configuration has: books"), "{}", stderr(&output));
}

#[test]
fn a_second_program_is_told_who_has_the_data() {
    let world = school(150);
    let lock = world.stage.data().join(".trail").join("lock");
    let held = std::fs::File::options().read(true).write(true).open(&lock).unwrap();
    held.lock().unwrap();
    let output = world.stage.scantrail.run(["status"]).unwrap();
    assert_eq!(output.status.code(), Some(8), "{}", stderr(&output));
}

#[test]
fn a_faulty_configuration_is_told_all_at_once() {
    let world = school(150);
    let path = world.stage.folder.join("scantrail.toml");
    let mut text = std::fs::read_to_string(&path).unwrap();
    text = text.replace("127.0.0.1:0", "0.0.0.0:80").replace("kind = \"pictures\"", "kind = \"photos\"");
    let faulty = world.stage.folder.join("faulty.toml");
    std::fs::write(&faulty, text).unwrap();
    let output = run(&["--config", faulty.to_str().unwrap(), "config", "check"]);
    assert_eq!(output.status.code(), Some(3));
    let told = stderr(&output);
    assert!(told.contains("listen") && told.contains("kind"), "both faults are told: {told}");
}

#[test]
fn init_twice_changes_nothing_and_the_sample_has_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("school");
    let dir = dir.to_str().unwrap();
    assert!(run(&["init", dir, "--school", "Hillside"]).status.success());
    let config = format!("{dir}/scantrail.toml");
    let before = std::fs::read(&config).unwrap();
    assert!(run(&["init", dir, "--school", "Hillside"]).status.success());
    assert_eq!(std::fs::read(&config).unwrap(), before);
    let checked = run(&["--config", &config, "config", "check"]);
    assert!(checked.status.success(), "{}", stderr(&checked));
    let status = run(&["--config", &config, "--json", "status"]);
    assert!(status.status.success(), "{}", stderr(&status));
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["school"], "Hillside");
}

#[test]
fn a_dry_run_changes_nothing_and_a_second_import_finds_nobody_new() {
    let world = school(150);
    let list = world.stage.folder.join("pupils.csv");
    let list = list.to_str().unwrap();
    let again = world.stage.scantrail.json(&["pupils", "import", list]).unwrap();
    assert_eq!(again["added"], 0);
    assert_eq!(again["unchanged"], 60);
    let shorter = world.stage.folder.join("shorter.csv");
    let text = std::fs::read_to_string(list).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    std::fs::write(&shorter, lines[..lines.len() - 1].join("\n")).unwrap();
    let dry = world.stage.scantrail.json(&["pupils", "import", shorter.to_str().unwrap(), "--dry-run"]).unwrap();
    assert_eq!((&dry["missing"], &dry["dry_run"]), (&1.into(), &true.into()));
    let pupils = world.stage.scantrail.json(&["pupils", "list"]).unwrap();
    let leaving = pupils.as_array().unwrap().iter().filter(|p| p["standing"] != "current").count();
    assert_eq!(leaving, 0, "a dry run changes nothing");
}

#[test]
fn the_same_pupil_keeps_the_same_cover() {
    let world = school(150);
    let id = world.stage.class_4b[0]["id"].as_str().unwrap().to_owned();
    let covers = |name: &str| {
        let path = world.stage.folder.join(name);
        let out = path.to_str().unwrap();
        world.stage.scantrail.good(&["sheets", "cover", "--pupil", &id, "--out", out]).unwrap();
        std::fs::read(&path).unwrap()
    };
    assert_eq!(covers("one.pdf"), covers("two.pdf"), "the same sheet, byte for byte");
}
