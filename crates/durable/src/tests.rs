//! Every effect done, repeated, and refused.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]

use super::*;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_owned();
    (dir, path)
}

fn entries(path: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(path).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_new_file_is_there_whole_with_its_permissions_and_nothing_else() {
    let (_dir, root) = folder();
    let path = root.join("a/b/page.jpg");
    let written = write_new(&path, b"bytes", Access::Original).unwrap();
    assert_eq!(written, Written::of(b"bytes"));
    assert_eq!(std::fs::read(&path).unwrap(), b"bytes");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o440);
    assert_eq!(root.join("a").metadata().unwrap().permissions().mode() & 0o777, 0o750);
    assert_eq!(entries(&root.join("a/b")), ["page.jpg"]);
}

#[test]
fn writing_again_is_harmless_and_writing_something_else_is_refused() {
    let (_dir, root) = folder();
    let path = root.join("page.jpg");
    let first = write_new(&path, b"bytes", Access::Original).unwrap();
    let inode = path.metadata().unwrap().ino();
    assert_eq!(write_new(&path, b"bytes", Access::Original).unwrap(), first);
    assert_eq!(write_new_from(&path, &mut &b"bytes"[..], Access::Original).unwrap(), first);
    let other = write_new(&path, b"other", Access::Original).unwrap_err();
    assert!(matches!(other, DiskError::Conflict { .. }), "{other}");
    let other = write_new_from(&path, &mut &b"other"[..], Access::Original).unwrap_err();
    assert!(matches!(other, DiskError::Conflict { .. }), "{other}");
    assert_eq!(std::fs::read(&path).unwrap(), b"bytes");
    assert_eq!(path.metadata().unwrap().ino(), inode, "the first file is the one that stays");
    assert_eq!(entries(&root), ["page.jpg"]);
}

#[test]
fn a_reader_that_breaks_off_leaves_nothing() {
    struct Breaks(usize);
    impl io::Read for Breaks {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 > 2 { Err(io::Error::other("the line is dead")) } else { Ok(buf.len()) }
        }
    }
    let (_dir, root) = folder();
    let error = write_new_from(&root.join("page.jpg"), &mut Breaks(0), Access::Original).unwrap_err();
    assert_eq!(error.fault(), crate::Fault::Source);
    assert!(entries(&root).is_empty());
}

#[test]
fn a_link_in_the_place_of_a_file_is_not_followed() {
    let (_dir, root) = folder();
    write_new(&root.join("elsewhere"), b"bytes", Access::Shared).unwrap();
    symlink(root.join("elsewhere"), root.join("page.jpg")).unwrap();
    let error = write_new(&root.join("page.jpg"), b"bytes", Access::Shared).unwrap_err();
    assert!(matches!(error, DiskError::NotAFile { .. }), "{error}");
}

#[test]
fn replacing_leaves_one_file_with_the_new_bytes() {
    let (_dir, root) = folder();
    let path = root.join("manifest.txt");
    for bytes in [&b"one"[..], b"two", b"two"] {
        assert_eq!(replace(&path, bytes, Access::Shared).unwrap(), Written::of(bytes));
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
    let inode = path.metadata().unwrap().ino();
    refresh(&path, b"two", Access::Shared).unwrap();
    assert_eq!(path.metadata().unwrap().ino(), inode);
    refresh(&path, b"three", Access::Shared).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"three");
    assert_eq!(entries(&root), ["manifest.txt"]);
}

#[test]
fn a_move_can_be_repeated_from_every_point_at_which_it_may_stop() {
    let (_dir, root) = folder();
    let (from, to) = (root.join("spool/x.jpg"), root.join("trail/y/x.jpg"));
    let digest = write_new(&from, b"bytes", Access::Original).unwrap().digest;
    for _ in 0..3 {
        move_file(&from, &to, digest).unwrap();
        assert!(entries(&root.join("spool")).is_empty());
        assert_eq!(std::fs::read(&to).unwrap(), b"bytes");
    }
    // Cut off between the copy and the removal of the source.
    write_new(&from, b"bytes", Access::Original).unwrap();
    move_file(&from, &to, digest).unwrap();
    assert!(entries(&root.join("spool")).is_empty());
    assert_eq!(to.metadata().unwrap().permissions().mode() & 0o777, 0o440);
}

#[test]
fn a_move_touches_nothing_when_bytes_are_not_what_they_should_be() {
    let (_dir, root) = folder();
    let (from, to) = (root.join("x.jpg"), root.join("y.jpg"));
    let digest = write_new(&from, b"bytes", Access::Original).unwrap().digest;
    let wrong = Written::of(b"else").digest;
    assert!(matches!(move_file(&from, &to, wrong).unwrap_err(), DiskError::Altered { .. }));
    assert_eq!(entries(&root), ["x.jpg"]);
    write_new(&to, b"else", Access::Original).unwrap();
    assert!(matches!(move_file(&from, &to, digest).unwrap_err(), DiskError::Conflict { .. }));
    assert_eq!(entries(&root), ["x.jpg", "y.jpg"]);
    remove(&from).unwrap();
    assert!(matches!(move_file(&from, &to, digest).unwrap_err(), DiskError::Conflict { .. }));
    remove(&to).unwrap();
    assert!(matches!(move_file(&from, &to, digest).unwrap_err(), DiskError::Lost { .. }));
}

#[test]
fn a_copy_is_a_file_of_its_own() {
    let (_dir, root) = folder();
    let (from, to) = (root.join("x.jpg"), root.join("b/x.jpg"));
    let digest = write_new(&from, b"bytes", Access::Original).unwrap().digest;
    for _ in 0..2 {
        copy_file(&from, &to, digest, Access::Original).unwrap();
    }
    assert_eq!(std::fs::read(&to).unwrap(), b"bytes");
    assert_eq!((from.metadata().unwrap().nlink(), to.metadata().unwrap().nlink()), (1, 1));
    assert!(matches!(
        copy_file(&from, &root.join("c"), Written::of(b"else").digest, Access::Original).unwrap_err(),
        DiskError::Altered { .. }
    ));
}

#[test]
fn removing_and_renaming_folders_can_be_repeated() {
    let (_dir, root) = folder();
    let file = root.join("Pupils/old/2026-27/data/x.jpg");
    write_new(&file, b"bytes", Access::Original).unwrap();
    for _ in 0..2 {
        rename_folder(&root.join("Pupils/old"), &root.join("Pupils/new")).unwrap();
    }
    make_folder(&root.join("Pupils/old")).unwrap();
    assert!(rename_folder(&root.join("Pupils/old"), &root.join("Pupils/new")).is_err(), "never mixed");
    assert!(matches!(
        rename_folder(&root.join("Pupils/gone"), &root.join("Pupils/away")).unwrap_err(),
        DiskError::Lost { .. }
    ));
    let file = root.join("Pupils/new/2026-27/data/x.jpg");
    write_new(&root.join("Pupils/new/keep"), b"", Access::Shared).unwrap();
    for _ in 0..2 {
        remove(&file).unwrap();
        remove_empty_folders(file.parent().unwrap(), &root).unwrap();
    }
    assert_eq!(entries(&root.join("Pupils/new")), ["keep"]);
}

#[test]
fn leftovers_are_swept_and_nothing_else() {
    let (_dir, root) = folder();
    write_new(&root.join("a/page.jpg"), b"bytes", Access::Shared).unwrap();
    for name in [".scantrail-1-0.part", "a/.scantrail-77-3.part"] {
        replace(&root.join(name), b"half", Access::Private).unwrap();
    }
    assert_eq!(sweep_all(&root).unwrap(), 2);
    assert_eq!(sweep_all(&root).unwrap(), 0);
    assert_eq!(entries(&root.join("a")), ["page.jpg"]);
}

#[test]
fn bytes_are_measured_as_they_lie() {
    let (_dir, root) = folder();
    assert_eq!(measure(&root.join("none/x")).unwrap(), None);
    write_new(&root.join("x"), b"abc", Access::Shared).unwrap();
    let found = measure(&root.join("x")).unwrap().unwrap();
    assert_eq!(found.digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!((found.bytes, read(&root.join("x")).unwrap().unwrap()), (3, b"abc".to_vec()));
}

#[test]
fn what_can_be_made_again_is_written_whole_and_leaves_nothing() {
    let (_dir, root) = folder();
    let path = root.join("work/page.jpg");
    for bytes in [&b"first"[..], b"second"] {
        assert_eq!(keep_for_now(&path, bytes, Access::Private).unwrap(), Written::of(bytes));
        assert_eq!(read(&path).unwrap().unwrap(), bytes);
    }
    assert_eq!(put_whole(&path, b"third", Access::Private).unwrap(), Written::of(b"third"));
    settle_folder(&root.join("work")).unwrap();
    assert_eq!(entries(&root.join("work")), ["page.jpg"]);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    for _ in 0..2 {
        drop_for_now(&path).unwrap();
    }
    drop_for_now(&root.join("none/x")).unwrap();
    assert!(entries(&root.join("work")).is_empty());
}
