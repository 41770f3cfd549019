//! Everything kept twice: backed up while the school works, and brought back.

use crate::judges;
use crate::world::{World, school};
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::{Daemon, Stage};
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const DPI: u16 = 100;

/// Files some painted pages; gives their ids.
fn file_pages(stage: &Stage, name: &str, count: u64) -> Vec<String> {
    let folder = stage.folder.join(name);
    std::fs::create_dir(&folder).unwrap();
    for number in 0..count {
        let seed = Seed(number + name.len() as u64 * 100);
        let raster = paint(&PageSpec::new(PageKind::Worksheet, seed, Dpi::new(DPI).unwrap())).raster;
        std::fs::write(folder.join(format!("{number}.jpg")), jpeg::encode(&raster, 85).unwrap()).unwrap();
    }
    let came = stage.scantrail.json(&["ingest", folder.to_str().unwrap(), "--pictures", "--subject", "Art"]).unwrap();
    let runs = came[0]["runs"].as_array().unwrap();
    let pages = runs.iter().flat_map(|run| run["pages"].as_array().unwrap());
    pages.map(|page| page["id"].as_str().unwrap().to_owned()).collect()
}

fn assign(stage: &Stage, pages: &[String], pupil: usize) {
    let pupil = stage.class_4b[pupil]["id"].as_str().unwrap();
    stage.scantrail.good(&["review", "assign", &pages.join(","), pupil, "--reason", "signed"]).unwrap();
}

/// A school with filed and waiting pages.
fn at_work() -> (World, Vec<String>) {
    let world = school(DPI);
    let pages = file_pages(&world.stage, "first", 4);
    assign(&world.stage, &pages[..3], 0);
    (world, pages)
}

/// Everything of a data folder that a backup must bring back, with its content.
fn kept(data: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    // The configuration names the folder it came back to.
    let wanted = |name: &str| (!name.starts_with('.') || name == ".pupil.json") && name != "scantrail.toml";
    for file in judges::files(data, &wanted) {
        let name = file.strip_prefix(data).unwrap().to_str().unwrap().to_owned();
        found.insert(name, std::fs::read(&file).unwrap());
    }
    found
}

/// A command on a data folder that came back from a backup.
fn restored_school(stage: &Stage, data: &Path) -> PathBuf {
    let config = stage.folder.join("restored.toml");
    let text = std::fs::read_to_string(stage.folder.join("scantrail.toml")).unwrap();
    let text = text.replace(&stage.data().display().to_string(), &data.display().to_string());
    std::fs::write(&config, text).unwrap();
    config
}

fn asked(stage: &Stage, config: &Path, typed: &[&str]) -> (i32, Value, String) {
    let run = Command::new(crate::world::program())
        .args(["--config", config.to_str().unwrap(), "--json"])
        .args(typed)
        .current_dir(&stage.folder)
        .output()
        .unwrap();
    let answer = serde_json::from_slice(&run.stdout).unwrap_or(Value::Null);
    (run.status.code().unwrap(), answer, String::from_utf8_lossy(&run.stderr).into_owned())
}

#[test]
fn what_was_backed_up_comes_back_whole_and_works() {
    let (world, pages) = at_work();
    let stage = &world.stage;
    let dest = stage.folder.join("disk");
    let dest = dest.to_str().unwrap();
    assert_eq!(stage.scantrail.json(&["status"]).unwrap()["backup"]["last_good_words"], "never");
    let first = stage.scantrail.json(&["backup", dest]).unwrap();
    assert_eq!(first["damaged"], Value::Array(vec![]));
    assert!(first["warnings"][0].as_str().unwrap().contains("same disk"), "{first}");
    let status = stage.scantrail.json(&["status"]).unwrap();
    assert!(status["backup"]["late"] == false && status["backup"]["test_late"] == true, "{status}");
    // What did not change is not copied again.
    let second = stage.scantrail.json(&["backup", dest]).unwrap();
    assert!(second["copied_files"].as_u64().unwrap() <= 3, "the catalogue and its list: {second}");
    let before = kept(&stage.data());
    // More comes in: the snapshot stays as it was.
    let more = file_pages(stage, "second", 2);
    assign(stage, &more, 1);
    stage.scantrail.json(&["backup", dest]).unwrap();
    let listed = stage.scantrail.json(&["backups", dest]).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 3, "{listed}");
    assert!(listed.as_array().unwrap().iter().all(|one| one["trouble"].is_null()), "{listed}");
    let looked = stage.scantrail.json(&["restore", dest, "--dry-run"]).unwrap();
    assert!(looked["into"].is_null() && looked["files"].as_u64().unwrap() > 20, "{looked}");
    let into = stage.folder.join("back");
    let snapshot = second["snapshot"].as_str().unwrap();
    stage.scantrail.json(&["restore", dest, "--at", snapshot, "--into", into.to_str().unwrap()]).unwrap();
    assert!(kept(&into) == before, "every file of that moment and no other");
    judges::all_bags(&into);
    let config = restored_school(stage, &into);
    let (code, verified, said) = asked(stage, &config, &["verify"]);
    assert!(code == 0 && verified["problems"] == Value::Array(vec![]), "{verified} {said}");
    // The page that waits is there too, and can be decided about.
    let pupil = stage.class_4b[2]["id"].as_str().unwrap();
    let (code, _, said) = asked(stage, &config, &["review", "assign", &pages[3], pupil, "--reason", "found"]);
    assert_eq!(code, 0, "{said}");
    let (code, _, said) = asked(stage, &config, &["restore", dest, "--into", into.to_str().unwrap()]);
    assert!(code == 2 && said.contains("is not empty"), "{said}");
    // A restore that was tried is noted, and leaves nothing.
    let tried = stage.scantrail.json(&["restore", dest, "--test"]).unwrap();
    assert!(tried["problems"] == Value::Array(vec![]) && tried["noted"] == true, "{tried}");
    let status = stage.scantrail.json(&["status"]).unwrap();
    assert_eq!(status["backup"]["test_late"], false, "{status}");
    let work = std::fs::read_dir(stage.data().join(".trail/work")).unwrap();
    assert!(work.into_iter().all(|entry| !entry.unwrap().path().is_dir()));
    // Thinned out, the newest is as it was.
    stage.scantrail.json(&["backup", dest, "--keep", "1"]).unwrap();
    assert_eq!(stage.scantrail.json(&["backups", dest]).unwrap().as_array().unwrap().len(), 1);
    let tried = stage.scantrail.json(&["restore", dest, "--test"]).unwrap();
    assert_eq!(tried["problems"], Value::Array(vec![]), "{tried}");
}

#[test]
fn a_backup_beside_filing_is_of_one_moment() {
    let (world, _) = at_work();
    let stage = &world.stage;
    let dest = stage.folder.join("disk");
    let daemon = Daemon::start(&stage.scantrail).unwrap();
    let second = std::thread::scope(|scope| {
        let filing = scope.spawn(|| {
            let pages = file_pages(stage, "third", 6);
            assign(stage, &pages, 3);
        });
        let mut last = Value::Null;
        while !filing.is_finished() {
            last = stage.scantrail.json(&["backup", dest.to_str().unwrap()]).unwrap();
        }
        filing.join().unwrap();
        last
    });
    assert!(second["snapshot"].is_string(), "one was made meanwhile");
    drop(daemon);
    for one in stage.scantrail.json(&["backups", dest.to_str().unwrap()]).unwrap().as_array().unwrap() {
        let name = one["name"].as_str().unwrap();
        let tried = stage.scantrail.run(["restore", dest.to_str().unwrap(), "--at", name, "--test", "--json"]).unwrap();
        let tried: Value = serde_json::from_slice(&tried.stdout).unwrap();
        assert_eq!(tried["problems"], Value::Array(vec![]), "{name}: {tried}");
    }
}

#[test]
fn trouble_is_told_and_harms_no_older_snapshot() {
    let (world, _) = at_work();
    let stage = &world.stage;
    let dest = stage.folder.join("disk");
    let at = dest.to_str().unwrap();
    stage.scantrail.json(&["backup", at]).unwrap();
    // A file that is damaged here: told by name, the rest is backed up, and the sound one stays in the backup.
    let originals = judges::files(&stage.data().join("Pupils"), &|name| name.ends_with(".jpg"));
    let original = originals.iter().find(|path| path.to_string_lossy().contains("_originals")).unwrap();
    let sum = Command::new("sha256sum").arg(original).output().unwrap().stdout;
    let digest = String::from_utf8(sum).unwrap()[..64].to_owned();
    judges::flip_a_bit(original);
    let again = stage.scantrail.json(&["backup", at]).unwrap();
    assert_eq!(again["damaged"], Value::Array(vec![]), "its content is in the backup already: {again}");
    let fresh = stage.folder.join("fresh");
    let run = stage.scantrail.run(["backup", fresh.to_str().unwrap(), "--json"]).unwrap();
    let answer: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(run.status.code(), Some(7));
    assert_eq!(answer["damaged"].as_array().unwrap().len(), 1, "{answer}");
    // A backup that is damaged itself is noticed; nothing is half restored.
    let objects = judges::files(&dest.join("objects"), &|_| true);
    let fits = |path: &&std::path::PathBuf| {
        let name: String = path.strip_prefix(dest.join("objects")).unwrap().to_string_lossy().replace('/', "");
        name.contains(&digest) || digest.ends_with(path.file_name().unwrap().to_str().unwrap())
    };
    judges::flip_a_bit(objects.iter().find(fits).unwrap());
    let into = stage.folder.join("into");
    let run = stage.scantrail.run(["restore", at, "--into", into.to_str().unwrap()]).unwrap();
    assert!(run.status.code() == Some(7) && !into.try_exists().unwrap(), "{}", String::from_utf8_lossy(&run.stderr));
    let looked = stage.scantrail.run(["restore", at, "--dry-run", "--json"]).unwrap();
    assert_eq!(looked.status.code(), Some(7));
    let run = stage.scantrail.run(["restore", at, "--test"]).unwrap();
    assert_eq!(run.status.code(), Some(7));
    // Another school's disk, a folder of photos, the data folder itself.
    let inside = stage.data().join("backup");
    for (place, why) in [(stage.folder.join("first"), "holds no backup of ours"), (inside, "inside of the data folder")]
    {
        let run = stage.scantrail.run(["backup", place.to_str().unwrap()]).unwrap();
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(run.status.code() == Some(2) && said.contains(why), "{said}");
    }
}

/// A small disk in memory, for as long as the test runs.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, kilobytes: u32) -> Self {
        std::fs::create_dir(at).unwrap();
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).status().unwrap();
        assert!(mounted.success(), "a disk in memory is mounted");
        Self(at.to_owned())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.0).status().unwrap();
    }
}

/// A stick as it is bought, in a file, for as long as the test runs: FAT where the kernel knows it, else exFAT, which larger
/// sticks have, by a program of its own. Neither has permissions or links, or tells upper from lower case.
struct Stick {
    at: PathBuf,
    device: String,
}

impl Stick {
    fn mount(folder: &Path) -> Self {
        let (image, at) = (folder.join("stick.img"), folder.join("stick"));
        std::fs::create_dir(&at).unwrap();
        std::fs::File::create(&image).unwrap().set_len(64 << 20).unwrap();
        let run = |typed: &[&str]| {
            let run = Command::new(typed[0]).args(&typed[1..]).output();
            let run = run.expect("dosfstools, exfatprogs and exfat-fuse are installed by `cargo xtask test`");
            assert!(run.status.success(), "{typed:?}: {run:?}");
            String::from_utf8(run.stdout).unwrap().trim().to_owned()
        };
        let device = run(&["losetup", "--find", "--show", image.to_str().unwrap()]);
        // From here on it is taken down again, whatever fails.
        let stick = Self { at, device };
        let (device, place) = (stick.device.as_str(), stick.at.to_str().unwrap());
        if std::fs::read_to_string("/proc/filesystems").unwrap().contains("vfat") {
            run(&["mkfs.vfat", "-F", "32", device]);
            run(&["mount", device, place]);
        } else {
            run(&["mkfs.exfat", device]);
            run(&["mount.exfat-fuse", device, place]);
        }
        std::fs::create_dir(stick.at.join("Case")).unwrap();
        assert!(stick.at.join("cASE").is_dir(), "it is what a stick is");
        std::fs::remove_dir(stick.at.join("Case")).unwrap();
        stick
    }
}

impl Drop for Stick {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.at).status().unwrap();
        Command::new("losetup").args(["--detach", &self.device]).status().unwrap();
    }
}

#[test]
fn a_stick_with_fat_holds_a_backup() {
    let (world, pages) = at_work();
    let stage = &world.stage;
    let stick = Stick::mount(&stage.folder);
    let at = stick.at.to_str().unwrap();
    let first = stage.scantrail.json(&["backup", at]).unwrap();
    assert_eq!(first["warnings"], Value::Array(vec![]), "another disk, and nothing to complain of: {first}");
    let before = kept(&stage.data());
    // Exchanging a snapshot works there too.
    stage.scantrail.json(&["delete", "propose", &pages[0], "--reason", "asked for", "--as", "A"]).unwrap();
    for who in ["B", "C"] {
        stage.scantrail.json(&["delete", "approve", "1", "--as", who]).unwrap();
    }
    let second = stage.scantrail.json(&["backup", at]).unwrap();
    assert_eq!(second["purged"], serde_json::json!([first["snapshot"]]), "{second}");
    let listed = stage.scantrail.json(&["backups", at]).unwrap();
    assert!(listed.as_array().unwrap().iter().all(|one| one["trouble"].is_null() && one["deleted_since"] == 0));
    for snapshot in [&first["snapshot"], &second["snapshot"]] {
        let into = stage.folder.join(snapshot.as_str().unwrap());
        let typed = ["restore", at, "--at", snapshot.as_str().unwrap(), "--into", into.to_str().unwrap()];
        stage.scantrail.json(&typed).unwrap();
        let (code, verified, said) = asked(stage, &restored_school(stage, &into), &["verify"]);
        assert!(code == 0 && verified["problems"] == Value::Array(vec![]), "{verified} {said}");
        judges::all_bags(&into);
        let now = kept(&into);
        assert!(
            before
                .iter()
                .filter(|(path, _)| !path.contains(&pages[0]) && path.contains("/data/"))
                .all(|(path, bytes)| now.get(path) == Some(bytes))
        );
    }
}

#[test]
fn a_daemon_backs_up_by_itself_once_a_day() {
    let (world, _) = at_work();
    let stage = &world.stage;
    let disk = stage.folder.join("daily");
    let config = stage.folder.join("scantrail.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    // Its hour is the first of the day, so that it has come whenever this runs.
    std::fs::write(&config, format!("{text}\n[backup]\nto = \"{}\"\nhour = 0\n", disk.display())).unwrap();
    let daemon = Daemon::start(&stage.scantrail).unwrap();
    let good = || stage.scantrail.json(&["status"]).unwrap()["backup"]["last_good"].is_string();
    while !good() {
        std::thread::yield_now();
    }
    drop(daemon);
    // Another start on the same day makes no other, though it has all the time that a command on it takes.
    let daemon = Daemon::start(&stage.scantrail).unwrap();
    stage.scantrail.json(&["verify"]).unwrap();
    drop(daemon);
    assert_eq!(stage.scantrail.json(&["backups"]).unwrap().as_array().unwrap().len(), 1);
    let tried = stage.scantrail.json(&["restore", disk.to_str().unwrap(), "--test"]).unwrap();
    assert_eq!(tried["problems"], Value::Array(vec![]), "{tried}");
}

#[test]
fn the_key_that_signs_stays_and_the_configuration_names_its_own_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("School");
    let run = |config: &Path, typed: &[&str]| {
        let run = Command::new(crate::world::program())
            .args(["--config", config.to_str().unwrap(), "--json"])
            .args(typed)
            .output()
            .unwrap();
        assert!(run.status.success(), "{typed:?}: {}", String::from_utf8_lossy(&run.stderr));
        serde_json::from_slice::<Value>(&run.stdout).unwrap()
    };
    let config = data.join("scantrail.toml");
    let made = Command::new(crate::world::program())
        .args(["init", data.to_str().unwrap(), "--school", "Hillside"])
        .status()
        .unwrap();
    assert!(made.success());
    run(&config, &["pupils", "add", "--surname", "Novak", "--forename", "Zoe"]);
    run(&config, &["ledger", "checkpoint"]);
    let disk = folder.path().join("disk");
    run(&config, &["backup", disk.to_str().unwrap()]);
    let key = std::fs::read(data.join(".trail/ledger/key")).unwrap();
    let files = judges::files(&disk, &|_| true);
    assert!(files.iter().all(|path| !std::fs::read(path).unwrap().windows(key.len()).any(|part| part == key)));
    let back = folder.path().join("back");
    run(&config, &["restore", disk.to_str().unwrap(), "--into", back.to_str().unwrap()]);
    assert!(!back.join(".trail/ledger/key").try_exists().unwrap());
    // Nothing has to be set: it works on its own folder, and says that it signs with another key from here on.
    std::fs::rename(&data, folder.path().join("burnt")).unwrap();
    let config = back.join("scantrail.toml");
    assert_eq!(run(&config, &["status"])["data"], back.to_str().unwrap());
    assert_eq!(run(&config, &["verify"])["problems"], Value::Array(vec![]));
    run(&config, &["ledger", "checkpoint"]);
    assert_ne!(std::fs::read(back.join(".trail/ledger/key")).unwrap(), key);
    assert_eq!(run(&config, &["verify"])["problems"], Value::Array(vec![]), "what the old key signed still counts");
}

#[test]
fn a_full_disk_is_said_so_and_the_next_backup_goes_on() {
    let (world, _) = at_work();
    let stage = &world.stage;
    let disk = SmallDisk::mount(&stage.folder.join("stick"), 600);
    let at = disk.0.to_str().unwrap();
    let run = stage.scantrail.run(["backup", at]).unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.code() == Some(7) && said.contains("is full"), "{:?} {said}", run.status.code());
    assert_eq!(stage.scantrail.json(&["backups", at]).unwrap(), Value::Array(vec![]), "half a backup is none");
    let status = stage.scantrail.json(&["status"]).unwrap();
    assert!(status["backup"]["trouble"].as_str().unwrap().contains("full"), "{status}");
    let more = Command::new("mount").args(["-o", "remount,size=200m"]).arg(at).status().unwrap();
    assert!(more.success());
    stage.scantrail.json(&["backup", at]).unwrap();
    let tried = stage.scantrail.json(&["restore", at, "--test"]).unwrap();
    assert_eq!(tried["problems"], Value::Array(vec![]), "{tried}");
}

#[test]
fn what_was_deleted_after_a_backup_is_deleted_again_when_it_is_restored() {
    let (world, pages) = at_work();
    let stage = &world.stage;
    let dest = stage.folder.join("disk");
    let at = dest.to_str().unwrap();
    stage.scantrail.json(&["backup", at]).unwrap();
    let said = ["delete", "propose", &pages[0], "--reason", "asked for", "--as", "A"];
    stage.scantrail.json(&said).unwrap();
    for who in ["A", "B"] {
        stage.scantrail.json(&["delete", "approve", "1", "--as", who]).unwrap();
    }
    // A disk that has heard of it by its list only, as after a power cut before its snapshots were gone through.
    std::fs::copy(stage.data().join(".trail/tombstones.jsonl"), dest.join("tombstones.jsonl")).unwrap();
    let into = stage.folder.join("back");
    let back = stage.scantrail.json(&["restore", at, "--into", into.to_str().unwrap()]).unwrap();
    assert!(back["tombstones"] == 1 && back["deleted"].as_u64().unwrap() >= 3, "{back}");
    let own = judges::files(&into, &|name| name.contains(&pages[0]));
    assert!(own.is_empty(), "no byte of it came back: {own:?}");
    let config = restored_school(stage, &into);
    let (code, shown, said) = asked(stage, &config, &["verify"]);
    assert_eq!(code, 0, "{shown} {said}");
    let (code, shown, said) = asked(stage, &config, &["status"]);
    assert_eq!((code, &shown["pages"]["deleted"]), (0, &Value::from(1)), "{shown} {said}");
    judges::all_bags(&into);
}
