//! A process that dies at any system call, or is refused one, loses nothing and doubles nothing.
//!
//! The work (receive, claim, file, write beside, seal) runs in a child under `strace`, which kills it or makes the
//! call fail at the first, second, … occurrence. Then the same work is done again without `strace`, as after a
//! restart, and everything must be there once. `strace` missing fails the test.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use scantrail_archive::bag::{BagContents, BagFile, BagInfo, OWN_FILES, seal};
use scantrail_archive::durable::{self, Access, Written};
use scantrail_archive::folder::{DataFolder, Layout};
use scantrail_archive::names::{PagePlace, TrailPath};
use scantrail_archive::spool::{CaptureKey, Spool, Stamp};
use scantrail_archive::verify::{Depth, Expected, verify};
use scantrail_core::jiff::civil::date;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::vocabulary::Media;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// Where the child works; unset, it works in a folder of its own.
const FOLDER: &str = "SCANTRAIL_TEST_FOLDER";

fn place(page: u32) -> PagePlace {
    PagePlace {
        pupil: "7F3A19".parse().unwrap(),
        folder: "Okafor, Amara (7F3A19)".into(),
        year: SchoolYear::parse("2026-27").unwrap(),
        subject: "Maths".into(),
        date: date(2026, 11, 21),
        title: "Fractions".into(),
        position: page,
        page: format!("k3f9x2a{page}").parse().unwrap(),
    }
}

fn key(page: u32) -> CaptureKey {
    CaptureKey { batch: "ba7ch001".parse().unwrap(), sequence: page }
}

fn content(page: u32) -> Vec<u8> {
    format!("original {page} ").repeat(1000).into_bytes()
}

/// Says outside the data folder that something is durable: what a catalogue and the source would rely on.
fn acknowledge(folder: &Path, page: u32) {
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(folder.join("acks")).unwrap();
    file.write_all(&[page as u8]).unwrap();
}

/// Page 1 comes from a scanner, page 2 was dropped. Every step is repeated on every run, as after a restart.
fn work(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let data = DataFolder::create(&folder.join("data"))?;
    data.sweep()?;
    data.keep_reserve(4096)?;
    let (layout, spool) = (data.layout(), Spool::new(data.layout()));
    for capture in &spool.scan()?.captures {
        spool.adopt(capture)?;
    }
    let mut files = Vec::new();
    for page in [1, 2] {
        let place = place(page);
        let (original, wanted) = (place.original("jpg"), Written::of(&content(page)));
        if durable::measure(&layout.locate(original.as_path()))?.is_none() {
            receive(folder, &spool, page)?;
        }
        acknowledge(folder, page);
        durable::move_file(&spool.path(key(page), Media::Jpeg), &layout.locate(original.as_path()), wanted.digest)?;
        files.push((original.as_path().clone(), wanted));
        for path in [place.copy("pdf"), place.sidecar()] {
            let written = durable::write_new(&layout.locate(&path), path.as_str().as_bytes(), Access::Shared)?;
            files.push((path, written));
        }
    }
    seal_bag(layout, &files)?;
    Ok(())
}

fn receive(folder: &Path, spool: &Spool, page: u32) -> Result<(), Box<dyn std::error::Error>> {
    let dropped = folder.join("drop/page.jpg");
    if page == 1 {
        spool.receive(key(page), Media::Jpeg, &mut &*content(page))?;
    } else {
        let stamp = Stamp::of(&dropped)?.unwrap_or(Stamp { bytes: 0, modified: (0, 0) });
        spool.claim(&dropped, stamp, key(page), Media::Jpeg)?;
    }
    Ok(())
}

fn seal_bag(layout: &Layout, files: &[(TrailPath, Written)]) -> Result<(), Box<dyn std::error::Error>> {
    let bag = place(1).bag();
    let inside = |(path, written): &(TrailPath, Written)| BagFile {
        path: path.within(&bag).unwrap(),
        digest: written.digest,
        bytes: written.bytes,
    };
    let (payload, tags): (Vec<_>, Vec<_>) =
        files.iter().map(inside).partition(|file| file.path.as_str().starts_with("data/"));
    let info = BagInfo {
        school: "Holly Lane Primary".into(),
        pupil: place(1).pupil,
        listed_name: "Okafor, Amara".into(),
        year: place(1).year,
        sealed_on: date(2026, 11, 21),
    };
    seal(&layout.locate(&bag), &BagContents { payload: &payload, tags: &tags, info: &info })?;
    Ok(())
}

/// A folder with the dropped file in it. In memory: a killed process, unlike a power cut, loses nothing that it wrote,
/// and thousands of syncs of a real disk would take minutes.
fn prepared() -> tempfile::TempDir {
    let dir = tempfile::tempdir_in("/dev/shm").expect("/dev/shm must be there");
    durable::write_new(&dir.path().join("drop/page.jpg"), &content(2), Access::Shared).unwrap();
    // What an earlier death left.
    durable::replace(&dir.path().join("data/.trail/spool/.scantrail-1-1.part"), b"half", Access::Private).unwrap();
    dir
}

/// Everything there once, whole, nothing else.
fn assert_complete(folder: &Path, when: &str) {
    let root = folder.join("data");
    let expected = [1, 2].into_iter().flat_map(|page| {
        let place = place(page);
        let text = |path: TrailPath| (Written::of(path.as_str().as_bytes()), path);
        [
            (Written::of(&content(page)), place.original("jpg").as_path().clone()),
            text(place.copy("pdf")),
            text(place.sidecar()),
        ]
    });
    let expected = expected.map(|(Written { digest, bytes }, path)| Expected { path, digest, bytes });
    let scope = ["Pupils", "Unidentified", ".trail/spool"].map(|path| TrailPath::new(path).unwrap());
    let report = verify(&root, &scope, expected, Depth::Full).unwrap();
    assert!(report.problems.is_empty() && report.leftovers.is_empty(), "{when}: {report:?}");
    for name in OWN_FILES {
        assert!(root.join(place(1).bag().as_str()).join(name).try_exists().unwrap(), "{when}: {name}");
    }
    assert!(!folder.join("drop/page.jpg").try_exists().unwrap(), "{when}: the dropped file was taken");
}

/// What was acknowledged is in the spool or in the trail, whole; what was dropped is somewhere.
fn assert_nothing_lost(folder: &Path, when: &str) {
    let data = Layout::new(folder.join("data"));
    let spool = Spool::new(&data);
    let found = |page| {
        let original = place(page).original("jpg");
        [spool.path(key(page), Media::Jpeg), data.locate(original.as_path()), folder.join("drop/page.jpg")]
            .iter()
            .any(|path| durable::measure(path).unwrap() == Some(Written::of(&content(page))))
    };
    let acknowledged = std::fs::read(folder.join("acks")).unwrap_or_default();
    for page in acknowledged {
        assert!(found(u32::from(page)), "{when}: page {page} was acknowledged and is gone");
    }
    assert!(found(2), "{when}: the dropped file is gone");
}

/// The work itself; the child of the next test is this test, under `strace`.
#[test]
fn the_work_is_done_and_done_again() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return work(Path::new(&folder)).unwrap();
    }
    let dir = prepared();
    for run in ["first", "second", "third"] {
        work(dir.path()).unwrap();
        assert_complete(dir.path(), run);
    }
}

const CALLS: &str = "write,fsync,renameat,renameat2,mkdirat,unlinkat,fchmod,fchmodat,fallocate,flock,ftruncate";

/// A child that does the work under `strace` with these options.
fn traced(folder: &Path, options: &[&str]) -> std::process::Output {
    Command::new("strace")
        .args(["-f", "-qq", "-o"])
        .arg(folder.join("trace"))
        .args(options)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "the_work_is_done_and_done_again", "--test-threads=1"])
        .env(FOLDER, folder)
        .output()
        .expect("strace must be installed")
}

/// How often the work makes each call. strace counts per thread, so the harness's own thread is left out.
fn counts() -> Vec<(&'static str, usize)> {
    let dir = prepared();
    let output = traced(dir.path(), &["-e", &format!("trace={CALLS}")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let trace = std::fs::read_to_string(dir.path().join("trace")).unwrap();
    let thread = |line: &str| line.split(' ').next().map(str::to_owned);
    let worker = trace.lines().find(|line| line.contains(" mkdirat(")).and_then(thread);
    let lines: Vec<&str> = trace.lines().filter(|line| thread(line) == worker).collect();
    CALLS
        .split(',')
        .map(|call| (call, lines.iter().filter(|line| line.contains(&format!(" {call}("))).count()))
        .collect()
}

/// The number behind an argument's place, as in `fsync(5)` or `renameat2(3, "a", 4, "b", …)`.
fn descriptor(line: &str, place: usize) -> Option<u32> {
    line.split_once('(')?.1.split([',', ')']).nth(place)?.trim().parse().ok()
}

/// What a kill cannot show and a power cut would: names are given between two syncs, of the file and of the folder.
#[test]
fn every_name_is_given_between_two_syncs() {
    let dir = prepared();
    let output = traced(dir.path(), &["-e", "trace=write,fsync,fchmod,mkdirat,renameat,renameat2"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let trace = std::fs::read_to_string(dir.path().join("trace")).unwrap();
    let lines: Vec<&str> = trace.lines().filter(|line| !line.contains("write(1, ")).collect();
    let named: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].contains(" rename")).collect();
    assert!(named.len() > 10);
    for at in named {
        let (before, name) = (lines[at - 1], lines[at]);
        let (from, to) = (descriptor(name, 0), descriptor(name, 2));
        // A dropped file is protected and synced itself before its new folder is.
        let mut after = lines[at + 1..].iter().take(3).take_while(|line| !line.contains(" rename"));
        assert!(after.any(|line| line.contains(" fsync(") && descriptor(line, 0) == to), "nothing synced after {name}");
        if name.contains(".scantrail-") {
            assert!(
                before.contains(" fsync(") && ![from, to].contains(&descriptor(before, 0)),
                "{before}, then {name}"
            );
        }
    }
    for (made, after) in lines.iter().zip(&lines[1..]).filter(|(made, _)| made.contains(" mkdirat(")) {
        assert!(after.contains(" fsync(") && descriptor(after, 0) == descriptor(made, 0), "{made}, then {after}");
    }
}

/// Runs the work with one fault, then twice without; says whether the fault stopped it.
fn survive(call: &str, fault: &str, at: usize) -> bool {
    let when = format!("{call} {fault} at {at}");
    let dir = prepared();
    let (trace, inject) = (format!("trace={call}"), format!("inject={call}:{fault}:when={at}"));
    let hurt = !traced(dir.path(), &["-e", &trace, "-e", &inject]).status.success();
    assert_nothing_lost(dir.path(), &when);
    for _ in 0..2 {
        work(dir.path()).unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_complete(dir.path(), &when);
    }
    hurt
}

#[test]
fn a_process_killed_or_refused_at_any_call_loses_nothing() {
    let counts = counts();
    let count = |wanted| counts.iter().find(|(call, _)| *call == wanted).unwrap().1;
    assert!(count("fsync") > 20 && count("renameat2") >= 8 && count("mkdirat") > 5, "{counts:?}");
    for (call, times) in counts {
        assert!(times > 0, "{call} is in the list and never made");
        // Killed is stopped, always: were it not so, this test would show nothing.
        let killed = (1..=times).filter(|&at| survive(call, "signal=KILL", at)).count();
        assert_eq!(killed, times, "{call}");
        let error = if matches!(call, "write" | "mkdirat" | "fallocate") { "error=ENOSPC" } else { "error=EIO" };
        let refused = (1..=times).filter(|&at| survive(call, error, at)).count();
        assert!(refused > 0, "{call} may fail and nobody notices");
    }
}
