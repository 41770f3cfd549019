//! Files: taken in as one batch, taken apart, or set aside with a reason; decided by a person and undone again.

use crate::judges;
use crate::world::school;
use scantrail_core::units::Dpi;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use std::path::Path;

fn page(path: &Path, number: u64) {
    let spec = PageSpec::new(PageKind::Worksheet, Seed(number), Dpi::new(150).unwrap());
    std::fs::write(path, jpeg::encode(&paint(&spec).raster, 90).unwrap()).unwrap();
}

fn cover(stage: &scantrail_testkit::demo::Stage, pupil: usize, path: &Path) {
    let id = stage.class_4b[pupil]["id"].as_str().unwrap();
    let pdf = stage.folder.join("cover.pdf");
    stage.scantrail.good(&["sheets", "cover", "--pupil", id, "--out", pdf.to_str().unwrap()]).unwrap();
    let raster = printed(&std::fs::read(&pdf).unwrap(), 0, Dpi::new(150).unwrap()).unwrap();
    std::fs::write(path, jpeg::encode(&raster, 90).unwrap()).unwrap();
}

#[test]
fn a_folder_of_files_is_filed_by_its_covers_and_the_unreadable_is_set_aside() {
    let world = school(150);
    let stage = &world.stage;
    let folder = stage.folder.join("from the copier");
    std::fs::create_dir(&folder).unwrap();
    cover(stage, 0, &folder.join("SCN_0001.jpg"));
    page(&folder.join("SCN_0002.jpg"), 1);
    cover(stage, 1, &folder.join("SCN_0003.jpg"));
    page(&folder.join("SCN_0010.jpg"), 2);
    std::fs::write(folder.join("notes.txt"), "not a picture").unwrap();
    let half = jpeg::cut_in_half(&std::fs::read(folder.join("SCN_0002.jpg")).unwrap());
    std::fs::write(folder.join("SCN_0011.jpg"), half).unwrap();
    let answer = stage.scantrail.json(&["ingest", folder.to_str().unwrap(), "--subject", "History"]).unwrap();
    let batch = &answer[0];
    assert_eq!(batch["counts"]["captured"], 4, "{batch}");
    assert_eq!(batch["counts"]["filed"], 2, "{batch}");
    assert_eq!(batch["counts"]["covers"], 2, "{batch}");
    let aside: Vec<&str> = batch["files"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|file| file["state"] == "quarantined")
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(aside, ["notes.txt", "SCN_0011.jpg"]);
    let quarantine = stage.data().join(".trail").join("quarantine");
    let reasons = judges::files(&quarantine, &|name| name.ends_with(".reason.txt"));
    assert_eq!(reasons.len(), 2, "a reason beside each");
    assert!(folder.join("SCN_0001.jpg").is_file(), "named files stay where they are");
    judges::all_bags_and_pages(&stage.data());
}

#[test]
fn a_start_sheet_says_what_the_work_is_and_a_pdf_is_taken_apart() {
    let world = school(150);
    let stage = &world.stage;
    let folder = stage.folder.join("stack");
    std::fs::create_dir(&folder).unwrap();
    let start = stage.folder.join("start.pdf");
    let words =
        ["sheets", "start", "--class", "4B", "--subject", "History", "--title", "Romans", "--date", "2026-11-20"];
    let mut typed: Vec<&str> = words.to_vec();
    typed.extend(["--out", start.to_str().unwrap()]);
    stage.scantrail.good(&typed).unwrap();
    let raster = printed(&std::fs::read(&start).unwrap(), 0, Dpi::new(150).unwrap()).unwrap();
    std::fs::write(folder.join("1.jpg"), jpeg::encode(&raster, 90).unwrap()).unwrap();
    cover(stage, 2, &folder.join("2.jpg"));
    page(&folder.join("3.jpg"), 9);
    let answer = stage.scantrail.json(&["ingest", folder.to_str().unwrap()]).unwrap();
    assert_eq!(answer[0]["counts"]["control"], 1, "{answer}");
    let trail = stage.scantrail.json(&["trail", stage.class_4b[2]["id"].as_str().unwrap()]).unwrap();
    let piece = &trail["pieces"][0];
    assert_eq!(
        (&piece["subject"], &piece["title"], &piece["date"]),
        (&"History".into(), &"Romans".into(), &"2026-11-20".into())
    );
    // A PDF of two covers, front and back: two pages, both covers of one pupil.
    let answer = stage.scantrail.json(&["ingest", stage.folder.join("cover.pdf").to_str().unwrap()]).unwrap();
    assert_eq!((&answer[0]["counts"]["captured"], &answer[0]["counts"]["covers"]), (&2.into(), &2.into()), "{answer}");
    let kept = judges::files(&stage.data().join(".trail").join("deliveries"), &|name| name.ends_with(".pdf"));
    assert_eq!(kept.len(), 1, "the PDF as it came is kept");
}

#[test]
fn the_same_file_twice_is_two_captures_and_a_possible_duplicate() {
    let world = school(150);
    let stage = &world.stage;
    let path = stage.folder.join("page.jpg");
    page(&path, 7);
    let ingest = || stage.scantrail.json(&["ingest", path.to_str().unwrap()]).unwrap();
    ingest();
    let again = ingest();
    let pages = again[0]["runs"][0]["pages"].as_array().unwrap();
    assert_eq!(pages[0]["possible_duplicates"].as_array().unwrap().len(), 1);
    let held = stage.scantrail.json(&["review", "list"]).unwrap();
    assert_eq!(held.as_array().unwrap().len(), 2, "both are there");
}

#[test]
fn a_held_page_is_assigned_discarded_and_brought_back() {
    let world = school(150);
    let stage = &world.stage;
    let path = stage.folder.join("page.jpg");
    page(&path, 8);
    stage.scantrail.good(&["ingest", path.to_str().unwrap()]).unwrap();
    let held = stage.scantrail.json(&["review", "list"]).unwrap();
    let id = held[0]["page"]["id"].as_str().unwrap().to_owned();
    assert_eq!(held[0]["sentence"], "No cover sheet came before this page.");
    let pupil = stage.class_4b[3]["id"].as_str().unwrap();
    let assigned = stage.scantrail.json(&["review", "assign", &id, pupil]).unwrap();
    assert_eq!(assigned["pages"][0]["state"], "filed");
    let trail = stage.scantrail.json(&["trail", pupil]).unwrap();
    assert_eq!(trail["pieces"].as_array().unwrap().len(), 1);
    judges::all_bags_and_pages(&stage.data());
    let undone = stage.scantrail.json(&["review", "undo"]).unwrap();
    assert_eq!(undone["pages"][0]["state"], "held");
    assert_eq!(stage.scantrail.json(&["trail", pupil]).unwrap()["pieces"].as_array().unwrap().len(), 0);
    let unidentified = judges::files(&stage.data().join("Unidentified"), &|name| name.contains(&id));
    assert_eq!(unidentified.len(), 2, "the original and its record are visible again: {unidentified:?}");
    stage.scantrail.good(&["review", "discard", &id, "--reason", "a test page"]).unwrap();
    assert_eq!(stage.scantrail.json(&["review", "list"]).unwrap().as_array().unwrap().len(), 0);
    stage.scantrail.good(&["review", "undo"]).unwrap();
    let again = stage.scantrail.json(&["review", "assign", &id, pupil]).unwrap();
    assert_eq!(again["pages"][0]["state"], "filed", "assigned again, its copy made anew");
    let verified = stage.scantrail.json(&["verify"]).unwrap();
    assert_eq!(verified["problems"].as_array().unwrap().len(), 0, "{verified}");
}

#[test]
fn one_flipped_bit_is_found() {
    let world = school(150);
    let stage = &world.stage;
    let folder = stage.folder.join("in");
    std::fs::create_dir(&folder).unwrap();
    cover(stage, 0, &folder.join("1.jpg"));
    page(&folder.join("2.jpg"), 3);
    stage.scantrail.good(&["ingest", folder.to_str().unwrap()]).unwrap();
    let original = judges::files(&stage.data().join("Pupils"), &|name| name.ends_with(".jpg")).remove(0);
    judges::flip_a_bit(&original);
    let output = stage.scantrail.run(["verify"]).unwrap();
    assert_eq!(output.status.code(), Some(7), "fixity broken is storage trouble");
    let quick = stage.scantrail.run(["verify", "--quick"]).unwrap();
    assert_eq!(quick.status.code(), Some(0), "a quick look compares sizes only");
    let stray = stage.data().join("Pupils").join("stray.txt");
    std::fs::write(&stray, "who put this here").unwrap();
    let quick = stage.scantrail.run(["verify", "--quick"]).unwrap();
    assert_eq!(quick.status.code(), Some(7), "a file nobody knows is told");
}
