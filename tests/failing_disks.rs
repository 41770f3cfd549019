//! Disks that fill up, turn read-only, vanish, slow down or die under a running daemon: it says so in words, takes nothing
//! away that it cannot keep, and goes on by itself when the disk is well again.

use crate::{judges, world};
use scantrail_testkit::crash::device::{Device, FileSystem, make_image};
use scantrail_testkit::crash::judge::Truth;
use scantrail_testkit::crash::paper::{Paper, Place, School};
use scantrail_testkit::crash::room::{Mounted, Room};
use scantrail_testkit::crash::workload::wait_for_rest;
use scantrail_testkit::demo::{Daemon, site};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A school on a disk of its own, and a watched folder on another.
struct Site {
    place: Place,
    school: School,
    disk: PathBuf,
    room: Room,
}

/// Puts a school on the disk that is mounted by `mount`.
fn school(mount: impl FnOnce(&Room, &Path) -> Mounted) -> (Mounted, Site) {
    let room = Room::new(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let school = School::make(&world::program(), &room.folder("prepared").unwrap()).unwrap();
    let disk = room.path().join("disk");
    let mounted = mount(&room, &disk);
    let data = disk.join("school");
    school.copy_to(&data).unwrap();
    // Only what the program itself writes is made durable by it.
    assert!(Command::new("sync").arg("--file-system").arg(&data).status().unwrap().success());
    let drop = room.folder("Drop").unwrap();
    let place = Place::set(&world::program(), room.path(), &data, &[drop]).unwrap();
    (mounted, Site { place, school, disk, room })
}

/// An image with a file system on it, mounted.
fn plain(room: &Room, disk: &Path) -> Mounted {
    let image = room.path().join("disk.img");
    FileSystem::Ext4.make(&image).unwrap();
    Mounted::new(&image, disk, "loop").unwrap()
}

impl Site {
    fn drop_folder(&self) -> &Path {
        &self.place.drops[0]
    }

    fn waiting(&self) -> usize {
        self.drop_folder().read_dir().unwrap().count()
    }

    fn save(&self, papers: &[Paper]) {
        for paper in papers {
            std::fs::write(self.drop_folder().join(&paper.name), &paper.bytes).unwrap();
        }
    }

    fn trouble(&self) -> Value {
        self.place.scantrail.json(&["status"]).map_or(Value::Null, |status| status["trouble"].clone())
    }

    /// Waits until something is so; the test runner ends a wait that never does.
    fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        for _ in 0..1_200 {
            if is_so() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("waited for a minute in vain: {what}; trouble: {}; {} files wait", self.trouble(), self.waiting());
    }

    fn everything_is_in(&self, papers: &[Paper]) {
        self.until("all files to be taken in", || self.waiting() == 0);
        wait_for_rest(&self.place).unwrap();
        assert_eq!(self.trouble(), Value::Null, "nothing is wrong any more");
        let mut truth = Truth::default();
        truth.add(&self.school.papers).unwrap();
        truth.add(papers).unwrap();
        let all = self.school.papers.iter().chain(papers).map(|paper| paper.name.clone()).collect();
        assert_eq!(truth.problems(&self.place, &all).unwrap(), [""; 0]);
        let verified = self.place.scantrail.json(&["verify"]).unwrap();
        assert_eq!(verified["problems"].as_array().unwrap().len(), 0, "{verified}");
        judges::all_bags(&self.place.data);
    }

    /// What the site's first page shows; nothing when it cannot be shown.
    fn page(daemon: &Daemon) -> String {
        let page = site::get(daemon.url(), "/now/part").unwrap_or_default();
        String::from_utf8_lossy(&page).into_owned()
    }

    fn start(&self) -> Daemon {
        let log = std::fs::File::create(self.room.path().join("daemon.log")).unwrap();
        Daemon::start_logging(&self.place.scantrail, "warn", log).unwrap()
    }

    /// The daemon says in words that `what` is wrong, in three places, and leaves dropped files where they are.
    fn says_so(&self, daemon: &Daemon, what: &str, papers: &[Paper]) {
        self.until("the trouble to be told", || {
            self.trouble()["what"].as_str().is_some_and(|text| text.contains(what))
        });
        assert!(self.trouble()["hint"].as_str().is_some_and(|hint| hint.len() > 20), "{}", self.trouble());
        assert!(Self::page(daemon).contains(what), "the site tells");
        self.until("the log to tell", || {
            std::fs::read_to_string(self.room.path().join("daemon.log")).unwrap().contains("stays where it is")
        });
        assert_eq!(self.waiting(), papers.len(), "dropped files stay where they are");
    }
}

#[test]
fn a_disk_that_turned_read_only_is_told_and_all_goes_on_after_a_new_mount() {
    let (mounted, site) = school(plain);
    let mut daemon = site.start();
    // What the system does when it finds a fault: no more writing, until the file system was mounted anew.
    mounted.remount("abort").unwrap();
    let papers = site.school.stack(1).unwrap();
    site.save(&papers);
    site.says_so(&daemon, "can only be read", &papers);
    let refused = site.place.scantrail.run(["ingest", site.drop_folder().to_str().unwrap()]).unwrap();
    assert_eq!(refused.status.code(), Some(7), "{}", String::from_utf8_lossy(&refused.stderr));
    daemon.kill();
    mounted.unmount().unwrap();
    let mounted = Mounted::new(&site.room.path().join("disk.img"), &site.disk, "loop").unwrap();
    let mut daemon = site.start();
    site.everything_is_in(&papers);
    daemon.stop().unwrap();
    drop(mounted);
}

#[test]
fn nothing_is_written_where_a_vanished_disk_was_mounted() {
    let (mounted, site) = school(plain);
    let mut daemon = site.start();
    // What a start does by itself is over.
    let checkpoints = site.place.data.join(".trail/ledger/checkpoints");
    site.until("the day's checkpoint", || checkpoints.read_dir().is_ok_and(|mut found| found.next().is_some()));
    mounted.vanish().unwrap();
    let papers = site.school.stack(1).unwrap();
    site.save(&papers);
    site.until("the site to tell", || Site::page(&daemon).contains("is gone"));
    site.until("the log to tell", || {
        std::fs::read_to_string(site.room.path().join("daemon.log")).unwrap().contains("stays where it is")
    });
    assert_eq!(site.waiting(), papers.len(), "dropped files stay where they are");
    assert_eq!(site.disk.read_dir().unwrap().count(), 0, "the folder below the mount stays empty");
    let asked = site.place.scantrail.run(["status"]).unwrap();
    let said = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert_eq!(asked.status.code(), Some(4), "{said}");
    assert!(said.contains("see that the disk is mounted"), "{said}");
    // The disk as it was is held by the daemon for as long as it runs.
    daemon.kill();
    let back = Mounted::new(&site.room.path().join("disk.img"), &site.disk, "loop").unwrap();
    let mut daemon = site.start();
    site.everything_is_in(&papers);
    daemon.stop().unwrap();
    drop(back);
}

#[test]
fn a_disk_full_by_bytes_is_told_and_all_goes_on_when_there_is_room() {
    let (_mounted, site) = school(plain);
    let mut daemon = site.start();
    let ballast = site.disk.join("ballast");
    // More than there is, so that it ends with the disk full to the last block; the reserve is not ours to take.
    let filled = Command::new("dd").args(["if=/dev/zero", "bs=1M"]).arg(format!("of={}", ballast.display())).output();
    assert!(!filled.unwrap().status.success(), "the disk is full");
    let papers = site.school.stack(1).unwrap();
    site.save(&papers);
    site.says_so(&daemon, "nearly full", &papers);
    std::fs::remove_file(&ballast).unwrap();
    site.everything_is_in(&papers);
    daemon.stop().unwrap();
}

#[test]
fn a_disk_full_by_files_is_told_and_all_goes_on_when_there_is_room() {
    let (_mounted, site) = school(|room, disk| {
        let image = room.path().join("disk.img");
        make_image(&image, 160).unwrap();
        let made = Command::new("mkfs.ext4").args(["-q", "-F", "-N", "4096"]).arg(&image).status();
        assert!(made.unwrap().success());
        Mounted::new(&image, disk, "loop").unwrap()
    });
    let mut daemon = site.start();
    let ballast = site.disk.join("ballast");
    std::fs::create_dir(&ballast).unwrap();
    let made = (0..100_000).take_while(|number| std::fs::write(ballast.join(number.to_string()), "").is_ok()).count();
    assert!(made > 1_000, "the disk has no room for another file");
    let papers = site.school.stack(1).unwrap();
    site.save(&papers);
    site.says_so(&daemon, "more files are possible", &papers);
    std::fs::remove_dir_all(&ballast).unwrap();
    site.everything_is_in(&papers);
    daemon.stop().unwrap();
}

#[test]
fn a_slow_disk_only_takes_longer_and_a_dead_one_loses_nothing() {
    let room = Room::new(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let image = room.path().join("device.img");
    FileSystem::Ext4.make(&image).unwrap();
    let device = Device::serve(&image, &room.path().join("log"), 0, &room.path().join("device")).unwrap();
    let (mounted, site) = school(|_, disk| device.mount(disk, "errors=remount-ro").unwrap());
    let mut daemon = site.start();
    device.slow_down(0.01).unwrap();
    let first = site.school.stack(1).unwrap();
    site.save(&first);
    site.everything_is_in(&first);
    device.recover().unwrap();

    device.die().unwrap();
    let second = site.school.stack(2).unwrap();
    site.save(&second);
    site.until("the trouble to be told", || Site::page(&daemon).contains("role=\"alert\""));
    assert!(site.waiting() > 0, "what cannot be kept stays where it is");
    daemon.kill();
    drop(mounted);
    device.recover().unwrap();
    let mounted = device.mount(&site.disk, "errors=remount-ro").expect("the file system repairs itself");
    let mut daemon = site.start();
    let all: Vec<Paper> = first.into_iter().chain(second).collect();
    site.everything_is_in(&all);
    daemon.stop().unwrap();
    drop(mounted);
}
