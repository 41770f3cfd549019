//! Receiving, claiming, dying in between, adopting.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]

use super::*;
use crate::folder::DataFolder;
use proptest::prelude::*;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use tempfile::TempDir;

struct Set {
    dir: TempDir,
    _data: DataFolder,
    spool: Spool,
}

fn set() -> Set {
    let dir = tempfile::tempdir().unwrap();
    let data = DataFolder::create(&dir.path().join("data")).unwrap();
    let spool = Spool::new(data.layout());
    std::fs::create_dir(dir.path().join("drop")).unwrap();
    Set { dir, _data: data, spool }
}

impl Set {
    fn drop_file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join("drop").join(name);
        std::fs::File::create_new(&path).unwrap().write_all(bytes).unwrap();
        path
    }
}

fn key(sequence: u32) -> CaptureKey {
    CaptureKey { batch: "ba7ch001".parse().unwrap(), sequence }
}

fn stamp(path: &Path) -> Stamp {
    Stamp::of(path).unwrap().unwrap()
}

#[test]
fn a_capture_is_received_once_however_often_it_comes() {
    let set = set();
    let first = set.spool.receive(key(17), Media::Png, &mut &b"pixels"[..]).unwrap();
    assert_eq!(first.path.file_name().unwrap(), "ba7ch001-00017.png");
    assert_eq!((first.bytes, first.digest), (6, Written::of(b"pixels").digest));
    assert_eq!(first.path.metadata().unwrap().permissions().mode() & 0o777, 0o440);
    assert_eq!(set.spool.receive(key(17), Media::Png, &mut &b"pixels"[..]).unwrap(), first);
    for (media, bytes) in [(Media::Png, &b"others"[..]), (Media::Jpeg, b"pixels")] {
        let error = set.spool.receive(key(17), media, &mut { bytes }).unwrap_err();
        assert!(matches!(error, DiskError::Conflict { .. }), "{error}");
    }
    let twin = set.spool.receive(key(18), Media::Png, &mut &b"pixels"[..]).unwrap();
    assert_ne!(twin.path, first.path, "equal bytes are two captures");
    assert_eq!(set.spool.scan().unwrap().captures.len(), 2);
}

#[test]
fn an_orphan_is_found_and_adopted() {
    let set = set();
    let received = set.spool.receive(key(3), Media::Jpeg, &mut &b"orphan"[..]).unwrap();
    durable::replace(&set.spool.folder.join(".scantrail-1-1.part"), b"half", Access::Private).unwrap();
    durable::replace(&set.spool.folder.join("ba7ch001-3.jpg"), b"?", Access::Private).unwrap();
    let scan = set.spool.scan().unwrap();
    assert_eq!((scan.leftovers.len(), scan.strangers.len()), (1, 1));
    assert_eq!(scan.captures, [SpooledName { key: key(3), media: Media::Jpeg, path: received.path.clone() }]);
    for _ in 0..2 {
        assert_eq!(set.spool.adopt(&scan.captures[0]).unwrap(), received);
    }
    assert_eq!((set.spool.sweep().unwrap(), set.spool.sweep().unwrap()), (1, 0));
    assert_eq!(set.spool.scan().unwrap().strangers.len(), 1, "what is not ours is left alone");
}

#[test]
fn a_dropped_file_is_claimed_whole_and_again() {
    let set = set();
    let path = set.drop_file("amara.jpg", b"photo");
    let found = stamp(&path);
    let first = set.spool.claim(&path, found, key(1), Media::Jpeg).unwrap();
    assert!(!path.try_exists().unwrap());
    assert_eq!(first.path.metadata().unwrap().permissions().mode() & 0o777, 0o440);
    assert_eq!(first.digest, Written::of(b"photo").digest);
    assert_eq!(set.spool.claim(&path, found, key(1), Media::Jpeg).unwrap(), first, "repeated after a crash");
    let gone = set.spool.claim(&path, found, key(2), Media::Jpeg).unwrap_err();
    assert!(matches!(gone, ClaimError::Gone { .. }));
    assert!(!gone.to_string().contains("amara"), "{gone}");
}

#[test]
fn a_file_that_still_grows_stays_where_it_is() {
    let set = set();
    let path = set.drop_file("x.jpg", b"pho");
    let found = stamp(&path);
    std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"to").unwrap();
    let error = set.spool.claim(&path, found, key(1), Media::Jpeg).unwrap_err();
    assert!(matches!(error, ClaimError::Changing { .. }));
    assert_eq!(std::fs::read(&path).unwrap(), b"photo");
    assert_eq!(set.spool.scan().unwrap(), SpoolScan::default());
}

#[test]
fn a_file_with_a_second_name_is_copied_so_that_nobody_can_change_the_original() {
    let set = set();
    let path = set.drop_file("x.jpg", b"photo");
    let second = set.dir.path().join("drop/second");
    std::fs::hard_link(&path, &second).unwrap();
    let taken = set.spool.claim(&path, stamp(&path), key(1), Media::Jpeg).unwrap();
    assert!(!path.try_exists().unwrap());
    std::fs::OpenOptions::new().append(true).open(&second).unwrap().write_all(b"!").unwrap();
    assert_eq!(std::fs::read(&taken.path).unwrap(), b"photo");
}

#[test]
fn a_claim_cut_off_before_the_source_was_removed_is_finished() {
    let set = set();
    let path = set.drop_file("x.jpg", b"photo");
    set.spool.receive(key(1), Media::Jpeg, &mut &b"photo"[..]).unwrap();
    let taken = set.spool.claim(&path, stamp(&path), key(1), Media::Jpeg).unwrap();
    assert_eq!(taken.bytes, 5);
    assert!(!path.try_exists().unwrap());
    let other = set.drop_file("x.jpg", b"other");
    for media in [Media::Jpeg, Media::Png] {
        let error = set.spool.claim(&other, stamp(&other), key(1), media).unwrap_err();
        assert!(matches!(error, ClaimError::Disk(DiskError::Conflict { .. })), "{error}");
        assert_eq!(std::fs::read(&other).unwrap(), b"other");
    }
}

#[test]
fn links_and_folders_are_not_claimed() {
    let set = set();
    let target = set.drop_file("x.jpg", b"photo");
    let link = set.dir.path().join("drop/link.jpg");
    symlink(&target, &link).unwrap();
    for path in [&link, &set.dir.path().join("drop")] {
        let error = set.spool.claim(path, stamp(path), key(1), Media::Jpeg).unwrap_err();
        assert!(matches!(error, ClaimError::NotAFile { .. }), "{error}");
        assert!(!error.to_string().contains("link"), "{error}");
    }
}

proptest! {
    #[test]
    fn keys_read_what_they_write(number: u64, sequence: u32) {
        let key = CaptureKey { batch: BatchId::from_random(number), sequence };
        prop_assert_eq!(key.to_string().parse(), Ok(key));
    }

    #[test]
    fn a_key_has_one_spelling(text in "[0-9a-zA-Z]{8}-[0-9+]{1,10}") {
        if let Ok(key) = text.parse::<CaptureKey>() {
            prop_assert_eq!(key.to_string(), text);
        }
    }
}
