//! A pupil's year at rest.

use crate::support::{args, python, run};
use scantrail_archive::bag::{BagContents, BagFile, BagInfo, seal};
use scantrail_archive::durable::{self, Access};
use scantrail_archive::names::{PagePlace, TrailPath};
use scantrail_core::jiff::civil::date;
use scantrail_core::school_year::SchoolYear;
use std::path::{Path, PathBuf};

fn bag_verdicts(bag: &Path) -> [(bool, String); 3] {
    [
        run(python(), &args(["-m", "bagit", "--validate", "."]), bag),
        run("sha256sum", &args(["--strict", "-c", "manifest-sha256.txt"]), bag),
        run("sha256sum", &args(["--strict", "-c", "tagmanifest-sha256.txt"]), bag),
    ]
}

fn pages() -> Vec<PagePlace> {
    let titles = ["Fractions", "50% of “½”?", "x*y/z: <why>", "Bäume 🌳 und Blätter", "", "CON"];
    (1..)
        .zip(titles)
        .map(|(position, title)| PagePlace {
            pupil: "7F3A19".parse().unwrap(),
            folder: "Ó Briain, Saoirse (7F3A19)".into(),
            year: SchoolYear::parse("2026-27").unwrap(),
            subject: "Maths & more".into(),
            date: date(2026, 11, 21),
            title: title.into(),
            position,
            page: format!("k3f9x2a{position}").parse().unwrap(),
        })
        .collect()
}

fn write(root: &Path, bag: &TrailPath, path: &TrailPath, bytes: &[u8]) -> BagFile {
    let written = durable::write_new(&root.join(path.as_str()), bytes, Access::Shared).unwrap();
    BagFile { path: path.within(bag).unwrap(), digest: written.digest, bytes: written.bytes }
}

/// A bag of six pages with awkward titles.
fn sealed_bag(root: &Path) -> (PathBuf, Vec<BagFile>, Vec<BagFile>) {
    let (mut payload, mut tags) = (Vec::new(), Vec::new());
    let places = pages();
    let bag = places[0].bag();
    for place in &places {
        payload.push(write(root, &bag, &place.copy("pdf"), place.title.as_bytes()));
        payload.push(write(root, &bag, place.original("jpg").as_path(), b"original"));
        tags.push(write(root, &bag, &place.sidecar(), b"{}"));
    }
    let folder = root.join(bag.as_str());
    seal_again(&folder, &payload, &tags);
    (folder, payload, tags)
}

fn seal_again(folder: &Path, payload: &[BagFile], tags: &[BagFile]) {
    let info = BagInfo {
        school: "Holly Lane Primary".into(),
        pupil: "7F3A19".parse().unwrap(),
        listed_name: "Ó Briain, Saoirse".into(),
        year: SchoolYear::parse("2026-27").unwrap(),
        sealed_on: date(2026, 11, 21),
    };
    seal(folder, &BagContents { payload, tags, info: &info }).unwrap();
}

#[test]
fn a_bag_at_rest_is_valid_and_any_change_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let (bag, mut payload, tags) = sealed_bag(dir.path());
    for (valid, said) in bag_verdicts(&bag) {
        assert!(valid, "{said}");
    }
    // The judges can say no.
    let late = TrailPath::new("data/late.pdf").unwrap();
    let written = durable::write_new(&bag.join(late.as_str()), b"late", Access::Shared).unwrap();
    assert!(!bag_verdicts(&bag)[0].0, "a page the manifest does not know");
    payload.push(BagFile { path: late, digest: written.digest, bytes: written.bytes });
    seal_again(&bag, &payload, &tags);
    for (valid, said) in bag_verdicts(&bag) {
        assert!(valid, "{said}");
    }
    durable::replace(&bag.join("data/late.pdf"), b"fake", Access::Shared).unwrap();
    let verdicts = bag_verdicts(&bag);
    assert!(!verdicts[0].0 && !verdicts[1].0, "a page that was changed");
}
