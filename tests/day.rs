//! The whole day of the demonstration, compared with the truth: the acceptance test.

use crate::judges;
use crate::world::school;
use scantrail_testkit::demo::Day;

#[test]
fn a_school_day_ends_with_every_page_where_it_belongs() {
    let world = school(150);
    let mut day = Day::new(&world.stage, 30, 12, &|_| {}).expect("the paper is laid out");
    day.scan_class_4b().expect("class 4B is scanned");
    day.scan_class_2a().expect("class 2A is scanned");
    let mut daemon = day.drop_photos().expect("the photos are taken in");
    day.judge().expect("everything is where it belongs");
    daemon.stop().expect("the daemon stops well");
    judges::all_bags_and_pages(&world.stage.data());
    let complete = complete_pupils(&world.stage);
    assert_eq!(complete, 28, "all but the two around the cover that cannot be read");
}

/// Pupils of class 4B none of whose pages wait for a person.
fn complete_pupils(stage: &scantrail_testkit::demo::Stage) -> usize {
    let with_maths = |pupil: &serde_json::Value| {
        let trail = stage.scantrail.json(&["trail", pupil["id"].as_str().unwrap()]).expect("a trail");
        trail["pieces"].as_array().unwrap().iter().any(|piece| piece["subject"] == "Maths")
    };
    stage.class_4b.iter().filter(|pupil| with_maths(pupil)).count()
}
