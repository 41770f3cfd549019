//! What the model found, each as small as it can be.

use super::school::{School, Shows, mark};
use crate::world;
use scantrail_testkit::crash::kill::Kill;
use scantrail_testkit::crash::paper::Place;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A school with a cover and two pages of the first pupil.
struct Small {
    school: School,
    folder: TempDir,
    place: Place,
    pages: Vec<String>,
}

impl Small {
    fn new() -> Self {
        let school = School::make(&world::program());
        let folder = tempfile::Builder::new().prefix("found-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let place = school.copy_to(folder.path());
        let stack = folder.path().join("stack");
        std::fs::create_dir(&stack).unwrap();
        for (paper, shows) in [Shows::Cover(0), Shows::Work(0), Shows::Work(1)].into_iter().enumerate() {
            std::fs::write(stack.join(format!("{}.jpg", mark(paper))), school.paper(shows, paper)).unwrap();
        }
        let batch = place.scantrail.json(&["ingest", stack.to_str().unwrap()]).unwrap();
        let pages = batch[0]["runs"][0]["pages"].as_array().unwrap();
        let pages = pages.iter().map(|page| page["id"].as_str().unwrap().to_owned()).collect();
        Self { school, folder, place, pages }
    }

    fn say(&self, typed: &[&str]) -> Value {
        self.place.scantrail.json(typed).unwrap()
    }

    fn code(&self, typed: &[&str]) -> Option<i32> {
        self.place.scantrail.run(typed).unwrap().status.code()
    }

    fn found(&self, word: &str) -> usize {
        self.say(&["search", word]).as_array().unwrap().len()
    }

    /// Deletes pages for good, by two people.
    fn delete(&self, pages: &[&str]) {
        let said = self.say(&[&["delete", "propose"], pages, &["--reason", "asked for", "--as", "A"]].concat());
        let number = said["deletion"].as_i64().unwrap().to_string();
        for who in ["A", "B"] {
            self.say(&["delete", "approve", &number, "--as", who]);
        }
    }

    fn holding(&self, text: &str) -> Vec<PathBuf> {
        super::census::holding(&self.place.data, text)
    }
}

#[test]
fn a_page_that_came_back_from_a_trail_can_be_read_again() {
    let small = Small::new();
    small.say(&["review", "recall", &small.pages[1]]);
    small.say(&["reread", &small.pages[1], "--language", "eng"]);
    assert_eq!(small.found("hedgehog"), 1);
    let text = small.place.scantrail.good(&["text", &small.pages[1]]).unwrap();
    assert!(text.contains("hedgehog"), "{text}");
    small.say(&["review", "assign", &small.pages[1], &small.school.pupils[1]]);
    assert_eq!(small.found("hedgehog"), 1);
    assert_eq!(small.code(&["verify"]), Some(0));
}

#[test]
fn where_nothing_is_read_a_page_is_read_when_a_person_asks() {
    let small = Small::new();
    assert_eq!(small.found("hedgehog"), 0);
    small.say(&["reread", &small.pages[1], "--language", "eng"]);
    assert_eq!(small.found("hedgehog"), 1);
}

#[test]
fn of_a_deleted_page_not_even_the_name_of_its_file_is_left() {
    let small = Small::new();
    small.delete(&[&small.pages[1]]);
    assert_eq!(small.holding(&mark(1)), Vec::<PathBuf>::new());
    assert!(!small.holding(&mark(2)).is_empty(), "that of the other page is told as before");
    assert_eq!(small.code(&["verify"]), Some(0));
}

#[test]
fn of_a_deleted_page_nothing_is_left_in_a_catalogue_that_was_set_aside() {
    let small = Small::new();
    small.say(&["reread", &small.pages[1], "--language", "eng"]);
    small.say(&["rebuild"]);
    assert!(small.holding("hedgehog").len() > 1, "in the old catalogue too");
    small.delete(&[&small.pages[1]]);
    assert_eq!(small.holding("hedgehog"), Vec::<PathBuf>::new());
}

/// A deletion is done when everything is wiped, and not before: killed on the way, the next start goes on with it.
#[test]
fn a_deletion_is_not_done_before_its_last_trace_is_gone() {
    let small = Small::new();
    small.say(&["reread", &small.pages[1], "--language", "eng"]);
    small.say(&["delete", "propose", &small.pages[1], "--reason", "asked for", "--as", "A"]);
    small.say(&["delete", "approve", "1", "--as", "A"]);
    let (approved, look) = (small.folder.path().join("approved"), small.folder.path().join("look"));
    let copy = |from: &Path, to: &Path| {
        if to.try_exists().unwrap() {
            std::fs::remove_dir_all(to).unwrap();
        }
        assert!(std::process::Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
    };
    let state = |data: &Path| -> String {
        let catalogue = rusqlite::Connection::open(data.join(".trail/catalogue.db")).unwrap();
        catalogue.query_row("SELECT state FROM deletion", [], |row| row.get(0)).unwrap()
    };
    copy(&small.place.data, &approved);
    let (mut killed, mut number) = (0, 0);
    loop {
        number += 40;
        copy(&approved, &small.place.data);
        let kill = Kill { call: "pwrite64", number };
        let ended = kill.run(&small.place.scantrail, &["delete", "approve", "1", "--as", "B"]).unwrap();
        // Looked at as it was left: whoever opens the catalogue tidies its journal up.
        copy(&small.place.data, &look);
        if state(&look) == "done" {
            assert_eq!(small.holding("hedgehog"), Vec::<PathBuf>::new(), "killed at write {number}");
        }
        while small.code(&["verify"]) == Some(8) {}
        if ended.status.code().is_some() {
            break;
        }
        killed += 1;
        if state(&small.place.data) != "proposed" {
            assert_eq!(small.say(&["delete", "show", "1"])["state"], "done", "killed at write {number}");
            assert_eq!(small.holding("hedgehog"), Vec::<PathBuf>::new(), "killed at write {number}");
        }
    }
    assert!(killed > 3, "{killed}");
}

#[test]
fn pages_that_were_deleted_are_not_said_to_be_the_same() {
    let small = Small::new();
    small.delete(&[&small.pages[1], &small.pages[2]]);
    let batches = small.say(&["batches"]);
    let shown = small.say(&["batch", "show", batches[0]["id"].as_str().unwrap()]);
    let pages = shown["runs"][0]["pages"].as_array().unwrap();
    assert_eq!(pages.iter().filter(|page| page["state"] == "deleted").count(), 2, "{shown}");
    assert!(pages.iter().all(|page| page["possible_duplicates"] == Value::Array(vec![])), "{shown}");
}

#[test]
fn the_catalogue_is_built_again_as_often_as_somebody_asks() {
    let small = Small::new();
    let aside: Vec<Value> = (0..4).map(|_| small.say(&["rebuild"])["set_aside"].clone()).collect();
    let different: std::collections::BTreeSet<&str> = aside.iter().map(|path| path.as_str().unwrap()).collect();
    assert_eq!(different.len(), 4, "each is kept: {aside:?}");
}

#[test]
fn nothing_is_decided_about_a_page_that_was_deleted() {
    let small = Small::new();
    small.delete(&[&small.pages[1]]);
    for decision in [
        vec!["review", "assign", &small.pages[1], &small.school.pupils[1]],
        vec!["review", "discard", &small.pages[1], "--reason", "a blotter"],
        vec!["review", "recall", &small.pages[1]],
    ] {
        assert_eq!(small.code(&decision), Some(2), "{decision:?}");
    }
    assert_eq!(small.say(&["review", "decisions"]).as_array().unwrap().len(), 0);
}
