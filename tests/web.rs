//! The first page in a real browser, on a real daemon.

use crate::world::school;
use scantrail_testkit::demo::{Daemon, Day};
use std::process::Command;

/// Flags that keep the browser from asking the network for anything.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

fn seen_in_chromium(url: &str) -> String {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new("chromium")
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(["--virtual-time-budget=4000", "--dump-dom", url])
        .output()
        .expect("chromium runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_page_shows_batches_trails_and_the_queue() {
    let world = school(150);
    let day = Day::new(&world.stage, 13, 0, &|_| {}).expect("the paper is laid out");
    world.stage.scanner.load(day.paper()).unwrap();
    let answer = world.stage.scantrail.json(&day.scan_arguments().unwrap()).unwrap();
    let batch = answer[0]["id"].as_str().unwrap();
    let mut daemon = Daemon::start(&world.stage.scantrail).expect("the daemon starts");
    let status = world.stage.scantrail.json(&["status"]).unwrap();
    assert_eq!(status["web"].as_str(), Some(daemon.url()), "a command asks the running daemon");
    let url = |path: &str| format!("{}{path}", daemon.url());
    let now = seen_in_chromium(&url(""));
    assert!(now.contains("Hillside Primary School"), "{now}");
    let shown = seen_in_chromium(&url(&format!("batch/{batch}")));
    assert!(shown.contains("could not be read"), "the strip says why runs are held: {shown}");
    assert!(shown.contains("/preview/"), "the strip shows pictures");
    let pupil = &world.stage.class_4b[0];
    let trail = seen_in_chromium(&url(&format!("trail/{}", pupil["id"].as_str().unwrap())));
    assert!(trail.contains("Fractions") && trail.contains("/preview/"), "{trail}");
    let queue = seen_in_chromium(&url("review"));
    assert!(queue.contains("/review/"), "{queue}");
    daemon.stop().expect("the daemon stops well");
}
