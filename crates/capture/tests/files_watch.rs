//! A watched folder with real files. Time is given by hand, writers are driven step by step: nothing here sleeps.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use scantrail_capture::watch::{Answer, FolderWatcher, Found, Options, Patience, Tracker};
use scantrail_core::vocabulary::Media;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tempfile::TempDir;

/// A JPEG as far as its structure goes.
const JPEG: &[u8] = b"\xFF\xD8\xFF\xC0\0\x0B\x08\0\x10\0\x20\x01\x01\x11\0\xFF\xDA\0\x08\x01\x01\0\0\x3F\0data\xFF\xD9";

const QUIET: u64 = 5;
const GIVE_UP: u64 = 60;
const NOTHING: [&str; 0] = [];

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// A folder, what is known of it, and a clock that is wound by hand.
struct Bench {
    folder: TempDir,
    tracker: Tracker,
    now: u64,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let patience = Patience { quiet: seconds(QUIET), give_up: seconds(GIVE_UP) };
        let tracker = Tracker::new(folder.path().to_owned(), patience);
        Self { folder, tracker, now: 0 }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> File {
        put(&self.path(name), bytes)
    }

    fn append(&self, name: &str, bytes: &[u8]) {
        OpenOptions::new().append(true).open(self.path(name)).unwrap().write_all(bytes).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        fs::hard_link(self.path(from), self.path(to)).unwrap();
        fs::remove_file(self.path(from)).unwrap();
    }

    /// What is told after so many more seconds; whoever is told takes whole files away and leaves the others.
    fn after(&mut self, wait: u64) -> Vec<String> {
        self.after_and(wait, |found| match found {
            Found::Settled { path, .. } => {
                fs::remove_file(path).unwrap();
                Answer::Taken
            }
            _ => Answer::Leave,
        })
    }

    fn after_and(&mut self, wait: u64, mut answer: impl FnMut(&Found) -> Answer) -> Vec<String> {
        self.now += wait;
        let mut told = Vec::new();
        self.tracker.look(seconds(self.now), &mut |found| {
            let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
            told.push(match &found {
                Found::Settled { path, media, .. } => format!("{} is a {}", name(path), media.word()),
                Found::Broken { path, reason, .. } => format!("{} {reason}", name(path)),
                Found::Calm => "calm".into(),
                Found::Unreachable { .. } => "unreachable".into(),
                Found::Reachable => "reachable".into(),
            });
            answer(&found)
        });
        told
    }
}

fn put(path: &Path, bytes: &[u8]) -> File {
    let mut file = OpenOptions::new().create_new(true).write(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[test]
fn a_file_is_told_once_it_was_quiet() {
    let mut bench = Bench::new();
    drop(bench.put("a.jpg", JPEG));
    assert_eq!(bench.after(0), NOTHING);
    assert_eq!(bench.after(QUIET - 1), NOTHING);
    assert_eq!(bench.after(1), ["a.jpg is a jpg", "calm"]);
    assert_eq!(bench.after(1000), NOTHING);
}

#[test]
fn a_file_that_is_still_written_is_not_told_however_long_it_takes() {
    let mut bench = Bench::new();
    // Whole by its structure, quiet by its times; only the open file gives the writer away.
    let mut writer = bench.put("a.jpg", JPEG);
    assert_eq!(bench.after(0), NOTHING);
    assert_eq!(bench.after(QUIET), NOTHING);
    assert_eq!(bench.after(10 * GIVE_UP), NOTHING, "nor is it called broken");
    writer.write_all(b"more").unwrap();
    drop(writer);
    assert_eq!(bench.after(1), NOTHING, "it changed, and must be quiet again");
    assert_eq!(bench.after(QUIET), ["a.jpg is a jpg", "calm"]);
}

#[test]
fn a_file_that_grows_by_open_and_close_is_told_when_it_is_whole() {
    let mut bench = Bench::new();
    drop(bench.put("a.jpg", &JPEG[..20]));
    bench.after(0);
    assert_eq!(bench.after(QUIET), NOTHING);
    bench.append("a.jpg", &JPEG[20..]);
    assert_eq!(bench.after(1), NOTHING);
    assert_eq!(bench.after(QUIET), ["a.jpg is a jpg", "calm"]);
}

#[test]
fn a_file_renamed_into_its_name_is_told_under_that() {
    let mut bench = Bench::new();
    drop(bench.put("upload.part", JPEG));
    assert_eq!(bench.after(1000), NOTHING, "a partial transfer is nobody's business");
    bench.rename("upload.part", "a.jpg");
    assert_eq!(bench.after(1), NOTHING);
    assert_eq!(bench.after(QUIET), ["a.jpg is a jpg", "calm"]);
}

#[test]
fn broken_and_foreign_files_are_told_once_with_the_reason() {
    let mut bench = Bench::new();
    drop(bench.put("cut.jpg", &JPEG[..JPEG.len() - 2]));
    drop(bench.put("empty.png", b""));
    drop(bench.put("film.mov", b"\0\0\0\x14ftypqt  "));
    drop(bench.put("wrong.png", JPEG));
    drop(bench.put("letter.doc", b"hello"));
    bench.after(0);
    for _ in 0..GIVE_UP - 1 {
        assert_eq!(bench.after(1), NOTHING);
    }
    assert_eq!(
        bench.after(1),
        [
            "cut.jpg ends in the middle of the picture",
            "empty.png is empty",
            "film.mov is a film, which cannot be read here; only still pictures and PDF files are filed",
            "letter.doc is not a JPEG, PNG, TIFF or PDF file",
            "wrong.png is called `.png` but holds a jpg file",
            "calm",
        ]
    );
    assert_eq!(bench.after(10 * GIVE_UP), NOTHING);
    // Completed after all: it is another state of the file, and a whole one.
    bench.append("cut.jpg", b"\xFF\xD9");
    bench.after(1);
    assert_eq!(bench.after(QUIET), ["cut.jpg is a jpg", "calm"]);
}

#[test]
fn names_do_not_matter_only_files_do() {
    let mut bench = Bench::new();
    for _ in 0..3 {
        // The same name again and again, as copiers do; the freed inode is given to the next file.
        drop(bench.put("SCN_0001.jpg", JPEG));
        bench.after(1);
        assert_eq!(bench.after(QUIET), ["SCN_0001.jpg is a jpg", "calm"]);
    }
    // Renamed while it waits: it is the same file, and not told twice.
    drop(bench.put("a.jpg", JPEG));
    bench.after(1);
    bench.rename("a.jpg", "b.jpg");
    assert_eq!(bench.after(QUIET), ["b.jpg is a jpg", "calm"]);
    assert_eq!(bench.after(QUIET), NOTHING);
}

#[test]
fn what_is_left_or_put_off_is_offered_as_asked() {
    let mut bench = Bench::new();
    drop(bench.put("a.jpg", JPEG));
    bench.after(0);
    for _ in 0..3 {
        assert_eq!(bench.after_and(QUIET, |_| Answer::Later), ["a.jpg is a jpg"], "again and again");
    }
    assert_eq!(bench.after_and(QUIET, |_| Answer::Leave), ["a.jpg is a jpg", "calm"]);
    assert_eq!(bench.after(1000), NOTHING, "never again");
}

#[test]
fn sixty_files_come_in_the_order_people_mean() {
    let mut bench = Bench::new();
    for n in (1..=60).rev() {
        drop(bench.put(&format!("IMG {n}.jpg"), JPEG));
    }
    bench.after(0);
    let expected: Vec<String> = (1..=60).map(|n| format!("IMG {n}.jpg is a jpg")).chain(["calm".to_owned()]).collect();
    assert_eq!(bench.after(QUIET), expected);
}

#[test]
fn calm_comes_only_when_nothing_is_under_way() {
    let mut bench = Bench::new();
    drop(bench.put("a.jpg", JPEG));
    let slow = bench.put("b.jpg", JPEG);
    bench.after(0);
    assert_eq!(bench.after(QUIET), ["a.jpg is a jpg"]);
    drop(slow);
    assert_eq!(bench.after(2 * QUIET), ["b.jpg is a jpg", "calm"]);
}

#[test]
fn what_is_no_file_is_passed_over() {
    let mut bench = Bench::new();
    fs::create_dir(bench.path("folder.jpg")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", bench.path("link.jpg")).unwrap();
    drop(bench.put("._a.jpg", JPEG));
    drop(bench.put("Thumbs.db", b"x"));
    bench.after(0);
    assert_eq!(bench.after(10 * GIVE_UP), NOTHING);
    assert_eq!(bench.tracker.due(), None);
}

#[test]
fn an_outage_is_told_once_and_forgets_nothing() {
    let mut bench = Bench::new();
    drop(bench.put("a.jpg", JPEG));
    bench.after(0);
    assert_eq!(bench.after_and(QUIET, |_| Answer::Leave), ["a.jpg is a jpg", "calm"]);
    let aside = bench.folder.path().with_extension("aside");
    #[expect(clippy::disallowed_methods, reason = "a share that goes away for a while")]
    let rename = |from: &Path, to: &Path| fs::rename(from, to).unwrap();
    rename(bench.folder.path(), &aside);
    assert_eq!(bench.after(1), ["unreachable"]);
    assert_eq!(bench.after(1), NOTHING);
    rename(&aside, bench.folder.path());
    assert_eq!(bench.after(1000), ["reachable"], "and the file that was left is still left");
}

// The thread, with events of the real system and a receiver that waits for as long as it takes.

fn watched(folder: &Path, rescan: Duration) -> (FolderWatcher, Receiver<Found>) {
    let (tell, told) = channel();
    let patience = Patience { quiet: Duration::from_millis(20), give_up: Duration::from_millis(200) };
    let options = Options { folder: folder.to_owned(), patience, rescan };
    let watcher = FolderWatcher::start(options, move |found| {
        let answer = match &found {
            Found::Settled { path, .. } => {
                fs::remove_file(path).unwrap();
                Answer::Taken
            }
            _ => Answer::Leave,
        };
        // A test that has heard enough listens no more.
        let _listens = tell.send(found);
        answer
    });
    (watcher.unwrap(), told)
}

fn next_file(told: &Receiver<Found>) -> Found {
    told.iter().find(|found| !matches!(found, Found::Calm)).unwrap()
}

#[test]
fn files_there_before_the_start_and_after_it_are_all_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let put_many = |names: std::ops::Range<u32>| {
        names.for_each(|n| drop(put(&folder.path().join(format!("{n}.jpg")), JPEG)));
    };
    put_many(0..20);
    // So rarely that only events can have told of the later ones.
    let (watcher, told) = watched(folder.path(), seconds(3600));
    put_many(20..60);
    let names: BTreeSet<PathBuf> = (0..60)
        .map(|_| match next_file(&told) {
            Found::Settled { path, media: Media::Jpeg, .. } => path,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names.len(), 60);
    watcher.stop();
    assert!(told.iter().all(|found| found == Found::Calm), "the end is the end");
}

#[test]
fn a_slow_writer_is_waited_for_and_a_broken_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (_watcher, told) = watched(folder.path(), Duration::from_millis(20));
    let mut writer = put(&folder.path().join("slow.jpg"), JPEG);
    // Comes after the slow file and is told before it: so the slow one was looked at meanwhile.
    drop(put(&folder.path().join("broken.jpg"), &JPEG[..20]));
    assert!(matches!(next_file(&told), Found::Broken { path, .. } if path.ends_with("broken.jpg")));
    writer.write_all(b"the end").unwrap();
    drop(writer);
    let Found::Settled { path, key, .. } = next_file(&told) else { panic!() };
    assert_eq!((path.ends_with("slow.jpg"), key.size()), (true, JPEG.len() as u64 + 7));
}

#[test]
fn a_folder_that_comes_later_is_watched_then() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("copier");
    let (_watcher, told) = watched(&folder, Duration::from_millis(20));
    assert!(matches!(next_file(&told), Found::Unreachable { .. }));
    fs::create_dir(&folder).unwrap();
    assert_eq!(next_file(&told), Found::Reachable);
    drop(put(&folder.join("a.jpg"), JPEG));
    assert!(matches!(next_file(&told), Found::Settled { .. }));
}
