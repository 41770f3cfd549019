//! The plug is pulled: SIGKILL at ten random moments of the same day. After each, everything goes on where it was; at
//! the end the day is the same as one without a crash: nothing lost, nothing twice.

use crate::judges;
use crate::world::{World, school};
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::{Daemon, Day};
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::process::{Child, Stdio};
use std::time::Duration;

/// Small enough to be scanned often, large enough that a crash hits every stage.
const PUPILS: usize = 14;
/// Crashes while the stack is scanned, read and filed.
const WHILE_SCANNING: u64 = 7;
/// Crashes while photos drop.
const WHILE_DROPPING: u64 = 3;

/// Numbers that differ from crash to crash and are the same in every run (`SplitMix64`).
fn chance(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[test]
fn ten_crashes_change_nothing() {
    let world = school(150);
    let mut day = Day::new(&world.stage, PUPILS, 4, &|_| {}).expect("the paper is laid out");
    world.stage.scanner.load(day.paper()).expect("the stack is in the feeder");
    scan_through_crashes(&world, &mut day);
    drop_through_crashes(&world, &day);
    day.judge().expect("everything is where it belongs");
    judges::all_bags_and_pages(&world.stage.data());
    let spool = world.stage.data().join(".trail").join("spool");
    let left = judges::files(&spool, &|_| true);
    assert!(left.is_empty(), "nothing is left in the spool: {left:?}");
}

#[test]
fn files_go_on_where_they_were() {
    let world = school(150);
    let folder = world.stage.folder.join("files");
    std::fs::create_dir(&folder).unwrap();
    for number in 0..8 {
        let spec = PageSpec::new(PageKind::Worksheet, Seed(number), Dpi::new(150).unwrap());
        let jpeg = jpeg::encode(&paint(&spec).raster, 90).unwrap();
        std::fs::write(folder.join(format!("page-{number}.jpg")), jpeg).unwrap();
    }
    let scantrail = &world.stage.scantrail;
    let arguments = ["ingest", folder.to_str().unwrap()];
    let mut run = scantrail.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    pull_the_plug(&mut run, Duration::from_millis(250));
    let batch = newest(&scantrail.json(&["batches"]).unwrap(), "files");
    let answer = match (batch["id"].as_str(), batch["state"].as_str()) {
        (Some(id), Some("interrupted")) => {
            scantrail.json(&["ingest", "--continue", id, folder.to_str().unwrap()]).expect("it goes on")
        }
        // All of it was in before the plug was pulled, or nothing was.
        (Some(id), Some("ended" | "understood")) if batch["counts"]["captured"] == 8 => {
            wait_until_filed(&world, id);
            serde_json::json!([scantrail.json(&["batch", "show", id]).unwrap()])
        }
        _ => scantrail.json(&arguments).expect("it begins"),
    };
    assert_eq!(answer[0]["counts"]["captured"], 8, "every file once: {}", answer[0]["counts"]);
    assert_eq!(answer[0]["counts"]["held"], 8, "none is lost");
    let verified = scantrail.json(&["verify"]).unwrap();
    assert_eq!(verified["problems"].as_array().unwrap().len(), 0, "{verified}");
}

/// Scans the stack; each crash is followed by the operator's hand: the sheets that are not in go back into the feeder.
fn scan_through_crashes(world: &World, day: &mut Day<'_>) {
    let scantrail = &world.stage.scantrail;
    let arguments = day.scan_arguments().expect("the scanner is there");
    let mut run = scantrail.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    for crash in 0..WHILE_SCANNING {
        pull_the_plug(&mut run, Duration::from_millis(300 + chance(crash) % 3_500));
        // Whatever command comes next finishes what the crash left.
        let batch = newest(&scantrail.json(&["batches"]).expect("the batches"), "feeder");
        run = match batch["state"].as_str() {
            // Every sheet went through: there is nothing to put back.
            Some("interrupted") if all_in(&batch, day) => scantrail.command(["batch", "end", &id_of(&batch)]),
            Some("interrupted") => {
                put_back(world, &batch, day.stack.len());
                let id = id_of(&batch);
                let mut again = arguments.clone();
                again.extend(["--continue".to_owned(), id]);
                scantrail.command(&again)
            }
            Some("ended" | "understood") => scantrail.command(["verify"]),
            // The crash came before the batch was opened.
            _ => {
                wait_until_at_rest(world);
                world.stage.scanner.put_back(usize::MAX);
                scantrail.command(&arguments)
            }
        }
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts again");
    }
    let last = run.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&last.stderr);
    assert!(last.status.success(), "the last run ends well: {said}\n{}", world.stage.scanner.story());
    let batch = newest(&scantrail.json(&["batches"]).expect("the batches"), "feeder");
    finish(world, day, &arguments, batch);
}

/// The last crash may have left the batch interrupted although `verify` ended well: the operator continues it.
fn finish(world: &World, day: &mut Day<'_>, arguments: &[String], mut batch: Value) {
    let id = id_of(&batch);
    if batch["state"] == "interrupted" && all_in(&batch, day) {
        world.stage.scantrail.good(&["batch", "end", &id]).expect("the batch is ended");
    } else if batch["state"] == "interrupted" {
        put_back(world, &batch, day.stack.len());
        let mut again = arguments.to_vec();
        again.extend(["--continue".to_owned(), id.clone()]);
        world.stage.scantrail.good(&again).expect("the batch is continued");
    }
    wait_until_filed(world, &id);
    confirm_the_last(world, &id);
    batch = world.stage.scantrail.json(&["batch", "show", &id]).expect("the batch");
    assert_eq!(
        batch["counts"]["captured"].as_u64(),
        Some(day.stack.len() as u64 * 2),
        "every side once: {}\n{batch}",
        world.stage.scanner.story()
    );
    day.class_4b = Some(id);
}

/// A batch that was ended by hand holds its last run: the operator, who saw the feeder run empty, says that it is whole.
fn confirm_the_last(world: &World, id: &str) {
    let batch = world.stage.scantrail.json(&["batch", "show", id]).expect("the batch");
    let runs = batch["runs"].as_array().into_iter().flatten();
    for run in runs.filter(|run| run["reason"] == "cut-short") {
        let number = run["number"].to_string();
        world.stage.scantrail.good(&["batch", "confirm", id, "--run", &number]).expect("the run is confirmed");
    }
}

fn id_of(batch: &Value) -> String {
    batch["id"].as_str().expect("an id").to_owned()
}

/// Whether both sides of every sheet are in.
fn all_in(batch: &Value, day: &Day<'_>) -> bool {
    batch["counts"]["captured"].as_u64() == Some(day.stack.len() as u64 * 2)
}

/// A command that opens the data folder works on until it ends; `verify` waits for rest.
fn wait_until_filed(world: &World, id: &str) {
    for _ in 0..600 {
        let batch = world.stage.scantrail.json(&["batch", "show", id]).expect("the batch");
        let n = |field: &str| batch["counts"][field].as_u64().unwrap_or(0);
        if batch["state"] == "understood" && n("waiting") + n("filing") == 0 {
            return;
        }
        world.stage.scantrail.run(["verify", "--quick"]).expect("verify runs");
    }
    panic!("the batch never came to rest");
}

/// A worker that lost its parent lets go of the scanner by itself; before that a hand is not put into the feeder.
fn wait_until_at_rest(world: &World) {
    for _ in 0..600 {
        if world.stage.scanner.at_rest() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the scanner goes on by itself\n{}", world.stage.scanner.story());
}

fn put_back(world: &World, batch: &Value, sheets: usize) {
    wait_until_at_rest(world);
    let captured = batch["counts"]["captured"].as_u64().expect("a count") as usize;
    let in_feeder = world.stage.scanner.remaining();
    let wanted = sheets - captured / 2;
    world.stage.scanner.put_back(wanted.saturating_sub(in_feeder));
    assert_eq!(world.stage.scanner.remaining(), wanted, "the sheets after those that are in");
}

fn newest(batches: &Value, source: &str) -> Value {
    let found = batches.as_array().into_iter().flatten().find(|batch| batch["source_kind"] == source);
    found.cloned().unwrap_or(Value::Null)
}

fn pull_the_plug(run: &mut Child, after: Duration) {
    std::thread::sleep(after);
    run.kill().expect("a child can be killed");
    run.wait().expect("a killed child can be waited for");
}

/// Drops photos while the daemon is killed and started again.
fn drop_through_crashes(world: &World, day: &Day<'_>) {
    let mut daemon = Daemon::start(&world.stage.scantrail).expect("the daemon starts");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            day.drop_from(0).expect("the photos are saved");
            day.drop_broken().expect("the broken photo is saved");
        });
        for crash in 0..WHILE_DROPPING {
            std::thread::sleep(Duration::from_millis(500 + chance(100 + crash) % 2_500));
            daemon.kill();
            daemon = Daemon::start(&world.stage.scantrail).expect("the daemon starts again");
        }
    });
    day.wait_for_photos().expect("the photos are taken in");
    daemon.stop().expect("the daemon stops well");
}
