//! No name, no text of a page and no payload of a code in any log line.

use crate::world::school;
use scantrail_testkit::demo::Day;

#[test]
fn the_log_of_a_whole_batch_names_nobody() {
    let world = school(150);
    let day = Day::new(&world.stage, 3, 0, &|_| {}).expect("the paper is laid out");
    world.stage.scanner.load(day.paper()).unwrap();
    let mut arguments = day.scan_arguments().unwrap();
    arguments.extend(["-v".to_owned(), "-v".to_owned()]);
    let output = world.stage.scantrail.run(&arguments).unwrap();
    assert!(output.status.success());
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(log.contains("page processed"), "there is a log to search: {log}");
    assert!(!log.contains('\u{1b}'), "no colours where nobody sees them: {log}");
    for pupil in &world.stage.class_4b {
        for part in pupil["name"].as_str().unwrap().split([',', ' ', '-']).filter(|part| part.chars().count() > 3) {
            assert!(!log.contains(part), "the name {part} is in the log");
        }
    }
    for truth in day.truth() {
        if let Some(keyword) = &truth.keyword {
            assert!(!log.contains(keyword), "the word {keyword} of a page is in the log");
        }
    }
    assert!(!log.lines().any(|line| line.contains(" S1")), "a payload is in the log");
}
