//! A deletion reaches the backups, and a pupil's own record can go: searched for in every byte that is left.

use crate::judges;
use crate::keeping::{everything, filed, holding};
use crate::world::{World, school};
use scantrail_testkit::demo::Stage;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What stands on the page that is deleted, and on no other.
const WORD: &str = "squirrel";

fn say(stage: &Stage, typed: &[&str]) -> Value {
    let run = stage.scantrail.run([typed, &["--json"]].concat()).unwrap();
    let said = (String::from_utf8_lossy(&run.stderr), String::from_utf8_lossy(&run.stdout));
    assert!(run.status.success(), "{typed:?}: {said:?}");
    serde_json::from_slice(&run.stdout).unwrap()
}

fn refused(stage: &Stage, typed: &[&str]) -> String {
    let run = stage.scantrail.run(typed).unwrap();
    assert_ne!(run.status.code(), Some(0), "{typed:?}");
    String::from_utf8_lossy(&run.stderr).into_owned()
}

/// Two people approve.
fn approved(stage: &Stage, deletion: &Value) -> Value {
    let number = deletion["deletion"].to_string();
    say(stage, &["delete", "approve", &number, "--as", "Mr Dale"]);
    say(stage, &["delete", "approve", &number, "--as", "Mrs Moss"])
}

fn deleted(stage: &Stage, page: &str) {
    let proposed = say(stage, &["delete", "propose", page, "--reason", "asked for", "--as", "Ms Hill"]);
    assert_eq!(approved(stage, &proposed)["state"], "done");
}

fn digest(file: &Path) -> String {
    let sum = Command::new("sha256sum").arg(file).output().unwrap().stdout;
    String::from_utf8(sum).unwrap()[..64].to_owned()
}

/// A data folder that came back from a backup, asked with the configuration that came back with it.
fn asked(data: &Path, typed: &[&str]) -> Value {
    let mut run = Command::new(crate::world::program());
    let run = run.arg("--config").arg(data.join("scantrail.toml")).arg("--json").args(typed).output().unwrap();
    let said = (String::from_utf8_lossy(&run.stderr), String::from_utf8_lossy(&run.stdout));
    assert!(run.status.success(), "{typed:?}: {said:?}");
    serde_json::from_slice(&run.stdout).unwrap()
}

fn restored(stage: &Stage, dest: &str, snapshot: &str, name: &str) -> PathBuf {
    let into = stage.folder.join(name);
    say(stage, &["restore", dest, "--at", snapshot, "--into", into.to_str().unwrap()]);
    into
}

fn sound(data: &Path) {
    assert_eq!(asked(data, &["verify"])["problems"], Value::Array(vec![]));
    judges::all_bags_and_pages(data);
}

/// A school of three pages, backed up twice to one disk and once to another; the second page is to go.
struct Kept {
    world: World,
    pages: Vec<String>,
    /// The disk that stays in, and the one that goes into a drawer.
    disks: [String; 2],
    /// The two snapshots of the first.
    snapshots: [String; 2],
    /// The deleted page's original.
    digest: String,
}

impl Kept {
    fn new() -> Self {
        let world = school(150);
        let stage = &world.stage;
        let pages = filed(stage, 0, &["hedgehog", WORD, "woodpecker"]);
        let disks = ["disk", "drawer"].map(|name| stage.folder.join(name).to_str().unwrap().to_owned());
        let first = say(stage, &["backup", &disks[0]])["snapshot"].as_str().unwrap().to_owned();
        filed(stage, 1, &["badger"]);
        let second = say(stage, &["backup", &disks[0]])["snapshot"].as_str().unwrap().to_owned();
        say(stage, &["backup", &disks[1]]);
        let original = judges::files(&stage.data(), &|name| name == format!("{}.jpg", pages[1])).remove(0);
        let digest = digest(&original);
        Self { world, pages, disks, snapshots: [first, second], digest }
    }

    /// Where anything of the page is found on a disk.
    fn traces(&self, disk: usize) -> Vec<PathBuf> {
        let folder = Path::new(&self.disks[disk]);
        let in_brackets = format!("[{}]", self.pages[1]);
        let original = format!("{}.jpg", self.pages[1]);
        let mut found: Vec<PathBuf> = [WORD, "SQUIRREL", &self.digest, &in_brackets, &original]
            .iter()
            .flat_map(|needle| holding(folder, needle))
            .collect();
        found.extend(everything(folder).into_iter().filter(|path| path.to_str().unwrap().contains(&self.digest)));
        found
    }
}

#[test]
fn a_deletion_is_carried_out_in_every_snapshot() {
    let kept = Kept::new();
    let stage = &kept.world.stage;
    let [disk, drawer] = &kept.disks;
    deleted(stage, &kept.pages[1]);
    assert!(!kept.traces(0).is_empty() && !kept.traces(1).is_empty(), "what is looked for can be found");
    let unheard = || say(stage, &["status"])["backup"]["unheard"].as_array().unwrap().len();
    assert_eq!(unheard(), 2);
    let listed = say(stage, &["backups", disk]);
    assert!(listed.as_array().unwrap().iter().all(|one| one["deleted_since"] == 1), "{listed}");
    let made = say(stage, &["backup", disk]);
    assert_eq!(made["purged"], serde_json::json!(kept.snapshots), "{made}");
    assert_eq!(made["warnings"].as_array().unwrap().len(), 1, "the same disk, and nothing else: {made}");
    assert_eq!(kept.traces(0), Vec::<PathBuf>::new());
    // Whoever asks is told which disk has heard and which has not.
    assert_eq!(unheard(), 1);
    let shown = say(stage, &["delete", "show", "1"]);
    let heard = |place: &str| {
        let folders = shown["backups"].as_array().unwrap();
        !folders.iter().find(|one| one["place"] == place).unwrap()["heard_at"].is_null()
    };
    assert!(heard(disk) && !heard(drawer), "{shown}");
    let listed = say(stage, &["backups", disk]);
    assert_eq!(listed.as_array().unwrap().len(), 3);
    assert!(listed.as_array().unwrap().iter().all(|one| one["deleted_since"] == 0 && one["trouble"].is_null()));
    for (at, snapshot) in kept.snapshots.iter().enumerate() {
        let tried = say(stage, &["restore", disk, "--at", snapshot, "--test"]);
        assert_eq!(tried["problems"], Value::Array(vec![]), "{tried}");
        let data = restored(stage, disk, snapshot, &format!("back {at}"));
        sound(&data);
        assert_eq!(asked(&data, &["search", WORD]), Value::Array(vec![]));
        assert_eq!(asked(&data, &["search", "hedgehog"]).as_array().unwrap().len(), 1);
        assert_eq!(asked(&data, &["search", "badger"]).as_array().unwrap().len(), at);
        assert_eq!(holding(&data, WORD), Vec::<PathBuf>::new());
    }
    // The one in the drawer hears when it is back, without a new snapshot.
    say(stage, &["backup", drawer, "--tombstones-only"]);
    assert_eq!(kept.traces(1), Vec::<PathBuf>::new());
    assert_eq!((unheard(), say(stage, &["backups", drawer]).as_array().unwrap().len()), (0, 1));
    // Nothing more to do is done at once, and an object too few would be missed.
    let again = say(stage, &["backup", disk, "--tombstones-only"]);
    assert_eq!(again["purged"], Value::Array(vec![]));
    // A disk that was destroyed is not waited for.
    deleted(stage, &kept.pages[0]);
    say(stage, &["backup", "--gone", drawer]);
    let unheard = say(stage, &["status"])["backup"]["unheard"].clone();
    assert_eq!((unheard.as_array().unwrap().len(), &unheard[0]["place"]), (1, &Value::from(disk.as_str())));
    assert!(refused(stage, &["backup", "--gone", drawer]).contains("nothing was ever backed up"));
    // What became of it stays to be read, where it matters.
    let of_drawer = |deletion: &str| {
        let shown = say(stage, &["delete", "show", deletion]);
        shown["backups"].as_array().unwrap().iter().find(|one| one["place"] == drawer.as_str()).cloned()
    };
    let (before, after) = (of_drawer("1").unwrap(), of_drawer("2").unwrap());
    assert!(before["heard_at"].is_string() && after["heard_at"].is_null() && after["gone_at"].is_string(), "{after}");
    deleted(stage, &kept.pages[2]);
    assert_eq!(of_drawer("3"), None, "it was gone before that");
}

#[test]
fn a_purge_that_is_cut_off_leaves_every_snapshot_old_or_new() {
    let kept = Kept::new();
    let stage = &kept.world.stage;
    let disk = &kept.disks[0];
    deleted(stage, &kept.pages[1]);
    let plain = stage.scantrail.command(["backup", disk.as_str(), "--tombstones-only"]);
    let (mut cuts, mut between) = (0, 0);
    // Killed at each of its renames and removals, one after the other, going on from what the last one left.
    for number in 1.. {
        let mut run = Command::new("strace");
        run.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=renameat,unlink,unlinkat"]);
        run.arg("-e").arg(format!("inject=renameat,unlink,unlinkat:signal=KILL:when={number}"));
        run.arg(plain.get_program()).args(plain.get_args()).stdin(std::process::Stdio::null());
        let run = run.output().expect("strace is installed by `cargo xtask test`");
        let listed = say(stage, &["backups", disk]);
        let listed = listed.as_array().unwrap();
        assert_eq!(listed.len(), 2, "no snapshot is lost");
        assert!(listed.iter().all(|one| one["trouble"].is_null()), "cut {number}: {listed:?}");
        let new = listed.iter().filter(|one| one["deleted_since"] == 0).count();
        between += usize::from(new == 1);
        if number % 7 == 0 {
            let looked = say(stage, &["restore", disk, "--dry-run", "--at", &kept.snapshots[0]]);
            assert_eq!(looked["damaged"], Value::Array(vec![]), "cut {number}: {looked}");
        }
        if run.status.success() {
            break;
        }
        cuts += 1;
    }
    assert!(cuts > 10 && between > 0, "{cuts} cuts, {between} of them between the two snapshots");
    say(stage, &["backup", disk, "--tombstones-only"]);
    assert_eq!(kept.traces(0), Vec::<PathBuf>::new());
    assert_eq!(holding(&stage.data(), WORD), Vec::<PathBuf>::new(), "no copy of an older catalogue is left here");
    let data = restored(stage, disk, &kept.snapshots[0], "back");
    sound(&data);
}

#[test]
fn a_snapshot_that_cannot_be_read_is_told_and_the_others_are_done() {
    let kept = Kept::new();
    let stage = &kept.world.stage;
    let disk = &kept.disks[0];
    deleted(stage, &kept.pages[1]);
    judges::flip_a_bit(&Path::new(disk).join(format!("snapshots/{}.json", kept.snapshots[0])));
    let made = say(stage, &["backup", disk, "--tombstones-only"]);
    assert_eq!(made["purged"], serde_json::json!([kept.snapshots[1]]), "{made}");
    assert!(made["warnings"].to_string().contains(&kept.snapshots[0]), "{made}");
    assert_eq!(say(stage, &["status"])["backup"]["unheard"].as_array().unwrap().len(), 2, "it does not count as heard");
    std::fs::remove_file(Path::new(disk).join(format!("snapshots/{}.json", kept.snapshots[0]))).unwrap();
    say(stage, &["backup", disk, "--tombstones-only"]);
    assert_eq!(kept.traces(0), Vec::<PathBuf>::new());
    assert_eq!(say(stage, &["status"])["backup"]["unheard"].as_array().unwrap().len(), 1);
}

/// Somebody whose name, numbers and date of birth occur nowhere else.
const SURNAME: &str = "Quizzleworth";
const FORENAME: &str = "Zaphira";
const FORMER: &str = "Thistlewood";
const ADMISSION: &str = "778866";
const BORN: &str = "2017-03-09";

fn somebody(stage: &Stage) -> String {
    let typed = ["pupils", "add", "--surname", FORMER, "--forename", FORENAME, "--class", "4B"];
    let more = ["--admission-number", ADMISSION, "--born", BORN];
    let added = say(stage, &[&typed[..], &more].concat());
    let pupil = added["id"].as_str().unwrap_or_else(|| panic!("{added}")).to_owned();
    say(stage, &["pupils", "new-identity", &pupil, "--surname", SURNAME, "--forename", FORENAME]);
    pupil
}

/// Where anything of that pupil is found.
fn tells(folder: &Path) -> Vec<PathBuf> {
    let needles = [SURNAME, FORENAME, FORMER, ADMISSION, BORN];
    let mut found: Vec<PathBuf> = needles.iter().flat_map(|needle| holding(folder, needle)).collect();
    let names = [SURNAME, FORENAME, FORMER];
    found.extend(everything(folder).into_iter().filter(|path| {
        let path = path.strip_prefix(folder).unwrap().to_str().unwrap();
        names.iter().any(|name| path.contains(name))
    }));
    found
}

#[test]
fn of_an_erased_pupil_no_name_is_left_anywhere() {
    let world = school(150);
    let stage = &world.stage;
    let disk = stage.folder.join("disk").to_str().unwrap().to_owned();
    let pupil = somebody(stage);
    filed(stage, 0, &["hedgehog"]);
    let pages = crate::keeping::filed_for(stage, &pupil, &["badger", "otter"]);
    // A page that was the neighbour's: the folder tells of it, and goes all the same in the end.
    let neighbour = stage.class_4b[0]["id"].as_str().unwrap();
    say(stage, &["move", &pages[1], "--to", neighbour, "--reason", "a page too many behind the cover"]);
    let told_of_it = || judges::files(&stage.data().join("Pupils"), &|name| name == "Moved away.txt").len();
    assert_eq!(told_of_it(), 1);
    say(stage, &["export", &pupil, "--out", stage.folder.join("out").to_str().unwrap(), "--to", SURNAME]);
    let cover = stage.folder.join(format!("stack of {pupil}/0.jpg"));
    let before = say(stage, &["backup", &disk])["snapshot"].as_str().unwrap().to_owned();
    let propose = ["pupils", "erase", &pupil, "--reason", "left long ago", "--as", "Ms Hill"];
    assert!(refused(stage, &propose).contains("has not left"));
    say(stage, &["pupils", "leave", &pupil]);
    assert!(refused(stage, &propose).contains("in the trail"));
    let proposed = say(stage, &["delete", "propose", "--pupil", &pupil, "--reason", "left", "--as", "Ms Hill"]);
    assert!(
        proposed["pages"].as_array().unwrap().len() == pages.len(),
        "the cover too, and not what is the neighbour's"
    );
    approved(stage, &proposed);
    assert_eq!((told_of_it(), say(stage, &["verify"])["problems"].as_array().unwrap().len()), (1, 0));
    judges::all_bags_and_pages(&stage.data());
    say(stage, &["legal-hold", "put", &pupil, "--reason", &format!("{SURNAME} complains"), "--as", "Mr Dale"]);
    let said = refused(stage, &propose);
    assert!(said.contains("legal hold 1") && said.contains("Mr Dale") && said.contains("complains"), "{said}");
    say(stage, &["legal-hold", "lift", "1", "--reason", &format!("settled with {SURNAME}"), "--as", "Mr Dale"]);
    let proposed = say(stage, &propose);
    assert_eq!(proposed["records"], serde_json::json!([pupil]), "{proposed}");
    assert!(!tells(&stage.data()).is_empty(), "nothing goes by a proposal");
    assert_eq!(approved(stage, &proposed)["state"], "done");
    assert_eq!(told_of_it(), 0);
    assert_eq!(tells(&stage.data()), Vec::<PathBuf>::new());
    let verified = say(stage, &["verify"]);
    assert_eq!(verified["problems"], Value::Array(vec![]), "the log holds, and tells of ids only: {verified}");
    // What still names the id is answered in words.
    assert!(refused(stage, &["trail", &pupil]).contains("record was erased"));
    assert!(!say(stage, &["pupils", "list"]).to_string().contains(&pupil));
    let certificate = stage.folder.join("certificate.pdf");
    say(stage, &["delete", "certificate", "2", "--out", certificate.to_str().unwrap()]);
    let told = std::fs::read_to_string(certificate.with_extension("json")).unwrap();
    assert!(told.contains(&pupil) && !told.contains(SURNAME), "{told}");
    // A sheet that comes back names nobody.
    let found = stage.folder.join("found");
    std::fs::create_dir(&found).unwrap();
    std::fs::copy(&cover, found.join("0.jpg")).unwrap();
    std::fs::copy(stage.folder.join("stack of 0/1.jpg"), found.join("1.jpg")).unwrap();
    say(stage, &["ingest", found.to_str().unwrap()]);
    let held = say(stage, &["review", "list"]);
    assert_eq!(held[0]["reason"], "pupil-erased", "{held}");
    // The cover itself shows the name in print and must not stay: whoever finds one discards and deletes it.
    let held = held.as_array().unwrap().iter().map(|hold| hold["page"]["id"].as_str().unwrap().to_owned());
    let held: Vec<String> = held.collect();
    let batch = say(stage, &["batches"])[0]["id"].as_str().unwrap().to_owned();
    assert!(!held.is_empty() && !batch.is_empty());
    // Neither a rebuilt catalogue nor a backup brings the name back.
    say(stage, &["backup", &disk]);
    assert_eq!(tells(Path::new(&disk)), Vec::<PathBuf>::new());
    let data = restored(stage, &disk, &before, "back");
    sound(&data);
    assert_eq!(tells(&data), Vec::<PathBuf>::new());
    assert!(!asked(&data, &["pupils", "list"]).to_string().contains(&pupil));
}

#[test]
fn an_erased_record_stays_erased_after_a_rebuild_and_a_restore_of_a_disk_that_had_not_heard() {
    let world = school(150);
    let stage = &world.stage;
    let disk = stage.folder.join("disk").to_str().unwrap().to_owned();
    let pupil = somebody(stage);
    filed(stage, 0, &["hedgehog"]);
    say(stage, &["pupils", "leave", &pupil, "--date", "2020-07-20"]);
    let before = say(stage, &["backup", &disk])["snapshot"].as_str().unwrap().to_owned();
    let old = stage.folder.join("old register");
    let register = stage.data().join(".trail/register");
    assert!(Command::new("cp").arg("-a").args([&register, &old]).status().unwrap().success());
    // A rule proposes it.
    let config = stage.folder.join("scantrail.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let rule = "\n[[retention]]\nname = \"names\"\nrecords = \"pupil\"\nsince = \"leaving\"\nmonths = 12\n";
    std::fs::write(&config, text + rule).unwrap();
    let due = |on: &str| say(stage, &["retention", "due", "--on", on])["rules"][0]["records"].clone();
    assert_eq!((due("2021-07-20"), due("2021-07-21")), (serde_json::json!([]), serde_json::json!([pupil])));
    let proposed = say(stage, &["retention", "propose", "names", "--as", "Ms Hill"]);
    assert_eq!(proposed["records"], serde_json::json!([pupil]));
    approved(stage, &proposed);
    assert_eq!(due("2021-07-21"), serde_json::json!([]));
    assert_eq!(tells(&stage.data()), Vec::<PathBuf>::new());
    // The catalogue is gone, and the register is from before: the list of deletions is newer than both.
    for end in ["", "-wal", "-shm"] {
        let path = stage.data().join(format!(".trail/catalogue.db{end}"));
        if path.exists() {
            std::fs::remove_file(path).unwrap();
        }
    }
    std::fs::remove_dir_all(&register).unwrap();
    std::fs::rename(&old, &register).unwrap();
    say(stage, &["rebuild"]);
    assert!(refused(stage, &["trail", &pupil]).contains("record was erased"));
    assert_eq!(say(stage, &["verify"])["problems"], Value::Array(vec![]));
    assert_eq!(tells(&stage.data()), Vec::<PathBuf>::new());
    // The list was not shortened by a catalogue that knew less.
    let stones = std::fs::read_to_string(stage.data().join(".trail/tombstones.jsonl")).unwrap();
    assert_eq!(stones.lines().count(), 1, "{stones}");
    // A disk that has heard of it by its list only, as after a power cut in the middle of a purge.
    std::fs::copy(stage.data().join(".trail/tombstones.jsonl"), Path::new(&disk).join("tombstones.jsonl")).unwrap();
    let data = restored(stage, &disk, &before, "back");
    sound(&data);
    assert_eq!(tells(&data), Vec::<PathBuf>::new());
}

#[test]
fn a_deletion_beside_somebody_who_reads_is_done_and_says_what_comes_later() {
    let world = school(150);
    let stage = &world.stage;
    let pages = filed(stage, 0, &["hedgehog", WORD]);
    let proposed = say(stage, &["delete", "propose", &pages[1], "--reason", "x", "--as", "Ms Hill"]);
    say(stage, &["delete", "approve", "1", "--as", "Mr Dale"]);
    let reader = rusqlite::Connection::open(stage.data().join(".trail/catalogue.db")).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let count: i64 = reader.query_row("SELECT count(*) FROM page", [], |row| row.get(0)).unwrap();
    assert!(count > 1 && proposed["state"] == "proposed");
    let done = say(stage, &["delete", "approve", "1", "--as", "Mrs Moss"]);
    assert_eq!((&done["state"], &done["scrub_due"]), (&"done".into(), &true.into()), "{done}");
    reader.execute_batch("COMMIT").unwrap();
    drop(reader);
    // Whatever runs next does it.
    say(stage, &["status"]);
    assert_eq!(say(stage, &["delete", "show", "1"])["scrub_due"], false);
    assert_eq!(holding(&stage.data(), WORD), Vec::<PathBuf>::new());
}

#[test]
fn a_deletion_that_a_later_start_ends_leaves_nothing_in_free_pages() {
    let world = school(150);
    let stage = &world.stage;
    let pages = filed(stage, 0, &["hedgehog", WORD]);
    say(stage, &["delete", "propose", &pages[1], "--reason", "x", "--as", "Ms Hill"]);
    say(stage, &["delete", "approve", "1", "--as", "Mr Dale"]);
    let last = stage.scantrail.command(["delete", "approve", "1", "--as", "Mrs Moss"]);
    // Killed at one removal after the other, until it is after the decision and before the end.
    let state = || {
        let catalogue = rusqlite::Connection::open(stage.data().join(".trail/catalogue.db")).unwrap();
        catalogue.query_row("SELECT state FROM deletion", [], |row| row.get::<_, String>(0)).unwrap()
    };
    for number in 1.. {
        let inject = format!("inject=unlink,unlinkat:signal=KILL:when={number}");
        Command::new("strace")
            .args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=unlink,unlinkat", "-e", &inject])
            .arg(last.get_program())
            .args(last.get_args())
            .output()
            .expect("strace is installed by `cargo xtask test`");
        match state().as_str() {
            "proposed" => {}
            "approved" => break,
            other => panic!("it is {other}: nothing came between"),
        }
    }
    // The next start ends it: asked until it says so, each time by a command that does nothing for it.
    let mut state = Value::Null;
    for _ in 0..50 {
        let shown = say(stage, &["delete", "show", "1"]);
        state = serde_json::json!([shown["state"], shown["scrub_due"]]);
        if state == serde_json::json!(["done", false]) {
            break;
        }
        say(stage, &["verify"]);
    }
    assert_eq!(state, serde_json::json!(["done", false]));
    assert_eq!(holding(&stage.data(), WORD), Vec::<PathBuf>::new());
}
