//! Sealing; the outside judges (`bagit.py`, `sha256sum`) are in `tests/judges.rs`.

use super::*;
use scantrail_core::jiff::civil::date;

fn info() -> BagInfo {
    BagInfo {
        school: "Holly Lane Primary".into(),
        pupil: "7F3A19".parse().unwrap(),
        listed_name: "Okafor,\nAmara\tBag-Size: 9".into(),
        year: SchoolYear::parse("2026-27").unwrap(),
        sealed_on: date(2026, 11, 21),
    }
}

fn file(path: &str, bytes: &[u8]) -> BagFile {
    let written = Written::of(bytes);
    BagFile { path: TrailPath::new(path).unwrap(), digest: written.digest, bytes: written.bytes }
}

fn seal_in(bag: &Path, payload: &[BagFile], tags: &[BagFile]) -> Result<Vec<BagFile>, BagError> {
    seal(bag, &BagContents { payload, tags, info: &info() })
}

#[test]
fn a_bag_lists_what_it_was_told_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let payload = [file("data/b.pdf", b"two"), file("data/a.pdf", b"one")];
    let tags = [file("audit/pages/x.json", b"{}")];
    let own = seal_in(dir.path(), &payload, &tags).unwrap();
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
    let paths = |name| parse_manifest(&read(name)).unwrap().into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(paths("manifest-sha256.txt"), ["data/a.pdf", "data/b.pdf"]);
    assert_eq!(
        paths("tagmanifest-sha256.txt"),
        ["audit/pages/x.json", "bag-info.txt", "bagit.txt", "manifest-sha256.txt"]
    );
    assert_eq!(
        read("bag-info.txt"),
        "Source-Organization: Holly Lane Primary\n\
         External-Description: Work of Okafor, Amara Bag-Size: 9, school year 2026-27\n\
         External-Identifier: 7F3A19/2026-27\n\
         Bag-Group-Identifier: 7F3A19\n\
         Bagging-Date: 2026-11-21\n\
         Payload-Oxum: 6.2\n\
         Bag-Software-Agent: Scantrail\n"
    );
    for (own, name) in own.iter().zip(OWN_FILES) {
        assert_eq!(*own, file(name, read(name).as_bytes()));
    }
}

#[test]
fn sealing_again_changes_nothing_and_repairs_a_torn_bag() {
    let dir = tempfile::tempdir().unwrap();
    let payload = [file("data/a.pdf", b"one")];
    let own = seal_in(dir.path(), &payload, &[]).unwrap();
    assert_eq!(seal_in(dir.path(), &payload, &[]).unwrap(), own);
    durable::replace(&dir.path().join("tagmanifest-sha256.txt"), b"torn", Access::Shared).unwrap();
    durable::remove(&dir.path().join("bagit.txt")).unwrap();
    assert_eq!(seal_in(dir.path(), &payload, &[]).unwrap(), own);
    for file in &own {
        let found = durable::measure(&dir.path().join(file.path.as_str())).unwrap().unwrap();
        assert_eq!(found.digest, file.digest);
    }
}

#[test]
fn what_lies_on_the_disk_is_never_blessed() {
    let dir = tempfile::tempdir().unwrap();
    durable::write_new(&dir.path().join("data/sneaked.pdf"), b"not ours", Access::Shared).unwrap();
    seal_in(dir.path(), &[file("data/a.pdf", b"one")], &[]).unwrap();
    let text = std::fs::read_to_string(dir.path().join("manifest-sha256.txt")).unwrap();
    assert!(!text.contains("sneaked"));
}

#[test]
fn a_bag_that_could_not_be_valid_is_refused_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let a = || file("data/a.pdf", b"one");
    for (payload, tags) in [
        (vec![file("audit/x", b"")], vec![]),
        (vec![a()], vec![file("data/x", b"")]),
        (vec![a()], vec![file("bagit.txt", b"")]),
    ] {
        assert!(matches!(seal_in(dir.path(), &payload, &tags), Err(BagError::Misplaced { .. })));
    }
    assert!(matches!(seal_in(dir.path(), &[a(), a()], &[]), Err(BagError::Twice { .. })));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}
