//! Thirty-odd ways to change something by hand, each on a data folder of its own: who finds it, and in which words. Those
//! that nobody can find are in the same table, with the reason, and are tried as well: the table says no more than is so.
//!
//! The same table stands in `crates/ledger/README.md`; a test holds the two together.

mod forger;
mod ways;

use crate::judges;
use crate::world::{World, program, school};
use forger::Forger;
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::Daemon;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use ways::{Found, WAYS};

const DPI: u16 = 150;

/// A folder to tamper with, and what somebody else kept.
struct Scene {
    world: World,
    folder: PathBuf,
    data: PathBuf,
    config: PathBuf,
}

impl Scene {
    fn scantrail(&self, args: &[&str]) -> (Option<i32>, String) {
        let config = self.config.to_str().unwrap();
        let output = Command::new(program()).args(["--config", config]).args(args).output().unwrap();
        let told = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&told).into_owned())
    }

    fn good(&self, args: &[&str]) -> String {
        let (code, told) = self.scantrail(args);
        assert_eq!(code, Some(0), "{args:?}: {told}");
        told
    }

    /// The checkpoint that was kept elsewhere.
    fn outside(&self) -> String {
        self.folder.join("outside.txt").to_str().unwrap().to_owned()
    }

    fn pristine(&self) -> PathBuf {
        self.folder.join("pristine")
    }

    fn restore(&self, from: &str) {
        std::fs::remove_dir_all(&self.data).unwrap();
        copy(&self.folder.join(from), &self.data);
    }
}

/// A folder copied with everything in it but the room that is set aside.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, from.metadata().unwrap().permissions()).unwrap();
    for entry in from.read_dir().unwrap() {
        let (name, from) = entry.map(|entry| (entry.file_name(), entry.path())).unwrap();
        if from.is_dir() {
            copy(&from, &to.join(name));
        } else if name != "reserve.bin" && from.is_file() {
            std::fs::copy(&from, to.join(name)).unwrap();
        }
    }
}

/// Work of two pupils, in two batches: the first is in the checkpoint that was kept outside, and in the older copy of the
/// folder; the second came after.
fn scene() -> Scene {
    let world = school(DPI);
    let stage = &world.stage;
    let (folder, data) = (stage.folder.clone(), stage.data());
    let config = folder.join("scantrail.toml");
    let scene = Scene { world, folder, data, config };
    let pupils: Vec<String> =
        scene.world.stage.class_4b[..2].iter().map(|pupil| pupil["id"].as_str().unwrap().to_owned()).collect();
    // Enough events for tiles that are whole, and for one of the next level.
    let list = scene.folder.join("many.csv");
    let mut rows = "Surname,Forename,Class\n".to_owned();
    (0..250).for_each(|n| writeln!(rows, "Number{n:03},Ada,9Z").unwrap());
    std::fs::write(&list, rows).unwrap();
    scene.good(&["pupils", "import", list.to_str().unwrap(), "--partial"]);
    take_in(&scene, &pupils, 1);
    copy(&scene.data, &scene.folder.join("older"));
    // Something that the checkpoint covers and the older copy does not have.
    let more = scene.folder.join("more.pdf");
    scene.good(&["sheets", "card", "--pupil", &pupils[0], "--out", more.to_str().unwrap()]);
    scene.good(&["ledger", "checkpoint", "--out", &scene.outside()]);
    // As it comes out of a mail.
    let mailed = std::fs::read_to_string(scene.outside()).unwrap().trim_end().replace('\n', "\r\n");
    std::fs::write(scene.outside(), mailed).unwrap();
    take_in(&scene, &pupils, 7);
    scene.good(&["ledger", "checkpoint"]);
    copy(&scene.data, &scene.pristine());
    scene
}

/// A stack of a cover and two pages for each pupil.
fn take_in(scene: &Scene, pupils: &[String], seed: u64) {
    let folder = scene.folder.join(format!("stack-{seed}"));
    std::fs::create_dir(&folder).unwrap();
    let dpi = Dpi::new(DPI).unwrap();
    let mut sheets = Vec::new();
    for (pupil, number) in pupils.iter().zip((seed..).step_by(2)) {
        let pdf = scene.folder.join("cover.pdf");
        scene.good(&["sheets", "cover", "--pupil", pupil, "--out", pdf.to_str().unwrap()]);
        sheets.push(printed(&std::fs::read(&pdf).unwrap(), 0, dpi).unwrap());
        sheets.extend([number, number + 1].map(|n| paint(&PageSpec::new(PageKind::Worksheet, Seed(n), dpi)).raster));
    }
    for (at, sheet) in sheets.iter().enumerate() {
        std::fs::write(folder.join(format!("{at:03}.jpg")), jpeg::encode(sheet, 90).unwrap()).unwrap();
    }
    scene.good(&["ingest", folder.to_str().unwrap(), "--strict"]);
}

#[test]
fn whoever_changes_something_by_hand_is_found_or_cannot_be() {
    let scene = scene();
    let untouched = scene.good(&["verify", "--checkpoint", &scene.outside()]);
    assert!(untouched.contains("clean"), "{untouched}");
    let mut wrong = Vec::new();
    for way in WAYS {
        scene.restore("pristine");
        let forger = Forger::new(&scene);
        (way.done)(&forger);
        if matches!(way.found, Found::Outside | Found::Never) {
            // Nobody goes so far and stumbles over the register.
            forger.register();
        }
        let alone = scene.scantrail(&["verify"]);
        let outside = scene.outside();
        let with_outside = scene.scantrail(&["verify", "--checkpoint", &outside]);
        let clean = |told: &(Option<i32>, String)| told.0 == Some(0) && told.1.contains("clean");
        let found = |told: &(Option<i32>, String)| told.0 == Some(7) && told.1.contains(way.words);
        let right = match way.found {
            Found::Files | Found::Log => found(&alone) && found(&with_outside),
            Found::Outside => clean(&alone) && found(&with_outside),
            Found::Never => clean(&alone) && clean(&with_outside),
        };
        if !right {
            wrong.push(format!("{}\n--- alone: {alone:?}\n--- with the checkpoint: {with_outside:?}\n", way.what));
        }
    }
    assert!(wrong.is_empty(), "{} of {} ways:\n{}", wrong.len(), WAYS.len(), wrong.join("\n"));
    assert!(WAYS.len() >= 30);
}

#[test]
fn the_table_in_the_readme_is_the_one_that_is_tried() {
    let mut table = String::from("| done by hand | found by | in these words |\n|---|---|---|\n");
    for way in WAYS {
        let by = match way.found {
            Found::Files => "`verify`: the files",
            Found::Log => "`verify`: the log",
            Found::Outside => "`verify --checkpoint`, with one from outside",
            Found::Never => "**nobody**",
        };
        let words = if way.found == Found::Never { way.words.to_owned() } else { format!("“{}”", way.words) };
        writeln!(table, "| {} | {by} | {words} |", way.what).unwrap();
    }
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/ledger/README.md");
    let text = std::fs::read_to_string(&readme).unwrap();
    assert!(text.contains(&table), "put this into {}:\n\n{table}", readme.display());
}

#[test]
fn a_proof_convinces_a_stranger_and_a_bent_one_does_not() {
    let scene = scene();
    let forger = Forger::new(&scene);
    let (page, original) = (forger.page(0), forger.originals()[0].clone());
    let proof = scene.folder.join("proof.json");
    let proof_path = proof.to_str().unwrap();
    scene.good(&["ledger", "prove", &page, "--checkpoint", &scene.outside(), "--out", proof_path]);
    let key = scene.good(&["ledger", "key"]);
    // Elsewhere: no configuration, no data folder.
    let elsewhere = |args: &[&str]| {
        let output = Command::new(program()).args(["ledger", "verify"]).args(args).current_dir("/").output().unwrap();
        let told = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&told).into_owned())
    };
    let (outside, file) = (scene.outside(), original.to_str().unwrap().to_owned());
    let all = [proof_path, "--file", &file, "--checkpoint", &outside, "--key", key.trim()];
    let (code, told) = elsewhere(&all);
    assert_eq!(code, Some(0), "{told}");
    for words in [
        "is the original, byte for byte",
        "signed by the key you gave",
        "are as they were then",
        "the proof holds",
        "captured at",
        "filed at",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let text = std::fs::read_to_string(&proof).unwrap();
    assert!(!text.contains("Okafor"), "no name");
    for (from, to, why) in [
        ("\"kind\": \"captured\"", "\"kind\": \"caught\"", "leads to another root"),
        ("\"pupil\": null", "\"pupil\": \"7F3A19\"", "are not those that were committed to"),
        ("\"leaf\": ", "\"leaf\": 1", "event"),
        ("\\\"bytes\\\":", "\\\"bites\\\":", "are not those that were committed to"),
        ("time 20", "time 19", "was changed after it was signed"),
    ] {
        assert!(text.contains(from), "{from} in {text}");
        let bent = scene.folder.join("bent.json");
        std::fs::write(&bent, text.replacen(from, to, 1)).unwrap();
        let (code, told) = elsewhere(&[bent.to_str().unwrap()]);
        assert_eq!(code, Some(7), "{from}: {told}");
        assert!(
            told.contains(why) && told.contains("DOES NOT HOLD") && !told.contains("proved: event"),
            "{from}: {told}"
        );
    }
    let other = forger.originals()[1].to_str().unwrap().to_owned();
    let (code, told) = elsewhere(&[proof_path, "--file", &other]);
    assert!(code == Some(7) && told.contains("is not the original"), "{told}");
    let stranger = Forger::other_key().1;
    let (code, told) = elsewhere(&[proof_path, "--key", &stranger]);
    assert!(code == Some(7) && told.contains("not by the key you gave"), "{told}");
    let (code, told) = elsewhere(&[&file]);
    assert!(code == Some(1) || code == Some(2), "{told}");
    let (code, _) = scene.scantrail(&["ledger", "prove", "zzzzzzzz"]);
    assert_eq!(code, Some(4), "no such page");
}

#[test]
fn checkpoints_leave_the_machine_by_folder_by_command_and_on_paper() {
    let world = school(DPI);
    let stage = &world.stage;
    let (copies, mailed) = (stage.folder.join("copies"), stage.folder.join("mailed"));
    let config = stage.folder.join("scantrail.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let configured = |hook: &str| {
        let ledger = format!("\n[ledger]\ncopy_to = '{}'\nhook = \"{hook}\"\n", copies.display());
        std::fs::write(&config, format!("{text}{ledger}")).unwrap();
    };
    configured("echo no mail today >&2; exit 3");
    let made = stage.scantrail.json(&["ledger", "checkpoint"]).unwrap();
    let trouble = made["trouble"].as_str().unwrap();
    assert!(trouble.contains("is not there") && trouble.contains("no mail today"), "{made}");
    let status = stage.scantrail.good(&["status"]).unwrap();
    assert!(status.contains("not handed outside") && status.contains("no mail today"), "{status}");
    std::fs::create_dir(&copies).unwrap();
    configured(&format!("cat > '{}'", mailed.display()));
    let print = stage.folder.join("checkpoint.pdf");
    let again = stage.scantrail.json(&["ledger", "checkpoint", "--print", print.to_str().unwrap()]).unwrap();
    assert_eq!(again["note"], made["note"], "nothing happened meanwhile: the same checkpoint");
    assert!(again["copied_at"].is_string() && again["hooked_at"].is_string() && again["trouble"].is_null(), "{again}");
    let note = again["note"].as_str().unwrap();
    assert_eq!(std::fs::read_to_string(&mailed).unwrap(), note);
    let copied = judges::files(&copies, &|name| name.starts_with("scantrail-") && name.ends_with(".txt"));
    assert_eq!(copied.len(), 1, "{copied:?}");
    assert_eq!(std::fs::read_to_string(&copied[0]).unwrap(), note);
    // The code on paper is the text, letter by letter.
    let paper = stage.folder.join("paper.jpg");
    let sheet = printed(&std::fs::read(&print).unwrap(), 0, Dpi::new(200).unwrap()).unwrap();
    std::fs::write(&paper, jpeg::encode(&sheet, 90).unwrap()).unwrap();
    let seen = stage.scantrail.json(&["inspect", paper.to_str().unwrap(), "--only", "codes"]).unwrap();
    let codes = seen["codes"].as_array().unwrap();
    assert!(codes.iter().any(|code| code["kind"] == "foreign" && code["text"] == note), "{seen}");
    // What was copied is looked at by itself.
    let found = stage.scantrail.json(&["ledger", "verify"]).unwrap();
    assert_eq!(
        (found["checkpoints"].as_u64(), found["outside"].as_u64()),
        (Some(2), again["events"].as_u64()),
        "{found}"
    );
    std::fs::write(&copied[0], note.replace("time 20", "time 19")).unwrap();
    let told = stage.scantrail.run(["ledger", "verify"]).unwrap();
    assert_eq!(told.status.code(), Some(7));
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains("is not believed") && told.contains("was changed after it was signed"), "{told}");
}

#[test]
fn a_page_deleted_by_rule_is_no_problem_and_its_deletion_can_be_proved() {
    let scene = scene();
    let forger = Forger::new(&scene);
    let page = forger.delete_by_rule();
    let (code, told) = scene.scantrail(&["verify", "--checkpoint", &scene.outside()]);
    assert!(code == Some(0) && told.contains("clean"), "{told}");
    let proof = scene.folder.join("deleted.json");
    scene.good(&["ledger", "prove", &page, "--out", proof.to_str().unwrap()]);
    let text = std::fs::read_to_string(&proof).unwrap();
    assert!(text.contains("\"key\": null") && text.contains("\"original_sha256\": null"), "{text}");
    let told = scene.good(&["ledger", "verify", proof.to_str().unwrap()]);
    assert!(
        told.contains("the page was deleted, and the log says when") && told.contains("its key was destroyed"),
        "{told}"
    );
    let undeleted = text.replace("\"kind\": \"deleted\"", "\"kind\": \"delayed\"");
    std::fs::write(&proof, undeleted).unwrap();
    let (code, told) = scene.scantrail(&["ledger", "verify", proof.to_str().unwrap()]);
    assert!(code == Some(7) && told.contains("no deletion is among its events"), "{told}");
}

#[test]
fn the_daemon_makes_a_checkpoint_and_hands_it_on_by_itself() {
    let world = school(DPI);
    let stage = &world.stage;
    let mailed = stage.folder.join("mailed");
    let config = stage.folder.join("scantrail.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    // The name comes last: whoever sees the file sees all of it.
    let hook = format!("cat > '{0}.part' && mv '{0}.part' '{0}'", mailed.display());
    std::fs::write(&config, format!("{text}\n[ledger]\nhook = \"{hook}\"\n")).unwrap();
    let mut daemon = Daemon::start(&stage.scantrail).unwrap();
    for _ in 0..600 {
        if mailed.is_file() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let note = std::fs::read_to_string(&mailed).unwrap();
    let status = stage.scantrail.json(&["status"]).unwrap();
    assert!(status["ledger"]["last_checkpoint"].is_string(), "{status}");
    let found = stage.scantrail.json(&["verify", "--checkpoint", mailed.to_str().unwrap()]).unwrap();
    assert_eq!((found["problems"].as_array().unwrap().len(), found["checkpoints"].as_u64()), (0, Some(2)), "{found}");
    let again = stage.scantrail.json(&["ledger", "checkpoint"]).unwrap();
    assert_eq!(again["note"], note, "nothing happened since");
    daemon.stop().unwrap();
}
