//! Packs made, opened, and tampered with.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]

use super::*;

fn path(text: &str) -> TrailPath {
    TrailPath::new(text).unwrap()
}

fn packed() -> Vec<u8> {
    let mut pack = PackWriter::begin(Vec::new(), "Okafor, Amara 2026-27");
    let long = format!("data/{}/p01 [k3f9x2ab].pdf", "Ångström ".repeat(14).trim());
    for (name, bytes) in [("bagit.txt", &b"BagIt"[..]), (&long, b"a page"), ("data/empty", b"")] {
        pack.add(&path(name), bytes.len() as u64, &mut &*bytes).unwrap();
    }
    pack.finish().unwrap()
}

#[test]
fn what_is_packed_is_unpacked_and_the_same_twice() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(packed(), packed());
    let top = unpack(packed().as_slice(), folder.path()).unwrap();
    assert_eq!(top, "Okafor, Amara 2026-27");
    let long = format!("data/{}/p01 [k3f9x2ab].pdf", "Ångström ".repeat(14).trim());
    assert_eq!(std::fs::read(folder.path().join(&top).join(long)).unwrap(), b"a page");
    assert_eq!(std::fs::read(folder.path().join(&top).join("data/empty")).unwrap(), b"");
}

#[test]
fn a_pack_that_breaks_off_is_refused() {
    let whole = packed();
    for cut in [700, 1100, 2000] {
        let folder = tempfile::tempdir().unwrap();
        assert!(unpack(&whole[..cut], folder.path()).is_err(), "cut at {cut}");
    }
}

/// A tar of one entry with any name, which the builder itself would refuse.
fn entry(name: &[u8], kind: tar::EntryType) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_size(1);
    header.set_mode(0o644);
    header.set_entry_type(kind);
    header.set_cksum();
    let mut tar = tar::Builder::new(Vec::new());
    tar.append(&header, &b"x"[..]).unwrap();
    tar.into_inner().unwrap()
}

#[test]
fn nothing_leaves_the_folder_of_a_pack() {
    let regular = tar::EntryType::Regular;
    let cases: [(&[u8], tar::EntryType); 7] = [
        (b"../evil", regular),
        (b"top/../../evil", regular),
        (b"/etc/evil", regular),
        (b"alone", regular),
        (b"top/link", tar::EntryType::Symlink),
        (b"top/link", tar::EntryType::Link),
        (b"top/device", tar::EntryType::Char),
    ];
    for (name, kind) in cases {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("inside");
        std::fs::create_dir(&inside).unwrap();
        let refused = unpack(entry(name, kind).as_slice(), &inside);
        assert!(matches!(refused, Err(PackError::Foreign(_))), "{name:?}: {refused:?}");
        assert_eq!(outside::names(folder.path()).unwrap(), ["inside"]);
        assert!(outside::names(&inside).unwrap().is_empty());
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(unpack(entry(b"top/file", regular).as_slice(), folder.path()).unwrap(), "top", "the judge is awake");
}

#[test]
fn a_passphrase_opens_what_it_locked_and_nothing_else() {
    let passphrase = new_passphrase([0x0123_4567_89ab_cdef, 42]);
    assert_eq!(passphrase.split('-').count(), 6);
    assert_ne!(passphrase, new_passphrase([0x0123_4567_89ab_cdef, 43]));
    let mut locked = Locked::begin(Vec::new(), &passphrase).unwrap();
    locked.write_all(&packed()).unwrap();
    let locked = locked.finish().unwrap();
    assert!(!locked.windows(5).any(|window| window == b"BagIt"));
    let mut open = Vec::new();
    unlocked(locked.as_slice(), &passphrase).unwrap().read_to_end(&mut open).unwrap();
    assert_eq!(open, packed());
    let told = format!(" {}\n", passphrase.replace('-', " ").to_uppercase());
    assert!(unlocked(locked.as_slice(), &told).is_ok(), "as it was typed after a telephone call");
    assert!(matches!(unlocked(locked.as_slice(), "lusab-babad").err(), Some(PackError::WrongPassphrase)));
    assert!(matches!(unlocked(&packed()[..], &passphrase).err(), Some(PackError::NotLocked)));
    let mut broken = locked.clone();
    *broken.last_mut().unwrap() ^= 1;
    let mut open = Vec::new();
    assert!(unlocked(broken.as_slice(), &passphrase).unwrap().read_to_end(&mut open).is_err());
    let cut = &locked[..locked.len() - 1];
    assert!(unlocked(cut, &passphrase).unwrap().read_to_end(&mut Vec::new()).is_err());
}
