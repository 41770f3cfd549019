//! A sound trail, and every way in which one can be wrong.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]

use super::*;
use crate::bag::{BagContents, BagFile, BagInfo, seal};
use crate::durable::{Access, Written};
use scantrail_core::jiff::civil::date;
use scantrail_core::school_year::SchoolYear;
use std::os::unix::fs::symlink;
use tempfile::TempDir;

const BAG: &str = "Pupils/Okafor, Amara (7F3A19)/2026-27";
const FILES: [(&str, &[u8]); 4] = [
    ("data/Maths/2026-11-21/p01 [k3f9x2ab].pdf", b"copy"),
    ("data/_originals/k3f9x2ab.jpg", b"original"),
    ("audit/pages/k3f9x2ab.json", b"{}"),
    ("audit/events.jsonl", b"{}\n"),
];

struct Trail {
    dir: TempDir,
    expected: Vec<Expected>,
}

fn trail() -> Trail {
    let dir = tempfile::tempdir().unwrap();
    let (mut expected, mut payload, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    for (path, bytes) in FILES {
        let Written { digest, bytes } =
            durable::write_new(&dir.path().join(BAG).join(path), bytes, Access::Shared).unwrap();
        let list = if path.starts_with("data/") { &mut payload } else { &mut tags };
        list.push(BagFile { path: TrailPath::new(path).unwrap(), digest, bytes });
        expected.push(Expected { path: TrailPath::new(format!("{BAG}/{path}")).unwrap(), digest, bytes });
    }
    let info = BagInfo {
        school: "Holly Lane Primary".into(),
        pupil: "7F3A19".parse().unwrap(),
        listed_name: "Okafor, Amara".into(),
        year: SchoolYear::parse("2026-27").unwrap(),
        sealed_on: date(2026, 11, 21),
    };
    seal(&dir.path().join(BAG), &BagContents { payload: &payload, tags: &tags, info: &info }).unwrap();
    Trail { dir, expected }
}

impl Trail {
    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(BAG).join(path)
    }

    fn verify(&self, depth: Depth) -> Report {
        let scope = [TrailPath::new("Pupils").unwrap(), TrailPath::new("Unidentified").unwrap()];
        verify(self.dir.path(), &scope, self.expected.clone(), depth).unwrap()
    }

    fn problems(&self) -> Vec<String> {
        let short = |path: &Path| path.strip_prefix(BAG).unwrap_or(path).display().to_string();
        let name = |problem: &Problem| match problem {
            Problem::Missing { .. } => "missing".to_owned(),
            Problem::Changed { .. } => "changed".to_owned(),
            Problem::WrongSize { expected, found, .. } => format!("size {expected}→{found}"),
            Problem::Unexpected { .. } => "unexpected".to_owned(),
            Problem::Unreadable { .. } => "unreadable".to_owned(),
            Problem::ManifestDiffers { how, .. } => format!("{how:?}"),
        };
        self.verify(Depth::Full).problems.iter().map(|p| format!("{}: {}", short(p.path()), name(p))).collect()
    }
}

#[test]
fn a_sound_trail_has_no_problems() {
    let trail = trail();
    for depth in [Depth::Quick, Depth::Full] {
        let report = trail.verify(depth);
        assert_eq!(report, Report { sound: 4, bytes: 17, ..Report::default() });
    }
}

#[test]
fn a_missing_a_longer_and_a_changed_file_are_told_apart() {
    let trail = trail();
    durable::remove(&trail.at(FILES[0].0)).unwrap();
    durable::replace(&trail.at(FILES[1].0), b"origin0l", Access::Original).unwrap();
    durable::replace(&trail.at(FILES[2].0), b"{ }", Access::Shared).unwrap();
    assert_eq!(
        trail.problems(),
        [format!("{}: size 2→3", FILES[2].0), format!("{}: missing", FILES[0].0), format!("{}: changed", FILES[1].0)]
    );
    assert_eq!(trail.verify(Depth::Quick).problems.len(), 2, "a quick look reads no bytes");
    assert_eq!(trail.verify(Depth::Full).sound, 1);
}

#[test]
fn a_file_nobody_knows_is_found_wherever_it_lies() {
    let trail = trail();
    for path in ["data/Thumbs.db", "bagit.txt.bak", "../manifest-sha256.txt", "../../Other (ABCDEF)/2026-27/bagit.txt"]
    {
        durable::write_new(&trail.at(path), b"?", Access::Shared).unwrap();
    }
    durable::write_new(&trail.dir.path().join("Unidentified/x.jpg"), b"?", Access::Shared).unwrap();
    assert_eq!(
        trail.problems(),
        [
            "bagit.txt.bak: unexpected",
            "data/Thumbs.db: unexpected",
            "Pupils/Okafor, Amara (7F3A19)/manifest-sha256.txt: unexpected",
            "Pupils/Other (ABCDEF)/2026-27/bagit.txt: unexpected",
            "Unidentified/x.jpg: unexpected",
        ]
    );
}

#[test]
fn leftovers_are_no_problem_but_are_told() {
    let trail = trail();
    durable::replace(&trail.at("data/.scantrail-1-2.part"), b"half", Access::Private).unwrap();
    let report = trail.verify(Depth::Full);
    assert!(report.problems.is_empty());
    assert_eq!(report.leftovers, [Path::new(BAG).join("data/.scantrail-1-2.part")]);
}

#[test]
fn links_in_place_of_files_are_not_followed() {
    let trail = trail();
    let path = trail.at(FILES[0].0);
    std::fs::hard_link(&path, trail.dir.path().join("kept")).unwrap();
    durable::remove(&path).unwrap();
    symlink(trail.dir.path().join("kept"), &path).unwrap();
    assert_eq!(trail.problems(), [format!("{}: unreadable", FILES[0].0)]);
}

#[test]
fn manifests_that_say_something_else_are_found() {
    let trail = trail();
    let path = trail.at("manifest-sha256.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    let (first, _) = text.split_once('\n').unwrap();
    let mine = format!("{first}\n{}  data/more.pdf\n", "ab".repeat(32)).replacen(&first[..2], "00", 1);
    durable::replace(&path, mine.as_bytes(), Access::Shared).unwrap();
    let lacks = format!("manifest-sha256.txt: Lacks([{:?}])", FILES[1].0);
    let other = format!("manifest-sha256.txt: OtherDigest([{:?}])", FILES[0].0);
    assert_eq!(
        trail.problems(),
        [
            lacks.as_str(),
            "manifest-sha256.txt: Surplus([\"data/more.pdf\"])",
            other.as_str(),
            "tagmanifest-sha256.txt: OtherDigest([\"manifest-sha256.txt\"])",
        ]
    );
    durable::replace(&path, b"gibberish\n", Access::Shared).unwrap();
    assert_eq!(trail.problems()[0], "manifest-sha256.txt: BrokenLine(1)");
    durable::remove(&path).unwrap();
    durable::remove(&trail.at("bagit.txt")).unwrap();
    assert_eq!(
        trail.problems(),
        [
            "bagit.txt: missing",
            "manifest-sha256.txt: Missing",
            "tagmanifest-sha256.txt: Surplus([\"bagit.txt\", \"manifest-sha256.txt\"])",
        ]
    );
}

#[test]
fn no_text_of_a_problem_shows_a_name() {
    let trail = trail();
    for (path, _) in FILES {
        durable::remove(&trail.at(path)).unwrap();
    }
    durable::write_new(&trail.at("data/Okafor.pdf"), b"?", Access::Shared).unwrap();
    let report = trail.verify(Depth::Full);
    assert!(report.problems.len() >= 5);
    for problem in report.problems {
        assert!(!problem.to_string().contains("Okafor"), "{problem}");
    }
}

#[test]
fn a_disk_that_is_not_there_is_an_error_and_not_a_million_problems() {
    let trail = trail();
    let scope = [TrailPath::new("Pupils").unwrap()];
    let gone = trail.dir.path().join("unmounted");
    assert!(verify(&gone, &scope, trail.expected.clone(), Depth::Full).is_err());
}
