//! Sheets: printed, registered, explained, revoked; and the self-test that scores what printer and scanner make of it.

use crate::world::school;
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::Stage;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use std::path::{Path, PathBuf};

/// Prints sheets and renders side `side` as a JPEG.
fn capture(stage: &Stage, args: &[&str], side: usize, dpi: u16, path: &Path) {
    let pdf = stage.folder.join("print-out.pdf");
    let all = [&["sheets"], args, &["--out", pdf.to_str().unwrap()]].concat();
    stage.scantrail.good(&all).unwrap();
    let raster = printed(&std::fs::read(&pdf).unwrap(), side, Dpi::new(dpi).unwrap()).unwrap();
    std::fs::write(path, jpeg::encode(&raster, 90).unwrap()).unwrap();
}

fn listed(stage: &Stage) -> Vec<serde_json::Value> {
    stage.scantrail.json(&["sheets", "list", "--limit", "1000"]).unwrap().as_array().unwrap().clone()
}

#[test]
fn a_dry_run_says_who_and_how_many_and_registers_nothing() {
    let world = school(150);
    let stage = &world.stage;
    let before = listed(stage).len();
    let dry = stage.scantrail.json(&["sheets", "sticker", "--class", "4B", "--layout", "4x10", "--dry-run"]).unwrap();
    let pupils = dry["pupils"].as_array().unwrap().len();
    assert!(pupils >= 20, "{dry}");
    assert_eq!((&dry["sheets"], &dry["pages"], &dry["file"]), (&pupils.into(), &1.into(), &serde_json::Value::Null));
    assert_eq!(listed(stage).len(), before);
    let out = stage.folder.join("stickers.pdf");
    let args = ["sheets", "sticker", "--class", "4B", "--skip", "3", "--out", out.to_str().unwrap()];
    let done = stage.scantrail.json(&args).unwrap();
    assert_eq!(done["sheets"], pupils);
    assert_eq!(listed(stage).len(), before + pupils);
    stage.scantrail.good(&args).unwrap();
    assert_eq!(listed(stage).len(), before + pupils, "the same stickers, printed again");
    let missing = stage.scantrail.run(["sheets", "sticker", "--class", "4B"]).unwrap();
    assert_eq!(missing.status.code(), Some(2), "without --out and without --dry-run");
}

#[test]
fn only_those_who_changed_are_printed_again() {
    let world = school(150);
    let stage = &world.stage;
    let since =
        |day: &str| stage.scantrail.run(["sheets", "cover", "--changed-since", day, "--dry-run", "--json"]).unwrap();
    let all = since("2020-01-01");
    let all: serde_json::Value = serde_json::from_slice(&all.stdout).unwrap();
    assert_eq!(all["sheets"], stage.scantrail.json(&["pupils", "list"]).unwrap().as_array().unwrap().len());
    let nobody = since("2999-01-01");
    assert_eq!(nobody.status.code(), Some(4), "{}", String::from_utf8_lossy(&nobody.stderr));
    assert_eq!(since("soon").status.code(), Some(2));
}

#[test]
fn a_revoked_cover_is_explained_and_files_nothing() {
    let world = school(150);
    let stage = &world.stage;
    let folder = stage.folder.join("in");
    std::fs::create_dir(&folder).unwrap();
    let id = stage.class_4b[2]["id"].as_str().unwrap();
    capture(stage, &["cover", "--pupil", id], 0, 150, &folder.join("1.jpg"));
    let spec = PageSpec::new(PageKind::Worksheet, Seed(3), Dpi::new(150).unwrap());
    std::fs::write(folder.join("2.jpg"), jpeg::encode(&paint(&spec).raster, 90).unwrap()).unwrap();
    let sheets = stage.scantrail.json(&["sheets", "list", "--pupil", id]).unwrap();
    let sheet = sheets[0]["sheet"].as_str().unwrap();
    let counts = stage.scantrail.good(&["sheets", "show", sheet]).unwrap();
    assert!(counts.contains("the cover sheet of") && counts.contains("It counts."), "{counts}");
    let why = "found on the way to school";
    stage.scantrail.good(&["sheets", "revoke", sheet, "--reason", why]).unwrap();
    let revoked = stage.scantrail.json(&["sheets", "show", sheet]).unwrap();
    assert_eq!(revoked["what"], "revoked");
    assert!(revoked["words"].as_str().unwrap().contains(why), "{revoked}");
    let answer = stage.scantrail.json(&["ingest", folder.to_str().unwrap()]).unwrap();
    assert_eq!(answer[0]["counts"]["filed"], 0, "{answer}");
    let holds = stage.scantrail.good(&["review", "list"]).unwrap();
    assert!(holds.contains("revoked"), "{holds}");
    // The next cover of the pupil is a new sheet.
    capture(stage, &["cover", "--pupil", id], 0, 150, &folder.join("new.jpg"));
    let sheets = stage.scantrail.json(&["sheets", "list", "--pupil", id]).unwrap();
    assert_eq!(sheets.as_array().unwrap().len(), 2, "{sheets}");
}

#[test]
fn foreign_codes_are_told_in_words() {
    let world = school(150);
    let told = |code: &str| world.stage.scantrail.json(&["sheets", "show", code]).unwrap()["what"].clone();
    assert_eq!(told("9783161484100"), "foreign");
    assert_eq!(told("S17QXC4K9Z2M2JZ2"), "damaged");
    let other = told("S17QXC4K9Z2M2JZ1");
    assert!(other == "other-school" || other == "unregistered", "{other}");
    let nothing = world.stage.scantrail.run(["sheets", "show", "000000"]).unwrap();
    assert_eq!(nothing.status.code(), Some(4));
}

#[test]
fn the_self_test_says_ok_or_what_to_change() {
    let world = school(150);
    let stage = &world.stage;
    let shot = |side: usize, dpi: u16| -> PathBuf {
        let path = stage.folder.join(format!("test-{side}-{dpi}.jpg"));
        capture(stage, &["self-test"], side, dpi, &path);
        path
    };
    let good = shot(0, 300);
    let output = stage.scantrail.run(["sheets", "score", good.to_str().unwrap()]).unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("all is well") && text.contains("print-size"), "{text}");
    let coarse = shot(0, 100);
    let output = stage.scantrail.run(["sheets", "score", coarse.to_str().unwrap(), "--json"]).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let score: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let items = score["items"].as_array().unwrap();
    let resolution = items.iter().find(|item| item["name"] == "resolution").unwrap();
    assert_eq!((&score["ok"], &resolution["verdict"]), (&false.into(), &"change".into()), "{score}");
    assert!(resolution["words"].as_str().unwrap().contains("300 dpi"), "{score}");
    let cover = stage.folder.join("cover.jpg");
    capture(stage, &["cover", "--class", "4B"], 0, 150, &cover);
    let output = stage.scantrail.run(["sheets", "score", cover.to_str().unwrap()]).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("this is a cover sheet"));
}
