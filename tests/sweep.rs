//! The program killed, the disk full or broken, at more than three hundred system calls of what it does all day.

use crate::world;
use scantrail_testkit::crash::sweep::{Fault, run};
use std::path::Path;

/// About so many; each call of each scenario is struck at least once.
const POINTS: usize = 240;
/// Fewer than these would not be a sweep.
const LEAST: usize = 300;

#[test]
fn no_system_call_can_lose_or_double_a_page() {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let report = run(&world::program(), base, POINTS, &|text| eprintln!("{text}")).expect("the harness works");
    assert!(report.tried() >= LEAST, "{} points", report.tried());
    for fault in Fault::ALL {
        assert!(report.points.keys().any(|(.., struck)| *struck == fault), "{fault:?} was tried");
    }
    assert!(report.failing.is_empty(), "{:#?}", report.failing);
}
