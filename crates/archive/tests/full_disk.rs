//! A disk without room, without inodes, and one that turned read-only. Needs to mount a tmpfs; where that is not
//! permitted the test fails.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use scantrail_archive::durable::{self, Access};
use scantrail_archive::folder::DataFolder;
use scantrail_archive::space::{HighWater, Shortage, Space};
use scantrail_archive::spool::{CaptureKey, Spool};
use scantrail_archive::{DiskError, Fault};
use scantrail_core::vocabulary::Media;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A small file system of our own, gone with the value.
struct Mounted {
    dir: TempDir,
}

impl Mounted {
    fn new(options: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        mount(&["-t", "tmpfs", "-o", options, "scantrail-test"], dir.path());
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

fn mount(arguments: &[&str], at: &Path) {
    let output = Command::new("mount").args(arguments).arg(at).output().expect("mount must be installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "this test must be allowed to mount a tmpfs (run it as root): {said}");
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let ended = Command::new("umount").arg(self.dir.path()).status();
        assert!(
            ended.is_ok_and(|status| status.success()) || std::thread::panicking(),
            "the tmpfs cannot be unmounted"
        );
    }
}

fn key(sequence: u32) -> CaptureKey {
    CaptureKey { batch: "ba7ch001".parse().unwrap(), sequence }
}

/// Receives captures of `bytes` until the disk refuses; how many it took, and why it stopped.
fn fill(spool: &Spool, bytes: usize) -> (u32, DiskError) {
    let content = vec![7; bytes];
    for sequence in 1..10_000 {
        if let Err(error) = spool.receive(key(sequence), Media::Jpeg, &mut &*content) {
            return (sequence - 1, error);
        }
    }
    panic!("the disk never filled up");
}

fn assert_nothing_half_done(spool: &Spool, taken: u32, bytes: usize) {
    let scan = spool.scan().unwrap();
    assert_eq!(scan.captures.len(), taken as usize);
    assert!(scan.leftovers.is_empty(), "a refused capture leaves nothing");
    for capture in &scan.captures {
        assert_eq!(spool.adopt(capture).unwrap().bytes, bytes as u64);
    }
}

#[test]
fn a_disk_without_room_loses_nothing_and_the_reserve_helps() {
    let disk = Mounted::new("size=2m");
    let data = DataFolder::create(&disk.path("data")).unwrap();
    data.keep_reserve(500_000).unwrap();
    let mark = HighWater { bytes: 400_000, files: 0 };
    assert_eq!(data.space().unwrap().shortage(mark), None);
    let spool = Spool::new(data.layout());
    let (taken, error) = fill(&spool, 100_000);
    assert!(error.is_full() && !error.is_read_only(), "{error:?}");
    assert!(taken >= 10);
    assert_nothing_half_done(&spool, taken, 100_000);
    assert!(matches!(data.space().unwrap().shortage(mark), Some(Shortage::Bytes { .. })));
    // What is there already is there, even now.
    spool.receive(key(1), Media::Jpeg, &mut &vec![7; 100_000][..]).unwrap_err();
    durable::write_new(&spool.path(key(1), Media::Jpeg), &vec![7; 100_000], Access::Original).unwrap();
    data.release_reserve().unwrap();
    durable::write_new(&disk.path("data/.trail/note"), &[1; 4096], Access::Private).unwrap();
    let (more, _) = fill(&spool, 100_000);
    assert!(more > taken, "{more} > {taken}");
}

#[test]
fn a_disk_full_to_the_last_byte_can_still_be_opened() {
    let disk = Mounted::new("size=1m");
    drop(DataFolder::create(&disk.path("data")).unwrap());
    let mut pages = 0;
    while durable::write_new(&disk.path(&format!("fill-{pages}")), &[1; 4096], Access::Private).is_ok() {
        pages += 1;
    }
    assert_eq!(Space::of(disk.dir.path()).unwrap().free_bytes, 0);
    let data = DataFolder::open(&disk.path("data")).unwrap();
    assert!(data.keep_reserve(100_000).unwrap_err().is_full());
    assert_eq!(data.sweep().unwrap(), 0, "nothing half made was left");
}

#[test]
fn a_disk_without_inodes_is_full_too() {
    let disk = Mounted::new("size=4m,nr_inodes=30");
    let data = DataFolder::create(&disk.path("data")).unwrap();
    let spool = Spool::new(data.layout());
    let (taken, error) = fill(&spool, 10);
    assert_eq!(error.fault(), Fault::Full);
    assert_nothing_half_done(&spool, taken, 10);
    let mark = HighWater { bytes: 0, files: 5 };
    assert!(matches!(data.space().unwrap().shortage(mark), Some(Shortage::Files { .. })));
    assert!(durable::make_folder(&disk.path("data/Pupils/x")).unwrap_err().is_full());
}

#[test]
fn a_move_to_another_file_system_copies_checks_and_removes() {
    let disk = Mounted::new("size=1m");
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (from, to) = (home.path().join("x.jpg"), disk.path("a/x.jpg"));
    let digest = durable::write_new(&from, b"bytes", Access::Original).unwrap().digest;
    for _ in 0..2 {
        durable::move_file(&from, &to, digest).unwrap();
        assert_eq!((from.try_exists().unwrap(), std::fs::read(&to).unwrap()), (false, b"bytes".to_vec()));
    }
    let big = durable::write_new(&from, &vec![1; 3 << 20], Access::Original).unwrap().digest;
    let error = durable::move_file(&from, &disk.path("big.jpg"), big).unwrap_err();
    assert!(error.is_full(), "{error:?}");
    assert!(from.try_exists().unwrap() && !disk.path("big.jpg").try_exists().unwrap());
    // A dropped file on another disk is copied in.
    let data = DataFolder::create(&disk.path("data")).unwrap();
    let spool = Spool::new(data.layout());
    let dropped = home.path().join("dropped.jpg");
    durable::write_new(&dropped, b"photo", Access::Shared).unwrap();
    let stamp = scantrail_archive::spool::Stamp::of(&dropped).unwrap().unwrap();
    let taken = spool.claim(&dropped, stamp, key(1), Media::Jpeg).unwrap();
    assert_eq!((dropped.try_exists().unwrap(), std::fs::read(&taken.path).unwrap()), (false, b"photo".to_vec()));
    assert_eq!(spool.claim(&dropped, stamp, key(1), Media::Jpeg).unwrap(), taken);
}

#[test]
fn a_read_only_disk_is_told_apart() {
    let disk = Mounted::new("size=1m");
    durable::write_new(&disk.path("x"), b"bytes", Access::Shared).unwrap();
    mount(&["-o", "remount,ro"], disk.dir.path());
    let error = durable::write_new(&disk.path("y"), b"bytes", Access::Shared).unwrap_err();
    assert!(error.is_read_only() && !error.is_full(), "{error:?}");
    assert!(durable::measure(&disk.path("x")).unwrap().is_some());
}
