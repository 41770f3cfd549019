//! What is moved, kept and deleted, from outside: both trails are told, and of a deleted page nothing is left.

use crate::judges;
use crate::world::{World, school};
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::Stage;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::page_of_text;
use scantrail_testkit::paper::printed;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Debian's `fonts-dejavu-core`.
const FONT: &str = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

pub(crate) fn id(stage: &Stage, pupil: usize) -> String {
    stage.class_4b[pupil]["id"].as_str().unwrap().to_owned()
}

/// A cover and a page for each of these words, filed; gives the pages' ids in order.
pub(crate) fn filed(stage: &Stage, pupil: usize, words: &[&str]) -> Vec<String> {
    filed_into(stage, &id(stage, pupil), &format!("stack of {pupil}"), words)
}

/// The same for a pupil of this id.
pub(crate) fn filed_for(stage: &Stage, pupil: &str, words: &[&str]) -> Vec<String> {
    filed_into(stage, pupil, &format!("stack of {pupil}"), words)
}

fn filed_into(stage: &Stage, pupil: &str, folder: &str, words: &[&str]) -> Vec<String> {
    let dpi = Dpi::new(150).unwrap();
    let folder = stage.folder.join(folder);
    std::fs::create_dir(&folder).unwrap();
    let pdf = stage.folder.join("print.pdf");
    stage.scantrail.good(&["sheets", "cover", "--pupil", pupil, "--out", pdf.to_str().unwrap()]).unwrap();
    let cover = printed(&std::fs::read(&pdf).unwrap(), 0, dpi).unwrap();
    std::fs::write(folder.join("0.jpg"), jpeg::encode(&cover, 90).unwrap()).unwrap();
    let font = std::fs::read(FONT).expect("fonts-dejavu-core is installed by `cargo xtask test`");
    for (at, word) in words.iter().enumerate() {
        let text = format!("Once upon a time there was a {word} in the garden behind the house of my grandmother.");
        let page = page_of_text(&font, &text, 6.0, dpi).unwrap();
        std::fs::write(folder.join(format!("{}.jpg", at + 1)), jpeg::encode(&page, 90).unwrap()).unwrap();
    }
    stage.scantrail.json(&["ingest", folder.to_str().unwrap(), "--subject", "English"]).unwrap();
    let trail = stage.scantrail.json(&["trail", pupil]).unwrap();
    let pages = trail["pieces"].as_array().unwrap().iter().flat_map(|piece| piece["pages"].as_array().unwrap());
    pages.map(|page| page["id"].as_str().unwrap().to_owned()).collect()
}

fn sound(world: &World) {
    let found = world.stage.scantrail.run(["verify"]).unwrap();
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stdout));
    judges::all_bags_and_pages(&world.stage.data());
}

fn hits(stage: &Stage, word: &str) -> usize {
    stage.scantrail.json(&["search", word]).unwrap().as_array().unwrap().len()
}

/// The events of a pupil's trail, as they lie beside the pages.
fn told(stage: &Stage, pupil: usize) -> String {
    let whose = id(stage, pupil);
    let events = judges::files(&stage.data().join("Pupils"), &|name| name == "events.jsonl");
    let own = events.iter().filter(|path| path.to_str().unwrap().contains(&whose));
    own.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Every file below a folder, the daemon's own included.
pub(crate) fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(everything(&path)) } else { found.push(path) }
    }
    found
}

/// Every file of the data folder that holds these bytes.
pub(crate) fn holding(folder: &Path, needle: &str) -> Vec<PathBuf> {
    let needle = needle.as_bytes();
    let mut found = everything(folder);
    found.retain(|path| std::fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle));
    found
}

#[test]
fn a_page_in_the_wrong_trail_is_moved_and_both_trails_are_told() {
    let world = school(150);
    let stage = &world.stage;
    let pages = filed(stage, 0, &["hedgehog", "squirrel"]);
    let refused = stage.scantrail.run(["move", &pages[0], "--to", &id(stage, 0), "--reason", "x"]).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let pdf = stage.folder.join("handed out.pdf");
    stage.scantrail.good(&["pdf", &pages[0], "--out", pdf.to_str().unwrap()]).unwrap();
    let moved = stage
        .scantrail
        .json(&["move", &pages[0], "--to", &id(stage, 1), "--reason", "the cover was the neighbour's"])
        .unwrap();
    assert_eq!(moved["kind"], "move");
    let seen: Vec<(&str, &str)> = moved["seen"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["page"].as_str().unwrap(), one["how"].as_str().unwrap()))
        .collect();
    assert_eq!(seen, [(pages[0].as_str(), "document")], "who looked at it meanwhile is told, of what was asked for");
    sound(&world);
    for (pupil, other, kind) in [(0, 1, "left-trail"), (1, 0, "came-to-trail")] {
        let events = told(stage, pupil);
        let line = events.lines().find(|line| line.contains(kind)).unwrap_or_else(|| panic!("{kind} in {events}"));
        assert!(line.contains(&pages[0]), "{line}");
        assert!(!events.contains(&id(stage, other)), "the other child is named in {events}");
    }
    assert_eq!(
        holding(&stage.data().join("Pupils"), &pages[0])
            .iter()
            .filter(|path| {
                path.to_str().unwrap().contains(&id(stage, 0))
                    && !path.ends_with("events.jsonl")
                    && !path.to_str().unwrap().contains("manifest")
            })
            .count(),
        0
    );
    assert!(said_of_moved(stage, 0).contains("a page was taken out of this folder"));
    stage.scantrail.good(&["review", "undo", &moved["decision"].as_i64().unwrap().to_string()]).unwrap();
    assert_eq!(
        stage.scantrail.json(&["trail", &id(stage, 0)]).unwrap()["pieces"][0]["pages"].as_array().unwrap().len(),
        2
    );
    sound(&world);
    assert_eq!(said_of_moved(stage, 0), "", "it is back");
    assert_eq!(said_of_moved(stage, 1), "", "of what was taken back nothing is left");
}

/// What a pupil's folders say of pages that were moved away.
fn said_of_moved(stage: &Stage, pupil: usize) -> String {
    let whose = id(stage, pupil);
    let own = |name: &str| {
        let found = judges::files(&stage.data().join("Pupils"), &|file| file == name);
        let own = found.into_iter().filter(|path| path.to_str().unwrap().contains(&whose));
        own.map(|path| std::fs::read_to_string(path).unwrap()).collect::<String>()
    };
    let (said, index) = (own("Moved away.txt"), own("index.html"));
    let sentence = said.lines().next().unwrap_or_default();
    assert_eq!(index.contains("taken out of this folder"), !sentence.is_empty(), "{index}");
    let trail = stage.scantrail.json(&["trail", &whose]).unwrap();
    let shown = trail["moved_away"].as_array().unwrap().first().map_or("", |line| line.as_str().unwrap());
    assert_eq!(shown, sentence, "{trail}");
    sentence.to_owned()
}

#[test]
fn no_move_takes_a_page_from_under_a_legal_hold() {
    let world = school(150);
    let stage = &world.stage;
    let pages = filed(stage, 0, &["hedgehog"]);
    let say = |typed: &[&str]| stage.scantrail.json(typed).unwrap();
    say(&["legal-hold", "put", &id(stage, 0), "--reason", "a complaint", "--as", "Mr Dale"]);
    say(&["move", &pages[0], "--to", &id(stage, 1), "--reason", "the neighbour's"]);
    let propose = ["delete", "propose", &pages[0], "--reason", "asked for", "--as", "Ms Hill"];
    let refused = stage.scantrail.run(propose).unwrap();
    assert!(!refused.status.success(), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("legal hold 1"), "{refused:?}");
    say(&["legal-hold", "lift", "1", "--reason", "settled", "--as", "Mr Dale"]);
    assert_eq!(say(&propose)["state"], "proposed");
    let withdrawn = say(&["delete", "withdraw", "1", "--as", "Mr Dale"]);
    assert_eq!((&withdrawn["state"], &withdrawn["withdrawn_by"]), (&"withdrawn".into(), &"Mr Dale".into()));
    assert_eq!(say(&["delete", "show", "1"])["withdrawn_by"], "Mr Dale");
}

#[test]
fn of_a_deleted_page_nothing_is_left() {
    let world = school(150);
    let stage = &world.stage;
    let pages = filed(stage, 0, &["hedgehog", "squirrel", "woodpecker"]);
    let say = |typed: &[&str]| stage.scantrail.json(typed).unwrap();
    let code = |typed: &[&str]| stage.scantrail.run(typed).unwrap().status.code();
    let original = judges::files(&stage.data(), &|name| name == format!("{}.jpg", pages[1])).remove(0);
    let bytes = std::fs::read(&original).unwrap();
    let sum = std::process::Command::new("sha256sum").arg(&original).output().unwrap().stdout;
    let digest = String::from_utf8(sum).unwrap()[..64].to_owned();
    assert!(!holding(&stage.data(), &digest).is_empty() && !holding(&stage.data(), "squirrel").is_empty());
    let proposed = say(&["delete", "propose", &pages[1], "--reason", "asked for by the family", "--as", "Ms Hill"]);
    assert_eq!((proposed["state"].as_str(), proposed["deletion"].as_i64()), (Some("proposed"), Some(1)));
    assert_eq!(hits(stage, "squirrel"), 1, "nothing is deleted by a proposal");
    // Whoever is to approve reads whose work it is.
    let work = &proposed["pages"][0]["work"];
    assert_eq!((&work["pupils"][0]["id"], &work["subject"]), (&id(stage, 0).into(), &"English".into()), "{proposed}");
    let shown = stage.scantrail.good(&["delete", "show", "1"]).unwrap();
    assert!(shown.contains(&format!("({}): ", id(stage, 0))) && shown.contains("English"), "{shown}");
    assert_eq!(say(&["delete", "approve", "1", "--as", "Ms Hill"])["state"], "proposed");
    assert_eq!(code(&["delete", "approve", "1", "--as", "ms hill"]), Some(1), "one person counts once");
    // A legal hold wins, whoever approved before.
    say(&["legal-hold", "put", &id(stage, 0), "--reason", "a complaint", "--as", "Mr Dale"]);
    let refused = stage.scantrail.run(["delete", "approve", "1", "--as", "Mr Dale"]).unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(1) && said.contains("legal hold 1 keeps it, put by Mr Dale"), "{said}");
    assert!(said.contains("a complaint"), "{said}");
    let shown = say(&["delete", "show", "1"]);
    assert_eq!((&shown["kept_by"][0]["hold"], shown["kept_by"].as_array().unwrap().len()), (&1.into(), 1), "{shown}");
    assert_eq!(hits(stage, "squirrel"), 1);
    say(&["legal-hold", "lift", "1", "--reason", "settled", "--as", "Mr Dale"]);
    let done = say(&["delete", "approve", "1", "--as", "Mr Dale"]);
    assert_eq!((&done["state"], &done["files"]), (&"done".into(), &3.into()), "{done}");
    assert_eq!((hits(stage, "squirrel"), hits(stage, "hedgehog"), hits(stage, "woodpecker")), (0, 1, 1));
    sound(&world);
    for needle in ["squirrel", "SQUIRREL"] {
        assert_eq!(holding(&stage.data(), needle), Vec::<PathBuf>::new());
    }
    let whole = |path: &PathBuf| std::fs::read(path).unwrap() == bytes;
    assert_eq!(everything(&stage.data()).iter().filter(|path| whole(path)).count(), 0);
    assert_eq!(holding(&stage.data(), &digest), Vec::<PathBuf>::new(), "no bare digest is left");
    assert!(std::fs::read_to_string(stage.data().join(".trail/tombstones.jsonl")).unwrap().contains(&pages[1]));
    let page = stage.folder.join("certificate.pdf");
    say(&["delete", "certificate", "1", "--out", page.to_str().unwrap()]);
    let json = std::fs::read(page.with_extension("json")).unwrap();
    let certified: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((&certified["pages"][0]["page"], certified["pages"][0].get("work")), (&pages[1].clone().into(), None));
    assert!(std::process::Command::new("qpdf").arg("--check").arg(&page).status().unwrap().success());
    // What remains can still be decided about, keeps its numbers, and is found again without the catalogue.
    let moved = say(&["move", &pages[2], "--to", &id(stage, 1), "--reason", "not hers"]);
    say(&["review", "undo", &moved["decision"].as_i64().unwrap().to_string()]);
    let trail = say(&["trail", &id(stage, 0)]);
    assert!(trail["pieces"][0]["pages"][1]["files"][1].as_str().unwrap().contains("p03 ["), "{trail}");
    sound(&world);
    for end in ["", "-wal", "-shm"] {
        let path = stage.data().join(format!(".trail/catalogue.db{end}"));
        if path.exists() {
            std::fs::remove_file(path).unwrap();
        }
    }
    say(&["rebuild"]);
    assert_eq!(say(&["delete", "show", "1"])["pages"][0]["state"], "deleted");
    assert_eq!((hits(stage, "squirrel"), hits(stage, "hedgehog")), (0, 1));
    sound(&world);
}

#[test]
fn rules_say_what_is_due_and_delete_nothing_themselves() {
    let world = school(150);
    let stage = &world.stage;
    let config = stage.data().join("../scantrail.toml");
    let config = if config.exists() { config } else { stage.data().join("scantrail.toml") };
    let text = std::fs::read_to_string(&config).unwrap();
    let rules = "\n[[retention]]\nname = \"English\"\nrecords = \"work\"\nsubject = \"english\"\nsince = \"year-end\"\n\
                 months = 3\n\n[[retention]]\nname = \"all\"\nrecords = \"work\"\nsince = \"year-end\"\nmonths = 0\n";
    std::fs::write(&config, format!("{text}{rules}")).unwrap();
    let pages = filed(stage, 0, &["hedgehog"]);
    let due = |on: &str| -> Vec<(String, usize)> {
        let due = stage.scantrail.json(&["retention", "due", "--on", on]).unwrap();
        let count = |rule: &Value| (rule["rule"].as_str().unwrap().to_owned(), rule["pages"].as_array().unwrap().len());
        due["rules"].as_array().unwrap().iter().map(count).collect()
    };
    let year: i32 = stage.scantrail.json(&["trail", &id(stage, 0)]).unwrap()["pieces"][0]["year"].as_str().unwrap()
        [..4]
        .parse()
        .unwrap();
    let of = |english: usize, all: usize| vec![("English".to_owned(), english), ("all".to_owned(), all)];
    // The page and its cover; their first rule counts, though a later one would be over before.
    assert_eq!(due(&format!("{}-08-31", year + 1)), of(0, 0));
    assert_eq!(due(&format!("{}-09-01", year + 1)), of(0, 0));
    assert_eq!(due(&format!("{}-11-30", year + 1)), of(0, 0));
    assert_eq!(due(&format!("{}-12-01", year + 1)), of(2, 0));
    assert_eq!(hits(stage, "hedgehog"), 1);
    let early = stage.scantrail.run(["retention", "propose", "English", "--as", "Ms Hill"]).unwrap();
    assert_eq!(early.status.code(), Some(4), "{early:?}");
    stage.scantrail.json(&["legal-hold", "put", "--page", &pages[0], "--reason", "x", "--as", "Ms Hill"]).unwrap();
    assert_eq!(due(&format!("{}-12-01", year + 1)), of(1, 0));
}
