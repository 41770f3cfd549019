//! Scanners that misbehave: told in words, nothing lost, the batch goes on.

use crate::world::school;
use scantrail_testkit::demo::Day;
use scantrail_testkit::escl::PageFault;

#[test]
fn a_jam_interrupts_the_batch_and_the_rest_goes_on_after_it() {
    let world = school(150);
    let day = Day::new(&world.stage, 3, 0, &|_| {}).expect("the paper is laid out");
    let sheets = day.stack.len();
    world.stage.scanner.load(day.paper()).unwrap();
    world.stage.scanner.strike(5, PageFault::Jam);
    let arguments = day.scan_arguments().unwrap();
    let output = world.stage.scantrail.run(&arguments).unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(6), "{told}");
    assert!(told.contains("--continue"), "the hint says how to go on: {told}");
    let batches = world.stage.scantrail.json(&["batches"]).unwrap();
    assert_eq!(batches[0]["state"], "interrupted");
    let captured = batches[0]["counts"]["captured"].as_u64().unwrap() as usize;
    assert_eq!(captured, 4, "what came before the jam is safe");
    world.stage.scanner.repair();
    let wanted = sheets - captured / 2;
    world.stage.scanner.put_back(wanted.saturating_sub(world.stage.scanner.remaining()));
    let mut again = arguments.clone();
    again.extend(["--continue".to_owned(), batches[0]["id"].as_str().unwrap().to_owned()]);
    let answer = world.stage.scantrail.json(&again).unwrap();
    assert_eq!(answer[0]["counts"]["captured"].as_u64(), Some(sheets as u64 * 2));
    let truth = day.truth();
    let found = world.stage.compare_4b(answer[0]["id"].as_str().unwrap(), &truth, &[]).unwrap();
    found.verdict().expect("every side is where it belongs");
}

#[test]
fn a_page_that_broke_off_holds_its_run() {
    let world = school(150);
    let day = Day::new(&world.stage, 2, 0, &|_| {}).expect("the paper is laid out");
    world.stage.scanner.load(day.paper()).unwrap();
    world.stage.scanner.strike(3, PageFault::HalfJpeg);
    let answer = world.stage.scantrail.json(&day.scan_arguments().unwrap()).unwrap();
    let runs = answer[0]["runs"].as_array().unwrap();
    assert_eq!(runs[0]["verdict"], "hold", "{}", runs[0]);
    assert_eq!(runs[0]["reason"], "flat-tail", "{}", runs[0]);
    assert_eq!(runs[1]["verdict"], "file", "the other pupil's run is untouched");
}

#[test]
fn an_empty_feeder_is_told_and_leaves_no_open_batch() {
    let world = school(150);
    let device = world.stage.office_scanner().unwrap();
    let output = world.stage.scantrail.run(["scan", "--device", &device]).unwrap();
    assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
    let status = world.stage.scantrail.json(&["status"]).unwrap();
    assert_eq!(status["open_batches"].as_array().unwrap().len(), 0);
}
