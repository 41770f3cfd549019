//! The plug is pulled at many moments of a working day, on three file systems: every acknowledged page is there, once.
//!
//! Half of the cuts with the catalogue on the disk of the data folder, half with the catalogue on a disk of its own. A
//! program that leaves out one kind of sync must be found out: a harness that never fails proves nothing.

use crate::world;
use scantrail_testkit::crash::cuts::{Disks, Plan, Report, Stop, run};
use scantrail_testkit::crash::device::FileSystem;
use scantrail_testkit::crash::weakness::Weakness;
use std::path::Path;

/// Six times this many cuts: more than 150.
const CUTS: usize = 26;
/// Among so many a weakened program is found out many times over; the first is enough.
const WEAK_CUTS: usize = 60;

fn cut(file_system: FileSystem, disks: Disks, weakness: Weakness) -> Report {
    let (cuts, stop) = match weakness {
        Weakness::None => (CUTS, Stop::AtTheEnd),
        _ => (WEAK_CUTS, Stop::AtTheFirst),
    };
    let plan = Plan { file_system, disks, weakness, cuts, stop, seed: 1 };
    let base = Path::new(env!("CARGO_TARGET_TMPDIR"));
    run(&world::program(), base, plan, &|text| eprintln!("{text}")).expect("the harness works")
}

fn nothing_is_lost(file_system: FileSystem) {
    for disks in [Disks::One, Disks::Two] {
        let report = cut(file_system, disks, Weakness::None);
        assert_eq!(report.cuts, CUTS);
        assert!(report.words > 20 && report.records.1 > 100, "a day was worked: {report:?}");
        assert!(report.failing.is_empty(), "{:#?}", report.failing);
    }
}

fn is_found_out(weakness: Weakness) {
    let report = cut(FileSystem::Ext4, Disks::Two, weakness);
    assert!(!report.failing.is_empty(), "{} cuts and nothing was found: the harness has no teeth", report.cuts);
}

#[test]
fn power_cuts_lose_nothing_on_ext4() {
    nothing_is_lost(FileSystem::Ext4);
}

#[test]
fn power_cuts_lose_nothing_on_xfs() {
    nothing_is_lost(FileSystem::Xfs);
}

#[test]
fn power_cuts_lose_nothing_on_btrfs() {
    nothing_is_lost(FileSystem::Btrfs);
}

#[test]
fn a_program_that_does_not_sync_files_is_found_out() {
    is_found_out(Weakness::NoFileSync);
}

#[test]
fn a_program_that_does_not_sync_folders_is_found_out() {
    is_found_out(Weakness::NoFolderSync);
}

#[test]
fn a_catalogue_that_does_not_sync_its_log_is_found_out() {
    is_found_out(Weakness::LaxCatalogue);
}
