//! Reading stands still: every reader is stopped (SIGSTOP). What came in is safe, looked at and shown all the same;
//! what is read is filed once reading goes on.

use crate::judges;
use crate::world::{World, school};
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::{Daemon, site};
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, keyword, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Pages of work behind the cover.
const PAGES: u32 = 3;

fn worksheet(number: u32, path: &Path) {
    let mut spec = PageSpec::new(PageKind::Worksheet, Seed(u64::from(number)), Dpi::new(150).unwrap());
    spec.keyword = Some(keyword(number));
    std::fs::write(path, jpeg::encode(&paint(&spec).raster, 90).unwrap()).unwrap();
}

/// A cover of the first pupil of class 4B, and work behind it.
fn stack(world: &World) -> PathBuf {
    let stage = &world.stage;
    let (folder, pdf) = (stage.folder.join("stack"), stage.folder.join("cover.pdf"));
    std::fs::create_dir(&folder).unwrap();
    let pupil = stage.class_4b[0]["id"].as_str().unwrap();
    stage.scantrail.good(&["sheets", "cover", "--pupil", pupil, "--out", pdf.to_str().unwrap()]).unwrap();
    let cover = printed(&std::fs::read(&pdf).unwrap(), 0, Dpi::new(150).unwrap()).unwrap();
    std::fs::write(folder.join("0.jpg"), jpeg::encode(&cover, 90).unwrap()).unwrap();
    (1..=PAGES).for_each(|number| worksheet(number, &folder.join(format!("{number}.jpg"))));
    folder
}

/// The readers that a daemon has started: `proc(5)`, `stat`, name and parent.
fn readers(daemon: &Daemon) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap() {
        // A process may end while it is looked at.
        let Ok(stat) = std::fs::read_to_string(entry.unwrap().path().join("stat")) else { continue };
        let (head, rest) = stat.rsplit_once(") ").unwrap();
        let (pid, name) = head.split_once(" (").unwrap();
        let parent = rest.split(' ').nth(1).unwrap();
        if name.starts_with("scantrail-read-") && parent == daemon.pid().to_string() {
            found.push(pid.to_owned());
        }
    }
    found
}

fn signal(readers: &[String], signal: &str) {
    assert!(Command::new("kill").arg(signal).args(readers).status().unwrap().success());
}

/// Asks until it is as wanted.
fn until<T>(what: &str, ask: impl Fn() -> Option<T>) -> T {
    for _ in 0..1_200 {
        if let Some(there) = ask() {
            return there;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it never came to this: {what}");
}

/// What the site tells of a batch at work.
fn article(daemon: &Daemon, batch: &str) -> String {
    let shown = String::from_utf8(site::get(daemon.url(), "/now/part").unwrap()).unwrap();
    let mut articles = shown.split("<article").skip(1).filter_map(|rest| rest.split("</article>").next());
    articles.find(|article| article.contains(batch)).expect("the batch is at work").to_owned()
}

/// The previews in it, each once.
fn previews(daemon: &Daemon, batch: &str) -> Vec<String> {
    let open = article(daemon, batch);
    let paths = open.split("\"/preview/").skip(1).map(|rest| format!("/preview/{}", rest.split('"').next().unwrap()));
    let mut paths: Vec<String> = paths.filter(|path| path.ends_with("/small")).collect();
    paths.sort();
    paths.dedup();
    paths
}

/// Starts to take in, and does not wait.
fn ingest(world: &World, path: &Path) -> Child {
    let typed = ["--json", "ingest", path.to_str().unwrap(), "--subject", "Maths"];
    world.stage.scantrail.command(typed).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn pages_are_seen_and_covers_known_while_nobody_reads() {
    let world = school(150);
    let scantrail = &world.stage.scantrail;
    let config = world.stage.folder.join("scantrail.toml");
    // One reader, which the first page starts: no other can come up later and read on.
    let told = std::fs::read_to_string(&config).unwrap() + "\n[reading]\nthreads = 1\n";
    std::fs::write(&config, told).unwrap();
    let mut daemon = Daemon::start(scantrail).expect("the daemon starts");
    let first = world.stage.folder.join("first.jpg");
    worksheet(9, &first);
    scantrail.good(&["ingest", first.to_str().unwrap()]).unwrap();
    let stopped = readers(&daemon);
    assert!(!stopped.is_empty(), "a page was read");
    signal(&stopped, "-STOP");
    // The one page that keeps the reader: whatever comes after it waits.
    let second = world.stage.folder.join("second.jpg");
    worksheet(8, &second);
    let keeping = ingest(&world, &second);
    let status = || scantrail.json(&["status"]).unwrap()["queue"].take();
    until("a page waits to be read", || (status()["read"] == 1).then_some(()));
    let stack = ingest(&world, &stack(&world));

    let (queue, batch) = until("all pages are looked at", || {
        let newest = scantrail.json(&["batches"]).unwrap()[0].take();
        let queue = status();
        let all_in = newest["state"] != "receiving" && newest["counts"]["captured"] == PAGES + 1;
        (all_in && queue["look"] == 0).then_some((queue, newest["id"].as_str().unwrap().to_owned()))
    });
    assert_eq!(queue["read"], 1 + PAGES, "the cover is known by its code: it does not wait to be read: {queue}");
    let shown = previews(&daemon, &batch);
    assert_eq!(shown.len() as u32, PAGES + 1, "the cover and every page have their picture: {shown:?}");
    for path in &shown {
        let picture = jpeg::decode(&site::get(daemon.url(), path).unwrap()).expect("a preview is a JPEG");
        assert!(picture.width().max(picture.height()) >= 400, "large enough to know a page by");
    }
    let told = article(&daemon, &batch);
    assert!(told.contains("<strong>1</strong> read"), "the cover, which has nothing to read, and no page: {told}");
    let shown = scantrail.json(&["batch", "show", &batch]).unwrap();
    assert_eq!(shown["counts"]["filed"], 0, "nothing is filed before it is read: {shown}");
    // Whose it is, as far as it was looked at, for whoever stands at the machine.
    assert_eq!(shown["so_far"], true, "{shown}");
    let run = &shown["runs"][0];
    assert_eq!(run["pupil"]["id"], world.stage.class_4b[0]["id"], "{shown}");
    assert_eq!(run["pages"].as_array().unwrap().len() as u32, 1 + PAGES, "{shown}");
    let page = String::from_utf8(site::get(daemon.url(), &format!("/batch/{batch}")).unwrap()).unwrap();
    assert!(page.contains(world.stage.class_4b[0]["id"].as_str().unwrap()) && page.contains("being read"), "{page}");
    assert_eq!(found(&world), 0, "nobody has read a page");
    assert_eq!(readers(&daemon), stopped, "the readers are those that stand still");

    signal(&stopped, "-CONT");
    assert!(keeping.wait_with_output().unwrap().status.success());
    let answer = stack.wait_with_output().unwrap();
    assert!(answer.status.success());
    let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let counts = &answer[0]["counts"];
    assert_eq!((&counts["filed"], &counts["covers"]), (&PAGES.into(), &1.into()), "{answer}");
    assert_eq!(answer[0]["runs"][0]["owners"][0]["id"], world.stage.class_4b[0]["id"], "{answer}");
    assert_eq!(found(&world), PAGES, "every page is read");
    let verified = scantrail.json(&["verify"]).unwrap();
    assert_eq!(verified["problems"].as_array().unwrap().len(), 0, "{verified}");
    daemon.stop().expect("the daemon stops well");
    judges::all_bags_and_pages(&world.stage.data());
}

/// How many of the pages behind the cover are found by the word that only they have.
fn found(world: &World) -> u32 {
    let hits = |number| world.stage.scantrail.json(&["search", &keyword(number)]).unwrap();
    (1..=PAGES).map(|number| hits(number).as_array().unwrap().len() as u32).sum()
}
