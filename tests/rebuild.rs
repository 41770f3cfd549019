//! The catalogue is gone, and is built again from what lies beside it: compared row by row with the one that was lost.

use crate::judges;
use crate::world::{World, school};
use rusqlite::Connection;
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::{Daemon, Stage};
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn id(stage: &Stage, pupil: usize) -> String {
    stage.class_4b[pupil]["id"].as_str().unwrap().to_owned()
}

/// A folder of pages behind covers; `None` is a page of work, each another.
fn stack(stage: &Stage, name: &str, laid: &[Option<usize>]) -> PathBuf {
    let dpi = Dpi::new(150).unwrap();
    let folder = stage.folder.join(name);
    std::fs::create_dir(&folder).unwrap();
    for (at, sheet) in laid.iter().enumerate() {
        let raster = match sheet {
            Some(pupil) => {
                let pdf = stage.folder.join("print.pdf");
                let id = id(stage, *pupil);
                stage.scantrail.good(&["sheets", "cover", "--pupil", &id, "--out", pdf.to_str().unwrap()]).unwrap();
                printed(&std::fs::read(&pdf).unwrap(), 0, dpi).unwrap()
            }
            None => paint(&PageSpec::new(PageKind::Worksheet, Seed(at as u64 + 70), dpi)).raster,
        };
        std::fs::write(folder.join(format!("{at:03}.jpg")), jpeg::encode(&raster, 90).unwrap()).unwrap();
    }
    folder
}

fn ingest(stage: &Stage, folder: &Path, more: &[&str]) -> Value {
    let mut typed = vec!["ingest", folder.to_str().unwrap()];
    typed.extend(more);
    stage.scantrail.json(&typed).unwrap()[0].clone()
}

fn held(stage: &Stage) -> Vec<String> {
    let held = stage.scantrail.json(&["review", "list"]).unwrap();
    held.as_array().unwrap().iter().map(|hold| hold["page"]["id"].as_str().unwrap().to_owned()).collect()
}

/// A school with work that is filed, a group's, held, thrown away, decided about and taken back; and a pupil whose name
/// changed.
fn lived_in() -> World {
    let world = school(150);
    let stage = &world.stage;
    ingest(stage, &stack(stage, "first", &[Some(0), None, None, Some(1), None]), &["--subject", "Maths"]);
    ingest(stage, &stack(stage, "second", &[None, None, None, None]), &["--title", "Found on the floor"]);
    let pages = held(stage);
    assert_eq!(pages.len(), 4);
    let say = |typed: &[&str]| stage.scantrail.json(typed).unwrap();
    say(&["review", "assign", &pages[0], &id(stage, 2), &id(stage, 3), "--reason", "both names are on it"]);
    say(&["review", "discard", &pages[1], "--reason", "a blank form"]);
    let taken_back = say(&["review", "assign", &pages[2], &id(stage, 1), "--reason", "a guess"]);
    say(&["review", "undo", &taken_back["decision"].as_i64().unwrap().to_string()]);
    say(&["pupils", "rename", &id(stage, 0), "--surname", "Novák", "--forename", "Zoë"]);
    world
}

fn catalogue(stage: &Stage) -> PathBuf {
    stage.data().join(".trail/catalogue.db")
}

fn lose_the_catalogue(stage: &Stage) {
    for end in ["", "-wal", "-shm"] {
        let path = stage.data().join(format!(".trail/catalogue.db{end}"));
        if path.exists() {
            std::fs::remove_file(path).unwrap();
        }
    }
}

/// Every row of every table but the register's own bookkeeping, by table.
fn rows(path: &Path) -> BTreeMap<String, Vec<String>> {
    let c = Connection::open(path).unwrap();
    let list = |sql: &str| -> Vec<String> {
        let mut statement = c.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let tables = list(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
         AND name NOT LIKE 'page_text_%' AND name NOT IN ('register_part')",
    );
    assert!(tables.len() > 25, "{tables:?}");
    let all = tables.into_iter().map(|table| {
        let columns = list(&format!("SELECT quote(name) FROM pragma_table_info('{table}') ORDER BY cid"));
        let values: Vec<String> =
            columns.iter().map(|name| format!("quote(\"{}\")", name.trim_matches('\''))).collect();
        let number = if table == "page_text" { "rowid || ' ' || " } else { "" };
        let sql = format!("SELECT {number}{} AS line FROM {table} ORDER BY line", values.join(" || ',' || "));
        (table, list(&sql))
    });
    all.collect()
}

/// What the catalogue built again has more: that it was built again.
fn without_the_rebuilding(mut rows: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    rows.get_mut("event").unwrap().retain(|line| !line.contains("'rebuilt'"));
    rows
}

fn sound(stage: &Stage) {
    let found = stage.scantrail.run(["verify"]).unwrap();
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stdout));
    judges::all_bags_and_pages(&stage.data());
}

#[test]
fn a_lost_catalogue_is_built_again_row_by_row() {
    let world = lived_in();
    let stage = &world.stage;
    sound(stage);
    let before = rows(&catalogue(stage));
    lose_the_catalogue(stage);
    let refused = stage.scantrail.run(["status"]).unwrap();
    assert_eq!(refused.status.code(), Some(7), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("scantrail rebuild"));
    assert!(!catalogue(stage).exists(), "an empty catalogue would know of nothing");
    let tried = stage.scantrail.json(&["rebuild", "--dry-run"]).unwrap();
    assert!(!catalogue(stage).exists(), "{tried}");
    let built = stage.scantrail.json(&["rebuild"]).unwrap();
    assert_eq!(
        (&built["notes"], &built["otherwise"], &built["salvaged"]),
        (&serde_json::json!([]), &0.into(), &0.into())
    );
    assert_eq!((built["pages"].as_u64(), tried["pages"].as_u64()), (Some(9), Some(9)));
    let after = without_the_rebuilding(rows(&catalogue(stage)));
    for (table, lines) in &before {
        // The log has grown by the leaf that says so.
        if ["leaf", "tree", "ledger_key"].contains(&table.as_str()) {
            assert!(lines.iter().all(|line| after[table].contains(line)), "{table}");
            assert!(after[table].len() - lines.len() <= 9, "{table}");
        } else {
            assert_eq!(&after[table], lines, "{table}");
        }
    }
    assert_eq!(after["leaf"].len(), before["leaf"].len() + 1);
    assert_eq!(before.len(), after.len());
    sound(stage);
    // Decisions can still be taken and taken back.
    let page = &held(stage)[0];
    let said = stage.scantrail.json(&["review", "assign", page, &id(stage, 4), "--reason", "found out"]).unwrap();
    stage.scantrail.good(&["review", "undo", &said["decision"].as_i64().unwrap().to_string()]).unwrap();
    sound(stage);
}

#[test]
fn without_the_register_the_records_beside_the_pages_are_enough() {
    let world = lived_in();
    let stage = &world.stage;
    let trail = stage.scantrail.json(&["trail", &id(stage, 0)]).unwrap();
    // To somebody with nothing else of that day.
    let moved = trail["pieces"][0]["pages"][1]["id"].as_str().unwrap();
    stage.scantrail.good(&["move", moved, "--to", &id(stage, 4), "--reason", "the neighbour's"]).unwrap();
    let whose = |pupil: usize| stage.scantrail.json(&["trail", &id(stage, pupil)]).unwrap();
    let before: Vec<Value> = (0..5).map(whose).collect();
    let (waiting, all) = (held(stage), rows(&catalogue(stage)));
    lose_the_catalogue(stage);
    std::fs::remove_dir_all(stage.data().join(".trail/register")).unwrap();
    let built = stage.scantrail.json(&["rebuild"]).unwrap();
    assert_eq!((built["salvaged"].as_u64(), built["rows"].as_u64()), (Some(9), Some(0)));
    assert!(built["notes"].to_string().contains("print new ones"), "{built}");
    sound(stage);
    assert_eq!(held(stage), waiting);
    // Nobody but those with a folder is known; their pieces are as they were.
    // In the order of their ids: nobody remembers which of a day's pieces came first.
    let pieces = |trail: &Value| {
        let mut pieces = trail["pieces"].as_array().unwrap().clone();
        for page in pieces.iter_mut().flat_map(|piece| piece["pages"].as_array_mut().unwrap()) {
            // A record tells the skew that was found, whether it was worth turning by or not.
            page["skew"] = Value::Null;
        }
        pieces.sort_by_key(|piece| piece["id"].as_str().unwrap().to_owned());
        pieces
    };
    for (pupil, trail) in before.iter().enumerate() {
        assert_eq!(pieces(&whose(pupil)), pieces(trail), "of pupil {pupil}");
    }
    // What happened before is nowhere else: it is kept beside what happens from now on.
    let kept = judges::files(&stage.data().join("Pupils"), &|name| name.starts_with("events-until-"));
    assert_eq!(kept.len(), 5);
    let away = judges::files(&stage.data().join("Pupils"), &|name| name.starts_with("Moved away"));
    let [away] = away.as_slice() else { panic!("{away:?}") };
    assert!(away.file_name().unwrap().to_str().unwrap().starts_with("Moved away until "));
    assert!(std::fs::read_to_string(away).unwrap().contains("taken out of this folder"));
    assert!(kept.iter().all(|path| std::fs::read_to_string(path).unwrap().contains("\"captured\"")));
    let mut again = rows(&catalogue(stage));
    let mut all = all;
    for rows in [&mut again, &mut all] {
        rows.get_mut("file").unwrap().retain(|line| !line.contains("/audit/events") && !line.contains("/Moved away"));
    }
    for table in ["file", "bag", "page_text", "owner"] {
        let without_number = |lines: &[String]| {
            let mut lines: Vec<String> = lines
                .iter()
                .map(|line| match table {
                    "page_text" => line.split_once(' ').unwrap().1.to_owned(),
                    _ => line.clone(),
                })
                .collect();
            lines.sort();
            lines
        };
        assert_eq!(without_number(&again[table]), without_number(&all[table]), "{table}");
    }
    // A decision about a batch nobody remembers leaves its other pages where they are.
    stage.scantrail.json(&["review", "assign", &waiting[0], &id(stage, 1), "--reason", "found out"]).unwrap();
    for pupil in [0, 2, 3] {
        assert_eq!(pieces(&whose(pupil)), pieces(&before[pupil]), "of pupil {pupil}");
    }
    sound(stage);
}

#[test]
fn where_the_register_is_behind_the_folders_are_right() {
    let world = lived_in();
    let stage = &world.stage;
    let (register, old) = (stage.data().join(".trail/register"), stage.folder.join("old register"));
    assert!(std::process::Command::new("cp").arg("-a").args([&register, &old]).status().unwrap().success());
    let page = held(stage).remove(0);
    stage.scantrail.json(&["review", "assign", &page, &id(stage, 1), "--reason", "found out"]).unwrap();
    let before = stage.scantrail.json(&["trail", &id(stage, 1)]).unwrap();
    lose_the_catalogue(stage);
    std::fs::remove_dir_all(&register).unwrap();
    std::fs::rename(&old, &register).unwrap();
    let built = stage.scantrail.json(&["rebuild"]).unwrap();
    assert_eq!(built["otherwise"], 1, "{built}");
    assert_eq!(stage.scantrail.json(&["trail", &id(stage, 1)]).unwrap()["pieces"], before["pieces"]);
    assert!(!held(stage).contains(&page));
    sound(stage);
}

#[test]
fn a_deletion_that_was_decided_is_not_undone_by_building_again() {
    let world = lived_in();
    let stage = &world.stage;
    let page = stage.scantrail.json(&["trail", &id(stage, 1)]).unwrap()["pieces"][0]["pages"][0]["id"].clone();
    let page = page.as_str().unwrap();
    let old = stage.folder.join("as it was");
    let pupils = stage.data().join("Pupils");
    assert!(std::process::Command::new("cp").arg("-a").args([&pupils, &old]).status().unwrap().success());
    let said = ["delete", "propose", page, "--reason", "asked for", "--as", "A"];
    stage.scantrail.json(&said).unwrap();
    for who in ["A", "B"] {
        stage.scantrail.json(&["delete", "approve", "1", "--as", who]).unwrap();
    }
    // As if the plug had been pulled between the decision and the removal of its files.
    lose_the_catalogue(stage);
    std::fs::remove_file(stage.data().join(".trail/tombstones.jsonl")).unwrap();
    std::fs::remove_dir_all(&pupils).unwrap();
    std::fs::rename(&old, &pupils).unwrap();
    stage.scantrail.json(&["rebuild"]).unwrap();
    assert_eq!(stage.scantrail.json(&["delete", "show", "1"]).unwrap()["pages"][0]["state"], "deleted");
    assert_eq!(judges::files(&pupils, &|name| name.contains(page)), Vec::<PathBuf>::new());
    sound(stage);
}

#[test]
fn an_empty_folder_is_not_built_again_and_keeps_its_log() {
    let world = lived_in();
    let stage = &world.stage;
    let key = stage.data().join(".trail/ledger/key");
    let before = std::fs::read(&key).unwrap();
    lose_the_catalogue(stage);
    for gone in ["Pupils", "Unidentified", ".trail/control", ".trail/register"] {
        std::fs::remove_dir_all(stage.data().join(gone)).unwrap();
    }
    let refused = stage.scantrail.run(["rebuild"]).unwrap();
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert_eq!(std::fs::read(&key).unwrap(), before);
}

#[test]
fn a_damaged_catalogue_is_set_aside_and_kept() {
    let world = lived_in();
    let stage = &world.stage;
    let whole = std::fs::read(catalogue(stage)).unwrap();
    let torn = [&b"not a database, not any more"[..], &whole[28..]].concat();
    std::fs::write(catalogue(stage), &torn).unwrap();
    let refused = stage.scantrail.run(["status"]).unwrap();
    assert_eq!(refused.status.code(), Some(7), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("scantrail rebuild"));
    let built = stage.scantrail.json(&["rebuild"]).unwrap();
    let aside = PathBuf::from(built["set_aside"].as_str().unwrap());
    assert_eq!(std::fs::read(aside).unwrap(), torn);
    sound(stage);
}

#[test]
fn nobody_rebuilds_under_a_running_daemon() {
    let world = school(100);
    let daemon = Daemon::start(&world.stage.scantrail).unwrap();
    let refused = world.stage.scantrail.run(["rebuild"]).unwrap();
    assert_eq!(refused.status.code(), Some(8), "{refused:?}");
    drop(daemon);
}

#[test]
fn what_other_hands_change_in_the_catalogue_is_told() {
    let world = lived_in();
    let stage = &world.stage;
    sound(stage);
    let c = Connection::open(catalogue(stage)).unwrap();
    c.execute("UPDATE decision SET reason = 'because'", []).unwrap();
    drop(c);
    let found = stage.scantrail.run(["verify"]).unwrap();
    assert_eq!(found.status.code(), Some(7));
    let told = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(told.contains("the catalogue was changed by something else than this program: `batches/"), "{told}");
}
