//! A backup made, cut off, damaged, thinned out and brought back.

#![expect(clippy::disallowed_methods, reason = "damages files as no program of ours does")]

use super::*;
use crate::durable::Written;
use crate::outside;
use std::collections::BTreeMap;
use std::path::Path;

const NAMES: [&str; 3] = ["20261120T020000Z", "20261121T020000Z", "20261122T020000Z"];

/// Backs up some files as a caller would.
fn back_up(store: &Store, name: &str, files: &[(&str, &[u8])]) -> Snapshot {
    let entries: Vec<Entry> = files
        .iter()
        .map(|(path, bytes)| {
            let Written { digest, bytes: length } = Written::of(bytes);
            assert_eq!(store.put(digest, &mut &**bytes).unwrap(), Put::There);
            Entry { path: (*path).to_owned(), sha256: digest, bytes: length, mode: 0o640, modified: None }
        })
        .collect();
    let text = Store::list_text(&entries);
    let list = Written::of(&text).digest;
    store.put(list, &mut text.as_slice()).unwrap();
    let bytes = entries.iter().map(|entry| entry.bytes).sum();
    let folders = vec![FolderList { folder: "Pupils".into(), list, files: entries.len() as u64, bytes }];
    let at = "2026-11-20T02:00:00Z".into();
    let snapshot = Snapshot { format: 1, at, school: "Hillside".into(), folders, damaged: vec![] };
    store.flush().unwrap();
    store.finish(name, &snapshot).unwrap();
    snapshot
}

fn back(store: &Store, snapshot: &Snapshot, to: &Path) -> Result<Restored, BackupError> {
    restore(store, snapshot, Some(to), &[], &[], Damaged::Refuse, &mut |_| {})
}

/// Every file below a folder with its content.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(next) = rest.pop() {
        for name in outside::names(&next).unwrap() {
            let path = next.join(name);
            if path.is_dir() {
                rest.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

const FIRST: [(&str, &[u8]); 3] = [
    ("Pupils/A (7F3A19)/2026-27/data/_originals/k3f9x2ab.png", b"an original"),
    ("Pupils/A (7F3A19)/2026-27/audit/pages/k3f9x2ab.json", b"{}"),
    (".trail/catalogue.db", b"version 1"),
];

#[test]
fn every_moment_can_be_had_back_and_content_lies_there_once() {
    let disk = tempfile::tempdir().unwrap();
    let store = Store::begin(&disk.path().join("b"), "Hillside", "KEY", "one").unwrap();
    let first = back_up(&store, NAMES[0], &FIRST);
    let objects = store.objects().unwrap().len();
    let mut later = FIRST;
    later[2].1 = b"version 2";
    let second = back_up(&store, NAMES[1], &later);
    assert_eq!(store.objects().unwrap().len(), objects + 2, "the catalogue and the list are new, nothing else");
    for (snapshot, files, name) in [(&first, &FIRST, "1"), (&second, &later, "2")] {
        let to = disk.path().join(name);
        let restored = back(&store, snapshot, &to).unwrap();
        assert_eq!(restored.files, 3);
        let wanted = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
        assert_eq!(tree(&to), wanted);
    }
    let refused = back(&store, &first, &disk.path().join("1"));
    assert!(matches!(refused, Err(BackupError::NotEmpty { .. })));
}

#[test]
fn names_survive_the_poorest_file_systems() {
    let disk = tempfile::tempdir().unwrap();
    let store = Store::begin(disk.path(), "Hillside", "KEY", "one").unwrap();
    back_up(&store, NAMES[0], &FIRST);
    for name in tree(disk.path()).keys() {
        assert!(name.len() < 120 && !name.contains(['<', '>', ':', '"', '\\', '|', '?', '*']), "{name}");
        let objects = name.starts_with("objects/");
        assert!(!objects || *name == name.to_lowercase(), "{name}");
    }
}

#[test]
fn a_damaged_backup_is_noticed_and_nothing_is_half_restored() {
    let disk = tempfile::tempdir().unwrap();
    let store = Store::begin(&disk.path().join("b"), "Hillside", "KEY", "one").unwrap();
    let snapshot = back_up(&store, NAMES[0], &FIRST);
    let digest = Written::of(FIRST[0].1).digest;
    let object = disk.path().join(format!("b/objects/{}/{digest}", &digest.to_string()[..2]));
    std::fs::write(&object, b"an Original").unwrap();
    let to = disk.path().join("to");
    assert!(matches!(back(&store, &snapshot, &to), Err(BackupError::Broken { .. })));
    assert_eq!(outside::names(disk.path()).unwrap(), ["b"]);
    let look = restore(&store, &snapshot, None, &[], &[], Damaged::Refuse, &mut |_| {}).unwrap();
    assert_eq!((look.files, look.damaged.as_slice()), (2, &[FIRST[0].0.to_owned()][..]));
    let sound = restore(&store, &snapshot, Some(&to), &[], &[], Damaged::LeaveOut, &mut |_| {}).unwrap();
    assert_eq!((sound.files, sound.damaged.len(), tree(&to).len()), (2, 1, 2));
    // A snapshot or a list that was changed is not believed.
    let manifest = disk.path().join(format!("b/snapshots/{}.json", NAMES[0]));
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("Hillside", "Hillsida")).unwrap();
    assert!(matches!(store.snapshot(NAMES[0]), Err(BackupError::Broken { .. })));
    assert!(store.snapshots().unwrap()[0].snapshot.is_err());
    assert!(matches!(store.snapshot("../b"), Err(BackupError::NoSnapshot { .. })));
}

#[test]
fn what_no_snapshot_names_goes_and_nothing_else() {
    let disk = tempfile::tempdir().unwrap();
    let store = Store::begin(&disk.path().join("b"), "Hillside", "KEY", "one").unwrap();
    back_up(&store, NAMES[0], &FIRST);
    let mut later = FIRST;
    later[2].1 = b"version 2";
    let second = back_up(&store, NAMES[1], &later);
    assert_eq!(store.remove(&[NAMES[0].to_owned()]).unwrap(), 2, "the old catalogue and its list");
    assert_eq!(store.snapshots().unwrap().len(), 1);
    back(&store, &second, &disk.path().join("to")).unwrap();
    // One that cannot be read may name anything.
    back_up(&store, NAMES[2], &FIRST);
    std::fs::write(disk.path().join(format!("b/snapshots/{}.json", NAMES[2])), b"{").unwrap();
    let objects = store.objects().unwrap().len();
    assert!(store.remove(&[NAMES[1].to_owned()]).is_err());
    assert_eq!(store.objects().unwrap().len(), objects);
}

#[test]
fn what_was_deleted_does_not_come_back() {
    let disk = tempfile::tempdir().unwrap();
    let store = Store::begin(&disk.path().join("b"), "Hillside", "KEY", "one").unwrap();
    let snapshot = back_up(&store, NAMES[0], &FIRST);
    let line = "{\"page\":\"k3f9x2ab\",\"capture\":\"x\",\"at\":\"2026-11-22T00:00:00Z\",\"rule\":\"r\",\"seq\":1}\n";
    let list = Tombstone::read(line).unwrap();
    store.keep_tombstones(&list).unwrap();
    store.keep_tombstones(&[]).unwrap();
    assert_eq!(store.tombstones().unwrap(), list, "an older list does not replace a newer one");
    let to = disk.path().join("to");
    let restored = restore(&store, &snapshot, Some(&to), &list, &[], Damaged::Refuse, &mut |_| {}).unwrap();
    assert_eq!((restored.files, restored.deleted), (1, 2));
    assert_eq!(tree(&to).into_keys().collect::<Vec<_>>(), [".trail/catalogue.db"]);
    assert!(Tombstone::read("{\"page\":\"k3f9x2ab\"}").is_err());
}

#[test]
fn a_backup_is_of_one_school_and_takes_no_folder_of_others() {
    let disk = tempfile::tempdir().unwrap();
    let root = disk.path().join("b");
    Store::begin(&root, "Hillside", "KEY", "one").unwrap();
    Store::begin(&root, "Hillside", "KEY", "one").unwrap();
    assert!(matches!(Store::begin(&root, "Valley", "YEK", "two"), Err(BackupError::OfAnother { .. })));
    let other = disk.path().join("photos");
    outside::write(&other.join("cat.jpg"), &mut &b"cat"[..]).unwrap();
    assert!(matches!(Store::begin(&other, "Hillside", "KEY", "one"), Err(BackupError::NotABackup { .. })));
    assert!(matches!(Store::open(&other), Err(BackupError::NotABackup { .. })));
}

#[test]
fn an_exchanged_snapshot_is_the_old_one_or_the_new_one() {
    let disk = tempfile::tempdir().unwrap();
    let store = Store::begin(&disk.path().join("b"), "Hillside", "KEY", "one").unwrap();
    let old = back_up(&store, NAMES[0], &FIRST);
    let at = disk.path().join(format!("b/snapshots/{}.json", NAMES[0]));
    let sum = disk.path().join(format!("b/snapshots/{}.json.sha256", NAMES[0]));
    let (old_text, old_sum) = (std::fs::read(&at).unwrap(), std::fs::read_to_string(&sum).unwrap());
    let mut put = Vec::new();
    let catalogue = Written::of(b"version 2");
    store.put(catalogue.digest, &mut &b"version 2"[..]).unwrap();
    let path = ".trail/catalogue.db".to_owned();
    let entry = Entry { path: path.clone(), sha256: catalogue.digest, bytes: 9, mode: 0o600, modified: None };
    let mut keep = |entry: &Entry| !entry.path.contains("_originals");
    let instead = [(path, entry)].into();
    let new = without(&store, &old, &mut keep, ("Pupils", &instead), &mut put).unwrap();
    assert_eq!((new.files(), put.len()), (2, 1));
    store.exchange(NAMES[0], &new).unwrap();
    assert_eq!(store.snapshot(NAMES[0]).unwrap(), new);
    let (new_text, new_sum) = (std::fs::read(&at).unwrap(), std::fs::read_to_string(&sum).unwrap());
    assert_eq!(new_sum.lines().count(), 1);
    // Whatever of it was on the disk when the plug was pulled.
    for (text, wanted) in [(&old_text, &old), (&new_text, &new)] {
        std::fs::write(&at, text).unwrap();
        std::fs::write(&sum, format!("{new_sum}{old_sum}")).unwrap();
        assert_eq!(store.snapshot(NAMES[0]).unwrap(), *wanted);
    }
    std::fs::write(&sum, &old_sum).unwrap();
    assert!(store.snapshot(NAMES[0]).is_err(), "a sum of something else is none");
    std::fs::write(&sum, &new_sum).unwrap();
    // What the old one named goes; what the new one names is there.
    assert_eq!(store.remove(&[]).unwrap(), 3, "the original, the first catalogue, the first list");
    let to = disk.path().join("to");
    back(&store, &new, &to).unwrap();
    assert_eq!(tree(&to)[".trail/catalogue.db"], b"version 2");
    assert_eq!(tree(&to).len(), 2);
}

#[test]
fn a_list_of_deletions_only_grows() {
    let line = |of: &str, seq: u32| format!("{{\"seq\":{seq},{of},\"at\":\"2026-11-22T00:00:00Z\"}}\n");
    let (page, pupil) = ("\"page\":\"k3f9x2ab\"", "\"pupil\":\"7F3A19\"");
    let first = Tombstone::read(&line(page, 1)).unwrap();
    // Another folder numbers otherwise: what counts is what was deleted.
    let second = Tombstone::read(&(line(pupil, 1) + &line(page, 2))).unwrap();
    let merged = Tombstone::merged(first.clone(), &second);
    assert_eq!(Tombstone::write(&merged), line(page, 1) + &line(pupil, 1));
    assert_eq!(Tombstone::merged(merged.clone(), &first), merged);
    assert!(Tombstone::read(&line("\"page\":\"k3f9x2ab\",\"pupil\":\"7F3A19\"", 1)).is_err());
    assert!(Tombstone::read(&line("\"sheet\":\"x\"", 1)).is_err());
}

#[test]
fn a_folder_keeps_the_id_it_got_and_one_from_before_gets_one() {
    let disk = tempfile::tempdir().unwrap();
    let root = disk.path().join("b");
    assert_eq!(Store::begin(&root, "Hillside", "KEY", "one").unwrap().id().unwrap().as_deref(), Some("one"));
    assert_eq!(Store::begin(&root, "Hillside", "KEY", "two").unwrap().id().unwrap().as_deref(), Some("one"));
    std::fs::write(root.join("scantrail-backup.json"), b"{\"format\":1,\"school\":\"Hillside\",\"key\":\"KEY\"}")
        .unwrap();
    assert_eq!(Store::open(&root).unwrap().id().unwrap(), None);
    assert_eq!(Store::begin(&root, "Hillside", "KEY", "three").unwrap().id().unwrap().as_deref(), Some("three"));
}
