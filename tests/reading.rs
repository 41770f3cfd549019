//! Reading: languages, scripts, and pages that are read again, through the whole program with real Tesseract.

use crate::judges;
use crate::world::school;
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::{Daemon, Stage};
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::page_of_text;
use scantrail_testkit::paper::printed;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Debian's `fonts-dejavu-core`.
const FONT: &str = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
const ENGLISH: &str = "The old lighthouse stood on the grey rocks above the harbour. Nobody had climbed its stairs for years, \
                       but tonight a yellow light was shining at the top, and together they went to have a look at it.";
const GERMAN: &str = "Am Mühlbach blühen im Frühling die Schlüsselblumen. Die Großmutter erzählt den Schülern von früher: \
                      Damals fuhren die Züge langsamer, und die Straßen waren schmäler. Wir hören ihr gerne zu.";
const RUSSIAN: &str = "Старый маяк стоял на серых скалах над гаванью. Много лет никто не поднимался по его лестнице, но \
                       сегодня вечером наверху горел жёлтый свет, и дети вместе пошли посмотреть, кто там живёт.";

/// A folder with a cover and pages of print behind it.
fn stack(stage: &Stage, pupil: usize, texts: &[&str]) -> PathBuf {
    let folder = stage.folder.join(format!("stack of {pupil}"));
    std::fs::create_dir(&folder).unwrap();
    let id = stage.class_4b[pupil]["id"].as_str().unwrap();
    let pdf = stage.folder.join("cover.pdf");
    stage.scantrail.good(&["sheets", "cover", "--pupil", id, "--out", pdf.to_str().unwrap()]).unwrap();
    let dpi = Dpi::new(150).unwrap();
    let cover = printed(&std::fs::read(&pdf).unwrap(), 0, dpi).unwrap();
    std::fs::write(folder.join("0.jpg"), jpeg::encode(&cover, 90).unwrap()).unwrap();
    let font = std::fs::read(FONT).expect("fonts-dejavu-core is installed by `cargo xtask test`");
    for (number, text) in texts.iter().enumerate() {
        let page = page_of_text(&font, text, 6.0, dpi).unwrap();
        std::fs::write(folder.join(format!("{}.jpg", number + 1)), jpeg::encode(&page, 90).unwrap()).unwrap();
    }
    folder
}

fn ingest(stage: &Stage, folder: &Path, more: &[&str]) -> Value {
    let mut typed = vec!["ingest", folder.to_str().unwrap()];
    typed.extend(more);
    let batch = stage.scantrail.json(&typed).unwrap()[0].clone();
    assert_eq!(batch["counts"]["held"], 0, "{batch}");
    batch
}

fn hits(stage: &Stage, word: &str) -> Vec<Value> {
    stage.scantrail.json(&["search", word]).unwrap().as_array().unwrap().clone()
}

/// What the record of a found page says about its reading.
fn record(stage: &Stage, hit: &Value) -> Value {
    let name = format!("{}.json", hit["page"].as_str().unwrap());
    let found = judges::files(&stage.data().join("Pupils"), &|file| file == name);
    serde_json::from_slice(&std::fs::read(&found[0]).unwrap()).unwrap()
}

/// What `pdftotext` finds in a copy.
fn words_in_copy(stage: &Stage, hit: &Value) -> String {
    let copy = stage.data().join(hit["file"].as_str().unwrap());
    let said = Command::new("pdftotext").arg(copy).arg("-").output().unwrap();
    String::from_utf8(said.stdout).unwrap()
}

#[test]
fn a_page_is_read_in_the_language_of_its_batch_of_its_class_or_of_its_own() {
    let world = school(150);
    let stage = &world.stage;
    // In English the ß is not known: the word is not found as it stands.
    let english = ingest(stage, &stack(stage, 0, &[GERMAN]), &["--subject", "History"]);
    let known = |stage: &Stage| hits(stage, "Großmutter").iter().filter(|hit| hit["near"] == false).count();
    let before = known(stage);
    ingest(stage, &stack(stage, 1, &[GERMAN]), &["--language", "deu", "--subject", "History"]);
    assert_eq!(known(stage), before + 1, "the language of the batch");
    let config = stage.folder.join("scantrail.toml");
    let text = std::fs::read_to_string(&config).unwrap() + "\n[[language]]\nsubject = \"German\"\nmodel = \"deu\"\n";
    std::fs::write(&config, text).unwrap();
    ingest(stage, &stack(stage, 2, &[GERMAN]), &["--subject", "German"]);
    assert_eq!(known(stage), before + 2, "the language of the subject");
    let batch = english["id"].as_str().unwrap();
    let before = looks(stage, &english["runs"][0]["pages"][1]["files"]);
    let said = stage.scantrail.json(&["reread", "--batch", batch, "--language", "deu"]).unwrap();
    assert_eq!(said["pages"], 1, "{said}");
    let found = hits(stage, "Großmutter");
    assert_eq!(found.len(), 3, "{found:?}");
    for hit in &found {
        assert!(record(stage, hit)["reading"]["engine"].as_str().unwrap().ends_with(" deu"), "{hit}");
        assert!(words_in_copy(stage, hit).contains("Großmutter"));
    }
    // In no other language than the configuration says, once nobody says one any more.
    stage.scantrail.good(&["reread", "--batch", batch]).unwrap();
    let mut own = hits(stage, "blühen").into_iter().map(|hit| record(stage, &hit));
    let own = own.find(|record| record["capture"]["batch"] == *batch).expect("found, if by a slip");
    assert!(own["reading"]["engine"].as_str().unwrap().ends_with(" eng"), "{}", own["reading"]["engine"]);
    // What people saw before is told: two copies of the same original, each with what had read it.
    let earlier: Vec<&str> =
        own["earlier"].as_array().unwrap().iter().map(|copy| copy["engine"].as_str().unwrap()).collect();
    assert!(earlier.len() == 2 && earlier[0].ends_with(" eng") && earlier[1].ends_with(" deu"), "{earlier:?}");
    assert_ne!(own["earlier"][1]["sha256"], own["copy"]["sha256"]);
    assert_eq!(looks(stage, &english["runs"][0]["pages"][1]["files"]), before, "nobody sees a difference");
    judges::all_bags_and_pages(&stage.data());
    assert_eq!(stage.scantrail.json(&["verify"]).unwrap()["problems"], serde_json::json!([]));
}

/// The size of a copy's page in points, and the bytes of its picture.
fn looks(stage: &Stage, files: &Value) -> (String, Vec<u8>) {
    let copy = files.as_array().unwrap().iter().find_map(|file| file.as_str().filter(|file| file.ends_with(".pdf")));
    let copy = stage.data().join(copy.unwrap());
    let told = Command::new("pdfinfo").arg(&copy).output().unwrap().stdout;
    let told = String::from_utf8(told).unwrap();
    let size = told.lines().find(|line| line.starts_with("Page size")).unwrap().to_owned();
    let pictures = tempfile::tempdir().unwrap();
    let said = Command::new("pdfimages").arg("-all").arg(&copy).arg(pictures.path().join("p")).status().unwrap();
    assert!(said.success());
    (size, std::fs::read(pictures.path().join("p-000.jpg")).unwrap())
}

#[test]
fn a_page_in_another_script_is_read_in_it() {
    let world = school(150);
    let stage = &world.stage;
    ingest(stage, &stack(stage, 3, &[ENGLISH, RUSSIAN]), &[]);
    let found = hits(stage, "маяк");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(record(stage, &found[0])["reading"]["engine"].as_str().unwrap().contains("rus"));
    assert!(words_in_copy(stage, &found[0]).contains("лестнице"));
    let english = hits(stage, "lighthouse");
    assert!(record(stage, &english[0])["reading"]["engine"].as_str().unwrap().ends_with(" eng"));
}

#[test]
fn what_cannot_be_read_here_is_said_before_anything_is_taken_in() {
    let world = school(150);
    let stage = &world.stage;
    let folder = stack(stage, 4, &[ENGLISH]);
    let refused = stage.scantrail.run(["ingest", folder.to_str().unwrap(), "--language", "xyz+eng"]).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("no model for xyz") && told.contains("apt install tesseract-ocr-xyz"), "{told}");
    for nonsense in ["osd", "English", ""] {
        let refused = stage.scantrail.run(["ingest", folder.to_str().unwrap(), "--language", nonsense]).unwrap();
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(refused.status.code() == Some(2) && told.contains("--language") && told.contains("eng"), "{told}");
    }
    assert_eq!(stage.scantrail.json(&["batches"]).unwrap(), serde_json::json!([]));
    let refused = stage.scantrail.run(["search", "lighthouse", "--from", "tomorrow"]).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
    let config = stage.folder.join("scantrail.toml");
    let text = std::fs::read_to_string(&config).unwrap() + "\n[[language]]\nclass = \"4B\"\nmodel = \"tlh\"\n";
    std::fs::write(&config, text).unwrap();
    let checked = stage.scantrail.json(&["doctor"]).unwrap();
    let language = checked.as_array().unwrap().iter().find(|one| one["what"] == "languages").unwrap();
    assert_eq!((&language["state"], &language["found"]), (&"less".into(), &"there is no model for tlh".into()));
    // Work is read all the same, in the school's language.
    ingest(stage, &folder, &["--class", "4B"]);
    let found = hits(stage, "lighthouse");
    assert_eq!(found.len(), 1);
    let twice = stage.scantrail.good(&["ingest", folder.to_str().unwrap()]).unwrap();
    assert!(twice.contains("taken in twice?") && twice.contains(found[0]["page"].as_str().unwrap()), "{twice}");
    let page = found[0]["page"].as_str().unwrap();
    let refused = stage.scantrail.run(["reread", page, "--language", "none"]).unwrap();
    assert_eq!(refused.status.code(), Some(2), "its words are not taken away");
}

#[test]
fn filed_pages_are_read_again_when_a_better_way_comes() {
    let world = school(150);
    let stage = &world.stage;
    let config = stage.folder.join("scantrail.toml");
    let usual = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{usual}\n[reading]\nlanguage = \"none\"\n")).unwrap();
    ingest(stage, &stack(stage, 5, &[ENGLISH]), &[]);
    std::fs::write(&config, usual).unwrap();
    assert_eq!(hits(stage, "lighthouse").len(), 0, "commands that are over in a moment begin nothing");
    // As an older version leaves it behind, which knew a way of reading less.
    let catalogue = stage.data().join(".trail/catalogue.db");
    let said = Command::new("sqlite3").arg(catalogue).arg("UPDATE recipe SET read = 0").status().unwrap();
    assert!(said.success());
    let daemon = Daemon::start(&stage.scantrail).unwrap();
    while hits(stage, "lighthouse").is_empty() || !at_rest(stage) {
        std::thread::sleep(Duration::from_millis(200));
    }
    drop(daemon);
    let hit = &hits(stage, "lighthouse")[0];
    assert!(words_in_copy(stage, hit).contains("lighthouse"));
    assert_eq!(record(stage, hit)["reading"]["words"].as_array().unwrap().len(), ENGLISH.split(' ').count());
    let events = judges::files(&stage.data().join("Pupils"), &|name| name == "events.jsonl");
    let told = std::fs::read_to_string(&events[0]).unwrap();
    assert!(told.contains("read again"), "{told}");
    judges::all_bags_and_pages(&stage.data());
    assert_eq!(stage.scantrail.json(&["verify"]).unwrap()["problems"], serde_json::json!([]));
}

#[test]
fn an_archive_is_verified_while_pages_are_filed_anew() {
    let world = school(150);
    let stage = &world.stage;
    let batch = ingest(stage, &stack(stage, 6, &[ENGLISH; 8]), &[])["id"].as_str().unwrap().to_owned();
    let daemon = Daemon::start(&stage.scantrail).unwrap();
    let mut reread = stage.scantrail.command(["reread", "--batch", &batch]).stdout(Stdio::null()).spawn().unwrap();
    let mut looks = 0;
    while reread.try_wait().unwrap().is_none() {
        let found = stage.scantrail.run(["verify", "--json"]).unwrap();
        assert_eq!(found.status.code(), Some(0), "{}", String::from_utf8_lossy(&found.stdout));
        looks += 1;
    }
    assert!(reread.wait().unwrap().success() && looks > 0);
    // What is wrong is wrong, whatever goes on beside it.
    let copies = judges::files(&stage.data().join("Pupils"), &|name| name.ends_with(".pdf"));
    judges::flip_a_bit(&copies[0]);
    let found = stage.scantrail.run(["verify", "--json"]).unwrap();
    assert_eq!(found.status.code(), Some(7), "{}", String::from_utf8_lossy(&found.stdout));
    drop(daemon);
}

fn at_rest(stage: &Stage) -> bool {
    let queue = stage.scantrail.json(&["status"]).unwrap()["queue"].clone();
    queue["again"] == 0 && queue["file"] == 0
}
